/*
 * Who speaks freely in a room at this moment: as many as a listener's line can
 * carry, whoever began first. A place is free again when its speaker has been
 * silent for a while. Loop thread only; nothing to be released.
 */
#ifndef SERVER_AUDIO_TALKERS_H
#define SERVER_AUDIO_TALKERS_H

#include "protocol/base/limits.h"

#include <stdbool.h>
#include <stdint.h>

/* How long a silent speaker keeps the place. */
enum { TALKERS_SILENCE_MS = 1000 };

/* Zeroed: nobody speaks. */
struct talkers {
    struct {
        uint16_t slot; /* 0: nobody's place */
        int64_t heard_ms;
    } places[LIMIT_ROOM_TALKERS];
};

/* Has the sender of this slot, not 0, a place now, the old one or a free one?
 * Monotonic ms. */
bool talkers_admit(struct talkers *talkers, uint16_t slot, int64_t now_ms);

#endif
