/* Agenda items, the minute-taker's entries, documents. */
#include "server/domain/meeting_parts.h"

/* --- agenda -------------------------------------------------------------- */

void rule_add_item(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    uint64_t number = state->item_count + 1;
    struct event_item_added *body;

    if (state->item_count >= LIMIT_AGENDA_ITEMS) {
        draft_refuse_max(draft, LIMIT_AGENDA_ITEMS);
        return;
    }
    /* The invitation's items were named by the register. */
    do
        identifier_number(&draft->out->made, "a", number++);
    while (meeting_state_item(state, &draft->out->made));
    body = &draft_add(draft, EVENT_ITEM_ADDED_KIND)->body.item_added;
    body->item = draft->out->made;
    body->title = draft->command->body.add_item.title;
    body->act = draft->command->act;
}

/* The item if it is in this phase; else refuses. */
static const struct meeting_item *
item_in(struct draft *draft, const struct identifier *id, enum item_phase phase)
{
    static const char *const words[] = { [ITEM_WAITING] = "waiting",
                                         [ITEM_STARTED] = "started",
                                         [ITEM_ENDED] = "ended" };
    const struct meeting_item *item = meeting_state_item(draft->state, id);

    if (!item) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, id);
        return NULL;
    }
    if (item->phase != phase) {
        draft_refuse_id(draft, REFUSAL_ITEM_STATE, id);
        refusal_add_text(&draft->out->refusal, "state",
                         text_view_of(words[item->phase]));
        return NULL;
    }
    return item;
}

static void add_item_ended(struct draft *draft, const struct identifier *id)
{
    struct event_item_ended *body =
        &draft_add(draft, EVENT_ITEM_ENDED_KIND)->body.item_ended;

    body->item = *id;
    body->act = draft->command->act;
}

void rule_start_item(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.start_item.item;
    const struct meeting_item *running =
        meeting_state_started_item(draft->state);
    struct event_item_started *body;

    if (!item_in(draft, id, ITEM_WAITING))
        return;
    if (running)
        add_item_ended(draft, &running->id);
    body = &draft_add(draft, EVENT_ITEM_STARTED_KIND)->body.item_started;
    body->item = *id;
    body->act = draft->command->act;
}

void rule_end_item(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.end_item.item;

    if (item_in(draft, id, ITEM_STARTED))
        add_item_ended(draft, id);
}

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

/* Whether the file is complete on the server is the caller's to check. */
void rule_attach_document(struct draft *draft)
{
    const struct command_attach_document *command =
        &draft->command->body.attach_document;
    struct event_document_attached *body =
        &draft_add(draft, EVENT_DOCUMENT_ATTACHED_KIND)->body.document_attached;

    body->blob = command->blob;
    body->size = command->size;
    body->name = command->name;
    body->act = draft->command->act;
}
