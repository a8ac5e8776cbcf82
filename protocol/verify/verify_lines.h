/*
 * A file as its lines. Nothing is copied: the views borrow from the file. No
 * event and no opening is as short as VERIFY_LINE_SIZE_MIN: the first line that
 * is shorter is the last one that is split off, so that whoever reads it
 * refuses it, and the lines never take more room than the file. Pure; any
 * thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_LINES_H
#define PROTOCOL_VERIFY_VERIFY_LINES_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { VERIFY_LINE_SIZE_MIN = 32 };

struct verify_lines {
    struct text_view *lines; /* owned; without their line feeds */
    size_t count;
    bool is_cut; /* the last one has no line feed */
};

/* RESULT_OK, and the caller ends `*out` with verify_lines_release(); or
 * RESULT_NO_MEMORY. An empty file has no lines. */
MUST_USE enum result verify_lines_split(struct text_view file,
                                        struct verify_lines *out);
void verify_lines_release(struct verify_lines *lines);

#endif
