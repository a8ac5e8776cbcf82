/*
 * The public record of a threshold group of trustees, any `threshold` of whose
 * `size` members can decrypt (Pedersen):
 *
 *   {"threshold":t,"certs":[certificate,…],"coefexps":[signed,…],
 *    "signatures":[proof,…],"verification_keys":[key,…]}
 *
 * Member j's public key is what the coefficients of all say; the group's key is
 * the product of their A_0. Elections made by Belenios 2 have certificates
 * without context, no "signatures", and keys without signature. Pure; any
 * thread; a record belongs to one at a time.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_PEDERSEN_H
#define PROTOCOL_BALLOT_BALLOT_PEDERSEN_H

#include "protocol/ballot/ballot_certificate.h"
#include "protocol/ballot/ballot_coefficients.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct ballot_pedersen {
    uint32_t size;
    uint32_t threshold;
    bool is_bound; /* the form with contexts and signatures */
    struct ballot_certificate certificates[LIMIT_BALLOT_TRUSTEES];
    struct ballot_trustee_key keys[LIMIT_BALLOT_TRUSTEES];
    struct ballot_coefficients coefficients[LIMIT_BALLOT_TRUSTEES];
};

/* An empty one, which the caller ends with ballot_pedersen_free(); that takes
 * NULL and returns NULL. RESULT_NO_MEMORY. */
MUST_USE enum result ballot_pedersen_new(struct ballot_pedersen **out);
struct ballot_pedersen *ballot_pedersen_free(struct ballot_pedersen *record);

/* What the members sent, each list in the order of their numbers. */
struct ballot_pedersen_parts {
    const struct text_view *certificates;
    const struct text_view *dealings;
    const struct text_view *keys;
};

/*
 * Puts the record of a group together and checks it whole; `*guilty` is the
 * number of the member at fault, 0 if none in particular. What is asked of
 * certificates, dealings and keys, and VERIFICATION_KEY, SAME_KEY, IDENTITY,
 * THRESHOLD; or not their fault. Writes the record with
 * ballot_pedersen_write() afterwards.
 */
MUST_USE enum ballot_fault
ballot_pedersen_assemble(const struct ballot_group *group, uint32_t size,
                         uint32_t threshold,
                         const struct ballot_pedersen_parts *parts,
                         struct ballot_pedersen *out, uint32_t *guilty);
/* The key of member number `index`: {"pok","public_key","signature"}, as text,
 * of our form. Its form only. */
MUST_USE enum ballot_fault
ballot_pedersen_read_key(const struct ballot_group *group,
                         struct text_view text, struct ballot_trustee_key *out);

void ballot_pedersen_write(struct byte_writer *writer,
                           const struct ballot_pedersen *record);
/* The form; that of Belenios 2 where json->is_lenient. `scratch` as for
 * ballot_signed_read(). */
void ballot_pedersen_read(struct ballot_json *json,
                          const struct ballot_group *group, char *scratch,
                          struct ballot_pedersen *out);
/* Everything else. As ballot_pedersen_assemble(). */
MUST_USE enum ballot_fault
ballot_pedersen_check(const struct ballot_group *group,
                      const struct ballot_pedersen *record, uint32_t *guilty);
/* The group's part of the election's key. */
MUST_USE enum result ballot_pedersen_key(const struct ballot_group *group,
                                         const struct ballot_pedersen *record,
                                         struct ballot_element *out);

#endif
