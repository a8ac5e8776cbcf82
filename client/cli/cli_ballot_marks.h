/*
 * What a voter types to mark a section of the paper (cli_ballot_paper.h):
 *
 *   1 3        the answers 1 and 3; "trắng" or "blank" for the blank ballot
 *   A B - A    a letter for each row of a table, "-" for none; also "AB-A"
 *   2B 4-      row 2 gets B, row 4 none; others stay as they are
 *   tán thành  the answer itself, where there is one row
 *   xong       the table is done, rows without a mark stay so
 *
 * Nothing of what is typed is kept anywhere but in the marks. Main thread.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_MARKS_H
#define CLIENT_CLI_CLI_BALLOT_MARKS_H

#include "client/cli/cli_ballot_paper.h"

enum cli_marks_reading {
    CLI_MARKS_WRONG, /* nothing was changed; the problem says why */
    CLI_MARKS_PART,  /* taken; rows are left, which the problem names */
    CLI_MARKS_DONE   /* the section is marked as its rules want */
};

enum { CLI_MARKS_PROBLEM_SIZE = 600 };

/* Reads a line for the section that begins with question `first` into the marks
 * of the whole paper. `problem` is translated. */
enum cli_marks_reading cli_marks_read(const struct cli_paper *paper,
                                      size_t first, const char *line,
                                      uint8_t *marks,
                                      char problem[CLI_MARKS_PROBLEM_SIZE]);
/* Is it one of these words, of small letters without marks, whatever its case,
 * marks and spaces? The list ends with NULL. */
bool cli_marks_is_word(const char *line, const char *const *words);
/* How a section is marked, for whoever is about to: translated. */
void cli_marks_explain(const struct cli_paper *paper, size_t first,
                       size_t width, FILE *out);

#endif
