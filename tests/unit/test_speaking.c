/* Who speaks, by made-up frames. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_block.h"
#include "client/audio/speaking.h"

enum { FRAME_MS = 20 };

/* Frames from `from_ms` to before `to_ms`. */
static void say(struct speaking *speaking, uint16_t slot, int64_t from_ms,
                int64_t to_ms)
{
    for (int64_t ms = from_ms; ms < to_ms; ms += FRAME_MS)
        (void)speaking_heard(speaking, slot, 0, ms);
}

static void assert_speaks(struct speaking *speaking, int64_t now_ms,
                          const uint16_t *expected, size_t count)
{
    uint16_t slots[LIMIT_VOICE_SPEAKERS];

    assert_int_equal(speaking_now(speaking, now_ms, slots), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(slots[i], expected[i]);
}

static void a_click_names_nobody(void **state)
{
    struct speaking speaking = { 0 };

    (void)state;
    assert_false(speaking_heard(&speaking, 7, AUDIO_FLAG_TALKSPURT, 1000));
    assert_false(speaking_heard(&speaking, 7, 0, 1080));
    assert_speaks(&speaking, 1080, NULL, 0);
    assert_speaks(&speaking, 3000, NULL, 0);
}

static void who_speaks_is_told_once_and_held(void **state)
{
    const uint16_t seven[] = { 7 };
    struct speaking speaking = { 0 };

    (void)state;
    say(&speaking, 7, 1000, 1100);
    assert_true(speaking_heard(&speaking, 7, 0, 1100));
    assert_false(speaking_heard(&speaking, 7, 0, 1120));
    assert_speaks(&speaking, 1120 + SPEAKING_HOLD_MS - 1, seven, 1);
    assert_speaks(&speaking, 1120 + SPEAKING_HOLD_MS, NULL, 0);
    say(&speaking, 7, 2000, 2100);
    assert_true(speaking_heard(&speaking, 7, 0, 2100));
}

static void frames_of_silence_are_no_speech(void **state)
{
    const uint16_t seven[] = { 7 };
    struct speaking speaking = { 0 };

    (void)state;
    say(&speaking, 7, 1000, 1200);
    for (int64_t ms = 1200; ms < 3000; ms += FRAME_MS)
        assert_false(speaking_heard(&speaking, 7, AUDIO_FLAG_SILENCE, ms));
    assert_speaks(&speaking, 3000, NULL, 0);
    say(&speaking, 7, 3000, 3200);
    assert_speaks(&speaking, 3200, seven, 1);
}

static void several_stand_in_the_order_in_which_they_began(void **state)
{
    const uint16_t both[] = { 9, 3 };
    const uint16_t later[] = { 3, 9 };
    struct speaking speaking = { 0 };

    (void)state;
    say(&speaking, 9, 1000, 1200);
    say(&speaking, 3, 1200, 1400);
    assert_speaks(&speaking, 1400, both, 2);
    say(&speaking, 3, 1400, 2400);
    say(&speaking, 9, 2400, 2600);
    assert_speaks(&speaking, 2600, later, 2);
}

static void a_full_table_loses_nobody_who_speaks(void **state)
{
    struct speaking speaking = { 0 };
    uint16_t slots[LIMIT_VOICE_SPEAKERS];

    (void)state;
    for (int64_t ms = 1000; ms < 1400; ms += FRAME_MS)
        for (uint16_t slot = 1; slot <= LIMIT_VOICE_SPEAKERS + 3; slot++)
            (void)speaking_heard(&speaking, slot, 0, ms);
    assert_int_equal(speaking_now(&speaking, 1400, slots),
                     LIMIT_VOICE_SPEAKERS);
    for (uint16_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++)
        assert_int_equal(slots[i], i + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_names_nobody),
        cmocka_unit_test(who_speaks_is_told_once_and_held),
        cmocka_unit_test(frames_of_silence_are_no_speech),
        cmocka_unit_test(several_stand_in_the_order_in_which_they_began),
        cmocka_unit_test(a_full_table_loses_nobody_who_speaks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
