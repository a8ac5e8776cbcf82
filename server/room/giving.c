#include "server/room/giving.h"

#include "protocol/record/hash_chain.h"
#include "protocol/wire/json_read.h"

#include <stdlib.h>
#include <string.h>

/* What an opening costs beside its text. */
enum { SIZE_OF_OPENING = 200 };

enum result giving_new(struct giving **out, uint64_t session, uint64_t first,
                       const struct hash *before)
{
    struct giving *giving = calloc(1, sizeof *giving);

    if (!giving)
        return RESULT_NO_MEMORY;
    giving->session = session;
    giving->first = first;
    if (before)
        giving->before = *before;
    giving->openings = json_array();
    if (!giving->openings) {
        free(giving);
        return RESULT_NO_MEMORY;
    }
    *out = giving;
    return RESULT_OK;
}

struct giving *giving_free(struct giving *giving)
{
    size_t i;

    if (!giving)
        return NULL;
    for (i = 0; i < giving->count; i++)
        free(giving->events[i].bytes);
    free(giving->events);
    free(giving->part);
    json_decref(giving->openings);
    free(giving);
    return NULL;
}

uint64_t giving_next(const struct giving *giving)
{
    return giving->first + giving->count;
}

static enum result count_in(struct giving *giving, size_t size)
{
    if (size > LIMIT_GIVEN_SIZE - giving->size)
        return RESULT_TOO_LARGE;
    giving->size += size;
    return RESULT_OK;
}

static bool make_room(struct giving *giving)
{
    size_t capacity = giving->capacity ? 2 * giving->capacity : 64;
    struct given_event *events;

    if (giving->count < giving->capacity)
        return true;
    events = realloc(giving->events, capacity * sizeof *events);
    if (!events)
        return false;
    giving->events = events;
    giving->capacity = capacity;
    return true;
}

/* Takes `bytes`, whatever comes of it. */
static enum result append(struct giving *giving, char *bytes, size_t size)
{
    const uint64_t seq = giving_next(giving);
    const struct hash leaf = hash_chain_leaf(bytes, size);
    /* A copy: the events move when room is made. */
    const struct hash before = giving->count > 0
                                   ? giving->events[giving->count - 1].head
                                   : giving->before;
    enum result result = count_in(giving, size);

    if (result == RESULT_OK && !make_room(giving))
        result = RESULT_NO_MEMORY;
    if (result != RESULT_OK) {
        free(bytes);
        return result;
    }
    giving->events[giving->count] = (struct given_event){
        bytes, size, hash_chain_link(seq > 0 ? &before : NULL, seq, &leaf)
    };
    giving->count++;
    return RESULT_OK;
}

static enum result take_events(struct giving *giving, uint64_t from,
                               const json_t *events)
{
    size_t i;

    if (!json_is_array(events))
        return RESULT_MALFORMED;
    for (i = 0; i < json_array_size(events); i++) {
        const json_t *event = json_array_get(events, i);
        enum result result;
        char *copy;

        if (!json_is_string(event) || from + i > giving_next(giving))
            return RESULT_MALFORMED;
        if (from + i < giving_next(giving))
            continue;
        copy = strdup(json_string_value(event));
        if (!copy)
            return RESULT_NO_MEMORY;
        result = append(giving, copy, json_string_length(event));
        if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static enum result begin_part(struct giving *giving, size_t total)
{
    if (total == 0 || total > LIMIT_EVENT_SIZE)
        return RESULT_TOO_LARGE;
    free(giving->part);
    giving->part = malloc(total + 1);
    giving->part_size = 0;
    giving->part_total = total;
    return giving->part ? RESULT_OK : RESULT_NO_MEMORY;
}

static bool read_size(const json_t *object, const char *name, size_t *out)
{
    uint64_t number;

    if (!json_read_number(object, name, &number))
        return false;
    *out = (size_t)number;
    return true;
}

static enum result take_part(struct giving *giving, const json_t *part)
{
    const json_t *text = json_object_get(part, "text");
    size_t seq, offset, total, size;
    enum result result = RESULT_OK;
    char *whole;

    if (!read_size(part, "seq", &seq) || !read_size(part, "offset", &offset) ||
        !read_size(part, "size", &total) || !json_is_string(text) ||
        seq > giving_next(giving))
        return RESULT_MALFORMED;
    if (seq < giving_next(giving))
        return RESULT_OK;
    if (offset == 0)
        result = begin_part(giving, total);
    if (result != RESULT_OK)
        return result;
    size = json_string_length(text);
    if (!giving->part || total != giving->part_total ||
        offset != giving->part_size || size > total - offset)
        return RESULT_MALFORMED;
    memcpy(&giving->part[offset], json_string_value(text), size);
    giving->part_size += size;
    if (giving->part_size < total)
        return RESULT_OK;
    whole = giving->part;
    whole[total] = '\0';
    giving->part = NULL;
    return append(giving, whole, total);
}

static enum result take_openings(struct giving *giving, const json_t *openings)
{
    size_t i;

    if (!json_is_array(openings))
        return RESULT_MALFORMED;
    for (i = 0; i < json_array_size(openings); i++) {
        json_t *opening = json_array_get(openings, i);
        const json_t *value = json_object_get(opening, "value");
        enum result result;

        if (!json_is_string(value))
            return RESULT_MALFORMED;
        result = count_in(giving, json_string_length(value) + SIZE_OF_OPENING);
        if (result != RESULT_OK)
            return result;
        if (json_array_append(giving->openings, opening) != 0)
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

enum result giving_take(struct giving *giving, const json_t *message)
{
    const json_t *events = json_object_get(message, "events");
    const json_t *part = json_object_get(message, "part");
    const json_t *openings = json_object_get(message, "openings");
    enum result result = RESULT_OK;
    size_t from = 0;

    if (events && !read_size(message, "from", &from))
        return RESULT_MALFORMED;
    if (events)
        result = take_events(giving, from, events);
    if (result == RESULT_OK && part)
        result = take_part(giving, part);
    if (result == RESULT_OK && openings)
        result = take_openings(giving, openings);
    return result;
}
