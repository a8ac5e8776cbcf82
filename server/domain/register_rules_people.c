/* Units, members and sites: the administrator's part. */
#include "server/domain/register_rules_internal.h"

#include <stdio.h>

/* --- Units --------------------------------------------------------------- */

static void refuse_kind(const struct register_case *c,
                        const struct identifier *id, enum unit_kind kind)
{
    register_refuse_id(c->out, REFUSAL_WRONG_UNIT_KIND, id);
    refusal_add_text(&c->out->refusal, "kind",
                     text_view_of(enum_word(&unit_kind_words, (int)kind)));
}

/* Party organisations and cells stand under the organisation itself ("") or a
 * party organisation, party groups under a cell. */
static bool check_parent(const struct register_case *c, enum unit_kind kind,
                         const struct identifier *parent)
{
    const enum unit_kind wanted =
        kind == UNIT_PARTY_GROUP ? UNIT_CELL : UNIT_PARTY_ORG;
    const struct register_unit *row;

    if (identifier_is_empty(parent)) {
        if (wanted == UNIT_PARTY_ORG)
            return true;
        refuse_kind(c, &c->state->organisation, wanted);
        return false;
    }
    row = register_state_unit(c->state, parent);
    if (!row) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_UNIT, parent);
        return false;
    }
    if (row->kind == wanted)
        return true;
    refuse_kind(c, parent, wanted);
    return false;
}

void register_decide_add_unit(const struct register_case *c)
{
    const struct command_add_unit *command = &c->command->body.add_unit;
    struct identifier parent = command->parent;
    struct register_event *event;

    if (identifier_equal(&parent, &c->state->organisation))
        parent = (struct identifier){ "" };
    if (!register_check_filled(c->out, "name", &command->name) ||
        !check_parent(c, (enum unit_kind)command->kind, &parent))
        return;
    if (c->state->unit_count >= LIMIT_UNITS) {
        register_refuse_many(c->out, LIMIT_UNITS);
        return;
    }
    event = register_emit(c->out, REGISTER_UNIT_ADDED_KIND);
    if (!event)
        return;
    identifier_number(&c->out->made, "u", c->state->unit_count + 1);
    event->body.unit_added = (struct register_unit_added){
        .unit = c->out->made,
        .kind = command->kind,
        .parent = parent,
        .name = command->name,
        .by = register_author(c),
    };
}

void register_decide_rename_unit(const struct register_case *c)
{
    const struct command_rename_unit *command = &c->command->body.rename_unit;
    struct register_event *event;

    if (!register_state_unit(c->state, &command->unit)) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_UNIT, &command->unit);
        return;
    }
    if (!register_check_filled(c->out, "name", &command->name))
        return;
    event = register_emit(c->out, REGISTER_UNIT_RENAMED_KIND);
    if (!event)
        return;
    event->body.unit_renamed = (struct register_unit_renamed){
        .unit = command->unit,
        .name = command->name,
        .by = register_author(c),
    };
}

void register_decide_move_unit(const struct register_case *c)
{
    const struct command_move_unit *command = &c->command->body.move_unit;
    const struct register_unit *unit =
        register_state_unit(c->state, &command->unit);
    struct identifier parent = command->parent;
    struct register_event *event;

    if (identifier_equal(&parent, &c->state->organisation))
        parent = (struct identifier){ "" };
    if (!unit) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_UNIT, &command->unit);
        return;
    }
    if (unit->kind == UNIT_PARTY_GROUP) {
        refuse_kind(c, &command->unit, UNIT_CELL);
        return;
    }
    if (!check_parent(c, unit->kind, &parent))
        return;
    if (!identifier_is_empty(&parent) &&
        register_state_is_within(c->state, &parent, &unit->id)) {
        register_refuse_id(c->out, REFUSAL_INSIDE_ITSELF, &unit->id);
        refusal_add_text(&c->out->refusal, "unit", identifier_view(&parent));
        return;
    }
    event = register_emit(c->out, REGISTER_UNIT_MOVED_KIND);
    if (!event)
        return;
    event->body.unit_moved = (struct register_unit_moved){
        .unit = command->unit,
        .parent = parent,
        .since = command->since,
        .by = register_author(c),
    };
}

/* --- Members ------------------------------------------------------------- */

/* What is to be said of a member, new or changed. */
struct member_row {
    struct identifier member; /* "" while she has no id yet */
    struct identifier group;
    enum category category;
    enum office office;
    enum ground ground;
    uint64_t probation_end;
    const struct sealed *name;
};

static bool check_group(const struct register_case *c,
                        const struct identifier *cell,
                        const struct identifier *group)
{
    const struct register_unit *row;

    if (identifier_is_empty(group))
        return true;
    row = register_state_unit(c->state, group);
    if (!row) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_UNIT, group);
        return false;
    }
    if (row->kind != UNIT_PARTY_GROUP) {
        refuse_kind(c, group, UNIT_PARTY_GROUP);
        return false;
    }
    if (identifier_equal(&row->parent, cell))
        return true;
    register_refuse_id(c->out, REFUSAL_NOT_IN_UNIT, group);
    refusal_add_text(&c->out->refusal, "unit", identifier_view(cell));
    return false;
}

/* Those who are not members of the cell hold no office in it. */
static bool may_hold_office(enum category category)
{
    return category != CATEGORY_GUEST && category != CATEGORY_TECHNICIAN &&
           category != CATEGORY_UPPER_DELEGATE;
}

static void refuse_second_leader(const struct register_case *c,
                                 const struct identifier *cell,
                                 const struct identifier *leader)
{
    register_refuse_id(c->out, REFUSAL_OFFICE_TAKEN, leader);
    refusal_add_text(&c->out->refusal, "unit", identifier_view(cell));
    refusal_add_text(
        &c->out->refusal, "office",
        text_view_of(enum_word(&office_words, OFFICE_CELL_LEADER)));
}

static bool check_office(const struct register_case *c,
                         const struct identifier *cell,
                         const struct member_row *row)
{
    if (row->office == OFFICE_NONE)
        return true;
    if (!may_hold_office(row->category)) {
        register_refuse_field(c->out, "office",
                              "has to be none in this category");
        return false;
    }
    if (row->office != OFFICE_CELL_LEADER)
        return true;
    for (size_t i = 0; i < c->state->member_count; i++) {
        const struct register_member *other = &c->state->members[i];

        if (!other->is_removed && other->office == OFFICE_CELL_LEADER &&
            identifier_equal(&other->unit, cell) &&
            !identifier_equal(&other->id, &row->member)) {
            refuse_second_leader(c, cell, &other->id);
            return false;
        }
    }
    return true;
}

static bool check_probation(const struct register_case *c,
                            const struct member_row *row)
{
    if (register_probation_is_right(row->category, row->probation_end))
        return true;
    register_refuse_field(c->out, "probation_end",
                          "is a date, of a probationary member only");
    return false;
}

static bool check_row(const struct register_case *c,
                      const struct identifier *cell,
                      const struct member_row *row)
{
    return register_check_filled(c->out, "name", row->name) &&
           check_group(c, cell, &row->group) && check_office(c, cell, row) &&
           check_probation(c, row);
}

/* Is there room for `added` members more, in the organisation and in a roll? */
static bool check_room(const struct register_case *c,
                       const struct identifier *cell, size_t added)
{
    size_t all = 0;
    size_t in_cell = 0;

    for (size_t i = 0; i < c->state->member_count; i++) {
        const struct register_member *member = &c->state->members[i];

        if (member->is_removed)
            continue;
        all++;
        if (identifier_equal(&member->unit, cell))
            in_cell++;
    }
    if (all + added > LIMIT_MEMBERS)
        register_refuse_many(c->out, LIMIT_MEMBERS);
    else if (in_cell + added > LIMIT_ROSTER)
        register_refuse_many(c->out, LIMIT_ROSTER);
    else
        return true;
    return false;
}

static bool emit_member(const struct register_case *c,
                        const struct identifier *cell,
                        const struct member_row *row)
{
    struct register_event *event =
        register_emit(c->out, REGISTER_MEMBER_ADDED_KIND);

    if (!event)
        return false;
    event->body.member_added = (struct register_member_added){
        .member = row->member,
        .unit = *cell,
        .group = row->group,
        .category = (int)row->category,
        .office = (int)row->office,
        .ground = (int)row->ground,
        .probation_end = row->probation_end,
        .name = *row->name,
        .by = register_author(c),
    };
    return true;
}

void register_decide_add_member(const struct register_case *c)
{
    const struct command_add_member *command = &c->command->body.add_member;
    struct member_row row = {
        .group = command->group,
        .category = (enum category)command->category,
        .office = (enum office)command->office,
        .ground = (enum ground)command->ground,
        .probation_end = command->probation_end,
        .name = &command->name,
    };

    if (!register_check_cell(c, &command->unit) ||
        !check_row(c, &command->unit, &row) ||
        !check_room(c, &command->unit, 1))
        return;
    identifier_number(&row.member, "m", c->state->member_count + 1);
    if (emit_member(c, &command->unit, &row))
        c->out->made = row.member;
}

/* Says in which row of the list the refusal lies, where there is room for it.
 */
static void name_row(struct register_decision *out, size_t number)
{
    char path[48];

    (void)snprintf(path, sizeof path, "rows.%zu", number);
    if (out->refusal.code != REFUSAL_BAD_MESSAGE)
        refusal_add_text(&out->refusal, "path", text_view_of(path));
}

void register_decide_import_members(const struct register_case *c)
{
    const struct command_import_members *command =
        &c->command->body.import_members;
    const struct import_row *rows = command->rows.data;
    const struct identifier *leader = NULL;
    struct identifier leader_id;

    if (!register_check_cell(c, &command->unit) ||
        !check_room(c, &command->unit, command->rows.count))
        return;
    for (size_t i = 0; i < command->rows.count; i++) {
        struct member_row row = {
            .group = rows[i].group,
            .category = (enum category)rows[i].category,
            .office = (enum office)rows[i].office,
            .ground = (enum ground)rows[i].ground,
            .probation_end = rows[i].probation_end,
            .name = &rows[i].name,
        };

        if (!check_row(c, &command->unit, &row)) {
            name_row(c->out, i);
            return;
        }
        identifier_number(&row.member, "m", c->state->member_count + 1 + i);
        if (row.office == OFFICE_CELL_LEADER && leader) {
            refuse_second_leader(c, &command->unit, leader);
            return;
        }
        if (row.office == OFFICE_CELL_LEADER) {
            leader_id = row.member;
            leader = &leader_id;
        }
        if (!emit_member(c, &command->unit, &row))
            return;
    }
}

void register_decide_change_member(const struct register_case *c)
{
    const struct command_change_member *command =
        &c->command->body.change_member;
    const struct register_member *member =
        register_check_member(c, &command->member);
    const struct member_row row = {
        .member = command->member,
        .group = command->group,
        .category = (enum category)command->category,
        .office = (enum office)command->office,
        .probation_end = command->probation_end,
        .name = &command->name,
    };
    struct register_event *event;

    if (!member || !register_check_cell(c, &command->unit) ||
        !check_row(c, &command->unit, &row))
        return;
    if (!identifier_equal(&member->unit, &command->unit) &&
        !check_room(c, &command->unit, 1))
        return;
    event = register_emit(c->out, REGISTER_MEMBER_CHANGED_KIND);
    if (!event)
        return;
    event->body.member_changed = (struct register_member_changed){
        .member = command->member,
        .unit = command->unit,
        .group = command->group,
        .category = command->category,
        .office = command->office,
        .ground = command->ground,
        .probation_end = command->probation_end,
        .name = command->name,
        .by = register_author(c),
    };
}

void register_decide_remove_member(const struct register_case *c)
{
    const struct command_remove_member *command =
        &c->command->body.remove_member;
    struct register_event *event;

    if (!register_check_member(c, &command->member))
        return;
    event = register_emit(c->out, REGISTER_MEMBER_REMOVED_KIND);
    if (!event)
        return;
    event->body.member_removed = (struct register_member_removed){
        .member = command->member,
        .reason = command->reason,
        .by = register_author(c),
    };
}

/* --- Sites --------------------------------------------------------------- */

void register_decide_add_site(const struct register_case *c)
{
    const struct command_add_site *command = &c->command->body.add_site;
    struct register_event *event;

    if (!register_check_cell(c, &command->unit) ||
        !register_check_duty(c, &command->keeper, &command->unit) ||
        !register_check_filled(c->out, "name", &command->name))
        return;
    if (c->state->site_count >= LIMIT_SITES) {
        register_refuse_many(c->out, LIMIT_SITES);
        return;
    }
    event = register_emit(c->out, REGISTER_SITE_ADDED_KIND);
    if (!event)
        return;
    identifier_number(&c->out->made, "s", c->state->site_count + 1);
    event->body.site_added = (struct register_site_added){
        .site = c->out->made,
        .unit = command->unit,
        .keeper = command->keeper,
        .name = command->name,
        .by = register_author(c),
    };
}

void register_decide_change_site(const struct register_case *c)
{
    const struct command_change_site *command = &c->command->body.change_site;
    struct register_event *event;

    if (!register_state_site(c->state, &command->site)) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_SITE, &command->site);
        return;
    }
    if (!register_check_cell(c, &command->unit) ||
        !register_check_duty(c, &command->keeper, &command->unit) ||
        !register_check_filled(c->out, "name", &command->name))
        return;
    event = register_emit(c->out, REGISTER_SITE_CHANGED_KIND);
    if (!event)
        return;
    event->body.site_changed = (struct register_site_changed){
        .site = command->site,
        .unit = command->unit,
        .keeper = command->keeper,
        .name = command->name,
        .by = register_author(c),
    };
}
