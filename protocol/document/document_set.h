/*
 * The documents that a meeting has: by which templates they are drawn, how
 * their files are called, and what their templates are drawn over. Whoever
 * makes a record and whoever verifies it ask here, so both find the same.
 *
 *   minutes, attendance, attendance_form   of every meeting; the form once more
 *                                          for each hall that somebody was in
 *   voting, tasks        if there were open votes; if tasks were given
 *   resolution, notice   if the facts have its `subject`; its `recipient`
 *   tally                of each element of the facts' list `ballots` whose
 *                        result stands: with `counted` and `signed`
 *   ballot_...           of each with `candidates` or `choices`: its `paper`
 *
 * An element of `ballots` has the names that a template knows below `ballot`,
 * and `id`. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_DOCUMENT_SET_H
#define PROTOCOL_DOCUMENT_DOCUMENT_SET_H

#include "protocol/base/limits.h"
#include "protocol/document/list_csv.h"
#include "protocol/document/paper.h"
#include "protocol/meeting/meeting_state.h"

#include <jansson.h>
#include <stdint.h>

/* The templates that there are; ended by NULL. */
extern const char *const document_templates[];

enum { DOCUMENT_NAME_SIZE = 96 };

struct document {
    const char *template;          /* of those above */
    char name[DOCUMENT_NAME_SIZE]; /* "tally-b1": of its files */
    const char *list;              /* of its values, that is a CSV, too; NULL */
    json_t *values;                /* owned */
};

struct document_set {
    struct document *rows; /* owned */
    size_t count;
};

/*
 * Of the facts that document_facts_draw() gives. `minutes_json`: the text that
 * was adopted, as an object, or NULL: then the minutes say what was adopted,
 * and of the log only when the meeting ended and what became of the text
 * itself. RESULT_OK, RESULT_NO_MEMORY, RESULT_MALFORMED (it is no text of
 * minutes); the caller ends `*out` with document_set_release() in every case.
 */
MUST_USE enum result document_set_draw(const json_t *facts,
                                       const json_t *minutes_json,
                                       struct document_set *out);
void document_set_release(struct document_set *set);
/* NULL: there is none of this name. */
const struct document *document_set_find(const struct document_set *set,
                                         struct text_view name);

/* The text of a template drawn over values; as mustache_parse(),
 * mustache_draw() and paper_parse(). The caller ends `*out` with paper_free().
 */
MUST_USE enum result document_paper(struct text_view text, const json_t *values,
                                    struct paper **out,
                                    struct document_fault *fault);
/* Its list as CSV by Vietnamese headings; the document has one. `form` NULL:
 * with commas and a byte order mark, as in a record. As list_csv_write(). */
MUST_USE enum result document_csv(const struct document *document,
                                  const struct list_csv_form *form,
                                  uint8_t **out, size_t *size);

/* The time that PDF and DOCX name as that of their making, since 1970 UTC: of
 * the meeting's end, or of the newest event. */
int64_t document_set_created_ms(const struct meeting_state *state);

#endif
