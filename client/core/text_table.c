#include "client/core/text_table.h"

#include "protocol/base/limits.h"
#include "protocol/record/commitment.h"
#include "protocol/wire/schema_bounds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };
#define NO_ENTRY UINT32_MAX

/* A sealed field; or, where subject is set, a pointer to one: `path` is then
 * the id of what is asked for. */
struct entry {
    uint64_t seq;
    enum text_subject subject;
    enum audience audience;
    uint64_t length_max;
    struct hash commitment;
    uint32_t target; /* of a pointer */
    char *path;      /* owned */
    char *value;     /* owned, NUL-terminated; NULL while not open */
    size_t value_size;
};

struct text_table {
    struct entry *entries; /* owned, in the order of the log */
    size_t count, capacity;
    uint32_t *slots;   /* owned; entry numbers by hash, NO_ENTRY while free */
    size_t slot_count; /* a power of two, more than half of it free */
};

enum result text_table_new(struct text_table **out)
{
    struct text_table *table = calloc(1, sizeof *table);
    size_t i;

    if (!table)
        return RESULT_NO_MEMORY;
    table->slots = calloc(FIRST_SLOTS, sizeof *table->slots);
    if (!table->slots) {
        free(table);
        return RESULT_NO_MEMORY;
    }
    table->slot_count = FIRST_SLOTS;
    for (i = 0; i < table->slot_count; i++)
        table->slots[i] = NO_ENTRY;
    *out = table;
    return RESULT_OK;
}

struct text_table *text_table_free(struct text_table *table)
{
    size_t i;

    if (!table)
        return NULL;
    for (i = 0; i < table->count; i++) {
        free(table->entries[i].path);
        free(table->entries[i].value);
    }
    free(table->entries);
    free(table->slots);
    free(table);
    return NULL;
}

/* --- Finding ------------------------------------------------------------- */

/* FNV-1a; who could make keys collide is the server, and only costs time. */
static uint64_t hash_of(enum text_subject subject, uint64_t seq,
                        const char *path)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)subject;
    size_t i;

    for (i = 0; i < sizeof seq; i++)
        hash = (hash ^ ((seq >> (8 * i)) & 0xff)) * UINT64_C(1099511628211);
    for (; *path; path++)
        hash = (hash ^ (uint8_t)*path) * UINT64_C(1099511628211);
    return hash ^ (hash >> 29);
}

static size_t slot_of(const struct text_table *table, enum text_subject subject,
                      uint64_t seq, const char *path)
{
    size_t mask = table->slot_count - 1;
    size_t slot = (size_t)hash_of(subject, seq, path) & mask;

    while (table->slots[slot] != NO_ENTRY) {
        const struct entry *entry = &table->entries[table->slots[slot]];

        if (entry->subject == subject && entry->seq == seq &&
            strcmp(entry->path, path) == 0)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static struct entry *find(const struct text_table *table,
                          enum text_subject subject, uint64_t seq,
                          const char *path)
{
    uint32_t number = table->slots[slot_of(table, subject, seq, path)];

    return number == NO_ENTRY ? NULL : &table->entries[number];
}

/* --- Growing ------------------------------------------------------------- */

static enum result grow_slots(struct text_table *table)
{
    size_t count = table->slot_count * 2, i;
    uint32_t *slots, *old = table->slots;

    slots = calloc(count, sizeof *slots);
    if (!slots)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++)
        slots[i] = NO_ENTRY;
    table->slots = slots;
    table->slot_count = count;
    for (i = 0; i < table->count; i++) {
        const struct entry *entry = &table->entries[i];

        slots[slot_of(table, entry->subject, entry->seq, entry->path)] =
            (uint32_t)i;
    }
    free(old);
    return RESULT_OK;
}

static enum result make_room(struct text_table *table)
{
    struct entry *entries;
    size_t capacity;

    if (table->count >= NO_ENTRY - 1)
        return RESULT_TOO_LARGE;
    if (2 * (table->count + 1) >= table->slot_count) {
        enum result result = grow_slots(table);

        if (result)
            return result;
    }
    if (table->entries && table->count < table->capacity)
        return RESULT_OK;
    capacity = table->capacity ? table->capacity * 2 : 32;
    entries = realloc(table->entries, capacity * sizeof *entries);
    if (!entries)
        return RESULT_NO_MEMORY;
    table->entries = entries;
    table->capacity = capacity;
    return RESULT_OK;
}

static enum result add(struct text_table *table, const struct entry *model,
                       const char *path)
{
    enum result result = make_room(table);
    struct entry entry = *model;

    if (result)
        return result;
    entry.path = strdup(path);
    if (!entry.path)
        return RESULT_NO_MEMORY;
    table->slots[slot_of(table, entry.subject, entry.seq, path)] =
        (uint32_t)table->count;
    table->entries[table->count++] = entry;
    return RESULT_OK;
}

enum result text_table_expect(struct text_table *table, uint64_t seq,
                              const char *path, enum audience audience,
                              uint64_t length_max,
                              const struct hash *commitment)
{
    struct entry entry = { .seq = seq,
                           .audience = audience,
                           .length_max = length_max,
                           .commitment = *commitment };

    if (strlen(path) > OPENING_FIELD_SIZE_MAX ||
        find(table, TEXT_NONE, seq, path))
        return RESULT_INVALID;
    return add(table, &entry, path);
}

enum result text_table_open(struct text_table *table, struct text_view scope,
                            const struct opening *opening)
{
    struct entry *entry = find(table, TEXT_NONE, opening->seq, opening->field);
    enum result result;
    char *value;

    if (!entry)
        return RESULT_NOT_FOUND;
    result = text_check(opening->value, (size_t)entry->length_max,
                        sealed_is_multi_line(entry->length_max));
    if (result)
        return result;
    if (!commitment_check(&entry->commitment, scope,
                          text_view_of(opening->field), &opening->salt,
                          opening->value))
        return RESULT_REFUSED;
    if (entry->value)
        return RESULT_EXISTS;
    value = malloc(opening->value.size + 1);
    if (!value)
        return RESULT_NO_MEMORY;
    if (opening->value.size > 0)
        memcpy(value, opening->value.data, opening->value.size);
    value[opening->value.size] = '\0';
    entry->value = value;
    entry->value_size = opening->value.size;
    return RESULT_OK;
}

enum result text_table_point(struct text_table *table,
                             enum text_subject subject,
                             const struct identifier *id, uint64_t seq,
                             const char *path)
{
    const struct entry *target = find(table, TEXT_NONE, seq, path);
    struct entry *pointer = find(table, subject, 0, id->text);
    struct entry entry = { .subject = subject };

    assert(subject != TEXT_NONE);
    if (!target)
        return RESULT_NOT_FOUND;
    entry.target = (uint32_t)(target - table->entries);
    if (pointer) {
        pointer->target = entry.target;
        return RESULT_OK;
    }
    return add(table, &entry, id->text);
}

/* --- Reading ------------------------------------------------------------- */

static struct text_view value_of(const struct entry *entry)
{
    if (!entry || !entry->value)
        return (struct text_view){ NULL, 0 };
    return (struct text_view){ entry->value, entry->value_size };
}

struct text_view text_table_find(const struct text_table *table, uint64_t seq,
                                 const char *path)
{
    return value_of(find(table, TEXT_NONE, seq, path));
}

struct text_view text_table_newest(const struct text_table *table,
                                   enum text_subject subject,
                                   const struct identifier *id)
{
    const struct entry *pointer = find(table, subject, 0, id->text);

    return value_of(pointer ? &table->entries[pointer->target] : NULL);
}

uint64_t text_table_first_missing(const struct text_table *table, uint64_t from,
                                  bool (*may_open)(const void *user,
                                                   enum audience audience),
                                  const void *user)
{
    size_t i;

    for (i = 0; i < table->count; i++) {
        const struct entry *entry = &table->entries[i];

        if (entry->subject == TEXT_NONE && !entry->value &&
            entry->seq >= from && may_open(user, entry->audience))
            return entry->seq;
    }
    return UINT64_MAX;
}
