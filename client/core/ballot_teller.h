/*
 * A teller's part in making the keys of an election, step by step, over bytes:
 * what it takes is in the meeting's log, what it gives goes there, and what it
 * must not forget is one "machine" to be sealed and kept before anything of a
 * step is sent. A committee of one or two has single keys, of which all are
 * needed; a larger one makes a key together (protocol/ballot/ballot_dkg.h).
 *
 *   begin    -> certificate            all committees
 *   deal     all certificates -> deal  three and more
 *   receive  all deals -> key          three and more
 *   record   everything -> trustees    all committees
 *
 * A step takes a machine and gives another one; a machine that has taken a step
 * does not take it again, so that nothing is dealt twice. Each takes
 * milliseconds: for a worker. Any thread, nothing is shared.
 */
#ifndef CLIENT_CORE_BALLOT_TELLER_H
#define CLIENT_CORE_BALLOT_TELLER_H

#include "protocol/ballot/ballot_dkg.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_teller_terms {
    uint32_t attempt;
    uint32_t index; /* of this teller, from 1 */
    uint32_t count; /* of the committee: 1 to LIMIT_BALLOT_TELLERS */
    uint32_t threshold;
};

/* Do they make a key together? */
bool ballot_teller_is_group(const struct ballot_teller_terms *terms);

/* Bytes of its own: end them with ballot_teller_bytes_free(). */
struct ballot_teller_bytes {
    uint8_t *data;
    size_t size;
};
/* Overwrites them; may be called twice. */
void ballot_teller_bytes_free(struct ballot_teller_bytes *bytes);
struct text_view ballot_teller_view(const struct ballot_teller_bytes *bytes);

/* What a step gives; to be ended with ballot_teller_given_free(). */
struct ballot_teller_given {
    struct ballot_teller_bytes machine; /* secret; to be kept first */
    struct ballot_teller_bytes text;    /* to be sent then */
    struct hash message; /* of begin: what the statement `trustee` signs */
};
void ballot_teller_given_free(struct ballot_teller_given *given);

/*
 * RESULT_OK; RESULT_REFUSED and `*blame` (of the steps that have one): somebody
 * is at fault; RESULT_INVALID: the machine is of other terms, or in another
 * step; RESULT_CORRUPT: it is none; RESULT_NO_MEMORY or RESULT_CRYPTO. Outputs
 * are untouched unless RESULT_OK.
 */
MUST_USE enum result ballot_teller_begin(
    const struct ballot_group *group, const struct ballot_teller_terms *terms,
    const struct ballot_random *random, struct ballot_teller_given *out);
/* `certificates` and `deals` in the order of the tellers. */
MUST_USE enum result ballot_teller_deal(const struct ballot_group *group,
                                        const struct ballot_teller_terms *terms,
                                        struct text_view machine,
                                        const struct text_view *certificates,
                                        const struct ballot_random *random,
                                        struct ballot_teller_given *out,
                                        struct ballot_blame *blame);
MUST_USE enum result ballot_teller_receive(
    const struct ballot_group *group, const struct ballot_teller_terms *terms,
    struct text_view machine, const struct text_view *deals,
    const struct ballot_random *random, struct ballot_teller_given *out,
    struct ballot_blame *blame);
/* Against the share of teller `sender`; the machine given is dead. */
MUST_USE enum result ballot_teller_complain(
    const struct ballot_group *group, const struct ballot_teller_terms *terms,
    struct text_view machine, uint32_t sender,
    const struct ballot_random *random, struct ballot_teller_given *out);

/* The step that a machine is in; BALLOT_DKG_NONE if it is of other terms, or
 * none. A single key is KEYED from the beginning. */
enum ballot_dkg_step ballot_teller_step(const struct ballot_group *group,
                                        const struct ballot_teller_terms *terms,
                                        struct text_view machine);
/* What it gave out in that step, once more, byte for byte; `what` is a step
 * that it has taken. RESULT_INVALID: it has not. */
MUST_USE enum result
ballot_teller_again(const struct ballot_group *group,
                    const struct ballot_teller_terms *terms,
                    struct text_view machine, enum ballot_dkg_step what,
                    struct ballot_teller_given *out);
/* The secret key x, or share, of a machine that is KEYED; the caller wipes it.
 * RESULT_INVALID in another step. */
MUST_USE enum result
ballot_teller_secret(const struct ballot_group *group,
                     const struct ballot_teller_terms *terms,
                     struct text_view machine, struct ballot_scalar *out);

/* What everybody sent; certificates are single keys in a small committee,
 * which has no deals and no keys (NULL). */
struct ballot_teller_parts {
    struct text_view server_key;
    const struct text_view *certificates;
    const struct text_view *deals;
    const struct text_view *keys;
};
/*
 * The record of the trustees: the server's single key, then the committee's.
 * Checked whole. `*key` is SHA(S(X)) of owner `index + 1`, the teller's own.
 * RESULT_REFUSED: `blame->member` (0: the server) is at fault.
 */
MUST_USE enum result ballot_teller_record(
    const struct ballot_group *group, const struct ballot_teller_terms *terms,
    const struct ballot_teller_parts *parts, struct ballot_teller_bytes *record,
    struct hash *key, struct ballot_blame *blame);

#endif
