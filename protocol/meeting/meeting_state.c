#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

#define IN(phase) (1u << (phase))

/* Sets of phases in which an event may stand. */
enum {
    BEFORE_ANYTHING = IN(MEETING_NOTHING),
    RUNNING = IN(MEETING_OPEN),
    BEGUN = IN(MEETING_OPEN) | IN(MEETING_ADJOURNED),
    ASSEMBLED = IN(MEETING_LOBBY) | BEGUN,
    NOT_OVER = IN(MEETING_SCHEDULED) | ASSEMBLED,
    EVER = NOT_OVER | IN(MEETING_CLOSED)
};

typedef enum result (*apply_fn)(struct meeting_state *state,
                                const struct meeting_event *event);

/*
 * The whole rule book of phases: a row an event says in which phases it may
 * stand and which phase it leads to (MEETING_NOTHING: it stays). A kind without
 * a row is refused everywhere.
 */
#define ROW(NAME, name, phases, next)                                          \
    [EVENT_##NAME##_KIND] = { state_apply_##name, phases, next }
#define STAY MEETING_NOTHING
static const struct {
    apply_fn apply;
    unsigned phases;
    enum meeting_phase next;
} rows[MEETING_EVENT_COUNT] = {
    ROW(GENESIS, genesis, BEFORE_ANYTHING, MEETING_SCHEDULED),
    ROW(LOBBY_OPENED, lobby_opened, IN(MEETING_SCHEDULED), MEETING_LOBBY),
    ROW(OPENED, opened, IN(MEETING_SCHEDULED) | IN(MEETING_LOBBY),
        MEETING_OPEN),
    ROW(ADJOURNED, adjourned, RUNNING, MEETING_ADJOURNED),
    ROW(RESUMED, resumed, IN(MEETING_ADJOURNED), MEETING_OPEN),
    ROW(CLOSED, closed, BEGUN, MEETING_CLOSED),

    ROW(ROSTER_CHANGED, roster_changed, NOT_OVER, STAY),
    ROW(KNOCKED, knocked, NOT_OVER, STAY),
    ROW(ADMITTED, admitted, NOT_OVER, STAY),
    ROW(TURNED_AWAY, turned_away, NOT_OVER, STAY),
    ROW(CONNECTED, connected, NOT_OVER, STAY),
    ROW(CONNECTION_LOST, connection_lost, NOT_OVER, STAY),
    ROW(DISCONNECTED, disconnected, NOT_OVER, STAY),
    ROW(SERVER_RESTARTED, server_restarted, NOT_OVER, STAY),
    ROW(CLOCK_JUMPED, clock_jumped, NOT_OVER, STAY),
    ROW(PRESENCE_CONFIRMED, presence_confirmed, NOT_OVER, STAY),
    ROW(PRESENCE_ENDED, presence_ended, NOT_OVER, STAY),
    ROW(ABSENCE_NOTED, absence_noted, NOT_OVER, STAY),
    ROW(ROLL_CONFIRMED, roll_confirmed, ASSEMBLED, STAY),
    ROW(CHAIR_TAKEN, chair_taken, NOT_OVER, STAY),
    ROW(MINUTES_HANDED_OVER, minutes_handed_over, NOT_OVER, STAY),

    ROW(HAND_RAISED, hand_raised, RUNNING, STAY),
    ROW(HAND_LOWERED, hand_lowered, BEGUN, STAY),
    ROW(FLOOR_GIVEN, floor_given, RUNNING, STAY),
    ROW(FLOOR_EXTENDED, floor_extended, RUNNING, STAY),
    ROW(FLOOR_ENDED, floor_ended, RUNNING, STAY),
    ROW(MUTED, muted, ASSEMBLED, STAY), ROW(UNMUTED, unmuted, ASSEMBLED, STAY),
    ROW(CHAT_SAID, chat_said, ASSEMBLED, STAY),
    ROW(RECORDING_SET, recording_set, ASSEMBLED, STAY),
    ROW(RECORDING_STARTED, recording_started, RUNNING, STAY),
    ROW(RECORDING_STOPPED, recording_stopped, RUNNING, STAY),
    /* Files may be ready only when the meeting is over. */
    ROW(RECORDING_KEPT, recording_kept, BEGUN | IN(MEETING_CLOSED), STAY),

    ROW(FLOOR_MODE_SET, floor_mode_set, ASSEMBLED, STAY),
    ROW(POINT_OF_ORDER_RAISED, point_of_order_raised, RUNNING, STAY),
    ROW(FLOOR_WARNED, floor_warned, RUNNING, STAY),
    ROW(MUTE_RELEASED, mute_released, ASSEMBLED, STAY),
    ROW(OFFICER_APPOINTED, officer_appointed, NOT_OVER, STAY),
    ROW(OFFICER_DISMISSED, officer_dismissed, NOT_OVER, STAY),
    ROW(CHAIR_GIVEN, chair_given, NOT_OVER, STAY),
    ROW(CHAIR_PROPOSED, chair_proposed, RUNNING, STAY),
    ROW(CHAIR_ELECTED, chair_elected, RUNNING, STAY),

    ROW(ITEM_STARTED, item_started, RUNNING, STAY),
    ROW(ITEM_ENDED, item_ended, BEGUN, STAY),
    ROW(VOTE_STARTED, vote_started, RUNNING, STAY),
    ROW(VOTE_CAST, vote_cast, RUNNING, STAY),
    ROW(HALL_VOTES_ENTERED, hall_votes_entered, RUNNING, STAY),
    ROW(VOTE_CLOSED, vote_closed, RUNNING, STAY),
    ROW(VOTE_CANCELLED, vote_cancelled, BEGUN, STAY),
    ROW(ENTRY_WRITTEN, entry_written, ASSEMBLED, STAY),
    ROW(ENTRY_EDITED, entry_edited, ASSEMBLED, STAY),
    ROW(ENTRY_REMOVED, entry_removed, ASSEMBLED, STAY),
    ROW(MINUTES_SHARED, minutes_shared, ASSEMBLED, STAY),
    ROW(MINUTES_HIDDEN, minutes_hidden, ASSEMBLED, STAY),
    ROW(DOCUMENT_NUMBERED, document_numbered, NOT_OVER, STAY),
    ROW(MINUTES_PRESENTED, minutes_presented, BEGUN, STAY),
    ROW(OBJECTION_RAISED, objection_raised, BEGUN, STAY),
    ROW(OBJECTION_ANSWERED, objection_answered, BEGUN, STAY),
    ROW(MINUTES_ADOPTED, minutes_adopted, RUNNING, STAY),
    ROW(MINUTES_SIGNED, minutes_signed, BEGUN, STAY),
    ROW(ELECTION_CALLED, election_called, RUNNING, STAY),
    ROW(NOMINATED, nominated, RUNNING, STAY),
    ROW(NOMINATION_WITHDRAWN, nomination_withdrawn, RUNNING, STAY),
    ROW(SUPPORT_SHOWN, support_shown, RUNNING, STAY),
    ROW(LIST_CLOSED, list_closed, RUNNING, STAY),

    ROW(CHECKPOINT, checkpoint, EVER, STAY),
    ROW(RESTORED, restored, EVER, STAY),

    ROW(HELD_BY_GROUPS, held_by_groups, IN(MEETING_SCHEDULED), STAY),
    ROW(GROUP_GATHERED, group_gathered, ASSEMBLED, STAY),
    ROW(DECIDED_BY_GROUPS, decided_by_groups, RUNNING, STAY),
    ROW(SUBROOMS_OPENED, subrooms_opened, RUNNING, STAY),
    ROW(SUBROOM_ENTERED, subroom_entered, RUNNING, STAY),
    ROW(SUBROOMS_CLOSED, subrooms_closed, RUNNING, STAY),

    ROW(QUORUM_CHANGED, quorum_changed, RUNNING, STAY),
    ROW(AUTHORITY_SET, authority_set, NOT_OVER, STAY),
    ROW(VOTE_VOIDED, vote_voided, RUNNING, STAY),
    ROW(OPEN_CONTENT_DECLARED, open_content_declared, NOT_OVER, STAY),
    ROW(ELIGIBILITY_FOUND, eligibility_found, NOT_OVER, STAY),
    ROW(CHECK_IN_OPENED, check_in_opened, NOT_OVER, STAY),
    ROW(CHECK_IN_CLOSED, check_in_closed, NOT_OVER, STAY),
    ROW(HEADS_COUNTED, heads_counted, NOT_OVER, STAY),
    ROW(SCORE_COMPLETED, score_completed, BEGUN, STAY),
    ROW(PREPARED, prepared, IN(MEETING_SCHEDULED), STAY),
    ROW(ITEM_ADDED, item_added, NOT_OVER, STAY),
    ROW(ITEM_PLANNED, item_planned, NOT_OVER, STAY),
    ROW(ITEM_MOVED, item_moved, NOT_OVER, STAY),
    ROW(ITEM_DROPPED, item_dropped, NOT_OVER, STAY),
    ROW(ITEM_WARNED, item_warned, RUNNING, STAY),
    ROW(ITEM_OVERRAN, item_overran, RUNNING, STAY),
    ROW(DOCUMENT_ATTACHED, document_attached, NOT_OVER, STAY),
    ROW(DOCUMENT_WITHDRAWN, document_withdrawn, NOT_OVER, STAY),
    ROW(DOCUMENT_READ, document_read, NOT_OVER, STAY),
    ROW(DOCUMENT_SHOWN, document_shown, RUNNING, STAY),
    ROW(COMMENTED, commented, NOT_OVER, STAY),
    ROW(TASK_SET, task_set, NOT_OVER, STAY),
    ROW(TASK_REPORTED, task_reported, NOT_OVER, STAY),
    ROW(CARRIED_OVER, carried_over, NOT_OVER, STAY),

/* More of them: state_apply_ballot(). */
#define BALLOT_ROW(NAME, name)                                                 \
    [EVENT_##NAME##_KIND] = { state_apply_ballot, BEGUN, STAY },
    MEETING_BALLOT_EVENT_LIST(BALLOT_ROW)
#undef BALLOT_ROW
};
#undef ROW

enum result state_apply_lobby_opened(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    (void)state;
    (void)event;
    return RESULT_OK;
}

enum result state_apply_opened(struct meeting_state *state,
                               const struct meeting_event *event)
{
    state->opened_ms = event->at_ms;
    return RESULT_OK;
}

/* Speech does not last over a break; its end stands in the log before it. */
enum result state_apply_adjourned(struct meeting_state *state,
                                  const struct meeting_event *event)
{
    (void)event;
    return state_fits(!state->has_floor && state->kinds.subroom_count == 0 &&
                      !meeting_state_is_recorded(state));
}

enum result state_apply_resumed(struct meeting_state *state,
                                const struct meeting_event *event)
{
    (void)state;
    (void)event;
    return RESULT_OK;
}

/* Who is present then stays so in the state: it is who was there to the end. */
enum result state_apply_closed(struct meeting_state *state,
                               const struct meeting_event *event)
{
    if (state->has_floor || state->open_vote_count > 0 ||
        state->kinds.subroom_count > 0 || meeting_state_started_item(state) ||
        meeting_state_is_recorded(state) || meeting_state_open_ballot(state))
        return RESULT_CORRUPT;
    state->closed_ms = event->at_ms;
    state->closed_seq = event->seq;
    return RESULT_OK;
}

enum result state_apply_clock_jumped(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    (void)state;
    (void)event;
    return RESULT_OK;
}

enum result state_apply_minutes_handed_over(struct meeting_state *state,
                                            const struct meeting_event *event)
{
    const struct identifier *member = &event->body.minutes_handed_over.member;
    struct meeting_person *person = state_person(state, member);

    if (!person)
        return RESULT_CORRUPT;
    state->minute_taker = *member;
    person->holder.admission = ADMISSION_GRANTED;
    return RESULT_OK;
}

enum result meeting_state_new(struct meeting_state **out)
{
    struct meeting_state *state = calloc(1, sizeof *state);

    if (!state)
        return RESULT_NO_MEMORY;
    /* Slot 0 is nobody's. */
    state->next_slot = 1;
    state->floor_mode = FLOOR_CALLED;
    state->floor_order = FLOOR_BY_HAND;
    *out = state;
    return RESULT_OK;
}

struct meeting_state *meeting_state_free(struct meeting_state *state)
{
    size_t i;

    if (!state)
        return NULL;
    for (i = 0; i < state->person_count; i++)
        free(state->people[i].holder.devices);
    for (i = 0; i < state->site_count; i++)
        free(state->sites[i].holder.devices);
    state_release_votes(state);
    state_release_ballots(state);
    state_release_agenda(state);
    state_release_elections(state);
    free(state->people);
    free(state->sites);
    free(state->items);
    free(state->hands);
    free(state->entries);
    state_release_minutes(state);
    state_release_kinds(state);
    state_release_recordings(state);
    identifier_index_release(&state->person_index);
    identifier_index_release(&state->site_index);
    identifier_index_release(&state->vote_index);
    identifier_index_release(&state->entry_index);
    free(state);
    return NULL;
}

/* A ballot that is recorded carries the time at which voting began. */
static bool is_timeless(enum meeting_event_kind kind)
{
    return kind == EVENT_BALLOT_RECORDED_KIND;
}

enum result meeting_state_apply(struct meeting_state *state,
                                const struct meeting_event *event)
{
    enum result result;

    if (event->seq != state->next_seq || event->kind >= MEETING_EVENT_COUNT ||
        state->is_ended ||
        (event->at_ms < state->at_ms && !is_timeless(event->kind)))
        return RESULT_CORRUPT;
    if (event->kind == MEETING_EVENT_UNKNOWN) {
        if (state->phase == MEETING_NOTHING)
            return RESULT_CORRUPT;
    } else {
        if (!(rows[event->kind].phases & IN(state->phase)))
            return RESULT_CORRUPT;
        result = rows[event->kind].apply(state, event);
        if (result)
            return result;
        state_note_score(state, event);
        if (rows[event->kind].next != STAY)
            state->phase = rows[event->kind].next;
    }
    state->next_seq++;
    if (!is_timeless(event->kind))
        state->at_ms = event->at_ms;
    return RESULT_OK;
}

void *state_grow(void *items, size_t count, size_t item_size)
{
    enum { CAPACITY_MIN = 8 };
    size_t capacity = count ? 2 * count : CAPACITY_MIN;
    size_t size;

    /* Between two powers of two there is room already. */
    if (count != 0 && (count < CAPACITY_MIN || (count & (count - 1)) != 0))
        return items;
    if (__builtin_mul_overflow(capacity, item_size, &size))
        return NULL;
    return realloc(items, size);
}

bool meeting_state_is_presiding(const struct meeting_state *state,
                                const struct identifier *id)
{
    return !identifier_is_empty(id) &&
           (identifier_equal(id, &state->chair) ||
            identifier_equal(id, &state->deputy) ||
            identifier_equal(id, &state->presiding) ||
            identifier_equal(id, &state->minute_taker));
}

bool meeting_state_may_open(const struct meeting_state *state,
                            const struct identifier *id, enum audience audience)
{
    const struct meeting_person *person = meeting_state_person(state, id);
    const struct meeting_holder *holder = meeting_state_holder(state, id);
    bool is_member;

    if (!holder || (holder->admission != ADMISSION_GRANTED &&
                    !meeting_state_reads_ahead(state, id)))
        return false;
    is_member = !person || (person->category != CATEGORY_GUEST &&
                            category_may_attend(person->category));
    switch (audience) {
    case AUDIENCE_ALL:
        return true;
    case AUDIENCE_MEMBERS:
        return is_member;
    case AUDIENCE_PRESIDING:
        return meeting_state_is_presiding(state, id);
    case AUDIENCE_MINUTES:
        return meeting_state_is_presiding(state, id) ||
               (state->are_minutes_shared && is_member);
    case AUDIENCE_NONE:
        break;
    }
    return false;
}
