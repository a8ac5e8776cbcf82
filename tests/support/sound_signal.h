/*
 * Sounds for tests: a made-up voice that Opus takes for speech, and a measure
 * of how much of one sound is found again in another.
 */
#ifndef TESTS_SUPPORT_SOUND_SIGNAL_H
#define TESTS_SUPPORT_SOUND_SIGNAL_H

#include <stddef.h>
#include <stdint.h>

/*
 * Fills `samples` (48 kHz) with syllables of a voice of its own for each
 * `seed`: voiced sounds through formants, hisses between them, short pauses.
 * The same seed gives the same samples.
 */
void sound_signal_speech(int16_t *samples, size_t count, uint32_t seed);

struct sound_match {
    double correlation; /* 1: the same sound, whatever its loudness */
    long delay;         /* samples by which `heard` is later */
};

/*
 * Where `spoken` is best found in `heard`, delayed by 0 to `delay_max`
 * samples, and how well.
 */
struct sound_match sound_signal_match(const int16_t *spoken,
                                      size_t spoken_count, const int16_t *heard,
                                      size_t heard_count, size_t delay_max);

/*
 * The same by pieces of `piece_count` samples, each with a delay of its own: a
 * listener's delay may change while he listens. The piece in the middle by
 * correlation, and the delay of the last. At most SOUND_PIECE_MAX pieces.
 */
enum { SOUND_PIECE_MAX = 64 };
struct sound_match
sound_signal_match_pieces(const int16_t *spoken, size_t spoken_count,
                          const int16_t *heard, size_t heard_count,
                          size_t delay_max, size_t piece_count);

#endif
