/* The listing of PortAudio's devices (audio_listing.h). */
#include "client/audio/audio_listing.h"

#ifdef HAS_PORTAUDIO

#include "client/audio/audio_name.h"
#include "client/audio/portaudio_library.h"
#include "client/audio/portaudio_name.h"

#include <portaudio.h>

static void add(struct audio_listing *listing, enum audio_direction direction,
                const char *name, bool is_default)
{
    struct audio_listed *device = &listing->devices[listing->count];

    /* A name that is too long could not be chosen. */
    if (listing->count == AUDIO_LISTING_MAX)
        return;
    *device = (struct audio_listed){ .direction = direction,
                                     .is_default = is_default };
    if (!audio_name_keep_direct(device->name, name))
        return;
    portaudio_name_describe(device->description, name);
    listing->count++;
}

static void add_all(struct audio_listing *listing,
                    enum audio_direction direction)
{
    const PaDeviceIndex usual = direction == AUDIO_CAPTURE
                                    ? Pa_GetDefaultInputDevice()
                                    : Pa_GetDefaultOutputDevice();
    struct portaudio_names names;

    portaudio_library_names(direction, &names);
    for (size_t i = 0; i < names.count; i++) {
        const bool is_default = (PaDeviceIndex)i == usual;

        if (names.names[i] &&
            (is_default || portaudio_name_is_for_people(names.names[i])))
            add(listing, direction, names.names[i], is_default);
    }
}

enum result audio_listing_read_direct(struct audio_listing *out)
{
    enum result result;

    out->count = 0;
    if (!portaudio_library_lock())
        return RESULT_IO;
    portaudio_library_pause();
    result = portaudio_library_begin();
    if (result == RESULT_OK) {
        add_all(out, AUDIO_CAPTURE);
        add_all(out, AUDIO_PLAYBACK);
        portaudio_library_end();
    }
    portaudio_library_resume();
    portaudio_library_unlock();
    return result;
}

#else

enum result audio_listing_read_direct(struct audio_listing *out)
{
    out->count = 0;
    return RESULT_UNSUPPORTED;
}

#endif
