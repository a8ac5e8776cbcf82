/* What the server records. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

static struct meeting_recording *newest(const struct meeting_state *state)
{
    const struct meeting_recordings *recordings = &state->recordings;

    return recordings->count > 0 ? &recordings->rows[recordings->count - 1]
                                 : NULL;
}

bool meeting_state_is_recorded(const struct meeting_state *state)
{
    const struct meeting_recording *recording = newest(state);

    return recording && recording->reason == recording_end_none_;
}

uint64_t meeting_state_unkept_recording(const struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->recordings.count; i++)
        if (state->recordings.rows[i].kept_seq == 0)
            return i + 1;
    return 0;
}

enum result state_apply_recording_started(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    struct meeting_recordings *recordings = &state->recordings;
    void *grown;

    if (event->body.recording_started.recording != recordings->count + 1 ||
        meeting_state_is_recorded(state) ||
        recordings->count >= LIMIT_RECORDINGS)
        return RESULT_CORRUPT;
    grown = state_grow(recordings->rows, recordings->count,
                       sizeof *recordings->rows);
    if (!grown)
        return RESULT_NO_MEMORY;
    recordings->rows = grown;
    recordings->rows[recordings->count++] =
        (struct meeting_recording){ .started_seq = event->seq,
                                    .started_ms = event->at_ms };
    return RESULT_OK;
}

enum result state_apply_recording_stopped(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_recording_stopped *body = &event->body.recording_stopped;
    struct meeting_recording *recording = newest(state);

    if (!meeting_state_is_recorded(state) ||
        body->recording != state->recordings.count)
        return RESULT_CORRUPT;
    recording->stopped_ms = event->at_ms;
    recording->reason = (enum recording_end)body->reason;
    return RESULT_OK;
}

/* A file that was lost, or never made, has no bytes, and no other is without.
 */
static bool is_file(const struct meeting_state *state,
                    const struct recording_file *file)
{
    static const struct hash none;
    const bool is_lost = !recording_file_is_there(file);

    return meeting_state_holder(state, &file->holder) != NULL &&
           file->from <= file->to && is_lost == (file->size == 0) &&
           is_lost == hash_equal(&file->blob, &none) &&
           is_lost == (file->packets == 0);
}

/* Each sender has one file. */
static bool are_files(const struct meeting_state *state,
                      const struct items *files)
{
    const struct recording_file *rows = files->data;
    size_t i, j, left_out = 0;

    for (i = 0; i < files->count; i++) {
        if (rows[i].outcome == RECORDING_LEFT_OUT)
            left_out++;
        if (left_out > LIMIT_RECORDING_LEFT_OUT ||
            i + 1 - left_out > LIMIT_RECORDING_SPEAKERS)
            return false;
        if (!is_file(state, &rows[i]))
            return false;
        for (j = 0; j < i; j++)
            if (rows[i].slot == rows[j].slot)
                return false;
    }
    return true;
}

enum result state_apply_recording_kept(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_recording_kept *body = &event->body.recording_kept;
    const size_t count = body->files.count;
    struct meeting_recording *recording;

    if (body->recording == 0 || body->recording > state->recordings.count)
        return RESULT_CORRUPT;
    recording = &state->recordings.rows[body->recording - 1];
    if (recording->reason == recording_end_none_ || recording->kept_seq > 0 ||
        !are_files(state, &body->files))
        return RESULT_CORRUPT;
    if (count > 0) {
        recording->files = calloc(count, sizeof *recording->files);
        if (!recording->files)
            return RESULT_NO_MEMORY;
        memcpy(recording->files, body->files.data,
               count * sizeof *recording->files);
    }
    recording->file_count = count;
    recording->kept_seq = event->seq;
    return RESULT_OK;
}

void state_release_recordings(struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->recordings.count; i++)
        free(state->recordings.rows[i].files);
    free(state->recordings.rows);
}
