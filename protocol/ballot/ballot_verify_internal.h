/*
 * What the files of ballot_verify share. For no others.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_VERIFY_INTERNAL_H
#define PROTOCOL_BALLOT_BALLOT_VERIFY_INTERNAL_H

#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_verify.h"
#include "protocol/base/limits.h"

/* One row of the list: its ballots so far, and what the last one holds. */
struct ballot_verify_voter {
    size_t ballot_count;
    size_t last;                   /* index of its last ballot, plus one */
    struct ballot_cipher *ciphers; /* owned; NULL while it has none */
};

struct ballot_verifier {
    const struct ballot_group *group; /* borrowed */
    bool is_lenient;
    struct ballot_facts facts;

    bool is_set_up; /* what follows is there */
    struct ballot_election election;
    struct ballot_trustees trustees;
    struct ballot_list list;
    struct ballot_booth *booth;
    size_t position_count;
    struct ballot_verify_voter *voters; /* one for each row of the list */

    struct ballot_tracked *ballots; /* facts.ballots, to be written */
    size_t ballot_capacity;
    size_t *index; /* of ballots by their hash, plus one; 0: free */
    size_t index_size;

    struct ballot_cipher *tally;    /* position_count */
    struct ballot_element *factors; /* owner by owner, position_count each */
    uint64_t *counts;               /* position_count */
};

/* Of each kind of event; the facts' hashes and numbers are kept by them, and
 * nothing changes when there is a fault. */
enum ballot_fault ballot_verify_setup(struct ballot_verifier *verifier,
                                      const struct ballot_archive_event *event);
/* `checked` as by ballot_verifier_check_ballot(). */
enum ballot_fault ballot_verify_vote(struct ballot_verifier *verifier,
                                     const struct ballot_archive_event *event,
                                     enum ballot_fault checked);
enum ballot_fault ballot_verify_tally(struct ballot_verifier *verifier,
                                      const struct ballot_archive_event *event);
enum ballot_fault
ballot_verify_decryption(struct ballot_verifier *verifier,
                         const struct ballot_archive_event *event);
enum ballot_fault
ballot_verify_result(struct ballot_verifier *verifier,
                     const struct ballot_archive_event *event);

#endif
