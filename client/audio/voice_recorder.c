#include "client/audio/voice_recorder.h"

#include "client/audio/audio_block.h"
#include "client/audio/audio_pacer.h"
#include "client/audio/audio_ring.h"
#include "client/audio/wav_file.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    RING_COUNT = 512, /* blocks: the disk may stand still for 10 s */
    WRITE_PERIOD_MS = 200,
    DRIFT_MS = 60, /* the device may be off the clock by so much */
};

struct message {
    uint64_t position; /* of its first sample, since the start */
    int16_t samples[AUDIO_BLOCK_COUNT];
};

struct voice_recorder {
    int64_t start_ms;
    struct audio_ring *ring;
    struct audio_pacer *pacer;

    /* Device's thread. */
    uint64_t position; /* where the next block belongs */
    struct message outgoing;
    /* Everything before this was heard and, unless silent, is in the ring. */
    _Atomic uint64_t heard;

    /* The recorder's thread, and the owner's once that is joined. */
    struct wav_writer *writer;
    struct message incoming;
    enum result result; /* the first failure */
};

/* --- the recorder's thread ----------------------------------------------- */

static void write_samples(struct voice_recorder *recorder,
                          const int16_t *samples, size_t count)
{
    if (recorder->result == RESULT_OK)
        recorder->result = wav_writer_write(recorder->writer, samples, count);
}

static void write_silence_until(struct voice_recorder *recorder,
                                uint64_t position)
{
    static const int16_t silence[AUDIO_BLOCK_COUNT];

    while (recorder->result == RESULT_OK) {
        uint64_t at = wav_writer_count(recorder->writer);
        uint64_t left = position > at ? position - at : 0;

        if (left == 0)
            return;
        write_samples(recorder, silence,
                      left < AUDIO_BLOCK_COUNT ? (size_t)left
                                               : AUDIO_BLOCK_COUNT);
    }
}

static bool write_waiting(void *user)
{
    struct voice_recorder *recorder = user;
    /* Read first: what was heard by now is in the ring by now. */
    uint64_t heard =
        atomic_load_explicit(&recorder->heard, memory_order_acquire);
    size_t size;

    while (audio_ring_pop(recorder->ring, &recorder->incoming, &size)) {
        write_silence_until(recorder, recorder->incoming.position);
        write_samples(recorder, recorder->incoming.samples, AUDIO_BLOCK_COUNT);
    }
    write_silence_until(recorder, heard);
    return true;
}

/* --- owner's thread ------------------------------------------------------ */

/* Frees all but the file. */
static void release(struct voice_recorder *recorder)
{
    audio_pacer_free(recorder->pacer);
    audio_ring_free(recorder->ring);
    free(recorder);
}

enum result voice_recorder_new(struct voice_recorder **out, const char *path,
                               int64_t now_ms)
{
    struct voice_recorder *recorder;
    enum result result;

    recorder = calloc(1, sizeof *recorder);
    if (!recorder)
        return RESULT_NO_MEMORY;
    recorder->start_ms = now_ms;
    result =
        audio_ring_new(&recorder->ring, RING_COUNT, sizeof(struct message));
    if (result == RESULT_OK)
        result = wav_writer_new(&recorder->writer, path);
    if (result == RESULT_OK)
        result = audio_pacer_new(&recorder->pacer, WRITE_PERIOD_MS,
                                 write_waiting, recorder);
    if (result != RESULT_OK) {
        enum result closed = wav_writer_close(recorder->writer);

        (void)closed; /* Nothing was recorded; the failure is told already. */
        release(recorder);
        return result;
    }
    *out = recorder;
    return RESULT_OK;
}

/* Samples that have passed since the start. */
static uint64_t elapsed(const struct voice_recorder *recorder, int64_t now_ms)
{
    if (now_ms <= recorder->start_ms)
        return 0;
    return (uint64_t)(now_ms - recorder->start_ms) * AUDIO_COUNT_PER_MS;
}

enum result voice_recorder_finish(struct voice_recorder *recorder,
                                  int64_t now_ms)
{
    enum result result;
    enum result closed;

    if (!recorder)
        return RESULT_OK;
    recorder->pacer = audio_pacer_free(recorder->pacer);
    (void)write_waiting(recorder); /* Says only to go on. */
    write_silence_until(recorder, elapsed(recorder, now_ms));
    result = recorder->result;
    if (result == RESULT_OK && audio_ring_overruns(recorder->ring) > 0)
        result = RESULT_IO;
    closed = wav_writer_close(recorder->writer);
    release(recorder);
    return result == RESULT_OK ? closed : result;
}

/* --- device's thread ----------------------------------------------------- */

void voice_recorder_block(struct voice_recorder *recorder,
                          const int16_t *samples, int64_t now_ms)
{
    uint64_t clock = elapsed(recorder, now_ms);
    const uint64_t drift = (uint64_t)DRIFT_MS * AUDIO_COUNT_PER_MS;

    /* A device that ran ahead of the clock: its block is one too many. */
    if (recorder->position > clock + drift)
        return;
    if (recorder->position + drift < clock)
        recorder->position = clock;
    if (samples) {
        recorder->outgoing.position = recorder->position;
        memcpy(recorder->outgoing.samples, samples,
               sizeof recorder->outgoing.samples);
        audio_ring_push(recorder->ring, &recorder->outgoing,
                        sizeof recorder->outgoing);
    }
    recorder->position += AUDIO_BLOCK_COUNT;
    atomic_store_explicit(&recorder->heard, recorder->position,
                          memory_order_release);
}
