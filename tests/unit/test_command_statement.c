/* What a command is signed with: golden bytes, rebuilt from the command. */
#include "protocol/meeting/command_statement.h"

#include "tests/support/statement_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct identifier id_of(struct text_view text)
{
    struct identifier id;

    assert_int_equal(identifier_parse(text, &id), RESULT_OK);
    return id;
}

static struct sealed sealed_of(struct text_view text)
{
    return (struct sealed){ .value = text, .has_value = true };
}

/* The command of the register that a golden statement belongs to; `holder`
 * becomes who gives it. */
static struct command command_of(const struct statement_vector *vector,
                                 struct identifier *holder)
{
    const struct statement_field *f = vector->fields;
    struct command command = { .log = id_of(vector->scope) };

    *holder = id_of(f[0].text);
    command.act.seen = f[3].number;
    command.act.head = f[4].hash;
    if (vector->kind == STATEMENT_DEVICE_ADD) {
        command.op = OP_ADD_DEVICE;
        command.body.add_device =
            (struct command_add_device){ .device = f[1].key,
                                         .label = sealed_of(f[2].text) };
    } else if (vector->kind == STATEMENT_VOUCH) {
        command.op = OP_VOUCH_DEVICE;
        command.body.vouch_device = (struct command_vouch_device){
            .holder = *holder,
            .device = f[1].key,
            .how = text_view_is(f[2].text, "sight") ? VOUCH_SIGHT : VOUCH_VOICE,
        };
        *holder = id_of(TEXT_LITERAL("m1")); /* is not among the fields */
    } else {
        command.op = OP_REVOKE_DEVICE;
        command.body.revoke_device =
            (struct command_revoke_device){ .device = f[1].key,
                                            .reason = sealed_of(f[2].text) };
    }
    return command;
}

static void assert_golden(const struct statement_vector *vector,
                          const uint8_t *bytes, size_t size)
{
    char *hex = malloc(HEX_SIZE(size));

    assert_non_null(hex);
    hex_encode(bytes, size, hex);
    assert_true(text_view_is(vector->bytes, hex));
    free(hex);
}

static void devices_are_added_vouched_for_and_revoked_by_their_own(void **state)
{
    struct statement_vectors vectors;
    size_t made = 0;

    (void)state;
    statement_vectors_load(&vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const struct statement_vector *vector = &vectors.rows[i];
        struct identifier holder;
        struct command command;
        uint8_t *bytes = NULL;
        size_t size = 0;

        if (vector->kind != STATEMENT_DEVICE_ADD &&
            vector->kind != STATEMENT_VOUCH && vector->kind != STATEMENT_REVOKE)
            continue;
        command = command_of(vector, &holder);
        assert_int_equal(command_statement(&command, &holder,
                                           &vectors.signer.public_key, &bytes,
                                           &size),
                         RESULT_OK);
        assert_golden(vector, bytes, size);
        free(bytes);
        made++;
    }
    assert_int_equal(made, 1 + 2 + 2);
    statement_vectors_release(&vectors);
}

/* The act of m4 about a command of the log hop-1, seen at 9. */
static void assert_is_act(const struct command *command, const char *subject,
                          const char *value)
{
    const struct identifier m4 = id_of(TEXT_LITERAL("m4"));
    const struct key device = { { 9 } };
    const struct statement_act fields = {
        .member = TEXT_LITERAL("m4"),
        .op = text_view_of(command_name(command->op)),
        .request_id = 77,
        .subject = text_view_of(subject),
        .value = text_view_of(value),
        .seen = { 9, { { 0x99 } } },
    };
    uint8_t *expected = NULL, *bytes = NULL;
    size_t expected_size = 0, size = 0;

    assert_int_equal(statement_act(&device, TEXT_LITERAL("hop-1"), &fields,
                                   &expected, &expected_size),
                     RESULT_OK);
    assert_int_equal(command_statement(command, &m4, &device, &bytes, &size),
                     RESULT_OK);
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
    free(expected);
}

static struct command in_meeting(enum command_op op)
{
    return (struct command){ .op = op,
                             .request = 77,
                             .log = id_of(TEXT_LITERAL("hop-1")),
                             .act = { .seen = 9, .head = { { 0x99 } } } };
}

static void every_other_command_is_signed_as_an_act(void **state)
{
    struct command vote = in_meeting(OP_VOTE);
    struct command restored = in_meeting(OP_RESTORED);
    const struct command opening = in_meeting(OP_OPEN_MEETING);

    (void)state;
    vote.body.vote.vote = id_of(TEXT_LITERAL("v3"));
    vote.body.vote.choice = CHOICE_NO;
    restored.body.restored.from = 12;
    restored.body.restored.lost_seq = 40;
    restored.body.restored.lost_head.bytes[0] = 0xab;
    assert_is_act(&vote, "v3", "no");
    assert_is_act(&opening, "hop-1", "");
    assert_is_act(&restored, "hop-1",
                  "12,40,ab00000000000000000000000000000000000000000000000000"
                  "000000000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            devices_are_added_vouched_for_and_revoked_by_their_own),
        cmocka_unit_test(every_other_command_is_signed_as_an_act),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
