/* How punctual frames are, over made-up arrivals. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/line/arrival_judge.h"

enum { START_MS = 7000000, FRAME_MS = 20, FRAME_COUNT = 960, WAY_MS = 70 };

/* Frame `number` of a speaker comes so much later than the line's best. */
static bool come(struct arrival_judge *judge, uint16_t slot, uint32_t number,
                 int64_t over_ms)
{
    return arrival_judge_note(
        judge, slot, number, number * (uint32_t)FRAME_COUNT, 0,
        START_MS + WAY_MS + (int64_t)number * FRAME_MS + over_ms);
}

static void come_all(struct arrival_judge *judge, uint32_t from, uint32_t to,
                     int64_t over_ms)
{
    for (; from < to; from++)
        assert_true(come(judge, 1, from, over_ms));
}

static void frames_in_time_are_neither_late_nor_lost(void **state)
{
    struct arrival_judge judge = { .has_standing = false };
    struct arrival_count count;

    (void)state;
    come_all(&judge, 0, 500, 0);
    count = arrival_judge_take(&judge);
    assert_int_equal(count.came, 500);
    assert_int_equal(count.late + count.very_late + count.lost + count.again,
                     0);
    assert_int_equal(count.standing_ms, 0);
    assert_int_equal(arrival_judge_take(&judge).standing_ms, -1);
}

static void late_is_more_than_60_ms_over_the_best(void **state)
{
    static const struct {
        int64_t over_ms;
        unsigned late, very_late;
    } rows[] = { { 0, 0, 0 },   { 60, 0, 0 },  { 61, 1, 0 },
                 { 120, 1, 0 }, { 121, 1, 1 }, { 900, 1, 1 } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arrival_judge judge = { .has_standing = false };
        struct arrival_count count;

        come_all(&judge, 0, 50, 0);
        (void)arrival_judge_take(&judge);
        assert_true(come(&judge, 1, 50, rows[i].over_ms));
        count = arrival_judge_take(&judge);
        assert_int_equal(count.late, rows[i].late);
        assert_int_equal(count.very_late, rows[i].very_late);
        assert_int_equal(count.standing_ms, rows[i].over_ms);
    }
}

static void what_was_held_back_for_others_is_not_late(void **state)
{
    struct arrival_judge judge = { .has_standing = false };

    (void)state;
    come_all(&judge, 0, 50, 0);
    assert_true(arrival_judge_note(&judge, 1, 50, 50 * FRAME_COUNT, 60,
                                   START_MS + WAY_MS + 50 * FRAME_MS + 110));
    assert_int_equal(arrival_judge_take(&judge).late, 0);
    assert_true(arrival_judge_note(&judge, 1, 51, 51 * FRAME_COUNT, 60,
                                   START_MS + WAY_MS + 51 * FRAME_MS + 121));
    assert_int_equal(arrival_judge_take(&judge).late, 1);
}

static void copies_count_once(void **state)
{
    struct arrival_judge judge = { .has_standing = false };
    struct arrival_count count;
    uint32_t i;

    (void)state;
    for (i = 0; i < 100; i++) {
        assert_true(come(&judge, 1, i, 0));
        if (i > 0)
            assert_false(come(&judge, 1, i - 1, 40));
    }
    count = arrival_judge_take(&judge);
    assert_int_equal(count.came, 100);
    assert_int_equal(count.again, 99);
    assert_int_equal(count.lost + count.late, 0);
}

static void a_number_that_never_comes_is_lost_once(void **state)
{
    struct arrival_judge judge = { .has_standing = false };
    unsigned lost = 0;
    uint32_t i;

    (void)state;
    come_all(&judge, 0, 20, 0);
    for (i = 23; i < 300; i++) {
        assert_true(come(&judge, 1, i, 0));
        lost += arrival_judge_take(&judge).lost;
        if (i < 20 + ARRIVAL_LOST_AFTER)
            assert_int_equal(lost, 0);
    }
    assert_int_equal(lost, 3);
}

static void a_hole_that_is_filled_in_any_order_is_no_loss(void **state)
{
    struct arrival_judge judge = { .has_standing = false };

    (void)state;
    come_all(&judge, 0, 10, 0);
    come_all(&judge, 14, 20, 0);
    assert_true(come(&judge, 1, 12, 170));
    assert_true(come(&judge, 1, 10, 200));
    assert_true(come(&judge, 1, 13, 150));
    assert_true(come(&judge, 1, 11, 190));
    come_all(&judge, 20, 200, 0);
    assert_int_equal(arrival_judge_take(&judge).lost, 0);
}

static void a_gap_longer_than_what_is_remembered_is_lost_whole(void **state)
{
    struct arrival_judge judge = { .has_standing = false };

    (void)state;
    come_all(&judge, 0, 10, 0);
    come_all(&judge, 210, 300, 0);
    assert_int_equal(arrival_judge_take(&judge).lost, 200);
}

static void numbers_and_times_wrap(void **state)
{
    struct arrival_judge judge = { .has_standing = false };
    struct arrival_count count;
    uint32_t number = UINT32_MAX - 20, timestamp = UINT32_MAX - 20000, i;

    (void)state;
    for (i = 0; i < 100; i++)
        assert_true(arrival_judge_note(&judge, 1, number + i,
                                       timestamp + i * FRAME_COUNT, 0,
                                       START_MS + (int64_t)i * FRAME_MS));
    count = arrival_judge_take(&judge);
    assert_int_equal(count.came, 100);
    assert_int_equal(count.late + count.lost, 0);
}

static void each_speaker_has_a_clock_of_his_own(void **state)
{
    struct arrival_judge judge = { .has_standing = false };
    struct arrival_count count;
    uint32_t i;

    (void)state;
    for (i = 0; i < 100; i++) {
        assert_true(come(&judge, 1, i, 0));
        assert_true(come(&judge, 2, i, 3000));
        assert_true(come(&judge, 3, 500000 + i, -10000000));
    }
    count = arrival_judge_take(&judge);
    assert_int_equal(count.came, 300);
    assert_int_equal(count.late + count.lost, 0);
}

static void silence_between_two_words_is_not_lateness(void **state)
{
    struct arrival_judge judge = { .has_standing = false };
    struct arrival_count count;
    const uint32_t pause = 30 * 48000;
    uint32_t i;

    (void)state;
    come_all(&judge, 0, 50, 0);
    for (i = 50; i < 100; i++)
        assert_true(arrival_judge_note(&judge, 1, i, i * FRAME_COUNT + pause, 0,
                                       START_MS + WAY_MS +
                                           (int64_t)i * FRAME_MS + 30000));
    count = arrival_judge_take(&judge);
    assert_int_equal(count.came, 100);
    assert_int_equal(count.late + count.lost, 0);
}

static void a_line_that_has_become_longer_is_new_after_a_minute(void **state)
{
    struct arrival_judge judge = { .has_standing = false };

    (void)state;
    come_all(&judge, 0, 50, 0);
    come_all(&judge, 50, 100, 300);
    assert_int_equal(arrival_judge_take(&judge).late, 50);
    come_all(&judge, 100, 3600, 300);
    (void)arrival_judge_take(&judge);
    come_all(&judge, 3600, 3700, 300);
    assert_int_equal(arrival_judge_take(&judge).late, 0);
}

static void the_speaker_who_has_been_silent_longest_makes_room(void **state)
{
    struct arrival_judge judge = { .has_standing = false };
    uint16_t slot;

    (void)state;
    for (slot = 0; slot <= ARRIVAL_SPEAKERS; slot++)
        assert_true(come(&judge, slot, slot, 0));
    assert_false(come(&judge, 1, 1, 0));
    assert_true(come(&judge, 0, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_in_time_are_neither_late_nor_lost),
        cmocka_unit_test(late_is_more_than_60_ms_over_the_best),
        cmocka_unit_test(what_was_held_back_for_others_is_not_late),
        cmocka_unit_test(copies_count_once),
        cmocka_unit_test(a_number_that_never_comes_is_lost_once),
        cmocka_unit_test(a_hole_that_is_filled_in_any_order_is_no_loss),
        cmocka_unit_test(a_gap_longer_than_what_is_remembered_is_lost_whole),
        cmocka_unit_test(numbers_and_times_wrap),
        cmocka_unit_test(each_speaker_has_a_clock_of_his_own),
        cmocka_unit_test(silence_between_two_words_is_not_lateness),
        cmocka_unit_test(a_line_that_has_become_longer_is_new_after_a_minute),
        cmocka_unit_test(the_speaker_who_has_been_silent_longest_makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
