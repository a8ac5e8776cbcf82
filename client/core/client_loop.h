/*
 * The thread behind client_loop_start(): one libuv loop, one host of lines, and
 * the clients on it. Used by client.c only.
 */
#ifndef CLIENT_CORE_CLIENT_LOOP_H
#define CLIENT_CORE_CLIENT_LOOP_H

#include "protocol/meeting/act_check.h"
#include "client/core/client.h"
#include "client/core/client_connection_lws.h"

/* A member of the loop: whatever wants to run on its thread. */
struct loop_member {
    void (*run)(void *user); /* after client_loop_call() */
    void *user;
    bool is_called;           /* the loop's */
    struct loop_member *next; /* the loop's: in the list of those called */
};

/* Any thread: `run` is called soon on the loop's thread. Calls merge. */
void client_loop_call(struct client_loop *loop, struct loop_member *member);
/* Any thread: `run` is not called any more; the loop's thread is not in it now,
 * or this is the loop's thread. */
void client_loop_forget(struct client_loop *loop, struct loop_member *member);
/* RESULT_FULL: client_max members are there. */
MUST_USE enum result client_loop_enter(struct client_loop *loop);
void client_loop_leave(struct client_loop *loop);

/* On the loop's thread only. */
uv_loop_t *client_loop_uv(struct client_loop *loop);
struct line_host *client_loop_host(struct client_loop *loop);
struct statement_cache *client_loop_cache(struct client_loop *loop);

#endif
