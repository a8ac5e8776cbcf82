#include "client/line/line_outbox.h"

#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

static struct line_message *shift(struct line_queue *queue)
{
    struct line_message *message = queue->first;

    if (!message)
        return NULL;
    queue->first = message->next;
    if (!queue->first)
        queue->end = &queue->first;
    queue->count--;
    queue->size -= message->size;
    return message;
}

static void drop_stale(struct line_outbox *outbox, int64_t now_ms)
{
    struct line_queue *sound = &outbox->queues[LANE_AUDIO];

    while (sound->first && now_ms - sound->first->put_ms > LIMIT_AUDIO_AGE_MS) {
        free(shift(sound));
        outbox->stale++;
    }
}

void line_outbox_init(struct line_outbox *outbox, size_t room)
{
    int lane;

    *outbox = (struct line_outbox){ .room = room };
    for (lane = 0; lane <= LANE_BLOB; lane++)
        outbox->queues[lane].end = &outbox->queues[lane].first;
}

void line_outbox_clear(struct line_outbox *outbox)
{
    struct line_message *message;
    int lane;

    for (lane = 0; lane <= LANE_BLOB; lane++)
        while ((message = shift(&outbox->queues[lane])) != NULL)
            free(message);
}

enum result line_outbox_put(struct line_outbox *outbox, enum client_lane lane,
                            const void *bytes, size_t size, int64_t now_ms)
{
    struct line_queue *queue = &outbox->queues[lane];
    struct line_message *message;

    if (lane == LANE_AUDIO && queue->count >= LIMIT_AUDIO_QUEUE) {
        free(shift(queue));
        outbox->stale++;
    }
    if (queue->size + size > 4 * (size_t)LIMIT_OUTBOX_SIZE)
        return RESULT_FULL;
    message = malloc(sizeof *message + outbox->room + size);
    if (!message)
        return RESULT_NO_MEMORY;
    message->next = NULL;
    message->lane = lane;
    message->put_ms = now_ms;
    message->size = size;
    memcpy(message->data + outbox->room, bytes, size);
    *queue->end = message;
    queue->end = &message->next;
    queue->count++;
    queue->size += size;
    return RESULT_OK;
}

struct line_message *line_outbox_take(struct line_outbox *outbox,
                                      int64_t now_ms)
{
    struct line_message *message = NULL;
    int lane;

    drop_stale(outbox, now_ms);
    for (lane = LANE_CONTROL; lane <= LANE_BLOB && !message; lane++)
        message = shift(&outbox->queues[lane]);
    return message;
}

bool line_outbox_is_empty(const struct line_outbox *outbox)
{
    return !outbox->queues[LANE_CONTROL].first &&
           !outbox->queues[LANE_AUDIO].first &&
           !outbox->queues[LANE_BLOB].first;
}
