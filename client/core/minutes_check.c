#include "client/core/minutes_check.h"

#include "protocol/document/document_facts.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

/* The log as minutes are drawn from it. */
struct source {
    struct minutes_event *events;
    struct minutes_opening *openings;
    struct message_memory *memories; /* of the openings' frames */
    char **fields;                   /* owned; of each opening */
    size_t event_count, opening_count;
};

static void source_release(struct source *source)
{
    size_t i;

    for (i = 0; i < source->opening_count; i++) {
        message_memory_release(&source->memories[i]);
        free(source->fields[i]);
    }
    free(source->events);
    free(source->openings);
    free(source->memories);
    free(source->fields);
}

static size_t count_openings(const struct log_follower *follower)
{
    const uint64_t next = log_follower_next(follower);
    size_t count = 0;
    uint64_t seq;

    for (seq = 0; seq < next; seq++) {
        const struct kept_opening *kept = log_follower_openings(follower, seq);

        for (; kept; kept = kept->next)
            count++;
    }
    return count;
}

/* It was read before, and fits its event. */
static enum result take_opening(struct source *source,
                                const struct kept_opening *kept)
{
    const size_t place = source->opening_count;
    struct opening opening;
    enum result result = opening_parse(kept->text, kept->size, &opening,
                                       &source->memories[place], NULL);

    source->opening_count++;
    if (result != RESULT_OK)
        return result;
    source->fields[place] = strdup(opening.field);
    source->openings[place] =
        (struct minutes_opening){ opening.seq, source->fields[place],
                                  opening.value.data };
    return source->fields[place] ? RESULT_OK : RESULT_NO_MEMORY;
}

/* RESULT_NOT_FOUND: an event is not kept. */
static enum result fill(struct source *source,
                        const struct log_follower *follower)
{
    const uint64_t next = log_follower_next(follower);
    enum result result = RESULT_OK;
    uint64_t seq;

    for (seq = 0; seq < next && result == RESULT_OK; seq++) {
        const struct kept_opening *kept = log_follower_openings(follower, seq);
        struct text_view bytes;

        if (!log_follower_event(follower, seq, &bytes))
            return RESULT_NOT_FOUND;
        source->events[source->event_count++] =
            (struct minutes_event){ bytes.data, bytes.size };
        for (; kept && result == RESULT_OK; kept = kept->next)
            result = take_opening(source, kept);
    }
    return result;
}

static enum result source_make(const struct log_follower *follower,
                               struct source *out)
{
    const size_t count = count_openings(follower);

    *out = (struct source){ .events = NULL };
    out->events =
        calloc((size_t)log_follower_next(follower) + 1, sizeof *out->events);
    out->openings = calloc(count + 1, sizeof *out->openings);
    out->memories = calloc(count + 1, sizeof *out->memories);
    out->fields = calloc(count + 1, sizeof *out->fields);
    if (!out->events || !out->openings || !out->memories || !out->fields)
        return RESULT_NO_MEMORY;
    return fill(out, follower);
}

/* The server may be of another version: any form that is known here will do. */
static enum result compare(struct minutes_source *minutes, uint64_t upto,
                           const struct hash *said, enum minutes_check *out)
{
    enum result result = RESULT_OK;

    for (minutes->format = DOCUMENT_FORMAT;
         minutes->format > 0 && result == RESULT_OK &&
         *out != MINUTES_CHECK_SAME;
         minutes->format--) {
        char *text = NULL;
        size_t size = 0;
        struct hash drawn;

        result = minutes_json_draw(minutes, upto, &text, &size);
        if (result != RESULT_OK)
            break;
        drawn = digest_sha256(text, size);
        *out =
            hash_equal(&drawn, said) ? MINUTES_CHECK_SAME : MINUTES_CHECK_OTHER;
        free(text);
    }
    return result;
}

enum result minutes_check(const struct log_follower *follower,
                          const struct ruleset *rules,
                          const struct ruleset_notes *notes, uint64_t upto,
                          const struct hash *said, enum minutes_check *out)
{
    struct source source;
    enum result result = source_make(follower, &source);

    *out = MINUTES_CHECK_UNABLE;
    if (result == RESULT_OK) {
        struct minutes_source minutes = {
            .events = source.events,
            .event_count = source.event_count,
            .openings = source.openings,
            .opening_count = source.opening_count,
            .rules = rules,
            .notes = notes,
        };

        result = compare(&minutes, upto, said, out);
    }
    source_release(&source);
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}
