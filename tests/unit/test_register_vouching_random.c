/*
 * The rule of vouching a second time, naively: the fold says of every device
 * what the list of all that was said shows, after whatever commands. And what
 * is decided is what a fold takes.
 */
#include "tests/support/vouching_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

/* --- The rule a second time --------------------------------------------------
 * Who is what and what was said, as lists; a device is vouched for if the
 * lists show one of the three reasons. */

enum { MEMBERS = 16, DEVICES = 64, SAID = 800 };

struct naive_member {
    struct identifier id, unit;
    bool may_vouch, is_site;
};
struct naive_saying { /* signer said that this device is the holder's */
    struct key signer, device;
    struct identifier by;
    bool is_adding, was_signer_vouched, was_founding;
};
struct naive {
    struct naive_member members[MEMBERS];
    size_t member_count;
    struct naive_saying said[SAID];
    size_t said_count;
    struct identifier met[MEMBERS];
    size_t met_count;
    struct {
        struct identifier meeting, unit;
    } calls[SAID];
    size_t call_count;
};

static struct naive_member *naive_member(struct naive *naive,
                                         const struct identifier *id)
{
    for (size_t i = 0; i < naive->member_count; i++)
        if (identifier_equal(&naive->members[i].id, id))
            return &naive->members[i];
    assert_true(naive->member_count < MEMBERS);
    naive->members[naive->member_count].id = *id;
    return &naive->members[naive->member_count++];
}

static void naive_describe(struct naive *naive, const struct identifier *id,
                           const struct identifier *unit, int category)
{
    struct naive_member *member = naive_member(naive, id);

    member->unit = *unit;
    member->may_vouch = category != CATEGORY_GUEST &&
                        category != CATEGORY_TECHNICIAN &&
                        category != CATEGORY_SUSPENDED;
}

static bool naive_is_paired(const struct naive *naive, size_t one,
                            const struct key *device)
{
    const struct naive_saying *first = &naive->said[one];

    for (size_t i = 0; i < naive->said_count; i++) {
        const struct naive_saying *second = &naive->said[i];

        if (!second->is_adding && !first->is_adding && first->was_founding &&
            second->was_founding && key_equal(&second->device, device) &&
            key_equal(&second->signer, &first->device) &&
            key_equal(&first->signer, device))
            return true;
    }
    return false;
}

/* Reasons: 'a' a device of the holder, 'b' two members, 'c' a pair. */
static bool naive_has_reason(const struct naive *naive,
                             const struct key *device, char reason)
{
    for (size_t i = 0; i < naive->said_count; i++) {
        const struct naive_saying *one = &naive->said[i];

        if (reason == 'c' && naive_is_paired(naive, i, device))
            return true;
        if (!key_equal(&one->device, device) || !one->was_signer_vouched)
            continue;
        if (reason == 'a' && one->is_adding)
            return true;
        for (size_t j = 0; reason == 'b' && j < i; j++)
            if (key_equal(&naive->said[j].device, device) &&
                naive->said[j].was_signer_vouched &&
                !naive->said[j].is_adding && !one->is_adding &&
                !identifier_equal(&naive->said[j].by, &one->by))
                return true;
    }
    return false;
}

static bool naive_is_vouched(const struct naive *naive,
                             const struct key *device)
{
    return naive_has_reason(naive, device, 'a') ||
           naive_has_reason(naive, device, 'b') ||
           naive_has_reason(naive, device, 'c');
}

static bool naive_is_founding(struct naive *naive, const struct identifier *one,
                              const struct identifier *other)
{
    const struct naive_member *a = naive_member(naive, one);
    const struct naive_member *b = naive_member(naive, other);

    for (size_t i = 0; i < naive->met_count; i++)
        if (identifier_equal(&naive->met[i], &a->unit))
            return false;
    return a->may_vouch && b->may_vouch && !a->is_site && !b->is_site &&
           identifier_equal(&a->unit, &b->unit);
}

static void naive_hear(struct naive *naive, struct naive_saying saying)
{
    assert_true(naive->said_count < SAID);
    saying.was_signer_vouched = naive_is_vouched(naive, &saying.signer);
    naive->said[naive->said_count++] = saying;
}

static void naive_meeting(struct naive *naive,
                          const struct register_event *event)
{
    const struct register_meeting_scheduled *call =
        &event->body.meeting_scheduled;

    if (event->kind == REGISTER_MEETING_SCHEDULED_KIND) {
        naive->calls[naive->call_count].meeting = call->meeting;
        naive->calls[naive->call_count++].unit = call->unit;
        return;
    }
    for (size_t i = 0; i < naive->call_count; i++)
        if (identifier_equal(&naive->calls[i].meeting,
                             &event->body.meeting_ended.meeting) &&
            naive->met_count < MEMBERS)
            naive->met[naive->met_count++] = naive->calls[i].unit;
}

static void naive_take(struct naive *naive, const struct register_event *event)
{
    const struct register_device_added *added = &event->body.device_added;
    const struct register_device_vouched *vouched = &event->body.device_vouched;

    switch ((int)event->kind) {
    case REGISTER_MEMBER_ADDED_KIND:
        naive_describe(naive, &event->body.member_added.member,
                       &event->body.member_added.unit,
                       event->body.member_added.category);
        break;
    case REGISTER_MEMBER_CHANGED_KIND:
        naive_describe(naive, &event->body.member_changed.member,
                       &event->body.member_changed.unit,
                       event->body.member_changed.category);
        break;
    case REGISTER_SITE_ADDED_KIND:
        naive_member(naive, &event->body.site_added.site)->is_site = true;
        break;
    case REGISTER_MEETING_SCHEDULED_KIND:
    case REGISTER_MEETING_ENDED_KIND:
        naive_meeting(naive, event);
        break;
    case REGISTER_DEVICE_ADDED_KIND:
        naive_hear(naive,
                   (struct naive_saying){ added->signer, added->device,
                                          added->holder, true, false, false });
        break;
    case REGISTER_DEVICE_VOUCHED_KIND:
        naive_hear(
            naive,
            (struct naive_saying){
                vouched->signer, vouched->device, vouched->by, false, false,
                naive_is_founding(naive, &vouched->by, &vouched->holder) });
        break;
    default:
        break;
    }
}

/* Does the fold say of every device what the naive rule says of it? */
static bool naive_agrees(const struct register_world *world,
                         const struct naive *naive)
{
    for (size_t i = 0; i < world->state->device_count; i++) {
        const struct register_device *device = &world->state->devices[i];
        const bool is_paired = naive_has_reason(naive, &device->key, 'c');
        const bool is_known = naive_has_reason(naive, &device->key, 'a') ||
                              naive_has_reason(naive, &device->key, 'b');

        if (device->is_vouched != (is_paired || is_known))
            return false;
        if (device->is_vouched && !(device->is_founding ? is_paired : is_known))
            return false;
    }
    return true;
}

/* --- Random commands ---------------------------------------------------------
 */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static unsigned some(uint32_t *seed, size_t count)
{
    return (unsigned)(next_random(seed) % count);
}

static const unsigned devices[] = { 1,  2,  3,  4,  7,  20, 30,
                                    31, 32, 33, 34, 35, 36, 37 };
enum { DEVICE_KINDS = sizeof devices / sizeof devices[0] };
static const char *const holders[] = { "m1", "m2", "m3", "m4",
                                       "m5", "m6", "m7", "s1" };
enum { HOLDERS = sizeof holders / sizeof holders[0] };

/* The device in its holder's name, or now and then in another's. */
static struct actor some_actor(const struct register_world *world,
                               uint32_t *seed)
{
    const unsigned device = devices[some(seed, DEVICE_KINDS)];
    const struct register_device *known = world_device(world, device);
    const char *named = holders[some(seed, HOLDERS)];

    return holder(known && some(seed, 16) ? known->holder.text : named, device);
}

static void random_saying(struct register_world *world, uint32_t *seed)
{
    const struct actor actor = some_actor(world, seed);
    const bool is_adding = some(seed, 3) == 0;
    unsigned device = devices[some(seed, DEVICE_KINDS)];
    const struct register_device *known = world_device(world, device);
    struct command command;

    /* Most devices are another's, and not to be added. */
    for (int i = 0; is_adding && i < 8 && known &&
                    !identifier_equal(&known->holder, &actor.holder);
         i++) {
        device = devices[some(seed, DEVICE_KINDS)];
        known = world_device(world, device);
    }
    command = is_adding ? add_key(device_key(device))
                        : vouch_for(known ? known->holder.text : "m1", device);
    if (world_ask_both(world, actor, &command) == REFUSAL_NONE)
        register_world_apply(world);
}

static void random_change(struct register_world *world, uint32_t *seed)
{
    static const char *const members[] = { "m1", "m2", "m3", "m4",
                                           "m5", "m6", "m7" };
    static const enum category categories[] = {
        CATEGORY_OFFICIAL, CATEGORY_OFFICIAL, CATEGORY_OFFICIAL, CATEGORY_GUEST,
        CATEGORY_SUSPENDED
    };
    const struct command change =
        change_member(members[some(seed, 7)], some(seed, 3) ? "u2" : "u3",
                      categories[some(seed, 5)], OFFICE_NONE);
    struct command command = { .op = OP_REVOKE_DEVICE };

    switch (some(seed, 8)) {
    case 0:
        command.body.revoke_device.device =
            device_key(devices[some(seed, DEVICE_KINDS)]);
        (void)register_world_do(world, administrator(), &command);
        return;
    case 1:
        command = schedule(some(seed, 2) ? "u2" : "u3", "m1", "", "m2");
        if (register_world_do(world, administrator(), &command) ==
            REFUSAL_NONE) {
            const struct identifier meeting = world->last.made;
            const struct hash head = { { 7 } };

            register_rules_meeting_began(world->state, &meeting, &head,
                                         &world->last);
            register_world_apply(world);
            if (some(seed, 2))
                world_end_meeting(world, &meeting);
        }
        return;
    default:
        (void)register_world_do(world, administrator(), &change);
    }
}

/* How many devices of all worlds were vouched for, by reason. */
struct tally {
    size_t by_own, by_members, by_pair, unvouched;
};

static void count(const struct register_world *world, struct tally *tally)
{
    for (size_t i = 0; i < world->state->device_count; i++) {
        const struct register_device *device = &world->state->devices[i];

        if (!device->is_vouched)
            tally->unvouched++;
        else if (device->is_founding)
            tally->by_pair++;
        else if (device->voucher_count == REGISTER_VOUCHERS)
            tally->by_members++;
        else
            tally->by_own++;
    }
}

/* A world of 300 random steps, looked at after each of them. */
static void play_at_random(struct register_world *world, struct naive *naive,
                           uint32_t seed)
{
    size_t heard = 0;

    register_world_settle(world);
    for (unsigned device = 30; device < 36; device++)
        world_enrol(world, holders[some(&seed, HOLDERS)], device);
    for (int step = 0; step < 300; step++) {
        if (some(&seed, 16) == 0)
            random_change(world, &seed);
        else
            random_saying(world, &seed);
        for (; heard < world->event_count; heard++)
            naive_take(naive, &world->events[heard]);
        assert_true(naive_agrees(world, naive));
    }
}

static void every_vouched_device_has_a_reason_that_all_can_see(void **state)
{
    struct tally tally = { 0 };

    (void)state;
    for (uint32_t seed = 1; seed <= 50; seed++) {
        struct naive *naive = calloc(1, sizeof *naive);
        struct register_state *again = NULL;
        struct register_world world;

        assert_non_null(naive);
        play_at_random(&world, naive, seed);
        again = world_replay(&world);
        assert_true(register_states_equal(world.state, again));
        count(&world, &tally);
        register_state_free(again);
        register_world_release(&world);
        free(naive);
    }
    /* The worlds would prove little if they did not hold all of it. */
    assert_true(tally.by_own > 50);
    assert_true(tally.by_members > 50);
    assert_true(tally.by_pair > 50);
    assert_true(tally.unvouched > 50);
}

/* A checker that finds nothing may be blind. */
static void a_device_that_is_wrongly_vouched_for_is_noticed(void **state)
{
    struct naive *naive = calloc(1, sizeof *naive);
    struct register_world world;

    (void)state;
    assert_non_null(naive);
    play_at_random(&world, naive, 1);
    for (size_t i = 0; i < world.state->device_count; i++) {
        struct register_device *device = &world.state->devices[i];

        device->is_vouched = !device->is_vouched;
        assert_false(naive_agrees(&world, naive));
        device->is_vouched = !device->is_vouched;
    }
    assert_true(naive_agrees(&world, naive));
    naive->said_count = 0;
    assert_false(naive_agrees(&world, naive));
    register_world_release(&world);
    free(naive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vouched_device_has_a_reason_that_all_can_see),
        cmocka_unit_test(a_device_that_is_wrongly_vouched_for_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
