/*
 * The first event of a meeting that is played (meeting_transcript.h): who is
 * called, to what.
 */
#ifndef TESTS_SUPPORT_MEETING_GENESIS_H
#define TESTS_SUPPORT_MEETING_GENESIS_H

#include "protocol/meeting/meeting_event.h"
#include "protocol/rules/agenda_template.h"

enum { MEETING_BASE_MS = 1000000 }; /* second 0 of the scripts */

/* How a meeting is called. What is left out is as with meeting_transcript_new()
 */
struct meeting_call {
    enum meeting_kind kind;
    const char *meeting;    /* its id: "org.1" */
    const char *unit;       /* "u2" */
    const char *rules;      /* a file in config/rules */
    const char *agenda;     /* a template in config/templates/agenda */
    const char *leaders[3]; /* chair, deputy ("": none), minute-taker */
    const char *people;     /* "m1 m4 x1": of the roster these alone */
    unsigned starts_s;      /* for this second of the script */
    unsigned extra;         /* official members more: x1, x2, … */
    bool is_vouching;
};

struct meeting_genesis {
    struct meeting_event event; /* borrows from what follows */
    struct roster_person *rows;
    struct roster_device *devices;
    struct agenda_template agenda;
    struct agenda_item *items;
};

/* Ended by meeting_genesis_free(). Ends the test if the call is not right. */
struct meeting_genesis *meeting_genesis_new(const struct meeting_call *call);
void meeting_genesis_free(struct meeting_genesis *genesis);

/* The identifiers and devices of all such meetings. */
struct identifier meeting_id(const char *text);
struct key meeting_device_key(const char *holder, char device);

#endif
