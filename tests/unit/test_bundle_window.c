/* How long sound is held back, by what the loop has been doing. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/audio/bundle_window.h"

enum { TURN_US = 1000 };

/* A tenth of a second in which the loop worked so many hundredths. */
static void work(struct bundle_window *window, unsigned percent)
{
    int i;

    for (i = 0; i < BUNDLE_WINDOW_JUDGED_US / TURN_US; i++)
        bundle_window_turn(window, TURN_US, TURN_US * percent / 100);
}

static void an_idle_loop_holds_nothing_back(void **state)
{
    struct bundle_window window = { .max_ms = BUNDLE_WINDOW_MAX_MS };
    int i;

    (void)state;
    for (i = 0; i < 20; i++)
        work(&window, BUNDLE_WINDOW_BUSY_PERCENT - 1);
    assert_int_equal(window.window_ms, 0);
}

static void
a_busy_loop_holds_back_longer_and_longer_up_to_the_bound(void **state)
{
    struct bundle_window window = { .max_ms = BUNDLE_WINDOW_MAX_MS };
    int i;

    (void)state;
    work(&window, BUNDLE_WINDOW_BUSY_PERCENT);
    assert_int_equal(window.window_ms, BUNDLE_WINDOW_GROW_MS);
    work(&window, 100);
    assert_int_equal(window.window_ms, 2 * BUNDLE_WINDOW_GROW_MS);
    for (i = 0; i < 20; i++)
        work(&window, 100);
    assert_int_equal(window.window_ms, BUNDLE_WINDOW_MAX_MS);
}

static void between_the_bounds_the_window_stays_as_it_is(void **state)
{
    struct bundle_window window = { .max_ms = BUNDLE_WINDOW_MAX_MS };
    int i;

    (void)state;
    work(&window, BUNDLE_WINDOW_BUSY_PERCENT);
    for (i = 0; i < 20; i++)
        work(&window, BUNDLE_WINDOW_IDLE_PERCENT);
    assert_int_equal(window.window_ms, BUNDLE_WINDOW_GROW_MS);
}

static void a_loop_that_has_time_again_holds_back_less_and_less(void **state)
{
    struct bundle_window window = { .max_ms = BUNDLE_WINDOW_MAX_MS,
                                    .window_ms = BUNDLE_WINDOW_SHRINK_MS + 1 };

    (void)state;
    work(&window, BUNDLE_WINDOW_IDLE_PERCENT - 1);
    assert_int_equal(window.window_ms, 1);
    work(&window, 0);
    assert_int_equal(window.window_ms, 0);
    work(&window, 0);
    assert_int_equal(window.window_ms, 0);
}

/* What three frames of a message would cost by themselves decides. */
static void a_loop_is_not_taken_for_idle_because_it_bundles(void **state)
{
    struct bundle_window window = { .max_ms = BUNDLE_WINDOW_MAX_MS,
                                    .window_ms = BUNDLE_WINDOW_MAX_MS };
    /* 100 * 3 / (84 + 3 * 16): a message of three costs what 1.32 of one do. */
    const unsigned least = BUNDLE_WINDOW_IDLE_PERCENT * 132 / 300;
    int i;

    (void)state;
    for (i = 0; i < 20; i++) {
        bundle_window_count(&window, 3000, 1000);
        work(&window, least + 1);
    }
    assert_int_equal(window.window_ms, BUNDLE_WINDOW_MAX_MS);
    bundle_window_count(&window, 3000, 1000);
    work(&window, least - 1);
    assert_int_equal(window.window_ms,
                     BUNDLE_WINDOW_MAX_MS - BUNDLE_WINDOW_SHRINK_MS);
}

static void one_long_turn_is_falling_behind_however_idle_the_rest(void **state)
{
    struct bundle_window window = { .max_ms = BUNDLE_WINDOW_MAX_MS };

    (void)state;
    bundle_window_turn(&window, BUNDLE_WINDOW_LONG_TURN_US,
                       BUNDLE_WINDOW_LONG_TURN_US);
    work(&window, 0);
    assert_int_equal(window.window_ms, BUNDLE_WINDOW_GROW_MS);
    /* A turn of middling length keeps what there is. */
    bundle_window_turn(&window, BUNDLE_WINDOW_SHORT_TURN_US,
                       BUNDLE_WINDOW_SHORT_TURN_US);
    work(&window, 0);
    assert_int_equal(window.window_ms, BUNDLE_WINDOW_GROW_MS);
}

static void who_wants_no_delay_has_none(void **state)
{
    struct bundle_window window = { .max_ms = 0 };

    (void)state;
    work(&window, 100);
    work(&window, 100);
    assert_int_equal(window.window_ms, 0);
}

static void what_is_held_back_waits_ten_ms_at_least_and_never_too_long(void **s)
{
    struct bundle_window window = { .max_ms = BUNDLE_WINDOW_MAX_MS };

    (void)s;
    assert_int_equal(bundle_window_hold_ms(&window), BUNDLE_WINDOW_LEAST_MS);
    window.window_ms = BUNDLE_WINDOW_LEAST_MS - 1;
    assert_int_equal(bundle_window_hold_ms(&window), BUNDLE_WINDOW_LEAST_MS);
    window.window_ms = BUNDLE_WINDOW_LEAST_MS + 1;
    assert_int_equal(bundle_window_hold_ms(&window), window.window_ms);
    window = (struct bundle_window){ .max_ms = 3, .window_ms = 3 };
    assert_int_equal(bundle_window_hold_ms(&window), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_loop_holds_nothing_back),
        cmocka_unit_test(
            a_busy_loop_holds_back_longer_and_longer_up_to_the_bound),
        cmocka_unit_test(between_the_bounds_the_window_stays_as_it_is),
        cmocka_unit_test(a_loop_that_has_time_again_holds_back_less_and_less),
        cmocka_unit_test(who_wants_no_delay_has_none),
        cmocka_unit_test(a_loop_is_not_taken_for_idle_because_it_bundles),
        cmocka_unit_test(
            what_is_held_back_waits_ten_ms_at_least_and_never_too_long),
        cmocka_unit_test(one_long_turn_is_falling_behind_however_idle_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
