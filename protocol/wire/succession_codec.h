/*
 * The succession of the server's keys as the hello carries it: a list of
 * {"server","new","seen","head","sig"}, oldest first. Pure; any thread.
 */
#ifndef PROTOCOL_WIRE_SUCCESSION_CODEC_H
#define PROTOCOL_WIRE_SUCCESSION_CODEC_H

#include "protocol/record/succession.h"

#include <jansson.h>

/* NULL when memory is out; the caller owns the reference. */
json_t *succession_encode(const struct succession *succession);

/*
 * `list` may be NULL: no succession. RESULT_MALFORMED (not such a list, or
 * longer than the limit); `out` is then of no use. Nothing is verified.
 */
MUST_USE enum result succession_decode(const json_t *list,
                                       struct succession *out);

#endif
