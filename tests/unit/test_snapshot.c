/* What a meeting takes over from the register: in its genesis, and later. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/record/commitment.h"
#include "tests/support/room_fixture.h"

#include <stdio.h>
#include <string.h>

#define FIRST FIXTURE_ORGANISATION ".1"
#define SECOND FIXTURE_ORGANISATION ".2"

/* Both meetings of these tests start at these times. */
#define FIRST_MS "1795000000000"
#define SECOND_MS "1797600000000"
#define BETWEEN_MS "1796000000000"
#define AFTER_MS "1799000000000"

static int set_up(void **state)
{
    *state = room_fixture_new(0);
    return 0;
}

static int set_up_vouching(void **state)
{
    *state = room_fixture_vouching();
    return 0;
}

static int tear_down(void **state)
{
    *state = room_fixture_free(*state);
    return 0;
}

/* --- What was told ---------------------------------------------------------
 */

/* The newest event of this name; what a peer heard of the register and of
 * meetings is told apart by the names used here. */
static const json_t *newest(const struct fixture_peer *peer, const char *name)
{
    size_t i;

    for (i = json_array_size(peer->frames); i > 0; i--) {
        const json_t *frame = json_array_get(peer->frames, i - 1);
        const json_t *ev = json_object_get(frame, "ev");

        if (json_is_string(ev) && strcmp(json_string_value(ev), name) == 0)
            return frame;
    }
    fail_msg("no %s was told", name);
    return NULL;
}

/* What the genesis says in this field, by its opening. */
static const char *opened(const struct fixture_peer *peer, const char *field)
{
    size_t i;

    for (i = 0; i < json_array_size(peer->frames); i++) {
        const json_t *frame = json_array_get(peer->frames, i);
        const json_t *name = json_object_get(frame, "field");

        if (json_is_string(name) &&
            strcmp(json_string_value(name), field) == 0 &&
            json_integer_value(json_object_get(frame, "open")) == 0)
            return json_string_value(json_object_get(frame, "value"));
    }
    fail_msg("no opening of %s was sent", field);
    return NULL;
}

/* "m1[m2*] m3[m1,m2 -]": the rows of a roster with their devices; "-" for one
 * that is not vouched for, "*" for the pairs of a founding. */
static const char *roster_of(const json_t *event)
{
    static char text[600];
    const json_t *roster = json_object_get(event, "roster");
    size_t size = 0, i, j;

    text[0] = '\0';
    for (i = 0; i < json_array_size(roster); i++) {
        const json_t *row = json_array_get(roster, i);
        const json_t *devices = json_object_get(row, "devices");

        size += (size_t)snprintf(
            &text[size], sizeof text - size, "%s%s[", i > 0 ? " " : "",
            json_string_value(json_object_get(row, "member")));
        for (j = 0; j < json_array_size(devices); j++) {
            const json_t *device = json_array_get(devices, j);
            const char *by =
                json_string_value(json_object_get(device, "vouched_by"));

            size += (size_t)snprintf(
                &text[size], sizeof text - size, "%s%s%s", j > 0 ? " " : "",
                *by ? by : "-",
                json_is_true(json_object_get(device, "founding")) ? "*" : "");
        }
        size += (size_t)snprintf(&text[size], sizeof text - size, "]");
    }
    return text;
}

/* --- What is done ----------------------------------------------------------
 */

static void must_act(struct fixture_peer *peer, const char *op, const char *log,
                     const char *fields)
{
    const uint64_t id = fixture_act(peer, op, log, fields);

    fixture_settle(peer->fixture);
    assert_string_equal(fixture_outcome(peer, id), "ok");
}

static void join(struct fixture_peer *peer, const char *log)
{
    const uint64_t id = fixture_ask(peer, "join", log, "\"from\":0");

    fixture_settle(peer->fixture);
    assert_string_equal(fixture_outcome(peer, id), "ok");
}

static void vouch(struct fixture_peer *peer, const char *holder,
                  const struct fixture_peer *whose)
{
    char fields[300], device[HEX_SIZE(KEY_SIZE)];

    hex_encode(whose->key.public_key.bytes, KEY_SIZE, device);
    (void)snprintf(fields, sizeof fields,
                   "\"holder\":\"%s\",\"device\":\"%s\",\"how\":\"sight\"",
                   holder, device);
    must_act(peer, "vouch_device", FIXTURE_ORGANISATION, fields);
}

static void revoke(struct room_fixture *fixture,
                   const struct fixture_peer *whose)
{
    char fields[300], device[HEX_SIZE(KEY_SIZE)];

    hex_encode(whose->key.public_key.bytes, KEY_SIZE, device);
    (void)snprintf(fields, sizeof fields,
                   "\"device\":\"%s\",\"reason\":\"mất máy\"", device);
    fixture_administer(fixture, "revoke_device", fields);
}

static void open_lobby(struct fixture_peer *chair, const char *log)
{
    must_act(chair, "open_lobby", log, "");
    join(chair, log);
}

static void call_second(struct room_fixture *fixture)
{
    fixture_administer(
        fixture, "schedule_meeting",
        "\"unit\":\"u2\",\"kind\":\"regular\",\"title\":\"Sinh hoạt tháng 12\","
        "\"starts_at\":" SECOND_MS ",\"zone\":\"Asia/Ho_Chi_Minh\","
        "\"place\":\"Nhà văn hoá\",\"chair\":\"m1\",\"deputy\":\"m2\","
        "\"minute_taker\":\"m3\",\"agenda\":[]");
}

/* --- Units -----------------------------------------------------------------
 */

static void papers_are_headed_by_the_unit_above_at_their_time(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = fixture_member(fixture, "m1");
    struct fixture_peer *deputy = fixture_member(fixture, "m2");

    fixture_administer(fixture, "add_unit",
                       "\"kind\":\"party_org\",\"parent\":\"\","
                       "\"name\":\"Đảng bộ phường Mẫu\"");
    fixture_administer(
        fixture, "move_unit",
        "\"unit\":\"u2\",\"parent\":\"u4\",\"since\":" BETWEEN_MS);
    call_second(fixture);
    open_lobby(chair, FIRST);
    open_lobby(deputy, SECOND);
    assert_string_equal(opened(chair, "unit_name"), "Chi bộ thôn Đông");
    assert_string_equal(opened(chair, "upper_name"), "Đảng bộ xã Mẫu");
    assert_string_equal(opened(deputy, "unit_name"), "Chi bộ thôn Đông");
    assert_string_equal(opened(deputy, "upper_name"), "Đảng bộ phường Mẫu");
}

static void a_cell_under_no_unit_is_headed_by_the_organisation(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = fixture_member(fixture, "m1");

    fixture_administer(fixture, "rename_unit",
                       "\"unit\":\"u1\",\"name\":\"Đảng bộ cơ sở Mẫu\"");
    fixture_administer(fixture, "move_unit",
                       "\"unit\":\"u2\",\"parent\":\"\",\"since\":" FIRST_MS);
    open_lobby(chair, FIRST);
    assert_string_equal(opened(chair, "upper_name"), "Đảng bộ xã Mẫu");
}

static void older_papers_keep_their_header(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = fixture_member(fixture, "m1");
    struct fixture_peer *reader = fixture_member(fixture, "m2");

    open_lobby(chair, FIRST);
    fixture_administer(fixture, "add_unit",
                       "\"kind\":\"party_org\",\"parent\":\"\","
                       "\"name\":\"Đảng bộ phường Mẫu\"");
    /* From a date on that lies before the meeting, said after its beginning;
     * new names come too late as well. */
    fixture_administer(fixture, "move_unit",
                       "\"unit\":\"u2\",\"parent\":\"u4\",\"since\":0");
    fixture_administer(fixture, "rename_unit",
                       "\"unit\":\"u2\",\"name\":\"Chi bộ tổ dân phố 5\"");
    fixture_administer(fixture, "rename_unit",
                       "\"unit\":\"u1\",\"name\":\"Đảng bộ cũ\"");
    join(reader, FIRST);
    assert_string_equal(opened(reader, "unit_name"), "Chi bộ thôn Đông");
    assert_string_equal(opened(reader, "upper_name"), "Đảng bộ xã Mẫu");
}

static void a_move_of_a_later_date_is_of_no_account_yet(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = fixture_member(fixture, "m1");

    fixture_administer(fixture, "add_unit",
                       "\"kind\":\"party_org\",\"parent\":\"\","
                       "\"name\":\"Đảng bộ phường Mẫu\"");
    fixture_administer(fixture, "move_unit",
                       "\"unit\":\"u2\",\"parent\":\"u4\",\"since\":" AFTER_MS);
    call_second(fixture);
    open_lobby(chair, SECOND);
    assert_string_equal(opened(chair, "upper_name"), "Đảng bộ xã Mẫu");
}

/* --- Whose devices ---------------------------------------------------------
 */

static void the_genesis_says_who_vouched_for_each_device(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *m1 = fixture_member(fixture, "m1");
    struct fixture_peer *m2 = fixture_member(fixture, "m2");
    struct fixture_peer *m3 = fixture_member(fixture, "m3");
    struct fixture_peer *gone = fixture_member(fixture, "m3");

    (void)fixture_member(fixture, "m3");
    vouch(m1, "m2", m2);
    vouch(m2, "m1", m1);
    vouch(m1, "m3", m3);
    vouch(m2, "m3", m3);
    vouch(m1, "m3", gone);
    vouch(m2, "m3", gone);
    revoke(fixture, gone);
    open_lobby(m1, FIRST);
    assert_string_equal(roster_of(newest(m1, "genesis")),
                        "m1[m2*] m2[m1*] m3[m1,m2 -] m4[]");
    assert_true(json_is_false(
        json_object_get(newest(m1, "genesis"), "vouching_required")));
}

/* So many events of the register the newest change has in it. */
static size_t register_seen(const struct fixture_peer *peer)
{
    return (size_t)json_integer_value(json_object_get(
               newest(peer, "roster_changed"), "register_seq")) +
           1;
}

static size_t register_length(const struct room_fixture *fixture)
{
    return store_fake_log(fixture->store,
                          &(struct identifier){ FIXTURE_ORGANISATION })
        ->event_count;
}

static void a_pair_changes_the_rows_of_both(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *m1 = fixture_member(fixture, "m1");
    struct fixture_peer *m2 = fixture_member(fixture, "m2");

    (void)fixture_member(fixture, "m4");
    open_lobby(m1, FIRST);
    vouch(m1, "m2", m2);
    vouch(m2, "m1", m1);
    assert_string_equal(roster_of(newest(m1, "roster_changed")),
                        "m1[m2*] m2[m1*]");
    assert_int_equal(register_seen(m1), register_length(fixture));
}

static void the_second_voucher_changes_the_row_of_the_device(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *m1 = fixture_member(fixture, "m1");
    struct fixture_peer *m2 = fixture_member(fixture, "m2");
    struct fixture_peer *m4 = fixture_member(fixture, "m4");

    vouch(m1, "m2", m2);
    vouch(m2, "m1", m1);
    open_lobby(m1, FIRST);
    vouch(m2, "m4", m4);
    vouch(m1, "m4", m4);
    assert_non_null(
        strstr(roster_of(newest(m1, "roster_changed")), "m4[m2,m1]"));
    assert_int_equal(register_seen(m1), register_length(fixture));
}

/* A device of the same holder, added by one that is vouched for. */
static void add_device(struct fixture_peer *old,
                       const struct fixture_peer *fresh)
{
    const struct salt salt = { { 1 } };
    const struct text_view label = TEXT_LITERAL("Máy thử");
    const struct hash c = commitment_of(TEXT_LITERAL(FIXTURE_ORGANISATION),
                                        TEXT_LITERAL("label"), &salt, label);
    char device[HEX_SIZE(KEY_SIZE)], c_hex[HEX_SIZE(HASH_SIZE)];
    char salt_hex[HEX_SIZE(SALT_SIZE)], fields[600];

    hex_encode(fresh->key.public_key.bytes, KEY_SIZE, device);
    hex_encode(c.bytes, HASH_SIZE, c_hex);
    hex_encode(salt.bytes, SALT_SIZE, salt_hex);
    (void)snprintf(fields, sizeof fields,
                   "\"device\":\"%s\",\"label\":{\"c\":\"%s\","
                   "\"salt\":\"%s\",\"value\":\"%s\"}",
                   device, c_hex, salt_hex, label.data);
    must_act(old, "add_device", FIXTURE_ORGANISATION, fields);
}

static void an_added_device_changes_the_row_of_its_holder(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *m1 = fixture_member(fixture, "m1");
    struct fixture_peer *m2 = fixture_member(fixture, "m2");
    struct fixture_peer *second = fixture_member(fixture, "m1");

    vouch(m1, "m2", m2);
    vouch(m2, "m1", m1);
    open_lobby(m1, FIRST);
    assert_string_equal(roster_of(newest(m1, "genesis")),
                        "m1[m2* -] m2[m1*] m3[] m4[]");
    add_device(m1, second);
    assert_string_equal(roster_of(newest(m1, "roster_changed")), "m1[m2* m1]");
    assert_int_equal(register_seen(m1), register_length(fixture));
}

static void what_the_register_says_of_other_cells_is_left_out(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *m1 = fixture_member(fixture, "m1");
    struct fixture_peer *m5 = NULL, *m6 = NULL;

    open_lobby(m1, FIRST);
    for (int i = 0; i < 2; i++)
        fixture_administer(fixture, "add_member",
                           "\"unit\":\"u3\",\"group\":\"\",\"category\":"
                           "\"official\",\"office\":\"none\","
                           "\"name\":\"Đảng viên Mẫu\"");
    m5 = fixture_member(fixture, "m5");
    m6 = fixture_member(fixture, "m6");
    vouch(m5, "m6", m6);
    vouch(m6, "m5", m5);
    assert_int_equal(fixture_count(m1, "ev", "roster_changed"), 0);
}

/* --- Where it is required ---------------------------------------------------
 */

static void a_device_is_taken_from_the_moment_it_is_vouched_for(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *m1 = fixture_member(fixture, "m1");
    struct fixture_peer *m2 = fixture_member(fixture, "m2");
    uint64_t id = 0;

    open_lobby(m1, FIRST);
    assert_true(json_is_true(
        json_object_get(newest(m1, "genesis"), "vouching_required")));
    id = fixture_act(m1, "open_meeting", FIRST, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(m1, id), "not_vouched");
    vouch(m1, "m2", m2);
    id = fixture_act(m1, "open_meeting", FIRST, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(m1, id), "not_vouched");
    vouch(m2, "m1", m1);
    must_act(m1, "open_meeting", FIRST, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define VOUCHING(name)                                                         \
    cmocka_unit_test_setup_teardown(name, set_up_vouching, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(papers_are_headed_by_the_unit_above_at_their_time),
        TEST(a_cell_under_no_unit_is_headed_by_the_organisation),
        TEST(older_papers_keep_their_header),
        TEST(a_move_of_a_later_date_is_of_no_account_yet),
        TEST(the_genesis_says_who_vouched_for_each_device),
        TEST(a_pair_changes_the_rows_of_both),
        TEST(the_second_voucher_changes_the_row_of_the_device),
        TEST(an_added_device_changes_the_row_of_its_holder),
        TEST(what_the_register_says_of_other_cells_is_left_out),
        VOUCHING(a_device_is_taken_from_the_moment_it_is_vouched_for),
    };
#undef TEST
#undef VOUCHING

    return cmocka_run_group_tests(tests, NULL, NULL);
}
