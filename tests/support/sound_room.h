/*
 * A simulated room for tests of what microphones hear: echoes of a
 * loudspeaker, noises, and measures of loudness. Everything is computed from
 * seeds: the same call gives the same samples.
 */
#ifndef TESTS_SUPPORT_SOUND_ROOM_H
#define TESTS_SUPPORT_SOUND_ROOM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Adds to `heard` what a microphone hears of `played`: the direct sound
 * `delay` samples later and `gain` as loud, then some hundred reflections that
 * decay by 60 dB in 250 ms and end after 80 ms.
 */
void sound_room_add_echo(int16_t *heard, const int16_t *played, size_t count,
                         size_t delay, double gain, uint32_t seed);
/* The same in a hall, whose reflections are almost as strong together as the
 * direct sound, last for half a second, and decay by 60 dB in a second. */
void sound_room_add_hall_echo(int16_t *heard, const int16_t *played,
                              size_t count, size_t delay, double gain,
                              uint32_t seed);
/* Adds white noise of that root mean square. */
void sound_room_add_noise(int16_t *heard, size_t count, double rms,
                          uint32_t seed);
/* Adds a hum of 50 Hz and its first nine harmonics. */
void sound_room_add_hum(int16_t *heard, size_t count, double rms);
/* Adds a click of some milliseconds, as of a key, each `period` samples. */
void sound_room_add_clicks(int16_t *heard, size_t count, double peak,
                           size_t period, uint32_t seed);
void sound_room_scale(int16_t *samples, size_t count, double gain);

double sound_room_rms(const int16_t *samples, size_t count);
/* How much louder `a` is than `b`, in dB. */
double sound_room_ratio_db(const int16_t *a, const int16_t *b, size_t count);

#endif
