#include "server/store/store_sqlite_destroy.h"

#include "protocol/base/encoding.h"
#include "server/store/store_batch.h"
#include "server/store/store_sqlite_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Files by their names in the bytes of events, or in openings; but none that a
 * log needs of which less was destroyed, and no ruleset: it tells nothing of
 * anybody, and what it decided stands. */
#define HEX_NAME "lower(hex(blob.hash))"
#define NEEDED_BY_NOBODY_ELSE                                                  \
    " AND NOT EXISTS (SELECT 1 FROM event WHERE log_id <> ?1 AND"              \
    " log_id NOT IN (SELECT log_id FROM destroyed) AND"                        \
    " instr(event.bytes, " HEX_NAME ") > 0)"                                   \
    " AND NOT EXISTS (SELECT 1 FROM opening WHERE log_id <> ?1 AND"            \
    " value = " HEX_NAME ")"                                                   \
    " AND NOT EXISTS (SELECT 1 FROM event WHERE seq = 0 AND"                   \
    " json_extract(CAST(event.bytes AS TEXT), '$.ruleset_hash') = " HEX_NAME   \
    ")"

static const char find_attached[] =
    "SELECT id, size FROM blob WHERE EXISTS (SELECT 1 FROM event"
    " WHERE log_id = ?1 AND instr(event.bytes, " HEX_NAME ") > 0 AND"
    " json_extract(CAST(event.bytes AS TEXT), '$.ev') IN"
    " ('document_attached', 'recording_kept'))" NEEDED_BY_NOBODY_ELSE;
static const char find_minutes[] =
    "SELECT id, size FROM blob WHERE EXISTS (SELECT 1 FROM opening"
    " WHERE log_id = ?1 AND value = " HEX_NAME ")" NEEDED_BY_NOBODY_ELSE;
static const char find_named[] =
    "SELECT id, size FROM blob WHERE EXISTS (SELECT 1 FROM event"
    " WHERE log_id = ?1 AND instr(event.bytes, " HEX_NAME
    ") > 0)" NEEDED_BY_NOBODY_ELSE;

/* What no event and no opening of any log names: minutes as they were drawn
 * for whoever asked, and files that were brought and never used. */
static const char find_loose[] =
    "SELECT id, size FROM blob WHERE durable_size = size AND hash NOT IN"
    " (SELECT hash FROM temp.named)";

static enum result prepare(struct store_sqlite *sqlite, const char *sql,
                           sqlite3_stmt **out)
{
    return sqlite_result(sqlite3_prepare_v2(sqlite->db, sql, -1, out, NULL));
}

/* Steps a statement that gives no rows, and ends it. */
static enum result finish(sqlite3_stmt *stmt)
{
    const int code = sqlite3_step(stmt);

    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return sqlite_result(code);
}

static enum result find_log(struct store_sqlite *sqlite,
                            const struct identifier *log, sqlite3_int64 *id)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_LOG);
    int code;

    sqlite_bind_text(stmt, 1, log->text, strlen(log->text));
    code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *id = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return code == SQLITE_DONE ? RESULT_NOT_FOUND : sqlite_result(code);
}

enum result store_sqlite_extent(struct store_sqlite *sqlite,
                                const struct identifier *log,
                                enum store_extent *out)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_int64 id = 0;
    int code = SQLITE_DONE;
    enum result result = find_log(sqlite, log, &id);

    if (result == RESULT_OK)
        result = prepare(
            sqlite, "SELECT extent FROM destroyed WHERE log_id = ?1", &stmt);
    if (result == RESULT_OK) {
        (void)sqlite3_bind_int64(stmt, 1, id);
        code = sqlite3_step(stmt);
        result = sqlite_result(code);
    }
    if (result == RESULT_OK)
        *out = code == SQLITE_ROW
                   ? (enum store_extent)sqlite3_column_int(stmt, 0)
                   : STORE_EXTENT_NOTHING;
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}

/* --- Files --------------------------------------------------------------- */

struct found_file {
    uint64_t id, size;
};

/* Those that a query finds; `?1` in it is the log. The caller frees `*out`. */
static enum result find_files(struct store_sqlite *sqlite, const char *query,
                              sqlite3_int64 log, struct found_file **out,
                              size_t *count)
{
    struct found_file *list = NULL;
    size_t list_count = 0, capacity = 0;
    sqlite3_stmt *stmt = NULL;
    int code = SQLITE_DONE;
    enum result result = prepare(sqlite, query, &stmt);

    if (result == RESULT_OK && sqlite3_bind_parameter_count(stmt) > 0)
        (void)sqlite3_bind_int64(stmt, 1, log);
    while (result == RESULT_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct found_file *grown =
            store_grow(list, list_count, &capacity, sizeof *list);

        if (!grown) {
            result = RESULT_NO_MEMORY;
            break;
        }
        list = grown;
        list[list_count++] =
            (struct found_file){ (uint64_t)sqlite3_column_int64(stmt, 0),
                                 (uint64_t)sqlite3_column_int64(stmt, 1) };
    }
    if (result == RESULT_OK)
        result = sqlite_result(code);
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    if (result != RESULT_OK) {
        free(list);
        return result;
    }
    *out = list;
    *count = list_count;
    return RESULT_OK;
}

/* They are found before the first goes: a query reads whole logs. */
static enum result destroy_found(struct store_sqlite *sqlite, const char *query,
                                 sqlite3_int64 log, struct store_destroyed *out)
{
    struct found_file *files = NULL;
    size_t i, count = 0;
    enum result result = find_files(sqlite, query, log, &files, &count);

    for (i = 0; i < count && result == RESULT_OK; i++) {
        result = sqlite_delete_blob(sqlite, files[i].id);
        if (result == RESULT_OK) {
            out->files++;
            out->bytes += files[i].size;
        }
    }
    free(files);
    return result;
}

/* Keeps the digest, if a file is called so. */
static enum result keep_name(sqlite3_stmt *keep, const char *digits)
{
    uint8_t digest[HASH_SIZE];
    const struct text_view text = { digits, (size_t)HASH_SIZE * 2 };

    if (hex_decode(text, digest, sizeof digest) != RESULT_OK)
        return RESULT_OK; /* capitals: no name of a file */
    sqlite_bind_bytes(keep, 1, digest, sizeof digest);
    return sqlite_run(keep);
}

/* All names of files in a text: runs of just so many digits. */
static enum result keep_names(sqlite3_stmt *keep, const char *text, size_t size)
{
    enum result result = RESULT_OK;
    size_t i, run = 0;

    for (i = 0; i <= size && result == RESULT_OK; i++) {
        if (i < size && isxdigit((unsigned char)text[i])) {
            run++;
            continue;
        }
        if (run == (size_t)HASH_SIZE * 2)
            result = keep_name(keep, text + i - run);
        run = 0;
    }
    return result;
}

static enum result keep_names_of(struct store_sqlite *sqlite,
                                 sqlite3_stmt *keep, const char *query)
{
    sqlite3_stmt *stmt = NULL;
    int code = SQLITE_ROW;
    enum result result = prepare(sqlite, query, &stmt);

    while (result == RESULT_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *text = sqlite3_column_blob(stmt, 0);
        const int size = sqlite3_column_bytes(stmt, 0);

        if (text)
            result = keep_names(keep, text, (size_t)size);
    }
    if (result == RESULT_OK)
        result = sqlite_result(code);
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}

/* Files that nothing names: all logs are read for it once. */
static enum result destroy_loose(struct store_sqlite *sqlite,
                                 struct store_destroyed *out)
{
    sqlite3_stmt *keep = NULL;
    enum result result = sqlite_execute(
        sqlite->db, "CREATE TEMP TABLE named (hash BLOB PRIMARY KEY) STRICT");

    if (result == RESULT_OK)
        result = prepare(sqlite,
                         "INSERT OR IGNORE INTO temp.named"
                         " SELECT hash FROM blob WHERE hash = ?1",
                         &keep);
    if (result == RESULT_OK)
        result = keep_names_of(sqlite, keep, "SELECT bytes FROM event");
    if (result == RESULT_OK)
        result = keep_names_of(sqlite, keep, "SELECT value FROM opening");
    (void)sqlite3_finalize(keep); /* repeats the failure of the step */
    if (result == RESULT_OK)
        result = destroy_found(sqlite, find_loose, 0, out);
    if (sqlite_execute(sqlite->db, "DROP TABLE IF EXISTS temp.named") !=
            RESULT_OK &&
        result == RESULT_OK)
        result = RESULT_IO;
    return result;
}

enum result store_sqlite_destroy_files(struct store_sqlite *sqlite,
                                       const struct identifier *log,
                                       enum store_extent extent,
                                       struct store_destroyed *out)
{
    static const char *const queries[] = { find_attached, find_minutes,
                                           find_named };
    sqlite3_int64 id = 0;
    enum result result = find_log(sqlite, log, &id);
    size_t i;

    for (i = 0; i < (size_t)extent && result == RESULT_OK; i++)
        result = destroy_found(sqlite, queries[i], id, out);
    if (result == RESULT_OK && extent >= STORE_EXTENT_TEXTS)
        result = destroy_loose(sqlite, out);
    return result;
}

/* --- Texts --------------------------------------------------------------- */

enum result store_sqlite_destroy_opening(struct store_sqlite *sqlite,
                                         const struct identifier *log,
                                         uint64_t seq, const char *field,
                                         struct store_destroyed *out)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_int64 id = 0;
    enum result result = find_log(sqlite, log, &id);

    if (result == RESULT_OK)
        result = prepare(sqlite,
                         "DELETE FROM opening WHERE log_id = ?1 AND seq = ?2"
                         " AND field = ?3",
                         &stmt);
    if (result != RESULT_OK)
        return result;
    (void)sqlite3_bind_int64(stmt, 1, id);
    sqlite_bind_number(stmt, 2, seq);
    sqlite_bind_text(stmt, 3, field, strlen(field));
    result = finish(stmt);
    if (result == RESULT_OK)
        out->openings += (uint64_t)sqlite3_changes(sqlite->db);
    return result;
}

enum result store_sqlite_destroy_answers(struct store_sqlite *sqlite,
                                         const struct identifier *log)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_int64 id = 0;
    enum result result = find_log(sqlite, log, &id);

    if (result == RESULT_OK)
        result =
            prepare(sqlite, "DELETE FROM request WHERE log_id = ?1", &stmt);
    if (result != RESULT_OK)
        return result;
    (void)sqlite3_bind_int64(stmt, 1, id);
    return finish(stmt);
}

/* --- Reports ------------------------------------------------------------- */

enum result store_sqlite_last_report(struct store_sqlite *sqlite, uint64_t *out)
{
    int64_t number = 0;
    const enum result result = sqlite_read_number(
        sqlite->db, "SELECT coalesce(max(id), 0) FROM destruction", &number);

    if (result == RESULT_OK)
        *out = (uint64_t)number;
    return result;
}

enum result store_sqlite_read_report(struct store_sqlite *sqlite,
                                     uint64_t number, char **out, size_t *size)
{
    sqlite3_stmt *stmt = NULL;
    int code;
    enum result result =
        prepare(sqlite, "SELECT report FROM destruction WHERE id = ?1", &stmt);

    if (result != RESULT_OK)
        return result;
    sqlite_bind_number(stmt, 1, number);
    code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        *out = sqlite_column_copy(stmt, 0, size);
        result = *out ? RESULT_OK : RESULT_NO_MEMORY;
    } else {
        result = code == SQLITE_DONE ? RESULT_NOT_FOUND : sqlite_result(code);
    }
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}

enum result store_sqlite_add_report(struct store_sqlite *sqlite,
                                    uint64_t number, const char *report,
                                    size_t size)
{
    sqlite3_stmt *stmt = NULL;
    const enum result result = prepare(
        sqlite, "INSERT INTO destruction (id, report) VALUES (?1, ?2)", &stmt);

    if (result != RESULT_OK)
        return result;
    sqlite_bind_number(stmt, 1, number);
    sqlite_bind_bytes(stmt, 2, report, size);
    return finish(stmt);
}

enum result store_sqlite_set_extent(struct store_sqlite *sqlite,
                                    const struct identifier *log,
                                    enum store_extent extent, uint64_t report)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_int64 id = 0;
    enum result result = find_log(sqlite, log, &id);

    if (result == RESULT_OK)
        result =
            prepare(sqlite,
                    "INSERT INTO destroyed (log_id, extent, destruction_id)"
                    " VALUES (?1, ?2, ?3) ON CONFLICT (log_id) DO UPDATE"
                    " SET extent = ?2, destruction_id = ?3",
                    &stmt);
    if (result != RESULT_OK)
        return result;
    (void)sqlite3_bind_int64(stmt, 1, id);
    (void)sqlite3_bind_int(stmt, 2, (int)extent);
    sqlite_bind_number(stmt, 3, report);
    return finish(stmt);
}
