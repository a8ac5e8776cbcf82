#include "server/archive/archive_index.h"

#include "protocol/meeting/vocabulary.h"
#include "server/archive/archive_tokenizer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "chix", and the form of the tables: another one is begun anew. */
enum { APPLICATION_ID = 0x63686978, FORM = 2 };

static const char tables[] =
    "CREATE TABLE source ("
    " id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, name TEXT NOT NULL,"
    " stamp TEXT NOT NULL, level TEXT NOT NULL, size INTEGER NOT NULL,"
    " hash BLOB NOT NULL, organisation TEXT NOT NULL, meeting TEXT NOT NULL,"
    " title TEXT NOT NULL, venue TEXT NOT NULL, unit TEXT NOT NULL,"
    " kind INTEGER NOT NULL, starts_at INTEGER NOT NULL, zone TEXT NOT NULL,"
    " events INTEGER NOT NULL, is_closed INTEGER NOT NULL,"
    " is_signed INTEGER NOT NULL, number INTEGER NOT NULL, first INTEGER NOT "
    "NULL,"
    " last INTEGER NOT NULL, UNIQUE (origin, name)) STRICT;"
    "CREATE VIRTUAL TABLE piece USING fts5("
    " text, source UNINDEXED, place UNINDEXED, seq UNINDEXED,"
    " tokenize = 'vietnamese');";

#define ROW_COLUMNS                                                            \
    " origin, name, stamp, level, size, hash, organisation, meeting, title,"   \
    " venue, unit, kind, starts_at, zone, events, is_closed, is_signed,"       \
    " number"
enum { ROW_COLUMN_COUNT = 18 };

struct archive_index {
    sqlite3 *db;
    sqlite3_stmt *insert_piece; /* prepared once: it runs for every text */
    sqlite3_int64 source;       /* id of the row that is being made */
    sqlite3_int64 first, last;  /* its texts */
};

static enum result result_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return RESULT_OK;
    case SQLITE_NOMEM:
        return RESULT_NO_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return RESULT_CORRUPT;
    default:
        return RESULT_IO;
    }
}

static enum result execute(struct archive_index *index, const char *sql)
{
    return result_of(sqlite3_exec(index->db, sql, NULL, NULL, NULL));
}

static enum result prepare(struct archive_index *index, const char *sql,
                           sqlite3_stmt **out)
{
    return result_of(sqlite3_prepare_v2(index->db, sql, -1, out, NULL));
}

static void bind_text(sqlite3_stmt *stmt, int column, const char *text)
{
    /* A failure is one of memory, and the step then fails. */
    (void)sqlite3_bind_text(stmt, column, text, -1, SQLITE_STATIC);
}

/* Steps a statement that gives no rows, and ends it. */
static enum result finish(sqlite3_stmt *stmt)
{
    const int code = sqlite3_step(stmt);

    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result_of(code);
}

/* --- Opening ------------------------------------------------------------- */

static enum result read_number(struct archive_index *index, const char *sql,
                               sqlite3_int64 *out)
{
    sqlite3_stmt *stmt = NULL;
    enum result result = prepare(index, sql, &stmt);

    if (result == RESULT_OK) {
        result = result_of(sqlite3_step(stmt));
        *out = sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}

static enum result make_tables(struct archive_index *index)
{
    char stamp[96];
    enum result result = execute(index, "BEGIN IMMEDIATE");

    (void)snprintf(stamp, sizeof stamp, /* cannot be cut: both are short */
                   "PRAGMA application_id = %d; PRAGMA user_version = %d;",
                   (int)APPLICATION_ID, (int)FORM);
    if (result == RESULT_OK)
        result = execute(index, tables);
    if (result == RESULT_OK)
        result = execute(index, stamp);
    if (result == RESULT_OK)
        result = execute(index, "COMMIT");
    return result;
}

/* RESULT_CORRUPT: it is none of ours, or of another form. */
static enum result look(struct archive_index *index)
{
    sqlite3_int64 application = 0, form = 0, objects = 0, sound = 0;
    enum result result =
        read_number(index, "PRAGMA application_id", &application);

    if (result == RESULT_OK)
        result = read_number(index, "PRAGMA user_version", &form);
    if (result == RESULT_OK)
        result =
            read_number(index, "SELECT count(*) FROM sqlite_schema", &objects);
    if (result != RESULT_OK)
        return result;
    if (objects == 0)
        return make_tables(index);
    if (application != APPLICATION_ID || form != FORM)
        return RESULT_CORRUPT;
    result = read_number(index,
                         "SELECT count(*) = 0 FROM pragma_quick_check(1)"
                         " WHERE quick_check <> 'ok'",
                         &sound);
    return result == RESULT_OK && !sound ? RESULT_CORRUPT : result;
}

/* SQLite would make it readable for all. */
static enum result make_file(const char *path)
{
    const int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0)
        return RESULT_IO;
    (void)close(fd); /* nothing was written */
    return RESULT_OK;
}

static enum result open_once(struct archive_index **out, const char *path)
{
    struct archive_index *index = calloc(1, sizeof *index);
    enum result result = index ? make_file(path) : RESULT_NO_MEMORY;

    if (result == RESULT_OK)
        result = result_of(
            sqlite3_open_v2(path, &index->db,
                            SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL));
    if (result == RESULT_OK)
        result = archive_tokenizer_register(index->db);
    if (result == RESULT_OK)
        result = execute(index, "PRAGMA secure_delete = ON;"
                                "PRAGMA synchronous = FULL");
    if (result == RESULT_OK)
        result = look(index);
    if (result == RESULT_OK)
        result = prepare(index,
                         "INSERT INTO piece (rowid, text, source, place, seq)"
                         " VALUES (?1, ?2, ?3, ?4, ?5)",
                         &index->insert_piece);
    if (result != RESULT_OK) {
        archive_index_close(index);
        return result;
    }
    *out = index;
    return RESULT_OK;
}

enum result archive_index_open(struct archive_index **out, const char *path)
{
    enum result result = open_once(out, path);

    if (result != RESULT_CORRUPT)
        return result;
    result = archive_index_remove(path);
    if (result == RESULT_OK)
        result = open_once(out, path);
    return result == RESULT_CORRUPT ? RESULT_IO : result;
}

struct archive_index *archive_index_close(struct archive_index *index)
{
    if (!index)
        return NULL;
    (void)sqlite3_finalize(index->insert_piece); /* repeats old news */
    (void)sqlite3_close(index->db); /* no statement is left to object */
    free(index);
    return NULL;
}

enum result archive_index_remove(const char *path)
{
    static const char *const endings[] = { "", "-journal", "-wal", "-shm" };
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *name = NULL;

        if (asprintf(&name, "%s%s", path, endings[i]) < 0)
            return RESULT_NO_MEMORY;
        if (unlink(name) != 0 && errno != ENOENT)
            result = RESULT_IO;
        free(name);
    }
    return result;
}

/* --- Keeping it ---------------------------------------------------------- */

static enum result delete_source(struct archive_index *index,
                                 enum archive_origin origin, const char *name)
{
    static const char *const texts[] = {
        "DELETE FROM piece WHERE rowid BETWEEN"
        " (SELECT first FROM source WHERE origin = ?1 AND name = ?2) AND"
        " (SELECT last FROM source WHERE origin = ?1 AND name = ?2)",
        "DELETE FROM source WHERE origin = ?1 AND name = ?2"
    };
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < 2 && result == RESULT_OK; i++) {
        sqlite3_stmt *stmt = NULL;

        result = prepare(index, texts[i], &stmt);
        if (result != RESULT_OK)
            break;
        (void)sqlite3_bind_int(stmt, 1, (int)origin);
        bind_text(stmt, 2, name);
        result = finish(stmt);
    }
    return result;
}

void archive_index_abandon(struct archive_index *index)
{
    /* Only forgets: what was committed before stays. */
    if (sqlite3_get_autocommit(index->db) == 0)
        (void)sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
}

static enum result commit_or_abandon(struct archive_index *index,
                                     enum result result)
{
    if (result == RESULT_OK)
        result = execute(index, "COMMIT");
    if (result != RESULT_OK)
        archive_index_abandon(index);
    return result;
}

enum result archive_index_begin(struct archive_index *index,
                                enum archive_origin origin, const char *name)
{
    enum result result = execute(index, "BEGIN IMMEDIATE");

    if (result == RESULT_OK)
        result = delete_source(index, origin, name);
    if (result == RESULT_OK)
        result =
            read_number(index, "SELECT coalesce(max(id), 0) + 1 FROM source",
                        &index->source);
    if (result == RESULT_OK)
        result =
            read_number(index, "SELECT coalesce(max(last), 0) + 1 FROM source",
                        &index->first);
    index->last = index->first - 1;
    if (result != RESULT_OK)
        archive_index_abandon(index);
    return result;
}

enum result archive_index_text(struct archive_index *index,
                               const struct archive_text *text)
{
    sqlite3_stmt *stmt = index->insert_piece;
    int code;

    (void)sqlite3_bind_int64(stmt, 1, ++index->last);
    (void)sqlite3_bind_text64(stmt, 2, text->text.data, text->text.size,
                              SQLITE_STATIC, SQLITE_UTF8);
    (void)sqlite3_bind_int64(stmt, 3, index->source);
    bind_text(stmt, 4, archive_place_word(text->place));
    (void)sqlite3_bind_int64(stmt, 5, (sqlite3_int64)text->seq);
    code = sqlite3_step(stmt);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    (void)sqlite3_clear_bindings(stmt);
    if (result_of(code) != RESULT_OK)
        archive_index_abandon(index);
    return result_of(code);
}

static void bind_row(sqlite3_stmt *stmt, const struct archive_source *source,
                     const struct archive_meeting *meeting)
{
    (void)sqlite3_bind_int(stmt, 1, (int)source->origin);
    bind_text(stmt, 2, source->name);
    bind_text(stmt, 3, source->stamp);
    bind_text(stmt, 4, source->level);
    (void)sqlite3_bind_int64(stmt, 5, (sqlite3_int64)source->size);
    (void)sqlite3_bind_blob(stmt, 6, source->hash.bytes, HASH_SIZE,
                            SQLITE_STATIC);
    bind_text(stmt, 7, meeting->organisation.text);
    bind_text(stmt, 8, meeting->id.text);
    bind_text(stmt, 9, meeting->title);
    bind_text(stmt, 10, meeting->venue);
    bind_text(stmt, 11, meeting->unit);
    (void)sqlite3_bind_int(stmt, 12, (int)meeting->kind);
    (void)sqlite3_bind_int64(stmt, 13, meeting->starts_at_ms);
    bind_text(stmt, 14, meeting->zone);
    (void)sqlite3_bind_int64(stmt, 15, (sqlite3_int64)meeting->event_count);
    (void)sqlite3_bind_int(stmt, 16, meeting->is_closed);
    (void)sqlite3_bind_int(stmt, 17, meeting->is_signed);
    (void)sqlite3_bind_int64(stmt, 18, (sqlite3_int64)meeting->minutes_number);
}

enum result archive_index_end(struct archive_index *index,
                              const struct archive_source *source,
                              const struct archive_meeting *meeting)
{
    sqlite3_stmt *stmt = NULL;
    enum result result =
        prepare(index,
                "INSERT INTO source (" ROW_COLUMNS ", id, first, last) VALUES"
                " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
                " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
                &stmt);

    if (result == RESULT_OK) {
        bind_row(stmt, source, meeting);
        (void)sqlite3_bind_int64(stmt, 19, index->source);
        (void)sqlite3_bind_int64(stmt, 20, index->first);
        (void)sqlite3_bind_int64(stmt, 21, index->last);
        result = finish(stmt);
    }
    return commit_or_abandon(index, result);
}

enum result archive_index_drop(struct archive_index *index,
                               enum archive_origin origin, const char *name)
{
    enum result result = execute(index, "BEGIN IMMEDIATE");

    if (result == RESULT_OK)
        result = delete_source(index, origin, name);
    return commit_or_abandon(index, result);
}

bool archive_index_has(struct archive_index *index, enum archive_origin origin,
                       const char *name, const char *stamp)
{
    sqlite3_stmt *stmt = NULL;
    bool has = false;

    if (prepare(index,
                "SELECT 1 FROM source WHERE origin = ?1 AND name = ?2"
                " AND stamp = ?3",
                &stmt) == RESULT_OK) {
        (void)sqlite3_bind_int(stmt, 1, (int)origin);
        bind_text(stmt, 2, name);
        bind_text(stmt, 3, stamp);
        has = sqlite3_step(stmt) == SQLITE_ROW;
    }
    (void)sqlite3_finalize(stmt);
    return has;
}

static const char *column(sqlite3_stmt *stmt, int number)
{
    const unsigned char *text = sqlite3_column_text(stmt, number);

    return text ? (const char *)text : "";
}

enum result archive_index_names(struct archive_index *index,
                                enum archive_origin origin,
                                archive_name_fn visit, void *user)
{
    sqlite3_stmt *stmt = NULL;
    int code = SQLITE_DONE;
    enum result result = prepare(
        index, "SELECT name FROM source WHERE origin = ?1 ORDER BY name",
        &stmt);

    if (result == RESULT_OK)
        (void)sqlite3_bind_int(stmt, 1, (int)origin);
    while (result == RESULT_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
        result = visit(column(stmt, 0), user);
    if (result == RESULT_OK)
        result = result_of(code);
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}

/* --- Asking it ----------------------------------------------------------- */

/* Columns as ROW_COLUMNS has them; all borrow from the statement. */
static void read_row(sqlite3_stmt *stmt, struct archive_row *row)
{
    struct archive_source *source = &row->source;
    struct archive_meeting *meeting = &row->meeting;
    const void *hash = sqlite3_column_blob(stmt, 5);

    *row = (struct archive_row){ .source = { .name = NULL } };
    source->origin = (enum archive_origin)sqlite3_column_int(stmt, 0);
    source->name = column(stmt, 1);
    source->stamp = column(stmt, 2);
    source->level = column(stmt, 3);
    source->size = (uint64_t)sqlite3_column_int64(stmt, 4);
    if (hash && sqlite3_column_bytes(stmt, 5) == HASH_SIZE)
        memcpy(source->hash.bytes, hash, HASH_SIZE);
    (void)snprintf(meeting->organisation.text, sizeof meeting->organisation,
                   "%s", column(stmt, 6));
    (void)snprintf(meeting->id.text, sizeof meeting->id, "%s", column(stmt, 7));
    meeting->title = column(stmt, 8);
    meeting->venue = column(stmt, 9);
    meeting->unit = column(stmt, 10);
    meeting->kind = (enum meeting_kind)sqlite3_column_int(stmt, 11);
    meeting->starts_at_ms = sqlite3_column_int64(stmt, 12);
    (void)snprintf(meeting->zone, sizeof meeting->zone, "%s", column(stmt, 13));
    meeting->event_count = (uint64_t)sqlite3_column_int64(stmt, 14);
    meeting->is_closed = sqlite3_column_int(stmt, 15) != 0;
    meeting->is_signed = sqlite3_column_int(stmt, 16) != 0;
    meeting->minutes_number = (uint64_t)sqlite3_column_int64(stmt, 17);
}

enum result archive_index_list(struct archive_index *index,
                               archive_row_fn visit, void *user)
{
    sqlite3_stmt *stmt = NULL;
    int code = SQLITE_DONE;
    enum result result = prepare(
        index,
        "SELECT" ROW_COLUMNS " FROM source ORDER BY starts_at, origin, name",
        &stmt);

    while (result == RESULT_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct archive_row row;

        read_row(stmt, &row);
        result = visit(&row, user);
    }
    if (result == RESULT_OK)
        result = result_of(code);
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}

static enum result count_hits(struct archive_index *index, const char *query,
                              uint64_t *total)
{
    sqlite3_stmt *stmt = NULL;
    enum result result = prepare(
        index, "SELECT count(*) FROM piece WHERE piece MATCH ?1", &stmt);

    if (result == RESULT_OK) {
        bind_text(stmt, 1, query);
        result = result_of(sqlite3_step(stmt));
        *total = (uint64_t)sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}

enum result archive_index_search(struct archive_index *index, const char *query,
                                 uint64_t limit, archive_hit_fn visit,
                                 void *user, uint64_t *total)
{
    sqlite3_stmt *stmt = NULL;
    int code = SQLITE_DONE;
    enum result result = count_hits(index, query, total);

    if (result == RESULT_OK)
        result =
            prepare(index,
                    "SELECT" ROW_COLUMNS ", piece.place, piece.seq,"
                    " snippet(piece, 0, '[', ']', '…', 16)"
                    " FROM piece JOIN source ON source.id = piece.source"
                    " WHERE piece MATCH ?1 ORDER BY rank, piece.rowid LIMIT ?2",
                    &stmt);
    if (result == RESULT_OK) {
        bind_text(stmt, 1, query);
        (void)sqlite3_bind_int64(stmt, 2, (sqlite3_int64)limit);
    }
    while (result == RESULT_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct archive_hit hit = { .place = NULL };

        read_row(stmt, &hit.row);
        hit.place = column(stmt, ROW_COLUMN_COUNT);
        hit.seq = (uint64_t)sqlite3_column_int64(stmt, ROW_COLUMN_COUNT + 1);
        hit.snippet = column(stmt, ROW_COLUMN_COUNT + 2);
        result = visit(&hit, user);
    }
    if (result == RESULT_OK)
        result = result_of(code);
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return result;
}
