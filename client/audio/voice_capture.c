#include "client/audio/voice_capture.h"

#include "client/audio/audio_ring.h"

#include <stdlib.h>
#include <string.h>

enum { PLAYED_RING_COUNT = 64 }; /* blocks: 1.3 s, longer than any echo */

struct played_block {
    int64_t position;
    int64_t played_ms;
    int16_t samples[AUDIO_BLOCK_COUNT];
};

struct voice_capture {
    struct voice_processing *processing;
    struct audio_ring *played;
    int64_t position; /* of the next played block; the device's thread's */
    int64_t muted_ms; /* since when */
    int64_t told_ms;
    bool is_muted;
    bool was_told; /* at all */
};

enum result voice_capture_new(struct voice_capture **out,
                              const struct voice_processing_settings *settings)
{
    struct voice_capture *capture = calloc(1, sizeof *capture);
    enum result result;

    if (!capture)
        return RESULT_NO_MEMORY;
    result = audio_ring_new(&capture->played, PLAYED_RING_COUNT,
                            sizeof(struct played_block));
    if (result == RESULT_OK)
        result = voice_processing_new(&capture->processing, settings);
    if (result != RESULT_OK) {
        voice_capture_free(capture);
        return result;
    }
    *out = capture;
    return RESULT_OK;
}

struct voice_capture *voice_capture_free(struct voice_capture *capture)
{
    if (!capture)
        return NULL;
    voice_processing_free(capture->processing);
    audio_ring_free(capture->played);
    free(capture);
    return NULL;
}

void voice_capture_reset(struct voice_capture *capture)
{
    audio_ring_clear(capture->played);
    voice_processing_reset(capture->processing);
}

void voice_capture_played(struct voice_capture *capture, const int16_t *samples,
                          int64_t played_ms)
{
    struct played_block block = { .position = capture->position,
                                  .played_ms = played_ms };

    memcpy(block.samples, samples, sizeof block.samples);
    audio_ring_push(capture->played, &block, sizeof block);
    capture->position += AUDIO_BLOCK_COUNT;
}

bool voice_capture_block(struct voice_capture *capture, int16_t *samples,
                         int64_t captured_ms)
{
    struct played_block block;
    size_t size;

    while (audio_ring_pop(capture->played, &block, &size))
        voice_processing_played(capture->processing, block.samples,
                                block.position, block.played_ms);
    voice_processing_block(capture->processing, samples, captured_ms);
    return voice_processing_is_active(capture->processing);
}

void voice_capture_set_muted(struct voice_capture *capture, bool is_muted,
                             int64_t now_ms)
{
    if (is_muted == capture->is_muted)
        return;
    capture->is_muted = is_muted;
    capture->muted_ms = now_ms;
}

bool voice_capture_should_tell(struct voice_capture *capture,
                               int64_t captured_ms)
{
    if (!capture->is_muted ||
        captured_ms - capture->muted_ms < VOICE_MUTED_GRACE_MS ||
        (capture->was_told &&
         captured_ms - capture->told_ms < VOICE_MUTED_AGAIN_MS) ||
        !voice_processing_is_speech(capture->processing))
        return false;
    capture->was_told = true;
    capture->told_ms = captured_ms;
    return true;
}
