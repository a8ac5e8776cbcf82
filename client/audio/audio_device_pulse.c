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

/* What stands for the default even where PULSE_SINK names another. */
static const char *const DEFAULT_NAMES[] = {
    [AUDIO_CAPTURE] = "@DEFAULT_SOURCE@",
    [AUDIO_PLAYBACK] = "@DEFAULT_SINK@",
};

struct audio_device_pulse;

/* One direction. */
struct line {
    struct audio_device_pulse *pulse; /* whose it is */
    enum audio_direction direction;
    char *name; /* chosen; NULL: the default */
    pa_stream *stream;
    bool is_told_missing;
    bool is_strayed;          /* not on the chosen one, and that was told */
    char at[AUDIO_NAME_SIZE]; /* the machine's name of where it is; "": new */
};

/*
 * All fields belong to the main loop's lock once it runs; the handlers run
 * with that lock held, on the library's thread.
 */
struct audio_device_pulse {
    struct audio_device base; /* first: the port's pointer is ours */
    struct line capture;
    struct line playback;
    struct audio_device_handlers handlers;

    pa_threaded_mainloop *loop;
    pa_context *context;
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

static void recover(struct line *line);

static void on_stream_state(pa_stream *stream, void *user)
{
    struct line *line = user;
    struct audio_device_pulse *pulse = line->pulse;

    pa_threaded_mainloop_signal(pulse->loop, 0);
    if (PA_STREAM_IS_GOOD(pa_stream_get_state(stream)) || !pulse->is_running)
        return;
    /* Streams fall together with their server: that is the better reason. */
    if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(pulse->context)))
        lose(pulse, RESULT_CLOSED);
    else if (pulse->handlers.changed)
        recover(line);
    else
        lose(pulse, RESULT_IO);
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

/* --- where the streams are ----------------------------------------------- */

static void copy_name(char *out, const char *name)
{
    size_t size = strlen(name);

    if (size >= AUDIO_NAME_SIZE)
        size = AUDIO_NAME_SIZE - 1;
    /* No character is cut through. */
    while (name[size] != '\0' && size > 0 &&
           ((uint8_t)name[size] & 0xC0) == 0x80)
        size--;
    memcpy(out, name, size);
    out[size] = '\0';
}

static void tell(struct line *line, enum audio_change_kind kind,
                 const char *name)
{
    struct audio_device_pulse *pulse = line->pulse;
    struct audio_change change = { .direction = line->direction, .kind = kind };

    copy_name(change.name, name);
    if (pulse->handlers.changed && !pulse->is_lost)
        pulse->handlers.changed(&change, pulse->handlers.user);
}

static void tell_missing(struct line *line)
{
    if (!line->is_told_missing)
        tell(line, AUDIO_MISSING, "");
    line->is_told_missing = true;
    line->is_strayed = line->name != NULL;
    line->at[0] = '\0';
}

/* The stream is on this device now: says so if it is news. */
static void note_place(struct line *line, const char *name,
                       const char *description)
{
    const bool is_new = line->at[0] == '\0' && !line->is_told_missing;
    const bool is_elsewhere = strncmp(line->at, name, AUDIO_NAME_SIZE - 1) != 0;

    copy_name(line->at, name);
    line->is_told_missing = false;
    if (line->name && strcmp(line->name, name) == 0) {
        if (line->is_strayed)
            tell(line, AUDIO_RETURNED, description);
        line->is_strayed = false;
    } else if (line->name) {
        line->is_strayed = true;
        if (is_elsewhere)
            tell(line, AUDIO_STRAYED, description);
    } else if (is_elsewhere && !is_new) {
        tell(line, AUDIO_MOVED, description);
    }
}

static void on_sink_place(pa_context *context, const pa_sink_info *info,
                          int is_last, void *user)
{
    (void)context;
    if (is_last == 0)
        note_place(user, info->name, info->description);
}

static void on_source_place(pa_context *context, const pa_source_info *info,
                            int is_last, void *user)
{
    (void)context;
    if (is_last == 0)
        note_place(user, info->name, info->description);
}

/* What was not even asked will be with the next change. */
static void let_go(pa_operation *operation)
{
    if (operation)
        pa_operation_unref(operation);
}

static void ask_place(struct line *line)
{
    uint32_t index = pa_stream_get_device_index(line->stream);
    pa_context *context = line->pulse->context;

    if (line->direction == AUDIO_CAPTURE)
        let_go(pa_context_get_source_info_by_index(context, index,
                                                   on_source_place, line));
    else
        let_go(pa_context_get_sink_info_by_index(context, index, on_sink_place,
                                                 line));
}

static void on_moved(pa_stream *stream, void *user)
{
    (void)stream;
    ask_place(user);
}

/* The chosen one is there: back to it. Its coming is told by on_moved(). */
static void on_chosen_source(pa_context *context, const pa_source_info *info,
                             int is_last, void *user)
{
    struct line *line = user;

    if (is_last == 0 && line->is_strayed && line->stream)
        let_go(pa_context_move_source_output_by_index(
            context, pa_stream_get_index(line->stream), info->index, NULL,
            NULL));
}

static void on_chosen_sink(pa_context *context, const pa_sink_info *info,
                           int is_last, void *user)
{
    struct line *line = user;

    if (is_last == 0 && line->is_strayed && line->stream)
        let_go(pa_context_move_sink_input_by_index(
            context, pa_stream_get_index(line->stream), info->index, NULL,
            NULL));
}

/* A device has come: it may be the one that is waited for. */
static void look_for_chosen(struct line *line)
{
    pa_context *context = line->pulse->context;

    if (line->is_told_missing && !line->stream)
        recover(line);
    else if (!line->is_strayed)
        return;
    else if (line->direction == AUDIO_CAPTURE)
        let_go(pa_context_get_source_info_by_name(context, line->name,
                                                  on_chosen_source, line));
    else
        let_go(pa_context_get_sink_info_by_name(context, line->name,
                                                on_chosen_sink, line));
}

static void on_event(pa_context *context, pa_subscription_event_type_t type,
                     uint32_t index, void *user)
{
    struct audio_device_pulse *pulse = user;
    const unsigned facility = type & PA_SUBSCRIPTION_EVENT_FACILITY_MASK;

    (void)context;
    (void)index;
    if (!pulse->is_running ||
        (type & PA_SUBSCRIPTION_EVENT_TYPE_MASK) != PA_SUBSCRIPTION_EVENT_NEW)
        return;
    if (facility == PA_SUBSCRIPTION_EVENT_SOURCE)
        look_for_chosen(&pulse->capture);
    else if (facility == PA_SUBSCRIPTION_EVENT_SINK)
        look_for_chosen(&pulse->playback);
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

static bool connect_capture(struct line *line, const char *name)
{
    const pa_buffer_attr buffer = { .maxlength = SERVER_CHOOSES,
                                    .tlength = SERVER_CHOOSES,
                                    .prebuf = SERVER_CHOOSES,
                                    .minreq = SERVER_CHOOSES,
                                    .fragsize = BLOCK_SIZE };

    pa_stream_set_read_callback(line->stream, on_readable, line->pulse);
    return pa_stream_connect_record(line->stream, name, &buffer,
                                    PA_STREAM_ADJUST_LATENCY) >= 0;
}

static bool connect_playback(struct line *line, const char *name)
{
    const pa_buffer_attr buffer = { .maxlength = SERVER_CHOOSES,
                                    .tlength = 2 * BLOCK_SIZE,
                                    .prebuf = BLOCK_SIZE,
                                    .minreq = BLOCK_SIZE / 2,
                                    .fragsize = SERVER_CHOOSES };

    pa_stream_set_write_callback(line->stream, on_writable, line->pulse);
    return pa_stream_connect_playback(line->stream, name, &buffer,
                                      PA_STREAM_ADJUST_LATENCY |
                                          PA_STREAM_AUTO_TIMING_UPDATE,
                                      NULL, NULL) >= 0;
}

/* Begins a stream to or from this device; NULL: the user's default. */
static bool connect_line(struct line *line, const char *name)
{
    const pa_sample_spec sound = { .format = PA_SAMPLE_S16NE,
                                   .rate = AUDIO_RATE,
                                   .channels = 1 };
    const bool is_capture = line->direction == AUDIO_CAPTURE;

    line->stream =
        pa_stream_new(line->pulse->context,
                      is_capture ? "microphone" : "loudspeaker", &sound, NULL);
    if (!line->stream)
        return false;
    pa_stream_set_state_callback(line->stream, on_stream_state, line);
    pa_stream_set_moved_callback(line->stream, on_moved, line);
    return is_capture ? connect_capture(line, name)
                      : connect_playback(line, name);
}

static void drop_stream(struct line *line)
{
    pa_stream *stream = line->stream;

    line->stream = NULL;
    if (!stream)
        return;
    pa_stream_set_state_callback(stream, NULL, NULL);
    pa_stream_set_moved_callback(stream, NULL, NULL);
    pa_stream_set_read_callback(stream, NULL, NULL);
    pa_stream_set_write_callback(stream, NULL, NULL);
    /* Fails if it never was connected: then nothing is to be undone. */
    (void)pa_stream_disconnect(stream);
    pa_stream_unref(stream);
}

/* While running, told by the stream's state: it ended, or it runs again. */
static void on_recovered(pa_stream *stream, void *user)
{
    struct line *line = user;
    const pa_stream_state_t state = pa_stream_get_state(stream);

    if (state == PA_STREAM_READY) {
        pa_stream_set_state_callback(stream, on_stream_state, line);
        ask_place(line);
        if (line->is_strayed)
            look_for_chosen(line);
        return;
    }
    if (PA_STREAM_IS_GOOD(state))
        return;
    drop_stream(line);
    if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(line->pulse->context)))
        lose(line->pulse, RESULT_CLOSED);
    else if (line->direction == AUDIO_PLAYBACK)
        lose(line->pulse, RESULT_NOT_FOUND); /* nothing would keep the time */
    else
        tell_missing(line);
}

/* The stream was ended, or there was none: on with the default device. */
static void recover(struct line *line)
{
    drop_stream(line);
    if (!connect_line(line, DEFAULT_NAMES[line->direction])) {
        drop_stream(line);
        lose(line->pulse, RESULT_IO);
        return;
    }
    pa_stream_set_state_callback(line->stream, on_recovered, line);
}

static bool is_context_ready(const struct audio_device_pulse *pulse)
{
    return pa_context_get_state(pulse->context) == PA_CONTEXT_READY;
}

/* Waits, the lock held, until the server is there, or not, or too late. */
static bool wait_for_context(struct audio_device_pulse *pulse)
{
    while (!is_context_ready(pulse) &&
           PA_CONTEXT_IS_GOOD(pa_context_get_state(pulse->context)) &&
           !pulse->is_timed_out)
        pa_threaded_mainloop_wait(pulse->loop);
    return is_context_ready(pulse);
}

static bool wait_for_stream(struct line *line)
{
    while (PA_CONTEXT_IS_GOOD(pa_context_get_state(line->pulse->context)) &&
           PA_STREAM_IS_GOOD(pa_stream_get_state(line->stream)) &&
           pa_stream_get_state(line->stream) != PA_STREAM_READY &&
           !line->pulse->is_timed_out)
        pa_threaded_mainloop_wait(line->pulse->loop);
    return pa_stream_get_state(line->stream) == PA_STREAM_READY;
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

static enum result start_line(struct line *line)
{
    struct audio_device_pulse *pulse = line->pulse;
    enum result result;

    if (connect_line(line, line->name) && wait_for_stream(line))
        return RESULT_OK;
    result = failure_of(pulse);
    drop_stream(line);
    if (result != RESULT_NOT_FOUND || !pulse->handlers.changed)
        return result;
    if (connect_line(line, DEFAULT_NAMES[line->direction]) &&
        wait_for_stream(line))
        return RESULT_OK;
    result = failure_of(pulse);
    drop_stream(line);
    if (result != RESULT_NOT_FOUND || line->direction == AUDIO_PLAYBACK)
        return result;
    tell_missing(line);
    return RESULT_OK;
}

static enum result start_lines(struct audio_device_pulse *pulse)
{
    enum result result;

    if (!wait_for_context(pulse))
        return failure_of(pulse);
    result = pulse->handlers.captured ? start_line(&pulse->capture) : RESULT_OK;
    if (result == RESULT_OK && pulse->handlers.play)
        result = start_line(&pulse->playback);
    return result;
}

/* From now on devices that come and go are told to us. */
static void follow_devices(struct audio_device_pulse *pulse)
{
    if (!pulse->handlers.changed)
        return;
    pa_context_set_subscribe_callback(pulse->context, on_event, pulse);
    let_go(pa_context_subscribe(
        pulse->context, PA_SUBSCRIPTION_MASK_SINK | PA_SUBSCRIPTION_MASK_SOURCE,
        NULL, NULL));
    if (pulse->capture.stream)
        ask_place(&pulse->capture);
    if (pulse->playback.stream)
        ask_place(&pulse->playback);
}

/* The lock is held. */
static enum result connect_all(struct audio_device_pulse *pulse)
{
    pa_time_event *timeout;
    enum result result;

    if (!connect_context(pulse))
        return failure_of(pulse);
    timeout = pa_context_rttime_new(
        pulse->context, pa_rtclock_now() + START_TIMEOUT_MS * PA_USEC_PER_MSEC,
        on_start_timeout, pulse);
    result = start_lines(pulse);
    if (timeout)
        pa_threaded_mainloop_get_api(pulse->loop)->time_free(timeout);
    if (result != RESULT_OK)
        return result;
    pulse->is_running = true;
    follow_devices(pulse);
    return RESULT_OK;
}

/* The lock is held, or the loop's thread has not begun. */
static void disconnect_all(struct audio_device_pulse *pulse)
{
    pulse->is_running = false;
    drop_stream(&pulse->capture);
    drop_stream(&pulse->playback);
    if (!pulse->context)
        return;
    pa_context_set_state_callback(pulse->context, NULL, NULL);
    pa_context_set_subscribe_callback(pulse->context, NULL, NULL);
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
    free(pulse->capture.name);
    free(pulse->playback.name);
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
    pulse->capture =
        (struct line){ .pulse = pulse, .direction = AUDIO_CAPTURE };
    pulse->playback =
        (struct line){ .pulse = pulse, .direction = AUDIO_PLAYBACK };
    if (capture_name)
        pulse->capture.name = strdup(capture_name);
    if (playback_name)
        pulse->playback.name = strdup(playback_name);
    if ((capture_name && !pulse->capture.name) ||
        (playback_name && !pulse->playback.name)) {
        pulse_free(&pulse->base);
        return RESULT_NO_MEMORY;
    }
    *out = &pulse->base;
    return RESULT_OK;
}
