/*
 * The absence ledger of a cell and a year: of each member, how many meetings it
 * was summoned to and how it attended, and whether it was absent without reason
 * in so many months that the statutes ask to look at it. Pure; any thread.
 *
 * A month counts as one without reason if the member was summoned in it,
 * attended no meeting of it, and was absent from one at least without reason.
 * Months are those of the meetings' own zones. What nobody noted is not taken
 * for "without reason": it is counted apart, for the cell to settle.
 *
 * Source of the rule: deadlines.absence of the ruleset (208-QĐ/TW, 26/7/2026).
 */
#ifndef SERVER_REPORT_REPORT_LEDGER_H
#define SERVER_REPORT_REPORT_LEDGER_H

#include "server/report/report_meeting.h"

struct report_ledger_row {
    struct identifier member;
    const char *name;       /* newest; borrowed from the meetings */
    enum category category; /* newest */
    uint64_t summoned, present, late, left_early;
    uint64_t excused, unexcused, unnoted;
    uint64_t months_unexcused;
    uint64_t excused_run; /* the longest run of meetings missed with reason */
    bool is_flagged;      /* months_unexcused reached the limit */
};

struct report_ledger {
    struct report_ledger_row *rows; /* owned; by first meeting, then roll */
    size_t count;
};

/*
 * From the meetings of one cell that were held in the year, oldest first;
 * others among them are passed over. months_max: 0 where no ruleset says how
 * many months are too many, then nobody is flagged. RESULT_NO_MEMORY. The
 * meetings outlive the ledger, which report_ledger_release() ends.
 */
MUST_USE enum result
report_ledger_make(const struct report_meeting *const *meetings, size_t count,
                   const struct identifier *unit, int year, uint64_t months_max,
                   struct report_ledger *out);
void report_ledger_release(struct report_ledger *ledger);

/*
 * How often running a member missed meetings with reason, up to and with the
 * last of these; as a score sheet asks. Meetings as above, of any year.
 */
uint64_t report_excused_run(const struct report_meeting *const *meetings,
                            size_t count, const struct identifier *unit,
                            const struct identifier *member);

#endif
