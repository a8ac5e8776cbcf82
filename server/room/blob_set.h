/*
 * The files that a meeting names: a set of their SHA-256, found in constant
 * time, for ballots of thousands. Nothing is taken out but all of it.
 *
 * Zero-initialised is empty. One thread.
 */
#ifndef SERVER_ROOM_BLOB_SET_H
#define SERVER_ROOM_BLOB_SET_H

#include "protocol/base/result.h"
#include "protocol/meeting/meeting_event.h"
#include "protocol/record/digest.h"

#include <stdbool.h>
#include <stddef.h>

struct blob_set {
    struct hash *slots; /* owned; all zeros: free */
    size_t slot_count;  /* 0 or a power of two */
    size_t used;
};

void blob_set_release(struct blob_set *set);

/* A hash that is there already, or all zeros (which name nothing), is
 * RESULT_OK. RESULT_NO_MEMORY: the set is as it was. */
MUST_USE enum result blob_set_add(struct blob_set *set,
                                  const struct hash *blob);
bool blob_set_has(const struct blob_set *set, const struct hash *blob);

/*
 * Adds the files that this event puts into the meeting: documents, and the
 * records of ballots that the server made or has looked at. What a member only
 * claims (an objection, a decryption that was refused) names nothing: a hash
 * somebody has heard of does not become a file of the meeting by being said.
 * Results as blob_set_add(); part of them may be in.
 */
MUST_USE enum result blob_set_add_event(struct blob_set *set,
                                        const struct meeting_event *event);

#endif
