#include "protocol/meeting/meeting_votes_rows.h"

#define WORD(name, word) [name] = word,
static const char *const vote_counts_list[] = { VOTE_COUNTS_LIST(WORD) };
const struct enum_words vote_counts_words = { vote_counts_list,
                                              vote_counts_count_ };

#define field_struct struct vote_people
static const struct field people_fields[] = { VOTE_PEOPLE_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema vote_people_schema = {
    "vote_people", sizeof(struct vote_people), people_fields,
    sizeof people_fields / sizeof people_fields[0]
};
