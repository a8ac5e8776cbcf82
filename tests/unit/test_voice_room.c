#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_fake.h"
#include "client/audio/voice.h"
#include "protocol/base/limits.h"
#include "tests/support/sound_room.h"
#include "tests/support/sound_signal.h"

#include <string.h>

/*
 * Two whole voices, the line between them and the air of a room, or of two. The
 * second one speaks; what the first one's client says of it is looked at.
 */
enum {
    SECONDS = 8,
    COUNT = 48000 * SECONDS,
    BLOCKS = COUNT / AUDIO_BLOCK_COUNT,
    LINE_BLOCKS = 4, /* 80 ms */
    SLOT = 5,
    LINE_MAX = 64,
    SOON_MS = 5000,
};

struct frame {
    int due; /* in which block it arrives */
    uint32_t sequence, timestamp;
    uint8_t flags;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
    size_t size;
};

static struct {
    int64_t now_ms;
    int block;
    struct frame line[LINE_MAX];
    size_t count;
    unsigned sent_by_first;
    unsigned wakeups_of_first;
    unsigned told;
    int64_t told_ms;
    uint16_t slot;
} world;

static int16_t speech[COUNT];
static int16_t heard[COUNT]; /* by the first one's microphone */

static int64_t now(void *user)
{
    (void)user;
    return world.now_ms;
}

static void on_first_sends(const struct voice_packet *packet, void *user)
{
    (void)packet;
    (void)user;
    world.sent_by_first++;
}

static void on_second_sends(const struct voice_packet *packet, void *user)
{
    struct frame *frame = &world.line[world.count];

    (void)user;
    assert_true(world.count < LINE_MAX);
    world.count++;
    *frame = (struct frame){ .due = world.block + LINE_BLOCKS,
                             .sequence = packet->sequence,
                             .timestamp = packet->timestamp,
                             .flags = packet->flags,
                             .size = packet->size };
    memcpy(frame->payload, packet->payload, packet->size);
}

static void on_first_wakes(void *user)
{
    (void)user;
    world.wakeups_of_first++;
}

static void on_second_wakes(void *user) { (void)user; }

static void on_same_room(uint16_t slot, void *user)
{
    (void)user;
    world.told++;
    world.told_ms = world.now_ms;
    world.slot = slot;
}

static struct voice *open_voice(const struct voice_handlers *handlers,
                                enum voice_mode mode, bool is_muted,
                                struct audio_device **device)
{
    struct voice_config config = { .device = VOICE_DEVICE_GIVEN,
                                   .mode = mode,
                                   .is_muted = is_muted,
                                   .processing = { .cancels_echo = true,
                                                   .reduces_noise = true,
                                                   .adjusts_gain = true },
                                   .sends_only_activity = true,
                                   .now_ms = now };
    struct voice *voice;

    assert_int_equal(audio_device_fake_new(device), RESULT_OK);
    config.given = *device;
    assert_int_equal(voice_open(&voice, &config, handlers), RESULT_OK);
    return voice;
}

static void bring_frames(struct voice *first)
{
    size_t kept = 0;

    for (size_t i = 0; i < world.count; i++) {
        const struct frame *frame = &world.line[i];

        if (frame->due > world.block)
            world.line[kept++] = *frame;
        else
            voice_on_frame(first, SLOT, frame->sequence, frame->timestamp,
                           frame->flags, frame->payload, frame->size,
                           world.now_ms);
    }
    world.count = kept;
}

struct scene {
    bool is_one_room;
    bool wants_to_know;
    bool is_second_silent;
    enum voice_mode mode; /* of the first */
    bool is_muted;
    bool is_forgotten; /* the slot is given to another at half time */
    uint32_t seed;     /* of voices, walls and noise */
    unsigned room_ms;  /* from one microphone to the other */
};

static void play(const struct scene *scene)
{
    const struct voice_handlers of_first = {
        .send = on_first_sends,
        .wakeup = on_first_wakes,
        .same_room = scene->wants_to_know ? on_same_room : NULL,
    };
    const struct voice_handlers of_second = { .send = on_second_sends,
                                              .wakeup = on_second_wakes };
    struct audio_device *devices[2];
    struct voice *first =
        open_voice(&of_first, scene->mode, scene->is_muted, &devices[0]);
    struct voice *second =
        open_voice(&of_second, VOICE_OPEN_MICROPHONE, false, &devices[1]);
    int16_t played[AUDIO_BLOCK_COUNT];

    memset(&world, 0, sizeof world);
    sound_signal_speech(speech, COUNT, 2 * scene->seed + 11);
    sound_signal_speech(heard, COUNT, 2 * scene->seed + 12);
    if (scene->is_one_room) {
        sound_room_scale(heard, COUNT, 0.0);
        sound_room_add_echo(heard, speech, COUNT,
                            scene->room_ms * AUDIO_COUNT_PER_MS, 0.5,
                            scene->seed + 1);
    }
    sound_room_add_noise(heard, COUNT, 40.0, scene->seed + 2);
    if (scene->is_second_silent)
        sound_room_scale(speech, COUNT, 0.0);
    for (world.block = 0; world.block < BLOCKS; world.block++) {
        size_t at = (size_t)world.block * AUDIO_BLOCK_COUNT;

        world.now_ms = 10000 + (int64_t)world.block * AUDIO_BLOCK_MS;
        if (scene->is_forgotten && world.block == BLOCKS / 2)
            voice_forget_speaker(first, SLOT);
        assert_true(audio_device_fake_capture(devices[1], &speech[at]));
        voice_process(second);
        assert_true(audio_device_fake_capture(devices[0], &heard[at]));
        bring_frames(first);
        voice_process(first);
        assert_true(audio_device_fake_play(devices[0], played));
    }
    voice_close(first);
    voice_close(second);
}

static const struct scene together = { .is_one_room = true,
                                       .wants_to_know = true,
                                       .mode = VOICE_PUSH_TO_TALK,
                                       .room_ms = 20 };

static void assert_told_soon(void)
{
    assert_int_equal(world.told, 1);
    assert_int_equal(world.slot, SLOT);
    assert_true(world.told_ms - 10000 <= SOON_MS);
}

static void a_neighbour_is_told_while_the_talk_button_is_up(void **state)
{
    (void)state;
    play(&together);
    assert_told_soon();
    assert_int_equal(world.sent_by_first, 0);
}

static void a_neighbour_is_told_to_an_open_microphone(void **state)
{
    struct scene scene = together;

    (void)state;
    scene.mode = VOICE_OPEN_MICROPHONE;
    scene.is_muted = true;
    play(&scene);
    assert_told_soon();
    assert_int_equal(world.sent_by_first, 0);
    scene.is_muted = false;
    play(&scene);
    assert_told_soon();
    assert_true(world.sent_by_first > 100);
}

static void a_neighbour_is_told_however_far_he_sits(void **state)
{
    struct scene scene = together;

    (void)state;
    for (scene.room_ms = 5; scene.room_ms <= 80; scene.room_ms += 15) {
        scene.seed++;
        play(&scene);
        assert_told_soon();
    }
}

/* Both speak, each in a room of his own. */
static void of_twenty_who_are_elsewhere_none_is(void **state)
{
    struct scene scene = together;

    (void)state;
    scene.is_one_room = false;
    for (scene.seed = 100; scene.seed < 120; scene.seed++) {
        scene.mode =
            scene.seed % 2 ? VOICE_OPEN_MICROPHONE : VOICE_PUSH_TO_TALK;
        scene.is_muted = scene.seed % 4 == 1;
        play(&scene);
        assert_int_equal(world.told, 0);
    }
}

/* Twice: who came into the slot is another. */
static void another_in_his_slot_is_told_anew(void **state)
{
    struct scene scene = together;

    (void)state;
    scene.is_forgotten = true;
    play(&scene);
    assert_int_equal(world.told, 2);
}

static void while_nobody_is_heard_the_microphone_wakes_nobody(void **state)
{
    struct scene scene = together;

    (void)state;
    scene.is_second_silent = true;
    play(&scene);
    assert_int_equal(world.told, 0);
    assert_true(world.wakeups_of_first <
                (unsigned)BLOCKS / 2); /* the second's first words of noise */
}

static void who_does_not_want_to_know_is_not_listened_to(void **state)
{
    struct scene scene = together;

    (void)state;
    scene.wants_to_know = false;
    play(&scene);
    assert_int_equal(world.told, 0);
    assert_int_equal(world.wakeups_of_first, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_neighbour_is_told_while_the_talk_button_is_up),
        cmocka_unit_test(a_neighbour_is_told_to_an_open_microphone),
        cmocka_unit_test(a_neighbour_is_told_however_far_he_sits),
        cmocka_unit_test(of_twenty_who_are_elsewhere_none_is),
        cmocka_unit_test(another_in_his_slot_is_told_anew),
        cmocka_unit_test(while_nobody_is_heard_the_microphone_wakes_nobody),
        cmocka_unit_test(who_does_not_want_to_know_is_not_listened_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
