#include "client/audio/voice_internal.h"

#include "client/audio/audio_device_file.h"

#include <string.h>

enum {
    STALE_MS = 500, /* captured so long ago is not worth sending */
    NO_REASON = -1, /* the device still runs */
};

/* --- on devices' threads ------------------------------------------------- */

static void capture(struct voice *voice, struct source *source,
                    const int16_t *samples)
{
    struct captured_block block = { .captured_ms = voice_now_ms(voice) };

    memcpy(block.samples, samples, sizeof block.samples);
    audio_ring_push(source->ring, &block, sizeof block);
    voice->handlers.wakeup(voice->handlers.user);
}

void voice_on_captured(const int16_t *samples, void *user)
{
    struct voice *voice = user;

    if (atomic_load_explicit(&voice->wants_capture, memory_order_relaxed))
        capture(voice, &voice->sound, samples);
}

static void on_speech(const int16_t *samples, void *user)
{
    struct voice *voice = user;

    capture(voice, &voice->speech, samples);
}

static void on_speech_ended(enum result reason, void *user)
{
    struct voice *voice = user;

    atomic_store_explicit(&voice->speech.end_reason, (int)reason,
                          memory_order_release);
    voice->handlers.wakeup(voice->handlers.user);
}

/* --- who is sent --------------------------------------------------------- */

static bool is_sendable(const struct voice *voice)
{
    return !voice->is_muted &&
           (voice->mode == VOICE_OPEN_MICROPHONE || voice->is_talking);
}

/* It is not sent, but whoever speaks would want it to be. */
static bool is_held_back(const struct voice *voice)
{
    const bool is_meant = voice->mode == VOICE_OPEN_MICROPHONE ||
                          voice->is_talking || voice->is_expected;

    return is_meant && !is_sendable(voice);
}

/* Is that so, and does somebody want to know? */
static bool is_watched(const struct voice *voice)
{
    return is_held_back(voice) && !voice->is_speaking &&
           voice->handlers.talking_while_muted;
}

/* The device's thread drops what nobody wants. */
void voice_update_wanted(struct voice *voice)
{
    bool wants = (is_sendable(voice) && !voice->is_speaking) ||
                 is_watched(voice) ||
                 (voice->room && !voice->is_speaking &&
                  voice_room_is_listening(voice->room, voice_now_ms(voice)));

    if (wants !=
        atomic_load_explicit(&voice->wants_capture, memory_order_relaxed))
        atomic_store_explicit(&voice->wants_capture, wants,
                              memory_order_relaxed);
}

void voice_watch_microphone(struct voice *voice)
{
    const int64_t now_ms = voice_now_ms(voice);

    if (!voice->handlers.microphone_silent)
        return;
    microphone_watch_set_on(&voice->watch,
                            is_sendable(voice) && !voice->is_speaking &&
                                device_keeper_has_microphone(voice->keeper),
                            now_ms);
    if (microphone_watch_should_tell(&voice->watch, now_ms))
        voice->handlers.microphone_silent(voice->handlers.user);
}

/* After every change of what decides over talking. */
void voice_update_talking(struct voice *voice)
{
    bool is_sent = is_sendable(voice) && !voice->is_speaking;

    if (!voice_is_talking(voice))
        voice_transmit_end(voice->transmit);
    /* What was captured before the button was pressed stays unheard. */
    if (is_sent && !voice->was_sent)
        audio_ring_clear(voice->sound.ring);
    voice->was_sent = is_sent;
    if (voice->capture)
        voice_capture_set_muted(voice->capture, !is_sendable(voice),
                                voice_now_ms(voice));
    voice_update_wanted(voice);
}

void voice_set_talking(struct voice *voice, bool is_talking)
{
    voice->is_talking = is_talking;
    voice_update_talking(voice);
}

void voice_expect_talk(struct voice *voice, bool is_expected)
{
    if (is_expected == voice->is_expected)
        return;
    voice->is_expected = is_expected;
    voice_update_wanted(voice);
}

void voice_set_muted(struct voice *voice, bool is_muted)
{
    voice->is_muted = is_muted;
    voice_update_talking(voice);
}

bool voice_is_muted(const struct voice *voice) { return voice->is_muted; }

bool voice_is_talking(const struct voice *voice)
{
    return is_sendable(voice) || (voice->is_speaking && !voice->is_muted);
}

/* One that is not is lost as one for which there was no room. */
static bool is_fresh(struct voice *voice, const struct captured_block *block)
{
    const bool is_stale = voice_now_ms(voice) - block->captured_ms > STALE_MS;

    voice->capture_overruns += is_stale;
    return !is_stale;
}

void voice_close_speech(struct voice *voice)
{
    struct source *speech = &voice->speech;

    if (speech->device)
        speech->device = speech->device->free(speech->device);
}

static void transmit_speech(struct voice *voice)
{
    struct captured_block block;
    size_t size;

    while (audio_ring_pop(voice->speech.ring, &block, &size))
        if (!voice->is_muted && is_fresh(voice, &block))
            voice_transmit_block(voice->transmit, block.samples,
                                 block.captured_ms);
}

static bool is_withheld(const struct voice *voice, bool is_active)
{
    return voice->sends_only_activity && !is_active &&
           !voice_transmit_is_constant(voice->transmit) &&
           voice->mode == VOICE_OPEN_MICROPHONE;
}

static void take_block(struct voice *voice, struct captured_block *block)
{
    bool is_active = true;

    if (voice->room)
        voice_room_captured(voice->room, block->samples, block->captured_ms,
                            is_sendable(voice));
    if (!is_sendable(voice) && !is_watched(voice))
        return;
    microphone_watch_block(&voice->watch, block->samples, block->captured_ms);
    if (voice->capture)
        is_active = voice_capture_block(voice->capture, block->samples,
                                        block->captured_ms);
    if (is_sendable(voice)) {
        if (is_withheld(voice, is_active))
            voice_transmit_end(voice->transmit);
        else
            voice_transmit_block(voice->transmit, block->samples,
                                 block->captured_ms);
    } else if (voice->capture && is_watched(voice) &&
               voice_capture_should_tell(voice->capture, block->captured_ms)) {
        voice->handlers.talking_while_muted(voice->handlers.user);
    }
}

void voice_take_captured(struct voice *voice)
{
    struct captured_block block;
    size_t size;

    while (audio_ring_pop(voice->sound.ring, &block, &size))
        if (!voice->is_speaking && is_fresh(voice, &block))
            take_block(voice, &block);
}

static void end_speech(struct voice *voice)
{
    voice_close_speech(voice);
    voice->capture_overruns += audio_ring_overruns(voice->speech.ring);
    voice->speech.ring = audio_ring_free(voice->speech.ring);
    voice->is_speaking = false;
    voice_update_talking(voice);
}

void voice_take_speech(struct voice *voice)
{
    /* Read first: a file at its end has put its last block into the ring. */
    int reason =
        atomic_load_explicit(&voice->speech.end_reason, memory_order_acquire);

    transmit_speech(voice);
    if (reason == NO_REASON)
        return;
    end_speech(voice);
    if (voice->handlers.speech_finished)
        voice->handlers.speech_finished(voice->handlers.user);
}

/* --- a file -------------------------------------------------------------- */

enum result voice_speak_file(struct voice *voice, const char *path)
{
    const struct audio_device_handlers handlers = { .captured = on_speech,
                                                    .ended = on_speech_ended,
                                                    .user = voice };
    struct source *speech = &voice->speech;
    struct audio_device *device = NULL;
    enum result result;

    if (voice->is_speaking)
        return RESULT_BUSY;
    result = audio_device_file_new(&device, path, NULL, AUDIO_PACE_THREAD);
    if (result != RESULT_OK)
        return result;
    result = audio_ring_new(&speech->ring, CAPTURE_RING_COUNT,
                            sizeof(struct captured_block));
    if (result != RESULT_OK)
        goto fail;
    atomic_store(&speech->end_reason, NO_REASON);
    result = device->start(device, &handlers);
    if (result != RESULT_OK)
        goto fail;
    speech->device = device;
    voice->is_speaking = true;
    voice_update_talking(voice);
    return RESULT_OK;

fail:
    speech->ring = audio_ring_free(speech->ring);
    device->free(device);
    return result;
}

void voice_stop_speaking(struct voice *voice)
{
    if (voice->is_speaking)
        end_speech(voice);
}
