/* Who is let in: opening the lobby, admitting, turning away. */
#include "server/domain/meeting_parts.h"

void rule_open_lobby(struct draft *draft)
{
    draft_add(draft, EVENT_LOBBY_OPENED_KIND)->body.lobby_opened.act =
        draft->command->act;
}

static void add_admitted(struct draft *draft, const struct identifier *holder)
{
    struct event_admitted *body =
        &draft_add(draft, EVENT_ADMITTED_KIND)->body.admitted;

    body->holder = *holder;
    body->act = draft->command->act;
}

/* A device of a member is a seat online until she is ticked elsewhere. */
static enum presence_mode seat_of(const struct draft *draft,
                                  const struct identifier *holder)
{
    return meeting_state_person(draft->state, holder) ? MODE_ONLINE : MODE_SITE;
}

/* Who was turned away may be admitted after all, without knocking again. */
void rule_admit(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.admit.holder;
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, id);

    if (!holder)
        draft_refuse_id(draft, REFUSAL_NO_SUCH_MEMBER, id);
    else if (holder->admission != ADMISSION_WAITING &&
             holder->admission != ADMISSION_REFUSED)
        draft_refuse_id(draft, REFUSAL_NOT_WAITING, id);
    else if (draft_waits_for_declaration(draft, seat_of(draft, id)))
        draft_refuse_undeclared(draft, seat_of(draft, id));
    else
        add_admitted(draft, id);
}

/* False, with nobody let in, if the holder waits for a seat that may not open
 * yet. */
static bool admit_waiting(struct draft *draft,
                          const struct meeting_holder *holder)
{
    const enum presence_mode seat = seat_of(draft, &holder->id);

    if (holder->admission != ADMISSION_WAITING)
        return true;
    if (draft_waits_for_declaration(draft, seat)) {
        draft_refuse_undeclared(draft, seat);
        return false;
    }
    add_admitted(draft, &holder->id);
    return true;
}

/* As many as one decision holds: those left are admitted by a second one. */
void rule_admit_all(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    size_t i;

    for (i = 0; i < state->person_count && draft_room(draft) > 0; i++)
        if (!admit_waiting(draft, &state->people[i].holder))
            return;
    for (i = 0; i < state->site_count && draft_room(draft) > 0; i++)
        if (!admit_waiting(draft, &state->sites[i].holder))
            return;
}

/* Also ends the visit of somebody who is in already. */
void rule_turn_away(struct draft *draft)
{
    const struct command_turn_away *command = &draft->command->body.turn_away;
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, &command->holder);
    const struct meeting_person *person =
        meeting_state_person(draft->state, &command->holder);
    struct event_turned_away *body;
    size_t i;

    if (!holder) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_MEMBER, &command->holder);
        return;
    }
    if (meeting_state_is_presiding(draft->state, &command->holder) ||
        (holder->admission != ADMISSION_WAITING &&
         holder->admission != ADMISSION_GRANTED)) {
        draft_refuse_id(draft, REFUSAL_NOT_WAITING, &command->holder);
        return;
    }
    body = &draft_add(draft, EVENT_TURNED_AWAY_KIND)->body.turned_away;
    body->holder = command->holder;
    body->reason = command->reason;
    body->act = draft->command->act;
    for (i = 0; i < holder->device_count && draft_room(draft) > 2; i++) {
        struct event_disconnected *gone;

        if (!holder->devices[i].is_connected)
            continue;
        gone = &draft_add(draft, EVENT_DISCONNECTED_KIND)->body.disconnected;
        gone->holder = command->holder;
        gone->device = holder->devices[i].key;
        gone->reason = END_TURNED_AWAY;
    }
    if (person)
        draft_end_presence(draft, person, END_TURNED_AWAY,
                           &draft->command->act);
}
