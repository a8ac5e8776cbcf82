/*
 * A device for tests: its owner is its clock, microphone and loudspeaker, and
 * the handlers run on the owner's thread.
 */
#ifndef CLIENT_AUDIO_AUDIO_DEVICE_FAKE_H
#define CLIENT_AUDIO_AUDIO_DEVICE_FAKE_H

#include "client/audio/audio_device.h"
#include "protocol/base/result.h"

#include <stdbool.h>

/* The caller owns `*out` and ends it with its `free`. RESULT_NO_MEMORY. */
MUST_USE enum result audio_device_fake_new(struct audio_device **out);
/* Speaks a block into the microphone. False unless started for capture. */
bool audio_device_fake_capture(struct audio_device *device,
                               const int16_t *samples);
/* Listens to a block. False unless started for playback. */
bool audio_device_fake_play(struct audio_device *device, int16_t *samples);
/* Its server goes away. */
void audio_device_fake_lose(struct audio_device *device);

#endif
