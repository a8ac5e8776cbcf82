#include "client/audio/voice_processing.h"

#include "client/audio/delay_estimate.h"
#include "client/audio/voice_activity.h"
#include "client/audio/voice_gain.h"

#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* What speexdsp works on; its overlap makes the sound so much later. */
    FRAME = AUDIO_BLOCK_COUNT / 2,
    LEAD = 10 * AUDIO_COUNT_PER_MS, /* the echo begins so deep in the tail, */
    LEAD_MAX = 40 * AUDIO_COUNT_PER_MS, /* or less deep than this */
    KEPT = 1000 * AUDIO_COUNT_PER_MS,   /* of what was played */
    ASTRAY = 100 * AUDIO_COUNT_PER_MS,  /* no device's unevenness */
    ASTRAY_BLOCKS = 10,                 /* so long it has to last */
    HOLE_MS = 60,                       /* captured blocks are missing */
    HOLD_BLOCKS = 15, /* so long after its sound comes an echo in a room */
    NOISE_DB = -18,
    QUIET_SIZE = 8,
    HEARD_SIZE = 200, /* samples above this are heard */
};

static const float RESIDUE = 0.06F;     /* 12 dB below what was captured */
static const float FADING = 0.5F;       /* a block: 150 dB a second */
static const float OFFSET_PART = 0.02F; /* learned in a second */

struct voice_processing {
    struct voice_processing_settings settings;
    SpeexEchoState *echo;
    SpeexPreprocessState *preprocess;
    struct delay_estimate *estimate;
    struct voice_activity *activity;
    struct voice_gain gain;

    int16_t played[KEPT]; /* a ring; [position % KEPT] */
    int64_t played_count;
    int64_t played_ms; /* of the newest block */
    size_t quiet;      /* blocks since the reference was heard */
    float wet;         /* 1: the canceller is heard, 0: what was captured */
    size_t hold;       /* blocks for which the gain is held */
    size_t hold_max;   /* an echo may come so many after its sound */
    float boost;
    float offset; /* of what is captured, from zero */

    int64_t captured_count;
    int64_t captured_ms;
    float echo_power; /* as captured, fading */
    int64_t skew;     /* what is played beside captured sample 0 */
    int64_t shift;    /* the reference is taken from so much earlier */
    size_t astray;
    bool has_begun;
};

static unsigned echo_ms_of(const struct voice_processing_settings *settings)
{
    return settings->echo_ms != 0 ? settings->echo_ms : VOICE_ECHO_ROOM_MS;
}

static bool open_speex(struct voice_processing *processing)
{
    int rate = AUDIO_RATE;
    int on = 1;
    /* dB. What is left of the echo is taken out by the same means as noise,
     * so that these cannot be switched off. */
    int noise_db = processing->settings.reduces_noise ? NOISE_DB : 0;
    const unsigned echo_ms = echo_ms_of(&processing->settings);

    if (processing->settings.cancels_echo) {
        processing->echo =
            speex_echo_state_init(FRAME, (int)echo_ms * AUDIO_COUNT_PER_MS);
        if (!processing->echo)
            return false;
        (void)speex_echo_ctl(processing->echo, SPEEX_ECHO_SET_SAMPLING_RATE,
                             &rate);
    }
    if (!processing->settings.cancels_echo &&
        !processing->settings.reduces_noise)
        return true;
    processing->preprocess = speex_preprocess_state_init(FRAME, AUDIO_RATE);
    if (!processing->preprocess)
        return false;
    (void)speex_preprocess_ctl(processing->preprocess,
                               SPEEX_PREPROCESS_SET_DENOISE, &on);
    (void)speex_preprocess_ctl(processing->preprocess,
                               SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, &noise_db);
    (void)speex_preprocess_ctl(processing->preprocess,
                               SPEEX_PREPROCESS_SET_ECHO_STATE,
                               processing->echo);
    return true;
}

enum result
voice_processing_new(struct voice_processing **out,
                     const struct voice_processing_settings *settings)
{
    struct voice_processing *processing;
    enum result result;

    if (settings->echo_ms > VOICE_ECHO_MAX_MS ||
        settings->boost_db < VOICE_BOOST_MIN_DB ||
        settings->boost_db > VOICE_BOOST_MAX_DB)
        return RESULT_INVALID;
    processing = calloc(1, sizeof *processing);
    if (!processing)
        return RESULT_NO_MEMORY;
    processing->settings = *settings;
    processing->boost = powf(10.0F, (float)settings->boost_db / 20.0F);
    processing->hold_max = HOLD_BLOCKS;
    if (echo_ms_of(settings) > VOICE_ECHO_ROOM_MS)
        processing->hold_max +=
            (echo_ms_of(settings) - VOICE_ECHO_ROOM_MS) / AUDIO_BLOCK_MS;
    processing->quiet = processing->hold_max;
    voice_gain_init(&processing->gain);
    result = delay_estimate_new(&processing->estimate);
    if (result == RESULT_OK)
        result = voice_activity_new(&processing->activity);
    if (result == RESULT_OK && !open_speex(processing))
        result = RESULT_NO_MEMORY;
    if (result != RESULT_OK) {
        voice_processing_free(processing);
        return result;
    }
    *out = processing;
    return RESULT_OK;
}

struct voice_processing *
voice_processing_free(struct voice_processing *processing)
{
    if (!processing)
        return NULL;
    if (processing->preprocess)
        speex_preprocess_state_destroy(processing->preprocess);
    if (processing->echo)
        speex_echo_state_destroy(processing->echo);
    delay_estimate_free(processing->estimate);
    voice_activity_free(processing->activity);
    free(processing);
    return NULL;
}

void voice_processing_reset(struct voice_processing *processing)
{
    delay_estimate_reset(processing->estimate);
    voice_activity_reset(processing->activity);
    if (processing->echo)
        speex_echo_state_reset(processing->echo);
    processing->shift = 0;
    processing->quiet = processing->hold_max;
    processing->astray = 0;
    processing->has_begun = false;
}

/* Blocks that did not get here are taken for silence. */
static void miss_blocks(struct voice_processing *processing, int64_t position)
{
    if (position - processing->played_count >= KEPT) {
        memset(processing->played, 0, sizeof processing->played);
        processing->played_count = position;
    }
    while (processing->played_count < position) {
        memset(&processing->played[processing->played_count % KEPT], 0,
               AUDIO_BLOCK_COUNT * sizeof processing->played[0]);
        processing->played_count += AUDIO_BLOCK_COUNT;
    }
}

void voice_processing_played(struct voice_processing *processing,
                             const int16_t *samples, int64_t position,
                             int64_t played_ms)
{
    /* Whole blocks fill the ring without a remainder. */
    _Static_assert(KEPT % AUDIO_BLOCK_COUNT == 0, "blocks do not fill it");
    miss_blocks(processing, position);
    memcpy(&processing->played[processing->played_count % KEPT], samples,
           AUDIO_BLOCK_COUNT * sizeof *samples);
    processing->played_count += AUDIO_BLOCK_COUNT;
    processing->played_ms = played_ms;
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        if (abs(samples[i]) > HEARD_SIZE)
            processing->hold = processing->hold_max;
}

/*
 * Where in the played sound the block stands. Both sides count on by
 * themselves, so that uneven wake-ups do not move them; captured blocks that
 * are missing are counted by the clock; and if the two have come apart, they
 * are laid side by side anew.
 */
static int64_t beside(struct voice_processing *processing, int64_t captured_ms)
{
    int64_t gap_ms = captured_ms - processing->captured_ms - AUDIO_BLOCK_MS;
    int64_t ahead_ms = captured_ms - processing->played_ms;
    int64_t now;
    int64_t off;

    if (processing->has_begun && gap_ms > HOLE_MS)
        processing->captured_count +=
            (gap_ms + AUDIO_BLOCK_MS / 2) / AUDIO_BLOCK_MS * AUDIO_BLOCK_COUNT;
    processing->captured_ms = captured_ms;
    /* What was being played in that moment, rounded to blocks. */
    now = processing->played_count - AUDIO_BLOCK_COUNT +
          (ahead_ms >= 0 ? ahead_ms : ahead_ms - AUDIO_BLOCK_MS + 1) /
              AUDIO_BLOCK_MS * AUDIO_BLOCK_COUNT;
    off = now - (processing->captured_count + processing->skew);
    processing->astray =
        off > ASTRAY || off < -ASTRAY ? processing->astray + 1 : 0;
    if (!processing->has_begun || processing->astray > ASTRAY_BLOCKS) {
        processing->skew = now - processing->captured_count;
        processing->astray = 0;
    }
    processing->has_begun = true;
    now = processing->captured_count + processing->skew;
    processing->captured_count += AUDIO_BLOCK_COUNT;
    return now;
}

/* What is not known (not played yet, or forgotten) is silence. */
static void copy_played(const struct voice_processing *processing,
                        int64_t position, int16_t *out)
{
    int64_t oldest = processing->played_count - KEPT;

    for (int64_t i = position; i < position + AUDIO_BLOCK_COUNT; i++)
        *out++ = i >= 0 && i >= oldest && i < processing->played_count
                     ? processing->played[i % KEPT]
                     : 0;
}

/* Moves the filter to where the echo is, if it does not reach it well. */
static void aim(struct voice_processing *processing)
{
    size_t delay;
    int64_t lead;

    if (!delay_estimate_find(processing->estimate, &delay))
        return;
    lead = (int64_t)delay - processing->shift;
    if (lead >= 0 && lead <= LEAD_MAX)
        return;
    processing->shift = delay > LEAD ? (int64_t)delay - LEAD : 0;
    speex_echo_state_reset(processing->echo);
}

/* Lays the reference beside the block, at which the filter is aimed. */
static void find_reference(struct voice_processing *processing,
                           const int16_t *samples, int64_t position,
                           int16_t *reference)
{
    copy_played(processing, position, reference);
    delay_estimate_block(processing->estimate, reference, samples);
    aim(processing);
    copy_played(processing, position - processing->shift, reference);
}

/*
 * The canceller is heard only while there is something to cancel: it shifts
 * the phase of low tones. Until all that it knows of has faded it runs on, and
 * from one to the other the sound fades over, as `wet` says.
 */
static bool is_canceller_needed(struct voice_processing *processing,
                                const int16_t *reference)
{
    processing->quiet++;
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        if (abs(reference[i]) > QUIET_SIZE)
            processing->quiet = 0;
    return processing->hold > 0 || processing->quiet < processing->hold_max;
}

/* A frame; it fades from `from` to `to`. */
static void cancel_echo(struct voice_processing *processing, int16_t *samples,
                        const int16_t *reference, float from, float to)
{
    int16_t captured[FRAME];

    memcpy(captured, samples, sizeof captured);
    speex_echo_cancellation(processing->echo, captured, reference, samples);
    for (size_t i = 0; i < FRAME; i++) {
        float wet = from + (to - from) * (float)i / FRAME;

        samples[i] = (int16_t)lrintf(wet * (float)samples[i] +
                                     (1.0F - wet) * (float)captured[i]);
    }
}

static void clean(struct voice_processing *processing, int16_t *samples,
                  int64_t position)
{
    int16_t reference[AUDIO_BLOCK_COUNT] = { 0 };
    float to = 0.0F;

    if (processing->echo) {
        find_reference(processing, samples, position, reference);
        to = is_canceller_needed(processing, reference) ? 1.0F : 0.0F;
    }
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i += FRAME) {
        if (processing->wet + to > 0.0F)
            cancel_echo(processing, &samples[i], &reference[i], processing->wet,
                        to);
        processing->wet = to;
        /* Its answer, whether somebody speaks, is not as good as ours. */
        if (processing->preprocess)
            (void)speex_preprocess_run(processing->preprocess, &samples[i]);
    }
}

static int16_t to_sample(float value)
{
    return value >= INT16_MAX   ? INT16_MAX
           : value <= INT16_MIN ? INT16_MIN
                                : (int16_t)lrintf(value);
}

static float power_of(const int16_t *samples)
{
    float power = 0.0F;

    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        power += (float)samples[i] * (float)samples[i];
    return power;
}

/* Is the block what is left of an echo? `before`: its power as captured. */
static bool is_residue(struct voice_processing *processing, float before,
                       const int16_t *samples)
{
    float fading = processing->echo_power * FADING;

    /* What is cleaned away is a little later than what was captured, and
     * fades no faster than the room. */
    processing->echo_power = before > fading ? before : fading;
    return processing->hold > 0 &&
           power_of(samples) < RESIDUE * processing->echo_power;
}

/* What stands away from zero, as with cheap microphones, says nothing, but it
 * would be taken for loudness. It moves so slowly that no echo is smeared. */
static void bring_to_zero(struct voice_processing *processing, int16_t *samples)
{
    float mean = 0.0F;

    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        mean += (float)samples[i];
    mean /= AUDIO_BLOCK_COUNT;
    if (processing->has_begun)
        mean = processing->offset + OFFSET_PART * (mean - processing->offset);
    processing->offset = mean;
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = to_sample((float)samples[i] - mean);
}

/* What is too loud then is cut off, as by a microphone that is set so. */
static void boost(float by, int16_t *samples)
{
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = to_sample(by * (float)samples[i]);
}

static bool is_changing(const struct voice_processing_settings *settings)
{
    return settings->cancels_echo || settings->reduces_noise ||
           settings->adjusts_gain || settings->boost_db != 0;
}

void voice_processing_block(struct voice_processing *processing,
                            int16_t *samples, int64_t captured_ms)
{
    int64_t position;
    float before;

    if (is_changing(&processing->settings))
        bring_to_zero(processing, samples);
    position = beside(processing, captured_ms);
    if (processing->settings.boost_db != 0)
        boost(processing->boost, samples);
    before = power_of(samples);

    clean(processing, samples, position);
    if (processing->echo && is_residue(processing, before, samples))
        voice_activity_skip(processing->activity);
    else
        voice_activity_block(processing->activity, samples);
    if (processing->settings.adjusts_gain)
        voice_gain_block(&processing->gain, samples,
                         voice_activity_is_voiced(processing->activity),
                         processing->hold > 0);
    if (processing->hold > 0)
        processing->hold--;
}

bool voice_processing_is_active(const struct voice_processing *processing)
{
    return voice_activity_is_active(processing->activity);
}

bool voice_processing_is_speech(const struct voice_processing *processing)
{
    return voice_activity_is_speech(processing->activity);
}

int64_t voice_processing_delay_ms(const struct voice_processing *processing)
{
    size_t delay;

    return delay_estimate_find(processing->estimate, &delay)
               ? (int64_t)delay / AUDIO_COUNT_PER_MS
               : -1;
}
