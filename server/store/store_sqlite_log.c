#include "server/store/store_sqlite_internal.h"

#include "protocol/base/encoding.h"
#include "server/store/store_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Writing a batch ---------------------------------------------------- */

/* RESULT_NOT_FOUND: there is no log of that name. */
static enum result find_log(struct store_sqlite *sqlite,
                            const struct identifier *name, uint64_t *id,
                            bool *is_closed)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_LOG);
    sqlite_bind_text(stmt, 1, name->text, strlen(name->text));
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        *id = (uint64_t)sqlite3_column_int64(stmt, 0);
        *is_closed = sqlite3_column_int(stmt, 1) != 0;
    }
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return code == SQLITE_DONE ? RESULT_NOT_FOUND : sqlite_result(code);
}

static enum result begin_log(struct store_sqlite *sqlite,
                             const struct store_batch *batch, uint64_t *id)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_INSERT_LOG);
    sqlite_bind_text(stmt, 1, batch->log.text, strlen(batch->log.text));
    enum result result = sqlite_run(stmt);
    if (result != RESULT_OK)
        return result;
    *id = (uint64_t)sqlite3_last_insert_rowid(sqlite->db);
    stmt = sqlite_statement(sqlite, STATEMENT_INSERT_KEY);
    sqlite_bind_number(stmt, 1, *id);
    sqlite_bind_bytes(stmt, 2, batch->room_key, sizeof batch->room_key);
    return sqlite_run(stmt);
}

static enum result close_log(struct store_sqlite *sqlite, uint64_t id)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_CLOSE_LOG);
    sqlite_bind_number(stmt, 1, id);
    enum result result = sqlite_run(stmt);
    if (result != RESULT_OK)
        return result;
    stmt = sqlite_statement(sqlite, STATEMENT_DELETE_KEY);
    sqlite_bind_number(stmt, 1, id);
    return sqlite_run(stmt);
}

/* How many events the log has, which is the seq that comes next. */
static enum result count_events(struct store_sqlite *sqlite, uint64_t id,
                                uint64_t *count)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_LAST_SEQ);
    sqlite_bind_number(stmt, 1, id);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *count = sqlite3_column_type(stmt, 0) == SQLITE_NULL
                     ? 0
                     : (uint64_t)sqlite3_column_int64(stmt, 0) + 1;
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return sqlite_result(code);
}

static enum result append_events(struct store_sqlite *sqlite, uint64_t id,
                                 const struct store_batch *batch)
{
    uint64_t next = 0;
    if (batch->event_count == 0)
        return RESULT_OK;
    enum result result = count_events(sqlite, id, &next);
    for (size_t i = 0; i < batch->event_count && result == RESULT_OK; i++) {
        const struct store_event *event = &batch->events[i];
        if (event->seq != next++)
            return RESULT_INVALID;
        sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_INSERT_EVENT);
        sqlite_bind_number(stmt, 1, id);
        sqlite_bind_number(stmt, 2, event->seq);
        (void)sqlite3_bind_int64(stmt, 3, event->at_ms); /* cannot fail */
        sqlite_bind_bytes(stmt, 4, event->head.bytes, sizeof event->head.bytes);
        sqlite_bind_bytes(stmt, 5, event->bytes, event->size);
        result = sqlite_run(stmt);
    }
    return result;
}

static enum result append_openings(struct store_sqlite *sqlite, uint64_t id,
                                   const struct store_batch *batch)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < batch->opening_count && result == RESULT_OK; i++) {
        const struct store_opening *opening = &batch->openings[i];
        sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_INSERT_OPENING);
        sqlite_bind_number(stmt, 1, id);
        sqlite_bind_number(stmt, 2, opening->seq);
        sqlite_bind_text(stmt, 3, opening->field, strlen(opening->field));
        sqlite_bind_bytes(stmt, 4, opening->salt, sizeof opening->salt);
        sqlite_bind_text(stmt, 5, opening->value, opening->value_size);
        result = sqlite_run(stmt);
    }
    return result;
}

static enum result append_requests(struct store_sqlite *sqlite, uint64_t id,
                                   const struct store_batch *batch)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < batch->request_count && result == RESULT_OK; i++) {
        const struct store_request *request = &batch->requests[i];
        sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_INSERT_REQUEST);
        sqlite_bind_number(stmt, 1, id);
        sqlite_bind_bytes(stmt, 2, request->device.bytes,
                          sizeof request->device.bytes);
        sqlite_bind_number(stmt, 3, request->id);
        sqlite_bind_bytes(stmt, 4, request->answer, request->answer_size);
        result = sqlite_run(stmt);
    }
    return result;
}

static enum result set_mark(struct store_sqlite *sqlite, uint64_t id,
                            enum store_batch_mark mark)
{
    if (mark == STORE_BATCH_MARK_KEPT)
        return RESULT_OK;
    sqlite3_stmt *stmt = sqlite_statement(sqlite, mark == STORE_BATCH_MARK_HELD
                                                      ? STATEMENT_INSERT_HOLD
                                                      : STATEMENT_DELETE_HOLD);
    sqlite_bind_number(stmt, 1, id);
    return sqlite_run(stmt);
}

static enum result append_to_log(struct store_sqlite *sqlite,
                                 const struct store_batch *batch)
{
    uint64_t id = 0;
    bool is_closed = false;
    enum result result = batch->begins_log
                             ? begin_log(sqlite, batch, &id)
                             : find_log(sqlite, &batch->log, &id, &is_closed);
    if (result == RESULT_OK)
        result = append_events(sqlite, id, batch);
    if (result == RESULT_OK)
        result = append_openings(sqlite, id, batch);
    if (result == RESULT_OK)
        result = append_requests(sqlite, id, batch);
    if (result == RESULT_OK && batch->closes_log)
        result = close_log(sqlite, id);
    if (result == RESULT_OK)
        result = set_mark(sqlite, id, batch->mark);
    return result;
}

enum result store_sqlite_append(struct store_sqlite *sqlite,
                                const struct store_batch *batch)
{
    enum result result = sqlite_savepoint_begin(sqlite);
    if (result != RESULT_OK)
        return result;
    if (batch->has_log)
        result = append_to_log(sqlite, batch);
    else if (batch->closes_log || batch->mark != STORE_BATCH_MARK_KEPT)
        result = RESULT_INVALID;
    if (result == RESULT_OK)
        result = sqlite_append_pieces(sqlite, batch);
    if (result == RESULT_OK)
        result = sqlite_append_blobs(sqlite, batch);
    if (result == RESULT_OK)
        result = sqlite_append_pin(sqlite, batch);
    return sqlite_savepoint_end(sqlite, result);
}

enum result store_sqlite_write(struct store_sqlite *sqlite,
                               const struct store_batch *batch)
{
    enum result result = store_sqlite_begin(sqlite);
    if (result != RESULT_OK)
        return result;
    result = store_sqlite_append(sqlite, batch);
    if (result == RESULT_OK)
        return store_sqlite_commit(sqlite);
    store_sqlite_rollback(sqlite);
    return result;
}

enum result store_sqlite_hold_open_logs(struct store_sqlite *sqlite)
{
    enum result result = store_sqlite_begin(sqlite);
    if (result != RESULT_OK)
        return result;
    result = sqlite_run(sqlite_statement(sqlite, STATEMENT_HOLD_OPEN_LOGS));
    if (result == RESULT_OK)
        return store_sqlite_commit(sqlite);
    store_sqlite_rollback(sqlite);
    return result;
}

/* ---- Reading a log ------------------------------------------------------ */

static enum result read_event(sqlite3_stmt *stmt, struct store_event *out)
{
    struct store_event event = {
        .seq = (uint64_t)sqlite3_column_int64(stmt, 0),
        .at_ms = sqlite3_column_int64(stmt, 1),
    };
    enum result result =
        sqlite_column_fixed(stmt, 2, event.head.bytes, sizeof event.head.bytes);
    if (result != RESULT_OK)
        return result;
    event.bytes = sqlite_column_copy(stmt, 3, &event.size);
    if (!event.bytes)
        return RESULT_NO_MEMORY;
    *out = event;
    return RESULT_OK;
}

static enum result read_opening(sqlite3_stmt *stmt, struct store_opening *out)
{
    struct store_opening opening = {
        .seq = (uint64_t)sqlite3_column_int64(stmt, 0),
    };
    enum result result =
        sqlite_column_fixed(stmt, 2, opening.salt, sizeof opening.salt);
    if (result != RESULT_OK)
        return result;
    size_t field_size = 0;
    opening.field = sqlite_column_copy(stmt, 1, &field_size);
    opening.value = sqlite_column_copy(stmt, 3, &opening.value_size);
    if (!opening.field || !opening.value) {
        store_opening_release(&opening);
        return RESULT_NO_MEMORY;
    }
    *out = opening;
    return RESULT_OK;
}

static enum result read_request(sqlite3_stmt *stmt, struct store_request *out)
{
    struct store_request request = {
        .id = (uint64_t)sqlite3_column_int64(stmt, 1),
    };
    enum result result = sqlite_column_fixed(stmt, 0, request.device.bytes,
                                             sizeof request.device.bytes);
    if (result != RESULT_OK)
        return result;
    request.answer = sqlite_column_copy(stmt, 2, &request.answer_size);
    if (!request.answer)
        return RESULT_NO_MEMORY;
    *out = request;
    return RESULT_OK;
}

/* The rows of one list of a log go to `add`, one by one. */
static enum result
read_rows(struct store_sqlite *sqlite, enum statement statement, uint64_t id,
          enum result (*add)(sqlite3_stmt *stmt, struct store_log *log,
                             size_t *capacity),
          struct store_log *log)
{
    size_t capacity = 0;
    sqlite3_stmt *stmt = sqlite_statement(sqlite, statement);
    sqlite_bind_number(stmt, 1, id);
    enum result result = RESULT_OK;
    int code = sqlite3_step(stmt);
    while (code == SQLITE_ROW && result == RESULT_OK) {
        result = add(stmt, log, &capacity);
        if (result == RESULT_OK)
            code = sqlite3_step(stmt);
    }
    if (result == RESULT_OK)
        result = sqlite_result(code);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return result;
}

static enum result add_event(sqlite3_stmt *stmt, struct store_log *log,
                             size_t *capacity)
{
    struct store_event *grown = store_grow(log->events, log->event_count,
                                           capacity, sizeof *log->events);
    if (!grown)
        return RESULT_NO_MEMORY;
    log->events = grown;
    enum result result = read_event(stmt, &grown[log->event_count]);
    if (result != RESULT_OK)
        return result;
    const bool is_next = grown[log->event_count].seq == log->event_count;
    log->event_count++;
    return is_next ? RESULT_OK : RESULT_CORRUPT;
}

static enum result add_opening(sqlite3_stmt *stmt, struct store_log *log,
                               size_t *capacity)
{
    struct store_opening *grown = store_grow(log->openings, log->opening_count,
                                             capacity, sizeof *log->openings);
    if (!grown)
        return RESULT_NO_MEMORY;
    log->openings = grown;
    enum result result = read_opening(stmt, &grown[log->opening_count]);
    if (result == RESULT_OK)
        log->opening_count++;
    return result;
}

static enum result add_request(sqlite3_stmt *stmt, struct store_log *log,
                               size_t *capacity)
{
    struct store_request *grown = store_grow(log->requests, log->request_count,
                                             capacity, sizeof *log->requests);
    if (!grown)
        return RESULT_NO_MEMORY;
    log->requests = grown;
    enum result result = read_request(stmt, &grown[log->request_count]);
    if (result == RESULT_OK)
        log->request_count++;
    return result;
}

static enum result read_key(struct store_sqlite *sqlite, uint64_t id,
                            struct store_log *log)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_KEY);
    sqlite_bind_number(stmt, 1, id);
    int code = sqlite3_step(stmt);
    enum result result = sqlite_result(code);
    if (code == SQLITE_ROW)
        result =
            sqlite_column_fixed(stmt, 0, log->room_key, sizeof log->room_key);
    else if (code == SQLITE_DONE)
        result = RESULT_CORRUPT;
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return result;
}

static enum result read_mark(struct store_sqlite *sqlite, uint64_t id,
                             struct store_log *log)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_HOLD);
    sqlite_bind_number(stmt, 1, id);
    int code = sqlite3_step(stmt);
    log->is_held = code == SQLITE_ROW;
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return sqlite_result(code);
}

static enum result read_log(struct store_sqlite *sqlite, struct store_log *log)
{
    uint64_t id = 0;
    enum result result = find_log(sqlite, &log->id, &id, &log->is_closed);
    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    log->exists = result == RESULT_OK;
    if (result == RESULT_OK && !log->is_closed)
        result = read_key(sqlite, id, log);
    if (result == RESULT_OK)
        result = read_mark(sqlite, id, log);
    if (result == RESULT_OK)
        result = read_rows(sqlite, STATEMENT_SELECT_EVENTS, id, add_event, log);
    if (result == RESULT_OK)
        result =
            read_rows(sqlite, STATEMENT_SELECT_OPENINGS, id, add_opening, log);
    if (result == RESULT_OK)
        result =
            read_rows(sqlite, STATEMENT_SELECT_REQUESTS, id, add_request, log);
    return result;
}

enum result store_sqlite_load_log(struct store_sqlite *sqlite,
                                  const struct identifier *id,
                                  struct store_log **out)
{
    struct store_log *log = calloc(1, sizeof *log);
    if (!log)
        return RESULT_NO_MEMORY;
    log->id = *id;
    /* One transaction: its parts are of one moment. */
    enum result result =
        sqlite_run(sqlite_statement(sqlite, STATEMENT_BEGIN_READ));
    if (result == RESULT_OK)
        result = read_log(sqlite, log);
    store_sqlite_rollback(sqlite);
    if (result != RESULT_OK) {
        store_log_free(log);
        return result;
    }
    *out = log;
    return RESULT_OK;
}

static enum result read_summary(sqlite3_stmt *stmt, void *out)
{
    struct store_log_summary summary = {
        .is_closed = sqlite3_column_int(stmt, 1) != 0,
        .event_count = sqlite3_column_type(stmt, 2) == SQLITE_NULL
                           ? 0
                           : (uint64_t)sqlite3_column_int64(stmt, 2) + 1,
        .is_held = sqlite3_column_int(stmt, 3) != 0,
    };
    const unsigned char *newest = sqlite3_column_text(stmt, 4);
    const void *name = sqlite3_column_blob(stmt, 0);
    const size_t size = (size_t)sqlite3_column_bytes(stmt, 0);
    if (!name || size >= sizeof summary.id.text)
        return RESULT_CORRUPT;
    memcpy(summary.id.text, name, size);
    (void)snprintf(summary.newest, sizeof summary.newest, "%s",
                   newest ? (const char *)newest : "");
    memcpy(out, &summary, sizeof summary);
    return RESULT_OK;
}

/* All rows of a statement as an array of elements of `size` bytes, each read by
 * `read_row`; the caller frees `*out`. */
static enum result list_rows(struct store_sqlite *sqlite, enum statement id,
                             size_t size,
                             enum result (*read_row)(sqlite3_stmt *, void *),
                             void **out, size_t *count)
{
    char *list = NULL;
    size_t list_count = 0;
    size_t capacity = 0;
    sqlite3_stmt *stmt = sqlite_statement(sqlite, id);
    enum result result = RESULT_OK;
    int code = sqlite3_step(stmt);
    while (code == SQLITE_ROW && result == RESULT_OK) {
        char *grown = store_grow(list, list_count, &capacity, size);
        if (!grown) {
            result = RESULT_NO_MEMORY;
            break;
        }
        list = grown;
        result = read_row(stmt, list + size * list_count++);
        code = sqlite3_step(stmt);
    }
    if (result == RESULT_OK)
        result = sqlite_result(code);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    if (result != RESULT_OK) {
        free(list);
        return result;
    }
    *out = list;
    *count = list_count;
    return RESULT_OK;
}

enum result store_sqlite_list_logs(struct store_sqlite *sqlite,
                                   struct store_log_summary **out,
                                   size_t *count)
{
    void *list = NULL;
    enum result result = list_rows(sqlite, STATEMENT_LIST_LOGS, sizeof **out,
                                   read_summary, &list, count);
    if (result == RESULT_OK)
        *out = list;
    return result;
}

static enum result read_ruleset(sqlite3_stmt *stmt, void *out)
{
    const char *name = (const char *)sqlite3_column_text(stmt, 0);
    struct hash *hash = out;
    if (!name) /* SQLite had no memory for the text */
        return RESULT_NO_MEMORY;
    return hex_decode(text_view_of(name), hash->bytes, sizeof hash->bytes) ==
                   RESULT_OK
               ? RESULT_OK
               : RESULT_CORRUPT;
}

enum result store_sqlite_list_rulesets(struct store_sqlite *sqlite,
                                       struct hash **out, size_t *count)
{
    void *list = NULL;
    enum result result = list_rows(sqlite, STATEMENT_LIST_RULESETS,
                                   sizeof **out, read_ruleset, &list, count);
    if (result == RESULT_OK)
        *out = list;
    return result;
}

enum result store_sqlite_has_text(struct store_sqlite *sqlite, const char *text,
                                  bool *has_text)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_TEXT);
    sqlite_bind_bytes(stmt, 1, text, strlen(text));
    int code = sqlite3_step(stmt);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        *has_text = code == SQLITE_ROW;
    return sqlite_result(code);
}
