/*
 * For how long a connection on a bad line may go unanswered before the system
 * is to end it (TCP_USER_TIMEOUT), so that what is under way when the line is
 * cut does not come minutes later.
 *
 * Three seconds where packets are answered quickly. A lost packet is repeated
 * when the usual wait for an answer has run out, and again after twice and four
 * times as long: a long line on which a packet and its first two repeats are
 * lost still lives, and must not be ended for that, however long its round trip
 * is and however slowly what is under way drains into it. On a line that is not
 * long a new connection is there sooner than the third repeat of a cut line's,
 * so one repeat is waited for.
 *
 * The system counts from the first repeat of all that it is repairing, though
 * answers have come meanwhile, and long repairs are a narrow line's daily
 * bread: so the time for which one has made headway is added.
 *
 * Pure: times are arguments, in milliseconds of one clock. One thread.
 */
#ifndef PROTOCOL_LINE_LINE_PATIENCE_H
#define PROTOCOL_LINE_LINE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PATIENCE_LONG_MS = 500,        /* the round trip of a long line, at least */
    PATIENCE_MOST_MS = 20000,      /* since the last answer */
    PATIENCE_DRAIN_MOST_MS = 5000, /* of this, for what is under way */
    PATIENCE_REPAIR_MOST_MS = 30000 /* that is added for a repair */
};

/* What the system says of a connection. */
struct line_signs {
    int64_t round_trip_ms; /* smoothed; 0: not known */
    int64_t wavering_ms;   /* by so much it wavers, on the average */
    int64_t wait_ms;       /* until a packet is repeated, now; 0: not known */
    unsigned backoff;      /* so often that wait has been doubled */
    bool is_repairing;     /* packets are being sent again */
    int64_t answered_ms;   /* since the other end acknowledged anything */
    unsigned waiting;      /* bytes that it has not acknowledged */
    unsigned rate;         /* bits a second that the line carries; 0: unknown */
};

/* All zero at the start; the fields are the module's own. */
struct line_patience {
    bool has_looked;
    int64_t looked_ms;
    int64_t usual_ms; /* since the last answer */
    bool is_repairing;
    int64_t repairing_ms; /* since when, at the earliest */
};

/* A look at the connection, best about once a second: how long the system is to
 * wait now, a multiple of a quarter of a second. */
int64_t line_patience_look(struct line_patience *patience,
                           const struct line_signs *signs, int64_t now_ms);

#endif
