/*
 * Lines to servers over libwebsockets, TLS 1.3 and the subprotocol chibo.v1, on
 * a libuv loop: one host carries the lines of many engines. Any certificate is
 * accepted: the server is proven by its hello, which is bound to this TLS
 * channel. Everything runs on the loop's thread.
 */
#ifndef CLIENT_CORE_CLIENT_CONNECTION_LWS_H
#define CLIENT_CORE_CLIENT_CONNECTION_LWS_H

#include "client/core/client_ports.h"
#include "client/core/line_ticket.h"
#include "client/line/line_figures.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct line_host;
struct line;

/* For at most `line_max` lines. RESULT_NO_MEMORY, or RESULT_IO (libwebsockets
 * has no plugin for libuv here). */
MUST_USE enum result line_host_new(struct line_host **out, uv_loop_t *loop,
                                   size_t line_max);
/* All lines are freed. Starts closing; the loop has to run on until it ends by
 * itself, then line_host_free() completes it. */
void line_host_close(struct line_host *host);
/* Takes NULL and returns NULL. */
struct line_host *line_host_free(struct line_host *host);

struct line_handlers {
    void (*on_open)(void *user, const uint8_t *exporter);
    void (*on_text)(void *user, const char *text, size_t size);
    void (*on_binary)(void *user, const uint8_t *bytes, size_t size);
    void (*on_closed)(void *user, uint16_t code);
    void *user;
};

/* Texts are copied; `proxy` is "host:port" or NULL; `ticket` is that of all
 * lines of one client, and outlives them. RESULT_NO_MEMORY or RESULT_INVALID.
 */
MUST_USE enum result line_new(struct line **out, struct line_host *host,
                              const char *address, uint16_t port,
                              const char *proxy, struct line_ticket *ticket,
                              const struct line_handlers *handlers);
/* The line is closed. Takes NULL and returns NULL. */
struct line *line_free(struct line *line);
bool line_is_closed(const struct line *line);
/* Asks the other end for a sign of life. */
void line_ping(struct line *line);
/*
 * The other end's address in figures, to spare other lines to the same server
 * the question who that is: where the network is gone it blocks for seconds.
 * False: there is none, or it is a proxy's.
 */
enum { LINE_FIGURES_SIZE = 64 };
bool line_address(const struct line *line, char out[LINE_FIGURES_SIZE]);
/* Where the next connections go: such an address; "": by the server's name. */
void line_dial_at(struct line *line, const char *address);
/* False: there is no connection. */
bool line_look(struct line *line, struct line_figures *out);
struct client_transport line_transport(struct line *line);

#endif
