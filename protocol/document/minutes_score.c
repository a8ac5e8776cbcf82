/* The score sheet of the meeting, with what the log and the rules say of it. */
#include "protocol/document/minutes_parts.h"

static const enum minutes_phrase criteria[criterion_count_] = {
    [CRITERION_TIME] = PHRASE_SCORE_TIME,
    [CRITERION_ATTENDANCE] = PHRASE_SCORE_ATTENDANCE,
    [CRITERION_PREPARATION] = PHRASE_SCORE_PREPARATION,
    [CRITERION_CONDUCT] = PHRASE_SCORE_CONDUCT,
    [CRITERION_PRINCIPLES] = PHRASE_SCORE_PRINCIPLES,
    [CRITERION_RESULTS] = PHRASE_SCORE_RESULTS,
    [CRITERION_CLOSING] = PHRASE_SCORE_CLOSING,
};
static const enum minutes_phrase grades[grade_count_] = {
    [GRADE_GOOD] = PHRASE_GRADE_GOOD,
    [GRADE_FAIR] = PHRASE_GRADE_FAIR,
    [GRADE_AVERAGE] = PHRASE_GRADE_AVERAGE,
    [GRADE_POOR] = PHRASE_GRADE_POOR,
};

const char *minutes_grade(const struct minutes_writing *writing,
                          enum grade grade)
{
    return minutes_phrase(writing, grades[grade]);
}

static void tell_facts(struct minutes_writing *writing,
                       const struct meeting_score *score)
{
    const struct meeting_score_facts *facts = &score->facts;

    if (score->minutes_min > 0)
        minutes_say(writing, PHRASE_SCORE_LENGTH,
                    (unsigned long long)facts->minutes,
                    (unsigned long long)score->minutes_min);
    else
        minutes_say(writing, PHRASE_SCORE_LENGTH_ONLY,
                    (unsigned long long)facts->minutes);
    minutes_say(writing, PHRASE_SCORE_PRESENT,
                (unsigned long long)facts->present,
                (unsigned long long)facts->summoned,
                minutes_percent(writing, facts->present, facts->summoned).text,
                (unsigned long long)facts->unexcused);
    minutes_say(writing, PHRASE_SCORE_SPEAKERS,
                (unsigned long long)facts->speakers,
                (unsigned long long)facts->present,
                minutes_percent(writing, facts->speakers, facts->present).text,
                (unsigned long long)score->proposed_speakers);
    if (facts->documents > 0)
        minutes_say(writing, PHRASE_SCORE_DOCUMENTS,
                    (unsigned long long)facts->documents,
                    (unsigned long long)facts->documents_days);
    else
        minutes_say(writing, PHRASE_SCORE_NO_DOCUMENTS);
    if (facts->tasks > 0)
        minutes_say(
            writing, PHRASE_SCORE_TASKS, (unsigned long long)facts->tasks_done,
            (unsigned long long)facts->tasks,
            minutes_percent(writing, facts->tasks_done, facts->tasks).text);
}

static void tell_posting(struct minutes_writing *writing,
                         const struct meeting_score_facts *facts)
{
    if (facts->posting_due_ms == 0)
        return;
    if (facts->posting_done_ms == 0)
        minutes_say(writing, PHRASE_SCORE_NOT_POSTED,
                    minutes_clock(writing, facts->posting_due_ms).text);
    else
        minutes_say(writing, PHRASE_SCORE_POSTED,
                    minutes_clock(writing, facts->posting_due_ms).text,
                    minutes_clock(writing, facts->posting_done_ms).text,
                    minutes_phrase(writing, facts->posting == POSTING_IN_TIME
                                                ? PHRASE_SCORE_IN_TIME
                                                : PHRASE_SCORE_TOO_LATE));
    minutes_tell_source(writing, RULE_ID_DEADLINE_POSTING);
}

void minutes_tell_score(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    const struct meeting_score *score = &facts->state->score;
    const char *note;
    int i;

    if (score->seq == 0)
        return;
    note = minutes_opening(writing, score->seq, "note");
    minutes_say(writing, PHRASE_SCORE,
                minutes_comrade(writing, facts, &score->by).text,
                (unsigned long long)score->total,
                minutes_phrase(writing, grades[score->grade]));
    tell_facts(writing, score);
    tell_posting(writing, &score->facts);
    for (i = 1; i < criterion_count_; i++)
        minutes_say(writing, PHRASE_SCORE_ROW,
                    minutes_phrase(writing, criteria[i]),
                    (unsigned long long)score->points[i]);
    if (note[0])
        minutes_say(writing, PHRASE_SCORE_NOTE, note);
}
