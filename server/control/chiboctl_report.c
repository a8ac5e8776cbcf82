/* Reports over stored logs: which cells and months are meant, reading the logs,
 * and the tables as files. */
#include "server/control/chiboctl_report.h"

#include "protocol/program/result_words.h"
#include "server/control/ruleset_folder.h"
#include "server/control/ruleset_store.h"
#include "server/platform/private_file.h"
#include "server/report/report_groups.h"
#include "server/report/report_score.h"
#include "server/store/store_sqlite.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* --- The register -------------------------------------------------------- */

static enum result keep_openings(struct register_book *book,
                                 const struct store_log *log)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; result == RESULT_OK && i < log->opening_count; i++) {
        const struct store_opening *row = &log->openings[i];
        struct opening opening = { .seq = row->seq,
                                   .value = { row->value, row->value_size } };

        if (strlen(row->field) > OPENING_FIELD_SIZE_MAX)
            return RESULT_CORRUPT;
        memcpy(opening.field, row->field, strlen(row->field) + 1);
        memcpy(opening.salt.bytes, row->salt, sizeof row->salt);
        result = register_book_keep_opening(book, &opening);
    }
    return result;
}

static enum result read_book(struct chiboctl *ctl, struct store_sqlite *sqlite,
                             const struct identifier *organisation)
{
    struct store_log *log = NULL;
    enum result result = register_book_new(&ctl->book, organisation);

    if (result == RESULT_OK)
        result = store_sqlite_load_log(sqlite, organisation, &log);
    for (size_t i = 0; result == RESULT_OK && i < log->event_count; i++)
        result = register_book_add_event(
            ctl->book, (const char *)log->events[i].bytes, log->events[i].size);
    if (result == RESULT_OK)
        result = keep_openings(ctl->book, log);
    store_log_free(log);
    return result;
}

/* --- Cells --------------------------------------------------------------- */

/* Is the cell one of those that are asked about? `under` may be empty. */
static bool is_wanted(const struct register_state *state,
                      const struct register_unit *unit,
                      const struct identifier *cell,
                      const struct identifier *under)
{
    if (unit->kind != UNIT_CELL)
        return false;
    if (!identifier_is_empty(cell) && !identifier_equal(&unit->id, cell))
        return false;
    return identifier_is_empty(under) ||
           register_state_is_within(state, &unit->id, under);
}

static bool choose_units(struct chiboctl *ctl, struct chiboctl_logs *logs)
{
    const struct register_state *state = register_book_state(ctl->book);
    const char *cell_text = chiboctl_option(ctl, "cell");
    const char *under_text = chiboctl_option(ctl, "under");
    struct identifier cell = { "" }, under = { "" };

    if ((cell_text && !chiboctl_find_unit(ctl, cell_text, &cell)) ||
        (under_text && !chiboctl_find_unit(ctl, under_text, &under)))
        return false;
    logs->units = calloc(state->unit_count + 1, sizeof *logs->units);
    if (!logs->units) {
        chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
        return false;
    }
    for (size_t i = 0; i < state->unit_count; i++) {
        const struct register_unit *unit = &state->units[i];

        if (is_wanted(state, unit, &cell, &under))
            logs->units[logs->unit_count++] = (struct report_unit){
                unit->id, register_book_name(ctl->book, unit->name_seq)
            };
    }
    return true;
}

/* --- Meetings ------------------------------------------------------------ */

/* The cell of a unit that meets: itself, or the one that a group belongs to. */
static struct identifier cell_of(const struct register_state *state,
                                 const struct identifier *id)
{
    const struct register_unit *unit = register_state_unit(state, id);

    return unit && unit->kind == UNIT_PARTY_GROUP ? unit->parent : *id;
}

/* False: its cell is not asked about. */
static bool find_cell(const struct chiboctl *ctl,
                      const struct chiboctl_logs *logs,
                      const struct identifier *meeting, struct identifier *cell)
{
    const struct register_state *state = register_book_state(ctl->book);
    const struct register_meeting *call =
        register_state_meeting(state, meeting);

    if (!call)
        return false;
    *cell = cell_of(state, &call->unit);
    for (size_t i = 0; i < logs->unit_count; i++)
        if (identifier_equal(&logs->units[i].id, cell))
            return true;
    return false;
}

static enum result read_meeting(struct store_sqlite *sqlite,
                                const struct ruleset_shelf *shelf,
                                const struct identifier *id,
                                struct report_meeting **out)
{
    struct store_log *log = NULL;
    enum result result = store_sqlite_load_log(sqlite, id, &log);

    if (result == RESULT_OK)
        result = report_meeting_read(log, shelf, out);
    store_log_free(log);
    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_REFUSED, "%s: %s", id->text,
                      result_words(result));
    return result;
}

static int64_t time_of(const struct report_meeting *meeting)
{
    return meeting->opened_ms ? meeting->opened_ms : meeting->starts_at_ms;
}

static int by_time(const void *a, const void *b)
{
    const int64_t x = time_of(*(struct report_meeting *const *)a);
    const int64_t y = time_of(*(struct report_meeting *const *)b);

    return (x > y) - (x < y);
}

/* RESULT_CORRUPT: said of which. */
static enum result read_meetings(struct chiboctl *ctl,
                                 struct store_sqlite *sqlite,
                                 const struct store_log_summary *summaries,
                                 size_t count, struct chiboctl_logs *logs)
{
    enum result result = RESULT_OK;
    struct identifier cell;

    logs->meetings = calloc(count + 1, sizeof(struct report_meeting *));
    if (!logs->meetings)
        return RESULT_NO_MEMORY;
    for (size_t i = 1; result == RESULT_OK && i < count; i++) {
        if (!find_cell(ctl, logs, &summaries[i].id, &cell))
            continue;
        result = read_meeting(sqlite, &logs->shelf, &summaries[i].id,
                              &logs->meetings[logs->meeting_count]);
        if (result == RESULT_OK)
            logs->meetings[logs->meeting_count++]->cell = cell;
    }
    if (result == RESULT_OK && logs->meeting_count > 0)
        qsort(logs->meetings, logs->meeting_count, sizeof *logs->meetings,
              by_time);
    if (result == RESULT_OK)
        report_meetings_gather(logs->meetings, logs->meeting_count);
    return result;
}

static bool say(const struct chiboctl *ctl, enum result result)
{
    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", ctl->config.database_path,
                      result_words(result));
    return result == RESULT_OK;
}

/* Without the file of its ruleset a meeting is told without what that says. */
static bool read_rules(const struct chiboctl *ctl, struct chiboctl_logs *logs)
{
    const enum result result =
        ruleset_folder_read(ctl->config.rules_directory, &logs->shelf);

    if (result == RESULT_OK || result == RESULT_NOT_FOUND)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", ctl->config.rules_directory,
                  result_words(result));
    return false;
}

bool chiboctl_logs_read(struct chiboctl *ctl, struct chiboctl_logs *logs)
{
    struct store_sqlite *sqlite = NULL;
    struct store_log_summary *summaries = NULL;
    size_t count = 0;
    bool is_read = false;
    enum result result;

    if (!chiboctl_load_config(ctl) || !read_rules(ctl, logs))
        return false;
    result = store_sqlite_open(&sqlite, ctl->config.database_path,
                               STORE_SQLITE_READ);
    if (result == RESULT_OK)
        result = ruleset_store_find(sqlite, &logs->shelf);
    if (result == RESULT_OK)
        result = store_sqlite_list_logs(sqlite, &summaries, &count);
    if (result == RESULT_OK && count == 0)
        result = RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = read_book(ctl, sqlite, &summaries[0].id);
    if (say(ctl, result) && choose_units(ctl, logs))
        is_read = say(ctl, read_meetings(ctl, sqlite, summaries, count, logs));
    free(summaries);
    store_sqlite_close(sqlite);
    return is_read;
}

void chiboctl_logs_release(struct chiboctl_logs *logs)
{
    for (size_t i = 0; i < logs->meeting_count; i++)
        report_meeting_free(logs->meetings[i]);
    free(logs->meetings);
    free(logs->units);
    ruleset_shelf_release(&logs->shelf);
    *logs = (struct chiboctl_logs){ 0 };
}

const struct report_meeting *
chiboctl_logs_meeting(const struct chiboctl_logs *logs, const char *text)
{
    for (size_t i = 0; i < logs->meeting_count; i++)
        if (strcmp(logs->meetings[i]->id.text, text) == 0)
            return logs->meetings[i];
    chiboctl_fail(CHIBOCTL_FAILED, _("no meeting \"%s\" has begun"), text);
    return NULL;
}

/* --- Months -------------------------------------------------------------- */

/* So many decimal digits as a number; negative: they are no digits. */
static int digits(const char *text, size_t count)
{
    int number = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        number = 10 * number + (text[i] - '0');
    }
    return number;
}

/* "2026-02"; a negative number: it is not one, and that was said. */
static int month_option(const struct chiboctl *ctl, const char *name, int usual)
{
    const char *text = chiboctl_option(ctl, name);
    const bool is_long_enough = text && strlen(text) == 7 && text[4] == '-';
    const int year = is_long_enough ? digits(text, 4) : -1;
    const int month = is_long_enough ? digits(text + 5, 2) : -1;

    if (!text)
        return usual;
    if (year > 0 && month >= 1 && month <= 12)
        return report_month_of(year, month);
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("--%s takes a month such as 2026-02, not \"%s\""), name,
                  text);
    return -1;
}

static bool choose_scope(const struct chiboctl *ctl,
                         const struct chiboctl_logs *logs,
                         struct report_scope *scope)
{
    int first = INT_MAX, last = 0;

    for (size_t i = 0; i < logs->meeting_count; i++) {
        const struct zone_moment *day = &logs->meetings[i]->day;
        const int month = report_month_of(day->year, day->month);

        first = month < first ? month : first;
        last = month > last ? month : last;
    }
    *scope = (struct report_scope){
        .units = logs->units,
        .unit_count = logs->unit_count,
        .meetings = (const struct report_meeting *const *)logs->meetings,
        .meeting_count = logs->meeting_count,
        .first_month = month_option(ctl, "from", first),
        .last_month = month_option(ctl, "to", last),
    };
    return scope->first_month >= 0 && scope->last_month >= 0;
}

/* --- Showing ------------------------------------------------------------- */

static bool choose_form(const struct chiboctl *ctl, struct report_csv *form)
{
    const char *separator = chiboctl_option(ctl, "separator");

    *form = (struct report_csv){ .separator = ',',
                                 .has_mark = !chiboctl_has(ctl, "no-bom"),
                                 .words = chiboctl_report_word };
    if (!separator || strcmp(separator, ",") == 0)
        return true;
    form->separator = strcmp(separator, "tab") == 0 ? '\t' : ';';
    if (form->separator == '\t' || strcmp(separator, ";") == 0)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED, _("--separator is \",\", \";\" or tab"));
    return false;
}

static int write_csv(struct chiboctl *ctl, const struct report_table *table)
{
    const char *path = chiboctl_option(ctl, "output");
    struct report_csv form;
    char *text = NULL;
    size_t size = 0;
    int code = CHIBOCTL_OK;

    if (!choose_form(ctl, &form))
        return CHIBOCTL_FAILED;
    if (report_table_csv(table, &form, &text, &size) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    if (path && private_file_write(path, text, size) != RESULT_OK)
        code =
            chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
    if (!path && (fwrite(text, 1, size, stdout) != size || fflush(stdout) != 0))
        code = chiboctl_fail(CHIBOCTL_FAILED, "%s", system_words(errno));
    free(text);
    return code;
}

int chiboctl_report_show(struct chiboctl *ctl, struct report_table *table,
                         enum result result)
{
    int code = CHIBOCTL_OK;

    if (result != RESULT_OK)
        code = chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    else if (!ctl->is_json)
        code = write_csv(ctl, table);
    else
        for (size_t i = 0; i < report_table_count(table); i++)
            chiboctl_row(ctl, report_table_object(table, i), NULL);
    report_table_release(table);
    return code;
}

/* --- The commands -------------------------------------------------------- */

typedef enum result (*list_fn)(const struct report_scope *scope,
                               struct report_table *out);

static int run_list(struct chiboctl *ctl, list_fn list)
{
    struct chiboctl_logs logs = { 0 };
    struct report_table table = { 0 };
    struct report_scope scope;
    int code = CHIBOCTL_FAILED;

    if (chiboctl_logs_read(ctl, &logs) && choose_scope(ctl, &logs, &scope))
        code = chiboctl_report_show(ctl, &table, list(&scope, &table));
    chiboctl_logs_release(&logs);
    return code;
}

static int run_meetings(struct chiboctl *ctl)
{
    return run_list(ctl, report_list_meetings);
}

static int run_months(struct chiboctl *ctl)
{
    return run_list(ctl, report_list_months);
}

static int run_attendance(struct chiboctl *ctl)
{
    struct chiboctl_logs logs = { 0 };
    struct report_table table = { 0 };
    const struct report_meeting *meeting = NULL;
    int code = CHIBOCTL_FAILED;

    if (chiboctl_logs_read(ctl, &logs))
        meeting = chiboctl_logs_meeting(&logs, ctl->arguments[0]);
    if (meeting)
        code = chiboctl_report_show(ctl, &table,
                                    report_list_people(meeting, &table));
    chiboctl_logs_release(&logs);
    return code;
}

static int run_score(struct chiboctl *ctl)
{
    struct chiboctl_logs logs = { 0 };
    struct report_table table = { 0 };
    const struct report_meeting *meeting = NULL;
    int code = CHIBOCTL_FAILED;

    if (chiboctl_logs_read(ctl, &logs))
        meeting = chiboctl_logs_meeting(&logs, ctl->arguments[0]);
    if (meeting && !report_has_score(meeting))
        code = chiboctl_fail(CHIBOCTL_REFUSED,
                             _("the ruleset %s of this meeting has no score "
                               "sheet, or its file is not here"),
                             meeting->ruleset);
    else if (meeting)
        code = chiboctl_report_show(
            ctl, &table,
            report_list_score(
                (const struct report_meeting *const *)logs.meetings,
                logs.meeting_count, meeting, &table));
    chiboctl_logs_release(&logs);
    return code;
}

/* A whole number of at most `most`, four digits long; negative: said why. */
static int number_option(const struct chiboctl *ctl, const char *name,
                         int usual, int most)
{
    const char *text = chiboctl_option(ctl, name);
    const size_t size = text ? strlen(text) : 0;
    const int number = size >= 1 && size <= 4 ? digits(text, size) : -1;

    if (!text)
        return usual;
    if (number >= 0 && number <= most)
        return number;
    chiboctl_fail(CHIBOCTL_FAILED, _("--%s takes a number, not \"%s\""), name,
                  text);
    return -1;
}

static int run_absence(struct chiboctl *ctl)
{
    struct chiboctl_logs logs = { 0 };
    struct report_table table = { 0 };
    struct report_scope scope;
    int code = CHIBOCTL_FAILED;
    int year, months;

    if (!chiboctl_logs_read(ctl, &logs) || !choose_scope(ctl, &logs, &scope)) {
        chiboctl_logs_release(&logs);
        return code;
    }
    year = number_option(ctl, "year", scope.last_month / 12, 9999);
    months = number_option(ctl, "months", 0, 12);
    if (year >= 0 && months >= 0)
        code = chiboctl_report_show(
            ctl, &table,
            report_list_absence(&scope, year, (uint64_t)months, &table));
    chiboctl_logs_release(&logs);
    return code;
}

static const struct chiboctl_option list_options[] = {
    { "from", "YYYY-MM", N_("first month; without: of the first meeting") },
    { "to", "YYYY-MM", N_("last month; without: of the newest meeting") },
    CHIBOCTL_FORM_OPTIONS,
    { NULL, NULL, NULL }
};
static const struct chiboctl_option one_options[] = { CHIBOCTL_FORM_OPTIONS,
                                                      { NULL, NULL, NULL } };
static const struct chiboctl_option absence_options[] = {
    { "year", "YEAR", N_("without: that of the newest meeting") },
    { "months", "N",
      N_("remark on who was absent without reason in so many months; without: "
         "as many as the ruleset says") },
    CHIBOCTL_FORM_OPTIONS,
    { NULL, NULL, NULL }
};

static const struct chiboctl_option recognition_options[] = {
    { "on", "YYYY-MM-DD", N_("as of this day; without: today") },
    CHIBOCTL_FORM_OPTIONS,
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_report_commands[] = {
    { "report", "meetings", "",
      N_("each meeting: length, attendance, speakers, votes, faults"),
      list_options, 0, 0, run_meetings },
    { "report", "months", "",
      N_("the same by cell and month, for the upper committee"), list_options,
      0, 0, run_months },
    { "report", "attendance", "MEETING",
      N_("who was there, how, and who was not"), one_options, 1, 1,
      run_attendance },
    { "report", "score", "MEETING",
      N_("its score sheet: what log and ruleset propose, what was given"),
      one_options, 1, 1, run_score },
    { "report", "absence", "",
      N_("the year's attendance of each member of a cell"), absence_options, 0,
      0, run_absence },
    { "report", "recognition", "",
      N_("probationary members, and until when their cells are to decide on "
         "the recognition"),
      recognition_options, 0, 0, chiboctl_run_recognition },
    { 0 }
};
