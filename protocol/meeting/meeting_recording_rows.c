#include "protocol/meeting/meeting_recording_rows.h"

#include <inttypes.h>
#include <stdio.h>

#define field_struct struct recording_file
static const struct field recording_file_fields[] = { RECORDING_FILE_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema recording_file_schema = {
    "recording_file", sizeof(struct recording_file), recording_file_fields,
    sizeof recording_file_fields / sizeof recording_file_fields[0]
};

bool recording_file_is_there(const struct recording_file *file)
{
    return file->outcome != RECORDING_LOST &&
           file->outcome != RECORDING_LEFT_OUT;
}

void recording_file_path(uint64_t recording, const struct recording_file *file,
                         char out[RECORDING_PATH_SIZE])
{
    (void)snprintf(out, RECORDING_PATH_SIZE,
                   RECORDINGS_FOLDER "%" PRIu64 "-%" PRIu64 "-%s.opus",
                   recording, file->slot, file->holder.text);
}
