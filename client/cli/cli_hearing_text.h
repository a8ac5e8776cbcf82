/*
 * How others hear, in words, as the server answers to those who lead or take
 * the minutes (`who_hears`). Main thread.
 */
#ifndef CLIENT_CLI_CLI_HEARING_TEXT_H
#define CLIENT_CLI_CLI_HEARING_TEXT_H

#include "client/core/client.h"

#include <jansson.h>

#include <stdio.h>

/* Who hears gaps, or badly, a line for each device, the worst first; then how
 * many hear well, and of how many nothing is known. `view` is locked. */
void cli_hearing_write(const struct meeting_view *view, const json_t *answer,
                       FILE *out);

#endif
