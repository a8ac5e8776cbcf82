#include "protocol/meeting/group_votes.h"

static const struct group_vote *find_vote(const struct meeting_group *group,
                                          const struct identifier *vote)
{
    size_t i;

    for (i = 0; i < group->vote_count; i++)
        if (identifier_equal(&group->votes[i].vote, vote))
            return &group->votes[i];
    return NULL;
}

static enum group_sum_fault add_group(const struct meeting_group *group,
                                      enum matter matter,
                                      const struct identifier *id,
                                      struct group_sum *sum)
{
    const struct group_vote *vote = id ? find_vote(group, id) : NULL;

    if (!group->is_gathered)
        return GROUP_SUM_NOT_GATHERED;
    if (!vote)
        return GROUP_SUM_NO_VOTE;
    if (vote->matter != (int)matter)
        return GROUP_SUM_OTHER_MATTER;
    sum->count.votes[CHOICE_YES] += vote->yes;
    sum->count.votes[CHOICE_NO] += vote->no;
    sum->count.votes[CHOICE_OTHER] += vote->other;
    sum->count.votes[CHOICE_ABSTAIN] += vote->abstain;
    sum->d += vote->d;
    sum->present += vote->present;
    return GROUP_SUM_GOOD;
}

enum group_sum_fault group_votes_add(const struct meeting_state *state,
                                     enum matter matter,
                                     const struct items *votes,
                                     struct group_sum *out,
                                     struct identifier *which)
{
    const struct group_vote_id *ids = votes->data;
    const struct meeting_kinds *kinds = &state->kinds;
    struct group_sum sum = { .d = 0 };
    size_t i;

    for (i = 0; i < kinds->group_count; i++) {
        const enum group_sum_fault fault =
            add_group(&kinds->groups[i], matter,
                      i < votes->count ? &ids[i].vote : NULL, &sum);

        if (fault == GROUP_SUM_GOOD)
            continue;
        *which = kinds->groups[i].meeting;
        return fault;
    }
    if (kinds->group_count == 0 || votes->count != kinds->group_count) {
        *which = state->meeting;
        return GROUP_SUM_NO_VOTE;
    }
    *out = sum;
    return GROUP_SUM_GOOD;
}

enum result group_votes_decide(const struct ruleset *rules, enum matter matter,
                               const struct group_sum *sum,
                               struct motion_result *out)
{
    const struct vote_test *test =
        ruleset_has_matter(rules, matter) ? &rules->thresholds[matter] : NULL;
    /* The groups are the cell: nobody is in two of them. */
    const struct roll roll = { .kind = KIND_REGULAR };
    struct electorate electorate = { .d = sum->d, .present = sum->present };

    if (!test)
        return RESULT_NOT_FOUND;
    electorate.measure = electorate_measure(test->of, &roll);
    return motion_decide(test, &sum->count, &electorate, out);
}

size_t group_votes_closed(const struct meeting_state *group,
                          struct group_vote *out)
{
    size_t count = 0, i;

    for (i = 0; i < group->vote_count; i++) {
        const struct meeting_vote *vote = &group->votes[i];

        if (vote->phase == VOTE_CLOSED)
            out[count++] = (struct group_vote){
                .vote = vote->id,
                .matter = (int)vote->matter,
                .yes = vote->counts[CHOICE_YES],
                .no = vote->counts[CHOICE_NO],
                .other = vote->counts[CHOICE_OTHER],
                .abstain = vote->counts[CHOICE_ABSTAIN],
                .d = vote->d,
                .present = vote->present,
            };
    }
    return count;
}
