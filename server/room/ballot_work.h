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

#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/meeting/keys_judge.h"
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

/*
 * Is the share of this uuid there, and the secret of this public key?
 * RESULT_OK; RESULT_NOT_FOUND, RESULT_REFUSED (another key's) or
 * RESULT_MALFORMED: it is lost; any other result: not known.
 */
MUST_USE enum result ballot_work_find_share(const struct ballot_tools *tools,
                                            const char *uuid,
                                            struct text_view server_key);

/* What the committee has sent in one attempt; empty: not yet. Rows are by the
 * tellers' index - 1. Of one or two tellers certificates are single keys, and
 * there is nothing else. */
struct work_committee {
    uint32_t size, threshold;
    uint32_t attempt;
    struct work_text server_key;
    struct work_text certificates[LIMIT_BALLOT_TELLERS];
    struct work_text deals[LIMIT_BALLOT_TELLERS];
    struct work_text keys[LIMIT_BALLOT_TELLERS];
};
/* Is everything there of which the trustees' record is made? */
bool work_committee_is_complete(const struct work_committee *committee);
MUST_USE enum result
work_committee_copy(struct work_committee *out,
                    const struct work_committee *committee);
void work_committee_release(struct work_committee *committee);

/* keys_examine(). */
MUST_USE enum result ballot_work_examine(const struct ballot_tools *tools,
                                         const struct work_committee *committee,
                                         struct keys_verdict *verdict);

/* The trustees' record of a complete committee. */
struct ballot_trustees_made {
    struct work_text record;
    struct keys_record facts;
};
/* As ballot_work_examine(); the record is made if no fault is found. */
MUST_USE enum result ballot_work_trustees(
    const struct ballot_tools *tools, const struct work_committee *committee,
    struct ballot_trustees_made *out, struct keys_verdict *verdict);
void ballot_trustees_made_release(struct ballot_trustees_made *made);

/* keys_judge(). */
MUST_USE enum result ballot_work_judge(const struct ballot_tools *tools,
                                       const struct work_committee *committee,
                                       uint32_t complainer, uint32_t against,
                                       struct text_view evidence,
                                       struct keys_verdict *verdict);

/* --- Counting (ballot_work_count.c) --------------------------------------- */

/* What the counting is about; borrowed. */
struct ballot_count_input {
    const struct ballot_group *group;
    const struct ballot_election *election; /* as read */
    const struct ballot_trustees *trustees;
};

/*
 * Adds up ballots, each checked before and the last of its credential, into the
 * two records of a tally. RESULT_OK; RESULT_CORRUPT (one cannot be read),
 * RESULT_NO_MEMORY or RESULT_CRYPTO.
 */
MUST_USE enum result ballot_work_tally(const struct ballot_count_input *input,
                                       const struct text_view *ballots,
                                       size_t count, struct work_text *tally,
                                       struct work_text *sized);

/*
 * The server's own decryption of a tally, by the share of the election. Results
 * as above, and those of the secret_store.
 */
MUST_USE enum result ballot_work_decrypt(const struct ballot_tools *tools,
                                         const struct ballot_count_input *input,
                                         struct text_view tally,
                                         struct work_text *payload,
                                         struct work_text *sized);

/* The record that says whose a decryption is. */
MUST_USE enum result ballot_work_sized(uint64_t owner,
                                       const struct hash *payload,
                                       struct work_text *out);

/* Is this the decryption of this tally by owner number `owner`? `*fault` says
 * so; RESULT_NO_MEMORY or RESULT_CRYPTO: nothing is known. */
MUST_USE enum result ballot_work_check_decryption(
    const struct ballot_count_input *input, struct text_view tally,
    uint64_t owner, struct text_view payload, enum ballot_fault *fault);

/*
 * The result: payloads by owner - 1, empty where there is none. paper: what the
 * record says of the paper ballots, or empty. The caller ends `*counts`, one a
 * position, with free(). RESULT_REFUSED: too few decryptions.
 */
MUST_USE enum result ballot_work_result(const struct ballot_count_input *input,
                                        struct text_view tally,
                                        const struct text_view *payloads,
                                        uint64_t ballot_count,
                                        struct text_view paper,
                                        struct work_text *result_record,
                                        uint64_t **counts, size_t *count);

#endif
