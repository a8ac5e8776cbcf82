/*
 * One log as a device follows it: what is kept of it, what is taken back, and
 * which signatures are asked for. The alarms that follow: test_client_trust.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/log_follower.h"
#include "tests/support/register_author.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLENTY = 1 << 20 };

struct world {
    struct log_author meeting, registry;
    struct log_follower *follower; /* of the one that is taken first */
    uint64_t forbidden;            /* seq whose head is not allowed; 0: none */
    const char *me;                /* NULL: m4 */
};

static bool allows(const void *user, uint64_t seq, const struct hash *head)
{
    const struct world *world = user;

    (void)head;
    return world->forbidden == 0 || seq != world->forbidden;
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    log_author_init(&world->meeting);
    log_author_open_meeting(&world->meeting);
    register_author_init(&world->registry);
    register_author_call_meeting(&world->registry);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    log_follower_free(world->follower);
    log_author_release(&world->meeting);
    log_author_release(&world->registry);
    free(world);
    return 0;
}

static void follow(struct world *world, const struct log_author *author,
                   size_t keep_max)
{
    struct log_follower_config config = {
        .scope = author->scope,
        .organisation = { AUTHOR_ORGANISATION },
        .me = { "m4" },
        .keep_max = keep_max,
        .allows = allows,
        .user = world,
    };

    if (world->me)
        (void)snprintf(config.me.text, sizeof config.me.text, "%s", world->me);
    assert_int_equal(log_follower_new(&world->follower, &config), RESULT_OK);
}

static enum intake take(struct world *world, const char *text)
{
    struct taken_event event;
    json_t *object = NULL;
    enum intake intake;

    assert_int_equal(message_parse(text, strlen(text), &object), RESULT_OK);
    intake =
        log_follower_take(world->follower, text, strlen(text), object, &event);
    taken_event_release(&event);
    json_decref(object);
    return intake;
}

static enum intake open_frame(struct world *world, const char *text)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct opening opening;
    enum intake intake;

    assert_int_equal(opening_parse(text, strlen(text), &opening, &memory, NULL),
                     RESULT_OK);
    intake = log_follower_open(world->follower, &opening, text, strlen(text));
    message_memory_release(&memory);
    return intake;
}

/* All of the log up to now, each event with its openings. */
static void take_all(struct world *world, const struct log_author *author)
{
    size_t seq, i;

    for (seq = log_follower_next(world->follower); seq < author->count; seq++) {
        assert_int_equal(take(world, author->events[seq]), INTAKE_TAKEN);
        for (i = 0; i < author->opening_count; i++)
            if (author->opening_seqs[i] == seq)
                assert_int_equal(open_frame(world, author->openings[i]),
                                 INTAKE_TAKEN);
    }
}

/* --- What is kept -------------------------------------------------------- */

static void the_exact_bytes_of_each_event_are_kept(void **state)
{
    struct world *world = *state;
    struct text_view bytes;
    size_t seq;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    for (seq = 0; seq < world->meeting.count; seq++) {
        assert_true(log_follower_event(world->follower, seq, &bytes));
        assert_true(text_view_is(bytes, world->meeting.events[seq]));
    }
    assert_false(log_follower_event(world->follower, seq, &bytes));
}

static void openings_are_kept_as_they_came(void **state)
{
    struct world *world = *state;
    const struct kept_opening *opening;
    size_t i = 0;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    opening = log_follower_openings(world->follower, 0);
    for (; opening; opening = opening->next, i++)
        assert_true(
            text_view_is((struct text_view){ opening->text, opening->size },
                         world->meeting.openings[i]));
    assert_int_equal(world->meeting.opening_seqs[i - 1], 0);
    assert_int_not_equal(i, 0);
    assert_null(log_follower_openings(world->follower, 1));
}

static void what_is_too_much_is_followed_and_not_kept(void **state)
{
    struct world *world = *state;
    const size_t first = strlen(world->meeting.events[0]);
    struct text_view bytes;

    follow(world, &world->meeting,
           first + strlen(world->meeting.events[1]) - 1);
    assert_int_equal(take(world, world->meeting.events[0]), INTAKE_TAKEN);
    assert_int_equal(take(world, world->meeting.events[1]), INTAKE_TAKEN);
    assert_true(log_follower_event(world->follower, 0, &bytes));
    assert_false(log_follower_event(world->follower, 1, &bytes));
    assert_int_equal(log_follower_next(world->follower), 2);
    /* A shorter one does not slip in behind the hole. */
    assert_true(strlen(world->meeting.events[2]) <
                strlen(world->meeting.events[1]));
    assert_int_equal(take(world, world->meeting.events[2]), INTAKE_TAKEN);
    assert_false(log_follower_event(world->follower, 2, &bytes));
}

static void nothing_is_kept_where_nothing_is_to_be_kept(void **state)
{
    struct world *world = *state;
    struct text_view bytes;

    follow(world, &world->meeting, 0);
    take_all(world, &world->meeting);
    assert_false(log_follower_event(world->follower, 0, &bytes));
    assert_null(log_follower_openings(world->follower, 0));
}

static void it_is_known_where_the_newest_signed_act_is(void **state)
{
    struct world *world = *state;

    follow(world, &world->meeting, PLENTY);
    assert_int_equal(log_follower_acted_next(world->follower), 0);
    take_all(world, &world->meeting);
    /* The last event is the opening of the meeting, by the chair. */
    assert_int_equal(log_follower_acted_next(world->follower), AUTHOR_OPENED);
    (void)log_author_hand(&world->meeting, "m1");
    take_all(world, &world->meeting);
    assert_int_equal(log_follower_acted_next(world->follower), AUTHOR_OPENED);
    (void)log_author_chat(&world->meeting, "m1", "Tôi có ý kiến");
    take_all(world, &world->meeting);
    assert_int_equal(log_follower_acted_next(world->follower),
                     AUTHOR_OPENED + 2);
}

/* --- Taking back --------------------------------------------------------- */

static void a_log_that_is_rewound_is_as_it_was_then(void **state)
{
    struct world *world = *state;
    struct hash before, after;
    uint64_t acted;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    before = log_follower_head(world->follower);
    acted = log_follower_acted_next(world->follower);
    (void)log_author_hand(&world->meeting, "m1");
    (void)log_author_chat(&world->meeting, "m1", "Tôi có ý kiến");
    take_all(world, &world->meeting);
    assert_int_equal(log_follower_rewind(world->follower, AUTHOR_OPENED),
                     RESULT_OK);
    assert_int_equal(log_follower_next(world->follower), AUTHOR_OPENED);
    after = log_follower_head(world->follower);
    assert_true(hash_equal(&before, &after));
    assert_int_equal(log_follower_meeting(world->follower)->next_seq,
                     AUTHOR_OPENED);
    assert_int_equal(log_follower_meeting(world->follower)->hand_count, 0);
    assert_int_equal(log_follower_acted_next(world->follower), acted);
    /* The texts of what is left are still open. */
    assert_non_null(
        text_table_find(log_follower_texts(world->follower), 0, "title").data);
    assert_null(text_table_find(log_follower_texts(world->follower),
                                AUTHOR_OPENED + 1, "text")
                    .data);
}

static void a_log_that_is_rewound_goes_on_otherwise(void **state)
{
    struct world *world = *state;
    struct log_author other;
    struct hash head;

    follow(world, &world->meeting, PLENTY);
    (void)log_author_hand(&world->meeting, "m1");
    take_all(world, &world->meeting);
    log_author_init(&other);
    log_author_open_meeting(&other);
    (void)log_author_hand(&other, "m2");
    assert_int_equal(take(world, other.events[AUTHOR_OPENED]), INTAKE_PARTED);
    assert_int_equal(log_follower_rewind(world->follower, AUTHOR_OPENED),
                     RESULT_OK);
    assert_int_equal(take(world, other.events[AUTHOR_OPENED]), INTAKE_TAKEN);
    assert_int_equal(log_follower_next(world->follower), AUTHOR_OPENED + 1);
    head = log_follower_head(world->follower);
    assert_true(hash_equal(&head, &other.heads[AUTHOR_OPENED]));
    log_author_release(&other);
}

static void a_copy_leaves_the_log_as_it_is(void **state)
{
    struct world *world = *state;
    struct log_follower *copy = NULL;
    struct text_view bytes;

    follow(world, &world->registry, PLENTY);
    take_all(world, &world->registry);
    assert_int_equal(log_follower_copy(&copy, world->follower, 3), RESULT_OK);
    assert_int_equal(log_follower_next(copy), 3);
    assert_int_equal(log_follower_register(copy)->unit_count, 2);
    assert_int_equal(log_follower_register(copy)->member_count, 0);
    assert_true(log_follower_event(copy, 2, &bytes));
    assert_int_equal(log_follower_next(world->follower), REGISTER_CALLED);
    assert_int_equal(log_follower_register(world->follower)->member_count, 4);
    log_follower_free(copy);
}

static void only_what_is_kept_can_be_folded_again(void **state)
{
    struct world *world = *state;

    follow(world, &world->meeting, 0);
    take_all(world, &world->meeting);
    assert_int_equal(log_follower_rewind(world->follower, 5), RESULT_NOT_FOUND);
    assert_int_equal(log_follower_next(world->follower), AUTHOR_OPENED);
    assert_int_equal(log_follower_rewind(world->follower, AUTHOR_OPENED + 1),
                     RESULT_INVALID);
    assert_int_equal(log_follower_rewind(world->follower, 0), RESULT_OK);
    assert_int_equal(log_follower_next(world->follower), 0);
    assert_null(log_follower_meeting(world->follower));
}

/* --- Which history ------------------------------------------------------- */

static void a_head_that_is_not_allowed_is_not_taken(void **state)
{
    struct world *world = *state;

    world->forbidden = 1;
    follow(world, &world->meeting, PLENTY);
    assert_int_equal(take(world, world->meeting.events[0]), INTAKE_TAKEN);
    assert_int_equal(take(world, world->meeting.events[1]), INTAKE_PARTED);
    assert_int_equal(log_follower_next(world->follower), 1);
    world->forbidden = 0;
    assert_int_equal(take(world, world->meeting.events[1]), INTAKE_TAKEN);
}

/* --- Statements of the register ------------------------------------------ */

static void a_register_as_it_was_signed_is_taken(void **state)
{
    struct world *world = *state;

    (void)register_author_vouch(&world->registry, "m1", "m1", "m2");
    (void)register_author_vouch(&world->registry, "m2", "m2", "m1");
    (void)register_author_enrol(&world->registry, "m1", "m1 two");
    (void)register_author_add(&world->registry, "m1", "m1 two", "m1");
    (void)register_author_revoke(&world->registry, "m1", "m1 two");
    follow(world, &world->registry, PLENTY);
    take_all(world, &world->registry);
    assert_int_equal(log_follower_register(world->follower)->device_count, 5);
    assert_int_equal(log_follower_acted_next(world->follower),
                     world->registry.count);
}

/* `text` with one hexadecimal digit behind `name` changed. */
static char *altered(const char *text, const char *name)
{
    char *copy = strdup(text), *digit = strstr(copy, name);

    assert_non_null(digit);
    digit += strlen(name);
    *digit = *digit == '0' ? '1' : '0';
    return copy;
}

static void a_vouch_that_nobody_signed_is_not_taken(void **state)
{
    struct world *world = *state;
    char *forged;

    follow(world, &world->registry, PLENTY);
    take_all(world, &world->registry);
    forged = altered(register_author_vouch(&world->registry, "m1", "m1", "m2"),
                     "\"sig\":\"");
    assert_int_equal(take(world, forged), INTAKE_BAD_ACT);
    free(forged);
}

static void a_vouch_over_another_history_is_a_fork(void **state)
{
    struct world *world = *state;

    follow(world, &world->registry, PLENTY);
    take_all(world, &world->registry);
    world->registry.heads[REGISTER_CALLED - 1].bytes[0] ^= 1;
    assert_int_equal(
        take(world, register_author_vouch(&world->registry, "m1", "m1", "m2")),
        INTAKE_FORK);
}

static void an_enrolment_is_checked_when_its_label_is_known(void **state)
{
    struct world *world = *state;
    const size_t before = world->registry.opening_count;
    char *forged;

    follow(world, &world->registry, PLENTY);
    take_all(world, &world->registry);
    (void)register_author_enrol(&world->registry, "m4", "a stranger");
    assert_int_equal(take(world, world->registry.events[REGISTER_CALLED]),
                     INTAKE_TAKEN);
    forged = altered(world->registry.events[REGISTER_CALLED + 1], "\"sig\":\"");
    assert_int_equal(take(world, forged), INTAKE_TAKEN);
    assert_int_equal(open_frame(world, world->registry.openings[before]),
                     INTAKE_BAD_ACT);
    free(forged);
}

/* m1 is vouched for, and adds a device whose label does not come. */
static const char *add_silently(struct world *world)
{
    (void)register_author_vouch(&world->registry, "m1", "m1", "m2");
    (void)register_author_vouch(&world->registry, "m2", "m2", "m1");
    (void)register_author_enrol(&world->registry, "m1", "m1 two");
    follow(world, &world->registry, PLENTY);
    take_all(world, &world->registry);
    return register_author_add(&world->registry, "m1", "m1 two", "m1");
}

static void an_addition_is_proven_by_its_label(void **state)
{
    struct world *world = *state;
    const char *text = add_silently(world);
    const struct key two = author_key("m1 two").public_key;
    const struct key one = author_key("m1").public_key;

    assert_int_equal(take(world, text), INTAKE_TAKEN);
    assert_true(log_follower_is_unproven(world->follower, &two));
    assert_false(log_follower_is_unproven(world->follower, &one));
    assert_int_equal(
        open_frame(world,
                   world->registry.openings[world->registry.opening_count - 1]),
        INTAKE_TAKEN);
    assert_false(log_follower_is_unproven(world->follower, &two));
}

/* Who may not read the labels of the cell's other devices, too. */
static void an_addition_is_unproven_to_everybody(void **state)
{
    struct world *world = *state;
    const struct key two = author_key("m1 two").public_key;

    world->me = "m9";
    assert_int_equal(take(world, add_silently(world)), INTAKE_TAKEN);
    assert_true(log_follower_is_unproven(world->follower, &two));
}

static void an_addition_that_nobody_signed_is_not_proven(void **state)
{
    struct world *world = *state;
    char *forged = altered(add_silently(world), "\"sig\":\"");
    const struct key two = author_key("m1 two").public_key;

    assert_int_equal(take(world, forged), INTAKE_TAKEN);
    assert_int_equal(
        open_frame(world,
                   world->registry.openings[world->registry.opening_count - 1]),
        INTAKE_BAD_ACT);
    assert_true(log_follower_is_unproven(world->follower, &two));
    free(forged);
}

static void an_addition_is_proven_though_its_signer_is_gone(void **state)
{
    struct world *world = *state;
    const char *text = add_silently(world);
    const size_t label = world->registry.opening_count - 1;
    const struct key two = author_key("m1 two").public_key;

    assert_int_equal(take(world, text), INTAKE_TAKEN);
    assert_int_equal(
        take(world, register_author_revoke(&world->registry, "m1", "m1")),
        INTAKE_TAKEN);
    assert_int_equal(open_frame(world, world->registry.openings[label]),
                     INTAKE_TAKEN);
    assert_false(log_follower_is_unproven(world->follower, &two));
}

static void what_an_unproven_device_adds_is_not_taken(void **state)
{
    struct world *world = *state;
    const char *text = add_silently(world);

    assert_int_equal(take(world, text), INTAKE_TAKEN);
    text = register_author_add(&world->registry, "m1", "m1 three", "m1 two");
    assert_int_equal(take(world, text), INTAKE_BAD_ACT);
}

static void what_is_unproven_stays_so_in_a_copy(void **state)
{
    struct world *world = *state;
    const char *text = add_silently(world);
    const struct key two = author_key("m1 two").public_key;
    struct log_follower *copy = NULL;

    assert_int_equal(take(world, text), INTAKE_TAKEN);
    assert_int_equal(log_follower_copy(&copy, world->follower,
                                       log_follower_next(world->follower)),
                     RESULT_OK);
    assert_true(log_follower_is_unproven(copy, &two));
    log_follower_free(copy);
}

/* --- What an honest server lets happen ------------------------------------ */

/* m1 or m4 lets clients record: the chair's to allow. */
static struct meeting_event recording(struct world *world, const char *who)
{
    struct meeting_event event = { .kind = EVENT_RECORDING_SET_KIND };

    event.body.recording_set.allowed = true;
    event.body.recording_set.act = log_author_act(
        &world->meeting, who, "set_recording", AUTHOR_MEETING, "1");
    return event;
}

static void an_act_of_who_has_no_office_for_it_is_not_taken(void **state)
{
    struct world *world = *state;
    struct meeting_event event;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    event = recording(world, "m4");
    assert_int_equal(take(world, log_author_add(&world->meeting, &event)),
                     INTAKE_BAD_ACT);
    world->meeting.count--;
    event = recording(world, "m1");
    assert_int_equal(take(world, log_author_add(&world->meeting, &event)),
                     INTAKE_TAKEN);
}

static void an_act_that_comes_again_is_not_taken(void **state)
{
    struct world *world = *state;
    struct meeting_event event;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    event = recording(world, "m1");
    assert_int_equal(take(world, log_author_add(&world->meeting, &event)),
                     INTAKE_TAKEN);
    (void)take(world, log_author_hand(&world->meeting, "m4"));
    assert_int_equal(take(world, log_author_add(&world->meeting, &event)),
                     INTAKE_BAD_ACT);
}

static void an_act_is_known_again_after_a_rewind(void **state)
{
    struct world *world = *state;
    struct meeting_event event;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    event = recording(world, "m1");
    assert_int_equal(take(world, log_author_add(&world->meeting, &event)),
                     INTAKE_TAKEN);
    assert_int_equal(take(world, log_author_hand(&world->meeting, "m4")),
                     INTAKE_TAKEN);
    assert_int_equal(log_follower_rewind(world->follower, AUTHOR_OPENED + 1),
                     RESULT_OK);
    world->meeting.count--;
    assert_int_equal(take(world, log_author_add(&world->meeting, &event)),
                     INTAKE_BAD_ACT);
    assert_int_equal(log_follower_rewind(world->follower, AUTHOR_OPENED),
                     RESULT_OK);
    assert_int_equal(take(world, world->meeting.events[AUTHOR_OPENED]),
                     INTAKE_TAKEN);
}

/* --- Checkpoints --------------------------------------------------------- */

static const char *const m1_and_m2[] = { "m1", "m2", NULL };
static const char *const nobody[] = { NULL };

static void a_checkpoint_over_our_head_is_taken(void **state)
{
    struct world *world = *state;

    (void)log_author_checkpoint(&world->meeting, CHECKPOINT_OPENED,
                                AUTHOR_OPENED - 1, m1_and_m2, nobody);
    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    assert_true(log_follower_meeting(world->follower)->checkpoint.is_complete);
}

static void a_checkpoint_over_another_head_is_a_fork(void **state)
{
    struct world *world = *state;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    world->meeting.heads[AUTHOR_OPENED - 1].bytes[0] ^= 1;
    assert_int_equal(take(world, log_author_checkpoint(
                                     &world->meeting, CHECKPOINT_OPENED,
                                     AUTHOR_OPENED - 1, m1_and_m2, nobody)),
                     INTAKE_FORK);
}

static void a_checkpoint_that_somebody_did_not_sign_is_not_taken(void **state)
{
    struct world *world = *state;
    const char *text;
    char *forged;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    text = log_author_checkpoint(&world->meeting, CHECKPOINT_OPENED,
                                 AUTHOR_OPENED - 1, m1_and_m2, nobody);
    forged = altered(text, "\"role\":\"chair\",\"sig\":\"");
    assert_int_equal(take(world, forged), INTAKE_BAD_ACT);
    free(forged);
    /* The server's own is the first. */
    forged = altered(text, "\"sig\":\"");
    assert_int_equal(take(world, forged), INTAKE_BAD_ACT);
    free(forged);
    assert_int_equal(take(world, text), INTAKE_TAKEN);
}

static void going_on_after_a_loss_is_signed_by_two_over_our_head(void **state)
{
    struct world *world = *state;
    const struct hash lost = { { 7 } };
    const char *text;
    char *forged;

    follow(world, &world->meeting, PLENTY);
    take_all(world, &world->meeting);
    text = log_author_restored(&world->meeting, AUTHOR_OPENED + 4, &lost);
    forged = altered(text, "\"second\":{\"member\":\"m2\",\"device\":\"");
    assert_int_equal(take(world, forged), INTAKE_BAD_ACT);
    free(forged);
    assert_int_equal(take(world, text), INTAKE_TAKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(the_exact_bytes_of_each_event_are_kept),
        TEST(openings_are_kept_as_they_came),
        TEST(what_is_too_much_is_followed_and_not_kept),
        TEST(nothing_is_kept_where_nothing_is_to_be_kept),
        TEST(it_is_known_where_the_newest_signed_act_is),
        TEST(a_log_that_is_rewound_is_as_it_was_then),
        TEST(a_log_that_is_rewound_goes_on_otherwise),
        TEST(a_copy_leaves_the_log_as_it_is),
        TEST(only_what_is_kept_can_be_folded_again),
        TEST(a_head_that_is_not_allowed_is_not_taken),
        TEST(a_register_as_it_was_signed_is_taken),
        TEST(a_vouch_that_nobody_signed_is_not_taken),
        TEST(a_vouch_over_another_history_is_a_fork),
        TEST(an_enrolment_is_checked_when_its_label_is_known),
        TEST(an_addition_is_proven_by_its_label),
        TEST(an_addition_is_unproven_to_everybody),
        TEST(an_addition_that_nobody_signed_is_not_proven),
        TEST(an_addition_is_proven_though_its_signer_is_gone),
        TEST(what_an_unproven_device_adds_is_not_taken),
        TEST(what_is_unproven_stays_so_in_a_copy),
        TEST(an_act_of_who_has_no_office_for_it_is_not_taken),
        TEST(an_act_that_comes_again_is_not_taken),
        TEST(an_act_is_known_again_after_a_rewind),
        TEST(a_checkpoint_over_our_head_is_taken),
        TEST(a_checkpoint_over_another_head_is_a_fork),
        TEST(a_checkpoint_that_somebody_did_not_sign_is_not_taken),
        TEST(going_on_after_a_loss_is_signed_by_two_over_our_head),
#undef TEST
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
