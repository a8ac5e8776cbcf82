#include "protocol/meeting/meeting_eligibility.h"

static struct eligibility_person
member_of(const struct eligibility_rules *rules, enum category category,
          enum ground ground)
{
    return (struct eligibility_person){
        .category = category,
        .ground =
            rule_set_has(rules->grounds, (int)ground) ? ground : ground_none_,
    };
}

static bool is_changed(const struct event_roster_changed *changed,
                       const struct identifier *member)
{
    const struct roster_person *row = changed ? changed->roster.data : NULL;
    size_t i;

    for (i = 0; row && i < changed->roster.count; i++)
        if (identifier_equal(&row[i].member, member))
            return true;
    return false;
}

enum result meeting_state_eligibility(
    const struct meeting_state *state, const struct eligibility_rules *rules,
    const struct event_roster_changed *changed, struct eligibility *out)
{
    struct eligibility_person people[LIMIT_ROSTER];
    const struct roster_person *row = changed ? changed->roster.data : NULL;
    size_t i, count = 0;

    for (i = 0; i < state->person_count && count < LIMIT_ROSTER; i++) {
        const struct meeting_person *person = &state->people[i];

        if (!is_changed(changed, &person->holder.id))
            people[count++] =
                member_of(rules, person->category, person->ground);
    }
    for (i = 0; row && i < changed->roster.count && count < LIMIT_ROSTER; i++)
        people[count++] = member_of(rules, (enum category)row[i].category,
                                    (enum ground)row[i].ground);
    return eligibility_decide(rules, people, count, out);
}

enum result register_state_eligibility(const struct register_state *state,
                                       const struct summons *summons,
                                       const struct eligibility_rules *rules,
                                       struct eligibility *out)
{
    struct eligibility_person people[LIMIT_ROSTER];
    size_t i, count = 0;

    for (i = 0; i < state->member_count && count < LIMIT_ROSTER; i++) {
        const struct register_member *member = &state->members[i];

        if (summons_has(summons, member))
            people[count++] =
                member_of(rules, member->category, member->ground);
    }
    return eligibility_decide(rules, people, count, out);
}
