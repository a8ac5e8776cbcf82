/*
 * The score sheet of a meeting that is over: what its log and its ruleset
 * propose, beside what was given by hand. Pure; any thread.
 *
 * Source: score_sheet of the ruleset (42-HD/BTCTW, 28/10/2025).
 */
#ifndef SERVER_REPORT_REPORT_SCORE_H
#define SERVER_REPORT_REPORT_SCORE_H

#include "server/report/report_meeting.h"
#include "server/report/report_table.h"

/* Is its ruleset at hand, and has a score sheet? */
bool report_has_score(const struct report_meeting *meeting);

/* Whether the results of the meeting before were posted in time, a word of
 * `posting`; "" if the log says nothing of it. Static. */
const char *report_posting(const struct report_meeting *meeting);

/*
 * Was no member absent with reason more times running than the sheet allows, up
 * to this meeting? `meetings`: oldest first, this one among them.
 */
bool report_is_steady(const struct report_meeting *const *meetings,
                      size_t count, const struct report_meeting *meeting);

/*
 * A row for each criterion, and their sum: points at most, proposed, given, and
 * the numbers that the proposal rests on. A criterion on which the log says
 * nothing has no proposal; that for conduct is the part for speakers; beside
 * that for closing stands the posting of the meeting before. The table
 * is ended with report_table_release() in every case. RESULT_NO_MEMORY.
 */
MUST_USE enum result
report_list_score(const struct report_meeting *const *meetings, size_t count,
                  const struct report_meeting *meeting,
                  struct report_table *out);

#endif
