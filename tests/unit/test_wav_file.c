#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_block.h"
#include "client/audio/wav_file.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/sound_signal.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const double PI = 3.14159265358979323846;

enum { COUNT_MAX = 3 * AUDIO_RATE };

static struct scratch_folder folder;
static int16_t samples[COUNT_MAX];
static int16_t expected[COUNT_MAX];

static int set_up(void **state)
{
    (void)state;
    scratch_folder_make(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_folder_remove(&folder);
    return 0;
}

/* A second and a half of a tone in each channel: 300 Hz, 600 Hz, ... */
static void write_tones(const char *path, int rate, int channels, int format)
{
    SF_INFO info = { .samplerate = rate,
                     .channels = channels,
                     .format = format };
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    double frame[8];

    assert_non_null(file);
    for (int i = 0; i < rate * 3 / 2; i++) {
        for (int c = 0; c < channels; c++)
            frame[c] = 0.5 * sin(2.0 * PI * 300.0 * (c + 1) * i / rate);
        assert_int_equal(sf_writef_double(file, frame, 1), 1);
    }
    assert_int_equal(sf_close(file), 0);
}

/* The mean of the same tones at 48 kHz. */
static void expect_tones(size_t count, int channels)
{
    for (size_t i = 0; i < count; i++) {
        double sum = 0.0;

        for (int c = 0; c < channels; c++)
            sum +=
                0.5 * sin(2.0 * PI * 300.0 * (c + 1) * (double)i / AUDIO_RATE);
        expected[i] = (int16_t)lrint(sum / channels * 32767.0);
    }
}

static size_t read_all(const char *path)
{
    struct wav_reader *reader;
    size_t count = 0;
    size_t n;

    assert_int_equal(wav_reader_new(&reader, path), RESULT_OK);
    /* An odd size, so that blocks and chunks do not fall together. */
    while ((n = wav_reader_read(reader, &samples[count], 777)) > 0) {
        count += n;
        assert_true(count + 777 <= COUNT_MAX);
    }
    assert_int_equal(wav_reader_read(reader, &samples[count], 777), 0);
    wav_reader_free(reader);
    return count;
}

static void any_rate_and_channels_become_48_khz_mono(void **state)
{
    const struct {
        const char *name;
        int rate;
        int channels;
        int format;
    } rows[] = {
        { "16k-stereo.wav", 16000, 2, SF_FORMAT_WAV | SF_FORMAT_PCM_16 },
        { "48k-mono.wav", 48000, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_16 },
        { "48k-stereo.wav", 48000, 2, SF_FORMAT_WAV | SF_FORMAT_FLOAT },
        { "44k1-mono.wav", 44100, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_24 },
        { "22k05-mono.wav", 22050, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_16 },
        { "8k-mono.wav", 8000, 1, SF_FORMAT_WAV | SF_FORMAT_ULAW },
        { "96k-surround.flac", 96000, 6, SF_FORMAT_FLAC | SF_FORMAT_PCM_24 },
    };
    const size_t count = AUDIO_RATE * 3 / 2;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scratch_path path = scratch_folder_file(&folder, rows[i].name);
        struct sound_match match;
        size_t n;

        write_tones(path.text, rows[i].rate, rows[i].channels, rows[i].format);
        expect_tones(count, rows[i].channels);
        n = read_all(path.text);
        if (n + 10 < count || n > count + 10)
            fail_msg("%s: %zu samples", rows[i].name, n);
        match = sound_signal_match(expected, count, samples, n, 480);
        /* At the right place: the resampler's own delay is taken out. */
        if (match.correlation < 0.995 || match.delay > 2)
            fail_msg("%s: correlation %f at %ld", rows[i].name,
                     match.correlation, match.delay);
    }
}

static void what_is_written_is_read_again_exactly(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "họp-chi-bộ.wav");
    const size_t count = 2 * AUDIO_RATE + 17;
    struct wav_writer *writer;
    struct stat info;

    (void)state;
    sound_signal_speech(expected, count, 7);
    assert_int_equal(wav_writer_new(&writer, path.text), RESULT_OK);
    for (size_t at = 0; at < count; at += AUDIO_BLOCK_COUNT) {
        size_t left = count - at;
        size_t n = left < AUDIO_BLOCK_COUNT ? left : AUDIO_BLOCK_COUNT;

        assert_int_equal(wav_writer_write(writer, &expected[at], n), RESULT_OK);
    }
    assert_int_equal(wav_writer_count(writer), count);
    assert_int_equal(wav_writer_close(writer), RESULT_OK);
    assert_int_equal(read_all(path.text), count);
    /* To within one step: reading goes through floating point. */
    for (size_t i = 0; i < count; i++)
        assert_in_range(abs(samples[i] - expected[i]), 0, 1);
    assert_int_equal(stat(path.text, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_file_whose_writer_dies_holds_all_but_the_last_second(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "live.wav");
    struct wav_writer *writer;

    (void)state;
    sound_signal_speech(expected, COUNT_MAX / 2, 8);
    assert_int_equal(wav_writer_new(&writer, path.text), RESULT_OK);
    assert_int_equal(read_all(path.text), 0);
    for (size_t i = 0; i < 70; i++)
        assert_int_equal(wav_writer_write(writer,
                                          &expected[i * AUDIO_BLOCK_COUNT],
                                          AUDIO_BLOCK_COUNT),
                         RESULT_OK);
    /* 1.4 s were written and nothing was closed. */
    assert_in_range(read_all(path.text), AUDIO_RATE, 70 * AUDIO_BLOCK_COUNT);
    assert_int_equal(wav_writer_close(writer), RESULT_OK);
    assert_int_equal(read_all(path.text), 70 * AUDIO_BLOCK_COUNT);
}

static void files_that_cannot_be_are_refused_with_their_reason(void **state)
{
    struct scratch_path missing = scratch_folder_file(&folder, "không-có.wav");
    struct scratch_path text = scratch_folder_file(&folder, "note.wav");
    struct scratch_path no_folder = scratch_folder_file(&folder, "a/b.wav");
    struct wav_reader *reader = NULL;
    struct wav_writer *writer = NULL;
    FILE *file = fopen(text.text, "w");

    (void)state;
    assert_non_null(file);
    assert_true(fputs("Biên bản họp chi bộ, không phải âm thanh.", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(wav_reader_new(&reader, missing.text), RESULT_NOT_FOUND);
    assert_int_equal(wav_reader_new(&reader, text.text), RESULT_MALFORMED);
    assert_int_equal(wav_reader_new(&reader, folder.path), RESULT_MALFORMED);
    assert_int_equal(wav_writer_new(&writer, no_folder.text), RESULT_IO);
    assert_int_equal(wav_writer_new(&writer, "/dev/full"), RESULT_IO);
    assert_null(reader);
    assert_null(writer);
    assert_null(wav_reader_free(NULL));
    assert_int_equal(wav_writer_close(NULL), RESULT_OK);
}

static void a_file_that_breaks_off_ends_there(void **state)
{
    struct scratch_path path = scratch_folder_file(&folder, "cut.wav");

    (void)state;
    write_tones(path.text, 48000, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    assert_int_equal(truncate(path.text, 44 + 2 * 10000), 0);
    assert_int_equal(read_all(path.text), 10000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(any_rate_and_channels_become_48_khz_mono),
        TEST(what_is_written_is_read_again_exactly),
        TEST(a_file_whose_writer_dies_holds_all_but_the_last_second),
        TEST(files_that_cannot_be_are_refused_with_their_reason),
        TEST(a_file_that_breaks_off_ends_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
