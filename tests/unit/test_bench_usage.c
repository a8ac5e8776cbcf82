/* What is read off a server's /metrics. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/bench/bench_usage.h"

#include <stdlib.h>
#include <string.h>

static const char page[] =
    "# HELP process_cpu_seconds_total 9\n"
    "chibo_audio_delivered_total 1200\n"
    "chibo_audio_delivered_bytes_total 5\n"
    "chibo_audio_messages_total 400\n"
    "chibo_audio_dropped_total{reason=\"queue_full\"} 3\n"
    "chibo_audio_dropped_total{reason=\"stale\"} 4\n"
    "chibo_audio_dropped_total{reason=\"no_floor\"} 50\n"
    "chibo_audio_dropped_total{reason=\"closing\"} 5\n"
    "chibo_audio_bundle_window_seconds 0.020000\n"
    "process_cpu_seconds_total 1.500000\n"
    "process_resident_memory_bytes 2097152\n";

static void each_figure_is_read_in_its_unit(void **state)
{
    struct bench_usage usage;

    (void)state;
    assert_int_equal(bench_usage_parse(page, &usage), RESULT_OK);
    assert_true(usage.cpu_us == 1500000);
    assert_true(usage.rss_kib == 2048);
    assert_true(usage.delivered == 1200);
    assert_true(usage.messages == 400);
    assert_true(usage.dropped == 12); /* what is no listener's is not in it */
    assert_true(usage.window_ms > 19.99 && usage.window_ms < 20.01);
}

static void a_page_that_lacks_any_of_them_is_refused(void **state)
{
    static const char *const names[] = {
        "chibo_audio_delivered_total", "chibo_audio_messages_total",
        "{reason=\"queue_full\"}",     "{reason=\"stale\"}",
        "{reason=\"closing\"}",        "chibo_audio_bundle_window_seconds",
        "\nprocess_cpu_seconds_total", "process_resident_memory_bytes"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct bench_usage usage = { .cpu_us = 7 };
        char *text = strdup(page);

        strstr(text, names[i])[1] = '-';
        assert_int_equal(bench_usage_parse(text, &usage), RESULT_MALFORMED);
        assert_true(usage.cpu_us == 7);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_figure_is_read_in_its_unit),
        cmocka_unit_test(a_page_that_lacks_any_of_them_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
