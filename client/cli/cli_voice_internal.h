/*
 * Inside of cli_voice.h: what cli_voice.c (its face, for the main and the
 * core's thread) and cli_voice_thread.c (the thread that owns the voice) share.
 */
#ifndef CLIENT_CLI_CLI_VOICE_INTERNAL_H
#define CLIENT_CLI_CLI_VOICE_INTERNAL_H

#include "client/cli/cli_hearing.h"
#include "client/cli/cli_voice.h"
#include "protocol/base/limits.h"

#include <pthread.h>

enum {
    CLI_VOICE_FRAME_MAX = 256,  /* received, not yet given to the voice */
    CLI_VOICE_REQUEST_MAX = 16, /* main thread's, not yet done */
    CLI_VOICE_NOTICE_MAX = 16
};

struct cli_voice_arrival {
    struct cli_voice_frame head;
    int64_t arrival_ms;
    size_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

enum cli_voice_request_kind {
    REQUEST_NOTHING,
    REQUEST_TALK,
    REQUEST_BE_SILENT,
    REQUEST_SPEAK,
    REQUEST_RECORD,
    REQUEST_STOP_RECORDING,
    REQUEST_TONE_RISING,
    REQUEST_TONE_FALLING,
    REQUEST_CHOOSE,
    REQUEST_LEVEL,
    REQUEST_STATISTICS,
    REQUEST_BE_DEAF,
    REQUEST_HEAR
};
struct cli_voice_request {
    enum cli_voice_request_kind kind;
    struct cli_sound sound;
    char path[CLI_VOICE_PATH_SIZE];
};

struct cli_voice {
    struct cli_voice_setting setting; /* its sound: the thread's */
    pthread_t thread;
    bool has_thread;
    int work_fd;   /* wakes the thread */
    int notice_fd; /* wakes the main thread */

    pthread_mutex_t lock;  /* guards all from here to `has_wanted_quality` */
    struct client *client; /* borrowed; NULL before attach and after stop */
    bool is_stopping;
    struct cli_voice_arrival frames[CLI_VOICE_FRAME_MAX];
    size_t frame_first, frame_count;
    struct cli_voice_request requests[CLI_VOICE_REQUEST_MAX];
    size_t request_count;
    struct cli_voice_notice notices[CLI_VOICE_NOTICE_MAX];
    size_t notice_count;
    struct cli_slot_gains wanted_gains;
    bool has_wanted_gains;
    int64_t round_trip_ms; /* 0: not known */
    bool is_talk_expected;
    struct voice_quality wanted_quality;
    unsigned wanted_floor_ms;
    bool has_wanted_quality;

    /* Of the thread alone. */
    struct voice *voice;
    struct cli_hearing hearing;
    bool is_talking;    /* as the main thread asked last */
    bool has_processed; /* the start is over */
    bool has_spoken;    /* a file is over, what it opened is still open */
    char spoken[CLI_VOICE_PATH_SIZE];
    char recorded[CLI_VOICE_PATH_SIZE]; /* "": nothing is being recorded */
    struct cli_slot_gains gains;        /* as the voice has them */
};

/* The thread's work, until cli_voice_stop(); `user` is the cli_voice. */
void *cli_voice_run(void *user);

/* Any thread. */
int64_t cli_voice_now_ms(void);
/* Of an eventfd: it becomes readable; what is readable is taken. */
void cli_voice_wake(int fd);
void cli_voice_empty(int fd);
/* Into CLI_VOICE_PATH_SIZE bytes; what is too long is cut off. */
void cli_voice_copy_path(char *out, const char *path);

#endif
