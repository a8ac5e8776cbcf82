/* The document by which remote seats may vote on matters that ask for one. */
#include "server/domain/meeting_parts.h"

#include "protocol/base/date.h"

void rule_set_authority(struct draft *draft)
{
    const struct command_set_authority *command =
        &draft->command->body.set_authority;
    struct event_authority_set *body;

    if (command->number.size == 0 || command->issuer.value.size == 0) {
        draft_refuse(draft, REFUSAL_NO_REFERENCE);
        return;
    }
    if (!date_is_valid(command->date)) {
        draft_refuse(draft, REFUSAL_BAD_DATE);
        refusal_add_text(&draft->out->refusal, "date", command->date);
        return;
    }
    body = &draft_add(draft, EVENT_AUTHORITY_SET_KIND)->body.authority_set;
    body->number = command->number;
    body->date = command->date;
    body->issuer = command->issuer;
    body->act = draft->command->act;
}
