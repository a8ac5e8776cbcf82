/*
 * Notices on their way from the core's thread to whoever draws them: bounded,
 * first in, first out. When it is full, what can be read from the view again
 * (events, openings, progress) makes room, and one CLIENT_RESYNC says so.
 *
 * Any thread may take, one thread puts.
 */
#ifndef CLIENT_CORE_NOTICE_QUEUE_H
#define CLIENT_CORE_NOTICE_QUEUE_H

#include "client/core/client.h"

struct notice_queue;

enum { NOTICE_QUEUE_SIZE = 4096 };

/* RESULT_INVALID (size_max below 2), RESULT_NO_MEMORY or RESULT_IO. */
MUST_USE enum result notice_queue_new(struct notice_queue **out,
                                      size_t size_max);
/* Takes NULL and returns NULL. */
struct notice_queue *notice_queue_free(struct notice_queue *queue);

/* An empty notice of this kind; NULL when memory is out. */
struct client_notice *notice_new(enum client_notice_kind kind);
/*
 * Takes the notice; NULL counts as one that was lost. A queue full of what
 * cannot be dropped loses its oldest entry: answers are bounded by the
 * commands under way, so that only happens to a reader that has stopped.
 */
void notice_queue_put(struct notice_queue *queue, struct client_notice *notice);
/* The caller owns the notice; NULL if there is none. */
struct client_notice *notice_queue_take(struct notice_queue *queue);

/* Was anything put since this was asked last? */
bool notice_queue_has_news(struct notice_queue *queue);

#endif
