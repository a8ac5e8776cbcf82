/*
 * The secret ballot as screens see it: what a device does in it by itself, what
 * the user decides, and what is told. Part of client.h, which includes it; its
 * rules about threads hold.
 *
 * By itself a device follows every ballot of the meeting that it is in. As a
 * teller's it makes keys and shares and signs what they came to; as a voter's
 * it attests the list, confirms that its vote is in the count, and objects when
 * it is not; as anybody's it checks the whole record at the end. What is secret
 * stays in a sealed file of the profile, is there before anything is sent, and
 * is wiped when the result is verified or the ballot void. How somebody voted
 * is in no file and in no notice: only the encrypted ballot is kept.
 *
 * The user takes part (client_ballot_take), votes (client_ballot_cast), answers
 * a teller's question (client_ballot_decrypt_anyway), and keeps the record
 * (client_ballot_export). Everything else of a ballot (drafting, adopting,
 * opening, paper) is an ordinary command of client_command().
 */
#ifndef CLIENT_CORE_CLIENT_BALLOT_H
#define CLIENT_CORE_CLIENT_BALLOT_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client;
struct meeting_view;

/*
 * What CLIENT_BALLOT says of `ballot`. X(IDENTIFIER, word)
 *
 * Besides the word itself a notice has: `fault` after failed, objection and
 * keys_failed; `device` after issued_elsewhere; `blob` (the ballot's hash: its
 * tracker) and `seq` (its height in the record) after receipt; `count` and
 * `text` after asked. `json` is always the whole of it for scripts:
 * {"ballot":"b1","stage":"receipt","log":...,...}. After stuck it has the
 * refusal as "error".
 */
#define CLIENT_BALLOT_STAGE_LIST(X)                                            \
    /* this device makes a key of the counting committee */                    \
    X(KEYS_WANTED, "keys_wanted")                                              \
    /* and has signed the committee's record */                                \
    X(KEYS_SIGNED, "keys_signed")                                              \
    /* the attempt is dead; `fault`, `text`: why, and `count`: the guilty      \
     * teller, from 1. `json` has "judged": true if this device has found the  \
     * same from the texts in the log, false if it could not look; neither     \
     * where the chair had keys begun anew. */                                 \
    X(KEYS_FAILED, "keys_failed")                                              \
    /* this holder may vote with an own device: client_ballot_take() */        \
    X(ISSUE_WANTED, "issue_wanted")                                            \
    X(ISSUED_HERE, "issued_here")                                              \
    X(ISSUED_ELSEWHERE, "issued_elsewhere")                                    \
    X(ATTESTED, "attested")                                                    \
    /* the list was closed without this device, or it was dropped */           \
    X(NOT_LISTED, "not_listed")                                                \
    /* open, and this device has counted itself that everybody in the list     \
     * attested it: client_ballot_cast() */                                    \
    X(READY_TO_VOTE, "ready_to_vote")                                          \
    /* made and kept; repeated until there is a receipt */                     \
    X(CAST_PENDING, "cast_pending")                                            \
    X(RECEIPT, "receipt")                                                      \
    /* this device signed that its ballot, or its having none, is right */     \
    X(INCLUDED, "included")                                                    \
    X(OBJECTION, "objection")                                                  \
    /* a teller's decryption waits: `count` members have not confirmed that    \
     * their ballot is in the count, `text` are their ids, joined by "," */    \
    X(ASKED, "asked")                                                          \
    X(DECRYPTED, "decrypted")                                                  \
    /* there is a result, which this device has not verified yet */            \
    X(CHECKED_BY_SERVER, "checked_by_server")                                  \
    X(VERIFIED, "verified")                                                    \
    /* it is void: nothing of it is ever opened */                             \
    X(VOID, "void")                                                            \
    /* to chair and minute-taker: the server cannot count it any more;         \
     * `refusal` says why (no_records, no_share) */                            \
    X(STUCK, "stuck")                                                          \
    /* this device goes no further: `fault`, `text`: more of it, or NULL */    \
    X(FAILED, "failed")

enum client_ballot_stage {
    CLIENT_BALLOT_NO_STAGE,
#define CLIENT_BALLOT_STAGE_ENUM(name, word) CLIENT_BALLOT_##name,
    CLIENT_BALLOT_STAGE_LIST(CLIENT_BALLOT_STAGE_ENUM)
#undef CLIENT_BALLOT_STAGE_ENUM
        CLIENT_BALLOT_STAGE_COUNT
};
/* "receipt"; "" for none. */
const char *client_ballot_stage_word(enum client_ballot_stage stage);

/* Why a device goes no further, or objects. X(IDENTIFIER, word) */
#define CLIENT_BALLOT_FAULT_LIST(X)                                            \
    /* the source of random bytes failed: nothing was made or sent */          \
    X(RANDOM, "random")                                                        \
    /* what has to be kept cannot be kept: nothing was sent */                 \
    X(STORAGE, "storage")                                                      \
    /* the sealed file is there and cannot be read */                          \
    X(VAULT, "vault")                                                          \
    /* this device had keys in it and another attempt, index or committee is   \
     * said to be the same one: no key is used twice */                        \
    X(KEYS_REUSED, "keys_reused")                                              \
    /* a message of another teller or of the server is false */                \
    X(KEYS, "keys")                                                            \
    /* the server named somebody whom the texts in the log do not name; `text` \
     * and `count` are the own verdict ("nobody" and 0: nobody did wrong),     \
     * `json` has the server's as "told": {"reason","guilty"}, and the place   \
     * of its event as "seq". Nothing more is done in this ballot. */          \
    X(VERDICT, "verdict")                                                      \
    /* a record is not what its hash in the log says, or cannot be had */      \
    X(RECORD, "record")                                                        \
    /* the election is not the ballot that was adopted */                      \
    X(ELECTION, "election")                                                    \
    /* keys or signatures of the committee are not those of the log */         \
    X(COMMITTEE, "committee")                                                  \
    /* the trustees' record is false */                                        \
    X(TRUSTEES, "trustees")                                                    \
    /* the own credential is not in the list, or the list has another length   \
     */                                                                        \
    X(LIST, "list")                                                            \
    /* those who attested are fewer than the list is long */                   \
    X(ATTESTATIONS, "attestations")                                            \
    /* the server's statement `issued` or `receipt` is false */                \
    X(STATEMENT, "statement")                                                  \
    /* the last ballot is not in the count, or not where its receipt says */   \
    X(NOT_COUNTED, "not_counted")                                              \
    /* an objection proves a fault, and the server goes on (`text`: not_void); \
     * or it proves nothing, and made the ballot void (void) */                \
    X(OBJECTION, "objection")                                                  \
    /* the record does not follow from the log */                              \
    X(CHAIN, "chain")                                                          \
    /* this device has decrypted, or began to, something else of this ballot   \
     */                                                                        \
    X(OTHER_TALLY, "other_tally")                                              \
    /* verification failed: `text` says where */                               \
    X(ARCHIVE, "archive")                                                      \
    /* the server refused: `refusal` */                                        \
    X(REFUSED, "refused")                                                      \
    /* out of memory, or the library of cryptography failed */                 \
    X(MACHINE, "machine")

enum client_ballot_fault {
    CLIENT_BALLOT_FAULT_NONE,
#define CLIENT_BALLOT_FAULT_ENUM(name, word) CLIENT_BALLOT_FAULT_##name,
    CLIENT_BALLOT_FAULT_LIST(CLIENT_BALLOT_FAULT_ENUM)
#undef CLIENT_BALLOT_FAULT_ENUM
        CLIENT_BALLOT_FAULT_COUNT
};
/* "not_counted"; "" for none. */
const char *client_ballot_fault_word(enum client_ballot_fault fault);

/* --- the view ------------------------------------------------------------ */

/* Texts are NUL-terminated and come from the bytes of election.json alone. */
struct client_ballot_question {
    char *text;
    char **answers;
    size_t answer_count;
    bool has_blank; /* position 0 of the marks is "blank" then */
    uint64_t min, max;
    char *form; /* "choose", "agree", "level3", "level4" */
};

/* An own ballot that was cast. */
struct client_ballot_tracker {
    struct hash ballot;
    bool has_receipt;
    uint64_t height; /* by the receipt */
    int64_t at_ms;   /* likewise */
};

enum { CLIENT_BALLOT_TRACKERS_MAX = 16, CLIENT_BALLOT_UUID_SIZE = 23 };

/* How far this device is with the record. */
enum client_ballot_check {
    CLIENT_BALLOT_UNCHECKED,
    CLIENT_BALLOT_FETCHING, /* check_done of check_size bytes, roughly */
    CLIENT_BALLOT_CHECKING, /* check_done of check_size ballots */
    CLIENT_BALLOT_GOOD,     /* up to where the record goes now */
    CLIENT_BALLOT_BAD
};

/*
 * One ballot as this device stands in it; phase, list and numbers of the log
 * are in the meeting's state under the same id. Valid while the view is locked.
 */
struct client_ballot_view {
    struct identifier ballot;
    enum client_ballot_stage stage;     /* the newest that was told */
    enum client_ballot_fault fault;     /* of the newest failure or objection */
    char uuid[CLIENT_BALLOT_UUID_SIZE]; /* "" before the keys are begun */
    bool has_election;                  /* election.json is here, and right */
    struct client_ballot_question *questions;
    size_t question_count;
    char *name;          /* of the election; NULL before it is here */
    uint64_t teller;     /* place in the committee from 1; 0: none */
    bool is_voter;       /* channel own */
    bool has_credential; /* on this device */
    bool is_listed;      /* and it is in the newest list */
    bool has_attested;   /* that list */
    bool is_ready;       /* may cast now */
    bool has_confirmed;  /* `included` was signed */
    bool is_asked;       /* waits for client_ballot_decrypt_anyway() */
    struct client_ballot_tracker trackers[CLIENT_BALLOT_TRACKERS_MAX];
    size_t tracker_count; /* oldest first; the last one counts */
    enum client_ballot_check check;
    uint64_t check_done, check_size;
    struct hash archive_head; /* of what was checked */
    uint64_t *counts;         /* verified; all questions' positions in turn */
    size_t count_count;       /* 0 before the result is verified */
    /* of a site's device */
    uint64_t pool_size;         /* credentials that it holds */
    struct identifier unlocked; /* the member who votes at it now, or "" */
    bool is_transcribed; /* it enters paper ballots: unlocked is "paper1"… */
    uint64_t entered;    /* members who voted at it, or paper entered */
};

/* NULL if nothing is known of such a ballot. */
const struct client_ballot_view *
meeting_view_ballot(const struct meeting_view *view,
                    const struct identifier *ballot);

/* A tracker as people compare it: standard Base64 without padding. */
enum { CLIENT_BALLOT_TRACKER_SIZE = 44 };
void client_ballot_tracker_text(const struct hash *ballot,
                                char out[CLIENT_BALLOT_TRACKER_SIZE]);

/* --- the user's decisions ------------------------------------------------ *
 *
 * Each has exactly one answer notice with its tag, as client_command() has; it
 * is refused there if it is out of place. RESULT_FULL or RESULT_NO_MEMORY:
 * nothing was taken. As JSON, for scripts, in client_command():
 *
 *   {"op":"ballot_take","ballot":"b1"}
 *   {"op":"ballot_cast","ballot":"b1","marks":[[0,1,0],[1,0]]}
 *   {"op":"ballot_decrypt","ballot":"b1"}
 *   {"op":"ballot_export","ballot":"b1","path":"/home/.../b1.bel"}
 *   {"op":"hall_unlock","ballot":"b1","member":"m7","pin":"123456"}
 *   {"op":"hall_unlock","ballot":"b1","member":""} (the next paper ballot)
 *   {"op":"hall_cast","ballot":"b1","marks":[...]}
 *   {"op":"set_pin","pin":"123456"} (a site's device: with "member")
 */

/* Takes this holder's credential for this device. Answered at once when it is
 * kept; CLIENT_BALLOT_ISSUED_HERE follows, or CLIENT_BALLOT_FAILED. */
MUST_USE enum result client_ballot_take(struct client *client, uint64_t tag,
                                        const struct identifier *ballot);
/*
 * Votes, or votes anew. `marks` are 0 or 1, for every position of every
 * question in turn, a question's blank first if it has one; `count` of them.
 * Answered when the encrypted ballot is kept and on its way: it is sent until
 * there is a receipt, also by a later run. The caller wipes its marks.
 */
MUST_USE enum result client_ballot_cast(struct client *client, uint64_t tag,
                                        const struct identifier *ballot,
                                        const uint8_t *marks, size_t count);
/* A teller's answer to CLIENT_BALLOT_ASKED: knowingly yes. */
MUST_USE enum result
client_ballot_decrypt_anyway(struct client *client, uint64_t tag,
                             const struct identifier *ballot);
/* Writes the record as far as it goes, UUID.bel, to a new file. */
MUST_USE enum result client_ballot_export(struct client *client, uint64_t tag,
                                          const struct identifier *ballot,
                                          const char *path);
/* A site's device: the member votes at it next; the server looks at the PIN.
 * Where it enters paper: the next one; member "" and pin NULL. */
MUST_USE enum result client_hall_unlock(struct client *client, uint64_t tag,
                                        const struct identifier *ballot,
                                        const struct identifier *member,
                                        const char *pin);
/* The unlocked member's vote, once; as client_ballot_cast(). */
MUST_USE enum result client_hall_cast(struct client *client, uint64_t tag,
                                      const struct identifier *ballot,
                                      const uint8_t *marks, size_t count);
/* At a device of a site, or of chair or minute-taker: this member is here. */
MUST_USE enum result client_check_in_pin(struct client *client, uint64_t tag,
                                         const struct identifier *meeting,
                                         const struct identifier *member,
                                         const char *pin);
/* The PIN for a hall device: one's own, or at a site's device, where the
 * minute-taker allowed it, that of `member`. */
MUST_USE enum result client_set_pin(struct client *client, uint64_t tag,
                                    const struct identifier *member,
                                    const char *pin);

#endif
