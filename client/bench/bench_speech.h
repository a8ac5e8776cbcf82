/*
 * Rooms in which some speak and all others listen: who sends which frame when,
 * and what became of each. The same for every server that is measured, whatever
 * its protocol: it is given a function that sends a payload as a member of a
 * room, and is told of each payload that comes.
 *
 * Speakers take turns within the 20 ms of a frame, those of one room evenly
 * spread. A speaker that is late catches up. One thread; µs are monotonic.
 */
#ifndef CLIENT_BENCH_BENCH_SPEECH_H
#define CLIENT_BENCH_BENCH_SPEECH_H

#include "client/bench/bench_latency.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_FRAME_US = 20000, BENCH_PAYLOAD_SIZE = 80 };

struct bench_speech {
    size_t rooms, members, speakers; /* a room's first members speak */
    size_t speaking_rooms;           /* the first ones; others are silent */
    void (*say)(void *user, size_t room, size_t speaker, uint32_t sequence,
                const uint8_t *payload, size_t size);
    void *user;
    /* Members who do not parse what they hear, the same in each room and no
     * speakers; their frames are not expected here. Owned. */
    bool *is_deaf;
    size_t hearing; /* the others of a room */

    uint64_t begun_us, until_us; /* of speaking */
    uint64_t turn;               /* frames sent so far, all speakers */
    uint64_t measured_from_us, measured_until_us;
    uint32_t *last; /* sequence heard, by listener and speaker; owned */
    uint64_t expected, received;  /* deliveries, of all that was said */
    uint64_t in_time;             /* received within the measured time */
    uint64_t offered;             /* expected of what was said within it */
    uint64_t backwards, foreign;  /* out of order or twice; of another room */
    struct bench_latency latency; /* of what was said within it */
};

MUST_USE enum result bench_speech_init(struct bench_speech *speech,
                                       size_t rooms, size_t members,
                                       size_t speakers);
void bench_speech_release(struct bench_speech *speech);

/* Speaks from now on in the first `rooms`; figures begin anew. What is measured
 * begins after `warm_us` and lasts `measured_us`. */
void bench_speech_begin(struct bench_speech *speech, size_t rooms,
                        uint64_t warm_us, uint64_t measured_us);
/* Sends what is due. */
void bench_speech_tick(struct bench_speech *speech);
/* µs until the next frame is due; at most 1000. */
uint64_t bench_speech_wait_us(const struct bench_speech *speech);
/* A payload has come to a member of a room. */
void bench_speech_hear(struct bench_speech *speech, size_t room, size_t member,
                       const uint8_t *payload, size_t size);
uint64_t bench_now_us(void); /* monotonic */

#endif
