/*
 * What a client's engine does about a bad line: what it asks the server for,
 * the lanes it opens, and whom it tells its token; and that sound goes and
 * comes over all of them, once.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/client_lines.h"
#include "protocol/wire/tight_message.h"
#include "tests/support/client_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct fake_line *enter(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_wait(&world->line, 0);
    return &world->line;
}

static void use(struct fake_line *line, const char *word)
{
    char text[80];

    (void)snprintf(text, sizeof text, "{\"op\":\"use_line\",\"line\":\"%s\"}",
                   word);
    line_command(line, 77, text);
}

static void grant(struct fake_line *line)
{
    line_answer(line, line_sent_id(line, "line"),
                "\"ok\":true,\"token\":\"" TOKEN "\",\"lanes\":3");
}

#define OTHER_TOKEN                                                            \
    "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

/* Whole seconds go by. */
static void pass(struct fake_line *line, int seconds)
{
    for (; seconds > 0; seconds--)
        line_wait(line, 1000);
}

/* Rough, with its three lanes. */
static struct fake_line *be_rough(void **state)
{
    struct fake_line *line = enter(state);
    unsigned lane;

    use(line, "rough");
    grant(line);
    for (lane = 1; lane <= 3; lane++) {
        pass(line, 1);
        lane_open(line, lane, &line->server);
        lane_take(line, lane);
    }
    pass(line, 1);
    return line;
}

static void speak(struct fake_line *line, uint32_t sequence)
{
    static const uint8_t payload[] = { 1, 2, 3 };

    client_engine_send_audio(line->engine, 0, sequence, sequence * 960, payload,
                             sizeof payload);
}

/* The sequences of a lane's newest message, as text. */
static const char *sequences(const struct fake_lane *lane)
{
    static char text[200];
    struct tight_message message;
    struct audio_frame frame;
    size_t size = 0;

    assert_int_equal(
        tight_message_open(&message, lane->binary, lane->binary_size),
        RESULT_OK);
    text[0] = '\0';
    while (tight_message_next(&message, &frame))
        size += (size_t)snprintf(text + size, sizeof text - size, "%u ",
                                 frame.sequence);
    return text;
}

/* --- asking -------------------------------------------------------------- */

static void a_good_line_asks_for_nothing(void **state)
{
    struct fake_line *line = enter(state);
    uint32_t i;

    for (i = 0; i < 3000; i++) {
        line_say_sound(line, i);
        line_wait(line, 20);
    }
    assert_int_equal(line_sent_count(line, "line"), 0);
    assert_int_equal(line->sounds, 3000);
    assert_int_equal(line->advices, 0);
    assert_int_equal(line->lanes[0].pings, 0);
}

static void a_line_that_loses_packets_is_asked_to_be_sent_copies(void **state)
{
    struct fake_line *line = enter(state);
    const json_t *asked;
    char *text;
    uint32_t i;

    line->lanes[0].figures.knows_packets = true;
    for (i = 0; i < 1000 && line_sent_count(line, "line") == 0; i++) {
        /* Each tenth came late, behind one that was missing. */
        line->lanes[0].figures.disordered += i % 10 == 0;
        line->lanes[0].figures.received++;
        line_wait(line, 20);
        if (i % 10 < 5)
            continue;
        if (i % 10 == 5)
            for (unsigned late = 5; late > 0; late--)
                line_say_sound(line, i - late);
        line_say_sound(line, i);
    }
    asked = line_sent_op(line, "line");
    assert_non_null(asked);
    text = json_dumps(json_object_get(asked, "copies"), JSON_COMPACT);
    assert_string_equal(text, "[1]");
    free(text);
    assert_int_equal(json_integer_value(json_object_get(asked, "bundle")), 2);
    assert_int_equal(json_integer_value(json_object_get(asked, "lanes")), 3);
    assert_int_equal(line->advised_rate, 12000);
    assert_true(line->lanes[0].pings > 0);
}

static void a_server_that_knows_no_lines_is_left_alone(void **state)
{
    struct fake_line *line = enter(state);

    use(line, "rough");
    line_answer(line, line_sent_id(line, "line"),
                "\"error\":{\"code\":\"unknown_op\"}");
    pass(line, 30);
    assert_int_equal(line_sent_count(line, "line"), 1);
    assert_int_equal(line->lanes[1].connects, 0);
}

static void what_was_too_often_is_asked_again(void **state)
{
    struct fake_line *line = enter(state);

    use(line, "rough");
    line_answer(line, line_sent_id(line, "line"),
                "\"error\":{\"code\":\"too_often\"}");
    assert_int_equal(line_sent_count(line, "line"), 1);
    pass(line, 2);
    assert_int_equal(line_sent_count(line, "line"), 2);
    grant(line);
    pass(line, 5);
    assert_int_equal(line_sent_count(line, "line"), 2);
}

static void a_choice_that_is_none_is_refused(void **state)
{
    struct fake_line *line = enter(state);
    struct client_notice *notice;

    (void)line_has_notice(line, CLIENT_ANSWER);
    use(line, "golden");
    notice = line_notice(line, CLIENT_ANSWER);
    assert_false(notice->is_ok);
    assert_int_equal(notice->refusal.code, REFUSAL_BAD_MESSAGE);
    client_notice_free(notice);
    use(line, "narrow");
    notice = line_notice(line, CLIENT_LINE);
    assert_int_equal(client_line_state(&notice->line), LINE_STATE_NARROW);
    client_notice_free(notice);
    assert_int_equal(line->advised_frame_ms, 60);
}

static void what_is_known_of_the_line_outlives_the_connection(void **state)
{
    struct fake_line *line = be_rough(state);
    size_t asked = line_sent_count(line, "line");

    line_close(line, 0);
    assert_true(line->lanes[1].is_closing && line->lanes[2].is_closing &&
                line->lanes[3].is_closing);
    lane_close(line, 1);
    lane_close(line, 2);
    lane_close(line, 3);
    client_world_come_back(*state);
    pass(line, 2);
    assert_int_equal(line_sent_count(line, "line"), asked + 1);
    grant(line);
    pass(line, 2);
    assert_int_equal(line->lanes[1].connects, 2);
}

/* The token of before is of no use, and the new one goes to nobody unproven. */
static void
after_a_cut_lanes_are_on_their_way_before_they_are_granted(void **state)
{
    struct fake_line *line = be_rough(state);
    const struct signing_key other = author_key("another server");
    unsigned lane;

    line_close(line, 0);
    for (lane = 1; lane <= 3; lane++)
        lane_close(line, lane);
    client_world_come_back(*state);
    pass(line, 4);
    for (lane = 1; lane <= 3; lane++)
        assert_int_equal(line->lanes[lane].connects, 2);
    lane_open(line, 1, &line->server);
    lane_open(line, 2, &other);
    assert_false(line->lanes[1].is_closing);
    assert_true(line->lanes[2].is_closing);
    assert_null(strstr(line->lanes[1].sent, OTHER_TOKEN));
    line_answer(line, line_sent_id(line, "line"),
                "\"ok\":true,\"token\":\"" OTHER_TOKEN "\",\"lanes\":3");
    assert_non_null(strstr(line->lanes[1].sent, OTHER_TOKEN));
    assert_null(strstr(line->lanes[2].sent, OTHER_TOKEN));
    lane_take(line, 1);
    assert_int_equal(client_engine_view(line->engine)->speech_line.lanes, 1);
    /* Refused, all of them go. */
    line_close(line, 0);
    for (lane = 1; lane <= 3; lane++)
        lane_close(line, lane);
    client_world_come_back(*state);
    pass(line, 1);
    lane_open(line, 1, &line->server);
    line_answer(line, line_sent_id(line, "line"),
                "\"ok\":false,\"code\":\"unknown_operation\"");
    pass(line, 1);
    assert_true(line->lanes[1].is_closing);
}

/* --- lanes --------------------------------------------------------------- */

static void lanes_are_opened_half_a_second_apart(void **state)
{
    struct fake_line *line = enter(state);
    unsigned lane;

    use(line, "rough");
    grant(line);
    line_wait(line, 0);
    for (lane = 1; lane <= 3; lane++) {
        assert_int_equal(line->lanes[lane].connects, 1);
        assert_int_equal(line->lanes[lane + 1].connects, 0);
        line_wait(line, 499);
        assert_int_equal(line->lanes[lane + 1].connects, 0);
        line_wait(line, 1);
    }
    pass(line, 5);
    for (lane = 3; lane > 0; lane--) {
        lane_open(line, lane, &line->server);
        lane_take(line, lane);
    }
    assert_int_equal(client_engine_view(line->engine)->speech_line.lanes, 3);
}

/* Handshakes would choke it. */
static void lanes_of_a_thin_line_are_opened_one_after_the_other(void **state)
{
    struct fake_line *line = enter(state);

    use(line, "rough");
    line->engine->lines->ladder.step = LINE_THIN;
    pass(line, 3);
    assert_int_equal(line->lanes[1].connects, 0);
    grant(line);
    pass(line, 1);
    assert_int_equal(line->lanes[1].connects, 1);
    pass(line, 5);
    assert_int_equal(line->lanes[2].connects, 0);
    lane_open(line, 1, &line->server);
    assert_string_equal(line->lanes[1].sent,
                        "{\"id\":4,\"op\":\"attach\",\"token\":\"" TOKEN "\"}");
    lane_take(line, 1);
    assert_int_equal(client_engine_view(line->engine)->speech_line.lanes, 1);
    pass(line, 1);
    assert_int_equal(line->lanes[2].connects, 1);
    lane_open(line, 2, &line->server);
    lane_take(line, 2);
    pass(line, 1);
    lane_open(line, 3, &line->server);
    lane_take(line, 3);
    pass(line, 1);
    assert_int_equal(line->lanes[4].connects, 1);
    assert_int_equal(line->lanes[5].connects, 0);
    assert_int_equal(client_engine_view(line->engine)->speech_line.lanes, 3);
}

static void the_token_goes_to_no_other_server(void **state)
{
    struct fake_line *line = enter(state);
    const struct signing_key other = author_key("another server");

    use(line, "rough");
    grant(line);
    pass(line, 1);
    lane_open(line, 1, &other);
    assert_null(line->lanes[1].sent);
    assert_true(line->lanes[1].is_closing);
    lane_close(line, 1);
    pass(line, 3);
    assert_int_equal(line->lanes[1].connects, 1);
    pass(line, 4);
    assert_int_equal(line->lanes[1].connects, 2);
}

static uint64_t heard_over(struct fake_line *line, unsigned lane,
                           uint32_t sequence)
{
    static const uint8_t payload[] = { 0xaa, 0xbb };
    const struct audio_frame frame = { .slot = 1,
                                       .sequence = sequence,
                                       .timestamp = sequence * 960,
                                       .payload = payload,
                                       .payload_size = sizeof payload };
    const uint64_t before = client_engine_view(line->engine)->speech_line.came;
    uint8_t bytes[200];
    size_t size;

    assert_int_equal(
        tight_message_encode(&frame, 1, bytes, sizeof bytes, &size), RESULT_OK);
    client_engine_on_lane_binary(line->engine, lane, bytes, size);
    pass(line, 1);
    return client_engine_view(line->engine)->speech_line.came - before;
}

/* Whoever is on the way can take up a connection, and would be heard as
 * anybody. */
static void nothing_is_heard_from_who_is_not_the_server(void **state)
{
    struct fake_line *line = enter(state);
    const struct signing_key other = author_key("another server");

    use(line, "rough");
    grant(line);
    pass(line, 1);
    assert_int_equal(heard_over(line, 1, 1), 0);
    lane_open(line, 1, &other);
    assert_int_equal(heard_over(line, 1, 2), 0);
    lane_close(line, 1);
    pass(line, 10);
    lane_open(line, 1, &line->server);
    assert_int_equal(heard_over(line, 1, 3), 0);
    lane_take(line, 1);
    assert_int_equal(heard_over(line, 1, 4), 1);
    lane_close(line, 1);
    assert_int_equal(heard_over(line, 1, 5), 0);
}

static void a_lane_that_died_is_opened_again(void **state)
{
    struct fake_line *line = be_rough(state);

    lane_close(line, 2);
    assert_int_equal(client_engine_view(line->engine)->speech_line.lanes, 2);
    pass(line, 2);
    assert_int_equal(line->lanes[2].connects, 2);
    /* One that only speaks is answered, if by nobody but the system. */
    line->lanes[3].figures.heard_ms = 60000;
    line->lanes[3].figures.answered_ms = 700;
    pass(line, 5);
    assert_int_equal(line->lanes[3].pings, 0);
    /* One that only listens, and to which nothing comes any more. */
    line->lanes[3].figures.heard_ms = line->lanes[3].figures.answered_ms = 1100;
    pass(line, 1);
    assert_true(line->lanes[3].pings > 0);
    line->lanes[3].figures.heard_ms = line->lanes[3].figures.answered_ms = 3100;
    pass(line, 1);
    assert_true(line->lanes[3].is_closing);
}

static void a_lane_that_hangs_on_its_way_is_given_up(void **state)
{
    struct fake_line *line = enter(state);

    use(line, "rough");
    grant(line);
    pass(line, 11);
    assert_true(line->lanes[1].is_connecting && line->lanes[1].is_closing);
}

static void lanes_that_are_not_wanted_any_more_are_closed(void **state)
{
    struct fake_line *line = be_rough(state);

    use(line, "plain");
    assert_false(line->lanes[1].is_closing);
    line_answer(line, line_sent_id(line, "line"),
                "\"ok\":true,\"token\":\"" TOKEN "\",\"lanes\":0");
    pass(line, 1);
    assert_true(line->lanes[1].is_closing && line->lanes[2].is_closing &&
                line->lanes[3].is_closing);
}

/* --- sound --------------------------------------------------------------- */

static void sound_is_given_on_once_however_often_it_comes(void **state)
{
    struct fake_line *line = be_rough(state);
    uint32_t i;

    for (i = 0; i < 50; i++) {
        line_say_sound(line, i);
        if (i > 1)
            line_say_sound(line, i - 2);
    }
    assert_int_equal(line->sounds, 50);
}

static void own_sound_goes_round_the_lanes_with_copies(void **state)
{
    struct fake_line *line = be_rough(state);
    unsigned lane;
    uint32_t i;

    for (i = 0; i < 10; i++) {
        speak(line, i);
        line_wait(line, 20);
    }
    for (lane = 0; lane <= 3; lane++)
        assert_true(line->lanes[lane].binary_count > 0);
    assert_string_equal(sequences(&line->lanes[1]), "0 1 2 3 ");
    assert_string_equal(sequences(&line->lanes[2]), "2 3 4 5 ");
    assert_string_equal(sequences(&line->lanes[3]), "4 5 6 7 ");
    assert_string_equal(sequences(&line->lanes[0]), "6 7 8 9 ");
    /* The last copies follow by themselves. */
    line_wait(line, 40);
    line_wait(line, 40);
    assert_string_equal(sequences(&line->lanes[1]), "8 9 ");
}

static void own_sound_on_a_good_line_goes_as_ever(void **state)
{
    struct fake_line *line = enter(state);

    speak(line, 5);
    assert_int_equal(line->binary_count, 1);
    assert_int_equal(line->binary[0], AUDIO_FRAME_TYPE);
}

static void who_is_heard_over_a_thin_line_speaks_thinner(void **state)
{
    struct fake_line *line = enter(state);
    static const char note[] = "{\"note\":\"voice_rate\",\"log\":"
                               "\"" AUTHOR_MEETING "\",\"rate\":%d}";
    char text[120];

    (void)snprintf(text, sizeof text, note, 6000);
    line_say(line, text);
    assert_int_equal(line->advised_rate, 6000);
    assert_int_equal(line->advised_frame_ms, 60);
    assert_int_equal(line->advised_floor_ms, 20);
    /* None that a line may ask for. */
    (void)snprintf(text, sizeof text, note, 5999);
    line_say(line, text);
    assert_int_equal(line->advised_rate, 6000);
    use(line, "rough");
    assert_int_equal(line->advised_rate, 6000);
    assert_int_equal(line->advised_floor_ms, 120);
    (void)snprintf(text, sizeof text, note, 0);
    line_say(line, text);
    assert_int_equal(line->advised_rate, 12000);
    assert_int_equal(line->advised_frame_ms, 20);
    use(line, "plain");
    assert_int_equal(line->advised_rate, 24000);
}

static void silence_is_told_when_it_begins_and_when_it_ends(void **state)
{
    struct fake_line *line = enter(state);
    struct client_notice *notice;

    client_engine_note_silence(line->engine, true);
    client_engine_note_silence(line->engine, true);
    notice = line_notice(line, CLIENT_LINE);
    assert_int_equal(client_line_state(&notice->line), LINE_STATE_SILENT);
    client_notice_free(notice);
    assert_false(line_has_notice(line, CLIENT_LINE));
    client_engine_note_silence(line->engine, false);
    notice = line_notice(line, CLIENT_LINE);
    assert_string_equal(
        client_line_state_word(client_line_state(&notice->line)), "good");
    client_notice_free(notice);
}

#define WORLD_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up,                 \
                                    client_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_good_line_asks_for_nothing),
        WORLD_TEST(a_line_that_loses_packets_is_asked_to_be_sent_copies),
        WORLD_TEST(a_server_that_knows_no_lines_is_left_alone),
        WORLD_TEST(what_was_too_often_is_asked_again),
        WORLD_TEST(a_choice_that_is_none_is_refused),
        WORLD_TEST(what_is_known_of_the_line_outlives_the_connection),
        WORLD_TEST(after_a_cut_lanes_are_on_their_way_before_they_are_granted),
        WORLD_TEST(lanes_are_opened_half_a_second_apart),
        WORLD_TEST(lanes_of_a_thin_line_are_opened_one_after_the_other),
        WORLD_TEST(the_token_goes_to_no_other_server),
        WORLD_TEST(nothing_is_heard_from_who_is_not_the_server),
        WORLD_TEST(a_lane_that_died_is_opened_again),
        WORLD_TEST(a_lane_that_hangs_on_its_way_is_given_up),
        WORLD_TEST(lanes_that_are_not_wanted_any_more_are_closed),
        WORLD_TEST(sound_is_given_on_once_however_often_it_comes),
        WORLD_TEST(own_sound_goes_round_the_lanes_with_copies),
        WORLD_TEST(own_sound_on_a_good_line_goes_as_ever),
        WORLD_TEST(who_is_heard_over_a_thin_line_speaks_thinner),
        WORLD_TEST(silence_is_told_when_it_begins_and_when_it_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
