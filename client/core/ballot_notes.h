/*
 * What a device remembers of the secret ballots in a meeting's log beyond what
 * the meeting's state keeps: the exact texts from which keys are made, whose
 * devices signed what, and the hashes of all records in their order. A plain
 * fold of events that were checked and applied before: it judges nothing.
 *
 * Belongs to one thread.
 */
#ifndef CLIENT_CORE_BALLOT_NOTES_H
#define CLIENT_CORE_BALLOT_NOTES_H

#include "protocol/meeting/meeting_event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum noted_phase {
    NOTED_DRAFTED = 1, /* no keys are being made yet */
    NOTED_KEYS,        /* of the newest attempt */
    NOTED_KEYS_FAILED, /* it came to nothing; another may begin */
    NOTED_ISSUING,
    NOTED_LISTED, /* nobody else is issued a ballot; has_list: there is one */
    NOTED_VOTING,
    NOTED_ENDED,
    NOTED_COUNTING, /* the chair has had the counting begun */
    NOTED_DONE,
    NOTED_VOID
};

/* An own text, NUL-terminated; data NULL: it is not there. */
struct noted_text {
    char *data;
    size_t size;
};
struct text_view noted_view(const struct noted_text *text);

/* What a teller sent in this attempt. */
struct noted_teller {
    struct identifier member;
    struct noted_text certificate; /* once in an attempt, as the rest */
    struct hash message;
    struct key device; /* which signed the certificate */
    struct noted_text deal;
    struct noted_text key;
};

/* An owner's signature of the trustees' record. */
struct noted_owner {
    bool is_there;
    struct identifier member;
    struct key device;
    struct hash key, trustees;
    struct signature sig;
};

/* A teller's complaint about another one's message. */
struct noted_dispute {
    bool is_open;
    uint64_t index, against;
    struct noted_text evidence;
};

/* An attempt that came to nothing: what the server says of it, and everything
 * that the log has to hold against that. */
struct noted_failure {
    uint64_t seq, attempt;
    enum keys_fault fault;
    uint64_t guilty;
    struct noted_text server_key;
    struct noted_teller tellers[LIMIT_BALLOT_TELLERS];
    struct noted_owner owners[LIMIT_BALLOT_TELLERS + 1];
    struct noted_dispute dispute;
};

struct noted_issue {
    struct identifier member; /* or a site */
    struct key device;
};

/* A row of the newest list. */
struct noted_voter {
    struct identifier member;
    bool has_attested;           /* this list */
    struct key device;           /* which attested */
    enum included_what included; /* 0: not yet; of the end that counts */
};
struct noted_hall {
    struct identifier site;
    uint64_t k;
    bool has_attested, is_confirmed; /* this list and number */
    struct hash pool;
    bool is_included;
    uint64_t own;
};

struct noted_objector {
    struct identifier member;
    bool has_receipt; /* showed one */
};

struct noted_decryption {
    uint64_t owner;
    struct hash end, tally, payload, sized;
    uint64_t size;
};

/* Who votes how, when the election was made. */
struct noted_roll {
    uint64_t own, hall, paper;
    struct hash roll; /* D("roll") ‖ for each member by id LP(id) LP(channel) */
};

/* Lists of them that have grown; read them, change them here only. */
struct noted_list {
    void *data; /* owned */
    size_t count, capacity;
};

struct noted_ballot {
    struct identifier id;
    enum noted_phase phase;
    uint64_t number;      /* of the drafts in the meeting, from 1 */
    uint64_t drafted_seq; /* whose opening is the form */
    bool is_adopted, is_revote_allowed, has_halls;
    uint64_t threshold; /* as it counts */
    struct noted_teller tellers[LIMIT_BALLOT_TELLERS];
    size_t teller_count;
    struct noted_list channels; /* struct ballot_channel_row */

    uint64_t attempt; /* 0: none */
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    struct noted_text server_key;
    struct noted_owner owners[LIMIT_BALLOT_TELLERS + 1]; /* owner - 1 */
    struct noted_dispute dispute;
    struct noted_list failures; /* struct noted_failure; of all attempts */

    struct hash election, trustees;
    struct noted_roll ready;
    struct noted_list issued; /* struct noted_issue */
    bool has_list;
    struct hash setup, credentials;
    uint64_t length;
    struct noted_list voters; /* struct noted_voter */
    struct noted_list halls;  /* struct noted_hall */

    int64_t opened_at_ms;
    bool is_knowingly;          /* opened although few vote */
    struct noted_list trackers; /* struct hash; height - 1 */
    struct hash end;
    uint64_t count;              /* of ballots at the end */
    struct noted_list objectors; /* struct noted_objector; after the end */
    bool has_tally;
    struct hash tally, sized;
    bool counts_knowingly;
    struct noted_list decryptions; /* struct noted_decryption */
    struct hash result, head;
    struct noted_list counts; /* uint64_t */
    uint64_t returned;
    enum void_reason void_reason;
};

struct ballot_notes {
    struct noted_list ballots; /* struct noted_ballot * */
    uint64_t next;             /* events seen */
    struct hash rules;         /* of the meeting, by its genesis */
};

/* Zero-initialised is empty. */
void ballot_notes_release(struct ballot_notes *notes);

/* Takes in the next event of the log. RESULT_OK, RESULT_NO_MEMORY, or
 * RESULT_CORRUPT (it is of no ballot that there is). */
MUST_USE enum result ballot_notes_take(struct ballot_notes *notes,
                                       const struct meeting_event *event);

size_t ballot_notes_count(const struct ballot_notes *notes);
/* By place, or NULL; borrowed until the notes are released. */
struct noted_ballot *ballot_notes_at(const struct ballot_notes *notes,
                                     size_t i);
struct noted_ballot *ballot_notes_find(const struct ballot_notes *notes,
                                       const struct identifier *id);

/* 0 if the member has no channel in this ballot. */
enum ballot_channel noted_channel(const struct noted_ballot *ballot,
                                  const struct identifier *member);
uint64_t noted_channel_count(const struct noted_ballot *ballot,
                             enum ballot_channel channel);
/* From 1; 0: no teller. */
uint64_t noted_teller_index(const struct noted_ballot *ballot,
                            const struct identifier *member);
/* Whose device holds the credential; NULL if nobody's. */
const struct noted_issue *noted_issue_of(const struct noted_ballot *ballot,
                                         const struct identifier *member);
const struct noted_voter *noted_voter_of(const struct noted_ballot *ballot,
                                         const struct identifier *member);
/* Of how many ballots somebody has signed that they are in the list: members
 * by their own devices, and pools of sites that a teller confirmed. */
uint64_t noted_attested(const struct noted_ballot *ballot);
/* The first attempt that failed with an event from `seq` on; NULL: none. */
struct noted_failure *noted_failure_from(const struct noted_ballot *ballot,
                                         uint64_t seq);
/* It was judged: nobody needs the texts any more. */
void noted_failure_forget(struct noted_failure *failure);
/* The tracker at a height from 1; NULL if there is none. */
const struct hash *noted_tracker(const struct noted_ballot *ballot,
                                 uint64_t height);

#endif
