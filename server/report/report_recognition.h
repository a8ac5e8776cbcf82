/*
 * Probationary members and until when their cells are to decide on their
 * recognition, as a table. Pure; any thread.
 */
#ifndef SERVER_REPORT_REPORT_RECOGNITION_H
#define SERVER_REPORT_REPORT_RECOGNITION_H

#include "protocol/meeting/register_state.h"
#include "protocol/rules/meeting_norms.h"
#include "server/report/report_lists.h"

/* One of them; everything is borrowed. */
struct report_probation {
    const struct report_unit *unit; /* her cell */
    const struct register_member *member;
    const char *name;
    uint64_t today; /* 20261204, where the cell meets */
};

/*
 * A row for each, in the order given; report_table_release() ends the table in
 * every case. rules: NULL where no ruleset has such a deadline; the rows tell
 * only when probation ends then. RESULT_NO_MEMORY.
 */
MUST_USE enum result
report_list_recognition(const struct report_probation *rows, size_t count,
                        const struct deadline_rules *rules,
                        struct report_table *out);

#endif
