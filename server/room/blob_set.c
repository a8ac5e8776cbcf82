#include "server/room/blob_set.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 16 };

static bool is_free(const struct hash *slot)
{
    static const struct hash zeros;

    return hash_equal(slot, &zeros);
}

void blob_set_release(struct blob_set *set)
{
    free(set->slots);
    *set = (struct blob_set){ .slots = NULL };
}

/* Where it is, or would be; there is a free slot. SHA-256 spreads them. */
static size_t place_of(const struct hash *slots, size_t slot_count,
                       const struct hash *blob)
{
    size_t place;

    memcpy(&place, blob->bytes, sizeof place);
    place &= slot_count - 1;
    while (!is_free(&slots[place]) && !hash_equal(&slots[place], blob))
        place = (place + 1) & (slot_count - 1);
    return place;
}

static enum result grow(struct blob_set *set)
{
    const size_t count = set->slot_count ? set->slot_count * 2 : SLOTS_MIN;
    struct hash *slots = calloc(count, sizeof *slots);
    size_t i;

    if (!slots)
        return RESULT_NO_MEMORY;
    for (i = 0; i < set->slot_count; i++)
        if (!is_free(&set->slots[i]))
            slots[place_of(slots, count, &set->slots[i])] = set->slots[i];
    free(set->slots);
    set->slots = slots;
    set->slot_count = count;
    return RESULT_OK;
}

enum result blob_set_add(struct blob_set *set, const struct hash *blob)
{
    size_t place;

    if (is_free(blob))
        return RESULT_OK;
    if (2 * (set->used + 1) > set->slot_count && grow(set) != RESULT_OK)
        return RESULT_NO_MEMORY;
    place = place_of(set->slots, set->slot_count, blob);
    if (is_free(&set->slots[place])) {
        set->slots[place] = *blob;
        set->used++;
    }
    return RESULT_OK;
}

bool blob_set_has(const struct blob_set *set, const struct hash *blob)
{
    return set->used > 0 && !is_free(blob) &&
           hash_equal(&set->slots[place_of(set->slots, set->slot_count, blob)],
                      blob);
}

static enum result add_both(struct blob_set *set, const struct hash *one,
                            const struct hash *other)
{
    const enum result result = blob_set_add(set, one);

    return result == RESULT_OK ? blob_set_add(set, other) : result;
}

enum result blob_set_add_event(struct blob_set *set,
                               const struct meeting_event *event)
{
    const struct event_ballot_ready *ready = &event->body.ballot_ready;
    const struct event_ballot_listed *list = &event->body.ballot_listed;
    const struct event_ballot_tallied *tally = &event->body.ballot_tallied;
    const struct event_ballot_decrypted *part = &event->body.ballot_decrypted;

    if (event->kind == EVENT_DOCUMENT_ATTACHED_KIND)
        return blob_set_add(set, &event->body.document_attached.blob);
    if (event->kind == EVENT_BALLOT_READY_KIND)
        return add_both(set, &ready->election, &ready->trustees);
    if (event->kind == EVENT_BALLOT_LISTED_KIND)
        return add_both(set, &list->setup, &list->credentials);
    if (event->kind == EVENT_BALLOT_RECORDED_KIND)
        return blob_set_add(set, &event->body.ballot_recorded.tracker);
    if (event->kind == EVENT_BALLOT_TALLIED_KIND)
        return add_both(set, &tally->tally, &tally->sized);
    if (event->kind == EVENT_BALLOT_DECRYPTED_KIND)
        return add_both(set, &part->payload, &part->sized);
    if (event->kind == EVENT_BALLOT_RESULT_KIND)
        return blob_set_add(set, &event->body.ballot_result.result);
    return RESULT_OK;
}
