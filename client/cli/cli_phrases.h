/*
 * Standard phrases of the minute-taker: ";tn" in what is written to the minutes
 * becomes "Hội nghị nhất trí thông qua". A file has them, a line each:
 *
 *   # a remark
 *   tn = Hội nghị nhất trí thông qua
 *
 * A key is 1 to 16 small letters and digits; a phrase is UTF-8 and on one line.
 * Which forms of a letter were typed does not matter: phrases become NFC.
 * Main thread.
 */
#ifndef CLIENT_CLI_CLI_PHRASES_H
#define CLIENT_CLI_CLI_PHRASES_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    CLI_PHRASES_MAX = 500,
    CLI_PHRASES_SIZE_MAX = 256 * 1024,
    CLI_PHRASE_KEY_SIZE = 17,
    CLI_PHRASES_PROBLEM_SIZE = 400
};

struct cli_phrase {
    char key[CLI_PHRASE_KEY_SIZE];
    char *text; /* owned; NFC */
};

/* All zeros: none. */
struct cli_phrases {
    struct cli_phrase *rows; /* owned; as they stand in the file */
    size_t count;
};

/*
 * Reads a file's text; ended by cli_phrases_release(). RESULT_MALFORMED: the
 * line `*error_line` is wrong in the way that `*fault`, translated, says;
 * RESULT_NO_MEMORY. `*out` is empty then.
 */
MUST_USE enum result cli_phrases_read(const char *text, size_t size,
                                      struct cli_phrases *out, int *error_line,
                                      const char **fault);
void cli_phrases_release(struct cli_phrases *phrases);

/*
 * Reads the file that was asked for; NULL: that beside this program, of which
 * nothing is said if there is none. False: what is wrong was said on stderr,
 * and there are no phrases.
 */
bool cli_phrases_load(const char *path, struct cli_phrases *out);

/*
 * What is written to the minutes, with each ";key" at the beginning of a word
 * replaced, and ";;" by ";". The caller ends the result with free(). NULL: no
 * such phrase (`problem` says which, translated), or memory is out.
 */
char *cli_phrases_expand(const struct cli_phrases *phrases, const char *text,
                         char problem[CLI_PHRASES_PROBLEM_SIZE]);

/* All, or that there are none. */
void cli_phrases_show(const struct cli_phrases *phrases, FILE *out);

#endif
