#include "protocol/rules/ruleset_shelf.h"

#include <stdlib.h>
#include <string.h>

const struct ruleset_book *
ruleset_shelf_by_hash(const struct ruleset_shelf *shelf,
                      const struct hash *hash)
{
    size_t i;

    for (i = 0; i < shelf->count; i++)
        if (hash_equal(&shelf->books[i]->rules.hash, hash))
            return shelf->books[i];
    return NULL;
}

const struct ruleset_book *
ruleset_shelf_by_name(const struct ruleset_shelf *shelf, const char *name)
{
    size_t i;

    for (i = 0; i < shelf->count; i++)
        if (!shelf->books[i]->is_kept &&
            strcmp(shelf->books[i]->rules.name, name) == 0)
            return shelf->books[i];
    return NULL;
}

static void free_book(struct ruleset_book *book)
{
    if (book) {
        ruleset_notes_release(&book->notes);
        free(book->text);
    }
    free(book);
}

/* Is there no place for it? */
static enum result find_place(const struct ruleset_shelf *shelf,
                              const struct ruleset_book *book)
{
    const size_t limit = book->is_kept ? LIMIT_RULESETS_KEPT : LIMIT_RULESETS;
    size_t i, count = 0;

    if (book->is_kept ? ruleset_shelf_by_hash(shelf, &book->rules.hash) != NULL
                      : ruleset_shelf_by_name(shelf, book->rules.name) != NULL)
        return RESULT_EXISTS;
    for (i = 0; i < shelf->count; i++)
        count += shelf->books[i]->is_kept == book->is_kept;
    return count < limit ? RESULT_OK : RESULT_FULL;
}

static enum result add(struct ruleset_shelf *shelf, const char *text,
                       size_t size, bool is_kept, struct ruleset_faults *faults)
{
    struct ruleset_book *book = calloc(1, sizeof *book);
    enum result result;

    faults->count = 0;
    if (!book)
        return RESULT_NO_MEMORY;
    result = ruleset_read(text, size, &book->rules, &book->notes, faults);
    book->is_kept = is_kept;
    if (result == RESULT_OK)
        result = find_place(shelf, book);
    if (result == RESULT_OK) {
        book->text = strndup(text, size);
        book->size = size;
        if (!book->text)
            result = RESULT_NO_MEMORY;
    }
    if (result != RESULT_OK) {
        free_book(book);
        return result;
    }
    shelf->books[shelf->count++] = book;
    return RESULT_OK;
}

enum result ruleset_shelf_add(struct ruleset_shelf *shelf, const char *text,
                              size_t size, struct ruleset_faults *faults)
{
    return add(shelf, text, size, false, faults);
}

enum result ruleset_shelf_keep(struct ruleset_shelf *shelf, const char *text,
                               size_t size, struct ruleset_faults *faults)
{
    return add(shelf, text, size, true, faults);
}

void ruleset_shelf_release(struct ruleset_shelf *shelf)
{
    size_t i;

    for (i = 0; i < shelf->count; i++)
        free_book(shelf->books[i]);
    memset(shelf, 0, sizeof *shelf);
}
