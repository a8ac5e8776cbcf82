/* Every table of the protocol: what is encoded by it is decoded again. */
#include "protocol/wire/field.h"
#include "tests/support/message_filler.h"
#include "tests/support/schema_list.h"

#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void check_schema_round_trip(const struct schema_entry *entry,
                                    uint64_t seed, bool is_long)
{
    const struct schema *schema = entry->schema;
    const bool is_command = schema_list_is_command(entry);
    struct message_memory made = { 0 };
    struct message_memory memory = { .root = json_object() };
    struct message_filler filler;
    void *in = malloc(schema->size);
    void *out = malloc(schema->size);

    assert_true(in && out);
    message_filler_init(&filler, seed, &made);
    filler.is_long = is_long;
    message_filler_fill(&filler, schema, true, TEXT_LITERAL("m1"), in);
    assert_int_equal(schema_encode(schema, in, is_command, memory.root),
                     RESULT_OK);
    assert_int_equal(
        schema_decode(schema, memory.root, is_command, out, &memory, NULL),
        RESULT_OK);
    if (!message_equal(schema, in, out, is_command))
        print_error("%s, seed %d\n", schema->name, (int)seed);
    assert_true(message_equal(schema, in, out, is_command));
    free(in);
    free(out);
    message_memory_release(&made);
    message_memory_release(&memory);
}

static void every_event_and_command_comes_back_as_it_was(void **state)
{
    struct schema_entry entry;

    (void)state;
    for (size_t i = 0; schema_list_at(i, &entry); i++) {
        for (uint64_t seed = 0; seed < 10; seed++)
            check_schema_round_trip(&entry, seed, false);
        check_schema_round_trip(&entry, 99, true);
    }
}

static void no_field_of_a_table_hides_another(void **state)
{
    static const char *const taken[] = { "seq", "n",  "at",  "ev",
                                         "id",  "op", "log", "act" };
    struct schema_entry entry;

    (void)state;
    for (size_t i = 0; schema_list_at(i, &entry); i++) {
        const struct schema *schema = entry.schema;
        const bool is_command = schema_list_is_command(&entry);

        for (size_t f = 0; f < schema->field_count; f++) {
            for (size_t n = f + 1; n < schema->field_count; n++)
                assert_string_not_equal(schema->fields[f].name,
                                        schema->fields[n].name);
            for (size_t n = is_command ? 4 : 0; n < (is_command ? 8u : 4u); n++)
                assert_string_not_equal(schema->fields[f].name, taken[n]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_and_command_comes_back_as_it_was),
        cmocka_unit_test(no_field_of_a_table_hides_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
