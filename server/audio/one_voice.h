/*
 * Whom a line is sent that cannot carry several speakers at once: who has the
 * floor, otherwise who began first. The place is free when its speaker has been
 * silent for a while. Pure; loop thread only; nothing to be released.
 */
#ifndef SERVER_AUDIO_ONE_VOICE_H
#define SERVER_AUDIO_ONE_VOICE_H

#include <stdbool.h>
#include <stdint.h>

/* How long a silent speaker keeps the place. */
enum { ONE_VOICE_SILENCE_MS = 1000 };

/* Zeroed: nobody speaks. */
struct one_voice {
    uint16_t slot; /* 0: nobody's place */
    bool has_floor;
    int64_t heard_ms;
};

/* Is the sender of this slot, not 0, sent to the line? Monotonic ms. */
bool one_voice_admit(struct one_voice *voice, uint16_t slot, bool has_floor,
                     int64_t now_ms);

#endif
