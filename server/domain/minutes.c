/* The minutes: entries, reading back, objections, adoption, signatures. */
#include "server/domain/ballot_parts.h"
#include "server/domain/meeting_parts.h"

/* --- entries ------------------------------------------------------------- */

/* Adopted or being voted on? Then refuses. */
static bool may_change(struct draft *draft)
{
    if (!meeting_state_minutes_are_locked(draft->state))
        return true;
    draft_refuse(draft, REFUSAL_MINUTES_LOCKED);
    return false;
}

/* Is an event of this number in the log? Else refuses. */
static bool has_happened(struct draft *draft, uint64_t seq)
{
    if (seq < draft->state->next_seq)
        return true;
    draft_refuse(draft, REFUSAL_NO_SUCH_EVENT);
    refusal_add_number(&draft->out->refusal, "seq", seq);
    return false;
}

/* Whose it is: only an opinion is somebody's. */
static bool may_be_of(struct draft *draft,
                      const struct command_write_entry *command)
{
    if (identifier_is_empty(&command->member))
        return true;
    if (command->kind == ENTRY_OPINION)
        return draft_member(draft, &command->member) != NULL;
    draft_refuse(draft, REFUSAL_NO_OPINION);
    refusal_add_text(&draft->out->refusal, "member",
                     identifier_view(&command->member));
    return false;
}

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
    if (!may_change(draft) || !has_happened(draft, command->behind) ||
        !may_be_of(draft, command))
        return;
    identifier_number(&draft->out->made, "e", state->entry_count + 1);
    body = &draft_add(draft, EVENT_ENTRY_WRITTEN_KIND)->body.entry_written;
    body->entry = draft->out->made;
    body->item = command->item;
    body->kind = command->kind;
    body->member = command->member;
    body->behind = command->behind;
    body->text = command->text;
    body->act = draft->command->act;
}

/* The entry if it stands at the version that the sender saw; else refuses. */
static const struct meeting_entry *
entry_at(struct draft *draft, const struct identifier *id, uint64_t version)
{
    const struct meeting_entry *entry = meeting_state_entry(draft->state, id);

    if (!may_change(draft))
        return NULL;
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

void rule_hide_minutes(struct draft *draft)
{
    if (draft->state->are_minutes_shared)
        draft_add(draft, EVENT_MINUTES_HIDDEN_KIND)->body.minutes_hidden.act =
            draft->command->act;
}

/* --- numbers of papers ---------------------------------------------------- */

void rule_number_document(struct draft *draft)
{
    const struct command_number_document *command =
        &draft->command->body.number_document;
    const enum numbered_paper paper = (enum numbered_paper)command->paper;
    const struct meeting_minutes *minutes = &draft->state->minutes;
    const uint64_t last =
        meeting_minutes_last_number(minutes, paper, &command->ballot);
    struct event_document_numbered *body;

    if (!meeting_state_may_number(draft->state, paper, &command->ballot)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_BALLOT, &command->ballot);
        return;
    }
    if (paper == NUMBERED_MINUTES && minutes->signed_seq > 0) {
        draft_refuse(draft, REFUSAL_MINUTES_LOCKED);
        return;
    }
    if (command->number <= last) {
        draft_refuse(draft, REFUSAL_NUMBER_TAKEN);
        refusal_add_number(&draft->out->refusal, "last", last);
        return;
    }
    body =
        &draft_add(draft, EVENT_DOCUMENT_NUMBERED_KIND)->body.document_numbered;
    body->paper = command->paper;
    body->ballot = command->ballot;
    body->number = command->number;
    body->act = draft->command->act;
}

/* --- read back, and objected to ------------------------------------------ */

static void refuse_stale(struct draft *draft, uint64_t upto)
{
    draft_refuse(draft, REFUSAL_MINUTES_STALE);
    refusal_add_number(&draft->out->refusal, "changed",
                       draft->state->minutes.changed_seq);
    refusal_add_number(&draft->out->refusal, "upto", upto);
}

void rule_present_minutes(struct draft *draft)
{
    const struct command_present_minutes *command =
        &draft->command->body.present_minutes;
    const struct meeting_minutes *minutes = &draft->state->minutes;
    struct event_minutes_presented *body;

    if (!may_change(draft) || !has_happened(draft, command->upto))
        return;
    if (command->upto < minutes->changed_seq) {
        refuse_stale(draft, command->upto);
        return;
    }
    body =
        &draft_add(draft, EVENT_MINUTES_PRESENTED_KIND)->body.minutes_presented;
    body->version = minutes->version + 1;
    body->upto = command->upto;
    body->size = command->size;
    body->minutes = command->minutes;
    body->act = draft->command->act;
}

/* Is this the version that was presented last? Else refuses. */
static bool is_newest(struct draft *draft, uint64_t version)
{
    if (version > 0 && version == draft->state->minutes.version)
        return true;
    draft_refuse(draft, REFUSAL_MINUTES_VERSION);
    refusal_add_number(&draft->out->refusal, "version", version);
    refusal_add_number(&draft->out->refusal, "have",
                       draft->state->minutes.version);
    return false;
}

static bool has_room(struct draft *draft)
{
    const struct meeting_minutes *minutes = &draft->state->minutes;
    size_t i, own = 0;

    for (i = 0; i < minutes->objection_count; i++)
        own += identifier_equal(&minutes->objections[i].member, draft->holder);
    if (own >= LIMIT_MINUTES_OBJECTIONS_MEMBER)
        draft_refuse_max(draft, LIMIT_MINUTES_OBJECTIONS_MEMBER);
    else if (minutes->objection_count >= LIMIT_MINUTES_OBJECTIONS)
        draft_refuse_max(draft, LIMIT_MINUTES_OBJECTIONS);
    else
        return true;
    return false;
}

void rule_raise_objection(struct draft *draft)
{
    const struct command_raise_objection *command =
        &draft->command->body.raise_objection;
    const struct meeting_state *state = draft->state;
    struct event_objection_raised *body;

    if (!is_newest(draft, command->version) || !has_room(draft) ||
        !has_happened(draft, command->line))
        return;
    if (command->kind == MINUTES_OBJECTION &&
        state->minutes.adopted_version > 0) {
        draft_refuse(draft, REFUSAL_MINUTES_LOCKED);
        return;
    }
    if (!identifier_is_empty(&command->entry) &&
        !meeting_state_entry(state, &command->entry)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ENTRY, &command->entry);
        return;
    }
    identifier_number(&draft->out->made, "o",
                      state->minutes.objection_count + 1);
    body =
        &draft_add(draft, EVENT_OBJECTION_RAISED_KIND)->body.objection_raised;
    body->objection = draft->out->made;
    body->member = *draft->holder;
    body->kind = command->kind;
    body->version = command->version;
    body->entry = command->entry;
    body->line = command->line;
    body->text = command->text;
    body->act = draft->command->act;
}

void rule_answer_objection(struct draft *draft)
{
    const struct command_answer_objection *command =
        &draft->command->body.answer_objection;
    const struct meeting_objection *objection =
        meeting_state_objection(draft->state, &command->objection);
    struct event_objection_answered *body;
    bool is_own;

    if (!objection || objection->answer != objection_answer_none_) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_OBJECTION, &command->objection);
        return;
    }
    is_own = identifier_equal(&objection->member, draft->holder);
    if (command->answer == ANSWER_WITHDRAWN
            ? !is_own
            : !draft_has_role(draft, ROLE_CHAIR | ROLE_MINUTES)) {
        draft_refuse_who(draft, command->answer == ANSWER_WITHDRAWN
                                    ? "whoever objected"
                                    : "the chair or the minute-taker");
        return;
    }
    body = &draft_add(draft, EVENT_OBJECTION_ANSWERED_KIND)
                ->body.objection_answered;
    body->objection = command->objection;
    body->answer = command->answer;
    body->text = command->text;
    body->act = draft->command->act;
}

/* --- adopted and signed --------------------------------------------------- */

bool draft_may_vote_on_minutes(struct draft *draft)
{
    const struct meeting_minutes *minutes = &draft->state->minutes;
    const size_t open = meeting_minutes_open_objections(minutes);

    if (!may_change(draft))
        return false;
    if (meeting_minutes_are_stale(minutes)) {
        refuse_stale(draft, minutes->upto);
    } else if (open > 0) {
        draft_refuse(draft, REFUSAL_MINUTES_OBJECTED);
        refusal_add_number(&draft->out->refusal, "count", open);
    } else {
        return true;
    }
    return false;
}

void draft_adopt_minutes(struct draft *draft, const struct identifier *vote)
{
    const struct meeting_minutes *minutes = &draft->state->minutes;
    struct event_minutes_adopted *body;

    if (!identifier_equal(vote, &minutes->vote) || minutes->version == 0 ||
        minutes->vote_version != minutes->version)
        return;
    body = &draft_add(draft, EVENT_MINUTES_ADOPTED_KIND)->body.minutes_adopted;
    body->version = minutes->version;
    body->c = minutes->c;
    body->vote = *vote;
}

void rule_sign_minutes(struct draft *draft)
{
    const struct command_sign_minutes *command =
        &draft->command->body.sign_minutes;
    const struct meeting_minutes *minutes = &draft->state->minutes;
    const enum minutes_signer role = (enum minutes_signer)command->role;
    struct event_minutes_signed *body;

    if (minutes->adopted_version == 0) {
        draft_refuse(draft, REFUSAL_MINUTES_NOT_ADOPTED);
        return;
    }
    if (!is_newest(draft, command->version))
        return;
    if (!hash_equal(&command->c, &minutes->c)) {
        draft_refuse(draft, REFUSAL_BAD_COMMITMENT);
        refusal_add_text(&draft->out->refusal, "path", TEXT_LITERAL("c"));
    } else if (!meeting_state_may_sign(draft->state, draft->holder, role)) {
        draft_refuse_who(draft, role == SIGNER_CHAIR ? "the chair"
                                                     : "the minute-taker");
    } else if (meeting_minutes_signature(minutes, draft->holder, role)) {
        draft_refuse(draft, REFUSAL_SIGNED_ALREADY);
        refusal_add_text(
            &draft->out->refusal, "role",
            text_view_of(enum_word(&minutes_signer_words, command->role)));
    } else {
        body =
            &draft_add(draft, EVENT_MINUTES_SIGNED_KIND)->body.minutes_signed;
        body->role = command->role;
        body->version = command->version;
        body->c = command->c;
        BALLOT_SIGNED_BY(draft, body);
    }
}
