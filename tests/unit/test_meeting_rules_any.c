/*
 * Every command of a meeting with any values whatever, from JSON as a hostile
 * peer sends it: read or refused, decided or refused, and what is decided
 * applies (asserted by the transcript, as is that a replay is equal). In a
 * meeting that is open, in one held by party groups, and in each phase of a
 * secret ballot.
 */
#include "tests/support/meeting_ballot_scene.h"
#include "tests/support/message_filler.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 12 }; /* of each command in each scene */

static const char *const holders[] = { "m1", "m2", "m3",  "m4", "m5",
                                       "m6", "m7", "m8",  "m9", "m14",
                                       "s1", "x1", "m11", "m99" };
static const char *const ids[] = { "m1", "m4", "m5", "x1", "m8",    "s1",
                                   "a1", "v1", "v2", "b1", "n1",    "t1",
                                   "d1", "e1", "c1", "o1", "org.2", "u4" };

static uint64_t below(struct message_filler *filler, size_t limit)
{
    return message_filler_below(filler, limit);
}

/* What is not what it should be, and what is too large for it. */
static json_t *nonsense(struct message_filler *filler)
{
    switch (below(filler, 12)) {
    case 0:
        return json_null();
    case 1:
        return json_integer(-1);
    case 2:
        return json_integer((json_int_t)9007199254740991);
    case 3:
        return json_integer((json_int_t)INT64_MIN);
    case 4:
        return json_real(0.5);
    case 5:
        return json_true();
    case 6:
        return json_string("");
    case 7:
        return json_string("\xe2\x80\xae");
    case 8:
        return json_array();
    case 9:
        return json_pack("[{},n,[[]]]");
    case 10:
        return json_pack("{s:[]}", "c");
    default:
        return json_string("ffffffffffffffffffffffffffffffffffffffffffffffff"
                           "ffffffffffffffff");
    }
}

/* Ids of what is there, so that more than the first check is reached. */
static void name_something(struct message_filler *filler,
                           const struct schema *schema, json_t *object)
{
    size_t i;

    for (i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        const bool is_id =
            field->type == FIELD_ID || field->type == FIELD_OPTIONAL_ID;

        if (is_id && below(filler, 5) != 0)
            assert_int_equal(
                json_object_set_new(
                    object, field->name,
                    json_string(ids[below(filler, sizeof ids / sizeof *ids)])),
                0);
        if (field->type == FIELD_NUMBER && below(filler, 2) != 0)
            assert_int_equal(
                json_object_set_new(object, field->name,
                                    json_integer((json_int_t)below(filler, 4))),
                0);
    }
}

static void spoil(struct message_filler *filler, const struct schema *schema,
                  json_t *object)
{
    if (schema->field_count > 0 && below(filler, 3) == 0)
        assert_int_equal(
            json_object_set_new(
                object, schema->fields[below(filler, schema->field_count)].name,
                nonsense(filler)),
            0);
}

/* Of the ops that any command of a meeting has. */
static bool is_of_meeting(enum command_op op)
{
    return op != OP_CLOSE_MEETING && op <= OP_DECRYPT;
}

static enum result say(struct message_filler *filler,
                       struct meeting_transcript *meeting, enum command_op op,
                       struct message_memory *memory)
{
    const struct schema *schema = command_schema(op);
    const char *holder =
        holders[below(filler, sizeof holders / sizeof *holders)];
    const struct actor actor = { .kind = ACTOR_HOLDER,
                                 .holder = meeting_id(holder),
                                 .device = meeting_device_key(
                                     holder, below(filler, 8) ? 'a' : 'b') };
    struct command made = { .op = op, .request = 1 }, command;
    struct message_memory first = { NULL, NULL, 0 };
    struct field_error error;
    enum result result;

    filler->memory = &first;
    message_filler_fill(filler, schema, false, TEXT_LITERAL("org.1"),
                        &made.body);
    made.log = meeting_id("org.1");
    assert_int_equal(command_encode(&made, &memory->root), RESULT_OK);
    name_something(filler, schema, memory->root);
    spoil(filler, schema, memory->root);
    message_memory_release(&first);
    result = command_decode(memory->root, &command, memory, &error);
    if (result != RESULT_OK)
        return result;
    command.act.is_present = command_is_signed(op);
    command.act.seen = meeting->state->next_seq - 1;
    (void)meeting_do(meeting, &actor, &command);
    return RESULT_OK;
}

/* How many were read. */
static size_t attack(struct meeting_transcript *meeting, uint64_t seed)
{
    struct message_filler filler;
    size_t read = 0;
    int op, round;

    message_filler_init(&filler, seed, NULL);
    for (round = 0; round < ROUNDS; round++)
        for (op = 1; op < COMMAND_OP_COUNT; op++) {
            struct message_memory memory = { NULL, NULL, 0 };

            if (!is_of_meeting((enum command_op)op))
                continue;
            meeting->now_ms += (int64_t)below(&filler, 2000);
            read += say(&filler, meeting, (enum command_op)op, &memory) ==
                    RESULT_OK;
            message_memory_release(&memory);
            meeting_play(meeting, "", NULL); /* forget the text */
        }
    meeting_transcript_end(meeting);
    return read;
}

static void an_open_meeting_takes_any_command_or_refuses_it(void **state)
{
    static const char *const joined[] = { "m4", "m5", "m6", "m8", "s1", NULL };
    struct meeting_transcript *meeting = meeting_transcript_of(2);

    (void)state;
    meeting_play_to_open(meeting, joined);
    assert_true(attack(meeting, 1) > 100);
    meeting = meeting_transcript_congress_of(2);
    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, joined);
    assert_true(attack(meeting, 2) > 100);
}

static void so_does_one_that_is_held_by_groups(void **state)
{
    static const char *const joined[] = { "m4", NULL };
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);

    (void)state;
    meeting_play_to_open(meeting, joined);
    assert_true(attack(meeting, 3) > 100);
}

static void so_does_one_in_each_phase_of_a_ballot(void **state)
{
    int phase;

    (void)state;
    for (phase = BALLOT_PHASE_DRAFTED; phase <= BALLOT_PHASE_DONE; phase++)
        assert_true(attack(meeting_ballot_scene((enum ballot_phase)phase),
                           100 + (uint64_t)phase) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_meeting_takes_any_command_or_refuses_it),
        cmocka_unit_test(so_does_one_that_is_held_by_groups),
        cmocka_unit_test(so_does_one_in_each_phase_of_a_ballot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
