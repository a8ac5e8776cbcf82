#include "server/audio/talkers.h"

#include <stddef.h>

bool talkers_admit(struct talkers *talkers, uint16_t slot, int64_t now_ms)
{
    size_t i, place = LIMIT_ROOM_TALKERS;

    for (i = 0; i < LIMIT_ROOM_TALKERS; i++) {
        if (talkers->places[i].slot == slot) {
            place = i;
            break;
        }
        if (place == LIMIT_ROOM_TALKERS &&
            (talkers->places[i].slot == 0 ||
             now_ms - talkers->places[i].heard_ms >= TALKERS_SILENCE_MS))
            place = i;
    }
    if (place == LIMIT_ROOM_TALKERS)
        return false;
    talkers->places[place].slot = slot;
    talkers->places[place].heard_ms = now_ms;
    return true;
}
