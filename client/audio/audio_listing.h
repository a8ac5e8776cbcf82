/*
 * The sinks and sources of the user's PulseAudio server (or PipeWire in its
 * place), or where there is none what PortAudio finds, for people to choose
 * from. Blocks; any thread but the device's.
 */
#ifndef CLIENT_AUDIO_AUDIO_LISTING_H
#define CLIENT_AUDIO_AUDIO_LISTING_H

#include "client/audio/audio_device.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>

enum { AUDIO_LISTING_MAX = 64 }; /* further ones are left out */

struct audio_listed {
    enum audio_direction direction;
    char name[AUDIO_NAME_SIZE];        /* for the machine, and settings; of
                                          PortAudio's audio_name_direct() */
    char description[AUDIO_NAME_SIZE]; /* for people (audio_name.h) */
    bool is_default;
    bool is_monitor; /* no microphone: what a sink plays */
    bool is_dummy;   /* no loudspeaker: it leads nowhere (audio_name.h) */
    bool is_muted;   /* in the settings of sound, or turned down to nothing */
};

struct audio_listing {
    struct audio_listed devices[AUDIO_LISTING_MAX]; /* capture first */
    size_t count;
};

/* RESULT_CLOSED (no server), RESULT_NO_MEMORY or RESULT_IO, this also after
 * 3 s without an answer. */
MUST_USE enum result audio_listing_read(struct audio_listing *out);
/*
 * What PortAudio finds, which knows neither of muting nor of monitors. A device
 * that another program has to itself is not found. Where audio_device_portaudio
 * runs in this process its sound stops meanwhile, as its header says.
 * RESULT_UNSUPPORTED where chibo was built without PortAudio, else RESULT_IO.
 */
MUST_USE enum result audio_listing_read_direct(struct audio_listing *out);
/* The server's, or where there is none PortAudio's; `*is_direct` says it. The
 * server's error, if there is neither. */
MUST_USE enum result audio_listing_read_any(struct audio_listing *out,
                                            bool *is_direct);
/* By the machine's name, or by that for people unless several have it; NULL if
 * there is none. */
const struct audio_listed *
audio_listing_find(const struct audio_listing *listing,
                   enum audio_direction direction, const char *word);

#endif
