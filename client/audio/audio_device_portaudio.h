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
 * (audio_listing.h, without the word before; NULL: its default). The caller
 * owns `*out` and ends it with its `free`. RESULT_NO_MEMORY, or
 * RESULT_UNSUPPORTED where chibo was built without PortAudio.
 *
 * Numbers change, so a card is known by its name, whatever ALSA's number of it
 * is now, unless several are called so. What does not take 48 kHz or one
 * channel is used through ALSA's converter.
 *
 * With a `changed` handler what is not there, busy, unfit or pulled out is
 * replaced by the default one, and taken again when it is back, or free.
 * Without a microphone it starts all the same and says so; without a
 * loudspeaker `start` fails, and later `ended` says RESULT_NOT_FOUND, as it
 * says RESULT_IO of one that is there and fails again and again. Without that
 * handler what is pulled out ends with RESULT_IO.
 *
 * What it costs. PortAudio looks what there is only when it begins, with all
 * streams closed. So whatever happens to one direction both stop, for as long
 * as PortAudio looks and opens: some 50 ms to a second, by the number of
 * devices and their drivers. It is done by a thread of the device's own, never
 * on one that carries sound: after a stream's failure; when what is awaited can
 * be opened, which ALSA is asked for every two seconds; when a card has come or
 * gone while something is awaited; and when audio_listing_read_direct() looks.
 * Without ALSA nothing that is awaited is taken before a failure or a listing.
 *
 * PortAudio 19.6 and 19.7 may also hang for ever where a card fails in the
 * wrong moment: then `start`, or `ended`, says RESULT_IO after some 30 s, and
 * this process has no PortAudio any more.
 *
 * It is started, stopped and freed on one thread, and one such device runs at a
 * time. The handlers run one at a time.
 */
MUST_USE enum result audio_device_portaudio_new(struct audio_device **out,
                                                const char *capture_name,
                                                const char *playback_name);

#endif
