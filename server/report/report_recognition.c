#include "server/report/report_recognition.h"

#include "protocol/base/date.h"

static const struct report_column columns[] = {
    { "unit", REPORT_TEXT },
    { "unit_name", REPORT_TEXT },
    { "member", REPORT_TEXT },
    { "name", REPORT_TEXT },
    { "probation_end", REPORT_TEXT },
    { "recognition_due", REPORT_TEXT },
    { "working_days_left", REPORT_NUMBER },
    { "working_days_over", REPORT_NUMBER },
    { "state", REPORT_WORD },
    { "considered", REPORT_TEXT },
};

static void add_date(struct report_table *table, uint64_t date)
{
    char text[DATE_SIZE];

    date_write(date, text);
    report_table_text(table, text);
}

static const char *phase_word(enum deadline_phase phase)
{
    switch (phase) {
    case DEADLINE_AHEAD:
        return "recognition_ahead";
    case DEADLINE_RUNNING:
        return "recognition_running";
    case DEADLINE_OVERDUE:
        return "recognition_overdue";
    }
    return "";
}

/* No day, or no rule: nothing is due. */
static void add_nothing(struct report_table *table, const char *word)
{
    report_table_empty(table);
    report_table_empty(table);
    report_table_empty(table);
    report_table_text(table, word);
}

static void add_deadline(struct report_table *table,
                         const struct deadline_rules *rules,
                         const struct report_probation *row)
{
    const struct recognition_deadline deadline = recognition_deadline_of(
        &rules->holidays, rules->recognition_working_days,
        row->member->probation_end, row->today);

    add_date(table, deadline.due);
    if (register_member_probation(row->member) == 0) {
        report_table_empty(table);
        report_table_empty(table);
        report_table_text(table, "recognition_considered");
        return;
    }
    report_table_number(table,
                        deadline.phase == DEADLINE_OVERDUE ? 0 : deadline.days);
    report_table_number(table,
                        deadline.phase == DEADLINE_OVERDUE ? deadline.days : 0);
    report_table_text(table, phase_word(deadline.phase));
}

static void add_row(struct report_table *table,
                    const struct deadline_rules *rules,
                    const struct report_probation *row)
{
    report_table_row(table);
    report_table_text(table, row->unit->id.text);
    report_table_text(table, row->unit->name);
    report_table_text(table, row->member->id.text);
    report_table_text(table, row->name);
    if (row->member->probation_end == 0) {
        report_table_empty(table);
        add_nothing(table, "probation_unknown");
    } else {
        add_date(table, row->member->probation_end);
        if (rules)
            add_deadline(table, rules, row);
        else
            add_nothing(table, "");
    }
    report_table_text(table, row->member->considered.text);
}

enum result report_list_recognition(const struct report_probation *rows,
                                    size_t count,
                                    const struct deadline_rules *rules,
                                    struct report_table *out)
{
    size_t i;

    report_table_init(out, columns, sizeof columns / sizeof columns[0]);
    for (i = 0; i < count; i++)
        add_row(out, rules, &rows[i]);
    return report_table_result(out);
}
