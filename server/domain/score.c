/* The score sheet of the meeting, completed by hand. */
#include "server/domain/meeting_parts.h"

static void points_of(const struct command_complete_score *command,
                      uint64_t points[criterion_count_])
{
    points[CRITERION_TIME] = command->time;
    points[CRITERION_ATTENDANCE] = command->attendance;
    points[CRITERION_PREPARATION] = command->preparation;
    points[CRITERION_CONDUCT] = command->conduct;
    points[CRITERION_PRINCIPLES] = command->principles;
    points[CRITERION_RESULTS] = command->results;
    points[CRITERION_CLOSING] = command->closing;
}

/* The first criterion that has more points than the sheet gives it. */
static void refuse_points(struct draft *draft,
                          const uint64_t points[criterion_count_])
{
    const struct score_rules *rules = &draft->rules->score;
    struct refusal *refusal = &draft->out->refusal;
    int i = 1;

    while (i < criterion_count_ - 1 && points[i] <= rules->points_max[i])
        i++;
    draft_refuse(draft, REFUSAL_TOO_MANY_POINTS);
    refusal_add_text(refusal, "criterion",
                     text_view_of(enum_word(&criterion_words, i)));
    refusal_add_number(refusal, "points", points[i]);
    refusal_add_number(refusal, "max", rules->points_max[i]);
    refusal_add_text(
        refusal, "rule",
        text_view_of(enum_word(&rule_id_words, RULE_ID_SCORE_SHEET)));
}

static void add_sheet(struct draft *draft, uint64_t total, enum grade grade)
{
    const struct command_complete_score *command =
        &draft->command->body.complete_score;
    struct event_score_completed *body =
        &draft_add(draft, EVENT_SCORE_COMPLETED_KIND)->body.score_completed;
    struct meeting_score_facts facts;
    struct meeting_score_proposal proposal;

    meeting_score_facts_of(draft->state, draft->now_ms, &facts);
    meeting_score_propose(draft->rules, &facts, &proposal);
    *body = (struct event_score_completed){
        .time = command->time,
        .attendance = command->attendance,
        .preparation = command->preparation,
        .conduct = command->conduct,
        .principles = command->principles,
        .results = command->results,
        .closing = command->closing,
        .note = command->note,
        .total = total,
        .grade = (int)grade,
        .minutes = facts.minutes,
        .minutes_min = proposal.minutes_min,
        .summoned = facts.summoned,
        .present = facts.present,
        .unexcused = facts.unexcused,
        .speakers = facts.speakers,
        .documents = facts.documents,
        .documents_days = facts.documents_days,
        .tasks = facts.tasks,
        .tasks_done = facts.tasks_done,
        .proposed_time = proposal.time,
        .proposed_attendance = proposal.attendance,
        .proposed_speakers = proposal.speakers,
        .posting = (int)facts.posting,
        .posting_due_ms = (uint64_t)facts.posting_due_ms,
        .posting_done_ms = (uint64_t)facts.posting_done_ms,
        .act = draft->command->act,
    };
}

void rule_complete_score(struct draft *draft)
{
    uint64_t points[criterion_count_] = { 0 };
    uint64_t total = 0;
    enum grade grade = grade_none_;

    points_of(&draft->command->body.complete_score, points);
    if (!ruleset_has(draft->rules, RULESET_SCORE_SHEET)) {
        draft_refuse(draft, REFUSAL_NO_SCORE_SHEET);
        refusal_add_text(&draft->out->refusal, "ruleset",
                         text_view_of(draft->rules->name));
    } else if (score_grade(&draft->rules->score, points, &total, &grade) !=
               RESULT_OK) {
        refuse_points(draft, points);
    } else {
        add_sheet(draft, total, grade);
    }
}
