#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/microphone_watch.h"

/* What a microphone may give; blocks of 20 ms. */
enum gives {
    NO_BLOCKS,
    ZEROS,
    CONVERTER_NOISE, /* 4 steps up and down */
    OFFSET,          /* as much as of a cheap microphone, and no sound */
    QUIET_ROOM,      /* -70 dB at its peaks */
    SPEECH,
};

static struct microphone_watch watch;
static int64_t now_ms;

static void fill(enum gives gives, int16_t *samples)
{
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++) {
        const int sign = i % 2 == 0 ? 1 : -1;

        samples[i] = (int16_t)(gives == CONVERTER_NOISE ? 4 * sign
                               : gives == OFFSET        ? 900 + sign
                               : gives == QUIET_ROOM    ? 10 * sign
                               : gives == SPEECH        ? 3000 * sign
                                                        : 0);
    }
}

/* So long it gives that; how often it was told. */
static unsigned pass(enum gives gives, int64_t length_ms)
{
    int16_t samples[AUDIO_BLOCK_COUNT];
    unsigned told = 0;

    fill(gives, samples);
    for (int64_t end_ms = now_ms + length_ms; now_ms < end_ms;
         now_ms += AUDIO_BLOCK_MS) {
        if (gives != NO_BLOCKS)
            microphone_watch_block(&watch, samples, now_ms);
        told += microphone_watch_should_tell(&watch, now_ms);
    }
    return told;
}

static int set_up(void **state)
{
    (void)state;
    now_ms = 50000;
    watch = (struct microphone_watch){ .is_on = false };
    microphone_watch_reset(&watch, now_ms);
    return 0;
}

static void switch_on(void) { microphone_watch_set_on(&watch, true, now_ms); }

static void switch_off(void) { microphone_watch_set_on(&watch, false, now_ms); }

static void what_gives_nothing_is_told_once(void **state)
{
    static const struct {
        enum gives gives;
        unsigned told;
    } rows[] = { { NO_BLOCKS, 1 }, { ZEROS, 1 },      { CONVERTER_NOISE, 1 },
                 { OFFSET, 1 },    { QUIET_ROOM, 0 }, { SPEECH, 0 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_up(state);
        switch_on();
        assert_int_equal(pass(rows[i].gives, 3980), 0);
        assert_int_equal(pass(rows[i].gives, 3600 * 1000), rows[i].told);
    }
}

static void one_that_is_off_is_not_looked_at(void **state)
{
    (void)state;
    assert_int_equal(microphone_watch_wait_ms(&watch, now_ms), -1);
    assert_int_equal(pass(ZEROS, 60000), 0);
    switch_on();
    assert_int_equal(microphone_watch_wait_ms(&watch, now_ms), 4000);
    assert_int_equal(pass(ZEROS, 3000), 0);
    switch_off();
    assert_int_equal(pass(ZEROS, 60000), 0);
    switch_on(); /* and counts from here */
    assert_int_equal(pass(ZEROS, 3980), 0);
    assert_int_equal(pass(ZEROS, 100), 1);
}

static void each_switching_on_is_told_of(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        switch_on();
        assert_int_equal(pass(ZEROS, 20000), 1);
        assert_int_equal(microphone_watch_wait_ms(&watch, now_ms), -1);
        switch_off();
    }
}

static void what_is_switched_off_in_mid_speech_is_told(void **state)
{
    (void)state;
    switch_on();
    assert_int_equal(pass(SPEECH, 60000), 0);
    assert_int_equal(pass(ZEROS, 3900), 0);
    assert_int_equal(pass(ZEROS, 200), 1);
}

/* Where words are followed by zeros: told twice, for longer and longer ones. */
static void zeros_between_words_are_learned(void **state)
{
    unsigned told = 0;

    (void)state;
    switch_on();
    for (unsigned i = 0; i < 100; i++) {
        told += pass(SPEECH, 2000);
        told += pass(ZEROS, 10000);
    }
    assert_int_equal(told, 1);
    assert_int_equal(pass(ZEROS, 20000), 1); /* 16 s, then 64 s */
    assert_int_equal(pass(SPEECH, 2000) + pass(ZEROS, 60000), 0);
}

static void another_device_is_another_matter(void **state)
{
    (void)state;
    switch_on();
    assert_int_equal(pass(ZEROS, 5000), 1);
    assert_int_equal(pass(SPEECH, 1000), 0); /* 16 s from here on */
    microphone_watch_reset(&watch, now_ms);
    assert_int_equal(pass(ZEROS, 3980), 0);
    assert_int_equal(pass(ZEROS, 100), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(what_gives_nothing_is_told_once),
        TEST(one_that_is_off_is_not_looked_at),
        TEST(each_switching_on_is_told_of),
        TEST(what_is_switched_off_in_mid_speech_is_told),
        TEST(zeros_between_words_are_learned),
        TEST(another_device_is_another_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
