#include "protocol/verify/verify_source.h"

#include <stdlib.h>
#include <string.h>

void verify_source_release(struct verify_source *source)
{
    size_t i;

    for (i = 0; i < source->text_count; i++)
        free(source->texts[i]);
    free(source->texts);
    free(source->openings);
    free(source->events);
    *source = (struct verify_source){ .events = NULL };
}

static bool keep(struct verify_source *source, const char *text, size_t size)
{
    char *copy = strndup(text, size);

    if (copy)
        source->texts[source->text_count++] = copy;
    return copy != NULL;
}

/* They were read before, and fit their events. */
static enum result take_opening(struct verify_source *source,
                                struct text_view line)
{
    struct message_memory memory = { .root = NULL };
    struct opening opening;
    enum result result =
        opening_parse(line.data, line.size, &opening, &memory, NULL);

    if (result == RESULT_OK &&
        (!keep(source, opening.field, strlen(opening.field)) ||
         !keep(source, opening.value.data, opening.value.size)))
        result = RESULT_NO_MEMORY;
    if (result == RESULT_OK)
        source->openings[source->minutes.opening_count++] =
            (struct minutes_opening){ opening.seq,
                                      source->texts[source->text_count - 2],
                                      source->texts[source->text_count - 1] };
    message_memory_release(&memory);
    return result;
}

enum result verify_source_make(const struct verify_reader *reader,
                               const struct ruleset_shelf *rulesets,
                               const struct hash *ruleset,
                               struct verify_source *out)
{
    const struct verify_openings *openings = &reader->openings;
    const struct ruleset_book *book =
        rulesets ? ruleset_shelf_by_hash(rulesets, ruleset) : NULL;
    enum result result = RESULT_OK;
    size_t i;

    *out = (struct verify_source){ .events = NULL };
    out->events = calloc(reader->count + 1, sizeof *out->events);
    out->openings = calloc(openings->count + 1, sizeof *out->openings);
    out->texts = calloc(2 * openings->count + 1, sizeof *out->texts);
    if (!out->events || !out->openings || !out->texts)
        return RESULT_NO_MEMORY;
    for (i = 0; i < reader->count; i++)
        out->events[i] = (struct minutes_event){ reader->lines.lines[i].data,
                                                 reader->lines.lines[i].size };
    out->minutes =
        (struct minutes_source){ .events = out->events,
                                 .event_count = reader->count,
                                 .openings = out->openings,
                                 .rules = book ? &book->rules : NULL,
                                 .notes = book ? &book->notes : NULL };
    for (i = 0; i < openings->count && result == RESULT_OK; i++)
        result =
            take_opening(out, openings->lines.lines[openings->rows[i].line]);
    return result == RESULT_OK ? RESULT_OK : RESULT_NO_MEMORY;
}
