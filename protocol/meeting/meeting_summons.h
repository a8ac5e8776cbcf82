/*
 * Whom of a cell a meeting summons: everybody, its committee, or one of its
 * party groups. One answer for who calls a meeting, who makes its roll, and who
 * checks it. Pure; any thread.
 *
 * Source: Điều lệ Đảng, Điều 24 (committee, party groups of a cell).
 */
#ifndef PROTOCOL_MEETING_MEETING_SUMMONS_H
#define PROTOCOL_MEETING_MEETING_SUMMONS_H

#include "protocol/meeting/register_state.h"

struct summons {
    struct identifier cell;
    struct identifier group; /* its members alone; "": of no group */
    bool is_committee;       /* the members of the committee alone */
};

/* The kind of unit that holds meetings of this kind. */
enum unit_kind summons_unit_kind(enum meeting_kind kind);

/* False, with `*out` untouched, unless the register has this unit and it is of
 * the kind that such a meeting is of. */
bool summons_of(const struct register_state *state,
                const struct identifier *unit, enum meeting_kind kind,
                struct summons *out);

/* Is this current member summoned? Whoever has left the cell is not. */
bool summons_has(const struct summons *summons,
                 const struct register_member *member);

/* The committee of a cell: its leader, the deputy and the members elected to
 * it. A group's leader need not be one of them. */
bool office_is_of_committee(enum office office);

#endif
