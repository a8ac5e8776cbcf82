/*
 * Whom a vote is measured against, by category: rows of the event by which it
 * is opened.
 */
#ifndef PROTOCOL_MEETING_MEETING_VOTES_ROWS_H
#define PROTOCOL_MEETING_MEETING_VOTES_ROWS_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/rules/rule_id.h"
#include "protocol/wire/field.h"

/* When one of a category counts. if_present: when the roll is taken before the
 * vote; unless_excused: from the whole congress. */
#define VOTE_COUNTS_LIST(X)                                                    \
    X(COUNTS_NEVER, "never")                                                   \
    X(COUNTS_ALWAYS, "always")                                                 \
    X(COUNTS_IF_PRESENT, "if_present")                                         \
    X(COUNTS_UNLESS_EXCUSED, "unless_excused")
VOCABULARY_ENUM(vote_counts, VOTE_COUNTS_LIST)

extern const struct schema vote_people_schema;
/* votes: may vote on this matter. people, present: all of the category, at a
 * committee's meeting of its members; counted: in D. */
#define VOTE_PEOPLE_FIELDS(X)                                                  \
    X(ENUM, category, category_words, NONE)                                    \
    X(ENUM, counts, vote_counts_words, NONE)                                   \
    X(FLAG, votes, 0, NONE)                                                    \
    X(NUMBER, people, LIMIT_ROSTER, NONE)                                      \
    X(NUMBER, present, LIMIT_ROSTER, NONE)                                     \
    X(NUMBER, counted, LIMIT_ROSTER, NONE)
struct vote_people {
    VOTE_PEOPLE_FIELDS(FIELD_MEMBER)
};

#endif
