/*
 * Tries a device, as before a meeting: plays a chirp and looks whether the
 * microphone hears it, records three seconds, plays them back. Blocks for some
 * nine seconds; the device's thread only fills memory meanwhile.
 */
#ifndef CLIENT_AUDIO_AUDIO_TRIAL_H
#define CLIENT_AUDIO_AUDIO_TRIAL_H

#include "client/audio/audio_device.h"
#include "client/audio/level_meter.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

enum audio_trial_step {
    AUDIO_TRIAL_CHIRP,  /* a short sound is heard */
    AUDIO_TRIAL_RECORD, /* one should speak now */
    AUDIO_TRIAL_REPLAY, /* what was said is heard */
};

struct audio_trial {
    bool has_microphone;  /* in: to be tried; out: there is one */
    bool has_loudspeaker; /* in: to be tried */
    struct level_summary level;
    bool has_round_trip; /* the microphone hears the loudspeaker */
    int64_t round_trip_ms;
};

/* Who shows it; called on the thread that runs the trial. */
struct audio_trial_handlers {
    void (*step)(enum audio_trial_step step, void *user); /* it begins */
    /* How loud the last tenth of a second of AUDIO_TRIAL_RECORD was. May be
     * NULL. */
    void (*level)(const struct level *level, void *user);
    void *user;
};

/*
 * Runs `device`, which was not started yet and stays the caller's. What `start`
 * of the device fails with, or what it ended with; RESULT_IO if no sound flows;
 * or RESULT_NO_MEMORY.
 */
MUST_USE enum result
audio_trial_run(struct audio_trial *trial, struct audio_device *device,
                const struct audio_trial_handlers *handlers);

#endif
