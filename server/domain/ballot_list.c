/* Secret ballots: who is in the list, whose devices attest it, and when voting
 * may begin. */
#include "server/domain/ballot_parts.h"

#include <string.h>

/* --- the list ---------------------------------------------------------------
 */

void rule_close_issue(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.close_issue.ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, id, EVENT_ISSUE_CLOSED_KIND);
    struct meeting_ballot_numbers numbers;
    struct event_issue_closed *body;
    uint64_t issued;

    if (!ballot)
        return;
    meeting_ballot_numbers(ballot, &numbers);
    issued = numbers.issued + numbers.pooled;
    /* Nobody at all is right only where nobody votes by device. */
    if (ballot_are_too_few(issued) ||
        (issued == 0 && (numbers.by_channel[BALLOT_BY_OWN] > 0 ||
                         numbers.by_channel[BALLOT_BY_HALL] > 0 ||
                         numbers.by_channel[BALLOT_BY_TRANSCRIBED] > 0))) {
        ballot_refuse_few(draft, issued);
        return;
    }
    body = &draft_add(draft, EVENT_ISSUE_CLOSED_KIND)->body.issue_closed;
    body->ballot = *id;
    body->act = draft->command->act;
}

void rule_drop_voter(struct draft *draft)
{
    const struct command_drop_voter *command = &draft->command->body.drop_voter;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_VOTER_DROPPED_KIND);
    const struct meeting_ballot_voter *voter =
        ballot ? meeting_ballot_voter(ballot, &command->member) : NULL;
    struct event_voter_dropped *body;

    if (!ballot)
        return;
    if (!(voter && ballot_voter_is_listed(voter)) &&
        !meeting_ballot_pool(ballot, &command->member)) {
        draft_refuse_id(draft, REFUSAL_NOT_LISTED, &command->member);
        return;
    }
    body = &draft_add(draft, EVENT_VOTER_DROPPED_KIND)->body.voter_dropped;
    body->ballot = command->ballot;
    body->member = command->member;
    body->reason = DROP_BY_CHAIR;
    body->act = draft->command->act;
}

/* --- attestations -----------------------------------------------------------
 */

/* Is this about the list that there is? */
static bool is_of_list(struct draft *draft, const struct meeting_ballot *ballot,
                       const struct hash *setup)
{
    if (ballot->is_listed && hash_equal(&ballot->setup, setup))
        return true;
    ballot_refuse_record(draft, "list");
    return false;
}

static void refuse_not_listed(struct draft *draft, const struct identifier *id)
{
    draft_refuse_id(draft, REFUSAL_NOT_LISTED, id);
}

void rule_attest_ballot(struct draft *draft)
{
    const struct command_attest_ballot *command =
        &draft->command->body.attest_ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_BALLOT_ATTESTED_KIND);
    const struct meeting_ballot_voter *voter =
        ballot ? meeting_ballot_voter(ballot, draft->holder) : NULL;
    struct event_ballot_attested *body;

    if (!ballot)
        return;
    if (!voter || !ballot_voter_is_listed(voter)) {
        refuse_not_listed(draft, draft->holder);
        return;
    }
    if (!ballot_is_device(draft, &voter->device) ||
        !is_of_list(draft, ballot, &command->setup))
        return;
    if (command->length != ballot->length) {
        ballot_refuse_record(draft, "list");
        return;
    }
    if (voter->has_attested) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_BALLOT_ATTESTED_KIND)->body.ballot_attested;
    body->ballot = command->ballot;
    body->setup = command->setup;
    body->length = command->length;
    BALLOT_SIGNED_BY(draft, body);
}

void rule_attest_hall(struct draft *draft)
{
    const struct command_attest_hall *command =
        &draft->command->body.attest_hall;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_HALL_ATTESTED_KIND);
    const struct meeting_ballot_pool *pool =
        ballot ? meeting_ballot_pool(ballot, draft->holder) : NULL;
    struct event_hall_attested *body;

    if (!ballot)
        return;
    if (!pool) {
        refuse_not_listed(draft, draft->holder);
        return;
    }
    if (!ballot_is_device(draft, &pool->device) ||
        !is_of_list(draft, ballot, &command->setup))
        return;
    if (!ballot_pool_is(pool, command->k, &command->members)) {
        ballot_refuse_record(draft, "pool");
        return;
    }
    if (pool->has_attested) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_HALL_ATTESTED_KIND)->body.hall_attested;
    body->ballot = command->ballot;
    body->setup = command->setup;
    body->k = command->k;
    body->pool = command->pool;
    body->members = command->members;
    BALLOT_SIGNED_BY(draft, body);
}

void rule_confirm_hall(struct draft *draft)
{
    const struct command_confirm_hall *command =
        &draft->command->body.confirm_hall;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_HALL_CONFIRMED_KIND);
    const struct meeting_ballot_pool *pool;
    struct event_hall_confirmed *body;

    if (!ballot || !ballot_is_any_teller(draft, ballot))
        return;
    pool = meeting_ballot_pool(ballot, &command->site);
    if (!pool) {
        refuse_not_listed(draft, &command->site);
        return;
    }
    if (!is_of_list(draft, ballot, &command->setup))
        return;
    if (!pool->has_attested) {
        ballot_refuse_waiting(draft, identifier_view(&pool->site));
        return;
    }
    if (!hash_equal(&pool->pool, &command->pool) ||
        !ballot_pool_is(pool, command->k, &command->members)) {
        ballot_refuse_record(draft, "pool");
        return;
    }
    if (pool->is_confirmed) {
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_HALL_CONFIRMED_KIND)->body.hall_confirmed;
    body->ballot = command->ballot;
    body->site = command->site;
    body->setup = command->setup;
    body->k = command->k;
    body->pool = command->pool;
    body->members = command->members;
    BALLOT_SIGNED_BY(draft, body);
}

/* --- opening ----------------------------------------------------------------
 */

/* Everybody whose attestation is missing, as far as a refusal holds them. */
static void refuse_unattested(struct draft *draft,
                              const struct meeting_ballot *ballot,
                              const struct identifier *invalid)
{
    char ids[96] = "";
    size_t size = 0, i;

    for (i = 0; i < ballot->voter_count + ballot->pool_count; i++) {
        const struct meeting_ballot_voter *voter =
            i < ballot->voter_count ? &ballot->voters[i] : NULL;
        const struct meeting_ballot_pool *pool =
            voter ? NULL : &ballot->pools[i - ballot->voter_count];
        const struct identifier *id = voter ? &voter->member : &pool->site;
        const bool is_missing =
            voter ? ballot_voter_is_listed(voter) && !voter->has_attested
                  : !pool->is_dropped &&
                        !(pool->has_attested && pool->is_confirmed);
        const size_t length = strlen(id->text);

        if (!is_missing || size + length + 2 > sizeof ids)
            continue;
        if (size > 0)
            ids[size++] = ',';
        memcpy(&ids[size], id->text, length + 1);
        size += length;
    }
    ballot_refuse_waiting(draft, size > 0 ? text_view_of(ids)
                                          : identifier_view(invalid));
}

static bool may_open(struct draft *draft, const struct meeting_ballot *ballot,
                     bool knowingly)
{
    const struct identifier *invalid = NULL;
    struct ballot_small small;

    if (!ballot->is_listed) {
        ballot_refuse_waiting(draft, TEXT_LITERAL(BALLOT_SERVER_ID));
        return false;
    }
    if (!meeting_state_list_is_valid(draft->state, ballot, &invalid)) {
        refuse_unattested(draft, ballot, invalid);
        return false;
    }
    if (ballot_are_too_few(ballot->length)) {
        ballot_refuse_few(draft, ballot->length);
        return false;
    }
    if (!ballot->is_checkpointed) {
        draft_refuse(draft, REFUSAL_NOT_CONFIRMED);
        return false;
    }
    if (!knowingly &&
        ballot_small_list(ballot, draft->rules->ballot_k_min, &small)) {
        ballot_refuse_small(draft, &small);
        return false;
    }
    return true;
}

void rule_open_ballot(struct draft *draft)
{
    const struct command_open_ballot *command =
        &draft->command->body.open_ballot;
    const struct meeting_ballot *ballot =
        ballot_in(draft, &command->ballot, EVENT_BALLOT_OPENED_KIND);
    struct meeting_ballot_numbers numbers;
    struct event_ballot_opened *body;

    if (!ballot || !may_open(draft, ballot, command->knowingly))
        return;
    meeting_ballot_numbers(ballot, &numbers);
    draft_stop_recording(draft, RECORDING_BALLOT);
    body = &draft_add(draft, EVENT_BALLOT_OPENED_KIND)->body.ballot_opened;
    body->ballot = command->ballot;
    body->setup = ballot->setup;
    body->length = ballot->length;
    body->own = numbers.attested;
    body->hall = numbers.confirmed;
    body->knowingly = command->knowingly;
    body->act = draft->command->act;
}
