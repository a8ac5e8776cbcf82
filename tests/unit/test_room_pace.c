#include "server/room/room_pace.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { INTERVAL_MS = 2000, NOW_MS = 1000000 };

static const struct identifier noisy = { "m4" }, calm = { "m5" };

static int64_t wait_ms(const struct room_pace *pace,
                       const struct identifier *holder, int64_t now_ms)
{
    return room_pace_wait_ms(pace, holder, now_ms, INTERVAL_MS);
}

/* As many lines at once as one may say. */
static struct room_pace a_burst(void)
{
    struct room_pace pace = { NULL, 0 };
    int i;

    for (i = 0; i < LIMIT_TALK_BURST; i++) {
        assert_int_equal(wait_ms(&pace, &noisy, NOW_MS), 0);
        assert_int_equal(room_pace_take(&pace, &noisy, NOW_MS, INTERVAL_MS),
                         RESULT_OK);
    }
    return pace;
}

static void after_a_burst_one_waits_for_the_sustained_pace(void **state)
{
    struct room_pace pace = a_burst();

    (void)state;
    assert_int_equal(wait_ms(&pace, &noisy, NOW_MS), INTERVAL_MS);
    assert_int_equal(wait_ms(&pace, &noisy, NOW_MS + INTERVAL_MS - 1), 1);
    assert_int_equal(wait_ms(&pace, &noisy, NOW_MS + INTERVAL_MS), 0);
    assert_int_equal(
        room_pace_take(&pace, &noisy, NOW_MS + INTERVAL_MS, INTERVAL_MS),
        RESULT_OK);
    assert_int_equal(wait_ms(&pace, &noisy, NOW_MS + INTERVAL_MS), INTERVAL_MS);
    room_pace_release(&pace);
}

static void nobody_else_waits_for_the_noisy_one(void **state)
{
    struct room_pace pace = a_burst();

    (void)state;
    assert_int_equal(wait_ms(&pace, &calm, NOW_MS), 0);
    assert_int_equal(room_pace_take(&pace, &calm, NOW_MS, INTERVAL_MS),
                     RESULT_OK);
    assert_int_equal(wait_ms(&pace, &calm, NOW_MS), 0);
    assert_int_equal(wait_ms(&pace, &noisy, NOW_MS), INTERVAL_MS);
    room_pace_release(&pace);
}

static void who_was_silent_long_enough_is_forgotten(void **state)
{
    struct room_pace pace = a_burst();
    const int64_t later_ms = NOW_MS + LIMIT_TALK_BURST * INTERVAL_MS;

    (void)state;
    assert_int_equal(room_pace_take(&pace, &calm, later_ms, INTERVAL_MS),
                     RESULT_OK);
    assert_int_equal(pace.count, 1);
    assert_int_equal(wait_ms(&pace, &noisy, later_ms), 0);
    room_pace_release(&pace);
}

static void without_an_interval_nobody_waits(void **state)
{
    struct room_pace pace = { NULL, 0 };
    int i;

    (void)state;
    for (i = 0; i < 10 * LIMIT_TALK_BURST; i++) {
        assert_int_equal(room_pace_take(&pace, &noisy, NOW_MS, 0), RESULT_OK);
        assert_int_equal(room_pace_wait_ms(&pace, &noisy, NOW_MS, 0), 0);
    }
    room_pace_release(&pace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_burst_one_waits_for_the_sustained_pace),
        cmocka_unit_test(nobody_else_waits_for_the_noisy_one),
        cmocka_unit_test(who_was_silent_long_enough_is_forgotten),
        cmocka_unit_test(without_an_interval_nobody_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
