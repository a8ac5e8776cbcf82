#include "tests/support/schema_list.h"

#include "protocol/meeting/command.h"
#include "protocol/meeting/meeting_event.h"
#include "protocol/meeting/register_event.h"

enum {
    MEETING_EVENTS = MEETING_EVENT_COUNT - 1,
    REGISTER_EVENTS = REGISTER_EVENT_COUNT - 1,
    COMMANDS = COMMAND_OP_COUNT - 1
};

bool schema_list_at(size_t i, struct schema_entry *out)
{
    if (i < MEETING_EVENTS) {
        const int kind = (int)i + 1;

        *out = (struct schema_entry){ SCHEMA_MEETING_EVENT, kind, false,
                                      meeting_event_schema(
                                          (enum meeting_event_kind)kind) };
        return true;
    }
    i -= MEETING_EVENTS;
    if (i < REGISTER_EVENTS) {
        const int kind = (int)i + 1;

        *out = (struct schema_entry){ SCHEMA_REGISTER_EVENT, kind, false,
                                      register_event_schema(
                                          (enum register_event_kind)kind) };
        return true;
    }
    i -= REGISTER_EVENTS;
    if (i < COMMANDS) {
        const enum command_op op = (enum command_op)(i + 1);

        *out = (struct schema_entry){ command_is_of_register(op)
                                          ? SCHEMA_REGISTER_COMMAND
                                          : SCHEMA_MEETING_COMMAND,
                                      (int)op, command_is_signed(op),
                                      command_schema(op) };
        return true;
    }
    return false;
}

bool schema_list_is_command(const struct schema_entry *entry)
{
    return entry->group == SCHEMA_MEETING_COMMAND ||
           entry->group == SCHEMA_REGISTER_COMMAND;
}
