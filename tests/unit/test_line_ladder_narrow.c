/* What is done about lines that carry little, over made-up seconds of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/line/line_ladder.h"
#include "tests/support/line_seconds.h"

/* Nothing can be heard: all that comes stands behind a hole. */
static struct line_second stalled_second(void)
{
    struct line_second second = full_second(2000);

    second.came = second.late = second.very_late = second.lost = 0;
    second.standing_ms = -1;
    return second;
}

static void a_line_of_24_kbit_becomes_narrow_and_if_it_loses_thin(void **state)
{
    const struct line_second full = full_second(23500);
    struct line_second calm = good_second(), lossy = lossy_second();
    struct line_ladder ladder;

    (void)state;
    calm.came = 16;
    calm.disordered = 1;
    lossy.came = 16;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &full, LINE_NARROW, 5);
    assert_int_equal(ladder_pass(&ladder, &calm, 30), 0);
    (void)ladder_await(&ladder, &lossy, LINE_THIN, 10);
}

static void a_line_of_16_kbit_stays_narrow_whatever_it_loses(void **state)
{
    const struct line_second full = full_second(15800);
    struct line_second lossy = lossy_second();
    struct line_ladder ladder;

    (void)state;
    lossy.came = 16;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &full, LINE_NARROW, 5);
    assert_int_equal(ladder_pass(&ladder, &lossy, HOUR_S), 0);
}

/* As a line of 16 kbit/s behaved that was sent 57: it stands still for seconds,
 * then all comes at once. That it carried 73 kbit in one of them means nothing.
 */
static void what_comes_at_once_behind_a_hole_is_no_capacity(void **state)
{
    struct line_ladder ladder;
    const struct line_second sounding = full_second(16000);
    const struct line_second stalled = stalled_second();
    const struct line_second released = full_second(73000);

    (void)state;
    line_ladder_init(&ladder);
    assert_int_equal(ladder_pass(&ladder, &sounding, 1), 0);
    assert_int_equal(ladder_pass(&ladder, &stalled, 5), 0);
    assert_int_equal(ladder_pass(&ladder, &released, 1), 1);
    assert_int_equal(ladder.step, LINE_NARROW);
    /* Nor is it later, when all before it has been forgotten. */
    (void)ladder_pass(&ladder, &stalled, 7);
    (void)ladder_pass(&ladder, &released, 1);
    (void)ladder_pass(&ladder, &stalled, 7);
    (void)ladder_pass(&ladder, &released, 2);
    assert_int_equal(ladder.step, LINE_NARROW);
    assert_true(ladder.capacity.rate < 30000);
}

/* 24 kbit/s in fades: the last second before it was known to be full was a
 * stall, which is no measure of it. */
static void a_stall_is_no_capacity_either(void **state)
{
    static const struct {
        unsigned came, carried;
    } rows[] = { { 50, 24000 }, { 50, 24000 }, { 44, 32200 },
                 { 33, 24800 }, { 17, 12400 }, { 0, 800 } };
    const struct line_second lossy = thin_second(290, 12500);
    struct line_ladder ladder;
    size_t i;

    (void)state;
    line_ladder_init(&ladder);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct line_second second = full_second(rows[i].carried);

        second.came = second.late = second.very_late = rows[i].came;
        second.lost = 0;
        second.disordered = 2;
        second.round_trip_ms = i < 4 ? 150 : 600;
        second.standing_ms = i < 4 ? 100 : 1200;
        (void)ladder_pass(&ladder, &second, 1);
    }
    (void)ladder_await(&ladder, &lossy, LINE_THIN, 20);
}

/* Ten seconds wait on the connection; the line would take a minute for them. */
static void
who_hears_the_past_takes_another_connection_once_a_minute(void **state)
{
    struct line_second buried = full_second(16000);
    struct line_ladder ladder;
    unsigned i, count = 0;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &buried, LINE_NARROW, 5);
    assert_int_equal(ladder_pass(&ladder, &buried, 10), 0);
    assert_false(line_ladder_is_buried(&ladder));
    buried.standing_ms = 10000;
    /* A stall that ends has held the past back, but no more of it waits. */
    (void)ladder_pass(&ladder, &buried, 1);
    assert_false(line_ladder_is_buried(&ladder));
    for (i = 0; i < 120; i++) {
        (void)line_ladder_second(&ladder, &buried);
        count += line_ladder_is_buried(&ladder);
    }
    assert_int_equal(count, 2);
}

/* What was asked for is still much: first less of it. */
static void who_hears_the_past_on_a_plain_line_first_asks_for_less(void **state)
{
    struct line_second buried = full_second(64000);
    struct line_ladder ladder;

    (void)state;
    buried.standing_ms = 10000;
    line_ladder_init(&ladder);
    while (ladder.step != LINE_NARROW) {
        assert_false(line_ladder_is_buried(&ladder));
        (void)line_ladder_second(&ladder, &buried);
    }
    assert_false(line_ladder_is_buried(&ladder));
}

/* Plain it was full, then narrow, and what it lost made it thin. */
static void make_thin(struct line_ladder *ladder)
{
    const struct line_second full = full_second(25500);
    const struct line_second lossy = thin_second(317, 17000);

    line_ladder_init(ladder);
    (void)ladder_await(ladder, &full, LINE_NARROW, 5);
    (void)ladder_await(ladder, &lossy, LINE_THIN, 10);
}

/* The round trip, second by second: the first 19 are those of five handshakes
 * one after the other, the others those in which the queue gets empty. */
static void handshakes_that_fill_a_thin_line_are_waited_for(void **state)
{
    static const struct {
        short round_trip_ms;
        unsigned short carried;
    } rows[] = {
        { 317, 16100 }, { 387, 18000 }, { 339, 17700 }, { 398, 24600 },
        { 416, 20200 }, { 370, 19800 }, { 364, 16600 }, { 374, 23900 },
        { 399, 28300 }, { 437, 20600 }, { 430, 16500 }, { 403, 22400 },
        { 430, 21300 }, { 537, 16200 }, { 605, 31300 }, { 634, 19300 },
        { 613, 25600 }, { 636, 26000 }, { 717, 22800 }, { 766, 23500 },
        { 767, 19400 }, { 761, 23000 }, { 841, 27500 }, { 810, 23400 },
        { 786, 22400 }, { 748, 20200 }, { 707, 22600 }, { 683, 21800 },
        { 639, 19400 }, { 596, 20700 }, { 554, 16400 }, { 526, 19500 },
        { 493, 19500 }, { 463, 18700 }, { 447, 17900 }, { 427, 19900 },
    };
    struct line_ladder ladder;
    size_t i;

    (void)state;
    make_thin(&ladder);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct line_second second =
            thin_second(rows[i].round_trip_ms, rows[i].carried);

        second.is_opening = i < 19;
        assert_int_equal(ladder_pass(&ladder, &second, 1), 0);
    }
    /* What is sent again makes it fuller now and then. */
    for (i = 0; i < HOUR_S; i++) {
        static const short wave[] = { 320, 370, 469, 506, 532, 571, 546, 489 };
        const struct line_second second =
            thin_second(wave[i % (sizeof wave / sizeof wave[0])], 21000);

        assert_int_equal(ladder_pass(&ladder, &second, 1), 0);
    }
    assert_int_equal(ladder.step, LINE_THIN);
}

/* Asked for 12 kbit/s it cannot show that it carries 24; the round trip is
 * still that of the time before. */
static void what_a_narrow_line_carries_is_not_all_it_could(void **state)
{
    static const struct {
        short round_trip_ms;
        unsigned short carried;
    } rows[] = {
        { 829, 4000 },  { 859, 5100 },  { 964, 14500 }, { 594, 16600 },
        { 665, 15200 }, { 700, 11800 }, { 690, 13700 }, { 640, 11600 },
        { 600, 14500 }, { 560, 10600 }, { 520, 15000 }, { 480, 12200 }
    };
    const struct line_second full = full_second(26500);
    const struct line_second lossy = thin_second(290, 12500);
    struct line_ladder ladder;
    size_t i;

    (void)state;
    line_ladder_init(&ladder);
    (void)ladder_await(&ladder, &full, LINE_NARROW, 5);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct line_second second =
            thin_second(rows[i].round_trip_ms, rows[i].carried);

        assert_int_equal(ladder_pass(&ladder, &second, 1), 0);
    }
    (void)ladder_await(&ladder, &lossy, LINE_THIN, 10);
}

/* 600 ms, 2 %, 24 kbit/s: the line stood still for a second, so that it carried
 * less than it could. One of 16 kbit/s that did so carries too little. */
static void a_line_that_stood_still_may_carry_a_little_more(void **state)
{
    static const struct {
        unsigned short carried[4];
        enum line_step step;
    } rows[] = { { { 20000, 7100, 23900, 20000 }, LINE_THIN },
                 { { 20000, 2000, 20000, 12000 }, LINE_NARROW },
                 { { 16000, 18000, 17500, 18900 }, LINE_NARROW } };
    const struct line_second lossy = thin_second(290, 12500);
    struct line_ladder ladder;
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        line_ladder_init(&ladder);
        for (k = 0; k < 4; k++) {
            struct line_second second =
                thin_second(k < 2 ? 300 : 1000, rows[i].carried[k]);

            second.spoken = 50;
            second.sent_again = 0;
            (void)ladder_pass(&ladder, &second, 1);
        }
        assert_int_equal(ladder.step, LINE_NARROW);
        (void)ladder_pass(&ladder, &lossy, 15);
        assert_int_equal(ladder.step, rows[i].step);
    }
}

/* What was put down to handshakes may have been the line: it is left after a
 * minute, and at once where the queue is of a second. */
static void a_line_that_cannot_be_thin_is_narrow_in_the_end(void **state)
{
    struct line_second second = thin_second(700, 15900);
    struct line_ladder ladder;

    (void)state;
    second.is_opening = true;
    make_thin(&ladder);
    assert_in_range(ladder_await(&ladder, &second, LINE_NARROW, 70), 45, 65);
    second.round_trip_ms = 1500;
    make_thin(&ladder);
    (void)ladder_await(&ladder, &second, LINE_NARROW, 4);
}

/* It looks wide enough each time that it is narrow, and never is. */
static void what_was_too_much_is_tried_again_ever_more_seldom(void **state)
{
    const struct line_second lossy = thin_second(300, 12500);
    const struct line_second thin = thin_second(400, 19000);
    const struct line_second choked = thin_second(1500, 22000);
    unsigned changes = 0, i;
    struct line_ladder ladder;

    (void)state;
    make_thin(&ladder);
    for (i = 0; i < HOUR_S; i++)
        changes += line_ladder_second(&ladder, ladder.step != LINE_THIN ? &lossy
                                               : ladder.known < 10      ? &thin
                                                                   : &choked);
    assert_in_range(changes, 5, 20);
}

/* Before there was any sound. */
static void a_line_that_showed_little_begins_narrow(void **state)
{
    static const struct {
        unsigned rate;
        enum line_step step;
    } rows[] = { { 12000, LINE_NARROW }, { 16000, LINE_NARROW },
                 { 24000, LINE_NARROW }, { 33000, LINE_NARROW },
                 { 36000, LINE_PLAIN },  { 64000, LINE_PLAIN } };
    struct line_ladder ladder;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        line_ladder_init(&ladder);
        assert_int_equal(line_ladder_gauge(&ladder, rows[i].rate),
                         rows[i].step != LINE_PLAIN);
        assert_int_equal(ladder.step, rows[i].step);
        /* Said again, it changes nothing. */
        assert_false(line_ladder_gauge(&ladder, rows[i].rate));
    }
    line_ladder_init(&ladder);
    (void)line_ladder_choose(&ladder, LINE_KEEP_PLAIN);
    assert_false(line_ladder_gauge(&ladder, 16000));
    assert_int_equal(ladder.step, LINE_PLAIN);
}

/* What stood still when it was full seemed to carry less; it has shown more
 * before. One of 16 kbit/s has not. */
static void what_a_line_showed_first_is_believed_later(void **state)
{
    static const struct {
        unsigned gauged;
        enum line_step step;
    } rows[] = { { 24000, LINE_THIN }, { 16500, LINE_NARROW } };
    const struct line_second full = full_second(15000);
    struct line_second lossy = lossy_second();
    struct line_ladder ladder;
    size_t i;

    (void)state;
    lossy.came = 16;
    for (i = 0; i < 2; i++) {
        line_ladder_init(&ladder);
        (void)line_ladder_gauge(&ladder, rows[i].gauged);
        (void)ladder_pass(&ladder, &full, 10);
        (void)ladder_pass(&ladder, &lossy, 20);
        assert_int_equal(ladder.step, rows[i].step);
    }
}

static size_t copies_of(const struct line_ladder *ladder)
{
    return line_ladder_wish(ladder).copy_count;
}

static void copies_of_a_thin_line_wait_for_its_connections(void **state)
{
    struct line_second second = thin_second(300, 14000);
    struct line_ladder ladder;

    (void)state;
    make_thin(&ladder);
    assert_int_equal(line_ladder_wish(&ladder).lanes, 5);
    second.is_opening = true;
    (void)ladder_pass(&ladder, &second, 8);
    assert_int_equal(copies_of(&ladder), 0);
    second.is_opening = false;
    (void)ladder_pass(&ladder, &second, 1);
    assert_int_equal(copies_of(&ladder), 1);
    /* One that is opened again is no reason to be without. */
    second.is_opening = true;
    (void)ladder_pass(&ladder, &second, 8);
    assert_int_equal(copies_of(&ladder), 1);
    /* Nor are connections that never come. */
    make_thin(&ladder);
    (void)ladder_pass(&ladder, &second, 60);
    assert_int_equal(ladder.step, LINE_THIN);
    assert_int_equal(copies_of(&ladder), 1);
}

static void copies_pause_where_the_past_stands_in_the_queue(void **state)
{
    const struct line_second calm = thin_second(320, 19000);
    struct line_second heard = { .came = 16,
                                 .late = 16,
                                 .standing_ms = 380,
                                 .knows_packets = true,
                                 .received = 10,
                                 .received_bits = 20000,
                                 .round_trip_ms = 400,
                                 .least_round_trip_ms = 240 };
    struct line_second spoken = thin_second(560, 23000), gone = heard;
    struct line_ladder ladder;
    unsigned i, paused = 0;

    (void)state;
    gone.late = 0;
    gone.standing_ms = 20;
    make_thin(&ladder);
    (void)ladder_pass(&ladder, &calm, 10);
    assert_int_equal(copies_of(&ladder), 1);
    (void)ladder_pass(&ladder, &heard, 1);
    assert_int_equal(copies_of(&ladder), 0);
    (void)ladder_pass(&ladder, &calm, 3);
    assert_int_equal(copies_of(&ladder), 1);
    /* Where it is heard that it is gone, no longer than that. */
    (void)ladder_pass(&ladder, &calm, 10);
    (void)ladder_pass(&ladder, &heard, 1);
    assert_int_equal(copies_of(&ladder), 0);
    (void)ladder_pass(&ladder, &gone, 1);
    assert_int_equal(copies_of(&ladder), 1);
    /* It stays as it is: half the time. */
    (void)ladder_pass(&ladder, &calm, 10);
    for (i = 0; i < 60; i++) {
        (void)ladder_pass(&ladder, &heard, 1);
        paused += copies_of(&ladder) == 0;
    }
    assert_in_range(paused, 25, 40);
    /* Who speaks knows the round trip alone; falling it is the past. */
    (void)ladder_pass(&ladder, &calm, 10);
    (void)ladder_pass(&ladder, &spoken, 1);
    assert_int_equal(copies_of(&ladder), 0);
    (void)ladder_pass(&ladder, &calm, 10);
    spoken.round_trip_ms = 700;
    (void)ladder_pass(&ladder, &spoken, 1);
    for (i = 0; i < 8; i++) {
        spoken.round_trip_ms -= 10;
        (void)ladder_pass(&ladder, &spoken, 1);
    }
    assert_int_equal(copies_of(&ladder), 1);
    assert_int_equal(ladder.step, LINE_THIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_24_kbit_becomes_narrow_and_if_it_loses_thin),
        cmocka_unit_test(a_line_of_16_kbit_stays_narrow_whatever_it_loses),
        cmocka_unit_test(what_comes_at_once_behind_a_hole_is_no_capacity),
        cmocka_unit_test(a_stall_is_no_capacity_either),
        cmocka_unit_test(
            who_hears_the_past_takes_another_connection_once_a_minute),
        cmocka_unit_test(
            who_hears_the_past_on_a_plain_line_first_asks_for_less),
        cmocka_unit_test(handshakes_that_fill_a_thin_line_are_waited_for),
        cmocka_unit_test(what_a_narrow_line_carries_is_not_all_it_could),
        cmocka_unit_test(a_line_that_stood_still_may_carry_a_little_more),
        cmocka_unit_test(a_line_that_cannot_be_thin_is_narrow_in_the_end),
        cmocka_unit_test(what_was_too_much_is_tried_again_ever_more_seldom),
        cmocka_unit_test(a_line_that_showed_little_begins_narrow),
        cmocka_unit_test(what_a_line_showed_first_is_believed_later),
        cmocka_unit_test(copies_of_a_thin_line_wait_for_its_connections),
        cmocka_unit_test(copies_pause_where_the_past_stands_in_the_queue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
