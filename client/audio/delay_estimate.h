/*
 * How much later a sound comes back than it was given out: the lag at which
 * what is captured is most like what was played.
 *
 * Both signals are brought to 4 kHz, their differences are taken (which evens
 * out the spectrum of a voice) and each block is brought to one loudness, so
 * that neither a loud moment nor a low voice decides alone. The correlation of
 * each lag is summed up and forgotten in about two seconds of sound. A lag is
 * believed when it stands far above all the others, whatever the polarity, and
 * stays where it is.
 *
 * Pure; one thread. Nothing is allocated after delay_estimate_new().
 */
#ifndef CLIENT_AUDIO_DELAY_ESTIMATE_H
#define CLIENT_AUDIO_DELAY_ESTIMATE_H

#include "client/audio/audio_block.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DELAY_ESTIMATE_MAX_MS = 500 };

struct delay_estimate;

/* The caller owns `*out`. RESULT_NO_MEMORY. */
MUST_USE enum result delay_estimate_new(struct delay_estimate **out);
/* Returns NULL; takes NULL. */
struct delay_estimate *delay_estimate_free(struct delay_estimate *estimate);
/* Forgets the past: another device. */
void delay_estimate_reset(struct delay_estimate *estimate);

/* The next block of both, AUDIO_BLOCK_COUNT samples each. Blocks in which one
 * of them is silent are not counted. */
void delay_estimate_block(struct delay_estimate *estimate,
                          const int16_t *played, const int16_t *captured);
/* The delay in samples, 0 to DELAY_ESTIMATE_MAX_MS; false while it is not
 * known. */
bool delay_estimate_find(const struct delay_estimate *estimate, size_t *delay);

#endif
