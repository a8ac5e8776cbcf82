/*
 * Who speaks when, and what is counted of it: nothing that is lost, late, twice
 * or elsewhere passes for delivered.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/bench/bench_speech.h"

#include <string.h>

enum { ROOMS = 2, MEMBERS = 4, SPEAKERS = 2, SAID_MAX = 64 };

/* What was said, as a relay would have it. */
struct said {
    size_t room, speaker;
    uint8_t payload[BENCH_PAYLOAD_SIZE];
};

static struct {
    struct bench_speech speech;
    struct said said[SAID_MAX];
    size_t count;
} scene;

static void say(void *user, size_t room, size_t speaker, uint32_t sequence,
                const uint8_t *payload, size_t size)
{
    struct said *said = &scene.said[scene.count];

    (void)user;
    (void)sequence;
    assert_true(scene.count < SAID_MAX);
    assert_int_equal(size, BENCH_PAYLOAD_SIZE);
    said->room = room;
    said->speaker = speaker;
    memcpy(said->payload, payload, size);
    scene.count++;
}

static int set_up(void **state)
{
    (void)state;
    memset(&scene, 0, sizeof scene);
    assert_int_equal(bench_speech_init(&scene.speech, ROOMS, MEMBERS, SPEAKERS),
                     RESULT_OK);
    scene.speech.say = say;
    bench_speech_begin(&scene.speech, ROOMS, 0, UINT64_C(3600000000));
    /* As if it had begun so long ago that eight frames are due: of each of the
     * four speakers two. */
    scene.speech.begun_us -= 2 * BENCH_FRAME_US - 1;
    while (scene.count < 8)
        bench_speech_tick(&scene.speech);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bench_speech_release(&scene.speech);
    return 0;
}

/* As a good relay: to all of the room but the speaker. */
static void deliver(const struct said *said)
{
    size_t member;

    for (member = 0; member < MEMBERS; member++)
        if (member != said->speaker && !scene.speech.is_deaf[member])
            bench_speech_hear(&scene.speech, said->room, member, said->payload,
                              sizeof said->payload);
}

static void deliver_all(void)
{
    size_t i;

    for (i = 0; i < scene.count; i++)
        deliver(&scene.said[i]);
}

static uint64_t lost(void)
{
    return scene.speech.expected - scene.speech.received;
}

static void speakers_take_turns_room_by_room(void **state)
{
    static const size_t order[][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } };
    size_t i;

    (void)state;
    for (i = 0; i < 8; i++) {
        assert_int_equal(scene.said[i].room, order[i % 4][0]);
        assert_int_equal(scene.said[i].speaker, order[i % 4][1]);
    }
}

static void a_relay_that_delivers_all_has_lost_nothing(void **state)
{
    (void)state;
    deliver_all();
    assert_int_equal(scene.speech.expected, scene.count * (MEMBERS - 1));
    assert_int_equal(lost(), 0);
    assert_int_equal(scene.speech.latency.count, scene.speech.received);
    assert_int_equal(scene.speech.backwards + scene.speech.foreign, 0);
}

static void one_frame_that_one_listener_misses_is_counted(void **state)
{
    (void)state;
    bench_speech_hear(&scene.speech, 0, 2, scene.said[4].payload,
                      BENCH_PAYLOAD_SIZE);
    deliver_all(); /* the first of that speaker comes too late for this one */
    assert_int_equal(lost(), 1);
    assert_int_equal(scene.speech.backwards, 2);
}

static void what_comes_twice_makes_up_for_nothing(void **state)
{
    size_t i;

    (void)state;
    for (i = 1; i < scene.count; i++)
        deliver(&scene.said[i]);
    deliver(&scene.said[scene.count - 1]);
    assert_int_equal(lost(), MEMBERS - 1);
    assert_int_equal(scene.speech.backwards, MEMBERS - 1);
}

static void what_is_of_another_room_is_no_delivery(void **state)
{
    (void)state;
    bench_speech_hear(&scene.speech, 1, 2, scene.said[0].payload,
                      BENCH_PAYLOAD_SIZE);
    assert_int_equal(scene.speech.received, 0);
    assert_int_equal(scene.speech.foreign, 1);
}

static void what_was_said_before_it_began_is_no_delivery(void **state)
{
    (void)state;
    bench_speech_begin(&scene.speech, ROOMS, 0, 1000000);
    deliver_all();
    assert_int_equal(scene.speech.received, 0);
    assert_int_equal(scene.speech.foreign, scene.count * (MEMBERS - 1));
}

static void of_the_deaf_nothing_is_expected(void **state)
{
    (void)state;
    scene.count = 0;
    scene.speech.is_deaf[3] = true;
    bench_speech_begin(&scene.speech, 1, 0, 1000000);
    bench_speech_tick(&scene.speech);
    assert_true(scene.count > 0);
    deliver_all();
    assert_int_equal(scene.speech.expected, scene.count * (MEMBERS - 2));
    assert_int_equal(lost(), 0);
    /* What one of them reads before it is drained makes up for nothing. */
    bench_speech_hear(&scene.speech, 0, 3, scene.said[0].payload,
                      BENCH_PAYLOAD_SIZE);
    assert_int_equal(lost(), 0);
}

static void silent_rooms_say_nothing(void **state)
{
    (void)state;
    scene.count = 0;
    bench_speech_begin(&scene.speech, 0, 0, 1000000);
    bench_speech_tick(&scene.speech);
    assert_int_equal(scene.count, 0);
    assert_true(bench_speech_wait_us(&scene.speech) > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(speakers_take_turns_room_by_room),
        TEST(a_relay_that_delivers_all_has_lost_nothing),
        TEST(one_frame_that_one_listener_misses_is_counted),
        TEST(what_comes_twice_makes_up_for_nothing),
        TEST(what_is_of_another_room_is_no_delivery),
        TEST(what_was_said_before_it_began_is_no_delivery),
        TEST(of_the_deaf_nothing_is_expected),
        TEST(silent_rooms_say_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
