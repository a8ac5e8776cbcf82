/* A secret ballot before it is open: draft, keys, committee, election. */
#include "tests/support/ballot_world_internal.h"
#include "tests/support/vote_fixture.h"

#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_draft.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_trustees.h"
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

/* --- Draft and adoption -------------------------------------------------- */

static void confirm_roll(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_ROLL_CONFIRMED_KIND };

    event.body.roll_confirmed.official = 3;
    event.body.roll_confirmed.official_present = 3;
    event.body.roll_confirmed.online = 3;
    event.body.roll_confirmed.others_present = 1;
    event.body.roll_confirmed.act = log_author_act(
        world_author(world), "m1", "confirm_roll", AUTHOR_MEETING, "");
    world_add(world, &event);
}

static void draft(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_DRAFTED_KIND };
    struct event_ballot_drafted *body = &event.body.ballot_drafted;
    struct command command = { .op = OP_DRAFT_BALLOT };
    struct member_id tellers[] = { { { "m1" } }, { { "m2" } }, { { "m4" } } };

    body->ballot = world_b1;
    body->form = author_seal("form", WORLD_FORM);
    body->tellers = world->is_group ? (struct items){ tellers, 3 }
                                    : (struct items){ &tellers[2], 1 };
    body->revote = true;
    body->announced = true;
    command.body.draft_ballot.form = body->form;
    command.body.draft_ballot.tellers = body->tellers;
    command.body.draft_ballot.revote = true;
    body->act = world_act(world, "m1", &command);
    world_add(world, &event);
}

static void vote_for_it(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_VOTE_STARTED_KIND };
    char hex[HEX_SIZE(HASH_SIZE)], value[HEX_SIZE(HASH_SIZE) + 16];

    vote_fixture_open_author(&event.body.vote_started);
    event.body.vote_started.vote = world_id("v1");
    event.body.vote_started.motion = author_seal("motion", "Thông qua");
    hex_encode(event.body.vote_started.motion.commitment.bytes, HASH_SIZE, hex);
    (void)snprintf(value, sizeof value, "%s,resolution,", hex);
    event.body.vote_started.act =
        log_author_act(world_author(world), "m1", "start_vote", "", value);
    world_add(world, &event);
    for (size_t i = 0; i < 2; i++) {
        event = (struct meeting_event){ .kind = EVENT_VOTE_CAST_KIND };
        event.body.vote_cast.vote = world_id("v1");
        event.body.vote_cast.member = world_id(world_voters[i]);
        event.body.vote_cast.choice = CHOICE_YES;
        event.body.vote_cast.act = log_author_act(
            world_author(world), world_voters[i], "vote", "v1", "yes");
        world_add(world, &event);
    }
    event = (struct meeting_event){ .kind = EVENT_VOTE_CLOSED_KIND };
    event.body.vote_closed.vote = world_id("v1");
    event.body.vote_closed.yes = 2;
    event.body.vote_closed.denominator = 3;
    event.body.vote_closed.test = TEXT_LITERAL("2*yes > D");
    event.body.vote_closed.rule = TEXT_LITERAL("ordinary_motion");
    event.body.vote_closed.need = 2;
    event.body.vote_closed.passed = true;
    event.body.vote_closed.act =
        log_author_act(world_author(world), "m1", "close_vote", "v1", "");
    world_add(world, &event);
}

void world_draft(struct ballot_world *world)
{
    struct ballot_channel_row rows[3] = { { .channel = BALLOT_BY_OWN } };
    struct meeting_event event = { .kind = EVENT_BALLOT_ADOPTED_KIND };
    struct command command = { .op = OP_ADOPT_BALLOT };
    struct event_vote_started roll = { .d = 0 };

    confirm_roll(world);
    draft(world);
    vote_for_it(world);
    for (size_t i = 0; i < 3; i++) {
        rows[i].member = world_id(world_voters[i]);
        rows[i].channel = BALLOT_BY_OWN;
    }
    event.body.ballot_adopted.ballot = world_b1;
    event.body.ballot_adopted.vote = world_id("v1");
    vote_fixture_open_author(&roll);
    event.body.ballot_adopted.denominator = roll.d;
    event.body.ballot_adopted.present = roll.present;
    event.body.ballot_adopted.measure = roll.measure;
    event.body.ballot_adopted.remote = true;
    event.body.ballot_adopted.people = roll.people;
    event.body.ballot_adopted.channels = (struct items){ rows, 3 };
    command.body.adopt_ballot.ballot = world_b1;
    command.body.adopt_ballot.vote = world_id("v1");
    event.body.ballot_adopted.act = world_act(world, "m1", &command);
    world_add(world, &event);
}

/* --- Keys ---------------------------------------------------------------- */

void world_begin_keys(struct ballot_world *world, uint64_t attempt,
                      const char *uuid)
{
    struct meeting_event event = { .kind = EVENT_KEYS_BEGUN_KIND };
    struct ballot_trustee_key key;
    struct byte_writer writer;

    (void)snprintf(world->uuid, sizeof world->uuid, "%s", uuid);
    assert_int_equal(ballot_trustee_key_make(world->group, &world->random,
                                             &world->server_secret, &key),
                     RESULT_OK);
    byte_writer_init(&writer, 10000);
    ballot_trustee_key_write(&writer, &key);
    free(world->server_key);
    world->server_key = strndup((const char *)writer.data, writer.size);
    byte_writer_release(&writer);
    event.body.keys_begun.ballot = world_b1;
    event.body.keys_begun.attempt = attempt;
    event.body.keys_begun.uuid = text_view_of(world->uuid);
    event.body.keys_begun.server_key = text_view_of(world->server_key);
    world_add(world, &event);
}

void world_take_certificate(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_TELLER_CERTIFIED_KIND };
    struct event_teller_certified *body = &event.body.teller_certified;
    struct world_command sent;

    world_require(world, "certify", &sent);
    body->ballot = world_b1;
    body->attempt = sent.command.body.certify.attempt;
    body->index = sent.command.body.certify.index;
    body->certificate = sent.command.body.certify.certificate;
    body->message = sent.command.body.certify.message;
    SIGNED_BY_DEVICE(body, &sent);
    free(world->certificate);
    world->certificate =
        strndup(body->certificate.data, body->certificate.size);
    world_add(world, &event);
    world_answer_command(world, &sent);
    world_command_end(&sent);
}

/* --- A committee of three ------------------------------------------------ */

static struct ballot_teller_terms terms_of(size_t i)
{
    return (struct ballot_teller_terms){ 1, (uint32_t)i + 1, 3, 2 };
}

static void say_certificate(struct ballot_world *world, size_t i)
{
    struct meeting_event event = { .kind = EVENT_TELLER_CERTIFIED_KIND };
    struct event_teller_certified *body = &event.body.teller_certified;
    const struct statement_trustee fields = {
        .member = text_view_of(world_voters[i]),
        .uuid = text_view_of(world->uuid),
        .attempt = 1,
        .index = i + 1,
        .count = 3,
        .threshold = 2,
        .message = world->certified[i].message,
        .seen = world_newest(world),
    };

    body->ballot = world_b1;
    body->attempt = 1;
    body->index = i + 1;
    body->certificate = ballot_teller_view(&world->certified[i].text);
    body->message = world->certified[i].message;
    body->member = world_id(world_voters[i]);
    body->device = author_key(world_voters[i]).public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    SIGN(&body->sig, world_voters[i], trustee, &fields);
    world_add(world, &event);
}

void world_certify_others(struct ballot_world *world)
{
    for (size_t i = 0; i < 2; i++) {
        const struct ballot_teller_terms terms = terms_of(i);

        assert_int_equal(ballot_teller_begin(world->group, &terms,
                                             &world->random,
                                             &world->certified[i]),
                         RESULT_OK);
        say_certificate(world, i);
    }
}

static struct ballot_teller_given deal_of(struct ballot_world *world, size_t i)
{
    const struct text_view certificates[] = {
        ballot_teller_view(&world->certified[0].text),
        ballot_teller_view(&world->certified[1].text),
        text_view_of(world->certificate),
    };
    const struct ballot_teller_terms terms = terms_of(i);
    struct ballot_teller_given given;
    struct ballot_blame blame;

    assert_int_equal(
        ballot_teller_deal(world->group, &terms,
                           ballot_teller_view(&world->certified[i].machine),
                           certificates, &world->random, &given, &blame),
        RESULT_OK);
    return given;
}

/* The dealing of one time, the box to the device of another. */
static char *mixed(struct ballot_world *world, size_t i)
{
    struct ballot_teller_given other = deal_of(world, i);
    struct ballot_deal deal, wrong;
    struct byte_writer writer;
    char *text;

    assert_int_equal(ballot_deal_read(ballot_teller_view(&world->dealt[i].text),
                                      3, (uint32_t)i + 1, &deal),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_deal_read(ballot_teller_view(&other.text), 3,
                                      (uint32_t)i + 1, &wrong),
                     BALLOT_FAULT_NONE);
    deal.boxes[2] = wrong.boxes[2];
    byte_writer_init(&writer, 100000);
    ballot_deal_write(&writer, &deal, 3);
    text = strndup((const char *)writer.data, writer.size);
    byte_writer_release(&writer);
    ballot_teller_given_free(&other);
    return text;
}

static void say_deal(struct ballot_world *world, size_t i)
{
    struct meeting_event event = { .kind = EVENT_SHARES_DEALT_KIND };
    struct event_shares_dealt *body = &event.body.shares_dealt;
    struct command command = { .op = OP_DEAL };

    command.body.deal.ballot = world_b1;
    command.body.deal.attempt = 1;
    command.body.deal.index = i + 1;
    command.body.deal.deal = text_view_of(world->deals[i]);
    body->ballot = world_b1;
    body->attempt = 1;
    body->index = i + 1;
    body->deal = command.body.deal.deal;
    body->act = world_act(world, world_voters[i], &command);
    world_add(world, &event);
}

void world_deal_others(struct ballot_world *world, size_t twice)
{
    for (size_t i = 0; i < 2; i++) {
        world->dealt[i] = deal_of(world, i);
        world->deals[i] = twice == i + 1
                              ? mixed(world, i)
                              : strndup((const char *)world->dealt[i].text.data,
                                        world->dealt[i].text.size);
        say_deal(world, i);
    }
}

/* The event of what the device sent and signed, which is answered with it.
 * `act`: where it stands in the event. */
static void add_act(struct ballot_world *world, struct meeting_event *event,
                    struct act *act, const char *op, struct world_command *sent)
{
    char *subject = NULL, *value = NULL;

    assert_int_equal(command_act_terms(&sent->command, &subject, &value),
                     RESULT_OK);
    *act = sent->command.act;
    act->member = world_id("m4");
    act->device = author_key("m4").public_key;
    act->op = text_view_of(op);
    act->request = sent->command.request;
    act->subject = text_view_of(subject);
    act->value = text_view_of(value);
    world_add(world, event);
    free(subject);
    free(value);
    world_answer_command(world, sent);
    world_command_end(sent);
}

void world_take_deal(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_SHARES_DEALT_KIND };
    struct event_shares_dealt *body = &event.body.shares_dealt;
    struct world_command sent;

    world_require(world, "deal", &sent);
    body->ballot = world_b1;
    body->attempt = sent.command.body.deal.attempt;
    body->index = sent.command.body.deal.index;
    body->deal = sent.command.body.deal.deal;
    world->deals[2] = strndup(body->deal.data, body->deal.size);
    add_act(world, &event, &body->act, "deal", &sent);
}

void world_take_dispute(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_KEYS_DISPUTED_KIND };
    struct event_keys_disputed *body = &event.body.keys_disputed;
    struct world_command sent;

    world_require(world, "dispute_keys", &sent);
    body->ballot = world_b1;
    body->attempt = sent.command.body.dispute_keys.attempt;
    body->index = sent.command.body.dispute_keys.index;
    body->against = sent.command.body.dispute_keys.against;
    body->evidence = sent.command.body.dispute_keys.evidence;
    add_act(world, &event, &body->act, "dispute_keys", &sent);
}

void world_fail_keys(struct ballot_world *world, uint64_t attempt,
                     enum keys_fault reason, uint64_t guilty)
{
    struct meeting_event event = { .kind = EVENT_KEYS_FAILED_KIND };
    struct event_keys_failed *body = &event.body.keys_failed;
    struct command command = { .op = OP_RESTART_KEYS };

    body->ballot = world_b1;
    body->attempt = attempt;
    body->reason = (int)reason;
    body->guilty = guilty;
    command.body.restart_keys.ballot = world_b1;
    if (reason == KEYS_RESTARTED)
        body->act = world_act(world, "m1", &command);
    world_add(world, &event);
}

static void write_trustees(struct ballot_world *world)
{
    const struct ballot_part_text parts[] = {
        { false, text_view_of(world->server_key) },
        { false, text_view_of(world->certificate) },
    };
    struct byte_writer writer;

    byte_writer_init(&writer, 100000);
    ballot_trustees_write(&writer, parts, 2);
    world->trustees_hash = world_keep_written(world, &writer);
}

static void take_signature(struct ballot_world *world,
                           struct ballot_committee_member *out)
{
    struct meeting_event event = { .kind = EVENT_TRUSTEES_SIGNED_KIND };
    struct event_trustees_signed *body = &event.body.trustees_signed;
    struct world_command sent;

    world_require(world, "sign_trustees", &sent);
    body->ballot = world_b1;
    body->attempt = sent.command.body.sign_trustees.attempt;
    body->owner = sent.command.body.sign_trustees.owner;
    body->key = sent.command.body.sign_trustees.key;
    body->trustees = sent.command.body.sign_trustees.trustees;
    body->member = world_id("m4");
    body->device = author_key("m4").public_key;
    body->sig = sent.command.act.sig;
    assert_true(hash_equal(&body->trustees, &world->trustees_hash));
    *out = (struct ballot_committee_member){ body->member, body->device,
                                             body->sig };
    world_add(world, &event);
    world_answer_command(world, &sent);
    world_command_end(&sent);
}

static struct hash roll(void)
{
    struct digest digest;

    digest_begin(&digest);
    digest_domain(&digest, "roll");
    for (size_t i = 0; i < 3; i++) {
        digest_prefixed_text(&digest, text_view_of(world_voters[i]));
        digest_prefixed_text(&digest, TEXT_LITERAL("own"));
    }
    return digest_finish(&digest);
}

static void sign_as_server(struct ballot_world *world,
                           const struct ballot_trustees *trustees,
                           uint64_t attempt,
                           struct ballot_committee_member *out)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];
    struct statement_trustees fields = { .member = TEXT_LITERAL("server"),
                                         .uuid = text_view_of(world->uuid),
                                         .attempt = attempt,
                                         .owner = 1,
                                         .trustees = world->trustees_hash };

    struct meeting_event event = { .kind = EVENT_TRUSTEES_SIGNED_KIND };
    struct event_trustees_signed *body = &event.body.trustees_signed;

    ballot_element_text(&trustees->owners[0].public_key, text);
    fields.key = digest_sha256(text, strlen(text));
    out->member = world_id("server");
    out->key = author_key("server").public_key;
    SIGN(&out->sig, "server", trustees, &fields);
    body->ballot = world_b1;
    body->attempt = attempt;
    body->owner = 1;
    body->key = fields.key;
    body->trustees = world->trustees_hash;
    body->member = out->member;
    body->device = out->key;
    body->sig = out->sig;
    world_add(world, &event);
}

static void write_election(struct ballot_world *world,
                           struct ballot_committee_member *committee,
                           const struct ballot_trustees *trustees)
{
    struct ballot_election election = { .public_key = trustees->public_key };
    struct ballot_meeting *meeting = &election.meeting;
    struct ballot_draft paper;
    struct byte_writer writer;

    assert_int_equal(ballot_draft_read(text_view_of(world->form), &paper),
                     BALLOT_FAULT_NONE);
    election.description = TEXT_LITERAL("");
    election.name = paper.name;
    election.questions = paper.questions;
    election.question_count = paper.question_count;
    election.uuid = text_view_of(world->uuid);
    election.has_meeting = true;
    meeting->meeting = world_author(world)->scope;
    meeting->genesis = world_author(world)->heads[0];
    meeting->round = world->round;
    meeting->rules = world->rules;
    meeting->attempt = 1;
    meeting->roll = roll();
    meeting->is_revote_allowed = true;
    meeting->channels.own = 3;
    meeting->trustees = world->trustees_hash;
    meeting->committee = committee;
    meeting->committee_count = 2;
    byte_writer_init(&writer, 100000);
    assert_int_equal(ballot_election_write(world->group, &election, &writer),
                     RESULT_OK);
    world->election_hash = world_keep_written(world, &writer);
    ballot_draft_release(&paper);
}

void world_ready(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_READY_KIND };
    struct ballot_committee_member committee[2];
    struct ballot_trustees *trustees = malloc(sizeof *trustees);
    uint32_t owner;

    assert_non_null(trustees);
    write_trustees(world);
    take_signature(world, &committee[1]);
    assert_int_equal(
        ballot_trustees_read(world->group,
                             world_text_of(world, &world->trustees_hash), false,
                             trustees, &owner),
        BALLOT_FAULT_NONE);
    sign_as_server(world, trustees, 1, &committee[0]);
    write_election(world, committee, trustees);
    free(trustees);
    assert_int_equal(
        ballot_election_read(world->group,
                             world_text_of(world, &world->election_hash), false,
                             &world->election),
        BALLOT_FAULT_NONE);
    assert_int_equal(
        ballot_booth_new(world->group, &world->election, &world->booth),
        RESULT_OK);
    event.body.ballot_ready.ballot = world_b1;
    event.body.ballot_ready.attempt = 1;
    event.body.ballot_ready.election = world->election_hash;
    event.body.ballot_ready.election_size =
        world_text_of(world, &world->election_hash).size;
    event.body.ballot_ready.trustees = world->trustees_hash;
    event.body.ballot_ready.trustees_size =
        world_text_of(world, &world->trustees_hash).size;
    world_add(world, &event);
}
