/* How many speak freely at once. */
#include "server/audio/talkers.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* As many speakers as there are places, from slot 1. */
static struct talkers full(int64_t now_ms)
{
    struct talkers talkers = { 0 };
    uint16_t slot;

    for (slot = 1; slot <= LIMIT_ROOM_TALKERS; slot++)
        assert_true(talkers_admit(&talkers, slot, now_ms));
    return talkers;
}

static void one_more_than_there_are_places_is_not_heard(void **state)
{
    struct talkers talkers = full(5000);

    (void)state;
    assert_false(talkers_admit(&talkers, 100, 5001));
    assert_true(talkers_admit(&talkers, 3, 5001));
}

static void the_place_of_who_falls_silent_is_free_after_a_while(void **state)
{
    struct talkers talkers = full(5000);
    uint16_t slot;

    (void)state;
    for (slot = 2; slot <= LIMIT_ROOM_TALKERS; slot++)
        assert_true(talkers_admit(&talkers, slot, 5500));
    assert_false(talkers_admit(&talkers, 100, 5000 + TALKERS_SILENCE_MS - 1));
    assert_true(talkers_admit(&talkers, 100, 5000 + TALKERS_SILENCE_MS));
    /* Now the first one has to wait. */
    assert_false(talkers_admit(&talkers, 1, 5000 + TALKERS_SILENCE_MS));
}

static void a_speaker_who_comes_back_has_one_place_only(void **state)
{
    struct talkers talkers = full(5000);
    uint16_t slot;

    (void)state;
    /* All are silent; the last one speaks on in a place, the others get in. */
    assert_true(talkers_admit(&talkers, LIMIT_ROOM_TALKERS, 9000));
    for (slot = 101; slot < 100 + LIMIT_ROOM_TALKERS; slot++)
        assert_true(talkers_admit(&talkers, slot, 9000));
    assert_false(talkers_admit(&talkers, 200, 9000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_more_than_there_are_places_is_not_heard),
        cmocka_unit_test(the_place_of_who_falls_silent_is_free_after_a_while),
        cmocka_unit_test(a_speaker_who_comes_back_has_one_place_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
