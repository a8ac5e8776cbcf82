#include "protocol/line/line_patience.h"

#include "protocol/base/limits.h"

enum {
    LEAST_WAVERING_MS = 200, /* that a system reckons with, RFC 6298 */
    WAVERING_WEIGHT = 4,
    SECOND_WAITS = 2, /* from the first repeat to the second */
    THIRD_WAITS = 6,  /* and to the third */
    BACKOFF_MOST = 16,
    STEP_MS = 250,
    BITS_MS = 8 * 1000 /* bits a byte, ms a second */
};

static int64_t more(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t less(int64_t a, int64_t b) { return a < b ? a : b; }

/* Until a packet is repeated for the first time. */
static int64_t first_wait_ms(const struct line_signs *signs)
{
    unsigned backoff =
        signs->backoff < BACKOFF_MOST ? signs->backoff : BACKOFF_MOST;
    int64_t reckoned_ms =
        signs->round_trip_ms +
        more(LEAST_WAVERING_MS, WAVERING_WEIGHT * signs->wavering_ms);

    return more(reckoned_ms, signs->wait_ms >> backoff);
}

static int64_t drain_ms(const struct line_signs *signs)
{
    if (signs->rate == 0)
        return 0;
    return less((int64_t)signs->waiting * BITS_MS / signs->rate,
                PATIENCE_DRAIN_MOST_MS);
}

static int64_t usual_ms(const struct line_signs *signs)
{
    int64_t waits =
        signs->round_trip_ms < PATIENCE_LONG_MS ? SECOND_WAITS : THIRD_WAITS;
    int64_t wanted_ms =
        waits * first_wait_ms(signs) + signs->round_trip_ms + drain_ms(signs);

    return less(more(wanted_ms, LIMIT_LANE_SILENCE_MS), PATIENCE_MOST_MS);
}

/* For how long it has been repaired with answers coming; at the most, where
 * the beginning was not seen. */
static int64_t headway_ms(struct line_patience *patience,
                          const struct line_signs *signs, int64_t now_ms)
{
    int64_t since_ms = patience->has_looked ? patience->looked_ms
                                            : now_ms - PATIENCE_REPAIR_MOST_MS;

    if (!signs->is_repairing) {
        patience->is_repairing = false;
        return 0;
    }
    if (!patience->is_repairing)
        patience->repairing_ms = since_ms;
    patience->is_repairing = true;
    return less(more(now_ms - signs->answered_ms - patience->repairing_ms, 0),
                PATIENCE_REPAIR_MOST_MS);
}

int64_t line_patience_look(struct line_patience *patience,
                           const struct line_signs *signs, int64_t now_ms)
{
    int64_t all_ms;

    /* While nothing comes, what is known of the line stays as it was, though
     * more and more waits. */
    if (signs->backoff == 0 || !patience->has_looked)
        patience->usual_ms = usual_ms(signs);
    all_ms = patience->usual_ms + headway_ms(patience, signs, now_ms);
    patience->has_looked = true;
    patience->looked_ms = now_ms;
    return (all_ms + STEP_MS - 1) / STEP_MS * STEP_MS;
}
