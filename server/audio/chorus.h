/*
 * How many speak at the same time, among those who hear each other: while
 * several do, frames held back for a moment soon find company, and one message
 * carries them all. Pure; monotonic ms.
 */
#ifndef SERVER_AUDIO_CHORUS_H
#define SERVER_AUDIO_CHORUS_H

#include <stdint.h>

enum {
    CHORUS_MS = 100,   /* whoever was heard within it speaks */
    CHORUS_COUNTED = 4 /* more of them count as so many */
};

/* Zeroed: nobody speaks. */
struct chorus {
    struct {
        const void *who; /* only compared; NULL: nobody's place */
        int64_t heard_ms;
    } places[CHORUS_COUNTED];
};

/* `who`, not NULL, is heard now: so many speak, 1 to CHORUS_COUNTED. */
unsigned chorus_hear(struct chorus *chorus, const void *who, int64_t now_ms);

#endif
