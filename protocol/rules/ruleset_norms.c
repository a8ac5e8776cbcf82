/* What meetings are held to and scored by: length, party groups, deadlines, the
 * score sheet, the warning of speakers, the agenda. */
#include "protocol/base/date.h"
#include "protocol/rules/ruleset_reading.h"

enum { MINUTES_MAX = 24 * 60, DAYS_MAX = 366, MEETINGS_MAX = 366 };
enum { WARNING_MAX_MS = 3600000 };

static uint64_t read_count(struct ruleset_reading *reading,
                           const config_setting_t *rule, const char *name,
                           int64_t max)
{
    return (uint64_t)reading_number(reading, rule, name, 0, max);
}

static void read_length(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    static const char *const names[] = { "minutes", NULL };
    const config_setting_t *rule =
        reading_root_rule(reading, root, RULESET_LENGTH, RULE_ID_LENGTH, names);
    struct length_rule *out = &reading->ruleset.length;

    out->minutes = read_count(reading, rule, "minutes", MINUTES_MAX);
}

static void read_party_groups(struct ruleset_reading *reading,
                              const config_setting_t *root)
{
    static const char *const names[] = { "counts", "members_min",
                                         "per_year_max", NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_PARTY_GROUPS, RULE_ID_PARTY_GROUPS, names);
    struct party_group_rule *out = &reading->ruleset.party_groups;

    out->counts = reading_set(reading, rule, "counts", &category_words);
    out->members_min = read_count(reading, rule, "members_min", LIMIT_MEMBERS);
    out->per_year_max = read_count(reading, rule, "per_year_max", MEETINGS_MAX);
}

/* A deadline is a rule of one number. */
static uint64_t read_deadline(struct ruleset_reading *reading,
                              const config_setting_t *group, enum rule_id id,
                              const char *name, int64_t max)
{
    const char *const names[] = { name, NULL };

    return read_count(reading, reading_rule(reading, group, id, names), name,
                      max);
}

/* holidays = { dates = [ "2027-01-01", ... ]; }, ascending, or none. */
static void read_holidays(struct ruleset_reading *reading,
                          const config_setting_t *group, struct holidays *out)
{
    static const char *const names[] = { "dates", NULL };
    const config_setting_t *dates = reading_member(
        reading, reading_rule(reading, group, RULE_ID_DEADLINE_HOLIDAYS, names),
        "dates", CONFIG_TYPE_ARRAY);
    const int count = dates ? config_setting_length(dates) : 0;
    int i;

    if (count > LIMIT_HOLIDAYS) {
        reading_fault(reading, RULESET_FAULT_RANGE, dates, NULL)->max =
            LIMIT_HOLIDAYS;
        return;
    }
    for (i = 0; i < count; i++) {
        const config_setting_t *element =
            config_setting_get_elem(dates, (unsigned)i);
        const char *text = config_setting_get_string(element);
        const uint64_t date = text ? date_number(text_view_of(text)) : 0;

        if (date == 0 || (i > 0 && date <= out->dates[i - 1])) {
            (void)reading_fault(
                reading, date == 0 ? RULESET_FAULT_DATE : RULESET_FAULT_ORDER,
                element, NULL);
            return;
        }
        out->dates[out->count++] = date;
    }
}

static void read_deadlines(struct ruleset_reading *reading,
                           const config_setting_t *root)
{
    static const char *const names[] = { "recognition", "holidays", "documents",
                                         "posting", "absence" };
    const config_setting_t *group = reading_group(
        reading, root, RULESET_DEADLINES, names, NAME_COUNT(names));
    struct deadline_rules *out = &reading->ruleset.deadlines;

    if (!group)
        return;
    out->recognition_working_days = read_deadline(
        reading, group, RULE_ID_DEADLINE_RECOGNITION, "working_days", DAYS_MAX);
    read_holidays(reading, group, &out->holidays);
    out->documents_days = read_deadline(
        reading, group, RULE_ID_DEADLINE_DOCUMENTS, "days_before", DAYS_MAX);
    out->posting_days = read_deadline(reading, group, RULE_ID_DEADLINE_POSTING,
                                      "days_after", DAYS_MAX);
    out->absence_months =
        read_deadline(reading, group, RULE_ID_DEADLINE_ABSENCE, "months", 12);
}

/* --- The agenda --------------------------------------------------------- */

static void read_agenda(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    static const char *const names[] = { "changes", "documents", "warning" };
    static const char *const change_names[] = { "add", "order", "carry_over",
                                                NULL };
    static const char *const document_names[] = { "types", "kib_max", NULL };
    static const char *const warning_names[] = { "ms", NULL };
    const config_setting_t *group =
        reading_group(reading, root, RULESET_AGENDA, names, NAME_COUNT(names));
    struct agenda_rules *out = &reading->ruleset.agenda;
    const config_setting_t *rule;

    if (!group)
        return;
    rule = reading_rule(reading, group, RULE_ID_AGENDA_CHANGES, change_names);
    out->add = (enum agenda_decider)reading_word(reading, rule, "add",
                                                 &agenda_decider_words);
    out->order = (enum agenda_decider)reading_word(reading, rule, "order",
                                                   &agenda_decider_words);
    out->carries_over = reading_flag(reading, rule, "carry_over");
    rule =
        reading_rule(reading, group, RULE_ID_AGENDA_DOCUMENTS, document_names);
    out->types = reading_set(reading, rule, "types", &document_type_words);
    out->document_kib_max = (uint64_t)reading_number(reading, rule, "kib_max",
                                                     1, LIMIT_BLOB_SIZE / 1024);
    rule = reading_rule(reading, group, RULE_ID_AGENDA_WARNING, warning_names);
    out->warning_ms = reading_number(reading, rule, "ms", 0, WARNING_MAX_MS);
}

/* --- The score sheet ----------------------------------------------------- */

/* [ 90, 5, 75, 3, 0, 1 ]: at least 90 per cent give 5 points, and so on. */
static void read_bands(struct ruleset_reading *reading,
                       const config_setting_t *rule, const char *name,
                       struct score_bands *out)
{
    int64_t numbers[2 * SCORE_BANDS_MAX];
    const size_t count = reading_numbers(reading, rule, name, numbers,
                                         sizeof numbers / sizeof numbers[0]);
    size_t i;

    if (count == 0)
        return;
    out->count = count / 2;
    for (i = 0; i < out->count; i++) {
        out->bands[i].percent_min = (uint64_t)numbers[2 * i];
        out->bands[i].points = (uint64_t)numbers[2 * i + 1];
        if (i > 0 && out->bands[i].percent_min >= out->bands[i - 1].percent_min)
            break;
    }
    if (count % 2 != 0 || i < out->count ||
        out->bands[out->count - 1].percent_min != 0)
        (void)reading_fault(reading, RULESET_FAULT_ORDER,
                            config_setting_get_member(rule, name), NULL);
}

static void read_criteria(struct ruleset_reading *reading,
                          const config_setting_t *rule, struct score_rules *out)
{
    const config_setting_t *points =
        reading_member(reading, rule, "points", CONFIG_TYPE_GROUP);
    uint64_t sum = 0;
    int i;

    if (!points)
        return;
    for (i = 1; i < criterion_count_; i++) {
        out->points_max[i] =
            read_count(reading, points, criterion_words.words[i], SCORE_TOTAL);
        sum += out->points_max[i];
    }
    if (sum != SCORE_TOTAL)
        reading_fault(reading, RULESET_FAULT_SUM, points, NULL)->max =
            SCORE_TOTAL;
}

static void read_grades(struct ruleset_reading *reading,
                        const config_setting_t *rule, struct score_rules *out)
{
    int64_t numbers[grade_count_ - 1];
    const size_t count =
        reading_numbers(reading, rule, "grades", numbers, grade_count_ - 1);
    size_t i;

    for (i = 0; i < count; i++) {
        out->grade_min[i + 1] = (uint64_t)numbers[i];
        if (i > 0 && numbers[i] >= numbers[i - 1])
            break;
    }
    if (count > 0 && (count != grade_count_ - 1 || i < count ||
                      out->grade_min[GRADE_POOR] != 0))
        (void)reading_fault(reading, RULESET_FAULT_ORDER, rule, "grades");
}

/* too_short = [ 15, 4, 30, 3 ]: up to 15 minutes too short give 4 points. */
static void read_time(struct ruleset_reading *reading,
                      const config_setting_t *rule, struct score_length *out)
{
    int64_t numbers[2 * SCORE_SHORT_MAX];
    const size_t count = reading_numbers(reading, rule, "too_short", numbers,
                                         sizeof numbers / sizeof numbers[0]);
    size_t i;

    out->half = read_count(reading, rule, "half", SCORE_TOTAL);
    out->less = read_count(reading, rule, "less", SCORE_TOTAL);
    out->count = count / 2;
    for (i = 0; i < out->count; i++) {
        out->too_short[i].minutes_max = (uint64_t)numbers[2 * i];
        out->too_short[i].points = (uint64_t)numbers[2 * i + 1];
        if (i > 0 && numbers[2 * i] <= numbers[2 * i - 2])
            break;
    }
    if (count % 2 != 0 || i < out->count)
        (void)reading_fault(reading, RULESET_FAULT_PAIRS, rule, "too_short");
}

static void read_score_sheet(struct ruleset_reading *reading,
                             const config_setting_t *root)
{
    static const char *const names[] = { "points",    "grades", "too_short",
                                         "half",      "less",   "attendance",
                                         "unexcused", "steady", "steady_times",
                                         "speakers",  NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_SCORE_SHEET, RULE_ID_SCORE_SHEET, names);
    struct score_rules *out = &reading->ruleset.score;

    read_criteria(reading, rule, out);
    read_grades(reading, rule, out);
    read_time(reading, rule, &out->time);
    read_bands(reading, rule, "attendance", &out->attendance);
    out->attendance_unexcused =
        read_count(reading, rule, "unexcused", SCORE_TOTAL);
    out->attendance_steady = read_count(reading, rule, "steady", SCORE_TOTAL);
    out->steady_times = read_count(reading, rule, "steady_times", 1000);
    read_bands(reading, rule, "speakers", &out->speakers);
}

static void read_floor(struct ruleset_reading *reading,
                       const config_setting_t *root)
{
    static const char *const names[] = { "warning_ms", NULL };
    const config_setting_t *rule =
        reading_root_rule(reading, root, RULESET_FLOOR, RULE_ID_FLOOR, names);

    reading->ruleset.floor_warning_ms =
        reading_number(reading, rule, "warning_ms", 0, WARNING_MAX_MS);
}

static void read_recording(struct ruleset_reading *reading,
                           const config_setting_t *root)
{
    static const char *const names[] = { "by", NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_RECORDING, RULE_ID_RECORDING, names);

    reading->ruleset.recording = (enum recording_by)reading_word(
        reading, rule, "by", &recording_by_words);
}

void ruleset_read_norms(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    read_length(reading, root);
    read_party_groups(reading, root);
    read_deadlines(reading, root);
    read_score_sheet(reading, root);
    read_floor(reading, root);
    read_agenda(reading, root);
    read_recording(reading, root);
}
