/*
 * A ballot drawn as the paper form: its name, its questions, boxes to be
 * marked. Lines, brackets and letters only, so that it can be read aloud and
 * fits narrow windows. Main thread.
 *
 * Questions that are rows of one table (same form, same answers, same heading)
 * are drawn, and marked, together: a section. A row's heading is what stands
 * above the last line of its text.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_PAPER_H
#define CLIENT_CLI_CLI_BALLOT_PAPER_H

#include "client/core/client.h"

#include <stdio.h>

/* Borrowed, from the view, or from a draft (below). */
struct cli_paper {
    const char *name;
    const struct client_ballot_question *questions;
    size_t question_count;
};

/* Marks of the whole: 0 or 1 for every position, a question's blank first. */
size_t cli_paper_position_count(const struct cli_paper *paper);
/* The first position of a question. */
size_t cli_paper_position(const struct cli_paper *paper, size_t question);
/* How many questions the section has that begins with question `first`. */
size_t cli_paper_section(const struct cli_paper *paper, size_t first);
size_t cli_paper_section_count(const struct cli_paper *paper);
/* Is it a table, or a single question with a form of tables? */
bool cli_paper_is_table(const struct client_ballot_question *question);
/* The last line of a row's text: whom or what it is about. */
const char *cli_paper_row(const struct client_ballot_question *question);

/* The whole paper; `marks` NULL: as it is handed out. `width` in columns. */
void cli_paper_write(const struct cli_paper *paper, const uint8_t *marks,
                     size_t width, FILE *out);
/* Its head: the name, between two lines. */
void cli_paper_name_write(const struct cli_paper *paper, size_t width,
                          FILE *out);
void cli_paper_section_write(const struct cli_paper *paper, size_t first,
                             const uint8_t *marks, size_t width, FILE *out);

/* --- copies --------------------------------------------------------------- */

struct cli_paper_copy {
    struct cli_paper paper;
    struct client_ballot_question *questions; /* owned, with their texts */
    char *name;                               /* owned */
};

/* Both: on RESULT_OK the caller ends it with cli_paper_copy_release(). */
MUST_USE enum result cli_paper_copy_make(struct cli_paper_copy *copy,
                                         const struct cli_paper *paper);
/* Of the canonical form that `draft_ballot` has. RESULT_INVALID if it is none.
 */
MUST_USE enum result cli_paper_copy_of_draft(struct cli_paper_copy *copy,
                                             struct text_view form);
void cli_paper_copy_release(struct cli_paper_copy *copy);

#endif
