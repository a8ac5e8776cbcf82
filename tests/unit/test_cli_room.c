#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/cli/cli_command.h"
#include "client/cli/cli_room.h"
#include "tests/support/meeting_transcript.h"

#include <stdlib.h>
#include <string.h>

static struct identifier holder(const char *text)
{
    struct identifier out = { "" };

    memcpy(out.text, text, strlen(text) + 1);
    return out;
}

static void each_is_told_once_in_a_while(void **state)
{
    struct cli_room room = { .count = 0 };
    const struct identifier first = holder("m1");
    const struct identifier second = holder("s1");

    (void)state;
    assert_true(cli_room_should_tell(&room, &first, 1000));
    assert_false(cli_room_should_tell(&room, &first, 2000));
    assert_true(cli_room_should_tell(&room, &second, 2000));
    assert_false(
        cli_room_should_tell(&room, &first, 1000 + CLI_ROOM_AGAIN_MS - 1));
    assert_true(cli_room_should_tell(&room, &first, 1000 + CLI_ROOM_AGAIN_MS));
}

static void who_is_ignored_is_not_told_again_and_others_are(void **state)
{
    struct cli_room room = { .count = 0 };
    const struct identifier first = holder("m1");
    const struct identifier second = holder("m2");

    (void)state;
    assert_false(cli_room_ignore(&room));
    assert_true(cli_room_should_tell(&room, &first, 1000));
    assert_true(cli_room_ignore(&room));
    assert_false(
        cli_room_should_tell(&room, &first, 1000 + 2 * CLI_ROOM_AGAIN_MS));
    assert_true(cli_room_should_tell(&room, &second, 2000));
}

static void a_crowd_is_not_told_without_end(void **state)
{
    struct cli_room room = { .count = 0 };
    unsigned told = 0;

    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        struct identifier one = holder("m00");

        one.text[1] = (char)('0' + i / 10);
        one.text[2] = (char)('0' + i % 10);
        told += cli_room_should_tell(&room, &one, 1000);
    }
    assert_int_equal(told, CLI_ROOM_MAX);
}

static void the_shortest_round_trip_counts(void **state)
{
    struct cli_room room = { .count = 0 };

    (void)state;
    assert_false(cli_room_note_round_trip(&room, 0));
    assert_true(cli_room_note_round_trip(&room, 80));
    assert_false(cli_room_note_round_trip(&room, 90));
    assert_true(cli_room_note_round_trip(&room, 40));
    assert_false(cli_room_note_round_trip(&room, 0));
    assert_int_equal(room.round_trip_ms, 40);
}

static void assert_words(const char *me, const char *neighbour,
                         const char *words)
{
    static const char *const some[] = { "m4", "m5", "s1", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct identifier found = holder(neighbour);
    struct meeting_view view = { .log = { "org.1" } };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    meeting_play_to_open(meeting, some);
    view.state = meeting->state;
    view.me = holder(me);
    cli_room_write(&view, &found, out);
    assert_int_equal(fclose(out), 0);
    if (!strstr(text, words))
        print_message("%s\n", text);
    assert_non_null(strstr(text, words));
    free(text);
    meeting_transcript_end(meeting);
}

static void which_device_had_better_be_on_is_said(void **state)
{
    (void)state;
    assert_words("m4", "m5",
                 "You and comrade m5 are in the same room: only one device");
    assert_words("m4", "s1",
                 "You are in the same room as site s1: let the device of the "
                 "hall hear and speak, and switch microphone and loudspeaker "
                 "of this one off");
    assert_words("s1", "m4",
                 "In this hall comrade m4 has a device switched on");
    assert_words("m4", "m4", "Another device of yours is in this meeting");
}

static void assert_answers(const char *typed, const char *word)
{
    const struct meeting_view view = { .me = holder("m1") };
    const struct identifier log = holder("c1.1");
    char line[100];
    struct cli_typed out;

    assert_true(strlen(typed) < sizeof line);
    memcpy(line, typed, strlen(typed) + 1);
    cli_command_read(&view, &log, line, &out);
    if (!word) {
        assert_int_equal(out.action, CLI_ACTION_NONE);
        return;
    }
    assert_int_equal(out.action, CLI_ACTION_SAME_ROOM);
    assert_string_equal(out.text, word);
}

static void the_offer_is_answered_in_both_languages(void **state)
{
    (void)state;
    assert_answers("/same-room mute", "mute");
    assert_answers("/cung-phong tắt", "mute");
    assert_answers("/same-room mute all", "mute all");
    assert_answers("/cùng-phòng tắt hết", "mute all");
    assert_answers("/cung-phong tat-het", "mute all");
    assert_answers("/same-room ignore", "ignore");
    assert_answers("/cung-phong bỏ qua", "ignore");
    assert_answers("/cung-phong nghe", "hear");
    assert_answers("/cung-phong", NULL);
    assert_answers("/same-room perhaps", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_once_in_a_while),
        cmocka_unit_test(who_is_ignored_is_not_told_again_and_others_are),
        cmocka_unit_test(a_crowd_is_not_told_without_end),
        cmocka_unit_test(the_shortest_round_trip_counts),
        cmocka_unit_test(which_device_had_better_be_on_is_said),
        cmocka_unit_test(the_offer_is_answered_in_both_languages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
