/* The ruleset that a client fetches while the meeting is on: what came before
 * it is held against it when it is there. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/record/digest.h"
#include "protocol/wire/blob_piece.h"
#include "tests/support/client_world.h"
#include "tests/support/ruleset_file.h"
#include "tests/support/vote_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN "{\"op\":\"join\",\"log\":\"" AUTHOR_MEETING "\"}"
#define SWITCH "{\"log\":\"" AUTHOR_MEETING "\"}"

struct world {
    struct fake_line line;
    struct log_author author;
    struct text_view file; /* the ruleset that the meeting names */
    struct hash hash;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    world->file = ruleset_file_text("interim.conf");
    world->hash = digest_sha256(world->file.data, world->file.size);
    fake_line_init(&world->line, "m4");
    log_author_init(&world->author);
    world->author.ruleset = world->hash;
    log_author_open_meeting(&world->author);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    fake_line_release(&world->line);
    log_author_release(&world->author);
    free(world);
    return 0;
}

static void enter(struct world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, JOIN);
    line_join(&world->line, &world->author);
    line_say(&world->line, SWITCH);
}

static void give_rules(struct world *world)
{
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
    char answer[80];
    size_t at, size;

    (void)snprintf(answer, sizeof answer, "\"ok\":true,\"size\":%zu",
                   world->file.size);
    line_answer(&world->line, line_sent_id(&world->line, "get_blob"), answer);
    for (at = 0; at < world->file.size; at += LIMIT_BLOB_PIECE_SIZE) {
        const size_t left = world->file.size - at;
        const struct blob_piece piece = {
            .blob = world->hash,
            .blob_size = world->file.size,
            .offset = at,
            .bytes = (const uint8_t *)&world->file.data[at],
            .size = left < LIMIT_BLOB_PIECE_SIZE ? left : LIMIT_BLOB_PIECE_SIZE
        };

        assert_int_equal(
            blob_piece_encode(&piece, message, sizeof message, &size),
            RESULT_OK);
        line_say_binary(&world->line, message, size);
    }
}

/* m1 opens a vote that is measured by this test. */
static void start_vote(struct world *world, const char *test, uint64_t need)
{
    struct meeting_event event = { .kind = EVENT_VOTE_STARTED_KIND };
    struct event_vote_started *body = &event.body.vote_started;
    char value[100], commitment[HEX_SIZE(HASH_SIZE)];

    body->vote = (struct identifier){ "v1" };
    body->motion = author_seal("motion", "Thông qua");
    hex_encode(body->motion.commitment.bytes, HASH_SIZE, commitment);
    (void)snprintf(value, sizeof value, "%s,resolution,", commitment);
    vote_fixture_open_author(body);
    body->test = text_view_of(test);
    body->need = need;
    body->act = log_author_act(&world->author, "m1", "start_vote", "", value);
    line_say(&world->line, log_author_add(&world->author, &event));
}

static bool is_alarmed(const struct world *world)
{
    return client_engine_view(world->line.engine)->is_alarmed;
}

static void what_came_before_the_rules_and_follows_them_is_fine(void **state)
{
    struct world *world = *state;

    enter(world);
    start_vote(world, "2*yes > D", 2);
    assert_null(client_engine_view(world->line.engine)->rules);
    give_rules(world);
    assert_non_null(client_engine_view(world->line.engine)->rules);
    assert_false(is_alarmed(world));
}

/* A server that holds the file back until the vote is open. */
static void
what_came_before_the_rules_against_them_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    start_vote(world, "3*yes >= D", 1);
    assert_false(is_alarmed(world));
    give_rules(world);
    assert_true(is_alarmed(world));
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM),
                     CLIENT_REASON_EVENT);
}

static void
what_comes_after_the_rules_against_them_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    give_rules(world);
    assert_false(is_alarmed(world));
    start_vote(world, "3*yes >= D", 1);
    assert_true(is_alarmed(world));
}

/* Whatever is not the file that the log names is none. */
static void another_file_in_its_place_is_not_taken(void **state)
{
    struct world *world = *state;
    char *copy = strndup(world->file.data, world->file.size);

    assert_non_null(copy);
    copy[world->file.size - 1] ^= 1;
    world->file.data = copy;
    enter(world);
    start_vote(world, "2*yes > D", 2);
    give_rules(world);
    assert_null(client_engine_view(world->line.engine)->rules);
    free(copy);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_came_before_the_rules_and_follows_them_is_fine),
        TEST(what_came_before_the_rules_against_them_gives_the_alarm),
        TEST(what_comes_after_the_rules_against_them_gives_the_alarm),
        TEST(another_file_in_its_place_is_not_taken),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
