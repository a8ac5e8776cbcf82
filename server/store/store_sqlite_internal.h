/*
 * What the files of the SQLite back-end share: the handle, its statements and
 * short names for binding them. Included by server/store/store_sqlite*.c only.
 */
#ifndef SERVER_STORE_STORE_SQLITE_INTERNAL_H
#define SERVER_STORE_STORE_SQLITE_INTERNAL_H

#include "server/store/store_sqlite.h"

#include <sqlite3.h>

/* X(identifier, SQL). Prepared once for each handle, and only bound. */
#define STATEMENT_LIST(X)                                                      \
    X(BEGIN_READ, "BEGIN")                                                     \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                          \
    X(COMMIT, "COMMIT")                                                        \
    X(ROLLBACK, "ROLLBACK")                                                    \
    X(SAVE, "SAVEPOINT batch")                                                 \
    X(KEEP, "RELEASE batch")                                                   \
    X(UNDO, "ROLLBACK TO batch")                                               \
    X(FIND_LOG, "SELECT id, is_closed FROM log WHERE name = ?1")               \
    X(INSERT_LOG, "INSERT INTO log (name) VALUES (?1)")                        \
    X(CLOSE_LOG, "UPDATE log SET is_closed = 1 WHERE id = ?1")                 \
    X(LIST_LOGS, "SELECT name, is_closed, (SELECT max(seq) FROM event"         \
                 " WHERE log_id = log.id), id IN (SELECT log_id FROM held),"   \
                 " (SELECT json_extract(CAST(bytes AS TEXT), '$.ev')"          \
                 " FROM event WHERE log_id = log.id"                           \
                 " ORDER BY seq DESC LIMIT 1) FROM log ORDER BY id")           \
    X(FIND_HOLD, "SELECT 1 FROM held WHERE log_id = ?1")                       \
    X(INSERT_HOLD, "INSERT OR IGNORE INTO held (log_id) VALUES (?1)")          \
    X(DELETE_HOLD, "DELETE FROM held WHERE log_id = ?1")                       \
    X(HOLD_OPEN_LOGS, "INSERT OR IGNORE INTO held (log_id)"                    \
                      " SELECT id FROM log WHERE is_closed = 0")               \
    X(FIND_KEY, "SELECT secret FROM room_key WHERE log_id = ?1")               \
    X(INSERT_KEY, "INSERT INTO room_key (log_id, secret) VALUES (?1, ?2)")     \
    X(DELETE_KEY, "DELETE FROM room_key WHERE log_id = ?1")                    \
    X(LAST_SEQ, "SELECT max(seq) FROM event WHERE log_id = ?1")                \
    X(INSERT_EVENT, "INSERT INTO event (log_id, seq, at_ms, head, bytes)"      \
                    " VALUES (?1, ?2, ?3, ?4, ?5)")                            \
    X(SELECT_EVENTS, "SELECT seq, at_ms, head, bytes FROM event"               \
                     " WHERE log_id = ?1 ORDER BY seq")                        \
    X(INSERT_OPENING, "INSERT INTO opening (log_id, seq, field, salt, value)"  \
                      " VALUES (?1, ?2, ?3, ?4, ?5)")                          \
    X(SELECT_OPENINGS, "SELECT seq, field, salt, value FROM opening"           \
                       " WHERE log_id = ?1 ORDER BY seq, field")               \
    X(INSERT_REQUEST, "INSERT INTO request (log_id, device, request_id,"       \
                      " answer) VALUES (?1, ?2, ?3, ?4)")                      \
    X(SELECT_REQUESTS, "SELECT device, request_id, answer FROM request"        \
                       " WHERE log_id = ?1 ORDER BY device, request_id")       \
    X(FIND_BLOB, "SELECT id, durable_size, is_complete FROM blob"              \
                 " WHERE hash = ?1 AND size = ?2")                             \
    X(FIND_COMPLETE_BLOB, "SELECT id, size FROM blob"                          \
                          " WHERE hash = ?1 AND is_complete = 1")              \
    X(INSERT_BLOB, "INSERT INTO blob (hash, size) VALUES (?1, ?2)")            \
    X(GROW_BLOB, "UPDATE blob SET durable_size = ?2 WHERE id = ?1")            \
    X(COMPLETE_BLOB, "UPDATE blob SET is_complete = 1 WHERE id = ?1")          \
    X(DELETE_BLOB, "DELETE FROM blob WHERE id = ?1")                           \
    X(INSERT_PIECE, "INSERT INTO blob_piece (blob_id, start, bytes)"           \
                    " VALUES (?1, ?2, ?3)")                                    \
    X(SELECT_PIECES, "SELECT start, bytes FROM blob_piece"                     \
                     " WHERE blob_id = ?1 AND start >= ?2 AND start < ?3"      \
                     " ORDER BY start")                                        \
    X(DELETE_PIECES, "DELETE FROM blob_piece WHERE blob_id = ?1")              \
    X(SET_PIN, "INSERT INTO hall_pin (member, salt, hash, tries)"              \
               " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (member) DO UPDATE"       \
               " SET salt = ?2, hash = ?3, tries = ?4")                        \
    X(LIST_RULESETS, "SELECT DISTINCT json_extract(CAST(bytes AS TEXT),"       \
                     " '$.ruleset_hash') AS rules FROM log JOIN event"         \
                     " ON log_id = log.id AND seq = 0"                         \
                     " WHERE rules IS NOT NULL ORDER BY log.id")               \
    X(FIND_TEXT, "SELECT 1 FROM event WHERE instr(bytes, ?1) > 0 LIMIT 1")     \
    X(FIND_PIN, "SELECT salt, hash, tries FROM hall_pin WHERE member = ?1")

enum statement {
#define STATEMENT_ENUM(name, sql) STATEMENT_##name,
    STATEMENT_LIST(STATEMENT_ENUM)
#undef STATEMENT_ENUM
        STATEMENT_COUNT
};

struct store_sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

/* What SQLite answered, in the words of this program. */
enum result sqlite_result(int code);

/* The statement, ready to be bound. Whoever steps it resets it. */
sqlite3_stmt *sqlite_statement(struct store_sqlite *sqlite,
                               enum statement statement);

/* Binding cannot fail but for memory, and the step that follows then refuses
 * the NULL that stands in its place: no result is lost by ignoring it. */
void sqlite_bind_number(sqlite3_stmt *stmt, int column, uint64_t number);
void sqlite_bind_bytes(sqlite3_stmt *stmt, int column, const void *bytes,
                       size_t size);
void sqlite_bind_text(sqlite3_stmt *stmt, int column, const char *text,
                      size_t size);

/* Runs SQL that is not prepared; its rows are passed over. */
MUST_USE enum result sqlite_execute(sqlite3 *db, const char *sql);

/* The number that a PRAGMA or SELECT answers. */
MUST_USE enum result sqlite_read_number(sqlite3 *db, const char *sql,
                                        int64_t *out);

/* The version of the schema, 0 for an empty file. RESULT_UNSUPPORTED: the file
 * is foreign or newer. */
MUST_USE enum result sqlite_read_version(sqlite3 *db, int64_t *version);

/* Steps a statement that gives no rows, and resets it. */
MUST_USE enum result sqlite_run(sqlite3_stmt *stmt);

/* A copy of a column's bytes and a NUL after them, or NULL. */
void *sqlite_column_copy(sqlite3_stmt *stmt, int column, size_t *size);

/* `size` bytes into `out`, or RESULT_CORRUPT. */
MUST_USE enum result sqlite_column_fixed(sqlite3_stmt *stmt, int column,
                                         uint8_t *out, size_t size);

/* A savepoint around what must be written whole or not at all. The end undoes
 * it unless `result` is RESULT_OK, and gives the whole transaction up where
 * even that fails. Returns what became of it. */
MUST_USE enum result sqlite_savepoint_begin(struct store_sqlite *sqlite);
MUST_USE enum result sqlite_savepoint_end(struct store_sqlite *sqlite,
                                          enum result result);

/* The pieces, the whole blobs and the PIN of a batch, inside its savepoint. */
MUST_USE enum result sqlite_append_pieces(struct store_sqlite *sqlite,
                                          const struct store_batch *batch);
MUST_USE enum result sqlite_append_blobs(struct store_sqlite *sqlite,
                                         const struct store_batch *batch);
MUST_USE enum result sqlite_append_pin(struct store_sqlite *sqlite,
                                       const struct store_batch *batch);
/* A file, by the number of its row, with its pieces. */
MUST_USE enum result sqlite_delete_blob(struct store_sqlite *sqlite,
                                        uint64_t id);

#endif
