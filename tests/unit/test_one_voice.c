#include "server/audio/one_voice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void who_began_first_is_sent(void **state)
{
    struct one_voice voice = { 0 };

    (void)state;
    assert_true(one_voice_admit(&voice, 1, false, 0));
    assert_false(one_voice_admit(&voice, 2, false, 10));
    assert_true(one_voice_admit(&voice, 1, false, 20));
}

static void a_second_of_silence_gives_the_place_away(void **state)
{
    struct one_voice voice = { 0 };

    (void)state;
    assert_true(one_voice_admit(&voice, 1, false, 0));
    assert_false(one_voice_admit(&voice, 2, false, 999));
    assert_true(one_voice_admit(&voice, 2, false, 1000));
    assert_false(one_voice_admit(&voice, 1, false, 1001));
}

static void the_floor_goes_before_whoever_began_first(void **state)
{
    struct one_voice voice = { 0 };

    (void)state;
    assert_true(one_voice_admit(&voice, 1, false, 0));
    assert_true(one_voice_admit(&voice, 2, true, 10));
    assert_false(one_voice_admit(&voice, 1, false, 20));
    assert_false(one_voice_admit(&voice, 3, true, 30));
}

static void who_has_lost_the_floor_gives_way_to_who_has_it(void **state)
{
    struct one_voice voice = { 0 };

    (void)state;
    assert_true(one_voice_admit(&voice, 1, true, 0));
    assert_false(one_voice_admit(&voice, 2, true, 10));
    assert_true(one_voice_admit(&voice, 1, false, 20));
    assert_true(one_voice_admit(&voice, 2, true, 30));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_began_first_is_sent),
        cmocka_unit_test(a_second_of_silence_gives_the_place_away),
        cmocka_unit_test(the_floor_goes_before_whoever_began_first),
        cmocka_unit_test(who_has_lost_the_floor_gives_way_to_who_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
