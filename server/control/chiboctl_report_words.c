/* Headings and words of reports, as people say them. The catalogue translates
 * the right side. */
#include "server/control/chiboctl_report.h"

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
    { "time", N_("length of the meeting") },
    { "preparation", N_("preparation") },
    { "conduct", N_("how it was held") },
    { "principles", N_("principles of the Party") },
    { "results", N_("what became of the last resolution") },
    { "closing", N_("how it was concluded") },
    { "total", N_("Total") },
    { "good", N_("graded good") },
    { "fair", N_("graded fair") },
    { "average", N_("graded average") },
    { "poor", N_("graded poor") },
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
    /* kinds of meeting */
    { "regular", N_("regular meeting") },
    { "thematic", N_("thematic meeting") },
    { "extraordinary", N_("extraordinary meeting") },
    { "members_meeting", N_("members' meeting") },
    { "congress", N_("congress") },
    /* categories and offices */
    { "official", N_("full member") },
    { "probationary", N_("probationary member") },
    { "exempt", N_("exempt member") },
    { "temp_away", N_("member living elsewhere for a time") },
    { "temp_here", N_("member living here for a time") },
    { "suspended", N_("suspended member") },
    { "upper_delegate", N_("delegate of the upper committee") },
    { "guest", N_("guest") },
    { "technician", N_("technician") },
    { "none", N_("no office") },
    { "cell_leader", N_("leader of the cell") },
    { "deputy_leader", N_("deputy leader of the cell") },
    { "committee_member", N_("member of the cell committee") },
    { "group_leader", N_("leader of a party group") },
};

const char *chiboctl_report_word(const char *key)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].key, key) == 0)
            return _(words[i].text);
    return key;
}
