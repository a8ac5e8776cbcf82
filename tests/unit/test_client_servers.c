/*
 * Which server a client's engine takes for its own when keys change: how it
 * walks from the key that it knows to the one it is shown, and what it asks of
 * the logs that such a server tells.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/record/statement.h"
#include "tests/support/fake_line.h"
#include "tests/support/key_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN_MEETING "{\"op\":\"join\",\"log\":\"" AUTHOR_MEETING "\"}"
#define JOIN_REGISTER "{\"op\":\"join\",\"log\":\"" AUTHOR_ORGANISATION "\"}"

/* Keys 1, 2, … of the row are those that the server takes one after another;
 * the device knows key 1 from its link. */
struct world {
    struct fake_line line;
    struct log_author meeting;
    struct log_author registry;
    struct key accepted;
};

static struct key public_key(unsigned number)
{
    return row_key(number).public_key;
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    const struct key first = public_key(1);

    assert_non_null(world);
    fake_line_init(&world->line, "m4");
    world->line.profile.server = server_fingerprint_of(&first);
    log_author_init(&world->meeting);
    log_author_init(&world->registry);
    world->registry.scope = (struct identifier){ AUTHOR_ORGANISATION };
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    fake_line_release(&world->line);
    log_author_release(&world->meeting);
    log_author_release(&world->registry);
    free(world);
    return 0;
}

/* The server has key `now`, and shows how it came there from key `first`. */
static void serve(struct world *world, unsigned first, unsigned now)
{
    world->line.server = row_key(now);
    world->line.succession = row_succession(first, now, AUTHOR_ORGANISATION);
}

static void greet(struct world *world)
{
    char *hello;

    line_open(&world->line);
    hello = line_hello(&world->line);
    line_say(&world->line, hello);
    free(hello);
}

/* What comes now is the first that was sent. */
static void forget_sent(struct world *world)
{
    while (world->line.sent_count > 0)
        free(world->line.sent[--world->line.sent_count]);
}

static void meet(struct world *world)
{
    fake_line_start(&world->line);
    greet(world);
}

static void expect_login(struct world *world)
{
    assert_non_null(line_sent_op(&world->line, "login"));
    assert_false(world->line.is_closing);
}

static void expect_refusal(struct world *world, enum client_reason reason)
{
    assert_null(line_sent_op(&world->line, "login"));
    assert_true(world->line.is_closing);
    line_close(&world->line, 0);
    assert_int_equal(line_reason(&world->line, CLIENT_REFUSED), reason);
    line_wait(&world->line, 3600000);
    assert_false(world->line.is_connecting);
}

/* --- From the key of the link to the newest ------------------------------- */

static void a_key_that_never_changed_needs_no_succession(void **state)
{
    struct world *world = *state;
    const struct key first = public_key(1);

    serve(world, 1, 1);
    meet(world);
    expect_login(world);
    assert_int_equal(world->line.told_count, 1);
    assert_true(key_equal(&world->line.told, &first));
}

static void a_proven_successor_is_taken_without_a_word(void **state)
{
    struct world *world = *state;
    const struct key third = public_key(3);

    serve(world, 1, 3);
    meet(world);
    expect_login(world);
    assert_int_equal(world->line.told_count, 1);
    assert_true(key_equal(&world->line.told, &third));
    assert_false(line_has_notice(&world->line, CLIENT_TRUST_ALARM));
}

static void the_known_key_may_stand_anywhere_in_the_succession(void **state)
{
    struct world *world = *state;
    const struct key third = public_key(3);

    world->line.profile.server = server_fingerprint_of(&third);
    serve(world, 1, 5);
    meet(world);
    expect_login(world);
    fake_line_stop(&world->line);
    serve(world, 1, 3);
    meet(world);
    expect_login(world);
}

static void a_login_names_the_newest_key(void **state)
{
    struct world *world = *state;
    struct signing_key device = author_key("m4");
    struct statement_login said = { .server = public_key(2),
                                    .member = TEXT_LITERAL("m4") };
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size;

    serve(world, 1, 2);
    meet(world);
    memcpy(said.exporter.bytes, world->line.exporter, HASH_SIZE);
    memcpy(said.nonce.bytes, world->line.nonce, HASH_SIZE);
    assert_int_equal(
        hex_decode(text_view_of(json_string_value(json_object_get(
                       line_sent_op(&world->line, "login"), "sig"))),
                   sig.bytes, sizeof sig.bytes),
        RESULT_OK);
    assert_int_equal(statement_login(&device.public_key,
                                     TEXT_LITERAL(AUTHOR_ORGANISATION), &said,
                                     &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_verify(&device.public_key, bytes, size, &sig),
                     RESULT_OK);
    free(bytes);
}

static void a_successor_without_proof_is_another_server(void **state)
{
    struct world *world = *state;

    serve(world, 2, 2);
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
    assert_int_equal(world->line.told_count, 0);
}

static void a_succession_that_begins_too_late_is_another_server(void **state)
{
    struct world *world = *state;

    serve(world, 2, 4);
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

static void a_gap_in_the_succession_is_another_server(void **state)
{
    struct world *world = *state;

    serve(world, 1, 4);
    world->line.succession.steps[1] = world->line.succession.steps[2];
    world->line.succession.count = 2;
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

static void a_succession_in_another_order_is_another_server(void **state)
{
    struct world *world = *state;
    struct succession_step first;

    serve(world, 1, 4);
    first = world->line.succession.steps[0];
    world->line.succession.steps[0] = world->line.succession.steps[1];
    world->line.succession.steps[1] = first;
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

static void a_step_that_a_stranger_signed_is_another_server(void **state)
{
    struct world *world = *state;
    const struct signing_key thief = row_key(9);
    struct succession_step *step = &world->line.succession.steps[0];

    serve(world, 1, 2);
    *step = row_step(&thief, &step->to, AUTHOR_ORGANISATION, step->seen);
    step->from = public_key(1);
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

static void a_step_for_another_organisation_is_another_server(void **state)
{
    struct world *world = *state;

    serve(world, 1, 2);
    world->line.succession = row_succession(1, 2, "to-chuc-lau");
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

static void a_succession_that_runs_in_a_ring_is_another_server(void **state)
{
    struct world *world = *state;
    const struct signing_key third = row_key(3);
    const struct key second = public_key(2);

    serve(world, 1, 3);
    world->line.succession.steps[2] =
        row_step(&third, &second, AUTHOR_ORGANISATION, 30);
    world->line.succession.count = 3;
    world->line.server = row_key(2);
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

/* A list that is longer than the limit, as text. */
static void greet_with_a_long_succession(struct world *world)
{
    char *hello, *end, *longer = NULL;

    line_open(&world->line);
    hello = line_hello(&world->line);
    end = strstr(hello, "\"succession\":[");
    assert_non_null(end);
    end += strlen("\"succession\":[");
    assert_true(asprintf(&longer, "%.*s{},%s", (int)(end - hello), hello, end) >
                0);
    line_say(&world->line, longer);
    free(longer);
    free(hello);
}

static void
the_longest_succession_is_walked_and_a_longer_one_is_not(void **state)
{
    struct world *world = *state;

    serve(world, 1, 1 + LIMIT_SUCCESSION_STEPS);
    meet(world);
    expect_login(world);
    fake_line_stop(&world->line);
    forget_sent(world);
    fake_line_start(&world->line);
    greet_with_a_long_succession(world);
    expect_refusal(world, CLIENT_REASON_NOT_THE_SERVER);
}

static void
a_known_server_whose_succession_is_wrong_is_not_believed(void **state)
{
    struct world *world = *state;
    const struct key third = public_key(3);

    world->line.profile.server = server_fingerprint_of(&third);
    serve(world, 1, 3);
    world->line.succession.steps[0].sig.bytes[5] ^= 1;
    meet(world);
    expect_refusal(world, CLIENT_REASON_NOT_THE_SERVER);
}

/* --- Newer and older --------------------------------------------------------
 */

static void after_a_newer_key_an_older_one_is_refused(void **state)
{
    struct world *world = *state;

    serve(world, 1, 2);
    meet(world);
    expect_login(world);
    line_close(&world->line, 1001);
    line_wait(&world->line, 20000);
    forget_sent(world);
    serve(world, 1, 1);
    greet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

static void
a_key_accepted_in_an_earlier_run_makes_older_ones_refused(void **state)
{
    struct world *world = *state;

    world->accepted = public_key(3);
    world->line.accepted = &world->accepted;
    for (unsigned now = 1; now <= 2; now++) {
        serve(world, 1, now);
        meet(world);
        expect_refusal(world, CLIENT_REASON_OTHER_KEY);
        fake_line_stop(&world->line);
    }
    assert_int_equal(world->line.told_count, 0);
    serve(world, 1, 3);
    meet(world);
    expect_login(world);
    assert_int_equal(world->line.told_count, 0);
}

static void the_accepted_key_counts_and_the_link_no_more(void **state)
{
    struct world *world = *state;
    const struct key fourth = public_key(4);

    world->accepted = public_key(3);
    world->line.accepted = &world->accepted;
    /* Older steps than the limit are not shown any more. */
    serve(world, 3, 4);
    meet(world);
    expect_login(world);
    assert_int_equal(world->line.told_count, 1);
    assert_true(key_equal(&world->line.told, &fourth));
}

static void a_branch_off_an_old_key_is_refused(void **state)
{
    struct world *world = *state;
    const struct signing_key old = row_key(1);
    const struct signing_key thief = row_key(9);

    world->accepted = public_key(2);
    world->line.accepted = &world->accepted;
    world->line.server = thief;
    world->line.succession.count = 1;
    world->line.succession.steps[0] =
        row_step(&old, &thief.public_key, AUTHOR_ORGANISATION, 3);
    meet(world);
    expect_refusal(world, CLIENT_REASON_OTHER_KEY);
}

static void a_key_that_cannot_be_kept_is_not_used(void **state)
{
    struct world *world = *state;

    world->line.told_result = RESULT_IO;
    serve(world, 1, 2);
    meet(world);
    expect_refusal(world, CLIENT_REASON_STORAGE);
}

/* --- The register ------------------------------------------------------------
 */

static void found(struct world *world, unsigned number)
{
    struct register_event event = { .kind = REGISTER_GENESIS_KIND };

    event.body.genesis = (struct register_genesis){
        .version = 1,
        .organisation = { AUTHOR_ORGANISATION },
        .server = public_key(number),
        .name = { .value = TEXT_LITERAL("Đảng bộ Mẫu"), .has_value = true },
    };
    (void)log_author_add_register(&world->registry, &event);
}

static struct register_event key_change(struct world *world, unsigned number)
{
    const struct signing_key old = row_key(number - 1);
    struct register_event event = { .kind = REGISTER_SERVER_KEY_CHANGED_KIND };
    struct register_server_key_changed *body = &event.body.server_key_changed;
    const struct statement_server_key fields = {
        .server = public_key(number),
        .seen = { world->registry.count - 1,
                  world->registry.heads[world->registry.count - 1] },
    };
    uint8_t *bytes = NULL;
    size_t size;

    body->server = fields.server;
    body->signer = old.public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    assert_int_equal(statement_server_key(&old.public_key,
                                          TEXT_LITERAL(AUTHOR_ORGANISATION),
                                          &fields, &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(&old, bytes, size, &body->sig), RESULT_OK);
    free(bytes);
    return event;
}

static const char *change_key(struct world *world, unsigned number)
{
    struct register_event event = key_change(world, number);

    return log_author_add_register(&world->registry, &event);
}

static void lose_key(struct world *world, unsigned number)
{
    struct register_event event = { .kind = REGISTER_SERVER_KEY_LOST_KIND };

    event.body.server_key_lost.server = public_key(number);
    (void)log_author_add_register(&world->registry, &event);
}

static void enter(struct world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
}

static void join(struct world *world, const char *command,
                 const struct log_author *author)
{
    line_command(&world->line, 1, command);
    line_join(&world->line, author);
}

static void expect_trust(struct world *world)
{
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    assert_false(world->line.is_closing);
}

static void expect_alarm(struct world *world, enum client_reason reason)
{
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM), reason);
    assert_true(client_engine_view(world->line.engine)->is_alarmed);
}

static void a_register_that_ends_at_the_servers_key_is_its_own(void **state)
{
    struct world *world = *state;

    found(world, 1);
    change_key(world, 2);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    expect_trust(world);
    assert_int_equal(
        client_engine_view(world->line.engine)->org->server_key_count, 2);
}

static void a_new_device_takes_a_register_founded_under_a_lost_key(void **state)
{
    struct world *world = *state;
    const struct key third = public_key(3);

    found(world, 1);
    change_key(world, 2);
    lose_key(world, 3);
    world->line.profile.server = server_fingerprint_of(&third);
    serve(world, 3, 3);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    expect_trust(world);
}

static void a_register_that_ends_at_an_older_key_gives_the_alarm(void **state)
{
    struct world *world = *state;

    found(world, 1);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

static void the_register_of_another_server_gives_the_alarm(void **state)
{
    struct world *world = *state;

    found(world, 7);
    serve(world, 1, 1);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

static void a_register_that_is_held_may_lack_the_newest_key(void **state)
{
    struct world *world = *state;
    char text[200];

    found(world, 1);
    serve(world, 1, 2);
    enter(world);
    line_command(&world->line, 1, JOIN_REGISTER);
    (void)snprintf(text, sizeof text,
                   "{\"re\":%lld,\"ok\":true,\"log\":\"" AUTHOR_ORGANISATION
                   "\",\"state\":\"joined\",\"next\":1}",
                   (long long)line_sent_id(&world->line, "join"));
    line_say(&world->line, text);
    line_say(&world->line, "{\"note\":\"held\",\"log\":\"" AUTHOR_ORGANISATION
                           "\",\"next\":1,\"lost_seq\":1,\"lost_head\":\""
                           "00000000000000000000000000000000"
                           "00000000000000000000000000000000\"}");
    line_say_log(&world->line, &world->registry, 0);
    expect_trust(world);
    /* It was given back, and all join again. */
    change_key(world, 2);
    line_say(&world->line,
             "{\"note\":\"retry\",\"log\":\"" AUTHOR_ORGANISATION "\"}");
    line_join(&world->line, &world->registry);
    expect_trust(world);
}

static void a_key_does_not_change_under_a_connection(void **state)
{
    struct world *world = *state;

    found(world, 1);
    serve(world, 1, 1);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    line_say(&world->line, "{\"log\":\"" AUTHOR_ORGANISATION "\"}");
    line_say(&world->line, change_key(world, 2));
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

static void
a_client_that_comes_back_follows_its_register_to_the_new_key(void **state)
{
    struct world *world = *state;

    found(world, 1);
    serve(world, 1, 1);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    line_close(&world->line, 1001);
    line_wait(&world->line, 20000);
    change_key(world, 2);
    serve(world, 1, 2);
    line_log_in(&world->line);
    line_join(&world->line, &world->registry);
    expect_trust(world);
    assert_int_equal(world->line.told_count, 2);
}

static void a_change_that_the_old_key_did_not_sign_gives_the_alarm(void **state)
{
    struct world *world = *state;
    struct register_event event;

    found(world, 1);
    event = key_change(world, 2);
    event.body.server_key_changed.sig.bytes[7] ^= 1;
    (void)log_author_add_register(&world->registry, &event);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    expect_alarm(world, CLIENT_REASON_ACT);
}

/* --- Meetings ----------------------------------------------------------------
 */

static void call(struct world *world, unsigned server, uint64_t register_seq)
{
    world->meeting.server = row_key(server);
    world->meeting.register_seq = register_seq;
    if (register_seq < world->registry.count)
        world->meeting.register_head = world->registry.heads[register_seq];
    log_author_open_meeting(&world->meeting);
}

static void a_meeting_under_an_earlier_key_is_still_ours(void **state)
{
    struct world *world = *state;

    call(world, 1, 0);
    serve(world, 1, 3);
    enter(world);
    join(world, JOIN_MEETING, &world->meeting);
    expect_trust(world);
}

static void a_meeting_under_a_strange_key_gives_the_alarm(void **state)
{
    struct world *world = *state;

    call(world, 7, 0);
    serve(world, 1, 3);
    enter(world);
    join(world, JOIN_MEETING, &world->meeting);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

static void the_register_knows_the_keys_before_a_loss(void **state)
{
    struct world *world = *state;
    const struct key second = public_key(2);

    found(world, 1);
    call(world, 1, 0);
    lose_key(world, 2);
    world->line.profile.server = server_fingerprint_of(&second);
    serve(world, 2, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    join(world, JOIN_MEETING, &world->meeting);
    expect_trust(world);
}

static void a_register_that_comes_later_is_waited_for(void **state)
{
    struct world *world = *state;
    const struct key second = public_key(2);

    found(world, 1);
    call(world, 7, 0);
    lose_key(world, 2);
    world->line.profile.server = server_fingerprint_of(&second);
    serve(world, 2, 2);
    enter(world);
    line_command(&world->line, 1, JOIN_REGISTER);
    {
        const json_int_t id = line_sent_id(&world->line, "join");
        char text[200];

        join(world, JOIN_MEETING, &world->meeting);
        expect_trust(world);
        (void)snprintf(text, sizeof text,
                       "{\"re\":%lld,\"ok\":true,\"log\":\"" AUTHOR_ORGANISATION
                       "\",\"state\":\"joined\",\"next\":%zu}",
                       (long long)id, world->registry.count);
        line_say(&world->line, text);
    }
    line_say_log(&world->line, &world->registry, 0);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

static void a_meeting_is_of_the_key_that_the_server_had_then(void **state)
{
    struct world *world = *state;

    found(world, 1);
    change_key(world, 2);
    call(world, 2, 1);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    join(world, JOIN_MEETING, &world->meeting);
    expect_trust(world);
}

static void an_old_key_in_a_newer_meeting_gives_the_alarm(void **state)
{
    struct world *world = *state;

    found(world, 1);
    change_key(world, 2);
    call(world, 1, 1);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    join(world, JOIN_MEETING, &world->meeting);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

static void a_new_key_in_an_older_meeting_gives_the_alarm(void **state)
{
    struct world *world = *state;

    found(world, 1);
    change_key(world, 2);
    call(world, 2, 0);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    join(world, JOIN_MEETING, &world->meeting);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

/* A register that lost events has other ones at that place. */
static void a_meeting_over_lost_events_is_of_a_key_that_was_there(void **state)
{
    struct world *world = *state;
    const struct hash lost = { { 0x17 } };

    found(world, 1);
    change_key(world, 2);
    world->meeting.server = row_key(1);
    world->meeting.register_seq = 1;
    world->meeting.register_head = lost;
    log_author_open_meeting(&world->meeting);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    join(world, JOIN_MEETING, &world->meeting);
    expect_trust(world);
}

static void not_even_over_lost_events_is_it_of_a_later_key(void **state)
{
    struct world *world = *state;
    const struct hash lost = { { 0x17 } };

    found(world, 1);
    change_key(world, 2);
    world->meeting.server = row_key(2);
    world->meeting.register_head = lost;
    log_author_open_meeting(&world->meeting);
    serve(world, 1, 2);
    enter(world);
    join(world, JOIN_REGISTER, &world->registry);
    join(world, JOIN_MEETING, &world->meeting);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_key_that_never_changed_needs_no_succession),
        WITH_WORLD(a_proven_successor_is_taken_without_a_word),
        WITH_WORLD(the_known_key_may_stand_anywhere_in_the_succession),
        WITH_WORLD(a_login_names_the_newest_key),
        WITH_WORLD(a_successor_without_proof_is_another_server),
        WITH_WORLD(a_succession_that_begins_too_late_is_another_server),
        WITH_WORLD(a_gap_in_the_succession_is_another_server),
        WITH_WORLD(a_succession_in_another_order_is_another_server),
        WITH_WORLD(a_step_that_a_stranger_signed_is_another_server),
        WITH_WORLD(a_step_for_another_organisation_is_another_server),
        WITH_WORLD(a_succession_that_runs_in_a_ring_is_another_server),
        WITH_WORLD(the_longest_succession_is_walked_and_a_longer_one_is_not),
        WITH_WORLD(a_known_server_whose_succession_is_wrong_is_not_believed),
        WITH_WORLD(after_a_newer_key_an_older_one_is_refused),
        WITH_WORLD(a_key_accepted_in_an_earlier_run_makes_older_ones_refused),
        WITH_WORLD(the_accepted_key_counts_and_the_link_no_more),
        WITH_WORLD(a_branch_off_an_old_key_is_refused),
        WITH_WORLD(a_key_that_cannot_be_kept_is_not_used),
        WITH_WORLD(a_register_that_ends_at_the_servers_key_is_its_own),
        WITH_WORLD(a_new_device_takes_a_register_founded_under_a_lost_key),
        WITH_WORLD(a_register_that_ends_at_an_older_key_gives_the_alarm),
        WITH_WORLD(the_register_of_another_server_gives_the_alarm),
        WITH_WORLD(a_register_that_is_held_may_lack_the_newest_key),
        WITH_WORLD(a_key_does_not_change_under_a_connection),
        WITH_WORLD(
            a_client_that_comes_back_follows_its_register_to_the_new_key),
        WITH_WORLD(a_change_that_the_old_key_did_not_sign_gives_the_alarm),
        WITH_WORLD(a_meeting_under_an_earlier_key_is_still_ours),
        WITH_WORLD(a_meeting_under_a_strange_key_gives_the_alarm),
        WITH_WORLD(the_register_knows_the_keys_before_a_loss),
        WITH_WORLD(a_register_that_comes_later_is_waited_for),
        WITH_WORLD(a_meeting_is_of_the_key_that_the_server_had_then),
        WITH_WORLD(an_old_key_in_a_newer_meeting_gives_the_alarm),
        WITH_WORLD(a_new_key_in_an_older_meeting_gives_the_alarm),
        WITH_WORLD(a_meeting_over_lost_events_is_of_a_key_that_was_there),
        WITH_WORLD(not_even_over_lost_events_is_it_of_a_later_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
