#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/line/line_score.h"

#include <math.h>

enum { FRAME_MS = 20, COUNT = 3000 };

static double sent_ms[COUNT];
static double came_ms[COUNT];
static struct line_trace trace;

/* A minute of frames that all take 100 ms. */
static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        sent_ms[i] = 5000 + i * FRAME_MS;
        came_ms[i] = sent_ms[i] + 100;
    }
    trace = (struct line_trace){ .frame_ms = FRAME_MS,
                                 .count = COUNT,
                                 .sent_ms = sent_ms,
                                 .came_ms = came_ms,
                                 .cut_begin_ms = NAN,
                                 .cut_end_ms = NAN };
    return 0;
}

static struct line_score scored(void)
{
    struct line_score score;

    assert_true(line_score(&trace, 10000, &score));
    return score;
}

static bool is_about(double value, double wanted, double tolerance)
{
    return fabs(value - wanted) <= tolerance;
}

static void an_even_line_is_worth_its_delay(void **state)
{
    struct line_score score = scored();

    (void)state;
    assert_int_equal(score.count, COUNT - 500);
    assert_true(score.lost == 0 && score.concealed[0] == 0);
    assert_true(is_about(score.median_ms, 100, 1e-9));
    assert_true(is_about(score.p99_ms, 100, 1e-9));
    assert_true(score.ideal.defects == 0);
    assert_true(is_about(score.ideal.delay_ms, 100, 1e-9));
    assert_true(is_about(ideal_worth(score.ideal), 1.0, 1e-9));
    assert_true(is_about(ideal_worth(score.fixed), 1.0, 1e-9));
}

static void frames_that_never_came_are_defects_for_everybody(void **state)
{
    struct line_score score;

    (void)state;
    for (int i = 0; i < COUNT; i += 50)
        came_ms[i] = INFINITY;
    score = scored();
    assert_true(is_about(score.lost, 2, 1e-9));
    assert_true(is_about(score.concealed[3], 2, 1e-9));
    assert_true(isinf(score.p99_ms));
    assert_true(is_about(ideal_worth(score.ideal), 3.0, 1e-9));
}

/* 1 of 100 takes 300 ms more. To wait for it all the time costs J 3, not to
 * wait 1; the one who knows goes 2 ms a frame towards it: 100 frames are not
 * enough for 300 ms, so he does not wait either. */
static void who_waits_for_what_is_rarely_late_pays_for_it(void **state)
{
    struct line_score score;

    (void)state;
    for (int i = 0; i < COUNT; i += 100)
        came_ms[i] += 300;
    score = scored();
    assert_true(is_about(score.concealed[2], 1, 1e-9));
    assert_true(score.concealed[3] == 0);
    assert_true(is_about(ideal_worth(score.fixed), 2.0, 1e-9));
    assert_true(is_about(ideal_worth(score.ideal), 2.0, 0.01));
}

/* From the middle on everything takes 200 ms more. He who knows stretches
 * before, and has no defect; for him who does not change it is worth waiting.
 */
static void an_ideal_listener_follows_a_line_that_changes(void **state)
{
    struct line_score score;

    (void)state;
    for (int i = 1750; i < COUNT; i++)
        came_ms[i] += 200;
    score = scored();
    assert_true(score.ideal.defects == 0);
    /* Half of the time 100 ms, half 300, and 100 frames of the way between. */
    assert_true(is_about(score.ideal.delay_ms, 200 + 100 * 100 / 2500.0, 1));
    assert_true(is_about(score.fixed.delay_ms, 300, 1e-9));
}

static void the_warm_up_is_not_judged(void **state)
{
    struct line_score score;

    (void)state;
    for (int i = 0; i < 500; i++)
        came_ms[i] = INFINITY;
    score = scored();
    assert_true(score.lost == 0);
}

static void too_few_frames_are_not_judged(void **state)
{
    struct line_score score;

    (void)state;
    for (int i = 9; i < COUNT; i++)
        came_ms[i] = INFINITY;
    assert_false(line_score(&trace, 0, &score));
}

/* Ten seconds of nothing; 2 s later sound comes, at first all of it late. */
static void a_cut_lasts_until_sound_is_live_again(void **state)
{
    struct line_score score;

    (void)state;
    trace.cut_begin_ms = sent_ms[1500];
    trace.cut_end_ms = sent_ms[2000];
    for (int i = 1500; i < 2100; i++)
        came_ms[i] = INFINITY;
    came_ms[1999] = sent_ms[1999] + 2500; /* of the past */
    for (int i = 2100; i < 2200; i++)
        came_ms[i] = sent_ms[i] + 100 + 401;
    score = scored();
    assert_int_equal(score.count, 1500 - 50 - 500);
    assert_true(is_about(score.cut.first_ms, 2480, 1e-9));
    assert_true(is_about(score.cut.live_ms, 4000, 1e-9));
    assert_int_equal(score.cut.stale_count, 1);
    assert_int_equal(score.cut.lost_count, 499);
}

static void who_never_comes_back_is_never_live(void **state)
{
    struct line_score score;

    (void)state;
    trace.cut_begin_ms = sent_ms[1500];
    trace.cut_end_ms = sent_ms[2000];
    for (int i = 1500; i < COUNT; i++)
        came_ms[i] = INFINITY;
    score = scored();
    assert_true(isinf(score.cut.first_ms) && isinf(score.cut.live_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_even_line_is_worth_its_delay, set_up),
        cmocka_unit_test_setup(frames_that_never_came_are_defects_for_everybody,
                               set_up),
        cmocka_unit_test_setup(who_waits_for_what_is_rarely_late_pays_for_it,
                               set_up),
        cmocka_unit_test_setup(an_ideal_listener_follows_a_line_that_changes,
                               set_up),
        cmocka_unit_test_setup(the_warm_up_is_not_judged, set_up),
        cmocka_unit_test_setup(too_few_frames_are_not_judged, set_up),
        cmocka_unit_test_setup(a_cut_lasts_until_sound_is_live_again, set_up),
        cmocka_unit_test_setup(who_never_comes_back_is_never_live, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
