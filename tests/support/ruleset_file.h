/* The rulesets that are shipped, for tests. */
#ifndef TESTS_SUPPORT_RULESET_FILE_H
#define TESTS_SUPPORT_RULESET_FILE_H

#include "protocol/rules/ruleset.h"

/* Reads config/rules/<name>; ends the test program if it is not right. Good
 * until the next call. */
const struct ruleset *ruleset_file(const char *name);
/* The same with `to` for each `from`, which has to stand in it. */
const struct ruleset *ruleset_file_with(const char *name, const char *from,
                                        const char *to);
/* The bytes of the file; good as long. */
struct text_view ruleset_file_text(const char *name);
/* The sources of the file that the last call read. */
const struct ruleset_notes *ruleset_file_notes(void);

#endif
