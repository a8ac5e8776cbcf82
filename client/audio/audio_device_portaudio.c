#include "client/audio/audio_device_portaudio.h"

#ifdef HAS_PORTAUDIO

#include "client/audio/portaudio_library.h"
#include "client/audio/portaudio_line.h"

#include <portaudio.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LOOK_S = 2,           /* for what is awaited, and whether blocks come */
    FAILURES_MAX = 3,     /* in a row, of what begins and fails at once */
    LASTING_BLOCKS = 250, /* some seconds: that was no failure at once */
};

struct audio_device_portaudio {
    struct audio_device base;       /* first: the port's pointer is ours */
    struct portaudio_line lines[2]; /* by direction; two streams: one for both
                                     * was once 0.9 s late */
    struct audio_device_handlers handlers;
    pthread_t thread; /* looks after the streams */
    bool has_thread;
    bool is_begun;  /* PortAudio; this and the lines under its lock */
    uint32_t cards; /* when PortAudio last looked */

    pthread_mutex_t mutex; /* held while a handler runs; guards the rest */
    pthread_cond_t changed;
    bool is_running;    /* blocks pass, and a stream that ends has failed */
    bool has_failed;    /* one has */
    bool is_stopping;   /* the thread is to end */
    unsigned blocks[2]; /* by direction, since the streams were opened, */
    unsigned looked[2]; /* and when it was last looked, */
    bool has_looked;    /* if it was */
    unsigned failures;  /* in a row */
};

/* --- on the library's threads -------------------------------------------- */

/* `frames` is AUDIO_BLOCK_COUNT, as the streams were opened. */
static int on_input(const void *input, void *output, unsigned long frames,
                    const PaStreamCallbackTimeInfo *time,
                    PaStreamCallbackFlags flags, void *user)
{
    static const int16_t silence[AUDIO_BLOCK_COUNT];
    struct audio_device_portaudio *port = user;

    (void)output;
    (void)frames;
    (void)time;
    (void)flags;
    pthread_mutex_lock(&port->mutex);
    if (port->is_running) {
        port->handlers.captured(input ? input : silence, port->handlers.user);
        port->blocks[AUDIO_CAPTURE]++;
    }
    pthread_mutex_unlock(&port->mutex);
    return paContinue;
}

static int on_output(const void *input, void *output, unsigned long frames,
                     const PaStreamCallbackTimeInfo *time,
                     PaStreamCallbackFlags flags, void *user)
{
    struct audio_device_portaudio *port = user;

    (void)input;
    (void)frames;
    (void)time;
    (void)flags;
    memset(output, 0, AUDIO_BLOCK_COUNT * sizeof(int16_t));
    pthread_mutex_lock(&port->mutex);
    if (port->is_running) {
        port->handlers.play(output, port->handlers.user);
        port->blocks[AUDIO_PLAYBACK]++;
    }
    pthread_mutex_unlock(&port->mutex);
    return paContinue;
}

/* Told once. The mutex is held. */
static void lose(struct audio_device_portaudio *port, enum result reason)
{
    if (port->is_running && port->handlers.ended)
        port->handlers.ended(reason, port->handlers.user);
    port->is_running = false;
}

/* The mutex is held. */
static void fail(struct audio_device_portaudio *port)
{
    if (port->is_running && port->handlers.changed) {
        port->has_failed = true;
        pthread_cond_signal(&port->changed);
    } else {
        lose(port, RESULT_IO);
    }
}

/* A stream ends; not when we end it ourselves. */
static void on_finished(void *user)
{
    struct audio_device_portaudio *port = user;

    pthread_mutex_lock(&port->mutex);
    fail(port);
    pthread_mutex_unlock(&port->mutex);
}

/* --- all streams; the library's lock is held -------------------------------
 */

static void set_running(struct audio_device_portaudio *port, bool is_running)
{
    pthread_mutex_lock(&port->mutex);
    port->is_running = is_running;
    memset(port->blocks, 0, sizeof port->blocks);
    port->has_looked = false;
    port->has_failed = false;
    pthread_mutex_unlock(&port->mutex);
}

static void close_all(struct audio_device_portaudio *port)
{
    set_running(port, false);
    portaudio_line_close(&port->lines[AUDIO_CAPTURE]);
    portaudio_line_close(&port->lines[AUDIO_PLAYBACK]);
    if (port->is_begun)
        portaudio_library_end();
    port->is_begun = false;
}

static enum result open_line(struct audio_device_portaudio *port,
                             enum audio_direction direction)
{
    const bool strays = port->handlers.changed != NULL;
    const struct portaudio_opened opened =
        portaudio_line_open(&port->lines[direction], strays);

    if (opened.is_news && strays) {
        pthread_mutex_lock(&port->mutex);
        port->handlers.changed(&opened.change, port->handlers.user);
        pthread_mutex_unlock(&port->mutex);
    }
    return opened.result;
}

static enum result open_all(struct audio_device_portaudio *port)
{
    enum result result;

    port->cards = portaudio_library_cards();
    result = portaudio_library_begin();
    if (result != RESULT_OK)
        return result;
    port->is_begun = true;
    set_running(port, true);
    if (port->handlers.captured)
        result = open_line(port, AUDIO_CAPTURE);
    if (result == RESULT_OK && port->handlers.play)
        result = open_line(port, AUDIO_PLAYBACK);
    return result;
}

/* Opens what there is now. What cannot be is lost. */
static void resume(void *user)
{
    struct audio_device_portaudio *port = user;
    const enum result result = open_all(port);

    if (result == RESULT_OK)
        return;
    pthread_mutex_lock(&port->mutex);
    port->is_running = true;
    lose(port, result);
    pthread_mutex_unlock(&port->mutex);
    close_all(port);
}

static void pause_all(void *user) { close_all(user); }

/* --- the thread that looks after them --------------------------------------
 */

/* True when streams that begin and fail at once are no use any more. */
static bool count_failure(struct audio_device_portaudio *port)
{
    bool is_useless;

    pthread_mutex_lock(&port->mutex);
    if (port->blocks[AUDIO_CAPTURE] + port->blocks[AUDIO_PLAYBACK] >=
        LASTING_BLOCKS)
        port->failures = 0;
    is_useless = ++port->failures >= FAILURES_MAX;
    if (is_useless)
        lose(port, RESULT_IO);
    pthread_mutex_unlock(&port->mutex);
    return is_useless;
}

/* Whoever listed has begun anew meanwhile, or it has been lost. */
static bool has_failed(struct audio_device_portaudio *port)
{
    bool answer;

    pthread_mutex_lock(&port->mutex);
    answer = port->is_running && port->has_failed;
    pthread_mutex_unlock(&port->mutex);
    return answer;
}

static void mend(struct audio_device_portaudio *port)
{
    portaudio_library_lock();
    if (has_failed(port)) {
        const bool is_useless = count_failure(port);

        close_all(port);
        if (!is_useless)
            resume(port);
    }
    portaudio_library_unlock();
}

static bool is_waiting(const struct audio_device_portaudio *port)
{
    return port->is_begun &&
           (portaudio_line_is_waiting(&port->lines[AUDIO_CAPTURE]) ||
            portaudio_line_is_waiting(&port->lines[AUDIO_PLAYBACK]));
}

/*
 * PortAudio 19.6 does not tell that a card was pulled out: its thread turns in
 * circles, and no block comes any more.
 */
static bool has_stalled(struct audio_device_portaudio *port)
{
    bool answer = false;

    pthread_mutex_lock(&port->mutex);
    for (unsigned i = 0; i < 2; i++) {
        if (port->is_running && port->has_looked && port->lines[i].stream &&
            port->blocks[i] == port->looked[i])
            answer = true;
        port->looked[i] = port->blocks[i];
    }
    port->has_looked = true;
    if (answer)
        fail(port);
    pthread_mutex_unlock(&port->mutex);
    return answer;
}

static void look(struct audio_device_portaudio *port)
{
    bool has_come;

    portaudio_library_lock();
    if (has_stalled(port) || !is_waiting(port)) {
        portaudio_library_unlock();
        return;
    }
    has_come = portaudio_line_look(&port->lines[AUDIO_CAPTURE]);
    has_come = portaudio_line_look(&port->lines[AUDIO_PLAYBACK]) || has_come;
    if (portaudio_library_cards() != port->cards)
        has_come = true;
    if (has_come) {
        close_all(port);
        resume(port);
    }
    portaudio_library_unlock();
}

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

static void *look_after(void *user)
{
    struct audio_device_portaudio *port = user;
    bool is_over = false;

    while (!is_over) {
        bool is_called;

        pthread_mutex_lock(&port->mutex);
        is_called = wait_for_work(port);
        is_over = port->is_stopping;
        pthread_mutex_unlock(&port->mutex);
        if (is_over)
            break;
        if (is_called)
            mend(port);
        else
            look(port);
    }
    return NULL;
}

/* --- the port ------------------------------------------------------------ */

static void end_thread(struct audio_device_portaudio *port)
{
    if (!port->has_thread)
        return;
    pthread_mutex_lock(&port->mutex);
    port->is_stopping = true;
    pthread_cond_signal(&port->changed);
    pthread_mutex_unlock(&port->mutex);
    (void)pthread_join(port->thread, NULL);
    port->has_thread = false;
}

static void port_stop(struct audio_device *device)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;

    end_thread(port);
    portaudio_library_lock();
    portaudio_library_leave(port);
    close_all(port);
    portaudio_library_unlock();
}

static enum result start_all(struct audio_device_portaudio *port)
{
    const struct portaudio_user user = { .pause = pause_all,
                                         .resume = resume,
                                         .user = port };
    const enum result result = open_all(port);

    if (result != RESULT_OK)
        return result;
    if (pthread_create(&port->thread, NULL, look_after, port) != 0)
        return RESULT_NO_MEMORY;
    port->has_thread = true;
    portaudio_library_enter(&user);
    return RESULT_OK;
}

static enum result port_start(struct audio_device *device,
                              const struct audio_device_handlers *handlers)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;
    enum result result;

    port->handlers = *handlers;
    portaudio_library_lock();
    result = start_all(port);
    portaudio_library_unlock();
    if (result != RESULT_OK)
        port_stop(device);
    return result;
}

static struct audio_device *port_free(struct audio_device *device)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;

    port_stop(device);
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
    for (unsigned i = 0; i < 2; i++) {
        struct portaudio_line *line = &port->lines[i];

        *line =
            (struct portaudio_line){ .direction = (enum audio_direction)i,
                                     .name = names[i] ? strdup(names[i]) : NULL,
                                     .callback = i == AUDIO_CAPTURE ? on_input
                                                                    : on_output,
                                     .finished = on_finished,
                                     .user = port };
        is_good = is_good && (line->name || !names[i]);
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
