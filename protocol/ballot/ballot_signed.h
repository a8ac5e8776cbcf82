/*
 * Messages signed with a key of the group, in the form
 * {"message":"…","signature":{"challenge","response"}}: certificates and
 * coefficients of a group of trustees.
 *
 *   A = g^w,  challenge = H("sigmsg|" + message + "|" + S(A)),
 *   response = w - secret * challenge
 *
 * (Belenios, specification of version 1.) Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_SIGNED_H
#define PROTOCOL_BALLOT_BALLOT_SIGNED_H

#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/text.h"

/* RESULT_OK, RESULT_NO_MEMORY, RESULT_TOO_LARGE or RESULT_CRYPTO. */
MUST_USE enum result ballot_signed_make(const struct ballot_group *group,
                                        const struct ballot_scalar *secret,
                                        struct text_view message,
                                        const struct ballot_random *random,
                                        struct ballot_proof *out);
/* RESULT_OK, RESULT_REFUSED (not signed by this key), or as above. The key is
 * known to be in the group. */
MUST_USE enum result ballot_signed_check(const struct ballot_group *group,
                                         const struct ballot_element *key,
                                         struct text_view message,
                                         const struct ballot_proof *signature);

void ballot_signed_write(struct byte_writer *writer, struct text_view message,
                         const struct ballot_proof *signature);
/*
 * Reads one. `scratch` takes the message, at most as many bytes as the JSON
 * has; `*message` points into it.
 */
void ballot_signed_read(struct ballot_json *json, char *scratch,
                        struct text_view *message,
                        struct ballot_proof *signature);

#endif
