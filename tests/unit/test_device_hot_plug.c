#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_pulse.h"
#include "client/audio/voice.h"
#include "tests/support/pulse_daemon.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/*
 * Devices that are pulled out and put in while sound flows: two loudspeakers
 * and two microphones made of nothing, the ones called "..-chon" being chosen.
 * A microphone is more than the monitor of a sink: that is what a server offers
 * where there is none. Without "norewinds" such a sink sleeps for two seconds
 * when it begins.
 */
enum {
    PATIENCE_S = 60,
    GAP_MAX_MS = 1000,
    WITNESS_MS = 10, /* how often the witness looks */
    TURNS = 4,       /* threads that wait for each other until sound flows */
    CHANGE_MAX = 16,
};

#define SPEAKER(name)                                                          \
    "load-module module-null-sink norewinds=1 rate=48000 channels=1 "          \
    "sink_name=" name
#define MICROPHONE(name)                                                       \
    "load-module module-remap-source source_name=" name " master=day.monitor"
#define DEVICES                                                                \
    SPEAKER("loa-thuong")                                                      \
    "\n" SPEAKER("loa-chon") "\n" SPEAKER("day") "\n" MICROPHONE(              \
        "mic-thuong") "\n" MICROPHONE("mic-chon") "\n"                         \
                                                  "set-default-sink "          \
                                                  "loa-thuong\n"               \
                                                  "set-default-source "        \
                                                  "mic-thuong\n"

/* What the device did, from its thread; the mutex guards it all. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t happened;
    struct audio_change changes[CHANGE_MAX];
    size_t change_count;
    unsigned ends;
    int64_t last_ms[2]; /* by direction; 0: none since it began */
    int64_t gap_ms[2];  /* the longest */
    unsigned blocks[2];
    int64_t late_ms; /* the longest that the witness had to wait */
    bool is_over;    /* for the witness */
    pthread_t witness;
} seen;

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void note_block(enum audio_direction direction)
{
    const int64_t now_ms = clock_ms();
    int64_t gap_ms;

    pthread_mutex_lock(&seen.mutex);
    gap_ms = now_ms - seen.last_ms[direction];
    if (seen.last_ms[direction] != 0 && gap_ms > seen.gap_ms[direction])
        seen.gap_ms[direction] = gap_ms;
    seen.last_ms[direction] = now_ms;
    seen.blocks[direction]++;
    pthread_cond_broadcast(&seen.happened);
    pthread_mutex_unlock(&seen.mutex);
}

/* Sees for how long the machine keeps a thread waiting that has to run. */
static void *watch_machine(void *user)
{
    const struct timespec moment = { .tv_nsec = WITNESS_MS * 1000000L };
    bool is_over = false;

    (void)user;
    while (!is_over) {
        const int64_t begin_ms = clock_ms();
        int64_t late_ms;

        nanosleep(&moment, NULL);
        late_ms = clock_ms() - begin_ms - WITNESS_MS;
        pthread_mutex_lock(&seen.mutex);
        if (late_ms > seen.late_ms)
            seen.late_ms = late_ms;
        is_over = seen.is_over;
        pthread_mutex_unlock(&seen.mutex);
    }
    return NULL;
}

static void on_captured(const int16_t *samples, void *user)
{
    (void)samples;
    (void)user;
    note_block(AUDIO_CAPTURE);
}

static void on_play(int16_t *samples, void *user)
{
    (void)user;
    memset(samples, 0, AUDIO_BLOCK_COUNT * sizeof *samples);
    note_block(AUDIO_PLAYBACK);
}

static void on_ended(enum result reason, void *user)
{
    (void)reason;
    (void)user;
    pthread_mutex_lock(&seen.mutex);
    seen.ends++;
    pthread_mutex_unlock(&seen.mutex);
}

static void on_changed(const struct audio_change *change, void *user)
{
    (void)user;
    pthread_mutex_lock(&seen.mutex);
    if (seen.change_count < CHANGE_MAX)
        seen.changes[seen.change_count++] = *change;
    pthread_cond_broadcast(&seen.happened);
    pthread_mutex_unlock(&seen.mutex);
}

static const struct audio_device_handlers handlers = { .captured = on_captured,
                                                       .play = on_play,
                                                       .ended = on_ended,
                                                       .changed = on_changed };

/* Under the mutex. False when patience is at its end. */
static bool wait_more(void)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE_S;
    return pthread_cond_timedwait(&seen.happened, &seen.mutex, &deadline) == 0;
}

/* The next change is this one. */
static void expect_change(enum audio_direction direction,
                          enum audio_change_kind kind)
{
    struct audio_change change;
    bool is_patient = true;

    pthread_mutex_lock(&seen.mutex);
    while (seen.change_count == 0 && is_patient)
        is_patient = wait_more();
    change = seen.changes[0];
    if (seen.change_count > 0)
        memmove(&seen.changes[0], &seen.changes[1],
                --seen.change_count * sizeof seen.changes[0]);
    pthread_mutex_unlock(&seen.mutex);
    assert_true(is_patient);
    assert_int_equal(change.direction, direction);
    assert_int_equal(change.kind, kind);
    assert_int_equal(change.name[0] == '\0', kind == AUDIO_MISSING);
}

/* In either order. */
static void expect_changes_of_both(enum audio_change_kind kind)
{
    struct audio_change changes[2];
    size_t change_count;
    bool is_patient = true;

    pthread_mutex_lock(&seen.mutex);
    while (seen.change_count < 2 && is_patient)
        is_patient = wait_more();
    change_count = seen.change_count;
    memcpy(changes, seen.changes, sizeof changes);
    seen.change_count = 0;
    pthread_mutex_unlock(&seen.mutex);
    assert_true(is_patient);
    assert_int_equal(change_count, 2);
    assert_int_equal(changes[0].kind, kind);
    assert_int_equal(changes[1].kind, kind);
    assert_int_not_equal(changes[0].direction, changes[1].direction);
}

static unsigned blocks_of(enum audio_direction direction)
{
    unsigned blocks;

    pthread_mutex_lock(&seen.mutex);
    blocks = seen.blocks[direction];
    pthread_mutex_unlock(&seen.mutex);
    return blocks;
}

/* Sound flows in this direction: half a second of it. */
static void expect_flow(enum audio_direction direction)
{
    unsigned blocks;
    bool is_patient = true;

    pthread_mutex_lock(&seen.mutex);
    blocks = seen.blocks[direction] + 25;
    while (seen.blocks[direction] < blocks && is_patient)
        is_patient = wait_more();
    pthread_mutex_unlock(&seen.mutex);
    assert_true(is_patient);
}

/* Not under the mutex, which whoever ends a failed test needs. */
static void expect_short_gaps(void)
{
    int64_t most_ms, captured_ms, played_ms;
    size_t change_count;
    unsigned ends;

    pthread_mutex_lock(&seen.mutex);
    most_ms = GAP_MAX_MS + TURNS * seen.late_ms;
    captured_ms = seen.gap_ms[AUDIO_CAPTURE];
    played_ms = seen.gap_ms[AUDIO_PLAYBACK];
    change_count = seen.change_count;
    ends = seen.ends;
    pthread_mutex_unlock(&seen.mutex);
    print_message("longest gaps: %lld ms captured, %lld ms played; at most "
                  "%lld\n",
                  (long long)captured_ms, (long long)played_ms,
                  (long long)most_ms);
    assert_true(captured_ms < most_ms);
    assert_true(played_ms < most_ms);
    assert_int_equal(change_count, 0);
    assert_int_equal(ends, 0);
}

static struct audio_device *start_device(const char *capture,
                                         const char *playback)
{
    struct audio_device *device;

    assert_int_equal(audio_device_pulse_new(&device, capture, playback),
                     RESULT_OK);
    pulse_daemon_start_device(device, &handlers);
    return device;
}

/* A sink without hardware needs seconds until it runs in time. */
static void forget_gaps(void)
{
    pthread_mutex_lock(&seen.mutex);
    memset(seen.last_ms, 0, sizeof seen.last_ms);
    memset(seen.gap_ms, 0, sizeof seen.gap_ms);
    seen.late_ms = 0;
    pthread_mutex_unlock(&seen.mutex);
}

static void set_up_server(bool rescues)
{
    memset(&seen, 0, sizeof seen);
    pthread_mutex_init(&seen.mutex, NULL);
    pthread_cond_init(&seen.happened, NULL);
    pulse_daemon_set_up(rescues);
    pulse_daemon_start(DEVICES);
    assert_int_equal(pthread_create(&seen.witness, NULL, watch_machine, NULL),
                     0);
}

static int set_up_rescuing(void **state)
{
    (void)state;
    set_up_server(true);
    return 0;
}

static int set_up_ending(void **state)
{
    (void)state;
    set_up_server(false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pulse_daemon_tear_down();
    pthread_mutex_lock(&seen.mutex);
    seen.is_over = true;
    pthread_mutex_unlock(&seen.mutex);
    assert_int_equal(pthread_join(seen.witness, NULL), 0);
    pthread_cond_destroy(&seen.happened);
    pthread_mutex_destroy(&seen.mutex);
    return 0;
}

/* --- tests --------------------------------------------------------------- */

/* pactl unloads a module by its number: those of DEVICES are 1 to 5. */
static void chosen_devices_vanish_and_come_back(void **state)
{
    struct audio_device *device = start_device("mic-chon", "loa-chon");

    (void)state;
    expect_flow(AUDIO_CAPTURE);
    expect_flow(AUDIO_PLAYBACK);
    forget_gaps();
    pulse_daemon_do("unload-module 2");
    expect_change(AUDIO_PLAYBACK, AUDIO_STRAYED);
    expect_flow(AUDIO_PLAYBACK);
    pulse_daemon_do("unload-module 5");
    expect_change(AUDIO_CAPTURE, AUDIO_STRAYED);
    expect_flow(AUDIO_CAPTURE);
    pulse_daemon_do(SPEAKER("loa-chon"));
    expect_change(AUDIO_PLAYBACK, AUDIO_RETURNED);
    expect_flow(AUDIO_PLAYBACK);
    pulse_daemon_do(MICROPHONE("mic-chon"));
    expect_change(AUDIO_CAPTURE, AUDIO_RETURNED);
    expect_flow(AUDIO_CAPTURE);
    expect_short_gaps();
    device->free(device);
}

static void the_default_vanishes(const char *unload,
                                 enum audio_direction direction)
{
    struct audio_device *device = start_device(NULL, NULL);

    expect_flow(AUDIO_CAPTURE);
    expect_flow(AUDIO_PLAYBACK);
    forget_gaps();
    pulse_daemon_do(unload);
    expect_change(direction, AUDIO_MOVED);
    expect_flow(direction);
    expect_short_gaps();
    device->free(device);
}

static void when_the_default_loudspeaker_vanishes_another_is_used(void **state)
{
    (void)state;
    the_default_vanishes("unload-module 1", AUDIO_PLAYBACK);
}

static void when_the_default_microphone_vanishes_another_is_used(void **state)
{
    (void)state;
    the_default_vanishes("unload-module 4", AUDIO_CAPTURE);
}

static void a_chosen_device_that_is_not_there_is_awaited(void **state)
{
    struct audio_device *device = start_device("mic-moi", "loa-moi");

    (void)state;
    expect_change(AUDIO_CAPTURE, AUDIO_STRAYED);
    expect_change(AUDIO_PLAYBACK, AUDIO_STRAYED);
    pulse_daemon_do(SPEAKER("loa-moi"));
    expect_change(AUDIO_PLAYBACK, AUDIO_RETURNED);
    pulse_daemon_do(MICROPHONE("mic-moi"));
    expect_change(AUDIO_CAPTURE, AUDIO_RETURNED);
    expect_flow(AUDIO_PLAYBACK);
    expect_flow(AUDIO_CAPTURE);
    device->free(device);
}

/*
 * All microphones go: what the loudspeaker plays is not sent in their place,
 * unless somebody chose just that.
 */
static void a_loudspeaker_is_no_microphone(void **state)
{
    struct audio_device *device = start_device(NULL, NULL);
    unsigned blocks;

    (void)state;
    expect_flow(AUDIO_CAPTURE);
    pulse_daemon_do("unload-module 5");
    pulse_daemon_do("unload-module 4");
    expect_change(AUDIO_CAPTURE, AUDIO_MISSING);
    blocks = blocks_of(AUDIO_CAPTURE);
    expect_flow(AUDIO_PLAYBACK);
    assert_int_equal(blocks_of(AUDIO_CAPTURE), blocks);
    pulse_daemon_do(MICROPHONE("mic-moi"));
    expect_change(AUDIO_CAPTURE, AUDIO_MOVED);
    expect_flow(AUDIO_CAPTURE);
    device->free(device);
}

/* By a key of the keyboard, as like as not; each is told once. */
static void what_is_muted_in_the_settings_of_sound_is_told(void **state)
{
    struct audio_device *device;

    (void)state;
    pulse_daemon_do("set-sink-mute loa-thuong 1");
    device = start_device(NULL, NULL);
    expect_change(AUDIO_PLAYBACK, AUDIO_MUTED);
    pulse_daemon_do("set-source-volume mic-thuong 0");
    expect_change(AUDIO_CAPTURE, AUDIO_MUTED);
    pulse_daemon_do("set-sink-volume loa-thuong 20000");
    pulse_daemon_do("set-sink-mute loa-chon 1"); /* nobody uses that */
    pulse_daemon_do("set-source-volume mic-thuong 30000");
    expect_change(AUDIO_CAPTURE, AUDIO_UNMUTED);
    /* Who is moved to one that is not muted need not be told of that. */
    pulse_daemon_do("set-sink-mute loa-chon 0");
    pulse_daemon_do("unload-module 1");
    expect_change(AUDIO_PLAYBACK, AUDIO_MOVED);
    expect_flow(AUDIO_PLAYBACK);
    pulse_daemon_do("set-sink-mute loa-chon 1");
    expect_change(AUDIO_PLAYBACK, AUDIO_MUTED);
    pulse_daemon_do("set-sink-mute loa-chon 0");
    expect_change(AUDIO_PLAYBACK, AUDIO_UNMUTED);
    device->free(device);
}

static void what_a_loudspeaker_plays_may_be_chosen(void **state)
{
    struct audio_device *device = start_device("loa-chon.monitor", NULL);
    size_t change_count;

    (void)state;
    expect_flow(AUDIO_CAPTURE);
    pthread_mutex_lock(&seen.mutex);
    change_count = seen.change_count;
    pthread_mutex_unlock(&seen.mutex);
    assert_int_equal(change_count, 0);
    device->free(device);
}

/* Some servers offer a sink that leads nowhere in place of a loudspeaker. */
static void a_sink_that_leads_nowhere_is_no_loudspeaker(void **state)
{
    struct audio_device *device;

    (void)state;
    pulse_daemon_do("unload-module 1");
    pulse_daemon_do("unload-module 2");
    pulse_daemon_do("unload-module 3");
    pulse_daemon_do("load-module module-always-sink");
    device = start_device(NULL, NULL);
    expect_changes_of_both(AUDIO_MISSING);
    expect_flow(AUDIO_PLAYBACK);
    pulse_daemon_do(SPEAKER("loa-moi"));
    expect_change(AUDIO_PLAYBACK, AUDIO_MOVED);
    expect_flow(AUDIO_PLAYBACK);
    device->free(device);
}

/* --- the whole server ---------------------------------------------------- */

struct owner {
    struct voice *voice;
    int fd;
    unsigned losses;
    unsigned returns;
    unsigned changes;
};

static void on_send(const struct voice_packet *packet, void *user)
{
    (void)packet;
    (void)user;
}

static void on_wakeup(void *user)
{
    const struct owner *owner = user;

    assert_int_equal(eventfd_write(owner->fd, 1), 0);
}

static void on_lost(enum result reason, void *user)
{
    struct owner *owner = user;

    assert_true(reason == RESULT_CLOSED || reason == RESULT_NOT_FOUND);
    owner->losses++;
}

static void on_device_changed(const struct audio_change *change, void *user)
{
    struct owner *owner = user;

    (void)change;
    owner->changes++;
}

static void on_back(void *user)
{
    struct owner *owner = user;

    owner->returns++;
}

static void process_once(struct owner *owner)
{
    struct pollfd fd = { .fd = owner->fd, .events = POLLIN };
    int64_t wait_ms = voice_wait_ms(owner->voice);
    eventfd_t wakeups;

    if (poll(&fd, 1, wait_ms < 0 ? PATIENCE_S * 1000 : (int)wait_ms) > 0)
        assert_int_equal(eventfd_read(owner->fd, &wakeups), 0);
    voice_process(owner->voice);
}

static void process_until(struct owner *owner, const unsigned *count)
{
    const int64_t deadline_ms = clock_ms() + PATIENCE_S * 1000;

    while (*count == 0) {
        assert_true(clock_ms() < deadline_ms);
        process_once(owner);
    }
}

/* A server that is slow to answer is awaited as one that is not there. */
static void process_until_there(struct owner *owner)
{
    const int64_t deadline_ms = clock_ms() + PATIENCE_S * 1000;

    while (voice_wait_ms(owner->voice) >= 0) {
        assert_true(clock_ms() < deadline_ms);
        process_once(owner);
    }
    owner->losses = owner->returns = 0;
}

static void open_voice(struct owner *owner)
{
    const struct voice_config config = { .device = VOICE_DEVICE_PULSE,
                                         .mode = VOICE_PUSH_TO_TALK,
                                         .is_device_awaited = true };
    const struct voice_handlers voice_handlers = { .send = on_send,
                                                   .wakeup = on_wakeup,
                                                   .device_lost = on_lost,
                                                   .device_back = on_back,
                                                   .device_changed =
                                                       on_device_changed,
                                                   .user = owner };

    *owner = (struct owner){ .fd = eventfd(0, EFD_CLOEXEC) };
    assert_true(owner->fd >= 0);
    assert_int_equal(voice_open(&owner->voice, &config, &voice_handlers),
                     RESULT_OK);
}

static void close_voice(struct owner *owner)
{
    owner->voice = voice_close(owner->voice);
    close(owner->fd);
}

static void a_server_that_ends_is_awaited(void **state)
{
    struct owner owner;

    (void)state;
    open_voice(&owner);
    process_until_there(&owner);
    pulse_daemon_end();
    process_until(&owner, &owner.losses);
    assert_in_range(voice_wait_ms(owner.voice), 0, 250);
    pulse_daemon_start(DEVICES);
    process_until(&owner, &owner.returns);
    assert_int_equal(owner.losses, 1);
    assert_int_equal(owner.returns, 1);
    assert_int_equal(voice_wait_ms(owner.voice), -1);
    close_voice(&owner);
}

/* The microphone alone is missing, then the loudspeaker, too: told as one, and
 * not again with every try. */
static void a_server_without_devices_is_told_once(void **state)
{
    struct owner owner;
    const int64_t begin_ms = clock_ms();

    (void)state;
    pulse_daemon_end();
    pulse_daemon_start("");
    open_voice(&owner);
    process_until(&owner, &owner.losses);
    while (voice_wait_ms(owner.voice) < 1000) { /* three tries later */
        assert_true(clock_ms() < begin_ms + PATIENCE_S * 1000);
        process_once(&owner);
    }
    assert_int_equal(owner.losses, 1);
    assert_int_equal(owner.changes, 0);
    close_voice(&owner);
}

static void a_server_that_comes_later_is_awaited(void **state)
{
    struct owner owner;

    (void)state;
    pulse_daemon_end();
    open_voice(&owner);
    process_until(&owner, &owner.losses);
    pulse_daemon_start(DEVICES);
    process_until(&owner, &owner.returns);
    assert_int_equal(owner.losses, 1);
    close_voice(&owner);
}

int main(void)
{
#define RESCUING(f)                                                            \
    cmocka_unit_test_setup_teardown(f, set_up_rescuing, tear_down)
#define ENDING(f) cmocka_unit_test_setup_teardown(f, set_up_ending, tear_down)
    const struct CMUnitTest tests[] = {
        RESCUING(chosen_devices_vanish_and_come_back),
        ENDING(chosen_devices_vanish_and_come_back),
        RESCUING(when_the_default_loudspeaker_vanishes_another_is_used),
        ENDING(when_the_default_loudspeaker_vanishes_another_is_used),
        RESCUING(when_the_default_microphone_vanishes_another_is_used),
        ENDING(when_the_default_microphone_vanishes_another_is_used),
        RESCUING(a_chosen_device_that_is_not_there_is_awaited),
        RESCUING(a_loudspeaker_is_no_microphone),
        ENDING(a_loudspeaker_is_no_microphone),
        RESCUING(what_is_muted_in_the_settings_of_sound_is_told),
        RESCUING(what_a_loudspeaker_plays_may_be_chosen),
        RESCUING(a_sink_that_leads_nowhere_is_no_loudspeaker),
        RESCUING(a_server_that_ends_is_awaited),
        RESCUING(a_server_without_devices_is_told_once),
        RESCUING(a_server_that_comes_later_is_awaited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
