/*
 * Inside of jitter_buffer.h: what jitter_buffer.c (what comes) and
 * jitter_playing.c (what is heard) share.
 */
#ifndef CLIENT_AUDIO_JITTER_BUFFER_INTERNAL_H
#define CLIENT_AUDIO_JITTER_BUFFER_INTERNAL_H

#include "client/audio/jitter_buffer.h"
#include "client/audio/jitter_clock.h"
#include "client/audio/jitter_line.h"
#include "protocol/line/sequence_window.h"

enum {
    /* Frames are kept to half a block from where they belong. */
    JITTER_HIGHEST_MS = JITTER_DELAY_MAX_MS - AUDIO_BLOCK_MS / 2,
    JITTER_CAPACITY = 40, /* frames: the longest delay and its slack */
    JITTER_HALF_BLOCK = AUDIO_BLOCK_COUNT / 2,
    JITTER_RESUME_SLACK_MS = 60, /* a talkspurt may begin so much later */
};

struct jitter_waiting_frame {
    struct jitter_frame frame;
    int64_t at; /* its timestamp, unwrapped */
};

struct jitter_buffer {
    int64_t floor_ms;
    struct jitter_line line;

    /* What came. */
    struct sequence_window window;
    int64_t newest_at;
    int64_t last_arrival_ms;
    int64_t stale_since_ms;
    int64_t stale_by_ms;       /* the first frame since then */
    uint32_t newest_timestamp; /* that of newest_at */
    bool is_away;      /* nothing came for so long: only fresh frames count */
    bool is_stale_run; /* all frames since stale_since_ms were stale */

    struct jitter_clock clock; /* of the device */

    /* What is heard. */
    int64_t position; /* the next sample to be got, while playing */
    int64_t held;     /* samples made up at one position */
    int64_t budget;   /* samples by which sound may be scaled */
    double loss;      /* share of frames before which others are missing */
    uint32_t last_sequence;
    unsigned lost_run;
    unsigned wait_run; /* blocks in a row for which there was nothing */
    bool is_ahead;     /* the device asks for what is not due yet */
    bool is_playing;
    bool has_played;      /* of this stream the frame last_sequence */
    bool expects_silence; /* that frame said so */

    size_t count;
    struct jitter_waiting_frame frames[JITTER_CAPACITY]; /* in no order */
    struct jitter_frame current;                         /* handed out last */
    struct jitter_statistics statistics;
};

/* The delay that is wanted, the line, the floor and the device considered. */
int64_t jitter_buffer_target_ms(const struct jitter_buffer *buffer);
/* What a sample is heard with if it is heard now. */
int64_t jitter_buffer_delay_at(const struct jitter_buffer *buffer, int64_t at);
/* The sample that is heard now if the delay is so long. */
int64_t jitter_buffer_sample_at(const struct jitter_buffer *buffer,
                                int64_t delay_ms);

/* Of the frames that wait; NULL: none does. */
const struct jitter_waiting_frame *
jitter_buffer_oldest(const struct jitter_buffer *buffer);
void jitter_buffer_remove(struct jitter_buffer *buffer,
                          const struct jitter_waiting_frame *frame);
/* Drops what belongs before a sample: it is stale. */
void jitter_buffer_drop_before(struct jitter_buffer *buffer, int64_t at);

/* Nobody is heard until a talkspurt begins. */
void jitter_buffer_stop(struct jitter_buffer *buffer);

#endif
