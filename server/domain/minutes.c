/* The minute-taker's entries. */
#include "server/domain/meeting_parts.h"

/* --- entries ------------------------------------------------------------- */

void rule_write_entry(struct draft *draft)
{
    const struct command_write_entry *command =
        &draft->command->body.write_entry;
    const struct meeting_state *state = draft->state;
    struct event_entry_written *body;

    if (!identifier_is_empty(&command->item) &&
        !meeting_state_item(state, &command->item)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, &command->item);
        return;
    }
    if (state->entry_count >= LIMIT_MINUTES_ENTRIES) {
        draft_refuse_max(draft, LIMIT_MINUTES_ENTRIES);
        return;
    }
    identifier_number(&draft->out->made, "e", state->entry_count + 1);
    body = &draft_add(draft, EVENT_ENTRY_WRITTEN_KIND)->body.entry_written;
    body->entry = draft->out->made;
    body->item = command->item;
    body->text = command->text;
    body->act = draft->command->act;
}

/* The entry if it stands at the version that the sender saw; else refuses. */
static const struct meeting_entry *
entry_at(struct draft *draft, const struct identifier *id, uint64_t version)
{
    const struct meeting_entry *entry = meeting_state_entry(draft->state, id);

    if (!entry || entry->is_removed) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ENTRY, id);
        return NULL;
    }
    if (entry->version != version) {
        draft_refuse_id(draft, REFUSAL_ENTRY_CONFLICT, id);
        refusal_add_number(&draft->out->refusal, "version", entry->version);
        return NULL;
    }
    return entry;
}

void rule_edit_entry(struct draft *draft)
{
    const struct command_edit_entry *command = &draft->command->body.edit_entry;
    struct event_entry_edited *body;

    if (!entry_at(draft, &command->entry, command->version))
        return;
    body = &draft_add(draft, EVENT_ENTRY_EDITED_KIND)->body.entry_edited;
    body->entry = command->entry;
    body->version = command->version + 1;
    body->text = command->text;
    body->act = draft->command->act;
}

void rule_remove_entry(struct draft *draft)
{
    const struct command_remove_entry *command =
        &draft->command->body.remove_entry;
    struct event_entry_removed *body;

    if (!entry_at(draft, &command->entry, command->version))
        return;
    body = &draft_add(draft, EVENT_ENTRY_REMOVED_KIND)->body.entry_removed;
    body->entry = command->entry;
    body->version = command->version + 1;
    body->act = draft->command->act;
}

void rule_share_minutes(struct draft *draft)
{
    if (!draft->state->are_minutes_shared)
        draft_add(draft, EVENT_MINUTES_SHARED_KIND)->body.minutes_shared.act =
            draft->command->act;
}
