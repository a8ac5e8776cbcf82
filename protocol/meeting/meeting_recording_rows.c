#include "protocol/meeting/meeting_recording_rows.h"

#define field_struct struct recording_file
static const struct field recording_file_fields[] = { RECORDING_FILE_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema recording_file_schema = {
    "recording_file", sizeof(struct recording_file), recording_file_fields,
    sizeof recording_file_fields / sizeof recording_file_fields[0]
};
