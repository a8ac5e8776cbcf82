#include "server/report/report_meeting.h"

#include "protocol/meeting/log_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the reading needs besides the facts; rows stand beside those of
 * state->people. */
struct spell {
    bool is_present;
    bool was_present; /* a spell that has ended after the opening */
    int64_t came_ms, left_ms;
    enum presence_mode mode;
    char *name; /* owned until it is given to the facts */
};

struct reading {
    const struct store_log *log;
    const struct ruleset_shelf *shelf;
    struct report_meeting *out;
    struct meeting_state *state;
    struct spell *spells;
    size_t spell_count;
    int64_t break_since_ms; /* 0: no break is on */
    int64_t breaks_ms;
};

const char *report_attendance_word(enum report_attendance attendance)
{
    static const char *const words[REPORT_ATTENDANCE_COUNT] = {
        [REPORT_PRESENT] = "present",
        [REPORT_EXCUSED] = "absent_excused",
        [REPORT_UNEXCUSED] = "absent_unexcused",
        [REPORT_UNNOTED] = "absent_unnoted",
    };

    return words[attendance];
}

/* --- Texts --------------------------------------------------------------- */

/* A copy, "" if the opening is missing; NULL: out of memory. */
static char *opening_of(const struct store_log *log, uint64_t seq,
                        const char *field)
{
    size_t i;

    for (i = 0; i < log->opening_count; i++) {
        const struct store_opening *opening = &log->openings[i];

        if (opening->seq == seq && strcmp(opening->field, field) == 0)
            return strndup(opening->value, opening->value_size);
    }
    return strdup("");
}

static bool keep_text(char **place, const struct store_log *log, uint64_t seq,
                      const char *field)
{
    char *text = opening_of(log, seq, field);

    if (!text)
        return false;
    free(*place);
    *place = text;
    return true;
}

static struct spell *spell_of(struct reading *reading,
                              const struct identifier *member)
{
    const struct meeting_person *person =
        meeting_state_person(reading->state, member);

    return person ? &reading->spells[person - reading->state->people] : NULL;
}

static enum result keep_names(struct reading *reading, uint64_t seq,
                              const struct items *rows)
{
    const struct roster_person *row = rows->data;
    char field[64];
    size_t i;

    for (i = 0; i < rows->count; i++) {
        struct spell *spell = spell_of(reading, &row[i].member);

        (void)snprintf(field, sizeof field, "roster.%zu.name", i);
        if (spell && !keep_text(&spell->name, reading->log, seq, field))
            return RESULT_NO_MEMORY;
    }
    return RESULT_OK;
}

static enum result learn_genesis(struct reading *reading,
                                 const struct event_genesis *body)
{
    struct report_meeting *out = reading->out;
    const struct ruleset_book *book =
        reading->shelf
            ? ruleset_shelf_by_hash(reading->shelf, &body->ruleset_hash)
            : NULL;

    out->rules = book ? &book->rules : NULL;
    if (!keep_text(&out->title, reading->log, 0, "title") ||
        !keep_text(&out->unit_name, reading->log, 0, "unit_name"))
        return RESULT_NO_MEMORY;
    return keep_names(reading, 0, &body->roster);
}

/* --- Presence and course ------------------------------------------------- */

static void note_presence(struct reading *reading, int64_t at_ms,
                          const struct event_presence_confirmed *body)
{
    struct spell *spell = spell_of(reading, &body->member);

    if (!spell)
        return;
    if (!spell->is_present && !spell->was_present)
        spell->came_ms = at_ms;
    spell->is_present = true;
    spell->mode = (enum presence_mode)body->mode;
}

static void note_leave(struct reading *reading, int64_t at_ms,
                       const struct event_presence_ended *body)
{
    struct spell *spell = spell_of(reading, &body->member);

    if (!spell)
        return;
    spell->is_present = false;
    if (body->reason == END_UNTICKED || reading->state->opened_ms == 0)
        return;
    spell->was_present = true;
    spell->left_ms = at_ms;
}

static void end_break(struct reading *reading, int64_t at_ms)
{
    if (reading->break_since_ms > 0)
        reading->breaks_ms += at_ms - reading->break_since_ms;
    reading->break_since_ms = 0;
}

static enum result learn(struct reading *reading,
                         const struct meeting_event *event)
{
    struct report_meeting *out = reading->out;

    switch ((int)event->kind) {
    case EVENT_GENESIS_KIND:
        return learn_genesis(reading, &event->body.genesis);
    case EVENT_ROSTER_CHANGED_KIND:
        return keep_names(reading, event->seq,
                          &event->body.roster_changed.roster);
    case EVENT_PRESENCE_CONFIRMED_KIND:
        note_presence(reading, event->at_ms, &event->body.presence_confirmed);
        break;
    case EVENT_PRESENCE_ENDED_KIND:
        note_leave(reading, event->at_ms, &event->body.presence_ended);
        break;
    case EVENT_ADJOURNED_KIND:
        reading->break_since_ms = event->at_ms;
        break;
    case EVENT_RESUMED_KIND:
    case EVENT_CLOSED_KIND:
        end_break(reading, event->at_ms);
        break;
    case EVENT_DECIDED_BY_GROUPS_KIND:
        out->votes_passed += event->body.decided_by_groups.passed;
        out->votes_failed += !event->body.decided_by_groups.passed;
        break;
    case EVENT_CONNECTION_LOST_KIND:
        out->connections_lost++;
        break;
    case EVENT_SERVER_RESTARTED_KIND:
        out->restarts++;
        break;
    case EVENT_CLOCK_JUMPED_KIND:
        out->clock_jumps++;
        break;
    case EVENT_RESTORED_KIND:
        out->restored++;
        break;
    default:
        break;
    }
    return RESULT_OK;
}

/* --- The pass ------------------------------------------------------------ */

static bool keep_up(struct reading *reading)
{
    const size_t needed = reading->state->person_count;
    struct spell *grown;

    if (reading->spell_count >= needed)
        return true;
    grown = realloc(reading->spells, needed * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + reading->spell_count, 0,
           (needed - reading->spell_count) * sizeof *grown);
    reading->spells = grown;
    reading->spell_count = needed;
    return true;
}

static enum result learn_one(struct reading *reading,
                             const struct store_event *row)
{
    struct meeting_event event;
    struct message_memory memory = { 0 };
    struct field_error error;
    enum result result = meeting_event_decode(
        (const char *)row->bytes, row->size, &event, &memory, &error);

    if (result == RESULT_OK)
        result = meeting_state_apply(reading->state, &event);
    if (result == RESULT_OK && !keep_up(reading))
        result = RESULT_NO_MEMORY;
    if (result == RESULT_OK)
        result = learn(reading, &event);
    message_memory_release(&memory);
    return result == RESULT_OK || result == RESULT_NO_MEMORY ? result
                                                             : RESULT_CORRUPT;
}

/* --- Summing up ---------------------------------------------------------- */

bool report_person_is_member(const struct report_person *person)
{
    return person->category == CATEGORY_OFFICIAL ||
           person->category == CATEGORY_PROBATIONARY;
}

static enum report_attendance attendance_of(const struct meeting_person *row,
                                            bool came)
{
    if (came)
        return REPORT_PRESENT;
    if (row->absence == ABSENT_EXCUSED)
        return REPORT_EXCUSED;
    return row->absence == ABSENT_UNEXCUSED ? REPORT_UNEXCUSED : REPORT_UNNOTED;
}

static bool is_late(const struct report_meeting *meeting, int64_t came_ms)
{
    if (meeting->rules && ruleset_has(meeting->rules, RULESET_PUNCTUALITY))
        return punctuality_is_late(&meeting->rules->punctuality,
                                   meeting->opened_ms, came_ms);
    return came_ms > meeting->opened_ms;
}

/* Of somebody who was gone at the closing. */
static bool is_early(const struct report_meeting *meeting, int64_t left_ms)
{
    return meeting->closed_ms == 0 || !meeting->rules ||
           !ruleset_has(meeting->rules, RULESET_PUNCTUALITY) ||
           punctuality_is_early(&meeting->rules->punctuality,
                                meeting->closed_ms, left_ms);
}

static void sum_person(const struct report_meeting *meeting,
                       struct report_person *person,
                       const struct meeting_person *row, struct spell *spell)
{
    const int64_t opened_ms = meeting->opened_ms;
    const bool came =
        opened_ms > 0 && (spell->is_present || spell->was_present);

    *person = (struct report_person){
        .member = row->holder.id,
        .name = spell->name,
        .category = row->category,
        .office = row->office,
        .attendance = attendance_of(row, came),
        .disconnections = row->disconnections,
        .speeches = row->speeches,
        .spoken_ms = row->spoken_ms,
    };
    spell->name = NULL;
    if (!came)
        return;
    person->mode = spell->mode;
    person->is_late = is_late(meeting, spell->came_ms);
    person->came_ms = spell->came_ms > opened_ms ? spell->came_ms : opened_ms;
    person->left_ms = spell->is_present ? 0 : spell->left_ms;
    person->left_early =
        !spell->is_present && is_early(meeting, spell->left_ms);
}

static void count_person(struct report_meeting *out,
                         const struct report_person *person)
{
    const int row = person->category == CATEGORY_OFFICIAL ? REPORT_OFFICIAL
                                                          : REPORT_PROBATIONARY;

    out->people_lost += person->disconnections > 0;
    out->speeches += person->speeches;
    out->spoken_ms += person->spoken_ms;
    if (!report_person_is_member(person)) {
        out->others_present += person->attendance == REPORT_PRESENT;
        return;
    }
    out->matrix[row][person->attendance]++;
    if (person->attendance != REPORT_PRESENT)
        return;
    out->late += person->is_late;
    out->left_early += person->left_early;
    out->by_mode[person->mode]++;
    out->speakers += person->speeches > 0;
}

void report_meeting_count(struct report_meeting *meeting)
{
    size_t i;

    memset(meeting->matrix, 0, sizeof meeting->matrix);
    memset(meeting->by_mode, 0, sizeof meeting->by_mode);
    meeting->late = meeting->left_early = 0;
    meeting->others_present = meeting->people_lost = 0;
    meeting->speakers = meeting->speeches = 0;
    meeting->spoken_ms = 0;
    for (i = 0; i < meeting->person_count; i++)
        count_person(meeting, &meeting->people[i]);
}

static void sum_agenda(struct report_meeting *out,
                       const struct meeting_state *state)
{
    const struct meeting_agenda *agenda = &state->agenda;
    size_t i;

    for (i = 0; i < agenda->document_count; i++)
        out->documents += !agenda->documents[i].is_withdrawn;
    for (i = 0; i < agenda->task_count; i++)
        out->tasks_open += !meeting_task_is_over(&agenda->tasks[i]);
    meeting_score_facts_of(
        state, state->closed_ms ? state->closed_ms : state->at_ms, &out->facts);
}

static enum result keep_parts(struct report_meeting *out,
                              const struct meeting_kinds *kinds)
{
    size_t i;

    if (kinds->group_count == 0)
        return RESULT_OK;
    out->parts = calloc(kinds->group_count, sizeof *out->parts);
    if (!out->parts)
        return RESULT_NO_MEMORY;
    out->part_count = kinds->group_count;
    for (i = 0; i < kinds->group_count; i++)
        out->parts[i] = kinds->groups[i].meeting;
    return RESULT_OK;
}

static enum result sum_people(struct reading *reading)
{
    struct report_meeting *out = reading->out;
    const struct meeting_state *state = reading->state;
    size_t i;

    out->people = calloc(state->person_count ? state->person_count : 1,
                         sizeof *out->people);
    if (!out->people)
        return RESULT_NO_MEMORY;
    out->person_count = state->person_count;
    for (i = 0; i < state->person_count; i++) {
        sum_person(out, &out->people[i], &state->people[i],
                   &reading->spells[i]);
    }
    report_meeting_count(out);
    return RESULT_OK;
}

static void sum_votes(struct report_meeting *out,
                      const struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->vote_count; i++) {
        const struct meeting_vote *vote = &state->votes[i];

        out->votes_passed += vote->phase == VOTE_CLOSED && vote->is_passed;
        out->votes_failed += vote->phase == VOTE_CLOSED && !vote->is_passed;
        out->votes_cancelled += vote->phase == VOTE_CANCELLED;
    }
    for (i = 0; i < state->ballot_count; i++) {
        out->ballots_done += state->ballots[i].phase == BALLOT_PHASE_DONE;
        out->ballots_void += state->ballots[i].phase == BALLOT_PHASE_VOID;
    }
}

static enum result sum_up(struct reading *reading)
{
    struct report_meeting *out = reading->out;
    const struct meeting_state *state = reading->state;
    struct zone_clock *clock = zone_clock_new(state->zone);

    if (!clock)
        return RESULT_NO_MEMORY;
    out->id = state->meeting;
    out->unit = out->cell = state->unit;
    out->kind = state->kind;
    memcpy(out->zone, state->zone, sizeof out->zone);
    memcpy(out->ruleset, state->ruleset, sizeof out->ruleset);
    out->starts_at_ms = state->starts_at_ms;
    out->opened_ms = state->opened_ms;
    out->closed_ms = state->closed_ms;
    if (out->opened_ms > 0 && out->closed_ms > 0)
        out->length_ms = out->closed_ms - out->opened_ms - reading->breaks_ms;
    out->day = zone_clock_at(clock, out->opened_ms ? out->opened_ms
                                                   : out->starts_at_ms);
    zone_clock_free(clock);
    out->score = state->score;
    sum_votes(out, state);
    sum_agenda(out, state);
    return keep_parts(out, &state->kinds) == RESULT_OK ? sum_people(reading)
                                                       : RESULT_NO_MEMORY;
}

static void reading_release(struct reading *reading)
{
    size_t i;

    for (i = 0; i < reading->spell_count; i++)
        free(reading->spells[i].name);
    free(reading->spells);
    meeting_state_free(reading->state);
}

enum result report_meeting_read(const struct store_log *log,
                                const struct ruleset_shelf *shelf,
                                struct report_meeting **out)
{
    struct reading reading = { .log = log, .shelf = shelf };
    enum result result = meeting_state_new(&reading.state);
    size_t i;

    reading.out = calloc(1, sizeof *reading.out);
    if (!reading.out)
        result = RESULT_NO_MEMORY;
    for (i = 0; result == RESULT_OK && i < log->event_count; i++)
        result = learn_one(&reading, &log->events[i]);
    if (result == RESULT_OK && reading.state->phase == MEETING_NOTHING)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = sum_up(&reading);
    reading_release(&reading);
    if (result == RESULT_OK)
        *out = reading.out;
    else
        report_meeting_free(reading.out);
    return result;
}

struct report_meeting *report_meeting_free(struct report_meeting *meeting)
{
    size_t i;

    if (!meeting)
        return NULL;
    for (i = 0; i < meeting->person_count; i++)
        free(meeting->people[i].name);
    free(meeting->people);
    free(meeting->parts);
    free(meeting->title);
    free(meeting->unit_name);
    free(meeting);
    return NULL;
}

/* --- Questions ----------------------------------------------------------- */

bool report_meeting_is_held(const struct report_meeting *meeting)
{
    return meeting->opened_ms > 0 && meeting->closed_ms > 0;
}

enum { MINUTE_MS = 60 * 1000 };

bool report_meeting_is_short(const struct report_meeting *meeting)
{
    return report_meeting_is_held(meeting) && meeting->rules &&
           ruleset_has(meeting->rules, RULESET_LENGTH) &&
           !length_is_enough(&meeting->rules->length,
                             (uint64_t)meeting->length_ms / MINUTE_MS);
}

struct meeting_score_facts
report_meeting_score_facts(const struct report_meeting *meeting)
{
    struct meeting_score_facts facts = meeting->facts;

    facts.minutes = (uint64_t)meeting->length_ms / MINUTE_MS;
    facts.summoned = report_meeting_members(meeting);
    facts.present = report_meeting_members_of(meeting, REPORT_PRESENT);
    facts.excused = report_meeting_members_of(meeting, REPORT_EXCUSED);
    facts.unexcused = report_meeting_members_of(meeting, REPORT_UNEXCUSED);
    facts.speakers = meeting->speakers;
    return facts;
}

bool report_meeting_is_of_cell(const struct report_meeting *meeting)
{
    return meeting->kind != KIND_COMMITTEE && meeting->kind != KIND_PARTY_GROUP;
}

uint64_t report_meeting_members_of(const struct report_meeting *meeting,
                                   enum report_attendance attendance)
{
    return meeting->matrix[REPORT_OFFICIAL][attendance] +
           meeting->matrix[REPORT_PROBATIONARY][attendance];
}

uint64_t report_meeting_members(const struct report_meeting *meeting)
{
    uint64_t count = 0;
    int i;

    for (i = 0; i < REPORT_ATTENDANCE_COUNT; i++)
        count += report_meeting_members_of(meeting, (enum report_attendance)i);
    return count;
}

uint64_t report_meeting_remote(const struct report_meeting *meeting)
{
    return meeting->by_mode[MODE_ONLINE] + meeting->by_mode[MODE_VOICE_RELAY];
}

const struct report_person *
report_meeting_person(const struct report_meeting *meeting,
                      const struct identifier *member)
{
    size_t i;

    for (i = 0; i < meeting->person_count; i++)
        if (identifier_equal(&meeting->people[i].member, member))
            return &meeting->people[i];
    return NULL;
}
