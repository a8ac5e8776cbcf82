/*
 * What is voted on, what a result is measured against, and how people vote: the
 * words that rulesets use. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_MATTER_H
#define PROTOCOL_RULES_MATTER_H

#include "protocol/meeting/vocabulary.h"

#include <stdbool.h>

/* procedure: presidium, secretariat and boards, number and list of candidates.
 * straw: a secret ballot that only asks for opinions on persons. */
#define MATTER_LIST(X)                                                         \
    X(MATTER_RESOLUTION, "resolution")                                         \
    X(MATTER_AGENDA, "agenda")                                                 \
    X(MATTER_MINUTES, "minutes")                                               \
    X(MATTER_PROCEDURE, "procedure")                                           \
    X(MATTER_ADMISSION, "admission")                                           \
    X(MATTER_RECOGNITION, "recognition")                                       \
    X(MATTER_DISCIPLINE, "discipline")                                         \
    X(MATTER_CONFIDENCE, "confidence")                                         \
    X(MATTER_RATING, "rating")                                                 \
    X(MATTER_STRAW, "straw")                                                   \
    X(MATTER_ELECTION, "election")

/* From the mildest to the hardest. */
#define DISCIPLINE_LIST(X)                                                     \
    X(DISCIPLINE_REPRIMAND, "reprimand")                                       \
    X(DISCIPLINE_WARNING, "warning")                                           \
    X(DISCIPLINE_REMOVAL, "removal")                                           \
    X(DISCIPLINE_EXPULSION, "expulsion")

/*
 * What a number is measured against. meeting: whoever is summoned to a meeting
 * of members; congress: the same in an election at a congress; committee: of a
 * committee's meeting. present: who has a vote and is there. valid: the valid
 * ballots.
 */
#define MEASURE_LIST(X)                                                        \
    X(MEASURE_MEETING, "meeting")                                              \
    X(MEASURE_CONGRESS, "congress")                                            \
    X(MEASURE_COMMITTEE, "committee")                                          \
    X(MEASURE_PRESENT, "present")                                              \
    X(MEASURE_VALID, "valid")

#define VOTE_FORM_LIST(X)                                                      \
    X(VOTE_FORM_OPEN, "open")                                                  \
    X(VOTE_FORM_SECRET, "secret")

/* Whether remote seats take part. with_authority: once whoever presides has
 * named the document that allows it. */
#define REMOTE_LIST(X)                                                         \
    X(REMOTE_ALLOWED, "allowed")                                               \
    X(REMOTE_WITH_AUTHORITY, "with_authority")                                 \
    X(REMOTE_NEVER, "never")

VOCABULARY_ENUM(matter, MATTER_LIST)
VOCABULARY_ENUM(discipline, DISCIPLINE_LIST)
VOCABULARY_ENUM(measure, MEASURE_LIST)
VOCABULARY_ENUM(vote_form, VOTE_FORM_LIST)
VOCABULARY_ENUM(remote, REMOTE_LIST)

/* The value of a word in a list; 0 if it is not in it. */
int rule_word_find(const struct enum_words *words, const char *word);

/* A set of values 1..31 of one enum, such as the matters of a category. */
static inline bool rule_set_has(unsigned set, int value)
{
    return value > 0 && value < 32 && (set >> value & 1U) != 0;
}

#endif
