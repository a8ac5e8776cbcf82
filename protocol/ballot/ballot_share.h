/*
 * A share of a secret key on its way from one member of a threshold group of
 * trustees to another, through hands that shall not read it:
 *
 *   {"attempt":a,"certs":hex,"sender":i,"recipient":j,"alpha":S(g^r),
 *    "data":hex,"signature":{"challenge","response"}}
 *
 * "data" is the share's 32 bytes big-endian in AES-256-GCM (a zero nonce: the
 * key serves once; 16 bytes of tag) under
 *   SHA-256(D("ballot-share") ‖ LP(all before "data", S(ek_j^r))),
 * ek_j the encryption key of j's certificate. The signature (ballot_signed.h)
 * is the sender's, of "share|" and all before it, closed with "}": of what is
 * encrypted, so that a box that does not open, or opens to a wrong share, is
 * its sender's doing and nobody else's. Everybody can check the signature, and
 * whoever passes boxes on does. "certs" is the SHA-256 of all certificates
 * (ballot_certificates_hash()), so that a box fits no other group and, with the
 * attempt's number, no other attempt. These are forms of our own: they do not
 * stand in the records of an election. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_SHARE_H
#define PROTOCOL_BALLOT_BALLOT_SHARE_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdint.h>

/* Where a box belongs. */
struct ballot_share_route {
    uint32_t attempt;
    struct hash certificates;
    uint32_t sender;
    uint32_t recipient;
};

enum { BALLOT_SHARE_DATA_SIZE = BALLOT_SCALAR_SIZE + 16 };

struct ballot_share_box {
    struct ballot_share_route route;
    struct ballot_element alpha;
    uint8_t data[BALLOT_SHARE_DATA_SIZE];
    struct ballot_proof signature;
};

/* RESULT_OK, RESULT_NO_MEMORY or RESULT_CRYPTO. `encryption` is the recipient's
 * key, `signing` the sender's secret. */
MUST_USE enum result ballot_share_seal(const struct ballot_group *group,
                                       const struct ballot_share_route *route,
                                       const struct ballot_scalar *share,
                                       const struct ballot_element *encryption,
                                       const struct ballot_scalar *signing,
                                       const struct ballot_random *random,
                                       struct ballot_share_box *out);
void ballot_share_write(struct byte_writer *writer,
                        const struct ballot_share_box *box);

/*
 * What everybody can see: SHARE_FORM, SHARE_ROUTE (it belongs elsewhere: of
 * another attempt, for somebody else), SHARE_SIGNATURE (`sender` has not signed
 * it), or not its fault.
 */
MUST_USE enum ballot_fault
ballot_share_take(const struct ballot_group *group, struct text_view text,
                  const struct ballot_share_route *route,
                  const struct ballot_element *verification,
                  struct ballot_share_box *out);
/*
 * What only the recipient can see: SHARE_SEALED (it does not open), or not its
 * fault. Of a box that was taken before. The caller wipes `*share`.
 */
MUST_USE enum ballot_fault ballot_share_open(
    const struct ballot_group *group, const struct ballot_share_box *box,
    const struct ballot_scalar *decryption, struct ballot_scalar *share);

#endif
