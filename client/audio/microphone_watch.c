#include "client/audio/microphone_watch.h"

#include <stddef.h>

enum {
    RANGE_MAX = 8,    /* the noise of a converter that hears nothing: -78 dB */
    PATIENCE_PART = 4 /* so much longer after a false alarm */
};

void microphone_watch_reset(struct microphone_watch *watch, int64_t now_ms)
{
    watch->patience_ms = MICROPHONE_WATCH_MS;
    watch->heard_ms = now_ms;
    watch->was_told = false;
}

void microphone_watch_set_on(struct microphone_watch *watch, bool is_on,
                             int64_t now_ms)
{
    if (is_on == watch->is_on)
        return;
    watch->is_on = is_on;
    watch->heard_ms = now_ms;
    watch->was_told = false;
    if (watch->patience_ms == 0)
        watch->patience_ms = MICROPHONE_WATCH_MS;
}

/* A line that only stands away from zero says nothing either. */
static bool is_sound(const int16_t *samples)
{
    int lowest = samples[0];
    int highest = samples[0];

    for (size_t i = 1; i < AUDIO_BLOCK_COUNT; i++) {
        lowest = samples[i] < lowest ? samples[i] : lowest;
        highest = samples[i] > highest ? samples[i] : highest;
    }
    return highest - lowest > RANGE_MAX;
}

void microphone_watch_block(struct microphone_watch *watch,
                            const int16_t samples[AUDIO_BLOCK_COUNT],
                            int64_t captured_ms)
{
    if (!watch->is_on || !is_sound(samples))
        return;
    watch->heard_ms = captured_ms;
    if (watch->was_told)
        watch->patience_ms *= PATIENCE_PART;
    watch->was_told = false;
}

bool microphone_watch_should_tell(struct microphone_watch *watch,
                                  int64_t now_ms)
{
    if (microphone_watch_wait_ms(watch, now_ms) != 0)
        return false;
    watch->was_told = true;
    return true;
}

int64_t microphone_watch_wait_ms(const struct microphone_watch *watch,
                                 int64_t now_ms)
{
    const int64_t due_ms = watch->heard_ms + watch->patience_ms;

    if (!watch->is_on || watch->was_told)
        return -1;
    return due_ms > now_ms ? due_ms - now_ms : 0;
}
