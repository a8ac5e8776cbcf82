#include "client/audio/thinner.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

bool thinner_block(struct thinner *thinner, const int16_t *samples,
                   float rms_min, float *out)
{
    float power = 0.0F;
    float scale;

    for (size_t i = 0; i < THINNER_COUNT; i++) {
        float mean = 0.0F;

        for (size_t j = 0; j < THINNER_STEP; j++)
            mean += samples[i * THINNER_STEP + j];
        mean /= THINNER_STEP;
        out[i] = mean - thinner->before;
        thinner->before = mean;
        power += out[i] * out[i];
    }
    if (power < rms_min * rms_min * THINNER_COUNT) {
        memset(out, 0, THINNER_COUNT * sizeof *out);
        return false;
    }
    scale = 1.0F / sqrtf(power / THINNER_COUNT);
    for (size_t i = 0; i < THINNER_COUNT; i++)
        out[i] *= scale;
    return true;
}
