#include "protocol/meeting/meeting_recognition.h"

static bool is_by_vote(const struct meeting_vote *vote,
                       const struct identifier *member)
{
    return vote->phase == VOTE_CLOSED && vote->matter == MATTER_RECOGNITION &&
           identifier_equal(&vote->subject, member);
}

static bool is_by_ballot(const struct meeting_ballot *ballot,
                         const struct identifier *member)
{
    return ballot->is_decided && ballot->matter.matter == MATTER_RECOGNITION &&
           identifier_equal(&ballot->matter.subject, member);
}

bool meeting_recognition_decided(const struct meeting_state *state,
                                 const struct identifier *member,
                                 struct recognition_decision *out)
{
    const struct meeting_ballot *secret = NULL;
    const struct meeting_vote *open = NULL;
    size_t i;

    if (state->kind == KIND_COMMITTEE || state->kind == KIND_PARTY_GROUP)
        return false;
    for (i = 0; i < state->vote_count; i++)
        if (is_by_vote(&state->votes[i], member))
            open = &state->votes[i];
    for (i = 0; i < state->ballot_count; i++)
        if (is_by_ballot(&state->ballots[i], member))
            secret = &state->ballots[i];
    if (secret)
        *out = (struct recognition_decision){
            .by = &secret->id,
            .is_passed = secret->decided.end == BALLOT_END_PASSED,
            .is_secret = true,
        };
    else if (open)
        *out = (struct recognition_decision){ .by = &open->id,
                                              .is_passed = open->is_passed };
    return secret || open;
}

bool meeting_recognition_deadline(const struct meeting_person *person,
                                  const struct ruleset *rules, uint64_t today,
                                  struct recognition_deadline *out)
{
    if (person->probation_end == 0 || !ruleset_has(rules, RULESET_DEADLINES))
        return false;
    *out = recognition_deadline_of(&rules->deadlines.holidays,
                                   rules->deadlines.recognition_working_days,
                                   person->probation_end, today);
    return true;
}
