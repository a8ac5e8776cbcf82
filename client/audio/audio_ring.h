/*
 * A lock-free ring of small messages between one producing and one consuming
 * thread. When it is full the oldest message is lost and counted: late sound
 * is worth less than new sound.
 */
#ifndef CLIENT_AUDIO_AUDIO_RING_H
#define CLIENT_AUDIO_AUDIO_RING_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audio_ring;

/*
 * A ring of at most `message_max` messages of at most `size_max` bytes each.
 * The caller owns `*out`. RESULT_INVALID (a zero) or RESULT_NO_MEMORY.
 */
MUST_USE enum result audio_ring_new(struct audio_ring **out, size_t message_max,
                                    size_t size_max);
/* No thread may use it any more. Returns NULL; takes NULL. */
struct audio_ring *audio_ring_free(struct audio_ring *ring);

/* Producer only. `size` is at most the ring's size_max. Never blocks. */
void audio_ring_push(struct audio_ring *ring, const void *message, size_t size);

/*
 * Consumer only. Copies the oldest message out, `out` holding the ring's
 * size_max bytes, and returns true; false if there is none. Never blocks.
 */
bool audio_ring_pop(struct audio_ring *ring, void *out, size_t *size);
/* Consumer only. Forgets all that is waiting. */
void audio_ring_clear(struct audio_ring *ring);

/* Messages lost because the consumer was too slow. Any thread. */
uint64_t audio_ring_overruns(const struct audio_ring *ring);

#endif
