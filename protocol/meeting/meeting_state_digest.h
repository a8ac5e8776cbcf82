/*
 * One hash for everything a meeting's state says: two folds of one log have
 * the same, and any difference shows. For tests and for comparing replays; it
 * stands in no record.
 */
#ifndef PROTOCOL_MEETING_MEETING_STATE_DIGEST_H
#define PROTOCOL_MEETING_MEETING_STATE_DIGEST_H

#include "protocol/meeting/meeting_state.h"

/* SHA-256 over a canonical dump of all fields but the look-up tables. */
struct hash meeting_state_digest(const struct meeting_state *state);

/* A secret ballot's part of it. */
struct digest;
void digest_add_ballot(struct digest *digest,
                       const struct meeting_ballot *ballot);

#endif
