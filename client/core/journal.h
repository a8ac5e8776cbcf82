/*
 * What a device must not forget between two runs: which request ids it has
 * used, how far it has verified each log, and which heads it has confirmed.
 *
 * The server keeps the answer to a request id for ever, so an id that is used
 * twice would be answered with another request's answer. Ids are therefore
 * taken in blocks: the end of a block is durable before its first id is given
 * out, and what is left of a block after a crash is never used.
 *
 * The file is text, replaced as a whole, with a SHA-256 in its last line:
 *
 *   chibo-journal 2
 *   request <first id that no block has taken yet>
 *   log <scope> <seq> <head> <bound> one per log, at most JOURNAL_LOG_MAX
 *   ended <scope> <next>             behind the log's line, if it ended
 *   signed <scope> <seq> <head>      behind these, ascending
 *   sum <SHA-256 of the lines above>
 *
 * Events below <bound> were signed by somebody, or over by this device. The
 * first version had neither <bound>, which is then behind <seq>, nor "ended"
 * and "signed".
 *
 * One journal belongs to one thread; a lock file beside it keeps other
 * processes out. Opening, saving and every JOURNAL_BLOCK_SIZE-th id wait for
 * the disk.
 */
#ifndef CLIENT_CORE_JOURNAL_H
#define CLIENT_CORE_JOURNAL_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    JOURNAL_BLOCK_SIZE = 1000,
    JOURNAL_LOG_MAX = 4096, /* logs of one profile */
    JOURNAL_SIGNED_MAX = 32 /* heads of one log whose signing is remembered */
};

struct journal;

/*
 * Makes the empty journal of a new device key, whose first id will be 1.
 * RESULT_EXISTS if there is one (it is left alone): a journal must not be
 * started anew under the same key. RESULT_INVALID (path), RESULT_NO_MEMORY or
 * RESULT_IO.
 */
MUST_USE enum result journal_create(const char *path);

/*
 * On RESULT_OK the caller owns `*out` and ends it with journal_free(). A path
 * of NULL: in memory only, for keys that live as long as the process.
 * RESULT_NOT_FOUND, RESULT_BUSY (another process has it), RESULT_CORRUPT,
 * RESULT_UNSUPPORTED (another version), RESULT_INVALID (path, or not private to
 * its owner), RESULT_NO_MEMORY or RESULT_IO; `*out` is untouched then.
 */
MUST_USE enum result journal_open(struct journal **out, const char *path);

/* Saves nothing by itself. Takes NULL and returns NULL. */
struct journal *journal_free(struct journal *journal);

/*
 * An id that this device has never used and will never be given again.
 * RESULT_IO, RESULT_NO_MEMORY, or RESULT_FULL after 2^53 of them (JSON numbers
 * end there); then no id was used up.
 */
MUST_USE enum result journal_next_request_id(struct journal *journal,
                                             uint64_t *out);

/*
 * Remembers that the log of this scope was verified up to `seq`, with this
 * head; durable after journal_save(). RESULT_INVALID if `seq` lies before what
 * is remembered, or at the same place with another head: a log never goes back.
 * RESULT_FULL above JOURNAL_LOG_MAX logs, or RESULT_NO_MEMORY.
 */
MUST_USE enum result journal_remember(struct journal *journal,
                                      const struct identifier *scope,
                                      uint64_t seq, const struct hash *head);

/* RESULT_NOT_FOUND if nothing of this log is remembered. */
MUST_USE enum result journal_recall(const struct journal *journal,
                                    const struct identifier *scope,
                                    uint64_t *seq, struct hash *head);

/*
 * The log goes on from an earlier place, because the server lost what lay
 * behind it: the one way back. RESULT_NOT_FOUND if nothing of this log is
 * remembered, RESULT_INVALID if `seq` lies behind what is, or is the same place
 * with another head.
 */
MUST_USE enum result journal_rewind(struct journal *journal,
                                    const struct identifier *scope,
                                    uint64_t seq, const struct hash *head);

/*
 * Nothing before `next` is to be lost without a word: it holds what somebody
 * signed, or this device signed over it. Goes up only, and back with
 * journal_rewind(). RESULT_NOT_FOUND if nothing of this log is remembered.
 */
MUST_USE enum result journal_bind(struct journal *journal,
                                  const struct identifier *scope,
                                  uint64_t next);
/* 0 if nothing is bound, or remembered. */
uint64_t journal_bound(const struct journal *journal,
                       const struct identifier *scope);

/*
 * This device is about to confirm `head` at `seq` (the statement `checkpoint`);
 * durable after journal_save(). Again the same is RESULT_OK. RESULT_INVALID:
 * it has confirmed another head there, or may have: of each log the newest
 * JOURNAL_SIGNED_MAX are remembered, and nothing older is signed any more.
 * RESULT_NOT_FOUND if nothing of this log is remembered; RESULT_NO_MEMORY.
 */
MUST_USE enum result journal_confirm(struct journal *journal,
                                     const struct identifier *scope,
                                     uint64_t seq, const struct hash *head);
bool journal_has_confirmed(const struct journal *journal,
                           const struct identifier *scope, uint64_t seq);
/* The log is at its end: what was confirmed is forgotten, and nothing up to the
 * newest of it is confirmed any more, also if the log goes on after a loss. */
void journal_end_confirming(struct journal *journal,
                            const struct identifier *scope);

/* How many logs are remembered, and the i-th of them, in no order. Asserts that
 * there is one. */
size_t journal_log_count(const struct journal *journal);
void journal_log_at(const struct journal *journal, size_t i,
                    struct identifier *scope, uint64_t *seq, struct hash *head);

/*
 * Makes what is remembered durable; returns at once if it is. To be called
 * before a signature over a head leaves the device, and when a run of events
 * has been taken in. RESULT_IO or RESULT_NO_MEMORY; the old file stands then.
 */
MUST_USE enum result journal_save(struct journal *journal);

#endif
