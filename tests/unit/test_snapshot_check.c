#include "protocol/meeting/snapshot_check.h"

#include "tests/support/signed_register.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A genesis as the register of signed_register.h makes it, written out by
 * hand: m1 to m4, site s1, a device each but m4. */
enum { PEOPLE = 4, DEVICES = 8 };
struct world {
    struct signed_register registry;
    struct meeting_state *meeting; /* once begin() was called */
    struct event_genesis genesis;
    struct roster_person people[PEOPLE + 1];
    struct roster_site sites[2];
    struct roster_device devices[PEOPLE + 1][DEVICES]; /* the last: of s1 */
    struct event_roster_changed changed;
    struct snapshot_difference difference;
};

static struct identifier id(const char *text)
{
    struct identifier out = { "" };

    (void)snprintf(out.text, sizeof out.text, "%s", text);
    return out;
}

static void set_device(struct roster_device *row, const char *key,
                       const char *vouched_by, bool is_founding)
{
    row->device = author_key(key).public_key;
    row->vouched_by = text_view_of(vouched_by);
    row->founding = is_founding;
}

static void set_person(struct world *world, size_t i, const char *member,
                       enum category category, enum office office,
                       const char *group)
{
    world->people[i] =
        (struct roster_person){ .member = id(member),
                                .category = (int)category,
                                .office = (int)office,
                                .group = id(group),
                                .devices = { world->devices[i], 1 } };
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    signed_register_init(&world->registry);
    set_person(world, 0, "m1", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER, "");
    set_person(world, 1, "m2", CATEGORY_OFFICIAL, OFFICE_DEPUTY_LEADER, "");
    set_person(world, 2, "m3", CATEGORY_OFFICIAL, OFFICE_NONE, "u4");
    set_person(world, 3, "m4", CATEGORY_GUEST, OFFICE_NONE, "");
    world->people[3].devices = (struct items){ NULL, 0 };
    set_device(&world->devices[0][0], "m1", "m2", true);
    set_device(&world->devices[1][0], "m2", "m1", true);
    set_device(&world->devices[2][0], "m3", "m1,m2", false);
    set_device(&world->devices[4][0], "s1", "", false);
    world->sites[0] =
        (struct roster_site){ .site = id("s1"),
                              .keeper = id("m2"),
                              .devices = { world->devices[4], 1 } };
    world->genesis = (struct event_genesis){
        .version = 1,
        .meeting = id(AUTHOR_MEETING),
        .organisation = id(AUTHOR_ORGANISATION),
        .unit = id("u2"),
        .server = author_key("server").public_key,
        .register_seq = world->registry.state->next_seq - 1,
        .register_head = world->registry.head,
        .kind = KIND_REGULAR,
        .starts_at = INT64_C(1795100000000),
        .zone = TEXT_LITERAL("Asia/Ho_Chi_Minh"),
        .chair = id("m1"),
        .minute_taker = id("m2"),
        .roster = { world->people, PEOPLE },
        .sites = { world->sites, 1 },
    };
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    signed_register_release(&world->registry);
    meeting_state_free(world->meeting);
    free(world);
    return 0;
}

static enum result check(struct world *world)
{
    return snapshot_check_genesis(&world->genesis, world->registry.state,
                                  &world->registry.head, &world->difference);
}

static void expect_row(struct world *world, enum result result,
                       enum snapshot_fault fault, const char *holder,
                       const char *key)
{
    const struct key device =
        key ? author_key(key).public_key : (struct key){ { 0 } };

    assert_int_equal(result, RESULT_REFUSED);
    assert_int_equal(world->difference.fault, fault);
    assert_string_equal(world->difference.holder.text, holder);
    assert_true(key_equal(&world->difference.device, &device));
}

static void expect(struct world *world, enum snapshot_fault fault,
                   const char *holder, const char *key)
{
    expect_row(world, check(world), fault, holder, key);
}

static void what_the_register_holds_agrees(void **state)
{
    assert_int_equal(check(*state), RESULT_OK);
}

static void rows_and_devices_may_come_in_any_order(void **state)
{
    struct world *world = *state;
    const struct roster_person kept = world->people[0];
    struct register_event event;

    world->people[0] = world->people[2];
    world->people[2] = kept;
    event = signed_add(&world->registry, "m1", "m1.b", "m1");
    signed_register_apply(&world->registry, &event);
    world->genesis.register_seq = world->registry.state->next_seq - 1;
    set_device(&world->devices[0][0], "m1.b", "m1", false);
    set_device(&world->devices[0][1], "m1", "m2", true);
    world->people[2].devices.count = 2;
    assert_int_equal(check(world), RESULT_OK);
}

static void the_register_has_to_be_folded_up_to_that_place(void **state)
{
    struct world *world = *state;
    struct register_state *empty = NULL;

    world->genesis.register_seq--;
    assert_int_equal(check(world), RESULT_INVALID);
    world->genesis.register_seq += 2;
    assert_int_equal(check(world), RESULT_INVALID);
    assert_int_equal(register_state_new(&empty), RESULT_OK);
    assert_int_equal(snapshot_check_genesis(&world->genesis, empty,
                                            &world->registry.head,
                                            &world->difference),
                     RESULT_INVALID);
    register_state_free(empty);
}

static void what_the_call_says_is_compared(void **state)
{
    struct world *world = *state;
    const struct event_genesis good = world->genesis;
    struct event_genesis *genesis = &world->genesis;

    genesis->register_head.bytes[0] ^= 1;
    expect(world, SNAPSHOT_HEAD, "", NULL);
    *genesis = good;
    genesis->organisation = id("to-chuc-khac");
    expect(world, SNAPSHOT_ORGANISATION, "", NULL);
    *genesis = good;
    genesis->server = author_key("m1").public_key;
    expect(world, SNAPSHOT_SERVER, "", NULL);
    *genesis = good;
    genesis->meeting = id("c1.2");
    expect(world, SNAPSHOT_CALL, "", NULL);
    *genesis = good;
    genesis->unit = id("u3");
    expect(world, SNAPSHOT_CALL, "", NULL);
    *genesis = good;
    genesis->chair = id("m2");
    expect(world, SNAPSHOT_CHAIR, "", NULL);
    *genesis = good;
    genesis->deputy = id("m3");
    expect(world, SNAPSHOT_DEPUTY, "", NULL);
    *genesis = good;
    genesis->minute_taker = id("m3");
    expect(world, SNAPSHOT_MINUTE_TAKER, "", NULL);
    *genesis = good;
    genesis->kind = KIND_CONGRESS;
    expect(world, SNAPSHOT_KIND, "", NULL);
    *genesis = good;
    genesis->starts_at++;
    expect(world, SNAPSHOT_STARTS_AT, "", NULL);
    *genesis = good;
    genesis->previous_meeting = id("c1.0");
    expect(world, SNAPSHOT_PREVIOUS, "", NULL);
    *genesis = good;
    genesis->previous_head.bytes[0] = 1;
    expect(world, SNAPSHOT_PREVIOUS, "", NULL);
}

static void the_final_head_of_the_meeting_before_is_compared(void **state)
{
    struct world *world = *state;
    struct register_event event = { .kind = REGISTER_MEETING_BEGAN_KIND };

    event.body.meeting_began.meeting = id(AUTHOR_MEETING);
    signed_register_apply(&world->registry, &event);
    event = (struct register_event){ .kind = REGISTER_MEETING_ENDED_KIND };
    event.body.meeting_ended.meeting = id(AUTHOR_MEETING);
    memset(event.body.meeting_ended.head.bytes, 6, HASH_SIZE);
    signed_register_apply(&world->registry, &event);
    world->genesis.register_seq = world->registry.state->next_seq - 1;
    expect(world, SNAPSHOT_PREVIOUS, "", NULL);
    world->genesis.previous_meeting = id(AUTHOR_MEETING);
    expect(world, SNAPSHOT_PREVIOUS, "", NULL);
    memset(world->genesis.previous_head.bytes, 6, HASH_SIZE);
    assert_int_equal(check(world), RESULT_OK);
}

static void nobody_is_left_out_added_or_listed_twice(void **state)
{
    struct world *world = *state;

    world->genesis.roster.count--;
    expect(world, SNAPSHOT_HOLDER_MISSING, "m4", NULL);
    world->genesis.roster.count++;
    world->genesis.sites.count = 0;
    expect(world, SNAPSHOT_HOLDER_MISSING, "s1", NULL);
    world->genesis.sites.count = 1;

    world->genesis.roster.count = PEOPLE + 1;
    world->people[PEOPLE] = (struct roster_person){ .member = id("m7") };
    expect(world, SNAPSHOT_HOLDER_EXTRA, "m7", NULL);
    world->people[PEOPLE] = (struct roster_person){ .member = id("m99") };
    expect(world, SNAPSHOT_HOLDER_EXTRA, "m99", NULL);
    world->people[PEOPLE] = world->people[1];
    expect(world, SNAPSHOT_HOLDER_TWICE, "m2", NULL);
    world->people[PEOPLE].member = id("s1");
    expect(world, SNAPSHOT_HOLDER_TWICE, "s1", NULL);
    world->genesis.sites.count = 0;
    expect(world, SNAPSHOT_HOLDER_EXTRA, "s1", NULL);
}

static void a_removed_member_has_no_place_in_a_genesis(void **state)
{
    struct world *world = *state;
    struct register_event event = { .kind = REGISTER_MEMBER_REMOVED_KIND };

    event.body.member_removed.member = id("m3");
    signed_register_apply(&world->registry, &event);
    world->genesis.register_seq = world->registry.state->next_seq - 1;
    expect(world, SNAPSHOT_HOLDER_EXTRA, "m3", NULL);
    world->people[2].devices.count = 0;
    expect(world, SNAPSHOT_HOLDER_EXTRA, "m3", NULL);
    world->people[2] = world->people[3];
    world->genesis.roster.count--;
    assert_int_equal(check(world), RESULT_OK);
}

static void the_words_of_a_row_are_compared(void **state)
{
    struct world *world = *state;

    world->people[3].category = CATEGORY_OFFICIAL;
    expect(world, SNAPSHOT_CATEGORY, "m4", NULL);
    world->people[3].category = CATEGORY_GUEST;
    world->people[2].office = OFFICE_CELL_LEADER;
    expect(world, SNAPSHOT_OFFICE, "m3", NULL);
    world->people[2].office = OFFICE_NONE;
    world->people[2].group = id("");
    expect(world, SNAPSHOT_GROUP, "m3", NULL);
    world->people[2].group = id("u4");
    world->people[2].ground = GROUND_AT_SEA;
    expect(world, SNAPSHOT_GROUND, "m3", NULL);
    world->people[2].ground = ground_none_;
    world->people[2].probation_end = 20261115;
    expect(world, SNAPSHOT_PROBATION, "m3", NULL);
    world->people[2].probation_end = 0;
    world->sites[0].keeper = id("m1");
    expect(world, SNAPSHOT_KEEPER, "s1", NULL);
}

static void a_swapped_key_is_found(void **state)
{
    struct world *world = *state;

    /* Two members' devices in each other's place, with their vouchers. */
    set_device(&world->devices[0][0], "m2", "m1", true);
    set_device(&world->devices[1][0], "m1", "m2", true);
    expect(world, SNAPSHOT_DEVICE_EXTRA, "m1", "m2");
    set_device(&world->devices[0][0], "m1", "m2", true);
    expect(world, SNAPSHOT_DEVICE_EXTRA, "m2", "m1");
    /* A key that the server made itself. */
    set_device(&world->devices[1][0], "mine", "m1", true);
    expect(world, SNAPSHOT_DEVICE_EXTRA, "m2", "mine");
}

static void a_device_left_out_added_or_listed_twice_is_found(void **state)
{
    struct world *world = *state;

    world->people[2].devices.count = 0;
    expect(world, SNAPSHOT_DEVICE_MISSING, "m3", "m3");
    world->people[2].devices.count = 1;
    world->sites[0].devices.count = 0;
    expect(world, SNAPSHOT_DEVICE_MISSING, "s1", "s1");
    world->sites[0].devices.count = 1;

    set_device(&world->devices[2][1], "m3.b", "", false);
    world->people[2].devices.count = 2;
    expect(world, SNAPSHOT_DEVICE_EXTRA, "m3", "m3.b");
    world->devices[2][1] = world->devices[2][0];
    expect(world, SNAPSHOT_DEVICE_TWICE, "m3", "m3");
}

static void a_revoked_device_is_found(void **state)
{
    struct world *world = *state;
    struct register_event event =
        signed_revoke(&world->registry, "m3", "m3", NULL);

    signed_register_apply(&world->registry, &event);
    world->genesis.register_seq = world->registry.state->next_seq - 1;
    expect(world, SNAPSHOT_DEVICE_EXTRA, "m3", "m3");
    world->people[2].devices.count = 0;
    assert_int_equal(check(world), RESULT_OK);
}

static void a_forged_voucher_is_found(void **state)
{
    struct world *world = *state;

    world->devices[2][0].vouched_by = TEXT_LITERAL("m1,m7");
    expect(world, SNAPSHOT_VOUCHED_BY, "m3", "m3");
    world->devices[2][0].vouched_by = TEXT_LITERAL("m2,m1");
    expect(world, SNAPSHOT_VOUCHED_BY, "m3", "m3");
    world->devices[2][0].vouched_by = TEXT_LITERAL("");
    expect(world, SNAPSHOT_VOUCHED_BY, "m3", "m3");
    world->devices[2][0].vouched_by = TEXT_LITERAL("m1,m2");
    world->devices[4][0].vouched_by = TEXT_LITERAL("m1,m2");
    expect(world, SNAPSHOT_VOUCHED_BY, "s1", "s1");
    world->devices[4][0].vouched_by = TEXT_LITERAL("");
    world->devices[0][0].founding = false;
    expect(world, SNAPSHOT_FOUNDING, "m1", "m1");
    world->devices[0][0].founding = true;
    world->devices[2][0].founding = true;
    expect(world, SNAPSHOT_FOUNDING, "m3", "m3");
}

/* --- Changes while the meeting is on ---------------------------------------
 */

/* The meeting begins; after that the register gives m1 a second device. */
static void begin(struct world *world)
{
    const struct meeting_event genesis = { .kind = EVENT_GENESIS_KIND,
                                           .body.genesis = world->genesis };
    struct register_event event;

    assert_int_equal(meeting_state_new(&world->meeting), RESULT_OK);
    assert_int_equal(meeting_state_apply(world->meeting, &genesis), RESULT_OK);
    event = signed_add(&world->registry, "m1", "m1.b", "m1");
    signed_register_apply(&world->registry, &event);
    set_device(&world->devices[0][1], "m1.b", "m1", false);
    world->people[0].devices.count = 2;
    world->changed = (struct event_roster_changed){
        .register_seq = world->registry.state->next_seq - 1,
        .register_head = world->registry.head,
        .roster = { world->people, 1 },
    };
}

static enum result check_changed(struct world *world)
{
    return snapshot_check_changed(&world->changed, world->meeting,
                                  world->registry.state, &world->registry.head,
                                  &world->difference);
}

static void expect_changed(struct world *world, enum snapshot_fault fault,
                           const char *holder, const char *key)
{
    expect_row(world, check_changed(world), fault, holder, key);
}

static void the_rows_that_changed_agree(void **state)
{
    struct world *world = *state;

    begin(world);
    assert_int_equal(check_changed(world), RESULT_OK);
    world->changed.roster.count = PEOPLE; /* more than need be */
    assert_int_equal(check_changed(world), RESULT_OK);
    world->changed.register_seq++;
    assert_int_equal(check_changed(world), RESULT_INVALID);
    world->changed.register_seq--;
    world->changed.register_head.bytes[1] ^= 1;
    expect_changed(world, SNAPSHOT_HEAD, "", NULL);
}

static void a_changed_row_that_differs_is_found(void **state)
{
    struct world *world = *state;

    begin(world);
    world->people[0].devices.count = 1;
    expect_changed(world, SNAPSHOT_DEVICE_MISSING, "m1", "m1.b");
    world->people[0].devices.count = 2;
    world->devices[0][1].vouched_by = TEXT_LITERAL("");
    expect_changed(world, SNAPSHOT_VOUCHED_BY, "m1", "m1.b");
    world->devices[0][1].vouched_by = TEXT_LITERAL("m1");
    world->people[0].member = id("m7");
    expect_changed(world, SNAPSHOT_HOLDER_EXTRA, "m7", NULL);
}

static void a_change_that_is_left_out_is_found(void **state)
{
    struct world *world = *state;
    struct register_event event;

    begin(world);
    world->changed.roster.count = 0;
    expect_changed(world, SNAPSHOT_DEVICE_MISSING, "m1", "m1.b");
    world->changed.roster.count = 1;

    event = signed_revoke(&world->registry, "m3", "m3", NULL);
    signed_register_apply(&world->registry, &event);
    world->changed.register_seq++;
    expect_changed(world, SNAPSHOT_DEVICE_EXTRA, "m3", "m3");
    world->changed.roster.count = 3;
    world->people[2].devices.count = 0;
    assert_int_equal(check_changed(world), RESULT_OK);

    event = (struct register_event){ .kind = REGISTER_MEMBER_ADDED_KIND };
    event.body.member_added.member = id("m8");
    event.body.member_added.unit = id("u2");
    event.body.member_added.category = CATEGORY_OFFICIAL;
    event.body.member_added.office = OFFICE_NONE;
    signed_register_apply(&world->registry, &event);
    world->changed.register_seq++;
    expect_changed(world, SNAPSHOT_HOLDER_MISSING, "m8", NULL);
}

/* m3 is gone from the register; her row comes without devices. */
static void a_member_who_is_removed_keeps_a_row_without_devices(void **state)
{
    struct world *world = *state;
    struct register_event event = { .kind = REGISTER_MEMBER_REMOVED_KIND };

    begin(world);
    event.body.member_removed.member = id("m3");
    signed_register_apply(&world->registry, &event);
    world->changed.register_seq++;
    expect_changed(world, SNAPSHOT_DEVICE_EXTRA, "m3", "m3");
    world->changed.roster.count = 3;
    world->people[2].devices.count = 0;
    assert_int_equal(check_changed(world), RESULT_OK);
}

static void who_left_the_cell_is_not_compared(void **state)
{
    struct world *world = *state;
    struct register_event event = { .kind = REGISTER_MEMBER_CHANGED_KIND };

    begin(world);
    event.body.member_changed.member = id("m4");
    event.body.member_changed.unit = id("u3");
    event.body.member_changed.category = CATEGORY_PROBATIONARY;
    event.body.member_changed.office = OFFICE_NONE;
    signed_register_apply(&world->registry, &event);
    world->changed.register_seq++;
    assert_int_equal(check_changed(world), RESULT_OK);
    world->changed.roster.count = PEOPLE; /* but may not be listed */
    expect_changed(world, SNAPSHOT_HOLDER_EXTRA, "m4", NULL);
}

static void every_fault_has_words(void **state)
{
    int fault;

    (void)state;
    for (fault = SNAPSHOT_NONE; fault < SNAPSHOT_FAULT_COUNT; fault++)
        assert_true(strlen(snapshot_fault_text((enum snapshot_fault)fault)) >
                    3);
    assert_string_equal(snapshot_fault_text(SNAPSHOT_FAULT_COUNT), "?");
}

/* --- Meetings of a committee, of a party group -----------------------------
 */

/* The call becomes one of a committee, whose roll is m1 and m2. */
static void call_committee(struct world *world)
{
    struct register_event event = { .kind = REGISTER_MEETING_CHANGED_KIND };
    struct register_meeting_changed *body = &event.body.meeting_changed;

    body->meeting = id(AUTHOR_MEETING);
    body->unit = id("u2");
    body->kind = KIND_COMMITTEE;
    body->starts_at = INT64_C(1795100000000);
    body->zone = TEXT_LITERAL("Asia/Ho_Chi_Minh");
    body->chair = id("m1");
    body->minute_taker = id("m2");
    signed_register_apply(&world->registry, &event);
    world->genesis.register_seq = world->registry.state->next_seq - 1;
    world->genesis.kind = KIND_COMMITTEE;
    world->genesis.roster.count = 2;
}

static void
a_committee_has_its_members_on_the_roll_and_nobody_else(void **state)
{
    struct world *world = *state;

    call_committee(world);
    assert_int_equal(check(world), RESULT_OK);
    world->genesis.roster.count = 3;
    expect(world, SNAPSHOT_HOLDER_EXTRA, "m3", NULL);
    world->genesis.roster.count = 1;
    expect(world, SNAPSHOT_HOLDER_MISSING, "m2", NULL);
}

static void set_office(struct world *world, const char *member,
                       enum office office, const char *group)
{
    struct register_event event = { .kind = REGISTER_MEMBER_CHANGED_KIND };
    struct register_member_changed *body = &event.body.member_changed;

    body->member = id(member);
    body->unit = id("u2");
    body->group = id(group);
    body->category = CATEGORY_OFFICIAL;
    body->office = (int)office;
    signed_register_apply(&world->registry, &event);
    world->changed.register_seq = world->registry.state->next_seq - 1;
    world->changed.register_head = world->registry.head;
}

static void
who_comes_into_the_committee_has_to_come_into_its_meeting(void **state)
{
    struct world *world = *state;

    call_committee(world);
    begin(world);
    set_office(world, "m3", OFFICE_COMMITTEE_MEMBER, "u4");
    expect_changed(world, SNAPSHOT_HOLDER_MISSING, "m3", NULL);
    world->changed.roster.count = 3;
    world->people[2].office = OFFICE_COMMITTEE_MEMBER;
    assert_int_equal(check_changed(world), RESULT_OK);
}

static void who_leaves_the_committee_stays_in_its_meeting(void **state)
{
    struct world *world = *state;

    call_committee(world);
    begin(world);
    set_office(world, "m2", OFFICE_NONE, "");
    expect_changed(world, SNAPSHOT_OFFICE, "m2", NULL);
    world->people[1].office = OFFICE_NONE;
    world->changed.roster.count = 2;
    assert_int_equal(check_changed(world), RESULT_OK);
}

/* --- Held by party groups --------------------------------------------------
 */

/* A meeting of u4 is part of the cell's. */
static void hold_by_u4(struct world *world)
{
    struct register_event call = { .kind = REGISTER_MEETING_SCHEDULED_KIND };
    struct register_event held = { .kind = REGISTER_HELD_BY_GROUPS_KIND };
    struct group_call rows[] = { { id("u4"), id("c1.7") } };

    call.body.meeting_scheduled = (struct register_meeting_scheduled){
        .meeting = id("c1.7"),
        .unit = id("u4"),
        .kind = KIND_PARTY_GROUP,
        .zone = TEXT_LITERAL("Asia/Ho_Chi_Minh"),
        .chair = id("m3"),
        .minute_taker = id("m1"),
    };
    signed_register_apply(&world->registry, &call);
    held.body.held_by_groups = (struct register_held_by_groups){
        .meeting = id(AUTHOR_MEETING),
        .year = 2026,
        .members = 60,
        .before = 2,
        .groups = { rows, 1 },
    };
    signed_register_apply(&world->registry, &held);
}

static void the_groups_are_those_of_the_register(void **state)
{
    struct world *world = *state;
    const struct identifier meeting = id(AUTHOR_MEETING);
    struct group_of_meeting rows[] = {
        { .group = id("u4"), .meeting = id("c1.7") },
        { .group = id("u5"), .meeting = id("c1.8") }
    };
    const struct event_held_by_groups good = {
        .year = 2026, .members = 60, .before = 2, .groups = { rows, 1 }
    };
    struct event_held_by_groups bad[] = { good, good, good, good, good };
    size_t i;

    assert_int_equal(snapshot_check_groups(&meeting, NULL,
                                           world->registry.state,
                                           &world->difference),
                     RESULT_OK);
    expect_row(world,
               snapshot_check_groups(&meeting, &good, world->registry.state,
                                     &world->difference),
               SNAPSHOT_GROUPS, "", NULL);
    hold_by_u4(world);
    assert_int_equal(snapshot_check_groups(&meeting, &good,
                                           world->registry.state,
                                           &world->difference),
                     RESULT_OK);
    expect_row(world,
               snapshot_check_groups(&meeting, NULL, world->registry.state,
                                     &world->difference),
               SNAPSHOT_GROUPS, "", NULL);
    bad[0].year = 2027;
    bad[1].members = 61;
    bad[2].before = 0;
    bad[3].groups.count = 2;
    bad[4].groups.data = &rows[1];
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_row(world,
                   snapshot_check_groups(&meeting, &bad[i],
                                         world->registry.state,
                                         &world->difference),
                   SNAPSHOT_GROUPS, "", NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_the_register_holds_agrees),
        TEST(rows_and_devices_may_come_in_any_order),
        TEST(the_register_has_to_be_folded_up_to_that_place),
        TEST(what_the_call_says_is_compared),
        TEST(the_final_head_of_the_meeting_before_is_compared),
        TEST(nobody_is_left_out_added_or_listed_twice),
        TEST(a_removed_member_has_no_place_in_a_genesis),
        TEST(the_words_of_a_row_are_compared),
        TEST(a_swapped_key_is_found),
        TEST(a_device_left_out_added_or_listed_twice_is_found),
        TEST(a_revoked_device_is_found),
        TEST(a_forged_voucher_is_found),
        TEST(the_rows_that_changed_agree),
        TEST(a_changed_row_that_differs_is_found),
        TEST(a_change_that_is_left_out_is_found),
        TEST(a_member_who_is_removed_keeps_a_row_without_devices),
        TEST(who_left_the_cell_is_not_compared),
        TEST(a_committee_has_its_members_on_the_roll_and_nobody_else),
        TEST(who_comes_into_the_committee_has_to_come_into_its_meeting),
        TEST(who_leaves_the_committee_stays_in_its_meeting),
        TEST(the_groups_are_those_of_the_register),
        TEST(every_fault_has_words),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
