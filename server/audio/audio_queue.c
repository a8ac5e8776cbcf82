#include "server/audio/audio_queue.h"

#include <string.h>

void audio_queue_init(struct audio_queue *queue)
{
    memset(queue, 0, sizeof *queue);
}

void *audio_queue_push(struct audio_queue *queue, void *item, int64_t born_ms)
{
    void *dropped = NULL;

    if (queue->count == LIMIT_AUDIO_QUEUE)
        dropped = audio_queue_pop(queue, born_ms, NULL);
    queue->items[(queue->first + queue->count) % LIMIT_AUDIO_QUEUE] =
        (struct audio_queue_item){ item, born_ms };
    queue->count++;
    return dropped;
}

void *audio_queue_at(const struct audio_queue *queue, unsigned position)
{
    if (position >= queue->count)
        return NULL;
    return queue->items[(queue->first + position) % LIMIT_AUDIO_QUEUE].item;
}

void *audio_queue_pop(struct audio_queue *queue, int64_t now_ms,
                      int64_t *age_ms)
{
    const struct audio_queue_item *first = &queue->items[queue->first];

    if (queue->count == 0)
        return NULL;
    if (age_ms)
        *age_ms = now_ms - first->born_ms;
    queue->first = (queue->first + 1) % LIMIT_AUDIO_QUEUE;
    queue->count--;
    return first->item;
}

void *audio_queue_expire(struct audio_queue *queue, int64_t now_ms)
{
    if (queue->count == 0 ||
        now_ms - queue->items[queue->first].born_ms <= LIMIT_AUDIO_AGE_MS)
        return NULL;
    return audio_queue_pop(queue, now_ms, NULL);
}
