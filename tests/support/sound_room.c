#include "tests/support/sound_room.h"

#include <math.h>

enum {
    RATE = 48000,
    REFLECTIONS = 400,
    HARMONICS = 10,
    CLICK = RATE * 8 / 1000,
};

static const double PI = 3.14159265358979323846;

static double next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (double)(1u << 24);
}

static int16_t bounded(double sample)
{
    return (int16_t)lrint(fmax(-32768.0, fmin(32767.0, sample)));
}

struct space {
    double reflected_s; /* the last reflection */
    double decay_s;     /* by 60 dB */
    double strength;    /* of the first ones, at most */
};

static void add_echo(const struct space *space, int16_t *heard,
                     const int16_t *played, size_t count, size_t delay,
                     double gain, uint32_t seed)
{
    uint32_t random = seed * 2654435761u + 1u;
    size_t late[REFLECTIONS] = { 0 };
    double size[REFLECTIONS] = { gain };

    for (size_t r = 1; r < REFLECTIONS; r++) {
        late[r] = (size_t)(space->reflected_s * RATE * next_random(&random));
        size[r] = gain * space->strength * (2.0 * next_random(&random) - 1.0) *
                  pow(10.0, -3.0 * (double)late[r] / (space->decay_s * RATE));
    }
    for (size_t i = delay; i < count; i++) {
        double sum = heard[i];

        for (size_t r = 0; r < REFLECTIONS; r++)
            if (i >= delay + late[r])
                sum += size[r] * played[i - delay - late[r]];
        heard[i] = bounded(sum);
    }
}

void sound_room_add_echo(int16_t *heard, const int16_t *played, size_t count,
                         size_t delay, double gain, uint32_t seed)
{
    static const struct space room = { 0.08, 0.25, 0.12 };

    add_echo(&room, heard, played, count, delay, gain, seed);
}

void sound_room_add_hall_echo(int16_t *heard, const int16_t *played,
                              size_t count, size_t delay, double gain,
                              uint32_t seed)
{
    static const struct space hall = { 0.5, 1.0, 0.2 };

    add_echo(&hall, heard, played, count, delay, gain, seed);
}

void sound_room_add_noise(int16_t *heard, size_t count, double rms,
                          uint32_t seed)
{
    uint32_t random = seed * 2654435761u + 1u;

    for (size_t i = 0; i < count; i++)
        heard[i] =
            bounded(heard[i] + rms * sqrt(12.0) * (next_random(&random) - 0.5));
}

void sound_room_add_hum(int16_t *heard, size_t count, double rms)
{
    for (size_t i = 0; i < count; i++) {
        double sum = 0.0;

        for (int h = 1; h <= HARMONICS; h++)
            sum += sin(2.0 * PI * 50.0 * h * (double)i / RATE + h) / h;
        heard[i] = bounded(heard[i] + rms * sum / 0.88);
    }
}

void sound_room_add_clicks(int16_t *heard, size_t count, double peak,
                           size_t period, uint32_t seed)
{
    uint32_t random = seed * 2654435761u + 1u;

    for (size_t at = 0; at + CLICK <= count; at += period)
        for (size_t i = 0; i < CLICK; i++)
            heard[at + i] = bounded(heard[at + i] +
                                    2.0 * peak * (next_random(&random) - 0.5) *
                                        exp(-6.0 * (double)i / CLICK));
}

void sound_room_scale(int16_t *samples, size_t count, double gain)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = bounded(samples[i] * gain);
}

double sound_room_rms(const int16_t *samples, size_t count)
{
    double power = 0.0;

    for (size_t i = 0; i < count; i++)
        power += (double)samples[i] * samples[i];
    return sqrt(power / (double)count);
}

double sound_room_ratio_db(const int16_t *a, const int16_t *b, size_t count)
{
    return 20.0 * log10((sound_room_rms(a, count) + 0.1) /
                        (sound_room_rms(b, count) + 0.1));
}
