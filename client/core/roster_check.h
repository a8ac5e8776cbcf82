/*
 * Does a meeting say of its people and devices what the register says? Its
 * genesis and every roster_changed are held against a fold of the register up
 * to the very place they name; and its first and last heads against those that
 * the register names. Both logs are folded here once more, from the
 * bytes that their followers keep, as far as the check has come. One thread.
 */
#ifndef CLIENT_CORE_ROSTER_CHECK_H
#define CLIENT_CORE_ROSTER_CHECK_H

#include "client/core/log_follower.h"
#include "protocol/meeting/snapshot_check.h"

struct roster_check;

enum roster_verdict {
    ROSTER_AGREES = 1, /* all that the meeting says so far */
    ROSTER_WAITS,      /* the register is not known so far yet */
    ROSTER_DIFFERS,
    ROSTER_FORKED, /* the register knows another history of the meeting */
    ROSTER_UNKNOWN /* bytes that are needed are not kept */
};

struct roster_report {
    enum roster_verdict verdict;
    /* Unless it agrees: the event of the meeting, and which place of the
     * register it names, with its head there. */
    uint64_t seq;
    uint64_t register_seq;
    struct hash register_head;
    struct snapshot_difference difference; /* of ROSTER_DIFFERS */
    struct hash head; /* of ROSTER_FORKED: the register's at `seq` */
};

/* RESULT_NO_MEMORY. The caller ends `*out` with roster_check_free(). */
MUST_USE enum result roster_check_new(struct roster_check **out);
/* Takes NULL and returns NULL. */
struct roster_check *roster_check_free(struct roster_check *check);

/* One of the logs has gone back: all is to be checked anew. */
void roster_check_reset(struct roster_check *check);

/*
 * Checks what has come since the last call. `registry` may be NULL. On
 * RESULT_OK `*out` is filled in; RESULT_NO_MEMORY: to be called again.
 */
MUST_USE enum result roster_check_run(struct roster_check *check,
                                      const struct log_follower *meeting,
                                      const struct log_follower *registry,
                                      struct roster_report *out);

#endif
