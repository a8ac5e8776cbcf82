#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/voice_codec.h"
#include "client/audio/voice_stream.h"
#include "protocol/base/limits.h"
#include "tests/support/sound_signal.h"

#include <opus/opus.h>

#include <string.h>

/*
 * Speech is encoded in frames of 20, 40 or 60 ms, travels over a line whose
 * arrivals the test makes up, and is compared with what is heard.
 */
enum {
    SECONDS_MAX = 16,
    BLOCK_MAX = SECONDS_MAX * 50,
    COUNT_MAX = BLOCK_MAX * AUDIO_BLOCK_COUNT,
    WINDOW = 4 * AUDIO_RATE / 10,
    AROUND = AUDIO_RATE / 2, /* what is heard is less late than this */
    NEVER = -1,
};

struct packet {
    int64_t arrival_ms; /* NEVER: lost */
    uint8_t flags;
    uint16_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

static int16_t spoken[COUNT_MAX];
static int16_t heard[COUNT_MAX];
static struct packet packets[BLOCK_MAX];
static size_t packet_count;
static size_t packet_blocks;
static uint32_t drawn;
static struct voice_stream *stream;

static int set_up(void **state)
{
    (void)state;
    drawn = 1;
    memset(heard, 0, sizeof heard);
    return voice_stream_new(&stream, JITTER_DELAY_MIN_MS) == RESULT_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    stream = voice_stream_free(stream);
    return 0;
}

static int64_t draw(int64_t bound)
{
    drawn = drawn * 1664525u + 1013904223u;
    return (int64_t)(drawn >> 8) % bound;
}

/* Speaks for `seconds`; a frame comes at the moment at which it is complete. */
static void speak(size_t seconds, size_t blocks, uint32_t seed)
{
    int err;
    OpusEncoder *encoder =
        opus_encoder_create(AUDIO_RATE, 1, OPUS_APPLICATION_VOIP, &err);
    size_t count = blocks * AUDIO_BLOCK_COUNT;

    assert_non_null(encoder);
    assert_int_equal(opus_encoder_ctl(encoder, OPUS_SET_BITRATE(24000)), 0);
    assert_int_equal(opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(2)), 0);
    assert_int_equal(opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(1)), 0);
    assert_int_equal(opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(20)),
                     0);
    sound_signal_speech(spoken, seconds * AUDIO_RATE, seed);
    packet_blocks = blocks;
    packet_count = seconds * AUDIO_RATE / count;
    for (size_t i = 0; i < packet_count; i++) {
        int n = opus_encode(encoder, &spoken[i * count], (int)count,
                            packets[i].payload, LIMIT_OPUS_PAYLOAD_SIZE);

        assert_true(n > 0);
        packets[i].size = (uint16_t)n;
        packets[i].flags = i == 0 ? AUDIO_FLAG_TALKSPURT : 0;
        packets[i].arrival_ms = (int64_t)((i + 1) * blocks) * AUDIO_BLOCK_MS;
    }
    opus_encoder_destroy(encoder);
}

static void deliver(size_t i)
{
    struct jitter_frame frame = {
        .sequence = (uint32_t)i,
        .timestamp = (uint32_t)(i * packet_blocks * AUDIO_BLOCK_COUNT),
        .flags = packets[i].flags,
        .size = packets[i].size,
    };

    memcpy(frame.payload, packets[i].payload, packets[i].size);
    voice_stream_put(stream, &frame, packets[i].arrival_ms);
}

/* heard[0] sounds when spoken[0] was spoken. */
static struct jitter_statistics listen(size_t seconds)
{
    struct jitter_statistics statistics;

    for (size_t block = 0; block < seconds * 50; block++) {
        int64_t now_ms = (int64_t)block * AUDIO_BLOCK_MS;

        for (size_t i = 0; i < packet_count; i++)
            if (packets[i].arrival_ms != NEVER &&
                packets[i].arrival_ms <= now_ms &&
                packets[i].arrival_ms > now_ms - AUDIO_BLOCK_MS)
                deliver(i);
        (void)voice_stream_pull(stream, now_ms,
                                &heard[block * AUDIO_BLOCK_COUNT]);
    }
    voice_stream_statistics(stream, &statistics);
    return statistics;
}

/* How well speech is heard from one second to another; `*delay_ms` is the
 * delay at the end. */
static double likeness(size_t from_s, size_t to_s, long *delay_ms)
{
    size_t from = from_s * AUDIO_RATE;
    size_t to = to_s * AUDIO_RATE;
    struct sound_match match =
        sound_signal_match_pieces(&spoken[from], to - from - AROUND,
                                  &heard[from], to - from, AROUND, WINDOW);

    *delay_ms = match.delay / AUDIO_COUNT_PER_MS;
    return match.correlation;
}

static void frames_of_any_length_are_heard(void **state)
{
    (void)state;
    for (size_t blocks = 1; blocks <= 3; blocks++) {
        struct jitter_statistics statistics;
        long delay_ms;

        voice_stream_reset(stream);
        speak(5, blocks, (uint32_t)blocks);
        statistics = listen(5);
        assert_true(likeness(0, 5, &delay_ms) > 0.9);
        /* The frame itself, 20 to 45 ms buffer, the codec; a period of the
         * voice may be taken for another. */
        assert_in_range(delay_ms - (long)blocks * AUDIO_BLOCK_MS, 12, 55);
        assert_int_equal(statistics.concealed, 0);
        assert_int_equal(statistics.stretched + statistics.shrunk, 0);
    }
}

static void speech_over_a_line_with_jitter_is_heard_well(void **state)
{
    struct jitter_statistics statistics;
    long delay_ms;

    (void)state;
    for (size_t blocks = 1; blocks <= 3; blocks++) {
        voice_stream_reset(stream);
        speak(12, blocks, 10 + (uint32_t)blocks);
        for (size_t i = 0; i < packet_count; i++)
            packets[i].arrival_ms += draw(120);
        statistics = listen(12);
        assert_true(likeness(4, 12, &delay_ms) > 0.85);
        assert_in_range(delay_ms - (long)blocks * AUDIO_BLOCK_MS, 90, 180);
        assert_in_range(statistics.concealed, 1, 40);
        assert_in_range(statistics.target_ms, 90, 120);
        assert_true(statistics.stretched > 0);
    }
}

/* The delay grew for jitter that is over; speech does not pause. */
static void a_delay_that_is_not_needed_is_taken_out_of_speech(void **state)
{
    struct jitter_statistics statistics;
    long delay_ms;

    (void)state;
    speak(16, 1, 20);
    for (size_t i = 100; i < 103; i++)
        packets[i].arrival_ms += 300;
    for (size_t i = 103; i < 118; i++)
        packets[i].arrival_ms = packets[102].arrival_ms;
    statistics = listen(16);
    assert_true(likeness(3, 16, &delay_ms) > 0.9);
    assert_in_range(delay_ms, 40, 90);
    assert_in_range(statistics.delay_ms, 10, 60);
    assert_in_range(statistics.shrunk / AUDIO_COUNT_PER_MS, 200, 400);
    assert_in_range(statistics.played, packet_count - 5, packet_count);
    assert_in_range(statistics.concealed, 5, 20);
}

/* One frame in ten is lost, and nearly every next one holds a copy. */
static void lost_frames_are_repaired(void **state)
{
    (void)state;
    for (size_t blocks = 1; blocks <= 3; blocks++) {
        struct jitter_statistics statistics;
        long delay_ms;
        size_t lost = 0, copied = 0;

        stream = voice_stream_free(stream);
        assert_int_equal(voice_stream_new(&stream, 100), RESULT_OK);
        speak(6, blocks, 30 + (uint32_t)blocks);
        for (size_t i = 5; i < packet_count - 5; i += 10, lost++) {
            packets[i].arrival_ms = NEVER;
            copied += voice_payload_has_copy(packets[i + 1].payload,
                                             packets[i + 1].size);
        }
        statistics = listen(6);
        assert_true(likeness(0, 6, &delay_ms) > 0.85);
        assert_int_equal(statistics.concealed, lost * blocks);
        assert_int_equal(statistics.repaired, copied * blocks);
        assert_in_range(copied, lost * 3 / 4, lost);
    }
}

/* Nothing comes for ten seconds, then all of it at once. */
static void after_a_long_stall_fresh_speech_is_heard_at_once(void **state)
{
    struct jitter_statistics statistics;
    long delay_ms;

    (void)state;
    speak(16, 1, 40);
    for (size_t i = 100; i < 600; i++)
        packets[i].arrival_ms = 12020;
    statistics = listen(16);
    assert_true(likeness(0, 3, &delay_ms) > 0.9);
    assert_true(likeness(12, 14, &delay_ms) > 0.85);
    /* The frame itself, at most 400 ms, the codec. */
    assert_in_range(delay_ms, 40, 430);
    assert_true(likeness(13, 16, &delay_ms) > 0.85);
    assert_in_range(delay_ms, 40, 150);
    assert_true(statistics.stale > 450);
    /* Six seconds into it there was silence. */
    for (size_t i = 6 * AUDIO_RATE; i < 11 * AUDIO_RATE; i++)
        assert_int_equal(heard[i], 0);
}

static void what_is_no_sound_is_made_up_and_ends_in_silence(void **state)
{
    struct jitter_frame frame = { .size = 100 };
    int16_t block[AUDIO_BLOCK_COUNT];

    (void)state;
    memset(frame.payload, 0xff, frame.size);
    for (uint32_t i = 0; i < 100; i++) {
        frame.sequence = i;
        frame.timestamp = i * AUDIO_BLOCK_COUNT;
        voice_stream_put(stream, &frame, i * AUDIO_BLOCK_MS);
        if (voice_stream_pull(stream, i * AUDIO_BLOCK_MS, block) && i > 10)
            for (size_t k = 0; k < AUDIO_BLOCK_COUNT; k++)
                assert_int_equal(block[k], 0);
    }
}

/* Whatever a peer sends, pieces of real packets among it, the stream goes on
 * and ends in silence. */
static void a_flood_of_nonsense_ends_in_silence(void **state)
{
    static int16_t block[AUDIO_BLOCK_COUNT];
    int64_t now_ms = 0;

    (void)state;
    speak(2, 3, 60);
    for (int i = 0; i < 20000; i++) {
        const struct packet *packet = &packets[draw((int64_t)packet_count)];
        struct jitter_frame frame = {
            .sequence = (uint32_t)draw(1 << 24) >> draw(24),
            .timestamp = (uint32_t)draw(1 << 24) << 8 >> draw(32),
            .flags = (uint8_t)draw(256),
            .size = (uint16_t)(1 + draw(packet->size)),
        };

        memcpy(frame.payload, packet->payload, frame.size);
        if (draw(3) == 0) /* of other lengths, with other counts of frames */
            frame.payload[0] = (uint8_t)draw(256);
        if (draw(2) == 0) { /* in order */
            frame.sequence = (uint32_t)i;
            frame.timestamp = (uint32_t)i * AUDIO_BLOCK_COUNT;
        }
        voice_stream_put(stream, &frame, now_ms);
        if (i % 2 == 0) {
            (void)voice_stream_pull(stream, now_ms, block);
            now_ms += draw(40);
        }
    }
    for (int i = 0; i < 150; i++, now_ms += AUDIO_BLOCK_MS)
        (void)voice_stream_pull(stream, now_ms, block);
    assert_true(voice_stream_is_idle(stream));
}

static void a_stream_that_was_reset_is_another_speakers(void **state)
{
    struct jitter_statistics statistics;
    int16_t block[AUDIO_BLOCK_COUNT];

    (void)state;
    speak(1, 3, 50);
    (void)listen(1);
    assert_false(voice_stream_is_idle(stream));
    voice_stream_reset(stream);
    assert_true(voice_stream_is_idle(stream));
    assert_false(voice_stream_pull(stream, 5000, block));
    deliver(0);
    voice_stream_statistics(stream, &statistics);
    assert_int_equal(statistics.duplicate, 0);
    assert_int_equal(statistics.played, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(frames_of_any_length_are_heard),
        TEST(speech_over_a_line_with_jitter_is_heard_well),
        TEST(a_delay_that_is_not_needed_is_taken_out_of_speech),
        TEST(lost_frames_are_repaired),
        TEST(after_a_long_stall_fresh_speech_is_heard_at_once),
        TEST(what_is_no_sound_is_made_up_and_ends_in_silence),
        TEST(a_flood_of_nonsense_ends_in_silence),
        TEST(a_stream_that_was_reset_is_another_speakers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
