/*
 * Text as it travels: UTF-8, NFC, without NUL, control characters or what turns
 * the direction of the writing. Checked once at the edge, then passed as views.
 */
#ifndef PROTOCOL_BASE_TEXT_H
#define PROTOCOL_BASE_TEXT_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>

/* Borrowed bytes, not NUL-terminated; whoever lends them outlives the view. */
struct text_view {
    const char *data;
    size_t size; /* bytes */
};

#define TEXT_LITERAL(s) ((struct text_view){ (s), sizeof(s) - 1 })

/* View of a NUL-terminated string; NULL gives an empty view. */
struct text_view text_view_of(const char *string);

bool text_view_equal(struct text_view a, struct text_view b);
bool text_view_is(struct text_view a, const char *string);

/*
 * Is this text fit to be stored? Well-formed UTF-8, already NFC, at most
 * `code_point_max` code points, no NUL, no C0/C1 control except (when
 * `multi_line`) line feed and tab, no separator of lines or paragraphs (U+2028,
 * U+2029), no mark, override or isolate of direction (U+061C, U+200E, U+200F,
 * U+202A..E, U+2066..9), no deprecated format (U+206A..F), no tag
 * (U+E0000..7F), no U+FEFF, no noncharacter.
 *
 * RESULT_OK, RESULT_MALFORMED (not UTF-8, not NFC or a forbidden code point)
 * or RESULT_TOO_LARGE. Any thread.
 */
MUST_USE enum result text_check(struct text_view text, size_t code_point_max,
                                bool multi_line);

/*
 * Does it hold a letter that nobody sees, by which two names that look alike
 * are not one (U+00AD, U+034F, U+115F, U+1160, U+180E, U+200B..D, U+2060..4,
 * U+3164, U+FFA0)? text_check() takes them: prose of other languages needs
 * some, and logs of before have them in names. Any thread.
 */
bool text_has_unseen(struct text_view text);

/*
 * The NFC form of `text` in a new NUL-terminated string that the caller ends
 * with free(). RESULT_MALFORMED if `text` is not UTF-8. Any thread.
 */
MUST_USE enum result text_to_nfc(struct text_view text, char **out);

/* The NFC form without letters that nobody sees (text_has_unseen()); likewise.
 */
MUST_USE enum result text_to_seen(struct text_view text, char **out);

/*
 * The form used to decide whether two names are one: NFC, case folded, without
 * letters that nobody sees (text_has_unseen()), runs of white space as one
 * space, none at the ends. Caller ends it with free().
 */
MUST_USE enum result text_fold(struct text_view text, char **out);

#endif
