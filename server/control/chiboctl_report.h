/*
 * What the reports of chiboctl share: the logs as the database keeps them, the
 * months and cells that are asked about, and the form in which a table leaves.
 * One thread.
 */
#ifndef SERVER_CONTROL_CHIBOCTL_REPORT_H
#define SERVER_CONTROL_CHIBOCTL_REPORT_H

#include "server/control/chiboctl.h"
#include "server/report/report_lists.h"

/* Which cells, and the form of the file: options of every report. */
#define CHIBOCTL_FORM_OPTIONS                                                  \
    { "cell", "CELL", N_("only of this cell") },                               \
        { "under", "UNIT", N_("only of cells below this unit") },              \
        { "separator", ",|;|tab",                                              \
          N_("what stands between columns; without: a comma") },               \
        { "no-bom", NULL,                                                      \
          N_("no mark of UTF-8 at the start, which spreadsheets look for") },  \
    {                                                                          \
        "output", "FILE", N_("into this file instead of the screen")           \
    }

/* All meetings that have begun, and the cells that a report is over. */
struct chiboctl_logs {
    struct report_meeting **meetings; /* owned; oldest first */
    size_t meeting_count;
    struct report_unit *units; /* owned; names are the book's */
    size_t unit_count;
    struct ruleset_shelf shelf; /* owned; by which the meetings were held */
};

/*
 * Reads the register into ctl->book, and every meeting's log of the cells that
 * --cell and --under name, from the database of the settings; a server may be
 * running. False: said why. End with chiboctl_logs_release() in every case.
 */
bool chiboctl_logs_read(struct chiboctl *ctl, struct chiboctl_logs *logs);
void chiboctl_logs_release(struct chiboctl_logs *logs);

/* The meeting of that id among those read, or NULL: said why. */
const struct report_meeting *
chiboctl_logs_meeting(const struct chiboctl_logs *logs, const char *text);

/*
 * Writes a table as --json, or as CSV by --separator, --no-bom and --output;
 * releases it. `result` is that of whoever made it.
 */
int chiboctl_report_show(struct chiboctl *ctl, struct report_table *table,
                         enum result result);

/* `chiboctl report recognition` (chiboctl_recognition.c). */
int chiboctl_run_recognition(struct chiboctl *ctl);

/* A column's heading, or a word, for people in the language of the program
 * (chiboctl_report_words.c); the key itself if it has none. */
const char *chiboctl_report_word(const char *key);

#endif
