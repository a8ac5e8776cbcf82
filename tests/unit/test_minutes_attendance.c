/* What the minutes tell of seats, absences and who was late. */
#include "tests/support/ruleset_file.h"
#include "tests/support/transcript_minutes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

static const char *const nobody[] = { NULL };
static const char *const four[] = { "m4", NULL };

static void declaration_and_eligibility_quote_rule_and_numbers(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    char *text;

    (void)state;
    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play(meeting,
                 "0 server row m4 official a at_sea\n"
                 "0 server row m5 official a on_duty\n"
                 "0 server row m6 probationary a at_sea\n"
                 "0 server row m14 official a at_sea",
                 NULL);
    meeting_play_to_open(meeting, four);
    text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
    assert_minutes_have(text, "tuyên bố: nội dung cuộc họp không có bí mật nhà "
                              "nước.");
    assert_minutes_have(text,
                        "Điều kiện họp trực tuyến: 4/7 đảng viên không thể dự "
                        "họp trực tiếp tại một nơi, cần 4: đạt (quy tắc "
                        "“điều kiện họp trực tuyến”).");
    assert_minutes_have(text, "Trên biển, đảo:");
    free(text);
    text = transcript_minutes(meeting, MINUTES_ENGLISH);
    assert_minutes_have(text,
                        "4 of 7 members cannot come to one place, 4 "
                        "needed: met (rule “conditions for meeting online”).");
    free(text);
    meeting_transcript_end(meeting);
}

/* Opened at second 0; 15 minutes are passed over at both ends. */
static void who_came_late_and_who_left_early_is_told(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    char *text;

    (void)state;
    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "900 m3 tick m5 in_person -\n"
                 "901 m3 tick m14 in_person -\n"
                 "3000 m3 note_left m14\n"
                 "3601 m3 note_left m5\n"
                 "3700 m4 leave\n"
                 "4000 m3 tick m6 in_person -\n"
                 "4001 m3 untick m6\n"
                 "4500 m1 close_meeting",
                 NULL);
    text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
    /* m14 came late, and left with more than 15 minutes to go. m6 was never
     * there. */
    assert_minutes_have(text, "Đến muộn: 1; về sớm: 1.");
    free(text);
    text = transcript_minutes(meeting, MINUTES_ENGLISH);
    assert_minutes_have(text, "Came late: 1; left early: 1.");
    assert_minutes_have(text, "; came late; left early.");
    free(text);
    meeting_transcript_end(meeting);
}

static void without_the_rule_nobody_is_called_late(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    char *text;

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting, "5000 m3 tick m5 in_person -", NULL);
    text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
    assert_minutes_lack(text, "muộn");
    free(text);
    meeting_transcript_end(meeting);
}

static void the_table_has_both_kinds_of_members(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    char *text;

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m3 note_absence m5 absent_excused 'ốm'\n"
                 "1 m3 note_absence m6 absent_unexcused ''\n"
                 "2 m3 confirm_roll",
                 NULL);
    text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
    assert_minutes_have(text, "Chính thức: có mặt 4; vắng có lý do 1, không lý "
                              "do 0, chưa ghi lý do 1.");
    assert_minutes_have(text,
                        "Không tính trong số trên: sinh hoạt tạm thời nơi "
                        "khác 1; bị đình chỉ sinh hoạt 1.");
    assert_minutes_have(text, "Dự bị: có mặt 0; vắng có lý do 0, không lý do "
                              "1, chưa ghi lý do 0.");
    assert_minutes_have(text, "Điểm danh, có mặt 4/6 chính thức, 0/1 dự bị; "
                              "vắng có lý do 1, không lý do 1; trực tiếp 0, "
                              "tại điểm cầu 0, trực tuyến 4, qua bộ đàm, điện "
                              "thoại 0.");
    free(text);
    meeting_transcript_end(meeting);
}

static void an_absence_throughout_a_congress_is_told_as_accepted(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_congress();
    char *text;

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting, "1 m3 note_absence m5 absent_excused 'ốm' yes", NULL);
    text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
    assert_minutes_have(text, "vắng mặt suốt đại hội, có lý do được chấp nhận");
    free(text);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declaration_and_eligibility_quote_rule_and_numbers),
        cmocka_unit_test(who_came_late_and_who_left_early_is_told),
        cmocka_unit_test(without_the_rule_nobody_is_called_late),
        cmocka_unit_test(the_table_has_both_kinds_of_members),
        cmocka_unit_test(an_absence_throughout_a_congress_is_told_as_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
