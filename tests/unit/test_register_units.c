/* Units under other units, from a date on. */
#include "tests/support/vouching_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The world of register_world.h, and the party organisations u5, u6 (under u5)
 * and u7 (under u6), and cell u8 under u7. */
static int set_up(void **state)
{
    static const struct {
        enum unit_kind kind;
        const char *parent;
    } units[] = { { UNIT_PARTY_ORG, "" },
                  { UNIT_PARTY_ORG, "u5" },
                  { UNIT_PARTY_ORG, "u6" },
                  { UNIT_CELL, "u7" } };
    struct register_world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    register_world_settle(world);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const struct command command =
            add_unit(units[i].kind, units[i].parent, "Đảng bộ Mẫu");

        assert_int_equal(register_world_do(world, administrator(), &command),
                         REFUSAL_NONE);
    }
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    register_world_release(*state);
    free(*state);
    return 0;
}

static struct command move(const char *unit, const char *parent, int64_t since)
{
    struct command command = { .op = OP_MOVE_UNIT };

    command.body.move_unit = (struct command_move_unit){
        .unit = id_of(unit), .parent = id_of(parent), .since = since
    };
    return command;
}

static enum result fold_move(const struct register_world *world,
                             const char *unit, const char *parent)
{
    return world_fold(world,
                      (struct register_event){
                          .kind = REGISTER_UNIT_MOVED_KIND,
                          .body.unit_moved = { .unit = id_of(unit),
                                               .parent = id_of(parent) } });
}

static const char *parent_at(const struct register_world *world,
                             const char *unit, int64_t at_ms)
{
    static char text[IDENTIFIER_SIZE];
    const struct identifier id = id_of(unit);
    const struct register_unit *row = register_state_unit(world->state, &id);
    const struct identifier parent =
        register_state_parent_at(world->state, row, at_ms);

    memcpy(text, parent.text, sizeof text);
    return text;
}

static bool is_within(const struct register_world *world, const char *unit,
                      const char *ancestor)
{
    const struct identifier inner = id_of(unit);
    const struct identifier outer = id_of(ancestor);

    return register_state_is_within(world->state, &inner, &outer);
}

static void must_move(struct register_world *world, const char *unit,
                      const char *parent, int64_t since)
{
    const struct command command = move(unit, parent, since);

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
}

static void a_unit_is_moved_only_where_its_kind_belongs(void **state)
{
    static const struct {
        const char *unit, *parent;
        enum refusal_code code;
    } rows[] = {
        { "u2", "u5", REFUSAL_NONE },
        { "u2", "u7", REFUSAL_NONE },
        { "u2", "", REFUSAL_NONE },
        { "u2", "u1", REFUSAL_NONE }, /* where it is, from another date on */
        { "u1", "u5", REFUSAL_NONE },
        { "u6", "", REFUSAL_NONE },
        { "u6", "u1", REFUSAL_NONE },
        { "u2", "u3", REFUSAL_WRONG_UNIT_KIND }, /* a cell */
        { "u2", "u4", REFUSAL_WRONG_UNIT_KIND }, /* a party group */
        { "u1", "u2", REFUSAL_WRONG_UNIT_KIND },
        { "u4", "u3", REFUSAL_WRONG_UNIT_KIND }, /* groups stay */
        { "u4", "u1", REFUSAL_WRONG_UNIT_KIND },
        { "u2", "u99", REFUSAL_NO_SUCH_UNIT },
        { "u99", "u1", REFUSAL_NO_SUCH_UNIT },
        { "dbmau", "u1", REFUSAL_NO_SUCH_UNIT },
        { "u5", "u5", REFUSAL_INSIDE_ITSELF },
        { "u5", "u6", REFUSAL_INSIDE_ITSELF },
        { "u5", "u7", REFUSAL_INSIDE_ITSELF },
        { "u6", "u7", REFUSAL_INSIDE_ITSELF },
        { "u7", "u5", REFUSAL_NONE },
    };
    struct register_world *world = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command command =
            move(rows[i].unit, rows[i].parent, 1764000000000);
        const enum refusal_code code =
            register_world_ask(world, administrator(), &command);

        if (code != rows[i].code)
            fail_msg("%s under %s: %s", rows[i].unit, rows[i].parent,
                     refusal_code_text(code));
        if (fold_move(world, rows[i].unit, rows[i].parent) !=
            (code == REFUSAL_NONE ? RESULT_OK : RESULT_CORRUPT))
            fail_msg("%s under %s: the fold says something else", rows[i].unit,
                     rows[i].parent);
    }
}

static void what_lies_in_a_unit_by_a_move_does_so_for_the_next_one(void **state)
{
    struct register_world *world = *state;
    const struct command back = move("u5", "u1", 0);

    must_move(world, "u1", "u7", 9000000000000); /* in a future far away */
    assert_int_equal(register_world_ask(world, administrator(), &back),
                     REFUSAL_INSIDE_ITSELF);
    assert_string_equal(world->last.refusal.args[0].text, "u5");
    assert_string_equal(world->last.refusal.args[1].text, "u1");
    assert_int_equal(fold_move(world, "u5", "u1"), RESULT_CORRUPT);
    assert_true(is_within(world, "u2", "u5"));
    must_move(world, "u1", "", 0);
    assert_false(is_within(world, "u2", "u5"));
    must_move(world, "u5", "u1", 0);
    assert_true(is_within(world, "u8", "u1"));
}

static void the_organisation_itself_is_the_top(void **state)
{
    struct register_world *world = *state;
    const struct command command = move("u2", "dbmau", 1000);

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_string_equal(
        world->events[world->event_count - 1].body.unit_moved.parent.text, "");
    assert_string_equal(parent_at(world, "u2", 1000), "");
    assert_true(is_within(world, "u2", "dbmau"));
    assert_false(is_within(world, "u2", "u1"));
    /* In the log it has one way to be written. */
    assert_int_equal(fold_move(world, "u2", "dbmau"), RESULT_CORRUPT);
}

static void the_event_says_what_was_moved_and_from_when_on(void **state)
{
    struct register_world *world = *state;
    const struct register_unit_moved *event = NULL;

    must_move(world, "u2", "u5", 1770000000000);
    event = &world->events[world->event_count - 1].body.unit_moved;
    assert_string_equal(event->unit.text, "u2");
    assert_string_equal(event->parent.text, "u5");
    assert_int_equal(event->since, 1770000000000);
    assert_string_equal(event->by.text, "");
}

static void papers_have_the_parent_of_their_own_time(void **state)
{
    static const struct {
        int64_t at_ms;
        const char *parent;
    } rows[] = {
        { INT64_MIN, "u1" }, { 0, "u1" },    { 999, "u1" },
        { 1000, "u5" },      { 1499, "u5" }, { 1999, "u5" },
        { 2000, "u6" },      { 2001, "u6" }, { INT64_MAX, "u6" },
    };
    struct register_world *world = *state;

    must_move(world, "u2", "u5", 1000);
    must_move(world, "u2", "u6", 2000);
    must_move(world, "u3", "u7", 1500); /* another one's move */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(parent_at(world, "u2", rows[i].at_ms),
                            rows[i].parent);
    assert_string_equal(parent_at(world, "u3", 1499), "u1");
    assert_string_equal(parent_at(world, "u3", 1500), "u7");
}

/* What is said later holds from its own date on, also over what was said of a
 * later date before. */
static void the_move_that_was_said_last_holds_from_its_date_on(void **state)
{
    static const struct {
        int64_t at_ms;
        const char *parent;
    } rows[] = {
        { 999, "u1" },  { 1000, "u5" }, { 1499, "u5" },
        { 1500, "u7" }, { 2000, "u7" }, { 9999, "u7" },
    };
    struct register_world *world = *state;

    must_move(world, "u2", "u5", 1000);
    must_move(world, "u2", "u6", 2000);
    must_move(world, "u2", "u7", 1500);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(parent_at(world, "u2", rows[i].at_ms),
                            rows[i].parent);
    /* Taken back: from the first date on it is where it was. */
    must_move(world, "u2", "u1", 1000);
    assert_string_equal(parent_at(world, "u2", 1000), "u1");
    assert_string_equal(parent_at(world, "u2", 9999), "u1");
}

/* --- At random --------------------------------------------------------------
 */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Does `unit` lie in itself, or more than eight units deep, which there are
 * not? */
static bool is_lost(const struct register_world *world, const char *unit)
{
    struct identifier id = id_of(unit);

    for (int depth = 0; depth <= 8; depth++) {
        const struct register_unit *row =
            register_state_unit(world->state, &id);

        if (!row)
            return false;
        id = row->parent;
    }
    return true;
}

static void no_moves_whatever_put_a_unit_into_itself(void **state)
{
    static const char *const names[] = { "u1", "u2", "u3", "u4", "u5",
                                         "u6", "u7", "u8", "" };
    struct register_world *world = *state;
    uint32_t seed = 5;
    size_t moved = 0, inside = 0;

    for (int step = 0; step < 1500; step++) {
        const char *unit = names[next_random(&seed) % 8];
        const char *parent = names[next_random(&seed) % 9];
        const struct command command =
            move(unit, parent, (int64_t)(next_random(&seed) % 1000));
        const enum refusal_code code =
            register_world_do(world, administrator(), &command);

        moved += code == REFUSAL_NONE;
        inside += code == REFUSAL_INSIDE_ITSELF;
        for (size_t i = 0; i < 8; i++)
            assert_false(is_lost(world, names[i]));
    }
    assert_true(moved > 100);
    assert_true(inside > 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_unit_is_moved_only_where_its_kind_belongs),
        TEST(what_lies_in_a_unit_by_a_move_does_so_for_the_next_one),
        TEST(the_organisation_itself_is_the_top),
        TEST(the_event_says_what_was_moved_and_from_when_on),
        TEST(papers_have_the_parent_of_their_own_time),
        TEST(the_move_that_was_said_last_holds_from_its_date_on),
        TEST(no_moves_whatever_put_a_unit_into_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
