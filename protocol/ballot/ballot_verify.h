/*
 * The whole verification of an election, event by event as its archive grows:
 * the server and the tellers' devices go as far as the tally before anything is
 * decrypted, the clients go along, chibo-verify takes all of it. What is asked:
 *
 *   Setup        hashes; election; trustees with every proof and signature, the
 *                election's key their product; credentials in the group, none
 *                twice, no more than the roll has; the committee's signatures
 *   Ballot       of this election, by a credential of the list, not there
 *                already, not too often; every proof, and the signature
 *   tally        computed again of the last ballot of each credential
 *   decryption   of an owner, once; both proofs
 *   Result       enough owners; shape; the counts are what was decrypted
 *
 * The order of events, their hashes and the file are the archive reader's
 * (ballot_archive.h). What an archive cannot show by itself: whose the keys of
 * its meeting's committee are, and who stands behind the list.
 *
 * `is_lenient` takes elections that other programs made: without our second
 * decryption proofs and our field `meeting`, with weights, trustees in the form
 * of Belenios 2, any number of ballots of a credential. Order, replays, numbers
 * and completeness are held as strictly.
 *
 * Pure. A verifier belongs to one thread at a time, except
 * ballot_verifier_check_ballot(), which any number of threads may call between
 * the Setup event and the end of the verifier.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_VERIFY_H
#define PROTOCOL_BALLOT_BALLOT_VERIFY_H

#include "protocol/ballot/ballot_archive.h"
#include "protocol/ballot/ballot_cipher.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_hash.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/ballot/ballot_trustees.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A ballot that was taken, in the order of the archive. */
struct ballot_tracked {
    uint64_t event;                        /* its number */
    char tracker[BALLOT_DIGEST_TEXT_SIZE]; /* what its voter noted down */
    struct hash hash;                      /* the same */
    size_t voter;         /* row of its credential in the list */
    uint64_t replaced_by; /* event of the next ballot of it; 0: counted */
};

/* What is known so far. */
struct ballot_facts {
    enum ballot_fault fault; /* the first one; nothing is taken after it */
    uint64_t fault_event;    /* its number */
    enum ballot_event_kind fault_kind; /* NONE if that is not known */
    uint32_t fault_owner;              /* the trustee at fault; 0: none */

    uint64_t event_count;
    enum ballot_event_kind last;
    struct hash head;        /* of the last event */
    struct hash setup;       /* of the setup record */
    struct hash list;        /* of the record of credentials */
    struct hash ballots_end; /* of the EndBallots event */
    struct hash tally;       /* of the tally record */
    struct hash result;      /* of the result record */

    const struct ballot_tracked *ballots; /* owned by the verifier */
    size_t ballot_count;
    size_t counted_count; /* credentials with a ballot */
    uint64_t counted_weight;
    uint64_t owners; /* who has decrypted: bit owner - 1 */
    /* Of the result: a count for each position of each question (blank first,
     * where it has one); NULL before it. */
    const uint64_t *counts;
    bool has_paper;    /* the result says something of paper ballots, too: */
    struct hash paper; /* its SHA-256 */
};

struct ballot_verifier;

/* RESULT_OK, and the caller ends `*out` with ballot_verifier_free(), which
 * takes NULL and returns NULL; or RESULT_NO_MEMORY. `group` outlives it. */
MUST_USE enum result ballot_verifier_new(const struct ballot_group *group,
                                         bool is_lenient,
                                         struct ballot_verifier **out);
struct ballot_verifier *ballot_verifier_free(struct ballot_verifier *verifier);

/*
 * One ballot by itself, which is nearly all of the work: everything but what
 * depends on other ballots (REPLAY, TOO_OFTEN). Changes nothing.
 */
MUST_USE enum ballot_fault
ballot_verifier_check_ballot(const struct ballot_verifier *verifier,
                             struct text_view ballot);

/*
 * Takes the next event of the archive. The fault is also in the facts, and
 * sticks. Nothing is borrowed after the call.
 */
enum ballot_fault
ballot_verifier_take(struct ballot_verifier *verifier,
                     const struct ballot_archive_event *event);
/* The same of a Ballot event whose ballot was checked elsewhere, by
 * ballot_verifier_check_ballot(), with this outcome. */
enum ballot_fault
ballot_verifier_take_checked(struct ballot_verifier *verifier,
                             const struct ballot_archive_event *event,
                             enum ballot_fault checked);
/*
 * Reads one event and takes it; false at the end of the file and at a fault, be
 * it the reader's or the verifier's: then in the facts.
 */
bool ballot_verifier_step(struct ballot_verifier *verifier,
                          struct ballot_archive_reader *reader);

/* Never NULL. */
const struct ballot_facts *
ballot_verifier_facts(const struct ballot_verifier *verifier);
/* Is there a Result, and no fault? */
bool ballot_verifier_is_complete(const struct ballot_verifier *verifier);
/* Does what was decrypted suffice for a result? */
bool ballot_verifier_can_finish(const struct ballot_verifier *verifier);

/* Of a Setup event that was taken; NULL before. Owned by the verifier. */
const struct ballot_election *
ballot_verifier_election(const struct ballot_verifier *verifier);
const struct ballot_trustees *
ballot_verifier_trustees(const struct ballot_verifier *verifier);
const struct ballot_list *
ballot_verifier_list(const struct ballot_verifier *verifier);
/* The tally of the ballots so far, a ciphertext for each position; from an
 * EncryptedTally event that was taken on. NULL before. */
const struct ballot_cipher *
ballot_verifier_tally(const struct ballot_verifier *verifier);
/* The ballot with this tracker; NULL if there is none. */
const struct ballot_tracked *
ballot_verifier_find(const struct ballot_verifier *verifier,
                     struct text_view tracker);

#endif
