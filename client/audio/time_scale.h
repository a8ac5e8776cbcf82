/*
 * Makes a piece of speech shorter or longer without changing its pitch: one
 * period of the voice is left out or said twice, where one period is like the
 * next, and the seam is faded over (waveform similarity overlap-add). Where
 * there is next to no sound any piece will do; where the sound is like itself
 * nowhere, a hiss or the beginning of a word, nothing is done unless it must.
 *
 * Pure. Any thread.
 */
#ifndef CLIENT_AUDIO_TIME_SCALE_H
#define CLIENT_AUDIO_TIME_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Periods that are looked for, in samples at 48 kHz: 2.5 to 15 ms, voices of
 * 67 to 400 Hz. */
enum { TIME_SCALE_PERIOD_MIN = 120, TIME_SCALE_PERIOD_MAX = 720 };

/*
 * Leaves out at most `cut_max` samples of `samples[0..count)`, whose first is
 * heard next. Returns how many: the piece is so much shorter, 0 if nothing was
 * done. Twice the period must be there: a block of 20 ms has room for voices
 * above 100 Hz.
 */
size_t time_scale_shorten(int16_t *samples, size_t count, size_t cut_max,
                          bool must);

/*
 * Says a period again: `samples[0..past)` were heard last and stay what they
 * are, `samples[past..count)` follow. The array has room for `room` samples.
 * Returns by how many the piece is longer; TIME_SCALE_PERIOD_MAX samples of
 * each kind give room for every voice.
 */
size_t time_scale_lengthen(int16_t *samples, size_t past, size_t count,
                           size_t room, bool must);

#endif
