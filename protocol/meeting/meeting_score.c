#include "protocol/meeting/meeting_score.h"

#include "protocol/meeting/meeting_state.h"

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 60 * MINUTE_MS };

static uint64_t minutes_of(const struct meeting_state *state, int64_t now_ms)
{
    const struct meeting_score *score = &state->score;
    const int64_t end_ms = state->closed_ms ? state->closed_ms : now_ms;
    int64_t length_ms;

    if (state->opened_ms == 0)
        return 0;
    length_ms = end_ms - state->opened_ms - score->breaks_ms;
    if (score->break_since_ms > 0)
        length_ms -= end_ms - score->break_since_ms;
    return length_ms > 0 ? (uint64_t)length_ms / MINUTE_MS : 0;
}

static void count_person(const struct meeting_state *state,
                         const struct meeting_person *person,
                         struct meeting_score_facts *out)
{
    if (person->category != CATEGORY_OFFICIAL &&
        person->category != CATEGORY_PROBATIONARY)
        return;
    out->summoned++;
    if (state->opened_ms == 0)
        return;
    if (person->has_attended || person->mode != presence_mode_none_) {
        out->present++;
        out->speakers += person->speeches > 0;
    } else {
        out->excused += person->absence == ABSENT_EXCUSED;
        out->unexcused += person->absence == ABSENT_UNEXCUSED;
    }
}

/* The newest of the documents that were there before the opening. */
static void count_documents(const struct meeting_state *state,
                            struct meeting_score_facts *out)
{
    const struct meeting_agenda *agenda = &state->agenda;
    int64_t last_ms = 0;
    size_t i;

    for (i = 0; i < agenda->document_count; i++) {
        const struct meeting_document *document = &agenda->documents[i];

        if (document->is_withdrawn ||
            (state->opened_ms > 0 && document->at_ms >= state->opened_ms))
            continue;
        out->documents++;
        last_ms = document->at_ms;
    }
    if (out->documents > 0 && last_ms < state->starts_at_ms)
        out->documents_days =
            (uint64_t)(state->starts_at_ms - last_ms) / DAY_MS;
}

static void count_tasks(const struct meeting_state *state,
                        struct meeting_score_facts *out)
{
    const struct meeting_agenda *agenda = &state->agenda;
    size_t i;

    for (i = 0; i < agenda->task_count; i++) {
        const struct meeting_task *task = &agenda->tasks[i];

        if (identifier_is_empty(&task->from) || task->result == TASK_DROPPED)
            continue;
        out->tasks++;
        out->tasks_done += task->result == TASK_DONE;
    }
}

/* The task that the closing of the meeting before set, among those that are
 * older and still not done. Dropped, nobody asks for it any more. */
static void find_posting(const struct meeting_state *state,
                         struct meeting_score_facts *out)
{
    const struct meeting_agenda *agenda = &state->agenda;
    const struct meeting_task *newest = NULL;
    size_t i;

    for (i = 0; i < agenda->task_count; i++) {
        const struct meeting_task *task = &agenda->tasks[i];

        if (task->ground == TASK_POSTING && !identifier_is_empty(&task->from) &&
            (!newest || task->due_ms >= newest->due_ms))
            newest = task;
    }
    if (newest && newest->result != TASK_DROPPED) {
        out->posting_due_ms = newest->due_ms;
        if (newest->result == TASK_DONE)
            out->posting_done_ms = newest->result_ms;
    }
    out->posting = posting_of(out->posting_due_ms, out->posting_done_ms);
}

/* Where the cell met by party groups, its people came to theirs. */
static void count_groups(const struct meeting_kinds *kinds,
                         struct meeting_score_facts *out)
{
    size_t i;

    for (i = 0; i < kinds->group_count; i++) {
        const struct group_attendance *came = &kinds->groups[i].attendance;

        out->summoned += came->official + came->probationary;
        out->present += came->official_came + came->probationary_came;
        out->excused += came->excused;
        out->unexcused += came->unexcused;
        out->speakers += came->speakers;
    }
}

void meeting_score_facts_of(const struct meeting_state *state, int64_t now_ms,
                            struct meeting_score_facts *out)
{
    size_t i;

    *out = (struct meeting_score_facts){ .minutes = minutes_of(state, now_ms) };
    count_documents(state, out);
    count_tasks(state, out);
    find_posting(state, out);
    if (state->kinds.group_count > 0)
        count_groups(&state->kinds, out);
    for (i = 0; state->kinds.group_count == 0 && i < state->person_count; i++)
        count_person(state, &state->people[i], out);
}

void meeting_score_propose(const struct ruleset *rules,
                           const struct meeting_score_facts *facts,
                           struct meeting_score_proposal *out)
{
    const struct score_attendance attendance = {
        .present = facts->present,
        .summoned = facts->summoned,
        .has_unexcused = facts->unexcused > 0,
    };

    *out = (struct meeting_score_proposal){
        .minutes_min =
            ruleset_has(rules, RULESET_LENGTH) ? rules->length.minutes : 0,
        .attendance = score_of_attendance(&rules->score, &attendance),
        .speakers = score_of_share(&rules->score.speakers, facts->speakers,
                                   facts->present),
    };
    out->time =
        score_of_length(&rules->score, facts->minutes, out->minutes_min);
    out->are_documents_in_time =
        facts->documents > 0 &&
        (!ruleset_has(rules, RULESET_DEADLINES) ||
         facts->documents_days >= rules->deadlines.documents_days);
}

bool meeting_score_is_right(const struct ruleset *rules,
                            const struct event_score_completed *sheet)
{
    const struct meeting_score_facts facts = {
        .minutes = sheet->minutes,
        .summoned = sheet->summoned,
        .present = sheet->present,
        .unexcused = sheet->unexcused,
        .speakers = sheet->speakers,
    };
    const uint64_t points[criterion_count_] = {
        [CRITERION_TIME] = sheet->time,
        [CRITERION_ATTENDANCE] = sheet->attendance,
        [CRITERION_PREPARATION] = sheet->preparation,
        [CRITERION_CONDUCT] = sheet->conduct,
        [CRITERION_PRINCIPLES] = sheet->principles,
        [CRITERION_RESULTS] = sheet->results,
        [CRITERION_CLOSING] = sheet->closing,
    };
    struct meeting_score_proposal proposal;
    uint64_t total;
    enum grade grade;

    if (!ruleset_has(rules, RULESET_SCORE_SHEET) ||
        score_grade(&rules->score, points, &total, &grade) != RESULT_OK)
        return false;
    meeting_score_propose(rules, &facts, &proposal);
    return total == sheet->total && (int)grade == sheet->grade &&
           proposal.minutes_min == sheet->minutes_min &&
           proposal.time == sheet->proposed_time &&
           proposal.attendance == sheet->proposed_attendance &&
           proposal.speakers == sheet->proposed_speakers;
}
