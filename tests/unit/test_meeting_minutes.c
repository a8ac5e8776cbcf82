/* From what the minute-taker writes to what both have signed. */
#include "tests/support/meeting_transcript.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct meeting_transcript *open_meeting(void)
{
    static const char *const joined[] = { "m4", "m5", "m6", "m14", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "1 m3 write_entry a1 opinion m4 0 'Nhất trí'\n"
                 "2 m3 write_entry a1 conclusion - 0 'Chi bộ thống nhất'",
                 "entry_written e1 a1 opinion m4 0 'Nhất trí'\n"
                 "entry_written e2 a1 conclusion - 0 'Chi bộ thống nhất'\n");
    return meeting;
}

static void present_by(struct meeting_transcript *meeting, const char *member,
                       const char *text)
{
    char line[200];

    (void)snprintf(line, sizeof line, "3 %s present_minutes %llu 900 '%s'",
                   member, (unsigned long long)meeting->state->next_seq - 1,
                   text);
    meeting_play(meeting, line, NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_NONE);
}

static void present(struct meeting_transcript *meeting, const char *text)
{
    present_by(meeting, "m3", text);
}

static void adopt(struct meeting_transcript *meeting)
{
    meeting_play(meeting,
                 "4 m1 start_vote - 'Thông qua biên bản' minutes\n"
                 "5 m1 vote v1 yes\n5 m2 vote v1 yes\n5 m3 vote v1 yes\n"
                 "5 m4 vote v1 yes\n5 m5 vote v1 yes\n5 m14 vote v1 yes\n"
                 "6 m1 close_vote v1",
                 NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_NONE);
}

static void only_an_opinion_is_somebodys(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "3 m3 write_entry a1 conclusion m4 0 'x'\n"
                 "3 m3 write_entry a1 opinion m99 0 'x'\n"
                 "3 m3 write_entry a1 opinion m4 4000 'x'\n"
                 "3 m3 write_entry a1 - - 3 'x'",
                 "refused no_opinion member=m4\n"
                 "refused no_such_member id=m99\n"
                 "refused no_such_event seq=4000\n"
                 "entry_written e3 a1 - - 3 'x'\n");
    assert_int_equal(
        meeting_state_entry(meeting->state, &(struct identifier){ "e1" })->kind,
        ENTRY_OPINION);
    meeting_transcript_end(meeting);
}

static void the_whole_way_ends_with_both_signatures(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    const struct meeting_minutes *minutes = &meeting->state->minutes;

    (void)state;
    meeting_play(meeting, "3 m3 sign_minutes minute-taker 1 x",
                 "refused minutes_not_adopted\n");
    present(meeting, "bienban");
    assert_false(meeting_minutes_are_stale(minutes));
    adopt(meeting);
    assert_int_equal(minutes->adopted_version, 1);
    meeting_play(meeting,
                 "7 m3 sign_minutes chair 1 bienban\n"
                 "7 m4 sign_minutes minute-taker 1 bienban\n"
                 "7 m3 sign_minutes minute-taker 2 bienban\n"
                 "7 m3 sign_minutes minute-taker 1 khac\n"
                 "7 m4 sign_minutes member 1 bienban\n"
                 "7 m3 sign_minutes minute-taker 1 bienban\n"
                 "7 m3 sign_minutes minute-taker 1 bienban",
                 NULL);
    assert_int_equal(minutes->signature_count, 2);
    assert_int_equal(minutes->signed_seq, 0);
    meeting_play(meeting, "8 m1 sign_minutes chair 1 bienban", NULL);
    assert_int_equal(minutes->signed_seq, meeting->state->next_seq - 1);
    meeting_transcript_end(meeting);
}

static void a_signature_is_refused_with_its_reason(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    present(meeting, "bienban");
    adopt(meeting);
    meeting_play(meeting,
                 "7 m3 sign_minutes chair 1 bienban\n"
                 "7 m3 sign_minutes minute-taker 2 bienban\n"
                 "7 m3 sign_minutes minute-taker 1 khac\n",
                 NULL);
    assert_int_equal(meeting->state->minutes.signature_count, 0);
    meeting_play(meeting, "7 m3 sign_minutes minute-taker 1 bienban", NULL);
    meeting_play(meeting, "7 m3 sign_minutes minute-taker 1 bienban",
                 "refused signed_already role=minute-taker\n");
    meeting_transcript_end(meeting);
}

static void what_was_changed_is_read_back_again(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    const char *const expected = "refused minutes_locked\n";

    (void)state;
    meeting_play(meeting, "3 m1 start_vote - 'x' minutes", NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_MINUTES_STALE);
    present(meeting, "bienban");
    meeting_play(meeting, "3 m3 edit_entry e1 1 'Nhất trí cao'", NULL);
    meeting_play(meeting, "3 m1 start_vote - 'x' minutes", NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_MINUTES_STALE);
    meeting_play(meeting, "3 m3 present_minutes 2 900 'x'", NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_MINUTES_STALE);
    present(meeting, "bienban 2");
    adopt(meeting);
    assert_int_equal(meeting->state->minutes.adopted_version, 2);
    meeting_play(meeting, "9 m3 edit_entry e1 2 'x'", expected);
    meeting_play(meeting, "9 m3 write_entry - - - 0 'x'", expected);
    meeting_play(meeting, "9 m3 remove_entry e1 2", expected);
    meeting_play(meeting, "9 m3 present_minutes 3 900 'x'", expected);
    meeting_play(meeting, "9 m1 start_vote - 'x' minutes", expected);
    meeting_transcript_end(meeting);
}

static void nothing_changes_while_the_vote_is_on(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    present(meeting, "bienban");
    meeting_play(meeting, "4 m1 start_vote - 'x' minutes", NULL);
    meeting_play(meeting, "4 m3 edit_entry e1 1 'x'",
                 "refused minutes_locked\n");
    /* Rejected: they are changed, read back, and voted on anew. */
    meeting_play(meeting, "5 m4 vote v1 no\n6 m1 close_vote v1", NULL);
    assert_int_equal(meeting->state->minutes.adopted_version, 0);
    meeting_play(meeting, "7 m3 edit_entry e1 1 'y'",
                 "entry_edited e1 2 'y'\n");
    meeting_transcript_end(meeting);
}

static void an_objection_waits_for_an_answer(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting, "3 m4 raise_objection objection 1 e1 0 'Không đúng'",
                 "refused minutes_version version=1 have=0\n");
    present(meeting, "bienban");
    meeting_play(meeting,
                 "3 m4 raise_objection objection 1 e9 0 'x'\n"
                 "3 m4 raise_objection objection 1 e1 0 'Không đúng'\n"
                 "3 m5 raise_objection reservation 1 - 3 'Bảo lưu'\n"
                 "3 m1 start_vote - 'x' minutes\n"
                 "3 m5 answer_objection o1 declined 'x'\n"
                 "3 m3 answer_objection o1 withdrawn 'x'\n"
                 "3 m3 answer_objection o9 declined 'x'\n"
                 "3 m3 answer_objection o1 declined 'Đã nghe lại'\n"
                 "3 m3 answer_objection o1 accepted 'x'",
                 "refused no_such_entry id=e9\n"
                 "objection_raised o1 m4 objection 1 e1 0 'Không đúng'\n"
                 "objection_raised o2 m5 reservation 1 - 3 'Bảo lưu'\n"
                 "refused minutes_objected count=1\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "refused not_allowed who=whoever objected\n"
                 "refused no_such_objection id=o9\n"
                 "objection_answered o1 declined 'Đã nghe lại'\n"
                 "refused no_such_objection id=o1\n");
    adopt(meeting);
    meeting_play(meeting,
                 "8 m5 raise_objection objection 1 - 0 'x'\n"
                 "8 m5 raise_objection reservation 1 - 0 'x'",
                 "refused minutes_locked\n"
                 "objection_raised o3 m5 reservation 1 - 0 'x'\n");
    meeting_transcript_end(meeting);
}

static void one_member_cannot_use_up_all_objections(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    int i;

    (void)state;
    present(meeting, "bienban");
    for (i = 0; i < LIMIT_MINUTES_OBJECTIONS_MEMBER; i++)
        meeting_play(meeting, "3 m4 raise_objection reservation 1 - 0 'x'",
                     NULL);
    meeting_play(meeting, "3 m4 raise_objection reservation 1 - 0 'x'",
                 "refused too_many max=20\n");
    meeting_play(meeting, "3 m5 raise_objection reservation 1 - 0 'x'",
                 "objection_raised o21 m5 reservation 1 - 0 'x'\n");
    meeting_transcript_end(meeting);
}

/* A server that says what did not happen is not followed. */
/* --- numbers of papers -----------------------------------------------------
 */

static uint64_t number_of(const struct meeting_transcript *meeting,
                          enum numbered_paper paper)
{
    return meeting_minutes_number(&meeting->state->minutes, paper,
                                  &(struct identifier){ "" });
}

static void numbers_go_on_and_each_series_by_itself(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "3 m3 number_document minutes - 0\n"
                 "3 m3 number_document minutes - 5\n"
                 "3 m1 number_document resolution - 2\n"
                 "3 m3 number_document notice - 5\n"
                 "3 m3 number_document tally b1 6\n"
                 "3 m3 number_document minutes b1 6\n"
                 "3 m3 number_document minutes - 4",
                 "refused number_taken last=0\n"
                 "document_numbered minutes - 5\n"
                 "document_numbered resolution - 2\n"
                 "document_numbered notice - 5\n"
                 "refused no_such_ballot id=b1\n"
                 "refused no_such_ballot id=b1\n"
                 "document_numbered minutes - 4\n");
    assert_int_equal(number_of(meeting, NUMBERED_MINUTES), 4);
    assert_int_equal(number_of(meeting, NUMBERED_RESOLUTION), 2);
    assert_int_equal(number_of(meeting, NUMBERED_TALLY), 0);
    assert_int_equal(
        meeting_minutes_series_end(&meeting->state->minutes, SERIES_MINUTES),
        4);
    meeting_transcript_end(meeting);
}

static void numbers_go_on_from_the_meeting_before(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event event = { .kind = EVENT_CARRIED_OVER_KIND };
    const struct meeting_report report = { .kind = REPORT_CARRIED,
                                           .event = &event };

    (void)state;
    event.body.carried_over.meeting = (struct identifier){ "org.0" };
    event.body.carried_over.last_minutes = 7;
    event.body.carried_over.last_notice = 3;
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    meeting_play(meeting,
                 "3 m3 number_document minutes - 7\n"
                 "3 m3 number_document minutes - 8\n"
                 "3 m3 number_document resolution - 1\n"
                 "3 m3 number_document notice - 3",
                 "carried_over org.0 7 0 3\n"
                 "refused number_taken last=7\n"
                 "document_numbered minutes - 8\n"
                 "document_numbered resolution - 1\n"
                 "refused number_taken last=3\n");
    meeting_transcript_end(meeting);
}

static void signed_minutes_keep_their_number(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event event = { .kind = EVENT_DOCUMENT_NUMBERED_KIND };

    (void)state;
    present(meeting, "bienban");
    adopt(meeting);
    meeting_play(meeting,
                 "7 m3 number_document minutes - 5\n"
                 "7 m3 sign_minutes minute-taker 1 bienban\n"
                 "7 m1 sign_minutes chair 1 bienban",
                 NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_NONE);
    meeting_play(meeting,
                 "8 m3 number_document minutes - 6\n"
                 "8 m3 number_document resolution - 6",
                 "refused minutes_locked\n"
                 "document_numbered resolution - 6\n");
    event.body.document_numbered.paper = NUMBERED_MINUTES;
    event.body.document_numbered.number = 6;
    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->now_ms;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    meeting_transcript_drop(meeting);
}

static void a_false_adoption_contradicts_the_log(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event event = { .kind = EVENT_MINUTES_ADOPTED_KIND };

    (void)state;
    present(meeting, "bienban");
    event.body.minutes_adopted.version = 1;
    event.body.minutes_adopted.c = meeting->state->minutes.c;
    event.body.minutes_adopted.vote = (struct identifier){ "v1" };
    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->now_ms;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT); /* there is no such vote */
    meeting_play(meeting,
                 "4 m1 start_vote - 'x' minutes\n5 m4 vote v1 no\n"
                 "6 m1 close_vote v1",
                 NULL);
    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->now_ms;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT); /* it did not pass */
    meeting_transcript_drop(meeting);
}

static void a_substitute_goes_on_where_the_first_one_stopped(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "3 m1 hand_over_minutes m4\n"
                 "4 m3 edit_entry e1 1 'Sửa'\n"
                 "4 m3 write_entry a1 - - 0 'Thêm'\n"
                 "4 m3 present_minutes 5 900 'bienban'\n"
                 "5 m4 edit_entry e1 1 'Nhất trí cao'\n"
                 "5 m4 write_entry a1 - - 0 'Thêm'\n"
                 "6 m4 hand_over_minutes m3\n"
                 "7 m3 edit_entry e1 2 'Nhất trí hoàn toàn'\n"
                 "8 m1 hand_over_minutes m4",
                 "minutes_handed_over m4\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "refused not_allowed who=the minute-taker\n"
                 "refused not_allowed who=the minute-taker\n"
                 "entry_edited e1 2 'Nhất trí cao'\n"
                 "entry_written e3 a1 - - 0 'Thêm'\n"
                 "minutes_handed_over m3\n"
                 "entry_edited e1 3 'Nhất trí hoàn toàn'\n"
                 "minutes_handed_over m4\n");
    present_by(meeting, "m4", "bienban");
    adopt(meeting);
    meeting_play(meeting,
                 "10 m3 sign_minutes minute-taker 1 bienban\n"
                 "10 m4 sign_minutes minute-taker 1 bienban",
                 NULL);
    assert_int_equal(meeting->state->minutes.signature_count, 1);
    assert_string_equal(meeting->state->minutes.signatures[0].member.text,
                        "m4");
    meeting_transcript_end(meeting);
}

static void of_two_edits_of_one_version_the_second_is_refused(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "3 m1 edit_entry e1 1 'Của chủ trì'\n"
                 "3 m3 edit_entry e1 1 'Của thư ký'\n"
                 "3 m3 remove_entry e1 1\n"
                 "4 m3 edit_entry e1 2 'Của thư ký'\n"
                 "5 m1 write_entry a1 - - 0 'x'\n"
                 "5 m1 remove_entry e1 3",
                 "entry_edited e1 2 'Của chủ trì'\n"
                 "refused entry_conflict id=e1 version=2\n"
                 "refused entry_conflict id=e1 version=2\n"
                 "entry_edited e1 3 'Của thư ký'\n"
                 "refused not_allowed who=the minute-taker\n"
                 "refused not_allowed who=the minute-taker\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_an_opinion_is_somebodys),
        cmocka_unit_test(the_whole_way_ends_with_both_signatures),
        cmocka_unit_test(a_signature_is_refused_with_its_reason),
        cmocka_unit_test(what_was_changed_is_read_back_again),
        cmocka_unit_test(nothing_changes_while_the_vote_is_on),
        cmocka_unit_test(an_objection_waits_for_an_answer),
        cmocka_unit_test(one_member_cannot_use_up_all_objections),
        cmocka_unit_test(numbers_go_on_and_each_series_by_itself),
        cmocka_unit_test(numbers_go_on_from_the_meeting_before),
        cmocka_unit_test(signed_minutes_keep_their_number),
        cmocka_unit_test(a_false_adoption_contradicts_the_log),
        cmocka_unit_test(a_substitute_goes_on_where_the_first_one_stopped),
        cmocka_unit_test(of_two_edits_of_one_version_the_second_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
