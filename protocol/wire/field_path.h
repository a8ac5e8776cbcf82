/*
 * Where a field stands in a message, as text: "title", "roster.3.name". Errors
 * are reported by it, and commitments are made over it.
 *
 * Names come from the program's own tables and indices from bounded lists, so a
 * path always fits; one that does not is a bug.
 */
#ifndef PROTOCOL_WIRE_FIELD_PATH_H
#define PROTOCOL_WIRE_FIELD_PATH_H

#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { FIELD_PATH_SIZE = 96 };

/* Zero-initialised is the empty path. */
struct field_path {
    char text[FIELD_PATH_SIZE]; /* NUL-terminated */
    size_t size;
};

/* Adds a step; gives the size from before it, for field_path_cut(). */
size_t field_path_push_name(struct field_path *path, const char *name);
size_t field_path_push_index(struct field_path *path, size_t i);
void field_path_cut(struct field_path *path, size_t size);

/*
 * Splits the first step off `*path`: "roster.3.name" gives "roster" and leaves
 * "3.name". False, and nothing moved, if the path is empty or ends in a dot.
 */
bool field_path_take(struct text_view *path, struct text_view *step);
/* The index in a step: decimal, canonical, below `limit`. */
bool field_path_index(struct text_view step, size_t limit, size_t *out);

#endif
