#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/sound_seen.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_S = 60, BLOCKS = 20, CHANGE_MAX = 16 };

/* From the device's threads; the mutex guards it all. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t happened;
    int16_t says;
    int captured;  /* the value of the last block's samples, if all are equal */
    unsigned same; /* blocks in a row that were it */
    unsigned blocks[2];
    struct audio_change changes[CHANGE_MAX];
    size_t change_count;
    unsigned ends;
    enum result reason;
} seen = { .mutex = PTHREAD_MUTEX_INITIALIZER,
           .happened = PTHREAD_COND_INITIALIZER };

/* --- the handlers ----------------------------------------------------------
 */

static int value_of(const int16_t *samples)
{
    for (size_t i = 1; i < AUDIO_BLOCK_COUNT; i++)
        if (samples[i] != samples[0])
            return SOUND_SEEN_ANY;
    return samples[0];
}

static void on_captured(const int16_t *samples, void *user)
{
    const int value = value_of(samples);

    (void)user;
    pthread_mutex_lock(&seen.mutex);
    seen.same = value == seen.captured ? seen.same + 1 : 1;
    seen.captured = value;
    seen.blocks[AUDIO_CAPTURE]++;
    pthread_cond_broadcast(&seen.happened);
    pthread_mutex_unlock(&seen.mutex);
}

static void on_play(int16_t *samples, void *user)
{
    (void)user;
    pthread_mutex_lock(&seen.mutex);
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = seen.says;
    seen.blocks[AUDIO_PLAYBACK]++;
    pthread_cond_broadcast(&seen.happened);
    pthread_mutex_unlock(&seen.mutex);
}

static void on_ended(enum result reason, void *user)
{
    (void)user;
    pthread_mutex_lock(&seen.mutex);
    seen.ends++;
    seen.reason = reason;
    pthread_cond_broadcast(&seen.happened);
    pthread_mutex_unlock(&seen.mutex);
}

static void on_changed(const struct audio_change *change, void *user)
{
    (void)user;
    pthread_mutex_lock(&seen.mutex);
    if (seen.change_count < CHANGE_MAX)
        seen.changes[seen.change_count++] = *change;
    pthread_cond_broadcast(&seen.happened);
    pthread_mutex_unlock(&seen.mutex);
}

const struct audio_device_handlers *sound_seen_handlers(bool changes)
{
    static const struct audio_device_handlers all = { .captured = on_captured,
                                                      .play = on_play,
                                                      .ended = on_ended,
                                                      .changed = on_changed };
    static const struct audio_device_handlers plain = { .captured = on_captured,
                                                        .play = on_play,
                                                        .ended = on_ended };

    return changes ? &all : &plain;
}

/* --- the test --------------------------------------------------------------
 */

void sound_seen_reset(int16_t says)
{
    pthread_mutex_lock(&seen.mutex);
    seen.says = says;
    seen.captured = SOUND_SEEN_ANY;
    seen.same = 0;
    memset(seen.blocks, 0, sizeof seen.blocks);
    seen.change_count = 0;
    seen.ends = 0;
    pthread_mutex_unlock(&seen.mutex);
}

static struct timespec deadline_of_patience(void)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_S;
    return deadline;
}

/* Under the mutex. False when patience is at its end. */
static bool wait_more(const struct timespec *deadline)
{
    return pthread_cond_clockwait(&seen.happened, &seen.mutex, CLOCK_MONOTONIC,
                                  deadline) == 0;
}

void sound_seen_await_captured(int says)
{
    const struct timespec deadline = deadline_of_patience();
    bool is_patient = true;
    unsigned begun;

    pthread_mutex_lock(&seen.mutex);
    seen.same = 0;
    begun = seen.blocks[AUDIO_CAPTURE];
    while (is_patient && (seen.blocks[AUDIO_CAPTURE] - begun < BLOCKS ||
                          (says != SOUND_SEEN_ANY &&
                           (seen.same < BLOCKS || seen.captured != says))))
        is_patient = wait_more(&deadline);
    pthread_mutex_unlock(&seen.mutex);
    if (!is_patient)
        fail_msg("%d is not captured, but %d", says, seen.captured);
}

void sound_seen_await_played(void)
{
    const struct timespec deadline = deadline_of_patience();
    bool is_patient = true;
    unsigned begun;

    pthread_mutex_lock(&seen.mutex);
    begun = seen.blocks[AUDIO_PLAYBACK];
    while (is_patient && seen.blocks[AUDIO_PLAYBACK] - begun < BLOCKS)
        is_patient = wait_more(&deadline);
    pthread_mutex_unlock(&seen.mutex);
    assert_true(is_patient);
}

void sound_seen_expect(enum audio_direction direction,
                       enum audio_change_kind kind, const char *name)
{
    const struct timespec deadline = deadline_of_patience();
    struct audio_change change;
    bool is_patient = true;

    pthread_mutex_lock(&seen.mutex);
    while (seen.change_count == 0 && is_patient)
        is_patient = wait_more(&deadline);
    change = seen.changes[0];
    if (seen.change_count > 0)
        memmove(&seen.changes[0], &seen.changes[1],
                --seen.change_count * sizeof seen.changes[0]);
    pthread_mutex_unlock(&seen.mutex);
    assert_true(is_patient);
    assert_int_equal(change.direction, direction);
    assert_int_equal(change.kind, kind);
    assert_string_equal(change.name, name);
}

size_t sound_seen_changes(void)
{
    size_t count;

    pthread_mutex_lock(&seen.mutex);
    count = seen.change_count;
    pthread_mutex_unlock(&seen.mutex);
    return count;
}

void sound_seen_await_end(enum result reason)
{
    const struct timespec deadline = deadline_of_patience();
    enum result told;
    bool is_patient = true;

    pthread_mutex_lock(&seen.mutex);
    while (seen.ends == 0 && is_patient)
        is_patient = wait_more(&deadline);
    told = seen.reason;
    pthread_mutex_unlock(&seen.mutex);
    assert_true(is_patient);
    assert_int_equal(told, reason);
}

unsigned sound_seen_ends(void)
{
    unsigned count;

    pthread_mutex_lock(&seen.mutex);
    count = seen.ends;
    pthread_mutex_unlock(&seen.mutex);
    return count;
}
