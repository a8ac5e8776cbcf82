#include "client/audio/audio_device_portaudio.h"

#ifdef HAS_PORTAUDIO

#include <portaudio.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct audio_device_portaudio {
    struct audio_device base; /* first: the port's pointer is ours */
    char *names[2];           /* by direction */
    struct audio_device_handlers handlers;
    PaStream *streams[2]; /* two: one for both was once 0.9 s late */
    bool is_initialized;

    pthread_mutex_t mutex; /* held while a handler runs; guards the rest */
    bool is_running;
};

/* --- on the library's threads -------------------------------------------- */

/* `frames` is AUDIO_BLOCK_COUNT, as the streams were opened. */
static int on_input(const void *input, void *output, unsigned long frames,
                    const PaStreamCallbackTimeInfo *time,
                    PaStreamCallbackFlags flags, void *user)
{
    static const int16_t silence[AUDIO_BLOCK_COUNT];
    struct audio_device_portaudio *port = user;

    (void)output;
    (void)frames;
    (void)time;
    (void)flags;
    pthread_mutex_lock(&port->mutex);
    if (port->is_running)
        port->handlers.captured(input ? input : silence, port->handlers.user);
    pthread_mutex_unlock(&port->mutex);
    return paContinue;
}

static int on_output(const void *input, void *output, unsigned long frames,
                     const PaStreamCallbackTimeInfo *time,
                     PaStreamCallbackFlags flags, void *user)
{
    struct audio_device_portaudio *port = user;

    (void)input;
    (void)frames;
    (void)time;
    (void)flags;
    memset(output, 0, AUDIO_BLOCK_COUNT * sizeof(int16_t));
    pthread_mutex_lock(&port->mutex);
    if (port->is_running)
        port->handlers.play(output, port->handlers.user);
    pthread_mutex_unlock(&port->mutex);
    return paContinue;
}

/* Told once, and not when we end it ourselves. */
static void on_finished(void *user)
{
    struct audio_device_portaudio *port = user;

    pthread_mutex_lock(&port->mutex);
    if (port->is_running && port->handlers.ended)
        port->handlers.ended(RESULT_IO, port->handlers.user);
    port->is_running = false;
    pthread_mutex_unlock(&port->mutex);
}

/* --- starting ------------------------------------------------------------ */

static void ignore_alsa(const char *file, int line, const char *function,
                        int code, const char *format, ...)
{
    (void)file;
    (void)line;
    (void)function;
    (void)code;
    (void)format;
}

static void ignore_jack(const char *text) { (void)text; }

/* A function of a library that PortAudio may have brought along. */
static bool find_function(const char *name, void *out)
{
    void *found = dlsym(RTLD_DEFAULT, name);

    /* An object's pointer is no function's in C; POSIX lets it be. */
    memcpy(out, &found, sizeof found);
    return found != NULL;
}

/*
 * Whenever PortAudio looks what there is, ALSA and JACK say on the terminal of
 * each device and server that there might be, and is not. What is wrong with
 * the one that we open PortAudio tells us.
 */
static void quieten_libraries(void)
{
    int (*set_alsa)(
        void (*)(const char *, int, const char *, int, const char *, ...));
    void (*set_jack)(void (*)(const char *));

    if (find_function("snd_lib_error_set_handler", &set_alsa))
        (void)set_alsa(ignore_alsa);
    if (find_function("jack_set_error_function", &set_jack))
        set_jack(ignore_jack);
    if (find_function("jack_set_info_function", &set_jack))
        set_jack(ignore_jack);
}

static bool fits(const PaDeviceInfo *info, enum audio_direction direction)
{
    return info && (direction == AUDIO_CAPTURE ? info->maxInputChannels
                                               : info->maxOutputChannels) > 0;
}

static PaDeviceIndex find(const struct audio_device_portaudio *port,
                          enum audio_direction direction)
{
    const char *name = port->names[direction];
    PaDeviceIndex count = Pa_GetDeviceCount();

    if (!name)
        return direction == AUDIO_CAPTURE ? Pa_GetDefaultInputDevice()
                                          : Pa_GetDefaultOutputDevice();
    for (PaDeviceIndex i = 0; i < count; i++) {
        const PaDeviceInfo *info = Pa_GetDeviceInfo(i);

        if (fits(info, direction) && strcmp(info->name, name) == 0)
            return i;
    }
    return paNoDevice;
}

static enum result open_stream(struct audio_device_portaudio *port,
                               enum audio_direction direction)
{
    const bool is_capture = direction == AUDIO_CAPTURE;
    PaStreamParameters parameters = { .device = find(port, direction),
                                      .channelCount = 1,
                                      .sampleFormat = paInt16 };
    const PaDeviceInfo *info;
    PaStream **stream = &port->streams[direction];

    if (parameters.device == paNoDevice)
        return RESULT_NOT_FOUND;
    info = Pa_GetDeviceInfo(parameters.device);
    if (!info)
        return RESULT_NOT_FOUND;
    parameters.suggestedLatency = is_capture ? info->defaultLowInputLatency
                                             : info->defaultLowOutputLatency;
    if (Pa_OpenStream(stream, is_capture ? &parameters : NULL,
                      is_capture ? NULL : &parameters, AUDIO_RATE,
                      AUDIO_BLOCK_COUNT, paNoFlag,
                      is_capture ? on_input : on_output, port) != paNoError) {
        *stream = NULL;
        return RESULT_IO;
    }
    if (Pa_SetStreamFinishedCallback(*stream, on_finished) != paNoError ||
        Pa_StartStream(*stream) != paNoError)
        return RESULT_IO;
    return RESULT_OK;
}

static enum result open_streams(struct audio_device_portaudio *port)
{
    const struct audio_change missing = { .direction = AUDIO_CAPTURE,
                                          .kind = AUDIO_MISSING };
    enum result result = RESULT_OK;

    if (port->handlers.captured)
        result = open_stream(port, AUDIO_CAPTURE);
    if (result == RESULT_NOT_FOUND && port->handlers.changed) {
        port->handlers.changed(&missing, port->handlers.user);
        result = RESULT_OK;
    }
    if (result == RESULT_OK && port->handlers.play)
        result = open_stream(port, AUDIO_PLAYBACK);
    return result;
}

static void set_running(struct audio_device_portaudio *port, bool is_running)
{
    pthread_mutex_lock(&port->mutex);
    port->is_running = is_running;
    pthread_mutex_unlock(&port->mutex);
}

/* --- the port ------------------------------------------------------------ */

static void port_stop(struct audio_device *device)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;

    set_running(port, false);
    /* What cannot be ended in order is ended with the library. */
    for (size_t i = 0; i < 2; i++) {
        if (port->streams[i])
            (void)Pa_CloseStream(port->streams[i]);
        port->streams[i] = NULL;
    }
    if (port->is_initialized)
        (void)Pa_Terminate();
    port->is_initialized = false;
}

static enum result port_start(struct audio_device *device,
                              const struct audio_device_handlers *handlers)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;
    enum result result;

    port->handlers = *handlers;
    quieten_libraries();
    if (Pa_Initialize() != paNoError)
        return RESULT_IO;
    port->is_initialized = true;
    set_running(port, true);
    result = open_streams(port);
    if (result != RESULT_OK)
        port_stop(device);
    return result;
}

static struct audio_device *port_free(struct audio_device *device)
{
    struct audio_device_portaudio *port =
        (struct audio_device_portaudio *)device;

    port_stop(device);
    (void)pthread_mutex_destroy(&port->mutex);
    free(port->names[AUDIO_CAPTURE]);
    free(port->names[AUDIO_PLAYBACK]);
    free(port);
    return NULL;
}

enum result audio_device_portaudio_new(struct audio_device **out,
                                       const char *capture_name,
                                       const char *playback_name)
{
    struct audio_device_portaudio *port = calloc(1, sizeof *port);

    if (!port)
        return RESULT_NO_MEMORY;
    port->base = (struct audio_device){ .start = port_start,
                                        .stop = port_stop,
                                        .free = port_free };
    (void)pthread_mutex_init(&port->mutex, NULL);
    if (capture_name)
        port->names[AUDIO_CAPTURE] = strdup(capture_name);
    if (playback_name)
        port->names[AUDIO_PLAYBACK] = strdup(playback_name);
    if ((capture_name && !port->names[AUDIO_CAPTURE]) ||
        (playback_name && !port->names[AUDIO_PLAYBACK])) {
        port_free(&port->base);
        return RESULT_NO_MEMORY;
    }
    *out = &port->base;
    return RESULT_OK;
}

bool audio_device_portaudio_is_there(void) { return true; }

#else

bool audio_device_portaudio_is_there(void) { return false; }

enum result audio_device_portaudio_new(struct audio_device **out,
                                       const char *capture_name,
                                       const char *playback_name)
{
    (void)out;
    (void)capture_name;
    (void)playback_name;
    return RESULT_UNSUPPORTED;
}

#endif
