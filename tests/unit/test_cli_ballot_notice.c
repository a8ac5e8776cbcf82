#include "client/cli/cli_ballot_notice.h"

#include "client/cli/cli_devices.h"
#include "client/core/client.h"
#include "tests/support/meeting_ballot_scene.h"
#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The line of a notice, "" for none. The caller ends it with free(). */
static char *line_of(const struct meeting_view *view,
                     const struct client_notice *notice)
{
    char *out = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&out, &size);
    bool is_said;

    assert_non_null(file);
    is_said = cli_ballot_notice_write(view, notice, 80, file);
    assert_int_equal(is_said, ftell(file) > 0);
    assert_int_equal(fclose(file), 0);
    return out;
}

/* What the screen says of a ballot whose tellers are m2, m3 and m5; likewise.
 */
static char *said(enum client_ballot_stage stage,
                  enum client_ballot_fault fault, const char *text,
                  uint64_t count, const char *json)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    const struct meeting_view view = { .state = meeting->state };
    char line[400], words[40], *out;
    struct client_notice notice = { .kind = CLIENT_BALLOT,
                                    .ballot = { "b1" },
                                    .stage = stage,
                                    .fault = fault,
                                    .text = words,
                                    .count = count,
                                    .json = line };

    (void)snprintf(words, sizeof words, "%s", text);
    notice.json_size = (size_t)snprintf(line, sizeof line, "%s", json);
    out = line_of(&view, &notice);
    meeting_transcript_drop(meeting);
    return out;
}

static void expect(char *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!strstr(text, parts[i]))
            fail_msg("\"%s\" is not in: %s", parts[i], text);
    }
    free(text);
}

static void a_verdict_that_this_device_shares_is_said_to_be_right(void **state)
{
    static const char *const parts[] = { "b1",
                                         "what the server says is right" };

    (void)state;
    expect(said(CLIENT_BALLOT_KEYS_FAILED, CLIENT_BALLOT_FAULT_KEYS,
                "bad_share", 1, "{\"judged\":true}"),
           parts, 2);
}

static void what_could_not_be_judged_is_not_said_to_be_right(void **state)
{
    static const char *const parts[] = { "could NOT judge" };

    (void)state;
    expect(said(CLIENT_BALLOT_KEYS_FAILED, CLIENT_BALLOT_FAULT_KEYS,
                "bad_share", 1, "{\"judged\":false}"),
           parts, 1);
}

static void
that_the_chair_had_keys_begun_anew_needs_no_second_line(void **state)
{
    char *text = said(CLIENT_BALLOT_KEYS_FAILED, CLIENT_BALLOT_FAULT_KEYS,
                      "restarted", 0, "{}");

    (void)state;
    assert_string_equal(text, "");
    free(text);
}

static void of_a_false_verdict_both_are_named(void **state)
{
    static const char *const parts[] = {
        "THE SERVER LIES about the keys of attempt 2. It says: the device of ",
        "m3 lied: a complaint is false.\n", "judged it itself",
        "m2 lied: a share is false.\n", "event 47"
    };

    (void)state;
    expect(said(CLIENT_BALLOT_FAILED, CLIENT_BALLOT_FAULT_VERDICT, "bad_share",
                1,
                "{\"attempt\":2,\"seq\":47,\"told\":{\"reason\":"
                "\"false_complaint\",\"guilty\":2}}"),
           parts, 5);
}

static void where_nobody_did_wrong_that_is_said(void **state)
{
    static const char *const parts[] = { "m5 lied: a key is false.\n",
                                         "nobody did anything wrong" };

    (void)state;
    expect(said(CLIENT_BALLOT_FAILED, CLIENT_BALLOT_FAULT_VERDICT, "nobody", 0,
                "{\"attempt\":1,\"seq\":9,\"told\":{\"reason\":\"bad_key\","
                "\"guilty\":3}}"),
           parts, 2);
}

/* Of somebody who asks on one device for what another one has. */
static void a_ballot_taken_elsewhere_names_the_device(void **state)
{
    const struct meeting_view nobody = { .log = { "o.1" } };
    struct client_notice notice = { .kind = CLIENT_BALLOT,
                                    .ballot = { "b1" },
                                    .stage = CLIENT_BALLOT_ISSUED_ELSEWHERE };
    struct register_world world;
    struct meeting_view view;
    const struct register_device *device;
    struct device_code code;
    const char *parts[] = {
        "Secret ballot b1: your ballot was taken on another device of yours: ",
        NULL,
        ".\n  Vote there. If you do not know that device, tell the chair "
        "at once.\n"
    };

    (void)state;
    register_world_settle(&world);
    view = (struct meeting_view){ .org = world.state, .log = { "o.1" } };
    notice.device = device_key(1);
    device = register_state_device(world.state, &notice.device);
    assert_non_null(device);
    parts[1] = cli_device_name(&view, device).text;
    expect(line_of(&view, &notice), parts, 3);
    /* One that the register does not know, or no register: by its code. */
    code = device_code_of(&notice.device);
    parts[1] = code.text;
    expect(line_of(&nobody, &notice), parts, 3);
    notice.device = device_key(99);
    code = device_code_of(&notice.device);
    expect(line_of(&view, &notice), parts, 3);
    register_world_release(&world);
}

static void
a_ballot_that_cannot_be_counted_says_why_and_what_to_do(void **state)
{
    static const char *const parts[] = {
        "Secret ballot b1: IT CANNOT GO ON: ",
        "the server has lost records of ballot b1 and can never count it",
        "/void-ballot REASON"
    };
    const struct meeting_view view = { .log = { "o.1" } };
    struct client_notice notice = { .kind = CLIENT_BALLOT,
                                    .ballot = { "b1" },
                                    .stage = CLIENT_BALLOT_STUCK };

    (void)state;
    refusal_set(&notice.refusal, REFUSAL_NO_RECORDS);
    refusal_add_text(&notice.refusal, "id", TEXT_LITERAL("b1"));
    expect(line_of(&view, &notice), parts, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_that_this_device_shares_is_said_to_be_right),
        cmocka_unit_test(what_could_not_be_judged_is_not_said_to_be_right),
        cmocka_unit_test(
            that_the_chair_had_keys_begun_anew_needs_no_second_line),
        cmocka_unit_test(of_a_false_verdict_both_are_named),
        cmocka_unit_test(where_nobody_did_wrong_that_is_said),
        cmocka_unit_test(a_ballot_taken_elsewhere_names_the_device),
        cmocka_unit_test(
            a_ballot_that_cannot_be_counted_says_why_and_what_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
