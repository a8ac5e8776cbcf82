#include "client/cli/cli_ballot_marks.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

/* Positions: choose 4 of at most 2 with blank (0..4), a table of three rows
 * with three columns (5..13), one row of two (14..15), one that wants a mark
 * (16..18). */
static const char form[] =
    "{\"name\":\"B\",\"questions\":["
    "{\"answers\":[\"P\",\"Q\",\"Đảng viên Mẫu 03\",\"S\"],\"blank\":true,"
    "\"min\":1,\"max\":2,\"question\":\"1\"},"
    "{\"answers\":[\"x\",\"y\",\"z\"],\"min\":0,\"max\":1,\"question\":\"r1\"},"
    "{\"answers\":[\"x\",\"y\",\"z\"],\"min\":0,\"max\":1,\"question\":\"r2\"},"
    "{\"answers\":[\"x\",\"y\",\"z\"],\"min\":0,\"max\":1,\"question\":\"r3\"},"
    "{\"answers\":[\"Tán thành\",\"Không tán thành\"],\"min\":0,\"max\":1,"
    "\"question\":\"a\"},"
    "{\"answers\":[\"u\",\"v\",\"w\",\"t\"],\"min\":1,\"max\":1,"
    "\"question\":\"l1\"},"
    "{\"answers\":[\"u\",\"v\",\"w\",\"t\"],\"min\":1,\"max\":1,"
    "\"question\":\"l2\"}],"
    "\"forms\":[\"choose\",\"level3\",\"level3\",\"level3\",\"agree\","
    "\"level4\",\"level4\"]}";

enum { POSITIONS = 5 + 9 + 2 + 8 };

struct row {
    size_t first;
    const char *line;
    enum cli_marks_reading reading;
    const char *marks; /* of the section, or of the problem a part */
};

static void read_rows(const struct row *rows, size_t count)
{
    struct cli_paper_copy draft;
    size_t i;

    assert_int_equal(cli_paper_copy_of_draft(&draft, text_view_of(form)),
                     RESULT_OK);
    assert_int_equal(cli_paper_position_count(&draft.paper), POSITIONS);
    for (i = 0; i < count; i++) {
        uint8_t marks[POSITIONS] = { 0 };
        char shown[POSITIONS + 1];
        char problem[CLI_MARKS_PROBLEM_SIZE];
        const size_t from = cli_paper_position(&draft.paper, rows[i].first);
        const size_t to = cli_paper_position(
            &draft.paper,
            rows[i].first + cli_paper_section(&draft.paper, rows[i].first));
        const enum cli_marks_reading reading = cli_marks_read(
            &draft.paper, rows[i].first, rows[i].line, marks, problem);
        size_t at;

        for (at = 0; at < POSITIONS; at++) {
            if (marks[at] && (at < from || at >= to))
                fail_msg("%s: another section was marked", rows[i].line);
            if (at >= from && at < to)
                shown[at - from] = marks[at] ? '1' : '0';
        }
        shown[to - from] = '\0';
        if (reading != rows[i].reading)
            fail_msg("%s: %d, %s", rows[i].line, reading, problem);
        if (reading == CLI_MARKS_WRONG && !strstr(problem, rows[i].marks))
            fail_msg("%s: %s", rows[i].line, problem);
        if (reading == CLI_MARKS_WRONG && strchr(shown, '1'))
            fail_msg("%s: marked all the same", rows[i].line);
        if (reading != CLI_MARKS_WRONG && strcmp(shown, rows[i].marks) != 0)
            fail_msg("%s: %s", rows[i].line, shown);
    }
    cli_paper_copy_release(&draft);
}

static void answers_are_chosen_by_their_numbers(void **state)
{
    static const struct row rows[] = {
        { 0, "1 3", CLI_MARKS_DONE, "01010" },
        { 0, " 4,2 ", CLI_MARKS_DONE, "00101" },
        { 0, "2.", CLI_MARKS_DONE, "00100" },
        { 0, "trắng", CLI_MARKS_DONE, "10000" },
        { 0, "PHIẾU TRẮNG", CLI_MARKS_DONE, "10000" },
        { 0, "tra\xcc\x86\xcc\x81ng", CLI_MARKS_DONE, "10000" },
        { 0, "blank", CLI_MARKS_DONE, "10000" },
        { 0, "đảng viên mẫu 03", CLI_MARKS_DONE, "00010" },
        { 0, "dang vien mau 03", CLI_MARKS_DONE, "00010" },
        { 0, "1 2 3", CLI_MARKS_WRONG, "at most 2" },
        { 0, "none", CLI_MARKS_WRONG, "at least 1" },
        { 0, "5", CLI_MARKS_WRONG, "no number 5" },
        { 0, "0", CLI_MARKS_WRONG, "no number 0" },
        { 0, "1 1", CLI_MARKS_WRONG, "twice" },
        { 0, "1-3", CLI_MARKS_WRONG, "numbers only" },
        { 0, "1 trắng", CLI_MARKS_WRONG, "numbers only" },
        { 0, "99999999999999999999", CLI_MARKS_WRONG, "no number 9999" },
    };

    (void)state;
    read_rows(rows, sizeof rows / sizeof rows[0]);
}

static void rows_are_marked_by_letters_or_one_by_one(void **state)
{
    static const struct row rows[] = {
        { 1, "A B C", CLI_MARKS_DONE, "100010001" },
        { 1, "abc", CLI_MARKS_DONE, "100010001" },
        { 1, "a-c", CLI_MARKS_DONE, "100000001" },
        { 1, "1 2 3", CLI_MARKS_DONE, "100010001" },
        { 1, "2B", CLI_MARKS_PART, "000010000" },
        { 1, "1A 2: C, 3=b", CLI_MARKS_DONE, "100001010" },
        { 1, "xong", CLI_MARKS_DONE, "000000000" },
        { 1, "A B", CLI_MARKS_WRONG, "3 rows, but you typed 2" },
        { 1, "A B C A", CLI_MARKS_WRONG, "typed 4" },
        { 1, "A B D", CLI_MARKS_WRONG, "A to C" },
        { 1, "4A", CLI_MARKS_WRONG, "no row 4" },
        { 1, "2D", CLI_MARKS_WRONG, "A to C" },
        { 1, "2A x", CLI_MARKS_WRONG, "together" },
        { 1, "1A 2", CLI_MARKS_WRONG, "letter is missing behind row 2" },
        { 1, "trắng", CLI_MARKS_WRONG, "A to C" },
    };

    (void)state;
    read_rows(rows, sizeof rows / sizeof rows[0]);
}

static void a_row_alone_is_answered_in_words_too(void **state)
{
    static const struct row rows[] = {
        { 4, "A", CLI_MARKS_DONE, "10" },
        { 4, "2", CLI_MARKS_DONE, "01" },
        { 4, "Tán thành", CLI_MARKS_DONE, "10" },
        { 4, "khong tan thanh", CLI_MARKS_DONE, "01" },
        { 4, "trống", CLI_MARKS_DONE, "00" },
        { 4, "-", CLI_MARKS_DONE, "00" },
        { 4, "C", CLI_MARKS_WRONG, "A to B" },
        { 4, "A B", CLI_MARKS_WRONG, "A to B" },
        { 4, "3", CLI_MARKS_WRONG, "A to B" },
    };

    (void)state;
    read_rows(rows, sizeof rows / sizeof rows[0]);
}

static void rows_that_want_a_mark_are_asked_for_again(void **state)
{
    static const struct row rows[] = {
        { 5, "A D", CLI_MARKS_DONE, "10000001" },
        { 5, "A -", CLI_MARKS_PART, "10000000" },
        { 5, "done", CLI_MARKS_PART, "00000000" },
    };

    (void)state;
    read_rows(rows, sizeof rows / sizeof rows[0]);
}

static void rows_typed_one_by_one_add_up(void **state)
{
    struct cli_paper_copy draft;
    uint8_t marks[POSITIONS] = { 0 };
    char problem[CLI_MARKS_PROBLEM_SIZE];

    (void)state;
    assert_int_equal(cli_paper_copy_of_draft(&draft, text_view_of(form)),
                     RESULT_OK);
    assert_int_equal(cli_marks_read(&draft.paper, 1, "2B", marks, problem),
                     CLI_MARKS_PART);
    assert_string_equal(problem, "Rows without a mark: 1 3");
    assert_int_equal(cli_marks_read(&draft.paper, 1, "3C 2A", marks, problem),
                     CLI_MARKS_PART);
    assert_int_equal(cli_marks_read(&draft.paper, 1, "4Z", marks, problem),
                     CLI_MARKS_WRONG);
    assert_int_equal(cli_marks_read(&draft.paper, 1, "done", marks, problem),
                     CLI_MARKS_DONE);
    assert_memory_equal(marks + 5, "\0\0\0\1\0\0\0\0\1", 9);
    cli_paper_copy_release(&draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_chosen_by_their_numbers),
        cmocka_unit_test(rows_are_marked_by_letters_or_one_by_one),
        cmocka_unit_test(a_row_alone_is_answered_in_words_too),
        cmocka_unit_test(rows_that_want_a_mark_are_asked_for_again),
        cmocka_unit_test(rows_typed_one_by_one_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
