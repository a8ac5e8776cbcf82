/*
 * Keeps a voice's sound device running: opens it, lets the null device stand
 * in while it is gone, so that recordings and positions stay right, tries
 * again by itself, and remembers what is to be told of all that.
 *
 * Threads: the owner's, but for `handlers` and `wakeup`, which run on a
 * device's thread. Times are milliseconds of one clock that never runs
 * backwards.
 */
#ifndef CLIENT_AUDIO_DEVICE_KEEPER_H
#define CLIENT_AUDIO_DEVICE_KEEPER_H

#include "client/audio/audio_device.h"
#include "client/audio/level_meter.h"
#include "client/audio/voice.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

struct device_keeper;

struct device_keeper_config {
    enum voice_device kind;
    const char *capture_name; /* both copied; NULL: the default */
    const char *playback_name;
    /* Of these only `captured` and `play`, with `user`. */
    struct audio_device_handlers handlers;
    void (*wakeup)(void *user); /* device_keeper_next() has something */
    /* What cannot be opened is awaited instead of being an error. */
    bool is_awaited;
};

/* The caller owns `*out`; nothing is opened. RESULT_NO_MEMORY. */
MUST_USE enum result
device_keeper_new(struct device_keeper **out,
                  const struct device_keeper_config *config);
/* Closes the device. Takes NULL and returns NULL. */
struct device_keeper *device_keeper_free(struct device_keeper *keeper);

/*
 * Opens it, or `given` in its place, which is taken on success. Errors as
 * those of voice_open(); an awaited one opens always, and what was wrong is
 * told by device_keeper_next().
 */
MUST_USE enum result device_keeper_open(struct device_keeper *keeper,
                                        struct audio_device *given,
                                        int64_t now_ms);
/* Closes what is open and opens it anew, or the null device. Blocks for some
 * 3 s at most. RESULT_INVALID for a given one, else as voice_open(). */
MUST_USE enum result device_keeper_reopen(struct device_keeper *keeper,
                                          int64_t now_ms);
/* Other names from now on, opened at once: as device_keeper_reopen(). */
MUST_USE enum result device_keeper_choose(struct device_keeper *keeper,
                                          const char *capture_name,
                                          const char *playback_name,
                                          int64_t now_ms);

/* Is there a microphone that is not muted, as far as device_keeper_next() has
 * told? Not while the null device stands in. */
bool device_keeper_has_microphone(const struct device_keeper *keeper);

/* How loud it was in the last three seconds; nothing of what is missing. */
struct level_summary device_keeper_level(const struct device_keeper *keeper,
                                         enum audio_direction direction);

enum device_news_kind {
    DEVICE_NO_NEWS,
    DEVICE_GONE,    /* `reason`; the null device stands in */
    DEVICE_BACK,    /* it was opened again */
    DEVICE_CHANGED, /* `change` */
    DEVICE_USED,    /* `used` was opened, of those there may be */
};
struct device_news {
    enum device_news_kind kind;
    enum result reason;
    struct audio_change change;
    enum voice_device used; /* VOICE_DEVICE_PULSE or VOICE_DEVICE_PORTAUDIO */
};
/* Replaces a device that is gone, tries again when it is time to, and gives
 * what is to be told next; false if that is nothing. */
bool device_keeper_next(struct device_keeper *keeper, int64_t now_ms,
                        struct device_news *out);
/* How long until device_keeper_next() is due without a wake-up; -1: never. */
int64_t device_keeper_wait_ms(const struct device_keeper *keeper,
                              int64_t now_ms);

#endif
