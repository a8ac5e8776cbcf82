/*
 * Target: events of both logs from their exact bytes.
 * Input: one byte (odd: the register's log), then the event.
 * Holds: an event that is read can be written, and reads as the same again.
 * Planted fault: where an event of an unknown kind is carried.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/meeting/log_codec.h"
#include "tests/support/message_filler.h"

#include <stdlib.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static const struct schema *schema_of(bool is_register, struct text_view name)
{
    if (is_register)
        return register_event_schema(register_event_kind_of(name));
    return meeting_event_schema(meeting_event_kind_of(name));
}

static void check_again(const struct schema *schema,
                        const struct event_head *head, const void *first)
{
    struct message_memory memory = { 0 };
    struct event_head again;
    void *second = malloc(schema->size);
    char *text = NULL;
    size_t size = 0;

    require(second != NULL);
    require(event_write(schema, head, first, &text, &size) == RESULT_OK);
    require(event_parse(text, size, &again, &memory, NULL) == RESULT_OK);
    require(again.seq == head->seq && again.at_ms == head->at_ms &&
            text_view_equal(again.name, head->name));
    require(schema_decode(schema, memory.root, false, second, &memory, NULL) ==
            RESULT_OK);
    require(message_equal(schema, first, second, false));
    free(text);
    free(second);
    message_memory_release(&memory);
}

static void read_body(const struct schema *schema,
                      const struct event_head *head,
                      struct message_memory *memory)
{
    void *body = malloc(schema->size);

    require(body != NULL);
    if (schema_decode(schema, memory->root, false, body, memory, NULL) ==
        RESULT_OK)
        check_again(schema, head, body);
    free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct message_memory memory = { 0 };
    struct event_head head;

    if (size == 0)
        return 0;
    if (event_parse((const char *)&data[1], size - 1, &head, &memory, NULL) ==
        RESULT_OK) {
        const struct schema *schema = schema_of(data[0] & 1, head.name);

        if (schema)
            read_body(schema, &head, &memory);
        planted_fault(data, size, !schema);
    }
    message_memory_release(&memory);
    return 0;
}
