/*
 * What went wrong, in words for people and in their language: the end of a
 * sentence, as in "cannot open FILE: …". Logs have result_text() and
 * strerror(3). Never NULL; valid until the next call. One thread.
 */
#ifndef PROTOCOL_PROGRAM_RESULT_WORDS_H
#define PROTOCOL_PROGRAM_RESULT_WORDS_H

#include "protocol/base/result.h"

const char *result_words(enum result result);

/* Of an errno: what a file, a folder or the system said. One that is in no list
 * here is told in the system's words. */
const char *system_words(int error);

/* Of a result that is told by its word in logs, as a refusal that the client
 * makes itself carries it; NULL if this is none. */
const char *result_words_of_text(const char *text);

#endif
