#include "protocol/meeting/meeting_groups_rows.h"

#define field_struct struct group_meeting
static const struct field group_meeting_fields[] = { GROUP_MEETING_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema group_meeting_schema = {
    "group_meeting", sizeof(struct group_meeting), group_meeting_fields,
    sizeof group_meeting_fields / sizeof group_meeting_fields[0]
};

#define field_struct struct group_call
static const struct field group_call_fields[] = { GROUP_CALL_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema group_call_schema = {
    "group_call", sizeof(struct group_call), group_call_fields,
    sizeof group_call_fields / sizeof group_call_fields[0]
};

#define field_struct struct group_of_meeting
static const struct field group_of_meeting_fields[] = { GROUP_OF_MEETING_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema group_of_meeting_schema = {
    "group_of_meeting", sizeof(struct group_of_meeting),
    group_of_meeting_fields,
    sizeof group_of_meeting_fields / sizeof group_of_meeting_fields[0]
};

#define field_struct struct group_vote
static const struct field group_vote_fields[] = { GROUP_VOTE_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema group_vote_schema = {
    "group_vote", sizeof(struct group_vote), group_vote_fields,
    sizeof group_vote_fields / sizeof group_vote_fields[0]
};

#define field_struct struct group_vote_id
static const struct field group_vote_id_fields[] = { GROUP_VOTE_ID_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema group_vote_id_schema = {
    "group_vote_id", sizeof(struct group_vote_id), group_vote_id_fields,
    sizeof group_vote_id_fields / sizeof group_vote_id_fields[0]
};
