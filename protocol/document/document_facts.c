#include "protocol/document/document_facts.h"

#include "protocol/base/encoding.h"
#include "protocol/record/hash_chain.h"
#include "protocol/document/document_facts_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FACTS_LIST_MAX = 32 * 1024 * 1024 };

json_t *document_text(const char *text)
{
    return json_string(strstr(text, MINUTES_LIST_WITHHELD) ? "" : text);
}

static json_t *moment_at(const struct minutes_writing *writing, int64_t at_ms)
{
    const struct zone_moment at = zone_clock_at(writing->clock, at_ms);

    return json_pack(
        "{s:s, s:s}", "time",
        minutes_fill(writing, PHRASE_HOUR, at.hour, at.minute).text, "date",
        minutes_fill(writing, PHRASE_DATE, at.day, at.month, at.year).text);
}

json_t *document_moment(const struct minutes_writing *writing, int64_t at_ms)
{
    return at_ms == 0 ? json_null() : moment_at(writing, at_ms);
}

struct minutes_short document_percent(const struct minutes_writing *writing,
                                      uint64_t part, uint64_t whole)
{
    struct minutes_short text = minutes_percent(writing, part, whole);
    char *blank = strchr(text.text, ' ');

    if (blank && strlen(text.text) + 2 < sizeof text.text) {
        memmove(blank + 2, blank + 1, strlen(blank + 1) + 1);
        memcpy(blank, "\xc2\xa0", 2);
    }
    return text;
}

/* --- capitals ------------------------------------------------------------ */

/* Of the letters that Vietnamese has, in NFC; others stay. */
static unsigned capital(unsigned c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7))
        return c - 0x20;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x1ea0 && c <= 0x1eff))
        return c & ~1u;
    if (c == 0x1a1 || c == 0x1b0)
        return c - 1;
    return c;
}

/* Two and three bytes of UTF-8 are those of the letters above. */
json_t *document_capitals(const char *text)
{
    char *out = strdup(text);
    char *at = out;
    json_t *json;

    for (; at && *at; at++) {
        unsigned char *b = (unsigned char *)at;
        unsigned c;

        if (b[0] < 0x80) {
            *at = (char)capital(b[0]);
        } else if ((b[0] & 0xe0) == 0xc0 && b[1]) {
            c = capital((b[0] & 0x1fu) << 6 | (b[1] & 0x3fu));
            b[0] = (unsigned char)(0xc0 | c >> 6);
            b[1] = (unsigned char)(0x80 | (c & 0x3f));
            at++;
        } else if ((b[0] & 0xf0) == 0xe0 && b[1] && b[2]) {
            c = capital((b[0] & 0xfu) << 12 | (b[1] & 0x3fu) << 6 |
                        (b[2] & 0x3fu));
            b[0] = (unsigned char)(0xe0 | c >> 12);
            b[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
            b[2] = (unsigned char)(0x80 | (c & 0x3f));
            at += 2;
        }
    }
    json = out ? document_text(out) : NULL;
    free(out);
    return json;
}

bool document_mark_ends(json_t *list)
{
    json_t *row;
    bool is_good = true;
    size_t i;

    json_array_foreach(list, i, row)
    {
        is_good &=
            json_object_set_new(
                row, "end",
                json_string(i + 1 < json_array_size(list) ? ";" : ".")) == 0;
    }
    return is_good;
}

/* --- heads --------------------------------------------------------------- */

/* A number, so that "&" puts all of a chain, whatever comes of the first. */
static int put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static bool put_organisation(json_t *facts,
                             const struct minutes_writing *writing)
{
    const char *name = minutes_opening(writing, 0, "unit_name");
    const char *upper = minutes_opening(writing, 0, "upper_name");

    return put(facts, "organisation",
               json_pack("{s:o, s:o, s:o, s:o}", "name", document_text(name),
                         "name_caps", document_capitals(name), "upper",
                         document_text(upper), "upper_caps",
                         document_capitals(upper)));
}

/* The place that a document names before its date is that of the organisation
 * above: "Đảng bộ xã Mẫu" is in "Xã Mẫu". Else where the meeting is. */
static json_t *place_of(const struct minutes_writing *writing)
{
    static const char *const kinds[] = { "Đảng bộ ", "Đảng ủy ", "Đảng uỷ " };
    const char *upper = minutes_opening(writing, 0, "upper_name");
    char place[MINUTES_SHORT_SIZE];
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const size_t size = strlen(kinds[i]);

        if (strncmp(upper, kinds[i], size) != 0)
            continue;
        (void)snprintf(place, sizeof place, "%s", upper + size);
        if (place[0] >= 'a' && place[0] <= 'z')
            place[0] = (char)capital((unsigned char)place[0]);
        return document_text(place);
    }
    return document_text(minutes_opening(writing, 0, "place"));
}

static json_t *permission_of(const struct minutes_writing *writing,
                             const struct meeting_state *state)
{
    const struct meeting_authority *authority = &state->terms.authority;
    struct minutes_short text;

    if (!authority->is_named)
        return json_null();
    text = minutes_fill(writing, PHRASE_PERMISSION, authority->number,
                        minutes_has_form(writing, 2)
                            ? minutes_day(authority->date).text
                            : authority->date,
                        minutes_opening(writing, authority->seq, "issuer"));
    return strstr(text.text, MINUTES_LIST_WITHHELD) ? json_null()
                                                    : json_string(text.text);
}

static json_t *sites_of(const struct minutes_facts *learned)
{
    json_t *out = json_array();
    size_t i, k;

    for (i = 0; i < learned->site_count; i++) {
        const struct meeting_site *site = &learned->state->sites[i];
        uint64_t count = site->heads.is_counted ? site->heads.count : 0;

        for (k = 0; k < learned->person_count && !site->heads.is_counted; k++)
            count +=
                minutes_person_came(&learned->people[k]) &&
                learned->people[k].mode == MODE_SITE &&
                identifier_equal(&learned->people[k].site, &site->holder.id);
        if (count > 0 &&
            json_array_append_new(
                out, json_pack(
                         "{s:s, s:o, s:I}", "id", site->holder.id.text, "name",
                         document_text(minutes_name(learned, &site->holder.id)),
                         "count", (json_int_t)count)) != 0)
            return json_decref(out), NULL;
    }
    return out;
}

static bool put_meeting(json_t *facts, const struct minutes_writing *writing,
                        const struct minutes_facts *learned)
{
    const struct meeting_state *state = learned->state;
    const struct minutes_attendance counts =
        minutes_count_attendance(learned, writing);
    json_t *sites = sites_of(learned);
    const int64_t until =
        state->closed_ms > 0 ? state->closed_ms : state->at_ms;
    json_t *meeting = json_pack(
        "{s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:b}", "id",
        state->meeting.text, "title", minutes_kind(writing, state->kind).text,
        "kind", minutes_held(writing, state->kind), "name",
        document_text(minutes_opening(writing, 0, "title")), "form",
        minutes_form(writing, &counts), "permission",
        permission_of(writing, state), "place",
        document_text(minutes_opening(writing, 0, "place")), "minutes",
        state->opened_ms > 0 ? (json_int_t)((until - state->opened_ms) / 60000)
                             : (json_int_t)0,
        "starts", moment_at(writing, state->starts_at_ms), "opened",
        document_moment(writing, state->opened_ms > 0 ? state->opened_ms
                                                      : state->starts_at_ms),
        "closed", document_moment(writing, state->closed_ms), "has_sites",
        json_array_size(sites) > 0);

    return put(facts, "sites", sites) & put(facts, "meeting", meeting);
}

static json_t *officer_of(const struct minutes_writing *writing,
                          const struct minutes_facts *learned,
                          const struct identifier *id)
{
    const struct meeting_person *person =
        meeting_state_person(learned->state, id);
    const char *office =
        person ? minutes_office(writing, person->office) : NULL;

    return json_pack("{s:s, s:o, s:s?}", "id", id->text, "name",
                     document_text(minutes_name(learned, id)), "post", office);
}

/* Those who took the minutes before the one in office, and until when. */
static json_t *takers_before(const struct minutes_writing *writing,
                             const struct minutes_facts *learned)
{
    const struct minutes_duty *last = NULL;
    json_t *list = json_array();
    size_t i;

    for (i = 0; list && i < learned->duty_count; i++) {
        const struct minutes_duty *duty = &learned->duties[i];

        if (duty->is_chair)
            continue;
        if (last &&
            json_array_append_new(
                list,
                json_pack("{s:o, s:s}", "name",
                          document_text(minutes_name(learned, &last->member)),
                          "until",
                          minutes_clock(writing, duty->since_ms).text)))
            list = (json_decref(list), NULL);
        last = duty;
    }
    return list;
}

/* The parts of a date as a document's head has them. */
static json_t *day_of(const struct zone_moment *day)
{
    char d[12], m[12], y[12];

    (void)snprintf(d, sizeof d, "%02d", day->day);
    (void)snprintf(m, sizeof m, "%02d", day->month);
    (void)snprintf(y, sizeof y, "%04d", day->year);
    return json_pack("{s:s, s:s, s:s}", "day", d, "month", m, "year", y);
}

/* When the meeting was called: a notice is of that day, not of the meeting's.
 */
static bool put_called(json_t *facts, const struct minutes_writing *writing,
                       const struct minutes_facts *learned)
{
    const struct zone_moment called =
        zone_clock_at(writing->clock, learned->called_ms);

    return !minutes_has_form(writing, 2) ||
           put(facts, "called", day_of(&called));
}

static bool put_heads(json_t *facts, const struct minutes_writing *writing,
                      const struct minutes_facts *learned)
{
    const struct meeting_state *state = learned->state;

    return put_organisation(facts, writing) &&
           put(facts, "place", place_of(writing)) &&
           put(facts, "date", day_of(&writing->day)) &&
           put_called(facts, writing, learned) &&
           put_meeting(facts, writing, learned) &&
           put(facts, "chair",
               officer_of(writing, learned, &state->presiding)) &&
           put(facts, "minute_taker",
               officer_of(writing, learned, &state->minute_taker)) &&
           put(facts, "minute_takers_before",
               takers_before(writing, learned)) &&
           put(facts, "score",
               state->score.seq == 0
                   ? json_null()
                   : json_pack("{s:I, s:s}", "points",
                               (json_int_t)state->score.total, "grade",
                               minutes_grade(writing, state->score.grade)));
}

/* --- of the minutes themselves ------------------------------------------- */

static const char *const of_the_minutes[] = {
    "number",  "numbers",          "footer",       "is_signed",  "is_draft",
    "adopted", "has_reservations", "reservations", "has_errata", "errata"
};

static json_t *reservations_of(const struct minutes_writing *writing,
                               const struct minutes_facts *learned)
{
    const struct meeting_minutes *minutes = &learned->state->minutes;
    json_t *out = json_array();
    size_t i;

    for (i = 0; i < minutes->objection_count; i++) {
        const struct meeting_objection *one = &minutes->objections[i];
        const char *text = minutes_opening(writing, one->seq, "text");
        const char *answer =
            one->answered_seq == 0
                ? MINUTES_LIST_WITHHELD
                : minutes_opening(writing, one->answered_seq, "text");

        if (one->kind != MINUTES_RESERVATION ||
            one->answer == ANSWER_WITHDRAWN ||
            strstr(text, MINUTES_LIST_WITHHELD))
            continue;
        if (json_array_append_new(
                out,
                json_pack("{s:o, s:s, s:s?}", "name",
                          document_text(minutes_name(learned, &one->member)),
                          "text", text, "answer",
                          strstr(answer, MINUTES_LIST_WITHHELD) ? NULL
                                                                : answer)) != 0)
            return json_decref(out), NULL;
    }
    return out;
}

static json_t *adopted_of(const struct minutes_writing *writing,
                          const struct meeting_state *state)
{
    const struct meeting_vote *vote =
        state->minutes.adopted_version == 0
            ? NULL
            : meeting_state_vote(state, &state->minutes.adopted_by);

    if (!vote)
        return json_null();
    return json_pack(
        "{s:I, s:I, s:s}", "yes", (json_int_t)vote->counts[CHOICE_YES], "total",
        (json_int_t)vote->denominator, "percent",
        document_percent(writing, vote->counts[CHOICE_YES], vote->denominator)
            .text);
}

/* The code at the foot: the head with which chair and minute-taker had both
 * signed. */
static json_t *footer_of(const struct minutes_writing *writing,
                         const struct minutes_facts *learned)
{
    const struct minutes_source *source = writing->source;
    const uint64_t seq = learned->state->minutes.signed_seq;
    char hex[HEX_SIZE(HASH_SIZE)];
    struct hash head = { { 0 } };
    size_t i;

    if (seq == 0)
        return json_string(minutes_phrase(writing, PHRASE_NOT_SIGNED));
    for (i = 0; i <= seq && i < source->event_count; i++) {
        const struct hash leaf =
            hash_chain_leaf(source->events[i].bytes, source->events[i].size);

        head = hash_chain_link(i > 0 ? &head : NULL, i, &leaf);
    }
    hex_encode(head.bytes, HASH_SIZE, hex);
    return json_string(minutes_fill(writing, PHRASE_CHECK_CODE, hex).text);
}

json_t *document_number(const struct minutes_writing *writing,
                        const struct meeting_state *state,
                        enum numbered_paper paper,
                        const struct identifier *ballot)
{
    static const enum minutes_phrase phrases[][2] = {
        [SERIES_MINUTES] = { PHRASE_NUMBER_MINUTES, PHRASE_NO_NUMBER_MINUTES },
        [SERIES_RESOLUTION] = { PHRASE_NUMBER_RESOLUTION,
                                PHRASE_NO_NUMBER_RESOLUTION },
        [SERIES_NOTICE] = { PHRASE_NUMBER_NOTICE, PHRASE_NO_NUMBER_NOTICE }
    };
    const uint64_t number =
        meeting_minutes_number(&state->minutes, paper, ballot);
    const enum number_series series = numbered_series(paper);

    if (number == 0)
        return json_string(minutes_phrase(writing, phrases[series][1]));
    return json_string(
        minutes_fill(writing, phrases[series][0], (unsigned long long)number)
            .text);
}

static bool put_minutes(json_t *facts, const struct minutes_writing *writing,
                        const struct minutes_facts *learned)
{
    json_t *kept = reservations_of(writing, learned);

    return put(facts, "has_reservations",
               json_boolean(json_array_size(kept) > 0)) &
           put(facts, "reservations", kept) &
           put(facts, "number",
               document_number(writing, learned->state, NUMBERED_MINUTES,
                               &(struct identifier){ "" })) &
           put(facts, "numbers",
               json_pack(
                   "{s:o, s:o}", "resolution",
                   document_number(writing, learned->state, NUMBERED_RESOLUTION,
                                   &(struct identifier){ "" }),
                   "notice",
                   document_number(writing, learned->state, NUMBERED_NOTICE,
                                   &(struct identifier){ "" }))) &
           put(facts, "is_draft",
               json_boolean(learned->state->minutes.adopted_version == 0)) &
           put(facts, "is_signed",
               json_boolean(learned->state->minutes.signed_seq > 0)) &
           put(facts, "adopted", adopted_of(writing, learned->state)) &
           put(facts, "footer", footer_of(writing, learned));
}

/* What was not on the agenda comes last, and is in no notice. */
static bool mark_items(json_t *items)
{
    const size_t count = json_array_size(items);
    const char *last = json_string_value(
        json_object_get(json_array_get(items, count - 1), "id"));

    return document_mark_ends(items) &&
           (count < 2 || !last || last[0] != '\0' ||
            put(json_array_get(items, count - 2), "end", json_string(".")));
}

/* What the rest is made of stands there already. */
static bool put_rest(json_t *facts, const struct minutes_writing *writing,
                     const struct minutes_facts *learned)
{
    static const char *const of_attendance[] = { "excused", "unexcused",
                                                 "unnoted", "guests" };
    const json_t *attendance = json_object_get(facts, "attendance");
    bool is_good = document_facts_put_papers(facts, writing, learned) &&
                   document_facts_put_ballots(facts, writing, learned) &&
                   document_facts_put_errata(facts, writing, learned) &&
                   put_minutes(facts, writing, learned);
    size_t i;

    for (i = 0; i < sizeof of_attendance / sizeof of_attendance[0]; i++)
        is_good = is_good && document_mark_ends(
                                 json_object_get(attendance, of_attendance[i]));
    return is_good && mark_items(json_object_get(facts, "items")) &&
           document_mark_ends(json_object_get(facts, "documents"));
}

/* --- the whole ----------------------------------------------------------- */

static enum result draw(json_t *facts, struct minutes_writing *writing,
                        const struct minutes_facts *learned)
{
    enum result result = minutes_begin(writing, learned);

    if (result != RESULT_OK)
        return result;
    result = minutes_tell_proceedings(writing, learned);
    if (result == RESULT_OK)
        result = writing->out->result;
    if (result == RESULT_OK &&
        (!put_heads(facts, writing, learned) ||
         !document_facts_put_people(facts, writing, learned) ||
         !document_facts_put_sites(facts, writing, learned) ||
         !document_facts_put_lines(facts, writing, learned,
                                   (const char *)writing->out->data,
                                   writing->out->size)))
        result = RESULT_NO_MEMORY;
    if (result == RESULT_OK)
        result = document_facts_put_groups(facts, writing, learned);
    if (result == RESULT_OK && !put_rest(facts, writing, learned))
        result = RESULT_NO_MEMORY;
    minutes_end(writing);
    return result;
}

enum result document_facts_of_part(const struct minutes_source *source,
                                   json_t **out, struct hash *head)
{
    struct byte_writer list;
    struct minutes_writing writing = { .source = source,
                                       .language = MINUTES_VIETNAMESE,
                                       .out = &list,
                                       .is_listing = true };
    struct minutes_facts learned = { 0 };
    json_t *facts = json_object();
    enum result result = facts ? RESULT_OK : RESULT_NO_MEMORY;

    byte_writer_init(&list, FACTS_LIST_MAX);
    if (result == RESULT_OK)
        result = minutes_facts_learn(&learned, &writing);
    if (result == RESULT_OK)
        result = draw(facts, &writing, &learned);
    *head = learned.head;
    byte_writer_release(&list);
    minutes_facts_release(&learned);
    if (result == RESULT_OK)
        *out = facts;
    else
        json_decref(facts);
    return result;
}

enum result document_facts_draw(const struct minutes_source *source,
                                json_t **out)
{
    struct hash head;

    return document_facts_of_part(source, out, &head);
}

enum result minutes_json_draw(const struct minutes_source *source,
                              uint64_t upto, char **out, size_t *size)
{
    struct minutes_source until = *source;
    char hex[HEX_SIZE(HASH_SIZE)];
    json_t *facts = NULL;
    struct hash head;
    enum result result;
    size_t i;

    if (upto >= source->event_count)
        return RESULT_NOT_FOUND;
    until.event_count = (size_t)upto + 1;
    result = document_facts_of_part(&until, &facts, &head);
    if (result != RESULT_OK)
        return result;
    hex_encode(head.bytes, HASH_SIZE, hex);
    for (i = 0; i < sizeof of_the_minutes / sizeof of_the_minutes[0]; i++)
        (void)json_object_del(facts, of_the_minutes[i]);
    if (put(facts, "format",
            json_integer(source->format > 0 ? source->format
                                            : DOCUMENT_FORMAT)) &&
        put(facts, "upto", json_integer((json_int_t)upto)) &&
        put(facts, "head", json_string(hex)))
        *out = json_dumps(facts, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(facts);
    if (!*out)
        return RESULT_NO_MEMORY;
    *size = strlen(*out);
    return RESULT_OK;
}
