/*
 * Devices that speak in the holder's own name: those that this device did not
 * add, and that its user does not know, are warned of.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/client_world.h"

#include <string.h>

#define FILES_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up_files,           \
                                    client_world_tear_down)

/* Everybody of the cell but m4's stranger is vouched for: m1 and m2 founding,
 * m4 by both. */
static void vouch_for_m4(struct client_world *world)
{
    struct log_author *registry = &world->registry;

    (void)register_author_vouch(registry, "m1", "m1", "m2");
    (void)register_author_vouch(registry, "m2", "m2", "m1");
    (void)register_author_vouch(registry, "m4", "m4", "m1");
    (void)register_author_vouch(registry, "m4", "m4", "m2");
}

static void enter_register(struct client_world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_join(&world->line, &world->registry);
}

static void come_again(struct client_world *world)
{
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_join(&world->line, &world->registry);
}

/* The next warning is of the device of this key. */
static struct client_notice *expect_warning(struct client_world *world,
                                            const char *key)
{
    struct client_notice *notice =
        line_notice(&world->line, CLIENT_FOREIGN_DEVICE);
    const struct key device = author_key(key).public_key;

    assert_true(key_equal(&notice->device, &device));
    return notice;
}

static bool is_warned(struct client_world *world)
{
    return line_has_notice(&world->line, CLIENT_FOREIGN_DEVICE);
}

/* Events and openings from `from` on, as they come live. */
static void say_live(struct client_world *world, size_t from)
{
    const struct log_author *registry = &world->registry;
    size_t seq, i;

    client_world_switch(world, registry);
    for (seq = from; seq < registry->count; seq++) {
        line_say(&world->line, registry->events[seq]);
        for (i = 0; i < registry->opening_count; i++)
            if (registry->opening_seqs[i] == seq)
                line_say(&world->line, registry->openings[i]);
    }
}

static void one_device_alone_is_no_news(void **state)
{
    struct client_world *world = *state;

    enter_register(world);
    assert_false(is_warned(world));
}

static void a_device_that_was_there_before_is_warned_of_at_login(void **state)
{
    struct client_world *world = *state;
    const struct key stranger = author_key("a stranger").public_key;
    const struct device_code code = device_code_of(&stranger);
    struct client_notice *notice;

    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    enter_register(world);
    notice = expect_warning(world, "a stranger");
    assert_string_equal(notice->code.text, code.text);
    assert_string_equal(notice->text, REGISTER_LABEL);
    assert_false(notice->is_vouched);
    assert_int_equal(notice->seq, REGISTER_CALLED + 1);
    client_notice_free(notice);
    assert_false(is_warned(world));
}

static void it_is_warned_of_at_each_login_until_it_is_known(void **state)
{
    struct client_world *world = *state;
    const struct key stranger = author_key("a stranger").public_key;
    struct client_notice *notice;

    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    enter_register(world);
    assert_true(is_warned(world));
    come_again(world);
    assert_true(is_warned(world));
    client_engine_accept_device(world->line.engine, 9, &stranger);
    notice = line_notice(&world->line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 9);
    assert_true(notice->is_ok);
    client_notice_free(notice);
    come_again(world);
    assert_false(is_warned(world));
    /* Also in another run. */
    client_world_crash(world);
    enter_register(world);
    assert_false(is_warned(world));
}

static void a_device_that_was_revoked_is_no_news(void **state)
{
    struct client_world *world = *state;

    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    (void)register_author_revoke(&world->registry, "m4", "a stranger");
    enter_register(world);
    assert_false(is_warned(world));
}

static void a_new_device_is_warned_of_with_its_label(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    enter_register(world);
    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    say_live(world, REGISTER_CALLED);
    notice = expect_warning(world, "a stranger");
    assert_string_equal(notice->text, REGISTER_LABEL);
    client_notice_free(notice);
    assert_false(is_warned(world));
}

static void a_label_that_does_not_come_keeps_no_warning_back(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    enter_register(world);
    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    client_world_switch(world, &world->registry);
    line_say(&world->line, world->registry.events[REGISTER_CALLED]);
    line_say(&world->line, world->registry.events[REGISTER_CALLED + 1]);
    line_wait(&world->line, CLIENT_SAVE_MS);
    notice = expect_warning(world, "a stranger");
    assert_null(notice->text);
    client_notice_free(notice);
}

static void devices_of_others_are_theirs(void **state)
{
    struct client_world *world = *state;

    enter_register(world);
    (void)register_author_enrol(&world->registry, "m1", "m1 two");
    say_live(world, REGISTER_CALLED);
    come_again(world);
    assert_false(is_warned(world));
}

static void a_device_that_this_one_added_is_known(void **state)
{
    struct client_world *world = *state;
    size_t count;

    vouch_for_m4(world);
    enter_register(world);
    assert_true(client_engine_view(world->line.engine)->is_me_vouched);
    count = world->registry.count;
    (void)register_author_enrol(&world->registry, "m4", "m4 two");
    say_live(world, count);
    client_notice_free(expect_warning(world, "m4 two"));
    count = world->registry.count;
    (void)register_author_add(&world->registry, "m4", "m4 two", "m4");
    say_live(world, count);
    assert_false(is_warned(world));
    come_again(world);
    assert_false(is_warned(world));
}

/* The server writes that this device added another, and keeps the label back,
 * without which nobody can see that the signature is wrong. */
static void
a_device_that_this_one_is_said_to_have_added_is_warned_of(void **state)
{
    struct client_world *world = *state;
    size_t count, openings, all, seq;

    vouch_for_m4(world);
    enter_register(world);
    count = world->registry.count;
    openings = world->registry.opening_count;
    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    (void)register_author_add(&world->registry, "m4", "a stranger", "m4");
    client_world_switch(world, &world->registry);
    for (seq = count; seq < world->registry.count; seq++)
        line_say(&world->line, world->registry.events[seq]);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_notice_free(expect_warning(world, "a stranger"));
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    all = world->registry.opening_count;
    world->registry.opening_count = openings;
    line_join(&world->line, &world->registry);
    world->registry.opening_count = all;
    client_notice_free(expect_warning(world, "a stranger"));
}

static void
a_device_that_another_one_added_is_warned_of_as_vouched(void **state)
{
    struct client_world *world = *state;
    const struct key second = author_key("m4 two").public_key;
    struct client_notice *notice;
    size_t count;

    vouch_for_m4(world);
    (void)register_author_enrol(&world->registry, "m4", "m4 two");
    (void)register_author_add(&world->registry, "m4", "m4 two", "m4");
    enter_register(world);
    client_engine_accept_device(world->line.engine, 9, &second);
    count = world->registry.count;
    (void)register_author_add(&world->registry, "m4", "m4 three", "m4 two");
    say_live(world, count);
    notice = expect_warning(world, "m4 three");
    assert_true(notice->is_vouched);
    client_notice_free(notice);
}

static void whoever_does_not_follow_the_register_is_not_warned(void **state)
{
    struct client_world *world = *state;

    world->line.follows_register = false;
    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1,
                 "{\"op\":\"join\",\"log\":\"" AUTHOR_ORGANISATION "\"}");
    line_join(&world->line, &world->registry);
    assert_false(is_warned(world));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES_TEST(one_device_alone_is_no_news),
        FILES_TEST(a_device_that_was_there_before_is_warned_of_at_login),
        FILES_TEST(it_is_warned_of_at_each_login_until_it_is_known),
        FILES_TEST(a_device_that_was_revoked_is_no_news),
        FILES_TEST(a_new_device_is_warned_of_with_its_label),
        FILES_TEST(a_label_that_does_not_come_keeps_no_warning_back),
        FILES_TEST(devices_of_others_are_theirs),
        FILES_TEST(a_device_that_this_one_added_is_known),
        FILES_TEST(a_device_that_this_one_is_said_to_have_added_is_warned_of),
        FILES_TEST(a_device_that_another_one_added_is_warned_of_as_vouched),
        FILES_TEST(whoever_does_not_follow_the_register_is_not_warned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
