#include "protocol/verify/verify_anchors.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

enum { EVENTS = 10 };
static const struct identifier organisation = { "to-chuc-mau" };
static const struct identifier scope = { "to-chuc-mau.1" };

struct world {
    struct hash heads[EVENTS];
    struct verify_history history;
    struct anchors anchors;
};

static struct hash head_of(uint8_t byte)
{
    struct hash head;

    memset(head.bytes, byte, sizeof head.bytes);
    return head;
}

/* Ten events with the heads 1, 2, 3, ... */
static void make(struct world *world)
{
    uint8_t i;

    *world = (struct world){ .history = { .organisation = organisation,
                                          .scope = scope,
                                          .count = EVENTS } };
    for (i = 0; i < EVENTS; i++)
        world->heads[i] = head_of((uint8_t)(i + 1));
    world->history.heads = world->heads;
    anchors_init(&world->anchors, &organisation);
}

static void end(struct world *world)
{
    anchors_release(&world->anchors);
    verify_history_release(&world->history);
}

static void keep(struct world *world, uint64_t seq, uint8_t byte)
{
    const struct hash head = head_of(byte);

    if (seq == 0)
        assert_int_equal(anchors_note_genesis(&world->anchors, &scope, &head),
                         RESULT_OK);
    else
        assert_int_equal(anchors_note_last(&world->anchors, &scope, seq, &head),
                         RESULT_OK);
}

static struct verify_anchor compare(const struct world *world)
{
    struct verify_anchor anchor = { .name = "anchors" };

    verify_anchors_compare(&world->anchors, &world->history, &anchor);
    return anchor;
}

static void anchors_that_agree_are_equal(void **state)
{
    struct world world;
    struct verify_anchor anchor;

    (void)state;
    make(&world);
    assert_int_equal(compare(&world).status, VERIFY_ANCHOR_NOTHING);
    keep(&world, 0, 1);
    keep(&world, 9, 10);
    anchor = compare(&world);
    assert_int_equal(anchor.status, VERIFY_ANCHOR_EQUAL);
    assert_int_equal(anchor.equal_count, 2);
    assert_int_equal(anchor.newest, 9);
    world.history.scope = (struct identifier){ "to-chuc-mau.2" };
    assert_int_equal(compare(&world).status, VERIFY_ANCHOR_NOTHING);
    world.history.scope = scope;
    world.history.organisation = (struct identifier){ "to-chuc-khac" };
    assert_int_equal(compare(&world).status, VERIFY_ANCHOR_NOTHING);
    end(&world);
}

static void another_head_contradicts(void **state)
{
    struct world world;
    struct verify_anchor anchor;

    (void)state;
    make(&world);
    keep(&world, 0, 1);
    keep(&world, 4, 77);
    anchor = compare(&world);
    assert_int_equal(anchor.status, VERIFY_ANCHOR_CONTRADICTS);
    assert_int_equal(anchor.seq, 4);
    assert_false(anchor.is_signed);
    end(&world);
}

static void a_later_event_lies_beyond(void **state)
{
    struct world world;
    struct verify_anchor anchor;

    (void)state;
    make(&world);
    keep(&world, 0, 1);
    keep(&world, 12, 13);
    anchor = compare(&world);
    assert_int_equal(anchor.status, VERIFY_ANCHOR_BEYOND);
    assert_int_equal(anchor.beyond, 12);
    world.heads[0] = head_of(50); /* what contradicts weighs more */
    assert_int_equal(compare(&world).status, VERIFY_ANCHOR_CONTRADICTS);
    end(&world);
}

static void what_was_given_up_as_lost_contradicts_nothing(void **state)
{
    struct world world;
    struct verify_anchor anchor;

    (void)state;
    make(&world);
    assert_int_equal(verify_history_lose(&world.history, 5, 12), RESULT_OK);
    keep(&world, 0, 1);
    keep(&world, 7, 77);
    anchor = compare(&world);
    assert_int_equal(anchor.status, VERIFY_ANCHOR_EQUAL);
    assert_int_equal(anchor.lost_count, 1);
    keep(&world, 12, 77); /* the last that was lost */
    assert_int_equal(compare(&world).status, VERIFY_ANCHOR_EQUAL);
    keep(&world, 13, 77); /* and the first that was not */
    assert_int_equal(compare(&world).status, VERIFY_ANCHOR_BEYOND);
    assert_true(verify_history_has_lost(&world.history, 5));
    assert_false(verify_history_has_lost(&world.history, 4));
    assert_false(verify_history_has_lost(&world.history, 13));
    end(&world);
}

static void a_head_by_itself_is_compared_likewise(void **state)
{
    struct world world;
    struct hash head = head_of(5);
    struct verify_anchor anchor = { .name = "4:05" };

    (void)state;
    make(&world);
    verify_head_compare(4, &head, &world.history, &anchor);
    assert_int_equal(anchor.status, VERIFY_ANCHOR_EQUAL);
    anchor = (struct verify_anchor){ .name = "3:05" };
    verify_head_compare(3, &head, &world.history, &anchor);
    assert_int_equal(anchor.status, VERIFY_ANCHOR_CONTRADICTS);
    anchor = (struct verify_anchor){ .name = "10:05" };
    verify_head_compare(10, &head, &world.history, &anchor);
    assert_int_equal(anchor.status, VERIFY_ANCHOR_BEYOND);
    end(&world);
}

#define DIGITS                                                                 \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void a_head_is_written_in_one_way(void **state)
{
    static const char *const bad[] = {
        "",           "12",         ":" DIGITS,    "12:",
        "12 " DIGITS, "-1:" DIGITS, "012:" DIGITS, "12:" DIGITS "0",
        "12:A" DIGITS
    };
    struct hash head = { { 9 } };
    uint64_t seq = 77;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(verify_head_parse(bad[i], &seq, &head),
                         RESULT_MALFORMED);
    assert_int_equal(seq, 77);
    assert_int_equal(verify_head_parse("12:" DIGITS, &seq, &head), RESULT_OK);
    assert_int_equal(seq, 12);
    assert_int_equal(head.bytes[31], 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anchors_that_agree_are_equal),
        cmocka_unit_test(another_head_contradicts),
        cmocka_unit_test(a_later_event_lies_beyond),
        cmocka_unit_test(what_was_given_up_as_lost_contradicts_nothing),
        cmocka_unit_test(a_head_by_itself_is_compared_likewise),
        cmocka_unit_test(a_head_is_written_in_one_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
