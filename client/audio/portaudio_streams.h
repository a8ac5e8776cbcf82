/*
 * The streams of the PortAudio device: blocks, what becomes of a stream that
 * fails or of a card that comes, and what is told of it. Inside of
 * audio_device_portaudio, whose threads these are.
 */
#ifndef CLIENT_AUDIO_PORTAUDIO_STREAMS_H
#define CLIENT_AUDIO_PORTAUDIO_STREAMS_H

#include "client/audio/audio_device.h"
#include "client/audio/portaudio_line.h"
#include "protocol/base/result.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct audio_device_portaudio {
    struct audio_device base;       /* first: the port's pointer is ours */
    struct portaudio_line lines[2]; /* by direction; two streams: one for both
                                     * was once 0.9 s late */
    struct audio_device_handlers handlers;
    pthread_t guard;  /* looks whether the other one hangs */
    pthread_t thread; /* of all that PortAudio does for it, and may hang in */
    bool has_thread;
    bool is_abandoned; /* that hangs, and may look at all of this */
    bool is_begun;     /* PortAudio; this and the lines under its lock */
    uint32_t cards;    /* when PortAudio last looked */

    pthread_mutex_t mutex; /* held while a handler runs; guards the rest */
    pthread_cond_t changed;
    bool is_running;  /* blocks pass, and a stream that ends has failed */
    bool has_failed;  /* one has */
    bool is_given_up; /* `ended` was told while PortAudio hangs */
    bool is_stopping; /* the thread is to end, and no handler runs any more */
    bool has_started; /* or not, as `started` says */
    enum result started;
    bool is_over;       /* the thread is at its end */
    int64_t working_s;  /* since when PortAudio is at work; 0: it is not */
    unsigned blocks[2]; /* by direction, since the streams were opened, */
    unsigned looked[2]; /* and when it was last looked, */
    unsigned still[2];  /* looks in a row that found none */
    unsigned failures;  /* in a row */
};

/* Names what the lines are to call. Before all else. */
void portaudio_streams_init(struct audio_device_portaudio *port);
/* These want portaudio_library_lock(). After an error it is to be closed. */
MUST_USE enum result
portaudio_streams_open(struct audio_device_portaudio *port);
void portaudio_streams_close(struct audio_device_portaudio *port);
/* For portaudio_library_enter(). */
void portaudio_streams_pause(void *port);
void portaudio_streams_resume(void *port);

/* These take it. After a stream's failure all that there is opened anew. */
void portaudio_streams_mend(struct audio_device_portaudio *port);
/* Now and then: has one failed and not said so, or what is awaited come? */
void portaudio_streams_look(struct audio_device_portaudio *port);

/* The mutex is held. PortAudio hangs: that is the end of the sound. */
void portaudio_streams_give_up(struct audio_device_portaudio *port);

#endif
