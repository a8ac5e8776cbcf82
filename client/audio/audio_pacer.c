#include "client/audio/audio_pacer.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static const int64_t NS_PER_S = 1000000000;
static const int64_t NS_PER_MS = 1000000;
/* Behind by more than this is a standstill and not a late wake-up. */
static const int64_t STANDSTILL_NS = (int64_t)200 * 1000000;

struct audio_pacer {
    int64_t period_ns;
    bool (*tick)(void *user);
    void *user;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards is_stopping */
    pthread_cond_t stopping;
    bool is_stopping;
};

static int64_t clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Waits for a time; false if the pacer is to stop. */
static bool wait_until(struct audio_pacer *pacer, int64_t deadline_ns)
{
    struct timespec deadline = { .tv_sec = (time_t)(deadline_ns / NS_PER_S),
                                 .tv_nsec = (long)(deadline_ns % NS_PER_S) };
    bool goes_on;
    int err = 0;

    pthread_mutex_lock(&pacer->mutex);
    while (!pacer->is_stopping && err != ETIMEDOUT)
        err =
            pthread_cond_timedwait(&pacer->stopping, &pacer->mutex, &deadline);
    goes_on = !pacer->is_stopping;
    pthread_mutex_unlock(&pacer->mutex);
    return goes_on;
}

static void *run(void *user)
{
    struct audio_pacer *pacer = user;
    int64_t deadline_ns = clock_ns();

    do {
        int64_t now_ns = clock_ns();

        deadline_ns += pacer->period_ns;
        if (now_ns - deadline_ns > STANDSTILL_NS)
            deadline_ns = now_ns;
    } while (wait_until(pacer, deadline_ns) && pacer->tick(pacer->user));
    return NULL;
}

/* The timed wait must follow the monotonic clock and not the wall clock. */
static bool init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    bool is_ok;

    if (pthread_condattr_init(&attributes) != 0)
        return false;
    is_ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
            pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return is_ok;
}

enum result audio_pacer_new(struct audio_pacer **out, unsigned period_ms,
                            bool (*tick)(void *user), void *user)
{
    struct audio_pacer *pacer;

    pacer = calloc(1, sizeof *pacer);
    if (!pacer)
        return RESULT_NO_MEMORY;
    pacer->period_ns = (int64_t)period_ms * NS_PER_MS;
    pacer->tick = tick;
    pacer->user = user;
    if (pthread_mutex_init(&pacer->mutex, NULL) != 0)
        goto fail;
    if (!init_condition(&pacer->stopping))
        goto fail_mutex;
    if (pthread_create(&pacer->thread, NULL, run, pacer) != 0)
        goto fail_condition;
    *out = pacer;
    return RESULT_OK;

fail_condition:
    pthread_cond_destroy(&pacer->stopping);
fail_mutex:
    pthread_mutex_destroy(&pacer->mutex);
fail:
    free(pacer);
    return RESULT_IO;
}

struct audio_pacer *audio_pacer_free(struct audio_pacer *pacer)
{
    if (!pacer)
        return NULL;
    pthread_mutex_lock(&pacer->mutex);
    pacer->is_stopping = true;
    pthread_cond_signal(&pacer->stopping);
    pthread_mutex_unlock(&pacer->mutex);
    pthread_join(pacer->thread, NULL);
    pthread_cond_destroy(&pacer->stopping);
    pthread_mutex_destroy(&pacer->mutex);
    free(pacer);
    return NULL;
}
