/*
 * The PulseAudio server of the user's session (or PipeWire in its place), by
 * its asynchronous interface on a thread of the library. The server is never
 * started by us, only used.
 */
#ifndef CLIENT_AUDIO_AUDIO_DEVICE_PULSE_H
#define CLIENT_AUDIO_AUDIO_DEVICE_PULSE_H

#include "client/audio/audio_device.h"
#include "protocol/base/result.h"

/*
 * A device that captures from the source and plays to the sink of these names
 * (NULL: the user's default). The caller owns `*out` and ends it with its
 * `free`. RESULT_NO_MEMORY.
 *
 * Its `start` waits until the streams run, at most some 3 s. `ended` tells the
 * loss of the server (RESULT_CLOSED) or of a stream (RESULT_IO).
 *
 * With a `changed` handler a sink or source that is not there, or vanishes, is
 * replaced by the user's default within a moment, and the chosen one is taken
 * again as soon as it is back; whether the server moves our streams by itself
 * or ends them makes no difference. No source at all is AUDIO_MISSING, and the
 * first that comes is taken; without any sink it fails.
 */
MUST_USE enum result audio_device_pulse_new(struct audio_device **out,
                                            const char *capture_name,
                                            const char *playback_name);

#endif
