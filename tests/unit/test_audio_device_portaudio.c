#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_portaudio.h"
#include "tests/support/scratch_folder.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/*
 * The hardware is what a file of ALSA's says: none, or a device that takes
 * everything and gives silence.
 */
enum { PATIENCE_S = 60, BLOCKS = 20 };

static const char no_device[] = "pcm.!default { type hw card 77 }\n"
                                "ctl.!default { type hw card 77 }\n";
static const char null_device[] =
    "pcm.!default { type null hint { show on description \"nothing\" } }\n"
    "ctl.!default { type null }\n";

static struct scratch_folder folder;
static sem_t captured;
static sem_t played;
static unsigned missing;

static void on_captured(const int16_t *samples, void *user)
{
    (void)samples;
    (void)user;
    sem_post(&captured);
}

static void on_play(int16_t *samples, void *user)
{
    (void)user;
    samples[0] = 1;
    sem_post(&played);
}

static void on_changed(const struct audio_change *change, void *user)
{
    (void)user;
    missing += change->kind == AUDIO_MISSING;
}

static const struct audio_device_handlers handlers = { .captured = on_captured,
                                                       .play = on_play,
                                                       .changed = on_changed };

static void use_hardware(const char *config)
{
    struct scratch_path path = scratch_folder_file(&folder, "asound.conf");
    FILE *file = fopen(path.text, "w");

    assert_non_null(file);
    assert_true(fputs(config, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(setenv("ALSA_CONFIG_PATH", path.text, 1), 0);
}

static int set_up(void **state)
{
    (void)state;
    scratch_folder_make(&folder);
    assert_int_equal(setenv("HOME", folder.path, 1), 0);
    assert_int_equal(setenv("JACK_NO_START_SERVER", "1", 1), 0);
    missing = 0;
    assert_int_equal(sem_init(&captured, 0, 0), 0);
    return sem_init(&played, 0, 0);
}

static int tear_down(void **state)
{
    (void)state;
    sem_destroy(&captured);
    sem_destroy(&played);
    scratch_folder_remove(&folder);
    return 0;
}

static struct audio_device *new_device(const char *capture,
                                       const char *playback)
{
    struct audio_device *device = NULL;
    enum result result = audio_device_portaudio_new(&device, capture, playback);

    if (result == RESULT_UNSUPPORTED)
        skip(); /* built without it */
    assert_int_equal(result, RESULT_OK);
    return device;
}

static void wait_for_blocks(sem_t *blocks)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_S;
    for (int i = 0; i < BLOCKS; i++)
        assert_int_equal(sem_clockwait(blocks, CLOCK_MONOTONIC, &deadline), 0);
}

static void without_hardware_there_is_no_device(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    use_hardware(no_device);
    assert_int_equal(device->start(device, &handlers), RESULT_NOT_FOUND);
    assert_int_equal(missing, 1);
    device->stop(device);
    device->free(device);
}

static void a_device_that_does_not_exist_is_not_found(void **state)
{
    struct audio_device *device = new_device(NULL, "không-có");

    (void)state;
    use_hardware(null_device);
    assert_int_equal(device->start(device, &handlers), RESULT_NOT_FOUND);
    device->free(device);
}

static void sound_flows_both_ways(void **state)
{
    struct audio_device *device = new_device(NULL, NULL);

    (void)state;
    use_hardware(null_device);
    assert_int_equal(device->start(device, &handlers), RESULT_OK);
    wait_for_blocks(&captured);
    wait_for_blocks(&played);
    assert_int_equal(missing, 0);
    device->stop(device);
    device->free(device);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(without_hardware_there_is_no_device),
        TEST(a_device_that_does_not_exist_is_not_found),
        TEST(sound_flows_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
