/*
 * Who is speaking at this moment, by the frames that came: somebody speaks
 * from SPEAKING_BEGIN_MS after the first of them, so that no click names
 * anybody, until none has come for SPEAKING_HOLD_MS, so that nobody's name
 * flickers between two words. A frame that tells of silence is none of them.
 *
 * Times are of one clock that never runs backwards, in milliseconds. Pure; one
 * thread at a time; nothing to be released.
 */
#ifndef CLIENT_AUDIO_SPEAKING_H
#define CLIENT_AUDIO_SPEAKING_H

#include "protocol/base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SPEAKING_BEGIN_MS = 100, SPEAKING_HOLD_MS = 500 };

/* Zeroed: nobody speaks. */
struct speaking {
    struct speaking_place {
        uint16_t slot;
        int64_t begun_ms;           /* the first frame of this talkspurt */
        int64_t heard_ms;           /* the newest frame */
    } places[LIMIT_VOICE_SPEAKERS]; /* as they began */
    size_t count;
};

/* A frame with sound came from this slot, or one with AUDIO_FLAG_SILENCE. True
 * if its sender speaks from now on. */
bool speaking_heard(struct speaking *speaking, uint16_t slot, uint8_t flags,
                    int64_t now_ms);

/* Who speaks, in the order in which they began: at most LIMIT_VOICE_SPEAKERS
 * slots. Their count. */
size_t speaking_now(struct speaking *speaking, int64_t now_ms,
                    uint16_t slots[LIMIT_VOICE_SPEAKERS]);

#endif
