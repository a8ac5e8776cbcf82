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
    meeting_transcript_drop(meeting);
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
    struct meeting_event event =
        meeting_next_event(meeting, EVENT_CLOCK_JUMPED_KIND);

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
    struct meeting_event event =
        meeting_next_event(meeting, MEETING_EVENT_UNKNOWN);
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
    struct meeting_event event =
        meeting_next_event(meeting, EVENT_VOTE_STARTED_KIND);
    struct event_vote_started *body = &event.body.vote_started;
    enum result result;

    body->vote = ID("v3");
    vote_fixture_open(meeting->state, body);
    change(body, body->people.data);
    result = meeting_state_apply(meeting->state, &event);
    meeting_transcript_drop(meeting);
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
