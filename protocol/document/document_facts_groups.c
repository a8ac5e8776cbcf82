/*
 * A meeting by party groups: of each group who came and, from its own record,
 * its roll, its course and what was concluded. Only the record whose head was
 * gathered stands for a group.
 */
#include "protocol/document/document_facts_internal.h"

#include "protocol/base/encoding.h"

#include <stdio.h>

/* A number, so that "&" puts all of a chain, whatever comes of the first. */
static int put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

/* What a group's own facts tell of it below `groups`. */
static const char *const of_a_group[] = {
    "chair",   "minute_taker", "attendance",  "people",
    "opening", "items",        "conclusions", "has_votes",
    "votes",   "has_tasks",    "tasks",
};

/* Numbers that are added up over the groups. */
static const char *const added[] = {
    "members",
    "official",
    "probationary",
    "exempt",
    "present",
    "present_official",
    "present_probationary",
    "in_person",
    "at_site",
    "online",
    "by_voice",
    "absent",
    "excused_count",
    "unexcused_count",
};

static const struct {
    const char *has, *name;
} joined[] = {
    { "has_excused", "excused" },
    { "has_unexcused", "unexcused" },
    { "has_unnoted", "unnoted" },
    { "has_guests", "guests" },
};

/* What the cell's own log says of who came to a group. */
static json_t *counts_of(const struct meeting_group *group)
{
    const struct group_attendance *a = &group->attendance;
    const uint64_t present = a->official_came + a->probationary_came;
    const uint64_t members = a->official + a->probationary;

    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "members",
        (json_int_t)members, "official", (json_int_t)a->official,
        "probationary", (json_int_t)a->probationary, "exempt",
        (json_int_t)a->exempt, "present", (json_int_t)present,
        "present_official", (json_int_t)a->official_came,
        "present_probationary", (json_int_t)a->probationary_came, "absent",
        (json_int_t)(members - present), "excused_count",
        (json_int_t)a->excused, "unexcused_count", (json_int_t)a->unexcused);
}

static json_t *group_of(const struct minutes_writing *writing,
                        const struct meeting_group *group, size_t at)
{
    char field[48], hex[HEX_SIZE(HASH_SIZE)] = "";

    (void)snprintf(field, sizeof field, "groups.%zu.name", at);
    if (group->is_gathered)
        hex_encode(group->head.bytes, HASH_SIZE, hex);
    return json_pack(
        "{s:s, s:I, s:o, s:b, s:b, s:o, s:o, s:I, s:s, s:o}", "meeting",
        group->meeting.text, "number", (json_int_t)at + 1, "name",
        document_text(minutes_opening(writing, 1, field)), "is_gathered",
        (int)group->is_gathered, "has_minutes", 0, "opened",
        document_moment(writing, group->opened_ms), "closed",
        document_moment(writing, group->closed_ms), "final",
        (json_int_t)group->final_seq, "head", hex, "attendance",
        group->is_gathered ? counts_of(group) : json_null());
}

/* --- from the group's own record ----------------------------------------- */

static enum result take_part(json_t *out, const struct meeting_group *group,
                             const struct minutes_source *source, int format)
{
    const char *meeting;
    json_t *facts = NULL;
    struct hash head;
    const struct minutes_source in_form =
        minutes_source_in_form(source, format);
    enum result result = document_facts_of_part(&in_form, &facts, &head);
    size_t i;

    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY ? result : RESULT_OK;
    meeting = json_string_value(
        json_object_get(json_object_get(facts, "meeting"), "id"));
    if (meeting && identifier_is(&group->meeting, meeting) &&
        hash_equal(&group->head, &head)) {
        for (i = 0; i < sizeof of_a_group / sizeof of_a_group[0]; i++)
            if (json_object_set(out, of_a_group[i],
                                json_object_get(facts, of_a_group[i])) != 0)
                result = RESULT_NO_MEMORY;
        if (!put(out, "has_minutes", json_true()))
            result = RESULT_NO_MEMORY;
    }
    json_decref(facts);
    return result;
}

static enum result take_parts(json_t *out, const struct meeting_group *group,
                              const struct minutes_source *source)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < source->part_count && result == RESULT_OK &&
                !json_is_true(json_object_get(out, "has_minutes"));
         i++)
        if (source->parts[i].event_count > 0)
            result = take_part(out, group, &source->parts[i], source->format);
    return result;
}

/* --- all groups together ------------------------------------------------- */

static json_int_t sum_of(const json_t *groups, const char *name)
{
    const json_t *group;
    json_int_t sum = 0;
    size_t i;

    json_array_foreach(groups, i, group)
    {
        sum += json_integer_value(
            json_object_get(json_object_get(group, "attendance"), name));
    }
    return sum;
}

static bool join(json_t *out, const json_t *groups, bool is_of_attendance,
                 const char *name)
{
    const json_t *group;
    size_t i;

    json_array_foreach(groups, i, group)
    {
        json_t *list = json_object_get(
            is_of_attendance ? json_object_get(group, "attendance") : group,
            name);

        if (list && json_array_extend(out, list) != 0)
            return false;
    }
    return true;
}

/* Copies of the elements of a list of every group, one behind the other. */
static json_t *all_of(const json_t *groups, bool is_of_attendance,
                      const char *name)
{
    json_t *rows = json_array();
    json_t *out = NULL;

    if (rows && join(rows, groups, is_of_attendance, name))
        out = json_deep_copy(rows);
    json_decref(rows);
    return out;
}

/* With places of their own. */
static json_t *people_of(const json_t *groups)
{
    json_t *out = all_of(groups, false, "people");
    size_t i;

    for (i = 0; out && i < json_array_size(out); i++)
        if (!put(json_array_get(out, i), "number",
                 json_integer((json_int_t)i + 1)))
            return json_decref(out), NULL;
    return out;
}

/* In the place of what the cell's own roll says: to its meeting nobody came. */
static bool put_together(json_t *facts, const json_t *groups)
{
    json_t *attendance = json_object_get(facts, "attendance");
    bool is_good = put(facts, "people", people_of(groups));
    size_t i;

    for (i = 0; i < sizeof added / sizeof added[0]; i++)
        is_good &=
            put(attendance, added[i], json_integer(sum_of(groups, added[i])));
    for (i = 0; i < sizeof joined / sizeof joined[0]; i++) {
        json_t *list = all_of(groups, true, joined[i].name);

        is_good &= put(attendance, joined[i].has,
                       json_boolean(json_array_size(list) > 0));
        is_good &= put(attendance, joined[i].name, list);
    }
    return is_good;
}

enum result document_facts_put_groups(json_t *facts,
                                      const struct minutes_writing *writing,
                                      const struct minutes_facts *learned)
{
    const struct meeting_kinds *kinds = &learned->state->kinds;
    json_t *groups = json_array();
    enum result result = groups ? RESULT_OK : RESULT_NO_MEMORY;
    size_t i;

    for (i = 0; i < kinds->group_count && result == RESULT_OK; i++) {
        json_t *group = group_of(writing, &kinds->groups[i], i);

        result = json_array_append_new(groups, group) == 0 ? RESULT_OK
                                                           : RESULT_NO_MEMORY;
        if (result == RESULT_OK && kinds->groups[i].is_gathered)
            result = take_parts(group, &kinds->groups[i], writing->source);
    }
    if (result == RESULT_OK && kinds->group_count > 0 &&
        !put_together(facts, groups))
        result = RESULT_NO_MEMORY;
    if (!(put(facts, "has_groups", json_boolean(kinds->group_count > 0)) &
          put(facts, "groups", groups)))
        result = RESULT_NO_MEMORY;
    return result;
}
