/* Headings of reports, and words beside those that all programs say
 * (spoken_words.h). The catalogue translates the right side. */
#include "server/control/chiboctl_report.h"

#include "protocol/meeting/spoken_words.h"

#include <string.h>

static const struct {
    const char *key;
    const char *text;
} words[] = {
    /* which cell, meeting and member */
    { "unit", N_("Unit id") },
    { "unit_name", N_("Unit") },
    { "month", N_("Month") },
    { "year", N_("Year") },
    { "meeting", N_("Meeting id") },
    { "kind", N_("Kind") },
    { "title", N_("Title") },
    { "state", N_("State") },
    { "starts_at", N_("Called for") },
    { "opened_at", N_("Opened") },
    { "closed_at", N_("Closed") },
    { "zone", N_("Time zone") },
    { "member", N_("Member id") },
    { "name", N_("Full name") },
    { "category", N_("Category") },
    { "office", N_("Office") },
    /* how many meetings, how long */
    { "meetings", N_("Meetings held") },
    { "meetings_regular", N_("Regular meetings") },
    { "meetings_thematic", N_("Thematic meetings") },
    { "meetings_by_groups", N_("Of these held by party groups") },
    { "meetings_committee", N_("Committee meetings") },
    { "meetings_groups", N_("Party group meetings") },
    { "meetings_remote", N_("Meetings with remote members") },
    { "minutes", N_("Minutes") },
    { "minutes_shortest", N_("Minutes of the shortest") },
    { "minutes_min", N_("Minutes required") },
    { "meetings_short", N_("Meetings shorter than required") },
    /* the score sheet */
    { "meetings_scored", N_("Meetings scored") },
    { "score_average", N_("Average score") },
    { "score", N_("Score of 100") },
    { "grade", N_("Grade") },
    { "criterion", N_("Criterion") },
    { "points_max", N_("Points at most") },
    { "proposed", N_("Proposed by the record") },
    { "points", N_("Points given") },
    { "basis", N_("Basis") },
    { "basis_percent", N_("Basis, %") },
    { "posting", N_("Results of the meeting before posted") },
    { "posting_due_at", N_("To be posted by") },
    { "posting_done_at", N_("Reported done") },
    { "total", N_("Total") },
    /* attendance */
    { "members", N_("Members summoned") },
    { "summoned", N_("Meetings summoned to") },
    { "present", N_("Present") },
    { "present_percent", N_("Present, %") },
    { "absent_excused", N_("Absent with reason") },
    { "absent_unexcused", N_("Absent without reason") },
    { "absent_unnoted", N_("Absent, not noted") },
    { "late", N_("Late") },
    { "left_early", N_("Left early") },
    { "others_present", N_("Others present") },
    { "attendance", N_("Attendance") },
    { "mode", N_("Form of presence") },
    { "came_at", N_("Came") },
    { "left_at", N_("Left") },
    { "in_person", N_("In person") },
    { "site", N_("At a site") },
    { "online", N_("Online") },
    { "voice_relay", N_("By radio or telephone") },
    { "remote_percent", N_("Remote of those present, %") },
    { "excused_run", N_("Longest run absent with reason") },
    { "months_unexcused", N_("Months absent without reason") },
    { "flag", N_("Remark") },
    { "to_be_considered", N_("to be considered: absent without reason") },
    /* recognitions */
    { "probation_end", N_("Probation ends") },
    { "recognition_due", N_("To be decided on by") },
    { "working_days_left", N_("Working days left") },
    { "working_days_over", N_("Working days overdue") },
    { "considered", N_("Decided on in the meeting") },
    { "probation_unknown", N_("the end of probation is not given") },
    { "recognition_ahead", N_("on probation") },
    { "recognition_running", N_("recognition to be decided on") },
    { "recognition_overdue", N_("recognition overdue") },
    { "recognition_considered", N_("recognition decided on") },
    /* who spoke, what was decided, what was sent */
    { "speakers", N_("Members who spoke") },
    { "speakers_percent", N_("Spoke of those present, %") },
    { "speeches", N_("Speeches") },
    { "spoken_seconds", N_("Seconds spoken") },
    { "votes_passed", N_("Votes adopted") },
    { "votes_failed", N_("Votes not adopted") },
    { "votes_cancelled", N_("Votes cancelled") },
    { "ballots", N_("Secret ballots counted") },
    { "ballots_void", N_("Secret ballots void") },
    { "documents", N_("Documents") },
    { "documents_beforehand", N_("Documents before the opening") },
    { "given_at", N_("Given") },
    { "opinion", N_("Opinion") },
    { "tasks_before", N_("Tasks of the meeting before") },
    { "tasks_done", N_("Of these done") },
    { "tasks_open", N_("Tasks still open") },
    /* faults */
    { "connections_lost", N_("Connections lost") },
    { "people_disconnected", N_("People who lost a connection") },
    { "disconnections", N_("Connections lost") },
    { "server_restarts", N_("Restarts of the server") },
    { "clock_jumps", N_("Jumps of the clock") },
    { "losses", N_("Accepted losses of the record") },
    /* states of a meeting */
    { "held", N_("meeting held") },
    { "not_opened", N_("not opened yet") },
    { "not_closed", N_("not closed yet") },
    { "party_group", N_("meeting of a party group") },
};

const char *chiboctl_report_word(const char *key)
{
    const char *text;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].key, key) == 0)
            return _(words[i].text);
    text = spoken_word(key);
    return text ? _(text) : key;
}
