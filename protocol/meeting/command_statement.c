#include "protocol/meeting/command_statement.h"

#include "protocol/record/statement.h"

#include <stdlib.h>

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

enum result command_statement(const struct command *command,
                              const struct identifier *holder,
                              const struct key *device, uint8_t **bytes,
                              size_t *size)
{
    const struct signing_case c = { command,
                                    holder,
                                    device,
                                    identifier_view(&command->log),
                                    { command->act.seen, command->act.head } };
    const struct command_add_device *add = &command->body.add_device;
    const struct command_vouch_device *vouch = &command->body.vouch_device;
    const struct command_revoke_device *revoke = &command->body.revoke_device;

    if (command->op == OP_ADD_DEVICE) {
        const struct statement_device_add fields = { identifier_view(holder),
                                                     add->device,
                                                     add->label.value, c.seen };

        return statement_device_add(device, c.scope, &fields, bytes, size);
    }
    if (command->op == OP_VOUCH_DEVICE) {
        const struct statement_vouch fields = {
            identifier_view(&vouch->holder), vouch->device,
            text_view_of(enum_word(&vouch_way_words, vouch->how)), c.seen
        };

        return statement_vouch(device, c.scope, &fields, bytes, size);
    }
    if (command->op == OP_REVOKE_DEVICE) {
        const struct statement_revoke fields = { identifier_view(holder),
                                                 revoke->device,
                                                 revoke->reason.value, c.seen };

        return statement_revoke(device, c.scope, &fields, bytes, size);
    }
    return act_statement(&c, bytes, size);
}
