#include "client/core/notice_queue.h"

#include <stdlib.h>
#include <uv.h>

struct notice_queue {
    uv_mutex_t lock;
    struct client_notice **ring; /* owned, `size_max` places */
    size_t size_max;
    size_t first, count;
    bool has_news;
    bool is_short; /* something was lost, and CLIENT_RESYNC is not in yet */
};

enum result notice_queue_new(struct notice_queue **out, size_t size_max)
{
    struct notice_queue *queue;

    if (size_max < 2)
        return RESULT_INVALID;
    queue = calloc(1, sizeof *queue);
    if (!queue)
        return RESULT_NO_MEMORY;
    queue->size_max = size_max;
    queue->ring = calloc(size_max, sizeof *queue->ring);
    if (!queue->ring) {
        free(queue);
        return RESULT_NO_MEMORY;
    }
    if (uv_mutex_init(&queue->lock)) {
        free(queue->ring);
        free(queue);
        return RESULT_IO;
    }
    *out = queue;
    return RESULT_OK;
}

struct notice_queue *notice_queue_free(struct notice_queue *queue)
{
    struct client_notice *notice;

    if (!queue)
        return NULL;
    while ((notice = notice_queue_take(queue)) != NULL)
        client_notice_free(notice);
    uv_mutex_destroy(&queue->lock);
    free(queue->ring);
    free(queue);
    return NULL;
}

struct client_notice *notice_new(enum client_notice_kind kind)
{
    struct client_notice *notice = calloc(1, sizeof *notice);

    if (notice)
        notice->kind = kind;
    return notice;
}

struct client_notice *client_notice_free(struct client_notice *notice)
{
    if (!notice)
        return NULL;
    free(notice->json);
    free(notice->meeting_event);
    free(notice->register_event);
    message_memory_release(&notice->memory);
    free(notice->name);
    free(notice->organisation_name);
    free(notice->field);
    free(notice->text);
    free(notice->blob_bytes);
    free(notice);
    return NULL;
}

/* --- Under the lock ------------------------------------------------------ */

static void append(struct notice_queue *queue, struct client_notice *notice)
{
    queue->ring[(queue->first + queue->count) % queue->size_max] = notice;
    queue->count++;
}

static struct client_notice *shift(struct notice_queue *queue)
{
    struct client_notice *notice;

    if (queue->count == 0)
        return NULL;
    notice = queue->ring[queue->first];
    queue->ring[queue->first] = NULL;
    queue->first = (queue->first + 1) % queue->size_max;
    queue->count--;
    return notice;
}

static bool can_be_read_again(const struct client_notice *notice)
{
    return notice->kind == CLIENT_EVENT || notice->kind == CLIENT_OPENING ||
           notice->kind == CLIENT_RESYNC ||
           (notice->kind == CLIENT_BLOB && notice->is_ok &&
            notice->blob_done < notice->blob_size);
}

static void drop_what_can_be_read_again(struct notice_queue *queue)
{
    size_t count = queue->count, i;

    for (i = 0; i < count; i++) {
        struct client_notice *notice = shift(queue);

        if (notice && can_be_read_again(notice))
            client_notice_free(notice);
        else if (notice)
            append(queue, notice);
    }
    queue->is_short = true;
}

static void add_resync(struct notice_queue *queue)
{
    struct client_notice *resync;

    if (!queue->is_short || queue->count >= queue->size_max)
        return;
    resync = notice_new(CLIENT_RESYNC);
    if (!resync)
        return; /* said with the next notice */
    append(queue, resync);
    queue->is_short = false;
}

void notice_queue_put(struct notice_queue *queue, struct client_notice *notice)
{
    uv_mutex_lock(&queue->lock);
    queue->has_news = true;
    if (!notice)
        queue->is_short = true;
    /* One place is kept for saying that something was dropped. */
    else if (queue->count + 1 >= queue->size_max)
        drop_what_can_be_read_again(queue);
    add_resync(queue);
    if (notice && queue->count >= queue->size_max)
        client_notice_free(shift(queue));
    if (notice)
        append(queue, notice);
    uv_mutex_unlock(&queue->lock);
}

struct client_notice *notice_queue_take(struct notice_queue *queue)
{
    struct client_notice *notice;

    uv_mutex_lock(&queue->lock);
    notice = shift(queue);
    uv_mutex_unlock(&queue->lock);
    return notice;
}

bool notice_queue_has_news(struct notice_queue *queue)
{
    bool has_news;

    uv_mutex_lock(&queue->lock);
    has_news = queue->has_news;
    queue->has_news = false;
    uv_mutex_unlock(&queue->lock);
    return has_news;
}
