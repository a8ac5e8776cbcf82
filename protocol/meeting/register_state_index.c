#include "protocol/meeting/register_state_index.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 16 };

/* FNV-1a. */
uint32_t register_hash_bytes(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * 16777619U;
    return hash;
}

uint32_t register_hash_id(const struct identifier *id)
{
    return register_hash_bytes(id->text, strlen(id->text));
}

bool register_slots_find(const struct register_slots *slots, uint32_t hash,
                         register_match_fn match,
                         const struct register_state *state, const void *key,
                         size_t *place)
{
    const size_t mask = slots->capacity - 1;

    if (slots->capacity == 0)
        return false;
    for (size_t i = hash & mask; slots->slots[i].place; i = (i + 1) & mask) {
        const size_t found = slots->slots[i].place - 1;

        if (slots->slots[i].hash == hash && match(state, found, key)) {
            *place = found;
            return true;
        }
    }
    return false;
}

static void put(struct register_slot *slots, size_t capacity,
                struct register_slot slot)
{
    size_t i = slot.hash & (capacity - 1);

    while (slots[i].place)
        i = (i + 1) & (capacity - 1);
    slots[i] = slot;
}

static enum result widen(struct register_slots *slots)
{
    const size_t capacity =
        slots->capacity ? 2 * slots->capacity : CAPACITY_FIRST;
    struct register_slot *wider = calloc(capacity, sizeof *wider);

    if (!wider)
        return RESULT_NO_MEMORY;
    for (size_t i = 0; i < slots->capacity; i++)
        if (slots->slots[i].place)
            put(wider, capacity, slots->slots[i]);
    free(slots->slots);
    slots->slots = wider;
    slots->capacity = capacity;
    return RESULT_OK;
}

enum result register_slots_add(struct register_slots *slots, uint32_t hash,
                               size_t place)
{
    if (place >= UINT32_MAX)
        return RESULT_NO_MEMORY;
    /* At most half full, so that a search meets a free slot soon. */
    if (2 * (slots->count + 1) > slots->capacity) {
        const enum result result = widen(slots);

        if (result != RESULT_OK)
            return result;
    }
    put(slots->slots, slots->capacity,
        (struct register_slot){ hash, (uint32_t)place + 1 });
    slots->count++;
    return RESULT_OK;
}

void register_slots_release(struct register_slots *slots)
{
    free(slots->slots);
    *slots = (struct register_slots){ 0 };
}

void *register_grow(void *array, size_t *capacity, size_t count, size_t size)
{
    const size_t wanted = *capacity ? 2 * *capacity : CAPACITY_FIRST;
    void *grown;

    if (array && count < *capacity)
        return array;
    if (wanted > SIZE_MAX / size)
        return NULL;
    grown = realloc(array, wanted * size);
    if (grown)
        *capacity = wanted;
    return grown;
}
