/* The document by which remote seats may vote on matters that ask for one. */
#include "server/domain/meeting_parts.h"

#include "protocol/base/date.h"
#include "server/domain/votes.h"

/* What asks for the document, where the ruleset has it. */
static void refuse(struct draft *draft, enum refusal_code code)
{
    draft_refuse(draft, code);
    if (ruleset_has(draft->rules, RULESET_REMOTE))
        draft_add_rule(draft, RULE_ID_REMOTE);
}

void rule_set_authority(struct draft *draft)
{
    const struct command_set_authority *command =
        &draft->command->body.set_authority;
    struct event_authority_set *body;

    if (command->number.size == 0 || command->issuer.value.size == 0) {
        refuse(draft, REFUSAL_NO_REFERENCE);
        return;
    }
    if (!date_is_valid(command->date)) {
        refuse(draft, REFUSAL_BAD_DATE);
        refusal_add_text(&draft->out->refusal, "date", command->date);
        return;
    }
    body = &draft_add(draft, EVENT_AUTHORITY_SET_KIND)->body.authority_set;
    body->number = command->number;
    body->date = command->date;
    body->issuer = command->issuer;
    body->act = draft->command->act;
}
