#include "client/audio/audio_device_portaudio.h"

#ifdef HAS_PORTAUDIO

#include "client/audio/portaudio_library.h"
#include "client/audio/portaudio_streams.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LOOK_S = 2, /* for what is awaited, and whether blocks come */
    HANGING_S = PORTAUDIO_PATIENCE_S + 10, /* then it hangs */
};

/* --- the thread in which PortAudio works, and its guard --------------------
 */

/* The mutex is held. False when it is time to look for what is awaited. */
static bool wait_for_work(struct audio_device_portaudio *port)
{
    struct timespec deadline;
    int result = 0;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += LOOK_S;
    while (!port->is_stopping && !port->has_failed && result != ETIMEDOUT)
        result = pthread_cond_clockwait(&port->changed, &port->mutex,
                                        CLOCK_MONOTONIC, &deadline);
    return port->has_failed;
}

static int64_t clock_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec;
}

static void set_working(struct audio_device_portaudio *port, bool is_working)
{
    pthread_mutex_lock(&port->mutex);
    port->working_s = is_working ? clock_s() : 0;
    pthread_mutex_unlock(&port->mutex);
}

static void look_after(struct audio_device_portaudio *port)
{
    bool is_over = false;

    while (!is_over) {
        bool is_called;

        pthread_mutex_lock(&port->mutex);
        is_called = wait_for_work(port);
        is_over = port->is_stopping;
        pthread_mutex_unlock(&port->mutex);
        if (is_over)
            break;
        set_working(port, true);
        if (is_called)
            portaudio_streams_mend(port);
        else
            portaudio_streams_look(port);
        set_working(port, false);
    }
}

/* A hanging PortAudio tells nobody that the sound has ended. */
static void *watch(void *user)
{
    struct audio_device_portaudio *port = user;
    struct timespec deadline;

    pthread_mutex_lock(&port->mutex);
    while (!port->is_stopping) {
        clock_gettime(CLOCK_MONOTONIC, &deadline);
        deadline.tv_sec += LOOK_S;
        (void)pthread_cond_clockwait(&port->changed, &port->mutex,
                                     CLOCK_MONOTONIC, &deadline);
        if (port->working_s != 0 && clock_s() - port->working_s > HANGING_S)
            portaudio_streams_give_up(port);
    }
    pthread_mutex_unlock(&port->mutex);
    return NULL;
}

/* True if the sound is on. */
static bool begin(struct audio_device_portaudio *port)
{
    const struct portaudio_user user = { .pause = portaudio_streams_pause,
                                         .resume = portaudio_streams_resume,
                                         .user = port };
    enum result result = RESULT_IO;

    if (portaudio_library_lock()) {
        result = portaudio_streams_open(port);
        if (result == RESULT_OK)
            portaudio_library_enter(&user);
        else
            portaudio_streams_close(port);
        portaudio_library_unlock();
    }
    pthread_mutex_lock(&port->mutex);
    port->has_started = true;
    port->started = result;
    pthread_cond_broadcast(&port->changed);
    pthread_mutex_unlock(&port->mutex);
    return result == RESULT_OK;
}

static void end(struct audio_device_portaudio *port)
{
    if (portaudio_library_lock()) {
        portaudio_library_leave(port);
        portaudio_streams_close(port);
        portaudio_library_unlock();
    }
}

static void *run(void *user)
{
    struct audio_device_portaudio *port = user;

    if (begin(port)) {
        look_after(port);
        end(port);
    }
    pthread_mutex_lock(&port->mutex);
    port->is_over = true;
    pthread_cond_broadcast(&port->changed);
    pthread_mutex_unlock(&port->mutex);
    return NULL;
}

/* --- the port ------------------------------------------------------------ */

/* The mutex is held. False if PortAudio hangs. */
static bool wait_for(struct audio_device_portaudio *port, const bool *condition)
{
    struct timespec deadline;
    int result = 0;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += HANGING_S;
    while (!*condition && result != ETIMEDOUT)
        result = pthread_cond_clockwait(&port->changed, &port->mutex,
                                        CLOCK_MONOTONIC, &deadline);
    return *condition;
}

/* A thread that hangs is left alone, with all that it may look at. */
static void port_stop(struct audio_device *device)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;
    bool is_over;

    if (!port->has_thread)
        return;
    pthread_mutex_lock(&port->mutex);
    port->is_stopping = true;
    port->is_running = false;
    pthread_cond_broadcast(&port->changed);
    /* Who has waited once in vain does not wait again. */
    is_over = port->has_started && !port->is_given_up
                  ? wait_for(port, &port->is_over)
                  : port->is_over;
    pthread_mutex_unlock(&port->mutex);
    port->has_thread = false;
    (void)pthread_join(port->guard, NULL);
    port->is_abandoned = !is_over;
    if (is_over)
        (void)pthread_join(port->thread, NULL);
    else
        (void)pthread_detach(port->thread);
}

static bool create_threads(struct audio_device_portaudio *port)
{
    if (pthread_create(&port->guard, NULL, watch, port) != 0)
        return false;
    if (pthread_create(&port->thread, NULL, run, port) == 0) {
        port->has_thread = true;
        return true;
    }
    pthread_mutex_lock(&port->mutex);
    port->is_stopping = true;
    pthread_cond_broadcast(&port->changed);
    pthread_mutex_unlock(&port->mutex);
    (void)pthread_join(port->guard, NULL);
    return false;
}

static enum result port_start(struct audio_device *device,
                              const struct audio_device_handlers *handlers)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;
    enum result result;

    port->handlers = *handlers;
    if (!create_threads(port))
        return RESULT_NO_MEMORY;
    pthread_mutex_lock(&port->mutex);
    result = wait_for(port, &port->has_started) ? port->started : RESULT_IO;
    pthread_mutex_unlock(&port->mutex);
    if (result != RESULT_OK)
        port_stop(device);
    return result;
}

static struct audio_device *port_free(struct audio_device *device)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;

    port_stop(device);
    if (port->is_abandoned)
        return NULL;
    (void)pthread_cond_destroy(&port->changed);
    (void)pthread_mutex_destroy(&port->mutex);
    free(port->lines[AUDIO_CAPTURE].name);
    free(port->lines[AUDIO_PLAYBACK].name);
    free(port);
    return NULL;
}

enum result audio_device_portaudio_new(struct audio_device **out,
                                       const char *capture_name,
                                       const char *playback_name)
{
    struct audio_device_portaudio *port = calloc(1, sizeof *port);
    const char *names[] = {
        [AUDIO_CAPTURE] = capture_name, [AUDIO_PLAYBACK] = playback_name
    };
    bool is_good = true;

    if (!port)
        return RESULT_NO_MEMORY;
    port->base = (struct audio_device){ .start = port_start,
                                        .stop = port_stop,
                                        .free = port_free };
    (void)pthread_mutex_init(&port->mutex, NULL);
    (void)pthread_cond_init(&port->changed, NULL);
    portaudio_streams_init(port);
    for (unsigned i = 0; i < 2; i++) {
        port->lines[i].name = names[i] ? strdup(names[i]) : NULL;
        is_good = is_good && (port->lines[i].name || !names[i]);
    }
    if (!is_good) {
        port_free(&port->base);
        return RESULT_NO_MEMORY;
    }
    *out = &port->base;
    return RESULT_OK;
}

bool audio_device_portaudio_is_there(void) { return true; }

#else

bool audio_device_portaudio_is_there(void) { return false; }

enum result audio_device_portaudio_new(struct audio_device **out,
                                       const char *capture_name,
                                       const char *playback_name)
{
    (void)out;
    (void)capture_name;
    (void)playback_name;
    return RESULT_UNSUPPORTED;
}

#endif
