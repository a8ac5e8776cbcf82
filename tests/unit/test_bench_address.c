/* Where a server is, as people write it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/bench/bench_address.h"

static void every_usual_form_is_understood(void **state)
{
    static const struct {
        const char *text, *host;
        uint16_t port;
    } rows[] = {
        { "chi.bo.example", "chi.bo.example", BENCH_PORT },
        { "chi.bo.example:8443", "chi.bo.example", 8443 },
        { "https://chi.bo.example", "chi.bo.example", BENCH_PORT },
        { "https://chi.bo.example:1/metrics", "chi.bo.example", 1 },
        { "wss://127.0.0.1:65535/", "127.0.0.1", 65535 },
        { "chibo://[::1]:7443", "::1", 7443 },
        { "[2001:db8::1]", "2001:db8::1", BENCH_PORT },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char host[64] = "";
        uint16_t port = 0;

        assert_int_equal(
            bench_address_parse(rows[i].text, host, sizeof host, &port),
            RESULT_OK);
        assert_string_equal(host, rows[i].host);
        assert_int_equal(port, rows[i].port);
    }
}

static void what_is_no_address_is_refused_and_changes_nothing(void **state)
{
    static const char *const rows[] = {
        "",       ":7443",      "https://",   "host:",      "host:x",
        "host:0", "host:65536", "host:7443x", "host: 7443", "[::1",
        "[]:1",   "[::1]7443",  "a b:7443",   "https://:1", "host:-1",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char host[64] = "before";
        uint16_t port = 9;

        assert_int_equal(bench_address_parse(rows[i], host, sizeof host, &port),
                         RESULT_MALFORMED);
        assert_string_equal(host, "before");
        assert_int_equal(port, 9);
    }
}

static void a_host_that_is_too_long_is_refused(void **state)
{
    char host[4];
    uint16_t port;

    (void)state;
    assert_int_equal(bench_address_parse("abcd", host, sizeof host, &port),
                     RESULT_MALFORMED);
    assert_int_equal(bench_address_parse("abc", host, sizeof host, &port),
                     RESULT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_usual_form_is_understood),
        cmocka_unit_test(what_is_no_address_is_refused_and_changes_nothing),
        cmocka_unit_test(a_host_that_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
