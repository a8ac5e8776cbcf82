#include "client/audio/audio_trial.h"

#include "client/audio/device_place.h"
#include "client/audio/round_trip.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SETTLE_COUNT = AUDIO_RATE / 2,   /* devices need a moment */
    ECHO_COUNT = AUDIO_RATE * 3 / 2, /* in which the chirp is looked for */
    SPEECH_COUNT = AUDIO_RATE * 3,   /* recorded and played back */
    PATIENCE_S = 8,                  /* with a step; it takes three */
};

enum phase { REST, SETTLE, CHIRP, RECORD, REPLAY };

struct bench {
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t changed;
    enum phase phase;
    bool is_missing; /* no microphone */
    bool is_ended;
    enum result reason;
    size_t settled;     /* samples of either direction */
    size_t chirp_at;    /* of the chirp, played so far */
    size_t chirp_begin; /* samples of `echo` that were there when it began */
    size_t echo_count;
    size_t speech_count;
    size_t replay_at;
    int16_t chirp[ROUND_TRIP_CHIRP_COUNT];
    int16_t echo[ECHO_COUNT];
    int16_t speech[SPEECH_COUNT];
};

/* --- on the device's thread, the mutex held ------------------------------ */

static void append(int16_t *to, size_t *count, size_t max,
                   const int16_t *samples)
{
    size_t part =
        max - *count < AUDIO_BLOCK_COUNT ? max - *count : AUDIO_BLOCK_COUNT;

    memcpy(&to[*count], samples, part * sizeof *samples);
    *count += part;
}

static void take(const int16_t *from, size_t *at, size_t count, int16_t *out)
{
    size_t part =
        count - *at < AUDIO_BLOCK_COUNT ? count - *at : AUDIO_BLOCK_COUNT;

    memcpy(out, &from[*at], part * sizeof *out);
    *at += part;
}

static void on_captured(const int16_t *samples, void *user)
{
    struct bench *bench = user;

    pthread_mutex_lock(&bench->mutex);
    if (bench->phase == SETTLE)
        bench->settled += AUDIO_BLOCK_COUNT;
    else if (bench->phase == CHIRP)
        append(bench->echo, &bench->echo_count, ECHO_COUNT, samples);
    else if (bench->phase == RECORD)
        append(bench->speech, &bench->speech_count, SPEECH_COUNT, samples);
    pthread_cond_broadcast(&bench->changed);
    pthread_mutex_unlock(&bench->mutex);
}

static void on_play(int16_t *samples, void *user)
{
    struct bench *bench = user;

    memset(samples, 0, AUDIO_BLOCK_COUNT * sizeof *samples);
    pthread_mutex_lock(&bench->mutex);
    if (bench->phase == SETTLE) {
        bench->settled += AUDIO_BLOCK_COUNT;
    } else if (bench->phase == CHIRP) {
        if (bench->chirp_at == 0)
            bench->chirp_begin = bench->echo_count;
        take(bench->chirp, &bench->chirp_at, ROUND_TRIP_CHIRP_COUNT, samples);
    } else if (bench->phase == REPLAY) {
        take(bench->speech, &bench->replay_at, bench->speech_count, samples);
    }
    pthread_cond_broadcast(&bench->changed);
    pthread_mutex_unlock(&bench->mutex);
}

static void on_ended(enum result reason, void *user)
{
    struct bench *bench = user;

    pthread_mutex_lock(&bench->mutex);
    bench->is_ended = true;
    bench->reason = reason;
    pthread_cond_broadcast(&bench->changed);
    pthread_mutex_unlock(&bench->mutex);
}

static void on_changed(const struct audio_change *change, void *user)
{
    struct bench *bench = user;

    pthread_mutex_lock(&bench->mutex);
    if (change->direction == AUDIO_CAPTURE)
        bench->is_missing = device_place_is_nowhere(change);
    pthread_cond_broadcast(&bench->changed);
    pthread_mutex_unlock(&bench->mutex);
}

/* --- on the caller's thread ---------------------------------------------- */

/* The mutex held. Is there nothing more to come in this phase? */
static bool is_over(const struct bench *bench, const struct audio_trial *trial)
{
    const bool hears = trial->has_microphone && !bench->is_missing;

    switch (bench->phase) {
    case REST:
        return true;
    case SETTLE:
        return bench->settled >= SETTLE_COUNT ||
               (!hears && !trial->has_loudspeaker);
    case CHIRP:
        return hears ? bench->echo_count == ECHO_COUNT
                     : bench->chirp_at == ROUND_TRIP_CHIRP_COUNT;
    case RECORD:
        return bench->speech_count == SPEECH_COUNT || !hears;
    case REPLAY:
        return bench->replay_at == bench->speech_count;
    }
    return true;
}

/* The mutex held, but not while they are told: what was recorded stays. */
static void tell_levels(struct bench *bench,
                        const struct audio_trial_handlers *handlers,
                        size_t *told)
{
    while (handlers->level &&
           bench->speech_count - *told >= LEVEL_WINDOW_COUNT) {
        struct level_meter meter = { 0 };
        struct level level;
        size_t taken;

        pthread_mutex_unlock(&bench->mutex);
        if (level_meter_add(&meter, &bench->speech[*told], LEVEL_WINDOW_COUNT,
                            &taken, &level))
            handlers->level(&level, handlers->user);
        *told += LEVEL_WINDOW_COUNT;
        pthread_mutex_lock(&bench->mutex);
    }
}

static enum result run_phase(struct bench *bench,
                             const struct audio_trial *trial,
                             const struct audio_trial_handlers *handlers,
                             enum phase phase)
{
    enum result result = RESULT_OK;
    struct timespec deadline;
    size_t told = 0;
    int waited = 0;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&bench->mutex);
    bench->phase = phase;
    while (!is_over(bench, trial) && !bench->is_ended && waited == 0) {
        waited =
            pthread_cond_timedwait(&bench->changed, &bench->mutex, &deadline);
        if (phase == RECORD)
            tell_levels(bench, handlers, &told);
    }
    if (phase == RECORD) /* what came while the last one was told */
        tell_levels(bench, handlers, &told);
    if (bench->is_ended)
        result = bench->reason == RESULT_OK ? RESULT_IO : bench->reason;
    else if (!is_over(bench, trial))
        result = RESULT_IO;
    bench->phase = REST;
    pthread_mutex_unlock(&bench->mutex);
    return result;
}

static bool is_missing(struct bench *bench)
{
    bool answer;

    pthread_mutex_lock(&bench->mutex);
    answer = bench->is_missing;
    pthread_mutex_unlock(&bench->mutex);
    return answer;
}

/* After the phases: nothing but this thread touches the samples. */
static void judge(const struct bench *bench, struct audio_trial *trial)
{
    struct level levels[LEVEL_HISTORY_COUNT];
    struct level_history history = { 0 };
    size_t at = 0;
    size_t count;

    level_history_add(&history, bench->speech, bench->speech_count);
    count = level_history_read(&history, levels);
    trial->level = level_summary_of(levels, count);
    if (!trial->has_loudspeaker || !trial->has_microphone)
        return;
    trial->has_round_trip =
        round_trip_find(&bench->echo[bench->chirp_begin],
                        bench->echo_count - bench->chirp_begin, &at);
    trial->round_trip_ms = (int64_t)at / AUDIO_COUNT_PER_MS;
}

static enum result run_phases(struct bench *bench, struct audio_trial *trial,
                              const struct audio_trial_handlers *handlers)
{
    enum result result = run_phase(bench, trial, handlers, SETTLE);

    if (is_missing(bench))
        trial->has_microphone = false;
    if (result == RESULT_OK && trial->has_loudspeaker) {
        handlers->step(AUDIO_TRIAL_CHIRP, handlers->user);
        result = run_phase(bench, trial, handlers, CHIRP);
    }
    if (result == RESULT_OK && trial->has_microphone) {
        handlers->step(AUDIO_TRIAL_RECORD, handlers->user);
        result = run_phase(bench, trial, handlers, RECORD);
    }
    if (result == RESULT_OK && trial->has_microphone &&
        trial->has_loudspeaker) {
        handlers->step(AUDIO_TRIAL_REPLAY, handlers->user);
        result = run_phase(bench, trial, handlers, REPLAY);
    }
    return result;
}

/* Waits by a clock that nobody sets meanwhile. */
static bool make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    bool is_made;

    if (pthread_condattr_init(&attributes) != 0)
        return false;
    is_made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return is_made;
}

enum result audio_trial_run(struct audio_trial *trial,
                            struct audio_device *device,
                            const struct audio_trial_handlers *watching)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct audio_device_handlers handlers = { .ended = on_ended,
                                              .changed = on_changed,
                                              .user = bench };
    enum result result;

    if (!bench)
        return RESULT_NO_MEMORY;
    if (trial->has_microphone)
        handlers.captured = on_captured;
    if (trial->has_loudspeaker)
        handlers.play = on_play;
    if (!make_condition(&bench->changed)) {
        free(bench);
        return RESULT_NO_MEMORY;
    }
    (void)pthread_mutex_init(&bench->mutex, NULL);
    round_trip_chirp(bench->chirp);
    result = device->start(device, &handlers);
    if (result == RESULT_OK)
        result = run_phases(bench, trial, watching);
    device->stop(device);
    if (result == RESULT_OK)
        judge(bench, trial);
    (void)pthread_cond_destroy(&bench->changed);
    (void)pthread_mutex_destroy(&bench->mutex);
    free(bench);
    return result;
}
