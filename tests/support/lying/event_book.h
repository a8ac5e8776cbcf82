/*
 * The true history: every event that the server has told to anybody since it
 * started, by log and place. Loop thread only; kept until the program ends.
 */
#ifndef TESTS_SUPPORT_LYING_EVENT_BOOK_H
#define TESTS_SUPPORT_LYING_EVENT_BOOK_H

#include "protocol/base/identifier.h"

#include <stddef.h>
#include <stdint.h>

struct book_event {
    char *bytes; /* owned by the book; NULL: not told yet */
    size_t size;
};

void event_book_keep(const char *log, uint64_t seq, const void *bytes,
                     size_t size);
/* NULL if nobody was told of it. Borrowed until the next one is kept. */
const struct book_event *event_book_find(const char *log, uint64_t seq);
void event_book_close(void);

#endif
