/*
 * What an erratum says, as the text that is sealed and signed: one line of JSON
 * with sorted keys, without blanks and line feed,
 *
 *   {"date":"2026-11-29","entry":"e3","line":0,"reason":text,"should":text,
 *    "stands":text,"v":1}
 *
 * Its place in the minutes: an entry by its id, or a line by the number of its
 * event (a fact, a vote that was closed); with neither it is of the minutes as
 * a whole. stands: what stands there ("": something is missing); should: what
 * should stand there ("": it should not stand). The two differ. Pure; any
 * thread.
 */
#ifndef PROTOCOL_MEETING_ERRATUM_TEXT_H
#define PROTOCOL_MEETING_ERRATUM_TEXT_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <jansson.h>

struct erratum_text {
    struct text_view date;   /* 2026-11-29 */
    struct identifier entry; /* "": of none */
    uint64_t line;           /* 0: of none */
    struct text_view stands, should, reason;
    json_t *root; /* owned, if it was read; the texts are borrowed from it */
};

/*
 * RESULT_OK: the caller ends `*out` with erratum_text_release().
 * RESULT_MALFORMED: it is no erratum, or not written as one;
 * RESULT_TOO_LARGE: a text of it is too long; RESULT_NO_MEMORY.
 */
MUST_USE enum result erratum_text_read(struct text_view json,
                                       struct erratum_text *out);
void erratum_text_release(struct erratum_text *text);

/* The same the other way; the caller ends `*out`, NUL-terminated, with free().
 * Refuses what could not be read again, with the results above. */
MUST_USE enum result erratum_text_write(const struct erratum_text *text,
                                        char **out);

#endif
