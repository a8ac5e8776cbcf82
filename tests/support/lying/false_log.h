/*
 * A log as the victims of a lie are shown it: the true events with some of them
 * altered, left out, exchanged, or others put between; numbered without a gap,
 * chained anew, and what the server signs in it signed anew. What devices
 * signed stays as it was: nobody but they can sign that.
 *
 * An edit is an object that says which true event it is about
 *
 *   "seq":n                     its place, or
 *   "ev":name, "where":{…}      the first of this name, with these fields
 *
 * and what becomes of it
 *
 *   "set":{path:value}          other values
 *   "drop":true                 left out
 *   "gap":true                  left out, and its number stays free
 *   "swap":true                 changes places with the next one
 *   "before":[…], "after":[…]   events that never were; each may have
 *                               "openings":[{"field","salt","value"},…]
 *
 * Without edits the true bytes are passed on.
 */
#ifndef TESTS_SUPPORT_LYING_FALSE_LOG_H
#define TESTS_SUPPORT_LYING_FALSE_LOG_H

#include "protocol/base/identifier.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct false_event {
    char *bytes; /* owned by the log; NULL: its number is left free */
    size_t size;
    struct hash head;
    json_t *openings; /* owned; of one that never was, else NULL */
};

struct false_log;

/*
 * `edits` is an array or NULL, and referred to. True events from number `until`
 * on are never shown. `beside`, which outlives the log, may be NULL: a register
 * whose false heads a meeting is to name.
 */
struct false_log *false_log_new(const char *log, json_t *edits, uint64_t until,
                                struct false_log *beside);
struct false_log *false_log_free(struct false_log *history);

/* Takes the true events up to `seq` out of the event book. False if one of them
 * is not in it. */
bool false_log_extend(struct false_log *history, uint64_t seq);
/* How many false events stand for the true ones up to `seq`, and where that one
 * itself stands (false: nowhere). It was taken in. */
uint64_t false_log_count_after(const struct false_log *history, uint64_t seq);
bool false_log_place(const struct false_log *history, uint64_t seq,
                     uint64_t *place);
const struct false_event *false_log_event(const struct false_log *history,
                                          uint64_t place);
/* Is the head at this false place that of the same true one? */
bool false_log_is_true_at(const struct false_log *history, uint64_t place);

#endif
