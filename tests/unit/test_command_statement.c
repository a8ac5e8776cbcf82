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
                                           &vectors.signer.public_key, NULL,
                                           &bytes, &size),
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
    assert_int_equal(
        command_statement(command, &m4, &device, NULL, &bytes, &size),
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

/* --- Ballots -------------------------------------------------------------- */

/* What the golden statement says that the command does not. */
static struct ballot_terms terms_of(const struct statement_vector *vector)
{
    const struct statement_field *f = vector->fields;
    struct ballot_terms terms = { .uuid = f[1].text };

    if (vector->kind == STATEMENT_PAPER)
        terms.uuid = f[2].text;
    if (vector->kind == STATEMENT_TRUSTEE) {
        terms.teller_count = f[4].number;
        terms.threshold = f[5].number;
    }
    return terms;
}

/* Ids as they stand in a statement, "m1,m2": a list of at most 32. */
static struct items members_of(struct text_view text, struct member_id rows[32])
{
    struct items items = { rows, 0 };
    size_t start = 0, i;

    for (i = 0; i <= text.size; i++) {
        if (i < text.size && text.data[i] != ',')
            continue;
        assert_true(items.count < 32);
        rows[items.count++].member =
            id_of((struct text_view){ text.data + start, i - start });
        start = i + 1;
    }
    return items;
}

/* False if the golden statement is no command's. */
static bool ballot_command_of(const struct statement_vector *vector,
                              struct member_id rows[32],
                              struct command *command,
                              struct identifier *holder)
{
    const struct statement_field *f = vector->fields;
    const size_t last = vector->field_count;

    *command = (struct command){ .log = id_of(vector->scope) };
    *holder = id_of(f[0].letter == 'T' ? f[0].text : TEXT_LITERAL("m1"));
    if (last >= 2) {
        command->act.seen = f[last - 2].number;
        command->act.head = f[last - 1].hash;
    }
    switch ((int)vector->kind) {
    case STATEMENT_TRUSTEE:
        command->op = OP_CERTIFY;
        command->body.certify = (struct command_certify){
            .attempt = f[2].number, .index = f[3].number, .message = f[6].hash
        };
        return true;
    case STATEMENT_TRUSTEES:
        command->op = OP_SIGN_TRUSTEES;
        command->body.sign_trustees =
            (struct command_sign_trustees){ .attempt = f[2].number,
                                            .owner = f[3].number,
                                            .key = f[4].hash,
                                            .trustees = f[5].hash };
        return true;
    case STATEMENT_ATTEST:
        command->op = OP_ATTEST_BALLOT;
        command->body.attest_ballot =
            (struct command_attest_ballot){ .setup = f[2].hash,
                                            .length = f[3].number };
        return true;
    case STATEMENT_ATTEST_HALL:
        command->op = OP_ATTEST_HALL;
        command->body.attest_hall =
            (struct command_attest_hall){ .setup = f[2].hash,
                                          .k = f[3].number,
                                          .pool = f[4].hash,
                                          .members =
                                              members_of(f[5].text, rows) };
        return true;
    case STATEMENT_HALL_CONFIRM:
        command->op = OP_CONFIRM_HALL;
        command->body.confirm_hall =
            (struct command_confirm_hall){ .site = *holder,
                                           .setup = f[2].hash,
                                           .k = f[3].number,
                                           .pool = f[4].hash,
                                           .members =
                                               members_of(f[5].text, rows) };
        *holder = id_of(TEXT_LITERAL("m1")); /* is not among the fields */
        return true;
    case STATEMENT_INCLUDED:
        command->op = OP_INCLUDE_BALLOT;
        command->body.include_ballot = (struct command_include_ballot){
            .setup = f[2].hash,
            .end = f[3].hash,
            .count = f[4].number,
            .what = enum_value(&included_what_words, f[5].text)
        };
        return true;
    case STATEMENT_INCLUDED_HALL:
        command->op = OP_INCLUDE_HALL;
        command->body.include_hall =
            (struct command_include_hall){ .setup = f[2].hash,
                                           .end = f[3].hash,
                                           .count = f[4].number,
                                           .own = f[5].number };
        return true;
    case STATEMENT_PAPER:
        command->op = text_view_is(f[1].text, "enter") ? OP_ENTER_PAPER
                                                       : OP_CONFIRM_PAPER;
        if (command->op == OP_ENTER_PAPER)
            command->body.enter_paper =
                (struct command_enter_paper){ .end = f[3].hash,
                                              .record = f[4].hash };
        else
            command->body.confirm_paper =
                (struct command_confirm_paper){ .end = f[3].hash,
                                                .record = f[4].hash };
        return true;
    case STATEMENT_DECRYPT:
        command->op = OP_DECRYPT;
        command->body.decrypt =
            (struct command_decrypt){ .owner = f[2].number,
                                      .end = f[3].hash,
                                      .tally = f[4].hash,
                                      .payload = f[5].hash };
        return true;
    default:
        return false;
    }
}

static void commands_of_ballots_have_their_own_statements(void **state)
{
    struct statement_vectors vectors;
    size_t made = 0;

    (void)state;
    statement_vectors_load(&vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const struct statement_vector *vector = &vectors.rows[i];
        const struct ballot_terms terms = terms_of(vector);
        struct member_id rows[32];
        struct identifier holder;
        struct command command;
        uint8_t *bytes = NULL;
        size_t size = 0;

        if (vector->kind < STATEMENT_TRUSTEE ||
            vector->kind > STATEMENT_DECRYPT ||
            !ballot_command_of(vector, rows, &command, &holder))
            continue;
        assert_true(command_needs_ballot(command.op));
        assert_false(command_is_act(command.op));
        assert_int_equal(command_statement(&command, &holder,
                                           &vectors.signer.public_key, &terms,
                                           &bytes, &size),
                         RESULT_OK);
        assert_golden(vector, bytes, size);
        free(bytes);
        assert_int_equal(command_statement(&command, &holder,
                                           &vectors.signer.public_key, NULL,
                                           &bytes, &size),
                         RESULT_INVALID);
        made++;
    }
    assert_true(made >= 9);
    statement_vectors_release(&vectors);
}

static void errata_are_signed_over_the_minutes_they_correct(void **state)
{
    struct statement_vectors vectors;
    size_t made = 0;

    (void)state;
    statement_vectors_load(&vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const struct statement_vector *vector = &vectors.rows[i];
        const struct statement_field *f = vector->fields;
        struct command command = { .op = OP_PROPOSE_ERRATUM,
                                   .log = { "dbmau" } };
        struct identifier holder;
        uint8_t *bytes = NULL;
        size_t size = 0;

        if (vector->kind != STATEMENT_ERRATUM)
            continue;
        holder = id_of(f[0].text);
        command.act.seen = f[5].number;
        command.act.head = f[6].hash;
        command.body.propose_erratum = (struct command_propose_erratum){
            .meeting = id_of(vector->scope),
            .number = f[2].number,
            .minutes = f[3].hash,
            .erratum = { .commitment = f[4].hash },
            .role = enum_value(&minutes_signer_words, f[1].text),
        };
        assert_int_equal(command_statement(&command, &holder,
                                           &vectors.signer.public_key, NULL,
                                           &bytes, &size),
                         RESULT_OK);
        assert_golden(vector, bytes, size);
        free(bytes);
        command.op = OP_SIGN_ERRATUM;
        command.body.sign_erratum = (struct command_sign_erratum){
            .meeting = id_of(vector->scope),
            .number = f[2].number,
            .minutes = f[3].hash,
            .c = f[4].hash,
            .role = enum_value(&minutes_signer_words, f[1].text),
        };
        assert_int_equal(command_statement(&command, &holder,
                                           &vectors.signer.public_key, NULL,
                                           &bytes, &size),
                         RESULT_OK);
        assert_golden(vector, bytes, size);
        assert_false(command_is_act(command.op));
        free(bytes);
        made++;
    }
    assert_int_equal(made, 1);
    statement_vectors_release(&vectors);
}

static void members_that_are_not_in_order_are_not_signed(void **state)
{
    struct member_id rows[] = { { { "m2" } }, { { "m1" } } };
    const struct identifier site = { "s1" };
    const struct key device = { { 9 } };
    const struct ballot_terms terms = { .uuid = TEXT_LITERAL("u") };
    struct command command = { .op = OP_ATTEST_HALL, .log = { "hop-1" } };
    uint8_t *bytes = NULL;
    size_t size = 0;

    (void)state;
    command.body.attest_hall.members = (struct items){ rows, 2 };
    assert_int_equal(
        command_statement(&command, &site, &device, &terms, &bytes, &size),
        RESULT_INVALID);
    rows[0].member = rows[1].member;
    assert_int_equal(
        command_statement(&command, &site, &device, &terms, &bytes, &size),
        RESULT_INVALID);
    assert_null(bytes);
}

static void lists_and_texts_of_acts_are_signed_by_ids_and_hashes(void **state)
{
    struct member_id candidates[] = { { { "m4" } }, { { "m9" } } };
    struct member_id teller[] = { { { "m2" } } };
    struct command draft = in_meeting(OP_DRAFT_BALLOT);
    struct command deal = in_meeting(OP_DEAL);

    (void)state;
    draft.body.draft_ballot = (struct command_draft_ballot){
        .item = { "a1" },
        .form = { .is_authored = true, .commitment = { { 0xcd } } },
        .candidates = { candidates, 2 },
        .tellers = { teller, 1 },
        .revote = true,
    };
    assert_is_act(&draft, "a1",
                  "cd00000000000000000000000000000000000000000000000000000000"
                  "000000,m4+m9,m2,0,1,0,,0,,0,0,,");
    draft.body.draft_ballot.candidates.count = 0;
    draft.body.draft_ballot.matter = MATTER_DISCIPLINE;
    draft.body.draft_ballot.subject = (struct identifier){ "m9" };
    draft.body.draft_ballot.subject_votes = true;
    assert_is_act(&draft, "a1",
                  "cd00000000000000000000000000000000000000000000000000000000"
                  "000000,,m2,0,1,0,discipline,0,m9,0,1,,");
    deal.body.deal = (struct command_deal){ .ballot = { "b1" },
                                            .attempt = 2,
                                            .index = 3,
                                            .deal = TEXT_LITERAL("abc") };
    /* SHA-256 of "abc": FIPS 180-4. */
    assert_is_act(&deal, "b1",
                  "2,3,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
                  "f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            devices_are_added_vouched_for_and_revoked_by_their_own),
        cmocka_unit_test(every_other_command_is_signed_as_an_act),
        cmocka_unit_test(commands_of_ballots_have_their_own_statements),
        cmocka_unit_test(members_that_are_not_in_order_are_not_signed),
        cmocka_unit_test(errata_are_signed_over_the_minutes_they_correct),
        cmocka_unit_test(lists_and_texts_of_acts_are_signed_by_ids_and_hashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
