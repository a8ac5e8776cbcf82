#include "client/audio/audio_tone.h"

#include <math.h>

enum { EACH_COUNT = AUDIO_TONE_EACH_MS * AUDIO_COUNT_PER_MS };
enum { FADE_COUNT = 10 * AUDIO_COUNT_PER_MS };

void audio_tone_begin(struct audio_tone *tone, bool is_falling)
{
    tone->is_falling = is_falling;
    tone->left = (size_t)2 * EACH_COUNT;
}

/* Neither end of a tone may click. */
static double loudness(size_t at)
{
    const size_t end = EACH_COUNT - at;
    const size_t near = at < end ? at : end;

    return near < FADE_COUNT ? (double)near / FADE_COUNT : 1.0;
}

static int16_t sum(int16_t sample, double tone)
{
    const double both = (double)sample + tone;

    if (both > INT16_MAX)
        return INT16_MAX;
    return both < INT16_MIN ? INT16_MIN : (int16_t)lrint(both);
}

bool audio_tone_mix(struct audio_tone *tone, int16_t *samples, size_t count)
{
    const bool sounds = tone->left > 0;
    size_t i;

    for (i = 0; i < count && tone->left > 0; i++, tone->left--) {
        const size_t passed = (size_t)2 * EACH_COUNT - tone->left;
        const bool is_high = (passed >= EACH_COUNT) != tone->is_falling;
        const size_t at = passed % EACH_COUNT;
        const double angle =
            2 * M_PI * (is_high ? AUDIO_TONE_HIGH_HZ : AUDIO_TONE_LOW_HZ) *
            (double)at / AUDIO_RATE;

        samples[i] =
            sum(samples[i], AUDIO_TONE_PEAK * loudness(at) * sin(angle));
    }
    return sounds;
}
