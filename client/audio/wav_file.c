#include "client/audio/wav_file.h"

#include "client/audio/audio_block.h"

#include <sndfile.h>
#include <speex/speex_resampler.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHANNEL_MAX = 32,
    RATE_MIN = 4000,
    RATE_MAX = 384000,
    CHUNK_COUNT = 1024, /* sample frames read from the file at once */
    RESAMPLER_QUALITY = 5,
};

/* 12 hours at 48 kHz: well below the 4 GiB that a header can say. */
#define WRITE_COUNT_MAX ((uint64_t)12 * 3600 * AUDIO_RATE)

/*
 * The descriptors are ours and not the library's, so that "no such file" can
 * be told and a recording is created for its owner only.
 */
struct wav_reader {
    int fd;
    SNDFILE *file;
    SpeexResamplerState *resampler; /* NULL: the file is at 48 kHz */
    size_t channel_count;
    float *interleaved; /* CHUNK_COUNT * channel_count */
    float mono[CHUNK_COUNT];
    size_t mono_count;    /* valid in `mono` */
    size_t mono_position; /* of them used */
    size_t flush_left;    /* zeros that push the end through the resampler */
    bool is_at_end;       /* of the file */
};

struct wav_writer {
    int fd;
    SNDFILE *file;
    uint64_t count;
    uint64_t count_in_header;
};

static enum result open_result(int sndfile_error)
{
    if (sndfile_error == SF_ERR_UNRECOGNISED_FORMAT ||
        sndfile_error == SF_ERR_MALFORMED_FILE)
        return RESULT_MALFORMED;
    if (sndfile_error == SF_ERR_UNSUPPORTED_ENCODING)
        return RESULT_UNSUPPORTED;
    return RESULT_IO;
}

static enum result open_file(struct wav_reader *reader, const char *path,
                             SF_INFO *info)
{
    reader->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (reader->fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? RESULT_NOT_FOUND
                                                   : RESULT_IO;
    reader->file = sf_open_fd(reader->fd, SFM_READ, info, SF_FALSE);
    if (!reader->file)
        return open_result(sf_error(NULL));
    return RESULT_OK;
}

static enum result make_resampler(struct wav_reader *reader, int rate)
{
    int err = RESAMPLER_ERR_SUCCESS;

    if (rate == AUDIO_RATE)
        return RESULT_OK;
    reader->resampler = speex_resampler_init(1, (spx_uint32_t)rate, AUDIO_RATE,
                                             RESAMPLER_QUALITY, &err);
    if (!reader->resampler)
        return RESULT_NO_MEMORY;
    /* Without its leading zeros the sound begins where the file's does. */
    if (speex_resampler_skip_zeros(reader->resampler) != RESAMPLER_ERR_SUCCESS)
        return RESULT_UNSUPPORTED;
    reader->flush_left =
        (size_t)speex_resampler_get_input_latency(reader->resampler);
    return RESULT_OK;
}

enum result wav_reader_new(struct wav_reader **out, const char *path)
{
    struct wav_reader *reader;
    SF_INFO info = { 0 };
    enum result result;

    reader = calloc(1, sizeof *reader);
    if (!reader)
        return RESULT_NO_MEMORY;
    reader->fd = -1;
    result = open_file(reader, path, &info);
    if (result != RESULT_OK)
        goto fail;
    result = RESULT_UNSUPPORTED;
    if (info.channels < 1 || info.channels > CHANNEL_MAX ||
        info.samplerate < RATE_MIN || info.samplerate > RATE_MAX)
        goto fail;
    reader->channel_count = (size_t)info.channels;
    reader->interleaved =
        calloc(CHUNK_COUNT * reader->channel_count, sizeof(float));
    result = RESULT_NO_MEMORY;
    if (!reader->interleaved)
        goto fail;
    result = make_resampler(reader, info.samplerate);
    if (result != RESULT_OK)
        goto fail;
    *out = reader;
    return RESULT_OK;

fail:
    wav_reader_free(reader);
    return result;
}

struct wav_reader *wav_reader_free(struct wav_reader *reader)
{
    if (!reader)
        return NULL;
    if (reader->resampler)
        speex_resampler_destroy(reader->resampler);
    if (reader->file)
        (void)sf_close(reader->file); /* Nothing was written. */
    if (reader->fd >= 0)
        (void)close(reader->fd);
    free(reader->interleaved);
    free(reader);
    return NULL;
}

/* The next chunk of the file as mono, then the zeros behind its end. */
static bool fill_mono(struct wav_reader *reader)
{
    size_t channels = reader->channel_count;
    sf_count_t n = 0;

    if (!reader->is_at_end)
        n = sf_readf_float(reader->file, reader->interleaved, CHUNK_COUNT);
    reader->mono_position = 0;
    reader->mono_count = n > 0 ? (size_t)n : 0;
    if (n <= 0) {
        reader->is_at_end = true;
        reader->mono_count =
            reader->flush_left < CHUNK_COUNT ? reader->flush_left : CHUNK_COUNT;
        reader->flush_left -= reader->mono_count;
        memset(reader->mono, 0, sizeof reader->mono);
        return reader->mono_count > 0;
    }
    for (size_t i = 0; i < reader->mono_count; i++) {
        float sum = 0.0f;

        for (size_t c = 0; c < channels; c++)
            sum += reader->interleaved[i * channels + c];
        reader->mono[i] = sum / (float)channels;
    }
    return true;
}

/* Moves up to `count` samples from `mono` to `out` at the rate of 48 kHz. */
static size_t convert(struct wav_reader *reader, float *out, size_t count)
{
    const float *in = &reader->mono[reader->mono_position];
    size_t in_left = reader->mono_count - reader->mono_position;
    spx_uint32_t in_count = (spx_uint32_t)in_left;
    spx_uint32_t out_count = (spx_uint32_t)count;

    if (!reader->resampler) {
        out_count = (spx_uint32_t)(in_left < count ? in_left : count);
        in_count = out_count;
        memcpy(out, in, out_count * sizeof *out);
    } else if (speex_resampler_process_float(reader->resampler, 0, in,
                                             &in_count, out, &out_count) !=
               RESAMPLER_ERR_SUCCESS) {
        in_count = (spx_uint32_t)in_left;
        out_count = 0;
    }
    reader->mono_position += in_count;
    return out_count;
}

static int16_t to_sample(float value)
{
    float scaled = value * 32767.0f;

    if (isnan(scaled))
        return 0;
    if (scaled > 32767.0f)
        return INT16_MAX;
    if (scaled < -32768.0f)
        return INT16_MIN;
    return (int16_t)lrintf(scaled);
}

size_t wav_reader_read(struct wav_reader *reader, int16_t *samples,
                       size_t count)
{
    float part[AUDIO_BLOCK_COUNT];
    size_t done = 0;

    while (done < count) {
        size_t want = count - done;
        size_t n;

        if (reader->mono_position == reader->mono_count && !fill_mono(reader))
            break;
        n = convert(reader, part,
                    want < AUDIO_BLOCK_COUNT ? want : AUDIO_BLOCK_COUNT);
        for (size_t i = 0; i < n; i++)
            samples[done + i] = to_sample(part[i]);
        done += n;
    }
    return done;
}

/* Completes and frees a writer, half-built or whole. */
static bool release(struct wav_writer *writer)
{
    bool is_complete = true;

    if (writer->file && sf_close(writer->file) != 0)
        is_complete = false;
    if (writer->fd >= 0 && close(writer->fd) != 0)
        is_complete = false;
    free(writer);
    return is_complete;
}

enum result wav_writer_new(struct wav_writer **out, const char *path)
{
    SF_INFO info = { .samplerate = AUDIO_RATE,
                     .channels = 1,
                     .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16 };
    struct wav_writer *writer;

    writer = calloc(1, sizeof *writer);
    if (!writer)
        return RESULT_NO_MEMORY;
    writer->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (writer->fd < 0)
        goto fail;
    writer->file = sf_open_fd(writer->fd, SFM_WRITE, &info, SF_FALSE);
    if (!writer->file)
        goto fail;
    /* The header goes to the file now: even an empty recording is a WAV. */
    (void)sf_command(writer->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
    if (sf_error(writer->file) != SF_ERR_NO_ERROR)
        goto fail;
    *out = writer;
    return RESULT_OK;

fail:
    (void)release(writer); /* The failure is told already. */
    return RESULT_IO;
}

enum result wav_writer_write(struct wav_writer *writer, const int16_t *samples,
                             size_t count)
{
    if (count > WRITE_COUNT_MAX - writer->count)
        return RESULT_TOO_LARGE;
    if (sf_write_short(writer->file, samples, (sf_count_t)count) !=
        (sf_count_t)count)
        return RESULT_IO;
    writer->count += count;
    if (writer->count - writer->count_in_header >= AUDIO_RATE) {
        (void)sf_command(writer->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
        if (sf_error(writer->file) != SF_ERR_NO_ERROR)
            return RESULT_IO;
        writer->count_in_header = writer->count;
    }
    return RESULT_OK;
}

uint64_t wav_writer_count(const struct wav_writer *writer)
{
    return writer->count;
}

enum result wav_writer_close(struct wav_writer *writer)
{
    if (!writer)
        return RESULT_OK;
    return release(writer) ? RESULT_OK : RESULT_IO;
}
