#include "client/audio/mixer.h"

#include <math.h>
#include <string.h>

/* The knee begins here; the sum is brought below it by the gain. */
#define KNEE 29500.0f
#define FULL_SCALE 32767.0f
/* The gain comes back to 1 within about half a second. */
#define RECOVERY 0.04f

void mixer_init(struct mixer *mixer)
{
    memset(mixer, 0, sizeof *mixer);
    mixer->gain = 1.0f;
}

void mixer_begin(struct mixer *mixer)
{
    if (mixer->has_something)
        memset(mixer->sum, 0, sizeof mixer->sum);
    mixer->has_something = false;
}

void mixer_add(struct mixer *mixer, const int16_t *samples, float gain)
{
    if (!(gain > 0.0f))
        return;
    if (gain > MIXER_GAIN_MAX)
        gain = MIXER_GAIN_MAX;
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        mixer->sum[i] += (float)samples[i] * gain;
    mixer->has_something = true;
}

static float peak_of(const struct mixer *mixer)
{
    float peak = 0.0f;

    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        peak = fmaxf(peak, fabsf(mixer->sum[i]));
    return peak;
}

/* Rises ever more slowly towards full scale and never reaches past it. */
static float bend(float value)
{
    float size = fabsf(value);
    float over;

    if (size <= KNEE)
        return value;
    over = (size - KNEE) / (FULL_SCALE - KNEE);
    size = KNEE + (FULL_SCALE - KNEE) * over / (1.0f + over);
    return copysignf(size, value);
}

bool mixer_end(struct mixer *mixer, int16_t *samples)
{
    float from = mixer->gain;
    float target;
    float peak;

    if (!mixer->has_something) {
        memset(samples, 0, AUDIO_BLOCK_COUNT * sizeof *samples);
        mixer->gain = fminf(1.0f, from + RECOVERY);
        return false;
    }
    peak = peak_of(mixer);
    target = fminf(1.0f, from + RECOVERY);
    if (peak * target > KNEE && peak > FULL_SCALE)
        target = KNEE / peak;
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++) {
        float part = (float)(i + 1) / (float)AUDIO_BLOCK_COUNT;
        float gain = from + (target - from) * part;

        samples[i] = (int16_t)lrintf(bend(mixer->sum[i] * gain));
    }
    mixer->gain = target;
    return true;
}
