/* Who is of the cell, and who came. */
#include "protocol/document/document_facts_internal.h"

static json_t *number(unsigned long long value)
{
    return json_integer((json_int_t)value);
}

static bool put_counts(json_t *out, const struct minutes_attendance *a)
{
    const unsigned long long members = a->official + a->probationary;
    const unsigned long long present =
        a->present_official + a->present_probationary;
    const struct {
        const char *name;
        unsigned long long count;
    } rows[] = {
        { "members", members },
        { "official", a->official },
        { "probationary", a->probationary },
        { "exempt", a->exempt },
        { "present", present },
        { "present_official", a->present_official },
        { "present_probationary", a->present_probationary },
        { "in_person", a->by_mode[MODE_IN_PERSON] },
        { "at_site", a->by_mode[MODE_SITE] },
        { "online", a->by_mode[MODE_ONLINE] },
        { "by_voice", a->by_mode[MODE_VOICE_RELAY] },
        { "absent", members - present },
        { "excused_count", a->absent[ABSENT_EXCUSED] },
        { "unexcused_count", a->absent[ABSENT_UNEXCUSED] },
    };
    bool is_good = true;
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        is_good = is_good && json_object_set_new(out, rows[i].name,
                                                 number(rows[i].count)) == 0;
    return is_good;
}

/* Those absent in one way, or whoever came and is not counted. */
static json_t *names_of(const struct minutes_writing *writing,
                        const struct minutes_facts *learned, int absence,
                        bool others)
{
    json_t *out = json_array();
    size_t i;

    for (i = 0; i < learned->person_count; i++) {
        const struct meeting_person *person = &learned->state->people[i];
        const bool came = minutes_person_came(&learned->people[i]);
        json_t *name;

        if (others ? minutes_is_counted(person) || !came
                   : !minutes_is_counted(person) || came ||
                         (int)person->absence != absence)
            continue;
        name = document_text(minutes_name(learned, &person->holder.id));
        if (json_array_append_new(
                out,
                others ? json_pack("{s:o, s:s}", "name", name, "post",
                                   minutes_category(writing, person->category))
                       : json_pack("{s:o, s:n}", "name", name, "reason")) != 0)
            return json_decref(out), NULL;
    }
    return out;
}

static bool put_list(json_t *out, const char *has, const char *name,
                     json_t *list)
{
    return json_object_set_new(out, has,
                               json_boolean(json_array_size(list) > 0)) == 0 &&
           json_object_set_new(out, name, list) == 0;
}

static json_t *attendance_of(const struct minutes_writing *writing,
                             const struct minutes_facts *learned)
{
    const struct minutes_attendance counts =
        minutes_count_attendance(learned, writing);
    json_t *out = json_object();

    if (put_counts(out, &counts) &&
        put_list(out, "has_excused", "excused",
                 names_of(writing, learned, ABSENT_EXCUSED, false)) &&
        put_list(out, "has_unexcused", "unexcused",
                 names_of(writing, learned, ABSENT_UNEXCUSED, false)) &&
        put_list(out, "has_unnoted", "unnoted",
                 names_of(writing, learned, absence_none_, false)) &&
        put_list(out, "has_guests", "guests",
                 names_of(writing, learned, 0, true)))
        return out;
    json_decref(out);
    return NULL;
}

/* --- the roll ------------------------------------------------------------ */

static enum minutes_phrase absence_phrase(enum absence absence)
{
    if (absence == ABSENT_EXCUSED)
        return PHRASE_LIST_ABSENT_EXCUSED;
    return absence == ABSENT_UNEXCUSED ? PHRASE_LIST_ABSENT_UNEXCUSED
                                       : PHRASE_LIST_ABSENT_UNNOTED;
}

static const char *clock_of(const struct minutes_writing *writing, bool is_told,
                            int64_t at_ms, struct minutes_short *room)
{
    *room =
        is_told ? minutes_clock(writing, at_ms) : (struct minutes_short){ "" };
    return room->text;
}

/* Who confirmed it: the member's own device, or whoever ticked it off. */
static const char *confirmed(const struct minutes_facts *learned,
                             const struct minutes_person *person)
{
    return identifier_is_empty(&person->ticked_by)
               ? ""
               : minutes_name(learned, &person->ticked_by);
}

static json_t *person_of(const struct minutes_writing *writing,
                         const struct minutes_facts *learned, size_t i,
                         unsigned long long place)
{
    const struct meeting_person *row = &learned->state->people[i];
    const struct minutes_person *person = &learned->people[i];
    const char *office = minutes_office(writing, row->office);
    const bool came = minutes_person_came(person);
    struct minutes_short came_at, left_at, mode = { "" };

    if (came)
        mode = minutes_mode(writing, learned, person);
    return json_pack(
        "{s:o, s:o, s:s, s:s, s:o, s:s, s:s, s:s, s:o}", "number",
        number(place), "name",
        document_text(minutes_name(learned, &row->holder.id)), "category",
        minutes_category(writing, row->category), "post", office ? office : "",
        "mode", document_text(mode.text), "came",
        clock_of(writing, came, person->came_ms, &came_at), "left",
        clock_of(writing, came && !person->is_present, person->left_ms,
                 &left_at),
        "absence",
        came ? "" : minutes_phrase(writing, absence_phrase(row->absence)),
        "confirmed", document_text(came ? confirmed(learned, person) : ""));
}

bool document_facts_put_people(json_t *facts,
                               const struct minutes_writing *writing,
                               const struct minutes_facts *learned)
{
    json_t *people = json_array();
    unsigned long long place = 0;
    size_t i;

    for (i = 0; people && i < learned->person_count; i++) {
        if (!minutes_person_came(&learned->people[i]) &&
            !minutes_is_counted(&learned->state->people[i]))
            continue;
        if (json_array_append_new(
                people, person_of(writing, learned, i, ++place)) != 0) {
            json_decref(people);
            return false;
        }
    }
    return json_object_set_new(facts, "people", people) == 0 &&
           json_object_set_new(facts, "attendance",
                               attendance_of(writing, learned)) == 0;
}

bool document_facts_put_sites(json_t *facts,
                              const struct minutes_writing *writing,
                              const struct minutes_facts *learned)
{
    const json_t *sites = json_object_get(facts, "sites");
    bool is_good = true;
    json_t *site;
    size_t i, k;

    json_array_foreach(sites, i, site)
    {
        const char *id = json_string_value(json_object_get(site, "id"));
        json_t *people = json_array();
        unsigned long long place = 0;

        for (k = 0; people && k < learned->person_count; k++) {
            const struct minutes_person *person = &learned->people[k];

            if (minutes_person_came(person) && person->mode == MODE_SITE &&
                identifier_is(&person->site, id))
                is_good &=
                    json_array_append_new(
                        people, person_of(writing, learned, k, ++place)) == 0;
        }
        is_good &= json_object_set_new(site, "people", people) == 0;
    }
    return is_good;
}
