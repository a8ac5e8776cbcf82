#include "server/audio/bundle_window.h"

/* What `percent` would be if each frame had gone out by itself. */
static uint64_t alone(const struct bundle_window *window, uint64_t percent)
{
    const uint64_t bundled =
        (100 - BUNDLE_WINDOW_FRAME_PERCENT) * window->messages +
        BUNDLE_WINDOW_FRAME_PERCENT * window->frames;

    if (window->frames <= window->messages)
        return percent;
    return percent * 100 * window->frames / bundled;
}

static void judge(struct bundle_window *window)
{
    uint64_t percent = window->worked_us * 100 / window->passed_us;

    if (percent >= BUNDLE_WINDOW_BUSY_PERCENT ||
        window->longest_us >= BUNDLE_WINDOW_LONG_TURN_US)
        window->window_ms += BUNDLE_WINDOW_GROW_MS;
    else if (alone(window, percent) < BUNDLE_WINDOW_IDLE_PERCENT &&
             window->longest_us < BUNDLE_WINDOW_SHORT_TURN_US)
        window->window_ms -= BUNDLE_WINDOW_SHRINK_MS;
    if (window->window_ms < 0)
        window->window_ms = 0;
    if (window->window_ms > window->max_ms)
        window->window_ms = window->max_ms;
}

void bundle_window_turn(struct bundle_window *window, uint64_t passed_us,
                        uint64_t worked_us)
{
    window->passed_us += passed_us;
    window->worked_us += worked_us;
    if (worked_us > window->longest_us)
        window->longest_us = worked_us;
    if (window->passed_us < BUNDLE_WINDOW_JUDGED_US)
        return;
    judge(window);
    window->passed_us = window->worked_us = window->longest_us = 0;
    window->frames = window->messages = 0;
}

void bundle_window_count(struct bundle_window *window, uint64_t frames,
                         uint64_t messages)
{
    window->frames += frames;
    window->messages += messages;
}

int64_t bundle_window_hold_ms(const struct bundle_window *window)
{
    const int64_t least_ms = window->max_ms < BUNDLE_WINDOW_LEAST_MS
                                 ? window->max_ms
                                 : BUNDLE_WINDOW_LEAST_MS;

    return window->window_ms > least_ms ? window->window_ms : least_ms;
}
