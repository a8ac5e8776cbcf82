/* Meetings in parts: by party groups, whose minutes follow those of the cell's,
 * and sub-rooms. */
#include "protocol/document/minutes_parts.h"
#include "protocol/document/minutes_rule_names.h"

#include <stdio.h>

/* The text lives as long as the source. */
static const char *group_name(const struct minutes_writing *writing, size_t at)
{
    char field[48];

    (void)snprintf(field, sizeof field, "groups.%zu.name", at);
    return minutes_opening(writing, 1, field);
}

static void add(struct group_attendance *sum, const struct group_attendance *a)
{
    sum->official += a->official;
    sum->official_came += a->official_came;
    sum->probationary += a->probationary;
    sum->probationary_came += a->probationary_came;
    sum->exempt += a->exempt;
    sum->exempt_came += a->exempt_came;
}

static void tell_group(struct minutes_writing *writing,
                       const struct meeting_group *group, size_t at)
{
    const struct group_attendance *came = &group->attendance;

    if (group->is_gathered)
        minutes_say(writing, PHRASE_GROUP, group_name(writing, at),
                    minutes_moment(writing, group->opened_ms).text,
                    minutes_moment(writing, group->closed_ms).text,
                    (unsigned long long)came->official_came,
                    (unsigned long long)came->official,
                    (unsigned long long)came->probationary_came,
                    (unsigned long long)came->probationary,
                    (unsigned long long)came->exempt_came,
                    (unsigned long long)came->exempt);
    else
        minutes_say(writing, PHRASE_GROUP_MISSING, group_name(writing, at));
}

void minutes_tell_groups(struct minutes_writing *writing,
                         const struct minutes_facts *facts)
{
    const struct meeting_kinds *kinds = &facts->state->kinds;
    struct group_attendance sum = { 0 };
    size_t i;

    if (kinds->group_count == 0)
        return;
    minutes_say(writing, PHRASE_GROUPS,
                (unsigned long long)kinds->groups_before + 1,
                (unsigned long long)kinds->groups_year,
                (unsigned long long)kinds->groups_members);
    for (i = 0; i < kinds->group_count; i++) {
        tell_group(writing, &kinds->groups[i], i);
        if (kinds->groups[i].is_gathered)
            add(&sum, &kinds->groups[i].attendance);
    }
    minutes_say(
        writing, PHRASE_GROUPS_SUM, (unsigned long long)sum.official_came,
        (unsigned long long)sum.official,
        (unsigned long long)sum.probationary_came,
        (unsigned long long)sum.probationary,
        (unsigned long long)sum.exempt_came, (unsigned long long)sum.exempt);
}

/* --- the minutes of the groups -------------------------------------------- */

/* Only the record that was gathered stands for the group. */
static enum result tell_part(struct minutes_writing *writing,
                             const struct meeting_state *whole,
                             const struct minutes_facts *part)
{
    const struct meeting_group *group =
        meeting_state_group(whole, &part->state->meeting);

    if (group && group->is_gathered && hash_equal(&group->head, &part->head))
        return minutes_tell(writing, part);
    minutes_say(writing, PHRASE_GROUP_OTHER);
    return RESULT_OK;
}

static enum result tell_source(const struct minutes_writing *writing,
                               const struct meeting_state *whole,
                               const struct minutes_source *source)
{
    const struct minutes_source in_form =
        minutes_source_in_form(source, writing->source->format);
    struct minutes_writing own = { .source = &in_form,
                                   .language = writing->language,
                                   .out = writing->out };
    struct minutes_facts facts = { 0 };
    enum result result = minutes_facts_learn(&facts, &own);

    if (result == RESULT_OK)
        result = tell_part(&own, whole, &facts);
    minutes_facts_release(&facts);
    return result;
}

/* The sources are in the order of the groups that are gathered. */
enum result minutes_tell_parts(struct minutes_writing *writing,
                               const struct minutes_facts *facts)
{
    const struct meeting_kinds *kinds = &facts->state->kinds;
    enum result result = RESULT_OK;
    size_t i, next = 0;

    for (i = 0; i < kinds->group_count && result == RESULT_OK; i++) {
        const struct meeting_group *group = &kinds->groups[i];
        char head[HEX_SIZE(HASH_SIZE)];

        if (!group->is_gathered)
            continue;
        hex_encode(group->head.bytes, HASH_SIZE, head);
        minutes_say(writing, PHRASE_BLANK);
        minutes_say(writing, PHRASE_BLANK);
        minutes_say(writing, PHRASE_GROUP_MINUTES, (unsigned long long)next + 1,
                    group_name(writing, i));
        minutes_say(writing, PHRASE_GROUP_HEAD,
                    (unsigned long long)group->final_seq);
        minutes_say(writing, PHRASE_NOTE_HEAD_HEX, head);
        minutes_say(writing, PHRASE_BLANK);
        if (next < writing->source->part_count &&
            writing->source->parts[next].event_count > 0)
            result = tell_source(writing, facts->state,
                                 &writing->source->parts[next]);
        else
            minutes_say(writing, PHRASE_GROUP_OTHER);
        next++;
    }
    return result;
}

/* --- what they decided together ------------------------------------------- */

void minutes_tell_group_decision(struct minutes_writing *writing,
                                 const struct meeting_event *event)
{
    const struct event_decided_by_groups *body = &event->body.decided_by_groups;
    const enum rule_id rule = rule_id_read(body->rule);

    minutes_say(writing, PHRASE_GROUP_DECISION,
                minutes_clock(writing, event->at_ms).text);
    minutes_say(writing, PHRASE_MOTION_TEXT,
                minutes_opening(writing, event->seq, "motion"));
    minutes_say(writing, PHRASE_GROUP_RESULT, (unsigned long long)body->yes,
                (unsigned long long)body->d,
                minutes_percent(writing, body->yes, body->d).text,
                (unsigned long long)body->need, (unsigned long long)body->no,
                (unsigned long long)body->other,
                (unsigned long long)body->abstain,
                minutes_phrase(writing, body->passed ? PHRASE_PASSED
                                                     : PHRASE_NOT_PASSED),
                minutes_fill(writing, PHRASE_PART, (int)body->test.size,
                             body->test.data)
                    .text,
                rule == rule_id_none_
                    ? minutes_fill(writing, PHRASE_PART, (int)body->rule.size,
                                   body->rule.data)
                          .text
                    : minutes_rule_name(writing, rule));
    minutes_tell_source(writing, rule);
}

/* --- sub-rooms ------------------------------------------------------------ */

bool minutes_tell_subrooms(struct minutes_writing *writing,
                           const struct meeting_event *event)
{
    struct minutes_short at = minutes_clock(writing, event->at_ms);

    if (event->kind == EVENT_SUBROOMS_OPENED_KIND)
        minutes_say(writing, PHRASE_SUBROOMS_OPENED, at.text,
                    (unsigned long long)event->body.subrooms_opened.count);
    else if (event->kind == EVENT_SUBROOMS_CLOSED_KIND)
        minutes_say(writing, PHRASE_SUBROOMS_CLOSED, at.text);
    else
        return false;
    return true;
}
