#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_pulse.h"
#include "client/audio/audio_ring.h"
#include "tests/support/pulse_daemon.h"
#include "tests/support/sound_signal.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/* A sink without hardware: what is played into it comes out of its monitor. */
enum {
    SPEECH_COUNT = 2 * AUDIO_RATE, /* spoken over and over again */
    /* A piece without a hole, which a busy machine makes, and so many. */
    WINDOW_COUNT = 12 * AUDIO_BLOCK_COUNT,
    WINDOWS = 4,
    PATIENCE_MS = 240 * 1000,
};

static const char devices[] = "load-module module-null-sink sink_name=loa "
                              "rate=48000 channels=1\n"
                              "set-default-sink loa\n"
                              "set-default-source loa.monitor\n";

static int16_t speech[2 * SPEECH_COUNT];
static int16_t window[WINDOW_COUNT];

struct ears {
    struct audio_ring *ring; /* captured blocks */
    size_t position;         /* of what is played; the device's thread */
    sem_t captured;
    sem_t ended;
    _Atomic int reason;
};

static struct ears ears;

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_for(sem_t *semaphore)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_MS / 1000;
    return sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline) == 0;
}

static int set_up(void **state)
{
    (void)state;
    pulse_daemon_set_up(true);
    pulse_daemon_start(devices);
    ears = (struct ears){ 0 };
    assert_int_equal(sem_init(&ears.captured, 0, 0), 0);
    assert_int_equal(sem_init(&ears.ended, 0, 0), 0);
    return audio_ring_new(&ears.ring, 100, AUDIO_BLOCK_COUNT * 2) == RESULT_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    pulse_daemon_tear_down();
    ears.ring = audio_ring_free(ears.ring);
    sem_destroy(&ears.captured);
    sem_destroy(&ears.ended);
    return 0;
}

/* --- the device's handlers ----------------------------------------------- */

static void on_captured(const int16_t *samples, void *user)
{
    (void)user;
    audio_ring_push(ears.ring, samples, AUDIO_BLOCK_COUNT * sizeof *samples);
    sem_post(&ears.captured);
}

static void on_play(int16_t *samples, void *user)
{
    (void)user;
    memcpy(samples, &speech[ears.position],
           AUDIO_BLOCK_COUNT * sizeof *samples);
    ears.position = (ears.position + AUDIO_BLOCK_COUNT) % SPEECH_COUNT;
}

static void on_ended(enum result reason, void *user)
{
    (void)user;
    atomic_store(&ears.reason, (int)reason);
    sem_post(&ears.ended);
}

static const struct audio_device_handlers handlers = { .captured = on_captured,
                                                       .play = on_play,
                                                       .ended = on_ended };

static struct audio_device *start_device(const char *capture_name,
                                         const char *playback_name)
{
    struct audio_device *device;

    assert_int_equal(
        audio_device_pulse_new(&device, capture_name, playback_name),
        RESULT_OK);
    pulse_daemon_start_device(device, &handlers);
    return device;
}

/* The next piece of what is captured. */
static void capture_window(void)
{
    size_t size;

    for (size_t at = 0; at < WINDOW_COUNT; at += AUDIO_BLOCK_COUNT) {
        do
            assert_true(wait_for(&ears.captured));
        while (!audio_ring_pop(ears.ring, &window[at], &size));
        assert_int_equal(size, AUDIO_BLOCK_COUNT * sizeof window[0]);
    }
}

/* --- tests --------------------------------------------------------------- */

/* A sink without hardware may need seconds until it runs in time. */
static void what_is_played_is_captured_again(const char *capture_name,
                                             const char *playback_name)
{
    struct audio_device *device;
    int64_t deadline_ms = clock_ms() + PATIENCE_MS;
    unsigned found = 0;

    sound_signal_speech(speech, SPEECH_COUNT, 51);
    memcpy(&speech[SPEECH_COUNT], speech, SPEECH_COUNT * sizeof speech[0]);
    device = start_device(capture_name, playback_name);
    while (found < WINDOWS && clock_ms() < deadline_ms) {
        capture_window();
        found += sound_signal_match(window, WINDOW_COUNT, speech,
                                    2 * SPEECH_COUNT, SPEECH_COUNT)
                     .correlation > 0.95;
    }
    device->free(device);
    assert_int_equal(found, WINDOWS);
}

static void the_default_devices_play_and_capture(void **state)
{
    (void)state;
    what_is_played_is_captured_again(NULL, NULL);
}

static void named_devices_play_and_capture(void **state)
{
    (void)state;
    what_is_played_is_captured_again("loa.monitor", "loa");
}

static void the_loss_of_the_server_is_told_once(void **state)
{
    struct audio_device *device = start_device(NULL, NULL);

    (void)state;
    pulse_daemon_end();
    assert_true(wait_for(&ears.ended));
    assert_int_equal(atomic_load(&ears.reason), RESULT_CLOSED);
    device->free(device);
    assert_int_not_equal(sem_trywait(&ears.ended), 0);
}

static void without_a_server_there_is_no_device(void **state)
{
    struct audio_device *device;

    (void)state;
    pulse_daemon_end();
    assert_int_equal(audio_device_pulse_new(&device, NULL, NULL), RESULT_OK);
    assert_int_equal(device->start(device, &handlers), RESULT_CLOSED);
    device->stop(device);
    device->free(device);
}

static void a_device_that_does_not_exist_is_not_found(void **state)
{
    const char *names[] = { "khong-co", "không-có" };
    struct audio_device *other = start_device(NULL, NULL);
    struct audio_device *device;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *name = names[i / 2];

        assert_int_equal(audio_device_pulse_new(&device, i % 2 ? name : NULL,
                                                i % 2 ? NULL : name),
                         RESULT_OK);
        assert_int_equal(device->start(device, &handlers), RESULT_NOT_FOUND);
        device->free(device);
    }
    other->free(other);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_default_devices_play_and_capture),
        TEST(named_devices_play_and_capture),
        TEST(the_loss_of_the_server_is_told_once),
        TEST(without_a_server_there_is_no_device),
        TEST(a_device_that_does_not_exist_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
