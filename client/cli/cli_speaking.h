/*
 * Who is speaking now, for those who look at a screen or have it read to them.
 * Frames come on the core's thread, frames of the own microphone on the
 * voice's; everything else is the main thread's.
 */
#ifndef CLIENT_CLI_CLI_SPEAKING_H
#define CLIENT_CLI_CLI_SPEAKING_H

#include "client/audio/speaking.h"
#include "client/cli/cli_volume.h"
#include "client/core/client.h"

#include <pthread.h>
#include <stdio.h>

struct cli_speaking {
    pthread_mutex_t lock; /* guards the rest */
    struct speaking now;
    int64_t refused_ms; /* when the server last said that nobody hears us */
    bool is_refused;    /* that was ever */
};

void cli_speaking_init(struct cli_speaking *speaking);
void cli_speaking_end(struct cli_speaking *speaking);

/* The core's thread. True if somebody speaks from now on. */
bool cli_speaking_on_audio(struct cli_speaking *speaking, uint16_t slot,
                           uint8_t flags);
/* The voice's thread: a frame of the own microphone went out. */
void cli_speaking_on_sent(struct cli_speaking *speaking, uint8_t flags);
/* The server threw such a frame away: nobody hears it. It says so once a
 * second. */
void cli_speaking_on_refused(struct cli_speaking *speaking);

/* Has it said so within the last moment? */
bool cli_speaking_is_refused(struct cli_speaking *speaking);

/* Each once, in the order in which they began; who is not known is left out. */
struct cli_speakers {
    struct identifier of[LIMIT_VOICE_SPEAKERS];
    size_t count;
    bool am_heard; /* this device is; its holder is then one of them */
};

/* Under the view's lock. `may_be_heard`: what this device sends goes out. */
void cli_speaking_now(struct cli_speaking *speaking,
                      const struct meeting_view *view, bool may_be_heard,
                      struct cli_speakers *out);
bool cli_speakers_have(const struct cli_speakers *speakers,
                       const struct identifier *holder);
bool cli_speakers_equal(const struct cli_speakers *a,
                        const struct cli_speakers *b);

/* "Speaking: site B – comrade A, YOU +2", without an end of the line; with
 * nobody, that nobody speaks. Under the view's lock. */
enum { CLI_SPEAKERS_NAMED = 3 };
void cli_speakers_write(const struct meeting_view *view,
                        const struct cli_speakers *speakers, FILE *out);

/*
 * Whether a line about them is due: when somebody speaks who was not among
 * those told last, not more often than once in CLI_SPEAKING_EVERY_MS. Silence
 * is no news, nor whoever spoke last and goes on; who has been silent for
 * CLI_SPEAKING_FORGET_MS, and another spoke after him, is. Pure.
 */
enum { CLI_SPEAKING_EVERY_MS = 2000, CLI_SPEAKING_FORGET_MS = 10000 };
struct cli_speaking_told {
    struct {
        struct identifier holder;
        int64_t heard_ms;
    } of[LIMIT_VOICE_SPEAKERS];
    size_t count;
    int64_t told_ms;
    bool has_told;
};
bool cli_speaking_should_tell(struct cli_speaking_told *told,
                              const struct cli_speakers *speakers,
                              int64_t now_ms);

#endif
