#include "protocol/meeting/meeting_ballot_rows.h"

#define field_struct struct member_id
static const struct field member_id_fields[] = { MEMBER_ID_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema member_id_schema = { "member_id", sizeof(struct member_id),
                                         member_id_fields,
                                         sizeof member_id_fields /
                                             sizeof member_id_fields[0] };

#define field_struct struct ballot_count
static const struct field ballot_count_fields[] = { BALLOT_COUNT_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema ballot_count_schema = {
    "count", sizeof(struct ballot_count), ballot_count_fields,
    sizeof ballot_count_fields / sizeof ballot_count_fields[0]
};

#define field_struct struct ballot_channel_row
static const struct field ballot_channel_fields[] = { BALLOT_CHANNEL_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema ballot_channel_schema = {
    "ballot_channel", sizeof(struct ballot_channel_row), ballot_channel_fields,
    sizeof ballot_channel_fields / sizeof ballot_channel_fields[0]
};

#define field_struct struct hall_pool
static const struct field hall_pool_fields[] = { HALL_POOL_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema hall_pool_schema = { "hall_pool", sizeof(struct hall_pool),
                                         hall_pool_fields,
                                         sizeof hall_pool_fields /
                                             sizeof hall_pool_fields[0] };

#define field_struct struct discipline_form
static const struct field discipline_form_fields[] = { DISCIPLINE_FORM_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema discipline_form_schema = {
    "discipline_form", sizeof(struct discipline_form), discipline_form_fields,
    sizeof discipline_form_fields / sizeof discipline_form_fields[0]
};

#define field_struct struct chosen_row
static const struct field chosen_row_fields[] = { CHOSEN_ROW_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema chosen_row_schema = { "chosen", sizeof(struct chosen_row),
                                          chosen_row_fields,
                                          sizeof chosen_row_fields /
                                              sizeof chosen_row_fields[0] };

#define field_struct struct level_row
static const struct field level_row_fields[] = { LEVEL_ROW_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema level_row_schema = { "level", sizeof(struct level_row),
                                         level_row_fields,
                                         sizeof level_row_fields /
                                             sizeof level_row_fields[0] };

#define field_struct struct form_row
static const struct field form_row_fields[] = { FORM_ROW_FIELDS(FIELD_ROW) };
#undef field_struct
const struct schema form_row_schema = { "form", sizeof(struct form_row),
                                        form_row_fields,
                                        sizeof form_row_fields /
                                            sizeof form_row_fields[0] };
