#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_pulse.h"
#include "client/audio/audio_ring.h"
#include "tests/support/sound_signal.h"

#include <fcntl.h>
#include <ftw.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * A PulseAudio server of the test's own, in a folder of its own, with a sink
 * without hardware: what is played into it comes out of its monitor.
 */
enum {
    SPEECH_COUNT = 2 * AUDIO_RATE, /* spoken over and over again */
    WINDOW_COUNT = AUDIO_RATE,     /* heard at once */
    PATIENCE_MS = 60000,
};

static char folder[64]; /* the server makes folders of its own in it */
static pid_t server;
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

/* --- the server ---------------------------------------------------------- */

static void write_script(const char *path, const char *socket)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fprintf(file,
                        "load-module module-native-protocol-unix "
                        "auth-anonymous=1 socket=%s\n"
                        "load-module module-null-sink sink_name=loa "
                        "rate=48000 channels=1\n"
                        "set-default-sink loa\n"
                        "set-default-source loa.monitor\n",
                        socket) > 0);
    assert_int_equal(fclose(file), 0);
}

/* In the child: nothing but the system's calls, then the server. */
static void become_server(const char *script)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (nowhere >= 0 && dup2(nowhere, 0) == 0 && dup2(nowhere, 1) == 1 &&
        dup2(nowhere, 2) == 2)
        execlp("pulseaudio", "pulseaudio", "-n", "-F", script,
               "--exit-idle-time=-1", "--realtime=no", "--use-pid-file=no",
               "--daemonize=no", (char *)NULL);
    _exit(127);
}

static void name_file(char *out, size_t size, const char *prefix,
                      const char *name)
{
    int length = snprintf(out, size, "%s%s/%s", prefix, folder, name);

    assert_in_range(length, 1, size - 1);
}

static int set_up(void **state)
{
    char script[128];
    char socket[128];
    char address[128];

    (void)state;
    snprintf(folder, sizeof folder, "/tmp/chibo-pulse-XXXXXX");
    assert_non_null(mkdtemp(folder));
    name_file(script, sizeof script, "", "server.pa");
    name_file(socket, sizeof socket, "", "native");
    name_file(address, sizeof address, "unix:", "native");
    write_script(script, socket);
    assert_int_equal(setenv("PULSE_SERVER", address, 1), 0);
    assert_int_equal(setenv("XDG_RUNTIME_DIR", folder, 1), 0);
    assert_int_equal(setenv("HOME", folder, 1), 0);
    server = fork();
    assert_true(server >= 0);
    if (server == 0)
        become_server(script);
    ears = (struct ears){ 0 };
    assert_int_equal(sem_init(&ears.captured, 0, 0), 0);
    assert_int_equal(sem_init(&ears.ended, 0, 0), 0);
    return audio_ring_new(&ears.ring, 100, AUDIO_BLOCK_COUNT * 2) == RESULT_OK
               ? 0
               : -1;
}

static void end_server(void)
{
    if (server <= 0)
        return;
    assert_int_equal(kill(server, SIGKILL), 0);
    assert_int_equal(waitpid(server, NULL, 0), server);
    server = 0;
}

static int remove_entry(const char *path, const struct stat *info, int kind,
                        struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    end_server();
    ears.ring = audio_ring_free(ears.ring);
    sem_destroy(&ears.captured);
    sem_destroy(&ears.ended);
    assert_int_equal(nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
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

/* Starts a device once the server is there. */
static struct audio_device *start_device(const char *capture_name,
                                         const char *playback_name)
{
    const struct timespec moment = { .tv_nsec = 20 * 1000 * 1000 };
    int64_t deadline_ms = clock_ms() + PATIENCE_MS;
    struct audio_device *device;
    enum result result;

    assert_int_equal(
        audio_device_pulse_new(&device, capture_name, playback_name),
        RESULT_OK);
    while ((result = device->start(device, &handlers)) == RESULT_CLOSED &&
           clock_ms() < deadline_ms)
        nanosleep(&moment, NULL);
    if (result != RESULT_OK) {
        device->free(device);
        fail_msg("the device does not start: %s", result_text(result));
    }
    return device;
}

/* The next second of what is captured. */
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
    struct sound_match match;

    sound_signal_speech(speech, SPEECH_COUNT, 51);
    memcpy(&speech[SPEECH_COUNT], speech, SPEECH_COUNT * sizeof speech[0]);
    device = start_device(capture_name, playback_name);
    do {
        capture_window();
        match = sound_signal_match(window, WINDOW_COUNT, speech,
                                   2 * SPEECH_COUNT, SPEECH_COUNT);
    } while (match.correlation <= 0.95 && clock_ms() < deadline_ms);
    device->free(device);
    assert_true(match.correlation > 0.95);
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
    end_server();
    assert_true(wait_for(&ears.ended));
    assert_int_equal(atomic_load(&ears.reason), RESULT_CLOSED);
    device->free(device);
    assert_int_not_equal(sem_trywait(&ears.ended), 0);
}

static void without_a_server_there_is_no_device(void **state)
{
    struct audio_device *device;

    (void)state;
    end_server();
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
