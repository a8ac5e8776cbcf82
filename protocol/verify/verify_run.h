/*
 * All that chibo-verify does with one record, from the bytes of files to a
 * verdict. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_RUN_H
#define PROTOCOL_VERIFY_VERIFY_RUN_H

#include "protocol/verify/verify_anchors.h"
#include "protocol/verify/verify_archives.h"
#include "protocol/verify/verify_errata.h"
#include "protocol/verify/verify_meeting.h"

/* A head that somebody wrote down, or anchors that a device kept. */
struct verify_given {
    const char *name; /* borrowed */
    bool is_head;
    uint64_t seq; /* of a head */
    struct hash head;
    struct anchors anchors; /* owned, of a file */
};

struct verify_input {
    struct text_view log, openings;               /* data NULL: not given */
    struct text_view registry, registry_openings; /* likewise */
    /* The meeting is held against the one that its first event names. NULL:
     * none was given. */
    const struct ruleset_shelf *rulesets;
    const struct verify_given *given;
    size_t given_count;
};

enum verify_verdict {
    VERIFY_COMPLETE, /* valid, and nothing can follow */
    VERIFY_INVALID,  /* invalid, or contradicted */
    VERIFY_UNUSABLE, /* no record, or no memory */
    VERIFY_SO_FAR    /* valid, and more may follow or is missing */
};

/* Why a valid record is not the whole one. */
enum verify_gap {
    VERIFY_GAP_OPEN = 1 << 0,         /* the meeting is not closed */
    VERIFY_GAP_UNCONFIRMED = 1 << 1,  /* the closing checkpoint is missing */
    VERIFY_GAP_ANCHOR = 1 << 2,       /* an anchor knows later events */
    VERIFY_GAP_REGISTER = 1 << 3,     /* the register given is too short */
    VERIFY_GAP_REGISTER_END = 1 << 4, /* it knows a later end of the meeting */
    VERIFY_GAP_UNSIGNED = 1 << 5, /* nobody signed the minutes in this record */
    VERIFY_GAP_DOCUMENTS = 1 << 6, /* documents that could not be drawn again */
    VERIFY_GAP_RULESET = 1 << 7 /* the meeting's ruleset cannot be read here */
};

struct verify_record;
struct verify_findings {
    enum verify_verdict verdict;
    unsigned gaps;                 /* of enum verify_gap */
    struct verify_failure failure; /* of VERIFY_INVALID */
    bool is_register;
    struct identifier scope, organisation;
    /* Of a meeting; state NULL before its first event was read. */
    struct verify_meeting meeting;
    struct verify_register registry; /* the log itself, or the one given */
    bool has_registry;
    struct verify_history history;
    struct verify_anchor *anchors; /* owned; one for each given */
    size_t anchor_count;
    struct verify_archives archives; /* of a meeting's secret ballots */
    struct verify_errata errata;     /* of its minutes, by the register given */
    /* The file of the record, if it came as one; borrowed. */
    const struct verify_record *record;
};

/*
 * Fills `out`, which the caller ends with verify_findings_release(). RESULT_OK
 * whatever the verdict; RESULT_MALFORMED: the log is no log; RESULT_INVALID:
 * the register is none, or of another organisation; RESULT_NO_MEMORY.
 */
MUST_USE enum result verify_run(const struct verify_input *input,
                                struct verify_findings *out);
void verify_findings_release(struct verify_findings *findings);
/* Notes what is wrong in the log, if nothing was before. */
void verify_findings_fail(struct verify_findings *findings,
                          enum verify_fault fault, uint64_t seq);

#endif
