#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_pacer.h"
#include "client/audio/audio_trial.h"
#include "tests/support/sound_signal.h"

#include <string.h>

/*
 * A device twenty times as fast as real ones, whose microphone hears its
 * loudspeaker three blocks later, and a voice while the trial records.
 */
enum { DELAY = 3, SPEECH_BLOCK_COUNT = 200 };

static struct {
    struct audio_device base; /* first: the port's pointer is ours */
    struct audio_device_handlers handlers;
    struct audio_pacer *pacer;
    int16_t played[DELAY][AUDIO_BLOCK_COUNT];
    size_t tick;
    bool is_deaf;    /* hears neither loudspeaker nor voice */
    bool is_missing; /* there is no microphone */
    bool is_broken;  /* ends as soon as it runs */
} loop;

static int16_t speech[SPEECH_BLOCK_COUNT * AUDIO_BLOCK_COUNT];
static _Atomic bool is_speaking;
static unsigned steps;
static unsigned levels;
static float loudest_db;

static bool on_tick(void *user)
{
    int16_t heard[AUDIO_BLOCK_COUNT] = { 0 };
    int16_t *oldest = loop.played[loop.tick % DELAY];

    (void)user;
    if (loop.is_broken) {
        loop.handlers.ended(RESULT_CLOSED, loop.handlers.user);
        return false;
    }
    if (is_speaking)
        memcpy(heard,
               &speech[loop.tick % SPEECH_BLOCK_COUNT * AUDIO_BLOCK_COUNT],
               sizeof heard);
    else
        memcpy(heard, oldest, sizeof heard);
    if (loop.is_deaf)
        memset(heard, 0, sizeof heard);
    if (loop.handlers.captured && !loop.is_missing)
        loop.handlers.captured(heard, loop.handlers.user);
    if (loop.handlers.play)
        loop.handlers.play(oldest, loop.handlers.user);
    loop.tick++;
    return true;
}

static enum result loop_start(struct audio_device *device,
                              const struct audio_device_handlers *handlers)
{
    const struct audio_change change = { .direction = AUDIO_CAPTURE,
                                         .kind = AUDIO_MISSING };

    (void)device;
    loop.handlers = *handlers;
    if (loop.is_missing)
        handlers->changed(&change, handlers->user);
    return audio_pacer_new(&loop.pacer, 1, on_tick, NULL);
}

static void loop_stop(struct audio_device *device)
{
    (void)device;
    loop.pacer = audio_pacer_free(loop.pacer);
}

static int set_up(void **state)
{
    (void)state;
    memset(&loop, 0, sizeof loop);
    loop.base = (struct audio_device){ .start = loop_start, .stop = loop_stop };
    sound_signal_speech(speech, sizeof speech / sizeof speech[0], 5);
    is_speaking = false;
    steps = 0;
    levels = 0;
    loudest_db = LEVEL_FLOOR_DB;
    return 0;
}

static void on_step(enum audio_trial_step step, void *user)
{
    (void)user;
    steps++;
    is_speaking = step == AUDIO_TRIAL_RECORD;
}

static void on_level(const struct level *level, void *user)
{
    (void)user;
    levels++;
    if (level->rms_db > loudest_db)
        loudest_db = level->rms_db;
}

static enum result run(struct audio_trial *trial)
{
    const struct audio_trial_handlers handlers = { .step = on_step,
                                                   .level = on_level };

    *trial =
        (struct audio_trial){ .has_microphone = true, .has_loudspeaker = true };
    return audio_trial_run(trial, &loop.base, &handlers);
}

/* --- tests --------------------------------------------------------------- */

/* What is played in one block is captured from the next on. */
static void a_loud_enough_voice_and_the_way_round_are_measured(void **state)
{
    struct audio_trial trial;

    (void)state;
    assert_int_equal(run(&trial), RESULT_OK);
    assert_int_equal(trial.level.verdict, SOUND_GOOD);
    assert_true(trial.has_round_trip);
    assert_int_equal(trial.round_trip_ms, (DELAY - 1) * AUDIO_BLOCK_MS);
    assert_int_equal(steps, 3);
    /* Three seconds of tenths, as they come. */
    assert_int_equal(levels, 30);
    assert_true(loudest_db >= trial.level.loud_db);
}

static void a_deaf_microphone_is_not_measured(void **state)
{
    struct audio_trial trial;

    (void)state;
    loop.is_deaf = true;
    assert_int_equal(run(&trial), RESULT_OK);
    assert_int_equal(trial.level.verdict, SOUND_NOTHING);
    assert_false(trial.has_round_trip);
    assert_int_equal(levels, 30);
    assert_true(loudest_db <= LEVEL_FLOOR_DB);
}

static void without_a_microphone_only_the_chirp_is_played(void **state)
{
    struct audio_trial trial;

    (void)state;
    loop.is_missing = true;
    assert_int_equal(run(&trial), RESULT_OK);
    assert_false(trial.has_microphone);
    assert_false(trial.has_round_trip);
    assert_int_equal(steps, 1);
}

static void a_device_that_ends_ends_the_trial(void **state)
{
    struct audio_trial trial;

    (void)state;
    loop.is_broken = true;
    assert_int_equal(run(&trial), RESULT_CLOSED);
    assert_int_equal(steps, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(
            a_loud_enough_voice_and_the_way_round_are_measured, set_up),
        cmocka_unit_test_setup(a_deaf_microphone_is_not_measured, set_up),
        cmocka_unit_test_setup(without_a_microphone_only_the_chirp_is_played,
                               set_up),
        cmocka_unit_test_setup(a_device_that_ends_ends_the_trial, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
