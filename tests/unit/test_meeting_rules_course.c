/* From opening to closing: the chair, the floor, agenda and minutes. */
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *const nobody[] = { NULL };
static const char *const some[] = { "m4", "m5", "m8", "s1", NULL };

static struct meeting_transcript *open_meeting(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, some);
    return meeting;
}

static bool is_heard(struct meeting_transcript *meeting, const char *holder)
{
    struct identifier id = meeting_id(holder);

    return meeting_state_may_be_heard(meeting->state, &id);
}

/* --- course and chair ---------------------------------------------------- */

static void a_meeting_goes_from_lobby_to_closing_with_a_break(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, some);
    meeting_play(meeting,
                 "10 m1 resume_meeting\n"
                 "11 m1 close_meeting\n"
                 "12 m1 open_meeting\n"
                 "13 m1 open_meeting\n"
                 "14 m1 start_item a1\n"
                 "15 m1 give_floor m4 60000\n"
                 "20 m1 adjourn_meeting\n"
                 "21 m1 give_floor m4 0\n"
                 "22 m4 chat 'Nghỉ giải lao'\n"
                 "30 m1 resume_meeting\n"
                 "31 m1 resume_meeting\n"
                 "32 m1 give_floor m5 0\n"
                 "40 m1 close_meeting\n"
                 "41 m4 chat 'Muộn rồi'",
                 "refused not_open\n"
                 "refused not_open\n"
                 "opened\n"
                 "refused already_open\n"
                 "item_started a1\n"
                 "floor_given m4 60000 m1\n"
                 "floor_ended m4 5000 adjourned\n"
                 "adjourned\n"
                 "refused adjourned\n"
                 "chat_said m4 'Nghỉ giải lao'\n"
                 "resumed\n"
                 "refused not_adjourned\n"
                 "floor_given m5 300000 m1\n"
                 "floor_ended m5 8000 adjourned\n"
                 "item_ended a1\n"
                 "closed\n"
                 "refused closed\n");
    assert_int_equal(meeting->state->opened_ms, MEETING_BASE_MS + 12000);
    assert_int_equal(meeting->state->closed_ms, MEETING_BASE_MS + 40000);
    meeting_transcript_end(meeting);
}

static void the_deputy_steps_in_while_the_chair_is_away(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m2 take_chair\n"
                 "2 m3 take_chair\n"
                 "3 m1 take_chair\n"
                 "4 m1/b join\n"
                 "5 m1 lost\n"
                 "6 m2 take_chair\n"
                 "7 m1/b lost\n"
                 "8 m2 take_chair\n"
                 "9 m2 take_chair\n"
                 "10 m2 give_floor m4 0\n"
                 "11 m1 join\n"
                 "12 m1 give_floor m5 0\n"
                 "13 m1 take_chair\n"
                 "14 m2 give_floor m5 0",
                 "refused chair_present\n"
                 "refused not_allowed who=the chair, the deputy and co-chairs\n"
                 "refused already_chair\n"
                 "connected m1 m1/b 8\n"
                 "connection_lost m1 m1/a\n"
                 "refused chair_present\n"
                 "connection_lost m1 m1/b\n"
                 "chair_taken m2\n"
                 "refused already_chair\n"
                 "floor_given m4 300000 m2\n"
                 "connected m1 m1/a 1\n"
                 "refused not_allowed who=the chair or a co-chair\n"
                 "chair_taken m1\n"
                 "refused not_allowed who=the chair or a co-chair\n");
    meeting_transcript_end(meeting);
}

static void the_minutes_go_to_a_member_who_is_present(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m3 hand_over_minutes m99\n"
                 "2 m3 hand_over_minutes m8\n"
                 "3 m3 hand_over_minutes m11\n"
                 "4 m3 hand_over_minutes m14\n"
                 "5 m3 hand_over_minutes m3\n"
                 "6 m3 hand_over_minutes m5\n"
                 "7 m3 write_entry - - - 0 'a'\n"
                 "8 m5 write_entry - - - 0 'b'\n"
                 "9 m1 hand_over_minutes m3",
                 "refused no_such_member id=m99\n"
                 "refused cannot_attend id=m8 category=guest\n"
                 "refused cannot_attend id=m11 category=suspended\n"
                 "refused not_present id=m14\n"
                 "nothing\n"
                 "minutes_handed_over m5\n"
                 "refused not_allowed who=the minute-taker\n"
                 "entry_written e1 - - - 0 'b'\n"
                 "minutes_handed_over m3\n");
    meeting_transcript_end(meeting);
}

static void recording_is_off_until_the_chair_allows_it(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 set_recording no\n"
                 "2 m1 set_recording yes\n"
                 "3 m1 set_recording yes\n"
                 "4 m1 set_recording no",
                 "nothing\n"
                 "recording_set yes\n"
                 "nothing\n"
                 "recording_set no\n");
    meeting_transcript_end(meeting);
}

/* --- hands and floor ----------------------------------------------------- */

static void hands_keep_the_order_in_which_they_went_up(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct identifier m4 = meeting_id("m4"), m14 = meeting_id("m14");

    (void)state;
    meeting_play(meeting,
                 "1 s1 tick m14 site s1\n"
                 "2 m5 raise_hand -\n"
                 "3 s1 raise_hand m14\n"
                 "4 m4 raise_hand m4\n"
                 "5 m4 raise_hand\n"
                 "6 m8 raise_hand\n"
                 "7 m4 raise_hand m5\n"
                 "8 s1 raise_hand m4\n"
                 "9 s1 raise_hand m99\n"
                 "10 m5 lower_hand\n"
                 "11 m5 lower_hand",
                 "presence_confirmed m14 site s1 tick\n"
                 "hand_raised m5\n"
                 "hand_raised m14\n"
                 "hand_raised m4\n"
                 "refused hand_up position=3\n"
                 "refused cannot_speak id=m8 category=guest\n"
                 "refused not_allowed who=the member or the member's site\n"
                 "refused not_allowed who=the site at which the member is "
                 "ticked\n"
                 "refused no_such_member id=m99\n"
                 "hand_lowered m5 m5\n"
                 "refused hand_down\n");
    assert_int_equal(meeting_state_hand(meeting->state, &m14), 1);
    assert_int_equal(meeting_state_hand(meeting->state, &m4), 2);
    meeting_play(meeting,
                 "12 m1 lower_hand m4\n"
                 "13 m1 lower_hand m99\n"
                 "14 s1 lower_hand m14\n"
                 "15 m4 raise_hand\n"
                 "16 m4 leave",
                 "hand_lowered m4 m1\n"
                 "refused no_such_member id=m99\n"
                 "hand_lowered m14 s1\n"
                 "hand_raised m4\n"
                 "disconnected m4 m4/a left\n"
                 "presence_ended m4 left\n");
    assert_int_equal(meeting->state->hand_count, 0);
    meeting_transcript_end(meeting);
}

static void giving_the_floor_takes_it_from_the_speaker_before(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct identifier m4 = meeting_id("m4");

    (void)state;
    meeting_play(meeting,
                 "1 m4 raise_hand\n"
                 "2 m1 give_floor m4 0\n"
                 "3 m4 raise_hand\n"
                 "4 m1 give_floor m4 0\n"
                 "5 m1 give_floor m14 0\n"
                 "6 m1 give_floor m99 0\n"
                 "7 m1 give_floor m8 20000\n"
                 "8 m8 end_floor\n"
                 "9 m8 end_floor\n"
                 "10 m1 extend_floor 5000\n"
                 "11 m1 give_floor m4 0\n"
                 "12 m1 end_floor",
                 "hand_raised m4\n"
                 "floor_given m4 300000 m1\n"
                 "refused has_floor id=m4\n"
                 "refused has_floor id=m4\n"
                 "refused not_present id=m14\n"
                 "refused no_such_member id=m99\n"
                 "floor_ended m4 5000 withdrawn\n"
                 "floor_given m8 20000 m1\n"
                 "floor_ended m8 1000 yielded\n"
                 "refused no_floor\n"
                 "refused no_floor\n"
                 "floor_given m4 300000 m1\n"
                 "floor_ended m4 1000 withdrawn\n");
    assert_int_equal(meeting_state_person(meeting->state, &m4)->speeches, 2);
    assert_int_equal(meeting_state_person(meeting->state, &m4)->spoken_ms,
                     6000);
    meeting_transcript_end(meeting);
}

static void speaking_time_ends_by_itself_and_can_be_extended(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting, "10 m1 give_floor m4 20000",
                 "floor_given m4 20000 m1\n");
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules),
        MEETING_BASE_MS + 30000);
    meeting_play(meeting,
                 "29.999 server tick\n"
                 "29.999 m1 extend_floor 10000\n"
                 "30 server tick\n"
                 "39.999 server tick\n"
                 "40 server tick\n"
                 "50 m1 give_floor m4 20000\n"
                 "60 m1 extend_floor 0\n"
                 "9999 server tick",
                 "nothing\n"
                 "floor_extended m4 30000 m1\n"
                 "nothing\n"
                 "nothing\n"
                 "floor_ended m4 30000 time_up\n"
                 "floor_given m4 20000 m1\n"
                 "floor_extended m4 0 m1\n"
                 "nothing\n");
    meeting_transcript_end(meeting);
}

static void a_site_yields_the_floor_of_its_member(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(
        meeting,
        "1 s1 tick m14 site s1\n"
        "2 m1 give_floor m14 0\n"
        "3 m4 end_floor\n"
        "4 s1 end_floor\n"
        "5 m1 give_floor m1 0\n"
        "6 m1 end_floor",
        "presence_confirmed m14 site s1 tick\n"
        "floor_given m14 300000 m1\n"
        "refused not_allowed who=the chair, a co-chair and the speaker\n"
        "floor_ended m14 2000 yielded\n"
        "floor_given m1 300000 m1\n"
        "floor_ended m1 1000 yielded\n");
    meeting_transcript_end(meeting);
}

static void floor_and_mute_decide_who_is_heard(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, some);
    assert_false(is_heard(meeting, "m1")); /* not open */
    meeting_play(meeting, "1 m1 open_meeting", NULL);
    assert_true(is_heard(meeting, "m1"));
    assert_false(is_heard(meeting, "m2"));
    assert_false(is_heard(meeting, "m4"));
    assert_false(is_heard(meeting, "m99"));
    meeting_play(meeting, "2 m1 give_floor m4 0", NULL);
    assert_true(is_heard(meeting, "m4"));
    assert_false(is_heard(meeting, "m5"));
    meeting_play(meeting,
                 "3 m1 mute m4\n"
                 "4 m1 mute m4\n"
                 "5 m1 mute m99",
                 "muted m4 m1\n"
                 "nothing\n"
                 "refused no_such_member id=m99\n");
    assert_false(is_heard(meeting, "m4"));
    meeting_play(meeting, "6 m4 unmute", "refused mute_holds\n");
    meeting_play(meeting, "6 m1 release_mute m4", "mute_released m4 m1\n");
    assert_false(is_heard(meeting, "m4")); /* nobody else opens it */
    meeting_play(meeting, "6 m4 unmute\n7 m4 unmute",
                 "unmuted m4\n"
                 "refused not_muted\n");
    assert_true(is_heard(meeting, "m4"));
    meeting_play(meeting, "8 m4 lost", NULL);
    assert_false(is_heard(meeting, "m4"));
    meeting_play(meeting, "9 s1 tick m14 site s1\n10 m1 give_floor m14 0",
                 NULL);
    assert_true(is_heard(meeting, "s1"));
    assert_false(is_heard(meeting, "s2"));
    assert_false(is_heard(meeting, "m14")); /* has no line of his own */
    meeting_play(meeting, "11 m1 adjourn_meeting", NULL);
    assert_false(is_heard(meeting, "m1"));
    meeting_transcript_end(meeting);
}

/* --- agenda and minutes -------------------------------------------------- */

static void one_agenda_item_is_dealt_with_at_a_time(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 start_item a1\n"
                 "2 m1 start_item a1\n"
                 "3 m1 end_item a2\n"
                 "4 m1 add_item 'Việc khác'\n"
                 "5 m1 start_item a3\n"
                 "6 m1 start_item a1\n"
                 "7 m1 end_item a3\n"
                 "8 m1 end_item a3\n"
                 "9 m1 start_item a9",
                 "item_started a1\n"
                 "refused item_state id=a1 state=started\n"
                 "refused item_state id=a2 state=waiting\n"
                 "item_added a3 'Việc khác' - 0 -\n"
                 "item_ended a1\n"
                 "item_started a3\n"
                 "refused item_state id=a1 state=ended\n"
                 "item_ended a3\n"
                 "refused item_state id=a3 state=ended\n"
                 "refused no_such_item id=a9\n");
    assert_string_equal(meeting->decision->made.text, "");
    meeting_play(meeting, "10 m1 add_item 'Thêm'", NULL);
    assert_string_equal(meeting->decision->made.text, "a4");
    meeting_transcript_end(meeting);
}

static void an_agenda_is_bounded(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    int i;

    (void)state;
    for (i = 2; i < LIMIT_AGENDA_ITEMS; i++)
        meeting_play(meeting, "1 m1 add_item 'x'", NULL);
    meeting_play(meeting, "2 m1 add_item 'x'", "refused too_many max=100\n");
    meeting_transcript_end(meeting);
}

static void an_entry_is_edited_at_the_version_that_was_seen(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m3 write_entry a9 - - 0 'x'\n"
                 "2 m3 write_entry a1 - - 0 'Đồng chí Mẫu phát biểu'\n"
                 "3 m3 edit_entry e1 1 'Đồng chí Mẫu 01 phát biểu'\n"
                 "4 m3 edit_entry e1 1 'cũ'\n"
                 "5 m3 remove_entry e1 1\n"
                 "6 m3 edit_entry e9 1 'x'\n"
                 "7 m3 remove_entry e1 2\n"
                 "8 m3 edit_entry e1 3 'x'\n"
                 "9 m3 remove_entry e1 3\n"
                 "10 m3 write_entry - - - 0 'Mới'",
                 "refused no_such_item id=a9\n"
                 "entry_written e1 a1 - - 0 'Đồng chí Mẫu phát biểu'\n"
                 "entry_edited e1 2 'Đồng chí Mẫu 01 phát biểu'\n"
                 "refused entry_conflict id=e1 version=2\n"
                 "refused entry_conflict id=e1 version=2\n"
                 "refused no_such_entry id=e9\n"
                 "entry_removed e1 3\n"
                 "refused no_such_entry id=e1\n"
                 "refused no_such_entry id=e1\n"
                 "entry_written e2 - - - 0 'Mới'\n");
    assert_string_equal(meeting->decision->made.text, "e2");
    meeting_transcript_end(meeting);
}

static void minutes_are_bounded(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    int i;

    (void)state;
    for (i = 0; i < LIMIT_MINUTES_ENTRIES; i++)
        meeting_play(meeting, "1 m3 write_entry - - - 0 'x'", NULL);
    meeting_play(meeting, "2 m3 write_entry - - - 0 'x'",
                 "refused too_many max=5000\n");
    meeting_transcript_end(meeting);
}

static void who_may_read_what_follows_role_and_admission(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    static const struct {
        const char *holder;
        bool all, members, presiding, minutes, minutes_shared;
    } rows[] = {
        { "m1", true, true, true, true, true },
        { "m3", true, true, true, true, true },
        { "m4", true, true, false, false, true },
        { "s1", true, true, false, false, true },
        { "m8", true, false, false, false, false },  /* a guest */
        { "m6", false, false, false, false, false }, /* not admitted */
        { "m99", false, false, false, false, false },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct identifier id = meeting_id(rows[i].holder);
        const struct meeting_state *now = meeting->state;

        assert_int_equal(meeting_state_may_open(now, &id, AUDIENCE_ALL),
                         rows[i].all);
        assert_int_equal(meeting_state_may_open(now, &id, AUDIENCE_MEMBERS),
                         rows[i].members);
        assert_int_equal(meeting_state_may_open(now, &id, AUDIENCE_PRESIDING),
                         rows[i].presiding);
        assert_int_equal(meeting_state_may_open(now, &id, AUDIENCE_MINUTES),
                         rows[i].minutes);
        assert_false(meeting_state_may_open(now, &id, AUDIENCE_NONE));
    }
    meeting_play(meeting,
                 "1 m3 share_minutes\n2 m1 share_minutes\n3 m1 share_minutes",
                 "refused not_allowed who=the chair\n"
                 "minutes_shared\n"
                 "nothing\n");
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct identifier id = meeting_id(rows[i].holder);

        assert_int_equal(
            meeting_state_may_open(meeting->state, &id, AUDIENCE_MINUTES),
            rows[i].minutes_shared);
    }
    meeting_play(meeting, "4 m1 hide_minutes\n5 m1 hide_minutes",
                 "minutes_hidden\n"
                 "nothing\n");
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct identifier id = meeting_id(rows[i].holder);

        assert_int_equal(
            meeting_state_may_open(meeting->state, &id, AUDIENCE_MINUTES),
            rows[i].minutes);
    }
    meeting_transcript_end(meeting);
}

static void a_document_is_attached_by_who_presides(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    meeting_play(meeting, "1 m3 attach_document tep 1234 'Dự thảo.pdf' pdf a1",
                 "document_attached d1 a1 1234 pdf 'Dự thảo.pdf'\n");
    meeting_transcript_end(meeting);
}

static void slots_that_have_run_out_are_not_given_twice(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_report report = { .kind = REPORT_JOIN,
                                     .holder = meeting_id("m1"),
                                     .device = meeting_device_key("m1", 'a') };

    (void)state;
    meeting->state->next_slot = 0; /* after the 65535th device */
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_TOO_MANY);
    meeting->state->next_slot = 1;
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meeting_goes_from_lobby_to_closing_with_a_break),
        cmocka_unit_test(the_deputy_steps_in_while_the_chair_is_away),
        cmocka_unit_test(the_minutes_go_to_a_member_who_is_present),
        cmocka_unit_test(recording_is_off_until_the_chair_allows_it),
        cmocka_unit_test(hands_keep_the_order_in_which_they_went_up),
        cmocka_unit_test(giving_the_floor_takes_it_from_the_speaker_before),
        cmocka_unit_test(speaking_time_ends_by_itself_and_can_be_extended),
        cmocka_unit_test(a_site_yields_the_floor_of_its_member),
        cmocka_unit_test(floor_and_mute_decide_who_is_heard),
        cmocka_unit_test(one_agenda_item_is_dealt_with_at_a_time),
        cmocka_unit_test(an_agenda_is_bounded),
        cmocka_unit_test(an_entry_is_edited_at_the_version_that_was_seen),
        cmocka_unit_test(minutes_are_bounded),
        cmocka_unit_test(who_may_read_what_follows_role_and_admission),
        cmocka_unit_test(a_document_is_attached_by_who_presides),
        cmocka_unit_test(slots_that_have_run_out_are_not_given_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
