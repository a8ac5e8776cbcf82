/*
 * An election as whoever makes or checks a ballot needs it: the group, what is
 * voted on, and the table of the election's key. Read-only once made, so that
 * many threads may use it at a time.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_BOOTH_H
#define PROTOCOL_BALLOT_BALLOT_BOOTH_H

#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/base/result.h"

struct ballot_booth {
    const struct ballot_group *group;       /* borrowed */
    const struct ballot_election *election; /* borrowed */
    struct ballot_base *key;                /* owned */
};

/*
 * Both borrowed things, the election as it was read, outlive the booth, which
 * ends with ballot_booth_free(). RESULT_OK; RESULT_REFUSED, the election's key
 * is not in the group or is the identity, under which nothing is secret;
 * RESULT_NO_MEMORY or RESULT_CRYPTO. `out` is then as before.
 */
MUST_USE enum result ballot_booth_new(const struct ballot_group *group,
                                      const struct ballot_election *election,
                                      struct ballot_booth **out);
/* Takes NULL; returns NULL. */
struct ballot_booth *ballot_booth_free(struct ballot_booth *booth);

#endif
