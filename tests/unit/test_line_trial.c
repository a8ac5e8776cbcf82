/* Whether copies are kept, over made-up seconds of lines. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/line/line_trial.h"

enum { HALF_HOUR_S = 1800 };

/* Of 50 frames so many are very late; `grown_ms`: of the round trip. */
static struct line_second second_of(unsigned faults, int64_t grown_ms)
{
    return (struct line_second){ .came = 50 - faults / 2,
                                 .very_late = faults - faults / 2,
                                 .lost = faults / 2,
                                 .round_trip_ms = 200 + grown_ms,
                                 .least_round_trip_ms = 200 };
}

static struct line_trial_share share_of(struct line_second second,
                                        unsigned seconds)
{
    struct line_trial_share share = { .seconds = 0 };

    while (seconds-- > 0)
        line_trial_add(&share, &second);
    return share;
}

/* Seconds until they are given up; 0: they are not. */
static unsigned play(struct line_trial *trial, struct line_second second,
                     unsigned seconds)
{
    unsigned i;

    for (i = 1; i <= seconds; i++)
        if (line_trial_second(trial, &second, true))
            return i;
    return 0;
}

static void what_brings_nothing_is_given_up(void **state)
{
    static const struct {
        unsigned before, with; /* faults of 50 */
        int64_t before_ms, with_ms;
        bool is_given_up;
    } rows[] = {
        { 10, 0, 0, 0, false },  /* all is well now */
        { 30, 4, 0, 0, false },  /* a tenth of what was */
        { 20, 14, 0, 0, false }, /* less by more than a quarter */
        { 20, 15, 0, 0, true },  /* by no more, which may be chance */
        { 10, 10, 0, 0, true },  /* no less */
        { 10, 20, 0, 0, true },  /* more */
        { 4, 4, 0, 0, false },   /* less than a tenth is no matter */
        { 2, 4, 0, 0, false },
        { 20, 9, 0, 100, false }, /* fuller, but less than half */
        { 20, 12, 0, 100, true }, /* fuller, and hardly less */
        { 20, 12, 0, 50, false }, /* hardly fuller */
        { 20, 12, 100, 100, false },
        { 0, 20, 0, 0, false }, /* it was our speech that was to be mended */
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct line_trial_share before =
            share_of(second_of(rows[i].before, rows[i].before_ms), 5);
        struct line_trial trial = { .phase = TRIAL_NONE };
        unsigned found;

        line_trial_begin(&trial, &before);
        found =
            play(&trial, second_of(rows[i].with, rows[i].with_ms), HALF_HOUR_S);
        assert_int_equal(found, rows[i].is_given_up ? TRIAL_SECONDS : 0);
        assert_int_equal(trial.failures, rows[i].is_given_up);
        assert_int_equal(line_trial_may_begin(&trial), !rows[i].is_given_up);
    }
}

static void silence_and_what_is_not_whole_are_not_judged(void **state)
{
    const struct line_trial_share before = share_of(second_of(10, 0), 5);
    const struct line_second silence = { .standing_ms = -1 };
    const struct line_second bad = second_of(20, 0);
    struct line_trial trial = { .phase = TRIAL_NONE };
    unsigned i;

    (void)state;
    line_trial_begin(&trial, &before);
    assert_int_equal(play(&trial, silence, HALF_HOUR_S), 0);
    for (i = 0; i < HALF_HOUR_S; i++)
        assert_false(line_trial_second(&trial, &bad, false));
    assert_int_equal(play(&trial, bad, TRIAL_SECONDS - 1), 0);
    line_trial_restart(&trial);
    assert_int_equal(play(&trial, bad, HALF_HOUR_S), TRIAL_SECONDS);
}

/* Two seconds before, of one that says nothing: no measure. */
static void few_frames_before_say_nothing(void **state)
{
    const struct line_trial_share before = { .seconds = 1,
                                             .frames = 20,
                                             .faults = 1 };
    struct line_trial trial = { .phase = TRIAL_NONE };

    (void)state;
    line_trial_begin(&trial, &before);
    assert_int_equal(play(&trial, second_of(20, 0), HALF_HOUR_S), 0);
}

static void each_wait_is_twice_as_long_and_none_is_endless(void **state)
{
    static const unsigned waits[] = { 120, 240, 480, 960, 1920, 1920, 1920 };
    const struct line_trial_share before = share_of(second_of(10, 0), 5);
    struct line_trial trial = { .phase = TRIAL_NONE };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        assert_true(line_trial_may_begin(&trial));
        line_trial_begin(&trial, &before);
        assert_int_equal(play(&trial, second_of(10, 0), 100), TRIAL_SECONDS);
        assert_int_equal(play(&trial, second_of(10, 0), waits[i] - 1), 0);
        assert_false(line_trial_may_begin(&trial));
        assert_int_equal(play(&trial, second_of(10, 0), 1), 0);
    }
    /* One that brings something begins anew. */
    line_trial_begin(&trial, &before);
    assert_int_equal(play(&trial, second_of(2, 0), 100), 0);
    line_trial_begin(&trial, &before);
    assert_int_equal(play(&trial, second_of(10, 0), 100), TRIAL_SECONDS);
    assert_int_equal(trial.wait, TRIAL_WAIT);
}

/* The seconds before were good by chance. */
static void what_was_given_up_wrongly_is_had_again_at_once(void **state)
{
    const struct line_trial_share before = share_of(second_of(6, 0), 3);
    struct line_trial trial = { .phase = TRIAL_NONE };

    (void)state;
    line_trial_begin(&trial, &before);
    assert_int_equal(play(&trial, second_of(8, 0), 100), TRIAL_SECONDS);
    assert_int_equal(
        play(&trial, second_of(25, 0), TRIAL_SETTLE + TRIAL_DOUBT_SECONDS - 1),
        0);
    assert_false(line_trial_may_begin(&trial));
    assert_int_equal(play(&trial, second_of(25, 0), 1), 0);
    assert_true(line_trial_may_begin(&trial));
    line_trial_begin(&trial, &before);
    assert_int_equal(play(&trial, second_of(8, 0), TRIAL_TRUST / 2), 0);
}

/* Given up by the line itself while they were judged: nothing is known. */
static void what_ends_for_another_reason_is_not_held_against_it(void **state)
{
    const struct line_trial_share before = share_of(second_of(10, 0), 5);
    struct line_trial trial = { .phase = TRIAL_NONE };

    (void)state;
    line_trial_begin(&trial, &before);
    assert_int_equal(play(&trial, second_of(10, 0), TRIAL_SECONDS - 1), 0);
    line_trial_end(&trial);
    assert_int_equal(play(&trial, second_of(10, 0), HALF_HOUR_S), 0);
    assert_true(line_trial_may_begin(&trial));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_brings_nothing_is_given_up),
        cmocka_unit_test(silence_and_what_is_not_whole_are_not_judged),
        cmocka_unit_test(few_frames_before_say_nothing),
        cmocka_unit_test(each_wait_is_twice_as_long_and_none_is_endless),
        cmocka_unit_test(what_was_given_up_wrongly_is_had_again_at_once),
        cmocka_unit_test(what_ends_for_another_reason_is_not_held_against_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
