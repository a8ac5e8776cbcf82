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
 * Pure. One thread.
 */
#ifndef CLIENT_LINE_LINE_LADDER_H
#define CLIENT_LINE_LINE_LADDER_H

#include "protocol/line/line_wish.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum line_step {
    LINE_PLAIN,
    LINE_PAIRED,
    LINE_SLIM,
    LINE_ROUGH,
    LINE_ROUGHER,
    LINE_THIN,
    LINE_NARROW,
    LINE_STEPS
};

/* What the user has chosen. */
enum line_choice {
    LINE_BY_ITSELF, /* as the line asks for */
    LINE_KEEP_PLAIN,
    LINE_KEEP_ROUGH,
    LINE_KEEP_NARROW,
};

/* "auto", "plain", "rough", "narrow"; false: it is none of these. */
bool line_choice_of(const char *word, enum line_choice *out);
const char *line_choice_word(enum line_choice choice);

/* What a step is. */
struct line_setting {
    struct line_wish wish;
    unsigned rate;     /* of our own codec, bits a second */
    unsigned frame_ms; /* at this rate */
    unsigned floor_ms; /* what a listener waits at least */
    unsigned load;     /* bits a second of one speaker, with all headers */
};
const struct line_setting *line_setting(enum line_step step);
/* Frames of so many ms suit this rate. */
unsigned line_frame_ms(unsigned rate);

/* A second of the line, over all its connections. */
struct line_second {
    /* Sound to us (arrival_judge.h). */
    unsigned came, late, very_late, lost;
    int64_t standing_ms; /* -1: nothing came */
    /* Packets; `knows_packets`: the system tells. */
    bool knows_packets;
    unsigned received;   /* with something in them */
    unsigned disordered; /* of these, behind one that was missing */
    unsigned sent, sent_again;
    unsigned received_bits, sent_bits; /* with all headers */
    unsigned spoken;                   /* own frames that were to be sent */
    unsigned dropped; /* own sound that became too old to be sent */
    int64_t round_trip_ms, least_round_trip_ms; /* 0: not known */
};

enum { LADDER_SECONDS = 20 };

/* The fields are the module's own. */
struct line_ladder {
    enum line_choice choice;
    enum line_step step;
    struct line_second seconds[LADDER_SECONDS]; /* the newest first */
    unsigned known;        /* of them, since the last step */
    unsigned full;         /* seconds in a row in which the line was full */
    unsigned good;         /* seconds of sound without a fault since the step */
    unsigned capacity;     /* bits a second that it carried when it was full; 0:
                              not known */
    unsigned capacity_age; /* seconds */
    unsigned hesitation;   /* seconds of good line before it is gone down */
    unsigned descended;    /* seconds since it was gone down; 0: it was not */
    enum line_step before; /* where from */
    unsigned renewed; /* seconds since another connection was taken; 0: never */
};

void line_ladder_init(struct line_ladder *ladder);
/* The next second. True: the step is another now. */
bool line_ladder_second(struct line_ladder *ladder,
                        const struct line_second *second);
/* True: the step is another now. */
bool line_ladder_choose(struct line_ladder *ladder, enum line_choice choice);
/*
 * Is sound buried: does so much of the past wait on a connection that is asked
 * for little by now that another one, on which nothing waits, is sooner heard?
 * True once a minute at most: the caller closes the connection and takes
 * another.
 */
bool line_ladder_is_buried(struct line_ladder *ladder);
/* Is something odd, so that the round trip should be measured each second? */
bool line_ladder_is_wary(const struct line_ladder *ladder);

#endif
