/*
 * A member of a threshold group of trustees says that a share sent to it is
 * wrong, and shows the decryption key of this attempt, so that all can look:
 *
 *   {"attempt":a,"certs":hex,"sender":i,"complainer":j,
 *    "decryption":S(dk_j),"signature":{"challenge","response"}}
 *
 * signed (ballot_signed.h) by j as "complaint|" and all before the signature,
 * closed with "}". The attempt is dead with it, so the key opens nothing that
 * is of use. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_COMPLAINT_H
#define PROTOCOL_BALLOT_BALLOT_COMPLAINT_H

#include "protocol/ballot/ballot_certificate.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/text.h"

#include <stdint.h>

/* Who has broken the rules. */
enum ballot_verdict {
    BALLOT_VERDICT_NONE,
    BALLOT_VERDICT_SENDER,
    BALLOT_VERDICT_COMPLAINER,
    /* Passed on what it had to see that it must not: the server, or whoever
     * else stood between. */
    BALLOT_VERDICT_RELAY
};

/* `route` is that of the box: its recipient complains. RESULT_OK,
 * RESULT_NO_MEMORY or RESULT_CRYPTO, or the writer's failure. */
MUST_USE enum result ballot_complaint_write(
    const struct ballot_group *group, const struct ballot_share_route *route,
    const struct ballot_scalar *decryption, const struct ballot_scalar *signing,
    const struct ballot_random *random, struct byte_writer *out);

/* What the judge is shown: all as they were passed on in this attempt. */
struct ballot_complaint_case {
    const struct ballot_certificate *certificates; /* checked before */
    struct ballot_context context;                 /* size and threshold */
    uint32_t attempt;
    uint32_t sender;
    uint32_t complainer;
    struct text_view dealing;   /* of the sender */
    struct text_view box;       /* from sender to complainer */
    struct text_view complaint; /* of the complainer */
};

/*
 * Every device judges for itself and comes to the same. `*reason`:
 *
 *   RELAY       COMPLAINT, COMPLAINT_SIGNATURE: not a complaint of that member;
 *               SHARE_FORM, SHARE_ROUTE, SHARE_SIGNATURE: not a box of that
 *               sender; every fault of the dealing, which all can see
 *   COMPLAINER  COMPLAINT_KEY: not the key of its certificate; COMPLAINT_FALSE:
 *               the box opens and the share is right
 *   SENDER      SHARE_SEALED: the box does not open; SHARE: it holds a share
 *               that the dealing does not
 *
 * RESULT_OK and both; RESULT_INVALID (no such members), RESULT_NO_MEMORY or
 * RESULT_CRYPTO.
 */
MUST_USE enum result
ballot_complaint_judge(const struct ballot_group *group,
                       const struct ballot_complaint_case *shown,
                       enum ballot_verdict *verdict, enum ballot_fault *reason);

#endif
