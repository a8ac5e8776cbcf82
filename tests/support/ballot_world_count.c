/* Voting and counting in a secret ballot. */
#include "tests/support/ballot_world_internal.h"
#include "tests/support/vote_fixture.h"

#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_vote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* --- Voting -------------------------------------------------------------- */

void world_open(struct ballot_world *world)
{
    static const char *const signers[] = { "m1", "m2", "m4", NULL };
    static const char *const missing[] = { "m9", NULL };
    struct meeting_event event = { .kind = EVENT_BALLOT_OPENED_KIND };
    struct command command = { .op = OP_OPEN_BALLOT };

    (void)log_author_checkpoint(world_author(world), CHECKPOINT_LIST_ATTESTED,
                                world_author(world)->count - 1, signers,
                                missing);
    world_say(world);
    command.body.open_ballot.ballot = world_b1;
    command.body.open_ballot.knowingly = true;
    event.body.ballot_opened.ballot = world_b1;
    event.body.ballot_opened.setup = world->setup_hash;
    event.body.ballot_opened.length = 3;
    event.body.ballot_opened.own = 3;
    event.body.ballot_opened.knowingly = true;
    event.body.ballot_opened.act = world_act(world, "m1", &command);
    world_add(world, &event);
    world->opened_at_ms = world_author(world)->at_ms;
    world->end =
        (struct ballot_archive_end){ .seconds =
                                         (uint64_t)world->opened_at_ms / 1000 };
    assert_int_equal(ballot_archive_step(&world->end, BALLOT_EVENT_SETUP,
                                         &world->setup_hash),
                     RESULT_OK);
}

static uint64_t returned(const struct ballot_world *world)
{
    bool has[3] = { false, false, false };

    for (size_t i = 0; i < world->ballot_count; i++)
        has[world->owners[i]] = true;
    return (uint64_t)has[0] + has[1] + has[2];
}

void world_record_ballot(struct ballot_world *world, const char *text,
                         size_t size, size_t owner)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_RECORDED_KIND };
    struct log_author *author = world_author(world);
    const int64_t now_ms = author->at_ms;

    world->trackers[world->ballot_count] = world_keep(world, text, size);
    world->owners[world->ballot_count++] = owner;
    assert_int_equal(
        ballot_archive_step(&world->end, BALLOT_EVENT_BALLOT,
                            &world->trackers[world->ballot_count - 1]),
        RESULT_OK);
    event.body.ballot_recorded.ballot = world_b1;
    event.body.ballot_recorded.height = world->ballot_count;
    event.body.ballot_recorded.tracker =
        world->trackers[world->ballot_count - 1];
    event.body.ballot_recorded.returned = returned(world);
    /* At the moment of the opening: log_author adds its second to this. */
    author->at_ms = world->opened_at_ms - 1000;
    world_add(world, &event);
    author->at_ms = now_ms;
}

void world_vote(struct ballot_world *world, size_t who, const char *marks)
{
    uint8_t places[WORLD_POSITIONS];
    const struct ballot_choice choice = { places, WORLD_POSITIONS };
    char *text = NULL;
    size_t size = 0;

    for (size_t i = 0; i < WORLD_POSITIONS; i++)
        places[i] = marks[i] == '1';
    assert_int_equal(ballot_vote_make(world->booth, &world->secrets[who],
                                      &choice, 1, &world->random, &text, &size),
                     RESULT_OK);
    world_record_ballot(world, text, size, who);
    free(text);
}

static void answer_receipt(struct ballot_world *world, json_int_t id)
{
    const struct statement_receipt fields = {
        .uuid = text_view_of(world->uuid),
        .setup = world->setup_hash,
        .ballot = world->trackers[world->ballot_count - 1],
        .height = world->ballot_count,
        .record = world->end.head,
        .at_ms = 1795000123456,
    };
    char hex[HEX_SIZE(SIGNATURE_SIZE)], text[250];
    struct signature sig;

    SIGN(&sig, "server", receipt, &fields);
    hex_encode(sig.bytes, SIGNATURE_SIZE, hex);
    (void)snprintf(text, sizeof text,
                   "\"ok\":true,\"height\":%zu,\"ms\":1795000123456,"
                   "\"sig\":\"%s\"",
                   world->ballot_count, hex);
    line_answer(world_line(world), id, text);
    world_settle(world);
}

void world_take_vote(struct ballot_world *world)
{
    json_t *sent = json_deep_copy(line_sent_op(world_line(world), "cast"));
    const json_t *text = json_object_get(sent, "text");

    assert_true(json_is_string(text));
    world_record_ballot(world, json_string_value(text),
                        json_string_length(text), 2);
    answer_receipt(world, json_integer_value(json_object_get(sent, "id")));
    json_decref(sent);
}

/* --- The end ------------------------------------------------------------- */

void world_end(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ENDING_KIND };
    struct event_ballots_ended *body = &event.body.ballots_ended;
    struct command command = { .op = OP_END_BALLOT };

    command.body.end_ballot.ballot = world_b1;
    event.body.ballot_ending.ballot = world_b1;
    event.body.ballot_ending.closes_at = world_author(world)->at_ms + 1000;
    event.body.ballot_ending.act = world_act(world, "m1", &command);
    world_add(world, &event);
    assert_int_equal(
        ballot_archive_step(&world->end, BALLOT_EVENT_END_BALLOTS, NULL),
        RESULT_OK);
    world->end_hash = world->end.head;
    event = (struct meeting_event){ .kind = EVENT_BALLOTS_ENDED_KIND };
    body->ballot = world_b1;
    body->end = world->end_hash;
    body->count = world->ballot_count;
    body->returned = returned(world);
    world_add(world, &event);
}

void world_include(struct ballot_world *world, const char *member)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_INCLUDED_KIND };
    struct event_ballot_included *body = &event.body.ballot_included;
    const struct statement_included fields = {
        .member = text_view_of(member),
        .uuid = text_view_of(world->uuid),
        .setup = world->setup_hash,
        .end = world->end_hash,
        .count = world->ballot_count,
        .what = TEXT_LITERAL("cast"),
        .seen = world_newest(world),
    };

    body->ballot = world_b1;
    body->setup = world->setup_hash;
    body->end = world->end_hash;
    body->count = world->ballot_count;
    body->what = INCLUDED_CAST;
    body->member = world_id(member);
    body->device = author_key(member).public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    SIGN(&body->sig, member, included, &fields);
    world->included++;
    world_add(world, &event);
}

void world_take_inclusion(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_INCLUDED_KIND };
    struct event_ballot_included *body = &event.body.ballot_included;
    struct world_command sent;

    world_require(world, "include_ballot", &sent);
    body->ballot = world_b1;
    body->setup = sent.command.body.include_ballot.setup;
    body->end = sent.command.body.include_ballot.end;
    body->count = sent.command.body.include_ballot.count;
    body->what = sent.command.body.include_ballot.what;
    SIGNED_BY_DEVICE(body, &sent);
    world->included++;
    world_add(world, &event);
    world_answer_command(world, &sent);
    world_command_end(&sent);
}

/* The product of the last ballot of each. */
static void make_tally(struct ballot_world *world,
                       struct ballot_cipher tally[WORLD_POSITIONS])
{
    ballot_tally_begin(tally, WORLD_POSITIONS);
    for (size_t i = world->skipped; i < world->ballot_count; i++) {
        struct ballot_vote vote;
        size_t k = i + 1;

        while (k < world->ballot_count && world->owners[k] != world->owners[i])
            k++;
        if (k < world->ballot_count)
            continue;
        assert_int_equal(
            ballot_vote_read(world->booth,
                             world_text_of(world, &world->trackers[i]), &vote,
                             NULL),
            BALLOT_FAULT_NONE);
        assert_int_equal(ballot_tally_add(world->group, tally, vote.ciphers,
                                          WORLD_POSITIONS, 1),
                         RESULT_OK);
        ballot_vote_release(&vote);
    }
}

static void say_tally(struct ballot_world *world,
                      const struct ballot_cipher *tally)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_TALLIED_KIND };
    struct ballot_tally_size sized = { .ballot_count = returned(world),
                                       .weight = returned(world) };
    struct byte_writer writer;

    byte_writer_init(&writer, 100000);
    ballot_tally_write(&writer, &world->election, tally);
    world->tally_hash = world_keep_written(world, &writer);
    sized.tally = world->tally_hash;
    byte_writer_init(&writer, 1000);
    ballot_tally_size_write(&writer, &sized);
    world->sized_hash = world_keep_written(world, &writer);
    event.body.ballot_tallied.ballot = world_b1;
    event.body.ballot_tallied.tally = world->tally_hash;
    event.body.ballot_tallied.sized = world->sized_hash;
    event.body.ballot_tallied.returned = returned(world);
    assert_int_equal(ballot_archive_step(&world->end,
                                         BALLOT_EVENT_ENCRYPTED_TALLY,
                                         &world->sized_hash),
                     RESULT_OK);
    world_add(world, &event);
}

/* Event and records of a decryption whose payload is kept. */
static void say_decryption(struct ballot_world *world, uint64_t owner,
                           const struct hash *payload,
                           const struct event_ballot_decrypted *by)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_DECRYPTED_KIND };
    struct event_ballot_decrypted *body = &event.body.ballot_decrypted;
    struct byte_writer writer;

    byte_writer_init(&writer, 1000);
    ballot_decryption_write_owner(&writer, owner, payload);
    *body = *by;
    body->ballot = world_b1;
    body->owner = owner;
    body->end = world->end_hash;
    body->tally = world->tally_hash;
    body->payload = *payload;
    body->size = world_text_of(world, payload).size;
    body->sized = world_keep_written(world, &writer);
    assert_int_equal(ballot_archive_step(&world->end,
                                         BALLOT_EVENT_PARTIAL_DECRYPTION,
                                         &body->sized),
                     RESULT_OK);
    world_add(world, &event);
}

static void decrypt_as_server(struct ballot_world *world,
                              const struct ballot_cipher *tally)
{
    struct ballot_opening opening = { .election = &world->election,
                                      .tally = tally,
                                      .owner = 1 };
    struct event_ballot_decrypted by = { .member = { "server" } };
    struct statement_decrypt fields = { .member = TEXT_LITERAL("server"),
                                        .uuid = text_view_of(world->uuid),
                                        .owner = 1,
                                        .end = world->end_hash,
                                        .tally = world->tally_hash,
                                        .seen = world_newest(world) };
    struct ballot_decryption decryption;
    struct byte_writer writer;

    assert_int_equal(ballot_group_generate(world->group, &world->server_secret,
                                           &opening.public_key),
                     RESULT_OK);
    assert_int_equal(ballot_decryption_make(world->group, &opening,
                                            &world->server_secret,
                                            &world->random, &decryption),
                     RESULT_OK);
    byte_writer_init(&writer, 100000);
    ballot_decryption_write(&writer, &world->election, &decryption);
    ballot_decryption_release(&decryption);
    fields.payload = world_keep_written(world, &writer);
    by.device = author_key("server").public_key;
    by.seen = fields.seen.seq;
    by.head = fields.seen.head;
    SIGN(&by.sig, "server", decrypt, &fields);
    say_decryption(world, 1, &fields.payload, &by);
}

void world_count(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_COUNTING_BEGUN_KIND };
    struct command command = { .op = OP_COUNT_BALLOT };
    struct ballot_cipher tally[WORLD_POSITIONS];

    make_tally(world, tally);
    say_tally(world, tally);
    command.body.count_ballot.ballot = world_b1;
    command.body.count_ballot.knowingly = true;
    event.body.counting_begun.ballot = world_b1;
    event.body.counting_begun.included = world->included;
    event.body.counting_begun.knowingly = true;
    event.body.counting_begun.act = world_act(world, "m1", &command);
    world_add(world, &event);
    decrypt_as_server(world, tally);
}

static void say_result(struct ballot_world *world, const uint64_t *numbers)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_RESULT_KIND };
    struct event_ballot_result *body = &event.body.ballot_result;
    struct ballot_count counts[WORLD_POSITIONS];
    struct byte_writer writer;

    byte_writer_init(&writer, 10000);
    ballot_result_write(&writer, &world->election, numbers,
                        (struct text_view){ NULL, 0 });
    body->ballot = world_b1;
    body->size = writer.size;
    body->result = world_keep_written(world, &writer);
    body->issued = 3;
    body->returned = returned(world);
    for (size_t i = 0; i < WORLD_POSITIONS; i++)
        counts[i].count = numbers[i];
    body->counts = (struct items){ counts, WORLD_POSITIONS };
    assert_int_equal(
        ballot_archive_step(&world->end, BALLOT_EVENT_RESULT, &body->result),
        RESULT_OK);
    body->head = world->end.head;
    world_add(world, &event);
}

void world_take_decryption(struct ballot_world *world)
{
    struct event_ballot_decrypted by = { .owner = 2 };
    struct world_command sent;
    struct hash payload;

    world_require(world, "decrypt", &sent);
    payload =
        world_keep(world, (const char *)world->uploaded, world->uploaded_size);
    assert_true(hash_equal(&payload, &sent.command.body.decrypt.payload));
    SIGNED_BY_DEVICE(&by, &sent);
    say_decryption(world, 2, &payload, &by);
    world_answer_command(world, &sent);
    world_command_end(&sent);
}

void world_result(struct ballot_world *world, const uint64_t *numbers)
{
    say_result(world, numbers);
}

void world_void(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_VOIDED_KIND };
    struct event_ballot_voided *body = &event.body.ballot_voided;
    struct command command = { .op = OP_VOID_BALLOT };

    body->ballot = world_b1;
    body->why = VOID_BY_CHAIR;
    body->reason = author_seal("reason", "Làm lại");
    command.body.void_ballot.ballot = world_b1;
    command.body.void_ballot.reason = body->reason;
    body->act = world_act(world, "m1", &command);
    world_add(world, &event);
}
