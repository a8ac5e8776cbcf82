#include "client/audio/audio_device_pulse.h"

#include <pulse/pulseaudio.h>

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_SIZE = AUDIO_BLOCK_COUNT * sizeof(int16_t),
    START_TIMEOUT_MS = 3000,
};

static const uint32_t SERVER_CHOOSES = (uint32_t)-1;

/*
 * All fields belong to the main loop's lock once it runs; the handlers run
 * with that lock held, on the library's thread.
 */
struct audio_device_pulse {
    struct audio_device base; /* first: the port's pointer is ours */
    char *capture_name;
    char *playback_name;
    struct audio_device_handlers handlers;

    pa_threaded_mainloop *loop;
    pa_context *context;
    pa_stream *capture;
    pa_stream *playback;
    bool is_timed_out; /* while starting */
    bool is_running;   /* started: from now on a loss is told */
    bool is_lost;      /* was told: nothing else is */

    int16_t captured[AUDIO_BLOCK_COUNT];
    size_t captured_size; /* bytes of it that came */
    int16_t played[AUDIO_BLOCK_COUNT];
    size_t played_size; /* bytes of it that were written */
};

/* --- on the library's thread --------------------------------------------- */

/* Told once: what is not running any more cannot be lost again. */
static void lose(struct audio_device_pulse *pulse, enum result reason)
{
    if (!pulse->is_running)
        return;
    pulse->is_running = false;
    pulse->is_lost = true;
    if (pulse->handlers.ended)
        pulse->handlers.ended(reason, pulse->handlers.user);
}

static void on_context_state(pa_context *context, void *user)
{
    struct audio_device_pulse *pulse = user;

    pa_threaded_mainloop_signal(pulse->loop, 0);
    if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(context)))
        lose(pulse, RESULT_CLOSED);
}

static void on_stream_state(pa_stream *stream, void *user)
{
    struct audio_device_pulse *pulse = user;

    pa_threaded_mainloop_signal(pulse->loop, 0);
    if (PA_STREAM_IS_GOOD(pa_stream_get_state(stream)))
        return;
    /* Streams fall together with their server: that is the better reason. */
    lose(pulse, PA_CONTEXT_IS_GOOD(pa_context_get_state(pulse->context))
                    ? RESULT_IO
                    : RESULT_CLOSED);
}

static void on_start_timeout(pa_mainloop_api *api, pa_time_event *event,
                             const struct timeval *time, void *user)
{
    struct audio_device_pulse *pulse = user;

    (void)api;
    (void)event;
    (void)time;
    pulse->is_timed_out = true;
    pa_threaded_mainloop_signal(pulse->loop, 0);
}

/* Appends captured bytes; `data` is NULL where the server lost some. */
static void take_captured(struct audio_device_pulse *pulse, const void *data,
                          size_t size)
{
    const uint8_t *bytes = data;
    uint8_t *block = (uint8_t *)pulse->captured;

    for (size_t at = 0; at < size;) {
        size_t room = BLOCK_SIZE - pulse->captured_size;
        size_t part = size - at < room ? size - at : room;

        if (bytes)
            memcpy(&block[pulse->captured_size], &bytes[at], part);
        else
            memset(&block[pulse->captured_size], 0, part);
        at += part;
        pulse->captured_size += part;
        if (pulse->captured_size == BLOCK_SIZE) {
            pulse->handlers.captured(pulse->captured, pulse->handlers.user);
            pulse->captured_size = 0;
        }
    }
}

static void on_readable(pa_stream *stream, size_t size, void *user)
{
    struct audio_device_pulse *pulse = user;
    const void *data;

    while (!pulse->is_lost && pa_stream_readable_size(stream) > 0) {
        if (pa_stream_peek(stream, &data, &size) < 0 || size == 0)
            return;
        take_captured(pulse, data, size);
        if (pa_stream_drop(stream) < 0)
            return;
    }
}

static void on_writable(pa_stream *stream, size_t size, void *user)
{
    struct audio_device_pulse *pulse = user;
    const uint8_t *block = (const uint8_t *)pulse->played;

    while (!pulse->is_lost && size > 0) {
        size_t left = BLOCK_SIZE - pulse->played_size;
        size_t part = size < left ? size : left;

        if (pulse->played_size == 0)
            pulse->handlers.play(pulse->played, pulse->handlers.user);
        if (pa_stream_write(stream, &block[pulse->played_size], part, NULL, 0,
                            PA_SEEK_RELATIVE) < 0)
            return;
        pulse->played_size = (pulse->played_size + part) % BLOCK_SIZE;
        size -= part;
    }
}

/* --- starting ------------------------------------------------------------ */

static bool connect_context(struct audio_device_pulse *pulse)
{
    pa_mainloop_api *api = pa_threaded_mainloop_get_api(pulse->loop);

    pulse->context = pa_context_new(api, "chibo");
    if (!pulse->context)
        return false;
    pa_context_set_state_callback(pulse->context, on_context_state, pulse);
    return pa_context_connect(pulse->context, NULL, PA_CONTEXT_NOAUTOSPAWN,
                              NULL) >= 0;
}

static pa_stream *new_stream(struct audio_device_pulse *pulse, const char *name)
{
    const pa_sample_spec sound = { .format = PA_SAMPLE_S16NE,
                                   .rate = AUDIO_RATE,
                                   .channels = 1 };
    pa_stream *stream = pa_stream_new(pulse->context, name, &sound, NULL);

    if (stream)
        pa_stream_set_state_callback(stream, on_stream_state, pulse);
    return stream;
}

static bool connect_capture(struct audio_device_pulse *pulse)
{
    const pa_buffer_attr buffer = { .maxlength = SERVER_CHOOSES,
                                    .tlength = SERVER_CHOOSES,
                                    .prebuf = SERVER_CHOOSES,
                                    .minreq = SERVER_CHOOSES,
                                    .fragsize = BLOCK_SIZE };

    pulse->capture = new_stream(pulse, "microphone");
    if (!pulse->capture)
        return false;
    pa_stream_set_read_callback(pulse->capture, on_readable, pulse);
    return pa_stream_connect_record(pulse->capture, pulse->capture_name,
                                    &buffer, PA_STREAM_ADJUST_LATENCY) >= 0;
}

static bool connect_playback(struct audio_device_pulse *pulse)
{
    const pa_buffer_attr buffer = { .maxlength = SERVER_CHOOSES,
                                    .tlength = 2 * BLOCK_SIZE,
                                    .prebuf = BLOCK_SIZE,
                                    .minreq = BLOCK_SIZE / 2,
                                    .fragsize = SERVER_CHOOSES };

    pulse->playback = new_stream(pulse, "loudspeaker");
    if (!pulse->playback)
        return false;
    pa_stream_set_write_callback(pulse->playback, on_writable, pulse);
    return pa_stream_connect_playback(
               pulse->playback, pulse->playback_name, &buffer,
               PA_STREAM_ADJUST_LATENCY | PA_STREAM_AUTO_TIMING_UPDATE, NULL,
               NULL) >= 0;
}

static bool is_context_ready(struct audio_device_pulse *pulse)
{
    return pa_context_get_state(pulse->context) == PA_CONTEXT_READY;
}

static bool are_streams_ready(struct audio_device_pulse *pulse)
{
    return (!pulse->capture ||
            pa_stream_get_state(pulse->capture) == PA_STREAM_READY) &&
           (!pulse->playback ||
            pa_stream_get_state(pulse->playback) == PA_STREAM_READY);
}

static bool has_failed(struct audio_device_pulse *pulse)
{
    return !PA_CONTEXT_IS_GOOD(pa_context_get_state(pulse->context)) ||
           (pulse->capture &&
            !PA_STREAM_IS_GOOD(pa_stream_get_state(pulse->capture))) ||
           (pulse->playback &&
            !PA_STREAM_IS_GOOD(pa_stream_get_state(pulse->playback)));
}

/* Waits, the lock held, until `is_ready`, a failure or the time-out. */
static bool wait_for(struct audio_device_pulse *pulse,
                     bool (*is_ready)(struct audio_device_pulse *))
{
    while (!is_ready(pulse) && !has_failed(pulse) && !pulse->is_timed_out)
        pa_threaded_mainloop_wait(pulse->loop);
    return is_ready(pulse);
}

static enum result failure_of(struct audio_device_pulse *pulse)
{
    int err =
        pulse->context ? pa_context_errno(pulse->context) : PA_ERR_UNKNOWN;

    /* Invalid: no device can have such a name. */
    if (err == PA_ERR_NOENTITY || err == PA_ERR_INVALID)
        return RESULT_NOT_FOUND;
    if (err == PA_ERR_CONNECTIONREFUSED || err == PA_ERR_CONNECTIONTERMINATED)
        return RESULT_CLOSED;
    return RESULT_IO;
}

/* The lock is held. */
static enum result connect_all(struct audio_device_pulse *pulse)
{
    pa_time_event *timeout;
    bool is_ready;

    if (!connect_context(pulse))
        return failure_of(pulse);
    timeout = pa_context_rttime_new(
        pulse->context, pa_rtclock_now() + START_TIMEOUT_MS * PA_USEC_PER_MSEC,
        on_start_timeout, pulse);
    is_ready = wait_for(pulse, is_context_ready) &&
               (!pulse->handlers.captured || connect_capture(pulse)) &&
               (!pulse->handlers.play || connect_playback(pulse)) &&
               wait_for(pulse, are_streams_ready);
    if (timeout)
        pa_threaded_mainloop_get_api(pulse->loop)->time_free(timeout);
    if (!is_ready)
        return failure_of(pulse);
    pulse->is_running = true;
    return RESULT_OK;
}

static void drop_stream(pa_stream *stream)
{
    if (!stream)
        return;
    pa_stream_set_state_callback(stream, NULL, NULL);
    pa_stream_set_read_callback(stream, NULL, NULL);
    pa_stream_set_write_callback(stream, NULL, NULL);
    /* Fails if it never was connected: then nothing is to be undone. */
    (void)pa_stream_disconnect(stream);
    pa_stream_unref(stream);
}

/* The lock is held, or the loop's thread has not begun. */
static void disconnect_all(struct audio_device_pulse *pulse)
{
    pulse->is_running = false;
    drop_stream(pulse->capture);
    drop_stream(pulse->playback);
    pulse->capture = NULL;
    pulse->playback = NULL;
    if (!pulse->context)
        return;
    pa_context_set_state_callback(pulse->context, NULL, NULL);
    pa_context_disconnect(pulse->context);
    pa_context_unref(pulse->context);
    pulse->context = NULL;
}

/* --- the port ------------------------------------------------------------ */

static void pulse_stop(struct audio_device *device)
{
    struct audio_device_pulse *pulse = (struct audio_device_pulse *)device;

    if (!pulse->loop)
        return;
    pa_threaded_mainloop_lock(pulse->loop);
    disconnect_all(pulse);
    pa_threaded_mainloop_unlock(pulse->loop);
    pa_threaded_mainloop_stop(pulse->loop);
    pa_threaded_mainloop_free(pulse->loop);
    pulse->loop = NULL;
}

static enum result pulse_start(struct audio_device *device,
                               const struct audio_device_handlers *handlers)
{
    struct audio_device_pulse *pulse = (struct audio_device_pulse *)device;
    enum result result;

    assert(!pulse->loop);
    pulse->handlers = *handlers;
    pulse->is_lost = false;
    pulse->loop = pa_threaded_mainloop_new();
    if (!pulse->loop)
        return RESULT_NO_MEMORY;
    if (pa_threaded_mainloop_start(pulse->loop) < 0) {
        pa_threaded_mainloop_free(pulse->loop);
        pulse->loop = NULL;
        return RESULT_IO;
    }
    pa_threaded_mainloop_lock(pulse->loop);
    result = connect_all(pulse);
    pa_threaded_mainloop_unlock(pulse->loop);
    if (result != RESULT_OK)
        pulse_stop(device);
    return result;
}

static struct audio_device *pulse_free(struct audio_device *device)
{
    struct audio_device_pulse *pulse = (struct audio_device_pulse *)device;

    pulse_stop(device);
    free(pulse->capture_name);
    free(pulse->playback_name);
    free(pulse);
    return NULL;
}

enum result audio_device_pulse_new(struct audio_device **out,
                                   const char *capture_name,
                                   const char *playback_name)
{
    struct audio_device_pulse *pulse = calloc(1, sizeof *pulse);

    if (!pulse)
        return RESULT_NO_MEMORY;
    pulse->base = (struct audio_device){ .start = pulse_start,
                                         .stop = pulse_stop,
                                         .free = pulse_free };
    if (capture_name)
        pulse->capture_name = strdup(capture_name);
    if (playback_name)
        pulse->playback_name = strdup(playback_name);
    if ((capture_name && !pulse->capture_name) ||
        (playback_name && !pulse->playback_name)) {
        pulse_free(&pulse->base);
        return RESULT_NO_MEMORY;
    }
    *out = &pulse->base;
    return RESULT_OK;
}
