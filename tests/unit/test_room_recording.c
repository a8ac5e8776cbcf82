/* What a room gives to its recording, and what not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/wire/audio_frame.h"
#include "server/audio/ogg_mend.h"
#include "server/platform/recording_folder.h"
#include "server/room/room_types.h"
#include "tests/support/room_fixture.h"
#include "tests/support/scratch_folder.h"

#include <stdlib.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"

enum { TICK_MS = 200 };

struct studio {
    struct room_fixture *fixture;
    struct fixture_peer *chair;
    struct scratch_folder folder;
    struct recording_store files, store;
    /* What happens while the disk takes its time, once. */
    void (*meanwhile)(struct studio *studio);
    uint64_t packet_count; /* of what was kept */
};

/* --- a disk that takes its time ------------------------------------------- */

static enum result append(void *user, const char *name, const void *bytes,
                          size_t size)
{
    struct studio *studio = user;
    void (*meanwhile)(struct studio *) = studio->meanwhile;

    studio->meanwhile = NULL;
    if (meanwhile)
        meanwhile(studio);
    return studio->files.append(studio->files.user, name, bytes, size);
}

static enum result read_file(void *user, const char *name, size_t size_max,
                             uint8_t **out, size_t *size)
{
    const struct studio *studio = user;

    return studio->files.read(studio->files.user, name, size_max, out, size);
}

/* Looked at before it goes. */
static enum result remove_file(void *user, const char *name)
{
    struct studio *studio = user;
    struct ogg_found found;
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(studio->files.read(studio->files.user, name,
                                        LIMIT_BLOB_SIZE, &bytes, &size),
                     RESULT_OK);
    assert_int_equal(ogg_mend(bytes, size, &found), RESULT_OK);
    studio->packet_count += found.packet_count;
    free(bytes);
    return studio->files.remove(studio->files.user, name);
}

static enum result each(void *user, const char *prefix,
                        void (*take)(void *data, const char *name), void *data)
{
    const struct studio *studio = user;

    return studio->files.each(studio->files.user, prefix, take, data);
}

/* --- a meeting that is recorded ------------------------------------------- */

static void act(struct studio *studio, const char *op, const char *fields)
{
    const uint64_t id = fixture_act(studio->chair, op, MEETING, fields);

    fixture_settle(studio->fixture);
    assert_string_equal(fixture_outcome(studio->chair, id), "ok");
}

static void wait(struct studio *studio, int64_t ms)
{
    for (; ms > 0; ms -= TICK_MS) {
        fake_clock_advance(&studio->fixture->clock, TICK_MS);
        hub_tick(studio->fixture->hub);
        fixture_settle(studio->fixture);
    }
}

static int set_up(void **state)
{
    static struct studio studio;

    studio = (struct studio){ .fixture = room_fixture_new(0) };
    scratch_folder_make(&studio.folder);
    studio.files = recording_folder_store(studio.folder.path);
    studio.store = (struct recording_store){ append, read_file, remove_file,
                                             each, &studio };
    studio.fixture->hub->config.recordings = &studio.store;
    studio.fixture->rules.recording = RECORDING_BY_ITS_CHAIR;
    studio.chair = fixture_member(studio.fixture, "m1");
    act(&studio, "open_lobby", "");
    fixture_ask(studio.chair, "join", MEETING, "\"from\":0");
    fixture_settle(studio.fixture);
    act(&studio, "open_meeting", "");
    act(&studio, "set_floor_mode", "\"mode\":\"free\",\"order\":\"raised\"");
    act(&studio, "start_recording", "");
    wait(&studio, TICK_MS);
    *state = &studio;
    return 0;
}

static int tear_down(void **state)
{
    struct studio *studio = *state;

    room_fixture_free(studio->fixture);
    scratch_folder_remove(&studio->folder);
    return 0;
}

static void say(struct studio *studio, uint32_t first, uint32_t count)
{
    static const uint8_t payload[] = { 0x48, 0xff, 0xfe };
    uint32_t i;

    for (i = first; i < first + count; i++) {
        const struct audio_frame frame = { .slot = studio->chair->session->slot,
                                           .sequence = i,
                                           .timestamp = i * 960,
                                           .payload = payload,
                                           .payload_size = sizeof payload };
        uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
        size_t size = 0;

        assert_int_equal(audio_frame_encode(&frame, bytes, sizeof bytes, &size),
                         RESULT_OK);
        session_on_binary(studio->chair->session, bytes, size);
    }
}

/* --- tests ---------------------------------------------------------------- */

static void what_is_said_while_it_is_recorded_is_kept(void **state)
{
    struct studio *studio = *state;

    say(studio, 1, 10);
    wait(studio, 3000);
    say(studio, 11, 10);
    act(studio, "stop_recording", "");
    say(studio, 21, 10);
    wait(studio, 3000);
    assert_int_equal(studio->packet_count, 20);
}

static void stop_and_go_on_speaking(struct studio *studio)
{
    act(studio, "stop_recording", "");
    say(studio, 11, 10);
}

/* Everybody has been told that nothing is recorded any more. */
static void what_is_said_after_it_stopped_is_not_kept(void **state)
{
    struct studio *studio = *state;

    say(studio, 1, 10);
    studio->meanwhile = stop_and_go_on_speaking;
    wait(studio, 6000);
    assert_null(studio->meanwhile);
    assert_int_equal(studio->packet_count, 10);
}

/* One who holds the floor may send as much as ten devices can. */
static void a_flood_of_sound_does_not_end_the_recording(void **state)
{
    static const uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE] = { 0x48 };
    enum { TICKS = 25 };
    const uint32_t each_tick =
        LIMIT_DEVICES_PER_HOLDER * LIMIT_AUDIO_RATE_PER_S * TICK_MS / 1000;
    struct studio *studio = *state;
    uint32_t tick, i;

    for (tick = 0; tick < TICKS; tick++) {
        for (i = 0; i < each_tick; i++) {
            const uint32_t number = tick * each_tick + i;
            const struct audio_frame frame = { .slot =
                                                   studio->chair->session->slot,
                                               .sequence = number,
                                               .timestamp = number * 120,
                                               .payload = payload,
                                               .payload_size = sizeof payload };

            room_recording_hear(studio->chair->session, &frame);
        }
        wait(studio, TICK_MS);
    }
    assert_int_equal(studio->packet_count, 0); /* it goes on */
    act(studio, "stop_recording", "");
    wait(studio, 6000);
    assert_int_equal(studio->packet_count, TICKS * each_tick);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_said_while_it_is_recorded_is_kept),
        TEST(what_is_said_after_it_stopped_is_not_kept),
        TEST(a_flood_of_sound_does_not_end_the_recording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
