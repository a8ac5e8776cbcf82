#include "server/control/record_source.h"

#include "protocol/document/minutes_errata.h"
#include "protocol/meeting/log_codec.h"

#include <stdlib.h>
#include <string.h>

/* A log in the form in which minutes are drawn of it. */
struct source {
    struct store_log *loaded;     /* owned; NULL: the log is the caller's */
    struct minutes_event *events; /* owned, as are the next */
    struct minutes_opening *openings;
    char **values; /* of the openings, ended by NUL */
    size_t value_count;
};

struct record_source {
    struct source own;
    struct source *groups; /* owned; group_count of them, as are the parts */
    size_t group_count;
    struct minutes_source *parts;
    struct minutes_source whole;
    struct source registry;
    struct minutes_errata errata; /* owned */
};

static void release(struct source *source)
{
    size_t i;

    for (i = 0; i < source->value_count; i++)
        free(source->values[i]);
    free(source->values);
    free(source->openings);
    free(source->events);
    store_log_free(source->loaded);
}

static enum result copy_openings(const struct store_log *log,
                                 struct source *source)
{
    size_t i;

    for (i = 0; i < log->opening_count; i++) {
        const struct store_opening *row = &log->openings[i];

        source->values[i] = strndup(row->value, row->value_size);
        if (!source->values[i])
            return RESULT_NO_MEMORY;
        source->value_count++;
        source->openings[i] =
            (struct minutes_opening){ row->seq, row->field, source->values[i] };
    }
    return RESULT_OK;
}

static enum result copy_log(const struct store_log *log, struct source *source,
                            struct minutes_source *out)
{
    size_t i;
    enum result result;

    source->events = calloc(log->event_count + 1, sizeof *source->events);
    source->openings = calloc(log->opening_count + 1, sizeof *source->openings);
    source->values = calloc(log->opening_count + 1, sizeof *source->values);
    if (!source->events || !source->openings || !source->values)
        return RESULT_NO_MEMORY;
    for (i = 0; i < log->event_count; i++)
        source->events[i] =
            (struct minutes_event){ (const char *)log->events[i].bytes,
                                    log->events[i].size };
    result = copy_openings(log, source);
    out->events = source->events;
    out->event_count = log->event_count;
    out->openings = source->openings;
    out->opening_count = log->opening_count;
    return result;
}

/* The rules that a meeting's first event names. */
static void find_rules(const struct ruleset_shelf *rulesets,
                       const struct store_log *log, struct minutes_source *out)
{
    struct message_memory memory = { .root = NULL };
    struct meeting_event event;
    const struct ruleset_book *book = NULL;

    if (log->event_count > 0 &&
        meeting_event_decode((const char *)log->events[0].bytes,
                             log->events[0].size, &event, &memory,
                             NULL) == RESULT_OK &&
        event.kind == EVENT_GENESIS_KIND)
        book =
            ruleset_shelf_by_hash(rulesets, &event.body.genesis.ruleset_hash);
    message_memory_release(&memory);
    out->rules = book ? &book->rules : NULL;
    out->notes = book ? &book->notes : NULL;
}

/* The groups that were gathered, in their order. */
static enum result load_parts(struct store_sqlite *sqlite,
                              const struct ruleset_shelf *rulesets,
                              const struct meeting_kinds *kinds,
                              struct source *sources,
                              struct minutes_source *parts, size_t *count)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < kinds->group_count && result == RESULT_OK; i++) {
        struct source *source = &sources[*count];

        if (!kinds->groups[i].is_gathered)
            continue;
        result = store_sqlite_load_log(sqlite, &kinds->groups[i].meeting,
                                       &source->loaded);
        if (result == RESULT_OK)
            result = copy_log(source->loaded, source, &parts[*count]);
        if (result == RESULT_OK)
            find_rules(rulesets, source->loaded, &parts[*count]);
        (*count)++;
    }
    return result;
}

static enum result load_whole(struct store_sqlite *sqlite,
                              const struct ruleset_shelf *rulesets,
                              const struct store_log *log,
                              const struct meeting_state *state,
                              struct record_source *source)
{
    const struct meeting_kinds *kinds = &state->kinds;
    const struct ruleset_book *book =
        ruleset_shelf_by_hash(rulesets, &state->ruleset_hash);
    enum result result;

    source->groups = calloc(kinds->group_count + 1, sizeof *source->groups);
    source->parts = calloc(kinds->group_count + 1, sizeof *source->parts);
    if (!source->groups || !source->parts)
        return RESULT_NO_MEMORY;
    source->group_count = kinds->group_count;
    source->whole =
        (struct minutes_source){ .rules = book ? &book->rules : NULL,
                                 .notes = book ? &book->notes : NULL,
                                 .parts = source->parts };
    result = copy_log(log, &source->own, &source->whole);
    return result == RESULT_OK
               ? load_parts(sqlite, rulesets, kinds, source->groups,
                            source->parts, &source->whole.part_count)
               : result;
}

static enum result load_errata(const struct store_log *registry,
                               const struct meeting_state *state,
                               struct record_source *source)
{
    struct minutes_source whole = { .events = NULL };
    enum result result = copy_log(registry, &source->registry, &whole);

    if (result == RESULT_OK)
        result = minutes_errata_read(&whole, &state->meeting, &source->errata);
    source->whole.errata = &source->errata;
    return result;
}

enum result record_source_load(struct store_sqlite *sqlite,
                               const struct ruleset_shelf *rulesets,
                               const struct store_log *log,
                               const struct store_log *registry,
                               const struct meeting_state *state,
                               struct record_source **out)
{
    struct record_source *source = calloc(1, sizeof *source);
    enum result result = RESULT_NO_MEMORY;

    if (source)
        result = load_whole(sqlite, rulesets, log, state, source);
    if (result == RESULT_OK)
        result = load_errata(registry, state, source);
    if (result == RESULT_OK)
        *out = source;
    else
        record_source_free(source);
    return result;
}

struct record_source *record_source_free(struct record_source *source)
{
    size_t i;

    if (!source)
        return NULL;
    for (i = 0; source->groups && i < source->group_count; i++)
        release(&source->groups[i]);
    release(&source->own);
    release(&source->registry);
    minutes_errata_release(&source->errata);
    free(source->groups);
    free(source->parts);
    free(source);
    return NULL;
}

const struct minutes_source *
record_source_minutes(const struct record_source *source)
{
    return &source->whole;
}

const struct store_log *record_source_part(const struct record_source *source,
                                           size_t part)
{
    const struct store_log *log = source->groups[part].loaded;

    return log && log->event_count > 0 ? log : NULL;
}

bool record_source_has_signer(const struct record_source *source,
                              const struct identifier *member)
{
    size_t i, k;

    for (i = 0; i < source->errata.count; i++)
        for (k = 0; k < source->errata.rows[i].signer_count; k++)
            if (identifier_equal(&source->errata.rows[i].signers[k].member,
                                 member))
                return true;
    return false;
}
