/*
 * The connections of one client: a race of several to be its line
 * (client/line/line_race.h), which the engine sees as one transport, and the
 * lanes beside it. Everything runs on the loop's thread.
 */
#ifndef CLIENT_CORE_CLIENT_WIRE_H
#define CLIENT_CORE_CLIENT_WIRE_H

#include "client/core/client_connection_lws.h"
#include "client/core/client_ports.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Connections of one client at once, at most. */
enum { CLIENT_WIRE_LINES = 5 + LIMIT_LANES };

struct wire_handlers {
    void (*on_open)(void *user, const uint8_t *exporter);
    /* Another connection has taken the place of the one that fell silent. */
    void (*on_replaced)(void *user, const uint8_t *exporter);
    void (*on_text)(void *user, const char *text, size_t size);
    void (*on_binary)(void *user, const uint8_t *bytes, size_t size);
    void (*on_closed)(void *user, uint16_t code);
    void (*on_lane_open)(void *user, unsigned lane, const uint8_t *exporter);
    void (*on_lane_text)(void *user, unsigned lane, const char *text,
                         size_t size);
    void (*on_lane_binary)(void *user, unsigned lane, const uint8_t *bytes,
                           size_t size);
    void (*on_lane_closed)(void *user, unsigned lane);
    void *user;
};

struct client_wire;

/* As line_new(). */
MUST_USE enum result client_wire_new(struct client_wire **out,
                                     struct line_host *host,
                                     const char *address, uint16_t port,
                                     const char *proxy,
                                     const struct wire_handlers *handlers);
/* All its connections are closed. Takes NULL and returns NULL. */
struct client_wire *client_wire_free(struct client_wire *wire);
struct client_transport client_wire_transport(struct client_wire *wire);
struct client_lane_port client_wire_lanes(struct client_wire *wire);

/* Is the line to be replaced when it falls silent? */
void client_wire_watch(struct client_wire *wire, bool is_watched);
/* Does it say nothing now, though it is watched? */
bool client_wire_is_silent(const struct client_wire *wire);
/* Ends what is under way; soon nothing is. */
void client_wire_end(struct client_wire *wire);
bool client_wire_is_closed(const struct client_wire *wire);

/* When client_wire_tick() has something to do, in milliseconds of uv_hrtime();
 * INT64_MAX: never. */
int64_t client_wire_next_ms(const struct client_wire *wire);
void client_wire_tick(struct client_wire *wire);

#endif
