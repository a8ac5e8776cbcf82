/*
 * How loud this user wants to hear whom, in hundredths of how it was sent:
 * kept by holder, not by device or slot, so that it is the same at the next
 * meeting and nobody inherits it. Main thread; nothing to be released.
 */
#ifndef CLIENT_CLI_CLI_VOLUME_H
#define CLIENT_CLI_CLI_VOLUME_H

#include "client/core/client.h"
#include "protocol/base/limits.h"

#include <jansson.h>

#include <stdio.h>

enum { CLI_VOLUME_USUAL = 100, CLI_VOLUME_MAX = 400 };

/* Zeroed: everybody as usual. */
struct cli_volumes {
    struct cli_volume {
        struct identifier holder;
        unsigned percent; /* 0 to CLI_VOLUME_MAX, never CLI_VOLUME_USUAL */
    } of[LIMIT_VOICE_GAINS];
    size_t count;
};

/* What that means for the senders of a meeting. */
struct cli_slot_gains {
    struct cli_slot_gain {
        uint16_t slot;
        float gain;
    } of[LIMIT_VOICE_GAINS];
    size_t count;
};

unsigned cli_volume_of(const struct cli_volumes *volumes,
                       const struct identifier *holder);
/* RESULT_FULL if so many have one already, RESULT_INVALID above
 * CLI_VOLUME_MAX. */
MUST_USE enum result cli_volume_set(struct cli_volumes *volumes,
                                    const struct identifier *holder,
                                    unsigned percent);

/* {"m3":150}; a new reference, NULL without memory. */
json_t *cli_volumes_json(const struct cli_volumes *volumes);
/* False, and `out` is untouched, if it is none; `object` may be NULL, for
 * none. */
MUST_USE bool cli_volumes_read(const json_t *object, struct cli_volumes *out);

/* Of all devices of these holders in the meeting that is shown; none without a
 * meeting. Under the view's lock. */
void cli_volumes_slots(const struct cli_volumes *volumes,
                       const struct meeting_view *view,
                       struct cli_slot_gains *out);
bool cli_slot_gains_equal(const struct cli_slot_gains *a,
                          const struct cli_slot_gains *b);

/* ", loudness 150 %" behind a name; nothing for the usual one. */
void cli_volume_write(unsigned percent, FILE *out);

#endif
