/*
 * chibo-verify with one check of elections left out: the one that the variable
 * CHIBO_UNCHECKED names. The linker puts these in the place of the functions of
 * their names (--wrap); the tamper suite of the ballot has to find out.
 */
#include "protocol/ballot/ballot_branches.h"
#include "protocol/ballot/ballot_certificate.h"
#include "protocol/ballot/ballot_coefficients.h"
#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/ballot/ballot_pedersen.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_vote.h"

#include <stdlib.h>
#include <string.h>

static bool is_left_out(const char *name)
{
    const char *wanted = getenv("CHIBO_UNCHECKED");

    return wanted && strcmp(wanted, name) == 0;
}

/* A check that is content with everything once it is left out. */
#define CHECK(type, name, content, parameters, arguments)                      \
    type __real_##name parameters;                                             \
    type __wrap_##name parameters;                                             \
    type __wrap_##name parameters                                              \
    {                                                                          \
        return is_left_out(#name) ? (content) : __real_##name arguments;       \
    }

CHECK(enum result, ballot_branches_check, RESULT_OK,
      (const struct ballot_booth *booth,
       const struct ballot_statement *statement,
       const struct ballot_assertion *assertions, size_t count,
       const struct ballot_proof *proofs),
      (booth, statement, assertions, count, proofs))
CHECK(enum result, ballot_raised_check_member, RESULT_OK,
      (const struct ballot_raised *raised), (raised))
CHECK(enum result, ballot_group_check_member, RESULT_OK,
      (const struct ballot_group *group, const struct ballot_element *element),
      (group, element))
CHECK(enum result, ballot_proof_check, RESULT_OK,
      (const struct ballot_group *group,
       const struct ballot_element *public_key, struct text_view prefix,
       const struct ballot_proof *proof),
      (group, public_key, prefix, proof))
CHECK(enum ballot_fault, ballot_list_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group, const struct ballot_list *list),
      (group, list))
CHECK(enum ballot_fault, ballot_election_check_owner, BALLOT_FAULT_NONE,
      (const struct ballot_election *election, size_t owner,
       const struct ballot_element *key),
      (election, owner, key))
CHECK(enum ballot_fault, ballot_pedersen_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group, const struct ballot_pedersen *record,
       uint32_t *guilty),
      (group, record, guilty))
CHECK(enum ballot_fault, ballot_certificate_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group,
       const struct ballot_certificate *certificate,
       const struct ballot_context *wanted),
      (group, certificate, wanted))
CHECK(enum ballot_fault, ballot_certificates_check_distinct, BALLOT_FAULT_NONE,
      (const struct ballot_certificate *list, uint32_t count, uint32_t *guilty),
      (list, count, guilty))
CHECK(enum ballot_fault, ballot_coefficients_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group,
       const struct ballot_coefficients *coefficients, uint32_t threshold,
       const struct ballot_certificate *owner),
      (group, coefficients, threshold, owner))
CHECK(enum ballot_fault, ballot_coefficients_check_certs, BALLOT_FAULT_NONE,
      (const struct ballot_group *group,
       const struct ballot_coefficients *coefficients,
       const struct ballot_certificate *certificates, uint32_t size,
       uint32_t index),
      (group, coefficients, certificates, size, index))
CHECK(enum ballot_fault, ballot_trustee_key_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group, const struct ballot_trustee_key *key),
      (group, key))
CHECK(enum ballot_fault, ballot_trustee_key_check_signature, BALLOT_FAULT_NONE,
      (const struct ballot_group *group, const struct ballot_trustee_key *key,
       const struct ballot_element *verification),
      (group, key, verification))
CHECK(enum ballot_fault, ballot_vote_check, BALLOT_FAULT_NONE,
      (const struct ballot_booth *booth, const struct ballot_vote *vote,
       struct ballot_finding *finding),
      (booth, vote, finding))
CHECK(enum ballot_fault, ballot_tally_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group, struct text_view record,
       const struct ballot_election *election, bool is_lenient,
       const struct ballot_cipher *tally),
      (group, record, election, is_lenient, tally))
CHECK(enum ballot_fault, ballot_tally_size_check, BALLOT_FAULT_NONE,
      (struct text_view record, bool is_lenient,
       const struct ballot_tally_size *wanted),
      (record, is_lenient, wanted))
CHECK(enum ballot_fault, ballot_decryption_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group, const struct ballot_opening *opening,
       const struct ballot_decryption *decryption),
      (group, opening, decryption))
CHECK(enum ballot_fault, ballot_result_check, BALLOT_FAULT_NONE,
      (const struct ballot_group *group, const struct ballot_cipher *tally,
       const struct ballot_element *combined, size_t position_count,
       uint64_t most, const uint64_t *counts),
      (group, tally, combined, position_count, most, counts))
