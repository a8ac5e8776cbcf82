#include "tests/support/wav_samples.h"

#include "client/audio/wav_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

void wav_samples_write(const char *path, const int16_t *samples, size_t count)
{
    struct wav_writer *writer;

    assert_int_equal(wav_writer_new(&writer, path), RESULT_OK);
    assert_int_equal(wav_writer_write(writer, samples, count), RESULT_OK);
    assert_int_equal(wav_writer_close(writer), RESULT_OK);
}

size_t wav_samples_read(const char *path, int16_t *out, size_t count_max)
{
    struct wav_reader *reader;
    size_t count;

    assert_int_equal(wav_reader_new(&reader, path), RESULT_OK);
    count = wav_reader_read(reader, out, count_max);
    wav_reader_free(reader);
    return count;
}
