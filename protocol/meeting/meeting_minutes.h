/*
 * The minutes of a meeting: what the minute-taker wrote, the version that was
 * read back, what members object to, and who signed what was adopted. Written
 * by meeting_state_minutes.c alone; a state belongs to one thread.
 *
 * Source: docs/trust.md, "The minutes": only signatures over the
 * commitment that `minutes_adopted` names count.
 */
#ifndef PROTOCOL_MEETING_MEETING_MINUTES_H
#define PROTOCOL_MEETING_MEETING_MINUTES_H

#include "protocol/meeting/vocabulary.h"

/* An entry of no kind is a note. */
#define ENTRY_KIND_LIST(X)                                                     \
    X(ENTRY_OPINION, "opinion")                                                \
    X(ENTRY_CONCLUSION, "conclusion")
/* A reservation ("bảo lưu ý kiến") stays; an objection asks for an answer. */
#define MINUTES_OBJECTION_LIST(X)                                              \
    X(MINUTES_OBJECTION, "objection")                                          \
    X(MINUTES_RESERVATION, "reservation")
#define OBJECTION_ANSWER_LIST(X)                                               \
    X(ANSWER_ACCEPTED, "accepted")                                             \
    X(ANSWER_DECLINED, "declined")                                             \
    X(ANSWER_WITHDRAWN, "withdrawn")
#define MINUTES_SIGNER_LIST(X)                                                 \
    X(SIGNER_MINUTE_TAKER, "minute-taker")                                     \
    X(SIGNER_CHAIR, "chair")                                                   \
    X(SIGNER_MEMBER, "member")

/* Papers of a meeting that have a number. Minutes and tallies, which are
 * minutes of a ballot, are counted together. */
#define NUMBERED_PAPER_LIST(X)                                                 \
    X(NUMBERED_MINUTES, "minutes")                                             \
    X(NUMBERED_TALLY, "tally")                                                 \
    X(NUMBERED_RESOLUTION, "resolution")                                       \
    X(NUMBERED_NOTICE, "notice")

VOCABULARY_ENUM(entry_kind, ENTRY_KIND_LIST)
VOCABULARY_ENUM(minutes_objection, MINUTES_OBJECTION_LIST)
VOCABULARY_ENUM(objection_answer, OBJECTION_ANSWER_LIST)
VOCABULARY_ENUM(minutes_signer, MINUTES_SIGNER_LIST)
VOCABULARY_ENUM(numbered_paper, NUMBERED_PAPER_LIST)

/* What counts on its own. */
enum number_series {
    SERIES_MINUTES,
    SERIES_RESOLUTION,
    SERIES_NOTICE,
    NUMBER_SERIES_COUNT
};

struct meeting_number {
    enum numbered_paper paper;
    struct identifier ballot; /* of a tally */
    uint64_t number;
};

struct meeting_entry {
    struct identifier id;
    struct identifier item;
    enum entry_kind kind;     /* entry_kind_none_: a note */
    struct identifier member; /* of an opinion; "": nobody is named */
    uint64_t behind;          /* event that it stands behind */
    uint64_t version;
    uint64_t seq;  /* of the event that holds the newest text */
    int64_t at_ms; /* of the first version */
    bool is_removed;
};

struct meeting_objection {
    struct identifier id;
    struct identifier member;
    enum minutes_objection kind;
    uint64_t version;
    struct identifier entry;
    uint64_t line;
    uint64_t seq; /* of the event that holds its text */
    enum objection_answer answer;
    uint64_t answered_seq;
};

struct meeting_signature {
    struct identifier member;
    enum minutes_signer role;
    struct key device;
    uint64_t seq;
};

/* Owned by the state, beside its entries. */
struct meeting_minutes {
    uint64_t changed_seq; /* newest event about an entry */
    uint64_t version;     /* presented last; 0: none was */
    uint64_t upto;
    uint64_t size; /* of its minutes.json, bytes */
    uint64_t presented_seq;
    struct hash c;            /* of the version presented last */
    struct identifier vote;   /* newest on the minutes; "": none was */
    uint64_t vote_version;    /* what it is on */
    uint64_t adopted_version; /* 0: they are not adopted */
    uint64_t adopted_seq;
    struct identifier adopted_by; /* vote */
    struct meeting_objection *objections;
    size_t objection_count;
    struct meeting_signature *signatures;
    size_t signature_count;
    struct meeting_number *numbers; /* owned; newest of each paper */
    size_t number_count;
    uint64_t numbers_before[NUMBER_SERIES_COUNT]; /* last ones of the term, as
                                                     they were carried over */
    uint64_t signed_seq; /* of the event with which chair and minute-taker had
                            both signed; 0: they have not */
};

struct meeting_state;

/* NULL if there is none of this id. */
const struct meeting_objection *
meeting_state_objection(const struct meeting_state *,
                        const struct identifier *id);
/* NULL if the member has not signed as this. */
const struct meeting_signature *
meeting_minutes_signature(const struct meeting_minutes *,
                          const struct identifier *member,
                          enum minutes_signer role);
enum number_series numbered_series(enum numbered_paper);
/* The number of a paper (`ballot` "": of no ballot); 0: it has none. */
uint64_t meeting_minutes_number(const struct meeting_minutes *,
                                enum numbered_paper,
                                const struct identifier *ballot);
/* The last number of its series that another paper has; 0: none has. */
uint64_t meeting_minutes_last_number(const struct meeting_minutes *,
                                     enum numbered_paper,
                                     const struct identifier *ballot);
/* The last number of a series, carried over or given here. */
uint64_t meeting_minutes_series_end(const struct meeting_minutes *,
                                    enum number_series);
/* May the paper have a number: the ballot is there, where there has to be one,
 * and minutes that both signed keep theirs? */
bool meeting_state_may_number(const struct meeting_state *, enum numbered_paper,
                              const struct identifier *ballot);
/* Objections to the version presented last that nobody has answered. */
size_t meeting_minutes_open_objections(const struct meeting_minutes *);
/* Was anything of the minute-taker's changed since they were presented? */
bool meeting_minutes_are_stale(const struct meeting_minutes *);
/* Adopted, or being voted on: nothing of the text changes. */
bool meeting_state_minutes_are_locked(const struct meeting_state *);
/* Is the member, now, who may sign as this? Whether it did is not asked. */
bool meeting_state_may_sign(const struct meeting_state *,
                            const struct identifier *member,
                            enum minutes_signer role);

#endif
