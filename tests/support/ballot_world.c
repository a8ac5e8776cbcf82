#include "tests/support/ballot_world.h"
#include "tests/support/vote_fixture.h"

#include "protocol/ballot/ballot_credential.h"
#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_draft.h"
#include "protocol/ballot/ballot_list.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/meeting/meeting_ballot.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"
#include "protocol/wire/blob_piece.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define FORM                                                                            \
    "{\"name\":\"Bầu bí thư\",\"questions\":[{\"answers\":"                         \
    "[\"Đảng viên Mẫu 01\",\"Đảng viên Mẫu 02\"],\"blank\":true,\"min\":1," \
    "\"max\":1,\"question\":\"Chọn một người\"}],\"forms\":[\"choose\"]}"

static const struct identifier b1 = { "b1" };
static const char *const voters[] = { "m1", "m2", "m4" };

static struct fake_line *line_of(struct ballot_world *world)
{
    return &world->base->line;
}

static struct log_author *author_of(struct ballot_world *world)
{
    return &world->base->author;
}

static struct identifier id_of(const char *text)
{
    struct identifier id;

    assert_int_equal(identifier_parse(text_view_of(text), &id), RESULT_OK);
    return id;
}

/* --- Life ---------------------------------------------------------------- */

int ballot_world_set_up(void **state)
{
    struct ballot_world *world = calloc(1, sizeof *world);
    void *base = NULL;

    if (!world || client_world_set_up_files(&base))
        return -1;
    world->base = base;
    world->dice = (struct ballot_dice){ .seed = 9 };
    world->random = ballot_dice_random(&world->dice);
    world->form = FORM;
    world->round = 1;
    world->base->line.ballots_path =
        strdup(scratch_folder_file(&world->base->folder, "ballots").text);
    assert_int_equal(ballot_group_new(&world->group), RESULT_OK);
    *state = world;
    return 0;
}

static void remove_folder(struct ballot_world *world)
{
    struct scratch_folder folder;

    (void)snprintf(folder.path, sizeof folder.path, "%s",
                   world->base->line.ballots_path);
    if (access(folder.path, F_OK) == 0)
        scratch_folder_remove(&folder);
}

int ballot_world_tear_down(void **state)
{
    struct ballot_world *world = *state;
    void *base = world->base;
    char *path = (char *)(uintptr_t)world->base->line.ballots_path;

    fake_line_stop(line_of(world));
    remove_folder(world);
    ballot_booth_free(world->booth);
    if (world->booth)
        ballot_election_release(&world->election);
    for (size_t i = 0; i < world->record_count; i++)
        free(world->records[i].bytes);
    free(world->server_key);
    free(world->certificate);
    free(world->uploaded);
    for (size_t i = 0; i < 3; i++)
        free(world->deals[i]);
    for (size_t i = 0; i < 2; i++) {
        ballot_teller_given_free(&world->certified[i]);
        ballot_teller_given_free(&world->dealt[i]);
    }
    ballot_group_free(world->group);
    (void)client_world_tear_down(&base);
    free(path);
    free(world);
    return 0;
}

/* --- Records ------------------------------------------------------------- */

static struct hash keep(struct ballot_world *world, const char *bytes,
                        size_t size)
{
    struct world_record *record = &world->records[world->record_count++];

    assert_true(world->record_count <= WORLD_RECORDS_MAX);
    record->hash = digest_sha256(bytes, size);
    record->bytes = strndup(bytes, size);
    record->size = size;
    return record->hash;
}

static struct hash keep_written(struct ballot_world *world,
                                struct byte_writer *writer)
{
    struct hash hash;

    assert_int_equal(writer->result, RESULT_OK);
    hash = keep(world, (const char *)writer->data, writer->size);
    byte_writer_release(writer);
    return hash;
}

static const struct world_record *record_of(const struct ballot_world *world,
                                            const struct hash *hash)
{
    for (size_t i = 0; i < world->record_count; i++) {
        if (hash_equal(&world->records[i].hash, hash))
            return &world->records[i];
    }
    return NULL;
}

static struct text_view text_of(const struct ballot_world *world,
                                const struct hash *hash)
{
    const struct world_record *record = record_of(world, hash);

    if (!record)
        fail_msg("no such record");
    return record ? (struct text_view){ record->bytes, record->size }
                  : (struct text_view){ "", 0 };
}

/* --- Serving ------------------------------------------------------------- */

static void say_pieces(struct ballot_world *world,
                       const struct world_record *record)
{
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];

    for (size_t at = 0; at < record->size; at += LIMIT_BLOB_PIECE_SIZE) {
        struct blob_piece piece = {
            .blob = record->hash,
            .blob_size = record->size,
            .offset = at,
            .bytes = (const uint8_t *)record->bytes + at,
            .size = record->size - at < LIMIT_BLOB_PIECE_SIZE
                        ? record->size - at
                        : LIMIT_BLOB_PIECE_SIZE,
        };
        size_t size = 0;

        assert_int_equal(
            blob_piece_encode(&piece, message, sizeof message, &size),
            RESULT_OK);
        line_say_binary(line_of(world), message, size);
    }
}

static void serve_get(struct ballot_world *world, const json_t *frame)
{
    const struct world_record *record;
    struct hash hash;
    char text[100];

    assert_int_equal(hex_decode(text_view_of(json_string_value(
                                    json_object_get(frame, "blob"))),
                                hash.bytes, HASH_SIZE),
                     RESULT_OK);
    record = record_of(world, &hash);
    (void)snprintf(text, sizeof text, "\"ok\":true,\"size\":%zu",
                   record ? record->size : 0);
    line_answer(
        line_of(world), json_integer_value(json_object_get(frame, "id")),
        record ? text : "\"error\":{\"code\":\"no_such_blob\",\"args\":{}}");
    if (record)
        say_pieces(world, record);
}

/* All pieces come at once: the files here fit the window. */
static void serve_put(struct ballot_world *world, const json_t *frame)
{
    struct fake_line *line = line_of(world);
    const char *blob = json_string_value(json_object_get(frame, "blob"));
    char text[200];

    free(world->uploaded);
    world->uploaded = NULL;
    line->uploaded_size = 0;
    line_answer(line, json_integer_value(json_object_get(frame, "id")),
                "\"ok\":true,\"durable\":0,\"complete\":false");
    world->uploaded = malloc(line->uploaded_size + 1);
    assert_non_null(world->uploaded);
    memcpy(world->uploaded, line->uploaded, line->uploaded_size);
    world->uploaded_size = line->uploaded_size;
    (void)snprintf(text, sizeof text,
                   "{\"blob\":\"%s\",\"durable\":%zu,\"complete\":true}", blob,
                   world->uploaded_size);
    line_say(line, text);
}

/* Answers requests for files; true if there was one. */
static bool serve(struct ballot_world *world)
{
    struct fake_line *line = line_of(world);
    bool has_served = false;

    for (; world->sent_from < line->sent_count; world->sent_from++) {
        json_t *frame = json_loads(line->sent[world->sent_from], 0, NULL);
        const char *op = json_string_value(json_object_get(frame, "op"));

        if (op && strcmp(op, "get_blob") == 0) {
            serve_get(world, frame);
            has_served = true;
        } else if (op && strcmp(op, "put_blob") == 0) {
            serve_put(world, frame);
            has_served = true;
        }
        json_decref(frame);
    }
    return has_served;
}

void world_settle(struct ballot_world *world)
{
    struct fake_line *line = line_of(world);

    for (;;) {
        const bool has_served = serve(world);
        const bool has_worked = line->job_count > 0;

        line_work(line);
        if (!has_served && !has_worked)
            return;
        line_wait(line, 100);
    }
}

void world_say(struct ballot_world *world)
{
    struct log_author *author = author_of(world);
    const size_t seq = author->count - 1;

    line_say(line_of(world), author->events[seq]);
    for (size_t i = 0; i < author->opening_count; i++) {
        if (author->opening_seqs[i] == seq)
            line_say(line_of(world), author->openings[i]);
    }
    world_settle(world);
}

static void add(struct ballot_world *world, struct meeting_event *event)
{
    (void)log_author_add(author_of(world), event);
    if (!world->is_silent)
        world_say(world);
}

void world_crash(struct ballot_world *world)
{
    client_world_crash(world->base);
    world->sent_from = line_of(world)->sent_count;
    client_world_enter(world->base);
    world_settle(world);
}

/* --- What the device sends ----------------------------------------------- */

bool world_command(struct ballot_world *world, const char *op,
                   struct world_command *out)
{
    const json_t *sent = line_sent_op(line_of(world), op);
    json_t *bare;

    if (!sent)
        return false;
    out->object = json_deep_copy(sent);
    out->memory = (struct message_memory){ NULL, NULL, 0 };
    bare = out->object;
    assert_int_equal(command_decode(bare, &out->command, &out->memory, NULL),
                     RESULT_OK);
    return true;
}

void world_command_end(struct world_command *command)
{
    message_memory_release(&command->memory);
    json_decref(command->object);
}

static void answer_command(struct ballot_world *world,
                           const struct world_command *command)
{
    line_answer(line_of(world), (json_int_t)command->command.request,
                "\"ok\":true");
    world_settle(world);
}

static void require(struct ballot_world *world, const char *op,
                    struct world_command *out)
{
    if (!world_command(world, op, out))
        fail_msg("the device has not sent %s", op);
}

/* The signer's fields of an event, from the act of the device's command. */
#define SIGNED_BY_DEVICE(body, sent)                                           \
    do {                                                                       \
        (body)->member = id_of("m4");                                          \
        (body)->device = author_key("m4").public_key;                          \
        (body)->seen = (sent)->command.act.seen;                               \
        (body)->head = (sent)->command.act.head;                               \
        (body)->sig = (sent)->command.act.sig;                                 \
    } while (0)

/* --- What others sign ---------------------------------------------------- */

static struct statement_seen newest(struct ballot_world *world)
{
    const struct log_author *author = author_of(world);

    return (struct statement_seen){ author->count - 1,
                                    author->heads[author->count - 1] };
}

static struct signature sign(const char *key, enum result result,
                             uint8_t *bytes, size_t size)
{
    const struct signing_key signer = author_key(key);
    struct signature sig;

    assert_int_equal(result, RESULT_OK);
    assert_int_equal(statement_sign(&signer, bytes, size, &sig), RESULT_OK);
    free(bytes);
    return sig;
}

#define SIGN(out, key, kind, fields)                                           \
    do {                                                                       \
        const struct signing_key signer_ = author_key(key);                    \
        uint8_t *bytes_ = NULL;                                                \
        size_t size_ = 0;                                                      \
        const enum result result_ = statement_##kind(                          \
            &signer_.public_key, TEXT_LITERAL(AUTHOR_MEETING), fields,         \
            &bytes_, &size_);                                                  \
        *(out) = sign(key, result_, bytes_, size_);                            \
    } while (0)

static struct act act_of(struct ballot_world *world, const char *member,
                         const struct command *command)
{
    char *subject = NULL, *value = NULL;
    struct act act;

    assert_int_equal(command_act_terms(command, &subject, &value), RESULT_OK);
    act = log_author_act(author_of(world), member, command_name(command->op),
                         subject, value);
    free(subject);
    free(value);
    return act;
}

/* --- Draft and adoption -------------------------------------------------- */

static void confirm_roll(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_ROLL_CONFIRMED_KIND };

    event.body.roll_confirmed.official = 3;
    event.body.roll_confirmed.official_present = 3;
    event.body.roll_confirmed.online = 3;
    event.body.roll_confirmed.others_present = 1;
    event.body.roll_confirmed.act = log_author_act(
        author_of(world), "m1", "confirm_roll", AUTHOR_MEETING, "");
    add(world, &event);
}

static void draft(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_DRAFTED_KIND };
    struct event_ballot_drafted *body = &event.body.ballot_drafted;
    struct command command = { .op = OP_DRAFT_BALLOT };
    struct member_id tellers[] = { { { "m1" } }, { { "m2" } }, { { "m4" } } };

    body->ballot = b1;
    body->form = author_seal("form", FORM);
    body->tellers = world->is_group ? (struct items){ tellers, 3 }
                                    : (struct items){ &tellers[2], 1 };
    body->revote = true;
    body->announced = true;
    command.body.draft_ballot.form = body->form;
    command.body.draft_ballot.tellers = body->tellers;
    command.body.draft_ballot.revote = true;
    body->act = act_of(world, "m1", &command);
    add(world, &event);
}

static void vote_for_it(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_VOTE_STARTED_KIND };
    char hex[HEX_SIZE(HASH_SIZE)], value[HEX_SIZE(HASH_SIZE) + 16];

    vote_fixture_open_author(&event.body.vote_started);
    event.body.vote_started.vote = id_of("v1");
    event.body.vote_started.motion = author_seal("motion", "Thông qua");
    hex_encode(event.body.vote_started.motion.commitment.bytes, HASH_SIZE, hex);
    (void)snprintf(value, sizeof value, "%s,resolution,", hex);
    event.body.vote_started.act =
        log_author_act(author_of(world), "m1", "start_vote", "", value);
    add(world, &event);
    for (size_t i = 0; i < 2; i++) {
        event = (struct meeting_event){ .kind = EVENT_VOTE_CAST_KIND };
        event.body.vote_cast.vote = id_of("v1");
        event.body.vote_cast.member = id_of(voters[i]);
        event.body.vote_cast.choice = CHOICE_YES;
        event.body.vote_cast.act =
            log_author_act(author_of(world), voters[i], "vote", "v1", "yes");
        add(world, &event);
    }
    event = (struct meeting_event){ .kind = EVENT_VOTE_CLOSED_KIND };
    event.body.vote_closed.vote = id_of("v1");
    event.body.vote_closed.yes = 2;
    event.body.vote_closed.denominator = 3;
    event.body.vote_closed.test = TEXT_LITERAL("2*yes > D");
    event.body.vote_closed.rule = TEXT_LITERAL("ordinary_motion");
    event.body.vote_closed.need = 2;
    event.body.vote_closed.passed = true;
    event.body.vote_closed.act =
        log_author_act(author_of(world), "m1", "close_vote", "v1", "");
    add(world, &event);
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
        rows[i].member = id_of(voters[i]);
        rows[i].channel = BALLOT_BY_OWN;
    }
    event.body.ballot_adopted.ballot = b1;
    event.body.ballot_adopted.vote = id_of("v1");
    vote_fixture_open_author(&roll);
    event.body.ballot_adopted.denominator = roll.d;
    event.body.ballot_adopted.present = roll.present;
    event.body.ballot_adopted.measure = roll.measure;
    event.body.ballot_adopted.remote = true;
    event.body.ballot_adopted.people = roll.people;
    event.body.ballot_adopted.channels = (struct items){ rows, 3 };
    command.body.adopt_ballot.ballot = b1;
    command.body.adopt_ballot.vote = id_of("v1");
    event.body.ballot_adopted.act = act_of(world, "m1", &command);
    add(world, &event);
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
    event.body.keys_begun.ballot = b1;
    event.body.keys_begun.attempt = attempt;
    event.body.keys_begun.uuid = text_view_of(world->uuid);
    event.body.keys_begun.server_key = text_view_of(world->server_key);
    add(world, &event);
}

void world_take_certificate(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_TELLER_CERTIFIED_KIND };
    struct event_teller_certified *body = &event.body.teller_certified;
    struct world_command sent;

    require(world, "certify", &sent);
    body->ballot = b1;
    body->attempt = sent.command.body.certify.attempt;
    body->index = sent.command.body.certify.index;
    body->certificate = sent.command.body.certify.certificate;
    body->message = sent.command.body.certify.message;
    SIGNED_BY_DEVICE(body, &sent);
    free(world->certificate);
    world->certificate =
        strndup(body->certificate.data, body->certificate.size);
    add(world, &event);
    answer_command(world, &sent);
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
        .member = text_view_of(voters[i]),
        .uuid = text_view_of(world->uuid),
        .attempt = 1,
        .index = i + 1,
        .count = 3,
        .threshold = 2,
        .message = world->certified[i].message,
        .seen = newest(world),
    };

    body->ballot = b1;
    body->attempt = 1;
    body->index = i + 1;
    body->certificate = ballot_teller_view(&world->certified[i].text);
    body->message = world->certified[i].message;
    body->member = id_of(voters[i]);
    body->device = author_key(voters[i]).public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    SIGN(&body->sig, voters[i], trustee, &fields);
    add(world, &event);
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

    command.body.deal.ballot = b1;
    command.body.deal.attempt = 1;
    command.body.deal.index = i + 1;
    command.body.deal.deal = text_view_of(world->deals[i]);
    body->ballot = b1;
    body->attempt = 1;
    body->index = i + 1;
    body->deal = command.body.deal.deal;
    body->act = act_of(world, voters[i], &command);
    add(world, &event);
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
    act->member = id_of("m4");
    act->device = author_key("m4").public_key;
    act->op = text_view_of(op);
    act->request = sent->command.request;
    act->subject = text_view_of(subject);
    act->value = text_view_of(value);
    add(world, event);
    free(subject);
    free(value);
    answer_command(world, sent);
    world_command_end(sent);
}

void world_take_deal(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_SHARES_DEALT_KIND };
    struct event_shares_dealt *body = &event.body.shares_dealt;
    struct world_command sent;

    require(world, "deal", &sent);
    body->ballot = b1;
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

    require(world, "dispute_keys", &sent);
    body->ballot = b1;
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

    body->ballot = b1;
    body->attempt = attempt;
    body->reason = (int)reason;
    body->guilty = guilty;
    command.body.restart_keys.ballot = b1;
    if (reason == KEYS_RESTARTED)
        body->act = act_of(world, "m1", &command);
    add(world, &event);
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
    world->trustees_hash = keep_written(world, &writer);
}

static void take_signature(struct ballot_world *world,
                           struct ballot_committee_member *out)
{
    struct meeting_event event = { .kind = EVENT_TRUSTEES_SIGNED_KIND };
    struct event_trustees_signed *body = &event.body.trustees_signed;
    struct world_command sent;

    require(world, "sign_trustees", &sent);
    body->ballot = b1;
    body->attempt = sent.command.body.sign_trustees.attempt;
    body->owner = sent.command.body.sign_trustees.owner;
    body->key = sent.command.body.sign_trustees.key;
    body->trustees = sent.command.body.sign_trustees.trustees;
    body->member = id_of("m4");
    body->device = author_key("m4").public_key;
    body->sig = sent.command.act.sig;
    assert_true(hash_equal(&body->trustees, &world->trustees_hash));
    *out = (struct ballot_committee_member){ body->member, body->device,
                                             body->sig };
    add(world, &event);
    answer_command(world, &sent);
    world_command_end(&sent);
}

static struct hash roll(void)
{
    struct digest digest;

    digest_begin(&digest);
    digest_domain(&digest, "roll");
    for (size_t i = 0; i < 3; i++) {
        digest_prefixed_text(&digest, text_view_of(voters[i]));
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
    out->member = id_of("server");
    out->key = author_key("server").public_key;
    SIGN(&out->sig, "server", trustees, &fields);
    body->ballot = b1;
    body->attempt = attempt;
    body->owner = 1;
    body->key = fields.key;
    body->trustees = world->trustees_hash;
    body->member = out->member;
    body->device = out->key;
    body->sig = out->sig;
    add(world, &event);
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
    meeting->meeting = author_of(world)->scope;
    meeting->genesis = author_of(world)->heads[0];
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
    world->election_hash = keep_written(world, &writer);
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
    assert_int_equal(ballot_trustees_read(world->group,
                                          text_of(world, &world->trustees_hash),
                                          false, trustees, &owner),
                     BALLOT_FAULT_NONE);
    sign_as_server(world, trustees, 1, &committee[0]);
    write_election(world, committee, trustees);
    free(trustees);
    assert_int_equal(ballot_election_read(world->group,
                                          text_of(world, &world->election_hash),
                                          false, &world->election),
                     BALLOT_FAULT_NONE);
    assert_int_equal(
        ballot_booth_new(world->group, &world->election, &world->booth),
        RESULT_OK);
    event.body.ballot_ready.ballot = b1;
    event.body.ballot_ready.attempt = 1;
    event.body.ballot_ready.election = world->election_hash;
    event.body.ballot_ready.election_size =
        text_of(world, &world->election_hash).size;
    event.body.ballot_ready.trustees = world->trustees_hash;
    event.body.ballot_ready.trustees_size =
        text_of(world, &world->trustees_hash).size;
    add(world, &event);
}

/* --- The list ------------------------------------------------------------ */

static void say_issued(struct ballot_world *world, const char *member)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ISSUED_KIND };

    event.body.ballot_issued.ballot = b1;
    event.body.ballot_issued.member = id_of(member);
    event.body.ballot_issued.device = author_key(member).public_key;
    add(world, &event);
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
    line_answer(line_of(world), json_integer_value(json_object_get(sent, "id")),
                text);
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
        say_issued(world, voters[i]);
    }
    assert_int_equal(
        world_order(world, "{\"op\":\"ballot_take\",\"ballot\":\"b1\"}"),
        REFUSAL_NONE);
    sent = json_deep_copy(line_sent_op(line_of(world), "take_ballot"));
    assert_non_null(sent);
    say_issued(world, "m4");
    answer_issued(world, sent);
    json_decref(sent);
}

static void close_issue(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_ISSUE_CLOSED_KIND };
    struct command command = { .op = OP_CLOSE_ISSUE };

    command.body.close_issue.ballot = b1;
    event.body.issue_closed.ballot = b1;
    event.body.issue_closed.act = act_of(world, "m1", &command);
    add(world, &event);
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
        rows[count].member = id_of(voters[i]);
        credentials[count++] = world->credentials[i];
    }
    if (count == 3)
        close_issue(world);
    byte_writer_init(&writer, 100000);
    assert_int_equal(ballot_list_write(credentials, count, &writer), RESULT_OK);
    world->credentials_hash = keep_written(world, &writer);
    setup = (struct ballot_setup){ world->election_hash, world->trustees_hash,
                                   world->credentials_hash };
    byte_writer_init(&writer, 1000);
    ballot_setup_write(&setup, &writer);
    world->setup_hash = keep_written(world, &writer);
    body->ballot = b1;
    body->setup = world->setup_hash;
    body->credentials = world->credentials_hash;
    body->length = count;
    body->voters = (struct items){ rows, count };
    add(world, &event);
}

void world_drop(struct ballot_world *world, size_t who)
{
    struct meeting_event event = { .kind = EVENT_VOTER_DROPPED_KIND };
    struct event_voter_dropped *body = &event.body.voter_dropped;

    body->ballot = b1;
    body->member = id_of(voters[who]);
    body->reason = DROP_NOT_ATTESTED;
    world->is_dropped[who] = true;
    add(world, &event);
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
        .seen = newest(world),
    };

    body->ballot = b1;
    body->setup = world->setup_hash;
    body->length = 3;
    body->member = id_of(member);
    body->device = author_key(member).public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    SIGN(&body->sig, member, attest, &fields);
    add(world, &event);
}

void world_take_attestation(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ATTESTED_KIND };
    struct event_ballot_attested *body = &event.body.ballot_attested;
    struct world_command sent;

    require(world, "attest_ballot", &sent);
    body->ballot = b1;
    body->setup = sent.command.body.attest_ballot.setup;
    body->length = sent.command.body.attest_ballot.length;
    SIGNED_BY_DEVICE(body, &sent);
    add(world, &event);
    answer_command(world, &sent);
    world_command_end(&sent);
}

/* --- Voting -------------------------------------------------------------- */

void world_open(struct ballot_world *world)
{
    static const char *const signers[] = { "m1", "m2", "m4", NULL };
    static const char *const missing[] = { "m9", NULL };
    struct meeting_event event = { .kind = EVENT_BALLOT_OPENED_KIND };
    struct command command = { .op = OP_OPEN_BALLOT };

    (void)log_author_checkpoint(author_of(world), CHECKPOINT_LIST_ATTESTED,
                                author_of(world)->count - 1, signers, missing);
    world_say(world);
    command.body.open_ballot.ballot = b1;
    command.body.open_ballot.knowingly = true;
    event.body.ballot_opened.ballot = b1;
    event.body.ballot_opened.setup = world->setup_hash;
    event.body.ballot_opened.length = 3;
    event.body.ballot_opened.own = 3;
    event.body.ballot_opened.knowingly = true;
    event.body.ballot_opened.act = act_of(world, "m1", &command);
    add(world, &event);
    world->opened_at_ms = author_of(world)->at_ms;
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
    struct log_author *author = author_of(world);
    const int64_t now_ms = author->at_ms;

    world->trackers[world->ballot_count] = keep(world, text, size);
    world->owners[world->ballot_count++] = owner;
    assert_int_equal(
        ballot_archive_step(&world->end, BALLOT_EVENT_BALLOT,
                            &world->trackers[world->ballot_count - 1]),
        RESULT_OK);
    event.body.ballot_recorded.ballot = b1;
    event.body.ballot_recorded.height = world->ballot_count;
    event.body.ballot_recorded.tracker =
        world->trackers[world->ballot_count - 1];
    event.body.ballot_recorded.returned = returned(world);
    /* At the moment of the opening: log_author adds its second to this. */
    author->at_ms = world->opened_at_ms - 1000;
    add(world, &event);
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
    line_answer(line_of(world), id, text);
    world_settle(world);
}

void world_take_vote(struct ballot_world *world)
{
    json_t *sent = json_deep_copy(line_sent_op(line_of(world), "cast"));
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

    command.body.end_ballot.ballot = b1;
    event.body.ballot_ending.ballot = b1;
    event.body.ballot_ending.closes_at = author_of(world)->at_ms + 1000;
    event.body.ballot_ending.act = act_of(world, "m1", &command);
    add(world, &event);
    assert_int_equal(
        ballot_archive_step(&world->end, BALLOT_EVENT_END_BALLOTS, NULL),
        RESULT_OK);
    world->end_hash = world->end.head;
    event = (struct meeting_event){ .kind = EVENT_BALLOTS_ENDED_KIND };
    body->ballot = b1;
    body->end = world->end_hash;
    body->count = world->ballot_count;
    body->returned = returned(world);
    add(world, &event);
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
        .seen = newest(world),
    };

    body->ballot = b1;
    body->setup = world->setup_hash;
    body->end = world->end_hash;
    body->count = world->ballot_count;
    body->what = INCLUDED_CAST;
    body->member = id_of(member);
    body->device = author_key(member).public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    SIGN(&body->sig, member, included, &fields);
    world->included++;
    add(world, &event);
}

void world_take_inclusion(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_INCLUDED_KIND };
    struct event_ballot_included *body = &event.body.ballot_included;
    struct world_command sent;

    require(world, "include_ballot", &sent);
    body->ballot = b1;
    body->setup = sent.command.body.include_ballot.setup;
    body->end = sent.command.body.include_ballot.end;
    body->count = sent.command.body.include_ballot.count;
    body->what = sent.command.body.include_ballot.what;
    SIGNED_BY_DEVICE(body, &sent);
    world->included++;
    add(world, &event);
    answer_command(world, &sent);
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
        assert_int_equal(ballot_vote_read(world->booth,
                                          text_of(world, &world->trackers[i]),
                                          &vote, NULL),
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
    world->tally_hash = keep_written(world, &writer);
    sized.tally = world->tally_hash;
    byte_writer_init(&writer, 1000);
    ballot_tally_size_write(&writer, &sized);
    world->sized_hash = keep_written(world, &writer);
    event.body.ballot_tallied.ballot = b1;
    event.body.ballot_tallied.tally = world->tally_hash;
    event.body.ballot_tallied.sized = world->sized_hash;
    event.body.ballot_tallied.returned = returned(world);
    assert_int_equal(ballot_archive_step(&world->end,
                                         BALLOT_EVENT_ENCRYPTED_TALLY,
                                         &world->sized_hash),
                     RESULT_OK);
    add(world, &event);
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
    body->ballot = b1;
    body->owner = owner;
    body->end = world->end_hash;
    body->tally = world->tally_hash;
    body->payload = *payload;
    body->size = text_of(world, payload).size;
    body->sized = keep_written(world, &writer);
    assert_int_equal(ballot_archive_step(&world->end,
                                         BALLOT_EVENT_PARTIAL_DECRYPTION,
                                         &body->sized),
                     RESULT_OK);
    add(world, &event);
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
                                        .seen = newest(world) };
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
    fields.payload = keep_written(world, &writer);
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
    command.body.count_ballot.ballot = b1;
    command.body.count_ballot.knowingly = true;
    event.body.counting_begun.ballot = b1;
    event.body.counting_begun.included = world->included;
    event.body.counting_begun.knowingly = true;
    event.body.counting_begun.act = act_of(world, "m1", &command);
    add(world, &event);
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
    body->ballot = b1;
    body->size = writer.size;
    body->result = keep_written(world, &writer);
    body->issued = 3;
    body->returned = returned(world);
    for (size_t i = 0; i < WORLD_POSITIONS; i++)
        counts[i].count = numbers[i];
    body->counts = (struct items){ counts, WORLD_POSITIONS };
    assert_int_equal(
        ballot_archive_step(&world->end, BALLOT_EVENT_RESULT, &body->result),
        RESULT_OK);
    body->head = world->end.head;
    add(world, &event);
}

void world_take_decryption(struct ballot_world *world)
{
    struct event_ballot_decrypted by = { .owner = 2 };
    struct world_command sent;
    struct hash payload;

    require(world, "decrypt", &sent);
    payload = keep(world, (const char *)world->uploaded, world->uploaded_size);
    assert_true(hash_equal(&payload, &sent.command.body.decrypt.payload));
    SIGNED_BY_DEVICE(&by, &sent);
    say_decryption(world, 2, &payload, &by);
    answer_command(world, &sent);
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

    body->ballot = b1;
    body->why = VOID_BY_CHAIR;
    body->reason = author_seal("reason", "Làm lại");
    command.body.void_ballot.ballot = b1;
    command.body.void_ballot.reason = body->reason;
    body->act = act_of(world, "m1", &command);
    add(world, &event);
}

void world_enter(struct ballot_world *world)
{
    client_world_enter(world->base);
    world->sent_from = line_of(world)->sent_count;
}

void world_up_to_ready(struct ballot_world *world)
{
    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    world_take_certificate(world);
    world_ready(world);
}

void world_up_to_open(struct ballot_world *world)
{
    world_up_to_ready(world);
    world_issue(world);
    world_list(world);
    world_attest(world, "m1");
    world_attest(world, "m2");
    world_take_attestation(world);
    world_open(world);
}

/* --- What the device says ------------------------------------------------ */

const struct client_ballot_view *world_view(struct ballot_world *world)
{
    const struct client_ballot_view *view =
        meeting_view_ballot(client_engine_view(line_of(world)->engine), &b1);

    assert_non_null(view);
    return view;
}

bool world_was_told(struct ballot_world *world, enum client_ballot_stage stage)
{
    struct client_notice *notice;
    bool was_told = false;

    while ((notice = notice_queue_take(line_of(world)->notices)) != NULL) {
        was_told |= notice->kind == CLIENT_BALLOT && notice->stage == stage;
        client_notice_free(notice);
    }
    return was_told;
}

json_t *world_told(struct ballot_world *world, enum client_ballot_stage stage)
{
    struct client_notice *notice;
    json_t *told = NULL;

    while ((notice = notice_queue_take(line_of(world)->notices)) != NULL) {
        if (!told && notice->kind == CLIENT_BALLOT && notice->stage == stage)
            told = json_loadb(notice->json, notice->json_size, 0, NULL);
        client_notice_free(notice);
    }
    return told;
}

enum refusal_code world_order(struct ballot_world *world, const char *json)
{
    struct client_notice *notice;
    enum refusal_code code = REFUSAL_COUNT;

    while ((notice = notice_queue_take(line_of(world)->notices)) != NULL)
        client_notice_free(notice);
    line_command(line_of(world), 77, json);
    world_settle(world);
    while ((notice = notice_queue_take(line_of(world)->notices)) != NULL) {
        if (notice->kind == CLIENT_ANSWER && notice->tag == 77)
            code = notice->is_ok ? REFUSAL_NONE : notice->refusal.code;
        client_notice_free(notice);
    }
    return code;
}
