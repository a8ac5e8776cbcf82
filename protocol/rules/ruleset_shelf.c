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
        if (strcmp(shelf->books[i]->rules.name, name) == 0)
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

enum result ruleset_shelf_add(struct ruleset_shelf *shelf, const char *text,
                              size_t size, struct ruleset_faults *faults)
{
    struct ruleset_book *book = calloc(1, sizeof *book);
    enum result result;

    faults->count = 0;
    if (!book)
        return RESULT_NO_MEMORY;
    result = ruleset_read(text, size, &book->rules, &book->notes, faults);
    if (result == RESULT_OK &&
        ruleset_shelf_by_name(shelf, book->rules.name) != NULL)
        result = RESULT_EXISTS;
    if (result == RESULT_OK && shelf->count >= LIMIT_RULESETS)
        result = RESULT_FULL;
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

void ruleset_shelf_release(struct ruleset_shelf *shelf)
{
    size_t i;

    for (i = 0; i < shelf->count; i++)
        free_book(shelf->books[i]);
    memset(shelf, 0, sizeof *shelf);
}
