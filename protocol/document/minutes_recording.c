#include "protocol/document/minutes_recording.h"

static const enum minutes_phrase reasons[recording_end_count_] = {
    [RECORDING_BY_CHAIR] = PHRASE_RECORDED_TO_CHAIR,
    [RECORDING_ADJOURNED] = PHRASE_RECORDED_TO_ADJOURNED,
    [RECORDING_CLOSED] = PHRASE_RECORDED_TO_CLOSED,
    [RECORDING_BALLOT] = PHRASE_RECORDED_TO_BALLOT,
    [RECORDING_FULL] = PHRASE_RECORDED_TO_FULL,
    [RECORDING_FAILED] = PHRASE_RECORDED_TO_FAILED,
    [RECORDING_RESTARTED] = PHRASE_RECORDED_TO_RESTARTED,
};

bool minutes_tell_recording(struct minutes_writing *writing,
                            const struct meeting_event *event)
{
    const struct minutes_short at = minutes_clock(writing, event->at_ms);

    if (event->kind == EVENT_RECORDING_STARTED_KIND)
        minutes_say(writing, PHRASE_RECORDED_FROM, at.text);
    else if (event->kind == EVENT_RECORDING_STOPPED_KIND)
        minutes_say(writing, reasons[event->body.recording_stopped.reason],
                    at.text);
    else
        return false;
    return true;
}
