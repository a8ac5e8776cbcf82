/* A meeting of a large cell by its party groups: which, and how often. */
#include "server/domain/register_rules_internal.h"

#include <stdlib.h>

static const int64_t hour_ms = 3600000;

/* Milliseconds of the first of January, UTC. Days from 1970 by the rule of the
 * Gregorian calendar; year is 1970 or later. */
static int64_t year_starts_ms(int64_t year)
{
    const int64_t before = year - 1;
    const int64_t days = 365 * (year - 1970) + (before / 4 - 1969 / 4) -
                         (before / 100 - 1969 / 100) +
                         (before / 400 - 1969 / 400);

    return days * 24 * hour_ms;
}

/* Is it that year then in some zone of the world? Which zone is the calling
 * program's knowledge: rules have no table of them. */
static bool is_year_of(uint64_t year, int64_t at_ms)
{
    return year >= 1970 && year <= 9999 &&
           at_ms >= year_starts_ms((int64_t)year) - 14 * hour_ms &&
           at_ms < year_starts_ms((int64_t)year + 1) + 12 * hour_ms;
}

static bool may_be_by_groups(enum meeting_kind kind)
{
    return kind == KIND_REGULAR || kind == KIND_THEMATIC ||
           kind == KIND_EXTRAORDINARY;
}

/* A meeting of a party group of the cell that is of no other meeting. */
static const struct register_meeting *
check_part(const struct register_case *c, const struct identifier *id,
           const struct register_meeting *whole)
{
    const struct register_meeting *part = register_state_meeting(c->state, id);
    struct summons summons;

    if (!part || part->phase == CALL_CANCELLED) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_MEETING, id);
        return NULL;
    }
    if (part->kind != KIND_PARTY_GROUP ||
        !summons_of(c->state, &part->unit, part->kind, &summons) ||
        !identifier_equal(&summons.cell, &whole->unit)) {
        register_refuse_id(c->out, REFUSAL_NOT_IN_UNIT, id);
        refusal_add_text(&c->out->refusal, "unit",
                         identifier_view(&whole->unit));
        return NULL;
    }
    if (!identifier_is_empty(&part->part_of) &&
        !identifier_equal(&part->part_of, &whole->id)) {
        register_refuse_id(c->out, REFUSAL_PART_OF_ANOTHER, id);
        refusal_add_text(&c->out->refusal, "meeting",
                         identifier_view(&part->part_of));
        return NULL;
    }
    return part;
}

static bool has_group(const struct group_call *rows, size_t count,
                      const struct identifier *group)
{
    for (size_t i = 0; i < count; i++)
        if (identifier_equal(&rows[i].group, group))
            return true;
    return false;
}

/* The groups with their meetings; false and refused. */
static bool list_groups(const struct register_case *c,
                        const struct register_meeting *whole, struct items *out)
{
    const struct items *parts = &c->command->body.hold_by_groups.groups;
    const struct group_meeting *ids = parts->data;
    struct group_call *rows;

    *out = (struct items){ NULL, 0 };
    if (parts->count == 0)
        return true;
    rows = calloc(parts->count, sizeof *rows);
    if (!rows) {
        register_refuse(c->out, REFUSAL_BUSY);
        return false;
    }
    c->out->groups = rows;
    for (size_t i = 0; i < parts->count; i++) {
        const struct register_meeting *part =
            check_part(c, &ids[i].meeting, whole);

        if (!part)
            return false;
        if (has_group(rows, i, &part->unit)) {
            register_refuse(c->out, REFUSAL_EXISTS);
            return false;
        }
        rows[i] = (struct group_call){ part->unit, part->id };
    }
    *out = (struct items){ rows, parts->count };
    return true;
}

/* Where no rule says who is a member, those of whom a cell consists. */
static unsigned counted(const struct ruleset *rules)
{
    return ruleset_has(rules, RULESET_PARTY_GROUPS)
               ? rules->party_groups.counts
               : 1u << CATEGORY_OFFICIAL | 1u << CATEGORY_PROBATIONARY |
                     1u << CATEGORY_EXEMPT;
}

/* Everybody who may come has a group that meets; counts the members. */
static bool check_members(const struct register_case *c,
                          const struct register_meeting *whole,
                          const struct items *groups, uint64_t *members)
{
    const unsigned counts = counted(c->rules);

    *members = 0;
    for (size_t i = 0; i < c->state->member_count; i++) {
        const struct register_member *member = &c->state->members[i];

        if (member->is_removed ||
            !identifier_equal(&member->unit, &whole->unit) ||
            !rule_set_has(counts, (int)member->category))
            continue;
        (*members)++;
        if (groups->count > 0 &&
            rights_may_attend(&c->rules->rights, member->category) &&
            !has_group(groups->data, groups->count, &member->group)) {
            register_refuse_id(c->out, REFUSAL_NO_PARTY_GROUP, &member->id);
            return false;
        }
    }
    return true;
}

static void refuse_rule(const struct register_case *c, enum refusal_code code,
                        uint64_t have, const char *name, uint64_t limit)
{
    register_refuse(c->out, code);
    refusal_add_number(&c->out->refusal, "have", have);
    refusal_add_number(&c->out->refusal, name, limit);
    refusal_add_text(
        &c->out->refusal, "rule",
        text_view_of(enum_word(&rule_id_words, RULE_ID_PARTY_GROUPS)));
}

static bool check_rule(const struct register_case *c, uint64_t members,
                       uint64_t before)
{
    const struct party_group_rule *rule = &c->rules->party_groups;

    if (!ruleset_has(c->rules, RULESET_PARTY_GROUPS))
        return true;
    switch (party_groups_check(rule, members, before)) {
    case PARTY_GROUPS_ACCEPTED:
        return true;
    case PARTY_GROUPS_TOO_FEW_MEMBERS:
        refuse_rule(c, REFUSAL_TOO_FEW_FOR_GROUPS, members, "need",
                    rule->members_min);
        break;
    case PARTY_GROUPS_OFTEN_ENOUGH:
        refuse_rule(c, REFUSAL_GROUPS_TOO_OFTEN, before, "max",
                    rule->per_year_max);
        break;
    }
    return false;
}

/* The meeting, if it may be held so in this year. */
static const struct register_meeting *check_whole(const struct register_case *c)
{
    const struct command_hold_by_groups *command =
        &c->command->body.hold_by_groups;
    const struct register_meeting *meeting =
        register_check_scheduled(c->state, &command->meeting, c->out);

    if (!meeting || !register_check_call_of(c, meeting))
        return NULL;
    if (!may_be_by_groups(meeting->kind)) {
        register_refuse(c->out, REFUSAL_NOT_BY_GROUPS);
        refusal_add_text(
            &c->out->refusal, "kind",
            text_view_of(enum_word(&meeting_kind_words, (int)meeting->kind)));
        return NULL;
    }
    if (command->groups.count > 0 &&
        !is_year_of(command->year, meeting->starts_at_ms)) {
        register_refuse_field(c->out, "year", "is not that of the meeting");
        return NULL;
    }
    return meeting;
}

void register_decide_hold_by_groups(const struct register_case *c)
{
    const struct register_meeting *meeting = check_whole(c);
    const uint64_t year = c->command->body.hold_by_groups.groups.count > 0
                              ? c->command->body.hold_by_groups.year
                              : 0;
    struct register_held_by_groups body = { .year = year };
    struct register_event *event;

    if (!meeting || !list_groups(c, meeting, &body.groups) ||
        !check_members(c, meeting, &body.groups, &body.members))
        return;
    body.before = register_state_groups_held(c->state, &meeting->unit, year,
                                             &meeting->id);
    if (year > 0 && !check_rule(c, body.members, body.before))
        return;
    event = register_emit(c->out, REGISTER_HELD_BY_GROUPS_KIND);
    if (!event)
        return;
    body.meeting = meeting->id;
    body.by = register_author(c);
    event->body.held_by_groups = body;
}
