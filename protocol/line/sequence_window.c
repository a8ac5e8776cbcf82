#include "protocol/line/sequence_window.h"

enum {
    JUMP_MAX = 3000, /* a minute of frames */
    REMEMBERED = 64, /* bits of `seen` */
};

int32_t sequence_distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

static void begin(struct sequence_window *window, uint32_t sequence)
{
    window->has_any = true;
    window->highest = sequence;
    window->seen = 1;
}

enum sequence_novelty sequence_window_note(struct sequence_window *window,
                                           uint32_t sequence)
{
    int32_t ahead = sequence_distance(window->highest, sequence);
    uint64_t bit;

    if (!window->has_any) {
        begin(window, sequence);
        return SEQUENCE_NEW;
    }
    if (ahead > JUMP_MAX || ahead < -JUMP_MAX) {
        begin(window, sequence);
        return SEQUENCE_ANOTHER;
    }
    if (ahead > 0) {
        window->seen = ahead < REMEMBERED ? window->seen << ahead | 1 : 1;
        window->highest = sequence;
        return SEQUENCE_NEW;
    }
    if (-ahead >= REMEMBERED)
        return SEQUENCE_TOO_OLD;
    bit = UINT64_C(1) << -ahead;
    if (window->seen & bit)
        return SEQUENCE_SEEN;
    window->seen |= bit;
    return SEQUENCE_NEW;
}
