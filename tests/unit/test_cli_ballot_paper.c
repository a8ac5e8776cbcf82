#include "client/cli/cli_ballot_paper.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <cmocka.h>

static const char form[] =
    "{\"name\":\"Phiếu bầu chi ủy\",\"questions\":["
    "{\"answers\":[\"Đảng viên Mẫu 01\",\"Đảng viên Mẫu 02\"],\"blank\":true,"
    "\"min\":1,\"max\":2,\"question\":\"Bầu 2 đồng chí\"},"
    "{\"answers\":[\"Tán thành\",\"Không tán thành\"],\"min\":0,\"max\":1,"
    "\"question\":\"Kết nạp\\nQuần chúng Mẫu 01\"},"
    "{\"answers\":[\"Tán thành\",\"Không tán thành\"],\"min\":0,\"max\":1,"
    "\"question\":\"Kết nạp\\nQuần chúng Mẫu 02\"},"
    "{\"answers\":[\"Cao\",\"Vừa\",\"Thấp\"],\"min\":1,\"max\":1,"
    "\"question\":\"Đảng viên Mẫu 04\"}],"
    "\"forms\":[\"choose\",\"agree\",\"agree\",\"level3\"]}";

static void make(struct cli_paper_copy *paper)
{
    assert_int_equal(cli_paper_copy_of_draft(paper, text_view_of(form)),
                     RESULT_OK);
}

/* The caller ends it with free(). */
static char *drawn(const struct cli_paper *paper, const uint8_t *marks,
                   size_t width)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    cli_paper_write(paper, marks, width, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void a_paper_has_sections_and_positions(void **state)
{
    struct cli_paper_copy draft;

    (void)state;
    make(&draft);
    assert_int_equal(cli_paper_position_count(&draft.paper), 3 + 2 + 2 + 3);
    assert_int_equal(cli_paper_position(&draft.paper, 3), 7);
    assert_int_equal(cli_paper_section_count(&draft.paper), 3);
    assert_int_equal(cli_paper_section(&draft.paper, 0), 1);
    assert_int_equal(cli_paper_section(&draft.paper, 1), 2);
    assert_int_equal(cli_paper_section(&draft.paper, 3), 1);
    assert_string_equal(cli_paper_row(&draft.questions[1]),
                        "Quần chúng Mẫu 01");
    cli_paper_copy_release(&draft);
}

static void the_paper_is_drawn_as_it_is_handed_out(void **state)
{
    struct cli_paper_copy draft;
    char *text;

    (void)state;
    make(&draft);
    text = drawn(&draft.paper, NULL, 40);
    assert_string_equal(text, "----------------------------------------\n"
                              "            PHIẾU BẦU CHI ỦY\n"
                              "----------------------------------------\n"
                              "Question 1. Bầu 2 đồng chí\n"
                              "Choose at most 2, at least 1. Or leave\n"
                              "it blank.\n"
                              " [ ]  1. Đảng viên Mẫu 01\n"
                              " [ ]  2. Đảng viên Mẫu 02\n"
                              " [ ]     Blank ballot\n"
                              "\n"
                              "Question 2. Kết nạp\n"
                              "Mark at most one box in every row; a row\n"
                              "may stay without a mark.\n"
                              "  A. Tán thành\n"
                              "  B. Không tán thành\n"
                              "  1. Quần chúng Mẫu 01\n"
                              "      [ ] A  [ ] B\n"
                              "  2. Quần chúng Mẫu 02\n"
                              "      [ ] A  [ ] B\n"
                              "\n"
                              "Question 3. Đảng viên Mẫu 04\n"
                              " [ ]  A. Cao\n"
                              " [ ]  B. Vừa\n"
                              " [ ]  C. Thấp\n"
                              "----------------------------------------\n");
    free(text);
    cli_paper_copy_release(&draft);
}

static void marks_are_drawn_and_told_in_words(void **state)
{
    const uint8_t marks[10] = { 0, 0, 1, /**/ 0, 1, /**/ 0, 0, /**/ 0, 0, 1 };
    struct cli_paper_copy draft;
    char *text;

    (void)state;
    make(&draft);
    text = drawn(&draft.paper, marks, 80);
    assert_non_null(strstr(text, " [ ]  1. Đảng viên Mẫu 01\n"));
    assert_non_null(strstr(text, " [X]  2. Đảng viên Mẫu 02\n"));
    assert_non_null(strstr(text, " [ ] A  [X] B   Không tán thành\n"));
    assert_non_null(strstr(text, "  2. Quần chúng Mẫu 02\n"
                                 "      [ ] A  [ ] B\n"));
    assert_non_null(strstr(text, " [X]  C. Thấp\n"));
    free(text);
    cli_paper_copy_release(&draft);
}

static size_t columns(const char *line, size_t size)
{
    size_t at = 0;
    size_t count = 0;

    while (at < size) {
        utf8proc_int32_t point;
        const utf8proc_ssize_t step =
            utf8proc_iterate((const utf8proc_uint8_t *)line + at,
                             (utf8proc_ssize_t)(size - at), &point);

        assert_true(step > 0);
        at += (size_t)step;
        count += (size_t)utf8proc_charwidth(point);
    }
    return count;
}

static void no_line_is_wider_than_the_window(void **state)
{
    static const size_t widths[] = { 30, 40, 78 };
    static const char long_form[] =
        "{\"name\":\"Phiếu biểu quyết về việc công nhận đảng viên chính thức "
        "và kết nạp đảng viên của chi bộ\",\"questions\":[{\"answers\":[\"Đảng "
        "viên Mẫu 01, bí thư chi bộ, trưởng ban công tác mặt trận\",\"Đảng "
        "viên Mẫu 02\"],\"blank\":true,\"min\":1,\"max\":1,\"question\":\"Bầu "
        "một đồng chí giữ chức bí thư chi bộ nhiệm kỳ 2026-2029 trong số các "
        "đồng chí đã trúng cử vào chi ủy\"}],\"forms\":[\"choose\"]}";
    struct cli_paper_copy draft;
    size_t i;

    (void)state;
    assert_int_equal(cli_paper_copy_of_draft(&draft, text_view_of(long_form)),
                     RESULT_OK);
    for (i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        char *text = drawn(&draft.paper, NULL, widths[i]);
        const char *at = text;

        while (*at != '\0') {
            const size_t size = strcspn(at, "\n");

            if (columns(at, size) > widths[i])
                fail_msg("%zu columns: %.*s", widths[i], (int)size, at);
            at += size + 1;
        }
        free(text);
    }
    cli_paper_copy_release(&draft);
}

static void what_is_no_form_makes_no_paper(void **state)
{
    struct cli_paper_copy draft;

    (void)state;
    assert_int_equal(cli_paper_copy_of_draft(&draft, TEXT_LITERAL("{}")),
                     RESULT_INVALID);
    assert_null(draft.questions);
    cli_paper_copy_release(&draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paper_has_sections_and_positions),
        cmocka_unit_test(the_paper_is_drawn_as_it_is_handed_out),
        cmocka_unit_test(marks_are_drawn_and_told_in_words),
        cmocka_unit_test(no_line_is_wider_than_the_window),
        cmocka_unit_test(what_is_no_form_makes_no_paper),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
