/*
 * Meetings that a cell holds by party groups: several logs, one meeting. Pure;
 * any thread.
 */
#ifndef SERVER_REPORT_REPORT_GROUPS_H
#define SERVER_REPORT_REPORT_GROUPS_H

#include "server/report/report_meeting.h"

/*
 * Who was at a party group's meeting was at the meeting that the cell held by
 * groups: attendance, speeches and faults of the parts become those of the
 * whole, which is as long as the shortest of them. Once, over all meetings.
 */
void report_meetings_gather(struct report_meeting **meetings, size_t count);

#endif
