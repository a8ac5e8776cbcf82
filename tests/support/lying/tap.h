/*
 * Between the sessions of the real server and its network. The linker puts it
 * there (--wrap in the Makefile): the server's own code knows nothing of it.
 * Whoever is told no lie gets the server's frames as they are.
 */
#ifndef TESTS_SUPPORT_LYING_TAP_H
#define TESTS_SUPPORT_LYING_TAP_H

#include "server/room/frame.h"
#include "server/room/session.h"

#include <jansson.h>

/* A log as far as one connection has got. */
struct tap_log {
    char *id;        /* owned; NULL: a free place */
    uint64_t from;   /* where it joined */
    uint64_t cursor; /* the next event that the peer awaits */
};

struct tap_request {
    uint64_t id;
    char *log; /* owned */
};

struct tap_frame;
enum { TAP_LOGS = 8, TAP_REQUESTS = 64 };

/* A connection: to the session it is its transport's, to us the peer's. */
struct transport_connection {
    const struct transport *transport; /* the real one */
    struct transport_connection *connection;
    struct session *session;
    bool is_administrator;
    char *holder; /* owned; who logged in, or "" */
    char *log;    /* owned; of the next event or opening from the session */
    struct tap_log logs[TAP_LOGS];
    struct tap_request requests[TAP_REQUESTS]; /* the newest */
    size_t request_count;
    struct tap_frame *queue, **queue_end; /* owned; to the peer */
    struct transport_connection *next;
};

/* To the peer, behind what waits. The first takes the object. */
void tap_send(struct transport_connection *tap, json_t *object);
void tap_send_frame(struct transport_connection *tap, struct frame *frame);
void tap_send_bytes(struct transport_connection *tap, const void *bytes,
                    size_t size);

struct tap_log *tap_log(struct transport_connection *tap, const char *id);

/* --- told.c: what the session says, on its way out ----------------------- */

/* Sends the frame, or what stands for it. */
void told(struct transport_connection *tap, struct frame *frame);

/* --- heard.c: what the peer says, on its way in -------------------------- */

/* The message that the session is to get; NULL: none. The caller ends it. */
json_t *heard(struct transport_connection *tap, json_t *message);

#endif
