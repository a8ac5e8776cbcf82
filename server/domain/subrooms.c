/* Sub-rooms for discussion: those in one hear each other and nobody else. Where
 * somebody is changes neither presence nor the roll. */
#include "server/domain/meeting_parts.h"

/* Votes, the floor and the course of the meeting are for all of it. */
bool subrooms_admit(enum command_op op)
{
    switch ((int)op) {
    case OP_START_VOTE:
    case OP_ADOPT_BALLOT:
    case OP_OPEN_BALLOT:
    case OP_GIVE_FLOOR:
    case OP_ADJOURN_MEETING:
    case OP_CLOSE_MEETING:
    case OP_OPEN_SUBROOMS:
        return false;
    default:
        return true;
    }
}

void draft_refuse_subrooms(struct draft *draft)
{
    draft_refuse(draft, REFUSAL_SUBROOMS_OPEN);
    refusal_add_number(&draft->out->refusal, "count",
                       draft->state->kinds.subroom_count);
}

static void add_entered(struct draft *draft, const struct identifier *holder,
                        uint64_t room)
{
    struct event_subroom_entered *body =
        &draft_add(draft, EVENT_SUBROOM_ENTERED_KIND)->body.subroom_entered;

    body->holder = *holder;
    body->room = room;
    body->by = *draft->holder;
}

static bool is_spread(const struct draft *draft,
                      const struct meeting_holder *holder)
{
    return meeting_holder_connected(holder) > 0 &&
           !identifier_equal(&holder->id, &draft->state->presiding) &&
           !identifier_equal(&holder->id, &draft->state->minute_taker);
}

/* In turn: 1, 2, ..., and again. One decision holds everybody of a roll; sites
 * that are left over stay in the plenary. */
static void spread(struct draft *draft, uint64_t count)
{
    const struct meeting_state *state = draft->state;
    uint64_t next = 0;
    size_t i;

    for (i = 0; i < state->person_count && draft_room(draft) > 0; i++)
        if (is_spread(draft, &state->people[i].holder))
            add_entered(draft, &state->people[i].holder.id, next++ % count + 1);
    for (i = 0; i < state->site_count && draft_room(draft) > 0; i++)
        if (is_spread(draft, &state->sites[i].holder))
            add_entered(draft, &state->sites[i].holder.id, next++ % count + 1);
}

static const struct meeting_vote *first_open(const struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->vote_count; i++)
        if (state->votes[i].phase == VOTE_OPEN)
            return &state->votes[i];
    return NULL;
}

void rule_open_subrooms(struct draft *draft)
{
    const struct command_open_subrooms *command =
        &draft->command->body.open_subrooms;
    const struct meeting_vote *vote = first_open(draft->state);
    const struct meeting_ballot *ballot =
        meeting_state_open_ballot(draft->state);
    struct event_subrooms_opened *body;

    if (vote) {
        draft_refuse(draft, REFUSAL_VOTES_OPEN);
        refusal_add_text(&draft->out->refusal, "vote",
                         identifier_view(&vote->id));
        return;
    }
    if (ballot) {
        draft_refuse_id(draft, REFUSAL_BALLOT_OPEN, &ballot->id);
        return;
    }
    if (command->count == 0) {
        draft_refuse(draft, REFUSAL_NO_SUCH_SUBROOM);
        refusal_add_number(&draft->out->refusal, "room", 0);
        return;
    }
    draft_end_floor(draft, FLOOR_ADJOURNED);
    body = &draft_add(draft, EVENT_SUBROOMS_OPENED_KIND)->body.subrooms_opened;
    body->count = command->count;
    body->spread = command->spread;
    body->speakers = floor_speakers_of(draft->rules);
    body->act = draft->command->act;
    if (command->spread)
        spread(draft, command->count);
}

void rule_move_to_subroom(struct draft *draft)
{
    const struct command_move_to_subroom *command =
        &draft->command->body.move_to_subroom;
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, &command->holder);

    if (!holder)
        draft_refuse_id(draft, REFUSAL_NO_SUCH_MEMBER, &command->holder);
    else if (holder->admission != ADMISSION_GRANTED)
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, &command->holder);
    else if (command->room > draft->state->kinds.subroom_count) {
        draft_refuse(draft, REFUSAL_NO_SUCH_SUBROOM);
        refusal_add_number(&draft->out->refusal, "room", command->room);
    } else if (command->room != holder->subroom)
        add_entered(draft, &command->holder, command->room);
}

void rule_return_all(struct draft *draft)
{
    if (draft->state->kinds.subroom_count == 0)
        return;
    draft_add(draft, EVENT_SUBROOMS_CLOSED_KIND)->body.subrooms_closed.act =
        draft->command->act;
}
