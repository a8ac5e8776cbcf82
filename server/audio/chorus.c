#include "server/audio/chorus.h"

#include <stddef.h>

unsigned chorus_hear(struct chorus *chorus, const void *who, int64_t now_ms)
{
    size_t i, place = 0;
    unsigned count = 0;

    /* The own place, or else the one of who was silent for longest. */
    for (i = 0; i < CHORUS_COUNTED; i++) {
        if (chorus->places[i].who == who) {
            place = i;
            break;
        }
        if (!chorus->places[i].who)
            place = i;
        else if (chorus->places[place].who &&
                 chorus->places[i].heard_ms < chorus->places[place].heard_ms)
            place = i;
    }
    chorus->places[place].who = who;
    chorus->places[place].heard_ms = now_ms;
    for (i = 0; i < CHORUS_COUNTED; i++)
        count += chorus->places[i].who &&
                 now_ms - chorus->places[i].heard_ms < CHORUS_MS;
    return count;
}
