#include "client/audio/voice_gain.h"

#include <math.h>
#include <stddef.h>

static const float TARGET_RMS = 3300.0F; /* -20 dB of full scale */
static const float GAIN_MAX = 8.0F;
static const float GAIN_MIN = 0.25F;
static const float PEAK_MAX = 28000.0F;
static const float KEPT = 0.97F; /* of the measured power, a block of speech */
static const float UP = 1.0139F; /* 6 dB a second */
static const float DOWN = 0.9727F; /* 12 dB a second */

void voice_gain_init(struct voice_gain *gain)
{
    *gain = (struct voice_gain){ .gain = 1.0F, .used = 1.0F };
}

static void measure(struct voice_gain *gain, const int16_t *samples)
{
    float power = 0.0F;

    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        power += (float)samples[i] * (float)samples[i];
    power /= AUDIO_BLOCK_COUNT;
    gain->power =
        gain->power > 0.0F ? KEPT * gain->power + (1.0F - KEPT) * power : power;
}

static void follow(struct voice_gain *gain)
{
    float wanted = TARGET_RMS / sqrtf(gain->power + 1.0F);

    wanted = fmaxf(GAIN_MIN, fminf(GAIN_MAX, wanted));
    if (wanted > gain->gain)
        gain->gain = fminf(wanted, gain->gain * UP);
    else
        gain->gain = fmaxf(wanted, gain->gain * DOWN);
}

static float peak_of(const int16_t *samples)
{
    float peak = 1.0F;

    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        peak = fmaxf(peak, fabsf((float)samples[i]));
    return peak;
}

void voice_gain_block(struct voice_gain *gain, int16_t *samples, bool is_speech,
                      bool is_held)
{
    float limit = PEAK_MAX / peak_of(samples);
    float from = fminf(gain->used, limit);
    float to;

    if (is_speech && !is_held) {
        measure(gain, samples);
        follow(gain);
    }
    to = fminf(gain->gain, limit);
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++) {
        float part = (float)i / AUDIO_BLOCK_COUNT;
        float sample = (float)samples[i] * (from + (to - from) * part);

        samples[i] = (int16_t)lrintf(fmaxf(-32768.0F, fminf(32767.0F, sample)));
    }
    gain->used = to;
}
