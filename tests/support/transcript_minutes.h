/*
 * The minutes of a meeting that was played as a script, by the rules that it
 * was played under, in one line: without the ends of lines, which its width
 * makes. Names are withheld, as no text was opened.
 */
#ifndef TESTS_SUPPORT_TRANSCRIPT_MINUTES_H
#define TESTS_SUPPORT_TRANSCRIPT_MINUTES_H

#include "protocol/document/minutes_text.h"
#include "tests/support/meeting_transcript.h"

/* The event of this seq as its line in the log, from a row of the transcript's
 * log; the caller ends it with free(). */
char *transcript_line(const json_t *kept, size_t seq);
/* The caller ends the text with free(). */
char *transcript_minutes(const struct meeting_transcript *meeting,
                         enum minutes_language language);
/* Fails unless the words are in the text. */
void assert_minutes_have(const char *text, const char *words);
void assert_minutes_lack(const char *text, const char *words);

#endif
