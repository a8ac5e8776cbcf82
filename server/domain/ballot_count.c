/* Secret ballots: the end of voting, inclusion, objections, paper, and the
 * count. */
#include "server/domain/ballot_parts.h"

#include "protocol/meeting/ballot_objection.h"

#include <stdlib.h>

static int64_t time_of(const struct draft *draft)
{
    return draft->now_ms > draft->state->at_ms ? draft->now_ms
                                               : draft->state->at_ms;
}

void rule_end_ballot(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.end_ballot.ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, id, EVENT_BALLOT_ENDING_KIND);
    struct event_ballot_ending *body;

    if (!ballot)
        return;
    if (ballot->is_ending) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_BALLOT_ENDING_KIND)->body.ballot_ending;
    body->ballot = *id;
    body->closes_at = time_of(draft);
    if (ballot->returned < ballot->length)
        body->closes_at += draft->rules->ballot_closing_ms;
    body->act = draft->command->act;
}

/* --- inclusion ---------------------------------------------------------------
 */

static bool is_of_end(struct draft *draft, const struct meeting_ballot *ballot,
                      const struct hash *setup, const struct hash *end,
                      uint64_t count)
{
    if (!hash_equal(&ballot->setup, setup))
        ballot_refuse_record(draft, "list");
    else if (!hash_equal(&ballot->end, end) || count != ballot->record_count)
        ballot_refuse_record(draft, "end");
    else
        return true;
    return false;
}

void rule_include_ballot(struct draft *draft)
{
    const struct command_include_ballot *command =
        &draft->command->body.include_ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_BALLOT_INCLUDED_KIND);
    const struct meeting_ballot_voter *voter =
        ballot ? meeting_ballot_voter(ballot, draft->holder) : NULL;
    struct event_ballot_included *body;

    if (!ballot)
        return;
    if (!voter || !ballot_voter_is_listed(voter)) {
        draft_refuse_id(draft, REFUSAL_NOT_LISTED, draft->holder);
        return;
    }
    if (!ballot_is_device(draft, &voter->device) ||
        !is_of_end(draft, ballot, &command->setup, &command->end,
                   command->count))
        return;
    if (voter->included != included_what_none_) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_BALLOT_INCLUDED_KIND)->body.ballot_included;
    body->ballot = command->ballot;
    body->setup = command->setup;
    body->end = command->end;
    body->count = command->count;
    body->what = command->what;
    BALLOT_SIGNED_BY(draft, body);
}

void rule_include_hall(struct draft *draft)
{
    const struct command_include_hall *command =
        &draft->command->body.include_hall;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_HALL_INCLUDED_KIND);
    const struct meeting_ballot_pool *pool =
        ballot ? meeting_ballot_pool(ballot, draft->holder) : NULL;
    struct event_hall_included *body;

    if (!ballot)
        return;
    if (!pool) {
        draft_refuse_id(draft, REFUSAL_NOT_LISTED, draft->holder);
        return;
    }
    if (!ballot_is_device(draft, &pool->device) ||
        !is_of_end(draft, ballot, &command->setup, &command->end,
                   command->count))
        return;
    if (command->own > pool->k) {
        draft_refuse_max(draft, pool->k);
        return;
    }
    if (pool->is_included) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_HALL_INCLUDED_KIND)->body.hall_included;
    body->ballot = command->ballot;
    body->setup = command->setup;
    body->end = command->end;
    body->count = command->count;
    body->own = command->own;
    BALLOT_SIGNED_BY(draft, body);
}

/* --- objections --------------------------------------------------------------
 */

static void refuse_evidence(struct draft *draft, const char *problem)
{
    draft_refuse(draft, REFUSAL_BAD_EVIDENCE);
    refusal_add_text(&draft->out->refusal, "problem", text_view_of(problem));
}

static struct event_ballot_objected objection_of(const struct command *command)
{
    const struct command_object_ballot *body = &command->body.object_ballot;

    return (struct event_ballot_objected){ .ballot = body->ballot,
                                           .kind = body->kind,
                                           .height = body->height,
                                           .tracker = body->tracker,
                                           .at_ms = body->at_ms,
                                           .record = body->record,
                                           .receipt = body->receipt,
                                           .reason = body->reason,
                                           .act = command->act };
}

bool ballot_objection_needs_list(const struct meeting_state *state,
                                 const struct command *command,
                                 struct hash *list)
{
    const struct event_ballot_objected objection = objection_of(command);
    const struct meeting_ballot *ballot =
        meeting_state_ballot(state, &objection.ballot);

    return ballot && ballot_objection_weigh(state, ballot, &objection, list) ==
                         EVIDENCE_LIST;
}

/* The objection, and that it makes the ballot void unless it comes too late. */
static void add_objection(struct draft *draft,
                          const struct meeting_ballot *ballot,
                          const struct event_ballot_objected *objection,
                          bool is_proven)
{
    struct event_ballot_voided *voided;

    draft_add(draft, EVENT_BALLOT_OBJECTED_KIND)->body.ballot_objected =
        *objection;
    if (!is_proven || !meeting_ballot_is_open(ballot) ||
        meeting_ballot_is_decrypting(ballot))
        return;
    voided = &draft_add(draft, EVENT_BALLOT_VOIDED_KIND)->body.ballot_voided;
    voided->ballot = objection->ballot;
    voided->why = VOID_OBJECTION;
    voided->reason.value = TEXT_LITERAL("");
    voided->reason.has_value = true;
}

/* The ballot, and what the objection shows; NULL: refused. */
static const struct meeting_ballot *
weigh(struct draft *draft, const struct event_ballot_objected *objection,
      enum ballot_evidence *evidence)
{
    const struct meeting_ballot *ballot =
        ballot_in(draft, &objection->ballot, EVENT_BALLOT_OBJECTED_KIND);
    struct hash list;

    if (!ballot)
        return NULL;
    if (!ballot_may_object(ballot, draft->holder)) {
        draft_refuse_max(draft, meeting_ballot_voter(ballot, draft->holder)
                                    ? LIMIT_BALLOT_OBJECTIONS_EACH
                                    : LIMIT_BALLOT_OBJECTIONS);
        return NULL;
    }
    *evidence = ballot_objection_weigh(draft->state, ballot, objection, &list);
    if (objection->kind != OBJECTION_ISSUED)
        return ballot;
    if (*evidence == EVIDENCE_FALSE)
        refuse_evidence(draft, "statement");
    else if (*evidence == EVIDENCE_IDLE)
        refuse_evidence(draft, "no_list");
    else
        return ballot;
    return NULL;
}

/* Of one that rests on a list no event is made before the list is looked at. */
void rule_object_ballot(struct draft *draft)
{
    const struct event_ballot_objected objection = objection_of(draft->command);
    enum ballot_evidence evidence = EVIDENCE_NONE;
    const struct meeting_ballot *ballot = weigh(draft, &objection, &evidence);

    if (ballot && evidence != EVIDENCE_LIST)
        add_objection(draft, ballot, &objection, evidence == EVIDENCE_PROOF);
}

void ballot_object(struct draft *draft, bool is_in_list)
{
    const struct event_ballot_objected objection = objection_of(draft->command);
    enum ballot_evidence evidence = EVIDENCE_NONE;
    const struct meeting_ballot *ballot = weigh(draft, &objection, &evidence);

    if (ballot && evidence == EVIDENCE_LIST && is_in_list)
        refuse_evidence(draft, "in_list");
    else if (ballot)
        add_objection(draft, ballot, &objection, true);
}

/* --- paper -------------------------------------------------------------------
 */

/* What does not add up, with the number that is there and the one that it is
 * held against. */
struct paper_fault {
    const char *problem; /* NULL: all adds up */
    uint64_t have, max;
};

static struct paper_fault
fault_of_sums(const struct meeting_ballot *ballot,
              const struct meeting_ballot_paper *paper)
{
    struct meeting_ballot_numbers numbers;

    meeting_ballot_numbers(ballot, &numbers);
    if (numbers.by_channel[BALLOT_BY_PAPER] == 0)
        return (struct paper_fault){ "nobody votes on paper", paper->issued,
                                     0 };
    switch (ballot_paper_sums(ballot, paper)) {
    case TALLY_ISSUED_TO_MANY:
        return (struct paper_fault){ "more issued than members vote on paper",
                                     paper->issued,
                                     numbers.by_channel[BALLOT_BY_PAPER] };
    case TALLY_ISSUED_DIFFERS:
        return (struct paper_fault){ "more returned than issued",
                                     paper->returned, paper->issued };
    case TALLY_RETURNED_DIFFERS:
        return (struct paper_fault){ "returned are those valid and those not",
                                     paper->returned,
                                     paper->valid + paper->invalid };
    case TALLY_SUMS_RIGHT:
        break;
    }
    return (struct paper_fault){ .problem = NULL };
}

/* Counts that are not those of so many valid ballots. */
static struct paper_fault fault_of_counts(const struct meeting_ballot *ballot,
                                          const struct items *counts,
                                          uint64_t valid)
{
    const struct ballot_count *row = counts->data;
    struct paper_fault fault = { .max = valid };
    uint64_t sum = 0;
    size_t i;

    for (i = 0; i < counts->count; i++) {
        sum += row[i].count;
        if (row[i].count > fault.have)
            fault.have = row[i].count;
    }
    if (counts->count == 0) {
        fault.problem = "no answer has a number";
    } else if (fault.have > valid) {
        fault.problem = "an answer has more than there are valid ballots";
    } else if (ballot->matter.matter != matter_none_) {
        fault.problem = "the marks are not those of so many valid ballots";
        fault.have = sum;
    } else {
        fault.problem = "there are more answers than a ballot can have";
        fault.have = counts->count;
        fault.max = LIMIT_BALLOT_POSITIONS;
    }
    return fault;
}

/* The first thing that does not add up. */
static struct paper_fault paper_fault(const struct meeting_ballot *ballot,
                                      const struct command_enter_paper *command)
{
    const struct meeting_ballot_paper paper = { .issued = command->issued,
                                                .returned = command->returned,
                                                .valid = command->valid,
                                                .invalid = command->invalid };
    const struct paper_fault fault = fault_of_sums(ballot, &paper);

    return fault.problem ||
                   ballot_paper_adds_up(ballot, &paper, &command->counts)
               ? fault
               : fault_of_counts(ballot, &command->counts, command->valid);
}

static void refuse_paper(struct draft *draft, const struct paper_fault *fault)
{
    draft_refuse(draft, REFUSAL_PAPER_SUMS);
    refusal_add_text(&draft->out->refusal, "problem",
                     text_view_of(fault->problem));
    refusal_add_number(&draft->out->refusal, "have", fault->have);
    refusal_add_number(&draft->out->refusal, "max", fault->max);
}

void rule_enter_paper(struct draft *draft)
{
    const struct command_enter_paper *command =
        &draft->command->body.enter_paper;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_PAPER_ENTERED_KIND);
    const struct hash record =
        ballot_paper_record(command->issued, command->returned, command->valid,
                            command->invalid, &command->counts);
    struct event_paper_entered *body;
    struct paper_fault fault;

    if (!ballot || !ballot_is_any_teller(draft, ballot))
        return;
    fault = paper_fault(ballot, command);
    if (fault.problem) {
        refuse_paper(draft, &fault);
        return;
    }
    if (!hash_equal(&ballot->end, &command->end)) {
        ballot_refuse_record(draft, "end");
        return;
    }
    if (!hash_equal(&record, &command->record)) {
        ballot_refuse_record(draft, "paper record");
        return;
    }
    body = &draft_add(draft, EVENT_PAPER_ENTERED_KIND)->body.paper_entered;
    body->ballot = command->ballot;
    body->end = command->end;
    body->issued = command->issued;
    body->returned = command->returned;
    body->valid = command->valid;
    body->invalid = command->invalid;
    body->counts = command->counts;
    body->record = command->record;
    BALLOT_SIGNED_BY(draft, body);
}

void rule_confirm_paper(struct draft *draft)
{
    const struct command_confirm_paper *command =
        &draft->command->body.confirm_paper;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_PAPER_CONFIRMED_KIND);
    struct event_paper_confirmed *body;

    if (!ballot || !ballot_is_any_teller(draft, ballot))
        return;
    if (!ballot->paper.is_entered) {
        draft_refuse(draft, REFUSAL_PAPER_MISSING);
        return;
    }
    if (identifier_equal(&ballot->paper.entered_by, draft->holder)) {
        draft_refuse(draft, REFUSAL_OWN_ENTRY);
        return;
    }
    if (!hash_equal(&ballot->end, &command->end) ||
        !hash_equal(&ballot->paper.record, &command->record)) {
        ballot_refuse_record(draft, "paper record");
        return;
    }
    if (ballot->paper.is_confirmed) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_PAPER_CONFIRMED_KIND)->body.paper_confirmed;
    body->ballot = command->ballot;
    body->end = command->end;
    body->record = command->record;
    BALLOT_SIGNED_BY(draft, body);
}

/* --- may it be counted? ------------------------------------------------------
 */

void rule_count_ballot(struct draft *draft)
{
    const struct command_count_ballot *command =
        &draft->command->body.count_ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_COUNTING_BEGUN_KIND);
    struct meeting_ballot_numbers numbers;
    struct event_counting_begun *body;
    struct ballot_small small;

    if (!ballot)
        return;
    if (!ballot->is_tallied) {
        ballot_refuse_waiting(draft, TEXT_LITERAL(BALLOT_SERVER_ID));
        return;
    }
    if (!meeting_ballot_is_paper_right(ballot)) {
        draft_refuse(draft, REFUSAL_PAPER_MISSING);
        return;
    }
    if (!command->knowingly &&
        ballot_small_count(draft->state, ballot, draft->rules->ballot_k_min,
                           &small)) {
        ballot_refuse_small(draft, &small);
        return;
    }
    meeting_ballot_numbers(ballot, &numbers);
    body = &draft_add(draft, EVENT_COUNTING_BEGUN_KIND)->body.counting_begun;
    body->ballot = command->ballot;
    body->included = numbers.included;
    body->knowingly = command->knowingly;
    body->act = draft->command->act;
}

/* --- decryption --------------------------------------------------------------
 */

static bool may_decrypt(struct draft *draft,
                        const struct meeting_ballot *ballot,
                        const struct command_decrypt *command)
{
    if (!ballot_is_teller(draft, ballot,
                          command->owner > 1 ? command->owner - 1 : 0) ||
        !ballot_is_device(draft, &ballot->tellers[command->owner - 2].device))
        return false;
    if (!hash_equal(&ballot->end, &command->end) ||
        !hash_equal(&ballot->tally, &command->tally)) {
        ballot_refuse_record(draft, "tally");
        return false;
    }
    if (ballot->owners[command->owner - 1].has_decrypted) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return false;
    }
    if (!ballot->owners[BALLOT_OWNER_SERVER - 1].has_decrypted) {
        draft_refuse(draft, REFUSAL_SERVER_FIRST);
        return false;
    }
    if (ballot->owners[command->owner - 1].refused >=
        LIMIT_BALLOT_FALSE_DECRYPTIONS) {
        draft_refuse_max(draft, LIMIT_BALLOT_FALSE_DECRYPTIONS);
        return false;
    }
    return true;
}

/* Its proofs are looked at before an event is made of it. */
void rule_decrypt(struct draft *draft)
{
    const struct command_decrypt *command = &draft->command->body.decrypt;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_BALLOT_DECRYPTED_KIND);

    if (ballot)
        (void)may_decrypt(draft, ballot, command); /* refuses by itself */
}

void ballot_decrypt(struct draft *draft,
                    const struct decryption_verdict *verdict)
{
    const struct command_decrypt *command = &draft->command->body.decrypt;
    struct event_decryption_refused *refused;
    struct event_ballot_decrypted *body;

    if (!verdict->is_good) {
        refused = &draft_add(draft, EVENT_DECRYPTION_REFUSED_KIND)
                       ->body.decryption_refused;
        refused->ballot = command->ballot;
        refused->owner = command->owner;
        refused->end = command->end;
        refused->tally = command->tally;
        refused->payload = command->payload;
        refused->size = command->size;
        refused->reason = (int)verdict->reason;
        BALLOT_SIGNED_BY(draft, refused);
        return;
    }
    body =
        &draft_add(draft, EVENT_BALLOT_DECRYPTED_KIND)->body.ballot_decrypted;
    body->ballot = command->ballot;
    body->owner = command->owner;
    body->end = command->end;
    body->tally = command->tally;
    body->payload = command->payload;
    body->size = command->size;
    body->sized = verdict->sized;
    BALLOT_SIGNED_BY(draft, body);
}
