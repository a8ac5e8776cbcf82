/*
 * One direction of the PulseAudio device, a stream: it begins on the chosen
 * source or sink, goes to the default one when that vanishes, comes back when
 * it is there again, and tells of it. Inside of audio_device_pulse.
 *
 * All of it belongs to the main loop's lock once the loop runs; callbacks run
 * with that lock held, on the library's thread, and so do the handlers.
 */
#ifndef CLIENT_AUDIO_PULSE_LINE_H
#define CLIENT_AUDIO_PULSE_LINE_H

#include "client/audio/audio_device.h"

#include <pulse/pulseaudio.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What both directions share: the server and whom to tell. */
struct pulse_server {
    pa_threaded_mainloop *loop;
    pa_context *context;
    struct audio_device_handlers handlers;
    bool is_timed_out; /* while starting */
    bool is_running;   /* started: from now on a loss is told */
    bool is_lost;      /* was told: nothing else is */
};

/* Told once: what is not running any more cannot be lost again. */
void pulse_server_lose(struct pulse_server *server, enum result reason);
/* Why it did not work: what the server said last. */
enum result pulse_server_failure(const struct pulse_server *server);

struct pulse_line {
    struct pulse_server *server; /* whose it is */
    enum audio_direction direction;
    char *name;               /* chosen; NULL: the default */
    pa_stream *stream;        /* NULL: there is none */
    bool is_told_missing;     /* what is captured then is no microphone's */
    bool is_muted;            /* where it is, and that was told */
    bool is_strayed;          /* not on the chosen one, and that was told */
    char at[AUDIO_NAME_SIZE]; /* the machine's name of where it is; "": new */
    int16_t block[AUDIO_BLOCK_COUNT];
    size_t size; /* bytes of it that came, or were written */
};

/*
 * Waits, the lock held, until the stream runs. A source that is not there is
 * told and waited for; RESULT_NOT_FOUND for a sink, RESULT_CLOSED, RESULT_IO.
 */
MUST_USE enum result pulse_line_start(struct pulse_line *line);
/* Ends the stream; nothing is called any more. */
void pulse_line_drop(struct pulse_line *line);
/* Asks where the stream is, and whether that is muted; if it is news it is
 * told. */
void pulse_line_ask_place(struct pulse_line *line);
/* Something about the device of this index is otherwise: ask, if it is ours. */
void pulse_line_on_changed(struct pulse_line *line, uint32_t index);
/* A device has come: it may be the one that is waited for. */
void pulse_line_look_for_chosen(struct pulse_line *line);
/* What was not even asked will be with the next change. Takes NULL. */
void pulse_let_go(pa_operation *operation);

#endif
