/*
 * The recordings in a record, held against what the log says of them. Pure; any
 * thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_RECORDINGS_H
#define PROTOCOL_VERIFY_VERIFY_RECORDINGS_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/record/record_manifest.h"
#include "protocol/record/record_zip_read.h"

/* Is it the very file that stands in the log under this name? */
bool verify_recording_is_of(const struct meeting_state *state,
                            const struct record_zip_entry *entry);

/* One that the log names and the manifest does not; NULL: there is none. What
 * was left out knowingly stands in the manifest. */
const struct recording_file *
verify_recording_lacking(const struct meeting_state *state,
                         const struct record_manifest *manifest);

#endif
