#include "client/cli/cli_ballot_form.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void assert_form(const char *text, const char *expected)
{
    struct cli_form_problem problem;
    char *form = NULL;

    if (cli_ballot_form_read(text, strlen(text), &problem, &form) != RESULT_OK)
        fail_msg("line %zu: %s", problem.line, problem.text);
    assert_string_equal(form, expected);
    free(form);
}

/* --- what can be written ---------------------------------------------------
 */

static void a_draft_in_vietnamese_becomes_the_form(void **state)
{
    (void)state;
    assert_form("# ghi chú\n"
                "Phiếu: Phiếu bầu chi ủy\n"
                "\n"
                "Chọn 1-2: Bầu 2 đồng chí\n"
                "- Đảng viên Mẫu 01\n"
                "- Đảng viên Mẫu 02\n"
                "- Đảng viên Mẫu 04\n"
                "Phiếu trắng: có\n",
                "{\"name\":\"Phiếu bầu chi ủy\",\"questions\":[{\"answers\":["
                "\"Đảng viên Mẫu 01\",\"Đảng viên Mẫu 02\",\"Đảng viên Mẫu "
                "04\"],\"blank\":true,\"min\":1,\"max\":2,\"question\":\"Bầu 2 "
                "đồng chí\"}],\"forms\":[\"choose\"]}");
}

static void
each_row_of_a_table_is_a_question_with_the_heading_above(void **state)
{
    (void)state;
    assert_form("ballot: B\n"
                "CONFIDENCE: Heading\n"
                "* P\n"
                "* Q\n"
                "agree:\n"
                "1. R\n"
                "other: yes\n"
                "rating:\n"
                "+ S\n"
                "empty: no\n",
                "{\"name\":\"B\",\"questions\":["
                "{\"answers\":[\"High confidence\",\"Confidence\",\"Low "
                "confidence\"],\"min\":0,\"max\":1,\"question\":\"Heading\\nP\""
                "},"
                "{\"answers\":[\"High confidence\",\"Confidence\",\"Low "
                "confidence\"],\"min\":0,\"max\":1,\"question\":\"Heading\\nQ\""
                "},"
                "{\"answers\":[\"In favour\",\"Against\",\"Other opinion\"],"
                "\"min\":0,\"max\":1,\"question\":\"R\"},"
                "{\"answers\":[\"Duties fulfilled with distinction\",\"Duties "
                "fulfilled well\",\"Duties fulfilled\",\"Duties not "
                "fulfilled\"],\"min\":1,\"max\":1,\"question\":\"S\"}],"
                "\"forms\":[\"level3\",\"level3\",\"agree\",\"level4\"]}");
}

static void how_many_may_be_chosen_has_many_spellings(void **state)
{
    static const struct {
        const char *key;
        const char *bounds;
    } rows[] = {
        { "Chọn 1-2", "\"min\":1,\"max\":2" },
        { "chọn 1 – 2", "\"min\":1,\"max\":2" },
        { "CHỌN TỪ 1 ĐẾN 2", "\"min\":1,\"max\":2" },
        { "chon tu 2 den 3", "\"min\":2,\"max\":3" },
        { "Chọn tối đa 2", "\"min\":1,\"max\":2" },
        { "Chọn đúng 2", "\"min\":2,\"max\":2" },
        { "Chọn 1", "\"min\":1,\"max\":1" },
        { "choose 0-2", "\"min\":0,\"max\":2" },
        { "choose exactly 3", "\"min\":3,\"max\":3" },
        { "choose at most 3", "\"min\":1,\"max\":3" },
        { "choose from 1 to 3", "\"min\":1,\"max\":3" },
    };
    char text[200];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cli_form_problem problem;
        char *form = NULL;

        (void)snprintf(text, sizeof text, "phiếu: B\n%s: Q\n-a\n-b\n-c\n",
                       rows[i].key);
        if (cli_ballot_form_read(text, strlen(text), &problem, &form) !=
            RESULT_OK)
            fail_msg("%s: %s", rows[i].key, problem.text);
        if (!strstr(form, rows[i].bounds))
            fail_msg("%s: %s", rows[i].key, form);
        free(form);
    }
}

static void a_file_of_another_system_is_read_all_the_same(void **state)
{
    (void)state;
    /* A mark of the byte order, carriage returns, no NFC, no last line end. */
    assert_form("\xef\xbb\xbf"
                "Phie\xcc\x82\xcc\x81u: B\r\n"
                "Cho\xcc\xa3n 1-1: Q\r\n"
                "- a\r\n"
                "- Ma\xcc\x82\xcc\x83u",
                "{\"name\":\"B\",\"questions\":[{\"answers\":[\"a\",\"Mẫu\"],"
                "\"blank\":true,\"min\":1,\"max\":1,\"question\":\"Q\"}],"
                "\"forms\":[\"choose\"]}");
}

static void a_single_question_needs_no_file(void **state)
{
    struct cli_form_problem problem;
    char *form = NULL;

    (void)state;
    assert_int_equal(cli_ballot_form_ask(" Kết nạp? ", &problem, &form),
                     RESULT_OK);
    assert_string_equal(
        form, "{\"name\":\"Secret ballot\",\"questions\":[{\"answers\":[\"In "
              "favour\",\"Against\"],\"min\":0,\"max\":1,\"question\":\"Kết "
              "nạp?\"}],\"forms\":[\"agree\"]}");
    free(form);
    assert_int_equal(cli_ballot_form_ask("  ", &problem, &form),
                     RESULT_INVALID);
    assert_int_equal(
        cli_ballot_form_ask("Kết nạp\xe2\x80\x8b?", &problem, &form),
        RESULT_INVALID);
    assert_non_null(strstr(problem.text, "nobody sees"));
}

/* --- what is wrong ---------------------------------------------------------
 */

static void what_is_wrong_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text;
        size_t line;
        const char *part; /* of what is told */
    } rows[] = {
        { "", 0, "no name" },
        { "phiếu: B\n", 0, "asks nothing" },
        { "phiếu:\n", 1, "name is missing" },
        { "phiếu: B\nphiếu: C\n", 2, "a name already" },
        { "chọn 1: Q\n- a\n", 1, "above this line" },
        { "phiếu: B\n- a\n", 2, "a question has to stand above" },
        { "phiếu: B\nchọn 2: Q\n- a\n- b\n", 2, "exactly 3" },
        { "phiếu: B\nchọn: Q\n- a\n", 2, "how many" },
        { "phiếu: B\nchọn 1-x: Q\n- a\n", 2, "how many" },
        { "phiếu: B\nchọn 3-2: Q\n- a\n", 2, "from 3 to 2" },
        { "phiếu: B\nchọn 0-0: Q\n- a\n", 2, "from 0 to 0" },
        { "phiếu: B\nchọn 1-1:\n- a\n", 2, "question is missing" },
        { "phiếu: B\nchọn 1-3: Q\n- a\n- b\n", 2, "only 2 are named" },
        { "phiếu: B\n\nchọn 1: Q\n\ntán thành:\n- a\n", 3, "nothing to be" },
        { "phiếu: B\nchọn 1: Q\n- a\n-\n", 4, "behind the dash" },
        { "phiếu: B\nchọn 1: Q\n- a\n- a\n", 4, "a second time: \"a\"" },
        { "phiếu: B\nchọn 1: Q\n- a\nlạ: có\n", 4, "no word of a draft" },
        { "phiếu: B\nchọn 1: Q\n- a\nxin chào\n", 4, "neither" },
        { "phiếu: B\nchọn 1: Q\n- a\nđể trống: có\n", 4, "says nothing" },
        { "phiếu: B\nphiếu trắng: có\n", 2, "says nothing" },
        { "phiếu: B\nchọn 1: Q\n- a\nphiếu trắng: ?\n", 4, "yes or no" },
        { "phiếu: B\nchọn 1: Q\n- a\x01\n", 3, "cannot be shown" },
        { "phiếu: \xff\n", 0, "UTF-8" },
        { "phiếu: B\nchọn 1: Q\n- a\n- a\xe2\x80\x8b\n", 4, "nobody sees" },
        { "phiếu: B\xc2\xad\n", 1, "nobody sees" },
        { "phiếu: B\ntín nhiệm:\n- a\xe2\x80\x8d\n", 3, "nobody sees" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cli_form_problem problem;
        char *form = NULL;

        if (cli_ballot_form_read(rows[i].text, strlen(rows[i].text), &problem,
                                 &form) != RESULT_INVALID)
            fail_msg("%s is taken", rows[i].text);
        if (problem.line != rows[i].line || !strstr(problem.text, rows[i].part))
            fail_msg("%s: line %zu, %s", rows[i].text, problem.line,
                     problem.text);
        assert_null(form);
    }
}

static void a_ballot_longer_than_can_be_voted_on_is_refused(void **state)
{
    struct cli_form_problem problem;
    char *text = NULL;
    char *form = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int i;

    (void)state;
    assert_non_null(out);
    (void)fputs("phiếu: B\n", out);
    for (i = 0; i < 201; i++)
        (void)fprintf(out, "tán thành:\n- %d\n", i);
    (void)fclose(out);
    assert_int_equal(cli_ballot_form_read(text, size, &problem, &form),
                     RESULT_INVALID);
    assert_non_null(strstr(problem.text, "make two of it"));
    assert_int_equal(problem.line, 402);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_in_vietnamese_becomes_the_form),
        cmocka_unit_test(
            each_row_of_a_table_is_a_question_with_the_heading_above),
        cmocka_unit_test(how_many_may_be_chosen_has_many_spellings),
        cmocka_unit_test(a_file_of_another_system_is_read_all_the_same),
        cmocka_unit_test(a_single_question_needs_no_file),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(a_ballot_longer_than_can_be_voted_on_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
