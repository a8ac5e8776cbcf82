#include "server/audio/audio_queue.h"

#include <string.h>

void audio_queue_init(struct audio_queue *queue)
{
    memset(queue, 0, sizeof *queue);
}

void *audio_queue_push(struct audio_queue *queue, void *item)
{
    void *dropped = NULL;

    if (queue->count == LIMIT_AUDIO_QUEUE) {
        dropped = audio_queue_pop(queue);
        queue->dropped++;
    }
    queue->items[(queue->first + queue->count) % LIMIT_AUDIO_QUEUE] = item;
    queue->count++;
    return dropped;
}

void *audio_queue_first(const struct audio_queue *queue)
{
    return queue->count > 0 ? queue->items[queue->first] : NULL;
}

void *audio_queue_pop(struct audio_queue *queue)
{
    void *item;

    if (queue->count == 0)
        return NULL;
    item = queue->items[queue->first];
    queue->first = (queue->first + 1) % LIMIT_AUDIO_QUEUE;
    queue->count--;
    return item;
}
