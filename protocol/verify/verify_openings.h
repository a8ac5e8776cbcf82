/*
 * A file of openings, found by the event that they open. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_OPENINGS_H
#define PROTOCOL_VERIFY_VERIFY_OPENINGS_H

#include "protocol/verify/verify_fault.h"
#include "protocol/verify/verify_lines.h"

#include <stdint.h>

struct verify_openings {
    struct verify_lines lines;
    struct verify_opening_row {
        uint64_t seq;
        size_t line; /* from 0 */
    } * rows;        /* owned; by seq, then by line */
    size_t count;
    size_t next; /* the first row of the next event */
};

/*
 * Reads a whole file, whose text outlives the openings. RESULT_OK;
 * RESULT_REFUSED with fault, line and reason in `*failure`; or
 * RESULT_NO_MEMORY. The caller ends `*out` with verify_openings_release() in
 * every case.
 */
MUST_USE enum result verify_openings_read(struct text_view file,
                                          struct verify_openings *out,
                                          struct verify_failure *failure);
void verify_openings_release(struct verify_openings *openings);

/*
 * The line (from 0) of the next opening of event `seq`; false if there is no
 * further one. Events are asked for in order.
 */
bool verify_openings_next(struct verify_openings *openings, uint64_t seq,
                          size_t *line);

#endif
