/*
 * Heads of a log that somebody signed: the statement `checkpoint`, in the event
 * of that name and alone. Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_CHECKPOINT_CHECK_H
#define PROTOCOL_MEETING_CHECKPOINT_CHECK_H

#include "protocol/meeting/meeting_event.h"
#include "protocol/record/statement_cache.h"

/* A head in one role, as the frames `signed` and `sign` and the anchors have
 * it. */
struct signed_head {
    uint64_t seq;
    struct hash head;
    enum checkpoint_reason reason;
    enum checkpoint_role role;
    struct key signer;
    struct signature sig;
};

/*
 * RESULT_OK if `signer` signed this head of the log `scope`, RESULT_REFUSED if
 * not (role or reason without a word, too); RESULT_NO_MEMORY or RESULT_CRYPTO.
 * `cache` may be NULL. That the head is the log's is the caller's to check.
 */
MUST_USE enum result signed_head_check(const struct signed_head *head,
                                       const struct identifier *scope,
                                       struct statement_cache *cache);

/* The server's head in a checkpoint, or that of the device in row `row`. */
enum { CHECKPOINT_ROW_SERVER = -1 };
struct signed_head checkpoint_signed_head(const struct event_checkpoint *event,
                                          const struct key *server, int row);

/*
 * Checks all signatures of a checkpoint; `server` is the server's key then.
 * Results as above; on RESULT_REFUSED `*row`, which may be NULL, is the row of
 * the first signer that did not sign this, or CHECKPOINT_ROW_SERVER. That the
 * holders hold these devices and can have these roles is
 * meeting_state_apply()'s to say, that `upto` has this head the caller's.
 */
MUST_USE enum result checkpoint_check(const struct event_checkpoint *event,
                                      const struct identifier *scope,
                                      const struct key *server,
                                      struct statement_cache *cache, int *row);

#endif
