/*
 * Are a meeting's minutes signed? Which events sign them, and which file they
 * are. Pure; any thread.
 *
 * Source: docs/trust.md, "The minutes".
 */
#ifndef PROTOCOL_VERIFY_VERIFY_SIGNOFF_H
#define PROTOCOL_VERIFY_VERIFY_SIGNOFF_H

#include "protocol/base/limits.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/record/record_manifest.h"

#include <stdbool.h>

/* The events by which chair and minute-taker signed what was adopted, in order:
 * their number, the first LIMIT_RECORD_SIGNATURES of them in `seqs`. */
size_t verify_signoff_seqs(const struct meeting_state *state,
                           uint64_t seqs[LIMIT_RECORD_SIGNATURES]);

/*
 * Does the manifest name just these events? `*is_done`: chair and minute-taker
 * both signed.
 */
bool verify_signoff_read(const struct meeting_state *state,
                         const struct record_manifest *manifest, bool *is_done);

/* Is this the opening of the hash of the minutes that were presented last?
 * Then it is in `*out`. */
bool verify_signoff_is_file(const struct meeting_state *state, uint64_t seq,
                            const char *field, struct text_view value,
                            struct hash *out);

#endif
