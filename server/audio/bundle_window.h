/*
 * How long frames of a room may be held back, so that one message carries more
 * of them: not at all while the loop has time, longer step by step as it gets
 * busy or falls behind. One record for several frames costs a receiver, the
 * line and us little more than one for a single frame.
 *
 * Fed with each turn of the loop, judged ten times a second. A longer window
 * makes the loop less busy: whether a shorter one would do is judged by how
 * busy it would be if each frame were a message of its own. Pure; ms and µs as
 * said.
 */
#ifndef SERVER_AUDIO_BUNDLE_WINDOW_H
#define SERVER_AUDIO_BUNDLE_WINDOW_H

#include <stdint.h>

enum {
    BUNDLE_WINDOW_MAX_MS = 60,
    /* For what is held back though the loop has time. */
    BUNDLE_WINDOW_LEAST_MS = 10,
    BUNDLE_WINDOW_GROW_MS = 10,
    BUNDLE_WINDOW_SHRINK_MS = 5,
    /* Of the time that passed, the loop worked so many hundredths. */
    BUNDLE_WINDOW_BUSY_PERCENT = 65,
    /* It would, if nothing were held back. */
    BUNDLE_WINDOW_IDLE_PERCENT = 50,
    /* What one more frame adds to the work of a message. */
    BUNDLE_WINDOW_FRAME_PERCENT = 16,
    /* A turn so long is falling behind; one so short is not. */
    BUNDLE_WINDOW_LONG_TURN_US = 15000,
    BUNDLE_WINDOW_SHORT_TURN_US = 12000,
    BUNDLE_WINDOW_JUDGED_US = 100000
};

/* Zeroed: nothing is held back, ever. */
struct bundle_window {
    int64_t max_ms; /* not more than BUNDLE_WINDOW_MAX_MS */
    int64_t window_ms;
    /* Since it was last judged. */
    uint64_t passed_us, worked_us, longest_us;
    uint64_t frames, messages;
};

/* So many frames of sound went out, in so many messages. */
void bundle_window_count(struct bundle_window *window, uint64_t frames,
                         uint64_t messages);

/* A turn of the loop is over: it took `passed_us`, and in `worked_us` of them
 * the loop did not wait for anything. */
void bundle_window_turn(struct bundle_window *window, uint64_t passed_us,
                        uint64_t worked_us);

/* How long what is held back waits: the window, or the least that gathers
 * anything; never more than the bound. */
int64_t bundle_window_hold_ms(const struct bundle_window *window);

#endif
