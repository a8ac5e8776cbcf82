#include "server/document/minutes_text.h"

#include "protocol/base/byte_writer.h"
#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/record/hash_chain.h"
#include "server/document/minutes_phrases.h"
#include "server/document/zone_clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTES_SIZE_MAX = 32 * 1024 * 1024, LINE_SIZE = 1024 };

struct writing {
    const struct minutes_source *source;
    enum minutes_language language;
    struct byte_writer text;
    struct meeting_state *final_state; /* of the whole log */
    struct zone_clock *clock;
    struct hash head;
    uint64_t item_number;
};

static const char *phrase(const struct writing *w, enum minutes_phrase id)
{
    static const char *const phrases[PHRASE_COUNT][2] = {
#define MINUTES_PHRASE_ROW(name, vi, en) [PHRASE_##name] = { vi, en },
        MINUTES_PHRASES(MINUTES_PHRASE_ROW)
#undef MINUTES_PHRASE_ROW
    };

    return phrases[id][w->language == MINUTES_ENGLISH];
}

/* The phrases are our own table; the compiler cannot see through it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void say(struct writing *w, enum minutes_phrase id, ...)
{
    char *line = NULL;
    va_list arguments;
    int size;

    va_start(arguments, id);
    size = vasprintf(&line, phrase(w, id), arguments);
    va_end(arguments);
    if (size < 0)
        w->text.result = RESULT_NO_MEMORY;
    else
        byte_writer_bytes(&w->text, line, (size_t)size);
    if (size >= 0)
        free(line);
}

struct short_text {
    char text[LINE_SIZE];
};

static struct short_text fill(const struct writing *w, enum minutes_phrase id,
                              ...)
{
    struct short_text out;
    va_list arguments;

    va_start(arguments, id);
    (void)vsnprintf(out.text, sizeof out.text, phrase(w, id), arguments);
    va_end(arguments);
    return out;
}
#pragma GCC diagnostic pop

/* --- openings
 * ------------------------------------------------------------------ */

static const char *opening(const struct writing *w, uint64_t seq,
                           const char *field)
{
    size_t low = 0;
    size_t high = w->source->opening_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (w->source->openings[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    for (;
         low < w->source->opening_count && w->source->openings[low].seq == seq;
         low++)
        if (strcmp(w->source->openings[low].field, field) == 0)
            return w->source->openings[low].value;
    return phrase(w, PHRASE_WITHHELD);
}

/* Newest name of a member or site: genesis rows, then later changes. */
struct name_search {
    const struct identifier *id;
    const struct writing *w;
    const char *name;
};

static void search_rows(struct name_search *search, uint64_t seq,
                        const struct items *people, const struct items *sites)
{
    char field[64];
    size_t i;

    for (i = 0; i < people->count; i++) {
        const struct roster_person *row =
            &((const struct roster_person *)people->data)[i];

        (void)snprintf(field, sizeof field, "roster.%zu.name", i);
        if (identifier_equal(&row->member, search->id))
            search->name = opening(search->w, seq, field);
    }
    for (i = 0; i < sites->count; i++) {
        const struct roster_site *row =
            &((const struct roster_site *)sites->data)[i];

        (void)snprintf(field, sizeof field, "sites.%zu.name", i);
        if (identifier_equal(&row->site, search->id))
            search->name = opening(search->w, seq, field);
    }
}

/* Names are looked up once and kept. */
struct known_name {
    struct identifier id;
    const char *name;
};

struct names {
    struct known_name *rows;
    size_t count, capacity;
};

static enum result learn_rows(struct writing *w, struct names *names,
                              uint64_t seq, const struct items *people,
                              const struct items *sites)
{
    size_t total = people->count + sites->count;
    size_t i;

    if (names->count + total > names->capacity) {
        size_t capacity = names->count + total + 64;
        struct known_name *rows =
            realloc(names->rows, capacity * sizeof rows[0]);

        if (!rows)
            return RESULT_NO_MEMORY;
        names->rows = rows;
        names->capacity = capacity;
    }
    for (i = 0; i < total; i++) {
        const bool is_person = i < people->count;
        const struct identifier *id =
            is_person
                ? &((const struct roster_person *)people->data)[i].member
                : &((const struct roster_site *)sites->data)[i - people->count]
                       .site;
        struct name_search search = { id, w, NULL };

        search_rows(&search, seq, people, sites);
        names->rows[names->count].id = *id;
        names->rows[names->count].name = search.name;
        names->count++;
    }
    return RESULT_OK;
}

static const char *name_of(const struct names *names,
                           const struct identifier *id)
{
    size_t i;

    for (i = names->count; i > 0; i--)
        if (identifier_equal(&names->rows[i - 1].id, id))
            return names->rows[i - 1].name;
    return id->text;
}

static struct short_text comrade(const struct writing *w,
                                 const struct names *names,
                                 const struct identifier *id)
{
    return fill(w, PHRASE_COMRADE, name_of(names, id));
}

/* --- times
 * ------------------------------------------------------------------------ */

static struct short_text clock_time(const struct writing *w, int64_t at_ms)
{
    struct zone_moment moment = zone_clock_at(w->clock, at_ms);
    struct short_text out;

    (void)snprintf(out.text, sizeof out.text, "%02d:%02d", moment.hour,
                   moment.minute);
    return out;
}

static struct short_text full_time(const struct writing *w, int64_t at_ms)
{
    struct zone_moment moment = zone_clock_at(w->clock, at_ms);
    struct short_text out;

    (void)snprintf(
        out.text, sizeof out.text,
        w->language == MINUTES_ENGLISH ? "%02d:%02d on %02d/%02d/%04d"
                                       : "%02d giờ %02d, ngày %02d/%02d/%04d",
        moment.hour, moment.minute, moment.day, moment.month, moment.year);
    return out;
}

static struct short_text percent(const struct writing *w, uint64_t part,
                                 uint64_t whole)
{
    struct short_text out;
    uint64_t hundredths = whole > 0 ? (part * 10000 + whole / 2) / whole : 0;

    (void)snprintf(out.text, sizeof out.text, "%" PRIu64 "%c%02" PRIu64 " %%",
                   hundredths / 100, w->language == MINUTES_ENGLISH ? '.' : ',',
                   hundredths % 100);
    return out;
}

/* --- header
 * -------------------------------------------------------------------------- */

static enum minutes_phrase kind_phrase(enum meeting_kind kind)
{
    switch ((int)kind) {
    case KIND_THEMATIC:
        return PHRASE_KIND_THEMATIC;
    case KIND_EXTRAORDINARY:
        return PHRASE_KIND_EXTRAORDINARY;
    case KIND_MEMBERS_MEETING:
        return PHRASE_KIND_MEMBERS;
    case KIND_CONGRESS:
        return PHRASE_KIND_CONGRESS;
    default:
        return PHRASE_KIND_REGULAR;
    }
}

/* Who was there at any time, by kind of member and mode. */
struct attendance {
    unsigned long long official, probationary, exempt;
    unsigned long long present_official, present_probationary;
    unsigned long long in_person, at_sites, online;
};

static bool is_counted(const struct meeting_person *person)
{
    return person->category == CATEGORY_OFFICIAL ||
           person->category == CATEGORY_PROBATIONARY;
}

static void count_mode(struct attendance *out, enum presence_mode mode)
{
    out->in_person += mode == MODE_IN_PERSON;
    out->at_sites += mode == MODE_SITE;
    out->online += mode == MODE_ONLINE || mode == MODE_VOICE_RELAY;
}

/* The mode a member was last seen in, kept beside the fold. */
struct last_mode {
    struct identifier member;
    enum presence_mode mode;
    struct identifier site;
};
struct last_modes {
    struct last_mode *rows;
    size_t count;
};

static void remember_mode(struct last_modes *modes,
                          const struct event_presence_confirmed *event)
{
    size_t i;

    for (i = 0; i < modes->count; i++)
        if (identifier_equal(&modes->rows[i].member, &event->member))
            break;
    if (i == modes->count)
        modes->count++;
    modes->rows[i].member = event->member;
    modes->rows[i].mode = (enum presence_mode)event->mode;
    modes->rows[i].site = event->site;
}

static const struct last_mode *mode_of(const struct last_modes *modes,
                                       const struct identifier *member)
{
    size_t i;

    for (i = 0; i < modes->count; i++)
        if (identifier_equal(&modes->rows[i].member, member))
            return &modes->rows[i];
    return NULL;
}

static struct attendance count_attendance(const struct meeting_state *state,
                                          const struct last_modes *modes)
{
    struct attendance out = { 0 };
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];
        const struct last_mode *mode = mode_of(modes, &person->holder.id);

        out.official += person->category == CATEGORY_OFFICIAL;
        out.probationary += person->category == CATEGORY_PROBATIONARY;
        out.exempt += person->category == CATEGORY_EXEMPT;
        if (!mode || !is_counted(person))
            continue;
        out.present_official += person->category == CATEGORY_OFFICIAL;
        out.present_probationary += person->category == CATEGORY_PROBATIONARY;
        count_mode(&out, mode->mode);
    }
    return out;
}

static void tell_absent(struct writing *w, const struct names *names,
                        const struct last_modes *modes,
                        const uint64_t *absence_seqs)
{
    const struct meeting_state *state = w->final_state;
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];
        struct short_text name = comrade(w, names, &person->holder.id);

        if (!is_counted(person) || mode_of(modes, &person->holder.id))
            continue;
        if (person->absence == ABSENT_EXCUSED)
            say(w, PHRASE_ABSENT_EXCUSED, name.text,
                opening(w, absence_seqs[i], "reason"));
        else if (person->absence == ABSENT_UNEXCUSED)
            say(w, PHRASE_ABSENT_UNEXCUSED, name.text);
        else
            say(w, PHRASE_ABSENT_UNNOTED, name.text);
    }
}

static void tell_others(struct writing *w, const struct names *names,
                        const struct last_modes *modes)
{
    const struct meeting_state *state = w->final_state;
    size_t i;

    for (i = 0; i < state->person_count; i++)
        if (!is_counted(&state->people[i]) &&
            mode_of(modes, &state->people[i].holder.id))
            say(w, PHRASE_OTHERS, name_of(names, &state->people[i].holder.id));
}

static void tell_sites(struct writing *w, const struct names *names,
                       const struct last_modes *modes)
{
    const struct meeting_state *state = w->final_state;
    size_t i, k;

    for (i = 0; i < state->site_count; i++) {
        const struct meeting_site *site = &state->sites[i];
        unsigned long long count = 0;

        for (k = 0; k < modes->count; k++)
            count += modes->rows[k].mode == MODE_SITE &&
                     identifier_equal(&modes->rows[k].site, &site->holder.id);
        if (count > 0)
            say(w, PHRASE_SITE, name_of(names, &site->holder.id), count,
                name_of(names, &site->keeper));
    }
}

static void tell_form(struct writing *w, const struct attendance *attendance)
{
    bool is_remote = attendance->online + attendance->at_sites > 0;
    bool is_local = attendance->in_person + attendance->at_sites > 0;

    say(w, PHRASE_FORM,
        phrase(w, is_remote && is_local ? PHRASE_FORM_HYBRID
                  : is_remote           ? PHRASE_FORM_ONLINE
                                        : PHRASE_FORM_IN_PERSON));
}

static void tell_header(struct writing *w, const struct names *names,
                        const struct last_modes *modes,
                        const uint64_t *absence_seqs)
{
    const struct meeting_state *state = w->final_state;
    struct attendance a = count_attendance(state, modes);
    const char *upper = opening(w, 0, "upper_name");

    if (*upper) {
        byte_writer_text(&w->text, text_view_of(upper));
        byte_writer_text(&w->text, TEXT_LITERAL("\n"));
    }
    byte_writer_text(&w->text, text_view_of(opening(w, 0, "unit_name")));
    byte_writer_text(&w->text, TEXT_LITERAL("\n"));
    byte_writer_text(&w->text, text_view_of(phrase(w, PHRASE_PARTY)));
    byte_writer_text(&w->text, TEXT_LITERAL("\n\n"));
    byte_writer_text(&w->text, text_view_of(phrase(w, PHRASE_HEADING)));
    byte_writer_text(&w->text, TEXT_LITERAL("\n"));
    byte_writer_text(&w->text,
                     text_view_of(phrase(w, kind_phrase(state->kind))));
    byte_writer_text(&w->text, TEXT_LITERAL("\n"));
    byte_writer_text(&w->text, text_view_of(opening(w, 0, "title")));
    byte_writer_text(&w->text, TEXT_LITERAL("\n\n"));
    say(w, PHRASE_TIME,
        state->opened_ms > 0 ? full_time(w, state->opened_ms).text
                             : phrase(w, PHRASE_NOT_OPENED));
    if (state->phase == MEETING_CLOSED)
        say(w, PHRASE_TIME_END, full_time(w, state->closed_ms).text);
    else
        say(w, PHRASE_TIME_OPEN);
    say(w, PHRASE_PLACE, opening(w, 0, "place"));
    tell_form(w, &a);
    tell_sites(w, names, modes);
    say(w, PHRASE_ATTENDANCE);
    say(w, PHRASE_TOTAL, a.official + a.probationary, a.official,
        a.probationary, a.exempt);
    say(w, PHRASE_PRESENT, a.present_official + a.present_probationary,
        a.present_official, a.present_probationary, a.in_person, a.at_sites,
        a.online);
    say(w, PHRASE_ABSENT,
        a.official + a.probationary - a.present_official -
            a.present_probationary);
    tell_absent(w, names, modes, absence_seqs);
    tell_others(w, names, modes);
    say(w, PHRASE_CHAIR, comrade(w, names, &state->chair).text);
    say(w, PHRASE_MINUTE_TAKER, comrade(w, names, &state->minute_taker).text);
}

/* --- proceedings
 * --------------------------------------------------------------------- */

static enum minutes_phrase mode_phrase(int mode)
{
    switch (mode) {
    case MODE_SITE:
        return PHRASE_MODE_SITE;
    case MODE_IN_PERSON:
        return PHRASE_MODE_IN_PERSON;
    case MODE_VOICE_RELAY:
        return PHRASE_MODE_VOICE_RELAY;
    default:
        return PHRASE_MODE_ONLINE;
    }
}

/* Where the title of an agenda item stands. */
static const char *item_title(const struct writing *w,
                              const struct meeting_event *genesis,
                              const uint64_t *added_seqs,
                              const struct identifier *item)
{
    const struct items *agenda = &genesis->body.genesis.agenda;
    char field[64];
    size_t i;

    for (i = 0; i < agenda->count; i++) {
        (void)snprintf(field, sizeof field, "agenda.%zu.title", i);
        if (identifier_equal(
                &((const struct agenda_item *)agenda->data)[i].item, item))
            return opening(w, 0, field);
    }
    for (i = agenda->count; i < w->final_state->item_count; i++)
        if (identifier_equal(&w->final_state->items[i].id, item))
            return opening(w, added_seqs[i], "title");
    return item->text;
}

/* What both passes share; filled by the first. */
struct minutes_facts {
    struct names names;
    struct last_modes modes;
    uint64_t *absence_seqs; /* by person: event with the newest reason */
    uint64_t *item_seqs;    /* by item: event with its title */
    struct meeting_event genesis;
    struct message_memory genesis_memory;
};

static void tell_entry(struct writing *w, const struct identifier *id)
{
    const struct meeting_entry *entry = meeting_state_entry(w->final_state, id);

    if (entry && !entry->is_removed)
        say(w, PHRASE_ENTRY, opening(w, entry->seq, "text"));
}

static void tell_vote_closed(struct writing *w,
                             const struct event_vote_closed *event)
{
    char test[64];

    (void)snprintf(test, sizeof test, "%.*s", (int)event->test.size,
                   event->test.data);
    say(w, PHRASE_RESULT, (unsigned long long)event->yes,
        (unsigned long long)event->denominator,
        percent(w, event->yes, event->denominator).text,
        (unsigned long long)event->no, (unsigned long long)event->other,
        (unsigned long long)event->abstain,
        phrase(w, event->passed ? PHRASE_PASSED : PHRASE_NOT_PASSED), test);
}

static void tell_hall(struct writing *w, const struct names *names,
                      const struct event_hall_votes_entered *event)
{
    const char *place = identifier_is_empty(&event->site)
                            ? phrase(w, PHRASE_HALL_OWN)
                            : name_of(names, &event->site);

    say(w, PHRASE_HALL, place, name_of(names, &event->by),
        (unsigned long long)event->yes, (unsigned long long)event->no,
        (unsigned long long)event->other, (unsigned long long)event->abstain,
        (unsigned long long)event->ticked);
}

static void tell_speech(struct writing *w, const struct names *names,
                        const struct meeting_event *event)
{
    const struct event_floor_ended *ended = &event->body.floor_ended;
    uint64_t seconds = ended->spoken_ms / 1000;
    struct short_text duration =
        fill(w, PHRASE_DURATION, (unsigned long long)(seconds / 60),
             (unsigned long long)(seconds % 60));

    say(w, PHRASE_SPOKE, clock_time(w, event->at_ms).text,
        comrade(w, names, &ended->member).text, duration.text);
}

/* People: who came, went, presides, writes. False: another kind of event. */
static bool tell_people(struct writing *w, const struct names *names,
                        const struct meeting_event *event)
{
    struct short_text time = clock_time(w, event->at_ms);
    const char *at = time.text;

    switch ((int)event->kind) {
    case EVENT_PRESENCE_CONFIRMED_KIND:
        say(w, PHRASE_CAME, at,
            comrade(w, names, &event->body.presence_confirmed.member).text,
            phrase(w, mode_phrase(event->body.presence_confirmed.mode)));
        return true;
    case EVENT_PRESENCE_ENDED_KIND:
        say(w, PHRASE_WENT, at,
            comrade(w, names, &event->body.presence_ended.member).text);
        return true;
    case EVENT_CONNECTION_LOST_KIND:
        say(w, PHRASE_LINE_LOST, at,
            comrade(w, names, &event->body.connection_lost.holder).text);
        return true;
    case EVENT_CHAIR_TAKEN_KIND:
        say(w, PHRASE_CHAIR_TAKEN, at,
            comrade(w, names, &event->body.chair_taken.member).text);
        return true;
    case EVENT_MINUTES_HANDED_OVER_KIND:
        say(w, PHRASE_MINUTES_TAKEN, at,
            comrade(w, names, &event->body.minutes_handed_over.member).text);
        return true;
    case EVENT_ROLL_CONFIRMED_KIND:
        say(w, PHRASE_ROLL, at,
            (unsigned long long)event->body.roll_confirmed.official_present,
            (unsigned long long)event->body.roll_confirmed.official,
            (unsigned long long)event->body.roll_confirmed.probationary_present,
            (unsigned long long)event->body.roll_confirmed.probationary);
        return true;
    default:
        return false;
    }
}

static bool tell_votes(struct writing *w, const struct names *names,
                       const struct meeting_event *event)
{
    struct short_text time = clock_time(w, event->at_ms);

    switch ((int)event->kind) {
    case EVENT_VOTE_STARTED_KIND:
        say(w, PHRASE_MOTION, time.text, opening(w, event->seq, "motion"));
        return true;
    case EVENT_HALL_VOTES_ENTERED_KIND:
        tell_hall(w, names, &event->body.hall_votes_entered);
        return true;
    case EVENT_VOTE_CLOSED_KIND:
        tell_vote_closed(w, &event->body.vote_closed);
        return true;
    case EVENT_VOTE_CANCELLED_KIND:
        say(w, PHRASE_VOTE_CANCELLED, opening(w, event->seq, "reason"));
        return true;
    default:
        return false;
    }
}

static void tell_course(struct writing *w, const struct minutes_facts *facts,
                        const struct meeting_event *event)
{
    struct short_text time = clock_time(w, event->at_ms);

    switch ((int)event->kind) {
    case EVENT_OPENED_KIND:
        say(w, PHRASE_OPENED, time.text);
        break;
    case EVENT_ADJOURNED_KIND:
        say(w, PHRASE_ADJOURNED, time.text);
        break;
    case EVENT_RESUMED_KIND:
        say(w, PHRASE_RESUMED, time.text);
        break;
    case EVENT_SERVER_RESTARTED_KIND:
        say(w, PHRASE_RESTARTED, time.text);
        break;
    case EVENT_RECORDING_SET_KIND:
        say(w,
            event->body.recording_set.allowed ? PHRASE_RECORDING_ON
                                              : PHRASE_RECORDING_OFF,
            time.text);
        break;
    case EVENT_FLOOR_ENDED_KIND:
        tell_speech(w, &facts->names, event);
        break;
    case EVENT_ITEM_STARTED_KIND:
        say(w, PHRASE_ITEM, (unsigned long long)++w->item_number,
            item_title(w, &facts->genesis, facts->item_seqs,
                       &event->body.item_started.item),
            time.text);
        break;
    case EVENT_ENTRY_WRITTEN_KIND:
        tell_entry(w, &event->body.entry_written.entry);
        break;
    case EVENT_DOCUMENT_ATTACHED_KIND:
        say(w, PHRASE_DOCUMENT, time.text, opening(w, event->seq, "name"));
        break;
    default:
        break;
    }
}

static void tell_end(struct writing *w)
{
    char head[HEX_SIZE(HASH_SIZE)];

    say(w, PHRASE_CONCLUSION);
    if (w->final_state->phase == MEETING_CLOSED)
        say(w, PHRASE_CLOSED_AT, full_time(w, w->final_state->closed_ms).text);
    say(w, PHRASE_UNVOUCHED);
    hex_encode(w->head.bytes, HASH_SIZE, head);
    say(w, PHRASE_HEAD, (unsigned long long)w->source->event_count - 1, head);
    say(w, PHRASE_SIGNATURES);
}

/* --- the two passes
 * -------------------------------------------------------------------- */

static void note_item(struct minutes_facts *facts,
                      const struct meeting_state *state, uint64_t seq)
{
    facts->item_seqs[state->item_count - 1] = seq;
}

static void note_absence(struct minutes_facts *facts,
                         const struct meeting_state *state,
                         const struct meeting_event *event)
{
    size_t i;

    for (i = 0; i < state->person_count; i++)
        if (identifier_equal(&state->people[i].holder.id,
                             &event->body.absence_noted.member))
            facts->absence_seqs[i] = event->seq;
}

static enum result learn(struct writing *w, struct minutes_facts *facts,
                         const struct meeting_event *event)
{
    struct meeting_state *state = w->final_state;

    switch ((int)event->kind) {
    case EVENT_GENESIS_KIND:
        return learn_rows(w, &facts->names, 0, &event->body.genesis.roster,
                          &event->body.genesis.sites);
    case EVENT_ROSTER_CHANGED_KIND:
        return learn_rows(w, &facts->names, event->seq,
                          &event->body.roster_changed.roster,
                          &event->body.roster_changed.sites);
    case EVENT_PRESENCE_CONFIRMED_KIND:
        remember_mode(&facts->modes, &event->body.presence_confirmed);
        break;
    case EVENT_ABSENCE_NOTED_KIND:
        note_absence(facts, state, event);
        break;
    case EVENT_ITEM_ADDED_KIND:
        note_item(facts, state, event->seq);
        break;
    default:
        break;
    }
    return RESULT_OK;
}

static enum result first_pass(struct writing *w, struct minutes_facts *facts)
{
    const struct hash *previous = NULL;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; result == RESULT_OK && i < w->source->event_count; i++) {
        const struct minutes_event *source = &w->source->events[i];
        struct hash leaf = hash_chain_leaf(source->bytes, source->size);
        struct meeting_event event;
        struct message_memory memory = { 0 };
        struct field_error error;

        w->head = hash_chain_link(previous, i, &leaf);
        previous = &w->head;
        result = meeting_event_decode(source->bytes, source->size, &event,
                                      &memory, &error);
        if (result == RESULT_OK)
            result = meeting_state_apply(w->final_state, &event);
        if (result == RESULT_OK)
            result = learn(w, facts, &event);
        if (i == 0 && result == RESULT_OK) {
            facts->genesis = event;
            facts->genesis_memory = memory;
        } else {
            message_memory_release(&memory);
        }
    }
    return result;
}

static enum result second_pass(struct writing *w,
                               const struct minutes_facts *facts)
{
    enum result result = RESULT_OK;
    size_t i;

    say(w, PHRASE_CONTENT);
    for (i = 1; result == RESULT_OK && i < w->source->event_count; i++) {
        const struct minutes_event *source = &w->source->events[i];
        struct meeting_event event;
        struct message_memory memory = { 0 };
        struct field_error error;

        result = meeting_event_decode(source->bytes, source->size, &event,
                                      &memory, &error);
        if (result == RESULT_OK && !tell_people(w, &facts->names, &event) &&
            !tell_votes(w, &facts->names, &event))
            tell_course(w, facts, &event);
        message_memory_release(&memory);
    }
    return result;
}

static enum result prepare(struct writing *w, struct minutes_facts *facts)
{
    facts->modes.rows = calloc(LIMIT_ROSTER + 1, sizeof facts->modes.rows[0]);
    facts->absence_seqs = calloc(LIMIT_ROSTER + 1, sizeof(uint64_t));
    facts->item_seqs = calloc(LIMIT_AGENDA_ITEMS + 1, sizeof(uint64_t));
    if (!facts->modes.rows || !facts->absence_seqs || !facts->item_seqs)
        return RESULT_NO_MEMORY;
    return meeting_state_new(&w->final_state);
}

enum result minutes_text_render(const struct minutes_source *source,
                                enum minutes_language language, char **out,
                                size_t *size)
{
    struct writing w = { .source = source, .language = language };
    struct minutes_facts facts = { 0 };
    uint8_t *bytes = NULL;
    enum result result;

    if (source->event_count == 0)
        return RESULT_CORRUPT;
    byte_writer_init(&w.text, MINUTES_SIZE_MAX);
    result = prepare(&w, &facts);
    if (result == RESULT_OK)
        result = first_pass(&w, &facts);
    if (result == RESULT_OK) {
        w.clock = zone_clock_new(w.final_state->zone);
        tell_header(&w, &facts.names, &facts.modes, facts.absence_seqs);
        result = second_pass(&w, &facts);
        tell_end(&w);
    }
    if (result == RESULT_OK)
        result = byte_writer_take(&w.text, &bytes, size);
    if (result == RESULT_OK)
        *out = (char *)bytes;
    byte_writer_release(&w.text);
    meeting_state_free(w.final_state);
    zone_clock_free(w.clock);
    message_memory_release(&facts.genesis_memory);
    free(facts.names.rows);
    free(facts.modes.rows);
    free(facts.absence_seqs);
    free(facts.item_seqs);
    return result;
}
