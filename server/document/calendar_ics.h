/*
 * A meeting as an entry for calendars (iCalendar, RFC 5545): one VEVENT in the
 * meeting's own zone, with a VTIMEZONE. Lines are ended by CR LF and folded at
 * 75 bytes between letters; texts are escaped.
 *
 * The VTIMEZONE holds the zone's offset at the beginning of the meeting, which
 * is what its times need (3.6.5 asks for no more than the time of the event);
 * Vietnam has had no other since 1975. The same event gives the same bytes: the
 * time of its making is an argument. Pure but for the machine's zones; any
 * thread.
 */
#ifndef SERVER_DOCUMENT_CALENDAR_ICS_H
#define SERVER_DOCUMENT_CALENDAR_ICS_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Texts are UTF-8; "" leaves a line out, except of uid and summary. Times are
 * milliseconds since 1970 UTC. */
struct calendar_event {
    const char *uid; /* the meeting's id and where it is held: "ID@host" */
    const char *summary, *description, *location;
    const char *url;  /* where to join */
    const char *zone; /* "Asia/Ho_Chi_Minh"; an unknown one is UTC */
    int64_t starts_at_ms;
    int64_t length_min;  /* minutes, more than 0 */
    int64_t made_at_ms;  /* of the event that called or changed the meeting */
    uint32_t sequence;   /* how often it was changed since it was called */
    uint32_t remind_min; /* minutes before; 0: no reminder */
    bool is_cancelled;
};

/* RESULT_OK: free() ends `*out`. RESULT_INVALID: no uid or summary, a length or
 * a time out of range, a line feed in uid or url; RESULT_NO_MEMORY. */
MUST_USE enum result calendar_ics_write(const struct calendar_event *event,
                                        uint8_t **out, size_t *size);

#endif
