#include "client/audio/device_keeper.h"

#include "client/audio/audio_device_file.h"
#include "client/audio/audio_device_portaudio.h"
#include "client/audio/audio_device_pulse.h"
#include "client/audio/audio_name.h"
#include "client/audio/audio_ring.h"
#include "client/audio/device_place.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    NO_REASON = -1,   /* the device still runs */
    CHANGE_COUNT = 8, /* more at once are old news */
    RETRY_FIRST_MS = 250,
    RETRY_MAX_MS = 4000, /* doubled up to this */
    NEVER = -1,
};

struct device_keeper {
    enum voice_device kind;
    char *capture_name;
    char *playback_name;
    struct audio_device_handlers handlers;
    void (*wakeup)(void *user);
    bool is_awaited;
    bool is_given; /* cannot be made again */

    enum voice_device used;      /* what was opened last, if automatic, */
    enum voice_device told_used; /* and what was told of it */

    struct audio_device *device;
    _Atomic int end_reason;     /* an enum result, or NO_REASON */
    struct audio_ring *changes; /* from the device's thread */

    bool is_gone;     /* the null device stands in */
    bool is_missing;  /* the microphone, or its sound: it is muted */
    int64_t retry_ms; /* between this try and the next */
    int64_t due_ms;   /* the next try; NEVER */
    bool has_first;   /* `first` is to be told */
    struct device_news first;

    struct level_history levels[2]; /* by direction; the device's thread */
};

/* --- on the device's thread ---------------------------------------------- */

static void on_captured(const int16_t *samples, void *user)
{
    struct device_keeper *keeper = user;

    level_history_add(&keeper->levels[AUDIO_CAPTURE], samples,
                      AUDIO_BLOCK_COUNT);
    keeper->handlers.captured(samples, keeper->handlers.user);
}

static void on_play(int16_t *samples, void *user)
{
    struct device_keeper *keeper = user;

    keeper->handlers.play(samples, keeper->handlers.user);
    level_history_add(&keeper->levels[AUDIO_PLAYBACK], samples,
                      AUDIO_BLOCK_COUNT);
}

static void on_ended(enum result reason, void *user)
{
    struct device_keeper *keeper = user;

    atomic_store_explicit(&keeper->end_reason, (int)reason,
                          memory_order_release);
    keeper->wakeup(keeper->handlers.user);
}

static void on_changed(const struct audio_change *change, void *user)
{
    struct device_keeper *keeper = user;

    audio_ring_push(keeper->changes, change, sizeof *change);
    keeper->wakeup(keeper->handlers.user);
}

/* --- opening and closing ------------------------------------------------- */

static enum result start(struct device_keeper *keeper,
                         struct audio_device *device)
{
    const struct audio_device_handlers handlers = { .captured = on_captured,
                                                    .play = on_play,
                                                    .ended = on_ended,
                                                    .changed = on_changed,
                                                    .user = keeper };
    enum result result;

    atomic_store(&keeper->end_reason, NO_REASON);
    result = device->start(device, &handlers);
    if (result == RESULT_OK)
        keeper->device = device;
    return result;
}

/* The devices of one kind that are wanted; NULL: the default. */
struct wanted {
    enum voice_device kind;
    const char *capture_name;
    const char *playback_name;
};

/* PortAudio's devices have names of their own, which no server knows. */
static const char *of_server(const char *name)
{
    return audio_name_direct(name) ? NULL : name;
}

static enum result make(const struct wanted *wanted, struct audio_device **out)
{
    switch (wanted->kind) {
    case VOICE_DEVICE_NULL:
        return audio_device_file_new(out, NULL, NULL, AUDIO_PACE_THREAD);
    case VOICE_DEVICE_FILE:
        return audio_device_file_new(out, wanted->capture_name,
                                     wanted->playback_name, AUDIO_PACE_THREAD);
    case VOICE_DEVICE_PULSE:
        return audio_device_pulse_new(out, of_server(wanted->capture_name),
                                      of_server(wanted->playback_name));
    case VOICE_DEVICE_PORTAUDIO:
        return audio_device_portaudio_new(
            out, audio_name_direct(wanted->capture_name),
            audio_name_direct(wanted->playback_name));
    case VOICE_DEVICE_AUTOMATIC:
    case VOICE_DEVICE_GIVEN:
    case VOICE_DEVICE_NONE:
        return RESULT_INVALID;
    }
    return RESULT_INVALID;
}

static enum result open_wanted(struct device_keeper *keeper,
                               const struct wanted *wanted)
{
    struct audio_device *device = NULL;
    enum result result = make(wanted, &device);

    if (result != RESULT_OK)
        return result;
    result = start(keeper, device);
    if (result != RESULT_OK) {
        device->free(device);
        /* What it told of one direction is nothing while both are gone. */
        audio_ring_clear(keeper->changes);
    }
    return result;
}

/* PulseAudio, or without its server PortAudio. Why it does not work is what
 * people can mend: a server that is missing, if no program is in the way. */
static enum result open_automatic(struct device_keeper *keeper,
                                  struct wanted wanted)
{
    enum result result;
    enum result other;

    wanted.kind = VOICE_DEVICE_PULSE;
    result = open_wanted(keeper, &wanted);
    if (result == RESULT_CLOSED) {
        wanted.kind = VOICE_DEVICE_PORTAUDIO;
        other = open_wanted(keeper, &wanted);
        if (other == RESULT_OK || other == RESULT_BUSY ||
            other == RESULT_REFUSED)
            result = other;
    }
    if (result == RESULT_OK)
        keeper->used = wanted.kind;
    return result;
}

static enum result open_configured(struct device_keeper *keeper)
{
    const struct wanted wanted = { .kind = keeper->kind,
                                   .capture_name = keeper->capture_name,
                                   .playback_name = keeper->playback_name };

    return keeper->kind == VOICE_DEVICE_AUTOMATIC
               ? open_automatic(keeper, wanted)
               : open_wanted(keeper, &wanted);
}

static void close_device(struct device_keeper *keeper)
{
    if (keeper->device)
        keeper->device = keeper->device->free(keeper->device);
}

/* Without even the null device nothing is heard or recorded; the next try
 * comes all the same. */
static void stand_in(struct device_keeper *keeper)
{
    struct audio_device *device = NULL;

    keeper->is_gone = true;
    if (audio_device_file_new(&device, NULL, NULL, AUDIO_PACE_THREAD) !=
        RESULT_OK)
        return;
    if (start(keeper, device) != RESULT_OK)
        device->free(device);
}

static void schedule(struct device_keeper *keeper, int64_t now_ms)
{
    if (keeper->is_given)
        return;
    keeper->due_ms = now_ms + keeper->retry_ms;
    keeper->retry_ms *= 2;
    if (keeper->retry_ms > RETRY_MAX_MS)
        keeper->retry_ms = RETRY_MAX_MS;
}

static void settle(struct device_keeper *keeper)
{
    keeper->is_gone = false;
    keeper->is_missing = false;
    keeper->due_ms = NEVER;
    keeper->retry_ms = RETRY_FIRST_MS;
}

static bool copy_name(char **out, const char *name)
{
    if (!name)
        return true;
    *out = strdup(name);
    return *out != NULL;
}

enum result device_keeper_new(struct device_keeper **out,
                              const struct device_keeper_config *config)
{
    struct device_keeper *keeper = calloc(1, sizeof *keeper);

    if (!keeper)
        return RESULT_NO_MEMORY;
    keeper->kind = config->kind;
    keeper->handlers = config->handlers;
    keeper->wakeup = config->wakeup;
    keeper->is_awaited = config->is_awaited;
    settle(keeper);
    if (!copy_name(&keeper->capture_name, config->capture_name) ||
        !copy_name(&keeper->playback_name, config->playback_name) ||
        audio_ring_new(&keeper->changes, CHANGE_COUNT,
                       sizeof(struct audio_change)) != RESULT_OK) {
        device_keeper_free(keeper);
        return RESULT_NO_MEMORY;
    }
    *out = keeper;
    return RESULT_OK;
}

struct device_keeper *device_keeper_free(struct device_keeper *keeper)
{
    if (!keeper)
        return NULL;
    close_device(keeper);
    audio_ring_free(keeper->changes);
    free(keeper->capture_name);
    free(keeper->playback_name);
    free(keeper);
    return NULL;
}

enum result device_keeper_open(struct device_keeper *keeper,
                               struct audio_device *given, int64_t now_ms)
{
    enum result result;

    keeper->is_given = given != NULL;
    result = given ? start(keeper, given) : open_configured(keeper);
    if (result == RESULT_OK && keeper->used != VOICE_DEVICE_NONE)
        keeper->wakeup(keeper->handlers.user);
    if (result == RESULT_OK || given || !keeper->is_awaited)
        return result;
    stand_in(keeper);
    schedule(keeper, now_ms);
    keeper->has_first = true;
    keeper->first =
        (struct device_news){ .kind = DEVICE_GONE, .reason = result };
    keeper->wakeup(keeper->handlers.user);
    return RESULT_OK;
}

enum result device_keeper_reopen(struct device_keeper *keeper, int64_t now_ms)
{
    enum result result;

    if (keeper->is_given)
        return RESULT_INVALID;
    /* Two devices must not pull from one playout: the old one goes first. */
    close_device(keeper);
    result = open_configured(keeper);
    if (result == RESULT_OK) {
        settle(keeper);
        return RESULT_OK;
    }
    stand_in(keeper);
    schedule(keeper, now_ms);
    return result;
}

enum result device_keeper_choose(struct device_keeper *keeper,
                                 const char *capture_name,
                                 const char *playback_name, int64_t now_ms)
{
    char *capture = NULL;
    char *playback = NULL;

    if (!copy_name(&capture, capture_name) ||
        !copy_name(&playback, playback_name)) {
        free(capture);
        return RESULT_NO_MEMORY;
    }
    free(keeper->capture_name);
    free(keeper->playback_name);
    keeper->capture_name = capture;
    keeper->playback_name = playback;
    return device_keeper_reopen(keeper, now_ms);
}

/* --- what is to be told -------------------------------------------------- */

static bool take_loss(struct device_keeper *keeper, int64_t now_ms,
                      struct device_news *out)
{
    int reason =
        atomic_load_explicit(&keeper->end_reason, memory_order_acquire);

    /* A file used as a microphone is at its end: the rest goes on. */
    if (reason == NO_REASON || reason == RESULT_OK)
        return false;
    close_device(keeper);
    stand_in(keeper);
    schedule(keeper, now_ms);
    out->kind = DEVICE_GONE;
    out->reason = (enum result)reason;
    return true;
}

static bool take_used(struct device_keeper *keeper, struct device_news *out)
{
    if (keeper->used == keeper->told_used)
        return false;
    keeper->told_used = keeper->used;
    out->kind = DEVICE_USED;
    out->used = keeper->used;
    return true;
}

static bool try_again(struct device_keeper *keeper, int64_t now_ms,
                      struct device_news *out)
{
    if (!keeper->is_gone || keeper->due_ms == NEVER || now_ms < keeper->due_ms)
        return false;
    if (device_keeper_reopen(keeper, now_ms) != RESULT_OK)
        return false;
    out->kind = DEVICE_BACK;
    return true;
}

bool device_keeper_next(struct device_keeper *keeper, int64_t now_ms,
                        struct device_news *out)
{
    size_t size;

    *out = (struct device_news){ .kind = DEVICE_NO_NEWS };
    if (keeper->has_first) {
        *out = keeper->first;
        keeper->has_first = false;
        return true;
    }
    if (take_used(keeper, out))
        return true;
    if (audio_ring_pop(keeper->changes, &out->change, &size)) {
        out->kind = DEVICE_CHANGED;
        if (out->change.direction == AUDIO_CAPTURE)
            keeper->is_missing = out->change.kind == AUDIO_MUTED ||
                                 device_place_is_nowhere(&out->change);
        return true;
    }
    return take_loss(keeper, now_ms, out) || try_again(keeper, now_ms, out);
}

int64_t device_keeper_wait_ms(const struct device_keeper *keeper,
                              int64_t now_ms)
{
    if (!keeper->is_gone || keeper->due_ms == NEVER)
        return NEVER;
    return keeper->due_ms > now_ms ? keeper->due_ms - now_ms : 0;
}

bool device_keeper_has_microphone(const struct device_keeper *keeper)
{
    return !keeper->is_gone && !keeper->is_missing;
}

struct level_summary device_keeper_level(const struct device_keeper *keeper,
                                         enum audio_direction direction)
{
    struct level levels[LEVEL_HISTORY_COUNT];
    size_t count = level_history_read(&keeper->levels[direction], levels);

    if (direction == AUDIO_CAPTURE && !device_keeper_has_microphone(keeper))
        count = 0;
    return level_summary_of(levels, count);
}
