/* A member's screen before a meeting of transcripts, and what is written on it.
 */
#ifndef TESTS_SUPPORT_CLI_SCREEN_SCENE_H
#define TESTS_SUPPORT_CLI_SCREEN_SCENE_H

#include "client/core/client.h"
#include "tests/support/meeting_transcript.h"

#include <stdio.h>

struct screen {
    struct meeting_transcript *meeting; /* owned */
    struct meeting_view view;           /* of "org.1" */
    char *text;                         /* owned; written last */
    size_t size;
};

/* Takes the meeting, which this member sees. */
void screen_begin(struct screen *screen, struct meeting_transcript *meeting,
                  const char *me);
/* An open meeting with m4, m5, m7 and s1, in which the script was played; m4
 * sees it. */
void screen_begin_open(struct screen *screen, const char *script);
void screen_end(struct screen *screen);

/* Where the next text is written, in place of the one before; it is there once
 * this is closed. */
FILE *screen_paper(struct screen *screen);
/* Closes it. */
void screen_close(FILE *paper);

#endif
