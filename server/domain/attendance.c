/* Presence: ticks, own confirmation, absence, the roll. */
#include "server/domain/meeting_parts.h"

void draft_add_present(struct draft *draft, const struct identifier *member,
                       enum presence_mode mode, const struct identifier *site,
                       enum presence_source source)
{
    struct event_presence_confirmed *body =
        &draft_add(draft, EVENT_PRESENCE_CONFIRMED_KIND)
             ->body.presence_confirmed;

    body->member = *member;
    body->mode = (int)mode;
    if (site)
        body->site = *site;
    body->source = (int)source;
    if (source == SOURCE_TICK || source == SOURCE_OWN_ACT)
        body->act = draft->command->act;
}

static void refuse_present(struct draft *draft,
                           const struct meeting_person *person)
{
    draft_refuse_id(draft, REFUSAL_ALREADY_PRESENT, &person->holder.id);
    refusal_add_text(
        &draft->out->refusal, "mode",
        text_view_of(enum_word(&presence_mode_words, (int)person->mode)));
}

/* The member's own act has the last word on where he is. */
void rule_confirm_presence(struct draft *draft)
{
    const struct meeting_person *person = draft_person(draft);

    if (!rights_may_attend(&draft->rules->rights, person->category))
        draft_refuse_category(draft, REFUSAL_CANNOT_ATTEND, person);
    else if (draft_waits_for_declaration(draft, MODE_ONLINE))
        draft_refuse_undeclared(draft, MODE_ONLINE);
    else
        draft_add_present(draft, draft->holder, MODE_ONLINE, NULL,
                          SOURCE_OWN_ACT);
}

/* A site's device speaks for its own site only. */
static bool may_tick_at(struct draft *draft, const struct command_tick *command)
{
    bool is_at_site = command->mode == MODE_SITE;

    if (!draft_person(draft) &&
        (!is_at_site || !identifier_equal(&command->site, draft->holder))) {
        draft_refuse_who(draft, "the chair or the minute-taker");
        return false;
    }
    if (command->mode == MODE_ONLINE ||
        is_at_site == identifier_is_empty(&command->site)) {
        draft_refuse(draft, REFUSAL_WRONG_MODE);
        return false;
    }
    if (is_at_site && !meeting_state_site(draft->state, &command->site)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_SITE, &command->site);
        return false;
    }
    return true;
}

/* While a vote is open a site does not count for itself who votes by a device
 * of her own; she goes there by code or PIN, or chair or minute-taker say so.
 */
static bool would_take_vote(const struct draft *draft,
                            const struct meeting_person *person)
{
    return !draft_person(draft) && person->mode == MODE_ONLINE &&
           draft->state->open_vote_count > 0;
}

void rule_tick(struct draft *draft)
{
    const struct command_tick *command = &draft->command->body.tick;
    const struct meeting_person *person = draft_member(draft, &command->member);

    if (!person || !may_tick_at(draft, command))
        return;
    if (!rights_may_attend(&draft->rules->rights, person->category))
        draft_refuse_category(draft, REFUSAL_CANNOT_ATTEND, person);
    else if (((int)person->mode == command->mode &&
              identifier_equal(&person->site, &command->site)) ||
             would_take_vote(draft, person))
        refuse_present(draft, person);
    else if (draft_waits_for_declaration(draft,
                                         (enum presence_mode)command->mode))
        draft_refuse_undeclared(draft, (enum presence_mode)command->mode);
    else
        draft_add_present(draft, &command->member,
                          (enum presence_mode)command->mode, &command->site,
                          SOURCE_TICK);
}

/* The member whose tick is to end; NULL with the refusal written. */
static const struct meeting_person *ticked(struct draft *draft,
                                           const struct identifier *id)
{
    const struct meeting_person *person = draft_member(draft, id);

    if (!person)
        return NULL;
    if (person->mode == presence_mode_none_)
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, id);
    else if (!draft_person(draft) && !draft_is_own_site(draft, person))
        draft_refuse_who(draft, "the chair or the minute-taker");
    else if (person->mode == MODE_ONLINE)
        refuse_present(draft, person);
    else
        return person;
    return NULL;
}

/* Takes a tick back. Whoever has a device connected is then present by it. */
void rule_untick(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.untick.member;
    const struct meeting_person *person = ticked(draft, id);

    if (!person)
        return;
    draft_end_presence(draft, person, END_UNTICKED, &draft->command->act);
    if (meeting_holder_connected(&person->holder) > 0 &&
        !draft_waits_for_declaration(draft, MODE_ONLINE))
        draft_add_present(draft, id, MODE_ONLINE, NULL, SOURCE_CONNECTION);
}

/* She has gone, whatever device she left connected. */
void rule_note_left(struct draft *draft)
{
    const struct meeting_person *person =
        ticked(draft, &draft->command->body.note_left.member);

    if (person)
        draft_end_presence(draft, person, END_LEFT, &draft->command->act);
}

void rule_note_absence(struct draft *draft)
{
    const struct command_note_absence *command =
        &draft->command->body.note_absence;
    const struct meeting_person *person = draft_member(draft, &command->member);
    struct event_absence_noted *body;

    if (!person)
        return;
    if (person->mode != presence_mode_none_) {
        refuse_present(draft, person);
        return;
    }
    if (command->throughout && (draft->state->kind != KIND_CONGRESS ||
                                command->absence != ABSENT_EXCUSED)) {
        draft_refuse(draft, REFUSAL_NOT_THROUGHOUT);
        refusal_add_text(&draft->out->refusal, "rule",
                         text_view_of(enum_word(&rule_id_words,
                                                RULE_ID_DENOMINATOR_CONGRESS)));
        return;
    }
    body = &draft_add(draft, EVENT_ABSENCE_NOTED_KIND)->body.absence_noted;
    body->member = command->member;
    body->absence = command->absence;
    body->reason = command->reason;
    body->throughout = command->throughout;
    body->act = draft->command->act;
}

void rule_confirm_roll(struct draft *draft)
{
    struct event_roll_confirmed *body =
        &draft_add(draft, EVENT_ROLL_CONFIRMED_KIND)->body.roll_confirmed;

    meeting_state_roll_numbers(draft->state, body);
    body->act = draft->command->act;
}
