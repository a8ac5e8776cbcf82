/* Folding: what a log may not say, and what look-ups answer. */
#include "protocol/meeting/meeting_state_digest.h"
#include "tests/support/vote_fixture.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m5", "m7", "s1", NULL };

/* An open meeting: m1 m2 m3 m4 m5 m7 online, m14 ticked at s1, vote v1 open
 * and v2 closed, m4 has the floor, m5's hand is up, entry e1, item a1. */
static struct meeting_transcript *busy_meeting(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 s1 tick m14 site s1\n"
                 "1 m1 start_vote a1 'Một'\n"
                 "1 m1 start_vote - 'Hai'\n"
                 "1 m1 close_vote v2\n"
                 "1 m1 start_item a1\n"
                 "1 m1 give_floor m4 0\n"
                 "1 m5 raise_hand\n"
                 "1 m3 write_entry a1 - - 0 'x'\n"
                 "1 m2 vote v1 yes",
                 NULL);
    assert_int_equal(meeting->state->phase, MEETING_OPEN);
    assert_int_equal(meeting->state->vote_count, 2);
    return meeting;
}

static struct meeting_event next_event(struct meeting_transcript *meeting,
                                       enum meeting_event_kind kind)
{
    return (struct meeting_event){ .seq = meeting->state->next_seq,
                                   .at_ms = meeting->state->at_ms,
                                   .kind = kind };
}

/* Applies to a busy meeting; the state is not used after a refusal. */
static void expect(struct meeting_event made, enum result expected,
                   const char *what)
{
    struct meeting_transcript *meeting = busy_meeting();
    struct meeting_event event = made;
    enum result result;

    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->state->at_ms;
    if (event.kind == EVENT_VOTE_STARTED_KIND)
        vote_fixture_open(meeting->state, &event.body.vote_started);
    result = meeting_state_apply(meeting->state, &event);
    if (result != expected)
        fail_msg("%s: %s", what, result_text(result));
    meeting->state = meeting_state_free(meeting->state);
    json_decref(meeting->log);
    free(meeting->decision);
    free(meeting->text);
    free(meeting);
}

#define REFUSED(NAME, name, ...)                                               \
    expect((struct meeting_event){ .kind = EVENT_##NAME##_KIND,                \
                                   .body.name = { __VA_ARGS__ } },             \
           RESULT_CORRUPT, #name ": " #__VA_ARGS__)
#define TAKEN(NAME, name, ...)                                                 \
    expect((struct meeting_event){ .kind = EVENT_##NAME##_KIND,                \
                                   .body.name = { __VA_ARGS__ } },             \
           RESULT_OK, #name ": " #__VA_ARGS__)
#define ID(text) meeting_id(text)

static void an_event_out_of_order_or_back_in_time_is_refused(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_event event = next_event(meeting, EVENT_CLOCK_JUMPED_KIND);

    (void)state;
    event.seq++;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    event.seq -= 2;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    event.seq++;
    event.at_ms--;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    event.at_ms++;
    event.kind = MEETING_EVENT_COUNT;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    meeting_transcript_end(meeting);
}

static void an_unknown_kind_only_counts(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_event event = next_event(meeting, MEETING_EVENT_UNKNOWN);
    struct meeting_state *empty;

    (void)state;
    assert_int_equal(meeting_state_apply(meeting->state, &event), RESULT_OK);
    assert_int_equal(meeting->state->next_seq, 2);
    assert_int_equal(meeting_state_new(&empty), RESULT_OK);
    event.seq = 0;
    assert_int_equal(meeting_state_apply(empty, &event), RESULT_CORRUPT);
    meeting_state_free(empty);
    meeting->state->next_seq = 1; /* the replay knows no such event */
    meeting_transcript_end(meeting);
}

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
    struct meeting_event event = next_event(meeting, kind);

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
        event.body.election_called.election = ID("n1");
        event.body.election_called.post = POST_OTHER;
        event.body.election_called.seats = 1;
        break;
    case EVENT_KNOCKED_KIND:
        event.body.knocked.holder = ID("m6");
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
        event.body.admitted.holder =
            ID(kind == EVENT_ADMITTED_KIND || kind == EVENT_TURNED_AWAY_KIND
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
        event.body.unmuted.holder = ID("m3");
        break;
    case EVENT_FLOOR_MODE_SET_KIND:
        event.body.floor_mode_set.mode = FLOOR_FREE;
        event.body.floor_mode_set.order = FLOOR_BY_TIME;
        break;
    case EVENT_OFFICER_APPOINTED_KIND:
    case EVENT_OFFICER_DISMISSED_KIND:
        event.body.officer_appointed.member = ID("m3");
        event.body.officer_appointed.role = ROLE_OF_CO_CHAIR;
        break;
    case EVENT_CHAIR_PROPOSED_KIND:
        event.body.chair_proposed.vote = ID("v1");
        event.body.chair_proposed.member = ID("m2");
        event.body.chair_proposed.act.is_present = true;
        event.body.chair_proposed.act.member = ID("m3");
        break;
    case EVENT_CHAIR_GIVEN_KIND:
    case EVENT_CHAIR_TAKEN_KIND:
        event.body.chair_taken.member = ID("m2");
        break;
    case EVENT_CONNECTED_KIND:
        event.body.connected.holder = ID("m2");
        event.body.connected.device = meeting_device_key("m2", 'b');
        event.body.connected.slot = meeting->state->next_slot;
        break;
    case EVENT_CONNECTION_LOST_KIND:
    case EVENT_DISCONNECTED_KIND:
        event.body.connection_lost.holder = ID("m3");
        event.body.connection_lost.device = meeting_device_key("m3", 'a');
        break;
    case EVENT_PRESENCE_CONFIRMED_KIND:
        event.body.presence_confirmed.member = ID("m14");
        event.body.presence_confirmed.mode = MODE_IN_PERSON;
        break;
    case EVENT_ABSENCE_NOTED_KIND:
        event.body.absence_noted.member = ID("m14");
        event.body.absence_noted.absence = ABSENT_EXCUSED;
        break;
    case EVENT_ROLL_CONFIRMED_KIND:
        meeting_state_roll_numbers(meeting->state, &event.body.roll_confirmed);
        break;
    case EVENT_ITEM_ADDED_KIND:
        event.body.item_added.item = ID("a3");
        break;
    case EVENT_ITEM_PLANNED_KIND:
    case EVENT_ITEM_MOVED_KIND:
    case EVENT_ITEM_DROPPED_KIND:
    case EVENT_ITEM_STARTED_KIND:
    case EVENT_ITEM_ENDED_KIND:
        /* The first member of each of these is the item. */
        event.body.item_started.item = ID("a1");
        break;
    case EVENT_ITEM_WARNED_KIND:
        event.body.item_warned.item = ID("a1");
        event.body.item_warned.left_ms = 30000;
        break;
    case EVENT_ITEM_OVERRAN_KIND:
        event.body.item_overran.item = ID("a1");
        event.body.item_overran.planned_min = 1;
        event.at_ms += 60000;
        break;
    case EVENT_DOCUMENT_NUMBERED_KIND:
        event.body.document_numbered.paper = NUMBERED_NOTICE;
        event.body.document_numbered.number = 1;
        break;
    case EVENT_DOCUMENT_ATTACHED_KIND:
        event.body.document_attached.document = ID("d2");
        break;
    case EVENT_DOCUMENT_WITHDRAWN_KIND:
    case EVENT_DOCUMENT_READ_KIND:
        event.body.document_read.document = ID("d1");
        if (kind == EVENT_DOCUMENT_READ_KIND)
            event.body.document_read.member = ID("m2");
        break;
    case EVENT_DOCUMENT_SHOWN_KIND:
        event.body.document_shown.document = ID("d1");
        event.body.document_shown.member = ID("m1");
        break;
    case EVENT_COMMENTED_KIND:
        event.body.commented.comment = ID("c1");
        event.body.commented.member = ID("m2");
        break;
    case EVENT_TASK_SET_KIND:
        event.body.task_set.task = ID("t2");
        break;
    case EVENT_TASK_REPORTED_KIND:
        event.body.task_reported.task = ID("t1");
        event.body.task_reported.by = ID("m2");
        event.body.task_reported.result = TASK_DONE;
        break;
    case EVENT_CARRIED_OVER_KIND:
        event.body.carried_over.meeting = ID("org.0");
        break;
    case EVENT_AUTHORITY_SET_KIND:
        event.body.authority_set.number = TEXT_LITERAL("05");
        event.body.authority_set.date = TEXT_LITERAL("2026-07-30");
        break;
    case EVENT_VOTE_STARTED_KIND:
        event.body.vote_started.vote = ID("v2");
        vote_fixture_open(meeting->state, &event.body.vote_started);
        break;
    case EVENT_VOTE_CAST_KIND:
        event.body.vote_cast.vote = ID("v1");
        event.body.vote_cast.member = ID("m1");
        event.body.vote_cast.choice = CHOICE_YES;
        break;
    case EVENT_HALL_VOTES_ENTERED_KIND:
    case EVENT_VOTE_CLOSED_KIND:
    case EVENT_VOTE_CANCELLED_KIND:
    case EVENT_VOTE_VOIDED_KIND:
        event.body.vote_closed.vote = ID("v1");
        break;
    case EVENT_ENTRY_WRITTEN_KIND:
        event.body.entry_written.entry = ID("e2");
        break;
    case EVENT_MINUTES_PRESENTED_KIND:
        event.body.minutes_presented.version = 1;
        break;
    case EVENT_ENTRY_EDITED_KIND:
    case EVENT_ENTRY_REMOVED_KIND:
        event.body.entry_edited.entry = ID("e1");
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

static void drop(struct meeting_transcript *meeting)
{
    meeting->state = meeting_state_free(meeting->state);
    json_decref(meeting->log);
    free(meeting->decision);
    free(meeting->text);
    free(meeting);
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
            drop(meeting);
        }
    }
}

static void nothing_comes_before_the_genesis(void **state)
{
    int kind;

    (void)state;
    for (kind = EVENT_ROSTER_CHANGED_KIND; kind < MEETING_EVENT_COUNT; kind++) {
        struct meeting_event event = { .kind = (enum meeting_event_kind)kind };
        struct meeting_state *empty;

        assert_int_equal(meeting_state_new(&empty), RESULT_OK);
        assert_int_equal(meeting_state_apply(empty, &event), RESULT_CORRUPT);
        meeting_state_free(empty);
    }
}

static void a_genesis_that_contradicts_itself_is_refused(void **state)
{
    struct roster_device device[] = { { .vouched_by = { "", 0 } },
                                      { .vouched_by = { "", 0 } } };
    struct roster_person people[] = {
        { .member = ID("m1"), .category = CATEGORY_OFFICIAL },
        { .member = ID("m2"), .category = CATEGORY_OFFICIAL },
    };
    struct roster_site sites[] = { { .site = ID("s1"), .keeper = ID("m1") } };
    struct agenda_item agenda[] = { { .item = ID("a1") },
                                    { .item = ID("a2") } };
    const struct event_genesis good = {
        .meeting = ID("o.1"),
        .ruleset = { "r", 1 },
        .zone = { "UTC", 3 },
        .chair = ID("m1"),
        .minute_taker = ID("m2"),
        .agenda = { agenda, 2 },
        .roster = { people, 2 },
        .sites = { sites, 1 },
    };
    char long_text[500];
    int fault;

    (void)state;
    memset(long_text, 'a', sizeof long_text);
    for (fault = 0; fault <= 11; fault++) {
        struct meeting_event event = { .kind = EVENT_GENESIS_KIND,
                                       .body.genesis = good };
        struct event_genesis *body = &event.body.genesis;
        struct meeting_state *empty;

        people[1].member = ID(fault == 1 ? "m1" : "m2");
        agenda[1].item = ID(fault == 2 ? "a1" : "a2");
        sites[0].site = ID(fault == 3 ? "m1" : "s1");
        if (fault == 4)
            body->chair = ID("m9");
        if (fault == 5)
            body->minute_taker = ID("m9");
        if (fault == 6)
            body->deputy = ID("m9");
        if (fault == 7)
            body->ruleset = (struct text_view){ long_text, sizeof long_text };
        if (fault == 8)
            body->zone = (struct text_view){ long_text, sizeof long_text };
        people[0].devices = (struct items){ device, fault == 9 ? 2 : 1 };
        device[0].vouched_by =
            (struct text_view){ long_text, fault == 10 ? sizeof long_text : 2 };
        people[0].member = ID(fault == 11 ? "" : "m1");
        assert_int_equal(meeting_state_new(&empty), RESULT_OK);
        assert_int_equal(meeting_state_apply(empty, &event),
                         fault == 0 ? RESULT_OK : RESULT_CORRUPT);
        meeting_state_free(empty);
    }
}

static void
the_genesis_says_whether_devices_have_to_be_vouched_for(void **state)
{
    struct roster_person people[] = { { .member = ID("m1"),
                                        .category = CATEGORY_OFFICIAL } };
    int is_required;

    (void)state;
    for (is_required = 0; is_required <= 1; is_required++) {
        struct meeting_event event = {
            .kind = EVENT_GENESIS_KIND,
            .body.genesis = { .meeting = ID("o.1"),
                              .chair = ID("m1"),
                              .minute_taker = ID("m1"),
                              .vouching_required = is_required == 1,
                              .roster = { people, 1 } }
        };
        struct meeting_state *empty;

        assert_int_equal(meeting_state_new(&empty), RESULT_OK);
        assert_int_equal(meeting_state_apply(empty, &event), RESULT_OK);
        assert_int_equal(empty->is_vouching_required, is_required);
        meeting_state_free(empty);
    }
}

static void contradictions_about_people_are_refused(void **state)
{
    struct key m4a = meeting_device_key("m4", 'a');
    struct key m4b = meeting_device_key("m4", 'b');
    struct key m6a = meeting_device_key("m6", 'a');
    struct key other = meeting_device_key("m4", 'z');

    (void)state;
    REFUSED(KNOCKED, knocked, .holder = ID("m99"), .device = m6a);
    REFUSED(KNOCKED, knocked, .holder = ID("m6"), .device = m4a);
    REFUSED(KNOCKED, knocked, .holder = ID("m4"), .device = m4a);
    REFUSED(ADMITTED, admitted, .holder = ID("m99"));
    REFUSED(ADMITTED, admitted, .holder = ID("m4"));
    REFUSED(TURNED_AWAY, turned_away, .holder = ID("m99"));
    REFUSED(TURNED_AWAY, turned_away, .holder = ID("m2"));
    REFUSED(CONNECTED, connected, .holder = ID("m4"), .device = m4a, .slot = 4);
    REFUSED(CONNECTED, connected, .holder = ID("m4"), .device = m4b, .slot = 4);
    REFUSED(CONNECTED, connected, .holder = ID("m4"), .device = other,
            .slot = 8);
    REFUSED(CONNECTED, connected, .holder = ID("m6"), .device = m6a, .slot = 8);
    REFUSED(CONNECTED, connected, .holder = ID("m99"), .device = m6a,
            .slot = 8);
    TAKEN(CONNECTED, connected, .holder = ID("m4"), .device = m4b, .slot = 8);
    REFUSED(CONNECTION_LOST, connection_lost, .holder = ID("m4"),
            .device = m4b);
    REFUSED(CONNECTION_LOST, connection_lost, .holder = ID("m99"),
            .device = m4a);
    REFUSED(DISCONNECTED, disconnected, .holder = ID("m4"), .device = m4b,
            .reason = END_LEFT);
    REFUSED(DISCONNECTED, disconnected, .holder = ID("m99"), .device = m4b,
            .reason = END_LEFT);
    REFUSED(ROSTER_CHANGED, roster_changed, .register_seq = 0,
            .roster = { &(struct roster_person){ .member = ID("s1") }, 1 });
    REFUSED(ROSTER_CHANGED, roster_changed, .register_seq = 0,
            .sites = { &(struct roster_site){ .site = ID("m1") }, 1 });
    REFUSED(CHAIR_TAKEN, chair_taken, .member = ID("m1"));
    REFUSED(CHAIR_TAKEN, chair_taken, .member = ID("m3"));
    REFUSED(CHAIR_TAKEN, chair_taken, .member = ID("m99"));
    REFUSED(MINUTES_HANDED_OVER, minutes_handed_over, .member = ID("m99"));
    REFUSED(CHAT_SAID, chat_said, .holder = ID("m6"));
    REFUSED(CHAT_SAID, chat_said, .holder = ID("m99"));
}

static void contradictions_about_presence_are_refused(void **state)
{
    (void)state;
    REFUSED(PRESENCE_CONFIRMED, presence_confirmed, .member = ID("m99"),
            .mode = MODE_ONLINE);
    REFUSED(PRESENCE_CONFIRMED, presence_confirmed, .member = ID("m4"),
            .mode = MODE_SITE);
    REFUSED(PRESENCE_CONFIRMED, presence_confirmed, .member = ID("m4"),
            .mode = MODE_SITE, .site = ID("s9"));
    REFUSED(PRESENCE_CONFIRMED, presence_confirmed, .member = ID("m4"),
            .mode = MODE_IN_PERSON, .site = ID("s1"));
    REFUSED(PRESENCE_ENDED, presence_ended, .member = ID("m6"));
    REFUSED(PRESENCE_ENDED, presence_ended, .member = ID("m99"));
    /* m4 has the floor: its end has to stand in the log first. */
    REFUSED(PRESENCE_ENDED, presence_ended, .member = ID("m4"));
    REFUSED(ABSENCE_NOTED, absence_noted, .member = ID("m4"));
    REFUSED(ABSENCE_NOTED, absence_noted, .member = ID("m99"));
    REFUSED(ROLL_CONFIRMED, roll_confirmed, .official = 6,
            .official_present = 5, .probationary = 1);
    REFUSED(ABSENCE_NOTED, absence_noted, .member = ID("m6"),
            .absence = ABSENT_EXCUSED, .throughout = true);
    TAKEN(ROLL_CONFIRMED, roll_confirmed, .official = 6, .official_present = 6,
          .probationary = 1, .exempt_present = 1, .at_site = 1, .online = 5);
}

static void contradictions_about_the_floor_are_refused(void **state)
{
    (void)state;
    REFUSED(HAND_RAISED, hand_raised, .member = ID("m5"));
    REFUSED(HAND_RAISED, hand_raised, .member = ID("m6"));
    REFUSED(HAND_RAISED, hand_raised, .member = ID("m99"));
    REFUSED(HAND_LOWERED, hand_lowered, .member = ID("m2"));
    REFUSED(FLOOR_GIVEN, floor_given, .member = ID("m5"));
    REFUSED(FLOOR_EXTENDED, floor_extended, .member = ID("m5"));
    REFUSED(FLOOR_EXTENDED, floor_extended, .member = ID("m4"),
            .limit_ms = UINT64_MAX);
    REFUSED(FLOOR_ENDED, floor_ended, .member = ID("m5"));
    REFUSED(FLOOR_ENDED, floor_ended, .member = ID("m4"),
            .spoken_ms = UINT64_MAX);
    REFUSED(ADJOURNED, adjourned, .act = { .is_present = false });
    REFUSED(CLOSED, closed, .act = { .is_present = false });
    REFUSED(MUTED, muted, .holder = ID("m99"));
    REFUSED(UNMUTED, unmuted, .holder = ID("m4"));
}

static void contradictions_about_agenda_and_minutes_are_refused(void **state)
{
    (void)state;
    REFUSED(ITEM_ADDED, item_added, .item = ID("a2"));
    REFUSED(ITEM_STARTED, item_started, .item = ID("a1"));
    REFUSED(ITEM_STARTED, item_started, .item = ID("a2")); /* a1 is on */
    REFUSED(ITEM_STARTED, item_started, .item = ID("a9"));
    REFUSED(ITEM_ENDED, item_ended, .item = ID("a2"));
    REFUSED(ITEM_ENDED, item_ended, .item = ID("a9"));
    REFUSED(ITEM_ADDED, item_added, .item = ID("a9"), .presenter = ID("m99"));
    REFUSED(ITEM_ADDED, item_added, .item = ID("a9"), .vote = ID("v9"));
    REFUSED(ITEM_PLANNED, item_planned, .item = ID("a9"));
    REFUSED(ITEM_PLANNED, item_planned, .item = ID("a2"),
            .presenter = ID("m99"));
    REFUSED(ITEM_MOVED, item_moved, .item = ID("a1")); /* is on */
    REFUSED(ITEM_MOVED, item_moved, .item = ID("a2"), .before = ID("a2"));
    REFUSED(ITEM_MOVED, item_moved, .item = ID("a2"), .before = ID("a9"));
    REFUSED(ITEM_DROPPED, item_dropped, .item = ID("a1"));
    REFUSED(ITEM_WARNED, item_warned, .item = ID("a1"));   /* no plan */
    REFUSED(ITEM_WARNED, item_warned, .item = ID("a2"));   /* is not on */
    REFUSED(ITEM_OVERRAN, item_overran, .item = ID("a1")); /* no plan */
    REFUSED(DOCUMENT_ATTACHED, document_attached, .document = ID("d1"),
            .item = ID("a9"));
    REFUSED(DOCUMENT_WITHDRAWN, document_withdrawn, .document = ID("d9"));
    REFUSED(DOCUMENT_READ, document_read, .document = ID("d9"),
            .member = ID("m2"));
    REFUSED(DOCUMENT_SHOWN, document_shown, .document = ID("d9"),
            .member = ID("m1"));
    REFUSED(DOCUMENT_SHOWN, document_shown, .document = ID("d1"),
            .member = ID("m99"));
    REFUSED(COMMENTED, commented, .comment = ID("c1"), .member = ID("m99"));
    REFUSED(COMMENTED, commented, .comment = ID("c1"), .member = ID("m2"),
            .document = ID("d9"));
    REFUSED(TASK_SET, task_set, .task = ID("t1"), .member = ID("m99"));
    REFUSED(TASK_SET, task_set, .task = ID("t1"), .item = ID("a9"));
    REFUSED(TASK_REPORTED, task_reported, .task = ID("t9"), .by = ID("m2"),
            .result = TASK_DONE);
    REFUSED(ENTRY_WRITTEN, entry_written, .entry = ID("e1"));
    REFUSED(ENTRY_WRITTEN, entry_written, .entry = ID("e2"), .item = ID("a9"));
    REFUSED(ENTRY_EDITED, entry_edited, .entry = ID("e1"), .version = 1);
    REFUSED(ENTRY_EDITED, entry_edited, .entry = ID("e1"), .version = 3);
    REFUSED(ENTRY_EDITED, entry_edited, .entry = ID("e9"), .version = 2);
    REFUSED(ENTRY_REMOVED, entry_removed, .entry = ID("e1"), .version = 1);
    TAKEN(ENTRY_REMOVED, entry_removed, .entry = ID("e1"), .version = 2);
}

static void contradictions_about_votes_are_refused(void **state)
{
    (void)state;
    REFUSED(VOTE_STARTED, vote_started, .vote = ID("v1"));
    REFUSED(VOTE_STARTED, vote_started, .vote = ID("v3"), .item = ID("a9"));
    REFUSED(VOTE_STARTED, vote_started, .vote = ID("v3"), .subject = ID("m99"));
    TAKEN(VOTE_STARTED, vote_started, .vote = ID("v3"), .subject = ID("m6"));
    REFUSED(VOTE_CAST, vote_cast, .vote = ID("v2"), .member = ID("m4"),
            .choice = CHOICE_NO);
    REFUSED(VOTE_CAST, vote_cast, .vote = ID("v9"), .member = ID("m4"),
            .choice = CHOICE_NO);
    REFUSED(VOTE_CAST, vote_cast, .vote = ID("v1"), .member = ID("m2"),
            .choice = CHOICE_NO); /* twice */
    REFUSED(VOTE_CAST, vote_cast, .vote = ID("v1"), .member = ID("m14"),
            .choice = CHOICE_NO); /* by the hall */
    REFUSED(VOTE_CAST, vote_cast, .vote = ID("v1"), .member = ID("m6"),
            .choice = CHOICE_NO);
    REFUSED(VOTE_CAST, vote_cast, .vote = ID("v1"), .member = ID("m4"));
    REFUSED(VOTE_CAST, vote_cast, .vote = ID("v1"), .member = ID("m4"),
            .choice = choice_count_);
    TAKEN(VOTE_CAST, vote_cast, .vote = ID("v1"), .member = ID("m4"),
          .choice = CHOICE_NO);
    REFUSED(HALL_VOTES_ENTERED, hall_votes_entered, .vote = ID("v2"));
    REFUSED(HALL_VOTES_ENTERED, hall_votes_entered, .vote = ID("v1"),
            .site = ID("s9"));
    REFUSED(HALL_VOTES_ENTERED, hall_votes_entered, .vote = ID("v1"),
            .site = ID("s1"), .yes = 1, .ticked = 2);
    REFUSED(HALL_VOTES_ENTERED, hall_votes_entered, .vote = ID("v1"),
            .site = ID("s1"), .yes = 1, .no = 1, .ticked = 1);
    REFUSED(HALL_VOTES_ENTERED, hall_votes_entered, .vote = ID("v1"),
            .site = ID("s1"), .yes = 2, .no = UINT64_MAX, .ticked = 1);
    TAKEN(HALL_VOTES_ENTERED, hall_votes_entered, .vote = ID("v1"),
          .site = ID("s1"), .no = 1, .ticked = 1);
    REFUSED(VOTE_CLOSED, vote_closed, .vote = ID("v2"));
    REFUSED(VOTE_CLOSED, vote_closed, .vote = ID("v1"), .yes = 2);
    REFUSED(VOTE_CLOSED, vote_closed, .vote = ID("v1"), .yes = 1, .no = 1);
    REFUSED(VOTE_CLOSED, vote_closed, .vote = ID("v1"), .yes = 1, .other = 1);
    REFUSED(VOTE_CLOSED, vote_closed, .vote = ID("v1"), .yes = 1, .abstain = 1);
    TAKEN(VOTE_CLOSED, vote_closed, .vote = ID("v1"), .yes = 1);
    REFUSED(VOTE_CANCELLED, vote_cancelled, .vote = ID("v2"));
    REFUSED(VOTE_VOIDED, vote_voided, .vote = ID("v2"));
    TAKEN(VOTE_VOIDED, vote_voided, .vote = ID("v1"));
    REFUSED(QUORUM_CHANGED, quorum_changed, .present = 4, .d = 3);
    REFUSED(QUORUM_CHANGED, quorum_changed, .present = 4, .d = 6, .need = 5,
            .met = true);
    REFUSED(QUORUM_CHANGED, quorum_changed, .present = 4, .d = 6, .need = 4,
            .met = true, .spare = 1);
    TAKEN(QUORUM_CHANGED, quorum_changed, .present = 5, .d = 6, .need = 4,
          .met = true, .spare = 1);
    REFUSED(AUTHORITY_SET, authority_set, .number = TEXT_LITERAL("05"),
            .date = TEXT_LITERAL("2026-13-01"));
    REFUSED(AUTHORITY_SET, authority_set, .date = TEXT_LITERAL("2026-12-01"));
}

/* One number or word of a vote's terms is changed. */
static enum result start_with(void (*change)(struct event_vote_started *body,
                                             struct vote_people *people))
{
    struct meeting_transcript *meeting = busy_meeting();
    struct meeting_event event = next_event(meeting, EVENT_VOTE_STARTED_KIND);
    struct event_vote_started *body = &event.body.vote_started;
    enum result result;

    body->vote = ID("v3");
    vote_fixture_open(meeting->state, body);
    change(body, body->people.data);
    result = meeting_state_apply(meeting->state, &event);
    drop(meeting);
    return result;
}

static void nothing_changed(struct event_vote_started *body,
                            struct vote_people *people)
{
    (void)body;
    (void)people;
}

static void one_more_counts(struct event_vote_started *body,
                            struct vote_people *people)
{
    (void)people;
    body->d++;
}

static void one_more_is_there(struct event_vote_started *body,
                              struct vote_people *people)
{
    (void)people;
    body->present++;
}

static void one_vote_less_is_enough(struct event_vote_started *body,
                                    struct vote_people *people)
{
    (void)people;
    body->need--;
}

static void the_test_is_none(struct event_vote_started *body,
                             struct vote_people *people)
{
    (void)people;
    body->test = TEXT_LITERAL("yes");
}

static void a_category_has_one_more(struct event_vote_started *body,
                                    struct vote_people *people)
{
    (void)body;
    people[0].people++;
}

static void a_category_stands_twice(struct event_vote_started *body,
                                    struct vote_people *people)
{
    (void)body;
    people[1].category = people[0].category;
}

static void a_category_is_left_out(struct event_vote_started *body,
                                   struct vote_people *people)
{
    (void)people;
    body->people.count--;
}

static void probationary_members_count(struct event_vote_started *body,
                                       struct vote_people *people)
{
    (void)body;
    people[1].counts = COUNTS_ALWAYS;
}

static void a_vote_is_measured_against_the_roll_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(start_with(nothing_changed), RESULT_OK);
    assert_int_equal(start_with(one_more_counts), RESULT_CORRUPT);
    assert_int_equal(start_with(one_more_is_there), RESULT_CORRUPT);
    assert_int_equal(start_with(one_vote_less_is_enough), RESULT_CORRUPT);
    assert_int_equal(start_with(the_test_is_none), RESULT_CORRUPT);
    assert_int_equal(start_with(a_category_has_one_more), RESULT_CORRUPT);
    assert_int_equal(start_with(a_category_stands_twice), RESULT_CORRUPT);
    assert_int_equal(start_with(a_category_is_left_out), RESULT_CORRUPT);
    assert_int_equal(start_with(probationary_members_count), RESULT_CORRUPT);
}

static void look_ups_find_what_is_there_and_nothing_else(void **state)
{
    struct meeting_transcript *meeting = busy_meeting();
    const struct meeting_state *now = meeting->state;
    struct identifier none = ID(""), unknown = ID("zz"), m4 = ID("m4");
    struct identifier s1 = ID("s1"), a1 = ID("a1"), v1 = ID("v1"),
                      e1 = ID("e1"), m14 = ID("m14"), m6 = ID("m6");
    struct key key = meeting_device_key("m4", 'a');
    struct key stranger = meeting_device_key("m4", 'z');
    const struct meeting_vote *vote;

    (void)state;
    assert_string_equal(meeting_state_person(now, &m4)->holder.id.text, "m4");
    assert_null(meeting_state_person(now, &s1));
    assert_null(meeting_state_person(now, &none));
    assert_string_equal(meeting_state_site(now, &s1)->keeper.text, "m4");
    assert_null(meeting_state_site(now, &m4));
    assert_string_equal(meeting_state_holder(now, &s1)->id.text, "s1");
    assert_null(meeting_state_holder(now, &unknown));
    assert_int_equal(meeting_state_device(now, &m4, &key)->slot, 4);
    assert_null(meeting_state_device(now, &m4, &stranger));
    assert_null(meeting_state_device(now, &unknown, &key));
    assert_int_equal(meeting_state_item(now, &a1)->phase, ITEM_STARTED);
    assert_null(meeting_state_item(now, &unknown));
    assert_int_equal(meeting_state_entry(now, &e1)->version, 1);
    assert_null(meeting_state_entry(now, &unknown));
    assert_null(meeting_state_vote(now, &unknown));
    vote = meeting_state_vote(now, &v1);
    assert_int_equal(meeting_vote_ballot(vote, &m14)->channel, CHANNEL_HALL);
    assert_null(meeting_vote_ballot(vote, &m6));
    assert_int_equal(meeting_vote_ticked(vote, &s1), 1);
    assert_int_equal(meeting_vote_ticked(vote, &none), 0);
    assert_false(meeting_vote_has_hall_entry(vote, &s1));
    assert_false(meeting_state_is_presiding(now, &none));
    assert_null(meeting_state_free(NULL));
    meeting_transcript_end(meeting);
}

static void a_state_of_two_thousand_people_folds_every_one(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_of(1986);
    struct identifier last = ID("x1986");
    struct roll_count roll;

    (void)state;
    assert_int_equal(meeting->state->person_count, 2000);
    assert_non_null(meeting_state_person(meeting->state, &last));
    meeting_state_roll(meeting->state, &roll);
    assert_int_equal(roll.official, 1992);
    assert_int_equal(roll.absent_unnoted, 1993); /* and one probationary */
    meeting_transcript_end(meeting);
}

static void digests_differ_where_states_do(void **state)
{
    static const char *const changes[] = {
        "2 m1 mute m4",           "2 m3 confirm_roll",
        "2 m5 lower_hand",        "2 m1 share_minutes",
        "2 m4 vote v1 no",        "2 m5 lost",
        "2 s1 untick m14",        "2 m1 set_recording yes",
        "2 m3 remove_entry e1 1", "2 m1 extend_floor 9",
        "2 m1 end_item a1",       "2 s1 enter_hall_votes v1 s1 1 0 0 0",
    };
    enum { CHANGES = sizeof changes / sizeof changes[0] };
    struct hash digests[CHANGES + 1];
    struct meeting_transcript *meeting = busy_meeting();
    size_t i, j;

    (void)state;
    digests[CHANGES] = meeting_state_digest(meeting->state);
    meeting_transcript_end(meeting);
    for (i = 0; i < CHANGES; i++) {
        meeting = busy_meeting();
        meeting_play(meeting, changes[i], NULL);
        assert_int_equal(meeting->decision->count, 1);
        digests[i] = meeting_state_digest(meeting->state);
        meeting_transcript_end(meeting);
    }
    for (i = 0; i <= CHANGES; i++) {
        for (j = 0; j < i; j++)
            assert_false(hash_equal(&digests[i], &digests[j]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_out_of_order_or_back_in_time_is_refused),
        cmocka_unit_test(an_unknown_kind_only_counts),
        cmocka_unit_test(every_kind_stands_only_in_its_phases),
        cmocka_unit_test(nothing_comes_before_the_genesis),
        cmocka_unit_test(a_genesis_that_contradicts_itself_is_refused),
        cmocka_unit_test(
            the_genesis_says_whether_devices_have_to_be_vouched_for),
        cmocka_unit_test(contradictions_about_people_are_refused),
        cmocka_unit_test(contradictions_about_presence_are_refused),
        cmocka_unit_test(contradictions_about_the_floor_are_refused),
        cmocka_unit_test(contradictions_about_agenda_and_minutes_are_refused),
        cmocka_unit_test(contradictions_about_votes_are_refused),
        cmocka_unit_test(a_vote_is_measured_against_the_roll_as_it_is),
        cmocka_unit_test(look_ups_find_what_is_there_and_nothing_else),
        cmocka_unit_test(a_state_of_two_thousand_people_folds_every_one),
        cmocka_unit_test(digests_differ_where_states_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
