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

#include <stdlib.h>
#include <string.h>

/*
 * "lan" sits in a room with a loudspeaker and an open microphone; "minh"
 * speaks to her from afar. The devices are fakes, so that seconds pass in
 * milliseconds.
 */
enum {
    SECOND = AUDIO_RATE,
    SECONDS_MAX = 50,
    COUNT_MAX = SECONDS_MAX * SECOND,
    BLOCKS_A_SECOND = SECOND / AUDIO_BLOCK_COUNT,
    MINH_SLOT = 2,
};

struct member {
    struct voice *voice;
    struct audio_device *device; /* the voice's */
    struct member *listener;     /* of what is sent; NULL: nobody */
    size_t sent;
    uint8_t last_flags;
    unsigned told;   /* that talk is not heard */
    unsigned silent; /* told that the microphone gives nothing */
};

static int64_t now_ms;
static struct member lan;
static struct member minh;
static int16_t far[COUNT_MAX];
static int16_t near[COUNT_MAX];
static int16_t loud[COUNT_MAX]; /* what lan's loudspeaker gives */

static int64_t read_now(void *user)
{
    (void)user;
    return now_ms;
}

static void on_send(const struct voice_packet *packet, void *user)
{
    struct member *member = user;

    member->sent++;
    member->last_flags = packet->flags;
    if (member->listener)
        voice_on_frame(member->listener->voice, MINH_SLOT, packet->sequence,
                       packet->timestamp, packet->flags, packet->payload,
                       packet->size, now_ms);
}

static void on_wakeup(void *user) { (void)user; }

static void on_talking_while_muted(void *user)
{
    struct member *member = user;

    member->told++;
}

static void on_microphone_silent(void *user)
{
    struct member *member = user;

    member->silent++;
}

static void open_member(struct member *member, struct voice_config config)
{
    const struct voice_handlers handlers = {
        .send = on_send,
        .wakeup = on_wakeup,
        .talking_while_muted = on_talking_while_muted,
        .microphone_silent = on_microphone_silent,
        .user = member,
    };

    assert_int_equal(audio_device_fake_new(&member->device), RESULT_OK);
    config.device = VOICE_DEVICE_GIVEN;
    config.given = member->device;
    if (config.mode == VOICE_MODE_NONE)
        config.mode = VOICE_OPEN_MICROPHONE;
    config.now_ms = read_now;
    assert_int_equal(voice_open(&member->voice, &config, &handlers), RESULT_OK);
}

static const struct voice_config as_it_is;
static const struct voice_config only_activity = { .sends_only_activity =
                                                       true };
static const struct voice_config everything = {
    .processing = { .cancels_echo = true,
                    .reduces_noise = true,
                    .adjusts_gain = true },
    .sends_only_activity = true,
};

static int set_up(void **state)
{
    (void)state;
    now_ms = 1000000;
    memset(&lan, 0, sizeof lan);
    memset(&minh, 0, sizeof minh);
    minh.listener = &lan;
    memset(far, 0, sizeof far);
    memset(near, 0, sizeof near);
    memset(loud, 0, sizeof loud);
    open_member(&minh, as_it_is);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lan.voice = voice_close(lan.voice);
    minh.voice = voice_close(minh.voice);
    return 0;
}

/* Of what sounded in the room 60 ms ago, with two walls. */
static void add_echo(int16_t *block, size_t at)
{
    const struct {
        size_t late;
        int percent;
    } ways[] = { { 2880, 50 }, { 3541, 20 }, { 4733, -12 } };

    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++)
        for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
            if (at + i >= ways[w].late)
                block[i] = (int16_t)(block[i] + loud[at + i - ways[w].late] *
                                                    ways[w].percent / 100);
}

/* 20 ms pass for both. */
static void pass_block(size_t at, bool has_echo)
{
    int16_t block[AUDIO_BLOCK_COUNT];

    assert_true(audio_device_fake_capture(minh.device, &far[at]));
    voice_process(minh.voice);
    now_ms += AUDIO_BLOCK_MS;
    assert_true(audio_device_fake_play(lan.device, &loud[at]));
    memcpy(block, &near[at], sizeof block);
    if (has_echo)
        add_echo(block, at);
    if (audio_device_fake_capture(lan.device, block))
        voice_process(lan.voice);
}

/* Passes the seconds `from` to `to`; the packets that lan sends in them. */
static size_t pass(size_t from, size_t to, bool has_echo)
{
    size_t before = lan.sent;

    for (size_t at = from * SECOND; at < to * SECOND; at += AUDIO_BLOCK_COUNT)
        pass_block(at, has_echo);
    return lan.sent - before;
}

/* --- echo ---------------------------------------------------------------- */

static void who_is_heard_does_not_hear_himself(void **state)
{
    (void)state;
    open_member(&lan, everything);
    sound_signal_speech(far, 20 * SECOND, 3);
    sound_room_add_noise(near, COUNT_MAX, 5.0, 3);
    (void)pass(0, 12, true);
    assert_in_range(pass(12, 20, true), 0, 8 * BLOCKS_A_SECOND / 20);
}

static void without_the_canceller_he_would(void **state)
{
    (void)state;
    open_member(&lan, only_activity);
    sound_signal_speech(far, 20 * SECOND, 3);
    sound_room_add_noise(near, COUNT_MAX, 5.0, 3);
    (void)pass(0, 12, true);
    assert_true(pass(12, 20, true) > 8 * BLOCKS_A_SECOND * 8 / 10);
}

static void who_interrupts_is_sent(void **state)
{
    (void)state;
    open_member(&lan, everything);
    sound_signal_speech(far, 20 * SECOND, 3);
    sound_signal_speech(&near[14 * SECOND], 4 * SECOND, 4);
    sound_room_add_noise(near, COUNT_MAX, 5.0, 3);
    (void)pass(0, 14, true);
    assert_true(pass(14, 18, true) > 4 * BLOCKS_A_SECOND * 9 / 10);
}

/* --- activity ------------------------------------------------------------ */

static void an_open_microphone_sends_speech_and_not_noise(void **state)
{
    (void)state;
    open_member(&lan, only_activity);
    sound_signal_speech(&near[4 * SECOND], 4 * SECOND, 11);
    sound_room_add_noise(near, COUNT_MAX, 100.0, 11);
    assert_int_equal(pass(0, 4, false), 0);
    assert_in_range(pass(4, 8, false), 190, 200);
    (void)pass(8, 9, false);
    /* The listeners know that it is silence, not loss. */
    assert_int_equal(lan.last_flags, AUDIO_FLAG_SILENCE);
    assert_int_equal(pass(9, 14, false), 0);
}

static void without_it_noise_is_sent(void **state)
{
    (void)state;
    open_member(&lan, as_it_is);
    sound_room_add_noise(near, COUNT_MAX, 100.0, 11);
    assert_true(pass(0, 4, false) > 100);
}

/* --- talking while muted ------------------------------------------------- */

static void who_talks_while_muted_is_told_now_and_then(void **state)
{
    (void)state;
    open_member(&lan, as_it_is);
    voice_set_muted(lan.voice, true);
    sound_signal_speech(&near[2 * SECOND], 40 * SECOND, 21);
    assert_int_equal(pass(0, 2, false), 0);
    assert_int_equal(lan.told, 0);
    assert_int_equal(pass(2, 5, false), 0);
    assert_int_equal(lan.told, 1);
    assert_int_equal(pass(5, 22, false), 0);
    assert_int_equal(lan.told, 1);
    assert_int_equal(pass(22, 26, false), 0);
    assert_int_equal(lan.told, 2);
}

static void who_ends_his_sentence_is_not_told(void **state)
{
    (void)state;
    open_member(&lan, as_it_is);
    sound_signal_speech(near, 5 * SECOND, 22);
    (void)pass(0, 4, false);
    voice_set_muted(lan.voice, true);
    (void)pass(4, 8, false);
    assert_int_equal(lan.told, 0);
}

static void nobody_is_told_for_a_noise(void **state)
{
    (void)state;
    open_member(&lan, as_it_is);
    voice_set_muted(lan.voice, true);
    sound_room_add_noise(near, COUNT_MAX, 200.0, 23);
    sound_room_add_hum(&near[6 * SECOND], 6 * SECOND, 2000.0);
    sound_room_add_clicks(&near[14 * SECOND], 6 * SECOND, 20000.0, SECOND / 6,
                          23);
    (void)pass(0, 20, false);
    assert_int_equal(lan.told, 0);
}

static void who_is_heard_is_not_told(void **state)
{
    (void)state;
    open_member(&lan, as_it_is);
    sound_signal_speech(near, 6 * SECOND, 24);
    assert_true(pass(0, 6, false) > 0);
    assert_int_equal(lan.told, 0);
}

/* The loudspeaker of the muted one is not his voice. */
static void who_listens_while_muted_is_not_told(void **state)
{
    (void)state;
    open_member(&lan, everything);
    sound_signal_speech(far, 30 * SECOND, 3);
    sound_room_add_noise(near, COUNT_MAX, 5.0, 3);
    (void)pass(0, 12, true);
    voice_set_muted(lan.voice, true);
    (void)pass(12, 30, true);
    assert_int_equal(lan.told, 0);
}

/* Milliseconds pass in which lan's microphone gives this, or no blocks. */
static void give(const int16_t *block, int64_t length_ms)
{
    for (int64_t passed = 0; passed < length_ms; passed += AUDIO_BLOCK_MS) {
        if (block)
            assert_true(audio_device_fake_capture(lan.device, block));
        voice_process(lan.voice);
        now_ms += AUDIO_BLOCK_MS;
    }
}

/* Who has the floor and forgets the button. */
static void who_is_expected_to_talk_is_told_that_the_button_is_off(void **state)
{
    struct voice_config button = everything;

    (void)state;
    button.mode = VOICE_PUSH_TO_TALK;
    open_member(&lan, button);
    sound_signal_speech(near, 10 * SECOND, 17);
    for (size_t at = 0; at < 10 * SECOND; at += AUDIO_BLOCK_COUNT)
        give(&near[at], AUDIO_BLOCK_MS);
    assert_int_equal(lan.told, 0);
    voice_expect_talk(lan.voice, true);
    for (size_t at = 0; at < 10 * SECOND; at += AUDIO_BLOCK_COUNT)
        give(&near[at], AUDIO_BLOCK_MS);
    assert_int_equal(lan.told, 1);
    assert_int_equal(lan.sent, 0);
    voice_set_talking(lan.voice, true);
    for (size_t at = 0; at < 10 * SECOND; at += AUDIO_BLOCK_COUNT)
        give(&near[at], AUDIO_BLOCK_MS);
    assert_true(lan.sent > 100);
    voice_set_talking(lan.voice, false);
    voice_expect_talk(lan.voice, false);
    for (size_t at = 0; at < 10 * SECOND; at += AUDIO_BLOCK_COUNT)
        give(&near[at], AUDIO_BLOCK_MS);
    assert_int_equal(lan.told, 1);
}

static void a_microphone_that_gives_nothing_is_told(void **state)
{
    static const int16_t nothing[AUDIO_BLOCK_COUNT];
    int16_t sound[AUDIO_BLOCK_COUNT];

    (void)state;
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        sound[i] = (int16_t)(i % 96 < 48 ? 2000 : -2000);
    open_member(&lan, everything);
    give(sound, 10000);
    assert_int_equal(lan.silent, 0);
    give(NULL, 3900);
    assert_int_equal(lan.silent, 0);
    assert_in_range(voice_wait_ms(lan.voice), 1, 200);
    give(NULL, 1000);
    assert_int_equal(lan.silent, 1);
    assert_int_equal(voice_wait_ms(lan.voice), -1);
    /* Of one that is off nothing is expected. */
    voice_set_muted(lan.voice, true);
    give(nothing, 30000);
    assert_int_equal(lan.silent, 1);
    voice_set_muted(lan.voice, false);
    give(nothing, 30000);
    assert_int_equal(lan.silent, 2);
    /* Nor of a device that is gone, which is told otherwise. */
    voice_set_muted(lan.voice, true);
    give(nothing, 1000);
    voice_set_muted(lan.voice, false);
    give(nothing, 1000);
    audio_device_fake_lose(lan.device);
    give(NULL, 30000);
    assert_int_equal(lan.silent, 2);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_microphone_that_gives_nothing_is_told),
        TEST(who_is_expected_to_talk_is_told_that_the_button_is_off),
        TEST(who_is_heard_does_not_hear_himself),
        TEST(without_the_canceller_he_would),
        TEST(who_interrupts_is_sent),
        TEST(an_open_microphone_sends_speech_and_not_noise),
        TEST(without_it_noise_is_sent),
        TEST(who_talks_while_muted_is_told_now_and_then),
        TEST(who_ends_his_sentence_is_not_told),
        TEST(nobody_is_told_for_a_noise),
        TEST(who_is_heard_is_not_told),
        TEST(who_listens_while_muted_is_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
