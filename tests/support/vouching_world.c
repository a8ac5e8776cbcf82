#include "tests/support/vouching_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void world_enrol(struct register_world *world, const char *holder_id,
                 unsigned device)
{
    const struct command link = invite(holder_id, (uint8_t)device);

    assert_int_equal(register_world_do(world, administrator(), &link),
                     REFUSAL_NONE);
    assert_int_equal(
        register_world_enrol(world, (uint8_t)device, holder_id, device),
        REFUSAL_NONE);
}

void world_enlist(struct register_world *world, const char *unit,
                  enum category category)
{
    const struct command member =
        add_member(unit, "Đảng viên Mẫu", category, OFFICE_NONE);

    assert_int_equal(register_world_do(world, administrator(), &member),
                     REFUSAL_NONE);
}

void world_become(struct register_world *world, const char *member,
                  const char *unit, enum category category)
{
    const struct command command =
        change_member(member, unit, category, OFFICE_NONE);

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
}

void world_revoke(struct register_world *world, unsigned device)
{
    struct command command = { .op = OP_REVOKE_DEVICE };

    command.body.revoke_device.device = device_key(device);
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
}

struct command vouch_for(const char *holder_id, unsigned device)
{
    struct command command = { .op = OP_VOUCH_DEVICE };

    command.act.is_present = true;
    command.body.vouch_device = (struct command_vouch_device){
        .holder = id_of(holder_id),
        .device = device_key(device),
        .how = VOUCH_VOICE,
    };
    return command;
}

struct command add_key(struct key key)
{
    struct command command = { .op = OP_ADD_DEVICE };

    command.act.is_present = true;
    command.body.add_device =
        (struct command_add_device){ .device = key,
                                     .label = text_of("Máy tính bảng") };
    return command;
}

const struct register_device *world_device(const struct register_world *world,
                                           unsigned device)
{
    const struct key key = device_key(device);

    return register_state_device(world->state, &key);
}

enum refusal_code world_vouch(struct register_world *world, unsigned signer,
                              unsigned device)
{
    const struct command command =
        vouch_for(world_device(world, device)->holder.text, device);

    return register_world_do(
        world, holder(world_device(world, signer)->holder.text, signer),
        &command);
}

void world_vouch_all(struct register_world *world, const char *vouches)
{
    while (*vouches) {
        char *end = NULL;
        const unsigned signer = (unsigned)strtoul(vouches, &end, 10);
        const unsigned device = (unsigned)strtoul(end + 1, &end, 10);
        const enum refusal_code code = world_vouch(world, signer, device);

        if (code != REFUSAL_NONE)
            fail_msg("%u>%u: %s", signer, device, refusal_code_text(code));
        vouches = end + strspn(end, " ");
    }
}

struct identifier world_begin_meeting(struct register_world *world,
                                      const char *unit, const char *chair,
                                      const char *minute_taker)
{
    const struct command call = schedule(unit, chair, "", minute_taker);
    const struct hash head = { { 7 } };
    struct identifier meeting;

    assert_int_equal(register_world_do(world, administrator(), &call),
                     REFUSAL_NONE);
    meeting = world->last.made;
    register_rules_meeting_began(world->state, &meeting, &head, &world->last);
    register_world_apply(world);
    return meeting;
}

void world_end_meeting(struct register_world *world,
                       const struct identifier *meeting)
{
    const struct hash head = { { 8 } };

    register_rules_meeting_ended(world->state, meeting, 9, &head, NULL,
                                 &world->last);
    assert_int_equal(world->last.refusal.code, REFUSAL_NONE);
    register_world_apply(world);
}

void world_hold_meeting(struct register_world *world)
{
    const struct identifier meeting =
        world_begin_meeting(world, "u2", "m1", "m3");

    world_end_meeting(world, &meeting);
}

/* --- What is decided and what is folded ------------------------------------
 */

struct register_event world_event_of(const struct actor *actor,
                                     const struct command *command)
{
    const struct command_vouch_device *vouched = &command->body.vouch_device;

    if (command->op == OP_ADD_DEVICE)
        return (struct register_event){
            .kind = REGISTER_DEVICE_ADDED_KIND,
            .body.device_added = { .holder = actor->holder,
                                   .device = command->body.add_device.device,
                                   .label = command->body.add_device.label,
                                   .signer = actor->device },
        };
    return (struct register_event){
        .kind = REGISTER_DEVICE_VOUCHED_KIND,
        .body.device_vouched = { .holder = vouched->holder,
                                 .device = vouched->device,
                                 .how = vouched->how,
                                 .by = actor->holder,
                                 .signer = actor->device },
    };
}

struct register_state *world_replay(const struct register_world *world)
{
    struct register_state *again = NULL;

    assert_int_equal(register_state_new(&again), RESULT_OK);
    for (size_t i = 0; i < world->event_count; i++)
        assert_int_equal(register_state_apply(again, &world->events[i]),
                         RESULT_OK);
    return again;
}

enum result world_fold(const struct register_world *world,
                       struct register_event event)
{
    struct register_state *again = world_replay(world);
    enum result result;

    event.seq = again->next_seq;
    event.at_ms = again->at_ms;
    result = register_state_apply(again, &event);
    register_state_free(again);
    return result;
}

enum refusal_code world_ask_both(struct register_world *world,
                                 struct actor actor,
                                 const struct command *command)
{
    const enum refusal_code code = register_world_ask(world, actor, command);
    const enum result result =
        world_fold(world, world_event_of(&actor, command));

    if (result != (code == REFUSAL_NONE ? RESULT_OK : RESULT_CORRUPT))
        fail_msg("%s: decided %s, folded %s", command_name(command->op),
                 refusal_code_text(code), result_text(result));
    return code;
}
