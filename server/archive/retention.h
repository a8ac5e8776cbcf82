/*
 * How long what was written is kept, and what is over. Terms count in calendar
 * months from the moment for which the meeting was called; a day that a month
 * has not is its last. Pure; any thread.
 */
#ifndef SERVER_ARCHIVE_RETENTION_H
#define SERVER_ARCHIVE_RETENTION_H

#include "server/archive/archive_index.h"
#include "server/store/store_sqlite_destroy.h"

/* Months; 0: for ever. */
struct retention {
    unsigned attachments_months;
    unsigned texts_months;
    unsigned meetings_months;
    unsigned imported_months;
    const char *forever_kinds; /* "congress committee"; borrowed */
};

enum retention_what {
    RETENTION_NOTHING,
    RETENTION_ATTACHMENTS,
    RETENTION_TEXTS,
    RETENTION_MEETING, /* all but its events */
    RETENTION_RECORD,  /* an imported one */
    RETENTION_WHAT_COUNT
};
/* "attachments"; "" for RETENTION_NOTHING. */
const char *retention_word(enum retention_what what);
/* What is gone once this was done, of a meeting of the server. */
enum store_extent retention_extent(enum retention_what what);

/* Is every word of the text a kind of meeting? */
bool retention_are_kinds(const char *text);

/*
 * What of this meeting is to be destroyed at `now_ms`, the most there is, and
 * since when; `extent` is gone already. Nothing of one that is not closed.
 */
enum retention_what retention_due(const struct retention *retention,
                                  const struct archive_row *row,
                                  enum store_extent extent, int64_t now_ms,
                                  int64_t *due_ms);

/* UTC milliseconds, so many calendar months later. */
int64_t retention_add_months(int64_t at_ms, unsigned months);

#endif
