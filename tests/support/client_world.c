#include "tests/support/client_world.h"

#include <stdio.h>
#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

int client_world_set_up(void **state)
{
    struct client_world *world = calloc(1, sizeof *world);

    if (!world)
        return -1;
    fake_line_init(&world->line, "m4");
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    *state = world;
    return 0;
}

int client_world_tear_down(void **state)
{
    struct client_world *world = *state;

    fake_line_release(&world->line);
    log_author_release(&world->author);
    free(world);
    return 0;
}

void client_world_enter(struct client_world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, CLIENT_WORLD_JOIN);
    line_join(&world->line, &world->author);
    assert_int_equal(client_engine_view(world->line.engine)->place, PLACE_IN);
}

void client_world_come_back(struct client_world *world)
{
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_join(&world->line, &world->author);
}

void line_answer(struct fake_line *line, json_int_t id, const char *rest)
{
    char text[300];

    (void)snprintf(text, sizeof text, "{\"re\":%lld,%s}", (long long)id, rest);
    line_say(line, text);
}
