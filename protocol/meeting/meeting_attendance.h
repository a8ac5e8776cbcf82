/*
 * What a meeting's state keeps of how people take part, beside each person's
 * own row. Written by meeting_state_attendance.c alone.
 */
#ifndef PROTOCOL_MEETING_MEETING_ATTENDANCE_H
#define PROTOCOL_MEETING_MEETING_ATTENDANCE_H

#include "protocol/base/identifier.h"

#include <stdbool.h>
#include <stdint.h>

struct meeting_attendance {
    bool is_content_open; /* declared: nothing here is a state secret */
    struct identifier declared_by;
    int64_t declared_ms;
};

#endif
