#include "server/report/report_lists.h"

#include "server/report/report_score.h"

#include <stdio.h>

#define COLUMNS(columns) columns, sizeof(columns) / sizeof(columns)[0]
enum { MINUTE_MS = 60 * 1000 };

int report_month_of(int year, int month) { return 12 * year + month - 1; }

/* --- Cells --------------------------------------------------------------- */

static void add_id(struct report_table *table, const struct identifier *id)
{
    report_table_text(table, id->text);
}

static void add_minutes(struct report_table *table, int64_t ms)
{
    report_table_number(table, ms > 0 ? (uint64_t)ms / MINUTE_MS : 0);
}

static void add_month(struct report_table *table, int month)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%04d-%02d", month / 12, month % 12 + 1);
    report_table_text(table, text);
}

/* --- Sums over meetings -------------------------------------------------- */

/* What a row of meetings and one of months have in common. */
struct sums {
    uint64_t members;
    uint64_t attendance[REPORT_ATTENDANCE_COUNT];
    uint64_t late, left_early, others;
    uint64_t by_mode[presence_mode_count_];
    uint64_t speakers, speeches;
    uint64_t passed, failed, cancelled, ballots, ballots_void;
    uint64_t documents, documents_beforehand;
    uint64_t tasks, tasks_done, tasks_open;
    uint64_t lost, people_lost, restarts, clock_jumps, restored;
};

static void sum(struct sums *sums, const struct report_meeting *meeting)
{
    int i;

    for (i = 0; i < REPORT_ATTENDANCE_COUNT; i++)
        sums->attendance[i] +=
            report_meeting_members_of(meeting, (enum report_attendance)i);
    for (i = 0; i < presence_mode_count_; i++)
        sums->by_mode[i] += meeting->by_mode[i];
    sums->members += report_meeting_members(meeting);
    sums->late += meeting->late;
    sums->left_early += meeting->left_early;
    sums->others += meeting->others_present;
    sums->speakers += meeting->speakers;
    sums->speeches += meeting->speeches;
    sums->passed += meeting->votes_passed;
    sums->failed += meeting->votes_failed;
    sums->cancelled += meeting->votes_cancelled;
    sums->ballots += meeting->ballots_done;
    sums->ballots_void += meeting->ballots_void;
    sums->documents += meeting->documents;
    sums->documents_beforehand += meeting->facts.documents;
    sums->tasks += meeting->facts.tasks;
    sums->tasks_done += meeting->facts.tasks_done;
    sums->tasks_open += meeting->tasks_open;
    sums->lost += meeting->connections_lost;
    sums->people_lost += meeting->people_lost;
    sums->restarts += meeting->restarts;
    sums->clock_jumps += meeting->clock_jumps;
    sums->restored += meeting->restored;
}

#define SUM_COLUMNS                                                            \
    { "members", REPORT_NUMBER }, { "present", REPORT_NUMBER },                \
        { "present_percent", REPORT_HUNDREDTHS },                              \
        { "absent_excused", REPORT_NUMBER },                                   \
        { "absent_unexcused", REPORT_NUMBER },                                 \
        { "absent_unnoted", REPORT_NUMBER }, { "late", REPORT_NUMBER },        \
        { "left_early", REPORT_NUMBER }, { "others_present", REPORT_NUMBER },  \
        { "in_person", REPORT_NUMBER }, { "site", REPORT_NUMBER },             \
        { "online", REPORT_NUMBER }, { "voice_relay", REPORT_NUMBER },         \
        { "remote_percent", REPORT_HUNDREDTHS },                               \
        { "speakers", REPORT_NUMBER },                                         \
        { "speakers_percent", REPORT_HUNDREDTHS },                             \
        { "speeches", REPORT_NUMBER }, { "votes_passed", REPORT_NUMBER },      \
        { "votes_failed", REPORT_NUMBER },                                     \
        { "votes_cancelled", REPORT_NUMBER }, { "ballots", REPORT_NUMBER },    \
        { "ballots_void", REPORT_NUMBER }, { "documents", REPORT_NUMBER },     \
        { "documents_beforehand", REPORT_NUMBER },                             \
        { "tasks_before", REPORT_NUMBER }, { "tasks_done", REPORT_NUMBER },    \
        { "tasks_open", REPORT_NUMBER },                                       \
        { "connections_lost", REPORT_NUMBER },                                 \
        { "people_disconnected", REPORT_NUMBER },                              \
        { "server_restarts", REPORT_NUMBER },                                  \
        { "clock_jumps", REPORT_NUMBER },                                      \
    {                                                                          \
        "losses", REPORT_NUMBER                                                \
    }

static void add_sums(struct report_table *table, const struct sums *sums)
{
    const uint64_t present = sums->attendance[REPORT_PRESENT];
    const uint64_t online = sums->by_mode[MODE_ONLINE];
    const uint64_t relayed = sums->by_mode[MODE_VOICE_RELAY];

    report_table_number(table, sums->members);
    report_table_number(table, present);
    report_table_percent(table, present, sums->members);
    report_table_number(table, sums->attendance[REPORT_EXCUSED]);
    report_table_number(table, sums->attendance[REPORT_UNEXCUSED]);
    report_table_number(table, sums->attendance[REPORT_UNNOTED]);
    report_table_number(table, sums->late);
    report_table_number(table, sums->left_early);
    report_table_number(table, sums->others);
    report_table_number(table, sums->by_mode[MODE_IN_PERSON]);
    report_table_number(table, sums->by_mode[MODE_SITE]);
    report_table_number(table, online);
    report_table_number(table, relayed);
    report_table_percent(table, online + relayed, present);
    report_table_number(table, sums->speakers);
    report_table_percent(table, sums->speakers, present);
    report_table_number(table, sums->speeches);
    report_table_number(table, sums->passed);
    report_table_number(table, sums->failed);
    report_table_number(table, sums->cancelled);
    report_table_number(table, sums->ballots);
    report_table_number(table, sums->ballots_void);
    report_table_number(table, sums->documents);
    report_table_number(table, sums->documents_beforehand);
    report_table_number(table, sums->tasks);
    report_table_number(table, sums->tasks_done);
    report_table_number(table, sums->tasks_open);
    report_table_number(table, sums->lost);
    report_table_number(table, sums->people_lost);
    report_table_number(table, sums->restarts);
    report_table_number(table, sums->clock_jumps);
    report_table_number(table, sums->restored);
}

/* --- Meetings ------------------------------------------------------------ */

static const struct report_column meeting_columns[] = {
    { "unit", REPORT_TEXT },      { "unit_name", REPORT_TEXT },
    { "meeting", REPORT_TEXT },   { "kind", REPORT_WORD },
    { "title", REPORT_TEXT },     { "state", REPORT_WORD },
    { "starts_at", REPORT_TEXT }, { "opened_at", REPORT_TEXT },
    { "closed_at", REPORT_TEXT }, { "zone", REPORT_TEXT },
    { "minutes", REPORT_NUMBER }, { "minutes_min", REPORT_NUMBER },
    { "score", REPORT_NUMBER },   { "grade", REPORT_WORD },
    { "posting", REPORT_WORD },   SUM_COLUMNS
};

static const char *state_of(const struct report_meeting *meeting)
{
    if (meeting->opened_ms == 0)
        return "not_opened";
    return meeting->closed_ms > 0 ? "held" : "not_closed";
}

static void add_norm(struct report_table *table,
                     const struct report_meeting *meeting)
{
    if (meeting->rules && ruleset_has(meeting->rules, RULESET_LENGTH))
        report_table_number(table, meeting->rules->length.minutes);
    else
        report_table_empty(table);
}

static void add_score(struct report_table *table,
                      const struct meeting_score *score)
{
    if (score->seq == 0) {
        report_table_empty(table);
        report_table_empty(table);
        return;
    }
    report_table_number(table, score->total);
    report_table_text(table, grade_words.words[score->grade]);
}

static void add_meeting(struct report_table *table,
                        const struct report_unit *unit,
                        const struct report_meeting *meeting)
{
    struct sums sums = { 0 };

    report_table_row(table);
    add_id(table, &unit->id);
    report_table_text(table, unit->name);
    add_id(table, &meeting->id);
    report_table_text(table, meeting_kind_words.words[meeting->kind]);
    report_table_text(table, meeting->title);
    report_table_text(table, state_of(meeting));
    report_table_moment(table, meeting->zone, meeting->starts_at_ms);
    report_table_moment(table, meeting->zone, meeting->opened_ms);
    report_table_moment(table, meeting->zone, meeting->closed_ms);
    report_table_text(table, meeting->zone);
    add_minutes(table, meeting->length_ms);
    add_norm(table, meeting);
    add_score(table, &meeting->score);
    report_table_text(table, report_posting(meeting));
    sum(&sums, meeting);
    add_sums(table, &sums);
}

static bool is_in(const struct report_scope *scope,
                  const struct report_unit *unit,
                  const struct report_meeting *meeting)
{
    const int month = report_month_of(meeting->day.year, meeting->day.month);

    return identifier_equal(&meeting->cell, &unit->id) &&
           month >= scope->first_month && month <= scope->last_month;
}

enum result report_list_meetings(const struct report_scope *scope,
                                 struct report_table *out)
{
    size_t i, j;

    report_table_init(out, COLUMNS(meeting_columns));
    for (i = 0; i < scope->unit_count; i++)
        for (j = 0; j < scope->meeting_count; j++)
            if (is_in(scope, &scope->units[i], scope->meetings[j]))
                add_meeting(out, &scope->units[i], scope->meetings[j]);
    return report_table_result(out);
}

/* --- Months -------------------------------------------------------------- */

static const struct report_column month_columns[] = {
    { "unit", REPORT_TEXT },
    { "unit_name", REPORT_TEXT },
    { "month", REPORT_TEXT },
    { "meetings", REPORT_NUMBER },
    { "meetings_regular", REPORT_NUMBER },
    { "meetings_thematic", REPORT_NUMBER },
    { "meetings_by_groups", REPORT_NUMBER },
    { "meetings_committee", REPORT_NUMBER },
    { "meetings_groups", REPORT_NUMBER },
    { "meetings_remote", REPORT_NUMBER },
    { "minutes", REPORT_NUMBER },
    { "minutes_shortest", REPORT_NUMBER },
    { "meetings_short", REPORT_NUMBER },
    { "meetings_scored", REPORT_NUMBER },
    { "score_average", REPORT_HUNDREDTHS },
    SUM_COLUMNS
};

struct month_sums {
    uint64_t meetings, regular, thematic, committee, groups, by_groups, remote;
    uint64_t too_short, scored, score;
    int64_t length_ms, shortest_ms;
    struct sums sums;
};

static void sum_month(struct month_sums *month,
                      const struct report_meeting *meeting)
{
    month->committee += meeting->kind == KIND_COMMITTEE;
    month->groups += meeting->kind == KIND_PARTY_GROUP;
    if (!report_meeting_is_of_cell(meeting))
        return;
    if (month->meetings == 0 || meeting->length_ms < month->shortest_ms)
        month->shortest_ms = meeting->length_ms;
    month->meetings++;
    month->regular += meeting->kind == KIND_REGULAR;
    month->thematic += meeting->kind == KIND_THEMATIC;
    month->by_groups += meeting->part_count > 0;
    month->remote += report_meeting_remote(meeting) > 0;
    month->length_ms += meeting->length_ms;
    month->too_short += report_meeting_is_short(meeting);
    month->scored += meeting->score.seq > 0;
    month->score += meeting->score.total;
    sum(&month->sums, meeting);
}

static void add_unit_month(const struct report_scope *scope,
                           const struct report_unit *unit, int month,
                           struct report_table *out)
{
    struct month_sums sums = { 0 };
    size_t i;

    for (i = 0; i < scope->meeting_count; i++) {
        const struct report_meeting *meeting = scope->meetings[i];

        if (is_in(scope, unit, meeting) && report_meeting_is_held(meeting) &&
            report_month_of(meeting->day.year, meeting->day.month) == month)
            sum_month(&sums, meeting);
    }
    report_table_row(out);
    add_id(out, &unit->id);
    report_table_text(out, unit->name);
    add_month(out, month);
    report_table_number(out, sums.meetings);
    report_table_number(out, sums.regular);
    report_table_number(out, sums.thematic);
    report_table_number(out, sums.by_groups);
    report_table_number(out, sums.committee);
    report_table_number(out, sums.groups);
    report_table_number(out, sums.remote);
    add_minutes(out, sums.length_ms);
    add_minutes(out, sums.shortest_ms);
    report_table_number(out, sums.too_short);
    report_table_number(out, sums.scored);
    /* Of 100 points each: as a percentage. */
    report_table_percent(out, sums.score, sums.scored * SCORE_TOTAL);
    add_sums(out, &sums.sums);
}

enum result report_list_months(const struct report_scope *scope,
                               struct report_table *out)
{
    size_t i;
    int month;

    report_table_init(out, COLUMNS(month_columns));
    for (i = 0; i < scope->unit_count; i++)
        for (month = scope->first_month; month <= scope->last_month; month++)
            add_unit_month(scope, &scope->units[i], month, out);
    return report_table_result(out);
}

/* --- People -------------------------------------------------------------- */

static const struct report_column people_columns[] = {
    { "member", REPORT_TEXT },           { "name", REPORT_TEXT },
    { "category", REPORT_WORD },         { "office", REPORT_WORD },
    { "attendance", REPORT_WORD },       { "mode", REPORT_WORD },
    { "came_at", REPORT_TEXT },          { "left_at", REPORT_TEXT },
    { "late", REPORT_NUMBER },           { "left_early", REPORT_NUMBER },
    { "speeches", REPORT_NUMBER },       { "spoken_seconds", REPORT_NUMBER },
    { "disconnections", REPORT_NUMBER },
};

static void add_person(struct report_table *table,
                       const struct report_meeting *meeting,
                       const struct report_person *person)
{
    report_table_row(table);
    add_id(table, &person->member);
    report_table_text(table, person->name);
    report_table_text(table, category_words.words[person->category]);
    report_table_text(table, office_words.words[person->office]);
    report_table_text(table, report_attendance_word(person->attendance));
    report_table_text(
        table, person->mode ? presence_mode_words.words[person->mode] : "");
    report_table_moment(table, meeting->zone, person->came_ms);
    report_table_moment(table, meeting->zone, person->left_ms);
    report_table_number(table, person->is_late);
    report_table_number(table, person->left_early);
    report_table_number(table, person->speeches);
    report_table_number(table, (uint64_t)(person->spoken_ms / 1000));
    report_table_number(table, person->disconnections);
}

enum result report_list_people(const struct report_meeting *meeting,
                               struct report_table *out)
{
    size_t i;

    report_table_init(out, COLUMNS(people_columns));
    for (i = 0; i < meeting->person_count; i++) {
        const struct report_person *person = &meeting->people[i];

        if (report_person_is_member(person) ||
            person->attendance == REPORT_PRESENT)
            add_person(out, meeting, person);
    }
    return report_table_result(out);
}

/* --- Absence ------------------------------------------------------------- */

static const struct report_column absence_columns[] = {
    { "unit", REPORT_TEXT },
    { "unit_name", REPORT_TEXT },
    { "year", REPORT_NUMBER },
    { "member", REPORT_TEXT },
    { "name", REPORT_TEXT },
    { "category", REPORT_WORD },
    { "summoned", REPORT_NUMBER },
    { "present", REPORT_NUMBER },
    { "present_percent", REPORT_HUNDREDTHS },
    { "late", REPORT_NUMBER },
    { "left_early", REPORT_NUMBER },
    { "absent_excused", REPORT_NUMBER },
    { "absent_unexcused", REPORT_NUMBER },
    { "absent_unnoted", REPORT_NUMBER },
    { "excused_run", REPORT_NUMBER },
    { "months_unexcused", REPORT_NUMBER },
    { "flag", REPORT_WORD },
};

static void add_ledger_row(struct report_table *table,
                           const struct report_unit *unit, int year,
                           const struct report_ledger_row *row)
{
    report_table_row(table);
    add_id(table, &unit->id);
    report_table_text(table, unit->name);
    report_table_number(table, (uint64_t)year);
    add_id(table, &row->member);
    report_table_text(table, row->name);
    report_table_text(table, category_words.words[row->category]);
    report_table_number(table, row->summoned);
    report_table_number(table, row->present);
    report_table_percent(table, row->present, row->summoned);
    report_table_number(table, row->late);
    report_table_number(table, row->left_early);
    report_table_number(table, row->excused);
    report_table_number(table, row->unexcused);
    report_table_number(table, row->unnoted);
    report_table_number(table, row->excused_run);
    report_table_number(table, row->months_unexcused);
    report_table_text(table, row->is_flagged ? "to_be_considered" : "");
}

/* As the ruleset of the unit's newest meeting of the year says; 0: none does.
 */
static uint64_t months_of(const struct report_scope *scope,
                          const struct identifier *unit, int year)
{
    size_t i;

    for (i = scope->meeting_count; i > 0; i--) {
        const struct report_meeting *meeting = scope->meetings[i - 1];

        if (identifier_equal(&meeting->cell, unit) &&
            meeting->day.year == year && meeting->rules &&
            ruleset_has(meeting->rules, RULESET_DEADLINES))
            return meeting->rules->deadlines.absence_months;
    }
    return 0;
}

enum result report_list_absence(const struct report_scope *scope, int year,
                                uint64_t months_max, struct report_table *out)
{
    struct report_ledger ledger;
    size_t i, j;
    enum result result = RESULT_OK;

    report_table_init(out, COLUMNS(absence_columns));
    for (i = 0; result == RESULT_OK && i < scope->unit_count; i++) {
        const struct report_unit *unit = &scope->units[i];
        const uint64_t limit =
            months_max ? months_max : months_of(scope, &unit->id, year);

        result = report_ledger_make(scope->meetings, scope->meeting_count,
                                    &unit->id, year, limit, &ledger);
        if (result != RESULT_OK)
            return result;
        for (j = 0; j < ledger.count; j++)
            add_ledger_row(out, unit, year, &ledger.rows[j]);
        report_ledger_release(&ledger);
    }
    return report_table_result(out);
}
