/*
 * The reports as tables: meetings, cells and months, the people of a meeting,
 * the absence ledger. Pure; any thread.
 *
 * Months are those of each meeting's own zone. What is counted per month is of
 * meetings of the cell that were held: opened and closed; those of its
 * committee and party groups are numbers of their own.
 */
#ifndef SERVER_REPORT_REPORT_LISTS_H
#define SERVER_REPORT_REPORT_LISTS_H

#include "server/report/report_ledger.h"
#include "server/report/report_table.h"

struct report_unit {
    struct identifier id;
    const char *name;
};
/* A month as one number: 12 * year + month - 1. */
int report_month_of(int year, int month);

/* What a report is over; everything is borrowed. */
struct report_scope {
    const struct report_unit *units; /* cells, in the order of the report */
    size_t unit_count;
    const struct report_meeting *const *meetings; /* oldest first */
    size_t meeting_count;
    int first_month, last_month; /* both included */
};

/*
 * Each makes a table, which report_table_release() ends in every case.
 * RESULT_NO_MEMORY.
 */

/* A row for each meeting of the scope that has begun, held or not. */
MUST_USE enum result report_list_meetings(const struct report_scope *scope,
                                          struct report_table *out);
/* A row for each cell and month, also where no meeting was held. */
MUST_USE enum result report_list_months(const struct report_scope *scope,
                                        struct report_table *out);
/* A row for each member of the roll, and each other person who came. */
MUST_USE enum result report_list_people(const struct report_meeting *meeting,
                                        struct report_table *out);
/* The ledgers of all cells of the scope, a row for each member.
 * months_max: as report_ledger_make(); 0: as the ruleset says of the cell's
 * newest meeting of the year. */
MUST_USE enum result report_list_absence(const struct report_scope *scope,
                                         int year, uint64_t months_max,
                                         struct report_table *out);

#endif
