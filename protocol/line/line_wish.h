/*
 * How a session wants to be sent sound on its line, as the operation `line`
 * says it (protocol/README.md, 9). The client does upward what it asks for
 * downward. Pure; any thread.
 */
#ifndef PROTOCOL_LINE_LINE_WISH_H
#define PROTOCOL_LINE_LINE_WISH_H

#include "protocol/base/limits.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

struct line_wish {
    unsigned bundle; /* frames of one speaker in a message, 1.. */
    /* Messages before, whose frames each message repeats; ascending. */
    unsigned copies[LIMIT_LINE_COPIES];
    size_t copy_count;
    unsigned rate;  /* bits a second asked of speakers; 0: as they like */
    bool one_voice; /* the line carries one speaker at a time */
    unsigned lanes; /* connections beside the session's own */
};

/* What a good line wants: all that nobody has asked for. */
struct line_wish line_wish_plain(void);
bool line_wish_is_plain(const struct line_wish *wish);
bool line_wish_is_good(const struct line_wish *wish);
bool line_wish_equal(const struct line_wish *a, const struct line_wish *b);

/*
 * The fields of the request, into and out of `object`. What is missing is as on
 * a good line. line_wish_read() returns NULL, or the name of the field that is
 * wrong, and `out` is untouched then. line_wish_write() is false when memory is
 * out.
 */
const char *line_wish_read(const json_t *object, struct line_wish *out);
bool line_wish_write(const struct line_wish *wish, json_t *object);

#endif
