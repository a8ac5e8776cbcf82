/*
 * What the engine of a client is given: a line to the server, a clock, random
 * bytes, a thread for what takes long. Real ones stand in client.c and
 * client_connection_lws.c, fakes in tests. All are called on the engine's
 * thread.
 */
#ifndef CLIENT_CORE_CLIENT_PORTS_H
#define CLIENT_CORE_CLIENT_PORTS_H

#include "client/line/line_figures.h"
#include "client/line/line_outbox.h"
#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

/*
 * One connection at a time. client_engine_on_open() and its sisters are called
 * back, never from inside these functions.
 */
struct client_transport {
    /* Begins to connect; on_open or on_closed follows. */
    enum result (*connect)(void *user);
    /*
     * Queues one message (a copy): text on LANE_CONTROL, binary on the others.
     * RESULT_FULL: the line is too far behind; of sound the oldest is dropped
     * instead. RESULT_CLOSED: there is no connection.
     */
    enum result (*send)(void *user, enum client_lane lane, const void *bytes,
                        size_t size);
    /* Ends the connection, or the attempt; on_closed follows. */
    void (*close)(void *user, uint16_t code);
    void *user;
};

/*
 * Connections beside the line, which carry sound alone: 1 to LIMIT_LANES; 0 is
 * the line itself. client_engine_on_lane_open() and its sisters are called
 * back, never from inside these functions. All NULL: there are none, and
 * nothing is done about a bad line.
 */
struct client_lane_port {
    /* Begins to connect; on_lane_open or on_lane_closed follows. */
    enum result (*open)(void *user, unsigned lane);
    /* As of the transport. */
    enum result (*send)(void *user, unsigned lane, enum client_lane kind,
                        const void *bytes, size_t size);
    /* on_lane_closed follows, unless it is closed; of 0, which is the line
     * itself, on_closed. */
    void (*close)(void *user, unsigned lane);
    /* Asks the other end for a sign of life. */
    void (*ping)(void *user, unsigned lane);
    /* False: there is no connection. */
    bool (*look)(void *user, unsigned lane, struct line_figures *out);
    void *user;
};

struct client_clock {
    /* Milliseconds since some moment; never goes back. */
    int64_t (*monotonic_ms)(void *user);
    void *user;
};

struct client_entropy {
    /* All `size` bytes or none: RESULT_OK or RESULT_CRYPTO. Also on the threads
     * of the worker. */
    enum result (*fill)(void *user, void *out, size_t size);
    void *user;
};

/*
 * Something that takes long: `work` runs on any thread and touches nothing but
 * the job, then `done` on the engine's with the engine; the job is its owner's
 * in between. When the engine is going, `done` is called all the same, with
 * NULL in its place.
 */
struct client_job {
    void (*work)(struct client_job *job);
    void (*done)(struct client_job *job, void *engine);
};

struct client_worker {
    /* RESULT_OK, and `done` follows, never from inside this call; or RESULT_IO
     * or RESULT_NO_MEMORY, and the job was not taken. */
    enum result (*run)(void *user, struct client_job *job);
    void *user;
};

#endif
