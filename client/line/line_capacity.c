#include "client/line/line_capacity.h"

enum {
    USED_PERCENT = 92,
    MORE_PERCENT = 15,
    DOUBT_PERCENT = 10, /* that a line that stood still may carry more */
    FULL_SECONDS = 2,
    FEW_SECONDS = 3
};

static bool carries(unsigned rate, enum line_step step)
{
    return line_setting(step)->load <= rate / 100 * USED_PERCENT;
}

bool line_capacity_fits(const struct line_capacity *capacity,
                        enum line_step step)
{
    return capacity->rate == 0 || carries(capacity->rate, step);
}

bool line_capacity_may_fit(const struct line_capacity *capacity,
                           enum line_step step)
{
    unsigned more = capacity->rate / 100 * (100 + DOUBT_PERCENT);

    return line_capacity_fits(capacity, step) ||
           (capacity->is_doubtful && carries(more, step)) ||
           carries(capacity->gauged, step);
}

void line_capacity_take(struct line_capacity *capacity, unsigned rate)
{
    capacity->rate = rate;
    capacity->age = 0;
}

void line_capacity_grow_older(struct line_capacity *capacity)
{
    capacity->age++;
}

/*
 * What was behind a missing packet comes, or is acknowledged, at once with it:
 * a second after such a stall seems to carry what many did. So it is the mean
 * of the seconds of sound that counts, and a little more, for they were not all
 * full; the one in which the sound began is not whole. Where some carried
 * little it may have stood still rather than been full, and carry more.
 */
static void note_full(struct line_capacity *capacity,
                      const struct line_second *seconds, unsigned asked,
                      bool is_thin)
{
    unsigned sounding = 0, most = 0, flowing = 0, mean, i;
    uint64_t sum = 0;

    for (i = 0; i < asked; i++) {
        const struct line_second *second = &seconds[i];

        if (second->spoken + second->came > 0 || line_second_is_stalled(second))
            sounding = i + 1;
        if (!line_second_is_stalled(second) && flowing++ < FULL_SECONDS &&
            line_second_carried(second) > most)
            most = line_second_carried(second);
    }
    if (sounding > 0 && sounding < asked)
        sounding--;
    for (i = 0; i < sounding; i++)
        sum += line_second_carried(&seconds[i]);
    line_capacity_take(capacity, most);
    capacity->is_doubtful = !is_thin && sounding < FEW_SECONDS;
    if (sounding < FULL_SECONDS)
        return;
    mean = (unsigned)(sum / sounding);
    for (i = 0; i < sounding && !is_thin; i++)
        capacity->is_doubtful |= line_second_carried(&seconds[i]) < mean / 2;
    mean += mean / 100 * MORE_PERCENT;
    if (mean < most)
        capacity->rate = mean;
}

/*
 * A line that is asked for little carries little: that teaches nothing of what
 * it could carry, but for what was asked of it before, and is still coming.
 */
static void note_narrow(struct line_capacity *capacity,
                        const struct line_second *seconds)
{
    const struct line_capacity before = *capacity;

    note_full(capacity, seconds, CAPACITY_SECONDS, false);
    if (capacity->rate <= before.rate)
        *capacity = before;
    capacity->is_doubtful = before.is_doubtful;
}

void line_capacity_note(struct line_capacity *capacity,
                        const struct line_second *seconds, enum line_step step,
                        enum line_step before, unsigned known)
{
    unsigned asked = CAPACITY_SECONDS;

    if (step == LINE_NARROW) {
        if (before != LINE_THIN && known <= CAPACITY_SECONDS)
            note_narrow(capacity, seconds);
        return;
    }
    /* Before it was thin it was asked for less. */
    if (step == LINE_THIN && known < CAPACITY_SECONDS)
        asked = known;
    note_full(capacity, seconds, asked, step == LINE_THIN);
}
