/*
 * What happens to each packet on a bad line, in one direction: it waits in a
 * queue, is serialised at the line's rate, may be lost, and arrives half a
 * round trip later. Pure: time comes in as nanoseconds since the line was made,
 * and must not go back; chance is a generator of each direction's own.
 *
 * A packet that is lost has used the line, one that finds the queue full has
 * not. Fades are a mask in time, the same whatever is sent. During a cut what
 * comes is gone; what is on its way arrives.
 */
#ifndef TESTS_SUPPORT_LINE_LINK_MODEL_H
#define TESTS_SUPPORT_LINE_LINK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINK_MTU = 1500, LINK_NS_PER_MS = 1000000 };

/* Of both directions. */
struct link_settings {
    double loss;          /* share of the packets, or of the time, 0 to <1 */
    double fade_ms;       /* mean length of a fade; 0: each packet by itself */
    double round_trip_ms; /* half of it each way */
    uint64_t rate;        /* bits a second; 0: no limit */
    uint64_t queue_size;  /* bytes; 0: a second's worth, two packets at least */
    double cut_ms;        /* when the cut begins; negative: none */
    double cut_length_ms;
    uint64_t seed;
};

enum link_fate { LINK_PASSES = 1, LINK_LOST, LINK_QUEUE_FULL, LINK_CUT };

struct link_counts {
    uint64_t packets; /* that came, with all below */
    uint64_t bytes;   /* that used the line */
    uint64_t lost;
    uint64_t queue_full;
    uint64_t cut;
    uint64_t queued_max; /* bytes */
};

struct link_direction {
    const struct link_settings *settings; /* borrowed: outlives this */
    uint64_t random;
    int64_t busy_ns; /* until then the line sends what it has taken */
    bool is_faded;
    int64_t turn_ns; /* when the fade, or the time without, ends */
    struct link_counts counts;
};

/* `number` (0 or 1) gives each direction a generator of its own. */
void link_direction_init(struct link_direction *direction,
                         const struct link_settings *settings, unsigned number);

/* A packet of `size` bytes comes at `now_ns`; `*due_ns` is when it arrives, and
 * only set where it passes. */
enum link_fate link_direction_take(struct link_direction *direction,
                                   int64_t now_ns, size_t size,
                                   int64_t *due_ns);

#endif
