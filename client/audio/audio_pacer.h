/*
 * A thread that ticks at a fixed period, at absolute times of the monotonic
 * clock, so that it does not drift. After a standstill of the machine it goes
 * on from now instead of making up for what was missed.
 */
#ifndef CLIENT_AUDIO_AUDIO_PACER_H
#define CLIENT_AUDIO_AUDIO_PACER_H

#include "protocol/base/result.h"

#include <stdbool.h>

struct audio_pacer;

/*
 * Starts ticking every `period_ms`, first after one period; `tick` runs on the
 * pacer's thread and says whether to go on. The caller owns `*out`.
 * RESULT_NO_MEMORY or RESULT_IO (no thread).
 */
MUST_USE enum result audio_pacer_new(struct audio_pacer **out,
                                     unsigned period_ms,
                                     bool (*tick)(void *user), void *user);
/* Stops at once and joins: no tick runs after it. Returns NULL; takes NULL. */
struct audio_pacer *audio_pacer_free(struct audio_pacer *pacer);

#endif
