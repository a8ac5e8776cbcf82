/* A meeting held by party groups: their records are gathered into its own. */
#include "server/domain/meeting_parts.h"

#include "protocol/meeting/group_votes.h"
#include "server/domain/votes.h"

#include <string.h>

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
    if (record->vote_count > 0)
        memcpy(draft->out->group_votes, record->votes,
               record->vote_count * sizeof *record->votes);
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
            .excused = came->excused,
            .unexcused = came->unexcused,
            .speakers = came->speakers,
            .votes = { draft->out->group_votes, record->vote_count },
            .act = draft->command->act,
        };
}

/* --- one decision of what all of them voted on ---------------------------- */

static void refuse_sum(struct draft *draft, enum group_sum_fault fault,
                       const struct identifier *which)
{
    switch (fault) {
    case GROUP_SUM_NOT_GATHERED:
        draft_refuse_id(draft, REFUSAL_NOT_GATHERED, which);
        return;
    case GROUP_SUM_NO_VOTE:
        draft_refuse_id(draft, REFUSAL_NO_GROUP_VOTE, which);
        return;
    case GROUP_SUM_OTHER_MATTER:
        draft_refuse_id(draft, REFUSAL_OTHER_MATTER, which);
        return;
    case GROUP_SUM_GOOD:
        return;
    }
}

static void add_decided(struct draft *draft, const struct group_sum *sum,
                        const struct motion_result *decided)
{
    const struct command_decide_by_groups *command =
        &draft->command->body.decide_by_groups;
    struct event_decided_by_groups *body =
        &draft_add(draft, EVENT_DECIDED_BY_GROUPS_KIND)->body.decided_by_groups;

    body->item = command->item;
    body->motion = command->motion;
    body->matter = command->matter;
    body->votes = command->votes;
    body->yes = sum->count.votes[CHOICE_YES];
    body->no = sum->count.votes[CHOICE_NO];
    body->other = sum->count.votes[CHOICE_OTHER];
    body->abstain = sum->count.votes[CHOICE_ABSTAIN];
    body->d = sum->d;
    threshold_text(&draft->rules->thresholds[command->matter].test,
                   draft->out->test);
    body->test = text_view_of(draft->out->test);
    body->rule = rule_id_place(decided->outcome.rule);
    body->need = decided->outcome.need;
    body->passed = decided->outcome.is_met;
    body->act = draft->command->act;
}

void rule_decide_by_groups(struct draft *draft)
{
    const struct command_decide_by_groups *command =
        &draft->command->body.decide_by_groups;
    const enum matter matter = (enum matter)command->matter;
    struct group_sum sum = { .d = 0 };
    struct motion_result decided = { .voted = 0 };
    struct identifier which = { "" };
    enum group_sum_fault fault;

    if (!identifier_is_empty(&command->item) &&
        !meeting_state_item(draft->state, &command->item)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, &command->item);
        return;
    }
    fault =
        group_votes_add(draft->state, matter, &command->votes, &sum, &which);
    if (fault != GROUP_SUM_GOOD)
        refuse_sum(draft, fault, &which);
    else if (group_votes_decide(draft->rules, matter, &sum, &decided) !=
             RESULT_OK)
        draft_refuse_id(draft, REFUSAL_OTHER_MATTER, &draft->state->meeting);
    else
        add_decided(draft, &sum, &decided);
}
