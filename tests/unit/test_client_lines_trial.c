/*
 * A client's engine gives copies up that bring nothing, says so, and asks the
 * server for sound as before.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/client_lines.h"
#include "tests/support/client_world.h"

#include <string.h>

#define TOKEN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { FRAME_MS = 20, ROUND = 20, HELD = 14, PATIENCE_FRAMES = 10000 };

/* A frame's time: of each round the first come together, up to 280 ms late,
 * behind a packet that was missing. */
static void hear_one(struct fake_line *line, uint32_t at)
{
    uint32_t late;

    line->lanes[0].figures.disordered += at % ROUND == 0;
    line->lanes[0].figures.received++;
    line_wait(line, FRAME_MS);
    if (at % ROUND < HELD)
        return;
    for (late = at % ROUND == HELD ? HELD : 0; late > 0; late--)
        line_say_sound(line, at - late);
    line_say_sound(line, at);
}

static size_t copies_asked(struct fake_line *line)
{
    return json_array_size(
        json_object_get(line_sent_op(line, "line"), "copies"));
}

static void open_lanes(struct fake_line *line)
{
    unsigned lane;

    for (lane = 1; lane <= LIMIT_LANES; lane++)
        if (line->lanes[lane].is_connecting) {
            lane_open(line, lane, &line->server);
            lane_take(line, lane);
        }
}

/* Until the server has been asked for another number of copies than `before`.
 */
static void hear_until_asked(struct fake_line *line, uint32_t *at,
                             size_t before)
{
    const size_t asked = line_sent_count(line, "line");

    while (line_sent_count(line, "line") == asked ||
           copies_asked(line) == before) {
        assert_true(*at < PATIENCE_FRAMES);
        hear_one(line, (*at)++);
        open_lanes(line);
    }
    line_answer(line, line_sent_id(line, "line"),
                "\"ok\":true,\"token\":\"" TOKEN "\",\"lanes\":5");
}

static void copies_that_bring_nothing_are_asked_for_no_more(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    const struct view_line *view;
    uint32_t at = 0;

    client_world_enter(world);
    line_wait(line, 0);
    view = &client_engine_view(line->engine)->speech_line;
    line->lanes[0].figures.knows_packets = true;
    hear_until_asked(line, &at, 0);
    assert_true(copies_asked(line) > 0);
    assert_int_equal(view->copies_given_up, 0);
    while (copies_asked(line) > 0)
        hear_until_asked(line, &at, copies_asked(line));
    assert_int_equal(view->step, LINE_PLAIN);
    assert_int_equal(view->copies_given_up, 1);
    assert_in_range(view->copies_wait_s, TRIAL_WAIT - 5, TRIAL_WAIT);
    assert_int_equal(line->advised_rate, 24000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            copies_that_bring_nothing_are_asked_for_no_more,
            client_world_set_up, client_world_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
