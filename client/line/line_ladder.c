#include "client/line/line_ladder.h"

#include <string.h>

enum {
    FIRST_HESITATION = 20,
    LAST_HESITATION = 320,
    RELAPSE = 60,   /* seconds after going down: it was too early */
    FORGIVEN = 600, /* and now it was not */
    WINDOW = 10,    /* seconds of evidence, at most */
    WINDOW_LEAST = 3,
    SETTLE = 2,       /* seconds in which a step takes hold; a connection
                         takes another each */
    FULL_SECONDS = 2, /* in a row */
    OPENING = 45,     /* seconds that a thin line may take for connections */
    DRAIN = 15,       /* and to get rid of what they left in its queue */
    PAUSE = 3,        /* seconds without copies, and as many with them */
    PAUSE_STANDING_MS = 120,
    PAUSE_GROWN_MS = 160,
    THIN_FULL_MS = 400, /* of growth, and a quarter: it is near full always */
    CHOKED_MS = 800,    /* and so much is not excused by handshakes */
    THIN_WAIT = 120,    /* after it was too much, and twice as long each time */
    LAST_THIN_WAIT = 960,
    STANDING_MS = 150,
    LATE_FRAMES = 5,    /* at least: fewer are chance */
    SPOKEN_FRAMES = 60, /* likewise, before our own side is judged */
    LATE_PERMILLE = 20,
    AGAIN_PERMILLE = 7,       /* of our packets, sent again */
    AGAIN_ROUND_TRIP_MS = 40, /* on shorter lines that costs nothing */
    ROUGHER_PERMILLE = 30,
    ROUGHER_LONG_PERMILLE = 12, /* on lines so long: */
    LONG_MS = 400,
    SHORT_MS = 100, /* a second copy is hardly sooner than what is sent again */
    GOOD_PERMILLE = 10,
    FAULT_COST = 5,   /* good seconds that a bad one takes away */
    CAPACITY_AGE = 6, /* hesitations */
    BURIED_MS = 4000,
    RENEWED_AGAIN = 60,
};

static const enum line_step step_down[LINE_STEPS] = {
    [LINE_PLAIN] = LINE_PLAIN,   [LINE_PAIRED] = LINE_PLAIN,
    [LINE_SLIM] = LINE_PAIRED,   [LINE_ROUGH] = LINE_PLAIN,
    [LINE_ROUGHER] = LINE_ROUGH, [LINE_THIN] = LINE_SLIM,
    [LINE_NARROW] = LINE_SLIM,
};

void line_ladder_init(struct line_ladder *ladder)
{
    *ladder = (struct line_ladder){ .step = LINE_PLAIN,
                                    .hesitation = FIRST_HESITATION,
                                    .thin_hesitation = THIN_WAIT };
}

/* --- steps --------------------------------------------------------------- */

void line_ladder_renew(struct line_ladder *ladder)
{
    ladder->known = ladder->full = ladder->opened = 0;
    ladder->is_complete = false;
    ladder->paused = ladder->unpaused = 0;
    line_trial_restart(&ladder->trial);
}

static bool is_copied(enum line_step step)
{
    return step == LINE_ROUGH || step == LINE_ROUGHER;
}

/* What was heard at the step until now. */
static void try_copies(struct line_ladder *ladder)
{
    struct line_trial_share before = { .seconds = 0 };
    unsigned i;

    for (i = 0; i < ladder->known && i < WINDOW; i++)
        line_trial_add(&before, &ladder->seconds[i]);
    line_trial_begin(&ladder->trial, &before);
    ladder->uncopied = ladder->step;
}

static void go(struct line_ladder *ladder, enum line_step step)
{
    if (ladder->trial.phase == TRIAL_ON && !is_copied(step))
        line_trial_end(&ladder->trial);
    ladder->before = ladder->step;
    ladder->step = step;
    ladder->good = 0;
    line_ladder_renew(ladder);
}

static bool fits(const struct line_ladder *ladder, enum line_step step)
{
    return line_capacity_fits(&ladder->capacity, step);
}

static bool fits_thin(const struct line_ladder *ladder)
{
    return ladder->thin_wait == 0 && fits(ladder, LINE_THIN);
}

/* Is it worth trying? If it does not fit, that is soon known. */
static bool may_fit_thin(const struct line_ladder *ladder)
{
    return ladder->thin_wait == 0 &&
           line_capacity_may_fit(&ladder->capacity, LINE_THIN);
}

/* True if it is another step than now. */
static bool climb(struct line_ladder *ladder, enum line_step step)
{
    if (step == ladder->step)
        return false;
    if (ladder->descended > 0 && ladder->descended <= RELAPSE &&
        ladder->hesitation < LAST_HESITATION)
        ladder->hesitation *= 2;
    ladder->descended = 0;
    if (ladder->step == LINE_THIN && step == LINE_NARROW) {
        ladder->thin_wait = ladder->thin_hesitation;
        if (ladder->thin_hesitation < LAST_THIN_WAIT)
            ladder->thin_hesitation *= 2;
    }
    if (ladder->trial.phase == TRIAL_DOUBT)
        line_trial_end(&ladder->trial); /* it is another line now */
    if (is_copied(step) && !is_copied(ladder->step))
        try_copies(ladder);
    go(ladder, step);
    return true;
}

static unsigned settling(const struct line_ladder *ladder)
{
    return SETTLE + line_setting(ladder->step)->wish.lanes;
}

/* --- evidence ------------------------------------------------------------ */

static bool is_full(const struct line_second *second, enum line_step step)
{
    return (step == LINE_THIN ? line_second_is_grown_by(second, THIN_FULL_MS)
                              : line_second_is_grown(second)) &&
           (second->spoken > 0 || second->standing_ms >= STANDING_MS);
}

/*
 * Known to carry the step, a thin line is full while its connections are being
 * opened, 1.5 kB of handshake each beside the sound, and until what they left
 * in the queue has drained: the round trip, which is a mean, falls slowly then.
 */
static bool is_excused(const struct line_ladder *ladder)
{
    const struct line_second *now = &ladder->seconds[0];

    if (ladder->step != LINE_THIN || line_second_is_grown_by(now, CHOKED_MS))
        return false;
    return ladder->known <= ladder->opened + DRAIN ||
           now->round_trip_ms < ladder->seconds[1].round_trip_ms;
}

/* The seconds since the step took hold, added up; what has no sum is the
 * newest's. */
static struct line_second evidence(const struct line_ladder *ladder,
                                   unsigned *count, unsigned *faults)
{
    struct line_second sum = ladder->seconds[0];
    unsigned most =
        ladder->known > settling(ladder) ? ladder->known - settling(ladder) : 0;
    /* Over a narrow line few packets go, and are lost. */
    const unsigned window =
        ladder->step == LINE_NARROW ? LADDER_SECONDS : WINDOW;
    unsigned i;

    sum.came = sum.late = sum.very_late = sum.lost = sum.received =
        sum.disordered = sum.sent = sum.sent_again = sum.spoken = 0;
    *faults = 0;
    for (i = 0; i < most && i < window; i++) {
        const struct line_second *second = &ladder->seconds[i];

        sum.came += second->came;
        sum.late += second->late;
        sum.very_late += second->very_late;
        sum.lost += second->lost;
        sum.received += second->received;
        sum.disordered += second->disordered;
        sum.sent += second->sent;
        sum.sent_again += second->sent_again;
        sum.spoken += second->spoken;
        *faults += second->late + second->lost > 0;
    }
    *count = i;
    return sum;
}

static bool is_more(unsigned part, unsigned whole, unsigned permille)
{
    return part > 0 && (uint64_t)part * 1000 >= (uint64_t)whole * permille;
}

/* Does anything say that it is this line, and not the speaker's? */
static bool is_our_own(const struct line_second *sum)
{
    return !sum->knows_packets || sum->disordered > 0 || sum->sent_again > 0 ||
           line_second_is_grown(sum);
}

/* Late enough that copies are worth their price. */
static bool is_lossy(const struct line_second *sum, unsigned faults)
{
    bool is_late =
        faults >= 2 && sum->late + sum->lost >= LATE_FRAMES &&
        is_more(sum->late + sum->lost, sum->came + sum->lost, LATE_PERMILLE);
    bool is_sent_again = sum->spoken >= SPOKEN_FRAMES && sum->sent_again >= 2 &&
                         sum->round_trip_ms >= AGAIN_ROUND_TRIP_MS &&
                         is_more(sum->sent_again, sum->sent, AGAIN_PERMILLE);

    return (is_late && is_our_own(sum)) || is_sent_again;
}

/* One copy is not enough. */
static bool is_lossier(const struct line_second *sum, unsigned faults)
{
    unsigned permille = sum->round_trip_ms >= LONG_MS ? ROUGHER_LONG_PERMILLE
                                                      : ROUGHER_PERMILLE;
    bool is_late = faults >= 2 && sum->very_late + sum->lost >= LATE_FRAMES &&
                   is_more(sum->very_late + sum->lost, sum->came + sum->lost,
                           LATE_PERMILLE);
    bool is_sent_again = sum->spoken >= SPOKEN_FRAMES && sum->sent_again >= 2 &&
                         sum->least_round_trip_ms >= SHORT_MS &&
                         is_more(sum->sent_again, sum->sent, permille);

    return (is_late && is_our_own(sum)) || is_sent_again;
}

/* --- decisions ----------------------------------------------------------- */

/* The least change that takes load off a full line. */
static enum line_step relieved(const struct line_ladder *ladder)
{
    static const enum line_step gentle[] = { LINE_PAIRED, LINE_SLIM };
    unsigned load = line_setting(ladder->step)->load, i;

    switch (ladder->step) {
    case LINE_PLAIN:
    case LINE_PAIRED:
    case LINE_SLIM:
        for (i = 0; i < sizeof gentle / sizeof gentle[0]; i++)
            if (line_setting(gentle[i])->load < load && fits(ladder, gentle[i]))
                return gentle[i];
        return LINE_NARROW;
    case LINE_ROUGH:
    case LINE_ROUGHER:
        return fits_thin(ladder) ? LINE_THIN : LINE_NARROW;
    case LINE_THIN:
    case LINE_NARROW:
    case LINE_STEPS:
        break;
    }
    return LINE_NARROW;
}

/* The step for a line that loses packets. */
static enum line_step guarded(const struct line_ladder *ladder,
                              const struct line_second *sum, unsigned faults)
{
    enum line_step rough = fits(ladder, LINE_ROUGH) ? LINE_ROUGH : LINE_THIN;

    switch (ladder->step) {
    case LINE_PLAIN:
    case LINE_PAIRED:
    case LINE_SLIM:
        return is_lossy(sum, faults) &&
                       (rough == LINE_THIN
                            ? fits_thin(ladder)
                            : line_trial_may_begin(&ladder->trial))
                   ? rough
                   : ladder->step;
    case LINE_NARROW:
        return is_lossy(sum, faults) && ladder->capacity.rate > 0 &&
                       may_fit_thin(ladder)
                   ? LINE_THIN
                   : LINE_NARROW;
    case LINE_ROUGH:
        return is_lossier(sum, faults) && !line_second_is_grown(sum) &&
                       fits(ladder, LINE_ROUGHER)
                   ? LINE_ROUGHER
                   : LINE_ROUGH;
    case LINE_ROUGHER:
    case LINE_THIN:
    case LINE_STEPS:
        break;
    }
    return ladder->step;
}

/* Copies that come late because the line is full are no reason for more. */
static bool is_full_of_copies(const struct line_ladder *ladder,
                              const struct line_second *sum, unsigned count,
                              unsigned faults)
{
    unsigned i;

    for (i = 0; i < WINDOW_LEAST; i++)
        if (!line_second_is_grown(&ladder->seconds[i]))
            return false;
    return ladder->step == LINE_ROUGH && count >= WINDOW_LEAST &&
           is_lossier(sum, faults);
}

/* A mean of the round trip falls slowly: one that does is no reason. */
static bool is_standing(const struct line_ladder *ladder)
{
    const struct line_second *now = &ladder->seconds[0];

    return now->standing_ms >= PAUSE_STANDING_MS ||
           (now->spoken > 0 && line_second_is_grown_by(now, PAUSE_GROWN_MS) &&
            now->round_trip_ms >= ladder->seconds[1].round_trip_ms);
}

/* What a burst of losses leaves in the queue of a line that is nearly full
 * delays all that is said for many seconds. */
static void pause_copies(struct line_ladder *ladder)
{
    const struct line_second *now = &ladder->seconds[0];
    bool is_heard_gone =
        now->came > 0 && now->standing_ms < PAUSE_STANDING_MS / 2;

    ladder->unpaused++;
    if (ladder->paused > 0 && (--ladder->paused == 0 || is_heard_gone))
        ladder->paused = ladder->unpaused = 0;
    if (ladder->step == LINE_THIN && ladder->is_complete &&
        ladder->paused == 0 && ladder->unpaused >= PAUSE && is_standing(ladder))
        ladder->paused = PAUSE;
}

static void note_good(struct line_ladder *ladder)
{
    const struct line_second *now = &ladder->seconds[0];
    bool is_fault =
        is_more(now->late + now->lost, now->came + now->lost, GOOD_PERMILLE) ||
        now->disordered > 0 || now->sent_again > 0 || line_second_is_grown(now);

    if (is_fault)
        ladder->good =
            ladder->good > FAULT_COST ? ladder->good - FAULT_COST : 0;
    else if (now->came > 0 || now->spoken > 0)
        ladder->good++;
}

static bool descend(struct line_ladder *ladder)
{
    enum line_step down = step_down[ladder->step];

    if (down == ladder->step || ladder->good < ladder->hesitation)
        return false;
    if (ladder->capacity.age >= CAPACITY_AGE * ladder->hesitation)
        ladder->capacity.rate = 0;
    if (!fits(ladder, down))
        return false;
    go(ladder, down);
    ladder->descended = 1;
    return true;
}

bool line_ladder_second(struct line_ladder *ladder,
                        const struct line_second *second)
{
    struct line_second sum;
    unsigned i, count, faults;

    for (i = LADDER_SECONDS - 1; i > 0; i--)
        ladder->seconds[i] = ladder->seconds[i - 1];
    ladder->seconds[0] = *second;
    ladder->known++;
    line_capacity_grow_older(&ladder->capacity);
    if (ladder->renewed > 0)
        ladder->renewed++;
    if (ladder->descended > 0)
        ladder->descended++;
    if (ladder->descended > FORGIVEN) {
        ladder->descended = 0;
        ladder->hesitation = FIRST_HESITATION;
    }
    if (ladder->thin_wait > 0)
        ladder->thin_wait--;
    if (second->is_opening && ladder->known <= OPENING)
        ladder->opened = ladder->known;
    ladder->is_complete |= !second->is_opening;
    pause_copies(ladder);
    if (is_full(second, ladder->step) && !is_excused(ladder))
        ladder->full++;
    else if (!line_second_is_stalled(second))
        ladder->full = 0;
    note_good(ladder);
    if (line_trial_second(&ladder->trial, second,
                          ladder->is_complete &&
                              ladder->known > settling(ladder))) {
        go(ladder, ladder->uncopied);
        return true;
    }
    if (ladder->choice != LINE_BY_ITSELF)
        return false;
    sum = evidence(ladder, &count, &faults);
    if ((ladder->full >= FULL_SECONDS && ladder->known > SETTLE) ||
        is_full_of_copies(ladder, &sum, count, faults)) {
        line_capacity_note(&ladder->capacity, ladder->seconds, ladder->step,
                           ladder->before, ladder->known);
        return climb(ladder, relieved(ladder));
    }
    if (count >= WINDOW_LEAST && ladder->full == 0 &&
        climb(ladder, guarded(ladder, &sum, faults)))
        return true;
    return descend(ladder);
}

bool line_ladder_gauge(struct line_ladder *ladder, unsigned rate)
{
    const struct line_capacity shown = { .rate = rate };

    ladder->capacity.gauged = rate;
    if (ladder->choice != LINE_BY_ITSELF ||
        line_capacity_fits(&shown, LINE_SLIM) || ladder->step >= LINE_THIN)
        return false;
    line_capacity_take(&ladder->capacity, rate);
    return climb(ladder, LINE_NARROW);
}

struct line_wish line_ladder_wish(const struct line_ladder *ladder)
{
    struct line_wish wish = line_setting(ladder->step)->wish;

    if (ladder->step == LINE_THIN &&
        ((!ladder->is_complete && ladder->known < OPENING) ||
         ladder->paused > 0))
        wish.copy_count = 0;
    return wish;
}

bool line_ladder_choose(struct line_ladder *ladder, enum line_choice choice)
{
    static const enum line_step kept[] = { [LINE_BY_ITSELF] = LINE_PLAIN,
                                           [LINE_KEEP_PLAIN] = LINE_PLAIN,
                                           [LINE_KEEP_ROUGH] = LINE_ROUGH,
                                           [LINE_KEEP_NARROW] = LINE_NARROW };
    enum line_step step = ladder->step;

    ladder->choice = choice;
    if (choice != LINE_BY_ITSELF)
        line_trial_end(&ladder->trial);
    if (choice != LINE_BY_ITSELF && kept[choice] != step)
        go(ladder, kept[choice]);
    return ladder->step != step;
}

bool line_ladder_is_buried(struct line_ladder *ladder)
{
    const bool is_least =
        ladder->step == LINE_NARROW || ladder->step == LINE_THIN;

    /* What a stall held back is old once, and over. */
    if (!is_least || ladder->known < SETTLE ||
        ladder->seconds[0].standing_ms < BURIED_MS ||
        ladder->seconds[1].standing_ms < BURIED_MS ||
        (ladder->renewed > 0 && ladder->renewed <= RENEWED_AGAIN))
        return false;
    ladder->renewed = 1;
    return true;
}

bool line_ladder_is_wary(const struct line_ladder *ladder)
{
    unsigned i;

    /* A question and its answer are a tenth of a second of such a line. */
    if (ladder->step == LINE_THIN && ladder->known % 2 == 1)
        return false;
    for (i = 0; i < 5; i++) {
        const struct line_second *second = &ladder->seconds[i];

        if (second->late + second->lost > 0 ||
            second->standing_ms >= STANDING_MS || line_second_is_grown(second))
            return true;
    }
    return false;
}
