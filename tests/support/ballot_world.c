#include "tests/support/ballot_world_internal.h"
#include "tests/support/vote_fixture.h"

#include "protocol/record/digest.h"
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

struct fake_line *world_line(struct ballot_world *world)
{
    return &world->base->line;
}

struct log_author *world_author(struct ballot_world *world)
{
    return &world->base->author;
}

struct identifier world_id(const char *text)
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
    world->form = WORLD_FORM;
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

    fake_line_stop(world_line(world));
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

struct hash world_keep(struct ballot_world *world, const char *bytes,
                       size_t size)
{
    struct world_record *record = &world->records[world->record_count++];

    assert_true(world->record_count <= WORLD_RECORDS_MAX);
    record->hash = digest_sha256(bytes, size);
    record->bytes = strndup(bytes, size);
    record->size = size;
    return record->hash;
}

struct hash world_keep_written(struct ballot_world *world,
                               struct byte_writer *writer)
{
    struct hash hash;

    assert_int_equal(writer->result, RESULT_OK);
    hash = world_keep(world, (const char *)writer->data, writer->size);
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

struct text_view world_text_of(const struct ballot_world *world,
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
        line_say_binary(world_line(world), message, size);
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
        world_line(world), json_integer_value(json_object_get(frame, "id")),
        record ? text : "\"error\":{\"code\":\"no_such_blob\",\"args\":{}}");
    if (record)
        say_pieces(world, record);
}

/* All pieces come at once: the files here fit the window. */
static void serve_put(struct ballot_world *world, const json_t *frame)
{
    struct fake_line *line = world_line(world);
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
    struct fake_line *line = world_line(world);
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
    struct fake_line *line = world_line(world);

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
    struct log_author *author = world_author(world);
    const size_t seq = author->count - 1;

    line_say(world_line(world), author->events[seq]);
    for (size_t i = 0; i < author->opening_count; i++) {
        if (author->opening_seqs[i] == seq)
            line_say(world_line(world), author->openings[i]);
    }
    world_settle(world);
}

void world_add(struct ballot_world *world, struct meeting_event *event)
{
    (void)log_author_add(world_author(world), event);
    if (!world->is_silent)
        world_say(world);
}

void world_crash(struct ballot_world *world)
{
    client_world_crash(world->base);
    world->sent_from = world_line(world)->sent_count;
    client_world_enter(world->base);
    world_settle(world);
}

/* --- What the device sends ----------------------------------------------- */

bool world_command(struct ballot_world *world, const char *op,
                   struct world_command *out)
{
    const json_t *sent = line_sent_op(world_line(world), op);
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

void world_answer_command(struct ballot_world *world,
                          const struct world_command *command)
{
    line_answer(world_line(world), (json_int_t)command->command.request,
                "\"ok\":true");
    world_settle(world);
}

void world_require(struct ballot_world *world, const char *op,
                   struct world_command *out)
{
    if (!world_command(world, op, out))
        fail_msg("the device has not sent %s", op);
}

/* --- What others sign ---------------------------------------------------- */

struct statement_seen world_newest(struct ballot_world *world)
{
    const struct log_author *author = world_author(world);

    return (struct statement_seen){ author->count - 1,
                                    author->heads[author->count - 1] };
}

struct signature world_sign(const char *key, enum result result, uint8_t *bytes,
                            size_t size)
{
    const struct signing_key signer = author_key(key);
    struct signature sig;

    assert_int_equal(result, RESULT_OK);
    assert_int_equal(statement_sign(&signer, bytes, size, &sig), RESULT_OK);
    free(bytes);
    return sig;
}

struct act world_act(struct ballot_world *world, const char *member,
                     const struct command *command)
{
    char *subject = NULL, *value = NULL;
    struct act act;

    assert_int_equal(command_act_terms(command, &subject, &value), RESULT_OK);
    act = log_author_act(world_author(world), member, command_name(command->op),
                         subject, value);
    free(subject);
    free(value);
    return act;
}

void world_enter(struct ballot_world *world)
{
    client_world_enter(world->base);
    world->sent_from = world_line(world)->sent_count;
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
    const struct client_ballot_view *view = meeting_view_ballot(
        client_engine_view(world_line(world)->engine), &world_b1);

    assert_non_null(view);
    return view;
}

bool world_was_told(struct ballot_world *world, enum client_ballot_stage stage)
{
    struct client_notice *notice;
    bool was_told = false;

    while ((notice = notice_queue_take(world_line(world)->notices)) != NULL) {
        was_told |= notice->kind == CLIENT_BALLOT && notice->stage == stage;
        client_notice_free(notice);
    }
    return was_told;
}

json_t *world_told(struct ballot_world *world, enum client_ballot_stage stage)
{
    struct client_notice *notice;
    json_t *told = NULL;

    while ((notice = notice_queue_take(world_line(world)->notices)) != NULL) {
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

    while ((notice = notice_queue_take(world_line(world)->notices)) != NULL)
        client_notice_free(notice);
    line_command(world_line(world), 77, json);
    world_settle(world);
    while ((notice = notice_queue_take(world_line(world)->notices)) != NULL) {
        if (notice->kind == CLIENT_ANSWER && notice->tag == 77)
            code = notice->is_ok ? REFUSAL_NONE : notice->refusal.code;
        client_notice_free(notice);
    }
    return code;
}

size_t world_sent_count(struct ballot_world *world, const char *op)
{
    return line_sent_count(&world->base->line, op);
}

char *world_sent_text(struct ballot_world *world, const char *op,
                      const char *field)
{
    const json_t *sent = line_sent_op(&world->base->line, op);

    assert_non_null(sent);
    return strdup(json_string_value(json_object_get(sent, field)));
}

struct ballot_vault *world_open_vault(struct ballot_world *world,
                                      const char *uuid)
{
    static struct client_entropy entropy; /* outlives the vault */
    struct ballot_vault *vault = NULL;

    entropy = (struct client_entropy){ world->base->line.entropy.port.fill,
                                       world->base->line.entropy.port.user };
    assert_int_equal(ballot_vault_open(&vault, world->base->line.ballots_path,
                                       uuid, world->base->line.profile.seed,
                                       &entropy),
                     RESULT_OK);
    return vault;
}
