#include "protocol/verify/verify_register.h"

#include "protocol/meeting/erratum_text.h"
#include "protocol/meeting/register_check.h"

#include <stdlib.h>
#include <string.h>

/* --- Statements ---------------------------------------------------------- */

/* The text that a statement is over, if it was opened. */
static const struct text_view *opened_text(struct verify_event *event)
{
    const enum register_event_kind kind = event->registry.kind;
    const char *path = register_check_text(kind);
    const struct sealed *sealed =
        path ? schema_find_sealed(register_event_schema(kind),
                                  &event->registry.body, text_view_of(path))
             : NULL;

    return sealed && sealed->has_value ? &sealed->value : NULL;
}

bool verify_register_is_unproven(const struct verify_register *registry,
                                 const struct key *device)
{
    size_t i;

    for (i = 0; i < registry->unproven_count; i++)
        if (key_equal(&registry->unproven[i], device))
            return true;
    return false;
}

static enum result note_unproven(struct verify_register *registry,
                                 const struct key *device)
{
    struct key *grown =
        realloc(registry->unproven,
                (registry->unproven_count + 1) * sizeof *registry->unproven);

    if (!grown)
        return RESULT_NO_MEMORY;
    registry->unproven = grown;
    grown[registry->unproven_count++] = *device;
    return RESULT_OK;
}

/* `is_hidden`: the text of the statement is not known. */
static enum result look_for_unproven(struct verify_register *registry,
                                     const struct register_event *event,
                                     bool is_hidden)
{
    const struct register_device_added *added = &event->body.device_added;
    const struct register_device_vouched *vouched = &event->body.device_vouched;

    if (event->kind == REGISTER_DEVICE_ADDED_KIND &&
        (is_hidden || verify_register_is_unproven(registry, &added->signer)))
        return note_unproven(registry, &added->device);
    if (event->kind == REGISTER_DEVICE_VOUCHED_KIND &&
        verify_register_is_unproven(registry, &vouched->signer))
        return note_unproven(registry, &vouched->device);
    return RESULT_OK;
}

static bool is_erratum(const struct register_event *event)
{
    return event->kind == REGISTER_ERRATUM_PROPOSED_KIND ||
           event->kind == REGISTER_ERRATUM_SIGNED_KIND;
}

static enum verify_fault fault_of(enum erratum_fault fault)
{
    switch (fault) {
    case ERRATUM_FAULT_NUMBER:
    case ERRATUM_FAULT_MANY:
        return VERIFY_FAULT_ERRATUM_NUMBER;
    case ERRATUM_FAULT_MINUTES:
        return VERIFY_FAULT_ERRATUM_MINUTES;
    case ERRATUM_FAULT_TEXT:
        return VERIFY_FAULT_ERRATUM_TEXT;
    case ERRATUM_FAULT_ROLE:
    case ERRATUM_FAULT_DEVICE:
        return VERIFY_FAULT_ERRATUM_SIGNER;
    case ERRATUM_FAULT_MEETING:
    case ERRATUM_FAULT_NONE:
        break;
    }
    return VERIFY_FAULT_STATE;
}

/* What no honest server takes says why; the rest is for who knows the meeting.
 */
static enum result check_erratum(struct verify_register *registry,
                                 const struct verify_event *event)
{
    const struct sealed *text = &event->registry.body.erratum_proposed.erratum;
    struct erratum_text erratum = { .root = NULL };
    enum erratum_fault fault;
    enum result result;

    if (!is_erratum(&event->registry))
        return RESULT_OK;
    fault = register_errata_fault(registry->state, &event->registry);
    if (fault != ERRATUM_FAULT_NONE)
        return verify_reader_refuse(&registry->reader, event, fault_of(fault));
    if (event->registry.kind != REGISTER_ERRATUM_PROPOSED_KIND ||
        !text->has_value)
        return RESULT_OK;
    result = erratum_text_read(text->value, &erratum);
    if (result == RESULT_OK)
        erratum_text_release(&erratum);
    return result == RESULT_OK || result == RESULT_NO_MEMORY
               ? result
               : verify_reader_refuse(&registry->reader, event,
                                      VERIFY_FAULT_ERRATUM_TEXT);
}

static enum result check_statement(struct verify_register *registry,
                                   struct verify_event *event)
{
    const struct register_event *body = &event->registry;
    struct statement_seen seen;
    enum result result;

    if (!register_check_is_signed(body->kind)) {
        registry->unsigned_count++;
        return RESULT_OK;
    }
    if (register_check_seen(body, &seen) &&
        (seen.seq >= event->seq ||
         !hash_equal(&seen.head, &registry->reader.heads[seen.seq])))
        return verify_reader_refuse(&registry->reader, event,
                                    VERIFY_FAULT_STATEMENT_HEAD);
    result = register_check(body, registry->state, opened_text(event), NULL);
    if (result == RESULT_REFUSED)
        return verify_reader_refuse(&registry->reader, event,
                                    is_erratum(body) ? VERIFY_FAULT_ERRATUM
                                                     : VERIFY_FAULT_STATEMENT);
    registry->hidden_count += result == RESULT_NOT_FOUND;
    registry->proven_count += result == RESULT_OK;
    if (result == RESULT_OK || result == RESULT_NOT_FOUND)
        result = look_for_unproven(registry, body, result != RESULT_OK);
    return result;
}

/* --- What is kept -------------------------------------------------------- */

static enum result keep_loss(struct verify_register *registry,
                             const struct register_event *event)
{
    struct verify_register_loss *losses =
        realloc(registry->losses,
                (registry->loss_count + 1) * sizeof *registry->losses);

    if (!losses)
        return RESULT_NO_MEMORY;
    registry->losses = losses;
    losses[registry->loss_count++] = (struct verify_register_loss){
        .seq = event->seq,
        .lost_seq = event->body.restored.lost_seq,
        .lost_head = event->body.restored.lost_head,
        .by = event->body.restored.by,
    };
    return RESULT_OK;
}

static enum result keep_title(struct verify_register *registry,
                              const struct sealed *name)
{
    if (!name->has_value)
        return RESULT_OK;
    registry->title = strndup(name->value.data, name->value.size);
    return registry->title ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result keep(struct verify_register *registry,
                        const struct register_event *event)
{
    struct verify_names *names = &registry->names;

    switch ((int)event->kind) {
    case REGISTER_GENESIS_KIND:
        return keep_title(registry, &event->body.genesis.name);
    case REGISTER_UNIT_ADDED_KIND:
        return verify_names_set(names, &event->body.unit_added.unit,
                                &event->body.unit_added.name);
    case REGISTER_UNIT_RENAMED_KIND:
        return verify_names_set(names, &event->body.unit_renamed.unit,
                                &event->body.unit_renamed.name);
    case REGISTER_MEMBER_ADDED_KIND:
        return verify_names_set(names, &event->body.member_added.member,
                                &event->body.member_added.name);
    case REGISTER_MEMBER_CHANGED_KIND:
        return verify_names_set(names, &event->body.member_changed.member,
                                &event->body.member_changed.name);
    case REGISTER_SITE_ADDED_KIND:
        return verify_names_set(names, &event->body.site_added.site,
                                &event->body.site_added.name);
    case REGISTER_SITE_CHANGED_KIND:
        return verify_names_set(names, &event->body.site_changed.site,
                                &event->body.site_changed.name);
    case REGISTER_RESTORED_KIND:
        return keep_loss(registry, event);
    default:
        return RESULT_OK;
    }
}

/* --- Reading ------------------------------------------------------------- */

static enum result take(struct verify_register *registry,
                        struct verify_event *event)
{
    enum result result = check_erratum(registry, event);

    if (result == RESULT_OK)
        result = check_statement(registry, event);
    if (result == RESULT_OK) {
        result = register_state_apply(registry->state, &event->registry);
        if (result == RESULT_CORRUPT)
            return verify_reader_refuse(&registry->reader, event,
                                        VERIFY_FAULT_STATE);
    }
    return result == RESULT_OK ? keep(registry, &event->registry) : result;
}

enum result verify_register_read(struct verify_register *registry,
                                 struct text_view file,
                                 struct text_view openings, enum verify_file in)
{
    static const struct text_view none;
    enum result result;

    *registry = (struct verify_register){ .state = NULL };
    result = verify_reader_open(&registry->reader, file, openings, in);
    if (result == RESULT_OK && !registry->reader.is_register)
        result = RESULT_MALFORMED;
    if (result == RESULT_OK)
        result = verify_reader_open(&registry->again, file, none, in);
    if (result == RESULT_OK)
        result = register_state_new(&registry->state);
    if (result == RESULT_OK)
        result = register_state_new(&registry->at);
    while (result == RESULT_OK) {
        struct verify_event event;

        result = verify_reader_next(&registry->reader, &event);
        if (result != RESULT_OK)
            break;
        result = take(registry, &event);
        verify_event_release(&event);
    }
    return result == RESULT_CLOSED ? RESULT_OK : result;
}

void verify_register_release(struct verify_register *registry)
{
    verify_reader_release(&registry->reader);
    verify_reader_release(&registry->again);
    register_state_free(registry->state);
    register_state_free(registry->at);
    verify_names_release(&registry->names);
    free(registry->title);
    free(registry->losses);
    free(registry->unproven);
    *registry = (struct verify_register){ .state = NULL };
}

/* --- Asking -------------------------------------------------------------- */

enum result verify_register_at(struct verify_register *registry, uint64_t seq,
                               const struct register_state **out)
{
    enum result result = RESULT_OK;

    if (seq >= registry->reader.count)
        return RESULT_NOT_FOUND;
    while (result == RESULT_OK && registry->again.count <= seq) {
        struct verify_event event;

        result = verify_reader_next(&registry->again, &event);
        if (result != RESULT_OK)
            break;
        result = register_state_apply(registry->at, &event.registry);
        verify_event_release(&event);
    }
    if (result != RESULT_OK)
        return result;
    if (registry->at->next_seq != seq + 1)
        return RESULT_NOT_FOUND;
    *out = registry->at;
    return RESULT_OK;
}

static void note_call(const struct register_event *event,
                      const struct identifier *meeting,
                      struct verify_register_call *out)
{
    const struct register_meeting_began *began = &event->body.meeting_began;
    const struct register_meeting_ended *ended = &event->body.meeting_ended;

    if (event->kind == REGISTER_MEETING_BEGAN_KIND &&
        identifier_equal(&began->meeting, meeting)) {
        out->has_began = true;
        out->began_seq = event->seq;
        out->began = began->head;
    }
    if (event->kind == REGISTER_MEETING_ENDED_KIND &&
        identifier_equal(&ended->meeting, meeting)) {
        out->has_ended = true;
        out->ended_seq = event->seq;
        out->final_seq = ended->final_seq;
        out->final_head = ended->head;
    }
}

enum result verify_register_find_call(const struct verify_register *registry,
                                      const struct identifier *meeting,
                                      struct verify_register_call *out)
{
    const struct verify_lines *lines = &registry->reader.lines;
    enum result result = RESULT_OK;
    size_t i;

    *out = (struct verify_register_call){ .has_began = false };
    for (i = 0; i < lines->count && result == RESULT_OK; i++) {
        struct message_memory memory = { .root = NULL };
        struct register_event event;

        result = register_event_decode(
            lines->lines[i].data, lines->lines[i].size, &event, &memory, NULL);
        if (result == RESULT_OK)
            note_call(&event, meeting, out);
        message_memory_release(&memory);
    }
    return result;
}
