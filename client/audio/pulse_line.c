#include "client/audio/pulse_line.h"

#include "client/audio/audio_name.h"

#include <string.h>

enum { BLOCK_SIZE = AUDIO_BLOCK_COUNT * sizeof(int16_t) };

static const uint32_t SERVER_CHOOSES = (uint32_t)-1;

/* What stands for the default even where PULSE_SINK names another. */
static const char *const DEFAULT_NAMES[] = {
    [AUDIO_CAPTURE] = "@DEFAULT_SOURCE@",
    [AUDIO_PLAYBACK] = "@DEFAULT_SINK@",
};

static void recover(struct pulse_line *line);

void pulse_server_lose(struct pulse_server *server, enum result reason)
{
    if (!server->is_running)
        return;
    server->is_running = false;
    server->is_lost = true;
    if (server->handlers.ended)
        server->handlers.ended(reason, server->handlers.user);
}

enum result pulse_server_failure(const struct pulse_server *server)
{
    int err =
        server->context ? pa_context_errno(server->context) : PA_ERR_UNKNOWN;

    /* Invalid: no device can have such a name. */
    if (err == PA_ERR_NOENTITY || err == PA_ERR_INVALID)
        return RESULT_NOT_FOUND;
    if (err == PA_ERR_CONNECTIONREFUSED || err == PA_ERR_CONNECTIONTERMINATED)
        return RESULT_CLOSED;
    return RESULT_IO;
}

/* --- sound --------------------------------------------------------------- */

/* Appends captured bytes; `data` is NULL where the server lost some. */
static void take_captured(struct pulse_line *line, const void *data,
                          size_t size)
{
    const struct audio_device_handlers *handlers = &line->server->handlers;
    const uint8_t *bytes = data;
    uint8_t *block = (uint8_t *)line->block;

    if (line->is_told_missing)
        return;
    for (size_t at = 0; at < size;) {
        size_t room = BLOCK_SIZE - line->size;
        size_t part = size - at < room ? size - at : room;

        if (bytes)
            memcpy(&block[line->size], &bytes[at], part);
        else
            memset(&block[line->size], 0, part);
        at += part;
        line->size += part;
        if (line->size == BLOCK_SIZE) {
            handlers->captured(line->block, handlers->user);
            line->size = 0;
        }
    }
}

static void on_readable(pa_stream *stream, size_t size, void *user)
{
    struct pulse_line *line = user;
    const void *data;

    while (!line->server->is_lost && pa_stream_readable_size(stream) > 0) {
        if (pa_stream_peek(stream, &data, &size) < 0 || size == 0)
            return;
        take_captured(line, data, size);
        if (pa_stream_drop(stream) < 0)
            return;
    }
}

static void on_writable(pa_stream *stream, size_t size, void *user)
{
    struct pulse_line *line = user;
    const struct audio_device_handlers *handlers = &line->server->handlers;
    const uint8_t *block = (const uint8_t *)line->block;

    while (!line->server->is_lost && size > 0) {
        size_t left = BLOCK_SIZE - line->size;
        size_t part = size < left ? size : left;

        if (line->size == 0)
            handlers->play(line->block, handlers->user);
        if (pa_stream_write(stream, &block[line->size], part, NULL, 0,
                            PA_SEEK_RELATIVE) < 0)
            return;
        line->size = (line->size + part) % BLOCK_SIZE;
        size -= part;
    }
}

/* --- where the stream is ------------------------------------------------- */

static void copy_name(char *out, const char *name)
{
    size_t size = strlen(name);

    if (size >= AUDIO_NAME_SIZE)
        size = AUDIO_NAME_SIZE - 1;
    memcpy(out, name, size);
    out[size] = '\0';
}

static void tell(struct pulse_line *line, enum audio_change_kind kind,
                 const char *name)
{
    struct pulse_server *server = line->server;
    struct audio_change change = { .direction = line->direction, .kind = kind };

    audio_name_copy(change.name, name);
    if (server->handlers.changed && !server->is_lost)
        server->handlers.changed(&change, server->handlers.user);
}

/* Also while a stand-in of the server's keeps the stream running. */
static void tell_missing(struct pulse_line *line)
{
    if (!line->is_told_missing)
        tell(line, AUDIO_MISSING, "");
    line->is_told_missing = true;
    line->is_muted = false;
    line->is_strayed = line->name != NULL;
    line->at[0] = '\0';
}

/* The stream is on this device now: says so if it is news. */
static void note_place(struct pulse_line *line, const char *name,
                       const char *description)
{
    const bool is_new = line->at[0] == '\0' && !line->is_told_missing;
    const bool is_elsewhere = strncmp(line->at, name, AUDIO_NAME_SIZE - 1) != 0;

    copy_name(line->at, name);
    line->is_told_missing = false;
    if (is_elsewhere)
        line->is_muted = false;
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

/* After note_place(). Turned down to nothing is as good as muted. */
static void note_mute(struct pulse_line *line, const char *description,
                      int is_muted, const pa_cvolume *volume)
{
    const bool is_silent =
        is_muted || pa_cvolume_max(volume) == PA_VOLUME_MUTED;

    if (is_silent == line->is_muted)
        return;
    line->is_muted = is_silent;
    tell(line, is_silent ? AUDIO_MUTED : AUDIO_UNMUTED, description);
}

static bool is_chosen(const struct pulse_line *line, const char *name)
{
    return line->name && strcmp(line->name, name) == 0;
}

/* A sink that leads nowhere stands in where there is no loudspeaker. */
static void on_sink_place(pa_context *context, const pa_sink_info *info,
                          int is_last, void *user)
{
    struct pulse_line *line = user;

    (void)context;
    if (is_last != 0)
        return;
    if (audio_name_is_dummy(info->name) && !is_chosen(line, info->name)) {
        tell_missing(line);
        return;
    }
    note_place(line, info->name, info->description);
    note_mute(line, info->description, info->mute, &info->volume);
}

/* Where there is no microphone the server offers what the loudspeaker plays:
 * all would hear themselves. Who wants that chooses it. */
static void on_source_place(pa_context *context, const pa_source_info *info,
                            int is_last, void *user)
{
    struct pulse_line *line = user;

    (void)context;
    if (is_last != 0)
        return;
    if (info->monitor_of_sink != PA_INVALID_INDEX &&
        !is_chosen(line, info->name)) {
        tell_missing(line);
        return;
    }
    note_place(line, info->name, info->description);
    note_mute(line, info->description, info->mute, &info->volume);
}

void pulse_let_go(pa_operation *operation)
{
    if (operation)
        pa_operation_unref(operation);
}

void pulse_line_ask_place(struct pulse_line *line)
{
    uint32_t index = pa_stream_get_device_index(line->stream);
    pa_context *context = line->server->context;

    if (line->direction == AUDIO_CAPTURE)
        pulse_let_go(pa_context_get_source_info_by_index(
            context, index, on_source_place, line));
    else
        pulse_let_go(pa_context_get_sink_info_by_index(context, index,
                                                       on_sink_place, line));
}

void pulse_line_on_changed(struct pulse_line *line, uint32_t index)
{
    if (line->stream && pa_stream_get_state(line->stream) == PA_STREAM_READY &&
        pa_stream_get_device_index(line->stream) == index)
        pulse_line_ask_place(line);
}

static void on_moved(pa_stream *stream, void *user)
{
    (void)stream;
    pulse_line_ask_place(user);
}

/* The chosen one is there: back to it. Its coming is told by on_moved(). */
static void on_chosen_source(pa_context *context, const pa_source_info *info,
                             int is_last, void *user)
{
    struct pulse_line *line = user;

    if (is_last == 0 && line->is_strayed && line->stream)
        pulse_let_go(pa_context_move_source_output_by_index(
            context, pa_stream_get_index(line->stream), info->index, NULL,
            NULL));
}

static void on_chosen_sink(pa_context *context, const pa_sink_info *info,
                           int is_last, void *user)
{
    struct pulse_line *line = user;

    if (is_last == 0 && line->is_strayed && line->stream)
        pulse_let_go(pa_context_move_sink_input_by_index(
            context, pa_stream_get_index(line->stream), info->index, NULL,
            NULL));
}

void pulse_line_look_for_chosen(struct pulse_line *line)
{
    pa_context *context = line->server->context;

    if (line->is_told_missing && (!line->stream || !line->name))
        recover(line);
    else if (!line->is_strayed)
        return;
    else if (line->direction == AUDIO_CAPTURE)
        pulse_let_go(pa_context_get_source_info_by_name(
            context, line->name, on_chosen_source, line));
    else
        pulse_let_go(pa_context_get_sink_info_by_name(context, line->name,
                                                      on_chosen_sink, line));
}

/* --- beginning and ending ----------------------------------------------- */

static void on_stream_state(pa_stream *stream, void *user)
{
    struct pulse_line *line = user;
    struct pulse_server *server = line->server;

    pa_threaded_mainloop_signal(server->loop, 0);
    if (PA_STREAM_IS_GOOD(pa_stream_get_state(stream)) || !server->is_running)
        return;
    /* Streams fall together with their server: that is the better reason. */
    if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(server->context)))
        pulse_server_lose(server, RESULT_CLOSED);
    else if (server->handlers.changed)
        recover(line);
    else
        pulse_server_lose(server, RESULT_IO);
}

static bool connect_capture(struct pulse_line *line, const char *name)
{
    const pa_buffer_attr buffer = { .maxlength = SERVER_CHOOSES,
                                    .tlength = SERVER_CHOOSES,
                                    .prebuf = SERVER_CHOOSES,
                                    .minreq = SERVER_CHOOSES,
                                    .fragsize = BLOCK_SIZE };

    pa_stream_set_read_callback(line->stream, on_readable, line);
    return pa_stream_connect_record(line->stream, name, &buffer,
                                    PA_STREAM_ADJUST_LATENCY) >= 0;
}

static bool connect_playback(struct pulse_line *line, const char *name)
{
    const pa_buffer_attr buffer = { .maxlength = SERVER_CHOOSES,
                                    .tlength = 2 * BLOCK_SIZE,
                                    .prebuf = BLOCK_SIZE,
                                    .minreq = BLOCK_SIZE / 2,
                                    .fragsize = SERVER_CHOOSES };

    pa_stream_set_write_callback(line->stream, on_writable, line);
    return pa_stream_connect_playback(line->stream, name, &buffer,
                                      PA_STREAM_ADJUST_LATENCY |
                                          PA_STREAM_AUTO_TIMING_UPDATE,
                                      NULL, NULL) >= 0;
}

/* Begins a stream to or from this device; NULL: the user's default. */
static bool connect_line(struct pulse_line *line, const char *name)
{
    const pa_sample_spec sound = { .format = PA_SAMPLE_S16NE,
                                   .rate = AUDIO_RATE,
                                   .channels = 1 };
    const bool is_capture = line->direction == AUDIO_CAPTURE;

    line->stream =
        pa_stream_new(line->server->context,
                      is_capture ? "microphone" : "loudspeaker", &sound, NULL);
    if (!line->stream)
        return false;
    pa_stream_set_state_callback(line->stream, on_stream_state, line);
    pa_stream_set_moved_callback(line->stream, on_moved, line);
    return is_capture ? connect_capture(line, name)
                      : connect_playback(line, name);
}

void pulse_line_drop(struct pulse_line *line)
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
    struct pulse_line *line = user;
    const pa_stream_state_t state = pa_stream_get_state(stream);

    if (state == PA_STREAM_READY) {
        pa_stream_set_state_callback(stream, on_stream_state, line);
        pulse_line_ask_place(line);
        if (line->is_strayed)
            pulse_line_look_for_chosen(line);
        return;
    }
    if (PA_STREAM_IS_GOOD(state))
        return;
    pulse_line_drop(line);
    if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(line->server->context)))
        pulse_server_lose(line->server, RESULT_CLOSED);
    else if (line->direction == AUDIO_PLAYBACK)
        pulse_server_lose(line->server,
                          RESULT_NOT_FOUND); /* nothing would keep the time */
    else
        tell_missing(line);
}

/* The stream was ended, or there was none: on with the default device. */
static void recover(struct pulse_line *line)
{
    pulse_line_drop(line);
    if (!connect_line(line, DEFAULT_NAMES[line->direction])) {
        pulse_line_drop(line);
        pulse_server_lose(line->server, RESULT_IO);
        return;
    }
    pa_stream_set_state_callback(line->stream, on_recovered, line);
}

static bool wait_for_stream(struct pulse_line *line)
{
    while (PA_CONTEXT_IS_GOOD(pa_context_get_state(line->server->context)) &&
           PA_STREAM_IS_GOOD(pa_stream_get_state(line->stream)) &&
           pa_stream_get_state(line->stream) != PA_STREAM_READY &&
           !line->server->is_timed_out)
        pa_threaded_mainloop_wait(line->server->loop);
    return pa_stream_get_state(line->stream) == PA_STREAM_READY;
}

enum result pulse_line_start(struct pulse_line *line)
{
    struct pulse_server *server = line->server;
    enum result result;

    if (connect_line(line, line->name) && wait_for_stream(line))
        return RESULT_OK;
    result = pulse_server_failure(server);
    pulse_line_drop(line);
    if (result != RESULT_NOT_FOUND || !server->handlers.changed)
        return result;
    if (connect_line(line, DEFAULT_NAMES[line->direction]) &&
        wait_for_stream(line))
        return RESULT_OK;
    result = pulse_server_failure(server);
    pulse_line_drop(line);
    if (result != RESULT_NOT_FOUND || line->direction == AUDIO_PLAYBACK)
        return result;
    tell_missing(line);
    return RESULT_OK;
}
