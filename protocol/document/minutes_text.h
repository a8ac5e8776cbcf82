/*
 * The minutes of a meeting as plain text, drawn from its log: header,
 * attendance, what happened item by item, votes with their arithmetic, the
 * minute-taker's entries. Pure; belongs on a worker thread.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_TEXT_H
#define PROTOCOL_DOCUMENT_MINUTES_TEXT_H

#include "protocol/base/result.h"
#include "protocol/rules/ruleset.h"

#include <stddef.h>
#include <stdint.h>

struct minutes_event {
    const char *bytes; /* the event, exactly as logged */
    size_t size;
};

struct minutes_opening {
    uint64_t seq;
    const char *field; /* path of the sealed field */
    const char *value;
};

struct minutes_errata; /* minutes_errata.h */

/* Borrowed for the call; openings are sorted by seq. */
struct minutes_source {
    const struct minutes_event *events;
    size_t event_count;
    const struct minutes_opening *openings;
    size_t opening_count;
    /* Of the meeting; NULL: what only it can say is left out. */
    const struct ruleset *rules;
    /* Its sources; NULL: no rule is told with the document it is from. */
    const struct ruleset_notes *notes;
    /* Of a meeting that is held by party groups: the logs of theirs that it
     * gathered, whose minutes follow its own. */
    const struct minutes_source *parts;
    size_t part_count;
    /* In which form texts are drawn, 1..DOCUMENT_FORMAT; 0: in the newest. */
    int format;
    /* Of the minutes, as the register has them; NULL: none. */
    const struct minutes_errata *errata;
};

enum minutes_language { MINUTES_VIETNAMESE = 1, MINUTES_ENGLISH };

/*
 * UTF-8, NFC, lines end with LF. The same log gives the same bytes. Times are
 * those of the meeting's own zone. A text whose opening is missing is shown as
 * withheld. The caller ends `*out` with free(). RESULT_CORRUPT if the events
 * are not a meeting's log; RESULT_NO_MEMORY.
 */
MUST_USE enum result minutes_text_render(const struct minutes_source *source,
                                         enum minutes_language language,
                                         char **out, size_t *size);

#endif
