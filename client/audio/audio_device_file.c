#include "client/audio/audio_device_file.h"

#include "client/audio/audio_pacer.h"
#include "client/audio/wav_file.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct audio_device_file {
    struct audio_device base; /* first: the port's pointer is ours */
    enum audio_pace pace;
    struct audio_device_handlers handlers;
    struct wav_reader *reader; /* NULL: no file, or at its end */
    struct wav_writer *writer; /* NULL: no file, or failed */
    struct audio_pacer *pacer;
};

static void end(struct audio_device_file *file, enum result reason)
{
    if (file->handlers.ended)
        file->handlers.ended(reason, file->handlers.user);
}

/* False if nothing is played (any more). */
static bool play_block(struct audio_device_file *file)
{
    int16_t samples[AUDIO_BLOCK_COUNT];
    enum result result;

    if (!file->handlers.play)
        return false;
    file->handlers.play(samples, file->handlers.user);
    if (!file->writer)
        return true;
    result = wav_writer_write(file->writer, samples, AUDIO_BLOCK_COUNT);
    if (result == RESULT_OK)
        return true;
    end(file, RESULT_IO);
    file->handlers = (struct audio_device_handlers){ 0 };
    return false;
}

/* False if nothing is captured (any more). The last block is padded. */
static bool capture_block(struct audio_device_file *file)
{
    int16_t samples[AUDIO_BLOCK_COUNT];
    size_t n;

    if (!file->handlers.captured || !file->reader)
        return false;
    n = wav_reader_read(file->reader, samples, AUDIO_BLOCK_COUNT);
    if (n == 0) {
        file->reader = wav_reader_free(file->reader);
        end(file, RESULT_OK);
        return false;
    }
    memset(&samples[n], 0, (AUDIO_BLOCK_COUNT - n) * sizeof samples[0]);
    file->handlers.captured(samples, file->handlers.user);
    return true;
}

static bool tick(void *user)
{
    struct audio_device_file *file = user;
    bool plays = play_block(file);
    bool captures = capture_block(file);

    return plays || captures;
}

static enum result file_start(struct audio_device *device,
                              const struct audio_device_handlers *handlers)
{
    struct audio_device_file *file = (struct audio_device_file *)device;

    assert(!file->pacer);
    file->handlers = *handlers;
    if (file->pace == AUDIO_PACE_STEP)
        return RESULT_OK;
    return audio_pacer_new(&file->pacer, AUDIO_BLOCK_MS, tick, file);
}

static void file_stop(struct audio_device *device)
{
    struct audio_device_file *file = (struct audio_device_file *)device;

    file->pacer = audio_pacer_free(file->pacer);
    file->handlers = (struct audio_device_handlers){ 0 };
}

static struct audio_device *file_free(struct audio_device *device)
{
    struct audio_device_file *file = (struct audio_device_file *)device;
    enum result result;

    file_stop(device);
    wav_reader_free(file->reader);
    /* Nobody is left to be told that the file's end is missing. */
    result = wav_writer_close(file->writer);
    (void)result;
    free(file);
    return NULL;
}

enum result audio_device_file_new(struct audio_device **out,
                                  const char *capture_path,
                                  const char *playback_path,
                                  enum audio_pace pace)
{
    struct audio_device_file *file;
    enum result result = RESULT_OK;

    if (pace == AUDIO_PACE_NONE)
        return RESULT_INVALID;
    file = calloc(1, sizeof *file);
    if (!file)
        return RESULT_NO_MEMORY;
    file->base = (struct audio_device){ .start = file_start,
                                        .stop = file_stop,
                                        .free = file_free };
    file->pace = pace;
    if (capture_path)
        result = wav_reader_new(&file->reader, capture_path);
    if (result == RESULT_OK && playback_path)
        result = wav_writer_new(&file->writer, playback_path);
    if (result != RESULT_OK) {
        file_free(&file->base);
        return result;
    }
    *out = &file->base;
    return RESULT_OK;
}

bool audio_device_file_step(struct audio_device *device)
{
    struct audio_device_file *file = (struct audio_device_file *)device;

    assert(file->pace == AUDIO_PACE_STEP);
    return tick(file);
}
