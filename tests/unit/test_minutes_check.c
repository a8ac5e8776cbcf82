/* Minutes that a device reads back or signs, against a server that says which
 * they are: they are held against the record that the device has followed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/minutes_check.h"
#include "protocol/document/document_facts.h"
#include "protocol/record/digest.h"
#include "tests/support/writing_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE "Chi bộ thống nhất nội dung báo cáo."

/* What an honest server draws from its log. */
static struct hash drawn(const struct log_author *author)
{
    static struct minutes_event events[AUTHOR_EVENTS_MAX];
    static struct minutes_opening openings[AUTHOR_OPENINGS_MAX];
    static struct opening parsed[AUTHOR_OPENINGS_MAX];
    static struct message_memory memories[AUTHOR_OPENINGS_MAX];
    const struct minutes_source source = { .events = events,
                                           .event_count = author->count,
                                           .openings = openings,
                                           .opening_count =
                                               author->opening_count };
    struct hash hash;
    char *text = NULL;
    size_t i, size = 0;

    for (i = 0; i < author->count; i++)
        events[i] = (struct minutes_event){ author->events[i],
                                            strlen(author->events[i]) };
    for (i = 0; i < author->opening_count; i++) {
        assert_int_equal(opening_parse(author->openings[i],
                                       strlen(author->openings[i]), &parsed[i],
                                       &memories[i], NULL),
                         RESULT_OK);
        openings[i] = (struct minutes_opening){ parsed[i].seq, parsed[i].field,
                                                parsed[i].value.data };
    }
    assert_int_equal(
        minutes_json_draw(&source, author->count - 1, &text, &size), RESULT_OK);
    assert_non_null(strstr(text, SENTENCE));
    hash = digest_sha256(text, size);
    free(text);
    for (i = 0; i < author->opening_count; i++) {
        message_memory_release(&memories[i]);
        memories[i] = (struct message_memory){ .root = NULL };
    }
    return hash;
}

/* Everybody is there, and the log has an entry e1. */
static void enter(struct client_world *world)
{
    writing_world_write(world, 0, SENTENCE);
    client_world_enter(world);
}

static struct hash changed(struct hash hash)
{
    hash.bytes[0] ^= 1;
    return hash;
}

static void present(struct client_world *world, struct hash hash,
                    bool is_unchecked)
{
    char hex[HEX_SIZE(HASH_SIZE)], command[400];

    hex_encode(hash.bytes, HASH_SIZE, hex);
    (void)snprintf(command, sizeof command,
                   "{\"op\":\"present_minutes\",\"upto\":%zu,\"size\":9,"
                   "\"minutes\":\"%s\"%s}",
                   world->author.count - 1, hex,
                   is_unchecked ? ",\"unchecked\":true" : "");
    line_command(&world->line, 7, command);
}

static enum refusal_code answer(struct client_world *world)
{
    enum refusal_code code = REFUSAL_NONE;
    uint64_t tag = 0;

    while (tag != 7) {
        struct client_notice *notice = line_notice(&world->line, CLIENT_ANSWER);

        tag = notice->tag;
        code = notice->refusal.code;
        client_notice_free(notice);
    }
    return code;
}

static void what_follows_from_the_record_is_read_back(void **state)
{
    struct client_world *world = *state;

    enter(world);
    present(world, drawn(&world->author), false);
    assert_int_equal(line_sent_count(&world->line, "present_minutes"), 1);
}

static void other_minutes_are_not_read_back(void **state)
{
    struct client_world *world = *state;

    enter(world);
    present(world, changed(drawn(&world->author)), false);
    assert_int_equal(line_sent_count(&world->line, "present_minutes"), 0);
    assert_int_equal(answer(world), REFUSAL_MINUTES_DIFFER);
}

static void who_has_read_them_answers_for_them_all_the_same(void **state)
{
    struct client_world *world = *state;

    enter(world);
    present(world, changed(drawn(&world->author)), true);
    assert_int_equal(line_sent_count(&world->line, "present_minutes"), 1);
    assert_null(json_object_get(line_sent_op(&world->line, "present_minutes"),
                                "unchecked"));
}

/* m2 reads back what the server says; it stands in the log. Its commitment. */
static struct hash presented(struct client_world *world, struct hash hash)
{
    struct meeting_event event = { .kind = EVENT_MINUTES_PRESENTED_KIND };
    struct event_minutes_presented *body = &event.body.minutes_presented;
    char hex[HEX_SIZE(HASH_SIZE)], c[HEX_SIZE(HASH_SIZE)], value[120];

    hex_encode(hash.bytes, HASH_SIZE, hex);
    body->version = 1;
    body->upto = world->author.count - 1;
    body->size = 9;
    body->minutes = author_seal("minutes", hex);
    hex_encode(body->minutes.commitment.bytes, HASH_SIZE, c);
    (void)snprintf(value, sizeof value, "%zu,9,%s", world->author.count - 1, c);
    body->act = log_author_act(&world->author, "m2", "present_minutes",
                               AUTHOR_MEETING, value);
    (void)log_author_add(&world->author, &event);
    return body->minutes.commitment;
}

static void sign(struct client_world *world, const char *role, struct hash c)
{
    char hex[HEX_SIZE(HASH_SIZE)], command[300];

    hex_encode(c.bytes, HASH_SIZE, hex);
    (void)snprintf(command, sizeof command,
                   "{\"op\":\"sign_minutes\",\"role\":\"%s\",\"version\":1,"
                   "\"c\":\"%s\"}",
                   role, hex);
    line_command(&world->line, 7, command);
}

static void minutes_that_follow_from_the_record_are_signed(void **state)
{
    struct client_world *world = *state;
    struct hash c;

    writing_world_write(world, 0, SENTENCE);
    c = presented(world, drawn(&world->author));
    client_world_enter(world);
    sign(world, "minute-taker", c);
    assert_int_equal(line_sent_count(&world->line, "sign_minutes"), 1);
}

static void minutes_that_do_not_are_not(void **state)
{
    struct client_world *world = *state;
    struct hash c;

    writing_world_write(world, 0, SENTENCE);
    c = presented(world, changed(drawn(&world->author)));
    client_world_enter(world);
    sign(world, "minute-taker", c);
    assert_int_equal(answer(world), REFUSAL_MINUTES_DIFFER);
    sign(world, "chair", c);
    assert_int_equal(answer(world), REFUSAL_MINUTES_DIFFER);
    sign(world, "chair", changed(c)); /* of no version that there is */
    assert_int_equal(answer(world), REFUSAL_MINUTES_DIFFER);
    assert_int_equal(line_sent_count(&world->line, "sign_minutes"), 0);
}

static void a_member_signs_what_the_meeting_adopted(void **state)
{
    struct client_world *world = *state;
    struct hash c;

    writing_world_write(world, 0, SENTENCE);
    c = presented(world, changed(drawn(&world->author)));
    client_world_enter(world);
    sign(world, "member", c);
    assert_int_equal(line_sent_count(&world->line, "sign_minutes"), 1);
}

/* The meeting names a ruleset that the server does not give. */
static void without_the_ruleset_nothing_is_signed(void **state)
{
    struct client_world *world = *state;

    log_author_release(&world->author);
    log_author_init(&world->author);
    world->author.ruleset = digest_sha256("x", 1);
    register_author_point(&world->registry, &world->author);
    log_author_open_meeting(&world->author);
    enter(world);
    present(world, drawn(&world->author), false);
    assert_int_equal(answer(world), REFUSAL_BUSY); /* it may be on its way */
    line_answer(&world->line, line_sent_id(&world->line, "get_blob"),
                "\"error\":{\"code\":\"no_such_blob\"}");
    present(world, drawn(&world->author), false);
    assert_int_equal(answer(world), REFUSAL_MINUTES_UNCHECKED);
    assert_int_equal(line_sent_count(&world->line, "present_minutes"), 0);
}

/* A device that keeps nothing of the log. */
static void what_was_not_kept_is_not_signed(void **state)
{
    struct client_world *world = *state;

    writing_world_write(world, 0, SENTENCE);
    client_world_enter(world);
    present(world, drawn(&world->author), false);
    assert_int_equal(answer(world), REFUSAL_MINUTES_UNCHECKED);
}

int main(void)
{
#define WRITING(test)                                                          \
    cmocka_unit_test_setup_teardown(test, writing_world_set_up,                \
                                    writing_world_tear_down)
    const struct CMUnitTest tests[] = {
        WRITING(what_follows_from_the_record_is_read_back),
        WRITING(other_minutes_are_not_read_back),
        WRITING(who_has_read_them_answers_for_them_all_the_same),
        WRITING(minutes_that_follow_from_the_record_are_signed),
        WRITING(minutes_that_do_not_are_not),
        WRITING(a_member_signs_what_the_meeting_adopted),
        WRITING(without_the_ruleset_nothing_is_signed),
        cmocka_unit_test_setup_teardown(what_was_not_kept_is_not_signed,
                                        client_world_set_up,
                                        client_world_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
