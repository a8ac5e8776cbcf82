/* What is noted of each event of a secret ballot. */
#include "client/core/ballot_notes_internal.h"

#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

/* --- Taking events in ---------------------------------------------------- */

static uint64_t threshold_of(uint64_t asked, size_t tellers)
{
    if (asked > 0)
        return asked;
    return tellers <= 2 ? tellers : tellers / 2 + 1;
}

static enum result on_drafted(struct ballot_notes *notes,
                              const struct meeting_event *event)
{
    const struct event_ballot_drafted *body = &event->body.ballot_drafted;
    const struct member_id *tellers = body->tellers.data;
    struct noted_ballot *ballot, **slot;

    if (body->tellers.count > LIMIT_BALLOT_TELLERS)
        return RESULT_CORRUPT;
    ballot = calloc(1, sizeof *ballot);
    slot = ballot
               ? noted_list_add(&notes->ballots, sizeof(struct noted_ballot *))
               : NULL;
    if (!slot) {
        free(ballot);
        return RESULT_NO_MEMORY;
    }
    *slot = ballot;
    ballot->id = body->ballot;
    ballot->phase = NOTED_DRAFTED;
    ballot->number = notes->ballots.count;
    ballot->drafted_seq = event->seq;
    ballot->is_revote_allowed = body->revote;
    ballot->has_halls = body->halls;
    ballot->teller_count = body->tellers.count;
    ballot->threshold = threshold_of(body->threshold, body->tellers.count);
    for (size_t i = 0; i < body->tellers.count; i++)
        ballot->tellers[i].member = tellers[i].member;
    return RESULT_OK;
}

static enum result on_adopted(struct noted_ballot *ballot,
                              const struct event_ballot_adopted *body)
{
    const struct ballot_channel_row *rows = body->channels.data;

    ballot->is_adopted = true;
    for (size_t i = 0; i < body->channels.count; i++) {
        struct ballot_channel_row *row =
            noted_list_add(&ballot->channels, sizeof *row);

        if (!row)
            return RESULT_NO_MEMORY;
        *row = rows[i];
    }
    return RESULT_OK;
}

static enum result on_channel(struct noted_ballot *ballot,
                              const struct event_ballot_channel_set *body)
{
    struct ballot_channel_row *row = noted_channel_row(ballot, &body->member);

    if (!row)
        row = noted_list_add(&ballot->channels, sizeof *row);
    if (!row)
        return RESULT_NO_MEMORY;
    row->member = body->member;
    row->channel = body->channel;
    row->site = body->site;
    return RESULT_OK;
}

static enum result on_keys_begun(struct noted_ballot *ballot,
                                 const struct event_keys_begun *body)
{
    if (body->uuid.size >= sizeof ballot->uuid)
        return RESULT_CORRUPT;
    noted_attempt_forget(ballot);
    ballot->phase = NOTED_KEYS;
    ballot->attempt = body->attempt;
    memcpy(ballot->uuid, body->uuid.data, body->uuid.size);
    ballot->uuid[body->uuid.size] = '\0';
    return noted_text_set(&ballot->server_key, body->server_key);
}

static struct noted_teller *teller_row(struct noted_ballot *ballot,
                                       uint64_t index)
{
    return index > 0 && index <= ballot->teller_count
               ? &ballot->tellers[index - 1]
               : NULL;
}

static enum result on_certified(struct noted_ballot *ballot,
                                const struct event_teller_certified *body)
{
    struct noted_teller *teller = teller_row(ballot, body->index);

    if (!teller)
        return RESULT_CORRUPT;
    teller->message = body->message;
    teller->device = body->device;
    return noted_text_set(&teller->certificate, body->certificate);
}

static enum result on_disputed(struct noted_ballot *ballot,
                               const struct event_keys_disputed *body)
{
    ballot->dispute.is_open = true;
    ballot->dispute.index = body->index;
    ballot->dispute.against = body->against;
    return noted_text_set(&ballot->dispute.evidence, body->evidence);
}

/* The texts of the attempt go over to what is to be judged. */
static enum result on_failed(struct noted_ballot *ballot,
                             const struct meeting_event *event)
{
    const struct event_keys_failed *body = &event->body.keys_failed;
    struct noted_failure *row = noted_list_add(&ballot->failures, sizeof *row);

    if (!row)
        return RESULT_NO_MEMORY;
    row->seq = event->seq;
    row->attempt = body->attempt;
    row->fault = (enum keys_fault)body->reason;
    row->guilty = body->guilty;
    row->server_key = ballot->server_key;
    row->dispute = ballot->dispute;
    memcpy(row->tellers, ballot->tellers, sizeof row->tellers);
    memcpy(row->owners, ballot->owners, sizeof row->owners);
    ballot->server_key = (struct noted_text){ NULL, 0 };
    ballot->dispute.evidence = (struct noted_text){ NULL, 0 };
    for (size_t i = 0; i < LIMIT_BALLOT_TELLERS; i++) {
        ballot->tellers[i].certificate = (struct noted_text){ NULL, 0 };
        ballot->tellers[i].deal = (struct noted_text){ NULL, 0 };
        ballot->tellers[i].key = (struct noted_text){ NULL, 0 };
    }
    ballot->phase = NOTED_KEYS_FAILED;
    return RESULT_OK;
}

static enum result on_signed(struct noted_ballot *ballot,
                             const struct event_trustees_signed *body)
{
    if (body->owner == 0 || body->owner > ballot->teller_count + 1)
        return RESULT_CORRUPT;
    ballot->owners[body->owner - 1] =
        (struct noted_owner){ .is_there = true,
                              .member = body->member,
                              .device = body->device,
                              .key = body->key,
                              .trustees = body->trustees,
                              .sig = body->sig };
    return RESULT_OK;
}

static int by_member(const void *a, const void *b)
{
    const struct ballot_channel_row *left = a, *right = b;

    return strcmp(left->member.text, right->member.text);
}

/* The order of the rows says nothing else. */
static void on_ready(struct noted_ballot *ballot,
                     const struct event_ballot_ready *body)
{
    struct ballot_channel_row *rows = ballot->channels.data;
    struct digest digest;

    ballot->phase = NOTED_ISSUING;
    ballot->election = body->election;
    ballot->trustees = body->trustees;
    if (ballot->channels.count > 0)
        qsort(rows, ballot->channels.count, sizeof *rows, by_member);
    digest_begin(&digest);
    digest_domain(&digest, "roll");
    for (size_t i = 0; i < ballot->channels.count; i++) {
        digest_prefixed_text(&digest, identifier_view(&rows[i].member));
        digest_prefixed_text(
            &digest,
            text_view_of(enum_word(&ballot_channel_words, rows[i].channel)));
    }
    ballot->ready = (struct noted_roll){
        .own = noted_channel_count(ballot, BALLOT_BY_OWN),
        .hall = noted_channel_count(ballot, BALLOT_BY_HALL) +
                noted_channel_count(ballot, BALLOT_BY_TRANSCRIBED),
        .paper = noted_channel_count(ballot, BALLOT_BY_PAPER),
        .roll = digest_finish(&digest),
    };
}

static enum result add_issue(struct noted_ballot *ballot,
                             const struct identifier *member,
                             const struct key *device)
{
    struct noted_issue *row = noted_list_add(&ballot->issued, sizeof *row);

    if (!row)
        return RESULT_NO_MEMORY;
    *row = (struct noted_issue){ *member, *device };
    return RESULT_OK;
}

static enum result on_listed(struct noted_ballot *ballot,
                             const struct event_ballot_listed *body)
{
    const struct member_id *voters = body->voters.data;
    const struct hall_pool *halls = body->halls.data;

    noted_list_clear(&ballot->voters);
    noted_list_clear(&ballot->halls);
    ballot->phase = NOTED_LISTED;
    ballot->has_list = true;
    ballot->setup = body->setup;
    ballot->credentials = body->credentials;
    ballot->length = body->length;
    for (size_t i = 0; i < body->voters.count; i++) {
        struct noted_voter *row = noted_list_add(&ballot->voters, sizeof *row);

        if (!row)
            return RESULT_NO_MEMORY;
        row->member = voters[i].member;
    }
    for (size_t i = 0; i < body->halls.count; i++) {
        struct noted_hall *row = noted_list_add(&ballot->halls, sizeof *row);

        if (!row)
            return RESULT_NO_MEMORY;
        row->site = halls[i].site;
        row->k = halls[i].k;
    }
    return RESULT_OK;
}

/* The list as it stood is not that which is voted with. */
static void on_dropped(struct noted_ballot *ballot)
{
    ballot->has_list = false;
}

static void on_attested(struct noted_ballot *ballot,
                        const struct event_ballot_attested *body)
{
    struct noted_voter *row = noted_voter_row(ballot, &body->member);

    if (!row || !hash_equal(&body->setup, &ballot->setup) ||
        body->length != ballot->length)
        return;
    row->has_attested = true;
    row->device = body->device;
}

static void on_hall_attested(struct noted_ballot *ballot,
                             const struct event_hall_attested *body)
{
    struct noted_hall *row = noted_hall_row(ballot, &body->member);

    if (!row || !hash_equal(&body->setup, &ballot->setup) || body->k != row->k)
        return;
    row->has_attested = true;
    row->pool = body->pool;
}

static void on_hall_confirmed(struct noted_ballot *ballot,
                              const struct event_hall_confirmed *body)
{
    struct noted_hall *row = noted_hall_row(ballot, &body->site);

    if (row && row->has_attested && body->k == row->k &&
        hash_equal(&body->setup, &ballot->setup) &&
        hash_equal(&body->pool, &row->pool))
        row->is_confirmed = true;
}

static enum result on_recorded(struct noted_ballot *ballot,
                               const struct event_ballot_recorded *body)
{
    struct hash *tracker;

    if (body->height != ballot->trackers.count + 1)
        return RESULT_CORRUPT;
    tracker = noted_list_add(&ballot->trackers, sizeof *tracker);
    if (!tracker)
        return RESULT_NO_MEMORY;
    *tracker = body->tracker;
    ballot->returned = body->returned;
    return RESULT_OK;
}

static void on_included(struct noted_ballot *ballot,
                        const struct event_ballot_included *body)
{
    struct noted_voter *row = noted_voter_row(ballot, &body->member);

    if (row && hash_equal(&body->end, &ballot->end))
        row->included = (enum included_what)body->what;
}

static void on_hall_included(struct noted_ballot *ballot,
                             const struct event_hall_included *body)
{
    struct noted_hall *row = noted_hall_row(ballot, &body->member);

    if (row && hash_equal(&body->end, &ballot->end)) {
        row->is_included = true;
        row->own = body->own;
    }
}

static enum result on_objected(struct noted_ballot *ballot,
                               const struct event_ballot_objected *body)
{
    struct noted_objector *row;

    if (ballot->phase < NOTED_ENDED)
        return RESULT_OK;
    row = noted_list_add(&ballot->objectors, sizeof *row);
    if (!row)
        return RESULT_NO_MEMORY;
    row->member = body->act.member;
    row->has_receipt = body->kind == (int)OBJECTION_RECEIPT;
    return RESULT_OK;
}

static enum result on_decrypted(struct noted_ballot *ballot,
                                const struct event_ballot_decrypted *body)
{
    struct noted_decryption *row =
        noted_list_add(&ballot->decryptions, sizeof *row);

    if (!row)
        return RESULT_NO_MEMORY;
    *row = (struct noted_decryption){ .owner = body->owner,
                                      .end = body->end,
                                      .tally = body->tally,
                                      .payload = body->payload,
                                      .sized = body->sized,
                                      .size = body->size };
    return RESULT_OK;
}

static enum result on_result(struct noted_ballot *ballot,
                             const struct event_ballot_result *body)
{
    const struct ballot_count *counts = body->counts.data;

    ballot->phase = NOTED_DONE;
    ballot->result = body->result;
    ballot->head = body->head;
    ballot->returned = body->returned;
    for (size_t i = 0; i < body->counts.count; i++) {
        uint64_t *count = noted_list_add(&ballot->counts, sizeof *count);

        if (!count)
            return RESULT_NO_MEMORY;
        *count = counts[i].count;
    }
    return RESULT_OK;
}

/* The ballot that an event is of: its first field is its id. */
static struct noted_ballot *ballot_of(const struct ballot_notes *notes,
                                      const struct meeting_event *event)
{
    const struct identifier *id = NULL;

    switch ((int)event->kind) {
#define BALLOT_OF(NAME, name)                                                  \
    case EVENT_##NAME##_KIND:                                                  \
        id = &event->body.name.ballot;                                         \
        break;
        MEETING_BALLOT_EVENT_LIST(BALLOT_OF)
#undef BALLOT_OF
    }
    return id ? ballot_notes_find(notes, id) : NULL;
}

static bool is_of_ballots(enum meeting_event_kind kind)
{
    return kind >= EVENT_BALLOT_DRAFTED_KIND &&
           kind <= EVENT_BALLOT_VOIDED_KIND;
}

/* Events in which something may be lacking. */
static enum result take_keys(struct noted_ballot *ballot,
                             const struct meeting_event *event)
{
    struct noted_teller *teller;

    switch ((int)event->kind) {
    case EVENT_KEYS_BEGUN_KIND:
        return on_keys_begun(ballot, &event->body.keys_begun);
    case EVENT_TELLER_CERTIFIED_KIND:
        return on_certified(ballot, &event->body.teller_certified);
    case EVENT_SHARES_DEALT_KIND:
        teller = teller_row(ballot, event->body.shares_dealt.index);
        return teller ? noted_text_set(&teller->deal,
                                       event->body.shares_dealt.deal)
                      : RESULT_CORRUPT;
    case EVENT_SHARE_CONFIRMED_KIND:
        teller = teller_row(ballot, event->body.share_confirmed.index);
        return teller ? noted_text_set(&teller->key,
                                       event->body.share_confirmed.key)
                      : RESULT_CORRUPT;
    case EVENT_TRUSTEES_SIGNED_KIND:
        return on_signed(ballot, &event->body.trustees_signed);
    case EVENT_KEYS_DISPUTED_KIND:
        return on_disputed(ballot, &event->body.keys_disputed);
    case EVENT_KEYS_FAILED_KIND:
        return on_failed(ballot, event);
    case EVENT_BALLOT_READY_KIND:
        on_ready(ballot, &event->body.ballot_ready);
        return RESULT_OK;
    default:
        return RESULT_OK;
    }
}

static enum result take_list(struct noted_ballot *ballot,
                             const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_BALLOT_ISSUED_KIND:
        return add_issue(ballot, &event->body.ballot_issued.member,
                         &event->body.ballot_issued.device);
    case EVENT_POOL_ISSUED_KIND:
        return add_issue(ballot, &event->body.pool_issued.member,
                         &event->body.pool_issued.device);
    case EVENT_ISSUE_CLOSED_KIND:
        ballot->phase = NOTED_LISTED;
        return RESULT_OK;
    case EVENT_BALLOT_LISTED_KIND:
        return on_listed(ballot, &event->body.ballot_listed);
    case EVENT_VOTER_DROPPED_KIND:
        on_dropped(ballot);
        return RESULT_OK;
    case EVENT_BALLOT_ATTESTED_KIND:
        on_attested(ballot, &event->body.ballot_attested);
        return RESULT_OK;
    case EVENT_HALL_ATTESTED_KIND:
        on_hall_attested(ballot, &event->body.hall_attested);
        return RESULT_OK;
    case EVENT_HALL_CONFIRMED_KIND:
        on_hall_confirmed(ballot, &event->body.hall_confirmed);
        return RESULT_OK;
    default:
        return take_keys(ballot, event);
    }
}

static enum result take_voting(struct noted_ballot *ballot,
                               const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_BALLOT_OPENED_KIND:
        ballot->phase = NOTED_VOTING;
        ballot->opened_at_ms = event->at_ms;
        ballot->is_knowingly = event->body.ballot_opened.knowingly;
        return RESULT_OK;
    case EVENT_BALLOT_RECORDED_KIND:
        return on_recorded(ballot, &event->body.ballot_recorded);
    case EVENT_BALLOTS_ENDED_KIND:
        ballot->phase = NOTED_ENDED;
        ballot->end = event->body.ballots_ended.end;
        ballot->count = event->body.ballots_ended.count;
        ballot->returned = event->body.ballots_ended.returned;
        return RESULT_OK;
    case EVENT_BALLOT_OBJECTED_KIND:
        return on_objected(ballot, &event->body.ballot_objected);
    case EVENT_BALLOT_INCLUDED_KIND:
        on_included(ballot, &event->body.ballot_included);
        return RESULT_OK;
    case EVENT_HALL_INCLUDED_KIND:
        on_hall_included(ballot, &event->body.hall_included);
        return RESULT_OK;
    default:
        return take_list(ballot, event);
    }
}

static enum result take(struct noted_ballot *ballot,
                        const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_BALLOT_ADOPTED_KIND:
        return on_adopted(ballot, &event->body.ballot_adopted);
    case EVENT_BALLOT_CHANNEL_SET_KIND:
        return on_channel(ballot, &event->body.ballot_channel_set);
    case EVENT_BALLOT_TALLIED_KIND:
        ballot->has_tally = true;
        ballot->tally = event->body.ballot_tallied.tally;
        ballot->sized = event->body.ballot_tallied.sized;
        return RESULT_OK;
    case EVENT_COUNTING_BEGUN_KIND:
        ballot->phase = NOTED_COUNTING;
        ballot->counts_knowingly = event->body.counting_begun.knowingly;
        return RESULT_OK;
    case EVENT_BALLOT_DECRYPTED_KIND:
        return on_decrypted(ballot, &event->body.ballot_decrypted);
    case EVENT_BALLOT_RESULT_KIND:
        return on_result(ballot, &event->body.ballot_result);
    case EVENT_BALLOT_VOIDED_KIND:
        ballot->phase = NOTED_VOID;
        ballot->void_reason = (enum void_reason)event->body.ballot_voided.why;
        return RESULT_OK;
    default:
        return take_voting(ballot, event);
    }
}

/* What was under way when events were lost is void, without an event of its
 * own; what somebody has decrypted can only be completed. */
static void on_restored(struct ballot_notes *notes)
{
    for (size_t i = 0; i < notes->ballots.count; i++) {
        struct noted_ballot *ballot = ballot_notes_at(notes, i);

        if (ballot->is_adopted && ballot->phase < NOTED_DONE &&
            ballot->decryptions.count == 0) {
            ballot->phase = NOTED_VOID;
            ballot->void_reason = VOID_RESTORED;
        }
    }
}

enum result ballot_notes_take(struct ballot_notes *notes,
                              const struct meeting_event *event)
{
    struct noted_ballot *ballot;
    enum result result = RESULT_OK;

    if (event->seq != notes->next)
        return RESULT_CORRUPT;
    if (event->kind == EVENT_BALLOT_DRAFTED_KIND) {
        result = on_drafted(notes, event);
    } else if (event->kind == EVENT_GENESIS_KIND) {
        notes->rules = event->body.genesis.ruleset_hash;
    } else if (event->kind == EVENT_RESTORED_KIND) {
        on_restored(notes);
    } else if (is_of_ballots(event->kind)) {
        ballot = ballot_of(notes, event);
        result = ballot ? take(ballot, event) : RESULT_CORRUPT;
    }
    if (!result)
        notes->next++;
    return result;
}
