#include "server/audio/one_voice.h"

bool one_voice_admit(struct one_voice *voice, uint16_t slot, bool has_floor,
                     int64_t now_ms)
{
    if (voice->slot != slot && voice->slot != 0 &&
        now_ms - voice->heard_ms < ONE_VOICE_SILENCE_MS &&
        !(has_floor && !voice->has_floor))
        return false;
    voice->slot = slot;
    voice->has_floor = has_floor;
    voice->heard_ms = now_ms;
    return true;
}
