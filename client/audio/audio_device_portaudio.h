/*
 * Microphone and loudspeaker by PortAudio, straight on the hardware (ALSA,
 * JACK): for a computer without PulseAudio and PipeWire. There the device
 * belongs to one program at a time.
 */
#ifndef CLIENT_AUDIO_AUDIO_DEVICE_PORTAUDIO_H
#define CLIENT_AUDIO_AUDIO_DEVICE_PORTAUDIO_H

#include "client/audio/audio_device.h"
#include "protocol/base/result.h"

#include <stdbool.h>

/* Was chibo built with PortAudio? */
bool audio_device_portaudio_is_there(void);

/*
 * A device that captures from and plays to what PortAudio calls by these names
 * (NULL: its default). The caller owns `*out` and ends it with its `free`.
 * RESULT_NO_MEMORY, or RESULT_UNSUPPORTED where chibo was built without
 * PortAudio.
 *
 * Without a microphone it starts all the same and says AUDIO_MISSING, if there
 * is a handler for that; without a loudspeaker its `start` is RESULT_NOT_FOUND.
 * It is started, stopped and freed on one thread, no other such device being
 * started or stopped meanwhile. The handlers run one at a time. A device that
 * is pulled out ends with RESULT_IO.
 */
MUST_USE enum result audio_device_portaudio_new(struct audio_device **out,
                                                const char *capture_name,
                                                const char *playback_name);

#endif
