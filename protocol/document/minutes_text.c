#include "protocol/document/minutes_text.h"

#include "protocol/document/minutes_parts.h"

#include <stdlib.h>

enum { MINUTES_SIZE_MAX = 32 * 1024 * 1024 };

enum result minutes_begin(struct minutes_writing *writing,
                          const struct minutes_facts *facts)
{
    const struct meeting_state *state = facts->state;

    writing->clock = zone_clock_new(state->zone);
    if (!writing->clock)
        return RESULT_NO_MEMORY;
    writing->day = zone_clock_at(writing->clock, state->opened_ms > 0
                                                     ? state->opened_ms
                                                     : state->starts_at_ms);
    return RESULT_OK;
}

void minutes_end(struct minutes_writing *writing)
{
    writing->clock = zone_clock_free(writing->clock);
}

enum result minutes_tell(struct minutes_writing *writing,
                         const struct minutes_facts *facts)
{
    enum result result = minutes_begin(writing, facts);

    if (result != RESULT_OK)
        return result;
    minutes_tell_header(writing, facts);
    result = minutes_tell_proceedings(writing, facts);
    minutes_tell_roll(writing, facts);
    minutes_tell_end(writing, facts);
    minutes_tell_errata(writing, facts);
    if (result == RESULT_OK)
        result = minutes_tell_parts(writing, facts);
    minutes_end(writing);
    return result;
}

enum result minutes_text_render(const struct minutes_source *source,
                                enum minutes_language language, char **out,
                                size_t *size)
{
    struct byte_writer text;
    struct minutes_writing writing = { .source = source,
                                       .language = language,
                                       .out = &text };
    struct minutes_facts facts = { 0 };
    uint8_t *bytes = NULL;
    enum result result;

    byte_writer_init(&text, MINUTES_SIZE_MAX);
    result = minutes_facts_learn(&facts, &writing);
    if (result == RESULT_OK)
        result = minutes_tell(&writing, &facts);
    if (result == RESULT_OK)
        result = byte_writer_take(&text, &bytes, size);
    if (result == RESULT_OK)
        *out = (char *)bytes;
    byte_writer_release(&text);
    minutes_facts_release(&facts);
    return result;
}
