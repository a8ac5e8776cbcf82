/*
 * Reading lines of text made of fields with one space between them, as in the
 * files that a device keeps. Only canonical forms are taken: no empty field, no
 * sign or leading zero, lower-case hexadecimal. Any thread.
 */
#ifndef PROTOCOL_BASE_TEXT_FIELDS_H
#define PROTOCOL_BASE_TEXT_FIELDS_H

#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Cuts the text up to the next `end` off the front of `rest`, and `end` itself;
 * false, with nothing moved, if it is not there.
 */
bool text_cut(struct text_view *rest, char end, struct text_view *out);

/* A decimal number that fits 64 bits; false leaves `out` untouched. */
bool text_parse_number(struct text_view text, uint64_t *out);

/*
 * The fields of one line, taken from the left. The first misfit sticks, so that
 * a line is read at one go and checked at its end by text_fields_end().
 */
struct text_fields {
    struct text_view rest; /* borrowed */
    bool is_over;
    bool has_failed;
};

/* `line` is without its line feed; an empty one has no fields. */
void text_fields_init(struct text_fields *fields, struct text_view line);
/* An empty view, and a misfit, if there is no further field. */
struct text_view text_fields_next(struct text_fields *fields);
/* 0, and a misfit, if the next field is no number. */
uint64_t text_fields_number(struct text_fields *fields);
/* Exactly `size` bytes; zeros, and a misfit, if the next field is another. */
void text_fields_hex(struct text_fields *fields, uint8_t *out, size_t size);
/* Were all fields as asked for, and is none left? */
bool text_fields_end(const struct text_fields *fields);

#endif
