#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/line/link_model.h"

enum { MS = LINK_NS_PER_MS, PACKETS = 100000 };

static const struct link_settings GOOD = { .round_trip_ms = 50,
                                           .cut_ms = -1,
                                           .seed = 1 };

static struct link_direction direction_of(const struct link_settings *settings)
{
    struct link_direction direction;

    link_direction_init(&direction, settings, 0);
    return direction;
}

/* One packet every 20 ms; the share that did not pass. */
static double share_gone(const struct link_settings *settings, unsigned number,
                         double *burst)
{
    struct link_direction direction;
    unsigned gone = 0, bursts = 0;
    enum link_fate last = LINK_PASSES;
    int64_t due_ns;

    link_direction_init(&direction, settings, number);
    for (int64_t i = 0; i < PACKETS; i++) {
        enum link_fate fate =
            link_direction_take(&direction, i * 20 * MS, 100, &due_ns);

        if (fate != LINK_PASSES)
            gone++;
        if (fate != LINK_PASSES && last == LINK_PASSES)
            bursts++;
        last = fate;
    }
    assert_int_equal(direction.counts.packets, PACKETS);
    assert_int_equal(direction.counts.lost, gone);
    if (burst)
        *burst = (double)gone / bursts;
    return (double)gone / PACKETS;
}

static void a_good_line_delays_by_half_the_round_trip(void **state)
{
    struct link_direction direction = direction_of(&GOOD);
    int64_t due_ns = 0;

    (void)state;
    assert_int_equal(link_direction_take(&direction, 7 * MS, 1500, &due_ns),
                     LINK_PASSES);
    assert_int_equal(due_ns, 32 * MS);
}

static void packets_are_serialised_at_the_rate(void **state)
{
    struct link_settings settings = GOOD;
    struct link_direction direction;
    int64_t due_ns = 0;

    (void)state;
    settings.rate = 16000; /* 2 bytes a millisecond */
    direction = direction_of(&settings);
    assert_int_equal(link_direction_take(&direction, 0, 100, &due_ns),
                     LINK_PASSES);
    assert_int_equal(due_ns, (50 + 25) * MS);
    assert_int_equal(link_direction_take(&direction, 10 * MS, 100, &due_ns),
                     LINK_PASSES);
    assert_int_equal(due_ns, (100 + 25) * MS);
    assert_int_equal(link_direction_take(&direction, 500 * MS, 100, &due_ns),
                     LINK_PASSES);
    assert_int_equal(due_ns, (550 + 25) * MS);
}

static void what_finds_the_queue_full_is_dropped_and_uses_no_line(void **state)
{
    struct link_settings settings = GOOD;
    struct link_direction direction;
    int64_t due_ns = 0;

    (void)state;
    settings.rate = 8000; /* 1 byte a millisecond */
    settings.queue_size = 250;
    direction = direction_of(&settings);
    (void)link_direction_take(&direction, 0, 100, &due_ns);
    (void)link_direction_take(&direction, 0, 100, &due_ns);
    assert_int_equal(link_direction_take(&direction, 0, 100, &due_ns),
                     LINK_QUEUE_FULL);
    assert_int_equal(link_direction_take(&direction, 50 * MS, 100, &due_ns),
                     LINK_PASSES);
    assert_int_equal(due_ns, (300 + 25) * MS);
    assert_int_equal(direction.counts.queue_full, 1);
    assert_int_equal(direction.counts.bytes, 300);
    assert_int_equal(direction.counts.queued_max, 250);
}

static void a_queue_holds_a_second_and_two_packets_at_least(void **state)
{
    struct link_settings settings = GOOD;
    struct link_direction direction;
    int64_t due_ns;
    unsigned taken = 0;

    (void)state;
    settings.rate = 64000;
    direction = direction_of(&settings);
    while (link_direction_take(&direction, 0, 1000, &due_ns) == LINK_PASSES)
        taken++;
    assert_int_equal(taken, 8);
    settings.rate = 1000;
    direction = direction_of(&settings);
    for (taken = 0;
         link_direction_take(&direction, 0, LINK_MTU, &due_ns) == LINK_PASSES;)
        taken++;
    assert_int_equal(taken, 2);
}

static void as_many_are_lost_as_was_asked(void **state)
{
    struct link_settings settings = GOOD;
    double burst;

    (void)state;
    assert_true(share_gone(&settings, 0, NULL) == 0);
    settings.loss = 0.05;
    assert_true(share_gone(&settings, 0, &burst) > 0.048);
    assert_true(share_gone(&settings, 0, &burst) < 0.052);
    assert_true(burst > 1.03 && burst < 1.08); /* 1 / 0.95 */
}

static void fades_take_the_share_of_time_that_was_asked_in_bursts(void **state)
{
    struct link_settings settings = GOOD;
    double share, burst;

    (void)state;
    settings.loss = 0.05;
    settings.fade_ms = 100;
    share = share_gone(&settings, 0, &burst);
    assert_true(share > 0.045 && share < 0.055);
    /* Of fades of 100 ms, seen every 20 ms: 1 / (1 - exp(-0.2)) = 5.5, with a
     * little for two that are taken for one. */
    assert_true(burst > 5.1 && burst < 6.1);
}

static void a_fade_is_the_same_whatever_is_sent(void **state)
{
    struct link_settings settings = GOOD;
    struct link_direction few, many;
    int64_t due_ns;

    (void)state;
    settings.loss = 0.2;
    settings.fade_ms = 100;
    few = direction_of(&settings);
    many = direction_of(&settings);
    for (int64_t i = 0; i < PACKETS; i++) {
        enum link_fate fate =
            link_direction_take(&many, i * 10 * MS, 100, &due_ns);

        if (i % 7 == 0)
            assert_int_equal(
                link_direction_take(&few, i * 10 * MS, 100, &due_ns), fate);
    }
    assert_true(few.counts.lost > 1000);
}

static void directions_and_seeds_have_chances_of_their_own(void **state)
{
    struct link_settings settings = GOOD, other = GOOD;
    struct link_direction directions[3];
    unsigned differ[2] = { 0 };
    int64_t due_ns;

    (void)state;
    settings.loss = 0.5;
    other.loss = 0.5;
    other.seed = 2;
    link_direction_init(&directions[0], &settings, 0);
    link_direction_init(&directions[1], &settings, 1);
    link_direction_init(&directions[2], &other, 0);
    for (int i = 0; i < 1000; i++) {
        enum link_fate fates[3];

        for (int k = 0; k < 3; k++)
            fates[k] = link_direction_take(&directions[k], 0, 1, &due_ns);
        differ[0] += fates[0] != fates[1];
        differ[1] += fates[0] != fates[2];
    }
    assert_in_range(differ[0], 400, 600);
    assert_in_range(differ[1], 400, 600);
}

static void
a_cut_takes_what_comes_and_lets_arrive_what_is_on_its_way(void **state)
{
    struct link_settings settings = GOOD;
    struct link_direction direction;
    int64_t due_ns = 0;

    (void)state;
    settings.cut_ms = 100;
    settings.cut_length_ms = 50;
    direction = direction_of(&settings);
    assert_int_equal(link_direction_take(&direction, 99 * MS, 9, &due_ns),
                     LINK_PASSES);
    assert_int_equal(due_ns, 124 * MS);
    assert_int_equal(link_direction_take(&direction, 100 * MS, 9, &due_ns),
                     LINK_CUT);
    assert_int_equal(link_direction_take(&direction, 149 * MS, 9, &due_ns),
                     LINK_CUT);
    assert_int_equal(link_direction_take(&direction, 150 * MS, 9, &due_ns),
                     LINK_PASSES);
    assert_int_equal(direction.counts.cut, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_line_delays_by_half_the_round_trip),
        cmocka_unit_test(packets_are_serialised_at_the_rate),
        cmocka_unit_test(what_finds_the_queue_full_is_dropped_and_uses_no_line),
        cmocka_unit_test(a_queue_holds_a_second_and_two_packets_at_least),
        cmocka_unit_test(as_many_are_lost_as_was_asked),
        cmocka_unit_test(fades_take_the_share_of_time_that_was_asked_in_bursts),
        cmocka_unit_test(a_fade_is_the_same_whatever_is_sent),
        cmocka_unit_test(directions_and_seeds_have_chances_of_their_own),
        cmocka_unit_test(
            a_cut_takes_what_comes_and_lets_arrive_what_is_on_its_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
