/*
 * The credential of a voter in the text form of Belenios since 2.4:
 * XXXXX-XXXXXX-XXXXX-XXXXXX, 22 random Base58 characters (128 bit). From the
 * text and the election's id follows the secret s; public is g^s.
 *
 *   s = int(hex(SHA256("derive_credential|"+uuid+"|0|"+text)) ‖
 *           hex(SHA256("derive_credential|"+uuid+"|1|"+text)), 16) mod q
 *
 * Everything here but the public key is secret, held in fixed buffers and wiped
 * by its owner. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_CREDENTIAL_H
#define PROTOCOL_BALLOT_BALLOT_CREDENTIAL_H

#include "protocol/ballot/ballot_random.h"
#include "protocol/ballot/ballot_scalar.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stddef.h>

enum {
    BALLOT_CREDENTIAL_DIGITS = 22,
    BALLOT_CREDENTIAL_TEXT_SIZE = BALLOT_CREDENTIAL_DIGITS + 3 + 1
};

struct ballot_credential_text {
    char text[BALLOT_CREDENTIAL_TEXT_SIZE]; /* with NUL */
};

void ballot_credential_wipe(struct ballot_credential_text *credential);

/* A new one. RESULT_OK, or RESULT_CRYPTO with `out` as before. */
MUST_USE enum result
ballot_credential_random(const struct ballot_random *random,
                         struct ballot_credential_text *out);

/* RESULT_MALFORMED unless `text` has the form; `out` is then as before. */
MUST_USE enum result
ballot_credential_parse(struct text_view text,
                        struct ballot_credential_text *out);

/* The secret s in the election `uuid`. */
struct ballot_scalar
ballot_credential_secret(struct text_view uuid,
                         const struct ballot_credential_text *credential);

/*
 * `count` random Base58 characters and a NUL, each equally likely. RESULT_OK,
 * or RESULT_CRYPTO with `out` wiped: the source fails, or gives nothing that
 * can be used however often it is asked.
 */
MUST_USE enum result ballot_base58_random(const struct ballot_random *random,
                                          size_t count, char *out);

#endif
