#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_device_fake.h"
#include "client/audio/voice.h"
#include "protocol/base/limits.h"
#include "tests/support/sound_signal.h"

#include <opus/opus.h>

#include <stdlib.h>
#include <string.h>

/*
 * "hoa" hears "lan", who speaks, and somebody who may speak, too, and sends
 * what no program of ours would: packets of 120 ms, of two channels, of other
 * lengths, cut off, made of noise or of nothing, with numbers and times that
 * jump by as much as they can. Everything runs that listens in a meeting: echo
 * canceller, search for neighbours, statistics. Lan is heard as if nobody else
 * were there, and half a second after the other is silent nothing is heard.
 */
enum {
    SECONDS = 8,
    BLOCKS = SECONDS * 50,
    COUNT = BLOCKS * AUDIO_BLOCK_COUNT,
    SAMPLE_MAX = 64, /* packets of each kind */
    LAN_SLOT = 1,
    HOSTILE_SLOT = 2,
    LATEST_BLOCKS = 30, /* after which nothing that came is heard: 600 ms */
};

enum kind {
    LONG,   /* 120 ms */
    SHORT,  /* 2.5, 5 and 10 ms */
    NOISE,  /* random bytes, of any length */
    CUT,    /* the beginning of a real one */
    EMPTY,  /* no byte, or none but the first */
    HUGE,   /* longer than a message can carry */
    PADDED, /* all that a packet may say of frames and padding, and wrong */
    STEREO, /* 20 ms of two channels */
    HONEST, /* 20 ms as ours */
    KIND_COUNT
};

struct packet {
    size_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE + 8];
};

static struct packet packets[KIND_COUNT][SAMPLE_MAX];
static int16_t spoken[COUNT];
static int16_t heard[COUNT];
static uint32_t drawn;
static int64_t now_ms;

static struct audio_device *device;
static struct voice *hoa;
static struct voice *lan;
static struct audio_device *lan_device;
static unsigned neighbours;

static uint32_t draw(uint32_t bound)
{
    drawn = drawn * 1664525u + 1013904223u;
    return (drawn >> 8) % bound;
}

static int64_t read_now(void *user)
{
    (void)user;
    return now_ms;
}

/* --- what is sent -------------------------------------------------------- */

static OpusEncoder *make_encoder(int channels)
{
    int err;
    OpusEncoder *encoder =
        opus_encoder_create(AUDIO_RATE, channels, OPUS_APPLICATION_VOIP, &err);

    assert_non_null(encoder);
    assert_int_equal(opus_encoder_ctl(encoder, OPUS_SET_BITRATE(32000)), 0);
    return encoder;
}

static void encode(struct packet *out, int channels, int count, uint32_t seed)
{
    static int16_t sound[2 * 6 * AUDIO_BLOCK_COUNT];
    OpusEncoder *encoder = make_encoder(channels);
    int n;

    sound_signal_speech(sound, sizeof sound / sizeof sound[0], seed);
    n = opus_encode(encoder, sound, count, out->payload,
                    LIMIT_OPUS_PAYLOAD_SIZE);
    assert_in_range(n, 1, LIMIT_OPUS_PAYLOAD_SIZE);
    out->size = (size_t)n;
    opus_encoder_destroy(encoder);
}

static void fill_with_noise(struct packet *out, size_t size)
{
    out->size = size;
    for (size_t i = 0; i < size && i < sizeof out->payload; i++)
        out->payload[i] = (uint8_t)draw(256);
}

static void make(enum kind kind, uint32_t i, struct packet *out)
{
    static const int shorts[] = { 120, 240, 480 };

    switch (kind) {
    case LONG:
        encode(out, 1, 6 * AUDIO_BLOCK_COUNT, i);
        break;
    case SHORT:
        encode(out, 1, shorts[i % 3], i);
        break;
    case NOISE:
        fill_with_noise(out, 1 + draw(LIMIT_OPUS_PAYLOAD_SIZE));
        break;
    case CUT:
        encode(out, 1, AUDIO_BLOCK_COUNT, i);
        out->size = 1 + draw((uint32_t)out->size - 1);
        break;
    case EMPTY:
        fill_with_noise(out, i % 2);
        break;
    case HUGE:
        fill_with_noise(out, LIMIT_OPUS_PAYLOAD_SIZE + 1);
        break;
    case PADDED:
        fill_with_noise(out, 3 + draw(60));
        out->payload[0] |= 3;
        out->payload[1] = (uint8_t)(0x40 | draw(0x40) | draw(2) << 7);
        out->payload[2] = i % 3 == 0 ? 255 : out->payload[2];
        break;
    case STEREO:
        encode(out, 2, AUDIO_BLOCK_COUNT, i);
        break;
    case HONEST:
    case KIND_COUNT:
        encode(out, 1, AUDIO_BLOCK_COUNT, i);
        break;
    }
}

static int make_packets(void **state)
{
    (void)state;
    drawn = 7;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        for (uint32_t i = 0; i < SAMPLE_MAX; i++)
            make((enum kind)kind, i, &packets[kind][i]);
    return 0;
}

static void send_hostile(enum kind kind, uint32_t sequence, uint32_t timestamp)
{
    const struct packet *packet = &packets[kind][draw(SAMPLE_MAX)];

    voice_on_frame(hoa, HOSTILE_SLOT, sequence, timestamp, (uint8_t)draw(256),
                   packet->payload, packet->size, now_ms);
}

/* --- who listens --------------------------------------------------------- */

static void on_send(const struct voice_packet *packet, void *user)
{
    (void)user;
    voice_on_frame(hoa, LAN_SLOT, packet->sequence, packet->timestamp,
                   packet->flags, packet->payload, packet->size, now_ms);
}

static void on_nothing(const struct voice_packet *packet, void *user)
{
    (void)packet;
    (void)user;
}

static void on_wakeup(void *user) { (void)user; }

static void on_same_room(uint16_t slot, void *user)
{
    (void)slot;
    (void)user;
    neighbours++;
}

static struct voice *open_voice(struct audio_device **given, bool is_hoa)
{
    const struct voice_handlers handlers = {
        .send = is_hoa ? on_nothing : on_send,
        .wakeup = on_wakeup,
        .same_room = is_hoa ? on_same_room : NULL,
    };
    struct voice_config config = { .device = VOICE_DEVICE_GIVEN,
                                   .mode = VOICE_OPEN_MICROPHONE,
                                   .now_ms = read_now };
    struct voice *voice;

    assert_int_equal(audio_device_fake_new(given), RESULT_OK);
    config.given = *given;
    if (is_hoa)
        config.processing = (struct voice_processing_settings){
            .cancels_echo = true, .reduces_noise = true, .adjusts_gain = true
        };
    assert_int_equal(voice_open(&voice, &config, &handlers), RESULT_OK);
    return voice;
}

static int set_up(void **state)
{
    (void)state;
    drawn = 1;
    now_ms = 1000000;
    neighbours = 0;
    hoa = open_voice(&device, true);
    lan = open_voice(&lan_device, false);
    sound_signal_speech(spoken, COUNT, 23);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lan = voice_close(lan);
    hoa = voice_close(hoa);
    return 0;
}

/* 20 ms pass: lan speaks, hoa's microphone gives a little noise. */
static void pass_block(const int16_t *of_lan, int16_t *of_hoa)
{
    static const int16_t silence[AUDIO_BLOCK_COUNT];
    int16_t noise[AUDIO_BLOCK_COUNT];

    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        noise[i] = (int16_t)((int)draw(21) - 10);
    assert_true(
        audio_device_fake_capture(lan_device, of_lan ? of_lan : silence));
    voice_process(lan);
    assert_true(audio_device_fake_capture(device, noise));
    voice_process(hoa);
    now_ms += AUDIO_BLOCK_MS;
    assert_true(audio_device_fake_play(device, of_hoa));
}

static void expect_lan_is_heard(void)
{
    struct sound_match match = sound_signal_match(spoken, COUNT, heard, COUNT,
                                                  250 * AUDIO_COUNT_PER_MS);

    if (match.correlation <= 0.8)
        fail_msg("correlation %f at %ld", match.correlation, match.delay);
}

static void expect_silence_soon(void)
{
    static int16_t block[AUDIO_BLOCK_COUNT];

    for (int i = 0; i < 100; i++) {
        pass_block(NULL, block);
        for (size_t k = 0; i >= LATEST_BLOCKS && k < AUDIO_BLOCK_COUNT; k++)
            if (abs(block[k]) > 16)
                fail_msg("%d ms after the end: %d", i * AUDIO_BLOCK_MS,
                         block[k]);
    }
}

/* --- tests --------------------------------------------------------------- */

/* Of what is no sound nothing is heard, neither beside lan nor instead. */
static void what_is_no_packet_of_a_meeting_is_not_heard(void **state)
{
    static const enum kind kinds[] = { LONG, SHORT, EMPTY, HUGE };

    (void)state;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            send_hostile(kinds[k], 4 * i + (uint32_t)k, i * AUDIO_BLOCK_COUNT);
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT],
                   &heard[i * AUDIO_BLOCK_COUNT]);
    }
    expect_lan_is_heard();
    expect_silence_soon();
    assert_int_equal(neighbours, 0);
}

/* Numbers and times: jumps of half and a quarter of their circle, steps back
 * and forth, and none. */
static uint32_t jump(uint32_t value)
{
    static const uint32_t jumps[] = { 0x80000000u, 0x7fffffffu, 0x80000001u,
                                      0x40000000u, 0xc0000000u, 0xffffffffu,
                                      960u,        0u - 960u,   1u,
                                      48000u,      0u - 48000u, 0u };

    return value + jumps[draw(sizeof jumps / sizeof jumps[0])];
}

/* Real voices, too, so that they are heard: not late, and not in lan's place
 * once they are over. */
static void numbers_and_times_that_jump_bring_nothing_old_back(void **state)
{
    int16_t block[AUDIO_BLOCK_COUNT];
    uint32_t sequence = 0;
    uint32_t timestamp = 0;

    (void)state;
    for (uint32_t i = 0; i < 60 * 50; i++) {
        if (draw(4) == 0)
            sequence = jump(sequence);
        if (draw(4) == 0)
            timestamp = jump(timestamp);
        send_hostile(draw(2) == 0 ? HONEST : STEREO, sequence++, timestamp);
        timestamp += AUDIO_BLOCK_COUNT;
        pass_block(NULL, block);
        if (i % 500 == 499)
            expect_silence_soon();
    }
    for (uint32_t i = 0; i < BLOCKS; i++)
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT],
                   &heard[i * AUDIO_BLOCK_COUNT]);
    expect_lan_is_heard();
}

/* A second of everything at once in each 20 ms, then lan again. */
static void a_flood_of_everything_ends_with_its_end(void **state)
{
    int16_t block[AUDIO_BLOCK_COUNT];
    struct voice_statistics statistics;

    (void)state;
    for (uint32_t i = 0; i < 10 * 50; i++) {
        for (int k = 0; k < 50; k++)
            send_hostile((enum kind)draw(KIND_COUNT),
                         draw(3) == 0 ? draw(UINT32_MAX) : i * 50 + (uint32_t)k,
                         draw(3) == 0 ? draw(UINT32_MAX)
                                      : i * AUDIO_BLOCK_COUNT);
        pass_block(NULL, block);
    }
    expect_silence_soon();
    voice_statistics(hoa, &statistics);
    assert_true(statistics.delay_ms <= 400 && statistics.target_ms <= 400);
    for (uint32_t i = 0; i < BLOCKS; i++)
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT],
                   &heard[i * AUDIO_BLOCK_COUNT]);
    expect_lan_is_heard();
    assert_int_equal(neighbours, 0);
}

/* The measures themselves: they find a voice that is laid over lan's, and one
 * that goes on. */
static void a_second_voice_would_be_found(void **state)
{
    struct sound_match match;
    unsigned loud = 0;

    (void)state;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        for (uint32_t k = 0; k < 3; k++)
            voice_on_frame(hoa, (uint16_t)(HOSTILE_SLOT + k), i,
                           i * AUDIO_BLOCK_COUNT, 0,
                           packets[HONEST][draw(SAMPLE_MAX)].payload,
                           packets[HONEST][0].size, now_ms);
        pass_block(&spoken[i * AUDIO_BLOCK_COUNT],
                   &heard[i * AUDIO_BLOCK_COUNT]);
    }
    match = sound_signal_match(spoken, COUNT, heard, COUNT,
                               250 * AUDIO_COUNT_PER_MS);
    assert_true(match.correlation < 0.8);
    for (int i = 0; i < 100; i++) {
        int16_t block[AUDIO_BLOCK_COUNT];

        send_hostile(HONEST, (uint32_t)(BLOCKS + i),
                     (uint32_t)(BLOCKS + i) * AUDIO_BLOCK_COUNT);
        pass_block(NULL, block);
        for (size_t k = 0; i >= LATEST_BLOCKS && k < AUDIO_BLOCK_COUNT; k++)
            loud += abs(block[k]) > 16;
    }
    assert_true(loud > 1000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_packet_of_a_meeting_is_not_heard),
        TEST(numbers_and_times_that_jump_bring_nothing_old_back),
        TEST(a_flood_of_everything_ends_with_its_end),
        TEST(a_second_voice_would_be_found),
    };

    return cmocka_run_group_tests(tests, make_packets, NULL);
}
