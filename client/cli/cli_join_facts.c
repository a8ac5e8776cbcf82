/* What of the meeting's view steers sound and screen. */
#include "client/cli/cli_join_internal.h"

/* Is this holder the speaker, or the site where the speaker sits? */
static bool has_floor(const struct meeting_state *state,
                      const struct identifier *holder)
{
    const struct meeting_person *speaker;

    if (!state->has_floor)
        return false;
    if (identifier_equal(&state->floor_member, holder))
        return true;
    speaker = meeting_state_person(state, &state->floor_member);
    return speaker && speaker->mode == MODE_SITE &&
           identifier_equal(&speaker->site, holder);
}

static struct cli_facts take_facts(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    struct cli_facts facts = { .line = view->line, .place = view->place };

    if (view->state) {
        const struct meeting_holder *me =
            meeting_state_holder(view->state, &view->me);

        facts.phase = view->state->phase;
        facts.has_floor = has_floor(view->state, &view->me);
        facts.may_be_heard =
            me && meeting_state_may_be_heard(view->state, &me->id);
        facts.is_muted = me && (me->is_muted || me->is_blocked);
        facts.is_blocked = me && me->is_blocked;
        facts.is_recorded =
            meeting_state_is_recorded(view->state) && facts.place == PLACE_IN;
        facts.may_record =
            view->state->is_recording_allowed && facts.phase != MEETING_CLOSED;
    }
    client_view_unlock(join->session.client);
    return facts;
}

static void look_at_facts(struct cli_join *join)
{
    struct cli_facts before = join->facts;

    join->facts = take_facts(join);
    join->has_entered = join->has_entered || join->facts.place == PLACE_LOBBY ||
                        join->facts.place == PLACE_IN;
    cli_join_follow_facts(join, &before);
    join->front->on_facts(join, &before);
}

static void look_at_speakers(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    bool is_shortest;

    cli_speaking_now(&join->speaking, view,
                     join->facts.may_be_heard && join->facts.line == LINE_UP,
                     &join->speakers);
    is_shortest =
        cli_room_note_round_trip(&join->room, view->speech_line.round_trip_ms);
    client_view_unlock(join->session.client);
    if (is_shortest && join->voice)
        cli_voice_set_round_trip(join->voice, join->room.round_trip_ms);
    join->front->on_speakers(join);
}

void cli_join_look(struct cli_join *join)
{
    look_at_facts(join);
    cli_join_follow_volumes(join);
    look_at_speakers(join);
}
