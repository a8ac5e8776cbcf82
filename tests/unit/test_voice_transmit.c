#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/voice_codec.h"
#include "client/audio/voice_transmit.h"
#include "protocol/base/limits.h"
#include "tests/support/sound_signal.h"

#include <string.h>

enum {
    SECOND = AUDIO_RATE,
    SECONDS = 8, /* speech, silence, speech, silence, two each */
    COUNT = SECONDS * SECOND,
    BLOCKS = COUNT / AUDIO_BLOCK_COUNT,
    PACKETS_MAX = BLOCKS + 8,
};

struct sent_packet {
    uint32_t sequence;
    uint32_t timestamp;
    uint8_t flags;
    size_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

static int16_t spoken[COUNT];
static int16_t heard[COUNT + VOICE_FRAME_COUNT_MAX];
static struct sent_packet sent[PACKETS_MAX];
static size_t sent_count;
static struct voice_transmit *transmit;

static void on_send(const struct voice_packet *packet, void *user)
{
    struct sent_packet *mine = &sent[sent_count];

    (void)user;
    assert_true(sent_count < PACKETS_MAX);
    mine->sequence = packet->sequence;
    mine->timestamp = packet->timestamp;
    mine->flags = packet->flags;
    mine->size = packet->size;
    memcpy(mine->payload, packet->payload, packet->size);
    sent_count++;
}

static int set_up(void **state)
{
    (void)state;
    sent_count = 0;
    memset(heard, 0, sizeof heard);
    memset(spoken, 0, sizeof spoken);
    sound_signal_speech(spoken, 2 * SECOND, 1);
    sound_signal_speech(&spoken[4 * SECOND], 2 * SECOND, 1);
    assert_int_equal(voice_transmit_new(&transmit, on_send, NULL), RESULT_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    transmit = voice_transmit_free(transmit);
    return 0;
}

static void choose(unsigned bit_rate, unsigned frame_ms, bool is_constant)
{
    const struct voice_quality quality = { .bit_rate = bit_rate,
                                           .frame_ms = frame_ms,
                                           .loss_percent = 10,
                                           .is_constant = is_constant };

    assert_int_equal(voice_transmit_set_quality(transmit, &quality), RESULT_OK);
}

static void speak(size_t from_block, size_t to_block)
{
    for (size_t i = from_block; i < to_block; i++)
        voice_transmit_block(transmit, &spoken[i * AUDIO_BLOCK_COUNT],
                             1000 + (int64_t)i * AUDIO_BLOCK_MS);
}

static void constant_packets_have_one_size_in_speech_and_silence(void **state)
{
    const struct {
        unsigned bit_rate;
        unsigned frame_ms;
    } rows[] = { { 6000, 60 },  { 8000, 60 },  { 12000, 40 },
                 { 16000, 20 }, { 24000, 20 }, { 32000, 20 } };

    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        size_t size = rows[r].bit_rate * rows[r].frame_ms / 8000;

        (void)tear_down(state);
        (void)set_up(state);
        choose(rows[r].bit_rate, rows[r].frame_ms, true);
        speak(0, BLOCKS);
        voice_transmit_end(transmit);
        /* One for each frame that passed, none left out, and the last. */
        assert_in_range(sent_count, SECONDS * 1000 / rows[r].frame_ms,
                        SECONDS * 1000 / rows[r].frame_ms + 1);
        for (size_t i = 0; i < sent_count; i++) {
            bool is_last = i + 1 == sent_count;

            if (sent[i].size != size)
                fail_msg("%u b/s: packet %zu has %zu bytes, not %zu",
                         rows[r].bit_rate, i, sent[i].size, size);
            assert_int_equal(sent[i].flags, i == 0    ? AUDIO_FLAG_TALKSPURT
                                            : is_last ? AUDIO_FLAG_SILENCE
                                                      : 0);
        }
    }
}

/* What the sizes would tell: the measure sees it where it is. */
static void the_usual_packets_tell_speech_from_silence(void **state)
{
    size_t in_speech = 0;
    size_t in_silence = 0;

    (void)state;
    speak(0, BLOCKS);
    for (size_t i = 0; i < sent_count; i++)
        if (sent[i].timestamp / SECOND % 4 < 2)
            in_speech += sent[i].size;
        else
            in_silence += sent[i].size;
    assert_true(in_speech > 4 * in_silence);
}

static void a_lower_rate_takes_fewer_bytes(void **state)
{
    const unsigned rates[] = { 32000, 24000, 16000, 10000, 6000 };
    size_t before = SIZE_MAX;

    (void)state;
    for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
        size_t sum = 0;

        (void)tear_down(state);
        (void)set_up(state);
        choose(rates[r], 60, false);
        speak(0, BLOCKS / SECONDS * 2);
        for (size_t i = 0; i < sent_count; i++)
            sum += sent[i].size;
        assert_in_range(sum, 1, before - 1);
        before = sum;
    }
    /* 6 kb/s are 1500 bytes in two seconds. */
    assert_in_range(before, 700, 2000);
}

static void long_frames_carry_the_speech(void **state)
{
    const unsigned lengths_ms[] = { 20, 40, 60 };

    (void)state;
    for (size_t r = 0; r < sizeof lengths_ms / sizeof lengths_ms[0]; r++) {
        struct voice_decoder *decoder = NULL;
        size_t count = lengths_ms[r] * AUDIO_COUNT_PER_MS;

        (void)tear_down(state);
        (void)set_up(state);
        choose(24000, lengths_ms[r], false);
        speak(0, BLOCKS / SECONDS * 2);
        assert_int_equal(voice_decoder_new(&decoder), RESULT_OK);
        for (size_t i = 0; i < sent_count && sent[i].timestamp < 2 * SECOND;
             i++) {
            assert_int_equal(voice_payload_count(sent[i].payload, sent[i].size),
                             count);
            assert_int_equal(sent[i].timestamp % count, 0);
            assert_int_equal(
                voice_decoder_decode(decoder, sent[i].payload, sent[i].size,
                                     &heard[sent[i].timestamp], count),
                RESULT_OK);
        }
        voice_decoder_free(decoder);
        assert_true(sound_signal_match(spoken, 2 * SECOND, heard, 2 * SECOND,
                                       40 * AUDIO_COUNT_PER_MS)
                        .correlation > 0.8);
    }
}

/* What was begun is not lost, and the clock is not ahead of the time. */
static void a_frame_begun_is_sent_at_the_end(void **state)
{
    (void)state;
    choose(24000, 60, false);
    speak(10, 15);
    voice_transmit_end(transmit);
    /* 60 ms, 40 ms and 20 of silence, and the frame that ends. */
    assert_int_equal(sent_count, 3);
    assert_int_equal(sent[1].timestamp, 3 * AUDIO_BLOCK_COUNT);
    assert_int_equal(sent[2].flags, AUDIO_FLAG_SILENCE);
    assert_int_equal(sent[2].size, 1);
    speak(65, 68);
    assert_int_equal(sent_count, 4);
    assert_int_equal(sent[3].flags, AUDIO_FLAG_TALKSPURT);
    assert_in_range(sent[3].timestamp, 55 * AUDIO_BLOCK_COUNT,
                    58 * AUDIO_BLOCK_COUNT);
}

static void the_quality_changes_in_mid_speech(void **state)
{
    uint32_t end = 0;

    (void)state;
    choose(24000, 60, false);
    speak(10, 15);
    choose(32000, 20, false);
    speak(15, 20);
    choose(8000, 60, false);
    speak(20, 30);
    for (size_t i = 0; i < sent_count; i++) {
        assert_int_equal(sent[i].sequence, i);
        assert_true(sent[i].timestamp >= end);
        end = sent[i].timestamp +
              (uint32_t)voice_payload_count(sent[i].payload, sent[i].size);
    }
    assert_true(sent_count >= 2 + 5 + 3);
}

static void qualities_that_cannot_be_are_refused(void **state)
{
    const struct voice_quality rows[] = {
        { .bit_rate = 5999, .frame_ms = 20 },
        { .bit_rate = 32001, .frame_ms = 20 },
        { .bit_rate = 24000, .frame_ms = 10 },
        { .bit_rate = 24000, .frame_ms = 80 },
        { .bit_rate = 24000, .frame_ms = 20, .loss_percent = 51 },
    };

    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
        assert_int_equal(voice_transmit_set_quality(transmit, &rows[r]),
                         RESULT_INVALID);
    /* The one before stays. */
    speak(10, 12);
    assert_int_equal(sent_count, 2);
    assert_int_equal(voice_payload_count(sent[0].payload, sent[0].size),
                     AUDIO_BLOCK_COUNT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(constant_packets_have_one_size_in_speech_and_silence),
        TEST(the_usual_packets_tell_speech_from_silence),
        TEST(a_lower_rate_takes_fewer_bytes),
        TEST(long_frames_carry_the_speech),
        TEST(a_frame_begun_is_sent_at_the_end),
        TEST(the_quality_changes_in_mid_speech),
        TEST(qualities_that_cannot_be_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
