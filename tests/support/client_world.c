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

static struct scratch_path path_of(const struct client_world *world,
                                   const char *name)
{
    return scratch_folder_file(&world->folder, name);
}

void client_world_open_files(struct client_world *world)
{
    const struct identifier organisation = { AUTHOR_ORGANISATION };
    struct anchor_store_report report;

    assert_int_equal(
        journal_open(&world->line.journal, path_of(world, "journal").text),
        RESULT_OK);
    assert_int_equal(
        anchor_store_open(&world->line.anchors, path_of(world, "anchors").text,
                          world->line.journal, &organisation, &report),
        RESULT_OK);
}

static void close_files(struct client_world *world)
{
    world->line.anchors = anchor_store_free(world->line.anchors);
    world->line.journal = journal_free(world->line.journal);
}

void client_world_crash(struct client_world *world)
{
    fake_line_stop(&world->line);
    close_files(world);
    client_world_open_files(world);
}

void client_world_begin_again(struct client_world *world)
{
    log_author_release(&world->author);
    log_author_init(&world->author);
    register_author_point(&world->registry, &world->author);
    log_author_open_meeting(&world->author);
}

int client_world_set_up_files(void **state)
{
    struct client_world *world;

    if (client_world_set_up(state))
        return -1;
    world = *state;
    scratch_folder_make(&world->folder);
    world->has_files = true;
    assert_int_equal(journal_create(path_of(world, "journal").text), RESULT_OK);
    client_world_open_files(world);
    world->line.follows_register = true;
    register_author_init(&world->registry);
    register_author_call_meeting(&world->registry);
    client_world_begin_again(world);
    return 0;
}

int client_world_tear_down(void **state)
{
    struct client_world *world = *state;

    fake_line_release(&world->line);
    log_author_release(&world->author);
    if (world->has_files) {
        close_files(world);
        log_author_release(&world->registry);
        scratch_folder_remove(&world->folder);
    }
    free(world);
    return 0;
}

void client_world_ask(struct client_world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, CLIENT_WORLD_JOIN);
}

void client_world_enter(struct client_world *world)
{
    client_world_ask(world);
    if (world->line.follows_register)
        line_join(&world->line, &world->registry);
    line_join(&world->line, &world->author);
    assert_int_equal(client_engine_view(world->line.engine)->place, PLACE_IN);
}

void client_world_switch(struct client_world *world,
                         const struct log_author *author)
{
    char text[100];

    (void)snprintf(text, sizeof text, "{\"log\":\"%s\"}", author->scope.text);
    line_say(&world->line, text);
}

void client_world_come_back(struct client_world *world)
{
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    if (world->line.follows_register)
        line_join(&world->line, &world->registry);
    line_join(&world->line, &world->author);
}

void line_answer(struct fake_line *line, json_int_t id, const char *rest)
{
    char text[300];

    (void)snprintf(text, sizeof text, "{\"re\":%lld,%s}", (long long)id, rest);
    line_say(line, text);
}
