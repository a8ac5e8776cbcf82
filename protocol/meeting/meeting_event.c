#include "protocol/meeting/meeting_event.h"

#include <stddef.h>

/* One function a kind, so that each row's offset is taken in its own struct. */
#define EVENT_SCHEMA(NAME, name)                                               \
    static const struct schema *name##_schema(void)                            \
    {                                                                          \
        typedef struct event_##name field_struct;                              \
        static const struct field fields[] = { EVENT_##NAME(FIELD_ROW) };      \
        static const struct schema schema = { #name, sizeof(field_struct),     \
                                              fields,                          \
                                              sizeof fields /                  \
                                                  sizeof fields[0] };          \
        return &schema;                                                        \
    }
MEETING_EVENT_LIST(EVENT_SCHEMA)

const struct schema *meeting_event_schema(enum meeting_event_kind kind)
{
    switch (kind) {
#define EVENT_CASE(NAME, name)                                                 \
    case EVENT_##NAME##_KIND:                                                  \
        return name##_schema();
        MEETING_EVENT_LIST(EVENT_CASE)
#undef EVENT_CASE
    case MEETING_EVENT_UNKNOWN:
    case MEETING_EVENT_COUNT:
        break;
    }
    return NULL;
}

enum meeting_event_kind meeting_event_kind_of(struct text_view name)
{
    int kind;

    for (kind = 1; kind < MEETING_EVENT_COUNT; kind++) {
        const struct schema *schema =
            meeting_event_schema((enum meeting_event_kind)kind);

        if (text_view_is(name, schema->name))
            return (enum meeting_event_kind)kind;
    }
    return MEETING_EVENT_UNKNOWN;
}
