/* Entries of the minutes. */
#include "protocol/meeting/meeting_state_internal.h"

const struct meeting_entry *
meeting_state_entry(const struct meeting_state *state,
                    const struct identifier *id)
{
    size_t position = identifier_index_find(&state->entry_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &state->entries[position];
}

enum result state_apply_entry_written(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_entry_written *body = &event->body.entry_written;
    void *grown;
    enum result result;

    if (!identifier_is_empty(&body->item) &&
        !meeting_state_item(state, &body->item))
        return RESULT_CORRUPT;
    grown =
        state_grow(state->entries, state->entry_count, sizeof *state->entries);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->entries = grown;
    result = identifier_index_add(&state->entry_index, &body->entry,
                                  state->entry_count);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    state->entries[state->entry_count++] =
        (struct meeting_entry){ .id = body->entry,
                                .item = body->item,
                                .version = 1,
                                .seq = event->seq,
                                .at_ms = event->at_ms };
    return RESULT_OK;
}

/* The entry whose next version this is; NULL if it is not. */
static struct meeting_entry *next_version(struct meeting_state *state,
                                          const struct identifier *id,
                                          uint64_t version)
{
    size_t position = identifier_index_find(&state->entry_index, id);
    struct meeting_entry *entry;

    if (position == IDENTIFIER_NOWHERE)
        return NULL;
    entry = &state->entries[position];
    return entry->is_removed || version != entry->version + 1 ? NULL : entry;
}

enum result state_apply_entry_edited(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_entry_edited *body = &event->body.entry_edited;
    struct meeting_entry *entry =
        next_version(state, &body->entry, body->version);

    if (!entry)
        return RESULT_CORRUPT;
    entry->version = body->version;
    entry->seq = event->seq;
    return RESULT_OK;
}

enum result state_apply_entry_removed(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_entry_removed *body = &event->body.entry_removed;
    struct meeting_entry *entry =
        next_version(state, &body->entry, body->version);

    if (!entry)
        return RESULT_CORRUPT;
    entry->version = body->version;
    entry->is_removed = true;
    return RESULT_OK;
}

enum result state_apply_minutes_shared(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    (void)event;
    state->are_minutes_shared = true;
    return RESULT_OK;
}
