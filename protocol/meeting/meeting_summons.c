#include "protocol/meeting/meeting_summons.h"

bool office_is_of_committee(enum office office)
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

enum unit_kind summons_unit_kind(enum meeting_kind kind)
{
    return kind == KIND_PARTY_GROUP ? UNIT_PARTY_GROUP : UNIT_CELL;
}

bool summons_of(const struct register_state *state,
                const struct identifier *unit, enum meeting_kind kind,
                struct summons *out)
{
    const struct register_unit *row = register_state_unit(state, unit);
    struct summons found = { .is_committee = kind == KIND_COMMITTEE };

    if (!row || row->kind != summons_unit_kind(kind))
        return false;
    found.cell = row->id;
    if (row->kind == UNIT_PARTY_GROUP) {
        found.cell = row->parent;
        found.group = row->id;
    }
    *out = found;
    return true;
}

bool summons_has(const struct summons *summons,
                 const struct register_member *member)
{
    return !member->is_removed &&
           identifier_equal(&member->unit, &summons->cell) &&
           (!summons->is_committee || office_is_of_committee(member->office)) &&
           (identifier_is_empty(&summons->group) ||
            identifier_equal(&member->group, &summons->group));
}
