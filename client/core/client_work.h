/*
 * The worker port (client_ports.h) of a client on its loop: jobs go to libuv's
 * pool and come back on the loop's thread. Used by client.c only.
 */
#ifndef CLIENT_CORE_CLIENT_WORK_H
#define CLIENT_CORE_CLIENT_WORK_H

#include "client/core/client_ports.h"

#include <uv.h>

struct client_work {
    uv_loop_t *loop;
    /* A job is done: to call back with its engine, or NULL at the end. */
    void (*on_done)(void *user, struct client_job *job);
    void *user;
    size_t count; /* jobs under way; the loop's thread */
};

/* Stays where it is in memory from now on. */
void client_work_init(struct client_work *work, uv_loop_t *loop,
                      void (*on_done)(void *user, struct client_job *job),
                      void *user);
struct client_worker client_work_port(struct client_work *work);

#endif
