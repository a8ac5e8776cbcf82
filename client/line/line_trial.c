#include "client/line/line_trial.h"

enum {
    HEARD_FRAMES = 5,      /* in a second, at least */
    BEFORE_FRAMES = 40,    /* fewer say nothing */
    FAULTS_PERMILLE = 100, /* less is not worth a change */
    FULLER_MS = 60,        /* on the average */
    QUARTERS = 4,
    HALF = 2, /* of the faults before, on a line that is fuller */
    THREE_QUARTERS = 3,
    MUCH_WORSE = 6, /* quarters of the faults with copies */
};

void line_trial_add(struct line_trial_share *share,
                    const struct line_second *second)
{
    if (second->came + second->lost < HEARD_FRAMES)
        return;
    share->seconds++;
    share->frames += second->came + second->lost;
    share->faults += second->very_late + second->lost;
    share->grown_ms += second->round_trip_ms - second->least_round_trip_ms;
}

/* Has `a` at least so many parts of the share of faults that `b` has? */
static bool is_as_bad(const struct line_trial_share *a, uint64_t parts,
                      const struct line_trial_share *b, uint64_t whole)
{
    return (uint64_t)a->faults * b->frames * whole >=
           (uint64_t)b->faults * a->frames * parts;
}

static int64_t mean_grown_ms(const struct line_trial_share *share)
{
    return share->seconds > 0 ? share->grown_ms / (int64_t)share->seconds : 0;
}

static bool is_in_vain(const struct line_trial *trial)
{
    const bool is_fuller = mean_grown_ms(&trial->with) >=
                           mean_grown_ms(&trial->before) + FULLER_MS;

    if (trial->before.frames < BEFORE_FRAMES || trial->before.faults == 0 ||
        (uint64_t)trial->with.faults * 1000 <
            (uint64_t)trial->with.frames * FAULTS_PERMILLE)
        return false;
    return is_as_bad(&trial->with, is_fuller ? HALF : THREE_QUARTERS,
                     &trial->before, QUARTERS);
}

void line_trial_begin(struct line_trial *trial,
                      const struct line_trial_share *before)
{
    trial->phase = TRIAL_ON;
    trial->before = *before;
    trial->with = (struct line_trial_share){ .seconds = 0 };
}

void line_trial_restart(struct line_trial *trial)
{
    if (trial->phase == TRIAL_ON)
        trial->with = (struct line_trial_share){ .seconds = 0 };
}

void line_trial_end(struct line_trial *trial) { trial->phase = TRIAL_NONE; }

bool line_trial_may_begin(const struct line_trial *trial)
{
    return trial->wait == 0;
}

static bool judge(struct line_trial *trial, const struct line_second *second)
{
    line_trial_add(&trial->with, second);
    if (trial->with.seconds < TRIAL_SECONDS)
        return false;
    if (trial->trust > 0 || !is_in_vain(trial)) {
        line_trial_end(trial);
        trial->next_wait = 0;
        return false;
    }
    trial->phase = TRIAL_DOUBT;
    trial->after = (struct line_trial_share){ .seconds = 0 };
    trial->settled = 0;
    trial->failures++;
    if (trial->next_wait == 0)
        trial->next_wait = TRIAL_WAIT;
    trial->wait = trial->next_wait;
    if (trial->next_wait < TRIAL_LAST_WAIT)
        trial->next_wait *= 2;
    return true;
}

static void doubt(struct line_trial *trial, const struct line_second *second)
{
    if (trial->settled++ < TRIAL_SETTLE)
        return;
    line_trial_add(&trial->after, second);
    if (trial->after.seconds < TRIAL_DOUBT_SECONDS)
        return;
    trial->phase = TRIAL_NONE;
    if (!is_as_bad(&trial->after, MUCH_WORSE, &trial->with, QUARTERS))
        return;
    trial->wait = trial->next_wait = 0;
    trial->trust = TRIAL_TRUST;
}

bool line_trial_second(struct line_trial *trial,
                       const struct line_second *second, bool is_whole)
{
    if (trial->wait > 0)
        trial->wait--;
    if (trial->trust > 0)
        trial->trust--;
    switch (trial->phase) {
    case TRIAL_NONE:
        break;
    case TRIAL_ON:
        return is_whole && judge(trial, second);
    case TRIAL_DOUBT:
        doubt(trial, second);
        break;
    }
    return false;
}
