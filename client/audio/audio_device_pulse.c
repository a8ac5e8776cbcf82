#include "client/audio/audio_device_pulse.h"

#include "client/audio/pulse_line.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { START_TIMEOUT_MS = 3000 };

struct audio_device_pulse {
    struct audio_device base; /* first: the port's pointer is ours */
    struct pulse_server server;
    struct pulse_line capture;
    struct pulse_line playback;
};

/* --- on the library's thread --------------------------------------------- */

static void on_context_state(pa_context *context, void *user)
{
    struct audio_device_pulse *pulse = user;

    pa_threaded_mainloop_signal(pulse->server.loop, 0);
    if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(context)))
        pulse_server_lose(&pulse->server, RESULT_CLOSED);
}

static void on_start_timeout(pa_mainloop_api *api, pa_time_event *event,
                             const struct timeval *time, void *user)
{
    struct audio_device_pulse *pulse = user;

    (void)api;
    (void)event;
    (void)time;
    pulse->server.is_timed_out = true;
    pa_threaded_mainloop_signal(pulse->server.loop, 0);
}

static void on_event(pa_context *context, pa_subscription_event_type_t type,
                     uint32_t index, void *user)
{
    struct audio_device_pulse *pulse = user;
    const unsigned facility = type & PA_SUBSCRIPTION_EVENT_FACILITY_MASK;
    const unsigned what = type & PA_SUBSCRIPTION_EVENT_TYPE_MASK;
    struct pulse_line *line =
        facility == PA_SUBSCRIPTION_EVENT_SOURCE ? &pulse->capture
        : facility == PA_SUBSCRIPTION_EVENT_SINK ? &pulse->playback
                                                 : NULL;

    (void)context;
    if (!pulse->server.is_running || !line)
        return;
    if (what == PA_SUBSCRIPTION_EVENT_NEW)
        pulse_line_look_for_chosen(line);
    else if (what == PA_SUBSCRIPTION_EVENT_CHANGE)
        pulse_line_on_changed(line, index);
}

/* --- starting ------------------------------------------------------------ */

static bool connect_context(struct audio_device_pulse *pulse)
{
    pa_mainloop_api *api = pa_threaded_mainloop_get_api(pulse->server.loop);

    pulse->server.context = pa_context_new(api, "chibo");
    if (!pulse->server.context)
        return false;
    pa_context_set_state_callback(pulse->server.context, on_context_state,
                                  pulse);
    return pa_context_connect(pulse->server.context, NULL,
                              PA_CONTEXT_NOAUTOSPAWN, NULL) >= 0;
}

static bool is_context_ready(const struct audio_device_pulse *pulse)
{
    return pa_context_get_state(pulse->server.context) == PA_CONTEXT_READY;
}

/* Waits, the lock held, until the server is there, or not, or too late. */
static bool wait_for_context(struct audio_device_pulse *pulse)
{
    while (!is_context_ready(pulse) &&
           PA_CONTEXT_IS_GOOD(pa_context_get_state(pulse->server.context)) &&
           !pulse->server.is_timed_out)
        pa_threaded_mainloop_wait(pulse->server.loop);
    return is_context_ready(pulse);
}

static enum result start_lines(struct audio_device_pulse *pulse)
{
    enum result result;

    if (!wait_for_context(pulse))
        return pulse_server_failure(&pulse->server);
    result = pulse->server.handlers.captured ? pulse_line_start(&pulse->capture)
                                             : RESULT_OK;
    if (result == RESULT_OK && pulse->server.handlers.play)
        result = pulse_line_start(&pulse->playback);
    return result;
}

/* From now on devices that come and go are told to us. */
static void follow_devices(struct audio_device_pulse *pulse)
{
    if (!pulse->server.handlers.changed)
        return;
    pa_context_set_subscribe_callback(pulse->server.context, on_event, pulse);
    pulse_let_go(pa_context_subscribe(
        pulse->server.context,
        PA_SUBSCRIPTION_MASK_SINK | PA_SUBSCRIPTION_MASK_SOURCE, NULL, NULL));
    if (pulse->capture.stream)
        pulse_line_ask_place(&pulse->capture);
    if (pulse->playback.stream)
        pulse_line_ask_place(&pulse->playback);
}

/* The lock is held. */
static enum result connect_all(struct audio_device_pulse *pulse)
{
    pa_time_event *timeout;
    enum result result;

    if (!connect_context(pulse))
        return pulse_server_failure(&pulse->server);
    timeout = pa_context_rttime_new(pulse->server.context,
                                    pa_rtclock_now() +
                                        START_TIMEOUT_MS * PA_USEC_PER_MSEC,
                                    on_start_timeout, pulse);
    result = start_lines(pulse);
    if (timeout)
        pa_threaded_mainloop_get_api(pulse->server.loop)->time_free(timeout);
    if (result != RESULT_OK)
        return result;
    pulse->server.is_running = true;
    follow_devices(pulse);
    return RESULT_OK;
}

/* The lock is held, or the loop's thread has not begun. */
static void disconnect_all(struct audio_device_pulse *pulse)
{
    pulse->server.is_running = false;
    pulse_line_drop(&pulse->capture);
    pulse_line_drop(&pulse->playback);
    if (!pulse->server.context)
        return;
    pa_context_set_state_callback(pulse->server.context, NULL, NULL);
    pa_context_set_subscribe_callback(pulse->server.context, NULL, NULL);
    pa_context_disconnect(pulse->server.context);
    pa_context_unref(pulse->server.context);
    pulse->server.context = NULL;
}

/* --- the port ------------------------------------------------------------ */

static void pulse_stop(struct audio_device *device)
{
    struct audio_device_pulse *pulse = (struct audio_device_pulse *)device;

    if (!pulse->server.loop)
        return;
    pa_threaded_mainloop_lock(pulse->server.loop);
    disconnect_all(pulse);
    pa_threaded_mainloop_unlock(pulse->server.loop);
    pa_threaded_mainloop_stop(pulse->server.loop);
    pa_threaded_mainloop_free(pulse->server.loop);
    pulse->server.loop = NULL;
}

static enum result pulse_start(struct audio_device *device,
                               const struct audio_device_handlers *handlers)
{
    struct audio_device_pulse *pulse = (struct audio_device_pulse *)device;
    enum result result;

    assert(!pulse->server.loop);
    pulse->server.handlers = *handlers;
    pulse->server.is_lost = false;
    pulse->server.is_timed_out = false;
    pulse->server.loop = pa_threaded_mainloop_new();
    if (!pulse->server.loop)
        return RESULT_NO_MEMORY;
    if (pa_threaded_mainloop_start(pulse->server.loop) < 0) {
        pa_threaded_mainloop_free(pulse->server.loop);
        pulse->server.loop = NULL;
        return RESULT_IO;
    }
    pa_threaded_mainloop_lock(pulse->server.loop);
    result = connect_all(pulse);
    pa_threaded_mainloop_unlock(pulse->server.loop);
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
    pulse->capture = (struct pulse_line){ .server = &pulse->server,
                                          .direction = AUDIO_CAPTURE };
    pulse->playback = (struct pulse_line){ .server = &pulse->server,
                                           .direction = AUDIO_PLAYBACK };
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
