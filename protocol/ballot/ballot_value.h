/*
 * Numbers of the group in the records of an election: elements and scalars are
 * decimal digits in a JSON string, a proof is {"challenge","response"}, a
 * ciphertext {"alpha","beta"}.
 *
 * Readers note what does not fit in the ballot_json that they read from and
 * give zeros then. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_VALUE_H
#define PROTOCOL_BALLOT_BALLOT_VALUE_H

#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_scalar.h"
#include "protocol/base/byte_writer.h"

/* NUMBER unless canonical and below p. Membership is asked by the checks, not
 * here: it costs an exponentiation. */
struct ballot_element ballot_value_element(struct ballot_json *json,
                                           const struct ballot_group *group);
/* NUMBER unless canonical and below q. */
struct ballot_scalar ballot_value_scalar(struct ballot_json *json);
struct ballot_proof ballot_value_proof(struct ballot_json *json);
struct ballot_cipher ballot_value_cipher(struct ballot_json *json,
                                         const struct ballot_group *group);

void ballot_value_write_element(struct byte_writer *writer,
                                const struct ballot_element *element);
void ballot_value_write_scalar(struct byte_writer *writer,
                               const struct ballot_scalar *scalar);
void ballot_value_write_proof(struct byte_writer *writer,
                              const struct ballot_proof *proof);
void ballot_value_write_cipher(struct byte_writer *writer,
                               const struct ballot_cipher *cipher);

/* NOT_IN_GROUP, none, or not the record's fault. */
MUST_USE enum ballot_fault
ballot_value_check_member(const struct ballot_group *group,
                          const struct ballot_element *element);
/* The same of a key that somebody may have; IDENTITY as well: its secret is
 * known to everybody. */
MUST_USE enum ballot_fault
ballot_value_check_key(const struct ballot_group *group,
                       const struct ballot_element *key);
/* `refused` for RESULT_REFUSED, none for RESULT_OK, for every other result
 * what ballot_fault_of_failure() says. */
MUST_USE enum ballot_fault ballot_value_fault(enum result result,
                                              enum ballot_fault refused);

#endif
