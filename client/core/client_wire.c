#include "client/core/client_wire.h"

#include "client/line/line_race.h"

#include <stdlib.h>

_Static_assert((int)CLIENT_WIRE_LINES == (int)RACE_LINKS, "a line per link");

/* A connection, and which one it is. */
struct link {
    struct client_wire *wire;
    unsigned number;
    struct line *line; /* owned */
};

struct client_wire {
    struct wire_handlers handlers;
    struct line_race race;
    struct link links[RACE_LINKS];
};

static int64_t now_ms(void) { return (int64_t)(uv_hrtime() / 1000000); }

/* --- what the race asks of connections ----------------------------------- */

static enum result dial(void *user, unsigned link)
{
    const struct client_wire *wire = user;
    struct client_transport one = line_transport(wire->links[link].line);

    return one.connect(one.user);
}

static void shut(void *user, unsigned link)
{
    const struct client_wire *wire = user;
    struct client_transport one = line_transport(wire->links[link].line);

    one.close(one.user, 0);
}

static void ping(void *user, unsigned link)
{
    const struct client_wire *wire = user;

    line_ping(wire->links[link].line);
}

static bool look(void *user, unsigned link, struct line_figures *out)
{
    const struct client_wire *wire = user;

    return line_look(wire->links[link].line, out);
}

/* --- what connections tell the race -------------------------------------- */

static void on_link_open(void *user, const uint8_t *exporter)
{
    const struct link *link = user;

    line_race_on_open(&link->wire->race, link->number, exporter, now_ms());
}

static void on_link_closed(void *user, uint16_t code)
{
    const struct link *link = user;

    line_race_on_closed(&link->wire->race, link->number, code);
}

/* Only what the line of now says is heard. */
static bool is_current(const struct link *link)
{
    unsigned current;

    return line_race_current(&link->wire->race, &current) &&
           current == link->number;
}

static void on_link_text(void *user, const char *text, size_t size)
{
    const struct link *link = user;
    const struct wire_handlers *handlers = &link->wire->handlers;

    if (is_current(link))
        handlers->on_text(handlers->user, text, size);
}

static void on_link_binary(void *user, const uint8_t *bytes, size_t size)
{
    const struct link *link = user;
    const struct wire_handlers *handlers = &link->wire->handlers;

    if (is_current(link))
        handlers->on_binary(handlers->user, bytes, size);
}

/* --- what the engine sees ------------------------------------------------ */

static enum result transport_connect(void *user)
{
    struct client_wire *wire = user;

    return line_race_connect(&wire->race, now_ms());
}

static enum result transport_send(void *user, enum client_lane lane,
                                  const void *bytes, size_t size)
{
    const struct client_wire *wire = user;
    struct client_transport one;
    unsigned current;

    if (!line_race_current(&wire->race, &current))
        return RESULT_CLOSED;
    one = line_transport(wire->links[current].line);
    return one.send(one.user, lane, bytes, size);
}

static void transport_close(void *user, uint16_t code)
{
    struct client_wire *wire = user;

    (void)code; /* see client_connection_lws.c */
    line_race_close(&wire->race);
}

struct client_transport client_wire_transport(struct client_wire *wire)
{
    return (struct client_transport){ transport_connect, transport_send,
                                      transport_close, wire };
}

/* --- life ---------------------------------------------------------------- */

static enum result make_links(struct client_wire *wire, struct line_host *host,
                              const char *address, uint16_t port,
                              const char *proxy)
{
    enum result result = RESULT_OK;
    unsigned i;

    for (i = 0; i < RACE_LINKS && !result; i++) {
        struct link *link = &wire->links[i];
        const struct line_handlers handlers = { on_link_open, on_link_text,
                                                on_link_binary, on_link_closed,
                                                link };

        link->wire = wire;
        link->number = i;
        result = line_new(&link->line, host, address, port, proxy, &handlers);
        if (result)
            link->line = NULL;
    }
    return result;
}

enum result client_wire_new(struct client_wire **out, struct line_host *host,
                            const char *address, uint16_t port,
                            const char *proxy,
                            const struct wire_handlers *handlers)
{
    struct client_wire *wire = calloc(1, sizeof *wire);
    const struct race_port ports = { dial, shut, ping, look, wire };
    const struct race_handlers told = { handlers->on_open,
                                        handlers->on_replaced,
                                        handlers->on_closed, handlers->user };
    enum result result;

    if (!wire)
        return RESULT_NO_MEMORY;
    wire->handlers = *handlers;
    line_race_init(&wire->race, &ports, &told);
    result = make_links(wire, host, address, port, proxy);
    if (result) {
        client_wire_free(wire);
        return result;
    }
    *out = wire;
    return RESULT_OK;
}

struct client_wire *client_wire_free(struct client_wire *wire)
{
    unsigned i;

    if (!wire)
        return NULL;
    for (i = 0; i < RACE_LINKS; i++)
        line_free(wire->links[i].line);
    free(wire);
    return NULL;
}

void client_wire_watch(struct client_wire *wire, bool is_watched)
{
    line_race_watch(&wire->race, is_watched);
}

void client_wire_end(struct client_wire *wire) { line_race_close(&wire->race); }

bool client_wire_is_closed(const struct client_wire *wire)
{
    return line_race_is_over(&wire->race);
}

int64_t client_wire_next_ms(const struct client_wire *wire)
{
    return line_race_next_ms(&wire->race, now_ms());
}

void client_wire_tick(struct client_wire *wire)
{
    line_race_tick(&wire->race, now_ms());
}
