/*
 * Templates of documents: the part of Mustache that they need, over JSON.
 * Drawn again years later, a template and its values give the same bytes.
 *
 * A template is UTF-8 text; a byte order mark at its start is passed over, CR
 * LF counts as LF, and it is taken in NFC. Its tags:
 *
 *   {{name}}              the value: text, a whole number, or null for nothing
 *   {{#name}}...{{/name}} a section: drawn once for each element of a list;
 *                         once if the value is anything else; not at all if
 *                         there is no such value, or it is false, null, 0, ""
 *                         or an empty list
 *   {{^name}}...{{/name}} an inverted section: drawn once where {{#name}}
 *                         would not be drawn at all
 *   {{! words }}          a comment
 *
 * A name is one or more parts of a-z, 0-9 and _, joined by dots; {{.}} is the
 * value itself that the innermost section is drawn for. Blanks around a name
 * mean nothing. The first part is looked for in the value of the innermost
 * section, then in the next outer one, and so on to the whole; the others are
 * looked for in what was found, and nowhere else. A {{name}} that is found
 * nowhere is a fault: whoever edits a template is told of a slip.
 *
 * There are no partials, no changed delimiters, no unescaped values and no
 * lambdas: {{>, {{=, {{&, {{{ are faults. A tag leaves the rest of its line as
 * it is; an empty line means nothing in the markup of paper.h.
 *
 * Escaping. A value can never become markup of paper.h, nor a tag: it is drawn
 * as "\&", which stands for nothing and keeps it apart from what precedes it,
 * and then itself with a backslash before each of \ * _ | and with "\n" for a
 * line feed, a blank for a tab. Values are refused that text_check() refuses.
 *
 * Pure; any thread. A parsed template is not changed by drawing.
 */
#ifndef PROTOCOL_DOCUMENT_MUSTACHE_H
#define PROTOCOL_DOCUMENT_MUSTACHE_H

#include "protocol/document/document_fault.h"

#include <jansson.h>
#include <stddef.h>

struct mustache;

/*
 * Reads a template of at most LIMIT_TEMPLATE_SIZE bytes with sections within
 * sections up to LIMIT_DOCUMENT_DEPTH. RESULT_OK: the caller ends `*out` with
 * mustache_free(). Else the result goes with `fault`, see document_fault_set().
 */
MUST_USE enum result mustache_parse(struct text_view text,
                                    struct mustache **out,
                                    struct document_fault *fault);
/* Takes NULL, returns NULL. */
struct mustache *mustache_free(struct mustache *mustache);

/*
 * Draws it over an object: at most `size_max` bytes, in at most
 * LIMIT_DOCUMENT_STEPS steps. RESULT_OK: free() ends `*out`, which has a NUL
 * after its `*size` bytes. Else the result goes with `fault`, whose line is
 * the template's.
 */
MUST_USE enum result mustache_draw(const struct mustache *mustache,
                                   const json_t *values, size_t size_max,
                                   char **out, size_t *size,
                                   struct document_fault *fault);

#endif
