/* From which seats people took part, and by what leave. */
#include "protocol/rules/rule_id.h"
#include "protocol/document/minutes_parts.h"
#include "protocol/document/minutes_rule_names.h"

static enum minutes_phrase ground_phrase(enum ground ground)
{
    switch (ground) {
    case GROUND_MISSION_ABROAD:
        return PHRASE_GROUND_ABROAD;
    case GROUND_SEVERAL_PROVINCES:
        return PHRASE_GROUND_PROVINCES;
    case GROUND_WORKS_FAR:
        return PHRASE_GROUND_FAR;
    case GROUND_STUDENT_SUMMER:
        return PHRASE_GROUND_SUMMER;
    case GROUND_ON_DUTY:
        return PHRASE_GROUND_DUTY;
    case GROUND_AT_SEA:
        return PHRASE_GROUND_SEA;
    case GROUND_CIRCUMSTANCES:
    case ground_none_:
    case ground_count_:
        break;
    }
    return PHRASE_GROUND_CIRCUMSTANCES;
}

/* A line a ground, with the names of those who have it. */
static void tell_grounds(struct minutes_writing *writing,
                         const struct minutes_facts *facts)
{
    int ground;
    size_t i;

    for (ground = ground_none_ + 1; ground < ground_count_; ground++) {
        struct minutes_short names = { "" };
        bool is_first = true;

        for (i = 0; i < facts->person_count; i++) {
            const struct meeting_person *person = &facts->state->people[i];
            const char *name = minutes_name(facts, &person->holder.id);

            if ((int)person->ground != ground || !minutes_is_counted(person))
                continue;
            names = is_first ? minutes_fill(writing, PHRASE_TEXT, name)
                             : minutes_fill(writing, PHRASE_LIST_OFFICE,
                                            names.text, name);
            is_first = false;
        }
        if (!is_first)
            minutes_say(
                writing, PHRASE_GROUND,
                minutes_phrase(writing, ground_phrase((enum ground)ground)),
                names.text);
    }
}

static void tell_eligibility(struct minutes_writing *writing,
                             const struct minutes_facts *facts)
{
    const struct meeting_eligibility *found =
        &facts->state->attendance.eligibility;

    if (!found->is_found)
        return;
    minutes_say(writing, found->is_met ? PHRASE_ELIGIBLE : PHRASE_NOT_ELIGIBLE,
                (unsigned long long)found->unable,
                (unsigned long long)found->members,
                (unsigned long long)found->need,
                minutes_rule_name(writing, RULE_ID_ELIGIBILITY));
    minutes_tell_source(writing, RULE_ID_ELIGIBILITY);
    tell_grounds(writing, facts);
}

void minutes_tell_seats(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    const struct meeting_attendance *attendance = &facts->state->attendance;

    if (attendance->is_content_open)
        minutes_say(
            writing, PHRASE_DECLARED,
            minutes_clock(writing, attendance->declared_ms).text,
            minutes_comrade(writing, facts, &attendance->declared_by).text);
    tell_eligibility(writing, facts);
}

static unsigned long long named_at(const struct minutes_facts *facts,
                                   const struct identifier *site)
{
    unsigned long long count = 0;
    size_t i;

    for (i = 0; i < facts->person_count; i++)
        count += minutes_person_came(&facts->people[i]) &&
                 facts->people[i].mode == MODE_SITE &&
                 identifier_equal(&facts->people[i].site, site);
    return count;
}

/* A line if anybody was there; how many that were. */
static unsigned long long tell_site(struct minutes_writing *writing,
                                    const struct minutes_facts *facts,
                                    const struct meeting_site *site)
{
    const unsigned long long named = named_at(facts, &site->holder.id);
    const char *name = minutes_name(facts, &site->holder.id);
    const struct minutes_short keeper =
        minutes_comrade(writing, facts, &site->keeper);

    if (site->heads.is_counted) {
        minutes_say(writing, PHRASE_SITE_HEADS, name,
                    (unsigned long long)site->heads.count, named, keeper.text);
        return site->heads.count;
    }
    if (named > 0)
        minutes_say(writing, PHRASE_SITE, name, named, keeper.text);
    return named;
}

void minutes_tell_sites(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    const struct head_count *hall = &facts->state->attendance.heads;
    unsigned long long people = 0, sites = 0;
    size_t i;

    for (i = 0; i < facts->site_count; i++) {
        const unsigned long long there =
            tell_site(writing, facts, &facts->state->sites[i]);

        people += there;
        sites += there > 0;
    }
    if (sites > 1)
        minutes_say(writing, PHRASE_SITES_ALL, sites, people);
    if (hall->is_counted)
        minutes_say(writing, PHRASE_HALL_HEADS,
                    (unsigned long long)hall->count);
}
