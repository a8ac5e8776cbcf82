/*
 * Where in an array an id stands, found in constant time: a hash table beside
 * the array, for rooms of thousands. Ids are given by the server, so nobody
 * outside can choose ones that collide.
 *
 * Zero-initialised is empty. Entries are never taken out. One thread.
 */
#ifndef PROTOCOL_MEETING_IDENTIFIER_INDEX_H
#define PROTOCOL_MEETING_IDENTIFIER_INDEX_H

#include "protocol/base/identifier.h"

#include <stddef.h>
#include <stdint.h>

struct identifier_slot {
    struct identifier id; /* "" while free */
    size_t position;
};

struct identifier_index {
    struct identifier_slot *slots; /* owned */
    size_t slot_count;             /* 0 or a power of two */
    size_t used;
};

#define IDENTIFIER_NOWHERE SIZE_MAX

void identifier_index_release(struct identifier_index *index);

/* The position of `id`, or IDENTIFIER_NOWHERE. */
size_t identifier_index_find(const struct identifier_index *index,
                             const struct identifier *id);

/* RESULT_EXISTS if `id` has a position already, RESULT_INVALID if it is "",
 * RESULT_NO_MEMORY; the index is unchanged then. */
MUST_USE enum result identifier_index_add(struct identifier_index *index,
                                          const struct identifier *id,
                                          size_t position);

#endif
