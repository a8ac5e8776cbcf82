/* The seeds of the fuzz targets: every event and every command has one, which
 * is read as what it is by the tables of today. */
#include "protocol/meeting/command.h"
#include "protocol/meeting/log_codec.h"
#include "tests/support/schema_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEED_SIZE_MAX = 64 * 1024 };

struct seed {
    char path[200];
    char bytes[SEED_SIZE_MAX];
    size_t size;
};

/* Fails if there is none of this name. */
static void read_seed(struct seed *out, const char *target, const char *prefix,
                      const struct schema_entry *entry)
{
    FILE *file;

    (void)snprintf(out->path, sizeof out->path, "tests/fuzz/corpus/%s/%s%s",
                   target, prefix, entry->schema->name);
    file = fopen(out->path, "rb");
    if (!file)
        fail_msg("%s is missing: make fuzz-corpus", out->path);
    out->size = fread(out->bytes, 1, sizeof out->bytes, file);
    assert_true(feof(file) && !ferror(file));
    (void)fclose(file);
}

/* Does the text decode by the table? */
static bool is_of(const struct schema_entry *entry, const char *text,
                  size_t size)
{
    struct message_memory memory = { 0 };
    void *body = malloc(entry->schema->size);
    bool result;

    assert_non_null(body);
    result =
        message_parse(text, size, &memory.root) == RESULT_OK &&
        schema_decode(entry->schema, memory.root, schema_list_is_command(entry),
                      body, &memory, NULL) == RESULT_OK;
    free(body);
    message_memory_release(&memory);
    return result;
}

static void every_event_has_a_seed_that_is_read_as_it(void **state)
{
    static struct seed seed;
    struct schema_entry entry;
    size_t i;

    (void)state;
    for (i = 0; schema_list_at(i, &entry); i++) {
        const bool is_register = entry.group == SCHEMA_REGISTER_EVENT;
        struct message_memory memory = { 0 };
        struct event_head head;

        if (schema_list_is_command(&entry))
            continue;
        read_seed(&seed, "event", is_register ? "register_" : "meeting_",
                  &entry);
        if (seed.size == 0 || (seed.bytes[0] == 1) != is_register ||
            event_parse(&seed.bytes[1], seed.size - 1, &head, &memory, NULL) !=
                RESULT_OK ||
            !text_view_is(head.name, entry.schema->name) ||
            !is_of(&entry, &seed.bytes[1], seed.size - 1))
            fail_msg("%s is of other tables: make fuzz-corpus", seed.path);
        message_memory_release(&memory);
    }
}

static void every_command_has_a_seed_that_is_read_as_it(void **state)
{
    static struct seed seed;
    struct schema_entry entry;
    size_t i;

    (void)state;
    for (i = 0; schema_list_at(i, &entry); i++) {
        struct message_memory memory = { 0 };
        struct command command;

        if (!schema_list_is_command(&entry))
            continue;
        read_seed(&seed, "command", "", &entry);
        if (message_parse(seed.bytes, seed.size, &memory.root) != RESULT_OK ||
            command_decode(memory.root, &command, &memory, NULL) != RESULT_OK ||
            (int)command.op != entry.kind ||
            command.act.is_present != entry.is_signed)
            fail_msg("%s is of other tables: make fuzz-corpus", seed.path);
        message_memory_release(&memory);
    }
}

/* The target takes the table that two bytes at the beginning number. */
static void
every_command_has_fields_behind_the_number_of_its_table(void **state)
{
    static struct seed seed;
    struct schema_entry entry;
    size_t i;

    (void)state;
    for (i = 0; schema_list_at(i, &entry); i++) {
        if (!schema_list_is_command(&entry))
            continue;
        read_seed(&seed, "message", "", &entry);
        if (seed.size < 2 ||
            (size_t)((uint8_t)seed.bytes[0] << 8 | (uint8_t)seed.bytes[1]) !=
                i ||
            !is_of(&entry, &seed.bytes[2], seed.size - 2))
            fail_msg("%s is of other tables: make fuzz-corpus", seed.path);
    }
    assert_true(i < UINT16_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_a_seed_that_is_read_as_it),
        cmocka_unit_test(every_command_has_a_seed_that_is_read_as_it),
        cmocka_unit_test(
            every_command_has_fields_behind_the_number_of_its_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
