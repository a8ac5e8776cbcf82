/*
 * A person's key on a token, through OpenSSL's engine for PKCS#11 (libp11).
 * What this says of faults and ownership is as in personal_key.h.
 */
#ifndef CLIENT_SIGNATURE_PERSONAL_TOKEN_H
#define CLIENT_SIGNATURE_PERSONAL_TOKEN_H

#include "client/signature/personal_key.h"

/* Fills in `out`, which is empty; on a fault the caller ends it, too. */
enum personal_key_fault personal_token_find(const char *uri, const char *module,
                                            const char *pin,
                                            struct personal_key *out);

/* After the key that came of it was freed. NULL is fine. */
void personal_token_end(void *engine);

#endif
