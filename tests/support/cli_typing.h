/* What a line that is typed into a meeting becomes. */
#ifndef TESTS_SUPPORT_CLI_TYPING_H
#define TESTS_SUPPORT_CLI_TYPING_H

#include "client/core/client.h"

/*
 * Fails unless the line becomes this command, JSON without its "log", which is
 * "org.1"; expected NULL: unless it is told what is wrong with it.
 */
void assert_typed(const struct meeting_view *view, const char *line,
                  const char *expected);

#endif
