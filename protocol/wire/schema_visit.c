/* Walking the sealed fields of a struct, and finding one by its path. */
#include "protocol/wire/field.h"

#include "protocol/wire/field_path.h"
#include "protocol/wire/schema_bounds.h"

struct visitor {
    struct field_path path;
    sealed_visit_fn visit;
    void *user;
};

static enum result visit_struct(struct visitor *visitor,
                                const struct schema *schema, char *bytes)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        void *slot = &bytes[field->offset];
        const size_t before = field_path_push_name(&visitor->path, field->name);
        enum result result = RESULT_OK;

        if (field->type == FIELD_SEALED)
            result = visitor->visit(visitor->path.text, slot, field->audience,
                                    field->max, visitor->user);
        if (field->type == FIELD_ITEMS) {
            const struct items *items = slot;
            char *data = items->data;

            for (size_t n = 0; n < items->count && !result; n++) {
                const size_t outer = field_path_push_index(&visitor->path, n);

                result = visit_struct(visitor, field->items,
                                      &data[n * field->items->size]);
                field_path_cut(&visitor->path, outer);
            }
        }
        field_path_cut(&visitor->path, before);
        if (result)
            return result;
    }
    return RESULT_OK;
}

enum result schema_visit_sealed(const struct schema *schema, void *in,
                                sealed_visit_fn visit, void *user)
{
    struct visitor visitor = { .visit = visit, .user = user };

    return visit_struct(&visitor, schema, in);
}

static const struct field *find_field(const struct schema *schema,
                                      struct text_view name)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (text_view_is(name, schema->fields[i].name))
            return &schema->fields[i];
    return NULL;
}

/*
 * Follows `path` through the tables and, where `*slot` is not NULL, through the
 * struct it points to, leaving it at the field.
 */
static const struct field *follow(const struct schema *schema,
                                  struct text_view path, char **slot)
{
    const struct field *field = NULL;
    struct text_view step;

    while (field_path_take(&path, &step)) {
        const struct items *items = NULL;
        size_t limit = 0;
        size_t i = 0;

        field = find_field(schema, step);
        if (!field)
            return NULL;
        if (*slot)
            *slot += field->offset;
        if (path.size == 0)
            return field;
        if (field->type != FIELD_ITEMS || !field_path_take(&path, &step))
            return NULL;
        items = (const void *)*slot;
        limit = items ? items->count : items_count_max(field);
        if (!field_path_index(step, limit, &i))
            return NULL;
        schema = field->items;
        if (items)
            *slot = (char *)items->data + i * schema->size;
    }
    return NULL;
}

const struct field *schema_find_path(const struct schema *schema,
                                     struct text_view path)
{
    char *slot = NULL;

    return follow(schema, path, &slot);
}

struct sealed *schema_find_sealed(const struct schema *schema, void *in,
                                  struct text_view path)
{
    char *slot = in;
    const struct field *field = follow(schema, path, &slot);

    if (!field || field->type != FIELD_SEALED)
        return NULL;
    return (struct sealed *)(void *)slot;
}
