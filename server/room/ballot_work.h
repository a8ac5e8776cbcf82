/*
 * The long work of secret ballots: what the server computes on a worker, with
 * everything it needs in its hands and nothing of rooms or sessions. Each
 * function takes and gives texts of records; what the server alone knows (its
 * part of a key) is in the secret_store before its public side is given back.
 *
 * Any thread; texts that are given back are owned by whoever asked. A random
 * source that fails ends the work, and nothing of it is given out.
 */
#ifndef SERVER_ROOM_BALLOT_WORK_H
#define SERVER_ROOM_BALLOT_WORK_H

#include "protocol/ballot/ballot_group.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/meeting/vocabulary.h"
#include "server/platform/entropy.h"
#include "server/platform/secret_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text that its struct owns; NUL-terminated, the NUL not counted. */
struct work_text {
    char *data;
    size_t size;
};
struct text_view work_text_view(const struct work_text *text);
struct hash work_text_hash(const struct work_text *text);
/* A copy. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result work_text_set(struct work_text *text,
                                   struct text_view value);
/* Takes what was written and ends the writer. RESULT_OK or the writer's
 * failure. */
MUST_USE enum result work_text_take(struct work_text *text,
                                    struct byte_writer *writer);
void work_text_release(struct work_text *text);

/* What all work is given; borrowed, and read by many threads. */
struct ballot_tools {
    const struct ballot_group *group;
    const struct entropy *entropy;
    const struct secret_store *shares;
};

/* --- Keys (ballot_work_keys.c) -------------------------------------------- */

enum { BALLOT_UUID_LENGTH = 22, BALLOT_UUID_TEXT_SIZE = 23 };

/*
 * A new election's uuid and the server's own key, whose secret is stored under
 * the uuid. RESULT_OK; RESULT_CRYPTO, RESULT_NO_MEMORY or what the store says.
 */
MUST_USE enum result ballot_work_begin(const struct ballot_tools *tools,
                                       char uuid[BALLOT_UUID_TEXT_SIZE],
                                       struct work_text *server_key);

/* What the committee has sent in one attempt; empty: not yet. Rows are by the
 * tellers' index - 1. Of one or two tellers certificates are single keys, and
 * there is nothing else. */
struct ballot_committee {
    uint32_t size, threshold;
    uint32_t attempt;
    struct work_text server_key;
    struct work_text certificates[LIMIT_BALLOT_TELLERS];
    struct work_text deals[LIMIT_BALLOT_TELLERS];
    struct work_text keys[LIMIT_BALLOT_TELLERS];
};
bool ballot_committee_is_group(const struct ballot_committee *committee);
/* Is everything there of which the trustees' record is made? */
bool ballot_committee_is_complete(const struct ballot_committee *committee);
MUST_USE enum result
ballot_committee_copy(struct ballot_committee *out,
                      const struct ballot_committee *committee);
void ballot_committee_release(struct ballot_committee *committee);

/* An attempt has come to nothing. fault 0: it has not. */
struct ballot_verdict_row {
    enum keys_fault fault;
    uint32_t guilty; /* index of a teller; 0: nobody in particular */
};

/*
 * Checks what is complete: all certificates, then all deals with their boxes.
 * RESULT_OK, and the verdict says what was found; RESULT_NO_MEMORY or
 * RESULT_CRYPTO: nothing is known.
 */
MUST_USE enum result
ballot_work_examine(const struct ballot_tools *tools,
                    const struct ballot_committee *committee,
                    struct ballot_verdict_row *verdict);

/* The trustees' record of a complete committee. keys: SHA(S(X)) of each owner,
 * the server's first. */
struct ballot_trustees_made {
    struct work_text record;
    struct hash hash;
    struct hash keys[LIMIT_BALLOT_TELLERS + 1];
    uint32_t owner_count;
    struct ballot_element public_key;
};
/* As ballot_work_examine(); the record is made if no fault is found. */
MUST_USE enum result ballot_work_trustees(
    const struct ballot_tools *tools, const struct ballot_committee *committee,
    struct ballot_trustees_made *out, struct ballot_verdict_row *verdict);
void ballot_trustees_made_release(struct ballot_trustees_made *made);

/*
 * Teller `complainer` says that teller `against` has broken the rules; evidence
 * is a complaint (ballot_complaint.h), or empty for what everybody can see. An
 * attempt about which somebody complains is dead: the verdict always has a
 * fault. Results as ballot_work_examine().
 */
MUST_USE enum result ballot_work_judge(const struct ballot_tools *tools,
                                       const struct ballot_committee *committee,
                                       uint32_t complainer, uint32_t against,
                                       struct text_view evidence,
                                       struct ballot_verdict_row *verdict);

#endif
