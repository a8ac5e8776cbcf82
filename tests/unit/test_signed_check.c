/* Events that carry a statement of their own: what their device signed, and
 * nothing else. */
#include "protocol/meeting/act_check.h"
#include "protocol/meeting/decision_check.h"
#include "protocol/meeting/signed_check.h"
#include "protocol/record/statement_ballot.h"

#include "tests/support/log_author.h"
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A ballot whose list is there; m4's device, s1's and the server have keys that
 * sign. */
struct world {
    struct meeting_transcript *meeting;
    struct signing_key member, site, server;
};

static const struct identifier scope = { "org.1" };

/* The key of the holder's device a becomes this one, wherever it stands. */
static void give_key(struct meeting_state *state, const char *holder,
                     const struct key *key)
{
    const struct key old = meeting_device_key(holder, 'a');
    struct meeting_ballot *ballot = &state->ballots[0];
    size_t i, n;

    for (i = 0; i < state->person_count; i++)
        for (n = 0; n < state->people[i].holder.device_count; n++)
            if (key_equal(&state->people[i].holder.devices[n].key, &old))
                state->people[i].holder.devices[n].key = *key;
    for (i = 0; i < state->site_count; i++)
        for (n = 0; n < state->sites[i].holder.device_count; n++)
            if (key_equal(&state->sites[i].holder.devices[n].key, &old))
                state->sites[i].holder.devices[n].key = *key;
    for (i = 0; i < ballot->voter_count; i++)
        if (key_equal(&ballot->voters[i].device, &old))
            ballot->voters[i].device = *key;
    for (i = 0; i < ballot->pool_count; i++)
        if (key_equal(&ballot->pools[i].device, &old))
            ballot->pools[i].device = *key;
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    world->meeting = meeting_ballot_scene(BALLOT_PHASE_ATTESTING);
    meeting_play(world->meeting, "22 server list L", NULL);
    world->member = author_key("m4");
    world->site = author_key("s1");
    world->server = author_key("server");
    give_key(world->meeting->state, "m4", &world->member.public_key);
    give_key(world->meeting->state, "s1", &world->site.public_key);
    world->meeting->state->server = world->server.public_key;
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    signing_key_wipe(&world->member);
    signing_key_wipe(&world->site);
    signing_key_wipe(&world->server);
    meeting_transcript_drop(world->meeting);
    free(world);
    return 0;
}

static struct signature sign(const struct signing_key *key, uint8_t *bytes,
                             size_t size)
{
    struct signature sig;

    assert_int_equal(statement_sign(key, bytes, size, &sig), RESULT_OK);
    free(bytes);
    return sig;
}

/* m4 attests the list of seven. */
static struct meeting_event attested(const struct world *world)
{
    const struct meeting_ballot *ballot = ballot_newest(world->meeting);
    struct meeting_event event = { .kind = EVENT_BALLOT_ATTESTED_KIND };
    struct event_ballot_attested *body = &event.body.ballot_attested;
    struct statement_attest fields = { .member = TEXT_LITERAL("m4"),
                                       .uuid = meeting_ballot_uuid(
                                           ballot, ballot->attempt),
                                       .setup = ballot->setup,
                                       .length = 7,
                                       .seen = { 9, { { 0x99 } } } };
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(statement_attest(&world->member.public_key,
                                      identifier_view(&scope), &fields, &bytes,
                                      &size),
                     RESULT_OK);
    body->ballot = ballot->id;
    body->setup = ballot->setup;
    body->length = 7;
    body->member = meeting_id("m4");
    body->device = world->member.public_key;
    body->seen = 9;
    body->head = fields.seen.head;
    body->sig = sign(&world->member, bytes, size);
    return event;
}

static struct member_id pooled = { { "m14" } };

static struct meeting_event hall_attested(const struct world *world)
{
    const struct meeting_ballot *ballot = ballot_newest(world->meeting);
    struct meeting_event event = { .kind = EVENT_HALL_ATTESTED_KIND };
    struct event_hall_attested *body = &event.body.hall_attested;
    struct statement_hall fields = { .site = TEXT_LITERAL("s1"),
                                     .uuid = meeting_ballot_uuid(
                                         ballot, ballot->attempt),
                                     .setup = ballot->setup,
                                     .k = 1,
                                     .pool = { { 7 } },
                                     .members = TEXT_LITERAL("m14"),
                                     .seen = { 9, { { 0x99 } } } };
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(statement_attest_hall(&world->site.public_key,
                                           identifier_view(&scope), &fields,
                                           &bytes, &size),
                     RESULT_OK);
    *body = (struct event_hall_attested){ .ballot = ballot->id,
                                          .setup = ballot->setup,
                                          .k = 1,
                                          .pool = fields.pool,
                                          .members = { &pooled, 1 },
                                          .member = meeting_id("s1"),
                                          .device = world->site.public_key,
                                          .seen = 9,
                                          .head = fields.seen.head };
    body->sig = sign(&world->site, bytes, size);
    return event;
}

/* The server signs the trustees: no seen, and its own key. */
static struct meeting_event trustees_signed(const struct world *world)
{
    const struct meeting_ballot *ballot = ballot_newest(world->meeting);
    struct meeting_event event = { .kind = EVENT_TRUSTEES_SIGNED_KIND };
    struct event_trustees_signed *body = &event.body.trustees_signed;
    struct statement_trustees fields = { .member = TEXT_LITERAL("server"),
                                         .uuid = meeting_ballot_uuid(ballot, 1),
                                         .attempt = 1,
                                         .owner = 1,
                                         .key = { { 1 } },
                                         .trustees = { { 2 } } };
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(statement_trustees(&world->server.public_key,
                                        identifier_view(&scope), &fields,
                                        &bytes, &size),
                     RESULT_OK);
    *body =
        (struct event_trustees_signed){ .ballot = ballot->id,
                                        .attempt = 1,
                                        .owner = 1,
                                        .key = fields.key,
                                        .trustees = fields.trustees,
                                        .member = meeting_id("server"),
                                        .device = world->server.public_key };
    body->sig = sign(&world->server, bytes, size);
    return event;
}

static enum result check(const struct world *world,
                         const struct meeting_event *event)
{
    return act_check(event, &scope, world->meeting->state, NULL);
}

static void an_event_is_what_its_device_signed(void **state)
{
    const struct world *world = *state;
    struct meeting_event event = attested(world);

    assert_int_equal(check(world, &event), RESULT_OK);
    event.body.ballot_attested.length = 8;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = attested(world);
    event.body.ballot_attested.setup.bytes[3] ^= 1;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = attested(world);
    event.body.ballot_attested.seen++;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = attested(world);
    event.body.ballot_attested.head.bytes[0] ^= 1;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = attested(world);
    event.body.ballot_attested.sig.bytes[63] ^= 1;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = attested(world);
    event.body.ballot_attested.ballot = meeting_id("b2");
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

static void it_is_of_one_election_and_one_meeting(void **state)
{
    const struct world *world = *state;
    const struct identifier other = { "org.2" };
    struct meeting_event event = attested(world);

    assert_int_equal(act_check(&event, &other, world->meeting->state, NULL),
                     RESULT_REFUSED);
    world->meeting->state->ballots[0].uuids[0][5] = 'Z';
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

static void the_device_is_one_of_its_members(void **state)
{
    const struct world *world = *state;
    struct meeting_event event = attested(world);
    const struct meeting_device *device;
    const struct identifier m4 = { "m4" };

    event.body.ballot_attested.member = meeting_id("m1");
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = attested(world);
    event.body.ballot_attested.device = meeting_device_key("m4", 'b');
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = attested(world);
    device = meeting_state_device(world->meeting->state, &m4,
                                  &world->member.public_key);
    assert_non_null(device);
    ((struct meeting_device *)(uintptr_t)device)->is_enrolled = false;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

static void a_sites_statement_names_its_members(void **state)
{
    const struct world *world = *state;
    struct meeting_event event = hall_attested(world);
    struct member_id other = { { "m15" } };

    assert_int_equal(check(world, &event), RESULT_OK);
    event.body.hall_attested.members.data = &other;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = hall_attested(world);
    event.body.hall_attested.k = 2;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

static void where_the_server_signs_the_key_is_its_own(void **state)
{
    const struct world *world = *state;
    struct meeting_event event = trustees_signed(world);

    assert_int_equal(check(world, &event), RESULT_OK);
    event.body.trustees_signed.owner = 2;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = trustees_signed(world);
    event.body.trustees_signed.attempt = 2; /* there is none */
    assert_int_equal(check(world, &event), RESULT_REFUSED);
    event = trustees_signed(world);
    world->meeting->state->server.bytes[0] ^= 1;
    assert_int_equal(check(world, &event), RESULT_REFUSED);
}

static void who_signed_is_told_in_the_form_of_an_act(void **state)
{
    const struct world *world = *state;
    const struct meeting_event event = attested(world);
    const struct meeting_event server = trustees_signed(world);
    const struct meeting_event opened = { .kind = EVENT_OPENED_KIND };
    struct act act = { .seen = 77 };

    assert_false(signed_of_event(&opened, &act));
    assert_int_equal(act.seen, 77);
    assert_true(signed_of_event(&event, &act));
    assert_true(act.is_present);
    assert_string_equal(act.member.text, "m4");
    assert_true(text_view_is(act.op, "attest_ballot"));
    assert_int_equal(act.seen, 9);
    assert_int_equal(act.head.bytes[0], 0x99);
    assert_true(signed_has_seen(event.kind));
    assert_true(signed_of_event(&server, &act));
    assert_int_equal(act.seen, 0);
    assert_false(signed_has_seen(server.kind));
    assert_false(signed_has_seen(EVENT_OPENED_KIND));
}

static void offices_and_vouching_are_asked_for_as_of_acts(void **state)
{
    struct world *world = *state;
    struct act_ledger ledger = { .slots = NULL };
    struct meeting_event event = attested(world);
    struct decision_act found;

    assert_int_equal(
        decision_check_act(&ledger, &event, world->meeting->state, &found),
        RESULT_OK);
    assert_true(found.begins);
    world->meeting->state->is_vouching_required = true;
    assert_int_equal(
        decision_check_act(&ledger, &event, world->meeting->state, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_ACT_VOUCHED);
    assert_string_equal(found.whose->member.text, "m4");
    world->meeting->state->is_vouching_required = false;
    event.body.ballot_attested.member = meeting_id("s1");
    assert_int_equal(
        decision_check_act(&ledger, &event, world->meeting->state, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_ACT_ROLE);
    event = trustees_signed(world);
    assert_int_equal(
        decision_check_act(&ledger, &event, world->meeting->state, NULL),
        RESULT_OK);
    act_ledger_release(&ledger);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_event_is_what_its_device_signed),
        TEST(it_is_of_one_election_and_one_meeting),
        TEST(the_device_is_one_of_its_members),
        TEST(a_sites_statement_names_its_members),
        TEST(where_the_server_signs_the_key_is_its_own),
        TEST(who_signed_is_told_in_the_form_of_an_act),
        TEST(offices_and_vouching_are_asked_for_as_of_acts),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
