/*
 * Elements of the lists that commands and events of secret ballots have.
 */
#ifndef PROTOCOL_MEETING_MEETING_BALLOT_ROWS_H
#define PROTOCOL_MEETING_MEETING_BALLOT_ROWS_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/wire/field.h"

extern const struct schema member_id_schema;
extern const struct schema ballot_count_schema;
extern const struct schema ballot_channel_schema;
extern const struct schema hall_pool_schema;

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

#endif
