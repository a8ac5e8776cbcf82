#include "server/report/report_score.h"

#include "server/report/report_ledger.h"

#include <inttypes.h>
#include <stdio.h>

enum { BASIS_SIZE = 64 };

static const struct report_column columns[] = {
    { "criterion", REPORT_WORD },       { "points_max", REPORT_NUMBER },
    { "proposed", REPORT_NUMBER },      { "points", REPORT_NUMBER },
    { "basis", REPORT_TEXT },           { "basis_percent", REPORT_HUNDREDTHS },
    { "posting", REPORT_WORD },         { "posting_due_at", REPORT_TEXT },
    { "posting_done_at", REPORT_TEXT }, { "grade", REPORT_WORD },
};

bool report_has_score(const struct report_meeting *meeting)
{
    return meeting->rules && ruleset_has(meeting->rules, RULESET_SCORE_SHEET);
}

const char *report_posting(const struct report_meeting *meeting)
{
    const enum posting posting = meeting->facts.posting;

    return posting == POSTING_NONE || posting == posting_none_
               ? ""
               : posting_words.words[posting];
}

bool report_is_steady(const struct report_meeting *const *meetings,
                      size_t count, const struct report_meeting *meeting)
{
    size_t i, held = 0;

    while (held < count && meetings[held] != meeting)
        held++;
    held += held < count;
    for (i = 0; i < meeting->person_count; i++) {
        const struct report_person *person = &meeting->people[i];

        if (report_person_is_member(person) &&
            report_excused_run(meetings, held, &meeting->cell,
                               &person->member) >
                meeting->rules->score.steady_times)
            return false;
    }
    return true;
}

struct proposal {
    bool is_there, has_basis;
    uint64_t points, part, whole;
};

static struct proposal propose(const struct report_meeting *meeting,
                               bool is_steady, enum criterion criterion)
{
    const struct score_rules *rules = &meeting->rules->score;
    const struct meeting_score_facts facts =
        report_meeting_score_facts(meeting);
    const struct score_attendance attendance = {
        .present = facts.present,
        .summoned = facts.summoned,
        .has_unexcused = facts.unexcused > 0,
        .is_steady = is_steady,
    };
    struct meeting_score_proposal proposal;

    meeting_score_propose(meeting->rules, &facts, &proposal);
    switch (criterion) {
    case CRITERION_TIME:
        return (struct proposal){ true, true, proposal.time, facts.minutes,
                                  proposal.minutes_min };
    case CRITERION_ATTENDANCE:
        return (struct proposal){ true, true,
                                  score_of_attendance(rules, &attendance),
                                  facts.present, facts.summoned };
    case CRITERION_CONDUCT:
        return (struct proposal){ true, true, proposal.speakers, facts.speakers,
                                  facts.present };
    case CRITERION_RESULTS:
        return (struct proposal){ .has_basis = facts.tasks > 0,
                                  .part = facts.tasks_done,
                                  .whole = facts.tasks };
    case CRITERION_PREPARATION:
    case CRITERION_PRINCIPLES:
    case CRITERION_CLOSING:
    case criterion_none_:
    case criterion_count_:
        break;
    }
    return (struct proposal){ .is_there = false };
}

static void add_proposal(struct report_table *table,
                         const struct proposal *proposal)
{
    if (proposal->is_there)
        report_table_number(table, proposal->points);
    else
        report_table_empty(table);
}

static void add_basis(struct report_table *table,
                      const struct proposal *proposal)
{
    char basis[BASIS_SIZE];

    if (!proposal->has_basis) {
        report_table_empty(table);
        report_table_empty(table);
        return;
    }
    (void)snprintf(basis, sizeof basis, "%" PRIu64 "/%" PRIu64, proposal->part,
                   proposal->whole);
    report_table_text(table, basis);
    report_table_percent(table, proposal->part, proposal->whole);
}

/* Of the results of the meeting before; a part of how this one is concluded. */
static void add_posting(struct report_table *table,
                        const struct report_meeting *meeting,
                        enum criterion criterion)
{
    const bool is_asked = criterion == CRITERION_CLOSING;

    report_table_text(table, is_asked ? report_posting(meeting) : "");
    report_table_moment(table, meeting->zone,
                        is_asked ? meeting->facts.posting_due_ms : 0);
    report_table_moment(table, meeting->zone,
                        is_asked ? meeting->facts.posting_done_ms : 0);
}

static void add_given(struct report_table *table,
                      const struct meeting_score *score, uint64_t points)
{
    if (score->seq > 0)
        report_table_number(table, points);
    else
        report_table_empty(table);
}

static void add_total(struct report_table *table,
                      const struct meeting_score *score)
{
    report_table_row(table);
    report_table_text(table, "total");
    report_table_number(table, SCORE_TOTAL);
    report_table_empty(table);
    add_given(table, score, score->total);
    report_table_empty(table);
    report_table_empty(table);
    report_table_text(table, "");
    report_table_empty(table);
    report_table_empty(table);
    report_table_text(table,
                      score->seq > 0 ? grade_words.words[score->grade] : "");
}

enum result report_list_score(const struct report_meeting *const *meetings,
                              size_t count,
                              const struct report_meeting *meeting,
                              struct report_table *out)
{
    const bool is_steady = report_is_steady(meetings, count, meeting);
    int i;

    report_table_init(out, columns, sizeof columns / sizeof columns[0]);
    for (i = 1; i < criterion_count_; i++) {
        const struct proposal proposal =
            propose(meeting, is_steady, (enum criterion)i);

        report_table_row(out);
        report_table_text(out, criterion_words.words[i]);
        report_table_number(out, meeting->rules->score.points_max[i]);
        add_proposal(out, &proposal);
        add_given(out, &meeting->score, meeting->score.points[i]);
        add_basis(out, &proposal);
        add_posting(out, meeting, (enum criterion)i);
        report_table_text(out, "");
    }
    add_total(out, &meeting->score);
    return report_table_result(out);
}
