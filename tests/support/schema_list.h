/* Every schema of the protocol in one list, for tests that go over all. */
#ifndef TESTS_SUPPORT_SCHEMA_LIST_H
#define TESTS_SUPPORT_SCHEMA_LIST_H

#include "protocol/wire/field.h"

#include <stdbool.h>
#include <stddef.h>

enum schema_group {
    SCHEMA_MEETING_EVENT,
    SCHEMA_REGISTER_EVENT,
    SCHEMA_MEETING_COMMAND,
    SCHEMA_REGISTER_COMMAND
};

struct schema_entry {
    enum schema_group group;
    int kind;       /* of the group's enum */
    bool is_signed; /* a command that carries an act */
    const struct schema *schema;
};

/* Events of the meeting, of the register, then commands; false past the last.
 */
bool schema_list_at(size_t i, struct schema_entry *out);
bool schema_list_is_command(const struct schema_entry *entry);

#endif
