#include "server/control/register_desk.h"

#include "protocol/record/hash_chain.h"
#include "server/control/register_book.h"
#include "server/store/store_sqlite.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

struct register_desk {
    struct store_lock *lock; /* NULL: for looking only */
    struct store_sqlite *sqlite;
    struct identifier organisation;
    struct room_key key; /* salts what is written */
    struct register_book *book;
    bool is_held;
    bool has_open_meeting;
    struct identifier open_meeting;
};

/* --- Reading ------------------------------------------------------------- */

/* The register is the first log of the database; the others are meetings. */
static enum result look_at_logs(struct register_desk *desk)
{
    struct store_log_summary *logs = NULL;
    size_t count = 0;
    enum result result = store_sqlite_list_logs(desk->sqlite, &logs, &count);

    if (result == RESULT_OK && count == 0)
        result = RESULT_NOT_FOUND;
    if (result == RESULT_OK) {
        desk->organisation = logs[0].id;
        desk->is_held = logs[0].is_held;
    }
    for (size_t i = 1; result == RESULT_OK && i < count; i++)
        if (!logs[i].is_closed && !desk->has_open_meeting) {
            desk->has_open_meeting = true;
            desk->open_meeting = logs[i].id;
        }
    free(logs);
    return result;
}

static enum result read_events(struct register_desk *desk,
                               const struct store_log *log)
{
    enum result result = log->event_count ? RESULT_OK : RESULT_CORRUPT;

    for (size_t i = 0; result == RESULT_OK && i < log->event_count; i++) {
        const struct store_event *row = &log->events[i];
        struct hash head;

        result = register_book_add_event(desk->book, (const char *)row->bytes,
                                         row->size);
        head = register_book_head(desk->book);
        if (result == RESULT_OK && !hash_equal(&head, &row->head))
            result = RESULT_CORRUPT;
    }
    return result;
}

static enum result read_register(struct register_desk *desk)
{
    struct store_log *log = NULL;
    enum result result = look_at_logs(desk);

    if (result == RESULT_OK)
        result = register_book_new(&desk->book, &desk->organisation);
    if (result == RESULT_OK)
        result = store_sqlite_load_log(desk->sqlite, &desk->organisation, &log);
    if (result == RESULT_OK) {
        memcpy(desk->key.bytes, log->room_key, sizeof desk->key.bytes);
        result = read_events(desk, log);
    }
    store_log_free(log);
    return result;
}

static enum result begin(struct register_desk **out, struct store_lock *lock,
                         const char *path, enum store_sqlite_mode mode)
{
    struct register_desk *desk = calloc(1, sizeof *desk);
    enum result result;

    if (!desk) {
        store_lock_release(lock);
        return RESULT_NO_MEMORY;
    }
    desk->lock = lock;
    result = store_sqlite_open(&desk->sqlite, path, mode);
    if (result == RESULT_OK)
        result = read_register(desk);
    if (result == RESULT_OK)
        *out = desk;
    else
        register_desk_close(desk);
    return result;
}

enum result register_desk_open(struct register_desk **out,
                               const char *database_path)
{
    struct store_lock *lock = NULL;
    enum result result = store_sqlite_lock(&lock, database_path);

    if (result == RESULT_OK)
        result = store_sqlite_upgrade(database_path);
    if (result == RESULT_OK)
        return begin(out, lock, database_path, STORE_SQLITE_WRITE);
    store_lock_release(lock);
    return result;
}

enum result register_desk_look(struct register_desk **out,
                               const char *database_path)
{
    return begin(out, NULL, database_path, STORE_SQLITE_READ);
}

struct register_desk *register_desk_close(struct register_desk *desk)
{
    if (!desk)
        return NULL;
    register_book_free(desk->book);
    store_sqlite_close(desk->sqlite);
    store_lock_release(desk->lock);
    OPENSSL_cleanse(&desk->key, sizeof desk->key);
    free(desk);
    return NULL;
}

const struct register_state *
register_desk_state(const struct register_desk *desk)
{
    return register_book_state(desk->book);
}

struct hash register_desk_head(const struct register_desk *desk)
{
    return register_book_head(desk->book);
}

bool register_desk_is_held(const struct register_desk *desk)
{
    return desk->is_held;
}

const struct identifier *
register_desk_open_meeting(const struct register_desk *desk)
{
    return desk->has_open_meeting ? &desk->open_meeting : NULL;
}

/* --- Writing ------------------------------------------------------------- */

static enum result add_openings(struct store_batch *batch,
                                const struct event_encoding *encoding)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < encoding->opening_count && result == RESULT_OK;
         i++) {
        struct opening *opening = &encoding->openings[i];
        char *value = strndup(opening->value.size ? opening->value.data : "",
                              opening->value.size);
        struct store_opening row = { .seq = opening->seq,
                                     .field = opening->field,
                                     .value = value,
                                     .value_size = opening->value.size };

        memcpy(row.salt, opening->salt.bytes, sizeof row.salt);
        result =
            value ? store_batch_add_opening(batch, &row) : RESULT_NO_MEMORY;
        free(value);
    }
    return result;
}

enum result register_batch_add(struct store_batch *batch,
                               const struct register_event *event,
                               const struct event_encoding *encoding,
                               const struct hash *before, struct hash *head)
{
    const struct hash leaf = hash_chain_leaf(encoding->bytes, encoding->size);
    struct store_event row = { .seq = event->seq,
                               .at_ms = event->at_ms,
                               .head =
                                   hash_chain_link(before, event->seq, &leaf),
                               .bytes = malloc(encoding->size),
                               .size = encoding->size };
    enum result result = RESULT_NO_MEMORY;

    if (row.bytes) {
        memcpy(row.bytes, encoding->bytes, encoding->size);
        result = store_batch_add_event(batch, &row);
    }
    free(row.bytes);
    if (result == RESULT_OK)
        result = add_openings(batch, encoding);
    if (result == RESULT_OK)
        *head = row.head;
    return result;
}

/* The event as it will be read again, into the batch and the book. */
static enum result add_event(struct register_desk *desk,
                             struct store_batch *batch,
                             struct register_event *event, int64_t now_ms)
{
    const struct register_state *state = register_book_state(desk->book);
    const struct hash before = register_book_head(desk->book);
    struct event_encoding encoding;
    struct hash head;
    enum result result;

    event->seq = state->next_seq;
    event->at_ms = now_ms > state->at_ms ? now_ms : state->at_ms;
    result = register_event_encode(event, identifier_view(&desk->organisation),
                                   &desk->key, &encoding);
    if (result != RESULT_OK)
        return result;
    result = register_batch_add(batch, event, &encoding, &before, &head);
    if (result == RESULT_OK)
        result =
            register_book_add_event(desk->book, encoding.bytes, encoding.size);
    event_encoding_release(&encoding);
    return result;
}

static enum result commit(struct register_desk *desk,
                          const struct store_batch *batch)
{
    enum result result = store_sqlite_begin(desk->sqlite);

    if (result != RESULT_OK)
        return result;
    result = store_sqlite_append(desk->sqlite, batch);
    if (result == RESULT_OK)
        return store_sqlite_commit(desk->sqlite);
    store_sqlite_rollback(desk->sqlite);
    return result;
}

enum result register_desk_append(struct register_desk *desk,
                                 struct register_decision *decision,
                                 bool ends_hold, int64_t now_ms)
{
    struct store_batch *batch = NULL;
    enum result result = desk->lock ? RESULT_OK : RESULT_INVALID;

    if (result == RESULT_OK)
        result = store_batch_new(&batch, &desk->organisation, 1);
    if (result == RESULT_OK && ends_hold)
        store_batch_release_hold(batch);
    for (size_t i = 0; result == RESULT_OK && i < decision->count; i++)
        result = add_event(desk, batch, &decision->events[i], now_ms);
    if (result == RESULT_OK)
        result = commit(desk, batch);
    if (result == RESULT_OK && ends_hold)
        desk->is_held = false;
    store_batch_free(batch);
    return result;
}
