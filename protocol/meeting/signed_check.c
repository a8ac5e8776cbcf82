#include "protocol/meeting/signed_check.h"

#include "protocol/meeting/event_command.h"

#include <stdlib.h>
#include <string.h>

/* Which command brought the event about. */
static enum command_op op_of(enum meeting_event_kind kind)
{
    switch ((int)kind) {
    case EVENT_TELLER_CERTIFIED_KIND:
        return OP_CERTIFY;
    case EVENT_TRUSTEES_SIGNED_KIND:
        return OP_SIGN_TRUSTEES;
    case EVENT_BALLOT_ATTESTED_KIND:
        return OP_ATTEST_BALLOT;
    case EVENT_HALL_ATTESTED_KIND:
        return OP_ATTEST_HALL;
    case EVENT_HALL_CONFIRMED_KIND:
        return OP_CONFIRM_HALL;
    case EVENT_BALLOT_INCLUDED_KIND:
        return OP_INCLUDE_BALLOT;
    case EVENT_HALL_INCLUDED_KIND:
        return OP_INCLUDE_HALL;
    case EVENT_PAPER_ENTERED_KIND:
        return OP_ENTER_PAPER;
    case EVENT_PAPER_CONFIRMED_KIND:
        return OP_CONFIRM_PAPER;
    case EVENT_BALLOT_DECRYPTED_KIND:
    case EVENT_DECRYPTION_REFUSED_KIND:
        return OP_DECRYPT;
    case EVENT_MINUTES_SIGNED_KIND:
        return OP_SIGN_MINUTES;
    default:
        return COMMAND_UNKNOWN;
    }
}

bool signed_has_seen(enum meeting_event_kind kind)
{
    return op_of(kind) != COMMAND_UNKNOWN && kind != EVENT_TRUSTEES_SIGNED_KIND;
}

/* Copies the field of this name, if the event has it. */
static void take_field(const struct meeting_event *event, const char *name,
                       void *out, size_t size)
{
    const struct schema *schema = meeting_event_schema(event->kind);
    size_t i;

    for (i = 0; i < schema->field_count; i++)
        if (strcmp(schema->fields[i].name, name) == 0)
            memcpy(out,
                   (const uint8_t *)&event->body + schema->fields[i].offset,
                   size);
}

bool signed_of_event(const struct meeting_event *event, struct act *out)
{
    const enum command_op op = op_of(event->kind);

    if (op == COMMAND_UNKNOWN)
        return false;
    *out = (struct act){ .is_present = true,
                         .op = text_view_of(command_name(op)),
                         .subject = TEXT_LITERAL(""),
                         .value = TEXT_LITERAL("") };
    take_field(event, "member", &out->member, sizeof out->member);
    take_field(event, "device", &out->device, sizeof out->device);
    take_field(event, "seen", &out->seen, sizeof out->seen);
    take_field(event, "head", &out->head, sizeof out->head);
    take_field(event, "sig", &out->sig, sizeof out->sig);
    return true;
}

/* Is the device its member's, or the server's own? */
static bool is_of_member(const struct meeting_state *state,
                         const struct act *signer)
{
    const struct meeting_device *device;

    if (identifier_is(&signer->member, BALLOT_SERVER_ID))
        return key_equal(&signer->device, &state->server);
    device = meeting_state_device(state, &signer->member, &signer->device);
    return device && device->is_enrolled;
}

static enum result check_statement(const struct command *command,
                                   const struct act *signer,
                                   const struct ballot_terms *terms,
                                   struct statement_cache *cache)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = command_statement(
        command, &signer->member, &signer->device, terms, &bytes, &size);

    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_REFUSED;
    result = statement_cache_verify(cache, &signer->device, bytes, size,
                                    &signer->sig);
    free(bytes);
    return result;
}

enum result signed_check(const struct meeting_event *event,
                         const struct identifier *scope,
                         const struct meeting_state *before,
                         struct statement_cache *cache)
{
    struct ballot_terms terms;
    struct command command;
    struct act signer;

    if (!signed_of_event(event, &signer))
        return RESULT_OK;
    if (!is_of_member(before, &signer) ||
        !event_command(event, command_op_of(signer.op), scope, &command) ||
        (command_needs_ballot(command.op) &&
         meeting_state_ballot_terms(before, &command, &terms)))
        return RESULT_REFUSED;
    command.act = signer;
    return check_statement(&command, &signer,
                           command_needs_ballot(command.op) ? &terms : NULL,
                           cache);
}
