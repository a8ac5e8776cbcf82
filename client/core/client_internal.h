/*
 * What client.c, which any thread calls, and client_thread.c, which the loop's
 * thread runs, share. Nobody else includes this header.
 */
#ifndef CLIENT_CORE_CLIENT_INTERNAL_H
#define CLIENT_CORE_CLIENT_INTERNAL_H

#include "client/core/client.h"
#include "client/core/client_engine.h"
#include "client/core/client_inbox.h"
#include "client/core/client_loop.h"
#include "client/core/client_wire.h"
#include "client/core/client_work.h"

#include <stdatomic.h>

struct client {
    struct client_loop *loop;
    struct loop_member member;
    struct client_hooks hooks;
    struct notice_queue *notices;
    struct client_inbox *inbox;
    struct journal *journal;      /* the loop's thread, once it is started */
    struct anchor_store *anchors; /* likewise; NULL without an organisation */
    struct anchor_store_report anchors_report;
    struct client_engine *engine;
    struct client_wire *wire;         /* made and freed on the loop's thread */
    char *proxy;                      /* owned, or NULL */
    struct keystore_profile *profile; /* until the line is made */
    uv_timer_t timer;
    struct client_work work; /* the loop's thread */
    char *ballots_path;      /* owned, or NULL */
    char *texts_path;        /* owned, or NULL */
    bool is_started;         /* the loop's thread has taken it over */
    atomic_bool is_poked;

    uv_mutex_t lock; /* guards the engine, and so the view */
    uv_mutex_t end_lock;
    uv_cond_t end_changed;
    bool is_ending; /* under end_lock */
    bool is_gone;   /* under end_lock: the loop has let go */
};

/* Any thread. */
bool client_is_ending(struct client *client);

/* A turn, for loop_member. */
void client_thread_run(void *user);
/* A job has come back from the pool. */
void client_thread_on_worked(void *user, struct client_job *job);
/* The ports by which the engine asks this client. */
void client_thread_ports(struct client *client,
                         struct client_engine_config *engine);

#endif
