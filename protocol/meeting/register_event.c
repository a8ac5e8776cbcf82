#include "protocol/meeting/register_event.h"

#include <stddef.h>

/* One function a kind, so that each row's offset is taken in its own struct. */
#define REGISTER_SCHEMA(NAME, name)                                            \
    static const struct schema *name##_schema(void)                            \
    {                                                                          \
        typedef struct register_##name field_struct;                           \
        static const struct field fields[] = { REGISTER_##NAME(FIELD_ROW) };   \
        static const struct schema schema = { #name, sizeof(field_struct),     \
                                              fields,                          \
                                              sizeof fields /                  \
                                                  sizeof fields[0] };          \
        return &schema;                                                        \
    }
REGISTER_EVENT_LIST(REGISTER_SCHEMA)

const struct schema *register_event_schema(enum register_event_kind kind)
{
    switch (kind) {
#define REGISTER_CASE(NAME, name)                                              \
    case REGISTER_##NAME##_KIND:                                               \
        return name##_schema();
        REGISTER_EVENT_LIST(REGISTER_CASE)
#undef REGISTER_CASE
    case REGISTER_EVENT_UNKNOWN:
    case REGISTER_EVENT_COUNT:
        break;
    }
    return NULL;
}

enum register_event_kind register_event_kind_of(struct text_view name)
{
    int kind;

    for (kind = 1; kind < REGISTER_EVENT_COUNT; kind++) {
        const struct schema *schema =
            register_event_schema((enum register_event_kind)kind);

        if (text_view_is(name, schema->name))
            return (enum register_event_kind)kind;
    }
    return REGISTER_EVENT_UNKNOWN;
}
