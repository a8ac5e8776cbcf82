#include "protocol/verify/verify_openings.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#define SALT "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define LINE(seq, field)                                                       \
    "{\"open\":" #seq ",\"field\":\"" field "\",\"salt\":\"" SALT              \
    "\",\"value\":\"Đồng ý\"}\n"

static void openings_are_found_by_their_event_in_any_order(void **state)
{
    struct verify_openings openings;
    struct verify_failure failure = { .fault = VERIFY_FAULT_NONE };
    size_t line = 77;

    (void)state;
    assert_int_equal(verify_openings_read(
                         TEXT_LITERAL(LINE(7, "b") LINE(2, "a") LINE(7, "a")),
                         &openings, &failure),
                     RESULT_OK);
    assert_int_equal(openings.count, 3);
    assert_false(verify_openings_next(&openings, 1, &line));
    assert_true(verify_openings_next(&openings, 2, &line));
    assert_int_equal(line, 1);
    assert_false(verify_openings_next(&openings, 2, &line));
    assert_true(verify_openings_next(&openings, 7, &line));
    assert_int_equal(line, 0);
    assert_true(verify_openings_next(&openings, 7, &line));
    assert_int_equal(line, 2);
    assert_false(verify_openings_next(&openings, 7, &line));
    verify_openings_release(&openings);
}

static void a_line_that_is_no_opening_is_named(void **state)
{
    static const char negative[] = "{\"open\":-1,\"field\":\"a\",\"salt\":"
                                   "\"" SALT "\",\"value\":\"\"}";
    static const char short_salt[] = "{\"open\":1,\"field\":\"a\",\"salt\":"
                                     "\"00\",\"value\":\"\"}";
    static const char *const bad[] = { "{}", "", "xin chào", negative,
                                       short_salt };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct verify_openings openings;
        struct verify_failure failure = { .fault = VERIFY_FAULT_NONE };
        char text[1000] = LINE(2, "a");

        strncat(text, bad[i], sizeof text - strlen(text) - 1);
        strncat(text, "\n", sizeof text - strlen(text) - 1);
        assert_int_equal(
            verify_openings_read(text_view_of(text), &openings, &failure),
            RESULT_REFUSED);
        assert_int_equal(failure.fault, VERIFY_FAULT_OPENING_LINE);
        assert_int_equal(failure.line, 2);
        verify_openings_release(&openings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openings_are_found_by_their_event_in_any_order),
        cmocka_unit_test(a_line_that_is_no_opening_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
