#include "server/store/store_batch.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

enum result store_batch_new(struct store_batch **out,
                            const struct identifier *log, uint64_t ticket)
{
    struct store_batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        return RESULT_NO_MEMORY;
    batch->ticket = ticket;
    if (log) {
        batch->has_log = true;
        batch->log = *log;
    }
    *out = batch;
    return RESULT_OK;
}

struct store_batch *store_batch_free(struct store_batch *batch)
{
    if (!batch)
        return NULL;
    for (size_t i = 0; i < batch->event_count; i++)
        store_event_release(&batch->events[i]);
    for (size_t i = 0; i < batch->opening_count; i++)
        store_opening_release(&batch->openings[i]);
    for (size_t i = 0; i < batch->request_count; i++)
        store_request_release(&batch->requests[i]);
    for (size_t i = 0; i < batch->piece_count; i++)
        free(batch->pieces[i].bytes);
    free(batch->events);
    free(batch->openings);
    free(batch->requests);
    free(batch->pieces);
    for (size_t i = 0; i < batch->blob_count; i++)
        free(batch->blobs[i].bytes);
    free(batch->blobs);
    OPENSSL_cleanse(&batch->pin, sizeof batch->pin);
    OPENSSL_cleanse(batch->room_key, sizeof batch->room_key);
    free(batch);
    return NULL;
}

const struct identifier *store_batch_log(const struct store_batch *batch)
{
    return batch->has_log ? &batch->log : NULL;
}

void *store_grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity ? *capacity : 2;
    if (__builtin_mul_overflow(wanted, (size_t)2, &wanted))
        return NULL;
    void *grown = reallocarray(items, wanted, size);
    if (grown)
        *capacity = wanted;
    return grown;
}

enum result store_batch_add_event(struct store_batch *batch,
                                  const struct store_event *event)
{
    if (!batch->has_log || event->seq > INT64_MAX)
        return RESULT_INVALID;
    if (event->size > LIMIT_EVENT_SIZE)
        return RESULT_TOO_LARGE;
    struct store_event *grown =
        store_grow(batch->events, batch->event_count, &batch->event_capacity,
                   sizeof *batch->events);
    if (!grown)
        return RESULT_NO_MEMORY;
    batch->events = grown;
    enum result result = store_event_copy(&grown[batch->event_count], event);
    if (result == RESULT_OK)
        batch->event_count++;
    return result;
}

enum result store_batch_add_opening(struct store_batch *batch,
                                    const struct store_opening *opening)
{
    if (!batch->has_log || opening->seq > INT64_MAX)
        return RESULT_INVALID;
    if (opening->value_size > LIMIT_EVENT_SIZE)
        return RESULT_TOO_LARGE;
    struct store_opening *grown =
        store_grow(batch->openings, batch->opening_count,
                   &batch->opening_capacity, sizeof *batch->openings);
    if (!grown)
        return RESULT_NO_MEMORY;
    batch->openings = grown;
    enum result result =
        store_opening_copy(&grown[batch->opening_count], opening);
    if (result == RESULT_OK)
        batch->opening_count++;
    return result;
}

enum result store_batch_add_request(struct store_batch *batch,
                                    const struct store_request *request)
{
    if (!batch->has_log)
        return RESULT_INVALID;
    if (request->answer_size > LIMIT_EVENT_SIZE)
        return RESULT_TOO_LARGE;
    struct store_request *grown =
        store_grow(batch->requests, batch->request_count,
                   &batch->request_capacity, sizeof *batch->requests);
    if (!grown)
        return RESULT_NO_MEMORY;
    batch->requests = grown;
    enum result result =
        store_request_copy(&grown[batch->request_count], request);
    if (result == RESULT_OK)
        batch->request_count++;
    return result;
}

enum result store_batch_add_blob_piece(struct store_batch *batch,
                                       const struct store_blob_piece *piece)
{
    if (piece->size > LIMIT_BLOB_PIECE_SIZE ||
        piece->blob_size > LIMIT_BLOB_SIZE)
        return RESULT_TOO_LARGE;
    if (piece->offset > piece->blob_size ||
        piece->size > piece->blob_size - piece->offset)
        return RESULT_INVALID;
    struct store_blob_piece *grown =
        store_grow(batch->pieces, batch->piece_count, &batch->piece_capacity,
                   sizeof *batch->pieces);
    if (!grown)
        return RESULT_NO_MEMORY;
    batch->pieces = grown;
    uint8_t *bytes = store_bytes_copy(piece->bytes, piece->size);
    if (!bytes)
        return RESULT_NO_MEMORY;
    grown[batch->piece_count] = *piece;
    grown[batch->piece_count].bytes = bytes;
    batch->piece_count++;
    return RESULT_OK;
}

enum result store_batch_add_blob(struct store_batch *batch, const void *bytes,
                                 size_t size, struct hash *name)
{
    if (size > LIMIT_BLOB_SIZE)
        return RESULT_TOO_LARGE;
    if (size == 0)
        return RESULT_INVALID;
    struct store_whole_blob *grown =
        store_grow(batch->blobs, batch->blob_count, &batch->blob_capacity,
                   sizeof *batch->blobs);
    if (!grown)
        return RESULT_NO_MEMORY;
    batch->blobs = grown;
    struct store_whole_blob *blob = &grown[batch->blob_count];
    blob->bytes = store_bytes_copy(bytes, size);
    if (!blob->bytes)
        return RESULT_NO_MEMORY;
    blob->size = size;
    blob->name = digest_sha256(bytes, size);
    batch->blob_count++;
    if (name)
        *name = blob->name;
    return RESULT_OK;
}

void store_batch_set_pin(struct store_batch *batch, const struct store_pin *pin)
{
    batch->has_pin = true;
    batch->pin = *pin;
}

enum result store_batch_begin_log(struct store_batch *batch,
                                  const uint8_t room_key[32])
{
    if (!batch->has_log)
        return RESULT_INVALID;
    batch->begins_log = true;
    memcpy(batch->room_key, room_key, sizeof batch->room_key);
    return RESULT_OK;
}

void store_batch_close_log(struct store_batch *batch)
{
    batch->closes_log = true;
}

void store_batch_hold(struct store_batch *batch)
{
    batch->mark = STORE_BATCH_MARK_HELD;
}

void store_batch_release_hold(struct store_batch *batch)
{
    batch->mark = STORE_BATCH_MARK_RELEASED;
}
