/* What went wrong, in words for people. */
#ifndef CLIENT_CLI_CLI_RESULT_H
#define CLIENT_CLI_CLI_RESULT_H

#include "protocol/base/result.h"

/* The end of a sentence, as in "cannot open FILE: ..."; never NULL. */
const char *cli_result_words(enum result result);

#endif
