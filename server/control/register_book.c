#include "server/control/register_book.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/record/hash_chain.h"

#include <stdlib.h>
#include <string.h>

struct line {
    char *bytes;
    size_t size;
};
struct book_opening {
    uint64_t seq;
    char *field;
    char *value;
};

struct register_book {
    struct identifier organisation;
    struct register_state *state;
    struct hash head;
    struct line *lines;
    size_t line_count, line_capacity;
    struct book_opening *openings;
    size_t opening_count, opening_capacity;
    bool is_sorted;
};

enum result register_book_new(struct register_book **out,
                              const struct identifier *organisation)
{
    struct register_book *book = calloc(1, sizeof *book);
    enum result result;

    if (!book)
        return RESULT_NO_MEMORY;
    book->organisation = *organisation;
    result = register_state_new(&book->state);
    if (result != RESULT_OK) {
        free(book);
        return result;
    }
    *out = book;
    return RESULT_OK;
}

struct register_book *register_book_free(struct register_book *book)
{
    if (!book)
        return NULL;
    for (size_t i = 0; i < book->line_count; i++)
        free(book->lines[i].bytes);
    for (size_t i = 0; i < book->opening_count; i++) {
        free(book->openings[i].field);
        free(book->openings[i].value);
    }
    free(book->lines);
    free(book->openings);
    register_state_free(book->state);
    free(book);
    return NULL;
}

static void *room_for_one(void *array, size_t *capacity, size_t count,
                          size_t size)
{
    const size_t wanted = *capacity ? 2 * *capacity : 64;
    void *grown;

    if (array && count < *capacity)
        return array;
    grown = reallocarray(array, wanted, size);
    if (grown)
        *capacity = wanted;
    return grown;
}

/* --- Filling ------------------------------------------------------------- */

static enum result keep_line(struct register_book *book, const char *bytes,
                             size_t size)
{
    struct line *lines = room_for_one(book->lines, &book->line_capacity,
                                      book->line_count, sizeof *lines);
    char *copy;

    if (!lines)
        return RESULT_NO_MEMORY;
    book->lines = lines;
    copy = malloc(size + 1);
    if (!copy)
        return RESULT_NO_MEMORY;
    memcpy(copy, bytes, size);
    copy[size] = '\0';
    lines[book->line_count].bytes = copy;
    lines[book->line_count++].size = size;
    return RESULT_OK;
}

enum result register_book_add_event(struct register_book *book,
                                    const char *bytes, size_t size)
{
    struct message_memory memory = { 0 };
    struct register_event event;
    const uint64_t seq = book->state->next_seq;
    enum result result =
        register_event_decode(bytes, size, &event, &memory, NULL);

    if (result == RESULT_OK && event.kind == REGISTER_GENESIS_KIND &&
        !identifier_equal(&event.body.genesis.organisation,
                          &book->organisation))
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = register_state_apply(book->state, &event);
    if (result == RESULT_OK)
        result = keep_line(book, bytes, size);
    message_memory_release(&memory);
    if (result == RESULT_OK) {
        const struct hash leaf = hash_chain_leaf(bytes, size);

        book->head = hash_chain_link(seq ? &book->head : NULL, seq, &leaf);
    }
    return result;
}

static enum result check_opening(const struct register_book *book,
                                 const struct opening *opening)
{
    struct message_memory memory = { 0 };
    struct register_event event;
    enum result result;

    if (opening->seq >= book->line_count)
        return RESULT_CORRUPT;
    result = register_event_decode(book->lines[opening->seq].bytes,
                                   book->lines[opening->seq].size, &event,
                                   &memory, NULL);
    if (result == RESULT_OK && event.kind != REGISTER_EVENT_UNKNOWN &&
        event_opening_check(register_event_schema(event.kind), &event.body,
                            identifier_view(&book->organisation),
                            opening) != RESULT_OK)
        result = RESULT_CORRUPT;
    message_memory_release(&memory);
    return result;
}

static enum result keep_opening(struct register_book *book,
                                const struct opening *opening)
{
    struct book_opening *openings =
        room_for_one(book->openings, &book->opening_capacity,
                     book->opening_count, sizeof *openings);
    char *field;
    char *value;

    if (!openings)
        return RESULT_NO_MEMORY;
    book->openings = openings;
    field = strdup(opening->field);
    value = strndup(opening->value.size ? opening->value.data : "",
                    opening->value.size);
    if (!field || !value) {
        free(field);
        free(value);
        return RESULT_NO_MEMORY;
    }
    openings[book->opening_count].seq = opening->seq;
    openings[book->opening_count].field = field;
    openings[book->opening_count++].value = value;
    book->is_sorted = false;
    return RESULT_OK;
}

enum result register_book_keep_opening(struct register_book *book,
                                       const struct opening *opening)
{
    const enum result result = check_opening(book, opening);

    return result == RESULT_OK ? keep_opening(book, opening) : result;
}

enum result register_book_add_opening(struct register_book *book,
                                      const char *bytes, size_t size)
{
    struct message_memory memory = { 0 };
    struct opening opening;
    enum result result = opening_parse(bytes, size, &opening, &memory, NULL);

    if (result == RESULT_OK)
        result = register_book_keep_opening(book, &opening);
    message_memory_release(&memory);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

const struct register_state *
register_book_state(const struct register_book *book)
{
    return book->state;
}

struct hash register_book_head(const struct register_book *book)
{
    return book->head;
}

static int compare_openings(const void *left, const void *right)
{
    const struct book_opening *a = left;
    const struct book_opening *b = right;

    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    return strcmp(a->field, b->field);
}

const char *register_book_text(struct register_book *book, uint64_t seq,
                               const char *field)
{
    char *copy = strdup(field);
    const struct book_opening wanted = { .seq = seq, .field = copy };
    const struct book_opening *found = NULL;

    if (!book->is_sorted && book->opening_count)
        qsort(book->openings, book->opening_count, sizeof *book->openings,
              compare_openings);
    book->is_sorted = true;
    if (copy && book->opening_count)
        found = bsearch(&wanted, book->openings, book->opening_count,
                        sizeof *book->openings, compare_openings);
    free(copy);
    return found ? found->value : "";
}

const char *register_book_name(struct register_book *book, uint64_t name_seq)
{
    return register_book_text(book, name_seq, "name");
}

/* --- Looking up ---------------------------------------------------------- */

/* One list under search; every row goes through try_name(). */
struct search {
    struct register_book *book;
    char *folded;
    struct identifier found;
    size_t count;
};

static enum result begin_search(struct search *search,
                                struct register_book *book, const char *text)
{
    *search = (struct search){ .book = book };
    if (text_fold(text_view_of(text), &search->folded) != RESULT_OK)
        return RESULT_NOT_FOUND;
    return RESULT_OK;
}

static void try_name(struct search *search, const struct identifier *id,
                     uint64_t name_seq)
{
    char *folded = NULL;
    const char *name = register_book_name(search->book, name_seq);

    if (text_fold(text_view_of(name), &folded) != RESULT_OK)
        return;
    if (*folded && strcmp(folded, search->folded) == 0) {
        search->found = *id;
        search->count++;
    }
    free(folded);
}

static enum result end_search(struct search *search, struct identifier *out)
{
    free(search->folded);
    if (search->count == 0)
        return RESULT_NOT_FOUND;
    if (search->count > 1)
        return RESULT_EXISTS;
    *out = search->found;
    return RESULT_OK;
}

enum result register_book_find_unit(struct register_book *book,
                                    const char *text, struct identifier *out)
{
    const struct register_state *state = book->state;
    struct identifier id;
    struct search search;

    if (identifier_parse(text_view_of(text), &id) == RESULT_OK &&
        register_state_unit(state, &id)) {
        *out = id;
        return RESULT_OK;
    }
    if (begin_search(&search, book, text) != RESULT_OK)
        return RESULT_NOT_FOUND;
    for (size_t i = 0; i < state->unit_count; i++)
        try_name(&search, &state->units[i].id, state->units[i].name_seq);
    return end_search(&search, out);
}

enum result register_book_find_group(struct register_book *book,
                                     const struct identifier *cell,
                                     const char *text, struct identifier *out)
{
    const struct register_state *state = book->state;
    struct identifier id;
    struct search search;

    if (identifier_parse(text_view_of(text), &id) == RESULT_OK &&
        register_state_unit(state, &id) &&
        identifier_equal(&register_state_unit(state, &id)->parent, cell)) {
        *out = id;
        return RESULT_OK;
    }
    if (begin_search(&search, book, text) != RESULT_OK)
        return RESULT_NOT_FOUND;
    for (size_t i = 0; i < state->unit_count; i++)
        if (identifier_equal(&state->units[i].parent, cell))
            try_name(&search, &state->units[i].id, state->units[i].name_seq);
    return end_search(&search, out);
}

static bool is_member_of(const struct register_member *member,
                         const struct identifier *cell)
{
    return !member->is_removed &&
           (!cell || identifier_equal(&member->unit, cell));
}

static void try_members(struct search *search, const struct identifier *cell)
{
    const struct register_state *state = search->book->state;

    for (size_t i = 0; i < state->member_count; i++)
        if (is_member_of(&state->members[i], cell))
            try_name(search, &state->members[i].id, state->members[i].name_seq);
}

static void try_sites(struct search *search)
{
    const struct register_state *state = search->book->state;

    for (size_t i = 0; i < state->site_count; i++)
        try_name(search, &state->sites[i].id, state->sites[i].name_seq);
}

enum result register_book_find_member(struct register_book *book,
                                      const struct identifier *cell,
                                      const char *text, struct identifier *out)
{
    const struct register_member *member = NULL;
    struct identifier id;
    struct search search;

    if (identifier_parse(text_view_of(text), &id) == RESULT_OK)
        member = register_state_member(book->state, &id);
    /* An id says whom it means; whether she fits is for the rules to say. */
    if (member && !member->is_removed) {
        *out = id;
        return RESULT_OK;
    }
    if (begin_search(&search, book, text) != RESULT_OK)
        return RESULT_NOT_FOUND;
    try_members(&search, cell);
    return end_search(&search, out);
}

enum result register_book_find_site(struct register_book *book,
                                    const char *text, struct identifier *out)
{
    struct identifier id;
    struct search search;

    if (identifier_parse(text_view_of(text), &id) == RESULT_OK &&
        register_state_site(book->state, &id)) {
        *out = id;
        return RESULT_OK;
    }
    if (begin_search(&search, book, text) != RESULT_OK)
        return RESULT_NOT_FOUND;
    try_sites(&search);
    return end_search(&search, out);
}

enum result register_book_find_holder(struct register_book *book,
                                      const char *text, struct identifier *out)
{
    const struct register_member *member = NULL;
    struct identifier id;
    struct search search;

    if (identifier_parse(text_view_of(text), &id) == RESULT_OK) {
        member = register_state_member(book->state, &id);
        if ((member && !member->is_removed) ||
            register_state_site(book->state, &id)) {
            *out = id;
            return RESULT_OK;
        }
    }
    if (begin_search(&search, book, text) != RESULT_OK)
        return RESULT_NOT_FOUND;
    try_members(&search, NULL);
    try_sites(&search);
    return end_search(&search, out);
}
