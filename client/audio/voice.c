#include "client/audio/voice_internal.h"

#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t monotonic_ms(void *user)
{
    struct timespec now;

    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t voice_now_ms(const struct voice *voice)
{
    return voice->now_ms(voice->now_user);
}

/* --- on devices' threads ------------------------------------------------- */

static void on_play(int16_t *samples, void *user)
{
    struct voice *voice = user;
    int64_t now_ms = voice_now_ms(voice);
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

/* --- devices ------------------------------------------------------------- */

static enum result make_keeper(struct voice *voice,
                               const struct voice_config *config)
{
    const struct device_keeper_config keeping = {
        .kind = config->device,
        .capture_name = config->capture_name,
        .playback_name = config->playback_name,
        .handlers = { .captured = voice_on_captured,
                      .play = on_play,
                      .user = voice },
        .wakeup = on_device_news,
        .is_awaited = config->is_device_awaited,
    };

    return device_keeper_new(&voice->keeper, &keeping);
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
        voice_update_talking(voice);
        result = device_keeper_open(voice->keeper, config->given,
                                    voice_now_ms(voice));
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
    voice_close_speech(voice);
    voice->keeper = device_keeper_free(voice->keeper);
    recorded = voice_recorder_finish(voice->recorder, voice_now_ms(voice));
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

static void tell_room_mates(struct voice *voice)
{
    uint16_t slot;

    while (voice->room && voice_room_next(voice->room, &slot))
        voice->handlers.same_room(slot, voice->handlers.user);
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
    microphone_watch_reset(&voice->watch, voice_now_ms(voice));
    if (voice->capture)
        voice_capture_reset(voice->capture);
    if (voice->room)
        voice_room_reset(voice->room);
}

static void process_device(struct voice *voice)
{
    struct device_news news;

    while (device_keeper_next(voice->keeper, voice_now_ms(voice), &news)) {
        forget_device(voice);
        tell_news(voice, &news);
    }
}

void voice_process(struct voice *voice)
{
    if (voice->is_speaking)
        voice_take_speech(voice);
    voice_take_captured(voice);
    tell_room_mates(voice);
    process_device(voice);
    voice_watch_microphone(voice);
    voice_update_wanted(voice);
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
    voice_update_wanted(voice);
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
    result = voice_recorder_new(&recorder, path, voice_now_ms(voice));
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
    return voice_recorder_finish(recorder, voice_now_ms(voice));
}

enum result voice_reopen_device(struct voice *voice)
{
    forget_device(voice);
    return device_keeper_reopen(voice->keeper, voice_now_ms(voice));
}

enum result voice_choose_device(struct voice *voice, const char *capture_name,
                                const char *playback_name)
{
    forget_device(voice);
    return device_keeper_choose(voice->keeper, capture_name, playback_name,
                                voice_now_ms(voice));
}

int64_t voice_wait_ms(const struct voice *voice)
{
    const int64_t now_ms = voice_now_ms(voice);
    const int64_t device_ms = device_keeper_wait_ms(voice->keeper, now_ms);
    const int64_t watch_ms = microphone_watch_wait_ms(&voice->watch, now_ms);

    if (device_ms < 0 || (watch_ms >= 0 && watch_ms < device_ms))
        return watch_ms;
    return device_ms;
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
