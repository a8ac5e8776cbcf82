/*
 * What waits for a listener that is behind: at most LIMIT_AUDIO_QUEUE messages,
 * the oldest dropped for a new one, and none that is older than
 * LIMIT_AUDIO_AGE_MS, so that nobody ever hears stale speech. Times are
 * monotonic ms and do not fall from one push to the next. Holds borrowed
 * pointers whose references the caller counts. Pure.
 */
#ifndef SERVER_AUDIO_AUDIO_QUEUE_H
#define SERVER_AUDIO_AUDIO_QUEUE_H

#include "protocol/base/limits.h"

#include <stddef.h>
#include <stdint.h>

struct audio_queue_item {
    void *item;
    int64_t born_ms; /* when its speaker sent it to us */
};

struct audio_queue {
    unsigned first;
    unsigned count;
    struct audio_queue_item items[LIMIT_AUDIO_QUEUE];
};

void audio_queue_init(struct audio_queue *queue);
/* Returns the item that had to go (the oldest), or NULL. */
void *audio_queue_push(struct audio_queue *queue, void *item, int64_t born_ms);
/* The item behind `position` older ones, which stays; NULL past the end. */
void *audio_queue_at(const struct audio_queue *queue, unsigned position);
/* Takes the oldest item out; NULL when empty. Its age at `now_ms` is put into
 * `age_ms`, which may be NULL. */
void *audio_queue_pop(struct audio_queue *queue, int64_t now_ms,
                      int64_t *age_ms);
/* Takes the oldest item out if it is too old to be heard; NULL: none is. */
void *audio_queue_expire(struct audio_queue *queue, int64_t now_ms);

#endif
