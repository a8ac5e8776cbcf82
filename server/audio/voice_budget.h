/*
 * How many bytes of sound each holder may have relayed and recorded, on
 * whatever devices: LIMIT_VOICE_SIZE_PER_S, and LIMIT_VOICE_BURST at once. That
 * is twice what a voice takes at the highest rate, so that nobody who speaks
 * ever meets it, and nobody fills the lines of all others, or the recording.
 *
 * Monotonic ms that do not fall. Pure; belongs to one room.
 */
#ifndef SERVER_AUDIO_VOICE_BUDGET_H
#define SERVER_AUDIO_VOICE_BUDGET_H

#include "protocol/base/identifier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeros: nobody has spoken. */
struct voice_budgets {
    struct voice_budget *rows; /* owned */
    size_t count;
};

/*
 * May so many bytes of this holder go on? Then they are taken. `at` is where he
 * was found last time, whatever it says at first: it is the caller's to keep.
 * False, too, when there is no memory.
 */
bool voice_budgets_take(struct voice_budgets *budgets,
                        const struct identifier *holder, size_t *at,
                        size_t size, int64_t now_ms);

void voice_budgets_release(struct voice_budgets *budgets);

#endif
