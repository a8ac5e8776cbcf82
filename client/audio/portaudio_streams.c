#include "client/audio/portaudio_streams.h"

#ifdef HAS_PORTAUDIO

#include "client/audio/portaudio_library.h"

#include <portaudio.h>

#include <string.h>

enum {
    STILL_MAX = 10,       /* looks in a row without any block */
    FAILURES_MAX = 3,     /* in a row, of what begins and fails at once */
    LASTING_BLOCKS = 250, /* some seconds: that was no failure at once */
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

/* The same where it stopped running before, to be mended. The mutex is held. */
void portaudio_streams_give_up(struct audio_device_portaudio *port)
{
    port->working_s = 0;
    if (!port->is_stopping && port->handlers.ended)
        port->handlers.ended(RESULT_IO, port->handlers.user);
    port->is_running = false;
    port->is_given_up = true;
}

/* The mutex is held. */
static void fail(struct audio_device_portaudio *port)
{
    if (port->is_running && port->handlers.changed) {
        port->has_failed = true;
        pthread_cond_broadcast(&port->changed);
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
    port->is_running = is_running && !port->is_stopping && !port->is_given_up;
    memset(port->blocks, 0, sizeof port->blocks);
    memset(port->looked, 0, sizeof port->looked);
    memset(port->still, 0, sizeof port->still);
    port->has_failed = false;
    pthread_mutex_unlock(&port->mutex);
}

void portaudio_streams_close(struct audio_device_portaudio *port)
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
        if (!port->is_stopping && !port->is_given_up)
            port->handlers.changed(&opened.change, port->handlers.user);
        pthread_mutex_unlock(&port->mutex);
    }
    return opened.result;
}

enum result portaudio_streams_open(struct audio_device_portaudio *port)
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
void portaudio_streams_resume(void *user)
{
    struct audio_device_portaudio *port = user;
    const enum result result = portaudio_streams_open(port);

    if (result == RESULT_OK)
        return;
    set_running(port, true);
    pthread_mutex_lock(&port->mutex);
    lose(port, result);
    pthread_mutex_unlock(&port->mutex);
    portaudio_streams_close(port);
}

void portaudio_streams_pause(void *user) { portaudio_streams_close(user); }

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

void portaudio_streams_mend(struct audio_device_portaudio *port)
{
    if (!portaudio_library_lock())
        return;
    if (has_failed(port)) {
        const bool is_useless = count_failure(port);

        portaudio_streams_close(port);
        if (!is_useless)
            portaudio_streams_resume(port);
    }
    portaudio_library_unlock();
}

static bool is_waiting(const struct audio_device_portaudio *port)
{
    return port->is_begun &&
           (portaudio_line_is_waiting(&port->lines[AUDIO_CAPTURE]) ||
            portaudio_line_is_waiting(&port->lines[AUDIO_PLAYBACK]));
}

/* Has no block come since it was last looked, and how often in a row? */
static unsigned count_still(struct audio_device_portaudio *port,
                            enum audio_direction direction)
{
    unsigned count;

    pthread_mutex_lock(&port->mutex);
    if (!port->is_running || !port->lines[direction].stream ||
        port->blocks[direction] != port->looked[direction])
        port->still[direction] = 0;
    else
        port->still[direction]++;
    port->looked[direction] = port->blocks[direction];
    count = port->still[direction];
    pthread_mutex_unlock(&port->mutex);
    return count;
}

/*
 * PortAudio up to 19.7 does not tell that a card was pulled out: its thread
 * turns in circles, and no block comes any more. None comes on a busy machine
 * either, for a while; but then the card is there.
 */
static bool has_stalled(struct audio_device_portaudio *port)
{
    bool answer = false;

    for (unsigned i = 0; i < 2; i++) {
        const unsigned still = count_still(port, (enum audio_direction)i);

        if (still >= STILL_MAX ||
            (still > 0 && portaudio_line_is_gone(&port->lines[i])))
            answer = true;
    }
    if (!answer)
        return false;
    pthread_mutex_lock(&port->mutex);
    fail(port);
    pthread_mutex_unlock(&port->mutex);
    return true;
}

void portaudio_streams_look(struct audio_device_portaudio *port)
{
    bool has_come;

    if (!portaudio_library_lock())
        return;
    if (has_stalled(port) || !is_waiting(port)) {
        portaudio_library_unlock();
        return;
    }
    has_come = portaudio_line_look(&port->lines[AUDIO_CAPTURE]);
    has_come = portaudio_line_look(&port->lines[AUDIO_PLAYBACK]) || has_come;
    if (portaudio_library_cards() != port->cards)
        has_come = true;
    if (has_come) {
        portaudio_streams_close(port);
        portaudio_streams_resume(port);
    }
    portaudio_library_unlock();
}

void portaudio_streams_init(struct audio_device_portaudio *port)
{
    for (unsigned i = 0; i < 2; i++) {
        struct portaudio_line *line = &port->lines[i];

        line->direction = (enum audio_direction)i;
        line->callback = i == AUDIO_CAPTURE ? on_input : on_output;
        line->finished = on_finished;
        line->user = port;
    }
}

#endif
