/*
 * What a member of a threshold group of trustees says first: the keys by which
 * it signs and is written to while the group's key is made.
 *
 *   {"message":M,"signature":…} (ballot_signed.h), signed by the key in M
 * itself M = {"context":{"group","size":n,"threshold":t,"index":i},
 *        "verification":S(g^sk),"encryption":S(g^dk)}
 *
 * Elections made by programs of Belenios 2 have no "context". Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_CERTIFICATE_H
#define PROTOCOL_BALLOT_BALLOT_CERTIFICATE_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which of which group. */
struct ballot_context {
    uint32_t size;      /* 1..LIMIT_BALLOT_TRUSTEES */
    uint32_t threshold; /* 1..size */
    uint32_t index;     /* 1..size */
};

/* Is there such a group among ours? Of several members at least two have to be
 * needed: else each would hold the whole key, and all the same. */
bool ballot_context_is_possible(const struct ballot_context *context);

struct ballot_certificate {
    bool has_context;
    struct ballot_context context; /* zeros without */
    struct ballot_element verification;
    struct ballot_element encryption;
    struct ballot_proof signature;
};

/* Signs with `signing`, the secret of the verification key. RESULT_OK,
 * RESULT_NO_MEMORY or RESULT_CRYPTO. */
MUST_USE enum result ballot_certificate_make(
    const struct ballot_group *group, const struct ballot_context *context,
    const struct ballot_scalar *signing, const struct ballot_scalar *decryption,
    const struct ballot_random *random, struct ballot_certificate *out);

void ballot_certificate_write(struct byte_writer *writer,
                              const struct ballot_certificate *certificate);
/* SHA-256 of M, by which Belenios names a certificate and which a teller's
 * device signs. RESULT_NO_MEMORY. */
MUST_USE enum result
ballot_certificate_id(const struct ballot_certificate *certificate,
                      struct hash *out);

/* The form: CERTIFICATE if M is none, else as JSON says. `scratch` as for
 * ballot_signed_read(). Without a context where json->is_lenient allows it. */
void ballot_certificate_read(struct ballot_json *json,
                             const struct ballot_group *group, char *scratch,
                             struct ballot_certificate *out);

/*
 * Is this the certificate number `wanted->index` of such a group?
 * CERTIFICATE_CONTEXT (if it has one), NOT_IN_GROUP, IDENTITY,
 * CERTIFICATE_SIGNATURE, or not its fault.
 */
MUST_USE enum ballot_fault
ballot_certificate_check(const struct ballot_group *group,
                         const struct ballot_certificate *certificate,
                         const struct ballot_context *wanted);

/*
 * A whole list, in the order of the numbers, each read from its text as ours
 * (with context) and checked, and no key twice: as above, or SAME_KEY as below.
 * `*guilty` is the number of the one at fault. `count` is wanted->size, and of
 * `wanted` the index is not looked at.
 */
MUST_USE enum ballot_fault
ballot_certificates_take(const struct ballot_group *group,
                         const struct ballot_context *wanted,
                         const struct text_view *texts,
                         struct ballot_certificate *out, uint32_t *guilty);
/*
 * No key twice, whatever for: SAME_KEY. Twice in one certificate it is its
 * sender's fault; in those of two members `*guilty` is 0, because an element
 * can be copied and nothing in the texts tells who did.
 */
MUST_USE enum ballot_fault
ballot_certificates_check_distinct(const struct ballot_certificate *list,
                                   uint32_t count, uint32_t *guilty);
/* `[certificate,…]`, and its SHA-256: which group, in which everybody saw the
 * same. RESULT_OK, RESULT_NO_MEMORY, RESULT_TOO_LARGE. */
void ballot_certificates_write(struct byte_writer *writer,
                               const struct ballot_certificate *list,
                               uint32_t count);
MUST_USE enum result
ballot_certificates_hash(const struct ballot_certificate *list, uint32_t count,
                         struct hash *out);

#endif
