#include "protocol/verify/verify_lines.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void expect(const char *text, size_t count, bool is_cut,
                   const char *const *wanted)
{
    struct verify_lines lines;
    size_t i;

    assert_int_equal(verify_lines_split(text_view_of(text), &lines), RESULT_OK);
    assert_int_equal(lines.count, count);
    assert_int_equal(lines.is_cut, is_cut);
    for (i = 0; i < count; i++)
        assert_true(text_view_is(lines.lines[i], wanted[i]));
    verify_lines_release(&lines);
    assert_int_equal(lines.count, 0);
}

#define LONG "{\"a line as long as events may be\"}"

static void a_file_is_its_lines(void **state)
{
    (void)state;
    expect("", 0, false, NULL);
    expect(LONG "\n" LONG "x\n", 2, false,
           (const char *const[]){ LONG, LONG "x" });
    expect(LONG "\r\n", 1, false, (const char *const[]){ LONG "\r" });
}

static void a_last_line_without_its_end_is_cut(void **state)
{
    (void)state;
    expect(LONG, 1, true, (const char *const[]){ LONG });
    expect(LONG "\nb", 2, true, (const char *const[]){ LONG, "b" });
}

static void nothing_is_split_behind_a_line_that_is_too_short(void **state)
{
    (void)state;
    expect("\n\n\n", 1, false, (const char *const[]){ "" });
    expect(LONG "\n{}\n" LONG "\n", 2, false,
           (const char *const[]){ LONG, "{}" });
    expect("{}\n" LONG, 1, false, (const char *const[]){ "{}" });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_its_lines),
        cmocka_unit_test(a_last_line_without_its_end_is_cut),
        cmocka_unit_test(nothing_is_split_behind_a_line_that_is_too_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
