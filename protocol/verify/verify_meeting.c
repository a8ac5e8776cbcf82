#include "protocol/verify/verify_meeting.h"

#include <stdlib.h>

void *verify_list_grow(void *items, size_t count, size_t size)
{
    enum { CAPACITY_MIN = 8 };
    size_t capacity = count ? 2 * count : CAPACITY_MIN;
    size_t bytes;

    /* Between two powers of two there is room already. */
    if (count != 0 && (count < CAPACITY_MIN || (count & (count - 1)) != 0))
        return items;
    if (__builtin_mul_overflow(capacity, size, &bytes))
        return NULL;
    return realloc(items, bytes);
}

static enum result take(struct verify_meeting *meeting,
                        const struct verify_event *event)
{
    enum result result = verify_meeting_acts(meeting, event);

    if (result == RESULT_OK)
        result = verify_meeting_checkpoint(meeting, event);
    if (result == RESULT_OK)
        result = verify_meeting_result(meeting, event);
    if (result == RESULT_OK)
        result = verify_meeting_verdict(meeting, event);
    if (result == RESULT_OK)
        result = verify_meeting_snapshot(meeting, event);
    if (result == RESULT_OK) {
        result = meeting_state_apply(meeting->state, &event->meeting);
        if (result == RESULT_CORRUPT)
            return verify_reader_refuse(&meeting->reader, event,
                                        VERIFY_FAULT_STATE);
    }
    return result == RESULT_OK ? verify_meeting_keep(meeting, event) : result;
}

/* What the register says about the beginning and the end of this meeting. */
static enum result compare_call(struct verify_meeting *meeting)
{
    const struct verify_register_call *call = &meeting->call;
    struct verify_event place = { .seq = 0 };

    if (call->has_began && !hash_equal(&call->began, &meeting->reader.heads[0]))
        return verify_reader_refuse(&meeting->reader, &place,
                                    VERIFY_FAULT_BEGAN);
    if (call->has_ended && call->final_seq < meeting->reader.count &&
        !hash_equal(&call->final_head,
                    &meeting->reader.heads[call->final_seq])) {
        place.seq = call->final_seq;
        return verify_reader_refuse(&meeting->reader, &place,
                                    VERIFY_FAULT_ENDED);
    }
    return RESULT_OK;
}

static enum result read_events(struct verify_meeting *meeting)
{
    enum result result = RESULT_OK;

    while (result == RESULT_OK) {
        struct verify_event event;

        result = verify_reader_next(&meeting->reader, &event);
        if (result != RESULT_OK)
            break;
        result = take(meeting, &event);
        verify_event_release(&event);
    }
    return result == RESULT_CLOSED ? RESULT_OK : result;
}

enum result verify_meeting_read(struct verify_meeting *meeting,
                                struct text_view file,
                                struct text_view openings,
                                struct verify_register *registry,
                                const struct ruleset_shelf *rulesets)
{
    enum result result;

    *meeting =
        (struct verify_meeting){ .registry = registry, .rulesets = rulesets };
    result =
        verify_reader_open(&meeting->reader, file, openings, VERIFY_IN_LOG);
    if (result == RESULT_OK && meeting->reader.is_register)
        result = RESULT_MALFORMED;
    if (result == RESULT_OK)
        result = meeting_state_new(&meeting->state);
    if (result == RESULT_OK && registry)
        result = verify_register_find_call(registry, &meeting->reader.scope,
                                           &meeting->call);
    if (result == RESULT_OK)
        result = read_events(meeting);
    return result == RESULT_OK ? compare_call(meeting) : result;
}

void verify_meeting_release(struct verify_meeting *meeting)
{
    size_t i;

    for (i = 0; i < meeting->votes_count; i++)
        free(meeting->votes[i].motion);
    for (i = 0; i < meeting->decisions_count; i++)
        free(meeting->decisions[i].motion);
    free(meeting->decisions);
    free(meeting->signers);
    free(meeting->devices);
    free(meeting->checkpoints);
    free(meeting->missing);
    free(meeting->confirmed);
    free(meeting->votes);
    free(meeting->halls);
    free(meeting->losses);
    free(meeting->offices);
    free(meeting->dropped);
    free(meeting->title);
    free(meeting->unit_name);
    verify_names_release(&meeting->names);
    act_ledger_release(&meeting->ledger);
    meeting->group = ballot_group_free(meeting->group);
    meeting_state_free(meeting->state);
    verify_reader_release(&meeting->reader);
    *meeting = (struct verify_meeting){ .state = NULL };
}

bool verify_meeting_is_complete(const struct verify_meeting *meeting)
{
    const struct meeting_state *state = meeting->state;

    if (state->phase != MEETING_CLOSED)
        return false;
    if (meeting->call.has_ended &&
        meeting->call.final_seq >= meeting->reader.count)
        return false;
    return state->checkpoint_count == 0 || state->is_ended;
}
