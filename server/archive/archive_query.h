/*
 * What somebody wants to find, as FTS5 takes it: each text given is a phrase,
 * and all must be there. Nothing of the language of FTS5 can be typed: no
 * operator, no column, no prefix, no quote. Pure; any thread.
 */
#ifndef SERVER_ARCHIVE_ARCHIVE_QUERY_H
#define SERVER_ARCHIVE_ARCHIVE_QUERY_H

#include "protocol/base/result.h"

#include <stddef.h>

enum { ARCHIVE_QUERY_PHRASES = 32, ARCHIVE_QUERY_SIZE = 4096 /* bytes */ };

/*
 * RESULT_OK, and the caller ends `*out` with free(). RESULT_INVALID (no
 * phrases, or `*bad` is one without a letter or digit), RESULT_TOO_LARGE,
 * RESULT_MALFORMED (not UTF-8) or RESULT_NO_MEMORY.
 */
MUST_USE enum result archive_query_make(const char *const *phrases,
                                        size_t count, char **out, size_t *bad);

#endif
