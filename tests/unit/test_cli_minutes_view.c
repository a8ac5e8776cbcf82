#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/cli/cli_minutes_view.h"
#include "tests/support/writing_world.h"

#include <stdlib.h>
#include <string.h>

/* To be freed. */
static char *shown(struct client_world *world)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    cli_minutes_view_show(client_engine_view(world->line.engine), out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void entries_stand_behind_the_lines_of_the_record(void **state)
{
    struct client_world *world = *state;
    char *text, *opened, *entry;

    client_world_enter(world);
    writing_world_write(world, 0, "Một");
    writing_world_edit(world, "m1", 2, "Hai");
    line_say_log(&world->line, &world->author, AUTHOR_OPENED);
    text = shown(world);
    opened = strstr(text, "  | ");
    entry = strstr(text, "  e1 (2): Hai\n");
    assert_non_null(opened);
    assert_non_null(entry);
    assert_true(opened < entry);
    assert_null(strstr(text, "Một"));
    free(text);
}

static void what_is_not_saved_stands_apart(void **state)
{
    struct client_world *world = *state;
    char *text, *apart;

    client_world_enter(world);
    line_command(&world->line, 7,
                 "{\"op\":\"write_entry\",\"text\":\"Chưa lưu\"}");
    text = shown(world);
    apart = strstr(text, "Not saved yet:\n");
    assert_non_null(apart);
    assert_non_null(strstr(apart, "Chưa lưu"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            entries_stand_behind_the_lines_of_the_record, writing_world_set_up,
            writing_world_tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_saved_stands_apart,
                                        writing_world_set_up,
                                        writing_world_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
