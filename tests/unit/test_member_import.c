#include "server/control/member_import.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static void a_vietnamese_list_is_understood(void **state)
{
    static const char csv[] =
        "\xef\xbb\xbfSTT;Họ và tên;Diện đảng viên;Chức vụ;Tổ đảng\r\n"
        "1;Nguyễn Văn A;Chính thức;Bí thư;Tổ đảng số 1\r\n"
        "2;Trần Thị B;Đảng viên dự bị;;\r\n"
        "3;Lê Văn C;ĐƯỢC MIỄN CÔNG TÁC VÀ SINH HOẠT ĐẢNG;đảng viên;Tổ 2\r\n"
        "4;Phạm D;Cấp uỷ viên cấp trên;-;\r\n";
    struct member_import import;

    (void)state;
    assert_int_equal(member_import_read(text_view_of(csv), &import), RESULT_OK);
    assert_int_equal(import.fault_count, 0);
    assert_int_equal(import.member_count, 4);
    assert_string_equal(import.members[0].name, "Nguyễn Văn A");
    assert_string_equal(import.members[0].group, "Tổ đảng số 1");
    assert_int_equal(import.members[0].category, CATEGORY_OFFICIAL);
    assert_int_equal(import.members[0].office, OFFICE_CELL_LEADER);
    assert_int_equal(import.members[0].line, 2);
    assert_int_equal(import.members[1].category, CATEGORY_PROBATIONARY);
    assert_int_equal(import.members[1].office, OFFICE_NONE);
    assert_string_equal(import.members[1].group, "");
    assert_int_equal(import.members[2].category, CATEGORY_EXEMPT);
    assert_int_equal(import.members[3].category, CATEGORY_UPPER_DELEGATE);
    assert_int_equal(import.members[3].line, 5);
    member_import_release(&import);
}

/* As people take them out of other systems: a title, more columns than are
 * needed, the category by a day, totals below. */
static void a_list_with_title_days_and_totals_is_understood(void **state)
{
    const char *text =
        "\xef\xbb\xbf"
        "DANH SÁCH ĐẢNG VIÊN;;;;;\r\n"
        "Chi bộ Mẫu;;;;;\r\n"
        ";;;;;\r\n"
        "STT;Họ và tên;Ngày sinh;Chức vụ đảng;Ngày chính thức;Trạng thái\r\n"
        "1;Đảng viên Mẫu 01;01/02/1970;Bí thư chi bộ;05/02/1995;Đang sinh "
        "hoạt\r\n"
        "2;Đảng viên Mẫu 02;01/02/1999;Đảng viên;;Đang sinh hoạt\r\n"
        "3;Đảng viên Mẫu 03;01/02/1940;;05/02/1965;Miễn sinh hoạt\r\n"
        "4;Đảng viên Mẫu 04;01/02/1980;Chi ủy viên;05/02/2005;\r\n"
        "5;Đảng viên Mẫu 05;01/02/1980;;05/02/2005;Chuyển đi\r\n"
        "Tổng số: 5;;;;;\r\n";
    struct member_import import;

    (void)state;
    assert_int_equal(member_import_read(text_view_of(text), &import),
                     RESULT_OK);
    assert_int_equal(import.member_count, 4);
    assert_string_equal(import.members[0].name, "Đảng viên Mẫu 01");
    assert_int_equal(import.members[0].category, CATEGORY_OFFICIAL);
    assert_int_equal(import.members[0].office, OFFICE_CELL_LEADER);
    assert_int_equal(import.members[1].category, CATEGORY_PROBATIONARY);
    assert_int_equal(import.members[1].office, OFFICE_NONE);
    assert_int_equal(import.members[2].category, CATEGORY_EXEMPT);
    assert_int_equal(import.members[3].category, CATEGORY_OFFICIAL);
    assert_int_equal(import.fault_count, 1);
    assert_int_equal(import.faults[0].line, 9);
    assert_int_equal(import.faults[0].problem, IMPORT_UNKNOWN_CATEGORY);
    assert_string_equal(import.faults[0].detail, "Chuyển đi");
    member_import_release(&import);
}

static void
a_file_without_known_columns_is_refused_at_its_first_line(void **state)
{
    struct member_import import;

    (void)state;
    assert_int_equal(member_import_read(text_view_of("một\nhai,ba\n"), &import),
                     RESULT_MALFORMED);
    assert_int_equal(import.fault_count, 1);
    assert_int_equal(import.faults[0].line, 1);
    assert_int_equal(import.faults[0].problem, IMPORT_NO_NAME_COLUMN);
    member_import_release(&import);
}

static void an_english_list_is_understood(void **state)
{
    static const char csv[] = "name,category,office,party_group\n"
                              "\"Mẫu, A\",official,cell_leader,u3\n"
                              "Mẫu B,temp_here,deputy leader,\n"
                              "Mẫu C,guest,none,\n";
    struct member_import import;

    (void)state;
    assert_int_equal(member_import_read(text_view_of(csv), &import), RESULT_OK);
    assert_int_equal(import.fault_count, 0);
    assert_int_equal(import.member_count, 3);
    assert_string_equal(import.members[0].name, "Mẫu, A");
    assert_string_equal(import.members[0].group, "u3");
    assert_int_equal(import.members[1].category, CATEGORY_TEMP_HERE);
    assert_int_equal(import.members[1].office, OFFICE_DEPUTY_LEADER);
    assert_int_equal(import.members[2].category, CATEGORY_GUEST);
    member_import_release(&import);
}

/* "Mẫu" and "dự bị" with combining marks. */
static void decomposed_text_becomes_composed(void **state)
{
    static const char csv[] =
        "ho\xcc\xa3 te\xcc\x82n,loa\xcc\xa3i\n"
        "Ma\xcc\x82\xcc\x83u,d\xc6\xb0\xcc\xa3 bi\xcc\xa3\n";
    struct member_import import;

    (void)state;
    assert_int_equal(member_import_read(text_view_of(csv), &import), RESULT_OK);
    assert_int_equal(import.fault_count, 0);
    assert_int_equal(import.member_count, 1);
    assert_string_equal(import.members[0].name, "Mẫu");
    assert_int_equal(import.members[0].category, CATEGORY_PROBATIONARY);
    member_import_release(&import);
}

static void an_exempt_member_is_called_so_in_several_ways(void **state)
{
    static const char csv[] = "họ tên,loại\nMẫu A,miễn công tác\nMẫu B,Miễn\n"
                              "Mẫu C,được miễn\n";
    struct member_import import;

    (void)state;
    assert_int_equal(member_import_read(text_view_of(csv), &import), RESULT_OK);
    assert_int_equal(import.member_count, 3);
    for (size_t i = 0; i < import.member_count; i++)
        assert_int_equal(import.members[i].category, CATEGORY_EXEMPT);
    member_import_release(&import);
}

static void every_bad_line_is_reported_with_its_number(void **state)
{
    static const char csv[] = "name,category,office\n"
                              "Mẫu A,official,\n"
                              ",official,\n"
                              "Mẫu B,,\n"
                              "Mẫu C,chủ tịch,\n"
                              "\n"
                              "Mẫu D,official,vua\n"
                              "M\xc3,official,\n"
                              "Mẫu \xe2\x80\xae,official,\n"
                              "Mẫu E,official,\n";
    static const struct {
        size_t line;
        enum import_problem problem;
        const char *detail;
    } faults[] = {
        { 3, IMPORT_NO_NAME, "" },
        { 4, IMPORT_NO_CATEGORY, "" },
        { 5, IMPORT_UNKNOWN_CATEGORY, "chủ tịch" },
        { 7, IMPORT_UNKNOWN_OFFICE, "vua" },
        { 8, IMPORT_BAD_NAME, "M\xc3" },
        { 9, IMPORT_BAD_NAME, "Mẫu \xe2\x80\xae" },
    };
    struct member_import import;

    (void)state;
    assert_int_equal(member_import_read(text_view_of(csv), &import), RESULT_OK);
    assert_int_equal(import.member_count, 2);
    assert_int_equal(import.fault_count, sizeof faults / sizeof faults[0]);
    for (size_t i = 0; i < import.fault_count; i++) {
        assert_int_equal(import.faults[i].line, faults[i].line);
        assert_int_equal(import.faults[i].problem, faults[i].problem);
        assert_string_equal(import.faults[i].detail, faults[i].detail);
    }
    assert_int_equal(member_import_fault(&import, 0, IMPORT_SECOND_LEADER, ""),
                     RESULT_OK);
    assert_int_equal(import.member_count, 1);
    assert_string_equal(import.members[0].name, "Mẫu E");
    assert_int_equal(import.faults[0].line, 2);
    assert_int_equal(import.faults[0].problem, IMPORT_SECOND_LEADER);
    member_import_release(&import);
}

static void a_file_that_cannot_be_read_is_refused_whole(void **state)
{
    static const struct {
        const char *csv;
        size_t line;
        enum import_problem problem;
    } cases[] = {
        { "tuổi,loại\n40,official\n", 1, IMPORT_NO_NAME_COLUMN },
        { "name,office\nMẫu,none\n", 1, IMPORT_NO_CATEGORY_COLUMN },
        { "name,tên,loại\nMẫu,Mẫu,official\n", 1, IMPORT_DOUBLE_COLUMN },
        { "name,category\nMẫu,\"official\n", 2, IMPORT_NOT_CSV },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct member_import import;

        assert_int_equal(
            member_import_read(text_view_of(cases[i].csv), &import),
            RESULT_MALFORMED);
        assert_int_equal(import.fault_count, 1);
        assert_int_equal(import.faults[0].line, cases[i].line);
        assert_int_equal(import.faults[0].problem, cases[i].problem);
        member_import_release(&import);
    }
}

static void an_empty_list_says_so(void **state)
{
    struct member_import import;

    (void)state;
    assert_int_equal(
        member_import_read(TEXT_LITERAL("name,category\n"), &import),
        RESULT_OK);
    assert_int_equal(import.fault_count, 1);
    assert_int_equal(import.faults[0].problem, IMPORT_NO_ROWS);
    member_import_release(&import);
    assert_int_equal(member_import_read(TEXT_LITERAL(""), &import), RESULT_OK);
    assert_int_equal(import.fault_count, 1);
    member_import_release(&import);
}

static void every_word_of_the_wire_is_understood(void **state)
{
    (void)state;
    for (int i = 1; i < category_count_; i++)
        assert_int_equal(
            import_category(text_view_of(enum_word(&category_words, i))), i);
    for (int i = 1; i < office_count_; i++)
        assert_int_equal(
            import_office(text_view_of(enum_word(&office_words, i))), i);
    assert_int_equal(import_category(TEXT_LITERAL("?")), 0);
    assert_int_equal(import_office(TEXT_LITERAL("?")), 0);
}

static void every_problem_has_words(void **state)
{
    (void)state;
    for (int i = 1; i < IMPORT_PROBLEM_COUNT; i++)
        assert_true(strlen(import_problem_text((enum import_problem)i)) > 5);
}

static void
a_ground_for_not_coming_is_understood_in_both_languages(void **state)
{
    static const char csv[] = "name,category,ground\n"
                              "Đảng viên Mẫu 01,official,at_sea\n"
                              "Đảng viên Mẫu 02,official,Đi làm xa\n"
                              "Đảng viên Mẫu 03,official,\n"
                              "Đảng viên Mẫu 04,official,lười\n";
    struct member_import import;

    (void)state;
    assert_int_equal(
        member_import_read((struct text_view){ csv, sizeof csv - 1 }, &import),
        RESULT_OK);
    assert_int_equal(import.member_count, 3);
    assert_int_equal(import.members[0].ground, GROUND_AT_SEA);
    assert_int_equal(import.members[1].ground, GROUND_WORKS_FAR);
    assert_int_equal(import.members[2].ground, ground_none_);
    assert_int_equal(import.fault_count, 1);
    assert_int_equal(import.faults[0].line, 5);
    assert_int_equal(import.faults[0].problem, IMPORT_UNKNOWN_GROUND);
    assert_string_equal(import.faults[0].detail, "lười");
    member_import_release(&import);
}

static void the_end_of_probation_is_read_of_probationary_members(void **state)
{
    static const char csv[] = "Họ và tên;Loại;Ngày hết dự bị\n"
                              "Đảng viên Mẫu 01;dự bị;2026-11-15\n"
                              "Đảng viên Mẫu 02;dự bị;5/1/2027\n"
                              "Đảng viên Mẫu 03;chính thức;1/1/2001\n"
                              "Đảng viên Mẫu 04;dự bị;\n"
                              "Đảng viên Mẫu 05;dự bị;31/11/2026\n"
                              "Đảng viên Mẫu 06;chính thức;không rõ\n";
    struct member_import import;

    (void)state;
    assert_int_equal(
        member_import_read((struct text_view){ csv, sizeof csv - 1 }, &import),
        RESULT_OK);
    assert_int_equal(import.member_count, 5);
    assert_int_equal(import.members[0].probation_end, 20261115);
    assert_int_equal(import.members[1].probation_end, 20270105);
    assert_int_equal(import.members[2].probation_end, 0);
    assert_int_equal(import.members[3].probation_end, 0);
    assert_int_equal(import.fault_count, 1);
    assert_int_equal(import.faults[0].line, 6);
    assert_int_equal(import.faults[0].problem, IMPORT_UNKNOWN_DATE);
    assert_string_equal(import.faults[0].detail, "31/11/2026");
    member_import_release(&import);
}

static void days_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        uint64_t date;
        bool is_good;
    } rows[] = {
        { "", 0, true },
        { "-", 0, true },
        { "2026-11-15", 20261115, true },
        { "15/11/2026", 20261115, true },
        { "1/2/2026", 20260201, true },
        { "01.02.2026", 20260201, true },
        { "29-2-2028", 20280229, true },
        { "29/2/2026", 0, false },
        { "2026-13-01", 0, false },
        { "2026/11/15", 0, false },
        { "15/11-2026", 0, false },
        { "15/11/26", 0, false },
        { "15/11/20261", 0, false },
        { "15/11/2026 ", 0, false },
        { "15/11", 0, false },
        { "15", 0, false },
        { "/11/2026", 0, false },
        { "--", 0, false },
        { "mai", 0, false },
    };
    uint64_t date;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (import_date(text_view_of(rows[i].text), &date) != rows[i].is_good)
            fail_msg("%s", rows[i].text);
        assert_int_equal(date, rows[i].date);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vietnamese_list_is_understood),
        cmocka_unit_test(the_end_of_probation_is_read_of_probationary_members),
        cmocka_unit_test(days_are_read_as_people_write_them),
        cmocka_unit_test(a_list_with_title_days_and_totals_is_understood),
        cmocka_unit_test(
            a_file_without_known_columns_is_refused_at_its_first_line),
        cmocka_unit_test(an_english_list_is_understood),
        cmocka_unit_test(decomposed_text_becomes_composed),
        cmocka_unit_test(an_exempt_member_is_called_so_in_several_ways),
        cmocka_unit_test(every_bad_line_is_reported_with_its_number),
        cmocka_unit_test(a_file_that_cannot_be_read_is_refused_whole),
        cmocka_unit_test(an_empty_list_says_so),
        cmocka_unit_test(every_word_of_the_wire_is_understood),
        cmocka_unit_test(every_problem_has_words),
        cmocka_unit_test(
            a_ground_for_not_coming_is_understood_in_both_languages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
