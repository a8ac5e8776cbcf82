/*
 * A meeting held by party groups gathers the ends of their records. Are they
 * those that this device saw itself, and those that the register names? Pure;
 * any thread.
 */
#ifndef CLIENT_CORE_GROUP_CHECK_H
#define CLIENT_CORE_GROUP_CHECK_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/register_state.h"
#include "protocol/record/anchors.h"

/* `ours` has a head only where both are of the same event. */
struct group_difference {
    struct identifier meeting; /* the group's */
    uint64_t seq;              /* where its record was said to end */
    struct anchor_side ours;
    struct hash theirs;
};

/*
 * True, with `*out` set: a record was gathered that ends otherwise. Its end is
 * not compared while neither this device nor the register has come so far.
 * `registry` may be NULL.
 */
bool group_check_find(const struct meeting_state *meeting,
                      const struct register_state *registry,
                      const struct anchors *anchors,
                      struct group_difference *out);

#endif
