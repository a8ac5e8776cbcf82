/*
 * What comes out: the trustees' factors put together, and the counts that are
 * left in the exponent.
 *
 *   {"result":[[count,…],…],"paper":{…}?}
 *
 * A single key's factor counts as it is; of a threshold group the factors of
 * its first `threshold` members that there are, member j's to the power of the
 * product of k/(k - j) over the others. With F their product, beta / F =
 * g^count. "paper" is our own: the paper ballots' counts, or their hash.
 * Positions are numbered as in ballot_shape.h. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_RESULT_H
#define PROTOCOL_BALLOT_BALLOT_RESULT_H

#include "protocol/ballot/ballot_cipher.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The factors that were checked: owner by owner, one a position. Those of
 * owners whose bit (owner - 1) is not set are not looked at. */
struct ballot_factors {
    uint64_t owners;
    const struct ballot_element *factors;
};

/*
 * F for each position. RESULT_REFUSED if there are too few
 * (TOO_FEW_DECRYPTIONS), RESULT_NO_MEMORY or RESULT_CRYPTO.
 */
MUST_USE enum result
ballot_result_combine(const struct ballot_group *group,
                      const struct ballot_trustees *trustees,
                      const struct ballot_factors *factors,
                      size_t position_count, struct ballot_element *out);
/*
 * The counts, by trying all numbers up to `most`, the weight of all counted
 * ballots. RESULT_REFUSED if one is not among them: something was not checked.
 */
MUST_USE enum result ballot_result_count(const struct ballot_group *group,
                                         const struct ballot_cipher *tally,
                                         const struct ballot_element *combined,
                                         size_t position_count, uint64_t most,
                                         uint64_t *counts);

/* `paper` is a JSON object as it stands in the record; empty: none. */
void ballot_result_write(struct byte_writer *writer,
                         const struct ballot_election *election,
                         const uint64_t *counts, struct text_view paper);
/* RESULT_SHAPE, PAPER_FIELDS (it is no object), or as JSON says. `*paper` is
 * borrowed from the record. */
MUST_USE enum ballot_fault
ballot_result_read(struct text_view record,
                   const struct ballot_election *election, bool is_lenient,
                   uint64_t *counts, struct text_view *paper);
/* Are these the counts? RESULT_NUMBERS, or not their fault. */
MUST_USE enum ballot_fault ballot_result_check(
    const struct ballot_group *group, const struct ballot_cipher *tally,
    const struct ballot_element *combined, size_t position_count, uint64_t most,
    const uint64_t *counts);

#endif
