#include "protocol/meeting/meeting_punctuality.h"
#include "protocol/document/minutes_parts.h"

#include <string.h>

/* --- heading ------------------------------------------------------------- */

static enum minutes_phrase kind_phrase(enum meeting_kind kind)
{
    switch (kind) {
    case KIND_THEMATIC:
        return PHRASE_KIND_THEMATIC;
    case KIND_EXTRAORDINARY:
        return PHRASE_KIND_EXTRAORDINARY;
    case KIND_MEMBERS_MEETING:
        return PHRASE_KIND_MEMBERS;
    case KIND_CONGRESS:
        return PHRASE_KIND_CONGRESS;
    case KIND_COMMITTEE:
        return PHRASE_KIND_COMMITTEE;
    case KIND_PARTY_GROUP:
        return PHRASE_KIND_PARTY_GROUP;
    case KIND_REGULAR:
    case meeting_kind_none_:
    case meeting_kind_count_:
        break;
    }
    return PHRASE_KIND_REGULAR;
}

struct minutes_short minutes_kind(const struct minutes_writing *writing,
                                  enum meeting_kind kind)
{
    return minutes_fill(writing, kind_phrase(kind), writing->day.month,
                        writing->day.year);
}

const char *minutes_held(const struct minutes_writing *writing,
                         enum meeting_kind kind)
{
    static const enum minutes_phrase phrases[meeting_kind_count_] = {
        [meeting_kind_none_] = PHRASE_HELD_REGULAR,
        [KIND_REGULAR] = PHRASE_HELD_REGULAR,
        [KIND_THEMATIC] = PHRASE_HELD_THEMATIC,
        [KIND_EXTRAORDINARY] = PHRASE_HELD_EXTRAORDINARY,
        [KIND_MEMBERS_MEETING] = PHRASE_HELD_MEMBERS,
        [KIND_CONGRESS] = PHRASE_HELD_CONGRESS,
        [KIND_COMMITTEE] = PHRASE_HELD_COMMITTEE,
        [KIND_PARTY_GROUP] = PHRASE_HELD_PARTY_GROUP
    };

    return minutes_phrase(writing, phrases[kind]);
}

static void tell_heading(struct minutes_writing *writing,
                         const struct meeting_state *state)
{
    const char *upper = minutes_opening(writing, 0, "upper_name");

    if (*upper)
        minutes_say(writing, PHRASE_TEXT, upper);
    minutes_say(writing, PHRASE_TEXT, minutes_opening(writing, 0, "unit_name"));
    minutes_say(writing, PHRASE_PARTY);
    minutes_say(writing, PHRASE_BLANK);
    minutes_say(writing, PHRASE_HEADING);
    minutes_say(writing, PHRASE_TEXT, minutes_kind(writing, state->kind).text);
    minutes_say(writing, PHRASE_TEXT, minutes_opening(writing, 0, "title"));
    if (state->phase != MEETING_CLOSED)
        minutes_say(writing, PHRASE_UNFINISHED);
    minutes_say(writing, PHRASE_BLANK);
}

static void tell_time(struct minutes_writing *writing,
                      const struct meeting_state *state)
{
    const char *zone = zone_clock_name(writing->clock);

    if (state->phase == MEETING_SCHEDULED || state->phase == MEETING_LOBBY)
        minutes_say(writing, PHRASE_TIME_PLANNED,
                    minutes_moment(writing, state->starts_at_ms).text);
    else if (state->phase == MEETING_CLOSED)
        minutes_say(writing, PHRASE_TIME,
                    minutes_moment(writing, state->opened_ms).text,
                    minutes_moment(writing, state->closed_ms).text);
    else
        minutes_say(writing, PHRASE_TIME_OPEN,
                    minutes_moment(writing, state->opened_ms).text);
    /* At home nobody names the zone. */
    if (strcmp(zone, "Asia/Ho_Chi_Minh") != 0)
        minutes_say(writing, PHRASE_ZONE, zone);
}

/* --- attendance ---------------------------------------------------------- */

struct minutes_attendance
minutes_count_attendance(const struct minutes_facts *facts,
                         const struct minutes_writing *writing)
{
    const struct ruleset *rules = writing->source->rules;
    struct minutes_attendance out = { 0 };
    size_t i;

    for (i = 0; i < facts->person_count; i++) {
        const struct meeting_person *person = &facts->state->people[i];
        bool came = minutes_person_came(&facts->people[i]);

        out.official += person->category == CATEGORY_OFFICIAL;
        out.probationary += person->category == CATEGORY_PROBATIONARY;
        out.exempt += person->category == CATEGORY_EXEMPT;
        out.temp_away += person->category == CATEGORY_TEMP_AWAY;
        out.suspended += person->category == CATEGORY_SUSPENDED;
        if (!minutes_is_counted(person))
            continue;
        if (!came) {
            out.absent[person->absence]++;
            if (person->category == CATEGORY_OFFICIAL)
                out.official_absent[person->absence]++;
            else
                out.probationary_absent[person->absence]++;
            continue;
        }
        out.present_official += person->category == CATEGORY_OFFICIAL;
        out.present_probationary += person->category == CATEGORY_PROBATIONARY;
        out.by_mode[facts->people[i].mode]++;
        out.late += meeting_person_is_late(facts->state, rules, person);
        out.early += meeting_person_left_early(facts->state, rules, person);
    }
    return out;
}

const char *minutes_form(const struct minutes_writing *writing,
                         const struct minutes_attendance *attendance)
{
    const unsigned long long *by = attendance->by_mode;
    bool is_remote = by[MODE_ONLINE] + by[MODE_VOICE_RELAY] + by[MODE_SITE] > 0;
    bool is_local = by[MODE_IN_PERSON] + by[MODE_SITE] > 0;

    return minutes_phrase(writing, is_remote && is_local ? PHRASE_FORM_HYBRID
                                   : is_remote           ? PHRASE_FORM_ONLINE
                                               : PHRASE_FORM_IN_PERSON);
}

/* One of the two rows of the table: present, absent with reason, without. */
static void tell_row(struct minutes_writing *writing, enum minutes_phrase id,
                     unsigned long long present,
                     const unsigned long long absent[absence_count_])
{
    minutes_say(writing, id, present, absent[ABSENT_EXCUSED],
                absent[ABSENT_UNEXCUSED], absent[absence_none_]);
}

static void tell_totals(struct minutes_writing *writing, enum meeting_kind kind,
                        const struct minutes_attendance *a)
{
    const unsigned long long absent_official =
        a->official - a->present_official;
    const unsigned long long absent_probationary =
        a->probationary - a->present_probationary;

    minutes_say(
        writing, kind == KIND_COMMITTEE ? PHRASE_TOTAL_COMMITTEE : PHRASE_TOTAL,
        a->official + a->probationary, a->official, a->probationary, a->exempt);
    minutes_say(writing, PHRASE_PRESENT,
                a->present_official + a->present_probationary,
                a->present_official, a->present_probationary,
                a->by_mode[MODE_IN_PERSON], a->by_mode[MODE_SITE],
                a->by_mode[MODE_ONLINE], a->by_mode[MODE_VOICE_RELAY]);
    minutes_say(writing, PHRASE_ABSENT, absent_official + absent_probationary,
                absent_official, absent_probationary, a->absent[ABSENT_EXCUSED],
                a->absent[ABSENT_UNEXCUSED], a->absent[absence_none_]);
    if (absent_official + absent_probationary > 0 && a->probationary > 0) {
        tell_row(writing, PHRASE_MATRIX_OFFICIAL, a->present_official,
                 a->official_absent);
        tell_row(writing, PHRASE_MATRIX_PROBATIONARY, a->present_probationary,
                 a->probationary_absent);
    }
    if (a->temp_away + a->suspended > 0)
        minutes_say(writing, PHRASE_NOT_COUNTED, a->temp_away, a->suspended);
    if (a->late + a->early > 0)
        minutes_say(writing, PHRASE_LATE_EARLY, a->late, a->early);
}

static void tell_absent(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    size_t i;

    for (i = 0; i < facts->person_count; i++) {
        const struct meeting_person *person = &facts->state->people[i];
        const char *name = minutes_name(facts, &person->holder.id);
        const char *reason;

        if (!minutes_is_counted(person) ||
            minutes_person_came(&facts->people[i]))
            continue;
        reason =
            minutes_opening(writing, facts->people[i].absence_seq, "reason");
        if (person->is_absent_throughout)
            minutes_say(writing, PHRASE_ABSENT_THROUGHOUT, name, reason);
        else if (person->absence == ABSENT_EXCUSED && *reason)
            minutes_say(writing, PHRASE_ABSENT_REASON, name, reason);
        else if (person->absence == ABSENT_EXCUSED)
            minutes_say(writing, PHRASE_ABSENT_EXCUSED, name);
        else if (person->absence == ABSENT_UNEXCUSED)
            minutes_say(writing, PHRASE_ABSENT_UNEXCUSED, name);
        else
            minutes_say(writing, PHRASE_ABSENT_UNNOTED, name);
    }
}

static void tell_others(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    bool is_told = false;
    size_t i;

    for (i = 0; i < facts->person_count; i++) {
        const struct meeting_person *person = &facts->state->people[i];

        if (minutes_is_counted(person) ||
            !minutes_person_came(&facts->people[i]))
            continue;
        if (!is_told)
            minutes_say(writing, PHRASE_OTHERS);
        is_told = true;
        minutes_say(writing, PHRASE_OTHER,
                    minutes_name(facts, &person->holder.id),
                    minutes_category(writing, person->category));
    }
}

/* --- duties -------------------------------------------------------------- */

static struct minutes_short with_office(const struct minutes_writing *writing,
                                        const struct minutes_facts *facts,
                                        const struct identifier *id)
{
    const struct meeting_person *person =
        meeting_state_person(facts->state, id);
    const char *office =
        person ? minutes_office(writing, person->office) : NULL;

    if (!office)
        return minutes_comrade(writing, facts, id);
    return minutes_fill(writing, PHRASE_COMRADE_OFFICE, minutes_name(facts, id),
                        office);
}

static void tell_duties(struct minutes_writing *writing,
                        const struct minutes_facts *facts, bool is_chair)
{
    size_t i;

    for (i = 0; i < facts->duty_count; i++) {
        const struct minutes_duty *duty = &facts->duties[i];
        struct minutes_short who;

        if (duty->is_chair != is_chair)
            continue;
        who = with_office(writing, facts, &duty->member);
        if (duty->since_ms == 0)
            minutes_say(writing, is_chair ? PHRASE_CHAIR : PHRASE_MINUTE_TAKER,
                        who.text);
        else
            minutes_say(writing,
                        is_chair ? PHRASE_CHAIR_SINCE
                                 : PHRASE_MINUTE_TAKER_SINCE,
                        minutes_clock(writing, duty->since_ms).text, who.text);
    }
}

void minutes_tell_header(struct minutes_writing *writing,
                         const struct minutes_facts *facts)
{
    struct minutes_attendance attendance =
        minutes_count_attendance(facts, writing);

    tell_heading(writing, facts->state);
    tell_time(writing, facts->state);
    if (minutes_opening(writing, 0, "place")[0] != '\0')
        minutes_say(writing, PHRASE_PLACE,
                    minutes_opening(writing, 0, "place"));
    minutes_say(writing, PHRASE_FORM, minutes_form(writing, &attendance));
    minutes_tell_seats(writing, facts);
    minutes_tell_authority(writing, facts);
    minutes_tell_sites(writing, facts);
    minutes_say(writing, PHRASE_ATTENDANCE);
    /* Members came to their groups' meetings: the absent stand there. */
    if (facts->state->kinds.group_count > 0) {
        minutes_tell_groups(writing, facts);
    } else {
        tell_totals(writing, facts->state->kind, &attendance);
        tell_absent(writing, facts);
    }
    tell_others(writing, facts);
    tell_duties(writing, facts, true);
    minutes_tell_officers(writing, facts);
    tell_duties(writing, facts, false);
}
