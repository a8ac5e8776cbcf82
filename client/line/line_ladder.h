/*
 * What is to be done about a line, worked out once a second from what came and
 * went over it. The steps:
 *
 *   plain    nothing: 24 kb/s, a message for each frame
 *   paired   two frames a message: two thirds of the load
 *   slim     the same, and speakers at 12 kb/s: half of it
 *   rough    four connections, each message repeats the one before, 12 kb/s:
 *            for lines that lose packets
 *   rougher  six connections, each message repeats two, 10 kb/s
 *   thin     six connections, one copy, 6 kb/s in messages of 120 ms: for
 *            narrow lines that lose packets
 *   narrow   6 kb/s in messages of 120 ms, one speaker at a time
 *
 * The ladder climbs on seconds of evidence that the fault lies on this very
 * line: sound that comes late counts only where packets of this line were lost
 * or its round trip has grown, else it is the speaker's. A line whose round
 * trip stays grown is full; what it carries meanwhile is what it can carry, and
 * no step is taken that asks for more than 90 % of that. It comes down step by
 * step when the line has been good for 20 s, and hesitates twice as long each
 * time that it has to go back.
 *
 * "Rough" and "rougher" are given up, and tried again after a while, where
 * copies bring nothing (line_trial.h).
 *
 * "Thin" nearly fills the lines that it is for: copies begin when the
 * connections are there. Handshakes, and what they leave in the queue, are not
 * held against it, nor is what is sent again; a second's worth in the queue is.
 * Once it was too much it is tried again after minutes, each time more. A line
 * that was asked for little shows nothing of what it can carry: "narrow"
 * teaches no less than was known before.
 *
 * Pure. One thread.
 */
#ifndef CLIENT_LINE_LINE_LADDER_H
#define CLIENT_LINE_LINE_LADDER_H

#include "client/line/line_capacity.h"
#include "client/line/line_second.h"
#include "client/line/line_setting.h"
#include "client/line/line_trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LADDER_SECONDS = 20 };

/* The fields are the module's own. */
struct line_ladder {
    enum line_choice choice;
    enum line_step step;
    struct line_second seconds[LADDER_SECONDS]; /* the newest first */
    unsigned known; /* of them, since the last step */
    unsigned full;  /* seconds in a row in which the line was full */
    unsigned good;  /* seconds of sound without a fault since the step */
    struct line_capacity capacity;
    unsigned hesitation;   /* seconds of good line before it is gone down */
    unsigned descended;    /* seconds since it was gone down; 0: it was not */
    enum line_step before; /* where from */
    unsigned opened;       /* of `known`, until all connections were there */
    bool is_complete;      /* all connections have been there since the step */
    unsigned paused;       /* seconds for which copies are left out yet */
    unsigned unpaused;     /* seconds since they were */
    unsigned thin_wait;    /* seconds until "thin" may be tried again */
    unsigned thin_hesitation; /* the next such wait */
    unsigned renewed; /* seconds since another connection was taken; 0: never */
    struct line_trial trial; /* of copies, but on a thin line */
    enum line_step uncopied; /* where they were begun from */
};

void line_ladder_init(struct line_ladder *ladder);
/* Another connection is the line, and has no others beside it yet: what comes
 * before they are there says nothing of the step. */
void line_ladder_renew(struct line_ladder *ladder);
/* The next second. True: the step is another now. */
bool line_ladder_second(struct line_ladder *ladder,
                        const struct line_second *second);
/*
 * What the line showed that it carries before there was sound (line_gauge.h):
 * one on which speech as usual has no hope begins narrow. True: the step is
 * another now.
 */
bool line_ladder_gauge(struct line_ladder *ladder, unsigned rate);
/*
 * What is to be asked for now. Copies on a thin line wait until the connections
 * are there, which are sooner so, and for some seconds where the past stands in
 * the queue: it is sooner gone.
 */
struct line_wish line_ladder_wish(const struct line_ladder *ladder);
/* True: the step is another now. */
bool line_ladder_choose(struct line_ladder *ladder, enum line_choice choice);
/*
 * Is sound buried: does so much of the past wait on a connection that is asked
 * for little by now that another one, on which nothing waits, is sooner heard?
 * True once a minute at most: the caller closes the connection and takes
 * another.
 */
bool line_ladder_is_buried(struct line_ladder *ladder);
/* Is something odd, so that the round trip should be measured now? */
bool line_ladder_is_wary(const struct line_ladder *ladder);

#endif
