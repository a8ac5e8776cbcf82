#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/jitter_clock.h"

static void even_calls_are_when_they_are_due(void **state)
{
    struct jitter_clock clock = { 0 };

    (void)state;
    for (int64_t now_ms = 1000; now_ms < 5000; now_ms += 20) {
        assert_int_equal(jitter_clock_move(&clock, now_ms), JITTER_CALL_DUE);
        assert_int_equal(jitter_clock_now_ms(&clock), now_ms);
        assert_int_equal(jitter_clock_lead_ms(&clock), 0);
    }
}

static void calls_in_pairs_are_evened_out(void **state)
{
    struct jitter_clock clock = { 0 };

    (void)state;
    for (int64_t i = 0; i < 500; i++) {
        int64_t now_ms = 1000 + i / 2 * 40;

        assert_int_equal(jitter_clock_move(&clock, now_ms), JITTER_CALL_DUE);
        if (i > 100)
            assert_in_range(jitter_clock_now_ms(&clock), now_ms - 12,
                            now_ms + 12);
    }
    /* The second of a pair comes ten before its time. */
    assert_in_range(jitter_clock_lead_ms(&clock), 8, 12);
}

static void a_device_that_is_slow_or_fast_is_followed(void **state)
{
    (void)state;
    for (int64_t ppm = -1000; ppm <= 1000; ppm += 500) {
        struct jitter_clock clock = { 0 };

        for (int64_t i = 0; i < 100000; i++) {
            int64_t now_ms = 1000 + i * 20 + i * 20 * ppm / 1000000;

            assert_int_equal(jitter_clock_move(&clock, now_ms),
                             JITTER_CALL_DUE);
            assert_in_range(jitter_clock_now_ms(&clock), now_ms - 2,
                            now_ms + 2);
        }
        assert_in_range(jitter_clock_lead_ms(&clock), 0, 1);
    }
}

static void a_device_that_stood_still_begins_anew(void **state)
{
    struct jitter_clock clock = { 0 };

    (void)state;
    assert_int_equal(jitter_clock_move(&clock, 0), JITTER_CALL_DUE);
    assert_int_equal(jitter_clock_move(&clock, 80), JITTER_CALL_DUE);
    assert_int_equal(jitter_clock_move(&clock, 500), JITTER_CALL_STALLED);
    assert_int_equal(jitter_clock_now_ms(&clock), 500);
    assert_int_equal(jitter_clock_move(&clock, 520), JITTER_CALL_DUE);
    assert_int_equal(jitter_clock_now_ms(&clock), 520);
}

static void a_device_that_is_far_ahead_waits_for_the_clock(void **state)
{
    struct jitter_clock clock = { 0 };
    int calls = 0;

    (void)state;
    while (jitter_clock_move(&clock, 0) == JITTER_CALL_DUE)
        assert_true(++calls < 5);
    assert_int_equal(calls, 3);
    assert_int_equal(jitter_clock_move(&clock, 10), JITTER_CALL_AHEAD);
    assert_int_equal(jitter_clock_move(&clock, 20), JITTER_CALL_DUE);
}

/* A lead is remembered for seconds only. */
static void a_lead_wears_off(void **state)
{
    struct jitter_clock clock = { 0 };

    (void)state;
    assert_int_equal(jitter_clock_move(&clock, 0), JITTER_CALL_DUE);
    assert_int_equal(jitter_clock_move(&clock, 0), JITTER_CALL_DUE);
    assert_in_range(jitter_clock_lead_ms(&clock), 17, 20);
    for (int64_t now_ms = 40; now_ms < 10000; now_ms += 20)
        assert_int_equal(jitter_clock_move(&clock, now_ms), JITTER_CALL_DUE);
    assert_int_equal(jitter_clock_lead_ms(&clock), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(even_calls_are_when_they_are_due),
        cmocka_unit_test(calls_in_pairs_are_evened_out),
        cmocka_unit_test(a_device_that_is_slow_or_fast_is_followed),
        cmocka_unit_test(a_device_that_stood_still_begins_anew),
        cmocka_unit_test(a_device_that_is_far_ahead_waits_for_the_clock),
        cmocka_unit_test(a_lead_wears_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
