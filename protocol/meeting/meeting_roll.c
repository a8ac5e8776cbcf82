#include "protocol/meeting/meeting_roll.h"

#include "protocol/meeting/meeting_summons.h"

struct roll_person meeting_roll_person(const struct meeting_person *person)
{
    return (struct roll_person){
        .category = person->category,
        .is_present = person->mode != presence_mode_none_,
        .is_excused_throughout = person->is_absent_throughout,
        .is_in_committee = office_is_of_committee(person->office),
    };
}

void meeting_state_roll_of(const struct meeting_state *state,
                           struct roll_person people[LIMIT_ROSTER],
                           struct roll *out)
{
    size_t i;

    for (i = 0; i < state->person_count && i < LIMIT_ROSTER; i++)
        people[i] = meeting_roll_person(&state->people[i]);
    *out = (struct roll){ .kind = state->kind,
                          .is_committee = state->kind == KIND_COMMITTEE,
                          .people = people,
                          .count = i };
}
