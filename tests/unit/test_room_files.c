#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/base/encoding.h"
#include "protocol/record/commitment.h"
#include "protocol/record/digest.h"
#include "protocol/wire/blob_piece.h"
#include "tests/support/room_fixture.h"

#include <stdio.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"
#define MEETING_BESIDE FIXTURE_ORGANISATION ".2"

static const char draft[] = "Dự thảo nghị quyết của chi bộ";

static int set_up(void **state)
{
    *state = room_fixture_new(0);
    return 0;
}

static int tear_down(void **state)
{
    *state = room_fixture_free(*state);
    return 0;
}

static struct fixture_peer *prepare(struct room_fixture *fixture,
                                    const char *holder, const char *op,
                                    const char *meeting)
{
    struct fixture_peer *chair = fixture_member(fixture, holder);
    uint64_t id = fixture_act(chair, op, meeting, "");

    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    fixture_ask(chair, "join", meeting, "\"from\":0");
    fixture_settle(fixture);
    return chair;
}

static void name_of(const char *file, char out[HEX_SIZE(HASH_SIZE)])
{
    const struct hash hash = digest_sha256(file, strlen(file));

    hex_encode(hash.bytes, HASH_SIZE, out);
}

/* Announces the file; gives what the server says it has. */
static const json_t *announce(struct fixture_peer *peer, const char *file)
{
    char fields[200], hex[HEX_SIZE(HASH_SIZE)];
    uint64_t id;

    name_of(file, hex);
    (void)snprintf(fields, sizeof fields, "\"blob\":\"%s\",\"size\":%zu", hex,
                   strlen(file));
    id = fixture_ask(peer, "put_blob", FIXTURE_ORGANISATION, fields);
    fixture_settle(peer->fixture);
    assert_string_equal(fixture_outcome(peer, id), "ok");
    return fixture_answer(peer, id);
}

static void send(struct fixture_peer *peer, const char *file, const char *bytes)
{
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
    const struct blob_piece piece = { .blob = digest_sha256(file, strlen(file)),
                                      .blob_size = strlen(file),
                                      .bytes = (const uint8_t *)bytes,
                                      .size = strlen(file) };
    size_t size = 0;

    assert_int_equal(blob_piece_encode(&piece, message, sizeof message, &size),
                     RESULT_OK);
    session_on_binary(peer->session, message, size);
    fixture_settle(peer->fixture);
}

static const char *attach(struct fixture_peer *peer, const char *meeting,
                          const char *file)
{
    const struct salt salt = { { 3 } };
    const struct hash c =
        commitment_of(text_view_of(meeting), TEXT_LITERAL("name"), &salt,
                      TEXT_LITERAL("Dự thảo"));
    char fields[600], hex[HEX_SIZE(HASH_SIZE)], c_hex[HEX_SIZE(HASH_SIZE)];
    char salt_hex[HEX_SIZE(sizeof salt.bytes)];
    uint64_t id;

    name_of(file, hex);
    hex_encode(c.bytes, HASH_SIZE, c_hex);
    hex_encode(salt.bytes, sizeof salt.bytes, salt_hex);
    (void)snprintf(fields, sizeof fields,
                   "\"blob\":\"%s\",\"size\":%zu,\"type\":\"txt\",\"name\":"
                   "{\"c\":\"%s\",\"salt\":\"%s\",\"value\":\"Dự thảo\"}",
                   hex, strlen(file), c_hex, salt_hex);
    id = fixture_act(peer, "attach_document", meeting, fields);
    fixture_settle(peer->fixture);
    return fixture_outcome(peer, id);
}

static const char *fetch(struct fixture_peer *peer, const char *file)
{
    char fields[200], hex[HEX_SIZE(HASH_SIZE)];
    uint64_t id;

    name_of(file, hex);
    (void)snprintf(fields, sizeof fields, "\"blob\":\"%s\",\"offset\":0", hex);
    id = fixture_ask(peer, "get_blob", FIXTURE_ORGANISATION, fields);
    fixture_settle(peer->fixture);
    return fixture_outcome(peer, id);
}

/* The meeting has the draft; its chair is in. */
static struct fixture_peer *with_draft(struct room_fixture *fixture,
                                       const char *op)
{
    struct fixture_peer *chair = prepare(fixture, "m1", op, MEETING);

    announce(chair, draft);
    send(chair, draft, draft);
    assert_string_equal(attach(chair, MEETING, draft), "ok");
    return chair;
}

static void a_file_is_given_to_those_in_its_meeting_only(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = with_draft(fixture, "open_lobby");
    struct fixture_peer *member = fixture_member(fixture, "m4");

    assert_string_equal(fetch(chair, draft), "ok");
    assert_int_equal(chair->binary_count, 1);
    assert_string_equal(fetch(member, draft), "no_such_blob");
    fixture_ask(member, "join", MEETING, "\"from\":0"); /* the lobby */
    fixture_settle(fixture);
    assert_string_equal(fetch(member, draft), "no_such_blob");
    fixture_act(chair, "admit", MEETING, "\"holder\":\"m4\"");
    fixture_settle(fixture);
    assert_string_equal(fetch(member, draft), "ok");
    fixture_ask(member, "leave", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fetch(member, draft), "no_such_blob");
    assert_int_equal(member->binary_count, 1);
}

static void a_prepared_meetings_file_is_given_to_who_reads_ahead(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *reader;

    with_draft(fixture, "prepare_meeting");
    reader = fixture_member(fixture, "m4");
    assert_string_equal(fetch(reader, draft), "no_such_blob");
    fixture_ask(reader, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    assert_string_equal(fetch(reader, draft), "ok");
}

static void a_meeting_that_was_loaded_again_still_has_its_files(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = with_draft(fixture, "open_lobby");

    store_fake_fail_next(fixture->store, RESULT_IO);
    fixture_act(chair, "open_meeting", MEETING, "");
    fixture_settle(fixture);
    fixture_ask(chair, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    assert_string_equal(fetch(chair, draft), "ok");
}

static void call_beside(struct room_fixture *fixture)
{
    fixture_administer(fixture, "add_member",
                       "\"unit\":\"u3\",\"group\":\"\",\"category\":"
                       "\"official\",\"office\":\"cell_leader\","
                       "\"name\":\"Đảng viên Mẫu 05\"");
    fixture_administer(fixture, "add_member",
                       "\"unit\":\"u3\",\"group\":\"\",\"category\":"
                       "\"official\",\"office\":\"none\","
                       "\"name\":\"Đảng viên Mẫu 06\"");
    fixture_administer(
        fixture, "schedule_meeting",
        "\"unit\":\"u3\",\"kind\":\"regular\",\"title\":\"Sinh hoạt\","
        "\"starts_at\":1795000000000,\"zone\":\"Asia/Ho_Chi_Minh\","
        "\"place\":\"Nhà văn hoá\",\"chair\":\"m5\",\"deputy\":\"\","
        "\"minute_taker\":\"m6\",\"agenda\":[{\"title\":\"Nhiệm vụ\"}]");
}

static void a_chair_who_has_heard_of_a_hash_cannot_attach_the_file(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *other;
    const json_t *answer;

    call_beside(fixture);
    with_draft(fixture, "open_lobby");
    other = prepare(fixture, "m5", "open_lobby", MEETING_BESIDE);
    assert_string_equal(attach(other, MEETING_BESIDE, draft), "no_such_blob");
    answer = announce(other, draft);
    assert_true(json_is_false(json_object_get(answer, "complete")));
    assert_int_equal(json_integer_value(json_object_get(answer, "durable")), 0);
    send(other, draft, "Không phải dự thảo ấy, mà dài bằng");
    assert_string_equal(attach(other, MEETING_BESIDE, draft), "no_such_blob");
    assert_string_equal(fetch(other, draft), "no_such_blob");
}

static void the_same_file_may_be_sent_to_two_meetings(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *other;

    call_beside(fixture);
    with_draft(fixture, "open_lobby");
    other = prepare(fixture, "m5", "open_lobby", MEETING_BESIDE);
    announce(other, draft);
    send(other, draft, draft);
    assert_string_equal(attach(other, MEETING_BESIDE, draft), "ok");
    assert_string_equal(fetch(other, draft), "ok");
}

/* The hash of the file that an operation answered with, and its outcome. */
static const char *fetch_minutes(struct fixture_peer *peer, const json_t *drawn)
{
    const json_t *blob = json_object_get(drawn, "blob");
    char fields[200];
    uint64_t id;

    assert_true(json_is_string(blob));
    (void)snprintf(fields, sizeof fields, "\"blob\":\"%s\",\"offset\":0",
                   json_string_value(blob));
    id = fixture_ask(peer, "get_blob", FIXTURE_ORGANISATION, fields);
    fixture_settle(peer->fixture);
    return fixture_outcome(peer, id);
}

static void minutes_are_fetched_by_those_who_may_have_them_drawn(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = with_draft(fixture, "open_lobby");
    struct fixture_peer *member = fixture_member(fixture, "m4");
    json_t *drawn;
    uint64_t id;

    fixture_ask(member, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    fixture_act(chair, "admit", MEETING, "\"holder\":\"m4\"");
    fixture_settle(fixture);
    id = fixture_ask(chair, "minutes", MEETING, "");
    fixture_settle(fixture);
    drawn = json_deep_copy(fixture_answer(chair, id));
    assert_string_equal(fetch_minutes(chair, drawn), "ok");
    assert_string_equal(fetch_minutes(member, drawn), "no_such_blob");
    fixture_act(chair, "open_meeting", MEETING, "");
    fixture_settle(fixture);
    id = fixture_act(chair, "share_minutes", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    assert_string_equal(fetch_minutes(member, drawn), "ok");
    json_decref(drawn);
}

/* Reads back minutes of this hash, drawn up to this event. */
static const char *present(struct fixture_peer *peer, const char *blob,
                           json_int_t size, json_int_t upto)
{
    const struct salt salt = { { 5 } };
    const struct hash c =
        commitment_of(text_view_of(MEETING), TEXT_LITERAL("minutes"), &salt,
                      text_view_of(blob));
    char fields[600], c_hex[HEX_SIZE(HASH_SIZE)];
    char salt_hex[HEX_SIZE(sizeof salt.bytes)];
    uint64_t id;

    hex_encode(c.bytes, HASH_SIZE, c_hex);
    hex_encode(salt.bytes, sizeof salt.bytes, salt_hex);
    (void)snprintf(
        fields, sizeof fields,
        "\"upto\":%lld,\"size\":%lld,\"minutes\":{\"c\":\"%s\",\"salt\":\"%s\","
        "\"value\":\"%s\"}",
        (long long)upto, (long long)size, c_hex, salt_hex, blob);
    id = fixture_act(peer, "present_minutes", MEETING, fields);
    fixture_settle(peer->fixture);
    return fixture_outcome(peer, id);
}

static void minutes_that_the_server_did_not_draw_are_not_read_back(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = with_draft(fixture, "open_lobby");
    struct fixture_peer *taker = fixture_member(fixture, "m3");
    char hex[HEX_SIZE(HASH_SIZE)];
    json_int_t size, upto;
    const char *blob;
    json_t *drawn;
    uint64_t id;

    fixture_ask(taker, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    fixture_act(chair, "admit", MEETING, "\"holder\":\"m3\"");
    fixture_act(chair, "open_meeting", MEETING, "");
    fixture_settle(fixture);
    announce(taker, draft);
    send(taker, draft, draft);
    id = fixture_ask(taker, "draw_minutes", MEETING, "");
    fixture_settle(fixture);
    drawn = json_deep_copy(fixture_answer(taker, id));
    blob = json_string_value(json_object_get(drawn, "blob"));
    size = json_integer_value(json_object_get(drawn, "size"));
    upto = json_integer_value(json_object_get(drawn, "upto"));
    assert_non_null(blob);
    name_of(draft, hex);
    assert_string_equal(present(taker, hex, (json_int_t)strlen(draft), upto),
                        "minutes_not_drawn");
    assert_string_equal(present(taker, blob, size, upto - 1),
                        "minutes_not_drawn");
    assert_string_equal(present(taker, blob, size, upto), "ok");
    json_decref(drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_file_is_given_to_those_in_its_meeting_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_prepared_meetings_file_is_given_to_who_reads_ahead, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_meeting_that_was_loaded_again_still_has_its_files, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_chair_who_has_heard_of_a_hash_cannot_attach_the_file, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            the_same_file_may_be_sent_to_two_meetings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            minutes_are_fetched_by_those_who_may_have_them_drawn, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            minutes_that_the_server_did_not_draw_are_not_read_back, set_up,
            tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
