/*
 * Commands as their author makes them: texts in one normal form, sealed with a
 * commitment that the server cannot change, and signed where that is asked.
 * Any thread.
 */
#ifndef CLIENT_CORE_COMMAND_AUTHOR_H
#define CLIENT_CORE_COMMAND_AUTHOR_H

#include "client/core/client_ports.h"
#include "protocol/meeting/command.h"
#include "protocol/meeting/command_statement.h"
#include "protocol/record/statement.h"

/* A copy of `value` with every text in NFC; a new reference in `*out`.
 * RESULT_MALFORMED or RESULT_NO_MEMORY. */
MUST_USE enum result json_to_nfc(const json_t *value, json_t **out);

/*
 * Completes a command with id and log (what
 * may be left out is filled in) and, where it has to be signed, seals its
 * texts; `input` is in NFC. `*out` is a new reference. RESULT_NOT_FOUND (no
 * such op), RESULT_MALFORMED or RESULT_TOO_LARGE with `*error` set,
 * RESULT_CRYPTO or RESULT_NO_MEMORY.
 */
MUST_USE enum result command_author(const json_t *input, uint64_t id,
                                    const struct identifier *log,
                                    const struct client_entropy *entropy,
                                    json_t **out, struct field_error *error);

struct command_signer {
    const struct signing_key *key;
    struct identifier holder;
    struct statement_seen seen;
    const struct ballot_terms *ballot; /* of a command that needs it */
};

/*
 * The exact text of an authored command with its act: the statement `act`, or
 * for revoke_device the statement `revoke`. The caller ends `*text` with
 * free(). RESULT_INVALID, RESULT_CRYPTO or RESULT_NO_MEMORY.
 */
MUST_USE enum result command_sign(const json_t *authored,
                                  const struct command_signer *signer,
                                  char **text, size_t *size);

#endif
