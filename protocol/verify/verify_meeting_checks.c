/* The checks of a meeting's events, each against the state before the event. */
#include "protocol/verify/verify_meeting.h"

#include "protocol/meeting/act_check.h"
#include "protocol/meeting/checkpoint_check.h"
#include "protocol/meeting/decision_check.h"
#include "protocol/meeting/keys_judge.h"
#include "protocol/meeting/signed_check.h"

#include <stdlib.h>

static enum result refuse(struct verify_meeting *meeting,
                          const struct verify_event *event,
                          enum verify_fault fault, const struct identifier *who,
                          const struct key *device)
{
    struct verify_failure *failure = &meeting->reader.failure;

    if (who)
        failure->who = *who;
    if (device) {
        failure->has_device = true;
        failure->device = *device;
    }
    return verify_reader_refuse(&meeting->reader, event, fault);
}

/* --- Acts ---------------------------------------------------------------- */

/* The head that a signer saw is the head there. */
static bool is_head_right(const struct verify_meeting *meeting,
                          const struct verify_event *event,
                          const struct act *act)
{
    static const struct hash zeros;

    /* The lobby is opened by an act that has nothing before it. */
    if ((event->meeting.kind == EVENT_LOBBY_OPENED_KIND ||
         event->meeting.kind == EVENT_PREPARED_KIND) &&
        act->seen == 0 && hash_equal(&act->head, &zeros))
        return true;
    if (event->meeting.kind == EVENT_TRUSTEES_SIGNED_KIND)
        return true; /* says nothing of what was seen */
    return act->seen < event->seq &&
           hash_equal(&act->head, &meeting->reader.heads[act->seen]);
}

/* The vote that an event is about; NULL if it is about none. */
static const struct identifier *vote_of(const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_VOTE_CAST_KIND:
        return &event->body.vote_cast.vote;
    case EVENT_HALL_VOTES_ENTERED_KIND:
        return &event->body.hall_votes_entered.vote;
    case EVENT_VOTE_CLOSED_KIND:
        return &event->body.vote_closed.vote;
    case EVENT_VOTE_CANCELLED_KIND:
        return &event->body.vote_cancelled.vote;
    default:
        return NULL;
    }
}

static bool is_too_early(const struct verify_meeting *meeting,
                         const struct verify_event *event,
                         const struct act *act)
{
    const struct identifier *id = vote_of(&event->meeting);
    const struct meeting_vote *vote =
        id ? meeting_state_vote(meeting->state, id) : NULL;

    return vote && act->seen < vote->started_seq;
}

static enum result check_one(struct verify_meeting *meeting,
                             const struct verify_event *event,
                             const struct act *act)
{
    if (!is_head_right(meeting, event, act))
        return refuse(meeting, event, VERIFY_FAULT_ACT_HEAD, &act->member,
                      &act->device);
    if (is_too_early(meeting, event, act))
        return refuse(meeting, event, VERIFY_FAULT_ACT_EARLY, &act->member,
                      &act->device);
    return RESULT_OK;
}

/* The words of this program for what an honest server would have refused. */
static enum verify_fault fault_of(enum decision_fault fault)
{
    switch (fault) {
    case DECISION_ACT_AGAIN:
        return VERIFY_FAULT_ACT_AGAIN;
    case DECISION_ACT_ROLE:
        return VERIFY_FAULT_ACT_ROLE;
    case DECISION_ACT_VOUCHED:
        return VERIFY_FAULT_ACT_VOUCHED;
    case DECISION_NO_VOTE:
        return VERIFY_FAULT_STATE;
    case DECISION_DENOMINATOR:
        return VERIFY_FAULT_DENOMINATOR;
    case DECISION_RESULT:
        return VERIFY_FAULT_RESULT;
    case DECISION_OMITTED:
        return VERIFY_FAULT_OMITTED;
    case DECISION_TOO_FEW:
        return VERIFY_FAULT_TOO_FEW;
    case DECISION_GOOD:
        break;
    }
    return VERIFY_FAULT_NONE;
}

static enum result check_acts(struct verify_meeting *meeting,
                              const struct verify_event *event,
                              const struct act *act, const struct act *second)
{
    struct decision_act decision;
    enum result result = check_one(meeting, event, act);

    if (result == RESULT_OK && second)
        result = check_one(meeting, event, second);
    if (result != RESULT_OK)
        return result;
    result = decision_check_act(&meeting->ledger, &event->meeting,
                                meeting->state, &decision);
    if (result == RESULT_REFUSED)
        return refuse(meeting, event, fault_of(decision.fault),
                      &decision.whose->member, &decision.whose->device);
    if (result == RESULT_OK && decision.begins &&
        !identifier_is(&act->member, BALLOT_SERVER_ID))
        result = verify_meeting_note_act(meeting, act);
    if (result == RESULT_OK && decision.begins && second)
        result = verify_meeting_note_act(meeting, second);
    return result;
}

enum result verify_meeting_acts(struct verify_meeting *meeting,
                                const struct verify_event *event)
{
    const struct act *act = act_of_event(&event->meeting);
    const struct act *second = second_act_of_event(&event->meeting);
    struct act statement;
    const enum result result =
        act_check(&event->meeting, &meeting->reader.scope, meeting->state,
                  &meeting->cache);

    if (signed_of_event(&event->meeting, &statement))
        act = &statement;
    if (act && !act->is_present)
        act = NULL;
    if (result == RESULT_REFUSED)
        return refuse(meeting, event, VERIFY_FAULT_ACT,
                      act ? &act->member : NULL, act ? &act->device : NULL);
    if (result != RESULT_OK)
        return result;
    if (!act) {
        meeting->unsigned_count++;
        return RESULT_OK;
    }
    return check_acts(meeting, event, act, second);
}

/* --- Checkpoints --------------------------------------------------------- */

static enum checkpoint_role role_in(const struct verify_meeting *meeting,
                                    const struct verify_office *office,
                                    const struct identifier *holder)
{
    if (identifier_equal(holder, &office->presiding))
        return CHECKPOINT_CHAIR;
    if (identifier_equal(holder, &office->minute_taker))
        return CHECKPOINT_MINUTE_TAKER;
    return meeting_state_person(meeting->state, holder) ? CHECKPOINT_MEMBER
                                                        : CHECKPOINT_SITE;
}

/* Had the holder this role at `upto`, or since then? */
static bool had_role(const struct verify_meeting *meeting, uint64_t upto,
                     const struct checkpoint_signer *signer)
{
    size_t i = meeting->offices_count;

    while (i > 0) {
        const struct verify_office *office = &meeting->offices[--i];

        if ((int)role_in(meeting, office, &signer->holder) == signer->role)
            return true;
        if (office->since <= upto)
            return false;
    }
    return false;
}

static bool was_dropped(const struct verify_meeting *meeting, uint64_t upto,
                        const struct key *device)
{
    size_t i;

    for (i = 0; i < meeting->dropped_count; i++)
        if (meeting->dropped[i].seq <= upto &&
            key_equal(&meeting->dropped[i].device, device))
            return true;
    return false;
}

/* Every signature; the server's is of the key that the genesis names, because
 * the server takes no new key while a meeting is under way. */
static enum result check_signatures(struct verify_meeting *meeting,
                                    const struct verify_event *event)
{
    const struct event_checkpoint *body = &event->meeting.body.checkpoint;
    const struct checkpoint_signer *rows = body->signers.data;
    int row = CHECKPOINT_ROW_SERVER;
    const enum result result = checkpoint_check(
        body, &meeting->reader.scope, &meeting->state->server, NULL, &row);

    if (result != RESULT_REFUSED)
        return result;
    if (row == CHECKPOINT_ROW_SERVER)
        return refuse(meeting, event, VERIFY_FAULT_CHECKPOINT_SERVER, NULL,
                      NULL);
    return refuse(meeting, event, VERIFY_FAULT_CHECKPOINT_SIGNER,
                  &rows[row].holder, &rows[row].device);
}

static enum result check_signers(struct verify_meeting *meeting,
                                 const struct verify_event *event)
{
    const struct event_checkpoint *body = &event->meeting.body.checkpoint;
    const struct checkpoint_signer *rows = body->signers.data;
    enum verify_fault fault = VERIFY_FAULT_NONE;
    size_t i;

    for (i = 0; i < body->signers.count; i++) {
        if (!had_role(meeting, body->upto, &rows[i]))
            fault = VERIFY_FAULT_CHECKPOINT_ROLE;
        else if (was_dropped(meeting, body->upto, &rows[i].device))
            fault = VERIFY_FAULT_CHECKPOINT_REVOKED;
        if (fault != VERIFY_FAULT_NONE)
            return refuse(meeting, event, fault, &rows[i].holder,
                          &rows[i].device);
    }
    return RESULT_OK;
}

enum result verify_meeting_checkpoint(struct verify_meeting *meeting,
                                      const struct verify_event *event)
{
    const struct event_checkpoint *body = &event->meeting.body.checkpoint;
    struct verify_checkpoint *grown;
    enum result result;

    if (event->meeting.kind != EVENT_CHECKPOINT_KIND)
        return RESULT_OK;
    if (body->upto >= event->seq ||
        !hash_equal(&body->head, &meeting->reader.heads[body->upto]))
        return refuse(meeting, event, VERIFY_FAULT_CHECKPOINT_HEAD, NULL, NULL);
    result = check_signatures(meeting, event);
    if (result == RESULT_OK)
        result = check_signers(meeting, event);
    if (result != RESULT_OK)
        return result;
    grown = verify_list_grow(meeting->checkpoints, meeting->checkpoints_count,
                             sizeof *grown);
    if (!grown)
        return RESULT_NO_MEMORY;
    meeting->checkpoints = grown;
    grown[meeting->checkpoints_count++] = (struct verify_checkpoint){
        .seq = event->seq,
        .upto = body->upto,
        .reason = (enum checkpoint_reason)body->reason,
    };
    return RESULT_OK;
}

/* --- Results of votes ---------------------------------------------------- */

/* The sums are meeting_state_apply()'s to recompute. */
enum result verify_meeting_result(struct verify_meeting *meeting,
                                  const struct verify_event *event)
{
    struct decision_result decision;
    struct verify_vote *kept;

    if (decision_check_result(&event->meeting, meeting->state, meeting->rules,
                              &decision) != RESULT_OK)
        return refuse(meeting, event, fault_of(decision.fault), NULL, NULL);
    if (event->meeting.kind != EVENT_VOTE_CLOSED_KIND)
        return RESULT_OK;
    kept = verify_meeting_vote(meeting, &event->meeting.body.vote_closed.vote);
    if (!kept)
        return refuse(meeting, event, VERIFY_FAULT_STATE, NULL, NULL);
    kept->is_d_recomputed = decision.is_denominator_certain;
    return RESULT_OK;
}

/* --- Verdicts on keys ---------------------------------------------------- */

/* Says whom the record names. */
static enum result refuse_verdict(struct verify_meeting *meeting,
                                  const struct verify_event *event,
                                  const struct meeting_ballot *ballot,
                                  const struct keys_verdict *own)
{
    meeting->reader.failure.keys = own->fault;
    return refuse(meeting, event, VERIFY_FAULT_VERDICT,
                  own->guilty > 0 ? &ballot->tellers[own->guilty - 1].member
                                  : NULL,
                  NULL);
}

/* That the event fits is meeting_state_apply()'s to find. */
enum result verify_meeting_verdict(struct verify_meeting *meeting,
                                   const struct verify_event *event)
{
    const struct event_keys_failed *body = &event->meeting.body.keys_failed;
    const struct meeting_ballot *ballot;
    struct keys_case shown;
    struct keys_verdict told, own;
    bool is_true = false;
    enum result result = RESULT_OK;

    if (event->meeting.kind != EVENT_KEYS_FAILED_KIND ||
        meeting_state_check_ballot(meeting->state, &event->meeting) !=
            RESULT_OK)
        return RESULT_OK;
    ballot = meeting_state_ballot(meeting->state, &body->ballot);
    if (!meeting->group)
        result = ballot_group_new(&meeting->group);
    if (result != RESULT_OK)
        return result;
    shown = keys_case_of(ballot);
    told = (struct keys_verdict){ (enum keys_fault)body->reason,
                                  (uint32_t)body->guilty };
    result = keys_check_verdict(meeting->group, &shown, &told, &is_true, &own);
    return result != RESULT_OK || is_true
               ? result
               : refuse_verdict(meeting, event, ballot, &own);
}

/* --- The register, and the ruleset --------------------------------------- */

static enum result check_snapshot(struct verify_meeting *meeting,
                                  const struct verify_event *event,
                                  uint64_t register_seq)
{
    const struct meeting_event *body = &event->meeting;
    struct verify_register *registry = meeting->registry;
    const struct register_state *at = NULL;
    const struct hash *head;
    struct snapshot_difference difference;
    enum result result = verify_register_at(registry, register_seq, &at);

    if (result == RESULT_NOT_FOUND) {
        meeting->unreached_count++;
        return RESULT_OK;
    }
    if (result != RESULT_OK)
        return result;
    head = &registry->reader.heads[register_seq];
    result =
        body->kind == EVENT_GENESIS_KIND
            ? snapshot_check_genesis(&body->body.genesis, at, head, &difference)
            : snapshot_check_changed(&body->body.roster_changed, meeting->state,
                                     at, head, &difference);
    if (result == RESULT_REFUSED) {
        static const struct key nobody;

        meeting->reader.failure.snapshot = difference.fault;
        return refuse(
            meeting, event, VERIFY_FAULT_SNAPSHOT, &difference.holder,
            key_equal(&difference.device, &nobody) ? NULL : &difference.device);
    }
    meeting->snapshot_count++;
    return result == RESULT_NO_MEMORY ? result : RESULT_OK;
}

static enum result refuse_groups(struct verify_meeting *meeting,
                                 const struct verify_event *event,
                                 enum snapshot_fault fault)
{
    meeting->reader.failure.snapshot = fault;
    return refuse(meeting, event, VERIFY_FAULT_SNAPSHOT, NULL, NULL);
}

/* The event after the genesis: held by party groups, or not. */
static enum result check_groups(struct verify_meeting *meeting,
                                const struct verify_event *event)
{
    const struct meeting_event *body = &event->meeting;
    const struct register_state *at = NULL;
    struct snapshot_difference difference;
    enum result result = verify_register_at(meeting->registry,
                                            meeting->state->register_seq, &at);

    if (result == RESULT_NOT_FOUND)
        return RESULT_OK; /* counted at the genesis */
    if (result == RESULT_OK)
        result = snapshot_check_groups(&meeting->state->meeting,
                                       body->kind == EVENT_HELD_BY_GROUPS_KIND
                                           ? &body->body.held_by_groups
                                           : NULL,
                                       at, &difference);
    return result == RESULT_REFUSED
               ? refuse_groups(meeting, event, difference.fault)
               : result;
}

/* The end of a group's record, as the register has it by now. */
static enum result check_gathered(struct verify_meeting *meeting,
                                  const struct verify_event *event)
{
    const struct event_group_gathered *body =
        &event->meeting.body.group_gathered;
    struct verify_register_call call;
    enum result result =
        verify_register_find_call(meeting->registry, &body->meeting, &call);

    if (result != RESULT_OK)
        return result;
    if (!call.has_ended) {
        meeting->unreached_count++;
        return RESULT_OK;
    }
    if (call.final_seq != body->final_seq ||
        !hash_equal(&call.final_head, &body->head))
        return refuse_groups(meeting, event, SNAPSHOT_GATHERED);
    meeting->snapshot_count++;
    return RESULT_OK;
}

/* False if rulesets were given, and the meeting names another. */
static bool choose_rules(struct verify_meeting *meeting,
                         const struct meeting_event *event)
{
    const struct ruleset_book *book;

    if (!meeting->rulesets)
        return true;
    book = ruleset_shelf_by_hash(meeting->rulesets,
                                 &event->body.genesis.ruleset_hash);
    if (book)
        meeting->rules = &book->rules;
    return book != NULL;
}

enum result verify_meeting_snapshot(struct verify_meeting *meeting,
                                    const struct verify_event *event)
{
    const struct meeting_event *body = &event->meeting;

    if (body->kind == EVENT_GENESIS_KIND && !choose_rules(meeting, body))
        return refuse(meeting, event, VERIFY_FAULT_RULES, NULL, NULL);
    if (!meeting->registry)
        return RESULT_OK;
    if (body->kind == EVENT_GENESIS_KIND)
        return check_snapshot(meeting, event, body->body.genesis.register_seq);
    if (body->kind == EVENT_ROSTER_CHANGED_KIND)
        return check_snapshot(meeting, event,
                              body->body.roster_changed.register_seq);
    if (body->kind == EVENT_GROUP_GATHERED_KIND)
        return check_gathered(meeting, event);
    if (body->seq == 1)
        return check_groups(meeting, event);
    return RESULT_OK;
}
