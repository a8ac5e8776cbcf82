#include "protocol/meeting/vote_result.h"

#include "protocol/rules/denominator.h"

/* Is the member among those whose votes are in this result? */
static bool is_counted(const struct meeting_vote *vote,
                       const struct vote_ballot *ballot)
{
    return ballot && (ballot->choice != choice_none_ ||
                      (ballot->channel == CHANNEL_HALL &&
                       meeting_vote_has_hall_entry(vote, &ballot->site)));
}

static void add_terms(const struct meeting_vote *vote,
                      const struct meeting_person *person,
                      struct denominator_terms *terms)
{
    const struct vote_ballot *ballot =
        meeting_vote_ballot(vote, &person->holder.id);

    if (is_counted(vote, ballot)) {
        terms->members++;
        return;
    }
    switch (person->category) {
    case CATEGORY_OFFICIAL:
        terms->members++;
        return;
    case CATEGORY_EXEMPT:
        terms->members++;
        terms->exempt++;
        terms->exempt_present += ballot && ballot->channel != CHANNEL_NONE;
        return;
    case CATEGORY_TEMP_AWAY:
        terms->members++;
        terms->temp_away++;
        return;
    case CATEGORY_SUSPENDED:
        terms->members++;
        terms->suspended++;
        return;
    case CATEGORY_PROBATIONARY:
    case CATEGORY_TEMP_HERE:
    case CATEGORY_UPPER_DELEGATE:
    case CATEGORY_GUEST:
    case CATEGORY_TECHNICIAN:
    case category_none_:
    case category_count_:
        break;
    }
}

uint64_t vote_denominator(const struct meeting_state *state,
                          const struct meeting_vote *vote,
                          bool is_suspended_counted)
{
    struct denominator_terms terms = { 0 };
    uint64_t d = 0;
    size_t i;

    for (i = 0; i < state->person_count; i++)
        add_terms(vote, &state->people[i], &terms);
    /* The terms are counted from one roll and cannot contradict each other;
     * a D of 0, which no vote passes, stands for it nevertheless. */
    if (denominator_of_meeting(&terms, is_suspended_counted, &d))
        return 0;
    return d;
}
