/* How a client's engine tells how it hears. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/client_world.h"

static const struct hearing_report report = {
    .played = 480, .concealed = 20, .late = 3, .delay_ms = 90
};

static void tell(struct fake_line *line)
{
    client_engine_report_hearing(line->engine, &report);
}

static void what_was_heard_is_told_of_the_meeting(void **state)
{
    struct client_world *world = *state;
    const json_t *sent;

    client_world_enter(world);
    (void)line_has_notice(&world->line, CLIENT_ANSWER); /* to the join */
    tell(&world->line);
    sent = line_sent_op(&world->line, "hearing");
    assert_string_equal(json_string_value(json_object_get(sent, "log")),
                        AUTHOR_MEETING);
    assert_int_equal(json_integer_value(json_object_get(sent, "played")), 480);
    assert_int_equal(json_integer_value(json_object_get(sent, "delay_ms")), 90);
    /* What is no answer to the user is not shown to the user. */
    line_answer(&world->line, line_sent_id(&world->line, "hearing"),
                "\"ok\":true");
    assert_false(line_has_notice(&world->line, CLIENT_ANSWER));
    tell(&world->line);
    assert_int_equal(line_sent_count(&world->line, "hearing"), 2);
}

static void outside_a_meeting_nothing_is_told(void **state)
{
    struct client_world *world = *state;

    client_world_ask(world); /* and is not answered */
    tell(&world->line);
    assert_int_equal(line_sent_count(&world->line, "hearing"), 0);
}

static void what_is_not_answered_is_not_told_again(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    tell(&world->line);
    line_close(&world->line, 0);
    tell(&world->line);
    client_world_come_back(world);
    assert_int_equal(line_sent_count(&world->line, "hearing"), 1);
}

static void a_server_that_knows_nothing_of_it_is_told_no_more(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    tell(&world->line);
    line_answer(&world->line, line_sent_id(&world->line, "hearing"),
                "\"error\":{\"code\":\"too_often\",\"message\":\"\"}");
    tell(&world->line);
    line_answer(&world->line, line_sent_id(&world->line, "hearing"),
                "\"error\":{\"code\":\"unknown_op\",\"message\":\"\"}");
    tell(&world->line);
    assert_int_equal(line_sent_count(&world->line, "hearing"), 2);
}

#define world_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up,                 \
                                    client_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(what_was_heard_is_told_of_the_meeting),
        world_test(outside_a_meeting_nothing_is_told),
        world_test(what_is_not_answered_is_not_told_again),
        world_test(a_server_that_knows_nothing_of_it_is_told_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
