#include "server/report/report_groups.h"

/* As the part has it, unless the member was in the whole itself. */
static void take_person(struct report_person *whole,
                        const struct report_person *part)
{
    whole->speeches += part->speeches;
    whole->spoken_ms += part->spoken_ms;
    whole->disconnections += part->disconnections;
    if (whole->attendance == REPORT_PRESENT)
        return;
    if (part->attendance != REPORT_UNNOTED)
        whole->attendance = part->attendance;
    whole->mode = part->mode;
    whole->came_ms = part->came_ms;
    whole->left_ms = part->left_ms;
    whole->is_late = part->is_late;
    whole->left_early = part->left_early;
}

static void take_part(struct report_meeting *whole,
                      const struct report_meeting *part)
{
    size_t i;

    for (i = 0; i < part->person_count; i++) {
        const struct report_person *found =
            report_meeting_person(whole, &part->people[i].member);

        if (found)
            take_person(&whole->people[found - whole->people],
                        &part->people[i]);
    }
    whole->connections_lost += part->connections_lost;
    whole->restarts += part->restarts;
    whole->clock_jumps += part->clock_jumps;
    whole->restored += part->restored;
}

static struct report_meeting *find(struct report_meeting **meetings,
                                   size_t count, const struct identifier *id)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (identifier_equal(&meetings[i]->id, id))
            return meetings[i];
    return NULL;
}

void report_meetings_gather(struct report_meeting **meetings, size_t count)
{
    size_t i, j;

    for (i = 0; i < count; i++) {
        struct report_meeting *whole = meetings[i];
        int64_t shortest_ms = INT64_MAX;

        for (j = 0; j < whole->part_count; j++) {
            struct report_meeting *part =
                find(meetings, count, &whole->parts[j]);

            if (!part || !report_meeting_is_held(part))
                continue;
            part->is_part = true;
            take_part(whole, part);
            if (part->length_ms < shortest_ms)
                shortest_ms = part->length_ms;
        }
        if (shortest_ms == INT64_MAX)
            continue;
        whole->length_ms = shortest_ms;
        report_meeting_count(whole);
    }
}
