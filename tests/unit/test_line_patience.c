/* How long a line may go unanswered: over made-up signs of lines, and over a
 * model of how a system repeats what is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/base/limits.h"
#include "protocol/line/line_patience.h"

enum { START_MS = 700000, LOOK_MS = 1000, ROUNDED_MS = 250 };

struct row {
    struct line_signs signs;
    int64_t expected_ms;
};

static int64_t look_once(const struct line_signs *signs)
{
    struct line_patience patience = { .has_looked = false };

    return line_patience_look(&patience, signs, START_MS);
}

static void check_rows(const struct row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        assert_int_equal(look_once(&rows[i].signs), rows[i].expected_ms);
}

/* --- what a line is like ------------------------------------------------- */

static void a_quick_line_is_given_three_seconds(void **state)
{
    static const struct line_signs rows[] = {
        { .round_trip_ms = 0 }, /* nothing is known */
        { .round_trip_ms = 1 },
        { .round_trip_ms = 50, .wavering_ms = 20 },
        { .round_trip_ms = 50, .wavering_ms = 90, .wait_ms = 250 },
        { .round_trip_ms = 200, .wavering_ms = 50, .wait_ms = 400 },
        /* It has just carried all that a newcomer is given. */
        { .round_trip_ms = 310, .wavering_ms = 150, .wait_ms = 910 },
        /* One that has just been cut, and into which much was said. */
        { .round_trip_ms = 50,
          .wait_ms = 4 * 250,
          .backoff = 2,
          .waiting = 100000,
          .rate = 50000000 },
        /* What was said meanwhile goes out, but nobody knows how fast. */
        { .round_trip_ms = 50, .wait_ms = 250, .waiting = 100000 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(look_once(&rows[i]), LIMIT_LANE_SILENCE_MS);
}

static void a_long_line_is_given_time_for_three_losses(void **state)
{
    static const struct row rows[] = {
        /* 6 * (600 + 200) + 600 */
        { { .round_trip_ms = 600, .wavering_ms = 10 }, 5500 },
        /* 6 * (600 + 4 * 100) + 600 = 6600 */
        { { .round_trip_ms = 600, .wavering_ms = 100 }, 6750 },
        /* The system waits longer than that: 6 * 1200 + 600 = 7800 */
        { { .round_trip_ms = 600, .wavering_ms = 100, .wait_ms = 1200 }, 8000 },
        /* It has doubled that twice already. */
        { { .round_trip_ms = 600,
            .wavering_ms = 100,
            .wait_ms = 4800,
            .backoff = 2 },
          8000 },
        /* It says less than is reckoned. */
        { { .round_trip_ms = 600, .wavering_ms = 100, .wait_ms = 300 }, 6750 },
        /* 16 kb/s, its queue filled: 6 * (1400 + 4 * 200) + 1400 = 14600 */
        { { .round_trip_ms = 1400, .wavering_ms = 200 }, 14750 },
        { { .round_trip_ms = 30000, .wavering_ms = 9000 }, PATIENCE_MOST_MS },
        { { .round_trip_ms = UINT32_MAX / 1000,
            .wavering_ms = UINT32_MAX / 1000,
            .wait_ms = UINT32_MAX / 1000,
            .backoff = 255 },
          PATIENCE_MOST_MS },
    };

    (void)state;
    check_rows(rows, sizeof rows / sizeof rows[0]);
}

static void what_is_under_way_is_given_time_to_drain(void **state)
{
    static const struct row rows[] = {
        /* 5400, and 2000 bytes at 16 kb/s: a second */
        { { .round_trip_ms = 600, .waiting = 2000, .rate = 16000 }, 6500 },
        { { .round_trip_ms = 600, .waiting = 2000, .rate = 64000 }, 5750 },
        { { .round_trip_ms = 600, .waiting = 2000 }, 5500 },
        { { .round_trip_ms = 600, .waiting = UINT32_MAX, .rate = 1 },
          5500 + PATIENCE_DRAIN_MOST_MS },
    };

    (void)state;
    check_rows(rows, sizeof rows / sizeof rows[0]);
}

/* --- over time ----------------------------------------------------------- */

static void what_is_said_into_a_dead_line_does_not_keep_it(void **state)
{
    struct line_signs signs = {
        .round_trip_ms = 600, .wait_ms = 900, .waiting = 300, .rate = 16000
    };
    struct line_patience patience = { .has_looked = false };
    const int64_t alive_ms = line_patience_look(&patience, &signs, START_MS);
    int i;

    (void)state;
    for (i = 1; i < 6; i++) {
        signs.backoff++;
        signs.wait_ms *= 2;
        signs.is_repairing = true;
        signs.answered_ms += LOOK_MS;
        signs.waiting += 1500;
        assert_int_equal(
            line_patience_look(&patience, &signs, START_MS + i * LOOK_MS),
            alive_ms);
    }
}

static void a_repair_that_makes_headway_is_not_counted(void **state)
{
    struct line_signs signs = { .round_trip_ms = 50 };
    struct line_patience patience = { .has_looked = false };
    int64_t now_ms = START_MS;
    int i;

    (void)state;
    (void)line_patience_look(&patience, &signs, now_ms);
    signs.is_repairing = true;
    for (i = 1; i <= 10; i++) {
        now_ms += LOOK_MS;
        assert_int_equal(line_patience_look(&patience, &signs, now_ms),
                         LIMIT_LANE_SILENCE_MS + i * LOOK_MS);
    }
    /* Then nothing comes: three seconds from the last that did. */
    signs.answered_ms = 2000;
    now_ms += 2000;
    assert_int_equal(line_patience_look(&patience, &signs, now_ms),
                     LIMIT_LANE_SILENCE_MS + 10 * LOOK_MS);
    signs = (struct line_signs){ .round_trip_ms = 50 };
    now_ms += LOOK_MS;
    assert_int_equal(line_patience_look(&patience, &signs, now_ms),
                     LIMIT_LANE_SILENCE_MS);
    /* The next one begins anew. */
    signs.is_repairing = true;
    now_ms += LOOK_MS;
    assert_int_equal(line_patience_look(&patience, &signs, now_ms),
                     LIMIT_LANE_SILENCE_MS + LOOK_MS);
    /* However long it lasts. */
    for (i = 0; i < 3600; i++) {
        now_ms += LOOK_MS;
        assert_true(line_patience_look(&patience, &signs, now_ms) <=
                    LIMIT_LANE_SILENCE_MS + PATIENCE_REPAIR_MOST_MS);
    }
}

/* It is looked at for the first time in the midst of a repair. */
static void a_repair_whose_beginning_was_not_seen_may_be_old(void **state)
{
    struct line_signs signs = { .round_trip_ms = 50, .is_repairing = true };
    struct line_patience patience = { .has_looked = false };

    (void)state;
    assert_int_equal(line_patience_look(&patience, &signs, START_MS),
                     LIMIT_LANE_SILENCE_MS + PATIENCE_REPAIR_MOST_MS);
    signs.is_repairing = false;
    assert_int_equal(line_patience_look(&patience, &signs, START_MS + LOOK_MS),
                     LIMIT_LANE_SILENCE_MS);
}

/* --- a system's repeats -------------------------------------------------- */

/* Since the first repeat, when the line is ended, or `answer_ms` if an answer
 * comes before: timers run out after 2, 4, 8 … waits, sooner where patience
 * ends. `lost`: packets in a row, the first one too. */
static bool survives(int64_t patience_ms, int64_t wait_ms,
                     int64_t round_trip_ms, int lost)
{
    int64_t at_ms = 0, next_ms = 2 * wait_ms;

    while (--lost > 0) { /* this repeat is lost as well */
        at_ms += next_ms;
        if (at_ms >= patience_ms)
            return false;
        next_ms *= 2;
    }
    return at_ms + round_trip_ms <= patience_ms;
}

static void three_losses_end_no_long_line_and_many_end_each(void **state)
{
    int64_t round_trip_ms, wavering_ms;

    (void)state;
    for (round_trip_ms = 1; round_trip_ms <= 1500; round_trip_ms += 7)
        for (wavering_ms = 0; wavering_ms <= 250; wavering_ms += 25) {
            const int64_t wait_ms =
                round_trip_ms + (4 * wavering_ms > 200 ? 4 * wavering_ms : 200);
            const struct line_signs signs = { .round_trip_ms = round_trip_ms,
                                              .wavering_ms = wavering_ms,
                                              .wait_ms = wait_ms };
            const int64_t found_ms = look_once(&signs);
            int lost;

            const int most = round_trip_ms < PATIENCE_LONG_MS ? 2 : 3;

            for (lost = 1; lost <= most; lost++)
                assert_true(survives(found_ms, wait_ms, round_trip_ms, lost));
            /* What was three seconds for all ended long lines. */
            if (most == 3 && wait_ms >= 1000)
                assert_false(
                    survives(LIMIT_LANE_SILENCE_MS, wait_ms, round_trip_ms, 3));
            assert_false(survives(found_ms, wait_ms, round_trip_ms, 6));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quick_line_is_given_three_seconds),
        cmocka_unit_test(a_long_line_is_given_time_for_three_losses),
        cmocka_unit_test(what_is_under_way_is_given_time_to_drain),
        cmocka_unit_test(what_is_said_into_a_dead_line_does_not_keep_it),
        cmocka_unit_test(a_repair_that_makes_headway_is_not_counted),
        cmocka_unit_test(a_repair_whose_beginning_was_not_seen_may_be_old),
        cmocka_unit_test(three_losses_end_no_long_line_and_many_end_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
