/*
 * Elements of the lists that events about recordings have.
 */
#ifndef PROTOCOL_MEETING_MEETING_RECORDING_ROWS_H
#define PROTOCOL_MEETING_MEETING_RECORDING_ROWS_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"

#include <stdbool.h>

/* What one device of a speaker sent, as Ogg Opus: from when (second 0 of the
 * file) to when; packets: of the file, but for the silence that was filled in.
 * blob: SHA-256 of the file, zeros if it was lost or left out. */
extern const struct schema recording_file_schema;
#define RECORDING_FILE_FIELDS(X)                                               \
    X(ID, holder, 0, NONE)                                                     \
    X(NUMBER, slot, 65535, NONE)                                               \
    X(HASH, blob, 0, NONE)                                                     \
    X(NUMBER, size, LIMIT_BLOB_SIZE, NONE)                                     \
    X(NUMBER, packets, 0, NONE)                                                \
    X(TIME, from, 0, NONE)                                                     \
    X(TIME, to, 0, NONE)                                                       \
    X(ENUM, outcome, recording_outcome_words, NONE)
struct recording_file {
    RECORDING_FILE_FIELDS(FIELD_MEMBER)
};

/* Is there a file? Otherwise it has no bytes and no hash. */
bool recording_file_is_there(const struct recording_file *file);

/* Where the file stands in the record of its meeting:
 * recordings/RECORDING-SLOT-HOLDER.opus. */
#define RECORDINGS_FOLDER "recordings/"
enum { RECORDING_PATH_SIZE = LIMIT_RECORD_PATH_SIZE };
void recording_file_path(uint64_t recording, const struct recording_file *file,
                         char out[RECORDING_PATH_SIZE]);

#endif
