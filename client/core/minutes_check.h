/*
 * Minutes that are read back or signed, held against the record as this device
 * has followed it: minutes.json is drawn from its own copy of the log, for the
 * server says only what its hash is. Pure; one thread.
 */
#ifndef CLIENT_CORE_MINUTES_CHECK_H
#define CLIENT_CORE_MINUTES_CHECK_H

#include "client/core/log_follower.h"

enum minutes_check {
    MINUTES_CHECK_SAME = 1,
    MINUTES_CHECK_OTHER,
    MINUTES_CHECK_UNABLE /* bytes of the log are not kept, or it is no log of
                            a meeting that far */
};

/*
 * `said`: the hash of minutes.json by the log up to `upto`. `rules`, `notes`:
 * of the meeting; NULL: it names none. RESULT_OK or RESULT_NO_MEMORY.
 */
MUST_USE enum result minutes_check(const struct log_follower *follower,
                                   const struct ruleset *rules,
                                   const struct ruleset_notes *notes,
                                   uint64_t upto, const struct hash *said,
                                   enum minutes_check *out);

#endif
