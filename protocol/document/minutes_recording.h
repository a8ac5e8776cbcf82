/*
 * What minutes tell of recordings: when the server began to record, when it
 * ended and why. Part of minutes_text; pure.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_RECORDING_H
#define PROTOCOL_DOCUMENT_MINUTES_RECORDING_H

#include "protocol/document/minutes_writing.h"
#include "protocol/meeting/meeting_event.h"

/* False: the event is about something else. */
bool minutes_tell_recording(struct minutes_writing *writing,
                            const struct meeting_event *event);

#endif
