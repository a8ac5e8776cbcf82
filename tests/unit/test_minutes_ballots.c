#include "protocol/document/minutes_text.h"
#include "tests/support/transcript_minutes.h"
#include "tests/support/elect_scene.h"
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { EVENTS_MAX = 200 };

/* Who attends by telephone, and in which row of the roster that is. */
#define RELAYED "x2"
#define RELAYED_NAME "Đảng viên Mẫu 16"

/* The minutes of the meeting so far; the caller ends them with free(). */
static char *minutes_of(const struct meeting_transcript *meeting,
                        enum minutes_language language)
{
    struct minutes_event events[EVENTS_MAX];
    const struct identifier id = meeting_id(RELAYED);
    const size_t row = (size_t)(meeting_state_person(meeting->state, &id) -
                                meeting->state->people);
    char field[40];
    const struct minutes_opening opening = { 0, field, RELAYED_NAME };
    const struct minutes_source source = { .events = events,
                                           .event_count =
                                               json_array_size(meeting->log),
                                           .openings = &opening,
                                           .opening_count = 1 };
    char *text = NULL, *out;
    size_t size = 0, i;

    (void)snprintf(field, sizeof field, "roster.%zu.name", row);
    assert_true(source.event_count <= EVENTS_MAX);
    for (i = 0; i < source.event_count; i++) {
        events[i].bytes = transcript_line(json_array_get(meeting->log, i), i);
        events[i].size = strlen(events[i].bytes);
    }
    assert_int_equal(minutes_text_render(&source, language, &text, &size),
                     RESULT_OK);
    for (i = 0; i < source.event_count; i++)
        free((void *)(uintptr_t)events[i].bytes);
    out = strndup(text, size);
    free(text);
    /* Without the ends of lines, which its width makes. */
    for (char *at = out, *to = out;; at++) {
        if (*at == '\n' || (*at == ' ' && to > out && to[-1] == ' '))
            *at = ' ';
        if (*at != ' ' || to == out || to[-1] != ' ')
            *to++ = *at;
        if (*at == '\0')
            return out;
    }
}

static void has(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("\"%s\" is not in: %s", words, text);
}

static void who_attends_by_telephone_is_named_and_counted(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_DONE);
    char *text = minutes_of(meeting, MINUTES_VIETNAMESE);

    (void)state;
    has(text, "Không bỏ phiếu kín được vì dự họp qua bộ đàm, điện thoại, vẫn "
              "tính trong mẫu số: đồng chí " RELAYED_NAME ".");
    free(text);
    text = minutes_of(meeting, MINUTES_ENGLISH);
    has(text, "Could not cast a secret ballot, attending by radio or phone, "
              "and counted in the denominator: comrade " RELAYED_NAME ".");
    free(text);
    /* As many as the motion was measured against: x2 is among them. */
    assert_int_equal(meeting->state->ballots[0].denominator, 9);
    meeting_transcript_end(meeting);
}

static void a_void_ballot_has_no_numbers(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOID);
    char *text = minutes_of(meeting, MINUTES_ENGLISH);

    (void)state;
    has(text, "Secret ballot b1:");
    has(text, "Void, nothing was opened: ");
    assert_null(strstr(text, "returned"));
    free(text);
    meeting_transcript_end(meeting);
}

static void minutes_name_why_a_ballot_is_void(void **state)
{
    static const char *const reasons[][2] = {
        { "90 server void keys",
          "Void, nothing was opened: its keys are lost" },
        { "90 server void quorum",
          "Void, nothing was opened: fewer were present than the rules ask "
          "for" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        struct meeting_transcript *meeting =
            meeting_ballot_scene(BALLOT_PHASE_VOTING);
        char *text;

        meeting_play(meeting, reasons[i][0], NULL);
        text = minutes_of(meeting, MINUTES_ENGLISH);
        has(text, reasons[i][1]);
        free(text);
        meeting_transcript_end(meeting);
    }
}

/* --- what follows from it --------------------------------------------------
 */

#define TELLERS " m2+m3+m5 0 no no "

static void an_election_is_told_in_the_order_of_votes_with_its_tie(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    char *text;

    (void)state;
    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 24, 1, "0+15+17+18+15");
    text = minutes_of(meeting, MINUTES_VIETNAMESE);
    has(text, "4. đồng chí " RELAYED_NAME " (cấp triệu tập giới thiệu).");
    has(text, "Chốt danh sách 4 người theo biểu quyết v1.");
    has(text, "Số phiếu thu về: 25; hợp lệ: 24; không hợp lệ: 1.");
    has(text,
        "Tính trên 25 đảng viên; cần ít nhất 13 phiếu (2 × số phiếu > 25).");
    has(text, ": 18/25 phiếu (72,00 %), trúng cử. 2. ");
    has(text, "4. đồng chí " RELAYED_NAME
              ": 15/25 phiếu (60,00 %), bằng phiếu ở vị trí cuối.");
    has(text, "2 đồng chí bằng phiếu cho 1 vị trí còn lại: bầu vòng hai");
    free(text);
    text = minutes_of(meeting, MINUTES_ENGLISH);
    has(text, "2 names are level for 1 seats left");
    free(text);
    meeting_transcript_end(meeting);
}

static void discipline_is_told_with_what_was_added(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    char *text;

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("K+C+X+0", 1, 1),
                                    "-" TELLERS "discipline 0 x2"),
                        "");
    elect_count(meeting, 24, 0, "0+7+5+8+4");
    text = minutes_of(meeting, MINUTES_VIETNAMESE);
    has(text, "Đối với đồng chí " RELAYED_NAME " (không tham gia bỏ phiếu).");
    has(text, "cảnh cáo: 5 phiếu; cộng dồn từ hình thức cao hơn: 13; cần "
              "13/25.");
    has(text, "Không kỷ luật: 4 phiếu.");
    has(text, "Quyết định kỷ luật: cảnh cáo (bằng cộng dồn, 13/25 phiếu, cần "
              "13).");
    free(text);
    meeting_transcript_end(meeting);
}

static void opinions_that_are_not_announced_are_not_in_the_minutes(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    char *text;

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C", 1, 2),
                                    "m4+m14+x2" TELLERS "straw 2"),
                        "");
    elect_count(meeting, 25, 0, "0+9+21+14");
    text = minutes_of(meeting, MINUTES_VIETNAMESE);
    has(text, "Kết quả không công bố tại cuộc họp; người chủ trì được biết.");
    assert_null(strstr(text, "21/25"));
    assert_null(strstr(text, "“?”"));
    free(text);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_attends_by_telephone_is_named_and_counted),
        cmocka_unit_test(a_void_ballot_has_no_numbers),
        cmocka_unit_test(minutes_name_why_a_ballot_is_void),
        cmocka_unit_test(
            an_election_is_told_in_the_order_of_votes_with_its_tie),
        cmocka_unit_test(discipline_is_told_with_what_was_added),
        cmocka_unit_test(
            opinions_that_are_not_announced_are_not_in_the_minutes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
