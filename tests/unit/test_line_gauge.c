/* What is known of how much a line carries, over made-up arrivals. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/line/line_gauge.h"

enum { HEADERS = 52, PACKET = 1500 };

/* A connection as the system sees it, over which packets come. */
struct arrivals {
    struct line_gauge gauge;
    struct line_figures figures;
    int64_t now_ms;
    uint64_t held; /* bytes behind a hole */
};

static void look(struct arrivals *line)
{
    line_gauge_note(&line->gauge, &line->figures, line->now_ms);
}

static void begin(struct arrivals *line, int64_t round_trip_ms)
{
    *line = (struct arrivals){ .now_ms = 5000 };
    line->figures.knows_packets = true;
    line->figures.round_trip_ms = line->figures.least_round_trip_ms = 200;
    line_gauge_begin(&line->gauge, line->now_ms);
    look(line);
    line->figures.round_trip_ms = round_trip_ms;
}

/* Looks as often as it asks to, for so long. */
static void pass(struct arrivals *line, int64_t ms)
{
    int64_t end_ms = line->now_ms + ms;

    while (line_gauge_next_ms(&line->gauge) <= end_ms) {
        line->now_ms = line_gauge_next_ms(&line->gauge);
        look(line);
    }
    line->now_ms = end_ms;
}

/* One packet of so many bytes, after the time that a line of this rate needs.
 */
static void come(struct arrivals *line, unsigned bytes, unsigned rate)
{
    pass(line, (int64_t)bytes * 8000 / rate);
    line->figures.received++;
    line->figures.received_bytes += bytes + line->held;
    line->held = 0;
    look(line);
}

/* The same behind one that is missing. */
static void come_behind(struct arrivals *line, unsigned bytes, unsigned rate)
{
    pass(line, (int64_t)bytes * 8000 / rate);
    line->figures.received++;
    line->figures.disordered++;
    line->figures.received_bytes += HEADERS;
    line->held += bytes - HEADERS;
    look(line);
}

static void a_full_line_shows_what_it_carries(void **state)
{
    static const unsigned rates[] = { 12000, 16000, 24000, 32000, 64000 };
    struct arrivals line;
    size_t i;
    int k;

    (void)state;
    for (i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        begin(&line, 900);
        for (k = 0; k < 3; k++)
            come(&line, PACKET, rates[i]);
        assert_int_equal(line_gauge_rate(&line.gauge), 0);
        for (k = 0; k < 7; k++)
            come(&line, PACKET, rates[i]);
        assert_in_range(line_gauge_rate(&line.gauge), rates[i] * 95 / 100,
                        rates[i] * 105 / 100);
        pass(&line, 5000);
        assert_true(line_gauge_next_ms(&line.gauge) == INT64_MAX);
    }
}

/* What was lost makes the rest wait, then come at once: neither is the line. */
static void losses_hide_nothing_and_make_nothing_up(void **state)
{
    struct arrivals line;
    int k;

    (void)state;
    begin(&line, 900);
    come(&line, PACKET, 24000);
    for (k = 0; k < 5; k++)
        come_behind(&line, PACKET, 24000);
    pass(&line, 1500);
    come(&line, PACKET, 24000); /* the first hole is closed, */
    come(&line, PACKET, 24000); /* and a second, of the last packet */
    come_behind(&line, PACKET, 24000);
    pass(&line, 700);
    come(&line, PACKET, 24000);
    come(&line, PACKET, 24000);
    come(&line, PACKET, 24000);
    assert_in_range(line_gauge_rate(&line.gauge), 22800, 25200);
}

/* Two holes at once: what lies behind the second comes with a packet that is
 * not behind anything. */
static void what_a_second_hole_held_back_is_no_rate(void **state)
{
    struct arrivals line;
    int k;

    (void)state;
    begin(&line, 900);
    for (k = 0; k < 3; k++)
        come(&line, PACKET, 24000);
    come_behind(&line, PACKET, 24000);
    line.held = 0; /* stays held */
    come(&line, PACKET, 24000);
    line.held = 6000;
    come(&line, PACKET, 24000);
    come(&line, PACKET, 24000);
    come(&line, PACKET, 24000);
    assert_in_range(line_gauge_rate(&line.gauge), 22800, 25200);
}

/* Single answers, each after a round trip: little came, for little was sent. */
static void little_that_was_sent_says_nothing(void **state)
{
    struct arrivals line;
    int k;

    (void)state;
    begin(&line, 210);
    for (k = 0; k < 10; k++)
        come(&line, PACKET, 20000);
    assert_int_equal(line_gauge_rate(&line.gauge), 0);
    assert_true(line_gauge_is_curious(&line.gauge));
    pass(&line, 5000);
    assert_true(line_gauge_next_ms(&line.gauge) == INT64_MAX);
}

static void a_burst_ends_it(void **state)
{
    struct arrivals line;

    (void)state;
    begin(&line, 200);
    line.now_ms += 50;
    line.figures.received += 10;
    line.figures.received_bytes += 15000;
    look(&line);
    assert_true(line_gauge_next_ms(&line.gauge) == INT64_MAX);
    assert_int_equal(line_gauge_rate(&line.gauge), 0);
    assert_false(line_gauge_is_curious(&line.gauge));
}

/* It looks seldom where nothing comes, and not for ever; a system that tells
 * nothing is not asked twice. */
static void it_ends_where_nothing_comes(void **state)
{
    struct arrivals line;
    int looks = 0;

    (void)state;
    begin(&line, 200);
    while (line_gauge_next_ms(&line.gauge) != INT64_MAX) {
        line.now_ms = line_gauge_next_ms(&line.gauge);
        look(&line);
        assert_true(looks++ < 120);
    }
    assert_in_range(line.now_ms - 5000, GAUGE_LIFE_MS, GAUGE_LIFE_MS + 1000);
    begin(&line, 200);
    line.figures.knows_packets = false;
    look(&line);
    assert_true(line_gauge_next_ms(&line.gauge) == INT64_MAX);
}

/* Sound's small packets are no bulk: what is known by then is all. */
static void it_ends_with_the_first_sound_that_finds_it_known(void **state)
{
    struct arrivals line;
    int k;

    (void)state;
    begin(&line, 900);
    come(&line, PACKET, 24000);
    line_gauge_note_sound(&line.gauge);
    assert_true(line_gauge_next_ms(&line.gauge) != INT64_MAX);
    for (k = 0; k < 6; k++)
        come(&line, PACKET, 24000);
    line_gauge_note_sound(&line.gauge);
    assert_true(line_gauge_next_ms(&line.gauge) == INT64_MAX);
    assert_true(line_gauge_rate(&line.gauge) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_line_shows_what_it_carries),
        cmocka_unit_test(losses_hide_nothing_and_make_nothing_up),
        cmocka_unit_test(what_a_second_hole_held_back_is_no_rate),
        cmocka_unit_test(little_that_was_sent_says_nothing),
        cmocka_unit_test(a_burst_ends_it),
        cmocka_unit_test(it_ends_where_nothing_comes),
        cmocka_unit_test(it_ends_with_the_first_sound_that_finds_it_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
