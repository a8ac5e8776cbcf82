#include "protocol/meeting/register_errata.h"

#include "protocol/meeting/erratum_text.h"
#include "protocol/meeting/meeting_state.h"
#include "tests/support/register_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MEETING "dbmau.1"
#define TEXT                                                                   \
    "{\"date\":\"2026-11-29\",\"entry\":\"e3\",\"line\":0,"                    \
    "\"reason\":\"Ghi nhầm số\",\"should\":\"12 triệu\","                \
    "\"stands\":\"21 triệu\",\"v\":1}"

static const struct hash adopted = { { 5 } };
static const struct hash text_hash = { { 6 } };

/* A cell's meeting that has ended: m1 presided, m3 took the minutes, which were
 * adopted. */
struct scene {
    struct register_world world;
    struct meeting_state *meeting;
};

static void decide(struct scene *scene, struct actor actor,
                   const struct command *command)
{
    register_decision_release(&scene->world.last);
    register_rules_decide_of(scene->world.state, scene->meeting,
                             scene->world.rules, &actor, command,
                             scene->world.now_ms, &scene->world.last);
}

static enum refusal_code does(struct scene *scene, struct actor actor,
                              struct command command)
{
    decide(scene, actor, &command);
    if (scene->world.last.refusal.code == REFUSAL_NONE)
        register_world_apply(&scene->world);
    return scene->world.last.refusal.code;
}

static void end_meeting(struct register_world *world)
{
    const struct identifier meeting = id_of(MEETING);
    const struct hash head = { { 8 } };

    register_decision_release(&world->last);
    register_rules_meeting_ended(world->state, &meeting, 40, &head, NULL,
                                 &world->last);
    register_world_apply(world);
}

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    const struct command call = schedule("u2", "m1", "m2", "m3");
    const struct identifier meeting = id_of(MEETING);
    const struct hash head = { { 7 } };

    assert_non_null(scene);
    register_world_settle(&scene->world);
    assert_int_equal(register_world_do(&scene->world, administrator(), &call),
                     REFUSAL_NONE);
    register_decision_release(&scene->world.last);
    register_rules_meeting_began(scene->world.state, &meeting, &head,
                                 &scene->world.last);
    register_world_apply(&scene->world);
    assert_int_equal(meeting_state_new(&scene->meeting), RESULT_OK);
    scene->meeting->meeting = meeting;
    scene->meeting->phase = MEETING_CLOSED;
    scene->meeting->presiding = id_of("m1");
    scene->meeting->minute_taker = id_of("m3");
    scene->meeting->minutes.adopted_version = 1;
    scene->meeting->minutes.c = adopted;
    *state = scene;
    return 0;
}

static int setup_ended(void **state)
{
    struct scene *scene;

    (void)setup(state);
    scene = *state;
    end_meeting(&scene->world);
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;

    meeting_state_free(scene->meeting);
    register_world_release(&scene->world);
    free(scene);
    return 0;
}

static struct command propose(uint64_t number, enum minutes_signer role)
{
    struct command command = { .op = OP_PROPOSE_ERRATUM };
    struct command_propose_erratum *body = &command.body.propose_erratum;

    *body = (struct command_propose_erratum){ .meeting = id_of(MEETING),
                                              .number = number,
                                              .minutes = adopted,
                                              .role = (int)role };
    body->erratum = text_of(TEXT);
    body->erratum.commitment = text_hash;
    command.act.seen = 3;
    return command;
}

static struct command sign(uint64_t number, enum minutes_signer role)
{
    struct command command = { .op = OP_SIGN_ERRATUM };

    command.body.sign_erratum =
        (struct command_sign_erratum){ .meeting = id_of(MEETING),
                                       .number = number,
                                       .minutes = adopted,
                                       .c = text_hash,
                                       .role = (int)role };
    return command;
}

static void both_sign_and_then_it_is_in_force(void **state)
{
    struct scene *scene = *state;
    const struct identifier meeting = id_of(MEETING);
    const struct register_erratum *erratum;

    assert_int_equal(
        does(scene, holder("m3", 3), propose(1, SIGNER_MINUTE_TAKER)),
        REFUSAL_NONE);
    erratum = register_state_erratum(scene->world.state, &meeting, 1);
    assert_non_null(erratum);
    assert_false(register_erratum_is_in_force(erratum));
    assert_int_equal(does(scene, holder("m1", 1), sign(1, SIGNER_CHAIR)),
                     REFUSAL_NONE);
    erratum = register_state_erratum(scene->world.state, &meeting, 1);
    assert_true(register_erratum_is_in_force(erratum));
    assert_string_equal(
        register_erratum_signature(erratum, SIGNER_CHAIR)->member.text, "m1");
    assert_ptr_equal(
        register_state_erratum_at(scene->world.state, erratum->seq), erratum);
    /* A second one has the next number, and may begin with the chair. */
    assert_int_equal(does(scene, holder("m1", 1), propose(2, SIGNER_CHAIR)),
                     REFUSAL_NONE);
    assert_int_equal(does(scene, holder("m3", 3), sign(2, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NONE);
    assert_int_equal(register_state_errata(scene->world.state, &meeting), 2);
}

static void nobody_else_signs_nor_in_the_others_name(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(does(scene, holder("m2", 2), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(does(scene, holder("m4", 4), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(does(scene, administrator(), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(
        does(scene, holder("m1", 1), propose(1, SIGNER_MINUTE_TAKER)),
        REFUSAL_NOT_ALLOWED);
    assert_int_equal(does(scene, holder("m3", 3), propose(1, SIGNER_MEMBER)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(
        does(scene, holder("m3", 3), propose(1, SIGNER_MINUTE_TAKER)),
        REFUSAL_NONE);
    assert_int_equal(does(scene, holder("m3", 3), sign(1, SIGNER_CHAIR)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(does(scene, holder("m3", 3), sign(1, SIGNER_MINUTE_TAKER)),
                     REFUSAL_SIGNED_ALREADY);
    assert_int_equal(does(scene, holder("m2", 2), sign(1, SIGNER_CHAIR)),
                     REFUSAL_NOT_ALLOWED);
}

static void numbers_follow_each_other(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(does(scene, holder("m1", 1), propose(2, SIGNER_CHAIR)),
                     REFUSAL_ERRATUM_NUMBER);
    assert_string_equal(scene->world.last.refusal.args[0].name, "next");
    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NONE);
    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_ERRATUM_NUMBER);
    assert_int_equal(does(scene, holder("m3", 3), sign(2, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NO_SUCH_ERRATUM);
}

static void it_is_over_this_text_of_these_minutes(void **state)
{
    struct scene *scene = *state;
    struct command command = propose(1, SIGNER_CHAIR);

    command.body.propose_erratum.minutes.bytes[0] ^= 1;
    assert_int_equal(does(scene, holder("m1", 1), command),
                     REFUSAL_BAD_COMMITMENT);
    command = propose(1, SIGNER_CHAIR);
    command.body.propose_erratum.erratum = text_of("Sửa: 12 triệu");
    assert_int_equal(does(scene, holder("m1", 1), command),
                     REFUSAL_BAD_MESSAGE);
    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NONE);
    command = sign(1, SIGNER_MINUTE_TAKER);
    command.body.sign_erratum.c.bytes[0] ^= 1;
    assert_int_equal(does(scene, holder("m3", 3), command),
                     REFUSAL_BAD_COMMITMENT);
}

static void a_meeting_that_goes_on_has_none(void **state)
{
    struct scene *scene = *state;
    struct command command = propose(1, SIGNER_CHAIR);

    assert_int_equal(does(scene, holder("m1", 1), command),
                     REFUSAL_MEETING_NOT_ENDED);
    command.body.propose_erratum.meeting = id_of("dbmau.9");
    assert_int_equal(does(scene, holder("m1", 1), command),
                     REFUSAL_NO_SUCH_MEETING);
    end_meeting(&scene->world);
    scene->meeting->minutes.adopted_version = 0;
    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_MINUTES_NOT_ADOPTED);
    meeting_state_free(scene->meeting);
    scene->meeting = NULL; /* it could not be read */
    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_BUSY);
    assert_int_equal(meeting_state_new(&scene->meeting), RESULT_OK);
}

static void devices_are_vouched_for_where_the_meeting_asked_for_it(void **state)
{
    struct scene *scene = *state;
    struct register_device *device;
    const struct key key = device_key(1);

    scene->meeting->is_vouching_required = true;
    device = (struct register_device *)(uintptr_t)register_state_device(
        scene->world.state, &key);
    device->is_vouched = false;
    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NOT_VOUCHED);
    device->is_vouched = true;
    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NONE);
}

/* m3, who took the minutes, moves to another cell. */
static void move_away(struct scene *scene)
{
    const struct command moved =
        change_member("m3", "u3", CATEGORY_OFFICIAL, OFFICE_NONE);

    assert_int_equal(register_world_do(&scene->world, administrator(), &moved),
                     REFUSAL_NONE);
}

static void leader_or_deputy_sign_in_the_place_of_who_has_left(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NONE);
    assert_int_equal(does(scene, holder("m2", 2), sign(1, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NOT_ALLOWED);
    move_away(scene);
    assert_int_equal(does(scene, holder("m3", 3), sign(1, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NOT_ALLOWED);
    /* Not a plain member, nor the leader of another cell, nor who has signed
     * in the other role. */
    assert_int_equal(does(scene, holder("m4", 4), sign(1, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(does(scene, holder("m7", 7), sign(1, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(does(scene, holder("m1", 1), sign(1, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(does(scene, holder("m2", 2), sign(1, SIGNER_MINUTE_TAKER)),
                     REFUSAL_NONE);
}

static void nobody_signs_twice_in_two_places(void **state)
{
    struct scene *scene = *state;
    const struct identifier m2 = id_of("m2");

    move_away(scene);
    /* m2 stands in for the minute-taker; then m1 has left as well. */
    assert_int_equal(
        does(scene, holder("m2", 2), propose(1, SIGNER_MINUTE_TAKER)),
        REFUSAL_NONE);
    scene->meeting->presiding = id_of("m99");
    assert_int_equal(does(scene, holder("m2", 2), sign(1, SIGNER_CHAIR)),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(erratum_standing(scene->world.state, scene->meeting, NULL,
                                      &m2, SIGNER_CHAIR),
                     ERRATUM_STANDING_IN_PLACE);
    assert_int_equal(does(scene, holder("m1", 1), sign(1, SIGNER_CHAIR)),
                     REFUSAL_NONE);
}

static void members_of_the_cell_read_it_and_others_do_not(void **state)
{
    struct scene *scene = *state;
    const struct identifier meeting = id_of(MEETING);
    static const char *const readers[] = { "m1", "m2", "m3", "m4" };
    static const char *const others[] = { "m7", "s1", "m99" };
    size_t i;

    for (i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        const struct identifier id = id_of(readers[i]);

        assert_true(
            register_errata_may_open(scene->world.state, &id, &meeting));
    }
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct identifier id = id_of(others[i]);

        assert_false(
            register_errata_may_open(scene->world.state, &id, &meeting));
    }
}

/* --- the fold ------------------------------------------------------------- */

static enum erratum_fault fault_of(const struct scene *scene,
                                   const struct register_event *event)
{
    const enum erratum_fault fault =
        register_errata_fault(scene->world.state, event);
    struct register_event at = *event;

    at.seq = scene->world.state->next_seq;
    at.at_ms = scene->world.state->at_ms;
    assert_int_equal(register_state_apply(scene->world.state, &at),
                     fault == ERRATUM_FAULT_NONE ? RESULT_OK : RESULT_CORRUPT);
    return fault;
}

static void a_log_that_contradicts_itself_says_how(void **state)
{
    struct scene *scene = *state;
    struct register_event first, second;

    assert_int_equal(does(scene, holder("m1", 1), propose(1, SIGNER_CHAIR)),
                     REFUSAL_NONE);
    first = scene->world.events[scene->world.event_count - 1];
    assert_int_equal(fault_of(scene, &first), ERRATUM_FAULT_NUMBER);
    first.body.erratum_proposed.number = 3;
    assert_int_equal(fault_of(scene, &first), ERRATUM_FAULT_NUMBER);
    first.body.erratum_proposed.number = 2;
    first.body.erratum_proposed.minutes.bytes[1] ^= 1;
    assert_int_equal(fault_of(scene, &first), ERRATUM_FAULT_MINUTES);
    first.body.erratum_proposed.minutes = adopted;
    first.body.erratum_proposed.signer = device_key(4);
    assert_int_equal(fault_of(scene, &first), ERRATUM_FAULT_DEVICE);
    first.body.erratum_proposed.signer = device_key(1);
    first.body.erratum_proposed.role = SIGNER_MEMBER;
    assert_int_equal(fault_of(scene, &first), ERRATUM_FAULT_ROLE);
    first.body.erratum_proposed.meeting = id_of("dbmau.2");
    assert_int_equal(fault_of(scene, &first), ERRATUM_FAULT_MEETING);

    decide(scene, holder("m3", 3),
           &(const struct command){
               .op = OP_SIGN_ERRATUM,
               .body.sign_erratum =
                   sign(1, SIGNER_MINUTE_TAKER).body.sign_erratum });
    assert_int_equal(scene->world.last.count, 1);
    second = scene->world.last.events[0];
    second.body.erratum_signed.c.bytes[0] ^= 1;
    assert_int_equal(fault_of(scene, &second), ERRATUM_FAULT_TEXT);
    second.body.erratum_signed.c = text_hash;
    second.body.erratum_signed.number = 2;
    assert_int_equal(fault_of(scene, &second), ERRATUM_FAULT_NUMBER);
    second.body.erratum_signed.number = 1;
    second.body.erratum_signed.role = SIGNER_CHAIR;
    assert_int_equal(fault_of(scene, &second), ERRATUM_FAULT_ROLE);
    second.body.erratum_signed.role = SIGNER_MINUTE_TAKER;
    assert_int_equal(fault_of(scene, &second), ERRATUM_FAULT_NONE);
}

static void there_is_an_end_to_them(void **state)
{
    struct scene *scene = *state;
    uint64_t i;

    for (i = 1; i <= LIMIT_ERRATA; i++)
        assert_int_equal(does(scene, holder("m1", 1), propose(i, SIGNER_CHAIR)),
                         REFUSAL_NONE);
    assert_int_equal(does(scene, holder("m1", 1), propose(i, SIGNER_CHAIR)),
                     REFUSAL_TOO_MANY);
}

#define ENDED(test) cmocka_unit_test_setup_teardown(test, setup_ended, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENDED(both_sign_and_then_it_is_in_force),
        ENDED(nobody_else_signs_nor_in_the_others_name),
        ENDED(numbers_follow_each_other),
        ENDED(it_is_over_this_text_of_these_minutes),
        cmocka_unit_test_setup_teardown(a_meeting_that_goes_on_has_none, setup,
                                        teardown),
        ENDED(devices_are_vouched_for_where_the_meeting_asked_for_it),
        ENDED(leader_or_deputy_sign_in_the_place_of_who_has_left),
        ENDED(nobody_signs_twice_in_two_places),
        ENDED(members_of_the_cell_read_it_and_others_do_not),
        ENDED(a_log_that_contradicts_itself_says_how),
        ENDED(there_is_an_end_to_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
