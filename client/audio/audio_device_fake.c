#include "client/audio/audio_device_fake.h"

#include <stdlib.h>

struct audio_device_fake {
    struct audio_device base; /* first: the port's pointer is ours */
    struct audio_device_handlers handlers;
};

static enum result fake_start(struct audio_device *device,
                              const struct audio_device_handlers *handlers)
{
    struct audio_device_fake *fake = (struct audio_device_fake *)device;

    fake->handlers = *handlers;
    return RESULT_OK;
}

static void fake_stop(struct audio_device *device)
{
    struct audio_device_fake *fake = (struct audio_device_fake *)device;

    fake->handlers = (struct audio_device_handlers){ 0 };
}

static struct audio_device *fake_free(struct audio_device *device)
{
    free(device);
    return NULL;
}

enum result audio_device_fake_new(struct audio_device **out)
{
    struct audio_device_fake *fake = calloc(1, sizeof *fake);

    if (!fake)
        return RESULT_NO_MEMORY;
    fake->base = (struct audio_device){ .start = fake_start,
                                        .stop = fake_stop,
                                        .free = fake_free };
    *out = &fake->base;
    return RESULT_OK;
}

bool audio_device_fake_capture(struct audio_device *device,
                               const int16_t *samples)
{
    struct audio_device_fake *fake = (struct audio_device_fake *)device;

    if (!fake->handlers.captured)
        return false;
    fake->handlers.captured(samples, fake->handlers.user);
    return true;
}

bool audio_device_fake_play(struct audio_device *device, int16_t *samples)
{
    struct audio_device_fake *fake = (struct audio_device_fake *)device;

    if (!fake->handlers.play)
        return false;
    fake->handlers.play(samples, fake->handlers.user);
    return true;
}

void audio_device_fake_lose(struct audio_device *device)
{
    struct audio_device_fake *fake = (struct audio_device_fake *)device;

    if (fake->handlers.ended)
        fake->handlers.ended(RESULT_CLOSED, fake->handlers.user);
}
