/* What a room holds of its log in memory: events with their heads, openings,
 * and the answers of requests that were done. */
#include "server/room/room_types.h"

#include "protocol/record/hash_chain.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Grows an array to hold one more. */
bool history_grow(void *array_pointer, size_t *capacity, size_t count,
                  size_t element_size)
{
    void **array = array_pointer;
    size_t bigger = *capacity ? *capacity * 2 : 16;
    void *grown;

    if (count < *capacity)
        return true;
    grown = realloc(*array, bigger * element_size);
    if (!grown)
        return false;
    *array = grown;
    *capacity = bigger;
    return true;
}

/* Everything that came from the log, so that it can be loaded again. */
void history_clear(struct room *room)
{
    size_t i;

    for (i = 0; i < room->history_count; i++)
        frame_unref(room->history[i].frame);
    free(room->history);
    room->history = NULL;
    room->history_count = room->history_capacity = room->committed = 0;
    for (i = 0; i < room->opening_count; i++) {
        frame_unref(room->openings[i].frame);
        free(room->openings[i].value);
    }
    free(room->openings);
    room->openings = NULL;
    room->opening_count = room->opening_capacity = 0;
    for (i = 0; i < REQUEST_BUCKETS; i++) {
        while (room->requests[i]) {
            struct done_request *done = room->requests[i];

            room->requests[i] = done->next;
            frame_unref(done->answer);
            free(done);
        }
    }
    room->ticked_seq = 0;
    blob_set_release(&room->blobs);
    room->head_meeting = meeting_state_free(room->head_meeting);
    room->committed_meeting = meeting_state_free(room->committed_meeting);
    room->head_register = register_state_free(room->head_register);
    room->committed_register = register_state_free(room->committed_register);
    room->is_log_begun = false;
    OPENSSL_cleanse(&room->key, sizeof room->key);
}

void history_move(struct room *to, struct room *from)
{
    to->is_log_begun = from->is_log_begun;
    to->key = from->key;
    to->history = from->history;
    to->history_count = from->history_count;
    to->history_capacity = from->history_capacity;
    to->committed = from->committed;
    to->openings = from->openings;
    to->opening_count = from->opening_count;
    to->opening_capacity = from->opening_capacity;
    to->ticked_seq = 0;
    to->head_meeting = from->head_meeting;
    to->committed_meeting = from->committed_meeting;
    to->head_register = from->head_register;
    to->committed_register = from->committed_register;
    to->last_at_ms = from->last_at_ms;
    to->blobs = from->blobs;
    memcpy(to->requests, from->requests, sizeof to->requests);
    from->history = NULL;
    from->openings = NULL;
    from->history_count = from->history_capacity = from->committed = 0;
    from->opening_count = from->opening_capacity = 0;
    from->blobs = (struct blob_set){ .slots = NULL };
    from->head_meeting = from->committed_meeting = NULL;
    from->head_register = from->committed_register = NULL;
    memset(from->requests, 0, sizeof from->requests);
    from->is_log_begun = false;
    OPENSSL_cleanse(&from->key, sizeof from->key);
}

/* A register is bounded by what its rules admit of commands; what the server
 * itself notes there comes on top. */
static size_t events_max(const struct room *room)
{
    return room->kind == ROOM_REGISTER ? 2 * (size_t)LIMIT_REGISTER_EVENTS
                                       : room->hub->config.log_events_max;
}

enum result history_add(struct room *room, const char *bytes, size_t size,
                        int64_t at_ms)
{
    const struct hash *previous;
    struct hash leaf = hash_chain_leaf(bytes, size);
    struct frame *frame;

    if (room->history_count >= events_max(room))
        return RESULT_FULL;
    if (!history_grow(&room->history, &room->history_capacity,
                      room->history_count, sizeof room->history[0]))
        return RESULT_NO_MEMORY;
    previous = room->history_count > 0
                   ? &room->history[room->history_count - 1].head
                   : NULL;
    frame = frame_new(bytes, size, false);
    if (!frame)
        return RESULT_NO_MEMORY;
    room->history[room->history_count].frame = frame;
    room->history[room->history_count].head =
        hash_chain_link(previous, room->history_count, &leaf);
    room->history_count++;
    /* A ballot that is recorded has the time of its opening. */
    if (at_ms > room->last_at_ms)
        room->last_at_ms = at_ms;
    return RESULT_OK;
}

enum result history_open(struct room *room, const struct opening *opening,
                         const struct identifier *unit)
{
    struct room_opening *slot;
    char *text = NULL;
    size_t size = 0;
    enum result result;

    if (!history_grow(&room->openings, &room->opening_capacity,
                      room->opening_count, sizeof room->openings[0]))
        return RESULT_NO_MEMORY;
    slot = &room->openings[room->opening_count];
    memset(slot, 0, sizeof *slot);
    result = opening_write(opening, &text, &size);
    if (result != RESULT_OK)
        return result;
    slot->frame = frame_new(text, size, false);
    free(text);
    slot->value = strndup(opening->value.data ? opening->value.data : "",
                          opening->value.size);
    if (!slot->frame || !slot->value) {
        frame_unref(slot->frame);
        free(slot->value);
        return RESULT_NO_MEMORY;
    }
    slot->seq = opening->seq;
    memcpy(slot->field, opening->field, sizeof slot->field);
    slot->audience = opening->audience;
    if (unit)
        slot->unit = *unit;
    room->opening_count++;
    return RESULT_OK;
}

const struct room_opening *room_find_opening(const struct room *room,
                                             uint64_t seq, const char *field)
{
    size_t low = 0;
    size_t high = room->opening_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (room->openings[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < room->opening_count && room->openings[low].seq == seq; low++)
        if (strcmp(room->openings[low].field, field) == 0)
            return &room->openings[low];
    return NULL;
}

static struct done_request **
request_bucket(struct room *room, const struct key *device, uint64_t id)
{
    size_t bucket = (size_t)((device->bytes[0] + 31u * id) % REQUEST_BUCKETS);

    return &room->requests[bucket];
}

const struct done_request *
history_find_request(struct room *room, const struct key *device, uint64_t id)
{
    const struct done_request *done = *request_bucket(room, device, id);

    while (done && (done->id != id || !key_equal(&done->device, device)))
        done = done->next;
    return done;
}

enum result history_add_request(struct room *room, const struct key *device,
                                uint64_t id, uint64_t threshold,
                                struct frame *answer)
{
    struct done_request **bucket = request_bucket(room, device, id);
    struct done_request *done = calloc(1, sizeof *done);

    if (!done)
        return RESULT_NO_MEMORY;
    done->device = *device;
    done->id = id;
    done->threshold = threshold;
    done->answer = frame_ref(answer);
    done->next = *bucket;
    *bucket = done;
    return RESULT_OK;
}
