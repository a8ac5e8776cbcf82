#include "server/room/pause_book.h"

#include "protocol/base/limits.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE SIZE_MAX

struct pause_row {
    struct pause_key who;
    unsigned cuts;    /* one after the other; 0: the row is free */
    int64_t until_ms; /* the pause lasts */
    int64_t turn_ms;  /* between two turns */
    int64_t next_ms;  /* the next turn is */
};

struct pause_book {
    size_t row_count;
    size_t used; /* rows behind this were never taken */
    struct pause_row rows[];
};

struct pause_key pause_key_of(const void *bytes, size_t size)
{
    struct pause_key key = { { 0 } };

    assert(size <= sizeof key.bytes);
    memcpy(key.bytes, bytes, size);
    return key;
}

enum result pause_book_new(struct pause_book **out, size_t rows)
{
    struct pause_book *book;
    size_t size;

    if (rows == 0)
        return RESULT_INVALID;
    if (__builtin_mul_overflow(rows, sizeof book->rows[0], &size) ||
        __builtin_add_overflow(size, sizeof *book, &size))
        return RESULT_NO_MEMORY;
    book = calloc(1, size);
    if (!book)
        return RESULT_NO_MEMORY;
    book->row_count = rows;
    *out = book;
    return RESULT_OK;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Until then a further cut makes a longer pause. */
static int64_t known_until_ms(const struct pause_row *row)
{
    return row->until_ms + LIMIT_PAUSE_QUIET_MS;
}

static bool is_known(const struct pause_row *row, int64_t now_ms)
{
    return row->cuts > 0 &&
           (now_ms < known_until_ms(row) || now_ms < row->next_ms);
}

/* Its place among the rows; NOWHERE: nothing is known of him. */
static size_t find(const struct pause_book *book, const struct pause_key *who,
                   int64_t now_ms)
{
    size_t i;

    for (i = 0; i < book->used; i++)
        if (is_known(&book->rows[i], now_ms) &&
            memcmp(&book->rows[i].who, who, sizeof *who) == 0)
            return i;
    return NOWHERE;
}

/* A row that nobody needs; if there is none, that of who waits the least. */
static struct pause_row *free_row(struct pause_book *book, int64_t now_ms)
{
    struct pause_row *soonest = &book->rows[0];
    size_t i;

    for (i = 0; i < book->used; i++) {
        if (!is_known(&book->rows[i], now_ms))
            return &book->rows[i];
        if (book->rows[i].until_ms < soonest->until_ms)
            soonest = &book->rows[i];
    }
    return book->used < book->row_count ? &book->rows[book->used++] : soonest;
}

static struct pause_row *row_for(struct pause_book *book,
                                 const struct pause_key *who, int64_t now_ms)
{
    size_t at = find(book, who, now_ms);
    struct pause_row *row;

    if (at != NOWHERE)
        return &book->rows[at];
    row = free_row(book, now_ms);
    *row = (struct pause_row){ .who = *who };
    return row;
}

static int64_t length_ms(unsigned cuts)
{
    int64_t length = LIMIT_PAUSE_MS;

    while (--cuts > 0 && length < LIMIT_PAUSE_MAX_MS)
        length *= 2;
    return least(length, LIMIT_PAUSE_MAX_MS);
}

int64_t pause_book_cut(struct pause_book *book, const struct pause_key *who,
                       int64_t turn_ms, int64_t now_ms)
{
    struct pause_row *row = row_for(book, who, now_ms);

    row->turn_ms = turn_ms;
    if (row->cuts == 0 || now_ms >= row->until_ms) {
        if (row->cuts < UINT_MAX)
            row->cuts++;
        row->until_ms = now_ms + length_ms(row->cuts);
        if (row->next_ms < now_ms + turn_ms)
            row->next_ms = now_ms + turn_ms;
    }
    return row->until_ms - now_ms;
}

int64_t pause_book_left_ms(const struct pause_book *book,
                           const struct pause_key *who, int64_t now_ms)
{
    size_t at = find(book, who, now_ms);

    return at != NOWHERE && now_ms < book->rows[at].until_ms
               ? book->rows[at].until_ms - now_ms
               : 0;
}

int64_t pause_book_turn_ms(struct pause_book *book, const struct pause_key *who,
                           int64_t now_ms)
{
    size_t at = find(book, who, now_ms);
    struct pause_row *row;
    int64_t wait_ms;

    if (at == NOWHERE)
        return 0;
    row = &book->rows[at];
    if (now_ms >= row->until_ms && now_ms >= row->next_ms)
        return 0;
    wait_ms = now_ms < row->next_ms ? row->next_ms - now_ms : 0;
    wait_ms = least(wait_ms, LIMIT_PAUSE_ALL_MS);
    row->next_ms = now_ms + wait_ms + row->turn_ms;
    return wait_ms;
}

void pause_book_turn_back(struct pause_book *book, const struct pause_key *who,
                          int64_t at_ms)
{
    size_t at = find(book, who, at_ms);

    if (at != NOWHERE && book->rows[at].next_ms > at_ms)
        book->rows[at].next_ms = at_ms;
}

struct pause_book *pause_book_free(struct pause_book *book)
{
    free(book);
    return NULL;
}
