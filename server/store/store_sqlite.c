#include "server/store/store_sqlite_internal.h"

#include "server/store/store_batch.h"
#include "server/store/store_migrations.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "chbo": the file is ours and no other program's. */
enum { APPLICATION_ID = 0x6368626f };

enum {
    BUSY_TIMEOUT_MS = 5000, /* only a backup that begins or ends holds us up */
    JOURNAL_SIZE_MAX = 64 * 1024 * 1024,
    /* A checkpoint makes one commit wait for two more fsyncs: it comes seldom
     * enough that fewer than one event in a hundred meets it. */
    CHECKPOINT_PAGES = 4000
};

enum result sqlite_result(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return RESULT_OK;
    case SQLITE_NOMEM:
        return RESULT_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return RESULT_BUSY;
    case SQLITE_TOOBIG:
        return RESULT_TOO_LARGE;
    case SQLITE_CORRUPT:
        return RESULT_CORRUPT;
    case SQLITE_NOTADB:
        return RESULT_UNSUPPORTED;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       code == SQLITE_CONSTRAINT_UNIQUE
                   ? RESULT_EXISTS
                   : RESULT_INVALID;
    default:
        return RESULT_IO;
    }
}

sqlite3_stmt *sqlite_statement(struct store_sqlite *sqlite,
                               enum statement statement)
{
    return sqlite->statements[statement];
}

void sqlite_bind_number(sqlite3_stmt *stmt, int column, uint64_t number)
{
    (void)sqlite3_bind_int64(stmt, column, (sqlite3_int64)number);
}

void sqlite_bind_bytes(sqlite3_stmt *stmt, int column, const void *bytes,
                       size_t size)
{
    (void)sqlite3_bind_blob64(stmt, column, bytes, size, SQLITE_STATIC);
}

void sqlite_bind_text(sqlite3_stmt *stmt, int column, const char *text,
                      size_t size)
{
    (void)sqlite3_bind_text64(stmt, column, text, size, SQLITE_STATIC,
                              SQLITE_UTF8);
}

enum result sqlite_run(sqlite3_stmt *stmt)
{
    int code = sqlite3_step(stmt);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    (void)sqlite3_clear_bindings(stmt);
    return sqlite_result(code);
}

void *sqlite_column_copy(sqlite3_stmt *stmt, int column, size_t *size)
{
    const void *bytes = sqlite3_column_blob(stmt, column);
    *size = (size_t)sqlite3_column_bytes(stmt, column);
    return store_bytes_copy(bytes, *size);
}

enum result sqlite_column_fixed(sqlite3_stmt *stmt, int column, uint8_t *out,
                                size_t size)
{
    const void *bytes = sqlite3_column_blob(stmt, column);
    if (!bytes || (size_t)sqlite3_column_bytes(stmt, column) != size)
        return RESULT_CORRUPT;
    memcpy(out, bytes, size);
    return RESULT_OK;
}

/* ---- Opening ------------------------------------------------------------ */

enum result sqlite_execute(sqlite3 *db, const char *sql)
{
    return sqlite_result(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

enum result sqlite_read_number(sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return sqlite_result(code);
}

static enum result apply_migration(sqlite3 *db, size_t version)
{
    char stamp[96];
    (void)snprintf(stamp, sizeof stamp, /* cannot be cut: both are short */
                   "PRAGMA application_id = %d; PRAGMA user_version = %zu;",
                   (int)APPLICATION_ID, version);
    enum result result = sqlite_execute(db, "BEGIN IMMEDIATE");
    if (result != RESULT_OK)
        return result;
    result = sqlite_execute(db, store_migration_sql(version));
    if (result == RESULT_OK)
        result = sqlite_execute(db, stamp);
    if (result == RESULT_OK)
        result = sqlite_execute(db, "COMMIT");
    /* The first failure is what counts. */
    if (result != RESULT_OK && !sqlite3_get_autocommit(db))
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

/* Of whichever version: 0 for an empty file. RESULT_UNSUPPORTED: foreign. */
static enum result read_any_version(sqlite3 *db, int64_t *version)
{
    int64_t application = 0;
    int64_t tables = 0;
    enum result result =
        sqlite_read_number(db, "PRAGMA application_id", &application);
    if (result == RESULT_OK)
        result = sqlite_read_number(db, "PRAGMA user_version", version);
    if (result == RESULT_OK)
        result = sqlite_read_number(db, "SELECT count(*) FROM sqlite_schema",
                                    &tables);
    if (result != RESULT_OK)
        return result;
    const bool is_empty = *version == 0 && application == 0 && tables == 0;
    const bool is_ours = application == APPLICATION_ID && *version > 0;
    return is_empty || is_ours ? RESULT_OK : RESULT_UNSUPPORTED;
}

enum result sqlite_read_version(sqlite3 *db, int64_t *version)
{
    enum result result = read_any_version(db, version);
    if (result == RESULT_OK && *version > (int64_t)store_migration_count())
        result = RESULT_UNSUPPORTED;
    return result;
}

enum result store_sqlite_version(const char *path, uint64_t *version,
                                 uint64_t *newest)
{
    sqlite3 *db = NULL;
    int64_t found = 0;
    if (access(path, F_OK) != 0)
        return RESULT_NOT_FOUND;
    enum result result = sqlite_result(sqlite3_open_v2(
        path, &db, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READONLY, NULL));
    if (result == RESULT_OK)
        result = read_any_version(db, &found);
    (void)sqlite3_close(db); /* no statement is left to object */
    if (result == RESULT_OK && found == 0)
        result = RESULT_UNSUPPORTED;
    if (result == RESULT_OK) {
        *version = (uint64_t)found;
        *newest = store_migration_count();
    }
    return result;
}

static enum result migrate(sqlite3 *db, int64_t version)
{
    const int64_t newest = (int64_t)store_migration_count();
    enum result result = RESULT_OK;
    while (version < newest && result == RESULT_OK)
        result = apply_migration(db, (size_t)++version);
    return result;
}

static enum result settle_journal(sqlite3 *db, enum store_sqlite_mode mode)
{
    char pragmas[256];
    (void)snprintf(pragmas, sizeof pragmas, /* cannot be cut: all are short */
                   "PRAGMA journal_mode = %s; PRAGMA synchronous = %s;"
                   "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = %d;"
                   "PRAGMA wal_autocheckpoint = %d;",
                   mode == STORE_SQLITE_WRITE_ALONE ? "DELETE" : "WAL",
                   mode == STORE_SQLITE_WRITE_UNSAFE ? "OFF" : "FULL",
                   (int)JOURNAL_SIZE_MAX, (int)CHECKPOINT_PAGES);
    return sqlite_execute(db, pragmas);
}

static enum result prepare_all(struct store_sqlite *sqlite)
{
    static const char *const texts[] = {
#define STATEMENT_TEXT(name, sql) sql,
        STATEMENT_LIST(STATEMENT_TEXT)
#undef STATEMENT_TEXT
    };
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        int code = sqlite3_prepare_v3(sqlite->db, texts[i], -1,
                                      SQLITE_PREPARE_PERSISTENT,
                                      &sqlite->statements[i], NULL);
        if (code != SQLITE_OK)
            return sqlite_result(code);
    }
    return RESULT_OK;
}

/*
 * SQLite would make the file readable for all. It gives its side files the
 * mode of the database. Only a file that is new is opened here: closing a
 * descriptor of a database in use would drop SQLite's locks on it.
 */
static enum result make_file(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        (void)close(fd); /* nothing was written */
    return fd >= 0 || access(path, R_OK | W_OK) == 0 ? RESULT_OK : RESULT_IO;
}

static enum result open_file(struct store_sqlite *sqlite, const char *path,
                             enum store_sqlite_mode mode)
{
    const bool may_write = mode != STORE_SQLITE_READ;
    int64_t version = 0;
    if (!may_write && access(path, F_OK) != 0)
        return RESULT_NOT_FOUND;
    enum result result = may_write ? make_file(path) : RESULT_OK;
    if (result != RESULT_OK)
        return result;
    const int flags =
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
        (may_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    int code = sqlite3_open_v2(path, &sqlite->db, flags, NULL);
    if (code != SQLITE_OK)
        return sqlite_result(code);
    (void)sqlite3_busy_timeout(sqlite->db, BUSY_TIMEOUT_MS); /* cannot fail */
    result = sqlite_execute(sqlite->db, "PRAGMA foreign_keys = ON");
    /* Before the first look into the file: no shared memory is made then. */
    if (result == RESULT_OK && mode == STORE_SQLITE_WRITE_ALONE)
        result = sqlite_execute(sqlite->db, "PRAGMA locking_mode = EXCLUSIVE");
    if (result == RESULT_OK)
        result = sqlite_read_version(sqlite->db, &version);
    if (result != RESULT_OK)
        return result;
    if (!may_write)
        return version == (int64_t)store_migration_count() ? RESULT_OK
                                                           : RESULT_UNSUPPORTED;
    result = settle_journal(sqlite->db, mode);
    if (result == RESULT_OK)
        result = migrate(sqlite->db, version);
    return result;
}

enum result store_sqlite_open(struct store_sqlite **out, const char *path,
                              enum store_sqlite_mode mode)
{
    struct store_sqlite *sqlite = calloc(1, sizeof *sqlite);
    if (!sqlite)
        return RESULT_NO_MEMORY;
    enum result result = open_file(sqlite, path, mode);
    if (result == RESULT_OK)
        result = prepare_all(sqlite);
    if (result != RESULT_OK) {
        store_sqlite_close(sqlite);
        return result;
    }
    *out = sqlite;
    return RESULT_OK;
}

struct store_sqlite *store_sqlite_close(struct store_sqlite *sqlite)
{
    if (!sqlite)
        return NULL;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        (void)sqlite3_finalize(sqlite->statements[i]); /* repeats old news */
    (void)sqlite3_close(sqlite->db); /* no statement is left to object */
    free(sqlite);
    return NULL;
}

enum result store_sqlite_upgrade(const char *path)
{
    struct store_sqlite *sqlite = NULL;
    enum result result = store_sqlite_open(&sqlite, path, STORE_SQLITE_READ);
    if (result == RESULT_UNSUPPORTED)
        result = store_sqlite_open(&sqlite, path, STORE_SQLITE_WRITE);
    store_sqlite_close(sqlite);
    return result;
}

/* ---- Transactions ------------------------------------------------------- */

enum result store_sqlite_begin(struct store_sqlite *sqlite)
{
    return sqlite_run(sqlite_statement(sqlite, STATEMENT_BEGIN_WRITE));
}

enum result store_sqlite_commit(struct store_sqlite *sqlite)
{
    enum result result = sqlite_run(sqlite_statement(sqlite, STATEMENT_COMMIT));
    if (result != RESULT_OK)
        store_sqlite_rollback(sqlite);
    return result;
}

void store_sqlite_rollback(struct store_sqlite *sqlite)
{
    if (!store_sqlite_in_transaction(sqlite))
        return; /* SQLite has rolled back by itself */
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_ROLLBACK);
    (void)sqlite3_step(stmt); /* only forgets what is in memory */
    (void)sqlite3_reset(stmt);
}

bool store_sqlite_in_transaction(const struct store_sqlite *sqlite)
{
    return sqlite3_get_autocommit(sqlite->db) == 0;
}

enum result sqlite_savepoint_begin(struct store_sqlite *sqlite)
{
    return sqlite_run(sqlite_statement(sqlite, STATEMENT_SAVE));
}

enum result sqlite_savepoint_end(struct store_sqlite *sqlite,
                                 enum result result)
{
    if (result == RESULT_OK)
        result = sqlite_run(sqlite_statement(sqlite, STATEMENT_KEEP));
    if (result == RESULT_OK || !store_sqlite_in_transaction(sqlite))
        return result;
    if (sqlite_run(sqlite_statement(sqlite, STATEMENT_UNDO)) != RESULT_OK ||
        sqlite_run(sqlite_statement(sqlite, STATEMENT_KEEP)) != RESULT_OK)
        store_sqlite_rollback(sqlite);
    return result;
}

enum result store_sqlite_wipe(struct store_sqlite *sqlite)
{
    /* The writer must not stand still behind a slow reader. */
    (void)sqlite3_busy_timeout(sqlite->db, 0);
    int code = sqlite3_wal_checkpoint_v2(
        sqlite->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void)sqlite3_busy_timeout(sqlite->db, BUSY_TIMEOUT_MS);
    return sqlite_result(code);
}
