/*
 * The sum of what is in the ballots, still encrypted: for each position the
 * product of the ciphertexts of the counted ballots, each raised to its voter's
 * weight. Two records:
 *
 *   tally        [[{"alpha","beta"},…],…]
 *   sized tally  {"num_tallied","total_weight","encrypted_tally":hex}
 *
 * Without any ballot every ciphertext is (1, 1). Positions are numbered as in
 * ballot_shape.h. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_TALLY_H
#define PROTOCOL_BALLOT_BALLOT_TALLY_H

#include "protocol/ballot/ballot_cipher.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The tally of no ballots. */
void ballot_tally_begin(struct ballot_cipher *tally, size_t position_count);
/* Adds a ballot's ciphertexts. RESULT_OK, RESULT_NO_MEMORY or RESULT_CRYPTO;
 * after a failure the tally is worth nothing. */
MUST_USE enum result ballot_tally_add(const struct ballot_group *group,
                                      struct ballot_cipher *tally,
                                      const struct ballot_cipher *ballot,
                                      size_t position_count, uint64_t weight);

void ballot_tally_write(struct byte_writer *writer,
                        const struct ballot_election *election,
                        const struct ballot_cipher *tally);
/* Fills `tally`, for all positions. TALLY (another shape), or as JSON says. */
MUST_USE enum ballot_fault
ballot_tally_read(const struct ballot_group *group, struct text_view record,
                  const struct ballot_election *election, bool is_lenient,
                  struct ballot_cipher *tally);
/* Does the record say this? TALLY; as JSON says; or not its fault. */
MUST_USE enum ballot_fault
ballot_tally_check(const struct ballot_group *group, struct text_view record,
                   const struct ballot_election *election, bool is_lenient,
                   const struct ballot_cipher *tally);

struct ballot_tally_size {
    uint64_t ballot_count; /* that are counted */
    uint64_t weight;       /* of their voters */
    struct hash tally;     /* SHA-256 of the tally record */
};

void ballot_tally_size_write(struct byte_writer *writer,
                             const struct ballot_tally_size *size);
/* Weights from 2^30 on stand in a string, as other programs write them. */
MUST_USE enum ballot_fault
ballot_tally_size_read(struct text_view record, bool is_lenient,
                       struct ballot_tally_size *out);
/* TALLY_NUMBERS, TALLY_REFERENCE; as JSON says; or none. */
MUST_USE enum ballot_fault
ballot_tally_size_check(struct text_view record, bool is_lenient,
                        const struct ballot_tally_size *wanted);

#endif
