/*
 * What a member of a threshold group of trustees shows of its secret
 * polynomial a_0 … a_{t-1}: the powers A_k = g^a_k, signed (ballot_signed.h) as
 * the message {"coefexps":[S(A_0),…]}; and a signature over that and all
 * certificates, which says that it saw the same group as the others:
 *
 *   message "certs_sig|" + {"certs":[certificate,…],"coefexps":[S(A_0),…]}
 *
 * Between our programs the two travel as {"coefexps":…,"signature":…}, called a
 * dealing here. Member j's share from this one is right if
 * g^share = A_0 A_1^j A_2^(j^2) …. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_COEFFICIENTS_H
#define PROTOCOL_BALLOT_BALLOT_COEFFICIENTS_H

#include "protocol/ballot/ballot_certificate.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"

#include <stdint.h>

struct ballot_coefficients {
    uint32_t count; /* the threshold */
    struct ballot_element elements[LIMIT_BALLOT_TRUSTEES];
    struct ballot_proof signature;
    struct ballot_proof certs_signature; /* zeros where Belenios 2 made it */
};

/* Of `count` secret scalars. RESULT_OK, RESULT_NO_MEMORY or RESULT_CRYPTO. */
MUST_USE enum result ballot_coefficients_make(
    const struct ballot_group *group, const struct ballot_scalar *polynomial,
    uint32_t count, const struct ballot_scalar *signing,
    const struct ballot_certificate *certificates, uint32_t size,
    const struct ballot_random *random, struct ballot_coefficients *out);

/* The signed message alone, as the record of the group has it. */
void ballot_coefficients_write(struct byte_writer *writer,
                               const struct ballot_coefficients *coefficients);
/* COEFFICIENTS if the message is none, else as JSON says. `scratch` as for
 * ballot_signed_read(). */
void ballot_coefficients_read(struct ballot_json *json,
                              const struct ballot_group *group, char *scratch,
                              struct ballot_coefficients *out);
/* The dealing. */
void ballot_coefficients_write_dealing(
    struct byte_writer *writer, const struct ballot_coefficients *coefficients);

/*
 * COEFFICIENTS (not `threshold` of them), NOT_IN_GROUP, IDENTITY,
 * COEFFICIENTS_SIGNATURE, or not its fault. `owner` is the certificate of the
 * member, checked before.
 */
MUST_USE enum ballot_fault
ballot_coefficients_check(const struct ballot_group *group,
                          const struct ballot_coefficients *coefficients,
                          uint32_t threshold,
                          const struct ballot_certificate *owner);
/* CERTS_SIGNATURE: member number `index` saw other certificates than these, or
 * gave other coefficients. */
MUST_USE enum ballot_fault
ballot_coefficients_check_certs(const struct ballot_group *group,
                                const struct ballot_coefficients *coefficients,
                                const struct ballot_certificate *certificates,
                                uint32_t size, uint32_t index);
/* A dealing of member number `index`, read and checked all the way. */
MUST_USE enum ballot_fault ballot_coefficients_take(
    const struct ballot_group *group, struct text_view dealing,
    const struct ballot_certificate *certificates, uint32_t size,
    uint32_t threshold, uint32_t index, struct ballot_coefficients *out);

/* A_0 A_1^j …: g to the share that this member owes member j. */
MUST_USE enum result
ballot_coefficients_at(const struct ballot_group *group,
                       const struct ballot_coefficients *coefficients,
                       uint32_t j, struct ballot_element *out);
/* The product of these over a list: what member j's public key has to be. For
 * j = 0 the public key of the group. */
MUST_USE enum result
ballot_coefficients_key(const struct ballot_group *group,
                        const struct ballot_coefficients *list, uint32_t size,
                        uint32_t j, struct ballot_element *out);
/* Is this the share that this member owes member j? RESULT_OK, RESULT_REFUSED,
 * or as above. The share may be secret. */
MUST_USE enum result
ballot_coefficients_check_share(const struct ballot_group *group,
                                const struct ballot_coefficients *coefficients,
                                uint32_t j, const struct ballot_scalar *share);
/* The value of the secret polynomial at j. The caller wipes it. */
struct ballot_scalar
ballot_coefficients_share(const struct ballot_scalar *polynomial,
                          uint32_t count, uint32_t j);

#endif
