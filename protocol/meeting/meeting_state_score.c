/* The score sheet, and what of the meeting it asks about. */
#include "protocol/meeting/meeting_state_internal.h"

static void end_break(struct meeting_score *score, int64_t at_ms)
{
    if (score->break_since_ms > 0)
        score->breaks_ms += at_ms - score->break_since_ms;
    score->break_since_ms = 0;
}

/* A tick taken back was a mistake: it leaves no trace. */
static void note_leave(struct meeting_state *state,
                       const struct event_presence_ended *body)
{
    struct meeting_person *person = state_person(state, &body->member);

    if (person && state->opened_ms > 0 && body->reason != END_UNTICKED)
        person->has_attended = true;
}

void state_note_score(struct meeting_state *state,
                      const struct meeting_event *event)
{
    struct meeting_score *score = &state->score;

    switch ((int)event->kind) {
    case EVENT_ADJOURNED_KIND:
        score->break_since_ms = event->at_ms;
        return;
    case EVENT_RESUMED_KIND:
    case EVENT_CLOSED_KIND:
        end_break(score, event->at_ms);
        return;
    case EVENT_PRESENCE_ENDED_KIND:
        note_leave(state, &event->body.presence_ended);
        return;
    default:
        return;
    }
}

/* A decision is made a moment before its event gets its time: a minute may end
 * between them. */
static bool are_as_logged(const struct meeting_score_facts *facts,
                          const struct event_score_completed *body)
{
    return (facts->minutes == body->minutes ||
            facts->minutes == body->minutes + 1) &&
           facts->summoned == body->summoned &&
           facts->present == body->present &&
           facts->unexcused == body->unexcused &&
           facts->speakers == body->speakers &&
           facts->documents == body->documents &&
           facts->documents_days == body->documents_days &&
           facts->tasks == body->tasks && facts->tasks_done == body->tasks_done;
}

/* A sheet of before this was asked about tells nothing of it. */
static bool is_posting_as_logged(struct meeting_score_facts *facts,
                                 const struct event_score_completed *body)
{
    if (body->posting == posting_none_) {
        facts->posting = posting_none_;
        facts->posting_due_ms = facts->posting_done_ms = 0;
    }
    return (int)facts->posting == body->posting &&
           (uint64_t)facts->posting_due_ms == body->posting_due_ms &&
           (uint64_t)facts->posting_done_ms == body->posting_done_ms;
}

enum result state_apply_score_completed(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    const struct event_score_completed *body = &event->body.score_completed;
    struct meeting_score *score = &state->score;
    uint64_t total = 0;
    int i;

    meeting_score_facts_of(state, event->at_ms, &score->facts);
    score->points[CRITERION_TIME] = body->time;
    score->points[CRITERION_ATTENDANCE] = body->attendance;
    score->points[CRITERION_PREPARATION] = body->preparation;
    score->points[CRITERION_CONDUCT] = body->conduct;
    score->points[CRITERION_PRINCIPLES] = body->principles;
    score->points[CRITERION_RESULTS] = body->results;
    score->points[CRITERION_CLOSING] = body->closing;
    for (i = 1; i < criterion_count_; i++)
        total += score->points[i];
    if (total != body->total || !are_as_logged(&score->facts, body) ||
        !is_posting_as_logged(&score->facts, body))
        return RESULT_CORRUPT;
    score->facts.minutes = body->minutes;
    score->seq = event->seq;
    score->by = body->act.member;
    score->total = total;
    score->grade = (enum grade)body->grade;
    score->minutes_min = body->minutes_min;
    score->proposed_speakers = body->proposed_speakers;
    return RESULT_OK;
}
