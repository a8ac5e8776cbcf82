/*
 * The folder of rulesets, read at start. Everything that is wrong with a file
 * goes to the log with file, line and reason. Any thread; not pure.
 */
#ifndef SERVER_CONTROL_RULESET_FOLDER_H
#define SERVER_CONTROL_RULESET_FOLDER_H

#include "protocol/rules/ruleset_shelf.h"

/*
 * Every *.conf of the folder, in the order of their names. RESULT_OK, or what
 * was wrong with the first file that is no ruleset (all of them are looked at),
 * RESULT_IO for a folder or file that cannot be read, RESULT_NOT_FOUND if there
 * is none. Release the shelf in any case.
 */
MUST_USE enum result ruleset_folder_read(const char *path,
                                         struct ruleset_shelf *shelf);

/* Says in the log why a ruleset, whose file or name is `where`, is not taken.
 */
void ruleset_report(const char *where, enum result result,
                    const struct ruleset_faults *faults);

#endif
