#include "protocol/wire/tight_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t packet[LIMIT_OPUS_PAYLOAD_SIZE] = { 0x78, 0xaa, 0xbb };

static struct audio_frame make(uint16_t slot, uint32_t sequence,
                               uint32_t timestamp, uint16_t size)
{
    return (struct audio_frame){ .slot = slot,
                                 .sequence = sequence,
                                 .timestamp = timestamp,
                                 .payload = packet,
                                 .payload_size = size };
}

static void assert_frame_equal(const struct audio_frame *a,
                               const struct audio_frame *b)
{
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->slot, b->slot);
    assert_int_equal(a->sequence, b->sequence);
    assert_int_equal(a->timestamp, b->timestamp);
    assert_int_equal(a->payload_size, b->payload_size);
    assert_memory_equal(a->payload, b->payload, a->payload_size);
}

/* From a copy without a byte to spare, so that a sanitizer sees an overrun. */
static enum result open_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    struct tight_message message;
    enum result result;

    assert_non_null(copy);
    if (size)
        memcpy(copy, bytes, size);
    result = tight_message_open(&message, copy, size);
    free(copy);
    return result;
}

static void assert_comes_back(const struct audio_frame *frames, size_t count)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    struct tight_message message;
    struct audio_frame frame;
    size_t size = 0, i;

    assert_int_equal(
        tight_message_encode(frames, count, bytes, sizeof bytes, &size),
        RESULT_OK);
    assert_int_equal(tight_message_open(&message, bytes, size), RESULT_OK);
    assert_int_equal(message.frame_count, count);
    for (i = 0; i < count; i++) {
        assert_true(tight_message_next(&message, &frame));
        assert_frame_equal(&frame, &frames[i]);
    }
    assert_false(tight_message_next(&message, &frame));
}

/* --- golden bytes, worked out by hand ------------------------------------ */

static void assert_bytes(const struct audio_frame *frames, size_t count,
                         const uint8_t *wanted, size_t wanted_size)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0;

    assert_int_equal(
        tight_message_encode(frames, count, bytes, sizeof bytes, &size),
        RESULT_OK);
    assert_int_equal(size, wanted_size);
    assert_memory_equal(bytes, wanted, size);
    assert_comes_back(frames, count);
}

static void two_frames_of_20_ms_are_one_run(void **state)
{
    static const uint8_t wanted[] = { 0x12, 2,    8,    0x01, 0x02, 0, 0,
                                      0x03, 0xe8, 0,    1,    0,    0, 2,
                                      3,    0x78, 0xaa, 0xbb, 0,    1, 0x78 };
    struct audio_frame frames[] = { make(0x0102, 1000, 65536, 3),
                                    make(0x0102, 1001, 66496, 1) };

    (void)state;
    frames[0].flags = AUDIO_FRAME_TALKSPURT;
    assert_bytes(frames, 2, wanted, sizeof wanted);
}

/* What the third message on of copies [1, 3] holds, with two frames each. */
static void copies_of_a_while_ago_stand_in_the_same_run(void **state)
{
    static const uint8_t wanted[] = {
        0x12, 6, 8,    0, 7,    0,    0, 0,    10, 0, 0, 0x25, 0x80, /* head */
        0,    1, 0x78, 0, 1,    0x78,          /* 10, 11 */
        4,    3, 24,   1, 0x78, 0,    1, 0x78, /* 14, 15 */
        0,    1, 0x78, 0, 1,    0x78           /* 16, 17 */
    };
    const struct audio_frame frames[] = {
        make(7, 10, 9600, 1),  make(7, 11, 10560, 1), make(7, 14, 13440, 1),
        make(7, 15, 14400, 1), make(7, 16, 15360, 1), make(7, 17, 16320, 1)
    };

    (void)state;
    assert_bytes(frames, 6, wanted, sizeof wanted);
}

static void another_speaker_begins_another_run(void **state)
{
    static const uint8_t wanted[] = { 0x12, 1, 0, 0, 1, 0, 0,    0,
                                      5,    0, 0, 0, 0, 1, 1,    0x78,
                                      1,    0, 0, 2, 0, 0, 0,    5,
                                      0,    0, 0, 0, 0, 2, 0x78, 0xaa };
    struct audio_frame frames[] = { make(1, 5, 0, 1), make(2, 5, 0, 2) };

    (void)state;
    frames[0].flags = AUDIO_FRAME_COMFORT;
    assert_bytes(frames, 2, wanted, sizeof wanted);
}

static void long_payloads_say_their_length_in_two_bytes(void **state)
{
    static const struct {
        uint16_t size;
        uint8_t first, second;
        bool is_long;
    } rows[] = { { 1, 1, 0, false },       { 251, 251, 0, false },
                 { 252, 252, 0, true },    { 253, 253, 0, true },
                 { 255, 255, 0, true },    { 256, 252, 1, true },
                 { 1274, 254, 255, true }, { 1275, 255, 255, true } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct audio_frame frame = make(1, 2, 3, rows[i].size);
        uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
        size_t size = 0;

        assert_int_equal(
            tight_message_encode(&frame, 1, bytes, sizeof bytes, &size),
            RESULT_OK);
        assert_int_equal(size,
                         1u + 12 + 1 + 1 + rows[i].is_long + rows[i].size);
        assert_int_equal(bytes[14], rows[i].first);
        if (rows[i].is_long)
            assert_int_equal(bytes[15], rows[i].second);
        assert_comes_back(&frame, 1);
    }
}

/* --- what makes a run ---------------------------------------------------- */

/* Bytes of two frames with a payload of one byte each. */
enum { TWO_IN_A_RUN = 1 + 12 + 3 + 3, IRREGULAR = 2, TWO_RUNS = 1 + 15 + 15 };

static void what_a_run_cannot_say_begins_another_one(void **state)
{
    static const struct {
        uint16_t slot;
        uint32_t sequence, timestamp;
        size_t size;
    } rows[] = {
        { 1, 11, 960, TWO_IN_A_RUN },
        { 1, 11, 30600, TWO_IN_A_RUN }, /* 255 units */
        { 1, 11, 30720, TWO_RUNS },
        { 1, 11, 0, TWO_IN_A_RUN },
        { 1, 11, 961, TWO_RUNS }, /* no whole unit */
        { 1, 12, 960, TWO_IN_A_RUN + IRREGULAR },
        { 1, 265, 960, TWO_IN_A_RUN + IRREGULAR },
        { 1, 266, 960, TWO_RUNS },
        { 1, 10, 0, TWO_RUNS },             /* the same again */
        { 1, 9, (uint32_t)-960, TWO_RUNS }, /* an earlier one */
        { 2, 11, 960, TWO_RUNS },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct audio_frame frames[] = {
            make(1, 10, 0, 1),
            make(rows[i].slot, rows[i].sequence, rows[i].timestamp, 1)
        };
        uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
        size_t size = 0;

        assert_int_equal(
            tight_message_encode(frames, 2, bytes, sizeof bytes, &size),
            RESULT_OK);
        assert_int_equal(size, rows[i].size);
        assert_comes_back(frames, 2);
    }
}

static void numbers_and_timestamps_wrap_inside_a_run(void **state)
{
    const struct audio_frame frames[] = {
        make(1, UINT32_MAX, UINT32_MAX - 479, 1), make(1, 0, 480, 1),
        make(1, 1, 1440, 1)
    };
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0;

    (void)state;
    assert_comes_back(frames, 3);
    assert_int_equal(
        tight_message_encode(frames, 3, bytes, sizeof bytes, &size), RESULT_OK);
    assert_int_equal(size, 1 + 12 + 3 * 3);
}

static void the_step_is_the_one_that_most_frames_take(void **state)
{
    const struct audio_frame frames[] = { make(1, 10, 0, 1),
                                          make(1, 11, 120, 1),
                                          make(1, 12, 1080, 1),
                                          make(1, 13, 2040, 1) };
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0;

    (void)state;
    assert_int_equal(
        tight_message_encode(frames, 4, bytes, sizeof bytes, &size), RESULT_OK);
    assert_int_equal(bytes[2], 8);
    assert_int_equal(size, 1 + 12 + 4 * 3 + IRREGULAR);
}

/* --- limits -------------------------------------------------------------- */

static size_t fill(struct audio_frame *frames, size_t count, uint16_t size)
{
    size_t i;

    for (i = 0; i < count; i++)
        frames[i] = make(3, (uint32_t)i, (uint32_t)i * 960, size);
    return count;
}

static void
more_frames_than_the_limit_are_neither_written_nor_read(void **state)
{
    struct audio_frame frames[LIMIT_TIGHT_FRAMES + 1];
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0;

    (void)state;
    (void)fill(frames, LIMIT_TIGHT_FRAMES + 1, 1);
    assert_comes_back(frames, LIMIT_TIGHT_FRAMES);
    assert_int_equal(tight_message_encode(frames, LIMIT_TIGHT_FRAMES + 1, bytes,
                                          sizeof bytes, &size),
                     RESULT_INVALID);
    assert_int_equal(
        tight_message_encode(frames, 0, bytes, sizeof bytes, &size),
        RESULT_INVALID);
    assert_int_equal(tight_message_encode(frames, LIMIT_TIGHT_FRAMES, bytes,
                                          sizeof bytes, &size),
                     RESULT_OK);
    bytes[1]++; /* and a frame more */
    memcpy(&bytes[size], "\0\1x", 3);
    assert_int_equal(open_copy(bytes, size + 3), RESULT_TOO_LARGE);
}

static void a_message_above_its_size_is_neither_written_nor_read(void **state)
{
    static uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE + 300] = { 0x12 };
    struct audio_frame frames[4];
    size_t size = 7;

    (void)state;
    (void)fill(frames, 4, 1275);
    /* 1 + 12 + 3 * (1 + 2 + 1275) + 1 + 2 + n = 4096 */
    frames[3].payload_size = 246;
    assert_comes_back(frames, 4);
    frames[3].payload_size = 248; /* its length takes one byte only */
    assert_int_equal(
        tight_message_encode(frames, 4, bytes, sizeof bytes, &size),
        RESULT_TOO_LARGE);
    assert_int_equal(size, 7);
    assert_int_equal(open_copy(bytes, LIMIT_AUDIO_MESSAGE_SIZE + 1),
                     RESULT_TOO_LARGE);
}

static void what_cannot_be_read_is_not_written(void **state)
{
    struct audio_frame frames[2];
    uint8_t bytes[64];
    size_t size = 7, needed = 0, capacity;

    (void)state;
    (void)fill(frames, 2, 5);
    frames[1].flags = 4;
    assert_int_equal(tight_message_encode(frames, 2, bytes, 64, &size),
                     RESULT_INVALID);
    (void)fill(frames, 2, 5);
    frames[1].payload_size = 0;
    assert_int_equal(tight_message_encode(frames, 2, bytes, 64, &size),
                     RESULT_INVALID);
    frames[1].payload_size = LIMIT_OPUS_PAYLOAD_SIZE + 1;
    assert_int_equal(tight_message_encode(frames, 2, bytes, 64, &size),
                     RESULT_INVALID);
    (void)fill(frames, 2, 5);
    assert_int_equal(tight_message_encode(frames, 2, bytes, 64, &needed),
                     RESULT_OK);
    for (capacity = 0; capacity < needed; capacity++)
        assert_int_equal(
            tight_message_encode(frames, 2, bytes, capacity, &size),
            RESULT_FULL);
    assert_int_equal(size, 7);
}

/* --- what others send ---------------------------------------------------- */

/* Two frames of five and of one byte, the second one irregular. */
static const uint8_t good[] = { 0x12, 2, 8, 0, 7, 0, 0, 0, 1, 0,    0, 0,   0,
                                2,    5, 1, 2, 3, 4, 5, 6, 9, 0x40, 1, 0x78 };

static void every_truncation_is_seen(void **state)
{
    size_t size;

    (void)state;
    assert_int_equal(open_copy(good, sizeof good), RESULT_OK);
    for (size = 0; size < sizeof good; size++)
        assert_int_equal(open_copy(good, size), RESULT_TRUNCATED);
}

static void each_broken_byte_has_its_answer(void **state)
{
    static const struct {
        size_t place;
        uint8_t value;
        enum result result;
    } rows[] = {
        { 0, 0x11, RESULT_UNSUPPORTED },
        { 0, 0x13, RESULT_UNSUPPORTED },
        { 1, 0, RESULT_MALFORMED },
        { 1, 3, RESULT_TRUNCATED },
        { 1, 1, RESULT_TRUNCATED }, /* the rest is taken for a run's head */
        { 2, 255, RESULT_OK },
        { 13, 4, RESULT_MALFORMED },
        { 13, 8, RESULT_MALFORMED },
        { 13, 0x80, RESULT_MALFORMED },
        { 14, 0, RESULT_MALFORMED },
        { 14, 252, RESULT_TRUNCATED },
        { 20, 3, RESULT_TRUNCATED },
        { 20, 8, RESULT_MALFORMED },
        { 21, 0, RESULT_MALFORMED },
        { 21, 255, RESULT_OK },
        { 22, 0, RESULT_OK },
        { 23, 0, RESULT_MALFORMED },
    };
    uint8_t bytes[sizeof good];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(bytes, good, sizeof good);
        bytes[rows[i].place] = rows[i].value;
        assert_int_equal(open_copy(bytes, sizeof bytes), rows[i].result);
    }
}

static void a_bad_message_leaves_the_walk_alone(void **state)
{
    struct tight_message message = { .frame_count = 42 };
    uint8_t bytes[sizeof good];

    (void)state;
    memcpy(bytes, good, sizeof good);
    bytes[20] = 0x10;
    assert_int_equal(tight_message_open(&message, bytes, sizeof bytes),
                     RESULT_MALFORMED);
    assert_int_equal(message.frame_count, 42);
}

/* --- whatever there is --------------------------------------------------- */

static uint32_t dice(uint32_t *random, uint32_t below)
{
    *random = *random * 1664525u + 1013904223u;
    return (*random >> 8) % below;
}

static void whatever_frames_there_are_come_back(void **state)
{
    uint32_t random = 1;
    int round;

    (void)state;
    for (round = 0; round < 3000; round++) {
        struct audio_frame frames[LIMIT_TIGHT_FRAMES];
        size_t count = 1 + dice(&random, LIMIT_TIGHT_FRAMES), i;
        struct audio_frame frame =
            make((uint16_t)dice(&random, 3), UINT32_MAX - dice(&random, 30),
                 UINT32_MAX - dice(&random, 3000), 1);

        for (i = 0; i < count; i++) {
            frame.flags = (uint8_t)dice(&random, 4);
            frame.payload_size = (uint16_t)(1 + dice(&random, 60));
            frames[i] = frame;
            frame.sequence += dice(&random, 9) ? 1 : dice(&random, 400);
            frame.timestamp += dice(&random, 9)
                                   ? 960
                                   : dice(&random, 40) * 120 + dice(&random, 2);
            if (dice(&random, 12) == 0)
                frame.slot = (uint16_t)dice(&random, 3);
        }
        assert_comes_back(frames, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_frames_of_20_ms_are_one_run),
        cmocka_unit_test(copies_of_a_while_ago_stand_in_the_same_run),
        cmocka_unit_test(another_speaker_begins_another_run),
        cmocka_unit_test(long_payloads_say_their_length_in_two_bytes),
        cmocka_unit_test(what_a_run_cannot_say_begins_another_one),
        cmocka_unit_test(numbers_and_timestamps_wrap_inside_a_run),
        cmocka_unit_test(the_step_is_the_one_that_most_frames_take),
        cmocka_unit_test(
            more_frames_than_the_limit_are_neither_written_nor_read),
        cmocka_unit_test(a_message_above_its_size_is_neither_written_nor_read),
        cmocka_unit_test(what_cannot_be_read_is_not_written),
        cmocka_unit_test(every_truncation_is_seen),
        cmocka_unit_test(each_broken_byte_has_its_answer),
        cmocka_unit_test(a_bad_message_leaves_the_walk_alone),
        cmocka_unit_test(whatever_frames_there_are_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
