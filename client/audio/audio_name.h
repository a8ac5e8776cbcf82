/*
 * Names of sound devices, which come from a sound server, a driver, or from a
 * neighbour's headset that offers itself by radio. Pure; any thread.
 */
#ifndef CLIENT_AUDIO_AUDIO_NAME_H
#define CLIENT_AUDIO_AUDIO_NAME_H

#include "client/audio/audio_device.h"

#include <stdbool.h>

/* For people: what does not belong into a line of text, or is no UTF-8, becomes
 * '?', and what is too long is cut off behind a whole character. NULL: "". */
void audio_name_copy(char out[AUDIO_NAME_SIZE], const char *name);

/*
 * A choice is kept as the machine's name of a device; one of PortAudio's, which
 * no sound server knows, with a word before it. Makes such a name: false if it
 * would be too long.
 */
bool audio_name_keep_direct(char out[AUDIO_NAME_SIZE], const char *name);
/* What PortAudio calls the device that is kept so; NULL if it is none of its,
 * or for NULL. */
const char *audio_name_direct(const char *kept);

/* Is this, a machine's name, what a server offers where there is no
 * loudspeaker: a sink that leads nowhere? */
bool audio_name_is_dummy(const char *name);

#endif
