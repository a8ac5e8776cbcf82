/*
 * The register as a reader holds it: the log's bytes, checked against their
 * chain and folded, and the openings, checked against their commitments, so
 * that names can be shown and looked up. One owner, one thread.
 */
#ifndef SERVER_CONTROL_REGISTER_BOOK_H
#define SERVER_CONTROL_REGISTER_BOOK_H

#include "protocol/meeting/register_state.h"
#include "protocol/wire/event_codec.h"

struct register_book;

/* `organisation` is the id of the log. */
MUST_USE enum result register_book_new(struct register_book **out,
                                       const struct identifier *organisation);
struct register_book *register_book_free(struct register_book *book);

/* The next event, byte for byte. RESULT_CORRUPT, RESULT_MALFORMED,
 * RESULT_TOO_LARGE or RESULT_NO_MEMORY; the book is then of no use. */
MUST_USE enum result register_book_add_event(struct register_book *book,
                                             const char *bytes, size_t size);
/* An opening frame of an event that was added. RESULT_CORRUPT: it does not fit
 * the event. */
MUST_USE enum result register_book_add_opening(struct register_book *book,
                                               const char *bytes, size_t size);
/* The same of an opening that is read already, as the server's own database
 * keeps it. */
MUST_USE enum result register_book_keep_opening(struct register_book *book,
                                                const struct opening *opening);

const struct register_state *
register_book_state(const struct register_book *book);
/* h of the last event; zeros while there is none. */
struct hash register_book_head(const struct register_book *book);

/* The text of a sealed field, "" if it is not known. Borrowed until the next
 * opening is added. */
const char *register_book_text(struct register_book *book, uint64_t seq,
                               const char *field);
const char *register_book_name(struct register_book *book, uint64_t name_seq);

/*
 * What people call a thing: its id, or its name if only one has it (texts are
 * compared by text_fold()). Current members only. RESULT_NOT_FOUND,
 * RESULT_EXISTS (several have this name) or RESULT_NO_MEMORY.
 */
MUST_USE enum result register_book_find_unit(struct register_book *book,
                                             const char *text,
                                             struct identifier *out);
/* `cell`: only its party groups. */
MUST_USE enum result register_book_find_group(struct register_book *book,
                                              const struct identifier *cell,
                                              const char *text,
                                              struct identifier *out);
/* `cell`: only its members, or NULL for all. */
MUST_USE enum result register_book_find_member(struct register_book *book,
                                               const struct identifier *cell,
                                               const char *text,
                                               struct identifier *out);
MUST_USE enum result register_book_find_site(struct register_book *book,
                                             const char *text,
                                             struct identifier *out);
/* A member or a site. */
MUST_USE enum result register_book_find_holder(struct register_book *book,
                                               const char *text,
                                               struct identifier *out);

#endif
