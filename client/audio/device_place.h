/*
 * Where one direction of the sound is, and what of it is news to somebody who
 * chose a device, or none. Pure; whose it is, its thread.
 */
#ifndef CLIENT_AUDIO_DEVICE_PLACE_H
#define CLIENT_AUDIO_DEVICE_PLACE_H

#include "client/audio/audio_device.h"

#include <stdbool.h>

struct device_place {
    bool is_chosen;           /* somebody chose one */
    bool is_strayed;          /* it is not on that */
    bool is_absent;           /* there is none at all, and that was told */
    char at[AUDIO_NAME_SIZE]; /* the machine's name of where it is; "": nowhere
                                 yet */
};

/* It is on the chosen one now. True: `*out` is to be told. */
bool device_place_on_chosen(struct device_place *place, const char *name,
                            enum audio_change_kind *out);
/* It is on the default one, called `name`; if one was chosen, for the reason
 * `why`: AUDIO_STRAYED, AUDIO_BUSY or AUDIO_UNFIT. */
bool device_place_on_default(struct device_place *place, const char *name,
                             enum audio_change_kind why,
                             enum audio_change_kind *out);
/* There is none: AUDIO_MISSING, AUDIO_BUSY or AUDIO_UNFIT. */
bool device_place_nowhere(struct device_place *place,
                          enum audio_change_kind why,
                          enum audio_change_kind *out);

/* Does it say that nothing is captured or heard from now on? */
bool device_place_is_nowhere(const struct audio_change *change);

#endif
