/*
 * One direction of the PortAudio device, a stream: on the chosen device, or on
 * the default one while that is not there, is used by another program or cannot
 * give sound as we need it. Inside of audio_device_portaudio.
 *
 * Opening and closing want portaudio_library_lock().
 */
#ifndef CLIENT_AUDIO_PORTAUDIO_LINE_H
#define CLIENT_AUDIO_PORTAUDIO_LINE_H

#include "client/audio/audio_device.h"
#include "client/audio/device_place.h"
#include "protocol/base/result.h"

#include <stdbool.h>

struct PaStreamCallbackTimeInfo;

struct portaudio_line {
    enum audio_direction direction;
    char *name;   /* chosen, as PortAudio calls it; NULL: the default */
    void *stream; /* PortAudio's; NULL: there is none */
    struct device_place place;
    bool was_there; /* what is awaited could be opened when last looked */

    /* PortAudio's callbacks of the stream, on a thread of it. */
    int (*callback)(const void *input, void *output, unsigned long frames,
                    const struct PaStreamCallbackTimeInfo *time,
                    unsigned long flags, void *user);
    void (*finished)(void *user);
    void *user;
};

/* What came of opening one. */
struct portaudio_opened {
    enum result result;
    bool is_news; /* `change` is to be told */
    struct audio_change change;
};

/*
 * PortAudio has begun. `strays`: may it take the default in the place of the
 * chosen one, and be nowhere at all if it is a microphone? As `start` of the
 * port says.
 */
struct portaudio_opened portaudio_line_open(struct portaudio_line *line,
                                            bool strays);
/* Also when it is not open. */
void portaudio_line_close(struct portaudio_line *line);
/* Is it waiting for its device, or for any? */
bool portaudio_line_is_waiting(const struct portaudio_line *line);
/* Is the device of its stream not there any more, as ALSA knows? */
bool portaudio_line_is_gone(const struct portaudio_line *line);
/* Has what it waits for come since it was last asked? */
bool portaudio_line_look(struct portaudio_line *line);

#endif
