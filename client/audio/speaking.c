#include "client/audio/speaking.h"

#include "client/audio/audio_block.h"

#include <string.h>

static bool is_over(const struct speaking_place *place, int64_t now_ms)
{
    return now_ms - place->heard_ms >= SPEAKING_HOLD_MS;
}

/* Those that are over go; the order of the others stays. */
static void let_go(struct speaking *speaking, int64_t now_ms)
{
    size_t kept = 0;

    for (size_t i = 0; i < speaking->count; i++)
        if (!is_over(&speaking->places[i], now_ms))
            speaking->places[kept++] = speaking->places[i];
    speaking->count = kept;
}

static bool has_begun(const struct speaking_place *place)
{
    return place->heard_ms - place->begun_ms >= SPEAKING_BEGIN_MS;
}

static struct speaking_place *find(struct speaking *speaking, uint16_t slot)
{
    for (size_t i = 0; i < speaking->count; i++)
        if (speaking->places[i].slot == slot)
            return &speaking->places[i];
    return NULL;
}

bool speaking_heard(struct speaking *speaking, uint16_t slot, uint8_t flags,
                    int64_t now_ms)
{
    struct speaking_place *place;
    bool was_speaking;

    let_go(speaking, now_ms);
    if (flags & AUDIO_FLAG_SILENCE)
        return false;
    place = find(speaking, slot);
    if (!place) {
        if (speaking->count == LIMIT_VOICE_SPEAKERS)
            return false;
        place = &speaking->places[speaking->count++];
        *place = (struct speaking_place){ slot, now_ms, now_ms };
    }
    was_speaking = has_begun(place);
    place->heard_ms = now_ms;
    return !was_speaking && has_begun(place);
}

size_t speaking_now(struct speaking *speaking, int64_t now_ms,
                    uint16_t slots[LIMIT_VOICE_SPEAKERS])
{
    size_t count = 0;

    let_go(speaking, now_ms);
    for (size_t i = 0; i < speaking->count; i++)
        if (has_begun(&speaking->places[i]))
            slots[count++] = speaking->places[i].slot;
    return count;
}
