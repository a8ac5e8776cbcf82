#include "server/net/http_endpoints.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void metrics_are_for_this_machine_or_the_token(void **state)
{
    const struct http_endpoints open = { .metrics_token = "" };
    const struct http_endpoints closed = { .metrics_token =
                                               "0123456789abcdef" };

    (void)state;
    assert_true(http_endpoints_admit(&open, "127.0.0.1", ""));
    assert_true(http_endpoints_admit(&open, "127.8.9.1", ""));
    assert_true(http_endpoints_admit(&open, "::1", ""));
    assert_true(http_endpoints_admit(&open, "::ffff:127.0.0.1", ""));
    assert_false(http_endpoints_admit(&open, "10.0.0.1", ""));
    assert_false(http_endpoints_admit(&open, "10.0.0.1", "Bearer "));
    assert_false(http_endpoints_admit(&open, "::12", ""));
    assert_false(http_endpoints_admit(&open, "", ""));
    assert_true(
        http_endpoints_admit(&closed, "10.0.0.1", "Bearer 0123456789abcdef"));
    assert_false(
        http_endpoints_admit(&closed, "10.0.0.1", "Bearer 0123456789abcdeg"));
    assert_false(
        http_endpoints_admit(&closed, "10.0.0.1", "Bearer 0123456789abcde"));
    assert_false(http_endpoints_admit(&closed, "10.0.0.1", "0123456789abcdef"));
    assert_false(http_endpoints_admit(&closed, "10.0.0.1", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_are_for_this_machine_or_the_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
