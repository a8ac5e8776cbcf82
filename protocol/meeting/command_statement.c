#include "protocol/meeting/command_statement.h"

#include "protocol/base/byte_writer.h"
#include "protocol/record/statement.h"
#include "protocol/record/statement_ballot.h"
#include "protocol/record/statement_minutes.h"

#include <stdlib.h>
#include <string.h>

/* A statement in the making: who signs what, at which place of the log. */
struct signing_case {
    const struct command *command;
    const struct identifier *holder;
    const struct key *device;
    struct text_view scope;
    struct statement_seen seen;
};

static enum result act_statement(const struct signing_case *c, uint8_t **bytes,
                                 size_t *size)
{
    char *subject = NULL, *value = NULL;
    enum result result = command_act_terms(c->command, &subject, &value);

    if (!result) {
        const struct statement_act fields = {
            .member = identifier_view(c->holder),
            .op = text_view_of(command_name(c->command->op)),
            .request_id = c->command->request,
            .subject = text_view_of(subject),
            .value = text_view_of(value),
            .seen = c->seen,
        };

        result = statement_act(c->device, c->scope, &fields, bytes, size);
    }
    free(subject);
    free(value);
    return result;
}

/* --- About devices ------------------------------------------------------- */

static enum result device_statement(const struct signing_case *c,
                                    uint8_t **bytes, size_t *size)
{
    const struct command_add_device *add = &c->command->body.add_device;
    const struct command_vouch_device *vouch = &c->command->body.vouch_device;
    const struct command_revoke_device *revoke =
        &c->command->body.revoke_device;

    if (c->command->op == OP_ADD_DEVICE) {
        const struct statement_device_add fields = {
            identifier_view(c->holder), add->device, add->label.value, c->seen
        };

        return statement_device_add(c->device, c->scope, &fields, bytes, size);
    }
    if (c->command->op == OP_VOUCH_DEVICE) {
        const struct statement_vouch fields = {
            identifier_view(&vouch->holder), vouch->device,
            text_view_of(enum_word(&vouch_way_words, vouch->how)), c->seen
        };

        return statement_vouch(c->device, c->scope, &fields, bytes, size);
    }
    {
        const struct statement_revoke fields = { identifier_view(c->holder),
                                                 revoke->device,
                                                 revoke->reason.value,
                                                 c->seen };

        return statement_revoke(c->device, c->scope, &fields, bytes, size);
    }
}

/* --- Of ballots ---------------------------------------------------------- */

static enum result certify_statement(const struct signing_case *c,
                                     const struct ballot_terms *ballot,
                                     uint8_t **bytes, size_t *size)
{
    const struct command_certify *body = &c->command->body.certify;
    const struct statement_trustee fields = { identifier_view(c->holder),
                                              ballot->uuid,
                                              body->attempt,
                                              body->index,
                                              ballot->teller_count,
                                              ballot->threshold,
                                              body->message,
                                              c->seen };

    return statement_trustee(c->device, c->scope, &fields, bytes, size);
}

static enum result trustees_statement(const struct signing_case *c,
                                      const struct ballot_terms *ballot,
                                      uint8_t **bytes, size_t *size)
{
    const struct command_sign_trustees *body = &c->command->body.sign_trustees;
    const struct statement_trustees fields = { identifier_view(c->holder),
                                               ballot->uuid,
                                               body->attempt,
                                               body->owner,
                                               body->key,
                                               body->trustees };

    return statement_trustees(c->device, c->scope, &fields, bytes, size);
}

static enum result attest_statement(const struct signing_case *c,
                                    const struct ballot_terms *ballot,
                                    uint8_t **bytes, size_t *size)
{
    const struct command_attest_ballot *body = &c->command->body.attest_ballot;
    const struct statement_attest fields = { identifier_view(c->holder),
                                             ballot->uuid, body->setup,
                                             body->length, c->seen };

    return statement_attest(c->device, c->scope, &fields, bytes, size);
}

/* Ids joined by ",", NUL-terminated, to be ended with free(). */
static enum result join_members(const struct items *members, char **out)
{
    const struct member_id *row = members->data;
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    size_t i, size = 0;
    enum result result;

    byte_writer_init(&writer, LIMIT_STATEMENT_SIZE);
    for (i = 0; i < members->count; i++) {
        if (i > 0 && strcmp(row[i - 1].member.text, row[i].member.text) >= 0) {
            byte_writer_release(&writer);
            return RESULT_INVALID;
        }
        if (i > 0)
            byte_writer_u8(&writer, ',');
        byte_writer_text(&writer, identifier_view(&row[i].member));
    }
    byte_writer_u8(&writer, '\0');
    result = byte_writer_take(&writer, &bytes, &size);
    if (result == RESULT_OK)
        *out = (char *)bytes;
    byte_writer_release(&writer);
    return result;
}

static enum result hall_statement(const struct signing_case *c,
                                  const struct ballot_terms *ballot,
                                  uint8_t **bytes, size_t *size)
{
    const struct command_attest_hall *attest = &c->command->body.attest_hall;
    const struct command_confirm_hall *confirm = &c->command->body.confirm_hall;
    const bool is_attest = c->command->op == OP_ATTEST_HALL;
    struct statement_hall fields = {
        .site = identifier_view(is_attest ? c->holder : &confirm->site),
        .uuid = ballot->uuid,
        .setup = is_attest ? attest->setup : confirm->setup,
        .k = is_attest ? attest->k : confirm->k,
        .pool = is_attest ? attest->pool : confirm->pool,
        .seen = c->seen,
    };
    char *members = NULL;
    enum result result = join_members(
        is_attest ? &attest->members : &confirm->members, &members);

    if (result != RESULT_OK)
        return result;
    fields.members = text_view_of(members);
    result =
        is_attest
            ? statement_attest_hall(c->device, c->scope, &fields, bytes, size)
            : statement_hall_confirm(c->device, c->scope, &fields, bytes, size);
    free(members);
    return result;
}

static enum result included_statement(const struct signing_case *c,
                                      const struct ballot_terms *ballot,
                                      uint8_t **bytes, size_t *size)
{
    const struct command_include_ballot *body =
        &c->command->body.include_ballot;
    const struct statement_included fields = {
        identifier_view(c->holder),
        ballot->uuid,
        body->setup,
        body->end,
        body->count,
        text_view_of(enum_word(&included_what_words, body->what)),
        c->seen
    };

    return statement_included(c->device, c->scope, &fields, bytes, size);
}

static enum result included_hall_statement(const struct signing_case *c,
                                           const struct ballot_terms *ballot,
                                           uint8_t **bytes, size_t *size)
{
    const struct command_include_hall *body = &c->command->body.include_hall;
    const struct statement_included_hall fields = { identifier_view(c->holder),
                                                    ballot->uuid,
                                                    body->setup,
                                                    body->end,
                                                    body->count,
                                                    body->own,
                                                    c->seen };

    return statement_included_hall(c->device, c->scope, &fields, bytes, size);
}

static enum result paper_statement(const struct signing_case *c,
                                   const struct ballot_terms *ballot,
                                   uint8_t **bytes, size_t *size)
{
    const struct command_enter_paper *enter = &c->command->body.enter_paper;
    const struct command_confirm_paper *confirm =
        &c->command->body.confirm_paper;
    const bool is_enter = c->command->op == OP_ENTER_PAPER;
    const struct statement_paper fields = {
        .member = identifier_view(c->holder),
        .step = is_enter ? TEXT_LITERAL("enter") : TEXT_LITERAL("confirm"),
        .uuid = ballot->uuid,
        .end = is_enter ? enter->end : confirm->end,
        .record = is_enter ? enter->record : confirm->record,
        .seen = c->seen,
    };

    return statement_paper(c->device, c->scope, &fields, bytes, size);
}

static enum result decrypt_statement(const struct signing_case *c,
                                     const struct ballot_terms *ballot,
                                     uint8_t **bytes, size_t *size)
{
    const struct command_decrypt *body = &c->command->body.decrypt;
    const struct statement_decrypt fields = { identifier_view(c->holder),
                                              ballot->uuid,
                                              body->owner,
                                              body->end,
                                              body->tally,
                                              body->payload,
                                              c->seen };

    return statement_decrypt(c->device, c->scope, &fields, bytes, size);
}

static enum result minutes_statement(const struct signing_case *c,
                                     uint8_t **bytes, size_t *size)
{
    const struct command_sign_minutes *body = &c->command->body.sign_minutes;
    const struct statement_minutes fields = {
        .member = identifier_view(c->holder),
        .role = text_view_of(enum_word(&minutes_signer_words, body->role)),
        .version = body->version,
        .commitment = body->c,
        .seen = c->seen,
    };

    return statement_minutes(c->device, c->scope, &fields, bytes, size);
}

/* Its scope is the meeting whose minutes are corrected; `seen` is of the
 * register. */
static enum result erratum_statement(const struct signing_case *c,
                                     uint8_t **bytes, size_t *size)
{
    const struct command_propose_erratum *first =
        &c->command->body.propose_erratum;
    const struct command_sign_erratum *second = &c->command->body.sign_erratum;
    const bool is_first = c->command->op == OP_PROPOSE_ERRATUM;
    const struct statement_erratum fields = {
        .member = identifier_view(c->holder),
        .role = text_view_of(enum_word(&minutes_signer_words,
                                       is_first ? first->role : second->role)),
        .number = is_first ? first->number : second->number,
        .minutes = is_first ? first->minutes : second->minutes,
        .erratum = is_first ? first->erratum.commitment : second->c,
        .seen = c->seen,
    };

    return statement_erratum(
        c->device,
        identifier_view(is_first ? &first->meeting : &second->meeting), &fields,
        bytes, size);
}

static enum result ballot_statement(const struct signing_case *c,
                                    const struct ballot_terms *ballot,
                                    uint8_t **bytes, size_t *size)
{
    if (!ballot)
        return RESULT_INVALID;
    switch ((int)c->command->op) {
    case OP_CERTIFY:
        return certify_statement(c, ballot, bytes, size);
    case OP_SIGN_TRUSTEES:
        return trustees_statement(c, ballot, bytes, size);
    case OP_ATTEST_BALLOT:
        return attest_statement(c, ballot, bytes, size);
    case OP_ATTEST_HALL:
    case OP_CONFIRM_HALL:
        return hall_statement(c, ballot, bytes, size);
    case OP_INCLUDE_BALLOT:
        return included_statement(c, ballot, bytes, size);
    case OP_INCLUDE_HALL:
        return included_hall_statement(c, ballot, bytes, size);
    case OP_ENTER_PAPER:
    case OP_CONFIRM_PAPER:
        return paper_statement(c, ballot, bytes, size);
    case OP_DECRYPT:
        return decrypt_statement(c, ballot, bytes, size);
    default:
        return RESULT_INVALID;
    }
}

enum result command_statement(const struct command *command,
                              const struct identifier *holder,
                              const struct key *device,
                              const struct ballot_terms *ballot,
                              uint8_t **bytes, size_t *size)
{
    const struct signing_case c = { command,
                                    holder,
                                    device,
                                    identifier_view(&command->log),
                                    { command->act.seen, command->act.head } };

    if (command_needs_ballot(command->op))
        return ballot_statement(&c, ballot, bytes, size);
    if (command->op == OP_ADD_DEVICE || command->op == OP_VOUCH_DEVICE ||
        command->op == OP_REVOKE_DEVICE)
        return device_statement(&c, bytes, size);
    if (command->op == OP_SIGN_MINUTES)
        return minutes_statement(&c, bytes, size);
    if (command->op == OP_PROPOSE_ERRATUM || command->op == OP_SIGN_ERRATUM)
        return erratum_statement(&c, bytes, size);
    return act_statement(&c, bytes, size);
}
