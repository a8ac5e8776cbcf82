#include "protocol/meeting/command.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define HEX32 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ACT                                                                    \
    "\"act\":{\"seen\":5,\"head\":\"" HEX32 "\",\"sig\":\"" HEX32 HEX32 "\"}"
#define SEALED(text)                                                           \
    "{\"c\":\"" HEX32 "\",\"salt\":\"" HEX32 "\",\"value\":\"" text "\"}"

static struct identifier id(const char *text)
{
    struct identifier out = { "" };

    memcpy(out.text, text, strlen(text));
    return out;
}

static enum result decode(const char *text, struct command *out,
                          struct message_memory *memory,
                          struct field_error *error)
{
    json_t *object;

    *memory = (struct message_memory){ 0 };
    assert_int_equal(message_parse(text, strlen(text), &object), RESULT_OK);
    memory->root = object;
    return command_decode(object, out, memory, error);
}

static void assert_encodes_to(const struct command *command, const char *text)
{
    json_t *object = NULL;
    char *encoded = NULL;
    size_t size = 0;

    assert_int_equal(command_encode(command, &object), RESULT_OK);
    assert_int_equal(message_text(object, &encoded, &size), RESULT_OK);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(encoded, text, size);
    free(encoded);
    json_decref(object);
}

static void requests_decode_and_encode_to_the_same_bytes(void **state)
{
    static const char *const requests[] = {
        "{\"id\":1,\"op\":\"open_lobby\",\"log\":\"org.1\"," ACT "}",
        "{\"id\":7,\"op\":\"raise_hand\",\"log\":\"org.1\",\"member\":\"\"}",
        "{\"id\":8,\"op\":\"tick\",\"log\":\"org.1\",\"member\":\"m4\","
        "\"mode\":\"site\",\"site\":\"s1\"," ACT "}",
        "{\"id\":9,\"op\":\"chat\",\"log\":\"org.1\",\"text\":" SEALED(
            "Đồng ý") "," ACT "}",
        "{\"id\":10,\"op\":\"enter_hall_votes\",\"log\":\"org.1\","
        "\"vote\":\"v1\",\"site\":\"\",\"yes\":2,\"no\":1,\"other\":0,"
        "\"abstain\":0," ACT "}",
        "{\"id\":9007199254740991,\"op\":\"import_members\",\"log\":\"org\","
        "\"unit\":\"u2\",\"rows\":[{\"group\":\"\",\"category\":\"official\","
        "\"office\":\"none\",\"ground\":\"\","
        "\"probation_end\":20261115,\"name\":\"Đảng viên Mẫu 01\"}]}",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct command command;
        struct message_memory memory;
        struct field_error error = { "", "" };

        if (decode(requests[i], &command, &memory, &error) != RESULT_OK)
            fail_msg("%s: %s %s", requests[i], error.path, error.reason);
        assert_encodes_to(&command, requests[i]);
        message_memory_release(&memory);
    }
}

static void a_decoded_request_has_its_envelope_fields_and_act(void **state)
{
    struct command command;
    struct message_memory memory;

    (void)state;
    assert_int_equal(
        decode("{\"id\":12,\"op\":\"vote\",\"log\":\"org.1\",\"vote\":\"v3\","
               "\"choice\":\"other\",\"later\":1," ACT "}",
               &command, &memory, NULL),
        RESULT_OK);
    assert_int_equal(command.op, OP_VOTE);
    assert_int_equal(command.request, 12);
    assert_string_equal(command.log.text, "org.1");
    assert_string_equal(command.body.vote.vote.text, "v3");
    assert_int_equal(command.body.vote.choice, CHOICE_OTHER);
    assert_true(command.act.is_present);
    assert_int_equal(command.act.seen, 5);
    assert_int_equal(command.act.head.bytes[1], 0x11);
    assert_int_equal(command.act.sig.bytes[63], 0xff);
    message_memory_release(&memory);
}

static void faults_are_named_by_their_path(void **state)
{
    static const struct {
        const char *request;
        enum result result;
        const char *path;
    } faults[] = {
        { "{\"id\":1,\"log\":\"o\"}", RESULT_NOT_FOUND, "" },
        { "{\"id\":1,\"op\":7,\"log\":\"o\"}", RESULT_NOT_FOUND, "" },
        { "{\"id\":1,\"op\":\"fly\",\"log\":\"o\"}", RESULT_NOT_FOUND, "" },
        { "{\"op\":\"leave\",\"log\":\"o\"}", RESULT_MALFORMED, "id" },
        { "{\"id\":-1,\"op\":\"leave\",\"log\":\"o\"}", RESULT_MALFORMED,
          "id" },
        { "{\"id\":\"1\",\"op\":\"leave\",\"log\":\"o\"}", RESULT_MALFORMED,
          "id" },
        { "{\"id\":1,\"op\":\"leave\"}", RESULT_MALFORMED, "log" },
        { "{\"id\":1,\"op\":\"leave\",\"log\":\"\"}", RESULT_MALFORMED, "log" },
        { "{\"id\":1,\"op\":\"admit\",\"log\":\"o\"}", RESULT_MALFORMED,
          "holder" },
        { "{\"id\":1,\"op\":\"admit\",\"log\":\"o\",\"holder\":\"m1\","
          "\"act\":7}",
          RESULT_MALFORMED, "act" },
        { "{\"id\":1,\"op\":\"admit\",\"log\":\"o\",\"holder\":\"m1\","
          "\"act\":{\"seen\":1}}",
          RESULT_MALFORMED, "act.head" },
        { "{\"id\":1,\"op\":\"vote\",\"log\":\"o\",\"vote\":\"v1\","
          "\"choice\":\"maybe\"}",
          RESULT_MALFORMED, "choice" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct command command;
        struct message_memory memory;
        struct field_error error = { "", "" };
        enum result result =
            decode(faults[i].request, &command, &memory, &error);

        if (result != faults[i].result ||
            strcmp(error.path, faults[i].path) != 0)
            fail_msg("%s: %s at '%s'", faults[i].request, result_text(result),
                     error.path);
        message_memory_release(&memory);
    }
}

static void an_act_may_be_left_out_or_null(void **state)
{
    struct command command;
    struct message_memory memory;

    (void)state;
    assert_int_equal(decode("{\"id\":1,\"op\":\"admit\",\"log\":\"o\","
                            "\"holder\":\"m1\",\"act\":null}",
                            &command, &memory, NULL),
                     RESULT_OK);
    assert_false(command.act.is_present);
    message_memory_release(&memory);
}

static void what_the_decoder_would_refuse_is_not_encoded(void **state)
{
    struct command command = { .op = OP_ADMIT, .request = 1 };
    json_t *object = NULL;

    (void)state;
    command.body.admit.holder = id("m1");
    assert_int_equal(command_encode(&command, &object), RESULT_INVALID);
    command.log = id("org.1");
    assert_int_equal(command_encode(&command, &object), RESULT_OK);
    json_decref(object);
    command.request = UINT64_MAX;
    assert_int_equal(command_encode(&command, &object), RESULT_INVALID);
    command.request = 1;
    command.body.admit.holder.text[0] = '\0';
    assert_int_equal(command_encode(&command, &object), RESULT_INVALID);
    command.op = COMMAND_UNKNOWN;
    assert_int_equal(command_encode(&command, &object), RESULT_INVALID);
}

/* --- terms of the signed act --------------------------------------------- */

static void assert_terms(const struct command *command, const char *subject,
                         const char *value)
{
    char *s = NULL, *v = NULL;

    assert_int_equal(command_act_terms(command, &s, &v), RESULT_OK);
    assert_string_equal(s, subject);
    assert_string_equal(v, value);
    free(s);
    free(v);
}

static void the_terms_follow_from_the_command_alone(void **state)
{
    struct command command = { .op = OP_OPEN_LOBBY, .log = id("org.1") };
    struct sealed text = { .is_authored = true };

    (void)state;
    memset(&text.commitment, 0xab, sizeof text.commitment);
    assert_terms(&command, "org.1", "");
    command.op = OP_TICK;
    command.body.tick = (struct command_tick){ .member = id("m4"),
                                               .mode = MODE_SITE,
                                               .site = id("s1") };
    assert_terms(&command, "m4", "site,s1");
    command.body.tick.site = id("");
    assert_terms(&command, "m4", "site,");
    command.op = OP_ENTER_HALL_VOTES;
    command.body.enter_hall_votes = (struct command_enter_hall_votes){
        .vote = id("v1"), .yes = 12, .abstain = 3
    };
    assert_terms(&command, "v1", ",12,0,0,3");
    command.op = OP_START_VOTE;
    command.body.start_vote = (struct command_start_vote){
        .motion = text, .matter = MATTER_ADMISSION, .subject = id("m5")
    };
    assert_terms(&command, "",
                 "abababababababababababababababababababababababababababababab"
                 "abab,admission,m5");
    command.op = OP_SET_RECORDING;
    command.body.set_recording = (struct command_set_recording){ true, 0 };
    assert_terms(&command, "org.1", "1");
    command.op = OP_ATTACH_DOCUMENT;
    command.body.attach_document = (struct command_attach_document){
        .size = 77, .name = text, .type = DOCUMENT_PDF
    };
    assert_terms(&command, "org.1",
                 "000000000000000000000000000000000000000000000000000000000000"
                 "0000,77,"
                 "abababababababababababababababababababababababababababababab"
                 "abab,pdf,");
}

static void a_register_command_has_terms_where_its_fields_allow(void **state)
{
    struct command command = { .op = OP_REVOKE_DEVICE, .log = id("org") };
    char *subject = NULL, *value = NULL;

    (void)state;
    command.body.revoke_device.reason.is_authored = true;
    memset(&command.body.revoke_device.device, 0x01, KEY_SIZE);
    assert_terms(&command, "org",
                 "010101010101010101010101010101010101010101010101010101010101"
                 "0101,"
                 "000000000000000000000000000000000000000000000000000000000000"
                 "0000");
    command.body.revoke_device.reason.is_authored = false;
    assert_int_equal(command_act_terms(&command, &subject, &value),
                     RESULT_INVALID);
    command.op = OP_IMPORT_MEMBERS;
    assert_int_equal(command_act_terms(&command, &subject, &value),
                     RESULT_INVALID);
    command.op = OP_SCHEDULE_MEETING;
    assert_int_equal(command_act_terms(&command, &subject, &value),
                     RESULT_INVALID);
    command.op = COMMAND_UNKNOWN;
    assert_int_equal(command_act_terms(&command, &subject, &value),
                     RESULT_INVALID);
    assert_null(subject);
    assert_null(value);
}

static void every_op_has_a_schema_of_its_own_name(void **state)
{
    int op, meeting = 0, of_register = 0;

    (void)state;
    for (op = COMMAND_UNKNOWN + 1; op < COMMAND_OP_COUNT; op++) {
        enum command_op o = (enum command_op)op;

        assert_non_null(command_schema(o));
        assert_int_equal(command_op_of(text_view_of(command_name(o))), o);
        if (command_is_of_register(o))
            of_register++;
        else
            meeting++;
        if (command_is_of_register(o))
            assert_int_equal(command_is_signed(o),
                             o == OP_ADD_DEVICE || o == OP_VOUCH_DEVICE ||
                                 o == OP_PROPOSE_ERRATUM ||
                                 o == OP_SIGN_ERRATUM);
    }
    assert_int_equal(meeting, OP_DECRYPT);
    assert_int_equal(of_register, COMMAND_OP_COUNT - 1 - OP_DECRYPT);
    assert_true(command_is_signed(OP_VOTE));
    assert_false(command_is_signed(OP_LEAVE));
    assert_null(command_schema(COMMAND_UNKNOWN));
    assert_null(command_schema(COMMAND_OP_COUNT));
    assert_string_equal(command_name(COMMAND_UNKNOWN), "?");
    assert_false(command_is_signed(COMMAND_UNKNOWN));
    assert_false(command_is_of_register(COMMAND_UNKNOWN));
    assert_int_equal(command_schema(OP_OPEN_LOBBY)->field_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_decode_and_encode_to_the_same_bytes),
        cmocka_unit_test(a_decoded_request_has_its_envelope_fields_and_act),
        cmocka_unit_test(faults_are_named_by_their_path),
        cmocka_unit_test(an_act_may_be_left_out_or_null),
        cmocka_unit_test(what_the_decoder_would_refuse_is_not_encoded),
        cmocka_unit_test(the_terms_follow_from_the_command_alone),
        cmocka_unit_test(a_register_command_has_terms_where_its_fields_allow),
        cmocka_unit_test(every_op_has_a_schema_of_its_own_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
