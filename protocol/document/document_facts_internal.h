/* What the files of document_facts share. */
#ifndef PROTOCOL_DOCUMENT_DOCUMENT_FACTS_INTERNAL_H
#define PROTOCOL_DOCUMENT_DOCUMENT_FACTS_INTERNAL_H

#include "protocol/document/document_facts.h"
#include "protocol/document/minutes_parts.h"

/* Text of a value; "" of one that is withheld. NULL when memory is out. */
json_t *document_text(const char *text);
/* The same in capitals, as far as Vietnamese has them. */
json_t *document_capitals(const char *text);
/* Gives each object of a list the sign that stands behind it, `end`: ";", of
 * the last one ".". False when memory is out. */
bool document_mark_ends(json_t *list);
/* {"time": "08 giờ 05", "date": "05/02/2026"}; null of 0. */
json_t *document_moment(const struct minutes_writing *writing, int64_t at_ms);

/* minutes_percent() that no line is broken in. */
struct minutes_short document_percent(const struct minutes_writing *writing,
                                      uint64_t part, uint64_t whole);
/* "05-BB/CB", or dots to be filled in. */
json_t *document_number(const struct minutes_writing *writing,
                        const struct meeting_state *state,
                        enum numbered_paper paper,
                        const struct identifier *ballot);

/* The names of the roll: `attendance`, `people`. False when memory is out. */
bool document_facts_put_people(json_t *facts,
                               const struct minutes_writing *writing,
                               const struct minutes_facts *learned);
/* Of each of `sites` who attended there by name, `people`. False when memory is
 * out. */
bool document_facts_put_sites(json_t *facts,
                              const struct minutes_writing *writing,
                              const struct minutes_facts *learned);
/* `opening`, `items`, `conclusions`, `votes`, `tasks` and their kin, from the
 * rows of the proceedings. False when memory is out. */
bool document_facts_put_lines(json_t *facts,
                              const struct minutes_writing *writing,
                              const struct minutes_facts *learned,
                              const char *list, size_t size);

/* `resolution`, `subject`, `grounds`, `resolved`, `review`, `plan`, `dues`,
 * `recipient`, `recipients`, `signer`, `documents`, `meeting.planned`; after
 * the lines. False when memory is out. */
bool document_facts_put_papers(json_t *facts,
                               const struct minutes_writing *writing,
                               const struct minutes_facts *learned);
/* `groups`, `has_groups`; who came to them in the place of `attendance` and
 * `people`, which are there already. RESULT_NO_MEMORY. */
MUST_USE enum result
document_facts_put_groups(json_t *facts, const struct minutes_writing *writing,
                          const struct minutes_facts *learned);
/* The facts of a log of its own, and its head; as document_facts_draw(). */
MUST_USE enum result document_facts_of_part(const struct minutes_source *source,
                                            json_t **out, struct hash *head);
/* `ballots`, `has_ballots`. False when memory is out. */
bool document_facts_put_ballots(json_t *facts,
                                const struct minutes_writing *writing,
                                const struct minutes_facts *learned);
/* `has_errata`, `errata`, if there are any. False when memory is out. */
bool document_facts_put_errata(json_t *facts,
                               const struct minutes_writing *writing,
                               const struct minutes_facts *learned);
/* Adds to a list of texts the document that a rule is from, if it is known.
 * False when memory is out. */
bool document_append_rule(json_t *list, const struct minutes_writing *writing,
                          enum rule_id rule);

#endif
