/* Secret ballots: what the server itself did, and what time brings. */
#include "server/domain/ballot_parts.h"

#include <string.h>

/* --- the server's own events
 * -------------------------------------------------- */

/* Which the server makes without a command. */
static bool is_of_server(const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_KEYS_BEGUN_KIND:
    case EVENT_BALLOT_READY_KIND:
    case EVENT_BALLOT_ISSUED_KIND:
    case EVENT_POOL_ISSUED_KIND:
    case EVENT_BALLOT_LISTED_KIND:
    case EVENT_BALLOT_RECORDED_KIND:
    case EVENT_BALLOTS_ENDED_KIND:
    case EVENT_BALLOT_TALLIED_KIND:
    case EVENT_BALLOT_RESULT_KIND:
        return true;
    case EVENT_KEYS_FAILED_KIND:
        return !event->body.keys_failed.act.is_present;
    case EVENT_TRUSTEES_SIGNED_KIND:
        return event->body.trustees_signed.owner == BALLOT_OWNER_SERVER;
    case EVENT_BALLOT_DECRYPTED_KIND:
        return event->body.ballot_decrypted.owner == BALLOT_OWNER_SERVER;
    case EVENT_VOTER_DROPPED_KIND:
        return !event->body.voter_dropped.act.is_present;
    case EVENT_BALLOT_VOIDED_KIND:
        return !event->body.ballot_voided.act.is_present;
    default:
        return false;
    }
}

static struct identifier ballot_of(const struct meeting_event *event)
{
    struct identifier id;

    /* The first field of each of them. */
    memcpy(&id, &event->body, sizeof id);
    return id;
}

/* A ballot may be issued once; who asks again is told by whom it is held. */
static bool is_issue_right(struct draft *draft,
                           const struct meeting_ballot *ballot,
                           const struct event_ballot_issued *body)
{
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &body->member);

    if (!voter || voter->channel != BALLOT_BY_OWN) {
        draft_refuse_id(draft, REFUSAL_OTHER_WAY, &body->member);
        refusal_add_text(&draft->out->refusal, "channel",
                         text_view_of(enum_word(&ballot_channel_words,
                                                voter ? (int)voter->channel
                                                      : (int)BALLOT_BY_NONE)));
        return false;
    }
    if (!voter->is_issued)
        return true;
    draft->device = &body->device;
    if (ballot_is_device(draft, &voter->device))
        draft_refuse(draft, REFUSAL_DONE_ALREADY);
    return false;
}

void report_ballot(struct draft *draft, const struct meeting_event *event)
{
    const struct identifier id = ballot_of(event);
    const struct meeting_ballot *ballot;
    struct meeting_event *copy;

    if (!is_of_server(event)) {
        draft_refuse(draft, REFUSAL_UNKNOWN_OP);
        return;
    }
    ballot = ballot_in(draft, &id, event->kind);
    if (!ballot || (event->kind == EVENT_BALLOT_ISSUED_KIND &&
                    !is_issue_right(draft, ballot, &event->body.ballot_issued)))
        return;
    copy = draft_add(draft, event->kind);
    copy->body = event->body;
    if (event->kind == EVENT_BALLOT_RECORDED_KIND &&
        event->body.ballot_recorded.height == 0)
        copy->body.ballot_recorded.height = ballot->record_count + 1;
    if (event->kind == EVENT_BALLOT_RESULT_KIND)
        ballot_add_decision(draft, ballot, &event->body.ballot_result);
}

/* What follows from the objection or the result before it fits behind that. */
static bool follows_from(const struct meeting_event *before,
                         const struct meeting_event *event)
{
    return (event->kind == EVENT_BALLOT_VOIDED_KIND &&
            before->kind == EVENT_BALLOT_OBJECTED_KIND) ||
           (event->kind == EVENT_BALLOT_DECIDED_KIND &&
            before->kind == EVENT_BALLOT_RESULT_KIND);
}

void ballot_check_decision(struct draft *draft)
{
    struct meeting_decision *out = draft->out;
    size_t i;

    for (i = 0; i < out->count; i++) {
        struct meeting_event *event = &out->events[i];
        const struct meeting_ballot *ballot;
        struct identifier id;
        enum result result;

        if (event->kind < EVENT_BALLOT_DRAFTED_KIND ||
            event->kind > EVENT_BALLOT_VOIDED_KIND)
            continue;
        event->at_ms =
            meeting_state_event_time(draft->state, event, draft->now_ms);
        if (i > 0 && follows_from(&event[-1], event))
            continue;
        result = meeting_state_check_ballot(draft->state, event);
        if (result == RESULT_OK)
            continue;
        id = ballot_of(event);
        ballot = meeting_state_ballot(draft->state, &id);
        if (result == RESULT_NO_MEMORY)
            draft_refuse(draft, REFUSAL_BUSY);
        else if (ballot)
            ballot_refuse_state(draft, ballot);
        else
            draft_refuse_id(draft, REFUSAL_NO_SUCH_BALLOT, &id);
        return;
    }
}

/* --- time
 * ---------------------------------------------------------------------- */

/* Whose list is open for attestation; NULL if none is. */
static const struct meeting_ballot *
listed_ballot(const struct meeting_state *state)
{
    const struct meeting_ballot *ballot = meeting_state_open_ballot(state);

    return ballot && ballot->phase == BALLOT_PHASE_ATTESTING &&
                   ballot->is_listed
               ? ballot
               : NULL;
}

/* Too short a list is no better: then whoever presides decides. */
static bool may_drop(const struct meeting_ballot *ballot)
{
    uint64_t left = 0, missing = 0;
    size_t i;

    for (i = 0; i < ballot->voter_count; i++) {
        if (!ballot_voter_is_listed(&ballot->voters[i]))
            continue;
        left += ballot->voters[i].has_attested;
        missing += !ballot->voters[i].has_attested;
    }
    for (i = 0; i < ballot->pool_count; i++) {
        if (ballot->pools[i].is_dropped)
            continue;
        left += ballot->pools[i].has_attested ? ballot->pools[i].k : 0;
        missing += !ballot->pools[i].has_attested;
    }
    return missing > 0 && left >= BALLOT_VOTERS_MIN;
}

int64_t ballot_next_tick_ms(const struct meeting_state *state,
                            const struct ruleset *rules)
{
    const struct meeting_ballot *ballot = listed_ballot(state);

    return ballot && may_drop(ballot)
               ? ballot->listed_ms + rules->ballot_attest_ms
               : INT64_MAX;
}

static void drop(struct draft *draft, const struct meeting_ballot *ballot,
                 const struct identifier *member)
{
    struct event_voter_dropped *body =
        &draft_add(draft, EVENT_VOTER_DROPPED_KIND)->body.voter_dropped;

    body->ballot = ballot->id;
    body->member = *member;
    body->reason = DROP_NOT_ATTESTED;
}

/* Is it made void by what comes with the same tick? */
static bool is_voided_now(const struct draft *draft)
{
    size_t i;

    for (i = 0; i < draft->out->count; i++)
        if (draft->out->events[i].kind == EVENT_BALLOT_VOIDED_KIND)
            return true;
    return false;
}

void ballot_tick(struct draft *draft)
{
    const struct meeting_ballot *ballot = listed_ballot(draft->state);
    size_t i;

    if (!ballot || is_voided_now(draft) ||
        draft->now_ms < ballot_next_tick_ms(draft->state, draft->rules))
        return;
    for (i = 0; i < ballot->voter_count && draft_room(draft) > 0; i++)
        if (ballot_voter_is_listed(&ballot->voters[i]) &&
            !ballot->voters[i].has_attested)
            drop(draft, ballot, &ballot->voters[i].member);
    for (i = 0; i < ballot->pool_count && draft_room(draft) > 0; i++)
        if (!ballot->pools[i].is_dropped && !ballot->pools[i].has_attested)
            drop(draft, ballot, &ballot->pools[i].site);
}
