/* Text in lines, as a terminal shows it. */
#include "protocol/program/fold.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void assert_folded(const char *text, size_t width, const char *expected)
{
    char *folded = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&folded, &size);

    assert_non_null(out);
    fold_list(text, width, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(folded, expected);
    free(folded);
}

static void columns_are_counted_and_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(fold_columns("điểm cầu", strlen("điểm cầu")), 8);
    /* The same decomposed: marks take no column. */
    assert_int_equal(
        fold_columns("\x64\x69\x65\xcc\x82\xcc\x89\x6d", sizeof "dieXXXXm" - 1),
        4);
}

static void lines_that_fit_stay_as_they_are(void **state)
{
    (void)state;
    assert_folded("  Thư ký:  đồng chí Mẫu 03\n\nx", 26,
                  "  Thư ký:  đồng chí Mẫu 03\n\nx");
}

static void an_item_goes_on_under_its_title(void **state)
{
    (void)state;
    assert_folded("   1. Kiểm điểm tháng trước, dự kiến 10 phút\n", 30,
                  "   1. Kiểm điểm tháng trước,\n"
                  "      dự kiến 10 phút\n");
    assert_folded(">  2. Nghị quyết tháng này, dự kiến 10 phút\n", 30,
                  ">  2. Nghị quyết tháng này, dự\n"
                  "      kiến 10 phút\n");
}

static void a_row_goes_on_behind_its_head(void **state)
{
    (void)state;
    assert_folded("  m7     Đảng viên Mẫu 07 (được miễn): chưa có mặt\n", 40,
                  "  m7     Đảng viên Mẫu 07 (được miễn):\n"
                  "         chưa có mặt\n");
}

static void columns_of_a_wide_table_move_together(void **state)
{
    (void)state;
    assert_folded("m1     Đảng viên Mẫu 01        u1            bí thư        "
                  "                 0\n",
                  50, "m1     Đảng viên Mẫu 01  u1  bí thư  0\n");
    assert_folded("m1     Đảng viên Mẫu 01        u1            phó bí thư chi "
                  "bộ               0\n",
                  40,
                  "m1     Đảng viên Mẫu 01  u1  phó bí thư\n"
                  "       chi bộ  0\n");
}

static void a_sentence_goes_on_a_little_to_the_right(void **state)
{
    (void)state;
    assert_folded("  0/7 đảng viên không thể dự họp trực tiếp\n", 30,
                  "  0/7 đảng viên không thể dự\n"
                  "    họp trực tiếp\n");
}

static void marks_and_wide_letters_do_not_change_where_it_goes_on(void **state)
{
    (void)state;
    assert_folded("điểm cầu điểm cầu điểm cầu điểm cầu\n", 30,
                  "điểm cầu điểm cầu điểm cầu\n"
                  "  điểm cầu\n");
    assert_folded("会议 会议 会议 会议 会议 会议 会议\n", 30,
                  "会议 会议 会议 会议 会议 会议\n"
                  "  会议\n");
}

static void a_head_that_takes_half_the_line_is_none(void **state)
{
    (void)state;
    assert_folded("                   m7  Đảng viên Mẫu 07 có mặt\n", 30,
                  "                   m7  Đảng\n"
                  "  viên Mẫu 07 có mặt\n");
}

static void a_last_line_without_line_feed_gets_none(void **state)
{
    (void)state;
    assert_folded("điểm cầu điểm cầu điểm cầu điểm cầu", 30,
                  "điểm cầu điểm cầu điểm cầu\n"
                  "  điểm cầu");
}

static void a_word_without_spaces_stays_whole(void **state)
{
    (void)state;
    assert_folded("  d1   mot_ten_tep_rat_dai_khong_co_dau_cach.pdf (1 KiB)\n",
                  30,
                  "  d1   mot_ten_tep_rat_dai_khong_co_dau_cach.pdf\n"
                  "       (1 KiB)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_counted_and_not_bytes),
        cmocka_unit_test(lines_that_fit_stay_as_they_are),
        cmocka_unit_test(an_item_goes_on_under_its_title),
        cmocka_unit_test(a_row_goes_on_behind_its_head),
        cmocka_unit_test(columns_of_a_wide_table_move_together),
        cmocka_unit_test(a_sentence_goes_on_a_little_to_the_right),
        cmocka_unit_test(marks_and_wide_letters_do_not_change_where_it_goes_on),
        cmocka_unit_test(a_head_that_takes_half_the_line_is_none),
        cmocka_unit_test(a_last_line_without_line_feed_gets_none),
        cmocka_unit_test(a_word_without_spaces_stays_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
