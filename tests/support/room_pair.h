/*
 * Two members of a meeting, each with microphone and loudspeaker, in one room
 * or in two: what the microphone of the first hears, what the second sends, and
 * when that comes over a line and out of the loudspeaker. Computed from seeds.
 */
#ifndef TESTS_SUPPORT_ROOM_PAIR_H
#define TESTS_SUPPORT_ROOM_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ROOM_PAIR_SECONDS = 10,
    ROOM_PAIR_COUNT = 48000 * ROOM_PAIR_SECONDS, /* samples */
};

enum room_pair_talk {
    TALK_FIRST,
    TALK_SECOND,
    TALK_IN_TURNS, /* 2.5 s each */
    TALK_BOTH,
    TALK_THIRD, /* one elsewhere, heard from the loudspeakers of both */
    TALK_NOBODY,
};

struct room_pair {
    uint32_t seed; /* the voices, too */
    enum room_pair_talk talk;
    bool is_one_room;
    unsigned room_ms; /* from the talker to the farther microphone, */
    double gain;      /* and how much is left there */
    double reflected; /* part of what walls send back */
    double noise;     /* root mean square, of its own in each room */
    double hum;       /* of the mains, the same in both */
    double clicks;    /* of keys, peak */
    double melody;    /* of music, another in each room, root mean square */
    unsigned line_ms; /* from the second to the first, and back */
    unsigned wait_ms; /* in the jitter buffer and the loudspeaker's queue */
    double echo;      /* of its own loudspeaker at the first microphone */
    double leak;      /* of its own loudspeaker at the second one: what the
                       * first and the third say comes back with it */
    bool is_sent;     /* the microphone of the first is on */
};

/* Who listens at the place of the first. Times as in room_mate.h. */
struct room_pair_listener {
    void (*captured)(void *user, const int16_t *samples, int64_t captured_ms,
                     bool is_sent);
    void (*arrived)(void *user, uint16_t slot, uint32_t timestamp,
                    int64_t arrival_ms);
    void (*heard)(void *user, uint16_t slot, uint32_t timestamp,
                  const int16_t *samples, int64_t heard_ms);
    /* Recognised anybody? */
    bool (*found)(void *user);
    void *user;
};
enum { ROOM_PAIR_SECOND = 7, ROOM_PAIR_THIRD = 9 }; /* slots */

/* Plays it: the time in ms at which the listener recognised somebody; -1 if he
 * did not. */
int64_t room_pair_play(const struct room_pair *pair,
                       const struct room_pair_listener *listener);

#endif
