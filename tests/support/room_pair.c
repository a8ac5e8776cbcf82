#include "tests/support/room_pair.h"

#include "tests/support/sound_room.h"
#include "tests/support/sound_signal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PER_MS = 48,
    BLOCK = 960,
    BLOCK_MS = 20,
    COUNT = ROOM_PAIR_COUNT,
    TURN = 48000 * 5 / 2,
    REFLECTIONS = 60,
    REFLECTED_MS = 90,
    LOUD = 2000,         /* root mean square of a voice near its microphone */
    LOUDSPEAKER_MS = 45, /* its buffer, the air, the microphone's buffer */
    KEYS = 48000 / 4,
    NOTE = 48000 / 3,
    BEGIN_MS = 500000,
};
static const double PI = 3.14159265358979323846;

static double next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (double)(1u << 24);
}

static int16_t *new_sound(void)
{
    int16_t *sound = calloc(COUNT, sizeof *sound);

    assert(sound);
    return sound;
}

/* Adds a sound that comes so much later, with what the walls send back. */
static void add_late(int16_t *to, const int16_t *from, size_t late, double gain,
                     double reflected, uint32_t seed)
{
    uint32_t random = seed * 2654435761u + 1u;
    size_t delays[REFLECTIONS] = { 0 };
    double gains[REFLECTIONS] = { gain };

    for (size_t r = 1; r < REFLECTIONS; r++) {
        delays[r] = (size_t)(REFLECTED_MS * PER_MS * next_random(&random));
        gains[r] = gain * reflected * 0.3 * (2.0 * next_random(&random) - 1.0) *
                   pow(10.0, -3.0 * (double)delays[r] / (300.0 * PER_MS));
    }
    for (size_t i = late; i < COUNT; i++) {
        double sum = to[i];

        for (size_t r = 0; r < REFLECTIONS && delays[r] + late <= i; r++)
            sum += gains[r] * from[i - late - delays[r]];
        to[i] = (int16_t)lrint(fmax(-32768.0, fmin(32767.0, sum)));
    }
}

static void add_melody(int16_t *to, double rms, uint32_t seed)
{
    uint32_t random = seed * 2654435761u + 1u;
    double pitch = 0.0;

    for (size_t i = 0; i < COUNT; i++) {
        double phase;

        if (i % NOTE == 0)
            pitch = 220.0 * pow(2.0, floor(24.0 * next_random(&random)) / 12.0);
        phase = 2.0 * PI * pitch * (double)i / (PER_MS * 1000);
        to[i] = (int16_t)(to[i] + rms * (sin(phase) + 0.5 * sin(2.0 * phase) +
                                         0.3 * sin(3.0 * phase)));
    }
}

struct scene {
    int16_t *first, *second, *third;     /* what they say */
    int16_t *first_hears, *second_hears; /* their microphones */
};

static void say(int16_t *sound, uint32_t seed)
{
    sound_signal_speech(sound, COUNT, seed);
    sound_room_scale(sound, COUNT, LOUD / sound_room_rms(sound, COUNT));
}

static void take_turns(struct scene *scene)
{
    for (size_t i = 0; i < COUNT; i++)
        (i / TURN % 2 == 0 ? scene->second : scene->first)[i] = 0;
}

static void talk(const struct room_pair *pair, struct scene *scene)
{
    const enum room_pair_talk who = pair->talk;

    if (who == TALK_FIRST || who == TALK_IN_TURNS || who == TALK_BOTH)
        say(scene->first, 3 * pair->seed + 1);
    if (who == TALK_SECOND || who == TALK_IN_TURNS || who == TALK_BOTH)
        say(scene->second, 3 * pair->seed + 2);
    if (who == TALK_THIRD)
        say(scene->third, 3 * pair->seed + 3);
    if (who == TALK_IN_TURNS)
        take_turns(scene);
}

static void add_room(const struct room_pair *pair, int16_t *hears,
                     uint32_t seed)
{
    if (pair->noise > 0.0)
        sound_room_add_noise(hears, COUNT, pair->noise, seed);
    if (pair->hum > 0.0)
        sound_room_add_hum(hears, COUNT, pair->hum);
    if (pair->clicks > 0.0)
        sound_room_add_clicks(hears, COUNT, pair->clicks, KEYS + seed % 1000,
                              seed);
    if (pair->melody > 0.0)
        add_melody(hears, pair->melody, seed);
}

/* What comes out of a loudspeaker has been on the line. */
static size_t loudspeaker(const struct room_pair *pair)
{
    return (size_t)(pair->line_ms + BLOCK_MS + pair->wait_ms + LOUDSPEAKER_MS) *
           PER_MS;
}

static void hear(const struct room_pair *pair, struct scene *scene)
{
    const uint32_t seed = 5 * pair->seed;
    const size_t far = (size_t)pair->room_ms * PER_MS;

    memcpy(scene->first_hears, scene->first, COUNT * sizeof(int16_t));
    memcpy(scene->second_hears, scene->second, COUNT * sizeof(int16_t));
    if (pair->is_one_room) {
        add_late(scene->first_hears, scene->second, far, pair->gain,
                 pair->reflected, seed + 1);
        add_late(scene->second_hears, scene->first, far, pair->gain,
                 pair->reflected, seed + 2);
    }
    add_room(pair, scene->first_hears, seed + 3);
    add_room(pair, scene->second_hears, seed + 4);
    if (pair->leak > 0.0)
        add_late(scene->second_hears,
                 pair->talk == TALK_THIRD ? scene->third : scene->first_hears,
                 loudspeaker(pair), pair->leak, pair->reflected, seed + 5);
    if (pair->echo > 0.0)
        add_late(scene->first_hears, scene->second_hears, loudspeaker(pair),
                 pair->echo, pair->reflected, seed + 6);
    if (pair->echo > 0.0 && pair->talk == TALK_THIRD)
        add_late(scene->first_hears, scene->third, loudspeaker(pair),
                 pair->echo, pair->reflected, seed + 7);
}

/* Block `k` of what somebody sends is given to the listener as it comes. */
static void bring(const struct room_pair *pair,
                  const struct room_pair_listener *listener, uint16_t slot,
                  const int16_t *sent, int now_block)
{
    const int64_t now_ms = BEGIN_MS + (int64_t)now_block * BLOCK_MS;
    const int line = (int)(pair->line_ms + BLOCK_MS - 1) / BLOCK_MS;
    const int wait =
        (int)(pair->line_ms + pair->wait_ms + BLOCK_MS - 1) / BLOCK_MS;
    const uint32_t first = 4294000000u; /* it goes round soon */
    int came = now_block - line;
    int heard = now_block - wait;

    if (came >= 0)
        listener->arrived(listener->user, slot, first + (uint32_t)came * BLOCK,
                          BEGIN_MS + (int64_t)came * BLOCK_MS + BLOCK_MS +
                              pair->line_ms + (came % 9 == 4 ? 15 : 0));
    if (heard >= 0)
        listener->heard(listener->user, slot, first + (uint32_t)heard * BLOCK,
                        &sent[(size_t)heard * BLOCK], now_ms + BLOCK_MS);
}

static int64_t listen(const struct room_pair *pair, const struct scene *scene,
                      const struct room_pair_listener *listener)
{
    for (int k = 0; k < COUNT / BLOCK; k++) {
        /* Devices wake up unevenly. */
        int64_t captured_ms =
            BEGIN_MS + (int64_t)(k + 1) * BLOCK_MS + k * 7 % 5;

        bring(pair, listener, ROOM_PAIR_SECOND, scene->second_hears, k);
        if (pair->talk == TALK_THIRD)
            bring(pair, listener, ROOM_PAIR_THIRD, scene->third, k);
        listener->captured(listener->user,
                           &scene->first_hears[(size_t)k * BLOCK], captured_ms,
                           pair->is_sent);
        if (listener->found(listener->user))
            return captured_ms - BEGIN_MS;
    }
    return -1;
}

int64_t room_pair_play(const struct room_pair *pair,
                       const struct room_pair_listener *listener)
{
    struct scene scene = { new_sound(), new_sound(), new_sound(), new_sound(),
                           new_sound() };
    int64_t found_ms;

    talk(pair, &scene);
    hear(pair, &scene);
    found_ms = listen(pair, &scene, listener);
    free(scene.first);
    free(scene.second);
    free(scene.third);
    free(scene.first_hears);
    free(scene.second_hears);
    return found_ms;
}
