/*
 * Who counts: D of a meeting of members, of a congress, of a committee, from
 * the people on the roll. Membership decides, not attendance; who counts only
 * if present, and who is left out for an absence, is the ruleset's. Pure; any
 * thread.
 *
 * Source: 294-QĐ/TW (26/5/2025), 9.3.2, for meetings; 190-QĐ/TW (10/10/2024)
 * for elections at a congress.
 */
#ifndef PROTOCOL_RULES_ELECTORATE_H
#define PROTOCOL_RULES_ELECTORATE_H

#include "protocol/base/result.h"
#include "protocol/rules/rule_id.h"

#include <stddef.h>
#include <stdint.h>

/* Sets of categories; a category is in one of them at most. */
struct electorate_rule {
    unsigned always;
    unsigned if_present;     /* when the roll is retaken before the vote */
    unsigned unless_excused; /* from the whole congress, and accepted */
};

struct electorate_rules {
    struct electorate_rule meeting, congress, committee;
};

/* A person as the roll has her when it is retaken, in whatever way present. */
struct roll_person {
    enum category category;
    bool is_present;
    /* Absent from the whole congress for a reason that was accepted. */
    bool is_excused_throughout;
    bool is_in_committee;
};

struct roll {
    enum meeting_kind kind;
    bool is_committee; /* a meeting of the committee: others are passed over */
    const struct roll_person *people; /* borrowed */
    size_t count;
};

/* D with what it was counted from. */
struct electorate {
    enum rule_id rule; /* that was applied */
    enum measure measure;
    uint64_t people[category_count_];
    uint64_t counted[category_count_];
    uint64_t excused; /* left out for being absent throughout */
    uint64_t d;
    uint64_t present; /* of those that count */
};

/*
 * What a rule that names `asked` is measured against in this meeting. A
 * committee's meeting has its own D; that of a congress is for a congress, and
 * elsewhere that of a meeting stands for it.
 */
enum measure electorate_measure(enum measure asked, const struct roll *roll);

/*
 * Counts. RESULT_INVALID, with `*out` untouched, for MEASURE_VALID, which no
 * roll tells, for a category that is none, and for somebody who is present and
 * yet absent throughout.
 */
MUST_USE enum result electorate_count(const struct electorate_rules *rules,
                                      enum measure asked,
                                      const struct roll *roll,
                                      struct electorate *out);

/* Is whoever is of this category counted at all, if only by being there? */
bool electorate_may_count(const struct electorate_rule *rule,
                          enum category category);

#endif
