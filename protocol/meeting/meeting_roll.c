#include "protocol/meeting/meeting_roll.h"

/* The committee of a cell: its leader, the deputy and the members elected to
 * it. A group's leader need not be one of them. */
static bool is_committee_office(enum office office)
{
    switch (office) {
    case OFFICE_CELL_LEADER:
    case OFFICE_DEPUTY_LEADER:
    case OFFICE_COMMITTEE_MEMBER:
        return true;
    case OFFICE_NONE:
    case OFFICE_GROUP_LEADER:
    case office_none_:
    case office_count_:
        break;
    }
    return false;
}

struct roll_person meeting_roll_person(const struct meeting_person *person)
{
    return (struct roll_person){
        .category = person->category,
        .is_present = person->mode != presence_mode_none_,
        .is_in_committee = is_committee_office(person->office),
    };
}

void meeting_state_roll_of(const struct meeting_state *state,
                           struct roll_person people[LIMIT_ROSTER],
                           struct roll *out)
{
    size_t i;

    for (i = 0; i < state->person_count && i < LIMIT_ROSTER; i++)
        people[i] = meeting_roll_person(&state->people[i]);
    *out = (struct roll){ .kind = state->kind, .people = people, .count = i };
}
