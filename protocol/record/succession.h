/*
 * The succession of a server's keys: whenever the server takes a new key, the
 * old one signs the statement `server-key` over it. Whoever trusts one key of
 * the chain can walk from there to the newest.
 *
 * Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_SUCCESSION_H
#define PROTOCOL_RECORD_SUCCESSION_H

#include "protocol/base/limits.h"
#include "protocol/record/signing_key.h"

/* From one key to the next; `seen` and `head` are what `from` had of the
 * register when it signed. */
struct succession_step {
    struct key from;
    struct key to;
    uint64_t seen;
    struct hash head;
    struct signature sig; /* `server-key`, by `from` */
};

/* Oldest first; none while the server has the key that it began with. */
struct succession {
    struct succession_step steps[LIMIT_SUCCESSION_STEPS];
    size_t count;
};

/* `scope` is the organisation's id. RESULT_OK, RESULT_REFUSED (not signed by
 * `from`), RESULT_CRYPTO or RESULT_NO_MEMORY. */
MUST_USE enum result succession_step_verify(const struct succession_step *step,
                                            struct text_view scope);

/*
 * Does the whole chain hold, and end at `server`? RESULT_INVALID (too long,
 * out of order, with a gap, with a key in it twice, with another end), or as
 * succession_step_verify().
 */
MUST_USE enum result succession_verify(const struct succession *succession,
                                       struct text_view scope,
                                       const struct key *server);

/* Is this a key of the chain that ends at `server`, `server` itself included?
 * Says something only of a chain that was verified. */
bool succession_has(const struct succession *succession,
                    const struct key *server, const struct key *key);
bool succession_has_fingerprint(const struct succession *succession,
                                const struct key *server,
                                const struct server_fingerprint *fingerprint);

#endif
