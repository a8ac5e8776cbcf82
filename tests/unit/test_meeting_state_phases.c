/* Which kinds of events stand in which phases of a meeting. */
#include "tests/support/meeting_transcript.h"
#include "tests/support/vote_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Kinds by the phases they may stand in, written down a second time. */
static bool may_stand(enum meeting_event_kind kind, enum meeting_phase phase)
{
    bool is_open = phase == MEETING_OPEN;
    bool is_begun = is_open || phase == MEETING_ADJOURNED;
    bool is_assembled = is_begun || phase == MEETING_LOBBY;
    bool is_not_over = is_assembled || phase == MEETING_SCHEDULED;

    switch (kind) {
    case EVENT_GENESIS_KIND:
        return phase == MEETING_NOTHING;
    case EVENT_LOBBY_OPENED_KIND:
    case EVENT_PREPARED_KIND:
        return phase == MEETING_SCHEDULED;
    case EVENT_OPENED_KIND:
        return phase == MEETING_SCHEDULED || phase == MEETING_LOBBY;
    case EVENT_RESUMED_KIND:
        return phase == MEETING_ADJOURNED;
    case EVENT_ADJOURNED_KIND:
    case EVENT_HAND_RAISED_KIND:
    case EVENT_FLOOR_GIVEN_KIND:
    case EVENT_FLOOR_EXTENDED_KIND:
    case EVENT_FLOOR_ENDED_KIND:
    case EVENT_POINT_OF_ORDER_RAISED_KIND:
    case EVENT_FLOOR_WARNED_KIND:
    case EVENT_CHAIR_PROPOSED_KIND:
    case EVENT_ITEM_STARTED_KIND:
    case EVENT_ITEM_WARNED_KIND:
    case EVENT_ITEM_OVERRAN_KIND:
    case EVENT_VOTE_STARTED_KIND:
    case EVENT_VOTE_CAST_KIND:
    case EVENT_HALL_VOTES_ENTERED_KIND:
    case EVENT_VOTE_CLOSED_KIND:
    case EVENT_QUORUM_CHANGED_KIND:
    case EVENT_VOTE_VOIDED_KIND:
    case EVENT_SUBROOMS_OPENED_KIND:
    case EVENT_ELECTION_CALLED_KIND:
    case EVENT_DOCUMENT_SHOWN_KIND:
    case EVENT_RECORDING_STARTED_KIND:
        return is_open;
    case EVENT_CLOSED_KIND:
    case EVENT_HAND_LOWERED_KIND:
    case EVENT_ITEM_ENDED_KIND:
    case EVENT_VOTE_CANCELLED_KIND:
    case EVENT_SCORE_COMPLETED_KIND:
    case EVENT_MINUTES_PRESENTED_KIND:
        return is_begun;
    case EVENT_ROLL_CONFIRMED_KIND:
    case EVENT_MUTED_KIND:
    case EVENT_UNMUTED_KIND:
    case EVENT_MUTE_RELEASED_KIND:
    case EVENT_FLOOR_MODE_SET_KIND:
    case EVENT_CHAT_SAID_KIND:
    case EVENT_RECORDING_SET_KIND:
    case EVENT_ENTRY_WRITTEN_KIND:
    case EVENT_ENTRY_EDITED_KIND:
    case EVENT_ENTRY_REMOVED_KIND:
    case EVENT_MINUTES_SHARED_KIND:
    case EVENT_MINUTES_HIDDEN_KIND:
        return is_assembled;
    case EVENT_ROSTER_CHANGED_KIND:
    case EVENT_KNOCKED_KIND:
    case EVENT_ADMITTED_KIND:
    case EVENT_TURNED_AWAY_KIND:
    case EVENT_CONNECTED_KIND:
    case EVENT_CONNECTION_LOST_KIND:
    case EVENT_DISCONNECTED_KIND:
    case EVENT_SERVER_RESTARTED_KIND:
    case EVENT_CLOCK_JUMPED_KIND:
    case EVENT_PRESENCE_CONFIRMED_KIND:
    case EVENT_PRESENCE_ENDED_KIND:
    case EVENT_ABSENCE_NOTED_KIND:
    case EVENT_CHAIR_TAKEN_KIND:
    case EVENT_CHAIR_GIVEN_KIND:
    case EVENT_OFFICER_APPOINTED_KIND:
    case EVENT_OFFICER_DISMISSED_KIND:
    case EVENT_MINUTES_HANDED_OVER_KIND:
    case EVENT_ITEM_ADDED_KIND:
    case EVENT_ITEM_PLANNED_KIND:
    case EVENT_ITEM_MOVED_KIND:
    case EVENT_ITEM_DROPPED_KIND:
    case EVENT_DOCUMENT_ATTACHED_KIND:
    case EVENT_DOCUMENT_NUMBERED_KIND:
    case EVENT_AUTHORITY_SET_KIND:
    case EVENT_OPEN_CONTENT_DECLARED_KIND:
    case EVENT_ELIGIBILITY_FOUND_KIND:
    case EVENT_DOCUMENT_WITHDRAWN_KIND:
    case EVENT_DOCUMENT_READ_KIND:
    case EVENT_COMMENTED_KIND:
    case EVENT_TASK_SET_KIND:
    case EVENT_TASK_REPORTED_KIND:
    case EVENT_CARRIED_OVER_KIND:
    case EVENT_CHECK_IN_OPENED_KIND:
    case EVENT_CHECK_IN_CLOSED_KIND:
    case EVENT_HEADS_COUNTED_KIND:
        return is_not_over;
    case EVENT_CHECKPOINT_KIND:
    case EVENT_RESTORED_KIND:
        return is_not_over || phase == MEETING_CLOSED;
        /* There is no party group and no sub-room here:
         * test_meeting_rules_groups, test_meeting_rules_subrooms. */
    case EVENT_HELD_BY_GROUPS_KIND:
    case EVENT_GROUP_GATHERED_KIND:
    case EVENT_DECIDED_BY_GROUPS_KIND:
    case EVENT_SUBROOM_ENTERED_KIND:
    case EVENT_SUBROOMS_CLOSED_KIND:
        return false;
        /* Nor is anything recorded: test_meeting_rules_recording. */
    case EVENT_RECORDING_STOPPED_KIND:
    case EVENT_RECORDING_KEPT_KIND:
        return false;
        /* Nor a list of names: test_meeting_rules_elect. */
    case EVENT_NOMINATED_KIND:
    case EVENT_NOMINATION_WITHDRAWN_KIND:
    case EVENT_SUPPORT_SHOWN_KIND:
    case EVENT_LIST_CLOSED_KIND:
        return false;
        /* There is no ballot here (test_meeting_state_ballots), and no vote
         * that has just made a chair (test_meeting_rules_floor). */
    case EVENT_CHAIR_ELECTED_KIND:
        /* Nothing was read back: test_meeting_minutes. */
    case EVENT_OBJECTION_RAISED_KIND:
    case EVENT_OBJECTION_ANSWERED_KIND:
    case EVENT_MINUTES_ADOPTED_KIND:
    case EVENT_MINUTES_SIGNED_KIND:
#define BALLOT_CASE(NAME, name) case EVENT_##NAME##_KIND:
        MEETING_BALLOT_EVENT_LIST(BALLOT_CASE)
#undef BALLOT_CASE
        break;
    case MEETING_EVENT_UNKNOWN:
    case MEETING_EVENT_COUNT:
        break;
    }
    return false;
}

/* A sheet without points, over what the log says. */
static void fit_score(const struct meeting_state *state,
                      struct meeting_event *event)
{
    struct event_score_completed *body = &event->body.score_completed;
    struct meeting_score_facts facts;

    meeting_score_facts_of(state, event->at_ms, &facts);
    body->grade = GRADE_POOR;
    body->minutes = facts.minutes;
    body->summoned = facts.summoned;
    body->present = facts.present;
    body->unexcused = facts.unexcused;
    body->speakers = facts.speakers;
    body->documents = facts.documents;
    body->documents_days = facts.documents_days;
    body->tasks = facts.tasks;
    body->tasks_done = facts.tasks_done;
}

/* A body that fits the meeting below wherever its phase admits it. */
static struct meeting_event fitting(struct meeting_transcript *meeting,
                                    enum meeting_event_kind kind)
{
    struct meeting_event event = meeting_next_event(meeting, kind);

    switch ((int)kind) {
    case EVENT_SCORE_COMPLETED_KIND:
        fit_score(meeting->state, &event);
        break;
    case EVENT_CHECKPOINT_KIND:
        event.body.checkpoint.reason = CHECKPOINT_PERIODIC;
        break;
    case EVENT_RESTORED_KIND:
        event.body.restored.from = event.seq;
        event.body.restored.lost_seq = event.seq;
        event.body.restored.act.is_present = true;
        event.body.restored.act.member = meeting->state->chair;
        event.body.restored.second.is_present = true;
        event.body.restored.second.member = meeting->state->minute_taker;
        break;
    case EVENT_ROSTER_CHANGED_KIND:
        event.body.roster_changed.register_seq = 1;
        break;
    case EVENT_RECORDING_STARTED_KIND:
        event.body.recording_started.recording = 1;
        break;
    case EVENT_SUBROOMS_OPENED_KIND:
        event.body.subrooms_opened.count = 2;
        break;
    case EVENT_ELECTION_CALLED_KIND:
        event.body.election_called.election = meeting_id("n1");
        event.body.election_called.post = POST_OTHER;
        event.body.election_called.seats = 1;
        break;
    case EVENT_KNOCKED_KIND:
        event.body.knocked.holder = meeting_id("m6");
        event.body.knocked.device = meeting_device_key("m6", 'a');
        break;
    case EVENT_ADMITTED_KIND:
    case EVENT_TURNED_AWAY_KIND:
    case EVENT_HAND_RAISED_KIND:
    case EVENT_FLOOR_GIVEN_KIND:
    case EVENT_MINUTES_HANDED_OVER_KIND:
    case EVENT_MUTED_KIND:
    case EVENT_CHAT_SAID_KIND:
        /* The first member of each of these is whom it is about. */
        event.body.admitted.holder = meeting_id(
            kind == EVENT_ADMITTED_KIND || kind == EVENT_TURNED_AWAY_KIND
                ? "m6"
                : "m2");
        break;
    case EVENT_UNMUTED_KIND:
    case EVENT_MUTE_RELEASED_KIND:
    case EVENT_HAND_LOWERED_KIND:
    case EVENT_POINT_OF_ORDER_RAISED_KIND:
    case EVENT_FLOOR_EXTENDED_KIND:
    case EVENT_FLOOR_WARNED_KIND:
    case EVENT_FLOOR_ENDED_KIND:
    case EVENT_PRESENCE_ENDED_KIND:
        event.body.unmuted.holder = meeting_id("m3");
        break;
    case EVENT_FLOOR_MODE_SET_KIND:
        event.body.floor_mode_set.mode = FLOOR_FREE;
        event.body.floor_mode_set.order = FLOOR_BY_TIME;
        break;
    case EVENT_OFFICER_APPOINTED_KIND:
    case EVENT_OFFICER_DISMISSED_KIND:
        event.body.officer_appointed.member = meeting_id("m3");
        event.body.officer_appointed.role = ROLE_OF_CO_CHAIR;
        break;
    case EVENT_CHAIR_PROPOSED_KIND:
        event.body.chair_proposed.vote = meeting_id("v1");
        event.body.chair_proposed.member = meeting_id("m2");
        event.body.chair_proposed.act.is_present = true;
        event.body.chair_proposed.act.member = meeting_id("m3");
        break;
    case EVENT_CHAIR_GIVEN_KIND:
    case EVENT_CHAIR_TAKEN_KIND:
        event.body.chair_taken.member = meeting_id("m2");
        break;
    case EVENT_CONNECTED_KIND:
        event.body.connected.holder = meeting_id("m2");
        event.body.connected.device = meeting_device_key("m2", 'b');
        event.body.connected.slot = meeting->state->next_slot;
        break;
    case EVENT_CONNECTION_LOST_KIND:
    case EVENT_DISCONNECTED_KIND:
        event.body.connection_lost.holder = meeting_id("m3");
        event.body.connection_lost.device = meeting_device_key("m3", 'a');
        break;
    case EVENT_PRESENCE_CONFIRMED_KIND:
        event.body.presence_confirmed.member = meeting_id("m14");
        event.body.presence_confirmed.mode = MODE_IN_PERSON;
        break;
    case EVENT_ABSENCE_NOTED_KIND:
        event.body.absence_noted.member = meeting_id("m14");
        event.body.absence_noted.absence = ABSENT_EXCUSED;
        break;
    case EVENT_ROLL_CONFIRMED_KIND:
        meeting_state_roll_numbers(meeting->state, &event.body.roll_confirmed);
        break;
    case EVENT_ITEM_ADDED_KIND:
        event.body.item_added.item = meeting_id("a3");
        break;
    case EVENT_ITEM_PLANNED_KIND:
    case EVENT_ITEM_MOVED_KIND:
    case EVENT_ITEM_DROPPED_KIND:
    case EVENT_ITEM_STARTED_KIND:
    case EVENT_ITEM_ENDED_KIND:
        /* The first member of each of these is the item. */
        event.body.item_started.item = meeting_id("a1");
        break;
    case EVENT_ITEM_WARNED_KIND:
        event.body.item_warned.item = meeting_id("a1");
        event.body.item_warned.left_ms = 30000;
        break;
    case EVENT_ITEM_OVERRAN_KIND:
        event.body.item_overran.item = meeting_id("a1");
        event.body.item_overran.planned_min = 1;
        event.at_ms += 60000;
        break;
    case EVENT_DOCUMENT_NUMBERED_KIND:
        event.body.document_numbered.paper = NUMBERED_NOTICE;
        event.body.document_numbered.number = 1;
        break;
    case EVENT_DOCUMENT_ATTACHED_KIND:
        event.body.document_attached.document = meeting_id("d2");
        break;
    case EVENT_DOCUMENT_WITHDRAWN_KIND:
    case EVENT_DOCUMENT_READ_KIND:
        event.body.document_read.document = meeting_id("d1");
        if (kind == EVENT_DOCUMENT_READ_KIND)
            event.body.document_read.member = meeting_id("m2");
        break;
    case EVENT_DOCUMENT_SHOWN_KIND:
        event.body.document_shown.document = meeting_id("d1");
        event.body.document_shown.member = meeting_id("m1");
        break;
    case EVENT_COMMENTED_KIND:
        event.body.commented.comment = meeting_id("c1");
        event.body.commented.member = meeting_id("m2");
        break;
    case EVENT_TASK_SET_KIND:
        event.body.task_set.task = meeting_id("t2");
        break;
    case EVENT_TASK_REPORTED_KIND:
        event.body.task_reported.task = meeting_id("t1");
        event.body.task_reported.by = meeting_id("m2");
        event.body.task_reported.result = TASK_DONE;
        break;
    case EVENT_CARRIED_OVER_KIND:
        event.body.carried_over.meeting = meeting_id("org.0");
        break;
    case EVENT_AUTHORITY_SET_KIND:
        event.body.authority_set.number = TEXT_LITERAL("05");
        event.body.authority_set.date = TEXT_LITERAL("2026-07-30");
        break;
    case EVENT_VOTE_STARTED_KIND:
        event.body.vote_started.vote = meeting_id("v2");
        vote_fixture_open(meeting->state, &event.body.vote_started);
        break;
    case EVENT_VOTE_CAST_KIND:
        event.body.vote_cast.vote = meeting_id("v1");
        event.body.vote_cast.member = meeting_id("m1");
        event.body.vote_cast.choice = CHOICE_YES;
        break;
    case EVENT_HALL_VOTES_ENTERED_KIND:
    case EVENT_VOTE_CLOSED_KIND:
    case EVENT_VOTE_CANCELLED_KIND:
    case EVENT_VOTE_VOIDED_KIND:
        event.body.vote_closed.vote = meeting_id("v1");
        break;
    case EVENT_ENTRY_WRITTEN_KIND:
        event.body.entry_written.entry = meeting_id("e2");
        break;
    case EVENT_MINUTES_PRESENTED_KIND:
        event.body.minutes_presented.version = 1;
        break;
    case EVENT_ENTRY_EDITED_KIND:
    case EVENT_ENTRY_REMOVED_KIND:
        event.body.entry_edited.entry = meeting_id("e1");
        event.body.entry_edited.version = 2;
        break;
    default:
        break;
    }
    return event;
}

/* What the kinds about something that must be there first need. */
static const char *setup_of(enum meeting_event_kind kind)
{
    switch ((int)kind) {
    case EVENT_UNMUTED_KIND:
        return "0 m3 mute m3";
    case EVENT_MUTE_RELEASED_KIND:
        return "0 m1 mute m3";
    case EVENT_OFFICER_DISMISSED_KIND:
        return "0 m1 appoint_officer m3 co_chair";
    case EVENT_HAND_LOWERED_KIND:
        return "0 m3 raise_hand";
    case EVENT_FLOOR_EXTENDED_KIND:
    case EVENT_FLOOR_WARNED_KIND:
    case EVENT_FLOOR_ENDED_KIND:
        return "0 m1 give_floor m3 0";
    case EVENT_ITEM_ENDED_KIND:
        return "0 m1 start_item a1";
    case EVENT_ITEM_WARNED_KIND:
    case EVENT_ITEM_OVERRAN_KIND:
        return "0 m1 plan_item a1 - 1\n0 m1 start_item a1";
    case EVENT_DOCUMENT_WITHDRAWN_KIND:
    case EVENT_DOCUMENT_READ_KIND:
    case EVENT_DOCUMENT_SHOWN_KIND:
        return "0 m3 attach_document tep 9 'x' pdf";
    case EVENT_TASK_REPORTED_KIND:
        return "0 m3 set_task - m2 0 'x'";
    case EVENT_CHAIR_PROPOSED_KIND:
        return "0 m1 start_vote - 'x' procedure m2";
    case EVENT_VOTE_CAST_KIND:
    case EVENT_HALL_VOTES_ENTERED_KIND:
    case EVENT_VOTE_CLOSED_KIND:
    case EVENT_VOTE_CANCELLED_KIND:
    case EVENT_VOTE_VOIDED_KIND:
        return "0 m1 start_vote - 'x'";
    case EVENT_ENTRY_EDITED_KIND:
    case EVENT_ENTRY_REMOVED_KIND:
        return "0 m3 write_entry - - - 0 'x'";
    default:
        return "";
    }
}

static struct meeting_transcript *meeting_in(enum meeting_phase phase,
                                             const char *setup)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play(meeting, "0 m1 join\n0 m2 join\n0 m3 join", NULL);
    if (phase >= MEETING_LOBBY)
        meeting_play(meeting, "0 m1 open_lobby", NULL);
    if (phase == MEETING_LOBBY || phase == MEETING_SCHEDULED)
        meeting_play(meeting, setup, NULL);
    if (phase >= MEETING_OPEN)
        meeting_play(meeting, "0 m1 open_meeting", NULL);
    if (phase >= MEETING_OPEN && phase != MEETING_CLOSED)
        meeting_play(meeting, setup, NULL);
    if (phase == MEETING_ADJOURNED)
        meeting_play(meeting, "0 m1 adjourn_meeting", NULL);
    if (phase == MEETING_CLOSED)
        meeting_play(meeting, "0 m1 close_meeting", NULL);
    assert_int_equal(meeting->state->phase, phase);
    return meeting;
}

static void every_kind_stands_only_in_its_phases(void **state)
{
    int kind, phase;

    (void)state;
    for (kind = 1; kind < MEETING_EVENT_COUNT; kind++) {
        for (phase = MEETING_SCHEDULED; phase <= MEETING_CLOSED; phase++) {
            enum meeting_event_kind k = (enum meeting_event_kind)kind;
            struct meeting_transcript *meeting =
                meeting_in((enum meeting_phase)phase, setup_of(k));
            struct meeting_event event = fitting(meeting, k);
            enum result result = meeting_state_apply(meeting->state, &event);

            if (result != (may_stand(k, (enum meeting_phase)phase)
                               ? RESULT_OK
                               : RESULT_CORRUPT))
                fail_msg("%s in phase %d: %s", meeting_event_schema(k)->name,
                         phase, result_text(result));
            meeting_transcript_drop(meeting);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_stands_only_in_its_phases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
