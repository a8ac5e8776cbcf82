/* What the files of document_facts share. */
#ifndef PROTOCOL_DOCUMENT_DOCUMENT_FACTS_INTERNAL_H
#define PROTOCOL_DOCUMENT_DOCUMENT_FACTS_INTERNAL_H

#include "protocol/document/document_facts.h"
#include "protocol/document/minutes_parts.h"

/* Text of a value; "" of one that is withheld. NULL when memory is out. */
json_t *document_text(const char *text);
/* {"time": "08 giờ 05", "date": "05/02/2026"}; null of 0. */
json_t *document_moment(const struct minutes_writing *writing, int64_t at_ms);

/* The names of the roll: `attendance`, `people`. False when memory is out. */
bool document_facts_put_people(json_t *facts,
                               const struct minutes_writing *writing,
                               const struct minutes_facts *learned);
/* `opening`, `items`, `conclusions`, `votes`, `tasks` and their kin, from the
 * rows of the proceedings. False when memory is out. */
bool document_facts_put_lines(json_t *facts,
                              const struct minutes_writing *writing,
                              const struct minutes_facts *learned,
                              const char *list, size_t size);

#endif
