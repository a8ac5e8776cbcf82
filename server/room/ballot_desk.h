/*
 * The desk of a meeting's secret ballot: what the server does by itself while
 * one is held. It makes its part of the key, puts the records together, takes
 * credentials and ballots, counts, and decrypts when that is decided.
 *
 * What has happened stands in the log, folded into meeting_ballot, and in the
 * records beside it. The desk only holds what is in neither: which device asked
 * with which credential (until voting begins), ballots as they are being looked
 * at, and what is under way. So it can be lost at any moment, and is built
 * again from log, records and the sealed share.
 *
 * ballot_desk_act() looks at what is due and starts it; it is called whenever
 * something may have become due. Long work is done by workers on copies
 * (ballot_work.h); what comes back is thrown away if the desk has moved on
 * meanwhile, which its generation says.
 *
 * Shared by server/room/ballot_*.c; loop thread only.
 */
#ifndef SERVER_ROOM_BALLOT_DESK_H
#define SERVER_ROOM_BALLOT_DESK_H

#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/ballot/ballot_vote.h"
#include "server/room/ballot_work.h"
#include "server/room/room_types.h"

enum desk_share { SHARE_UNKNOWN, SHARE_THERE, SHARE_LOST };

/* A device that asked for a ballot, with its credentials. In memory only (on
 * disk there is a sealed hash, ballot_claim.h), and wiped when voting begins.
 */
struct desk_claim {
    struct identifier holder; /* a member, or a site with its pool */
    struct key device;
    struct ballot_element *credentials; /* owned; one of a member */
    size_t count;
};

/* An election as ballots are checked against it. Counted on the loop; workers
 * only read it. */
struct desk_poll {
    unsigned references;
    struct work_text record, trustees_record; /* what the views borrow from */
    struct ballot_election election;
    bool has_election;
    struct ballot_booth *booth;
    struct ballot_trustees trustees;
    struct ballot_list list;
};

/* A ballot that is recorded; its height is its place + 1. */
struct desk_ballot {
    uint32_t row;          /* of its credential in the list */
    struct work_text text; /* while it counts */
};

/* A member may vote at a site's device, or has. */
struct desk_unlock {
    struct identifier member, site;
    bool is_used;
};

/* A ballot in parts, on its way from one session. */
enum { DESK_PARTS_MAX = 256 };
struct desk_parts {
    uint64_t session; /* 0: free */
    uint64_t request;
    struct work_text text; /* of its whole size */
    size_t have;
};

struct ballot_desk {
    uint64_t generation; /* of what is under way */
    bool is_working;     /* one piece of long work at a time, but for ballots */
    int64_t retry_ms;    /* monotonic; 0: at once */

    struct identifier ballot; /* "": none is under way */
    uint64_t attempt;
    enum desk_share share;
    bool has_records;      /* those before the ballots were seen in the store */
    bool has_lost_records; /* for good: some that the log names are not there */

    /* Keys. */
    uint32_t examined; /* texts of tellers that were there at the last look */
    struct ballot_trustees_made made;
    bool is_made;

    /* The list. */
    struct desk_claim *claims; /* owned */
    size_t claim_count, claim_capacity;
    int64_t collect_ms; /* monotonic; signatures of it are asked for again */
    int64_t wipe_ms;    /* monotonic; once voting has begun, what is kept of
                           claims is destroyed then. INT64_MAX: it is */

    /* Voting and counting. */
    struct desk_poll *poll;
    struct desk_ballot *ballots; /* owned */
    size_t ballot_count, ballot_capacity;
    uint32_t *last; /* owned; by row: height of the last ballot, 0: none */
    uint32_t *cast; /* owned; by row: number of ballots */
    size_t returned;
    size_t checks, checks_waiting; /* ballots that are being looked at */
    struct cast_check *check_first, **check_end;
    struct desk_parts parts[DESK_PARTS_MAX];
    struct desk_unlock *unlocks; /* owned */
    size_t unlock_count, unlock_capacity;

    /* By the ballot's number in the meeting: attempts whose shares and claims,
     * of no use any more, are destroyed. */
    uint64_t destroyed[LIMIT_BALLOTS];
};

/* --- ballot_desk.c ---------------------------------------------------------
 */

/* The ballot that is under way, as committed; NULL if none. */
const struct meeting_ballot *desk_ballot(const struct room *room);
/* The same of the head, on which decisions are made. */
const struct meeting_ballot *desk_head_ballot(const struct room *room);
/* Reports an event of the server's own, with records that it names. False: it
 * was refused, or the room is loaded again. */
bool desk_report(struct room *room, const struct meeting_event *event,
                 const struct report_blob *blobs, size_t blob_count);
struct ballot_tools desk_tools(const struct room *room);
/* Is the log so far on disk, the room in order, and nothing under way? */
bool desk_is_free(const struct room *room);
/* ballot_state, or no_such_ballot. */
void desk_refuse_state(const struct room *room, const struct identifier *id,
                       struct refusal *refusal);
/* The meeting that the session takes part in, ready; NULL: refused. */
struct room *desk_room_of(struct session *session,
                          const struct request *request);
/*
 * A session waited for a piece of work, which is over: it goes on with its next
 * request. One that was not answered (request not 0) is told that the server is
 * busy.
 */
void desk_end_request(struct hub *hub, uint64_t session, uint64_t request);

/* Looks for the server's share of this attempt. */
void desk_find_share(struct room *room, const struct meeting_ballot *ballot);

/* --- ballot_desk_wipe.c ----------------------------------------------------
 */

/* Destroys shares and claims that are of no use any more. True: something is
 * being destroyed. */
bool desk_destroy_spent(struct room *room);
/* Voting has begun: destroys what is kept of claims, beside other work. */
void desk_wipe_claims(struct room *room, const struct meeting_ballot *ballot);
/* A claim was kept just now, perhaps after they were wiped. */
void desk_claims_kept(struct room *room);

/* --- ballot_desk_stuck.c ---------------------------------------------------
 */

/* True, and why: the ballot under way can never be counted. */
bool desk_is_stuck(const struct room *room, struct refusal *refusal);
/* Tells chair and minute-taker so, if it is; who comes later is told by
 * ballot_desk_tell_stuck(). */
void desk_tell_stuck(struct room *room);
/* A record that the log names is not to be had ("why", for the server's log):
 * once per ballot. Ballots that wait to be looked at are given up. */
void desk_lose_records(struct room *room, const char *why);
/* Are the records there that the log named before this desk was made? False:
 * they are being read, or lost. */
bool desk_look_for_records(struct room *room,
                           const struct meeting_ballot *ballot);

/* --- the parts ------------------------------------------------------------ */

/* Each does what is due in its phases. */
void desk_keys_act(struct room *room, const struct meeting_ballot *ballot);
void desk_issue_act(struct room *room, const struct meeting_ballot *ballot);
void desk_cast_act(struct room *room, const struct meeting_ballot *ballot);
void desk_count_act(struct room *room, const struct meeting_ballot *ballot);

void desk_keys_forget(struct ballot_desk *desk);
void desk_forget_claims(struct ballot_desk *desk);
/* NULL: this device has not asked, or not since the server came back. */
struct desk_claim *desk_find_claim(const struct ballot_desk *desk,
                                   const struct identifier *holder);
bool desk_is_claimed_by_another(const struct ballot_desk *desk,
                                const struct identifier *holder,
                                const struct ballot_element *credential);
bool desk_is_same_claim(const struct desk_claim *claim,
                        const struct ballot_element *credentials, size_t count);
/* Takes the credentials; false for want of memory. */
bool desk_add_claim(struct ballot_desk *desk, const struct identifier *holder,
                    const struct key *device,
                    struct ballot_element **credentials, size_t count);
void desk_forget_ballots(struct ballot_desk *desk);
void desk_forget_checks(struct ballot_desk *desk);
void desk_forget_unlocks(struct ballot_desk *desk);
/* A ballot comes from this site: somebody who unlocked one there has voted.
 * False: nobody has. */
bool desk_use_unlock(struct ballot_desk *desk, const struct identifier *site);

/* ballot_desk_poll.c. Makes what ballots are checked against, then starts the
 * checks that wait. */
void desk_make_poll(struct room *room, const struct meeting_ballot *ballot);
struct desk_poll *desk_poll_unref(struct desk_poll *poll); /* NULL is fine */
/* NOT_IN_LIST or none. */
enum ballot_fault desk_poll_row(const struct desk_poll *poll,
                                const struct ballot_vote *vote, uint32_t *row);
/* Room for one more ballot. */
bool desk_reserve_ballot(struct ballot_desk *desk);
/* Counts the next one, for which there is room; its text is taken. */
void desk_count_ballot(struct ballot_desk *desk, uint32_t row,
                       struct work_text *text);
void desk_start_checks(struct room *room);

/* --- long work (ballot_task.c) ---------------------------------------------
 */

/*
 * A piece of work for a worker, first member of a struct of its own from the
 * heap. work() runs on a worker and sees nothing but the task. then() follows
 * on the loop, if the room still has the desk that asked; release() frees what
 * the task owns, in any case, on the loop.
 */
struct desk_task {
    struct hub *hub;
    struct identifier log;
    uint64_t generation;
    bool is_alone;      /* it is what the desk is working on */
    enum result result; /* of work(); RESULT_CLOSED: it was never done */
    enum result (*work)(struct desk_task *task);
    void (*then)(struct room *room, struct desk_task *task);
    void (*release)(struct desk_task *task);
};

/* Takes the task, and all zeros of its own beside the functions. False: it
 * could not be begun, and is gone. */
bool desk_start(struct room *room, struct desk_task *task);
/* The same of what the desk is working on: nothing else is begun meanwhile, and
 * a failure is tried again after a while. NULL: no memory. */
void desk_start_alone(struct room *room, struct desk_task *task);
/* Something failed that may not fail the next time. */
void desk_try_later(struct room *room);

/* --- records from the store ----------------------------------------------- */

struct desk_record {
    struct hash name;
    struct work_text text; /* filled in */
};
/*
 * Reads whole records, one after the other. `then` may take texts out of them;
 * otherwise `failed` says why not (NULL: the desk tries later, or knows that
 * records of the ballot are lost if one is not in the store). Neither is
 * called if the desk has moved on; `release` ends what `user` is, in any case,
 * and may be NULL. is_alone: it is what the desk is working on.
 */
struct desk_reading {
    struct desk_record *records; /* from the heap, taken; NULL: no memory */
    size_t count;
    bool is_alone;
    void (*then)(struct room *room, struct desk_record *records, size_t count,
                 void *user);
    void (*failed)(struct room *room, enum result result, void *user);
    void (*release)(struct hub *hub, void *user);
    void *user;
};
void desk_gather(struct room *room, const struct desk_reading *reading);
/* What a ticket held that is never answered. NULL is fine. */
struct desk_gathering *desk_gathering_free(struct desk_gathering *gathering);

#endif
