#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/jitter_line.h"

enum { SECOND = 50 /* frames */ };

static uint32_t drawn;

static int64_t draw(int64_t bound)
{
    drawn = drawn * 1664525u + 1013904223u;
    return (int64_t)(drawn >> 8) % bound;
}

/* So many frames, each up to `jitter_ms` later than `base_ms`. */
static void note(struct jitter_line *line, int count, int64_t base_ms,
                 int64_t jitter_ms)
{
    for (int i = 0; i < count; i++)
        jitter_line_note(line, base_ms + draw(jitter_ms + 1));
}

static void an_even_line_asks_for_the_least(void **state)
{
    struct jitter_line line;

    (void)state;
    jitter_line_init(&line);
    assert_false(jitter_line_has_base(&line));
    assert_in_range(jitter_line_target_ms(&line), JITTER_DELAY_MIN_MS, 40);
    note(&line, SECOND, -123456, 2);
    assert_true(jitter_line_has_base(&line));
    assert_int_equal(jitter_line_base_ms(&line), -123456);
    assert_int_equal(jitter_line_target_ms(&line), JITTER_DELAY_MIN_MS);
}

static void even_jitter_is_covered_as_a_whole(void **state)
{
    struct jitter_line line;

    (void)state;
    jitter_line_init(&line);
    note(&line, 10 * SECOND, 5000, 100);
    assert_in_range(jitter_line_base_ms(&line), 5000, 5002);
    assert_in_range(jitter_line_target_ms(&line), 90, 105);
}

/* 100 ms of delay weigh as much as one late frame in a hundred. */
static void what_is_rare_and_very_late_is_not_worth_its_delay(void **state)
{
    struct jitter_line line;

    (void)state;
    jitter_line_init(&line);
    for (int i = 0; i < 100 * SECOND; i++)
        jitter_line_note(&line, i % 100 == 99 ? 300 : 0);
    assert_int_equal(jitter_line_target_ms(&line), JITTER_DELAY_MIN_MS);
    for (int i = 0; i < 100 * SECOND; i++)
        jitter_line_note(&line, i % 20 == 19 ? 300 : 0);
    assert_in_range(jitter_line_target_ms(&line), 300, 305);
}

static void a_late_frame_counts_at_once_and_wears_off(void **state)
{
    struct jitter_line line;

    (void)state;
    jitter_line_init(&line);
    note(&line, 20 * SECOND, 0, 2);
    jitter_line_note(&line, 200);
    jitter_line_note_late(&line, 200);
    assert_in_range(jitter_line_target_ms(&line), 195, 200);
    note(&line, SECOND / 2, 0, 2);
    assert_in_range(jitter_line_target_ms(&line), 190, 200);
    note(&line, SECOND / 2, 0, 2);
    assert_in_range(jitter_line_target_ms(&line), 60, 150);
    note(&line, 4 * SECOND, 0, 2);
    assert_int_equal(jitter_line_target_ms(&line), JITTER_DELAY_MIN_MS);
}

static void a_target_has_bounds(void **state)
{
    struct jitter_line line;

    (void)state;
    jitter_line_init(&line);
    for (int i = 0; i < 20 * SECOND; i++)
        jitter_line_note(&line, i % 3 * 100000);
    jitter_line_note_late(&line, INT64_C(1) << 40);
    assert_int_equal(jitter_line_target_ms(&line), JITTER_DELAY_MAX_MS);
}

/* A way that is longer or shorter has the jitter of before. */
static void jitter_is_kept_where_the_base_jumps(void **state)
{
    struct jitter_line line;

    (void)state;
    jitter_line_init(&line);
    note(&line, 20 * SECOND, 0, 60);
    note(&line, 1, -150, 0);
    note(&line, SECOND, -150, 60);
    assert_int_equal(jitter_line_base_ms(&line), -150);
    /* Most of what is remembered is 150 to 210 ms above the base. */
    assert_in_range(jitter_line_target_ms(&line), 190, 215);
    note(&line, 90 * SECOND, -150, 60);
    assert_in_range(jitter_line_target_ms(&line), 50, 65);
    note(&line, 11 * SECOND, 100, 60);
    assert_in_range(jitter_line_base_ms(&line), 100, 103);
    assert_in_range(jitter_line_target_ms(&line), 50, 75);
}

/* 200 ppm are 2 ms in ten seconds. */
static void drift_moves_the_base_alone(void **state)
{
    struct jitter_line line;

    (void)state;
    for (int64_t way = -1; way <= 1; way += 2) {
        jitter_line_init(&line);
        for (int64_t i = 0; i < 3600 * SECOND; i++) {
            jitter_line_note(&line, way * i / (5 * SECOND) + draw(10));
            if (i > 60 * SECOND)
                assert_in_range(jitter_line_target_ms(&line), 20, 25);
        }
        assert_in_range(way * jitter_line_base_ms(&line), 715, 720);
    }
}

static void a_forgotten_base_is_fixed_anew_and_the_jitter_stays(void **state)
{
    struct jitter_line line;

    (void)state;
    jitter_line_init(&line);
    note(&line, 20 * SECOND, 0, 80);
    jitter_line_forget_base(&line);
    assert_false(jitter_line_has_base(&line));
    jitter_line_note(&line, 70000);
    assert_int_equal(jitter_line_base_ms(&line), 70000);
    assert_in_range(jitter_line_target_ms(&line), 70, 85);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_even_line_asks_for_the_least),
        cmocka_unit_test(even_jitter_is_covered_as_a_whole),
        cmocka_unit_test(what_is_rare_and_very_late_is_not_worth_its_delay),
        cmocka_unit_test(a_late_frame_counts_at_once_and_wears_off),
        cmocka_unit_test(a_target_has_bounds),
        cmocka_unit_test(jitter_is_kept_where_the_base_jumps),
        cmocka_unit_test(drift_moves_the_base_alone),
        cmocka_unit_test(a_forgotten_base_is_fixed_anew_and_the_jitter_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
