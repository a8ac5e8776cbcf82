#include "protocol/meeting/register_opinions.h"

#include "tests/support/register_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { DAY_MS = 86400000, TARGETS = 3 };

struct targets {
    struct asked_unit units[TARGETS];
    struct member_id members[TARGETS];
};

static struct command ask(const struct register_world *world,
                          struct targets *targets, const char *const *units,
                          const char *const *members)
{
    struct command command = { .op = OP_ASK_OPINIONS };
    struct command_ask_opinions *body = &command.body.ask_opinions;
    size_t i, j;

    for (i = 0; units[i]; i++)
        targets->units[i].unit = id_of(units[i]);
    for (j = 0; members[j]; j++)
        targets->members[j].member = id_of(members[j]);
    *body = (struct command_ask_opinions){
        .title = text_of("Dự thảo văn kiện"),
        .text = text_of("Điều 1. …"),
        .due_at = world->now_ms + DAY_MS,
        .units = { targets->units, i },
        .members = { targets->members, j },
    };
    return command;
}

static struct command give(const char *question, const char *text)
{
    struct command command = { .op = OP_GIVE_OPINION };

    command.body.give_opinion =
        (struct command_give_opinion){ .question = id_of(question),
                                       .text = text_of(text) };
    return command;
}

static const char *const nobody[] = { NULL };

static int setup(void **state)
{
    static struct register_world world;

    register_world_settle(&world);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    register_world_release(*state);
    return 0;
}

static void a_draft_goes_to_every_cell_below_a_unit_once(void **state)
{
    static const char *const units[] = { "u1", "u2", NULL };
    static const char *const members[] = { "m3", NULL };
    struct register_world *world = *state;
    struct targets targets;
    const struct command command = ask(world, &targets, units, members);
    const struct register_opinions *opinions = &world->state->opinions;

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_string_equal(world->last.made.text, "q1");
    assert_int_equal(opinions->question_count, 1);
    assert_int_equal(opinions->asked_count, 2);
    assert_string_equal(opinions->asked[0].unit.text, "u2");
    assert_string_equal(opinions->asked[1].unit.text, "u3");
    assert_string_equal(opinions->asked[1].member.text, "");
}

static void who_is_asked_may_answer_until_it_is_due(void **state)
{
    static const char *const units[] = { "u2", NULL };
    static const char *const members[] = { "m7", NULL };
    struct register_world *world = *state;
    struct targets targets;
    const struct command command = ask(world, &targets, units, members);
    const struct command answer = give("q1", "Nhất trí.");
    const struct command link = invite("m5", 77);

    assert_int_equal(register_world_do(world, holder("m3", 3), &answer),
                     REFUSAL_NOT_ASKED_FOR);
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, holder("m3", 3), &answer),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, holder("m7", 7), &answer),
                     REFUSAL_NONE);
    assert_string_equal(world->state->opinions.given[1].unit.text, "u3");
    /* A guest, and the device of a site, are not. */
    assert_int_equal(register_world_do(world, administrator(), &link),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 77, "m5", 5), REFUSAL_NONE);
    assert_int_equal(register_world_do(world, holder("m5", 5), &answer),
                     REFUSAL_NOT_ASKED_FOR);
    assert_int_equal(register_world_do(world, holder("s1", 20), &answer),
                     REFUSAL_NOT_ASKED_FOR);
    assert_int_equal(register_world_do(world, administrator(), &answer),
                     REFUSAL_NOT_ASKED_FOR);
    world->now_ms += DAY_MS + 1;
    assert_int_equal(register_world_do(world, holder("m4", 4), &answer),
                     REFUSAL_TIME_OVER);
}

static void the_last_answer_of_a_member_counts(void **state)
{
    static const char *const units[] = { "u2", NULL };
    struct register_world *world = *state;
    struct targets targets;
    const struct command command = ask(world, &targets, units, nobody);
    const struct command answer = give("q1", "Đề nghị sửa Điều 1.");
    const struct register_opinions *opinions = &world->state->opinions;
    int i;

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    for (i = 0; i < LIMIT_OPINIONS_EACH; i++)
        assert_int_equal(register_world_do(world, holder("m3", 3), &answer),
                         REFUSAL_NONE);
    assert_int_equal(register_world_do(world, holder("m3", 3), &answer),
                     REFUSAL_TOO_MANY);
    assert_false(
        register_state_is_last_answer(world->state, &opinions->given[0]));
    assert_true(register_state_is_last_answer(
        world->state, &opinions->given[LIMIT_OPINIONS_EACH - 1]));
}

static void an_officer_asks_the_own_cell_alone(void **state)
{
    static const char *const own[] = { "u2", NULL };
    static const char *const other[] = { "u3", NULL };
    static const char *const all[] = { "u1", NULL };
    struct register_world *world = *state;
    struct targets targets;
    struct command command = ask(world, &targets, own, nobody);

    assert_int_equal(register_world_do(world, holder("m1", 1), &command),
                     REFUSAL_NONE);
    assert_string_equal(world->state->opinions.questions[0].by.text, "m1");
    command = ask(world, &targets, other, nobody);
    assert_int_equal(register_world_do(world, holder("m1", 1), &command),
                     REFUSAL_NOT_ALLOWED);
    command = ask(world, &targets, all, nobody);
    assert_int_equal(register_world_do(world, holder("m1", 1), &command),
                     REFUSAL_NOT_ALLOWED);
    command = ask(world, &targets, own, nobody);
    assert_int_equal(register_world_do(world, holder("m3", 3), &command),
                     REFUSAL_NOT_ALLOWED);
}

static void a_draft_for_nobody_or_for_the_past_is_refused(void **state)
{
    static const char *const units[] = { "u2", NULL };
    static const char *const group[] = { "u4", NULL };
    struct register_world *world = *state;
    struct targets targets;
    struct command command = ask(world, &targets, nobody, nobody);

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_BAD_MESSAGE);
    command = ask(world, &targets, group, nobody);
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NO_SUCH_UNIT);
    command = ask(world, &targets, units, nobody);
    command.body.ask_opinions.due_at = world->now_ms;
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_BAD_MESSAGE);
    command = ask(world, &targets, units, nobody);
    command.body.ask_opinions.text = text_of("  ");
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_BAD_MESSAGE);
    assert_int_equal(world->state->opinions.question_count, 0);
}

static enum result apply(struct register_world *world,
                         struct register_event event)
{
    event.seq = world->state->next_seq;
    event.at_ms = world->now_ms;
    return register_state_apply(world->state, &event);
}

static void a_log_that_contradicts_itself_is_corrupt(void **state)
{
    static const char *const units[] = { "u2", NULL };
    struct register_world *world = *state;
    struct targets targets;
    const struct command command = ask(world, &targets, units, nobody);
    struct register_event asked, given;

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    asked = world->events[world->event_count - 1];
    assert_int_equal(apply(world, asked), RESULT_CORRUPT); /* twice */
    asked.body.opinions_asked.unit = id_of("u3");
    asked.body.opinions_asked.due_at++;
    assert_int_equal(apply(world, asked), RESULT_CORRUPT); /* two times */
    asked.body.opinions_asked.due_at--;
    asked.body.opinions_asked.unit = id_of("u1");
    assert_int_equal(apply(world, asked), RESULT_CORRUPT); /* no cell */
    given = (struct register_event){
        .kind = REGISTER_OPINION_GIVEN_KIND,
        .body.opinion_given = { .question = id_of("q1"),
                                .unit = id_of("u3"),
                                .member = id_of("m7") },
    };
    assert_int_equal(apply(world, given), RESULT_CORRUPT); /* not asked */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_draft_goes_to_every_cell_below_a_unit_once, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_asked_may_answer_until_it_is_due,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(the_last_answer_of_a_member_counts,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(an_officer_asks_the_own_cell_alone,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_draft_for_nobody_or_for_the_past_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_log_that_contradicts_itself_is_corrupt, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
