#include "tests/support/cli_screen_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

void screen_begin(struct screen *screen, struct meeting_transcript *meeting,
                  const char *me)
{
    *screen = (struct screen){ .meeting = meeting,
                               .view = { .state = meeting->state,
                                         .log = { "org.1" } } };
    screen->view.me = meeting_id(me);
}

void screen_begin_open(struct screen *screen, const char *script)
{
    static const char *const some[] = { "m4", "m5", "m7", "s1", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, some);
    meeting_play(meeting, script, NULL);
    screen_begin(screen, meeting, "m4");
}

void screen_end(struct screen *screen)
{
    free(screen->text);
    meeting_transcript_end(screen->meeting);
}

FILE *screen_paper(struct screen *screen)
{
    FILE *paper;

    free(screen->text);
    screen->text = NULL;
    paper = open_memstream(&screen->text, &screen->size);
    assert_non_null(paper);
    return paper;
}

void screen_close(FILE *paper) { assert_int_equal(fclose(paper), 0); }
