/*
 * Who has broken the rules while the keys of a ballot were made. Server,
 * clients and verifier judge alike, from the texts that the log has of one
 * attempt: the server before it reports `keys_failed`, everybody else
 * afterwards, so that nobody is named whom the texts do not name.
 *
 * Pure; any thread. It takes milliseconds to tenths of a second: for a worker.
 */
#ifndef PROTOCOL_MEETING_KEYS_JUDGE_H
#define PROTOCOL_MEETING_KEYS_JUDGE_H

#include "protocol/ballot/ballot_group.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/meeting/meeting_ballot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the tellers have sent in one attempt, borrowed; data NULL: not yet. Rows
 * are by the tellers' index - 1. Of one or two tellers certificates are single
 * keys, and there is nothing else. */
struct keys_texts {
    uint32_t size, threshold;
    uint32_t attempt;
    struct text_view server_key;
    struct text_view certificates[LIMIT_BALLOT_TELLERS];
    struct text_view deals[LIMIT_BALLOT_TELLERS];
    struct text_view keys[LIMIT_BALLOT_TELLERS];
};
bool keys_are_of_group(const struct keys_texts *texts);
/* Is everything there of which the trustees' record is made? */
bool keys_are_complete(const struct keys_texts *texts);

/* An attempt has come to nothing. fault 0: it has not. */
struct keys_verdict {
    enum keys_fault fault;
    uint32_t guilty; /* index of a teller; 0: nobody in particular */
};

/*
 * Checks what is complete: all certificates, then all deals with their boxes.
 * RESULT_OK, and the verdict says what was found; RESULT_NO_MEMORY or
 * RESULT_CRYPTO: nothing is known.
 */
MUST_USE enum result keys_examine(const struct ballot_group *group,
                                  const struct keys_texts *texts,
                                  struct keys_verdict *verdict);

/* What follows from complete texts. keys: SHA(S(X)) of each owner, the
 * server's first. */
struct keys_record {
    struct hash hash; /* of the trustees' record */
    struct hash keys[LIMIT_BALLOT_TELLERS + 1];
    uint32_t owner_count;
    struct ballot_element public_key;
};
/* As keys_examine(); if no fault is found the trustees' record is in `text`,
 * which was empty, and `*out` is filled. Also the failures of a writer. */
MUST_USE enum result keys_make_record(const struct ballot_group *group,
                                      const struct keys_texts *texts,
                                      struct byte_writer *text,
                                      struct keys_record *out,
                                      struct keys_verdict *verdict);

/*
 * Teller `complainer` says that teller `against` has broken the rules; evidence
 * is a complaint (ballot_complaint.h), or empty for what everybody can see.
 */
struct keys_complaint {
    uint32_t complainer, against;
    struct text_view evidence;
};
/* An attempt about which somebody complains is dead: the verdict always has a
 * fault. Results as keys_examine(). */
MUST_USE enum result keys_judge(const struct ballot_group *group,
                                const struct keys_texts *texts,
                                const struct keys_complaint *complaint,
                                struct keys_verdict *verdict);

/* An owner's signature of the trustees' record. */
struct keys_signature {
    bool is_there;
    struct hash key;      /* SHA(S(X)) */
    struct hash trustees; /* of the record */
};
/* An attempt when it ended. */
struct keys_case {
    struct keys_texts texts;
    bool is_disputed;
    struct keys_complaint complaint;                            /* if so */
    struct keys_signature signatures[LIMIT_BALLOT_TELLERS + 1]; /* owner - 1 */
};

/* The attempt that is under way; borrowed from the ballot. */
struct keys_case keys_case_of(const struct meeting_ballot *ballot);

/* The first teller who signed something else than `made`; false: none did. */
bool keys_find_other_signature(const struct keys_case *shown,
                               const struct keys_record *made,
                               struct keys_verdict *verdict);

/*
 * Is the server's verdict true? `*own` is what follows from the texts; fault 0:
 * nothing is wrong with them. Of several faults each may be named: what the
 * server looked at is not always all that stands before its verdict. That the
 * chair had keys begun anew (KEYS_RESTARTED) is an act, and no verdict: true.
 * Results as keys_examine().
 */
MUST_USE enum result keys_check_verdict(const struct ballot_group *group,
                                        const struct keys_case *shown,
                                        const struct keys_verdict *told,
                                        bool *is_true,
                                        struct keys_verdict *own);

#endif
