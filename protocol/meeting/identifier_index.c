#include "protocol/meeting/identifier_index.h"

#include <stdlib.h>

enum { SLOTS_MIN = 16 };

/* FNV-1a. */
static size_t hash_of(const struct identifier *id)
{
    uint64_t hash = 0xcbf29ce484222325u;
    const char *c;

    for (c = id->text; *c != '\0'; c++) {
        hash ^= (unsigned char)*c;
        hash *= 0x100000001b3u;
    }
    return (size_t)(hash ^ (hash >> 32));
}

/* The slot that holds `id`, or the free one where it belongs. There is always
 * a free one: the table is never more than half full. */
static size_t slot_of(const struct identifier_index *index,
                      const struct identifier *id)
{
    size_t i = hash_of(id) & (index->slot_count - 1);

    while (!identifier_is_empty(&index->slots[i].id) &&
           !identifier_equal(&index->slots[i].id, id))
        i = (i + 1) & (index->slot_count - 1);
    return i;
}

void identifier_index_release(struct identifier_index *index)
{
    free(index->slots);
    *index = (struct identifier_index){ NULL, 0, 0 };
}

size_t identifier_index_find(const struct identifier_index *index,
                             const struct identifier *id)
{
    size_t i;

    if (index->slot_count == 0 || identifier_is_empty(id))
        return IDENTIFIER_NOWHERE;
    i = slot_of(index, id);
    return identifier_is_empty(&index->slots[i].id) ? IDENTIFIER_NOWHERE
                                                    : index->slots[i].position;
}

static enum result widen(struct identifier_index *index)
{
    struct identifier_index wider = { NULL, 0, 0 };
    size_t i;

    wider.slot_count = index->slot_count ? 2 * index->slot_count : SLOTS_MIN;
    wider.slots = calloc(wider.slot_count, sizeof *wider.slots);
    if (!wider.slots)
        return RESULT_NO_MEMORY;
    for (i = 0; i < index->slot_count; i++) {
        if (!identifier_is_empty(&index->slots[i].id))
            wider.slots[slot_of(&wider, &index->slots[i].id)] = index->slots[i];
    }
    wider.used = index->used;
    free(index->slots);
    *index = wider;
    return RESULT_OK;
}

enum result identifier_index_add(struct identifier_index *index,
                                 const struct identifier *id, size_t position)
{
    size_t i;

    if (identifier_is_empty(id))
        return RESULT_INVALID;
    if (identifier_index_find(index, id) != IDENTIFIER_NOWHERE)
        return RESULT_EXISTS;
    if (2 * (index->used + 1) > index->slot_count && widen(index))
        return RESULT_NO_MEMORY;
    i = slot_of(index, id);
    index->slots[i].id = *id;
    index->slots[i].position = position;
    index->used++;
    return RESULT_OK;
}
