/*
 * When it is told to the server how this device hears, and what: what has
 * changed in the voice's totals since it was told last. Nothing is told while
 * nobody is heard. Pure; times in milliseconds of one clock; one thread.
 */
#ifndef CLIENT_CLI_CLI_HEARING_H
#define CLIENT_CLI_CLI_HEARING_H

#include "client/audio/voice.h"
#include "protocol/wire/hearing_report.h"

/* All zeros in the beginning. */
struct cli_hearing {
    struct voice_statistics told;
    int64_t since_ms; /* there is something to be told since; 0: nothing */
};

/* With the totals of now. True: `out` is to be told, and counts as told. */
bool cli_hearing_next(struct cli_hearing *hearing,
                      const struct voice_statistics *totals, int64_t now_ms,
                      struct hearing_report *out);
/* How long until cli_hearing_next() may say true; -1: until somebody is heard.
 */
int64_t cli_hearing_wait_ms(const struct cli_hearing *hearing, int64_t now_ms);

#endif
