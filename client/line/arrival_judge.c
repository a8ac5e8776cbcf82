#include "client/line/arrival_judge.h"

#include "protocol/base/limits.h"

enum { SAMPLES_PER_MS = 48 };

static struct arrival_speaker *find(struct arrival_judge *judge, uint16_t slot)
{
    struct arrival_speaker *oldest = &judge->speakers[0];
    unsigned i;

    for (i = 0; i < ARRIVAL_SPEAKERS; i++) {
        struct arrival_speaker *one = &judge->speakers[i];

        if (one->is_taken && one->slot == slot)
            return one;
        if (!one->is_taken ||
            (oldest->is_taken && one->last_ms < oldest->last_ms))
            oldest = one;
    }
    *oldest = (struct arrival_speaker){ .is_taken = true, .slot = slot };
    return oldest;
}

/* --- numbers ------------------------------------------------------------- */

/* Of the numbers that are passed by when the window goes on by so much. */
static unsigned count_lost(const struct arrival_speaker *speaker,
                           unsigned ahead)
{
    unsigned lost = 0, at;

    for (at = 0; at < speaker->known && at < ARRIVAL_LOST_AFTER; at++)
        lost += at + ahead >= ARRIVAL_LOST_AFTER &&
                !(speaker->window.seen >> at & 1);
    /* Those in between that are passed by at once. */
    if (ahead > ARRIVAL_LOST_AFTER)
        lost += ahead - ARRIVAL_LOST_AFTER;
    return lost;
}

/* False: it is none that counts. */
static bool note_number(struct arrival_judge *judge,
                        struct arrival_speaker *speaker, uint32_t sequence)
{
    int32_t ahead = sequence_distance(speaker->window.highest, sequence);
    struct sequence_window before = speaker->window;

    switch (sequence_window_note(&speaker->window, sequence)) {
    case SEQUENCE_NONE:
    case SEQUENCE_SEEN:
    case SEQUENCE_TOO_OLD:
        judge->count.again++;
        return false;
    case SEQUENCE_ANOTHER:
        before.has_any = false;
        break;
    case SEQUENCE_NEW:
        break;
    }
    if (!before.has_any) {
        speaker->known = 1;
        return true;
    }
    if (ahead > 0) {
        struct sequence_window after = speaker->window;

        speaker->window = before;
        judge->count.lost += count_lost(speaker, (unsigned)ahead);
        speaker->window = after;
        speaker->known += (unsigned)ahead;
        if (speaker->known > 64)
            speaker->known = 64;
    } else if (-ahead >= ARRIVAL_LOST_AFTER && judge->count.lost > 0) {
        judge->count.lost--; /* it was only very late */
    }
    return true;
}

/* --- times --------------------------------------------------------------- */

/* Its way, by its own clock; the least of it lately. */
static int64_t base_of(struct arrival_speaker *speaker, int64_t way_ms,
                       int64_t now_ms)
{
    int64_t turn = now_ms / ARRIVAL_BASE_MS;
    int64_t least_ms = way_ms;
    unsigned at = (unsigned)(turn % ARRIVAL_BASES), i;

    if (turn - speaker->base_turn >= ARRIVAL_BASES)
        for (i = 0; i < ARRIVAL_BASES; i++)
            speaker->has_base[i] = false;
    for (; speaker->base_turn < turn; speaker->base_turn++)
        speaker->has_base[(speaker->base_turn + 1) % ARRIVAL_BASES] = false;
    if (!speaker->has_base[at] || way_ms < speaker->base_ms[at])
        speaker->base_ms[at] = way_ms;
    speaker->has_base[at] = true;
    for (i = 0; i < ARRIVAL_BASES; i++)
        if (speaker->has_base[i] && speaker->base_ms[i] < least_ms)
            least_ms = speaker->base_ms[i];
    return least_ms;
}

static void note_time(struct arrival_judge *judge,
                      struct arrival_speaker *speaker, uint32_t timestamp,
                      int64_t allowance_ms, int64_t now_ms)
{
    int64_t said_ms =
        sequence_distance(speaker->first_timestamp, timestamp) / SAMPLES_PER_MS;
    int64_t over_ms =
        now_ms - said_ms - base_of(speaker, now_ms - said_ms, now_ms);

    judge->count.came++;
    judge->count.late += over_ms > ARRIVAL_LATE_MS + allowance_ms;
    judge->count.very_late += over_ms > ARRIVAL_VERY_LATE_MS + allowance_ms;
    if (!judge->has_standing || over_ms < judge->count.standing_ms)
        judge->count.standing_ms = over_ms;
    judge->has_standing = true;
}

bool arrival_judge_note(struct arrival_judge *judge, uint16_t slot,
                        uint32_t sequence, uint32_t timestamp,
                        int64_t allowance_ms, int64_t now_ms)
{
    struct arrival_speaker *speaker = find(judge, slot);

    if (!note_number(judge, speaker, sequence))
        return false;
    /* Whoever begins anew has another clock. */
    if (speaker->known == 1) {
        unsigned i;

        speaker->first_timestamp = timestamp;
        speaker->base_turn = now_ms / ARRIVAL_BASE_MS;
        for (i = 0; i < ARRIVAL_BASES; i++)
            speaker->has_base[i] = false;
    }
    speaker->last_ms = now_ms;
    note_time(judge, speaker, timestamp, allowance_ms, now_ms);
    return true;
}

struct arrival_count arrival_judge_take(struct arrival_judge *judge)
{
    struct arrival_count count = judge->count;

    if (!judge->has_standing)
        count.standing_ms = -1;
    judge->count = (struct arrival_count){ .came = 0 };
    judge->has_standing = false;
    return count;
}

void arrival_judge_reset(struct arrival_judge *judge)
{
    *judge = (struct arrival_judge){ .has_standing = false };
}
