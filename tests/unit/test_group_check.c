#include "client/core/group_check.h"

#include "tests/support/register_author.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The register calls one meeting; here it is a group's, and it ends so. */
#define GROUP AUTHOR_MEETING
enum { FINAL_SEQ = 40 };

static const struct identifier scope = { GROUP };
static const struct hash its_end = { { 40 } }, another = { { 41 } };

struct world {
    struct meeting_state *meeting;
    struct register_state *registry; /* NULL until it is read */
    struct anchors anchors;
    struct group_difference found;
};

static int set_up(void **state)
{
    static const struct identifier organisation = { AUTHOR_ORGANISATION };
    struct world *world = calloc(1, sizeof *world);
    struct meeting_group *group = calloc(1, sizeof *group);

    assert_non_null(world);
    assert_non_null(group);
    assert_int_equal(meeting_state_new(&world->meeting), RESULT_OK);
    group->meeting = scope;
    world->meeting->kinds.groups = group;
    world->meeting->kinds.group_count = 1;
    anchors_init(&world->anchors, &organisation);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    meeting_state_free(world->meeting);
    register_state_free(world->registry);
    anchors_release(&world->anchors);
    free(world);
    return 0;
}

/* The record of the group is gathered with this end. */
static void gather(struct world *world, uint64_t final_seq,
                   const struct hash *head)
{
    struct meeting_group *group = world->meeting->kinds.groups;

    group->is_gathered = true;
    group->final_seq = final_seq;
    group->head = *head;
}

/* The register as it is when the group's meeting has ended, or before. */
static void read_register(struct world *world, bool has_ended)
{
    struct log_author author;
    size_t i;

    register_author_init(&author);
    register_author_call_meeting(&author);
    (void)register_author_began(&author, &another);
    if (has_ended)
        (void)register_author_ended(&author, FINAL_SEQ, &its_end);
    assert_int_equal(register_state_new(&world->registry), RESULT_OK);
    for (i = 0; i < author.count; i++) {
        struct message_memory memory = { NULL, NULL, 0 };
        struct register_event event;

        assert_int_equal(register_event_decode(author.events[i],
                                               strlen(author.events[i]), &event,
                                               &memory, NULL),
                         RESULT_OK);
        assert_int_equal(register_state_apply(world->registry, &event),
                         RESULT_OK);
        message_memory_release(&memory);
    }
    log_author_release(&author);
}

static void see(struct world *world, uint64_t seq, const struct hash *head)
{
    assert_int_equal(anchors_note_last(&world->anchors, &scope, seq, head),
                     RESULT_OK);
}

static bool is_found(struct world *world)
{
    return group_check_find(world->meeting, world->registry, &world->anchors,
                            &world->found);
}

static void the_end_that_the_device_saw_is_taken(void **state)
{
    struct world *world = *state;

    assert_false(is_found(world)); /* nothing is gathered yet */
    gather(world, FINAL_SEQ, &its_end);
    assert_false(is_found(world)); /* nor is it known here */
    see(world, FINAL_SEQ, &its_end);
    assert_false(is_found(world));
    read_register(world, true);
    assert_false(is_found(world));
}

static void another_head_than_the_device_saw_is_found(void **state)
{
    struct world *world = *state;

    see(world, FINAL_SEQ, &its_end);
    gather(world, FINAL_SEQ, &another);
    assert_true(is_found(world));
    assert_string_equal(world->found.meeting.text, GROUP);
    assert_int_equal(world->found.seq, FINAL_SEQ);
    assert_true(hash_equal(&world->found.ours.head, &its_end));
    assert_true(hash_equal(&world->found.theirs, &another));
}

static void a_record_that_ends_before_what_the_device_saw_is_found(void **state)
{
    static const struct hash none;
    struct world *world = *state;

    see(world, FINAL_SEQ, &its_end);
    gather(world, FINAL_SEQ - 1, &another);
    assert_true(is_found(world));
    assert_int_equal(world->found.seq, FINAL_SEQ - 1);
    assert_true(hash_equal(&world->found.ours.head, &none));
}

/* Who was not in the group's meeting, or left it early. */
static void the_register_tells_who_was_not_there(void **state)
{
    struct world *world = *state;

    see(world, 10, &another);
    gather(world, FINAL_SEQ, &another);
    assert_false(is_found(world));
    read_register(world, true);
    assert_true(is_found(world));
    assert_true(hash_equal(&world->found.ours.head, &its_end));
    gather(world, FINAL_SEQ + 1, &its_end);
    assert_true(is_found(world));
}

static void a_register_that_has_not_come_so_far_says_nothing(void **state)
{
    struct world *world = *state;

    read_register(world, false);
    gather(world, FINAL_SEQ, &another);
    assert_false(is_found(world));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_end_that_the_device_saw_is_taken),
        TEST(another_head_than_the_device_saw_is_found),
        TEST(a_record_that_ends_before_what_the_device_saw_is_found),
        TEST(the_register_tells_who_was_not_there),
        TEST(a_register_that_has_not_come_so_far_says_nothing),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
