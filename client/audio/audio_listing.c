#include "client/audio/audio_listing.h"

#include "client/audio/audio_name.h"

#include <pulse/pulseaudio.h>

#include <string.h>

enum { TIMEOUT_MS = 3000 };

struct reader {
    pa_mainloop *loop;
    pa_context *context;
    struct audio_listing *out;
    char defaults[2][AUDIO_NAME_SIZE]; /* by direction */
    bool is_timed_out;
    bool has_failed;
};

static void copy(char *out, const char *text)
{
    size_t size = text ? strlen(text) : 0;

    if (size >= AUDIO_NAME_SIZE)
        size = AUDIO_NAME_SIZE - 1;
    if (size > 0)
        memcpy(out, text, size);
    out[size] = '\0';
}

/* Where the next one is kept, or NULL. */
static struct audio_listed *add(struct reader *reader,
                                enum audio_direction direction,
                                const char *name, const char *description)
{
    struct audio_listing *listing = reader->out;
    struct audio_listed *device = &listing->devices[listing->count];

    /* A name that is cut off could not be chosen. */
    if (listing->count == AUDIO_LISTING_MAX || strlen(name) >= AUDIO_NAME_SIZE)
        return NULL;
    *device = (struct audio_listed){
        .direction = direction,
        .is_default = strcmp(name, reader->defaults[direction]) == 0,
    };
    copy(device->name, name);
    audio_name_copy(device->description, description);
    listing->count++;
    return device;
}

static bool is_silent(int is_muted, const pa_cvolume *volume)
{
    return is_muted || pa_cvolume_max(volume) == PA_VOLUME_MUTED;
}

static void on_server(pa_context *context, const pa_server_info *info,
                      void *user)
{
    struct reader *reader = user;

    (void)context;
    if (!info) {
        reader->has_failed = true;
        return;
    }
    copy(reader->defaults[AUDIO_CAPTURE], info->default_source_name);
    copy(reader->defaults[AUDIO_PLAYBACK], info->default_sink_name);
}

static void on_source(pa_context *context, const pa_source_info *info, int last,
                      void *user)
{
    struct reader *reader = user;
    struct audio_listed *device = NULL;

    (void)context;
    reader->has_failed |= last < 0;
    if (last == 0)
        device = add(reader, AUDIO_CAPTURE, info->name, info->description);
    if (!device)
        return;
    device->is_monitor = info->monitor_of_sink != PA_INVALID_INDEX;
    device->is_muted = is_silent(info->mute, &info->volume);
}

static void on_sink(pa_context *context, const pa_sink_info *info, int last,
                    void *user)
{
    struct reader *reader = user;
    struct audio_listed *device = NULL;

    (void)context;
    reader->has_failed |= last < 0;
    if (last == 0)
        device = add(reader, AUDIO_PLAYBACK, info->name, info->description);
    if (!device)
        return;
    device->is_dummy = audio_name_is_dummy(info->name);
    device->is_muted = is_silent(info->mute, &info->volume);
}

static void on_timeout(pa_mainloop_api *api, pa_time_event *event,
                       const struct timeval *time, void *user)
{
    struct reader *reader = user;

    (void)api;
    (void)event;
    (void)time;
    reader->is_timed_out = true;
}

/* One step of the loop; false when it is no use to go on. */
static bool step(struct reader *reader)
{
    return !reader->is_timed_out && !reader->has_failed &&
           pa_mainloop_iterate(reader->loop, 1, NULL) >= 0 &&
           PA_CONTEXT_IS_GOOD(pa_context_get_state(reader->context));
}

static bool finish(struct reader *reader, pa_operation *operation)
{
    bool is_good = operation != NULL;

    while (is_good && pa_operation_get_state(operation) == PA_OPERATION_RUNNING)
        is_good = step(reader);
    if (operation)
        pa_operation_unref(operation);
    return is_good && !reader->has_failed;
}

static enum result read_all(struct reader *reader)
{
    pa_context *context = reader->context;
    pa_time_event *timeout;
    bool is_read;

    if (pa_context_connect(context, NULL, PA_CONTEXT_NOAUTOSPAWN, NULL) < 0)
        return RESULT_CLOSED;
    timeout = pa_context_rttime_new(
        context, pa_rtclock_now() + TIMEOUT_MS * PA_USEC_PER_MSEC, on_timeout,
        reader);
    while (pa_context_get_state(context) != PA_CONTEXT_READY && step(reader))
        ;
    if (pa_context_get_state(context) != PA_CONTEXT_READY)
        return reader->is_timed_out ? RESULT_IO : RESULT_CLOSED;
    is_read =
        finish(reader,
               pa_context_get_server_info(context, on_server, reader)) &&
        finish(reader,
               pa_context_get_source_info_list(context, on_source, reader)) &&
        finish(reader, pa_context_get_sink_info_list(context, on_sink, reader));
    if (timeout)
        pa_mainloop_get_api(reader->loop)->time_free(timeout);
    return is_read ? RESULT_OK : RESULT_IO;
}

enum result audio_listing_read(struct audio_listing *out)
{
    struct reader reader = { .out = out };
    enum result result = RESULT_NO_MEMORY;

    out->count = 0;
    reader.loop = pa_mainloop_new();
    if (!reader.loop)
        return RESULT_NO_MEMORY;
    reader.context = pa_context_new(pa_mainloop_get_api(reader.loop), "chibo");
    if (reader.context) {
        result = read_all(&reader);
        pa_context_disconnect(reader.context);
        pa_context_unref(reader.context);
    }
    pa_mainloop_free(reader.loop);
    return result;
}

enum result audio_listing_read_any(struct audio_listing *out, bool *is_direct)
{
    const enum result result = audio_listing_read(out);

    *is_direct =
        result == RESULT_CLOSED && audio_listing_read_direct(out) == RESULT_OK;
    return *is_direct ? RESULT_OK : result;
}

const struct audio_listed *
audio_listing_find(const struct audio_listing *listing,
                   enum audio_direction direction, const char *word)
{
    const struct audio_listed *described = NULL;
    size_t count = 0;

    for (size_t i = 0; i < listing->count; i++) {
        const struct audio_listed *device = &listing->devices[i];

        if (device->direction != direction)
            continue;
        if (strcmp(device->name, word) == 0)
            return device;
        if (strcmp(device->description, word) == 0) {
            described = device;
            count++;
        }
    }
    return count == 1 ? described : NULL;
}
