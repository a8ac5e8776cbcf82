/* WAV files of tests, whole. Each call fails the running test where the file
 * cannot be written or read. */
#ifndef TESTS_SUPPORT_WAV_SAMPLES_H
#define TESTS_SUPPORT_WAV_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

void wav_samples_write(const char *path, const int16_t *samples, size_t count);
/* How many there are, of at most `count_max`, which are in `out`. */
size_t wav_samples_read(const char *path, int16_t *out, size_t count_max);

#endif
