/*
 * May the cell meet online? If more than half of its members cannot meet in one
 * place, each for a ground that is named. Pure; any thread.
 *
 * Source: 03-HD/TW (27/12/2022), scope: special nature, special circumstances;
 * without members exempt from meetings and without suspended ones.
 */
#ifndef PROTOCOL_RULES_ELIGIBILITY_H
#define PROTOCOL_RULES_ELIGIBILITY_H

#include "protocol/rules/outcome.h"

#include <stddef.h>

/* Why a member cannot come. The last one: disaster, epidemic, emergency. */
#define GROUND_LIST(X)                                                         \
    X(GROUND_MISSION_ABROAD, "mission_abroad")                                 \
    X(GROUND_SEVERAL_PROVINCES, "several_provinces")                           \
    X(GROUND_WORKS_FAR, "works_far")                                           \
    X(GROUND_STUDENT_SUMMER, "student_summer")                                 \
    X(GROUND_ON_DUTY, "on_duty")                                               \
    X(GROUND_AT_SEA, "at_sea")                                                 \
    X(GROUND_CIRCUMSTANCES, "circumstances")
VOCABULARY_ENUM(ground, GROUND_LIST)

struct eligibility_rules {
    struct threshold test;
    unsigned counts;  /* categories that are members here */
    unsigned grounds; /* that the ruleset takes */
};

struct eligibility_person {
    enum category category;
    enum ground ground; /* none: can come */
};

struct eligibility {
    struct outcome outcome; /* yes: cannot come; d: members that count */
    uint64_t by_ground[ground_count_];
    uint64_t left_out[category_count_]; /* of categories that do not count */
};

/* RESULT_INVALID, with `*out` untouched, for a category that is none or a
 * ground that the ruleset does not take. */
MUST_USE enum result eligibility_decide(const struct eligibility_rules *rules,
                                        const struct eligibility_person *people,
                                        size_t count, struct eligibility *out);

#endif
