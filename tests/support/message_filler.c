#include "tests/support/message_filler.h"

#include "protocol/base/limits.h"
#include "protocol/record/commitment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = { "Đảng",      "viên",  "chi",  "bộ",
                                     "nghị",      "quyết", "đồng", "ý",
                                     "Nguyễn",    "Thị",   "Mẫu",  "01",
                                     "\"trích\"", "a\\b",  "họp",  "–",
                                     "thường",    "kỳ",    "𝒙",    "/" };
enum { WORD_COUNT = sizeof words / sizeof words[0] };

void message_filler_init(struct message_filler *filler, uint64_t seed,
                         struct message_memory *memory)
{
    *filler = (struct message_filler){ .state = seed, .memory = memory };
}

/* splitmix64: short, and the same everywhere. */
static uint64_t next(struct message_filler *filler)
{
    uint64_t x = filler->state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t message_filler_below(struct message_filler *filler, uint64_t limit)
{
    return next(filler) % limit;
}

static void *take_memory(struct message_filler *filler, size_t size)
{
    struct message_memory *memory = filler->memory;
    void **blocks =
        realloc(memory->blocks, (memory->block_count + 1) * sizeof *blocks);

    assert(blocks);
    memory->blocks = blocks;
    blocks[memory->block_count] = calloc(1, size);
    assert(blocks[memory->block_count]);
    return blocks[memory->block_count++];
}

static size_t code_points(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static struct text_view make_text(struct message_filler *filler, uint64_t max,
                                  bool multi_line)
{
    const uint64_t wanted =
        filler->is_long ? max
                        : message_filler_below(filler, max < 80 ? max : 80);
    char *text = take_memory(filler, (size_t)wanted * 4 + 1);
    size_t size = 0;
    uint64_t left = wanted;

    while (left > 0) {
        const char *word = words[message_filler_below(filler, WORD_COUNT)];
        const size_t count = code_points(word);

        if (count > left) {
            text[size++] = 'x';
            left--;
            continue;
        }
        memcpy(&text[size], word, strlen(word));
        size += strlen(word);
        left -= count;
        if (left > 0) {
            text[size++] = multi_line && left % 5 == 0 ? '\n' : ' ';
            left--;
        }
    }
    return (struct text_view){ text, size };
}

static void make_bytes(struct message_filler *filler, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)next(filler);
}

static uint64_t make_number(struct message_filler *filler, uint64_t max)
{
    const uint64_t top = max ? max : (UINT64_C(1) << 53) - 1;

    if (filler->is_long)
        return top;
    return message_filler_below(filler, top < 1000 ? top + 1 : 1000);
}

static void make_act(struct message_filler *filler, struct act *out)
{
    out->is_present = message_filler_below(filler, 4) != 0;
    if (!out->is_present)
        return;
    identifier_number(&out->member, "m", message_filler_below(filler, 99));
    make_bytes(filler, out->device.bytes, KEY_SIZE);
    out->op = TEXT_LITERAL("write_entry");
    out->request = make_number(filler, 0);
    out->subject = TEXT_LITERAL("e17");
    out->value = make_text(filler, 100, false);
    out->seen = make_number(filler, 0);
    make_bytes(filler, out->head.bytes, HASH_SIZE);
    make_bytes(filler, out->sig.bytes, SIGNATURE_SIZE);
}

static void fill_struct(struct message_filler *filler,
                        const struct schema *schema, void *out);

static void make_items(struct message_filler *filler, const struct field *field,
                       struct items *out)
{
    char *data = NULL;

    out->count = filler->is_long ? 12 : (size_t)message_filler_below(filler, 4);
    if (out->count == 0)
        return;
    data = take_memory(filler, out->count * field->items->size);
    out->data = data;
    for (size_t i = 0; i < out->count; i++)
        fill_struct(filler, field->items, &data[i * field->items->size]);
}

static void make_sealed(struct message_filler *filler, uint64_t max,
                        struct sealed *out)
{
    out->value = make_text(filler, max, max > LIMIT_TITLE_LENGTH);
    out->has_value = true;
}

static void fill_field(struct message_filler *filler, const struct field *field,
                       void *slot)
{
    switch (field->type) {
    case FIELD_NUMBER:
    case FIELD_LATER_NUMBER:
        *(uint64_t *)slot = make_number(filler, field->max);
        return;
    case FIELD_TIME:
        *(int64_t *)slot = (int64_t)make_number(filler, 0) - 500;
        return;
    case FIELD_FLAG:
        *(bool *)slot = message_filler_below(filler, 2);
        return;
    case FIELD_ID:
        identifier_number(slot, "x-", message_filler_below(filler, 5000));
        return;
    case FIELD_OPTIONAL_ID:
        if (message_filler_below(filler, 2))
            identifier_number(slot, "y.", message_filler_below(filler, 5000));
        return;
    case FIELD_KEY:
        make_bytes(filler, slot, KEY_SIZE);
        return;
    case FIELD_HASH:
        make_bytes(filler, slot, HASH_SIZE);
        return;
    case FIELD_SIGNATURE:
        make_bytes(filler, slot, SIGNATURE_SIZE);
        return;
    case FIELD_TEXT:
        *(struct text_view *)slot = make_text(filler, field->max, false);
        return;
    case FIELD_OPTIONAL_ENUM:
    case FIELD_LATER_ENUM:
        *(int *)slot =
            (int)message_filler_below(filler, (uint64_t)field->words->count);
        return;
    case FIELD_ENUM:
        *(int *)slot = 1 + (int)message_filler_below(
                               filler, (uint64_t)field->words->count - 1);
        return;
    case FIELD_SEALED:
        make_sealed(filler, field->max, slot);
        return;
    case FIELD_ACT:
        make_act(filler, slot);
        return;
    case FIELD_ITEMS:
        make_items(filler, field, slot);
        return;
    case FIELD_NONE:
        break;
    }
    assert(field->type != FIELD_NONE);
}

static void fill_struct(struct message_filler *filler,
                        const struct schema *schema, void *out)
{
    char *bytes = out;

    memset(out, 0, schema->size);
    for (size_t i = 0; i < schema->field_count; i++)
        fill_field(filler, &schema->fields[i],
                   &bytes[schema->fields[i].offset]);
}

struct author {
    struct message_filler *filler;
    struct text_view scope;
};

static enum result on_sealed(const char *path, struct sealed *sealed,
                             enum audience audience, uint64_t length_max,
                             void *user)
{
    const struct author *author = user;
    struct salt salt;

    (void)audience;
    (void)length_max;
    if (message_filler_below(author->filler, 3))
        return RESULT_OK;
    make_bytes(author->filler, salt.bytes, SALT_SIZE);
    memcpy(sealed->salt, salt.bytes, SALT_SIZE);
    sealed->commitment =
        commitment_of(author->scope, text_view_of(path), &salt, sealed->value);
    sealed->is_authored = true;
    return RESULT_OK;
}

void message_filler_fill(struct message_filler *filler,
                         const struct schema *schema, bool has_authors,
                         struct text_view scope, void *out)
{
    struct author author = { filler, scope };
    enum result result = RESULT_OK;

    fill_struct(filler, schema, out);
    if (has_authors)
        result = schema_visit_sealed(schema, out, on_sealed, &author);
    assert(result == RESULT_OK);
}

static bool act_equal(const struct act *a, const struct act *b)
{
    if (!a->is_present || !b->is_present)
        return a->is_present == b->is_present;
    return identifier_equal(&a->member, &b->member) &&
           key_equal(&a->device, &b->device) && text_view_equal(a->op, b->op) &&
           a->request == b->request &&
           text_view_equal(a->subject, b->subject) &&
           text_view_equal(a->value, b->value) && a->seen == b->seen &&
           hash_equal(&a->head, &b->head) &&
           memcmp(a->sig.bytes, b->sig.bytes, SIGNATURE_SIZE) == 0;
}

static bool sealed_equal(const struct sealed *a, const struct sealed *b,
                         bool with_values)
{
    if (!hash_equal(&a->commitment, &b->commitment))
        return false;
    return !with_values || (text_view_equal(a->value, b->value) &&
                            a->is_authored == b->is_authored &&
                            memcmp(a->salt, b->salt, sizeof a->salt) == 0);
}

static bool items_equal(const struct schema *schema, const struct items *a,
                        const struct items *b, bool with_values)
{
    const char *left = a->data;
    const char *right = b->data;

    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!message_equal(schema, &left[i * schema->size],
                           &right[i * schema->size], with_values))
            return false;
    return true;
}

static bool field_equal(const struct field *field, const void *a, const void *b,
                        bool with_values)
{
    switch (field->type) {
    case FIELD_NUMBER:
    case FIELD_LATER_NUMBER:
        return *(const uint64_t *)a == *(const uint64_t *)b;
    case FIELD_TIME:
        return *(const int64_t *)a == *(const int64_t *)b;
    case FIELD_FLAG:
        return *(const bool *)a == *(const bool *)b;
    case FIELD_ID:
    case FIELD_OPTIONAL_ID:
        return identifier_equal(a, b);
    case FIELD_KEY:
        return key_equal(a, b);
    case FIELD_HASH:
        return hash_equal(a, b);
    case FIELD_SIGNATURE:
        return memcmp(a, b, SIGNATURE_SIZE) == 0;
    case FIELD_TEXT:
        return text_view_equal(*(const struct text_view *)a,
                               *(const struct text_view *)b);
    case FIELD_ENUM:
    case FIELD_OPTIONAL_ENUM:
    case FIELD_LATER_ENUM:
        return *(const int *)a == *(const int *)b;
    case FIELD_SEALED:
        return sealed_equal(a, b, with_values);
    case FIELD_ACT:
        return act_equal(a, b);
    case FIELD_ITEMS:
        return items_equal(field->items, a, b, with_values);
    case FIELD_NONE:
        break;
    }
    return false;
}

bool message_equal(const struct schema *schema, const void *a, const void *b,
                   bool with_values)
{
    const char *left = a;
    const char *right = b;

    for (size_t i = 0; i < schema->field_count; i++) {
        const size_t offset = schema->fields[i].offset;

        if (!field_equal(&schema->fields[i], &left[offset], &right[offset],
                         with_values))
            return false;
    }
    return true;
}
