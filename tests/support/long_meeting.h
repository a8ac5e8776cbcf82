/*
 * Hours of a meeting in minutes: one whole voice on a fake clock, to which
 * others speak over an uneven line. Nobody's clock goes right. One reads aloud
 * for most of each hour without a pause, others come, say something and go, and
 * their slots are given to others; the listener's microphone is always there,
 * and he talks now and then.
 *
 * From time to time it is measured how much memory there is in use, and how
 * much later what was said is heard, by the sound itself.
 */
#ifndef TESTS_SUPPORT_LONG_MEETING_H
#define TESTS_SUPPORT_LONG_MEETING_H

#include <stddef.h>
#include <stdint.h>

struct long_meeting_mark {
    double at_s;        /* since the beginning, of the meeting's time */
    size_t heap;        /* bytes allocated */
    long resident_kb;   /* -1: not known */
    double delay_ms;    /* from the complete frame to the ear */
    double correlation; /* how surely that was measured */
    uint64_t played;    /* frames heard so far */
    uint64_t made_up;   /* blocks made up so far */
};

struct long_meeting {
    unsigned seconds;
    unsigned mark_s;  /* a mark so often; at least 20 */
    double drift_ppm; /* clocks go so wrong, in both directions */
    uint32_t seed;
    /* Each mark as it is made; may be NULL. */
    void (*on_mark)(const struct long_meeting_mark *mark, void *user);
    void *user;
};

struct long_meeting_verdict {
    size_t marks;          /* that count: the first quarter does not */
    double heap_rise;      /* bytes, from the first of these to the last */
    double resident_rise;  /* kB, the same */
    double delay_early_ms; /* medians of the first and the last third */
    double delay_late_ms;
    double delay_max_ms;
    double made_up_part; /* of all that was heard */
    double correlation;  /* the worst */
    const char *wrong;   /* the first thing that is not flat; NULL: none */
};

struct long_meeting_verdict
long_meeting_hold(const struct long_meeting *meeting);

#endif
