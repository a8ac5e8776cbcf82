/*
 * The sealed fields of one log, and the texts behind them as far as they were
 * opened to this device. A text is kept only if it is the one that its event
 * committed to. One thread.
 */
#ifndef CLIENT_CORE_TEXT_TABLE_H
#define CLIENT_CORE_TEXT_TABLE_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"
#include "protocol/wire/event_codec.h"

#include <stdbool.h>
#include <stdint.h>

struct text_table;

/* What the newest text of something is asked for. */
enum text_subject {
    TEXT_NONE,
    TEXT_NAME, /* of a member, site or unit; title of a called meeting */
    TEXT_ITEM,
    TEXT_MOTION,
    TEXT_ENTRY
};

MUST_USE enum result text_table_new(struct text_table **out);
/* Takes NULL and returns NULL. */
struct text_table *text_table_free(struct text_table *table);

/* A sealed field of an event that has been taken in. RESULT_OK, RESULT_INVALID
 * (the field is there already, or `path` is too long) or RESULT_NO_MEMORY. */
MUST_USE enum result text_table_expect(struct text_table *table, uint64_t seq,
                                       const char *path, enum audience audience,
                                       uint64_t length_max,
                                       const struct hash *commitment);
/*
 * Keeps the text of an opening. RESULT_OK, RESULT_EXISTS (it was open already,
 * and this is the same), RESULT_NOT_FOUND (no such field), RESULT_MALFORMED or
 * RESULT_TOO_LARGE (not a text for this field), RESULT_REFUSED (committed to
 * another) or RESULT_NO_MEMORY.
 */
MUST_USE enum result text_table_open(struct text_table *table,
                                     struct text_view scope,
                                     const struct opening *opening);

/* From now on the newest text of `id` is this field's. */
MUST_USE enum result text_table_point(struct text_table *table,
                                      enum text_subject subject,
                                      const struct identifier *id, uint64_t seq,
                                      const char *path);

/* data is NULL while the text is not known; borrowed until the table ends. */
struct text_view text_table_find(const struct text_table *table, uint64_t seq,
                                 const char *path);
struct text_view text_table_newest(const struct text_table *table,
                                   enum text_subject subject,
                                   const struct identifier *id);

/* The first event from `from` on with a text that is not open although
 * `may_open` says so; UINT64_MAX if there is none. */
uint64_t text_table_first_missing(const struct text_table *table, uint64_t from,
                                  bool (*may_open)(const void *user,
                                                   enum audience audience),
                                  const void *user);

#endif
