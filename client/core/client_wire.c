#include "client/core/client_wire.h"

#include "client/line/line_race.h"

#include <stdlib.h>

_Static_assert((int)CLIENT_WIRE_LINES == (int)RACE_LINKS + LIMIT_LANES,
               "a line for each");

enum { BY_NAME = 4 }; /* every fourth dial */

/* A connection, and which one it is: of the race, or of the lanes. */
struct link {
    struct client_wire *wire;
    unsigned number;
    struct line *line; /* owned */
};

struct client_wire {
    struct wire_handlers handlers;
    struct line_race race;
    struct link links[RACE_LINKS];
    struct link lanes[LIMIT_LANES];
    struct line_ticket ticket;
    char address[LINE_FIGURES_SIZE]; /* of the newest line, or "" */
    unsigned dials;                  /* since it was up */
};

static int64_t now_ms(void) { return (int64_t)(uv_hrtime() / 1000000); }

/* --- what the race asks of connections ----------------------------------- */

/* Beside a silent line by the address that it has; after it, now and then by
 * the name, for the server may have moved. */
static enum result dial(void *user, unsigned link)
{
    struct client_wire *wire = user;
    struct line *line = wire->links[link].line;
    struct client_transport one = line_transport(line);
    bool is_by_name =
        ++wire->dials % BY_NAME == 0 && !line_race_is_silent(&wire->race);

    line_dial_at(line, is_by_name ? "" : wire->address);
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
    struct client_wire *wire = link->wire;

    wire->dials = 0;
    if (!line_address(link->line, wire->address))
        wire->address[0] = '\0';
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

/* --- what lanes tell ----------------------------------------------------- */

static void on_lane_open(void *user, const uint8_t *exporter)
{
    const struct link *lane = user;
    const struct wire_handlers *handlers = &lane->wire->handlers;

    handlers->on_lane_open(handlers->user, lane->number + 1, exporter);
}

static void on_lane_text(void *user, const char *text, size_t size)
{
    const struct link *lane = user;
    const struct wire_handlers *handlers = &lane->wire->handlers;

    handlers->on_lane_text(handlers->user, lane->number + 1, text, size);
}

static void on_lane_binary(void *user, const uint8_t *bytes, size_t size)
{
    const struct link *lane = user;
    const struct wire_handlers *handlers = &lane->wire->handlers;

    handlers->on_lane_binary(handlers->user, lane->number + 1, bytes, size);
}

static void on_lane_closed(void *user, uint16_t code)
{
    const struct link *lane = user;
    const struct wire_handlers *handlers = &lane->wire->handlers;

    (void)code; /* one lane less, whyever */
    handlers->on_lane_closed(handlers->user, lane->number + 1);
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

/* The connection of this number; NULL if there is none now. */
static struct line *lane_line(const struct client_wire *wire, unsigned lane)
{
    unsigned current;

    if (lane > 0)
        return wire->lanes[lane - 1].line;
    return line_race_current(&wire->race, &current) ? wire->links[current].line
                                                    : NULL;
}

static enum result lane_open(void *user, unsigned lane)
{
    const struct client_wire *wire = user;
    struct client_transport one = line_transport(lane_line(wire, lane));

    line_dial_at(lane_line(wire, lane), wire->address);
    return one.connect(one.user);
}

static enum result lane_send(void *user, unsigned lane, enum client_lane kind,
                             const void *bytes, size_t size)
{
    struct line *line = lane_line(user, lane);
    struct client_transport one;

    if (!line)
        return RESULT_CLOSED;
    one = line_transport(line);
    return one.send(one.user, kind, bytes, size);
}

static void lane_close(void *user, unsigned lane)
{
    struct client_transport one = line_transport(lane_line(user, lane));

    one.close(one.user, 0);
}

static void lane_ping(void *user, unsigned lane)
{
    struct line *line = lane_line(user, lane);

    if (line)
        line_ping(line);
}

static bool lane_look(void *user, unsigned lane, struct line_figures *out)
{
    struct line *line = lane_line(user, lane);

    return line && line_look(line, out);
}

struct client_lane_port client_wire_lanes(struct client_wire *wire)
{
    return (struct client_lane_port){ lane_open, lane_send, lane_close,
                                      lane_ping, lane_look, wire };
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
        result = line_new(&link->line, host, address, port, proxy,
                          &wire->ticket, &handlers);
        if (result)
            link->line = NULL;
    }
    for (i = 0; i < LIMIT_LANES && !result; i++) {
        struct link *lane = &wire->lanes[i];
        const struct line_handlers handlers = { on_lane_open, on_lane_text,
                                                on_lane_binary, on_lane_closed,
                                                lane };

        lane->wire = wire;
        lane->number = i;
        result = line_new(&lane->line, host, address, port, proxy,
                          &wire->ticket, &handlers);
        if (result)
            lane->line = NULL;
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
    for (i = 0; i < LIMIT_LANES; i++)
        line_free(wire->lanes[i].line);
    line_ticket_release(&wire->ticket);
    free(wire);
    return NULL;
}

void client_wire_watch(struct client_wire *wire, bool is_watched)
{
    line_race_watch(&wire->race, is_watched);
    /* Not before the server is proven. */
    wire->ticket.is_wanted = is_watched;
}

bool client_wire_is_silent(const struct client_wire *wire)
{
    return line_race_is_silent(&wire->race);
}

void client_wire_end(struct client_wire *wire)
{
    unsigned lane;

    line_race_close(&wire->race);
    for (lane = 1; lane <= LIMIT_LANES; lane++)
        lane_close(wire, lane);
}

bool client_wire_is_closed(const struct client_wire *wire)
{
    unsigned i;

    for (i = 0; i < LIMIT_LANES; i++)
        if (!line_is_closed(wire->lanes[i].line))
            return false;
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
