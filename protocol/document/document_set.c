#include "protocol/document/document_set.h"

#include "protocol/document/list_csv.h"
#include "protocol/document/minutes_errata.h"
#include "protocol/document/mustache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const document_templates[] = { "attendance",
                                           "attendance_form",
                                           "ballot_agree",
                                           "ballot_choice",
                                           "ballot_confidence",
                                           "ballot_rating",
                                           "ballot_surplus",
                                           "minutes",
                                           "notice",
                                           "resolution",
                                           "tally",
                                           "tasks",
                                           "voting",
                                           NULL };

/* NULL: there is no such template. */
static const char *template_of(const char *name)
{
    size_t i;

    for (i = 0; name && document_templates[i]; i++)
        if (strcmp(document_templates[i], name) == 0)
            return document_templates[i];
    return NULL;
}

/* --- the set ------------------------------------------------------------- */

void document_set_release(struct document_set *set)
{
    size_t i;

    for (i = 0; i < set->count; i++)
        json_decref(set->rows[i].values);
    free(set->rows);
    *set = (struct document_set){ NULL, 0 };
}

const struct document *document_set_find(const struct document_set *set,
                                         struct text_view name)
{
    size_t i;

    for (i = 0; i < set->count; i++)
        if (text_view_equal(text_view_of(set->rows[i].name), name))
            return &set->rows[i];
    return NULL;
}

/* Takes the values. */
static enum result add(struct document_set *set, const char *template,
                       const char *part, const char *list, json_t *values)
{
    struct document *rows =
        values ? realloc(set->rows, (set->count + 1) * sizeof *rows) : NULL;
    struct document *row;

    if (!rows) {
        json_decref(values);
        return RESULT_NO_MEMORY;
    }
    set->rows = rows;
    row = &rows[set->count++];
    *row = (struct document){ .template = template,
                              .list = list,
                              .values = values };
    (void)snprintf(row->name, sizeof row->name, "%s%s%s", template,
                   part ? "-" : "", part ? part : "");
    return RESULT_OK;
}

/* The facts with one thing more. Takes `value`. */
static json_t *with(const json_t *facts, const char *name, json_t *value)
{
    json_t *values = json_copy((json_t *)(uintptr_t)facts);

    if (!values || json_object_set_new(values, name, value) != 0) {
        json_decref(values);
        return NULL;
    }
    return values;
}

static bool has(const json_t *facts, const char *name)
{
    const json_t *value = json_object_get(facts, name);

    return value && !json_is_null(value) && !json_is_false(value) &&
           !(json_is_string(value) && json_string_length(value) == 0) &&
           !(json_is_array(value) && json_array_size(value) == 0);
}

/* --- the minutes ---------------------------------------------------------- */

/* What the log says of the text itself, and of the meeting's end. */
static bool complete(json_t *values, const json_t *facts)
{
    static const char *const of_the_text[] = {
        "number",  "footer",           "is_signed",   "is_draft",
        "adopted", "has_reservations", "reservations"
    };
    static const char *const of_the_meeting[] = { "closed", "minutes" };
    const json_t *told = json_object_get(facts, "meeting");
    json_t *meeting = json_copy(json_object_get(values, "meeting"));
    bool is_good = meeting != NULL;
    size_t i;

    for (i = 0; is_good && i < sizeof of_the_text / sizeof of_the_text[0]; i++)
        is_good = json_object_set(values, of_the_text[i],
                                  json_object_get(facts, of_the_text[i])) == 0;
    for (i = 0; is_good && i < sizeof of_the_meeting / sizeof of_the_meeting[0];
         i++)
        is_good =
            json_object_set(meeting, of_the_meeting[i],
                            json_object_get(told, of_the_meeting[i])) == 0;
    return json_object_set_new(values, "meeting", meeting) == 0 && is_good;
}

/* "1, 2": the errata that correct this line; the names of a line are those that
 * document_facts.h tells of. */
static void corrections_of(const json_t *errata, const json_t *line,
                           char out[MINUTES_CORRECTED_SIZE])
{
    const json_t *vote = json_object_get(line, "vote");
    const json_t *of = json_is_object(vote) ? vote : line;
    const json_int_t seq = json_integer_value(json_object_get(of, "seq"));
    const char *id = json_string_value(json_object_get(line, "id"));
    size_t i, size = 0;
    json_t *row;

    out[0] = '\0';
    json_array_foreach((json_t *)(uintptr_t)errata, i, row)
    {
        const char *entry = json_string_value(json_object_get(row, "entry"));
        const json_int_t at = json_integer_value(json_object_get(row, "line"));

        if (entry && entry[0] != '\0' ? !id || strcmp(entry, id) != 0
                                      : at == 0 || at != seq)
            continue;
        if (size + 24 < MINUTES_CORRECTED_SIZE)
            size += (size_t)snprintf(
                &out[size], MINUTES_CORRECTED_SIZE - size,
                "%s%" JSON_INTEGER_FORMAT, size > 0 ? ", " : "",
                json_integer_value(json_object_get(row, "number")));
    }
}

/* Lines that are corrected say so: `corrected`. */
static bool mark_lines(json_t *lines, const json_t *errata)
{
    char numbers[MINUTES_CORRECTED_SIZE];
    json_t *line;
    size_t i;

    json_array_foreach(lines, i, line)
    {
        corrections_of(errata, line, numbers);
        if (numbers[0] != '\0' &&
            json_object_set_new(line, "corrected", json_string(numbers)) != 0)
            return false;
    }
    return true;
}

/* The adopted text with its errata; the text itself stays as it was. */
static bool put_errata(json_t *values, const json_t *facts)
{
    json_t *errata = json_object_get(facts, "errata");
    json_t *items, *item;
    size_t i;

    if (json_array_size(errata) == 0)
        return true;
    items = json_deep_copy(json_object_get(values, "items"));
    if (json_object_set(values, "errata", errata) != 0 ||
        json_object_set_new(values, "has_errata", json_true()) != 0 ||
        json_object_set_new(
            values, "opening",
            json_deep_copy(json_object_get(values, "opening"))) != 0 ||
        json_object_set_new(values, "items", items) != 0 ||
        !mark_lines(json_object_get(values, "opening"), errata))
        return false;
    json_array_foreach(items, i, item)
    {
        if (!mark_lines(json_object_get(item, "lines"), errata))
            return false;
    }
    return true;
}

static enum result add_minutes(struct document_set *set, const json_t *facts,
                               const json_t *minutes_json)
{
    json_t *values =
        json_copy((json_t *)(uintptr_t)(minutes_json ? minutes_json : facts));

    if (minutes_json && values &&
        !json_is_object(json_object_get(values, "meeting"))) {
        json_decref(values);
        return RESULT_MALFORMED;
    }
    if (values && ((minutes_json && !complete(values, facts)) ||
                   !put_errata(values, facts))) {
        json_decref(values);
        return RESULT_NO_MEMORY;
    }
    return add(set, "minutes", NULL, NULL, values);
}

/* --- of the meeting ------------------------------------------------------- */

/* Always there, or only with a fact. */
static enum result add_whole(struct document_set *set, const json_t *facts)
{
    static const struct {
        const char *template, *needs, *list;
    } rows[] = {
        { "attendance", NULL, "people" },   { "attendance_form", NULL, NULL },
        { "voting", "has_votes", "votes" }, { "tasks", "has_tasks", "tasks" },
        { "resolution", "subject", NULL },  { "notice", "recipient", NULL },
    };
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0] && result == RESULT_OK; i++)
        if (!rows[i].needs || has(facts, rows[i].needs))
            result = add(set, rows[i].template, NULL, rows[i].list,
                         json_copy((json_t *)(uintptr_t)facts));
    return result;
}

static enum result add_forms(struct document_set *set, const json_t *facts)
{
    const json_t *sites = json_object_get(facts, "sites");
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < json_array_size(sites) && result == RESULT_OK; i++) {
        char place[24];

        (void)snprintf(place, sizeof place, "%zu", i + 1);
        result =
            add(set, "attendance_form", place, NULL,
                with(facts, "site", json_incref(json_array_get(sites, i))));
    }
    return result;
}

/* --- of its secret ballots ------------------------------------------------ */

static enum result add_ballot(struct document_set *set, const json_t *facts,
                              json_t *ballot)
{
    const char *id = json_string_value(json_object_get(ballot, "id"));
    const char *paper =
        template_of(json_string_value(json_object_get(ballot, "paper")));
    enum result result = RESULT_OK;

    if (!id)
        return RESULT_OK;
    if (has(ballot, "counted") && has(ballot, "signed"))
        result = add(set, "tally", id, NULL,
                     with(facts, "ballot", json_incref(ballot)));
    if (result == RESULT_OK && paper &&
        (has(ballot, "candidates") || has(ballot, "choices")))
        result = add(set, paper, id, NULL,
                     with(facts, "ballot", json_incref(ballot)));
    return result;
}

static enum result add_ballots(struct document_set *set, const json_t *facts)
{
    const json_t *ballots = json_object_get(facts, "ballots");
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < json_array_size(ballots) && result == RESULT_OK; i++)
        result = add_ballot(set, facts, json_array_get(ballots, i));
    return result;
}

enum result document_set_draw(const json_t *facts, const json_t *minutes_json,
                              struct document_set *out)
{
    enum result result;

    *out = (struct document_set){ NULL, 0 };
    result = add_minutes(out, facts, minutes_json);
    if (result == RESULT_OK)
        result = add_whole(out, facts);
    if (result == RESULT_OK)
        result = add_forms(out, facts);
    return result == RESULT_OK ? add_ballots(out, facts) : result;
}

/* --- one of them ---------------------------------------------------------- */

enum result document_paper(struct text_view text, const json_t *values,
                           struct paper **out, struct document_fault *fault)
{
    struct mustache *template = NULL;
    char *marked = NULL;
    size_t size = 0;
    enum result result = mustache_parse(text, &template, fault);

    if (result == RESULT_OK)
        result = mustache_draw(template, values, LIMIT_DOCUMENT_SIZE, &marked,
                               &size, fault);
    if (result == RESULT_OK)
        result = paper_parse((struct text_view){ marked, size }, out, fault);
    mustache_free(template);
    free(marked);
    return result;
}

enum result document_csv(const struct document *document,
                         const struct list_csv_form *form, uint8_t **out,
                         size_t *size)
{
    static const struct list_csv_column people[] = {
        { "number", "TT" },          { "name", "Họ và tên" },
        { "category", "Diện" },      { "post", "Chức vụ" },
        { "mode", "Hình thức dự" },  { "came", "Giờ vào" },
        { "left", "Giờ ra" },        { "absence", "Vắng (lý do)" },
        { "confirmed", "Xác nhận" },
    };
    static const struct list_csv_column votes[] = {
        { "number", "TT" },
        { "motion", "Nội dung" },
        { "form", "Hình thức" },
        { "yes", "Tán thành" },
        { "total", "Trên tổng số" },
        { "no", "Không tán thành" },
        { "other", "Ý kiến khác" },
        { "abstain", "Không biểu quyết" },
        { "yes_percent", "Tỷ lệ tán thành" },
        { "result", "Kết quả" },
    };
    static const struct list_csv_column tasks[] = {
        { "number", "TT" },
        { "text", "Việc" },
        { "assignee", "Người thực hiện" },
        { "deadline", "Thời hạn" },
        { "state", "Tình trạng" },
    };
    static const struct {
        const char *list;
        const struct list_csv_column *columns;
        size_t count;
    } lists[] = {
        { "people", people, sizeof people / sizeof people[0] },
        { "votes", votes, sizeof votes / sizeof votes[0] },
        { "tasks", tasks, sizeof tasks / sizeof tasks[0] },
    };
    static const struct list_csv_form usual = { ',', true };
    size_t i;

    for (i = 0; document->list && i < sizeof lists / sizeof lists[0]; i++)
        if (strcmp(lists[i].list, document->list) == 0)
            return list_csv_write(
                json_object_get(document->values, document->list),
                lists[i].columns, lists[i].count, form ? form : &usual, out,
                size);
    return RESULT_NOT_FOUND;
}

int64_t document_set_created_ms(const struct meeting_state *state)
{
    return state->closed_ms > 0 ? state->closed_ms : state->at_ms;
}
