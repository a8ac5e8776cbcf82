/* What the server records: only the plenary, only where the ruleset lets the
 * chair have it so, and never while a secret ballot is voted on. */
#include "server/domain/meeting_parts.h"

static bool is_voted_on(const struct meeting_state *state)
{
    const struct meeting_ballot *ballot = meeting_state_open_ballot(state);

    return ballot && (ballot->phase == BALLOT_PHASE_VOTING ||
                      ballot->phase == BALLOT_PHASE_ENDED);
}

/* As much as has been kept so far. */
static uint64_t kept_size(const struct meeting_state *state)
{
    uint64_t size = 0;
    size_t i, j;

    for (i = 0; i < state->recordings.count; i++)
        for (j = 0; j < state->recordings.rows[i].file_count; j++)
            size += state->recordings.rows[i].files[j].size;
    return size;
}

void rule_start_recording(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    struct event_recording_started *body;

    if (draft->rules->recording != RECORDING_BY_ITS_CHAIR) {
        draft_refuse(draft, REFUSAL_NO_RECORDING);
        refusal_add_text(&draft->out->refusal, "ruleset",
                         text_view_of(state->ruleset));
        return;
    }
    if (meeting_state_is_recorded(state))
        return;
    /* What nobody may hear over a line is not kept either. */
    if (draft_waits_for_declaration(draft, MODE_ONLINE)) {
        draft_refuse_undeclared(draft, MODE_ONLINE);
        return;
    }
    if (is_voted_on(state)) {
        draft_refuse_id(draft, REFUSAL_BALLOT_OPEN,
                        &meeting_state_open_ballot(state)->id);
        return;
    }
    if (meeting_state_unkept_recording(state) > 0) {
        draft_refuse(draft, REFUSAL_BUSY);
        return;
    }
    if (state->recordings.count >= LIMIT_RECORDINGS) {
        draft_refuse_max(draft, LIMIT_RECORDINGS);
        return;
    }
    if (kept_size(state) >= LIMIT_RECORDING_SIZE) {
        draft_refuse(draft, REFUSAL_RECORDING_FULL);
        refusal_add_number(&draft->out->refusal, "max",
                           LIMIT_RECORDING_SIZE / 1024 / 1024);
        return;
    }
    body =
        &draft_add(draft, EVENT_RECORDING_STARTED_KIND)->body.recording_started;
    body->recording = state->recordings.count + 1;
    body->act = draft->command->act;
}

void draft_stop_recording(struct draft *draft, enum recording_end reason)
{
    struct event_recording_stopped *body;

    if (!meeting_state_is_recorded(draft->state))
        return;
    body =
        &draft_add(draft, EVENT_RECORDING_STOPPED_KIND)->body.recording_stopped;
    body->recording = draft->state->recordings.count;
    body->reason = (int)reason;
    if (draft->command)
        body->act = draft->command->act;
}

void rule_stop_recording(struct draft *draft)
{
    draft_stop_recording(draft, RECORDING_BY_CHAIR);
}

/* What the server found out or did: that it cannot go on, or what was kept. */
void report_recording(struct draft *draft, const struct meeting_event *event)
{
    const struct event_recording_stopped *stopped =
        &event->body.recording_stopped;
    const struct event_recording_kept *kept = &event->body.recording_kept;
    const struct meeting_recordings *all = &draft->state->recordings;

    if (event->kind == EVENT_RECORDING_STOPPED_KIND &&
        stopped->recording == all->count)
        draft_stop_recording(draft, (enum recording_end)stopped->reason);
    if (event->kind == EVENT_RECORDING_KEPT_KIND && kept->recording > 0 &&
        kept->recording <= all->count &&
        all->rows[kept->recording - 1].reason != recording_end_none_ &&
        all->rows[kept->recording - 1].kept_seq == 0)
        draft_add(draft, EVENT_RECORDING_KEPT_KIND)->body.recording_kept =
            *kept;
}
