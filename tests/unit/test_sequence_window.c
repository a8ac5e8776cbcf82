#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/line/sequence_window.h"

static void each_number_is_new_once(void **state)
{
    struct sequence_window window = { 0 };

    (void)state;
    /* By fives, each five backwards, through the wrap. */
    for (uint32_t i = 0; i < 200; i++) {
        uint32_t sequence = UINT32_MAX - 100 + i / 5 * 5 + (4 - i % 5);

        assert_int_equal(sequence_window_note(&window, sequence), SEQUENCE_NEW);
        assert_int_equal(sequence_window_note(&window, sequence),
                         SEQUENCE_SEEN);
    }
}

static void what_is_older_than_the_window_is_too_old(void **state)
{
    struct sequence_window window = { 0 };

    (void)state;
    assert_int_equal(sequence_window_note(&window, 1000), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 1063), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 1000), SEQUENCE_SEEN);
    assert_int_equal(sequence_window_note(&window, 1001), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 1064), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 1000), SEQUENCE_TOO_OLD);
    assert_int_equal(sequence_window_note(&window, 1001), SEQUENCE_SEEN);
    assert_int_equal(sequence_window_note(&window, 2000), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 1999), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 1937), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 1936), SEQUENCE_TOO_OLD);
}

static void a_number_far_away_is_another_streams(void **state)
{
    struct sequence_window window = { 0 };

    (void)state;
    assert_int_equal(sequence_window_note(&window, 5000), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 8000), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 5000), SEQUENCE_TOO_OLD);
    assert_int_equal(sequence_window_note(&window, 11001), SEQUENCE_ANOTHER);
    assert_int_equal(sequence_window_note(&window, 11000), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, 0), SEQUENCE_ANOTHER);
    assert_int_equal(sequence_window_note(&window, 0), SEQUENCE_SEEN);
    assert_int_equal(sequence_window_note(&window, UINT32_MAX), SEQUENCE_NEW);
    assert_int_equal(sequence_window_note(&window, UINT32_C(1) << 31),
                     SEQUENCE_ANOTHER);
}

static void distance_goes_the_shorter_way_round(void **state)
{
    (void)state;
    assert_int_equal(sequence_distance(7, 9), 2);
    assert_int_equal(sequence_distance(9, 7), -2);
    assert_int_equal(sequence_distance(UINT32_MAX, 1), 2);
    assert_int_equal(sequence_distance(1, UINT32_MAX), -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_is_new_once),
        cmocka_unit_test(what_is_older_than_the_window_is_too_old),
        cmocka_unit_test(a_number_far_away_is_another_streams),
        cmocka_unit_test(distance_goes_the_shorter_way_round),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
