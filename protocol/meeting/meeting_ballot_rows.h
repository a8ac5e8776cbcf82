/*
 * Elements of the lists that commands and events of secret ballots have.
 */
#ifndef PROTOCOL_MEETING_MEETING_BALLOT_ROWS_H
#define PROTOCOL_MEETING_MEETING_BALLOT_ROWS_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/rules/rule_id.h"
#include "protocol/wire/field.h"

extern const struct schema member_id_schema;
extern const struct schema ballot_count_schema;
extern const struct schema ballot_channel_schema;
extern const struct schema hall_pool_schema;
extern const struct schema discipline_form_schema;
extern const struct schema chosen_row_schema;
extern const struct schema level_row_schema;
extern const struct schema form_row_schema;

/* What a ballot is about, in clear: in its draft and in the command. */
#define BALLOT_MATTER_FIELDS(X)                                                \
    X(OPTIONAL_ENUM, matter, matter_words, NONE)                               \
    X(NUMBER, seats, LIMIT_BALLOT_CANDIDATES, NONE)                            \
    X(OPTIONAL_ID, subject, 0, NONE)                                           \
    X(FLAG, post, 0, NONE)                                                     \
    X(FLAG, subject_votes, 0, NONE)                                            \
    X(OPTIONAL_ID, election, 0, NONE)                                          \
    X(OPTIONAL_ID, again, 0, NONE)

#define MEMBER_ID_FIELDS(X) X(ID, member, 0, NONE)
struct member_id {
    MEMBER_ID_FIELDS(FIELD_MEMBER)
};

/* How often one answer was given. A list of them: all questions in the order of
 * the election, the blanks of a question before its answers. */
#define BALLOT_COUNT_FIELDS(X) X(NUMBER, count, 0, NONE)
struct ballot_count {
    BALLOT_COUNT_FIELDS(FIELD_MEMBER)
};

/* In which way a member votes; site: of channel hall or transcribed. */
#define BALLOT_CHANNEL_FIELDS(X)                                               \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, channel, ballot_channel_words, NONE)                               \
    X(OPTIONAL_ID, site, 0, NONE)
struct ballot_channel_row {
    BALLOT_CHANNEL_FIELDS(FIELD_MEMBER)
};

/* k credentials of a site's device in a list. */
#define HALL_POOL_FIELDS(X)                                                    \
    X(ID, site, 0, NONE)                                                       \
    X(NUMBER, k, 0, NONE)
struct hall_pool {
    HALL_POOL_FIELDS(FIELD_MEMBER)
};

/* --- what a ballot came to -------------------------------------------------
 */

/* A form of discipline that the ballot lists. */
#define DISCIPLINE_FORM_FIELDS(X) X(ENUM, form, discipline_words, NONE)
struct discipline_form {
    DISCIPLINE_FORM_FIELDS(FIELD_MEMBER)
};

/* A candidate; place: by votes, from 1. against: where the ballot asks for it.
 */
#define CHOSEN_ROW_FIELDS(X)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(NUMBER, votes, 0, NONE)                                                  \
    X(NUMBER, against, 0, NONE)                                                \
    X(NUMBER, place, 0, NONE)                                                  \
    X(ENUM, standing, ballot_standing_words, NONE)
struct chosen_row {
    CHOSEN_ROW_FIELDS(FIELD_MEMBER)
};

/* A person who was rated: marks of each level, the best one first, and what
 * follows; fourth: of four levels. */
#define LEVEL_ROW_FIELDS(X)                                                    \
    X(ID, member, 0, NONE)                                                     \
    X(NUMBER, first, 0, NONE)                                                  \
    X(NUMBER, second, 0, NONE)                                                 \
    X(NUMBER, third, 0, NONE)                                                  \
    X(NUMBER, fourth, 0, NONE)                                                 \
    X(OPTIONAL_ENUM, level, ballot_level_words, NONE)
struct level_row {
    LEVEL_ROW_FIELDS(FIELD_MEMBER)
};

/* A form of discipline: its own votes, with those of all harder ones, and how
 * many it needs. reached: by its own. */
#define FORM_ROW_FIELDS(X)                                                     \
    X(ENUM, form, discipline_words, NONE)                                      \
    X(NUMBER, votes, 0, NONE)                                                  \
    X(NUMBER, added, 0, NONE)                                                  \
    X(NUMBER, need, 0, NONE)                                                   \
    X(FLAG, reached, 0, NONE)
struct form_row {
    FORM_ROW_FIELDS(FIELD_MEMBER)
};

#endif
