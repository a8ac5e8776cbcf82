/*
 * Whether anything at all comes from a microphone that is switched on. One that
 * is muted by a switch on it, or in the settings of sound, gives zeros, or the
 * same small noise, or no blocks: whoever speaks into it has to be told.
 *
 * Some headsets and programs give zeros between words, too. Nothing is told
 * while pauses are shorter than 4 s, and whenever it was told and sound came
 * all the same, pauses may be four times as long, until begin() or another
 * device.
 *
 * Pure; the owner's thread. Times are milliseconds of one clock.
 */
#ifndef CLIENT_AUDIO_MICROPHONE_WATCH_H
#define CLIENT_AUDIO_MICROPHONE_WATCH_H

#include "client/audio/audio_block.h"

#include <stdbool.h>
#include <stdint.h>

enum { MICROPHONE_WATCH_MS = 4000 };

struct microphone_watch {
    int64_t heard_ms; /* when something came, or it was switched on */
    int64_t patience_ms;
    bool is_on;
    bool was_told; /* since then */
};

/* All zeros is a watch of nothing. Another device from now on: patience is what
 * it was at first. */
void microphone_watch_reset(struct microphone_watch *watch, int64_t now_ms);
/* Is what it captures being sent? */
void microphone_watch_set_on(struct microphone_watch *watch, bool is_on,
                             int64_t now_ms);
/* A block was captured. */
void microphone_watch_block(struct microphone_watch *watch,
                            const int16_t samples[AUDIO_BLOCK_COUNT],
                            int64_t captured_ms);
/* Is it to be told now that nothing comes? True once. */
bool microphone_watch_should_tell(struct microphone_watch *watch,
                                  int64_t now_ms);
/* How long until it may be; -1: never, as it is. */
int64_t microphone_watch_wait_ms(const struct microphone_watch *watch,
                                 int64_t now_ms);

#endif
