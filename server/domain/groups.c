/* A meeting held by party groups: their records are gathered into its own. */
#include "server/domain/meeting_parts.h"

/* What the record itself has to say is looked at by draft_gather(). */
void rule_gather_group(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.gather_group.meeting;
    const struct meeting_group *group = meeting_state_group(draft->state, id);

    if (!group)
        draft_refuse_id(draft, REFUSAL_NOT_A_PART, id);
    else if (group->is_gathered)
        draft_refuse_id(draft, REFUSAL_GATHERED_ALREADY, id);
}

void draft_gather(struct draft *draft, const struct gathered_record *record)
{
    const struct command_gather_group *command =
        &draft->command->body.gather_group;
    const struct group_attendance *came = &record->attendance;

    if (!record->is_over) {
        draft_refuse_id(draft, REFUSAL_NOT_OVER, &command->meeting);
        return;
    }
    if (command->final_seq != record->final_seq ||
        !hash_equal(&command->head, &record->head)) {
        draft_refuse_id(draft, REFUSAL_OTHER_END, &command->meeting);
        return;
    }
    draft_add(draft, EVENT_GROUP_GATHERED_KIND)->body.group_gathered =
        (struct event_group_gathered){
            .meeting = command->meeting,
            .final_seq = record->final_seq,
            .head = record->head,
            .opened_at = record->opened_ms,
            .closed_at = record->closed_ms,
            .official = came->official,
            .official_came = came->official_came,
            .probationary = came->probationary,
            .probationary_came = came->probationary_came,
            .exempt = came->exempt,
            .exempt_came = came->exempt_came,
            .act = draft->command->act,
        };
}
