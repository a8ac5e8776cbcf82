#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_file.h"
#include "client/audio/audio_pacer.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/sound_signal.h"
#include "tests/support/wav_samples.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/* Files in place of microphone and loudspeaker, and what keeps their time. */
enum {
    SPOKEN_COUNT = 10 * AUDIO_BLOCK_COUNT + 1,
    HEARD_MAX = 2 * SPOKEN_COUNT,
    PATIENCE_S = 60, /* a thread that says nothing for so long is dead */
};

static struct scratch_folder folder;
static int16_t spoken[SPOKEN_COUNT];
static int16_t heard[HEARD_MAX];
static sem_t woken;

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_for_wakeup(void)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_S;
    assert_int_equal(sem_clockwait(&woken, CLOCK_MONOTONIC, &deadline), 0);
}

static int set_up(void **state)
{
    (void)state;
    scratch_folder_make(&folder);
    return sem_init(&woken, 0, 0);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_folder_remove(&folder);
    return sem_destroy(&woken);
}

/* --- the pacer ----------------------------------------------------------- */

static bool count_tick(void *user)
{
    _Atomic int *left = user;

    sem_post(&woken);
    return atomic_fetch_sub(left, 1) > 1;
}

static void a_pacer_ticks_in_time_without_drift(void **state)
{
    _Atomic int left = 50;
    struct audio_pacer *pacer;
    int64_t start_ms = clock_ms();
    int64_t took_ms;

    (void)state;
    assert_int_equal(audio_pacer_new(&pacer, 20, count_tick, &left), RESULT_OK);
    for (int i = 0; i < 50; i++)
        wait_for_wakeup();
    took_ms = clock_ms() - start_ms;
    audio_pacer_free(pacer);
    assert_int_equal(atomic_load(&left), 0);
    /* Never early; a busy machine may be late. */
    assert_in_range(took_ms, 999, PATIENCE_S * 1000);
}

static void a_pacer_stops_at_once(void **state)
{
    _Atomic int left = 50;
    struct audio_pacer *pacer;
    int64_t start_ms = clock_ms();

    (void)state;
    assert_int_equal(audio_pacer_new(&pacer, 60 * 1000, count_tick, &left),
                     RESULT_OK);
    audio_pacer_free(pacer);
    assert_true(clock_ms() - start_ms < 30 * 1000);
    assert_int_equal(atomic_load(&left), 50);
}

/* --- the file device ----------------------------------------------------- */

struct ears {
    int16_t *samples;
    size_t count;
    unsigned ends;
    enum result reason;
};

static void on_captured(const int16_t *samples, void *user)
{
    struct ears *ears = user;

    memcpy(&ears->samples[ears->count], samples,
           AUDIO_BLOCK_COUNT * sizeof *samples);
    ears->count += AUDIO_BLOCK_COUNT;
}

static void on_play(int16_t *samples, void *user)
{
    (void)user;
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = (int16_t)i;
}

static void on_ended(enum result reason, void *user)
{
    struct ears *ears = user;

    ears->ends++;
    ears->reason = reason;
}

static void a_stepped_file_is_captured_to_its_end(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "mic.wav");
    struct ears ears = { .samples = heard };
    const struct audio_device_handlers handlers = { .captured = on_captured,
                                                    .ended = on_ended,
                                                    .user = &ears };
    struct audio_device *device;
    const size_t count = SPOKEN_COUNT;

    (void)state;
    sound_signal_speech(spoken, count, 41);
    wav_samples_write(path.text, spoken, count);
    assert_int_equal(
        audio_device_file_new(&device, path.text, NULL, AUDIO_PACE_STEP),
        RESULT_OK);
    assert_int_equal(device->start(device, &handlers), RESULT_OK);
    for (size_t i = 1; i <= 11; i++) {
        assert_true(audio_device_file_step(device));
        assert_int_equal(ears.count, i * AUDIO_BLOCK_COUNT);
    }
    assert_int_equal(ears.ends, 0);
    assert_false(audio_device_file_step(device));
    assert_false(audio_device_file_step(device));
    assert_int_equal(ears.ends, 1);
    assert_int_equal(ears.reason, RESULT_OK);
    /* The last block holds one sample and is filled up with silence. */
    for (size_t i = count; i < ears.count; i++)
        assert_int_equal(heard[i], 0);
    device->free(device);
}

static void what_a_file_device_plays_is_in_its_file(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "loa.wav");
    const struct audio_device_handlers handlers = { .play = on_play };
    struct audio_device *device;

    (void)state;
    assert_int_equal(
        audio_device_file_new(&device, NULL, path.text, AUDIO_PACE_STEP),
        RESULT_OK);
    assert_int_equal(device->start(device, &handlers), RESULT_OK);
    for (size_t i = 0; i < 5; i++)
        assert_true(audio_device_file_step(device));
    device->free(device);
    assert_int_equal(wav_samples_read(path.text, heard, HEARD_MAX),
                     5 * AUDIO_BLOCK_COUNT);
    for (int i = 0; i < 5 * AUDIO_BLOCK_COUNT; i++)
        assert_in_range(i % AUDIO_BLOCK_COUNT - heard[i] + 1, 0, 2);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_pacer_ticks_in_time_without_drift),
        TEST(a_pacer_stops_at_once),
        TEST(a_stepped_file_is_captured_to_its_end),
        TEST(what_a_file_device_plays_is_in_its_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
