#include "client/core/group_check.h"

/* What this device verified of the group's log: it is over, so nothing can
 * follow the end that was gathered. */
static bool differs_from_seen(const struct meeting_group *group,
                              const struct anchors *anchors,
                              struct anchor_side *ours)
{
    const struct anchor_log *log = anchors_find(anchors, &group->meeting);

    return log && (anchor_log_check(log, group->final_seq, &group->head,
                                    ours) == ANCHOR_CHECK_CONTRADICTS ||
                   (log->has_last && log->last.seq > group->final_seq));
}

static bool differs_from_register(const struct meeting_group *group,
                                  const struct register_state *registry,
                                  struct anchor_side *ours)
{
    const struct register_meeting *call =
        registry ? register_state_meeting(registry, &group->meeting) : NULL;

    if (!call || call->phase != CALL_ENDED ||
        (call->final_seq == group->final_seq &&
         hash_equal(&call->final_head, &group->head)))
        return false;
    if (call->final_seq == group->final_seq)
        ours->head = call->final_head;
    return true;
}

bool group_check_find(const struct meeting_state *meeting,
                      const struct register_state *registry,
                      const struct anchors *anchors,
                      struct group_difference *out)
{
    size_t i;

    for (i = 0; i < meeting->kinds.group_count; i++) {
        const struct meeting_group *group = &meeting->kinds.groups[i];
        struct anchor_side ours = { .head = { { 0 } } };

        if (!group->is_gathered ||
            (!differs_from_seen(group, anchors, &ours) &&
             !differs_from_register(group, registry, &ours)))
            continue;
        *out = (struct group_difference){ .meeting = group->meeting,
                                          .seq = group->final_seq,
                                          .ours = ours,
                                          .theirs = group->head };
        return true;
    }
    return false;
}
