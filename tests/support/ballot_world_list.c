/* Who takes part in a secret ballot: credentials, lists, attestations. */
#include "tests/support/ballot_world_internal.h"
#include "tests/support/vote_fixture.h"

#include "protocol/ballot/ballot_list.h"
#include "protocol/record/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* --- The list ------------------------------------------------------------ */

static void say_issued(struct ballot_world *world, const char *member)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ISSUED_KIND };

    event.body.ballot_issued.ballot = world_b1;
    event.body.ballot_issued.member = world_id(member);
    event.body.ballot_issued.device = author_key(member).public_key;
    world_add(world, &event);
}

static void answer_issued(struct ballot_world *world, const json_t *sent)
{
    const char *credential =
        json_string_value(json_object_get(sent, "credential"));
    struct statement_issue fields = {
        .member = TEXT_LITERAL("m4"),
        .uuid = text_view_of(world->uuid),
        .election = world->election_hash,
        .credential = digest_sha256(credential, strlen(credential)),
    };
    char hex[HEX_SIZE(SIGNATURE_SIZE)], text[200];
    struct signature sig;

    assert_int_equal(ballot_element_parse(world->group,
                                          text_view_of(credential),
                                          &world->credentials[2]),
                     RESULT_OK);
    SIGN(&sig, "server", issued, &fields);
    hex_encode(sig.bytes, SIGNATURE_SIZE, hex);
    (void)snprintf(text, sizeof text, "\"ok\":true,\"issued\":\"%s\"", hex);
    line_answer(world_line(world),
                json_integer_value(json_object_get(sent, "id")), text);
    world_settle(world);
}

void world_issue(struct ballot_world *world)
{
    json_t *sent;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            ballot_scalar_random(&world->random, &world->secrets[i]),
            RESULT_OK);
        assert_int_equal(ballot_group_generate(world->group, &world->secrets[i],
                                               &world->credentials[i]),
                         RESULT_OK);
        say_issued(world, world_voters[i]);
    }
    assert_int_equal(
        world_order(world, "{\"op\":\"ballot_take\",\"ballot\":\"b1\"}"),
        REFUSAL_NONE);
    sent = json_deep_copy(line_sent_op(world_line(world), "take_ballot"));
    assert_non_null(sent);
    say_issued(world, "m4");
    answer_issued(world, sent);
    json_decref(sent);
}

static void close_issue(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_ISSUE_CLOSED_KIND };
    struct command command = { .op = OP_CLOSE_ISSUE };

    command.body.close_issue.ballot = world_b1;
    event.body.issue_closed.ballot = world_b1;
    event.body.issue_closed.act = world_act(world, "m1", &command);
    world_add(world, &event);
}

void world_list(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_LISTED_KIND };
    struct event_ballot_listed *body = &event.body.ballot_listed;
    struct ballot_element credentials[3];
    struct member_id rows[3];
    struct ballot_setup setup;
    struct byte_writer writer;
    size_t count = 0;

    for (size_t i = 0; i < 3; i++) {
        if (world->is_dropped[i])
            continue;
        rows[count].member = world_id(world_voters[i]);
        credentials[count++] = world->credentials[i];
    }
    if (count == 3)
        close_issue(world);
    byte_writer_init(&writer, 100000);
    assert_int_equal(ballot_list_write(credentials, count, &writer), RESULT_OK);
    world->credentials_hash = world_keep_written(world, &writer);
    setup = (struct ballot_setup){ world->election_hash, world->trustees_hash,
                                   world->credentials_hash };
    byte_writer_init(&writer, 1000);
    ballot_setup_write(&setup, &writer);
    world->setup_hash = world_keep_written(world, &writer);
    body->ballot = world_b1;
    body->setup = world->setup_hash;
    body->credentials = world->credentials_hash;
    body->length = count;
    body->voters = (struct items){ rows, count };
    world_add(world, &event);
}

void world_drop(struct ballot_world *world, size_t who)
{
    struct meeting_event event = { .kind = EVENT_VOTER_DROPPED_KIND };
    struct event_voter_dropped *body = &event.body.voter_dropped;

    body->ballot = world_b1;
    body->member = world_id(world_voters[who]);
    body->reason = DROP_NOT_ATTESTED;
    world->is_dropped[who] = true;
    world_add(world, &event);
}

void world_attest(struct ballot_world *world, const char *member)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ATTESTED_KIND };
    struct event_ballot_attested *body = &event.body.ballot_attested;
    const struct statement_attest fields = {
        .member = text_view_of(member),
        .uuid = text_view_of(world->uuid),
        .setup = world->setup_hash,
        .length = 3,
        .seen = world_newest(world),
    };

    body->ballot = world_b1;
    body->setup = world->setup_hash;
    body->length = 3;
    body->member = world_id(member);
    body->device = author_key(member).public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    SIGN(&body->sig, member, attest, &fields);
    world_add(world, &event);
}

void world_take_attestation(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ATTESTED_KIND };
    struct event_ballot_attested *body = &event.body.ballot_attested;
    struct world_command sent;

    world_require(world, "attest_ballot", &sent);
    body->ballot = world_b1;
    body->setup = sent.command.body.attest_ballot.setup;
    body->length = sent.command.body.attest_ballot.length;
    SIGNED_BY_DEVICE(body, &sent);
    world_add(world, &event);
    world_answer_command(world, &sent);
    world_command_end(&sent);
}
