/*
 * A secret ballot of a meeting, as far as its log says: part of meeting_state,
 * which alone writes it. Records are known by their hashes; from these the
 * chain of the archive's events is recomputed, so that a ballot knows which
 * archive belongs to it. Nothing here joins a member to a ballot that was cast.
 *
 * Readers look at the fields. Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_MEETING_BALLOT_H
#define PROTOCOL_MEETING_MEETING_BALLOT_H

#include "protocol/ballot/ballot_archive.h"
#include "protocol/meeting/command_statement.h"
#include "protocol/meeting/identifier_index.h"
#include "protocol/meeting/meeting_event.h"
#include "protocol/rules/tally_sums.h"

/* X(IDENTIFIER, word of the refusal `ballot_state`) */
#define BALLOT_PHASE_LIST(X)                                                   \
    X(DRAFTED, "drafted")                                                      \
    X(KEYS, "keys")           /* adopted; tellers make keys */                 \
    X(ISSUING, "issuing")     /* devices ask to be listed */                   \
    X(ATTESTING, "attesting") /* the list is closed and attested */            \
    X(VOTING, "voting")                                                        \
    X(ENDED, "ended")       /* inclusion, paper, tally */                      \
    X(COUNTING, "counting") /* decryption */                                   \
    X(DONE, "done")                                                            \
    X(VOID, "void")
enum ballot_phase {
    BALLOT_PHASE_NONE,
#define BALLOT_PHASE_ENUM(NAME, word) BALLOT_PHASE_##NAME,
    BALLOT_PHASE_LIST(BALLOT_PHASE_ENUM)
#undef BALLOT_PHASE_ENUM
        BALLOT_PHASE_COUNT
};
const char *ballot_phase_word(enum ballot_phase phase);

/* The server is owner 1 of the trustees, tellers follow. */
enum { BALLOT_OWNER_SERVER = 1, BALLOT_OWNERS_MAX = LIMIT_BALLOT_TELLERS + 1 };
/* Fewer are no secret. */
enum { BALLOT_VOTERS_MIN = 3 };
#define BALLOT_SERVER_ID "server"

/* A text of the log that is needed later: owned. */
struct meeting_ballot_text {
    char *data; /* NULL: none */
    size_t size;
};

/* One of those who count; texts and marks are of the current attempt, and the
 * texts end with it or when the keys are ready. */
struct meeting_ballot_teller {
    struct identifier member;
    struct key device; /* the one that certified */
    bool has_certified;
    struct hash message;
    struct meeting_ballot_text certificate;
    struct meeting_ballot_text deal; /* there if it dealt */
    struct meeting_ballot_text key;  /* there if it confirmed its share */
};

/* What an owner signed and decrypted. */
struct meeting_ballot_part {
    bool has_signed;
    struct hash key;      /* SHA(S(X)) */
    struct signature sig; /* statement `trustees` */
    uint64_t refused;     /* false decryptions of it */
    bool has_decrypted;
    struct hash payload;
    struct hash sized;
    uint64_t size;
};

/* How a member votes, and how far that is. */
struct meeting_ballot_voter {
    struct identifier member;
    enum ballot_channel channel;
    struct identifier site; /* of channel hall or transcribed */
    bool is_issued;         /* own: its device holds a ballot */
    bool is_pooled;         /* of a site: one of its pool is for it */
    bool is_dropped;
    struct key device;
    bool is_named;               /* by a list */
    struct hash named_in;        /* the newest: SHA-256 of its credentials */
    bool has_attested;           /* the newest list */
    enum included_what included; /* 0: not confirmed */
    uint64_t objections;
};

/* The credentials of a site's device: for members who vote at it, or for the
 * paper ballots that are entered at it, never for both. */
struct meeting_ballot_pool {
    struct identifier site;
    bool is_transcribed;
    struct key device;
    uint64_t k;
    struct identifier *members; /* k of them, ascending; owned */
    bool is_dropped;
    bool has_attested;
    struct hash pool;
    bool is_confirmed;
    struct identifier confirmed_by;
    bool is_included;
    uint64_t own; /* ballots that it cast */
};

/* A ballot in the archive. */
struct meeting_ballot_record {
    struct hash tracker;
    struct hash event; /* SHA-256 of the archive's event */
};

struct meeting_ballot_paper {
    bool is_entered;
    uint64_t issued, returned, valid, invalid;
    uint64_t *counts; /* owned */
    size_t count_count;
    struct hash record;
    struct identifier entered_by;
    bool is_confirmed;
    struct identifier confirmed_by;
};

/* An objection that rests on a statement of the server which something
 * contradicts. */
struct meeting_ballot_objection {
    uint64_t seq;
    struct identifier member;
    enum objection_kind kind;
    bool is_proven; /* by the log; else if the list has not the credential */
    struct hash list;
    struct hash credential; /* SHA-256 of its text */
    bool is_late; /* somebody had decrypted by then: it is only shown */
};

struct meeting_ballot_dispute {
    bool is_open;
    uint64_t index; /* who complains */
    uint64_t against;
    struct meeting_ballot_text evidence;
};

/* What it is about, and so how it is put and decided. */
struct meeting_ballot_matter {
    enum matter matter; /* none: nothing is decided */
    uint64_t seats;
    struct identifier subject; /* the member concerned */
    bool has_post;             /* the subject */
    bool subject_votes;
    struct identifier election; /* whose list it is */
    struct identifier again;    /* the ballot whose tie it is to break */
    unsigned forms;             /* set of enum discipline: on the ballot */
    bool is_announced; /* the result; else whoever presides alone is told */
};

struct meeting_ballot {
    struct identifier id;
    struct identifier item;
    uint64_t round; /* its number in the meeting, from 1 */
    enum ballot_phase phase;
    uint64_t drafted_seq;
    struct hash form;              /* commitment */
    struct identifier *candidates; /* owned */
    size_t candidate_count;
    struct meeting_ballot_teller tellers[LIMIT_BALLOT_TELLERS];
    size_t teller_count;
    uint64_t threshold; /* how many tellers have to decrypt */
    bool is_revote;     /* a later ballot of a credential replaces its first */
    bool has_halls;
    struct meeting_ballot_matter matter;

    struct identifier vote;
    uint64_t denominator;
    uint64_t present; /* of those who count, when it was adopted */
    enum measure measure;
    bool is_remote;
    struct vote_people people[category_count_]; /* by enum category */
    bool *counted; /* owned; by place in the roll: is in the denominator */
    size_t counted_count;
    struct meeting_ballot_voter *voters; /* owned; whoever has a channel */
    size_t voter_count;
    struct identifier_index voter_index; /* by member */

    uint64_t attempt;    /* 0: none begun */
    bool is_failed;      /* this attempt; the next one has to begin */
    uint64_t failed_seq; /* of the newest keys_failed */
    char (*uuids)[LIMIT_BALLOT_UUID_LENGTH + 1]; /* of each attempt; owned */
    struct meeting_ballot_text server_key;
    struct meeting_ballot_dispute dispute;
    struct meeting_ballot_part owners[BALLOT_OWNERS_MAX]; /* owner 1 is [0] */
    struct hash trustees;
    uint64_t trustees_size;
    struct hash election;
    uint64_t election_size;

    struct meeting_ballot_pool *pools; /* owned */
    size_t pool_count;
    bool is_listed; /* there is a list of whoever is not dropped */
    struct hash setup;
    struct hash credentials;
    uint64_t length;
    uint64_t listed_seq;
    int64_t listed_ms;
    uint64_t attested_seq; /* of the last attestation or confirmation */
    bool is_checkpointed;  /* a complete checkpoint follows that */

    uint64_t result_seq; /* 0: there is none yet */
    uint64_t opened_seq;
    bool is_opened_knowingly;  /* with fewer than the ruleset asks for */
    bool is_counted_knowingly; /* likewise */
    int64_t opened_ms;
    struct ballot_archive_end archive;
    struct meeting_ballot_record *records; /* owned; height 1 is [0] */
    size_t record_count;
    uint64_t returned; /* different credentials */
    bool is_ending;
    int64_t closes_at_ms;
    struct hash end; /* the archive's event EndBallots */
    int64_t ended_ms;

    struct meeting_ballot_paper paper;
    uint64_t objection_count;  /* of all */
    uint64_t other_objections; /* of these, by members who are no voters */
    struct meeting_ballot_objection *objections; /* owned; with evidence */
    size_t evidence_count;
    bool is_tallied;
    struct hash tally;
    struct hash sized;        /* of the record that names the tally */
    uint64_t included;        /* at the beginning of the count */
    uint64_t decrypted_count; /* owners */
    uint64_t refused_count;   /* false decryptions */
    struct hash result;
    uint64_t result_size;
    uint64_t *counts; /* owned */
    size_t count_count;
    bool is_decided;
    struct event_ballot_decided decided; /* its lists and texts are owned */
    enum void_reason void_reason;        /* of a void one */
};

/* --- Look-ups ------------------------------------------------------------- */

const struct meeting_ballot_voter *
meeting_ballot_voter(const struct meeting_ballot *,
                     const struct identifier *id);
/* The pool of a site that is not dropped; NULL if none. */
const struct meeting_ballot_pool *
meeting_ballot_pool(const struct meeting_ballot *,
                    const struct identifier *site);
/* The member's number among the tellers, from 1; 0: is none. */
uint64_t meeting_ballot_teller(const struct meeting_ballot *,
                               const struct identifier *member);
/* The height of a ballot, from 1; 0: it is not recorded. */
uint64_t meeting_ballot_height(const struct meeting_ballot *,
                               const struct hash *tracker);
/* Of this attempt; "" if there was none. */
struct text_view meeting_ballot_uuid(const struct meeting_ballot *,
                                     uint64_t attempt);
/* Is it adopted, and neither done nor void? */
bool meeting_ballot_is_open(const struct meeting_ballot *);
/* Has somebody decrypted? Then only the chair can still make it void, and
 * nobody once it is decrypted. */
bool meeting_ballot_is_decrypting(const struct meeting_ballot *);

/* Who may not count a ballot: its candidates, but not those who are only rated,
 * since that is everybody. */
const struct items *ballot_barred(int matter, const struct items *candidates);

/* Is the ballot about this member, who does not vote in it? */
bool meeting_ballot_is_barred(const struct meeting_ballot *,
                              const struct identifier *member);

/* Is the member level with others for the last seats, as it was decided? And
 * how many are. */
bool meeting_ballot_is_tied(const struct meeting_ballot *,
                            const struct identifier *member);
size_t meeting_ballot_tied(const struct meeting_ballot *);

/* Is the voter in the list, or to be: issued and not dropped? */
bool ballot_voter_is_listed(const struct meeting_ballot_voter *);

/* Are these the members of the pool, in its order? */
bool ballot_pool_is(const struct meeting_ballot_pool *, uint64_t k,
                    const struct items *members);
/* Is the member one of those whom the ballot is on? */
bool meeting_ballot_has_candidate(const struct meeting_ballot *,
                                  const struct identifier *member);
/* Holds the voter a ballot of the list: an own one, or one of a pool? */
bool ballot_voter_holds(const struct meeting_ballot_voter *);

/* May the member object once more? Each voter may, however often others have:
 * nobody's evidence finds the list full. */
bool ballot_may_object(const struct meeting_ballot *ballot,
                       const struct identifier *member);

/* Has the log an objection in time that it proves by itself? Then the ballot is
 * void, or to be. */
bool meeting_ballot_is_refuted(const struct meeting_ballot *);

/* Is a ballot of this channel made on a site's device? */
bool ballot_channel_has_site(enum ballot_channel);
/* Is it in the list, so that a credential is needed for it? */
bool ballot_channel_is_listed(enum ballot_channel);
/*
 * Would the site's device serve two ways at once, if the member voted this way
 * there? Its pool is for members who vote at it, or for paper that is entered.
 */
bool meeting_ballot_would_mix(const struct meeting_ballot *,
                              const struct identifier *member,
                              enum ballot_channel,
                              const struct identifier *site);

/* Some vote by device, and not enough for a secret? */
bool ballot_are_too_few(uint64_t online);

/* All of one or two tellers, more than half of more. */
uint64_t ballot_threshold_default(size_t teller_count);
/* All of one or two, at least two of more. */
bool ballot_threshold_is_right(uint64_t threshold, size_t teller_count);

/* --- Numbers -------------------------------------------------------------- */

struct meeting_ballot_numbers {
    uint64_t by_channel[ballot_channel_count_]; /* members; [0] unused */
    uint64_t issued;        /* own devices that hold a ballot, not dropped */
    uint64_t attested;      /* of these */
    uint64_t pooled;        /* credentials of pools that are not dropped */
    uint64_t confirmed;     /* of these, attested and confirmed by a teller */
    uint64_t included;      /* own devices that confirmed the count */
    uint64_t included_cast; /* of these, with a ballot of their own */
    uint64_t hall_cast;     /* ballots that hall devices say they cast */
};
void meeting_ballot_numbers(const struct meeting_ballot *,
                            struct meeting_ballot_numbers *out);
/* Tellers that have decrypted. */
uint64_t meeting_ballot_tellers_decrypted(const struct meeting_ballot *);
/* Is everybody of the list attested, and every pool confirmed? */
bool meeting_ballot_is_attested(const struct meeting_ballot *);
/* Are all certificates (deals, confirmed shares) of this attempt there? Of one
 * or two tellers nothing is dealt: a certificate is a key. */
bool meeting_ballot_all_certified(const struct meeting_ballot *);
bool meeting_ballot_all_dealt(const struct meeting_ballot *);
bool meeting_ballot_all_keys(const struct meeting_ballot *);
bool meeting_ballot_all_signed(const struct meeting_ballot *);

/* Nobody votes on paper, or what was counted is confirmed. */
bool meeting_ballot_is_paper_right(const struct meeting_ballot *);
/* Do the server's and the needed tellers' decryptions stand there? */
bool meeting_ballot_is_decrypted(const struct meeting_ballot *);
/* The first sum of the paper ballots that is wrong; who may be handed one are
 * the members of the list who vote on paper. */
enum tally_fault ballot_paper_sums(const struct meeting_ballot *,
                                   const struct meeting_ballot_paper *numbers);
/* Do the numbers of paper ballots (issued, returned, valid, invalid) and the
 * counts fit each other and the members who vote on paper? */
bool ballot_paper_adds_up(const struct meeting_ballot *,
                          const struct meeting_ballot_paper *numbers,
                          const struct items *counts);

/* --- What both sides compute ---------------------------------------------- */

/*
 * The field `roll` of the election's meeting: SHA-256(D("roll") ‖ for each
 * member with a channel, sorted by id, LP(id) ‖ LP(word of the channel)).
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result meeting_ballot_roll(const struct meeting_ballot *,
                                         struct hash *out);

/* SHA-256 of the canonical paper record {"issued":…,"counts":[…]}. */
struct hash ballot_paper_record(uint64_t issued, uint64_t returned,
                                uint64_t valid, uint64_t invalid,
                                const struct items *counts);

/* SHA-256 of {"owner":n,"payload":hex}, as the archive has it. */
struct hash ballot_sized_decryption(uint64_t owner, const struct hash *payload);

/* The archive's event that comes next, and its hash. `*end` moves on.
 * RESULT_REFUSED if this kind may not come next; RESULT_NO_MEMORY. */
MUST_USE enum result ballot_archive_step(struct ballot_archive_end *end,
                                         enum ballot_event_kind kind,
                                         const struct hash *payload);

#endif
