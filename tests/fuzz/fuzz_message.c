/*
 * Target: message_parse() and schema_decode() over every table of the protocol.
 * Input: two bytes that choose the table, the higher one first, then the text
 * of the message. Holds: what is decoded can be encoded, and decodes to the
 * same again. Planted fault: where a number is refused for being negative.
 */
#include "tests/fuzz/planted_fault.h"

#include "tests/support/message_filler.h"
#include "tests/support/schema_list.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_again(const struct schema *schema, bool is_command,
                        const void *first)
{
    struct message_memory memory = { .root = json_object() };
    void *second = malloc(schema->size);

    require(second && memory.root);
    require(schema_encode(schema, first, is_command, memory.root) == RESULT_OK);
    require(schema_decode(schema, memory.root, is_command, second, &memory,
                          NULL) == RESULT_OK);
    require(message_equal(schema, first, second, is_command));
    free(second);
    message_memory_release(&memory);
}

static struct schema_entry choose(size_t number)
{
    struct schema_entry entry;
    size_t count = 0;

    while (schema_list_at(count, &entry))
        count++;
    require(schema_list_at(number % count, &entry));
    return entry;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct message_memory memory = { 0 };
    struct field_error error = { "", "" };
    struct schema_entry entry;
    bool is_command = false;
    void *out = NULL;
    enum result result = RESULT_OK;

    if (size < 2)
        return 0;
    entry = choose((size_t)data[0] << 8 | data[1]);
    is_command = schema_list_is_command(&entry);
    result = message_parse((const char *)&data[2], size - 2, &memory.root);
    if (result)
        return 0;
    out = malloc(entry.schema->size);
    require(out != NULL);
    result = schema_decode(entry.schema, memory.root, is_command, out, &memory,
                           &error);
    if (result == RESULT_OK)
        check_again(entry.schema, is_command, out);
    planted_fault(data, size, strcmp(error.reason, "negative") == 0);
    free(out);
    message_memory_release(&memory);
    return 0;
}
