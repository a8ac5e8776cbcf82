/*
 * What a meeting's state keeps of how people take part, beside each person's
 * own row. Written by meeting_state_attendance.c alone.
 */
#ifndef PROTOCOL_MEETING_MEETING_ATTENDANCE_H
#define PROTOCOL_MEETING_MEETING_ATTENDANCE_H

#include "protocol/base/identifier.h"

#include <stdbool.h>
#include <stdint.h>

/* May the cell meet online, as the server found last? */
struct meeting_eligibility {
    bool is_found;
    uint64_t unable, members, need;
    bool is_met;
};

/* What somebody counted at a place. */
struct head_count {
    bool is_counted;
    uint64_t count;
    struct identifier by;
    int64_t at_ms;
};

struct meeting_attendance {
    bool is_content_open; /* declared: nothing here is a state secret */
    struct identifier declared_by;
    int64_t declared_ms;
    struct meeting_eligibility eligibility;
    bool is_check_in_open;   /* at the meeting's own place */
    struct head_count heads; /* there, too */
};

#endif
