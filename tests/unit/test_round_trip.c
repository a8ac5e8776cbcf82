#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/round_trip.h"
#include "tests/support/sound_signal.h"

#include <string.h>

enum { COUNT = 72000 };

static int16_t captured[COUNT];
static int16_t chirp[ROUND_TRIP_CHIRP_COUNT];

/* The chirp as heard at `at`, its loudness divided, upon what is there. */
static void add_chirp(size_t at, int divisor)
{
    round_trip_chirp(chirp);
    for (size_t i = 0; i < ROUND_TRIP_CHIRP_COUNT; i++)
        captured[at + i] = (int16_t)(captured[at + i] + chirp[i] / divisor);
}

static void the_chirp_is_found_at_its_place(void **state)
{
    static const size_t places[] = { 0, 1, 1488, 40003,
                                     COUNT - ROUND_TRIP_CHIRP_COUNT };
    size_t at;

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        memset(captured, 0, sizeof captured);
        add_chirp(places[i], 10);
        assert_true(round_trip_find(captured, COUNT, &at));
        assert_in_range(at + 4, places[i], places[i] + 8);
    }
}

static void the_chirp_is_found_while_somebody_speaks(void **state)
{
    size_t at;

    (void)state;
    sound_signal_speech(captured, COUNT, 3);
    for (size_t i = 0; i < COUNT; i++)
        captured[i] /= 4;
    add_chirp(9600, 2);
    assert_true(round_trip_find(captured, COUNT, &at));
    assert_in_range(at, 9596, 9604);
}

static void where_there_is_none_none_is_found(void **state)
{
    size_t at;

    (void)state;
    memset(captured, 0, sizeof captured);
    assert_false(round_trip_find(captured, COUNT, &at));
    assert_false(round_trip_find(captured, 100, &at));
    for (uint32_t seed = 1; seed <= 4; seed++) {
        sound_signal_speech(captured, COUNT, seed);
        assert_false(round_trip_find(captured, COUNT, &at));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chirp_is_found_at_its_place),
        cmocka_unit_test(the_chirp_is_found_while_somebody_speaks),
        cmocka_unit_test(where_there_is_none_none_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
