#include "protocol/meeting/act_check.h"

#include "tests/support/log_author.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The author's open meeting, folded; the next event is the test's. */
struct world {
    struct log_author author;
    struct meeting_state *state;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    size_t i;

    assert_non_null(world);
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    assert_int_equal(meeting_state_new(&world->state), RESULT_OK);
    for (i = 0; i < world->author.count; i++) {
        struct meeting_event event;
        struct message_memory memory = { .root = NULL };
        const char *text = world->author.events[i];

        assert_int_equal(
            meeting_event_decode(text, strlen(text), &event, &memory, NULL),
            RESULT_OK);
        assert_int_equal(
            act_check(&event, &world->author.scope, world->state, NULL),
            RESULT_OK);
        assert_int_equal(meeting_state_apply(world->state, &event), RESULT_OK);
        message_memory_release(&memory);
    }
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    log_author_release(&world->author);
    meeting_state_free(world->state);
    free(world);
    return 0;
}

static enum result check(const struct world *world,
                         const struct meeting_event *event)
{
    return act_check(event, &world->author.scope, world->state, NULL);
}

static void an_event_is_what_its_act_says(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_ITEM_STARTED_KIND,
                                   .body.item_started.item = { "a1" } };

    event.body.item_started.act =
        log_author_act(&world->author, "m1", "start_item", "a1", "");
    assert_int_equal(check(world, &event), RESULT_OK);
    event.body.item_started.item = (struct identifier){ "a2" };
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

static void the_device_is_one_of_the_signers_own(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_ITEM_STARTED_KIND,
                                   .body.item_started.item = { "a1" } };
    struct act *act = &event.body.item_started.act;

    *act = log_author_act(&world->author, "m9", "start_item", "a1", "");
    assert_int_equal(check(world, &event), RESULT_OK);
    act->member = (struct identifier){ "m1" };
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    act->is_present = false;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

/* One act may end a presence on its way, but only of whom it is about. */
static void a_tick_ends_no_presence_of_another(void **state)
{
    struct world *world = *state;
    struct meeting_event event = {
        .kind = EVENT_PRESENCE_ENDED_KIND,
        .body.presence_ended = { .member = { "m4" }, .reason = END_LEFT }
    };

    event.body.presence_ended.act =
        log_author_act(&world->author, "m1", "tick", "m4", "in_person,");
    assert_int_equal(check(world, &event), RESULT_OK);
    event.body.presence_ended.member = (struct identifier){ "m9" };
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

/* What the server alone has seen carries no act, and nothing else goes without.
 */
static void presence_without_an_act_is_the_servers_own_word(void **state)
{
    static const enum presence_source sources[] = {
        SOURCE_CONNECTION, SOURCE_CODE, SOURCE_PIN, SOURCE_TICK, SOURCE_OWN_ACT
    };
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_PRESENCE_CONFIRMED_KIND,
                                   .body.presence_confirmed = {
                                       .member = { "m4" },
                                       .mode = MODE_IN_PERSON } };
    size_t i;

    for (i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        event.body.presence_confirmed.source = (int)sources[i];
        assert_int_equal(check(world, &event),
                         i < 3 ? RESULT_OK : RESULT_REFUSED);
    }
}

static void who_has_left_is_named_by_the_act(void **state)
{
    struct world *world = *state;
    struct meeting_event event = {
        .kind = EVENT_PRESENCE_ENDED_KIND,
        .body.presence_ended = { .member = { "m4" }, .reason = END_LEFT }
    };

    event.body.presence_ended.act =
        log_author_act(&world->author, "m1", "note_left", "m4", "");
    assert_int_equal(check(world, &event), RESULT_OK);
    event.body.presence_ended.member = (struct identifier){ "m9" };
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

/* What a ballot asks, who counts it, and what tellers tell each other. */
static void lists_and_texts_are_those_that_were_signed(void **state)
{
    struct world *world = *state;
    struct member_id tellers[] = { { { "m2" } }, { { "m4" } } };
    struct member_id candidate = { { "m9" } };
    struct meeting_event event = { .kind = EVENT_BALLOT_DRAFTED_KIND };
    struct event_ballot_drafted *draft = &event.body.ballot_drafted;
    struct event_shares_dealt *dealt;

    draft->ballot = (struct identifier){ "b1" };
    draft->item = (struct identifier){ "a1" };
    draft->form.commitment.bytes[0] = 0xcd;
    draft->candidates = (struct items){ &candidate, 1 };
    draft->tellers = (struct items){ tellers, 2 };
    draft->revote = true;
    draft->act = log_author_act(
        &world->author, "m1", "draft_ballot", "a1",
        "cd00000000000000000000000000000000000000000000000000000000000000,"
        "m9,m2+m4,0,1,0,,0,,0,0,,");
    assert_int_equal(check(world, &event), RESULT_OK);
    draft->tellers.count = 1;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    draft->tellers.count = 2;
    tellers[1].member = (struct identifier){ "m1" };
    assert_int_equal(check(world, &event), RESULT_REFUSED);

    event = (struct meeting_event){ .kind = EVENT_SHARES_DEALT_KIND };
    dealt = &event.body.shares_dealt;
    dealt->ballot = (struct identifier){ "b1" };
    dealt->attempt = 2;
    dealt->index = 1;
    dealt->deal = TEXT_LITERAL("abc");
    /* SHA-256 of "abc": FIPS 180-4. */
    dealt->act = log_author_act(
        &world->author, "m2", "deal", "b1",
        "2,1,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(check(world, &event), RESULT_OK);
    dealt->deal = TEXT_LITERAL("abd");
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

static void a_signature_that_was_altered_is_refused(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_ADJOURNED_KIND };
    struct act *act = &event.body.adjourned.act;
    unsigned bit;

    *act = log_author_act(&world->author, "m1", "adjourn_meeting",
                          AUTHOR_MEETING, "");
    assert_int_equal(check(world, &event), RESULT_OK);
    for (bit = 0; bit < 8 * SIGNATURE_SIZE; bit += 5) {
        act->sig.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(check(world, &event), RESULT_REFUSED);
        act->sig.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    act->request++;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_event_is_what_its_act_says),
        TEST(the_device_is_one_of_the_signers_own),
        TEST(a_tick_ends_no_presence_of_another),
        TEST(presence_without_an_act_is_the_servers_own_word),
        TEST(who_has_left_is_named_by_the_act),
        TEST(lists_and_texts_are_those_that_were_signed),
        TEST(a_signature_that_was_altered_is_refused),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
