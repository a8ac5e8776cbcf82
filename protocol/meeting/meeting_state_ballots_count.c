/* Secret ballots: inclusion, objections, paper, the tally, its decryption and
 * the result. */
#include "protocol/meeting/meeting_state_internal.h"

#include "protocol/meeting/ballot_matter.h"
#include "protocol/meeting/ballot_objection.h"

#include <stdlib.h>

/* --- Is my vote in it? ------------------------------------------------------
 */

static bool is_of_end(const struct meeting_ballot *ballot,
                      const struct hash *setup, const struct hash *end,
                      uint64_t count)
{
    return hash_equal(&ballot->setup, setup) && hash_equal(&ballot->end, end) &&
           ballot->record_count == count;
}

enum result ballot_check_ballot_included(const struct meeting_state *state,
                                         const struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_ballot_included *body = &event->body.ballot_included;
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &body->member);

    return state_fits(
        is_of_end(ballot, &body->setup, &body->end, body->count) && voter &&
        ballot_voter_is_listed(voter) &&
        voter->included == included_what_none_ &&
        key_equal(&voter->device, &body->device) &&
        state_valid_device(state, &body->member, &body->device) &&
        body->what > included_what_none_ && body->what < included_what_count_);
}

enum result ballot_apply_ballot_included(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_ballot_included *body = &event->body.ballot_included;

    (void)state;
    ballot_voter(ballot, &body->member)->included =
        (enum included_what)body->what;
    return RESULT_OK;
}

enum result ballot_check_hall_included(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_hall_included *body = &event->body.hall_included;
    const struct meeting_ballot_pool *pool =
        meeting_ballot_pool(ballot, &body->member);

    return state_fits(
        is_of_end(ballot, &body->setup, &body->end, body->count) && pool &&
        !pool->is_included && key_equal(&pool->device, &body->device) &&
        state_valid_device(state, &body->member, &body->device) &&
        body->own <= pool->k);
}

enum result ballot_apply_hall_included(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_hall_included *body = &event->body.hall_included;
    struct meeting_ballot_pool *pool = ballot_pool(ballot, &body->member);

    (void)state;
    pool->is_included = true;
    pool->own = body->own;
    return RESULT_OK;
}

enum result ballot_check_ballot_objected(const struct meeting_state *state,
                                         const struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_ballot_objected *body = &event->body.ballot_objected;
    struct hash list;

    if (!body->act.is_present || !ballot_may_object(ballot, &body->act.member))
        return RESULT_CORRUPT;
    /* Words are anybody's; a false `issued` is not taken. */
    return state_fits(body->kind != OBJECTION_ISSUED ||
                      ballot_objection_weigh(state, ballot, body, &list) !=
                          EVIDENCE_FALSE);
}

/* Keeps what an objection shows, if it shows something. */
static enum result keep_evidence(const struct meeting_state *state,
                                 struct meeting_ballot *ballot,
                                 const struct meeting_event *event)
{
    const struct event_ballot_objected *body = &event->body.ballot_objected;
    struct meeting_ballot_objection row = {
        .seq = event->seq,
        .member = body->act.member,
        .kind = (enum objection_kind)body->kind,
        .is_late = meeting_ballot_is_decrypting(ballot)
    };
    const enum ballot_evidence evidence =
        ballot_objection_weigh(state, ballot, body, &row.list);
    void *grown;

    if (evidence != EVIDENCE_PROOF && evidence != EVIDENCE_LIST)
        return RESULT_OK;
    row.is_proven = evidence == EVIDENCE_PROOF;
    if (body->kind == OBJECTION_ISSUED)
        row.credential = body->record;
    grown = state_grow(ballot->objections, ballot->evidence_count,
                       sizeof *ballot->objections);
    if (!grown)
        return RESULT_NO_MEMORY;
    ballot->objections = grown;
    ballot->objections[ballot->evidence_count++] = row;
    return RESULT_OK;
}

enum result ballot_apply_ballot_objected(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    struct meeting_ballot_voter *voter =
        ballot_voter(ballot, &event->body.ballot_objected.act.member);
    const enum result result = keep_evidence(state, ballot, event);

    if (result)
        return result;
    ballot->objection_count++;
    if (voter)
        voter->objections++;
    else
        ballot->other_objections++;
    return RESULT_OK;
}

/* --- Paper ------------------------------------------------------------------
 */

static enum result copy_counts(const struct items *counts, uint64_t **out)
{
    const struct ballot_count *row = counts->data;
    uint64_t *copy = calloc(counts->count + 1, sizeof *copy);
    size_t i;

    if (!copy)
        return RESULT_NO_MEMORY;
    for (i = 0; i < counts->count; i++)
        copy[i] = row[i].count;
    free(*out);
    *out = copy;
    return RESULT_OK;
}

static bool are_counts_below(const struct items *counts, uint64_t max)
{
    const struct ballot_count *row = counts->data;
    size_t i;

    for (i = 0; i < counts->count; i++)
        if (row[i].count > max)
            return false;
    return counts->count > 0 && counts->count <= LIMIT_BALLOT_POSITIONS;
}

/* Of a ballot that has a matter, marks also have to fit its paper. */
static bool fit_sheet(const struct meeting_ballot *ballot, uint64_t valid,
                      const struct items *counts)
{
    const struct ballot_count *row = counts->data;
    uint64_t numbers[LIMIT_BALLOT_POSITIONS];
    struct ballot_sheet sheet;
    size_t i;

    if (!ballot_sheet_of(&ballot->matter, ballot->candidate_count, &sheet))
        return true;
    for (i = 0; i < counts->count; i++)
        numbers[i] = row[i].count;
    return ballot_sheet_adds_up(&sheet, valid, numbers, counts->count);
}

enum tally_fault ballot_paper_sums(const struct meeting_ballot *ballot,
                                   const struct meeting_ballot_paper *numbers)
{
    struct meeting_ballot_numbers all;
    struct tally_sums sums = { .issued = numbers->issued,
                               .returned = numbers->returned,
                               .valid = numbers->valid,
                               .invalid = numbers->invalid };

    meeting_ballot_numbers(ballot, &all);
    sums.voters = all.by_channel[BALLOT_BY_PAPER];
    /* It is not entered: what was issued and did not come back. */
    if (numbers->returned <= numbers->issued)
        sums.not_returned = numbers->issued - numbers->returned;
    return tally_sums_check(&sums);
}

bool ballot_paper_adds_up(const struct meeting_ballot *ballot,
                          const struct meeting_ballot_paper *numbers,
                          const struct items *counts)
{
    return ballot_paper_sums(ballot, numbers) == TALLY_SUMS_RIGHT &&
           are_counts_below(counts, numbers->valid) &&
           fit_sheet(ballot, numbers->valid, counts);
}

static struct meeting_ballot_paper
paper_of(const struct event_paper_entered *body)
{
    return (struct meeting_ballot_paper){ .is_entered = true,
                                          .issued = body->issued,
                                          .returned = body->returned,
                                          .valid = body->valid,
                                          .invalid = body->invalid,
                                          .record = body->record,
                                          .entered_by = body->member,
                                          .count_count = body->counts.count };
}

enum result ballot_check_paper_entered(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_paper_entered *body = &event->body.paper_entered;
    const struct meeting_ballot_paper paper = paper_of(body);
    const struct hash record =
        ballot_paper_record(body->issued, body->returned, body->valid,
                            body->invalid, &body->counts);

    return state_fits(hash_equal(&ballot->end, &body->end) &&
                      meeting_ballot_teller(ballot, &body->member) != 0 &&
                      state_valid_device(state, &body->member, &body->device) &&
                      ballot_paper_adds_up(ballot, &paper, &body->counts) &&
                      hash_equal(&record, &body->record));
}

enum result ballot_apply_paper_entered(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_paper_entered *body = &event->body.paper_entered;
    struct meeting_ballot_paper paper = paper_of(body);
    enum result result;

    (void)state;
    paper.counts = ballot->paper.counts;
    result = copy_counts(&body->counts, &paper.counts);
    if (result)
        return result;
    ballot->paper = paper;
    return RESULT_OK;
}

enum result ballot_check_paper_confirmed(const struct meeting_state *state,
                                         const struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_paper_confirmed *body = &event->body.paper_confirmed;
    const struct meeting_ballot_paper *paper = &ballot->paper;

    return state_fits(hash_equal(&ballot->end, &body->end) &&
                      paper->is_entered && !paper->is_confirmed &&
                      hash_equal(&paper->record, &body->record) &&
                      meeting_ballot_teller(ballot, &body->member) != 0 &&
                      !identifier_equal(&paper->entered_by, &body->member) &&
                      state_valid_device(state, &body->member, &body->device));
}

enum result ballot_apply_paper_confirmed(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    (void)state;
    ballot->paper.is_confirmed = true;
    ballot->paper.confirmed_by = event->body.paper_confirmed.member;
    return RESULT_OK;
}

/* --- The tally --------------------------------------------------------------
 */

/* Is this the hash of the archive's next event? */
static enum result check_step(const struct meeting_ballot *ballot,
                              enum ballot_event_kind kind,
                              const struct hash *payload, struct hash *head)
{
    struct ballot_archive_end end = ballot->archive;
    const enum result result = ballot_archive_step(&end, kind, payload);

    *head = end.head;
    return result == RESULT_REFUSED ? RESULT_CORRUPT : result;
}

enum result ballot_check_ballot_tallied(const struct meeting_state *state,
                                        const struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    (void)state;
    return state_fits(!ballot->is_tallied &&
                      event->body.ballot_tallied.returned == ballot->returned);
}

enum result ballot_apply_ballot_tallied(struct meeting_state *state,
                                        struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_ballot_tallied *body = &event->body.ballot_tallied;

    (void)state;
    ballot->is_tallied = true;
    ballot->tally = body->tally;
    ballot->sized = body->sized;
    return ballot_archive_step(&ballot->archive, BALLOT_EVENT_ENCRYPTED_TALLY,
                               &body->sized);
}

bool meeting_ballot_is_paper_right(const struct meeting_ballot *ballot)
{
    struct meeting_ballot_numbers numbers;

    meeting_ballot_numbers(ballot, &numbers);
    return numbers.by_channel[BALLOT_BY_PAPER] == 0 ||
           (ballot->paper.is_entered && ballot->paper.is_confirmed);
}

enum result ballot_check_counting_begun(const struct meeting_state *state,
                                        const struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_counting_begun *body = &event->body.counting_begun;
    struct meeting_ballot_numbers numbers;

    (void)state;
    meeting_ballot_numbers(ballot, &numbers);
    return state_fits(
        ballot->is_tallied && meeting_ballot_is_paper_right(ballot) &&
        body->included == numbers.included && body->act.is_present);
}

enum result ballot_apply_counting_begun(struct meeting_state *state,
                                        struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    (void)state;
    ballot->included = event->body.counting_begun.included;
    ballot->is_counted_knowingly = event->body.counting_begun.knowingly;
    return RESULT_OK;
}

/* --- Decryption -------------------------------------------------------------
 */

/* The server's key for owner 1, else the device that made the key. */
static bool is_owners(const struct meeting_state *state,
                      const struct meeting_ballot *ballot, uint64_t owner,
                      const struct identifier *member, const struct key *device)
{
    const struct meeting_ballot_teller *teller;

    if (owner == BALLOT_OWNER_SERVER)
        return identifier_is(member, BALLOT_SERVER_ID) &&
               key_equal(device, &state->server);
    if (owner < 1 || owner > ballot->teller_count + 1)
        return false;
    teller = &ballot->tellers[owner - 2];
    return identifier_equal(&teller->member, member) &&
           key_equal(&teller->device, device) &&
           state_valid_device(state, member, device);
}

/* The server comes first, and each once. */
static bool is_turn_of(const struct meeting_ballot *ballot, uint64_t owner)
{
    return !ballot->owners[owner - 1].has_decrypted &&
           (owner == BALLOT_OWNER_SERVER ||
            ballot->owners[BALLOT_OWNER_SERVER - 1].has_decrypted);
}

enum result ballot_check_ballot_decrypted(const struct meeting_state *state,
                                          const struct meeting_ballot *ballot,
                                          const struct meeting_event *event)
{
    const struct event_ballot_decrypted *body = &event->body.ballot_decrypted;
    const struct hash sized =
        ballot_sized_decryption(body->owner, &body->payload);

    return state_fits(
        hash_equal(&ballot->end, &body->end) &&
        hash_equal(&ballot->tally, &body->tally) &&
        hash_equal(&sized, &body->sized) &&
        is_owners(state, ballot, body->owner, &body->member, &body->device) &&
        is_turn_of(ballot, body->owner));
}

enum result ballot_apply_ballot_decrypted(struct meeting_state *state,
                                          struct meeting_ballot *ballot,
                                          const struct meeting_event *event)
{
    const struct event_ballot_decrypted *body = &event->body.ballot_decrypted;
    struct meeting_ballot_part *part = &ballot->owners[body->owner - 1];

    (void)state;
    part->has_decrypted = true;
    part->payload = body->payload;
    part->sized = body->sized;
    part->size = body->size;
    ballot->decrypted_count++;
    return ballot_archive_step(&ballot->archive,
                               BALLOT_EVENT_PARTIAL_DECRYPTION, &body->sized);
}

enum result ballot_check_decryption_refused(const struct meeting_state *state,
                                            const struct meeting_ballot *ballot,
                                            const struct meeting_event *event)
{
    const struct event_decryption_refused *body =
        &event->body.decryption_refused;

    return state_fits(
        hash_equal(&ballot->end, &body->end) &&
        hash_equal(&ballot->tally, &body->tally) &&
        body->owner != BALLOT_OWNER_SERVER &&
        is_owners(state, ballot, body->owner, &body->member, &body->device) &&
        ballot->owners[body->owner - 1].refused <
            LIMIT_BALLOT_FALSE_DECRYPTIONS);
}

enum result ballot_apply_decryption_refused(struct meeting_state *state,
                                            struct meeting_ballot *ballot,
                                            const struct meeting_event *event)
{
    (void)state;
    ballot->owners[event->body.decryption_refused.owner - 1].refused++;
    ballot->refused_count++;
    return RESULT_OK;
}

bool meeting_ballot_is_decrypted(const struct meeting_ballot *ballot)
{
    return ballot->owners[BALLOT_OWNER_SERVER - 1].has_decrypted &&
           meeting_ballot_tellers_decrypted(ballot) >= ballot->threshold;
}

enum result ballot_check_ballot_result(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_result *body = &event->body.ballot_result;
    struct hash head;
    enum result result;

    (void)state;
    if (!meeting_ballot_is_decrypted(ballot) ||
        body->issued != ballot->length || body->returned != ballot->returned ||
        !are_counts_below(&body->counts, ballot->returned) ||
        (ballot->paper.is_entered &&
         ballot->paper.count_count != body->counts.count))
        return RESULT_CORRUPT;
    result = check_step(ballot, BALLOT_EVENT_RESULT, &body->result, &head);
    return result ? result : state_fits(hash_equal(&head, &body->head));
}

enum result ballot_apply_ballot_result(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_result *body = &event->body.ballot_result;
    enum result result = copy_counts(&body->counts, &ballot->counts);

    (void)state;
    if (result)
        return result;
    ballot->count_count = body->counts.count;
    ballot->result_seq = event->seq;
    ballot->result = body->result;
    ballot->result_size = body->size;
    return ballot_archive_step(&ballot->archive, BALLOT_EVENT_RESULT,
                               &body->result);
}
