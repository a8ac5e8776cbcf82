/*
 * How loud sound is, in windows of 100 ms: the peak and the root of the mean
 * square, both in dB below full scale (0 dB is the loudest there is, silence
 * is LEVEL_FLOOR_DB); and what a few seconds of that are, in a word. What
 * stands away from zero, as with cheap microphones, is not loud for that.
 *
 * A level_meter belongs to one thread. A level_history is written by one and
 * read by any, without a lock.
 */
#ifndef CLIENT_AUDIO_LEVEL_METER_H
#define CLIENT_AUDIO_LEVEL_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LEVEL_WINDOW_MS = 100,
    LEVEL_WINDOW_COUNT = 4800, /* samples, at 48 kHz */
    LEVEL_FLOOR_DB = -96,
    LEVEL_HISTORY_COUNT = 30, /* windows: the last three seconds */
};

struct level {
    float peak_db;
    float rms_db;
    bool is_clipped; /* a sample stands at the end of the scale */
};

struct level_meter {
    uint64_t square_sum;
    int64_t sum;
    int peak;
    size_t count; /* samples of the window so far */
};

/* All zeros is a fresh meter. Takes at most what ends the window, and tells in
 * `*taken` how much that was; true: a window ended, `*out` is its level. */
bool level_meter_add(struct level_meter *meter, const int16_t *samples,
                     size_t count, size_t *taken, struct level *out);

struct level_history {
    _Atomic uint32_t levels[LEVEL_HISTORY_COUNT];
    _Atomic uint32_t count;   /* windows so far */
    struct level_meter meter; /* the writer's */
};

/* The writer: sound that passes. All zeros is an empty history. */
void level_history_add(struct level_history *history, const int16_t *samples,
                       size_t count);
/* The youngest windows, the oldest first; how many: at most
 * LEVEL_HISTORY_COUNT. */
size_t level_history_read(const struct level_history *history,
                          struct level out[LEVEL_HISTORY_COUNT]);

enum level_verdict {
    SOUND_NOTHING, /* not a single sample that is not zero, or no window */
    SOUND_SILENCE, /* next to nothing: muted, or nobody spoke */
    SOUND_NOISE,   /* it does not rise and fall as speech does */
    SOUND_QUIET,   /* speech, too quiet to be understood well */
    SOUND_LOUD,    /* so loud that it is cut off */
    SOUND_GOOD,
};

struct level_summary {
    enum level_verdict verdict;
    float peak_db;  /* the highest */
    float loud_db;  /* nine tenths of the windows are quieter than this */
    float quiet_db; /* and one tenth is quieter than this */
    size_t clipped; /* windows in which it was cut off */
};

struct level_summary level_summary_of(const struct level *levels, size_t count);

#endif
