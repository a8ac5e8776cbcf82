/*
 * Two histories of one log: two statements `checkpoint` of one key, scope and
 * seq with different heads. They prove it to everybody, whoever holds them.
 * Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_FORK_H
#define PROTOCOL_VERIFY_VERIFY_FORK_H

#include "protocol/meeting/checkpoint_check.h"
#include "protocol/verify/verify_anchors.h"
#include "protocol/verify/verify_meeting.h"

/* Which of both files something comes from, or of the anchors beside them. */
enum verify_side {
    VERIFY_SIDE_A,
    VERIFY_SIDE_B,
    VERIFY_SIDE_BESIDE,
    VERIFY_SIDE_COUNT
};

/* A signed head as a file has it. */
struct verify_signed_head {
    struct identifier scope;
    struct signed_head head;
    enum verify_side side;
    bool is_lost; /* the anchors say that it was given up */
};

/* What is held against each other: every signed head of both files and of the
 * anchors beside them, and the histories of those that are logs. */
struct verify_fork {
    struct verify_signed_head *heads; /* owned */
    size_t head_count;
    struct key *servers; /* owned; keys that the files know as the server's */
    size_t server_count;
    struct verify_history history[VERIFY_SIDE_COUNT]; /* heads NULL: no log */
};

struct verify_proof {
    struct identifier scope;
    struct signed_head one;   /* at the seq */
    struct signed_head other; /* at the same seq, or behind it */
    enum verify_side one_side, other_side;
    bool is_by_chain; /* `other` covers the head below by a log's chain */
    enum verify_side chain_side; /* which log that is */
    struct hash head;            /* the other history's head at one.seq */
    bool is_server;              /* the key is one of the server's */
    bool is_explained;           /* what lay there was given up as lost */
};

void verify_fork_release(struct verify_fork *fork);

/* Adds a head. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result verify_fork_add(struct verify_fork *fork,
                                     const struct verify_signed_head *head);
/* A key of the server. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result verify_fork_know_server(struct verify_fork *fork,
                                             const struct key *key);
/* Adds every signed head that anchors hold, and the server that they know. */
MUST_USE enum result verify_fork_add_anchors(struct verify_fork *fork,
                                             enum verify_side side,
                                             const struct anchors *anchors);
/* Adds every signature in the checkpoints of a meeting that was read, and the
 * server of its genesis. */
MUST_USE enum result
verify_fork_add_meeting(struct verify_fork *fork, enum verify_side side,
                        const struct verify_meeting *meeting);

/*
 * Looks for a contradiction and verifies its signatures. RESULT_OK with
 * `*out`: one of the server that nothing explains if there is one, else one of
 * another key, else one that a loss explains. RESULT_NOT_FOUND: there is none.
 * RESULT_NO_MEMORY, RESULT_CRYPTO.
 */
MUST_USE enum result verify_fork_find(struct verify_fork *fork,
                                      struct verify_proof *out);

#endif
