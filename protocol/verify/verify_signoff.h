/*
 * Is a meeting's text signed off? The one place that knows. Pure; any thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_SIGNOFF_H
#define PROTOCOL_VERIFY_VERIFY_SIGNOFF_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/record/record_manifest.h"

#include <stdbool.h>

/*
 * Does every event that the manifest names sign the minutes? False: one does
 * not. `*is_done`: chair and minute-taker both signed them as they were
 * adopted.
 */
bool verify_signoff_read(const struct meeting_state *state,
                         const struct record_manifest *manifest, bool *is_done);

#endif
