#include "client/audio/voice.h"

#include "client/audio/audio_device_file.h"
#include "client/audio/audio_ring.h"
#include "client/audio/audio_tone.h"
#include "client/audio/device_keeper.h"
#include "client/audio/voice_capture.h"
#include "client/audio/voice_playout.h"
#include "client/audio/voice_recorder.h"
#include "client/audio/voice_room.h"
#include "client/audio/voice_transmit.h"
#include "protocol/base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    CAPTURE_RING_COUNT = 64, /* blocks: the owner may be busy for 1.3 s */
    STALE_MS = 500,          /* captured so long ago is not worth sending */
    NO_REASON = -1,          /* the device still runs */
};

struct captured_block {
    int64_t captured_ms;
    int16_t samples[AUDIO_BLOCK_COUNT];
};

/* Where captured blocks come from: the ring to the owner and, of a file that is
 * spoken, the device. */
struct source {
    struct audio_device *device;
    struct audio_ring *ring;
    _Atomic int end_reason; /* an enum result, or NO_REASON */
};

enum tone_wanted { TONE_NONE, TONE_RISING, TONE_FALLING };

struct voice {
    enum voice_mode mode;
    struct voice_handlers handlers;
    int64_t (*now_ms)(void *user);
    void *now_user;

    bool is_muted;
    bool is_talking;  /* the button */
    bool is_speaking; /* a file */
    bool was_sent;    /* what the microphone captured last */

    struct device_keeper *keeper; /* microphone and loudspeaker */
    struct source sound;          /* the microphone */
    struct source speech;         /* the file that is spoken; no device: none */
    /* Tells the device's thread whether captured blocks are wanted, so that
     * an idle microphone wakes nobody. */
    _Atomic bool wants_capture;
    _Atomic bool is_deaf;

    struct voice_capture *capture; /* NULL: blocks are sent as they are */
    struct voice_room *room;       /* NULL: nobody wants to know */
    bool sends_only_activity;
    struct voice_transmit *transmit;
    struct voice_playout *playout;
    uint64_t received;
    uint64_t capture_overruns; /* of speech rings that are gone */

    _Atomic int tone_wanted; /* enum tone_wanted */
    struct audio_tone tone;  /* of the device's thread */

    pthread_mutex_t recorder_mutex; /* guards `recorder` */
    struct voice_recorder *recorder;
};

static int64_t monotonic_ms(void *user)
{
    struct timespec now;

    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t now_of(const struct voice *voice)
{
    return voice->now_ms(voice->now_user);
}

/* --- on devices' threads ------------------------------------------------- */

static void capture(struct voice *voice, struct source *source,
                    const int16_t *samples)
{
    struct captured_block block = { .captured_ms = now_of(voice) };

    memcpy(block.samples, samples, sizeof block.samples);
    audio_ring_push(source->ring, &block, sizeof block);
    voice->handlers.wakeup(voice->handlers.user);
}

static void on_captured(const int16_t *samples, void *user)
{
    struct voice *voice = user;

    if (atomic_load_explicit(&voice->wants_capture, memory_order_relaxed))
        capture(voice, &voice->sound, samples);
}

static void on_play(int16_t *samples, void *user)
{
    struct voice *voice = user;
    int64_t now_ms = now_of(voice);
    bool has_sound = voice_playout_pull(voice->playout, now_ms, samples);
    const int wanted = atomic_exchange_explicit(&voice->tone_wanted, TONE_NONE,
                                                memory_order_relaxed);

    if (wanted != TONE_NONE)
        audio_tone_begin(&voice->tone, wanted == TONE_FALLING);
    has_sound |= audio_tone_mix(&voice->tone, samples, AUDIO_BLOCK_COUNT);

    /* Contended only in the moment in which a recording starts or stops. */
    pthread_mutex_lock(&voice->recorder_mutex);
    if (voice->recorder)
        voice_recorder_block(voice->recorder, has_sound ? samples : NULL,
                             now_ms);
    pthread_mutex_unlock(&voice->recorder_mutex);

    if (atomic_load_explicit(&voice->is_deaf, memory_order_relaxed))
        memset(samples, 0, AUDIO_BLOCK_COUNT * sizeof *samples);
    if (voice->capture)
        voice_capture_played(voice->capture, samples, now_ms);
}

static void on_heard(uint16_t slot, uint32_t timestamp, const int16_t *samples,
                     size_t count, int64_t heard_ms, void *user)
{
    struct voice *voice = user;

    voice_room_heard(voice->room, slot, timestamp, samples, count, heard_ms);
}

static void on_device_news(void *user)
{
    struct voice *voice = user;

    voice->handlers.wakeup(voice->handlers.user);
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

/* --- devices ------------------------------------------------------------- */

static enum result make_keeper(struct voice *voice,
                               const struct voice_config *config)
{
    const struct device_keeper_config keeping = {
        .kind = config->device,
        .capture_name = config->capture_name,
        .playback_name = config->playback_name,
        .handlers = { .captured = on_captured, .play = on_play, .user = voice },
        .wakeup = on_device_news,
        .is_awaited = config->is_device_awaited,
    };

    return device_keeper_new(&voice->keeper, &keeping);
}

static void close_device(struct source *source)
{
    if (source->device)
        source->device = source->device->free(source->device);
}

/* --- opening and closing ------------------------------------------------- */

/* Whoever wants nothing of it does not pay for it. */
static enum result make_capture(struct voice *voice,
                                const struct voice_config *config)
{
    const struct voice_processing_settings *settings = &config->processing;

    voice->sends_only_activity = config->sends_only_activity;
    if (!settings->cancels_echo && !settings->reduces_noise &&
        !settings->adjusts_gain && settings->boost_db == 0 &&
        !config->sends_only_activity && !voice->handlers.talking_while_muted)
        return RESULT_OK;
    return voice_capture_new(&voice->capture, settings);
}

static enum result make_room(struct voice *voice)
{
    const struct voice_playout_tap tap = { .heard = on_heard, .user = voice };
    enum result result;

    if (!voice->handlers.same_room)
        return RESULT_OK;
    result = voice_room_new(&voice->room);
    if (result == RESULT_OK)
        voice_playout_set_tap(voice->playout, &tap);
    return result;
}

static enum result make_parts(struct voice *voice,
                              const struct voice_config *config)
{
    const struct voice_handlers *handlers = &voice->handlers;
    enum result result;

    result = audio_ring_new(&voice->sound.ring, CAPTURE_RING_COUNT,
                            sizeof(struct captured_block));
    if (result == RESULT_OK)
        result = voice_transmit_new(&voice->transmit, handlers->send,
                                    handlers->user);
    if (result == RESULT_OK)
        result = voice_playout_new(&voice->playout, JITTER_DELAY_MIN_MS);
    if (result == RESULT_OK)
        result = make_capture(voice, config);
    if (result == RESULT_OK)
        result = make_room(voice);
    if (result == RESULT_OK)
        result = make_keeper(voice, config);
    return result;
}

static bool is_sendable(const struct voice *voice)
{
    return !voice->is_muted &&
           (voice->mode == VOICE_OPEN_MICROPHONE || voice->is_talking);
}

/* Would it be sent if it were not muted, and somebody wants to know? */
static bool is_watched(const struct voice *voice)
{
    return voice->is_muted && !voice->is_speaking &&
           voice->handlers.talking_while_muted &&
           (voice->mode == VOICE_OPEN_MICROPHONE || voice->is_talking);
}

/* The device's thread drops what nobody wants. */
static void update_wanted(struct voice *voice)
{
    bool wants = (is_sendable(voice) && !voice->is_speaking) ||
                 is_watched(voice) ||
                 (voice->room && !voice->is_speaking &&
                  voice_room_is_listening(voice->room, now_of(voice)));

    if (wants !=
        atomic_load_explicit(&voice->wants_capture, memory_order_relaxed))
        atomic_store_explicit(&voice->wants_capture, wants,
                              memory_order_relaxed);
}

/* After every change of what decides over talking. */
static void update_talking(struct voice *voice)
{
    bool is_sent = is_sendable(voice) && !voice->is_speaking;

    if (!voice_is_talking(voice))
        voice_transmit_end(voice->transmit);
    /* What was captured before the button was pressed stays unheard. */
    if (is_sent && !voice->was_sent)
        audio_ring_clear(voice->sound.ring);
    voice->was_sent = is_sent;
    if (voice->capture)
        voice_capture_set_muted(voice->capture, voice->is_muted, now_of(voice));
    update_wanted(voice);
}

static bool is_valid(const struct voice_config *config,
                     const struct voice_handlers *handlers)
{
    return config->mode != VOICE_MODE_NONE &&
           config->device != VOICE_DEVICE_NONE &&
           (config->device == VOICE_DEVICE_GIVEN) == (config->given != NULL) &&
           handlers->send && handlers->wakeup;
}

static struct voice *make_voice(const struct voice_config *config,
                                const struct voice_handlers *handlers)
{
    struct voice *voice = calloc(1, sizeof *voice);

    if (!voice)
        return NULL;
    if (pthread_mutex_init(&voice->recorder_mutex, NULL) != 0) {
        free(voice);
        return NULL;
    }
    voice->mode = config->mode;
    voice->is_muted = config->is_muted;
    voice->now_ms = config->now_ms ? config->now_ms : monotonic_ms;
    voice->now_user = config->now_user;
    voice->handlers = *handlers;
    return voice;
}

enum result voice_open(struct voice **out, const struct voice_config *config,
                       const struct voice_handlers *handlers)
{
    struct voice *voice;
    enum result result;

    if (!is_valid(config, handlers))
        return RESULT_INVALID;
    voice = make_voice(config, handlers);
    if (!voice)
        return RESULT_NO_MEMORY;
    result = make_parts(voice, config);
    if (result == RESULT_OK) {
        update_talking(voice);
        result =
            device_keeper_open(voice->keeper, config->given, now_of(voice));
    }
    if (result != RESULT_OK) {
        voice_close(voice);
        return result;
    }
    *out = voice;
    return RESULT_OK;
}

struct voice *voice_close(struct voice *voice)
{
    enum result recorded;

    if (!voice)
        return NULL;
    close_device(&voice->speech);
    voice->keeper = device_keeper_free(voice->keeper);
    recorded = voice_recorder_finish(voice->recorder, now_of(voice));
    /* Who wants to know ends the recording with voice_stop_recording(). */
    (void)recorded;
    audio_ring_free(voice->speech.ring);
    audio_ring_free(voice->sound.ring);
    voice_transmit_free(voice->transmit);
    voice_capture_free(voice->capture);
    voice_room_free(voice->room);
    voice_playout_free(voice->playout);
    pthread_mutex_destroy(&voice->recorder_mutex);
    free(voice);
    return NULL;
}

/* --- talking ------------------------------------------------------------- */

void voice_set_talking(struct voice *voice, bool is_talking)
{
    voice->is_talking = is_talking;
    update_talking(voice);
}

void voice_set_muted(struct voice *voice, bool is_muted)
{
    voice->is_muted = is_muted;
    update_talking(voice);
}

void voice_set_round_trip(struct voice *voice, int64_t round_trip_ms)
{
    if (voice->room)
        voice_room_set_round_trip(voice->room, round_trip_ms);
}

void voice_set_deaf(struct voice *voice, bool is_deaf)
{
    atomic_store_explicit(&voice->is_deaf, is_deaf, memory_order_relaxed);
}

enum result voice_set_quality(struct voice *voice,
                              const struct voice_quality *quality)
{
    return voice_transmit_set_quality(voice->transmit, quality);
}

void voice_set_floor(struct voice *voice, int64_t floor_ms)
{
    voice_playout_set_floor(voice->playout, floor_ms);
}

bool voice_is_muted(const struct voice *voice) { return voice->is_muted; }

bool voice_is_talking(const struct voice *voice)
{
    return is_sendable(voice) || (voice->is_speaking && !voice->is_muted);
}

static bool is_fresh(const struct voice *voice,
                     const struct captured_block *block)
{
    return now_of(voice) - block->captured_ms <= STALE_MS;
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

static void take_captured(struct voice *voice, struct captured_block *block)
{
    bool is_active = true;

    if (voice->room)
        voice_room_captured(voice->room, block->samples, block->captured_ms,
                            is_sendable(voice));
    if (!is_sendable(voice) && !is_watched(voice))
        return;
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

static void take_all_captured(struct voice *voice)
{
    struct captured_block block;
    size_t size;

    while (audio_ring_pop(voice->sound.ring, &block, &size))
        if (!voice->is_speaking && is_fresh(voice, &block))
            take_captured(voice, &block);
}

static void tell_room_mates(struct voice *voice)
{
    uint16_t slot;

    while (voice->room && voice_room_next(voice->room, &slot))
        voice->handlers.same_room(slot, voice->handlers.user);
}

static void end_speech(struct voice *voice)
{
    close_device(&voice->speech);
    voice->capture_overruns += audio_ring_overruns(voice->speech.ring);
    voice->speech.ring = audio_ring_free(voice->speech.ring);
    voice->is_speaking = false;
    update_talking(voice);
}

static void process_speech(struct voice *voice)
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

static void tell_news(struct voice *voice, const struct device_news *news)
{
    const struct voice_handlers *handlers = &voice->handlers;

    switch (news->kind) {
    case DEVICE_NO_NEWS:
        break;
    case DEVICE_GONE:
        if (handlers->device_lost)
            handlers->device_lost(news->reason, handlers->user);
        break;
    case DEVICE_BACK:
        if (handlers->device_back)
            handlers->device_back(handlers->user);
        break;
    case DEVICE_USED:
        if (handlers->device_used)
            handlers->device_used(news->used, handlers->user);
        break;
    case DEVICE_CHANGED:
        if (handlers->device_changed)
            handlers->device_changed(&news->change, handlers->user);
        break;
    }
}

/* What was learned of one device is nothing for another. */
static void forget_device(struct voice *voice)
{
    if (voice->capture)
        voice_capture_reset(voice->capture);
    if (voice->room)
        voice_room_reset(voice->room);
}

static void process_device(struct voice *voice)
{
    struct device_news news;

    while (device_keeper_next(voice->keeper, now_of(voice), &news)) {
        forget_device(voice);
        tell_news(voice, &news);
    }
}

void voice_process(struct voice *voice)
{
    if (voice->is_speaking)
        process_speech(voice);
    take_all_captured(voice);
    tell_room_mates(voice);
    process_device(voice);
    update_wanted(voice);
}

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
    update_talking(voice);
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

/* --- hearing ------------------------------------------------------------- */

void voice_on_frame(struct voice *voice, uint16_t slot, uint32_t sequence,
                    uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                    size_t size, int64_t arrival_ms)
{
    struct jitter_frame frame;

    if (size == 0 || size > sizeof frame.payload)
        return;
    voice->received++;
    frame.sequence = sequence;
    frame.timestamp = timestamp;
    frame.count = 0; /* read from the payload on its way */
    frame.flags = flags;
    frame.size = (uint16_t)size;
    memcpy(frame.payload, payload, size);
    voice_playout_put(voice->playout, slot, &frame, arrival_ms);
    if (!voice->room)
        return;
    voice_room_arrived(voice->room, slot, timestamp, payload, size, arrival_ms);
    update_wanted(voice);
}

void voice_forget_speaker(struct voice *voice, uint16_t slot)
{
    voice_playout_forget(voice->playout, slot);
    if (voice->room)
        voice_room_forget(voice->room, slot);
}

enum result voice_set_speaker_gain(struct voice *voice, uint16_t slot,
                                   float gain)
{
    return voice_playout_set_gain(voice->playout, slot, gain);
}

static struct voice_recorder *swap_recorder(struct voice *voice,
                                            struct voice_recorder *recorder)
{
    struct voice_recorder *before;

    pthread_mutex_lock(&voice->recorder_mutex);
    before = voice->recorder;
    voice->recorder = recorder;
    pthread_mutex_unlock(&voice->recorder_mutex);
    return before;
}

void voice_sound_tone(struct voice *voice, bool is_falling)
{
    atomic_store_explicit(&voice->tone_wanted,
                          is_falling ? TONE_FALLING : TONE_RISING,
                          memory_order_relaxed);
}

enum result voice_record_file(struct voice *voice, const char *path)
{
    struct voice_recorder *recorder = NULL;
    enum result result;

    /* Only the owner's thread, which is ours, changes it. */
    if (voice->recorder)
        return RESULT_BUSY;
    result = voice_recorder_new(&recorder, path, now_of(voice));
    if (result != RESULT_OK)
        return result;
    (void)swap_recorder(voice, recorder); /* There was none. */
    return RESULT_OK;
}

enum result voice_stop_recording(struct voice *voice)
{
    struct voice_recorder *recorder = swap_recorder(voice, NULL);

    if (!recorder)
        return RESULT_NOT_FOUND;
    return voice_recorder_finish(recorder, now_of(voice));
}

enum result voice_reopen_device(struct voice *voice)
{
    forget_device(voice);
    return device_keeper_reopen(voice->keeper, now_of(voice));
}

enum result voice_choose_device(struct voice *voice, const char *capture_name,
                                const char *playback_name)
{
    forget_device(voice);
    return device_keeper_choose(voice->keeper, capture_name, playback_name,
                                now_of(voice));
}

int64_t voice_wait_ms(const struct voice *voice)
{
    return device_keeper_wait_ms(voice->keeper, now_of(voice));
}

struct level_summary voice_level(const struct voice *voice,
                                 enum audio_direction direction)
{
    return device_keeper_level(voice->keeper, direction);
}

void voice_statistics(const struct voice *voice, struct voice_statistics *out)
{
    struct jitter_statistics heard;

    voice_playout_statistics(voice->playout, &heard);
    *out = (struct voice_statistics){
        .sent = voice_transmit_count(voice->transmit),
        .received = voice->received,
        .played = heard.played,
        .played_blocks = heard.played_blocks,
        .concealed = heard.concealed,
        .repaired = heard.repaired,
        .late = heard.late,
        .awaited = heard.awaited,
        .stale = heard.stale,
        .duplicate = heard.duplicate,
        .stretched_ms = heard.stretched / AUDIO_COUNT_PER_MS,
        .shrunk_ms = heard.shrunk / AUDIO_COUNT_PER_MS,
        .delay_ms = heard.delay_ms,
        .target_ms = heard.target_ms,
        .capture_overruns =
            voice->capture_overruns + audio_ring_overruns(voice->sound.ring),
        .receive_overruns = voice_playout_overruns(voice->playout),
    };
    if (voice->speech.ring)
        out->capture_overruns += audio_ring_overruns(voice->speech.ring);
}
