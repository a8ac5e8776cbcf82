#include "server/report/report_recognition.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const struct deadline_rules rules = { .recognition_working_days = 30 };
static const struct report_unit unit = { { "u2" }, "Chi bộ Mẫu" };

static struct register_member member_of(uint64_t end, const char *considered)
{
    struct register_member member = { .id = { "m5" },
                                      .unit = { "u2" },
                                      .category = CATEGORY_PROBATIONARY,
                                      .probation_end = end };

    strcpy(member.considered.text, considered);
    return member;
}

/* The cell as text of JSON. */
static void check_cell(const json_t *row, const char *key, const char *expected)
{
    char *text = json_dumps(json_object_get(row, key), JSON_ENCODE_ANY);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* Probation ends on Sunday 2026-11-15; Friday 2026-12-25 is the last day. */
static void each_row_tells_what_is_due(void **state)
{
    static const struct {
        uint64_t end;
        const char *considered;
        uint64_t today;
        const char *due, *left, *over, *state;
    } rows[] = {
        { 20261115, "", 20261102, "\"2026-12-25\"", "39", "0",
          "\"recognition_ahead\"" },
        { 20261115, "", 20261210, "\"2026-12-25\"", "11", "0",
          "\"recognition_running\"" },
        { 20261115, "", 20261229, "\"2026-12-25\"", "0", "2",
          "\"recognition_overdue\"" },
        { 20261115, "org.3", 20261229, "\"2026-12-25\"", "null", "null",
          "\"recognition_considered\"" },
        { 0, "", 20261229, "null", "null", "null", "\"probation_unknown\"" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct register_member member =
            member_of(rows[i].end, rows[i].considered);
        const struct report_probation one = { &unit, &member,
                                              "Đảng viên Mẫu 05",
                                              rows[i].today };
        struct report_table table;
        json_t *row;

        assert_int_equal(report_list_recognition(&one, 1, &rules, &table),
                         RESULT_OK);
        assert_int_equal(report_table_count(&table), 1);
        row = report_table_object(&table, 0);
        check_cell(row, "recognition_due", rows[i].due);
        check_cell(row, "working_days_left", rows[i].left);
        check_cell(row, "working_days_over", rows[i].over);
        check_cell(row, "state", rows[i].state);
        check_cell(row, "probation_end",
                   rows[i].end ? "\"2026-11-15\"" : "null");
        json_decref(row);
        report_table_release(&table);
    }
}

static void without_the_rule_only_the_end_of_probation_is_told(void **state)
{
    const struct register_member member = member_of(20261115, "");
    const struct report_probation one = { &unit, &member, "Đảng viên Mẫu 05",
                                          20261210 };
    struct report_table table;
    json_t *row;

    (void)state;
    assert_int_equal(report_list_recognition(&one, 1, NULL, &table), RESULT_OK);
    row = report_table_object(&table, 0);
    check_cell(row, "probation_end", "\"2026-11-15\"");
    check_cell(row, "recognition_due", "null");
    check_cell(row, "state", "\"\"");
    json_decref(row);
    report_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_tells_what_is_due),
        cmocka_unit_test(without_the_rule_only_the_end_of_probation_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
