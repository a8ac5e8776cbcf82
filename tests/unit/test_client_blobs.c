/* Files up and down, and sound, through a client's engine. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/record/digest.h"
#include "protocol/wire/audio_frame.h"
#include "protocol/wire/blob_piece.h"
#include "tests/support/client_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Files --------------------------------------------------------------- */

enum { FILE_SIZE = 100000 };

static uint8_t *some_file(void)
{
    uint8_t *bytes = malloc(FILE_SIZE);
    size_t i;

    assert_non_null(bytes);
    for (i = 0; i < FILE_SIZE; i++)
        bytes[i] = (uint8_t)(i * 7 >> 3);
    return bytes;
}

static void say_durable(struct fake_line *line, const struct hash *blob,
                        size_t durable, bool is_complete)
{
    char hex[HEX_SIZE(HASH_SIZE)], text[200];

    hex_encode(blob->bytes, sizeof blob->bytes, hex);
    (void)snprintf(text, sizeof text,
                   "{\"blob\":\"%s\",\"durable\":%zu,\"complete\":%s}", hex,
                   durable, is_complete ? "true" : "false");
    line_say(line, text);
}

static void a_file_goes_up_in_a_window_and_goes_on_after_a_cut(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    uint8_t *bytes = some_file();
    struct hash blob = digest_sha256(bytes, FILE_SIZE);
    struct client_notice *notice;
    struct blob_piece piece;

    client_world_enter(world);
    (void)line_has_notice(line, CLIENT_BLOB);
    assert_int_equal(client_engine_put_blob(line->engine, 4, bytes, FILE_SIZE),
                     RESULT_OK);
    assert_int_equal(line->binary_count, 0);
    line_answer(line, line_sent_id(line, "put_blob"),
                "\"ok\":true,\"durable\":0,\"complete\":false");
    assert_int_equal(line->binary_count, CLIENT_BLOB_WINDOW / 4096);
    say_durable(line, &blob, 8192, false);
    assert_int_equal(line->binary_count, CLIENT_BLOB_WINDOW / 4096 + 2);
    line_close(line, 1006);
    client_world_come_back(world);
    line_answer(line, line_sent_id(line, "put_blob"),
                "\"ok\":true,\"durable\":98304,\"complete\":false");
    assert_int_equal(blob_piece_decode(line->binary, line->binary_size, &piece),
                     RESULT_OK);
    assert_int_equal(piece.offset, 98304);
    assert_int_equal(piece.size, FILE_SIZE - 98304);
    say_durable(line, &blob, FILE_SIZE, true);
    do {
        notice = line_notice(line, CLIENT_BLOB);
        assert_int_equal(notice->tag, 4);
        if (notice->blob_done == FILE_SIZE)
            break;
        client_notice_free(notice);
    } while (true);
    assert_true(notice->is_ok);
    client_notice_free(notice);
}

static void say_pieces(struct fake_line *line, const uint8_t *bytes,
                       const struct hash *blob, size_t from, size_t to)
{
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
    size_t at, size;

    for (at = from; at < to; at += 4000) {
        struct blob_piece piece = { .blob = *blob,
                                    .blob_size = FILE_SIZE,
                                    .offset = at,
                                    .bytes = bytes + at,
                                    .size = to - at < 4000 ? to - at : 4000 };

        assert_int_equal(
            blob_piece_encode(&piece, message, sizeof message, &size),
            RESULT_OK);
        line_say_binary(line, message, size);
    }
}

static void ask_for(struct fake_line *line, const struct hash *blob)
{
    char hex[HEX_SIZE(HASH_SIZE)], text[200];

    hex_encode(blob->bytes, sizeof blob->bytes, hex);
    (void)snprintf(text, sizeof text, "{\"op\":\"get_blob\",\"blob\":\"%s\"}",
                   hex);
    line_command(line, 6, text);
}

static struct client_notice *last_blob_notice(struct fake_line *line)
{
    struct client_notice *notice = line_notice(line, CLIENT_BLOB);

    while (notice->blob_done < FILE_SIZE) {
        client_notice_free(notice);
        notice = line_notice(line, CLIENT_BLOB);
    }
    return notice;
}

static void a_file_comes_down_goes_on_after_a_cut_and_is_checked(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    uint8_t *bytes = some_file();
    struct hash blob = digest_sha256(bytes, FILE_SIZE);
    struct client_notice *notice;

    client_world_enter(world);
    ask_for(line, &blob);
    line_answer(line, line_sent_id(line, "get_blob"),
                "\"ok\":true,\"size\":100000");
    say_pieces(line, bytes, &blob, 0, 40000);
    line_close(line, 1006);
    client_world_come_back(world);
    assert_int_equal(json_integer_value(json_object_get(
                         line_sent_op(line, "get_blob"), "offset")),
                     40000);
    line_answer(line, line_sent_id(line, "get_blob"),
                "\"ok\":true,\"size\":100000");
    say_pieces(line, bytes, &blob, 40000, FILE_SIZE);
    notice = last_blob_notice(line);
    assert_true(notice->is_ok);
    assert_memory_equal(notice->blob_bytes, bytes, FILE_SIZE);
    client_notice_free(notice);
    free(bytes);
}

static void a_file_is_asked_for_when_the_device_is_in_its_meeting(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    struct hash blob = digest_sha256("x", 1);

    client_world_ask(world);
    ask_for(line, &blob);
    assert_null(line_sent_op(line, "get_blob"));
    if (line->follows_register)
        line_join(line, &world->registry);
    assert_null(line_sent_op(line, "get_blob"));
    line_join(line, &world->author);
    assert_non_null(line_sent_op(line, "get_blob"));
}

static void
a_file_that_is_not_what_its_name_says_is_not_handed_over(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    uint8_t *bytes = some_file();
    struct hash blob = digest_sha256(bytes, FILE_SIZE);
    struct client_notice *notice;

    client_world_enter(world);
    ask_for(line, &blob);
    line_answer(line, line_sent_id(line, "get_blob"),
                "\"ok\":true,\"size\":100000");
    bytes[5000] ^= 1;
    say_pieces(line, bytes, &blob, 0, FILE_SIZE);
    notice = last_blob_notice(line);
    assert_false(notice->is_ok);
    assert_null(notice->blob_bytes);
    client_notice_free(notice);
    free(bytes);
}

/* --- Sound --------------------------------------------------------------- */

static void sound_goes_out_under_the_own_slot_and_comes_in(void **state)
{
    struct client_world *world = *state;
    const uint8_t payload[] = { 0xaa, 0xbb };
    struct audio_frame frame = { .slot = 1,
                                 .payload = payload,
                                 .payload_size = 2 };
    struct audio_message message;
    uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
    size_t size;

    fake_line_start(&world->line);
    line_log_in(&world->line);
    client_engine_send_audio(world->line.engine, 0, 1, 960, payload, 2);
    assert_int_equal(world->line.binary_count, 0);
    line_command(&world->line, 1, CLIENT_WORLD_JOIN);
    line_join(&world->line, &world->author);
    client_engine_send_audio(world->line.engine, AUDIO_FRAME_TALKSPURT, 1, 960,
                             payload, 2);
    assert_int_equal(audio_message_open(&message, world->line.binary,
                                        world->line.binary_size),
                     RESULT_OK);
    assert_true(audio_message_next(&message, &frame, NULL));
    assert_int_equal(frame.slot, 3);
    assert_int_equal(frame.timestamp, 960);
    assert_int_equal(frame.flags, AUDIO_FRAME_TALKSPURT);
    frame.slot = 1;
    frame.payload = payload;
    assert_int_equal(audio_frame_encode(&frame, bytes, sizeof bytes, &size),
                     RESULT_OK);
    line_say_binary(&world->line, bytes, size);
    line_say_binary(&world->line, bytes, size - 1);
    assert_int_equal(world->line.sounds, 1);
}

/* The server refuses sound of who is not in yet; and another slot may be ours
 * when we are. */
static void
after_another_line_sound_waits_until_the_meeting_is_joined_again(void **state)
{
    struct client_world *world = *state;
    const uint8_t payload[] = { 0xaa, 0xbb };

    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, CLIENT_WORLD_JOIN);
    line_join(&world->line, &world->author);
    line_replace(&world->line);
    line_greet(&world->line);
    assert_int_equal(client_engine_view(world->line.engine)->line, LINE_UP);
    client_engine_send_audio(world->line.engine, 0, 1, 960, payload, 2);
    assert_int_equal(world->line.binary_count, 0);
    line_join(&world->line, &world->author);
    client_engine_send_audio(world->line.engine, 0, 2, 1920, payload, 2);
    assert_int_equal(world->line.binary_count, 1);
}

#define WORLD_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up,                 \
                                    client_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_file_goes_up_in_a_window_and_goes_on_after_a_cut),
        WORLD_TEST(a_file_comes_down_goes_on_after_a_cut_and_is_checked),
        WORLD_TEST(a_file_is_asked_for_when_the_device_is_in_its_meeting),
        WORLD_TEST(a_file_that_is_not_what_its_name_says_is_not_handed_over),
        WORLD_TEST(sound_goes_out_under_the_own_slot_and_comes_in),
        WORLD_TEST(
            after_another_line_sound_waits_until_the_meeting_is_joined_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
