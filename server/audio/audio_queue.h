/*
 * What waits for a listener that is behind: at most LIMIT_AUDIO_QUEUE messages,
 * the oldest dropped for a new one, so that nobody ever hears stale speech.
 * Holds borrowed pointers whose references the caller counts. Pure.
 */
#ifndef SERVER_AUDIO_AUDIO_QUEUE_H
#define SERVER_AUDIO_AUDIO_QUEUE_H

#include "protocol/base/limits.h"

#include <stddef.h>
#include <stdint.h>

struct audio_queue {
    void *items[LIMIT_AUDIO_QUEUE];
    unsigned first;
    unsigned count;
    uint64_t dropped;
};

void audio_queue_init(struct audio_queue *queue);
/* Returns the item that had to go (the oldest), or NULL. */
void *audio_queue_push(struct audio_queue *queue, void *item);
/* The oldest item stays in the queue; NULL when empty. */
void *audio_queue_first(const struct audio_queue *queue);
/* Takes the oldest item out; NULL when empty. */
void *audio_queue_pop(struct audio_queue *queue);

#endif
