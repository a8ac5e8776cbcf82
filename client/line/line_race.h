/*
 * One line out of several dials. While the line that is up says nothing for too
 * long, other connections are begun beside it, four within a second; the first
 * that is established takes its place, unless the old one speaks again before.
 * The first connection is found in the same way, with a dial a second. As soon
 * as the other end answers one, those that it has not answered yet are given
 * up: on a thin line handshakes choke each other.
 *
 * Silent is a line over which not even signs of the other end's system came for
 * line_silence_ms(), though it was asked; or, where such signs come, nothing
 * for three times as long (the server is held up, or a relay in between answers
 * for it).
 *
 * Pure: connections are numbers behind a port, times are arguments, in
 * milliseconds of one clock. One thread. Handlers are called from
 * line_race_on_*() only.
 */
#ifndef CLIENT_LINE_LINE_RACE_H
#define CLIENT_LINE_LINE_RACE_H

#include "client/line/line_figures.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RACE_LINKS = 5,       /* the one that is up, and four dials */
    RACE_QUIET_MS = 1000, /* without a word: the other end is asked */
    RACE_DIAL_MS = 1000,  /* from one dial to the next */
    /* The same while a line is silent. The system repeats each dial's first
     * packet once a second: four of them find a line that is back within a
     * quarter of it. */
    RACE_SILENT_DIAL_MS = RACE_DIAL_MS / (RACE_LINKS - 1),
    RACE_DIAL_LIFE_MS = 4000, /* of a dial that is not answered */
    /* The same after a silence, where the round trip is known to be short: a
     * connection whose first packet was repeated twice, after two seconds,
     * sends one packet in a round trip at first, instead of ten. */
    RACE_SILENT_DIAL_LIFE_MS = 1900,
    RACE_SHORT_MS = 800,
    RACE_SILENCE_MS = 1500,
    RACE_HELD_UP = 3 /* times the silence, where the system still answers */
};

/* When a line is silent, by its round trip. */
int64_t line_silence_ms(int64_t round_trip_ms);

struct race_port {
    /* line_race_on_open() or line_race_on_closed() follows, never from
     * inside, if this is RESULT_OK. */
    enum result (*dial)(void *user, unsigned link);
    /* line_race_on_closed() follows, never from inside. */
    void (*close)(void *user, unsigned link);
    /* Asks the other end for a sign of life. */
    void (*ping)(void *user, unsigned link);
    /* False: nothing is known. */
    bool (*look)(void *user, unsigned link, struct line_figures *out);
    void *user;
};

struct race_handlers {
    void (*on_open)(void *user, const uint8_t *exporter);
    /* Another connection has taken the place of the one before. */
    void (*on_replaced)(void *user, const uint8_t *exporter);
    void (*on_closed)(void *user, uint16_t code);
    void *user;
};

enum race_link_phase { RACE_FREE, RACE_DIALLING, RACE_UP, RACE_CLOSING };

struct race_link {
    enum race_link_phase phase;
    int64_t dialled_ms;
};

enum race_phase { RACE_DOWN, RACE_BEGUN, RACE_ON, RACE_ENDING };

/* The fields are the module's own. */
struct line_race {
    struct race_port port;
    struct race_handlers handlers;
    enum race_phase phase;
    struct race_link links[RACE_LINKS];
    unsigned current; /* of RACE_ON */
    bool is_watched;
    bool is_silent;
    bool is_held_up; /* silent, but the system behind it answers */
    bool is_urgent;  /* the line fell silent, and none has been up since */
    bool is_asked;   /* since it was heard last */
    int64_t round_trip_ms; /* of the line that is up, or was; 0: not known */
    int64_t asked_ms;
    int64_t pinged_ms;
    int64_t look_ms;   /* the next look */
    int64_t dial_ms;   /* the next dial may begin */
    uint64_t replaced; /* times, in all */
};

void line_race_init(struct line_race *race, const struct race_port *port,
                    const struct race_handlers *handlers);

/* RESULT_BUSY: it is not down; RESULT_IO: cannot even begin. */
MUST_USE enum result line_race_connect(struct line_race *race, int64_t now_ms);
/* on_closed follows, unless it is down. */
void line_race_close(struct line_race *race);
/* Is silence looked for? */
void line_race_watch(struct line_race *race, bool is_watched);
/* The connection that is up; false if none is. */
bool line_race_current(const struct line_race *race, unsigned *link);
bool line_race_is_silent(const struct line_race *race);
/* Nothing is under way. */
bool line_race_is_over(const struct line_race *race);

/* When line_race_tick() has something to do; INT64_MAX: never. */
int64_t line_race_next_ms(const struct line_race *race, int64_t now_ms);
void line_race_tick(struct line_race *race, int64_t now_ms);

void line_race_on_open(struct line_race *race, unsigned link,
                       const uint8_t *exporter, int64_t now_ms);
void line_race_on_closed(struct line_race *race, unsigned link, uint16_t code);

#endif
