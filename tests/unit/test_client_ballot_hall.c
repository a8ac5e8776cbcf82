/* A site's device: each member who unlocks it has one vote there. */
#include "client/core/client_ballots.h"
#include "tests/support/ballot_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct client_ballot *ballot_of(struct ballot_world *world)
{
    return world->base->line.engine->ballots[0];
}

/* Two credentials of which none has been used. */
static void put_pool(struct ballot_world *world, struct client_ballot *ballot)
{
    char pool[2 * BALLOT_CREDENTIAL_TEXT_SIZE] = "";

    for (size_t i = 0; i < 2; i++) {
        struct ballot_credential_text credential;

        assert_int_equal(ballot_credential_random(&world->random, &credential),
                         RESULT_OK);
        memcpy(pool + i * BALLOT_CREDENTIAL_TEXT_SIZE, credential.text,
               BALLOT_CREDENTIAL_TEXT_SIZE);
    }
    assert_int_equal(ballot_vault_put(ballot->vault, "pool", pool, sizeof pool),
                     RESULT_OK);
}

/* Voting is open, and from here on the device is that of a site whose pool is
 * in the list, unlocked by m1. */
static struct client_ballot *hall(struct ballot_world *world)
{
    struct client_ballot *ballot;
    struct noted_ballot *noted;
    struct noted_hall *row = calloc(1, sizeof *row);

    world_up_to_open(world);
    ballot = ballot_of(world);
    noted = ballot_notes_find(&world->base->line.engine->ballot_notes,
                              &ballot->view.ballot);
    assert_non_null(row);
    row->site = world->base->line.engine->view.me;
    noted->halls = (struct noted_list){ row, 1, 1 };
    put_pool(world, ballot);
    ballot->is_of_site = true;
    ballot->view.is_ready = true;
    ballot->view.unlocked = (struct identifier){ "m1" };
    return ballot;
}

/* The refusal's code of the newest answer; COUNT if there was none. */
static enum refusal_code answer(struct ballot_world *world)
{
    enum refusal_code code = REFUSAL_COUNT;
    struct client_notice *notice;

    while ((notice = notice_queue_take(world->base->line.notices))) {
        if (notice->kind == CLIENT_ANSWER)
            code = notice->is_ok ? REFUSAL_NONE : notice->refusal.code;
        client_notice_free(notice);
    }
    return code;
}

static enum refusal_code cast(struct ballot_world *world)
{
    json_t *command = json_pack("{s:[i, i, i]}", "marks", 0, 1, 0);

    (void)answer(world);
    ballot_hall_command(ballot_of(world), 7, command, "hall_cast");
    json_decref(command);
    return answer(world);
}

static enum refusal_code unlock(struct ballot_world *world, const char *member)
{
    json_t *command =
        json_pack("{s:s, s:s}", "member", member, "pin", "123456");

    (void)answer(world);
    ballot_hall_command(ballot_of(world), 8, command, "hall_unlock");
    json_decref(command);
    return answer(world);
}

static void who_unlocked_votes_once_however_often_it_is_ordered(void **state)
{
    struct ballot_world *world = *state;
    struct client_ballot *ballot = hall(world);
    struct text_view voted;

    assert_int_equal(cast(world), REFUSAL_COUNT); /* it is to be made */
    assert_int_equal(cast(world), REFUSAL_BUSY);
    ballot_pump_hall(ballot);
    assert_non_null(ballot->job);
    assert_int_equal(cast(world), REFUSAL_NO_PIN);
    assert_int_equal(unlock(world, "m2"), REFUSAL_BUSY);
    assert_null(ballot->marks);
    line_work(&world->base->line);
    assert_int_equal(ballot_own_count(ballot), 1);
    voted = ballot_vault_get(ballot->vault, "voted");
    assert_int_equal(voted.size, sizeof(struct identifier));
    assert_string_equal(voted.data, "m1");
}

static void a_choice_that_is_not_allowed_can_be_made_again(void **state)
{
    struct ballot_world *world = *state;
    struct client_ballot *ballot = hall(world);
    json_t *command = json_pack("{s:[i, i, i]}", "marks", 1, 1, 0);

    ballot_hall_command(ballot, 7, command, "hall_cast");
    json_decref(command);
    ballot_pump_hall(ballot);
    assert_true(identifier_is_empty(&ballot->view.unlocked));
    line_work(&world->base->line);
    assert_int_equal(answer(world), REFUSAL_BAD_BALLOT);
    ballot->is_of_site = true;
    ballot_pump_hall(ballot);
    assert_string_equal(ballot->view.unlocked.text, "m1");
    assert_int_equal(ballot_own_count(ballot), 0);
}

static void the_next_one_waits_until_the_vote_before_is_taken(void **state)
{
    struct ballot_world *world = *state;
    struct client_ballot *ballot = hall(world);
    const struct identifier voted = { "m1" };
    const struct hash tracker = { { 1 } };

    ballot->view.unlocked = (struct identifier){ "" };
    assert_int_equal(
        ballot_vault_put(ballot->vault, "voted", &voted, sizeof voted),
        RESULT_OK);
    assert_int_equal(
        ballot_vault_put(ballot->vault, "tracker.1", &tracker, sizeof tracker),
        RESULT_OK);
    assert_int_equal(unlock(world, "m2"), REFUSAL_BUSY);
    assert_int_equal(line_sent_count(&world->base->line, "unlock_hall"), 0);
    /* The server may have forgotten that m1 unlocked it. */
    assert_int_equal(unlock(world, "m1"), REFUSAL_COUNT);
    assert_int_equal(line_sent_count(&world->base->line, "unlock_hall"), 1);
    ballot->is_asked[ASK_CAST] = true;
    json_t *ok = json_pack("{s:b}", "ok", 1);
    ballot_on_unlocked(ballot, ok, "{}", 2);
    json_decref(ok);
    assert_false(ballot->is_asked[ASK_CAST]);
    assert_true(identifier_is_empty(&ballot->view.unlocked));
}

static void marks_that_came_too_late_are_not_kept(void **state)
{
    struct ballot_world *world = *state;
    struct client_ballot *ballot;
    json_t *command = json_pack("{s:[i, i, i]}", "marks", 0, 1, 0);

    world_up_to_open(world);
    ballot = ballot_of(world);
    (void)answer(world);
    ballot_cast_command(ballot, 7, command);
    json_decref(command);
    assert_non_null(ballot->marks);
    ballot->job = (struct ballot_job *)(void *)ballot; /* something else */
    world_end(world);
    ballot->job = NULL;
    ballots_pump(world->base->line.engine);
    assert_null(ballot->marks);
    assert_int_equal(answer(world), REFUSAL_BALLOT_STATE);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, ballot_world_set_up,                 \
                                    ballot_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_unlocked_votes_once_however_often_it_is_ordered),
        TEST(a_choice_that_is_not_allowed_can_be_made_again),
        TEST(the_next_one_waits_until_the_vote_before_is_taken),
        TEST(marks_that_came_too_late_are_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
