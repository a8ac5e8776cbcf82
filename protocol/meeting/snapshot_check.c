#include "protocol/meeting/snapshot_check.h"

#include "protocol/meeting/meeting_summons.h"

#include <stdlib.h>

const char *snapshot_fault_text(enum snapshot_fault fault)
{
    static const char *const texts[] = {
#define SNAPSHOT_TEXT(name, words) words,
        SNAPSHOT_FAULT_LIST(SNAPSHOT_TEXT)
#undef SNAPSHOT_TEXT
    };

    return (int)fault >= 0 && fault < SNAPSHOT_FAULT_COUNT ? texts[fault] : "?";
}

/* --- Rows, listed by an event or known to the meeting ----------------------
 */

struct row {
    const struct identifier *holder;
    bool is_site;
    int category, office, ground;
    uint64_t probation_end;
    const struct identifier *group, *keeper;
    const struct roster_device *listed; /* one of these two is NULL */
    const struct meeting_device *known;
    size_t device_count;
};

struct row_device {
    const struct key *key;
    struct text_view vouched_by;
    bool is_founding;
};

struct check {
    const struct register_state *at;
    struct summons summons;
    const struct meeting_state *before; /* NULL: at the beginning */
    struct row *rows;                   /* owned */
    size_t row_count;
    struct identifier_index index; /* owned; by holder */
    struct snapshot_difference *out;
};

/* False for a device that the meeting knows and the register has dropped. */
static bool device_at(const struct row *row, size_t i, struct row_device *out)
{
    if (row->listed) {
        *out = (struct row_device){ &row->listed[i].device,
                                    row->listed[i].vouched_by,
                                    row->listed[i].founding };
        return true;
    }
    *out = (struct row_device){ &row->known[i].key,
                                text_view_of(row->known[i].vouched_by),
                                row->known[i].is_founding };
    return row->known[i].is_enrolled;
}

static bool has_device(const struct row *row, const struct key *key, size_t end)
{
    struct row_device device;
    size_t i;

    for (i = 0; i < end; i++)
        if (device_at(row, i, &device) && key_equal(device.key, key))
            return true;
    return false;
}

static enum result differ(struct check *check, enum snapshot_fault fault,
                          const struct identifier *holder,
                          const struct key *device)
{
    *check->out = (struct snapshot_difference){ .fault = fault };
    if (holder)
        check->out->holder = *holder;
    if (device)
        check->out->device = *device;
    return RESULT_REFUSED;
}

static enum result add_row(struct check *check, struct row row)
{
    const enum result result =
        identifier_index_add(&check->index, row.holder, check->row_count);

    if (result == RESULT_EXISTS)
        return differ(check, SNAPSHOT_HOLDER_TWICE, row.holder, NULL);
    if (result == RESULT_OK)
        check->rows[check->row_count++] = row;
    return result;
}

static enum result add_listed(struct check *check, const struct items *people,
                              const struct items *sites)
{
    const struct roster_person *person = people->data;
    const struct roster_site *site = sites->data;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < people->count && result == RESULT_OK; i++)
        result = add_row(
            check, (struct row){ .holder = &person[i].member,
                                 .category = person[i].category,
                                 .office = person[i].office,
                                 .ground = person[i].ground,
                                 .probation_end = person[i].probation_end,
                                 .group = &person[i].group,
                                 .listed = person[i].devices.data,
                                 .device_count = person[i].devices.count });
    for (i = 0; i < sites->count && result == RESULT_OK; i++)
        result = add_row(check,
                         (struct row){ .holder = &site[i].site,
                                       .is_site = true,
                                       .keeper = &site[i].keeper,
                                       .listed = site[i].devices.data,
                                       .device_count = site[i].devices.count });
    return result;
}

static bool is_listed(const struct check *check,
                      const struct identifier *holder)
{
    return identifier_index_find(&check->index, holder) != IDENTIFIER_NOWHERE;
}

/* Is this a holder of the cell, as the register has it now? */
static bool is_of_cell(const struct check *check,
                       const struct identifier *holder, bool is_site)
{
    const struct register_member *member =
        is_site ? NULL : register_state_member(check->at, holder);
    const struct register_site *site =
        is_site ? register_state_site(check->at, holder) : NULL;

    return (member && identifier_equal(&member->unit, &check->summons.cell)) ||
           (site && identifier_equal(&site->unit, &check->summons.cell));
}

/* Who lost the office or the group that brought her here stays. */
static bool may_be_there(const struct check *check,
                         const struct register_member *member)
{
    return summons_has(&check->summons, member) ||
           (check->before && meeting_state_person(check->before, &member->id));
}

/* Rows of the cell that the event leaves as they are. */
static enum result add_known(struct check *check,
                             const struct meeting_state *before)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < before->person_count && result == RESULT_OK; i++) {
        const struct meeting_person *person = &before->people[i];
        const struct row row = { .holder = &person->holder.id,
                                 .category = (int)person->category,
                                 .office = (int)person->office,
                                 .ground = (int)person->ground,
                                 .probation_end = person->probation_end,
                                 .group = &person->group,
                                 .known = person->holder.devices,
                                 .device_count = person->holder.device_count };

        if (!is_listed(check, row.holder) &&
            is_of_cell(check, row.holder, false))
            result = add_row(check, row);
    }
    for (i = 0; i < before->site_count && result == RESULT_OK; i++) {
        const struct meeting_site *site = &before->sites[i];
        const struct row row = { .holder = &site->holder.id,
                                 .is_site = true,
                                 .keeper = &site->keeper,
                                 .known = site->holder.devices,
                                 .device_count = site->holder.device_count };

        if (!is_listed(check, row.holder) &&
            is_of_cell(check, row.holder, true))
            result = add_row(check, row);
    }
    return result;
}

/* --- Rows against the register ------------------------------------------- */

static enum result check_device(struct check *check, const struct row *row,
                                const struct row_device *device)
{
    const struct register_device *known =
        register_state_device(check->at, device->key);
    char vouched_by[REGISTER_VOUCHED_BY_SIZE];

    if (!known || known->is_revoked ||
        !identifier_equal(&known->holder, row->holder))
        return differ(check, SNAPSHOT_DEVICE_EXTRA, row->holder, device->key);
    register_device_vouched_by(known, vouched_by);
    if (!text_view_is(device->vouched_by, vouched_by))
        return differ(check, SNAPSHOT_VOUCHED_BY, row->holder, device->key);
    if (device->is_founding != known->is_founding)
        return differ(check, SNAPSHOT_FOUNDING, row->holder, device->key);
    return RESULT_OK;
}

static enum snapshot_fault compare_holder(const struct check *check,
                                          const struct row *row)
{
    const struct register_member *member;

    if (!is_of_cell(check, row->holder, row->is_site))
        return SNAPSHOT_HOLDER_EXTRA;
    if (row->is_site)
        return identifier_equal(
                   row->keeper,
                   &register_state_site(check->at, row->holder)->keeper)
                   ? SNAPSHOT_NONE
                   : SNAPSHOT_KEEPER;
    member = register_state_member(check->at, row->holder);
    if (!may_be_there(check, member))
        return SNAPSHOT_HOLDER_EXTRA;
    if (row->category != (int)member->category)
        return SNAPSHOT_CATEGORY;
    if (row->office != (int)member->office)
        return SNAPSHOT_OFFICE;
    if (row->ground != (int)member->ground)
        return SNAPSHOT_GROUND;
    if (row->probation_end != register_member_probation(member))
        return SNAPSHOT_PROBATION;
    return identifier_equal(row->group, &member->group) ? SNAPSHOT_NONE
                                                        : SNAPSHOT_GROUP;
}

static enum result check_row(struct check *check, const struct row *row)
{
    const enum snapshot_fault fault = compare_holder(check, row);
    enum result result;
    size_t i;

    if (fault != SNAPSHOT_NONE)
        return differ(check, fault, row->holder, NULL);
    for (i = 0; i < row->device_count; i++) {
        struct row_device device;

        if (!device_at(row, i, &device))
            continue;
        if (has_device(row, device.key, i))
            return differ(check, SNAPSHOT_DEVICE_TWICE, row->holder,
                          device.key);
        result = check_device(check, row, &device);
        if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static enum result find_missing(struct check *check)
{
    const struct register_state *at = check->at;
    size_t i;

    for (i = 0; i < at->member_count; i++)
        if (summons_has(&check->summons, &at->members[i]) &&
            !is_listed(check, &at->members[i].id))
            return differ(check, SNAPSHOT_HOLDER_MISSING, &at->members[i].id,
                          NULL);
    for (i = 0; i < at->site_count; i++)
        if (identifier_equal(&at->sites[i].unit, &check->summons.cell) &&
            !is_listed(check, &at->sites[i].id))
            return differ(check, SNAPSHOT_HOLDER_MISSING, &at->sites[i].id,
                          NULL);
    for (i = 0; i < at->device_count; i++) {
        const struct register_device *device = &at->devices[i];
        const size_t place =
            identifier_index_find(&check->index, &device->holder);
        const struct row *row =
            place == IDENTIFIER_NOWHERE ? NULL : &check->rows[place];

        if (row && !device->is_revoked &&
            !has_device(row, &device->key, row->device_count))
            return differ(check, SNAPSHOT_DEVICE_MISSING, row->holder,
                          &device->key);
    }
    return RESULT_OK;
}

static enum result check_rows(struct check *check, const struct items *people,
                              const struct items *sites)
{
    const struct meeting_state *before = check->before;
    const size_t listed = people->count + sites->count;
    enum result result;
    size_t i;

    check->rows = calloc(listed + (before ? before->person_count : 0) +
                             (before ? before->site_count : 0) + 1,
                         sizeof *check->rows);
    result = check->rows ? add_listed(check, people, sites) : RESULT_NO_MEMORY;
    if (result == RESULT_OK && before)
        result = add_known(check, before);
    for (i = 0; i < check->row_count && result == RESULT_OK; i++)
        result = check_row(check, &check->rows[i]);
    if (result == RESULT_OK)
        result = find_missing(check);
    identifier_index_release(&check->index);
    free(check->rows);
    return result;
}

/* --- What else a genesis takes from the register ------------------------- */

static enum snapshot_fault compare_call(const struct event_genesis *genesis,
                                        const struct register_state *at,
                                        struct summons *summons)
{
    const struct register_meeting *call =
        register_state_meeting(at, &genesis->meeting);

    if (!identifier_equal(&genesis->organisation, &at->organisation))
        return SNAPSHOT_ORGANISATION;
    if (!key_equal(&genesis->server, &at->server))
        return SNAPSHOT_SERVER;
    if (!call || !identifier_equal(&call->unit, &genesis->unit) ||
        !summons_of(at, &call->unit, call->kind, summons))
        return SNAPSHOT_CALL;
    if (!identifier_equal(&call->chair, &genesis->chair))
        return SNAPSHOT_CHAIR;
    if (!identifier_equal(&call->deputy, &genesis->deputy))
        return SNAPSHOT_DEPUTY;
    if (!identifier_equal(&call->minute_taker, &genesis->minute_taker))
        return SNAPSHOT_MINUTE_TAKER;
    if ((int)call->kind != genesis->kind)
        return SNAPSHOT_KIND;
    if (call->starts_at_ms != genesis->starts_at ||
        !text_view_is(genesis->zone, call->zone))
        return SNAPSHOT_STARTS_AT;
    if (!identifier_equal(&at->last_ended, &genesis->previous_meeting) ||
        !hash_equal(&at->last_ended_head, &genesis->previous_head))
        return SNAPSHOT_PREVIOUS;
    return SNAPSHOT_NONE;
}

/* The genesis lists whoever is in the cell; a removed member is not. */
static enum result refuse_removed(struct check *check,
                                  const struct items *people)
{
    const struct roster_person *person = people->data;
    size_t i;

    for (i = 0; i < people->count; i++) {
        const struct register_member *member =
            register_state_member(check->at, &person[i].member);

        if (member && member->is_removed)
            return differ(check, SNAPSHOT_HOLDER_EXTRA, &person[i].member,
                          NULL);
    }
    return RESULT_OK;
}

enum result snapshot_check_genesis(const struct event_genesis *genesis,
                                   const struct register_state *at,
                                   const struct hash *head,
                                   struct snapshot_difference *out)
{
    struct check check = { .at = at, .out = out };
    enum snapshot_fault fault;
    enum result result;

    if (at->next_seq == 0 || at->next_seq - 1 != genesis->register_seq)
        return RESULT_INVALID;
    fault = hash_equal(head, &genesis->register_head)
                ? compare_call(genesis, at, &check.summons)
                : SNAPSHOT_HEAD;
    if (fault != SNAPSHOT_NONE)
        return differ(&check, fault, NULL, NULL);
    result = refuse_removed(&check, &genesis->roster);
    return result ? result
                  : check_rows(&check, &genesis->roster, &genesis->sites);
}

enum result snapshot_check_changed(const struct event_roster_changed *event,
                                   const struct meeting_state *before,
                                   const struct register_state *at,
                                   const struct hash *head,
                                   struct snapshot_difference *out)
{
    struct check check = { .at = at, .before = before, .out = out };

    if (at->next_seq == 0 || at->next_seq - 1 != event->register_seq)
        return RESULT_INVALID;
    if (!hash_equal(head, &event->register_head))
        return differ(&check, SNAPSHOT_HEAD, NULL, NULL);
    if (!summons_of(at, &before->unit, before->kind, &check.summons))
        return differ(&check, SNAPSHOT_CALL, NULL, NULL);
    return check_rows(&check, &event->roster, &event->sites);
}

/* --- Party groups --------------------------------------------------------- */

/* Is this meeting of a group one of the parts that are named? */
static bool is_named(const struct event_held_by_groups *held,
                     const struct register_meeting *part)
{
    const struct group_of_meeting *rows = held->groups.data;
    size_t i;

    for (i = 0; i < held->groups.count; i++)
        if (identifier_equal(&rows[i].meeting, &part->id) &&
            identifier_equal(&rows[i].group, &part->unit))
            return true;
    return false;
}

enum result snapshot_check_groups(const struct identifier *meeting,
                                  const struct event_held_by_groups *held,
                                  const struct register_state *at,
                                  struct snapshot_difference *out)
{
    const struct register_meeting *call = register_state_meeting(at, meeting);
    struct check check = { .at = at, .out = out };
    bool fits = call != NULL;
    size_t i, count = 0;

    for (i = 0; fits && i < at->meeting_count && call->groups_year > 0; i++) {
        const struct register_meeting *part = &at->meetings[i];

        if (part->phase == CALL_CANCELLED ||
            !identifier_equal(&part->part_of, meeting))
            continue;
        count++;
        fits = held && is_named(held, part);
    }
    if (fits && held)
        fits = held->groups.count == count && held->year == call->groups_year &&
               held->members == call->groups_members &&
               held->before == call->groups_before;
    return fits ? RESULT_OK : differ(&check, SNAPSHOT_GROUPS, NULL, NULL);
}
