#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/voice_codec.h"
#include "protocol/base/limits.h"
#include "tests/support/sound_signal.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCKS = 150, /* 3 s */
    COUNT = BLOCKS * AUDIO_BLOCK_COUNT,
    DELAY_MAX = 40 * AUDIO_COUNT_PER_MS,
};

static int16_t spoken[COUNT];
static int16_t heard[COUNT];
static uint8_t payloads[BLOCKS][LIMIT_OPUS_PAYLOAD_SIZE];
static size_t sizes[BLOCKS];
static bool silences[BLOCKS];

static struct voice_encoder *encoder;
static struct voice_decoder *decoder;

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(voice_encoder_new(&encoder), RESULT_OK);
    assert_int_equal(voice_decoder_new(&decoder), RESULT_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    encoder = voice_encoder_free(encoder);
    decoder = voice_decoder_free(decoder);
    return 0;
}

static void encode_all(void)
{
    for (size_t i = 0; i < BLOCKS; i++)
        assert_int_equal(voice_encoder_encode(encoder,
                                              &spoken[i * AUDIO_BLOCK_COUNT],
                                              payloads[i], sizeof payloads[i],
                                              &sizes[i], &silences[i]),
                         RESULT_OK);
}

static int16_t *block_of(size_t i) { return &heard[i * AUDIO_BLOCK_COUNT]; }

static void speech_comes_back_as_it_was(void **state)
{
    struct sound_match match;

    (void)state;
    sound_signal_speech(spoken, COUNT, 1);
    encode_all();
    for (size_t i = 0; i < BLOCKS; i++)
        assert_int_equal(voice_decoder_decode(decoder, payloads[i], sizes[i],
                                              block_of(i), AUDIO_BLOCK_COUNT),
                         RESULT_OK);
    match = sound_signal_match(spoken, COUNT, heard, COUNT, DELAY_MAX);
    assert_true(match.correlation > 0.8);
    assert_in_range(match.delay, 0, 30 * AUDIO_COUNT_PER_MS);
}

static void speech_takes_about_24_kilobits_a_second(void **state)
{
    size_t sum = 0;

    (void)state;
    sound_signal_speech(spoken, COUNT, 2);
    encode_all();
    for (size_t i = 0; i < BLOCKS; i++)
        sum += sizes[i];
    /* 60 bytes a frame are 24 kb/s. */
    assert_in_range(sum / BLOCKS, 30, 80);
}

static void silence_costs_next_to_nothing(void **state)
{
    size_t sent = 0;

    (void)state;
    memset(spoken, 0, sizeof spoken);
    encode_all();
    for (size_t i = 50; i < BLOCKS; i++) {
        assert_true(silences[i]);
        if (sizes[i] > VOICE_CODEC_EMPTY_SIZE)
            sent++;
    }
    /* At most one refreshment in 400 ms. */
    assert_in_range(sent, 0, 5);
}

static void one_lost_frame_in_ten_is_recovered_from_the_next(void **state)
{
    struct sound_match match;

    (void)state;
    sound_signal_speech(spoken, COUNT, 3);
    encode_all();
    for (size_t i = 0; i < BLOCKS; i++) {
        enum result result;

        if (i % 10 == 5)
            result =
                voice_decoder_recover(decoder, payloads[i + 1], sizes[i + 1],
                                      block_of(i), AUDIO_BLOCK_COUNT);
        else
            result = voice_decoder_decode(decoder, payloads[i], sizes[i],
                                          block_of(i), AUDIO_BLOCK_COUNT);
        assert_int_equal(result, RESULT_OK);
    }
    match = sound_signal_match(spoken, COUNT, heard, COUNT, DELAY_MAX);
    assert_true(match.correlation > 0.8);
}

static void
a_packet_says_whether_it_holds_a_copy_of_the_one_before(void **state)
{
    /* 20 and 60 ms of SILK, with its bit and with all the others; CELT; the
     * end of a packet before that bit; nothing. */
    static const struct {
        uint8_t bytes[4];
        size_t size;
        bool has_copy;
    } rows[] = {
        { { 0x48, 0x40, 0, 0 }, 4, true },
        { { 0x48, 0xbf, 0xff, 0xff }, 4, false },
        { { 0x58, 0x10, 0, 0 }, 4, true },
        { { 0x58, 0xef, 0xff, 0xff }, 4, false },
        { { 0xf8, 0xff, 0xfe }, 3, false },
        { { 0x48 }, 1, false },
        { { 0 }, 0, false },
    };
    size_t held = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(voice_payload_has_copy(rows[i].bytes, rows[i].size),
                         rows[i].has_copy);
    sound_signal_speech(spoken, COUNT, 6);
    encode_all();
    for (size_t i = 0; i < BLOCKS; i++)
        held += voice_payload_has_copy(payloads[i], sizes[i]);
    assert_in_range(held, BLOCKS * 3 / 4, BLOCKS);
}

static void a_long_loss_fades_instead_of_droning_on(void **state)
{
    long peak = 0;

    (void)state;
    sound_signal_speech(spoken, COUNT, 4);
    encode_all();
    for (size_t i = 0; i < 50; i++)
        assert_int_equal(voice_decoder_decode(decoder, payloads[i], sizes[i],
                                              block_of(i), AUDIO_BLOCK_COUNT),
                         RESULT_OK);
    for (size_t i = 50; i < BLOCKS; i++)
        assert_int_equal(
            voice_decoder_conceal(decoder, block_of(i), AUDIO_BLOCK_COUNT),
            RESULT_OK);
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++) {
        long size = labs((long)block_of(BLOCKS - 1)[i]);

        peak = size > peak ? size : peak;
    }
    assert_in_range(peak, 0, 300);
}

static void a_frame_of_its_first_byte_alone_is_decoded(void **state)
{
    (void)state;
    sound_signal_speech(spoken, COUNT, 5);
    encode_all();
    payloads[0][0] &= 0xfc;
    assert_int_equal(
        voice_decoder_decode(decoder, payloads[0], 1, heard, AUDIO_BLOCK_COUNT),
        RESULT_OK);
}

static void what_is_not_20_ms_of_opus_is_refused(void **state)
{
    /* RFC 6716, 3.1: configurations 12..31 by frame length; code 3 of 0. */
    const struct {
        const char *what;
        size_t size;
        uint8_t bytes[4];
    } rows[] = {
        { "no byte", 0, { 0 } },
        { "hybrid, 10 ms", 3, { 0x60, 1, 2 } },
        { "SILK, 40 ms", 3, { 0x10, 1, 2 } },
        { "SILK, 60 ms", 3, { 0x18, 1, 2 } },
        { "code 1 with an odd rest", 2, { 0x79, 1 } },
        { "code 3 without a count", 1, { 0x7b } },
        { "code 3 with a count of none", 2, { 0x7b, 0 } },
        { "two frames of 20 ms", 3, { 0x79, 1, 2 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum result result = voice_decoder_decode(
            decoder, rows[i].bytes, rows[i].size, heard, AUDIO_BLOCK_COUNT);
        if (result != RESULT_MALFORMED)
            fail_msg("%s: %s", rows[i].what, result_text(result));
    }
}

static void a_payload_tells_how_long_it_is(void **state)
{
    /* RFC 6716, 3.1. */
    const struct {
        size_t count;
        size_t size;
        uint8_t bytes[4];
    } rows[] = {
        { 0, 0, { 0 } },
        { 960, 1, { 0x08 } },        /* SILK, 20 ms */
        { 1920, 3, { 0x10, 1, 2 } }, /* SILK, 40 ms */
        { 2880, 3, { 0x18, 1, 2 } }, /* SILK, 60 ms */
        { 0, 3, { 0x00, 1, 2 } },    /* SILK, 10 ms */
        { 960, 3, { 0x78, 1, 2 } },  /* hybrid, 20 ms */
        { 1920, 3, { 0x79, 1, 2 } }, /* twice */
        { 2880, 3, { 0x7b, 3, 1 } }, /* three times */
        { 0, 3, { 0x7b, 4, 1 } },    /* four times */
        { 0, 1, { 0x7b } },          /* how often is not said */
        { 0, 3, { 0x7b, 63, 1 } },   /* more than a packet may hold */
        { 960, 3, { 0xf8, 1, 2 } },  /* CELT, 20 ms */
        { 0, 3, { 0xe0, 1, 2 } },    /* CELT, 2.5 ms */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(voice_payload_count(rows[i].bytes, rows[i].size),
                         rows[i].count);
    assert_int_equal(
        voice_payload_count(payloads[0], LIMIT_OPUS_PAYLOAD_SIZE + 1), 0);
}

static void a_payload_beyond_the_limit_is_refused(void **state)
{
    static const uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE + 1];

    (void)state;
    assert_int_equal(voice_decoder_decode(decoder, payload, sizeof payload,
                                          heard, AUDIO_BLOCK_COUNT),
                     RESULT_MALFORMED);
    assert_int_equal(voice_decoder_recover(decoder, payload, sizeof payload,
                                           heard, AUDIO_BLOCK_COUNT),
                     RESULT_MALFORMED);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(speech_comes_back_as_it_was),
        TEST(speech_takes_about_24_kilobits_a_second),
        TEST(silence_costs_next_to_nothing),
        TEST(one_lost_frame_in_ten_is_recovered_from_the_next),
        TEST(a_packet_says_whether_it_holds_a_copy_of_the_one_before),
        TEST(a_long_loss_fades_instead_of_droning_on),
        TEST(a_frame_of_its_first_byte_alone_is_decoded),
        TEST(what_is_not_20_ms_of_opus_is_refused),
        TEST(a_payload_tells_how_long_it_is),
        TEST(a_payload_beyond_the_limit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
