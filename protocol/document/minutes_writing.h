/*
 * How the minutes are written: phrases of one language, the texts behind the
 * commitments, times of the meeting's zone, lines of bounded width. What it
 * returns as text lives as long as the source. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_WRITING_H
#define PROTOCOL_DOCUMENT_MINUTES_WRITING_H

#include "protocol/base/byte_writer.h"
#include "protocol/document/minutes_list.h"
#include "protocol/document/minutes_phrases.h"
#include "protocol/document/minutes_text.h"
#include "protocol/document/zone_clock.h"

#include <stdbool.h>

enum { MINUTES_LINE_WIDTH = 80, MINUTES_SHORT_SIZE = 4096 };

struct minutes_writing {
    const struct minutes_source *source;
    enum minutes_language language;
    struct zone_clock *clock; /* owned by whoever renders */
    struct zone_moment day;   /* times of this day are told without a date */
    struct byte_writer *out;  /* where the next line goes */
    /* Lines are rows of minutes_list.h, not of text; one with a text that has
     * no opening is left out. */
    bool is_listing;
    uint64_t seq; /* when listing: the event that is told */
};

/* A part of a line, by value: room for two names and the longest reason. */
struct minutes_short {
    char text[MINUTES_SHORT_SIZE];
};

const char *minutes_phrase(const struct minutes_writing *writing,
                           enum minutes_phrase id);
/*
 * A line of the phrase, with its line feed. Folded at spaces to the width, each
 * further line under the text of the first; line feeds in the text keep the
 * phrase's indentation.
 */
void minutes_say(struct minutes_writing *writing, enum minutes_phrase id, ...);
/* The phrase filled in, cut at the end of its room. */
struct minutes_short minutes_fill(const struct minutes_writing *writing,
                                  enum minutes_phrase id, ...);

/* Is the text drawn in this form, or a newer one? */
bool minutes_has_form(const struct minutes_writing *writing, int format);

/* The same source, drawn in the form of the whole that it is part of. */
struct minutes_source minutes_source_in_form(const struct minutes_source *part,
                                             int format);

/* The text of a sealed field, or that it is withheld. */
const char *minutes_opening(const struct minutes_writing *writing, uint64_t seq,
                            const char *field);

/* "08:05", with the date when it is not the meeting's day; with the offset,
 * "02:30 (UTC+2)", in the hour that comes twice when clocks are set back. */
struct minutes_short minutes_clock(const struct minutes_writing *writing,
                                   int64_t at_ms);
/* "08 giờ 05, ngày 05/02/2026" */
struct minutes_short minutes_moment(const struct minutes_writing *writing,
                                    int64_t at_ms);
/* Rounded half up, for reading only: "83,33 %". */
struct minutes_short minutes_percent(const struct minutes_writing *writing,
                                     uint64_t part, uint64_t whole);
/* Code points of a text: its columns, as it is NFC. */
size_t minutes_columns(const char *text);

#endif
