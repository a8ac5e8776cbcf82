#include "protocol/meeting/event_command.h"

#include <string.h>

static const struct field *find_field(const struct schema *schema,
                                      const char *name)
{
    size_t i;

    for (i = 0; i < schema->field_count; i++) {
        if (strcmp(schema->fields[i].name, name) == 0)
            return &schema->fields[i];
    }
    return NULL;
}

static size_t size_of_type(enum field_type type)
{
    switch (type) {
    case FIELD_NUMBER:
    case FIELD_LATER_NUMBER:
        return sizeof(uint64_t);
    case FIELD_TIME:
        return sizeof(int64_t);
    case FIELD_FLAG:
        return sizeof(bool);
    case FIELD_ID:
    case FIELD_OPTIONAL_ID:
        return sizeof(struct identifier);
    case FIELD_KEY:
        return sizeof(struct key);
    case FIELD_HASH:
        return sizeof(struct hash);
    case FIELD_ENUM:
    case FIELD_OPTIONAL_ENUM:
    case FIELD_LATER_ENUM:
        return sizeof(int);
    case FIELD_SEALED:
        return sizeof(struct sealed);
    case FIELD_SIGNATURE:
        return sizeof(struct signature);
    case FIELD_TEXT:
        return sizeof(struct text_view);
    case FIELD_ITEMS:
        return sizeof(struct items);
    case FIELD_NONE:
    case FIELD_ACT:
        break;
    }
    return 0;
}

/* Fields that command and event have in common carry the same name. */
static bool copy_field(struct command *command, const struct field *to,
                       const struct meeting_event *event)
{
    const struct field *from =
        find_field(meeting_event_schema(event->kind), to->name);
    uint8_t *place = (uint8_t *)&command->body + to->offset;

    if (!from || size_of_type(from->type) == 0 ||
        size_of_type(from->type) != size_of_type(to->type))
        return false;
    memcpy(place, (const uint8_t *)&event->body + from->offset,
           size_of_type(to->type));
    if (to->type == FIELD_SEALED)
        ((struct sealed *)(void *)place)->is_authored = true;
    return true;
}

bool event_command(const struct meeting_event *event, enum command_op op,
                   const struct identifier *scope, struct command *out)
{
    const struct schema *schema = command_schema(op);
    size_t i;

    *out = (struct command){ .op = op, .log = *scope };
    for (i = 0; i < schema->field_count; i++) {
        if (!copy_field(out, &schema->fields[i], event))
            return false;
    }
    /* A command names the version that was seen, the event the one made. */
    if (op == OP_EDIT_ENTRY)
        out->body.edit_entry.version--;
    if (op == OP_REMOVE_ENTRY)
        out->body.remove_entry.version--;
    return true;
}
