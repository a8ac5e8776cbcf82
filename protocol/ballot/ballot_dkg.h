/*
 * How a threshold group of trustees makes its key so that nobody ever holds it
 * (Pedersen's distributed key generation, the steps of Belenios 3): one
 * member's part, as a machine that takes and gives bytes.
 *
 *   ballot_dkg_begin()     keys of its own   -> certificate      CERTIFIED
 *   ballot_dkg_deal()      all certificates  -> dealing, boxes   DEALT
 *   ballot_dkg_receive()   all dealings, its boxes -> key        KEYED
 *   ballot_dkg_complain()  instead of the last, against a sender DEAD
 *
 * Everybody then puts the record together (ballot_pedersen_assemble()) and
 * compares it. Any fault ends the attempt for all: a new one has new keys, its
 * own number, and takes nothing over. What is given out stays in the machine
 * and is given again byte for byte: whoever runs it stores ballot_dkg_encode()
 * before he sends, so that a crash never makes a second dealing of one attempt.
 *
 * A member that sees the others' coefficients before it deals can choose how
 * some bits of the group's key fall out. That helps nobody to read a ballot,
 * and is as in Belenios.
 *
 * Pure; any thread; a machine belongs to one at a time. It holds secrets.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_DKG_H
#define PROTOCOL_BALLOT_BALLOT_DKG_H

#include "protocol/ballot/ballot_certificate.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/ballot/ballot_scalar.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum ballot_dkg_step {
    BALLOT_DKG_NONE, /* no machine is in it */
    BALLOT_DKG_CERTIFIED,
    BALLOT_DKG_DEALT,
    BALLOT_DKG_KEYED,
    BALLOT_DKG_DEAD, /* its decryption key was shown */
    BALLOT_DKG_STEP_COUNT
};

/* Why a step was refused. */
struct ballot_blame {
    enum ballot_fault fault;
    uint32_t member; /* 1.. */
    /* Only the recipient of a box can see it: it has to complain, or nobody
     * knows. Everything else is seen by all. */
    bool is_for_complaint;
};

struct ballot_dkg;

/*
 * A member of the group that `context` says, in attempt number `attempt`.
 * RESULT_OK and a machine that the caller ends with ballot_dkg_free();
 * RESULT_INVALID (no such group), RESULT_NO_MEMORY or RESULT_CRYPTO.
 */
MUST_USE enum result ballot_dkg_begin(const struct ballot_group *group,
                                      const struct ballot_context *context,
                                      uint32_t attempt,
                                      const struct ballot_random *random,
                                      struct ballot_dkg **out);
/* Wipes it. Takes NULL; returns NULL. */
struct ballot_dkg *ballot_dkg_free(struct ballot_dkg *dkg);

/*
 * Takes the certificates of all, in the order of their numbers, and makes this
 * member's dealing and boxes. The own one has to be among them as it was given
 * out (CERTIFICATE).
 *
 * RESULT_OK; RESULT_REFUSED and `*blame`; RESULT_INVALID in another step than
 * CERTIFIED; RESULT_NO_MEMORY or RESULT_CRYPTO. Nothing has changed then.
 */
MUST_USE enum result ballot_dkg_deal(struct ballot_dkg *dkg,
                                     const struct ballot_group *group,
                                     const struct text_view *certificates,
                                     const struct ballot_random *random,
                                     struct ballot_blame *blame);

/*
 * Takes the dealings of all and their boxes to this member, both in the order
 * of the numbers (those of its own number are not looked at), and makes its
 * key.
 *
 * Results as ballot_dkg_deal(), in the step DEALT. Faults that all see:
 * dealings that say other than they should (CERTS_SIGNATURE: that member saw
 * other certificates than this one), and boxes that their senders have not
 * signed for here (SHARE_FORM, SHARE_ROUTE, SHARE_SIGNATURE), which whoever
 * passed them on had to see as well. Faults for a complaint: SHARE_SEALED,
 * SHARE.
 */
MUST_USE enum result ballot_dkg_receive(struct ballot_dkg *dkg,
                                        const struct ballot_group *group,
                                        const struct text_view *dealings,
                                        const struct text_view *boxes,
                                        const struct ballot_random *random,
                                        struct ballot_blame *blame);

/*
 * A complaint against the box of member `sender` (ballot_complaint.h). It shows
 * this attempt's decryption key, so the machine is DEAD from then on and gives
 * nothing but this complaint (ballot_dkg_complaint()). RESULT_INVALID in
 * another step than DEALT or for no other member; RESULT_NO_MEMORY or
 * RESULT_CRYPTO. Nothing has changed then.
 */
MUST_USE enum result ballot_dkg_complain(struct ballot_dkg *dkg,
                                         const struct ballot_group *group,
                                         uint32_t sender,
                                         const struct ballot_random *random);

enum ballot_dkg_step ballot_dkg_step(const struct ballot_dkg *dkg);
struct ballot_context ballot_dkg_context(const struct ballot_dkg *dkg);
uint32_t ballot_dkg_attempt(const struct ballot_dkg *dkg);
/* Borrowed from the machine until its next step; empty before they are made. */
struct text_view ballot_dkg_certificate(const struct ballot_dkg *dkg);
struct text_view ballot_dkg_dealing(const struct ballot_dkg *dkg);
/* For another member, by its number. */
struct text_view ballot_dkg_box(const struct ballot_dkg *dkg,
                                uint32_t recipient);
struct text_view ballot_dkg_key(const struct ballot_dkg *dkg);
struct text_view ballot_dkg_complaint(const struct ballot_dkg *dkg);
/* The member's share x of the group's secret key, borrowed; NULL before
 * KEYED. */
const struct ballot_scalar *ballot_dkg_secret(const struct ballot_dkg *dkg);

/*
 * The whole machine as bytes, with all its secrets in clear: to be sealed by
 * the caller, who ends them with OPENSSL_clear_free(*out, *size).
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result ballot_dkg_encode(const struct ballot_dkg *dkg,
                                       uint8_t **out, size_t *size);
/* RESULT_CORRUPT for anything but such bytes; else as ballot_dkg_begin(). */
MUST_USE enum result ballot_dkg_decode(const struct ballot_group *group,
                                       const uint8_t *bytes, size_t size,
                                       struct ballot_dkg **out);

#endif
