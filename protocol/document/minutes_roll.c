#include "protocol/meeting/meeting_punctuality.h"
#include "protocol/document/minutes_parts.h"

/* --- words for people ---------------------------------------------------- */

/* Sites and guests go by their names alone. */
static bool is_comrade(const struct minutes_facts *facts,
                       const struct identifier *id)
{
    const struct meeting_person *person =
        meeting_state_person(facts->state, id);

    return person && person->category != CATEGORY_GUEST;
}

struct minutes_short minutes_comrade(const struct minutes_writing *writing,
                                     const struct minutes_facts *facts,
                                     const struct identifier *id)
{
    return minutes_fill(writing,
                        is_comrade(facts, id) ? PHRASE_COMRADE : PHRASE_TEXT,
                        minutes_name(facts, id));
}

struct minutes_short
minutes_comrade_first(const struct minutes_writing *writing,
                      const struct minutes_facts *facts,
                      const struct identifier *id)
{
    return minutes_fill(
        writing, is_comrade(facts, id) ? PHRASE_COMRADE_FIRST : PHRASE_TEXT,
        minutes_name(facts, id));
}

bool minutes_is_counted(const struct meeting_person *person)
{
    return person->category == CATEGORY_OFFICIAL ||
           person->category == CATEGORY_PROBATIONARY;
}

static enum minutes_phrase category_phrase(enum category category)
{
    switch (category) {
    case CATEGORY_PROBATIONARY:
        return PHRASE_CATEGORY_PROBATIONARY;
    case CATEGORY_EXEMPT:
        return PHRASE_CATEGORY_EXEMPT;
    case CATEGORY_TEMP_HERE:
        return PHRASE_CATEGORY_TEMP_HERE;
    case CATEGORY_UPPER_DELEGATE:
        return PHRASE_CATEGORY_UPPER;
    case CATEGORY_GUEST:
        return PHRASE_CATEGORY_GUEST;
    case CATEGORY_OFFICIAL:
    case CATEGORY_TEMP_AWAY:
    case CATEGORY_SUSPENDED:
    case CATEGORY_TECHNICIAN:
    case category_none_:
    case category_count_:
        break;
    }
    return PHRASE_CATEGORY_OFFICIAL;
}

const char *minutes_category(const struct minutes_writing *writing,
                             enum category category)
{
    return minutes_phrase(writing, category_phrase(category));
}

const char *minutes_office(const struct minutes_writing *writing,
                           enum office office)
{
    switch (office) {
    case OFFICE_CELL_LEADER:
        return minutes_phrase(writing, PHRASE_OFFICE_LEADER);
    case OFFICE_DEPUTY_LEADER:
        return minutes_phrase(writing, PHRASE_OFFICE_DEPUTY);
    case OFFICE_COMMITTEE_MEMBER:
        return minutes_phrase(writing, PHRASE_OFFICE_COMMITTEE);
    case OFFICE_GROUP_LEADER:
        return minutes_phrase(writing, PHRASE_OFFICE_GROUP);
    case OFFICE_NONE:
    case office_none_:
    case office_count_:
        break;
    }
    return NULL;
}

/* --- the list ------------------------------------------------------------ */

struct minutes_short minutes_mode(const struct minutes_writing *writing,
                                  const struct minutes_facts *facts,
                                  const struct minutes_person *person)
{
    switch (person->mode) {
    case MODE_SITE:
        return minutes_fill(writing, PHRASE_MODE_SITE,
                            minutes_site_name(facts, &person->site));
    case MODE_IN_PERSON:
        return minutes_fill(writing, PHRASE_MODE_IN_PERSON);
    case MODE_VOICE_RELAY:
        return minutes_fill(writing, PHRASE_MODE_VOICE_RELAY);
    case MODE_ONLINE:
    case presence_mode_none_:
    case presence_mode_count_:
        break;
    }
    return minutes_fill(writing, PHRASE_MODE_ONLINE);
}

static struct minutes_short spell_of(const struct minutes_writing *writing,
                                     const struct minutes_facts *facts,
                                     size_t i)
{
    const struct minutes_person *person = &facts->people[i];
    const struct meeting_person *row = &facts->state->people[i];
    struct minutes_short out = minutes_mode(writing, facts, person);
    bool is_from_start = facts->state->opened_ms > 0 &&
                         person->came_ms <= facts->state->opened_ms;

    if (is_from_start)
        out = minutes_fill(writing, PHRASE_LIST_FROM_START, out.text);
    else
        out = minutes_fill(writing, PHRASE_LIST_FROM, out.text,
                           minutes_clock(writing, person->came_ms).text);
    if (!person->is_present)
        out = minutes_fill(writing, PHRASE_LIST_UNTIL, out.text,
                           minutes_clock(writing, person->left_ms).text);
    if (!person->is_present && row->absence == ABSENT_EXCUSED)
        out = minutes_fill(
            writing, PHRASE_LIST_UNTIL_EXCUSED, out.text,
            minutes_opening(writing, person->absence_seq, "reason"));
    if (meeting_person_is_late(facts->state, writing->source->rules, row))
        out = minutes_fill(writing, PHRASE_LIST_LATE, out.text);
    if (meeting_person_left_early(facts->state, writing->source->rules, row))
        out = minutes_fill(writing, PHRASE_LIST_EARLY, out.text);
    if (row->disconnections > 0)
        out = minutes_fill(writing, PHRASE_LIST_LOST, out.text,
                           (unsigned long long)row->disconnections);
    return out;
}

static struct minutes_short absence_of(const struct minutes_writing *writing,
                                       enum absence absence)
{
    if (absence == ABSENT_EXCUSED)
        return minutes_fill(writing, PHRASE_LIST_ABSENT_EXCUSED);
    if (absence == ABSENT_UNEXCUSED)
        return minutes_fill(writing, PHRASE_LIST_ABSENT_UNEXCUSED);
    return minutes_fill(writing, PHRASE_LIST_ABSENT_UNNOTED);
}

void minutes_tell_roll(struct minutes_writing *writing,
                       const struct minutes_facts *facts)
{
    const bool is_by_groups = facts->state->kinds.group_count > 0;
    unsigned long long number = 0;
    size_t i;

    minutes_say(writing, PHRASE_BLANK);
    minutes_say(writing, PHRASE_LIST);
    for (i = 0; i < facts->person_count; i++) {
        const struct meeting_person *row = &facts->state->people[i];
        const char *office = minutes_office(writing, row->office);
        const char *category = minutes_category(writing, row->category);
        bool came = minutes_person_came(&facts->people[i]);
        struct minutes_short what;

        if (!came && (!minutes_is_counted(row) || is_by_groups))
            continue;
        what = office
                   ? minutes_fill(writing, PHRASE_LIST_OFFICE, category, office)
                   : minutes_fill(writing, PHRASE_TEXT, category);
        minutes_say(writing, PHRASE_LIST_ROW, ++number,
                    minutes_name(facts, &row->holder.id), what.text,
                    came ? spell_of(writing, facts, i).text
                         : absence_of(writing, row->absence).text);
    }
}
