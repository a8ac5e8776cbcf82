#include "client/audio/portaudio_line.h"

#ifdef HAS_PORTAUDIO

#include "client/audio/audio_name.h"
#include "client/audio/portaudio_library.h"
#include "client/audio/portaudio_name.h"

#include <pa_linux_alsa.h>

#include <string.h>

static const char *name_of(PaDeviceIndex device)
{
    const PaDeviceInfo *info = Pa_GetDeviceInfo(device);

    return info && info->name ? info->name : "";
}

static PaDeviceIndex find_chosen(const struct portaudio_line *line)
{
    struct portaudio_names names;

    portaudio_library_names(line->direction, &names);
    return portaudio_name_find(names.names, names.count, line->name);
}

static PaDeviceIndex find_default(const struct portaudio_line *line)
{
    return line->direction == AUDIO_CAPTURE ? Pa_GetDefaultInputDevice()
                                            : Pa_GetDefaultOutputDevice();
}

/* --- a stream --------------------------------------------------------------
 */

static PaError open_stream(struct portaudio_line *line,
                           const PaStreamParameters *parameters)
{
    const bool is_capture = line->direction == AUDIO_CAPTURE;
    PaError result =
        Pa_OpenStream(&line->stream, is_capture ? parameters : NULL,
                      is_capture ? NULL : parameters, AUDIO_RATE,
                      AUDIO_BLOCK_COUNT, paNoFlag, line->callback, line->user);

    if (result != paNoError) {
        line->stream = NULL;
        return result;
    }
    result = Pa_SetStreamFinishedCallback(line->stream, line->finished);
    if (result == paNoError)
        result = Pa_StartStream(line->stream);
    if (result != paNoError)
        portaudio_line_close(line);
    return result;
}

/* A device of ALSA's that takes neither our rate nor one channel does so
 * through ALSA's converter. */
static PaError open_converted(struct portaudio_line *line, PaDeviceIndex device,
                              PaStreamParameters parameters)
{
    const PaDeviceInfo *info = Pa_GetDeviceInfo(device);
    const PaHostApiInfo *api = Pa_GetHostApiInfo(info->hostApi);
    char name[AUDIO_NAME_SIZE];
    PaAlsaStreamInfo converter = { .size = sizeof converter,
                                   .hostApiType = paALSA,
                                   .version = 1,
                                   .deviceString = name };

    portaudio_name_converted(name, name_of(device));
    if (!api || api->type != paALSA || name[0] == '\0')
        return paInvalidSampleRate;
    parameters.device = paUseHostApiSpecificDeviceSpecification;
    parameters.hostApiSpecificStreamInfo = &converter;
    return open_stream(line, &parameters);
}

static enum result result_of(PaError error)
{
    switch ((int)error) {
    case paNoError:
        return RESULT_OK;
    case paDeviceUnavailable:
        return RESULT_BUSY;
    case paInsufficientMemory:
        return RESULT_NO_MEMORY;
    case paInvalidSampleRate:
    case paInvalidChannelCount:
    case paSampleFormatNotSupported:
        return RESULT_REFUSED;
    default:
        return RESULT_IO;
    }
}

static enum result open_device(struct portaudio_line *line,
                               PaDeviceIndex device)
{
    const PaDeviceInfo *info = Pa_GetDeviceInfo(device);
    PaStreamParameters parameters = { .device = device,
                                      .channelCount = 1,
                                      .sampleFormat = paInt16 };
    enum result result;

    if (!info)
        return RESULT_NOT_FOUND;
    parameters.suggestedLatency = line->direction == AUDIO_CAPTURE
                                      ? info->defaultLowInputLatency
                                      : info->defaultLowOutputLatency;
    result = result_of(open_stream(line, &parameters));
    if (result != RESULT_REFUSED && result != RESULT_IO)
        return result;
    if (result_of(open_converted(line, device, parameters)) == RESULT_OK)
        return RESULT_OK;
    return result;
}

void portaudio_line_close(struct portaudio_line *line)
{
    /* What cannot be ended in order is ended with the library. */
    if (line->stream)
        (void)Pa_CloseStream(line->stream);
    line->stream = NULL;
}

/* --- which one -------------------------------------------------------------
 */

static enum audio_change_kind kind_of(enum result why, bool is_nowhere)
{
    if (why == RESULT_BUSY)
        return AUDIO_BUSY;
    if (why == RESULT_REFUSED || why == RESULT_IO)
        return AUDIO_UNFIT;
    return is_nowhere ? AUDIO_MISSING : AUDIO_STRAYED;
}

/* PortAudio lists nothing that it could not open when it looked. */
static enum result open_or_ask_why(struct portaudio_line *line,
                                   PaDeviceIndex device, const char *name)
{
    if (device >= 0)
        return open_device(line, device);
    return portaudio_library_probe(name, line->direction) == RESULT_BUSY
               ? RESULT_BUSY
               : RESULT_NOT_FOUND;
}

static void name_change(struct portaudio_opened *opened, const char *name)
{
    portaudio_name_describe(opened->change.name, name);
}

struct portaudio_opened portaudio_line_open(struct portaudio_line *line,
                                            bool strays)
{
    struct portaudio_opened opened = { .change = { .direction =
                                                       line->direction } };
    const PaDeviceIndex usual = find_default(line);
    PaDeviceIndex chosen = paNoDevice;
    enum result why = RESULT_NOT_FOUND; /* not the chosen one */

    line->place.is_chosen = line->name != NULL;
    if (line->name) {
        chosen = find_chosen(line);
        why = open_or_ask_why(line, chosen, line->name);
    }
    if (line->name && why == RESULT_OK) {
        line->was_there = false;
        opened.is_news = device_place_on_chosen(&line->place, name_of(chosen),
                                                &opened.change.kind);
        name_change(&opened, name_of(chosen));
        return opened;
    }
    opened.result = why;
    if (line->name && !strays)
        return opened;
    if (!line->name || usual < 0 || usual != chosen)
        opened.result = open_or_ask_why(line, usual, NULL);
    if (opened.result == RESULT_OK) {
        line->was_there = line->was_there && line->name;
        opened.is_news =
            device_place_on_default(&line->place, name_of(usual),
                                    kind_of(why, false), &opened.change.kind);
        name_change(&opened, name_of(usual));
        return opened;
    }
    if (line->direction == AUDIO_PLAYBACK || !strays ||
        opened.result == RESULT_NO_MEMORY)
        return opened;
    opened.is_news = device_place_nowhere(
        &line->place, kind_of(opened.result, true), &opened.change.kind);
    opened.result = RESULT_OK;
    return opened;
}

/* --- what it waits for -----------------------------------------------------
 */

bool portaudio_line_is_waiting(const struct portaudio_line *line)
{
    return line->place.is_strayed || line->place.is_absent;
}

bool portaudio_line_is_gone(const struct portaudio_line *line)
{
    return portaudio_library_probe(line->place.at, line->direction) ==
           RESULT_NOT_FOUND;
}

bool portaudio_line_look(struct portaudio_line *line)
{
    const bool was_there = line->was_there;

    if (!portaudio_line_is_waiting(line))
        return false;
    line->was_there =
        portaudio_library_probe(line->name, line->direction) == RESULT_OK;
    return line->was_there && !was_there;
}

#endif
