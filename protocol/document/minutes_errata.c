#include "protocol/document/minutes_errata.h"

#include "protocol/meeting/log_codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- reading ------------------------------------------------------------- */

static const char *find_opening(const struct minutes_source *registry,
                                uint64_t seq, const char *field)
{
    size_t i;

    for (i = 0; i < registry->opening_count; i++)
        if (registry->openings[i].seq == seq &&
            strcmp(registry->openings[i].field, field) == 0)
            return registry->openings[i].value;
    return NULL;
}

static bool add_signer(struct minutes_erratum *row, int role,
                       const struct identifier *member,
                       const struct register_event *event)
{
    if (row->signer_count == ERRATUM_SIGNERS)
        return false;
    row->signers[row->signer_count++] = (struct minutes_erratum_signer){
        .role = (enum minutes_signer)role,
        .member = *member,
        .at_ms = event->at_ms,
        .seq = event->seq,
    };
    return true;
}

static enum result take_first(const struct minutes_source *registry,
                              const struct register_event *event,
                              struct minutes_errata *out)
{
    const struct register_erratum_proposed *body =
        &event->body.erratum_proposed;
    const char *text = find_opening(registry, event->seq, "erratum");
    struct minutes_erratum *rows;
    enum result result = RESULT_OK;

    if (body->number != out->count + 1)
        return RESULT_CORRUPT;
    rows = realloc(out->rows, (out->count + 1) * sizeof *rows);
    if (!rows)
        return RESULT_NO_MEMORY;
    out->rows = rows;
    rows[out->count] =
        (struct minutes_erratum){ .number = body->number, .seq = event->seq };
    (void)add_signer(&rows[out->count], body->role, &body->member, event);
    if (text)
        result = erratum_text_read(text_view_of(text), &rows[out->count].text);
    out->count++;
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}

static enum result take_second(const struct register_event *event,
                               struct minutes_errata *out)
{
    const struct register_erratum_signed *body = &event->body.erratum_signed;

    return body->number > 0 && body->number <= out->count &&
                   add_signer(&out->rows[body->number - 1], body->role,
                              &body->member, event)
               ? RESULT_OK
               : RESULT_CORRUPT;
}

static enum result take(const struct minutes_source *registry,
                        const struct identifier *meeting,
                        const struct register_event *event,
                        struct minutes_errata *out)
{
    if (event->kind == REGISTER_ERRATUM_PROPOSED_KIND &&
        identifier_equal(&event->body.erratum_proposed.meeting, meeting))
        return take_first(registry, event, out);
    if (event->kind == REGISTER_ERRATUM_SIGNED_KIND &&
        identifier_equal(&event->body.erratum_signed.meeting, meeting))
        return take_second(event, out);
    return RESULT_OK;
}

/* The name of a member stands in the event that added or changed the row. */
static bool keep_name(const struct minutes_source *registry,
                      const struct register_event *event,
                      struct minutes_erratum_signer *signer)
{
    const char *name;

    if (event->seq >= signer->seq ||
        !identifier_equal(&event->body.member_added.member, &signer->member))
        return true;
    name = find_opening(registry, event->seq, "name");
    if (!name)
        return true;
    free(signer->name);
    signer->name = strdup(name);
    return signer->name != NULL;
}

static enum result take_name(const struct minutes_source *registry,
                             const struct register_event *event,
                             struct minutes_errata *out)
{
    size_t i, k;

    if (event->kind != REGISTER_MEMBER_ADDED_KIND &&
        event->kind != REGISTER_MEMBER_CHANGED_KIND)
        return RESULT_OK;
    for (i = 0; i < out->count; i++)
        for (k = 0; k < out->rows[i].signer_count; k++)
            if (!keep_name(registry, event, &out->rows[i].signers[k]))
                return RESULT_NO_MEMORY;
    return RESULT_OK;
}

static enum result read_one(const struct minutes_source *registry,
                            const struct minutes_event *line,
                            const struct identifier *meeting, bool is_naming,
                            struct minutes_errata *out)
{
    struct message_memory memory = { .root = NULL };
    struct register_event event;
    enum result result =
        register_event_decode(line->bytes, line->size, &event, &memory, NULL);

    if (result == RESULT_OK)
        result = is_naming ? take_name(registry, &event, out)
                           : take(registry, meeting, &event, out);
    message_memory_release(&memory);
    return result == RESULT_OK || result == RESULT_NO_MEMORY ? result
                                                             : RESULT_CORRUPT;
}

enum result minutes_errata_read(const struct minutes_source *registry,
                                const struct identifier *meeting,
                                struct minutes_errata *out)
{
    enum result result = RESULT_OK;
    size_t i;

    *out = (struct minutes_errata){ NULL, 0 };
    for (i = 0; i < registry->event_count && result == RESULT_OK; i++)
        result = read_one(registry, &registry->events[i], meeting, false, out);
    /* Again, for the names: only of those few who signed. */
    for (i = 0;
         i < registry->event_count && out->count > 0 && result == RESULT_OK;
         i++)
        result = read_one(registry, &registry->events[i], meeting, true, out);
    return result;
}

void minutes_errata_release(struct minutes_errata *errata)
{
    size_t i, k;

    for (i = 0; i < errata->count; i++) {
        erratum_text_release(&errata->rows[i].text);
        for (k = 0; k < errata->rows[i].signer_count; k++)
            free(errata->rows[i].signers[k].name);
    }
    free(errata->rows);
    *errata = (struct minutes_errata){ NULL, 0 };
}

/* --- asking -------------------------------------------------------------- */

bool minutes_erratum_is_told(const struct minutes_erratum *erratum)
{
    return erratum && erratum->text.root &&
           erratum->signer_count == ERRATUM_SIGNERS;
}

const struct minutes_erratum_signer *
minutes_erratum_signer(const struct minutes_erratum *erratum,
                       enum minutes_signer role)
{
    size_t i;

    for (i = 0; i < erratum->signer_count; i++)
        if (erratum->signers[i].role == role)
            return &erratum->signers[i];
    return NULL;
}

static bool is_of(const struct erratum_text *text, const char *entry,
                  uint64_t seq)
{
    if (!identifier_is_empty(&text->entry))
        return entry && identifier_is(&text->entry, entry);
    return text->line > 0 && text->line == seq;
}

void minutes_errata_of_line(const struct minutes_errata *errata,
                            const char *entry, uint64_t seq,
                            char out[MINUTES_CORRECTED_SIZE])
{
    size_t i, size = 0;

    out[0] = '\0';
    for (i = 0; errata && i < errata->count; i++) {
        const struct minutes_erratum *row = &errata->rows[i];

        if (minutes_erratum_is_told(row) && is_of(&row->text, entry, seq) &&
            size + 24 < MINUTES_CORRECTED_SIZE)
            size += (size_t)snprintf(&out[size], MINUTES_CORRECTED_SIZE - size,
                                     "%s%" PRIu64, size > 0 ? ", " : "",
                                     row->number);
    }
}
