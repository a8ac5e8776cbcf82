/* What one member may fill of a meeting's log, and that others are not held up
 * by it. */
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

static const char *const joined[] = { "m4", "m5", "s1", NULL };

static struct meeting_transcript *open_meeting(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    return meeting;
}

static void repeat(struct meeting_transcript *meeting, int times,
                   const char *script)
{
    int i;

    for (i = 0; i < times; i++) {
        meeting_play(meeting, script, NULL);
        assert_int_equal(meeting->decision->refusal.code, REFUSAL_NONE);
    }
}

static void one_says_so_many_lines_and_the_next_one_as_many(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    repeat(meeting, LIMIT_CHATS_EACH, "1 m4 chat 'Lại là tôi'");
    meeting_play(meeting,
                 "2 m4/b join\n"
                 "2 m4 chat 'Thêm nữa'\n"
                 "2 m4/b chat 'Thêm nữa'\n"
                 "3 m5 chat 'Một ý khác'\n"
                 "3 s1 chat 'Điểm cầu nghe rõ'\n"
                 "4 m4 raise_hand -",
                 "connected m4 m4/b 7\n"
                 "refused share_used max=2000\n"
                 "refused share_used max=2000\n"
                 "chat_said m5 'Một ý khác'\n"
                 "chat_said s1 'Điểm cầu nghe rõ'\n"
                 "hand_raised m4\n");
    meeting_transcript_end(meeting);
}

static void hands_and_points_of_order_are_counted_together(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    repeat(meeting, LIMIT_HANDS_EACH / 2,
           "1 m4 raise_hand -\n"
           "1 m4 raise_point_of_order -\n"
           "1 m4 lower_hand -");
    meeting_play(meeting,
                 "2 m4 raise_hand -\n"
                 "2 m4 raise_point_of_order -\n"
                 "3 m5 raise_hand -\n"
                 "4 m1 give_floor m4 0",
                 "refused share_used max=1000\n"
                 "refused share_used max=1000\n"
                 "hand_raised m5\n"
                 "floor_given m4 300000 m1\n");
    meeting_transcript_end(meeting);
}

static void names_are_put_up_and_withdrawn_so_often(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting, "1 m1 call_election a1 other 1 'Đại biểu'",
                 "election_called n1 a1 other 1 'Đại biểu'\n");
    repeat(meeting, LIMIT_NOMINATIONS_EACH,
           "2 m4 nominate n1 m4 self\n"
           "2 m4 withdraw_nomination n1 m4");
    meeting_play(meeting,
                 "3 m4 nominate n1 m4 self\n"
                 "3 m4 nominate n1 m14 floor\n"
                 "4 m5 nominate n1 m4 floor\n"
                 "5 m1 nominate n1 m14 committee",
                 "refused share_used max=200\n"
                 "refused share_used max=200\n"
                 "nominated n1 m4 floor m5\n"
                 "nominated n1 m14 committee m1\n");
    meeting_transcript_end(meeting);
}

static void a_task_is_reported_on_so_often(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m3 set_task a1 m4 0 'Thu đảng phí'\n"
                 "1 m3 set_task a1 m5 0 'Gửi báo cáo'",
                 NULL);
    repeat(meeting, LIMIT_TASK_REPORTS, "2 m4 report_task t1 partly 'Còn'");
    meeting_play(meeting,
                 "3 m4 report_task t1 done 'Xong'\n"
                 "4 m5 report_task t2 done 'Đã gửi'",
                 "refused share_used max=50\n"
                 "task_reported t2 m5 done 'Đã gửi'\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_says_so_many_lines_and_the_next_one_as_many),
        cmocka_unit_test(hands_and_points_of_order_are_counted_together),
        cmocka_unit_test(names_are_put_up_and_withdrawn_so_often),
        cmocka_unit_test(a_task_is_reported_on_so_often),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
