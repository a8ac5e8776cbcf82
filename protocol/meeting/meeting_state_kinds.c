/* Meetings in parts: by party groups, and in sub-rooms. */
#include "protocol/meeting/meeting_state_internal.h"

#include "protocol/meeting/group_votes.h"

#include <stdlib.h>
#include <string.h>

/* --- By party groups ------------------------------------------------------ */

const struct meeting_group *
meeting_state_group(const struct meeting_state *state,
                    const struct identifier *meeting)
{
    size_t i;

    for (i = 0; i < state->kinds.group_count; i++)
        if (identifier_equal(&state->kinds.groups[i].meeting, meeting))
            return &state->kinds.groups[i];
    return NULL;
}

static void count_absent(const struct meeting_person *person,
                         struct group_attendance *out)
{
    out->excused += person->absence == ABSENT_EXCUSED;
    out->unexcused += person->absence == ABSENT_UNEXCUSED;
}

static void count_person(const struct meeting_person *person, bool came,
                         struct group_attendance *out)
{
    if (person->category == CATEGORY_EXEMPT) {
        out->exempt++;
        out->exempt_came += came;
        return;
    }
    if (person->category == CATEGORY_OFFICIAL) {
        out->official++;
        out->official_came += came;
    } else if (person->category == CATEGORY_PROBATIONARY) {
        out->probationary++;
        out->probationary_came += came;
    } else {
        return;
    }
    if (came)
        out->speakers += person->speeches > 0;
    else
        count_absent(person, out);
}

struct group_attendance meeting_state_came(const struct meeting_state *state)
{
    struct group_attendance out = { 0 };
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];

        count_person(
            person,
            state->opened_ms > 0 &&
                (person->has_attended || person->mode != presence_mode_none_),
            &out);
    }
    return out;
}

static bool has_group(const struct meeting_kinds *kinds,
                      const struct group_of_meeting *row)
{
    size_t i;

    for (i = 0; i < kinds->group_count; i++)
        if (identifier_equal(&kinds->groups[i].group, &row->group) ||
            identifier_equal(&kinds->groups[i].meeting, &row->meeting))
            return true;
    return false;
}

/* What follows the genesis at once. */
enum result state_apply_held_by_groups(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_held_by_groups *body = &event->body.held_by_groups;
    const struct group_of_meeting *rows = body->groups.data;
    struct meeting_kinds *kinds = &state->kinds;
    size_t i;

    if (event->seq != 1 || body->year == 0 || body->groups.count == 0)
        return RESULT_CORRUPT;
    kinds->groups = calloc(body->groups.count, sizeof *kinds->groups);
    if (!kinds->groups)
        return RESULT_NO_MEMORY;
    for (i = 0; i < body->groups.count; i++) {
        if (has_group(kinds, &rows[i]))
            return RESULT_CORRUPT;
        kinds->groups[kinds->group_count++] =
            (struct meeting_group){ .group = rows[i].group,
                                    .meeting = rows[i].meeting };
    }
    kinds->groups_year = body->year;
    kinds->groups_members = body->members;
    kinds->groups_before = body->before;
    return RESULT_OK;
}

static enum result keep_votes(struct meeting_group *group,
                              const struct items *votes)
{
    if (votes->count == 0)
        return RESULT_OK;
    group->votes = calloc(votes->count, sizeof *group->votes);
    if (!group->votes)
        return RESULT_NO_MEMORY;
    memcpy(group->votes, votes->data, votes->count * sizeof *group->votes);
    group->vote_count = votes->count;
    return RESULT_OK;
}

/* The numbers are those of the votes that are named; whether they pass is for
 * whoever has the ruleset. */
enum result state_apply_decided_by_groups(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_decided_by_groups *body = &event->body.decided_by_groups;
    struct group_sum sum;
    struct identifier which;

    if (group_votes_add(state, (enum matter)body->matter, &body->votes, &sum,
                        &which) != GROUP_SUM_GOOD ||
        sum.count.votes[CHOICE_YES] != body->yes ||
        sum.count.votes[CHOICE_NO] != body->no ||
        sum.count.votes[CHOICE_OTHER] != body->other ||
        sum.count.votes[CHOICE_ABSTAIN] != body->abstain || sum.d != body->d)
        return RESULT_CORRUPT;
    state->kinds.decision_count++;
    return RESULT_OK;
}

void state_release_kinds(struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->kinds.group_count; i++)
        free(state->kinds.groups[i].votes);
    free(state->kinds.groups);
}

enum result state_apply_group_gathered(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_group_gathered *body = &event->body.group_gathered;
    const struct meeting_group *found =
        meeting_state_group(state, &body->meeting);
    struct meeting_group *group =
        found ? &state->kinds.groups[found - state->kinds.groups] : NULL;

    if (!group || group->is_gathered || body->official_came > body->official ||
        body->probationary_came > body->probationary ||
        body->exempt_came > body->exempt || body->closed_at < body->opened_at)
        return RESULT_CORRUPT;
    group->is_gathered = true;
    group->gathered_seq = event->seq;
    group->final_seq = body->final_seq;
    group->head = body->head;
    group->opened_ms = body->opened_at;
    group->closed_ms = body->closed_at;
    group->attendance = (struct group_attendance){
        .official = body->official,
        .official_came = body->official_came,
        .probationary = body->probationary,
        .probationary_came = body->probationary_came,
        .exempt = body->exempt,
        .exempt_came = body->exempt_came,
        .excused = body->excused,
        .unexcused = body->unexcused,
        .speakers = body->speakers,
    };
    return keep_votes(group, &body->votes);
}

/* --- Sub-rooms ------------------------------------------------------------ */

/* Nobody speaks to all while they are open: the floor has ended before. */
enum result state_apply_subrooms_opened(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    const struct event_subrooms_opened *body = &event->body.subrooms_opened;

    if (state->kinds.subroom_count > 0 || body->count == 0 || state->has_floor)
        return RESULT_CORRUPT;
    state->kinds.subroom_count = body->count;
    state->kinds.subroom_speakers = body->speakers;
    state->kinds.subrooms_since_ms = event->at_ms;
    return RESULT_OK;
}

enum result state_apply_subroom_entered(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    const struct event_subroom_entered *body = &event->body.subroom_entered;
    struct meeting_holder *holder = state_holder(state, &body->holder);

    if (!holder || body->room > state->kinds.subroom_count ||
        body->room == holder->subroom)
        return RESULT_CORRUPT;
    holder->subroom = body->room;
    return RESULT_OK;
}

enum result state_apply_subrooms_closed(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    size_t i;

    (void)event;
    if (state->kinds.subroom_count == 0)
        return RESULT_CORRUPT;
    state->kinds.subroom_count = 0;
    state->kinds.subroom_speakers = 0;
    state->kinds.subrooms_since_ms = 0;
    for (i = 0; i < state->person_count; i++)
        state->people[i].holder.subroom = 0;
    for (i = 0; i < state->site_count; i++)
        state->sites[i].holder.subroom = 0;
    return RESULT_OK;
}
