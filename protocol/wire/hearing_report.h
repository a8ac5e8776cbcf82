/*
 * What a device that hears tells the server from time to time: how the sound of
 * all speakers together came out of its loudspeaker since it told last. It says
 * nothing of who spoke, or what. Whoever reads one believes nothing: each value
 * is cut to what can be true. Pure; any thread.
 */
#ifndef PROTOCOL_WIRE_HEARING_REPORT_H
#define PROTOCOL_WIRE_HEARING_REPORT_H

#include "protocol/wire/field.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

struct hearing_report {
    uint64_t played;    /* blocks of 20 ms heard as they were sent */
    uint64_t concealed; /* blocks made up: frames were lost, or not there yet */
    uint64_t repaired;  /* of these from the frame after, as good as heard */
    uint64_t late;      /* frames that came after others had been heard */
    uint64_t dropped;   /* frames dropped lest they be heard too late */
    uint64_t delay_ms;  /* from arrival to ear */
};

#define HEARING_GRADE_LIST(X)                                                  \
    X(HEARING_WELL, "well")                                                    \
    X(HEARING_GAPS, "gaps")                                                    \
    X(HEARING_BADLY, "badly")

enum hearing_grade {
    HEARING_NONE, /* nobody was heard */
#define X(name, word) name,
    HEARING_GRADE_LIST(X)
#undef X
};
extern const struct enum_words hearing_grade_words;

/* The report in a message, cut to LIMIT_HEARING_BLOCKS and
 * LIMIT_HEARING_DELAY_MS. False: `*missing` is not there, or no number that is
 * not negative; `out` is untouched then. */
bool hearing_report_read(const json_t *object, struct hearing_report *out,
                         const char **missing);
/* Adds it to a message; false for want of memory. */
bool hearing_report_put(const struct hearing_report *report, json_t *object);

/* Of a hundred blocks that were to be heard, rounded, how many were not: made
 * up and not repaired, or dropped. 0 if there were none. */
unsigned hearing_report_lost_percent(const struct hearing_report *report);
/* Well: less than 2 of 100 blocks are missing; badly: 10 or more. */
enum hearing_grade hearing_report_grade(const struct hearing_report *report);

#endif
