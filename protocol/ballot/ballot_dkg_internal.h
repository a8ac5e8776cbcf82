/*
 * What a ballot_dkg holds, for the two files that make it up: ballot_dkg.c, the
 * machine, and ballot_dkg_codec.c, its bytes at rest.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_DKG_INTERNAL_H
#define PROTOCOL_BALLOT_BALLOT_DKG_INTERNAL_H

#include "protocol/ballot/ballot_dkg.h"
#include "protocol/base/limits.h"

/* Owned; empty: not made yet. */
struct ballot_dkg_text {
    uint8_t *data;
    size_t size;
};

enum ballot_dkg_text_kind {
    BALLOT_DKG_CERTIFICATE,
    BALLOT_DKG_DEALING,
    BALLOT_DKG_KEY,
    BALLOT_DKG_COMPLAINT,
    BALLOT_DKG_TEXT_COUNT
};

struct ballot_dkg_secrets {
    struct ballot_scalar signing;    /* until KEYED or DEAD */
    struct ballot_scalar decryption; /* likewise */
    struct ballot_scalar own_share;  /* of this member to itself; in DEALT */
    struct ballot_scalar secret;     /* from KEYED on */
};

struct ballot_dkg {
    enum ballot_dkg_step step;
    uint32_t attempt;
    struct ballot_context context;
    struct ballot_dkg_secrets secrets;
    struct ballot_dkg_text texts[BALLOT_DKG_TEXT_COUNT];
    struct ballot_dkg_text boxes[LIMIT_BALLOT_TRUSTEES]; /* recipient - 1 */
    struct ballot_certificate certificates[LIMIT_BALLOT_TRUSTEES];
};

#endif
