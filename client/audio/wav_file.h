/*
 * Sound files: reading any rate and number of channels as 48 kHz mono, and
 * writing 48 kHz mono WAV. A reader or writer belongs to one thread.
 */
#ifndef CLIENT_AUDIO_WAV_FILE_H
#define CLIENT_AUDIO_WAV_FILE_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

struct wav_reader;
struct wav_writer;

/*
 * Opens `path` (WAV, FLAC, Ogg). The caller owns `*out`. RESULT_NOT_FOUND,
 * RESULT_MALFORMED, RESULT_UNSUPPORTED (4 to 384 kHz and at most 32 channels
 * are understood), RESULT_NO_MEMORY or RESULT_IO.
 */
MUST_USE enum result wav_reader_new(struct wav_reader **out, const char *path);
/* Returns NULL; takes NULL. */
struct wav_reader *wav_reader_free(struct wav_reader *reader);
/*
 * Reads up to `count` samples at 48 kHz mono; less only at the end of the
 * sound, 0 after it. A file that breaks off ends there.
 */
size_t wav_reader_read(struct wav_reader *reader, int16_t *samples,
                       size_t count);

/*
 * Creates `path`, or empties it, readable by its owner only. The caller owns
 * `*out`. RESULT_IO or RESULT_NO_MEMORY.
 */
MUST_USE enum result wav_writer_new(struct wav_writer **out, const char *path);
/*
 * Appends samples. At least once for each second of sound the header is made
 * to say the true length, so that the file is whole if the program dies.
 * RESULT_IO, or RESULT_TOO_LARGE after the 12 hours that a WAV can hold.
 */
MUST_USE enum result wav_writer_write(struct wav_writer *writer,
                                      const int16_t *samples, size_t count);
/* Samples written so far. */
uint64_t wav_writer_count(const struct wav_writer *writer);
/* Completes and frees; takes NULL. RESULT_IO if the end could not be written;
 * the writer is gone all the same. */
MUST_USE enum result wav_writer_close(struct wav_writer *writer);

#endif
