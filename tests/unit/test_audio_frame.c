#include "protocol/wire/audio_frame.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const uint8_t packet[] = { 0xfc, 1, 2, 3, 4 };

/* The frame of `good` and its bytes, worked out by hand. */
static const struct audio_frame good = {
    .flags = AUDIO_FRAME_TALKSPURT,
    .slot = 0x0102,
    .sequence = 0x03040506,
    .timestamp = 0x0708090a,
    .payload = packet,
    .payload_size = sizeof packet,
};
static const uint8_t good_bytes[] = {
    0x11, 0x02, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
    0x09, 0x0a, 0x00, 0x05, 0xfc, 0x01, 0x02, 0x03, 0x04,
};

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

/* A copy without a byte to spare, so that a sanitizer sees any overrun. */
static uint8_t *exact_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    assert_non_null(copy);
    if (size)
        memcpy(copy, bytes, size);
    return copy;
}

static enum result open_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = exact_copy(bytes, size);
    struct audio_message message;
    const enum result result = audio_message_open(&message, copy, size);

    free(copy);
    return result;
}

static void a_frame_has_its_golden_bytes(void **state)
{
    uint8_t out[AUDIO_FRAME_SIZE_MAX];
    size_t size = 0;

    (void)state;
    assert_int_equal(audio_frame_encode(&good, out, sizeof out, &size),
                     RESULT_OK);
    assert_int_equal(size, sizeof good_bytes);
    assert_memory_equal(out, good_bytes, size);
}

static void a_frame_comes_back_as_it_went(void **state)
{
    struct audio_message message;
    struct audio_frame frame;
    size_t offset = 99;

    (void)state;
    assert_int_equal(
        audio_message_open(&message, good_bytes, sizeof good_bytes), RESULT_OK);
    assert_int_equal(message.frame_count, 1);
    assert_true(audio_message_next(&message, &frame, &offset));
    assert_frame_equal(&frame, &good);
    assert_int_equal(offset, 0);
    assert_false(audio_message_next(&message, &frame, &offset));
    assert_false(audio_message_next(&message, &frame, NULL));
}

static void the_largest_frame_fits_its_buffer(void **state)
{
    static const uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE + 1];
    struct audio_frame frame = good;
    uint8_t out[AUDIO_FRAME_SIZE_MAX];
    size_t size = 0;

    (void)state;
    frame.payload = payload;
    frame.payload_size = LIMIT_OPUS_PAYLOAD_SIZE;
    assert_int_equal(audio_frame_encode(&frame, out, sizeof out, &size),
                     RESULT_OK);
    assert_int_equal(size, sizeof out);
    assert_int_equal(open_copy(out, size), RESULT_OK);
    assert_int_equal(audio_frame_encode(&frame, out, sizeof out - 1, &size),
                     RESULT_FULL);
    frame.payload_size++;
    assert_int_equal(audio_frame_encode(&frame, out, sizeof out, &size),
                     RESULT_INVALID);
}

static void a_frame_that_cannot_be_read_is_not_written(void **state)
{
    struct audio_frame frame = good;
    uint8_t out[AUDIO_FRAME_SIZE_MAX] = { 0xee };
    size_t size = 7;

    (void)state;
    frame.flags = 4;
    assert_int_equal(audio_frame_encode(&frame, out, sizeof out, &size),
                     RESULT_INVALID);
    frame = good;
    frame.payload_size = 0;
    assert_int_equal(audio_frame_encode(&frame, out, sizeof out, &size),
                     RESULT_INVALID);
    for (size_t capacity = 0; capacity < sizeof good_bytes; capacity++)
        assert_int_equal(audio_frame_encode(&good, out, capacity, &size),
                         RESULT_FULL);
    assert_int_equal(out[0], 0xee);
    assert_int_equal(size, 7);
}

static void every_truncation_is_seen(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof good_bytes; size++)
        assert_int_equal(open_copy(good_bytes, size), RESULT_TRUNCATED);
}

/* What a reader of the format expects when byte `i` of the frame is `value`. */
static enum result expected(size_t i, uint8_t value)
{
    if (i == 0)
        return value == 0x11 ? RESULT_OK : RESULT_UNSUPPORTED;
    if (i == 1)
        return value <= 3 ? RESULT_OK : RESULT_MALFORMED;
    if (i == 12)
        return value == 0                               ? RESULT_OK
               : value <= 4 && (value << 8 | 5) <= 1275 ? RESULT_TRUNCATED
                                                        : RESULT_MALFORMED;
    if (i == 13 && value < 5)
        return value == 0 ? RESULT_MALFORMED : RESULT_UNSUPPORTED;
    if (i == 13 && value > 5)
        return RESULT_TRUNCATED;
    return RESULT_OK;
}

/*
 * A shorter length leaves bytes of the payload over, which are then taken for
 * the type of another frame: none of 1, 2, 3, 4 is one.
 */
static void every_mutation_of_a_byte_has_its_own_answer(void **state)
{
    uint8_t bytes[sizeof good_bytes];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        for (unsigned value = 0; value < 256; value++) {
            memcpy(bytes, good_bytes, sizeof bytes);
            bytes[i] = (uint8_t)value;
            assert_int_equal(open_copy(bytes, sizeof bytes),
                             expected(i, (uint8_t)value));
        }
    }
}

static void trailing_bytes_are_an_error(void **state)
{
    uint8_t bytes[sizeof good_bytes + 1];

    (void)state;
    memcpy(bytes, good_bytes, sizeof good_bytes);
    bytes[sizeof good_bytes] = 0;
    assert_int_equal(open_copy(bytes, sizeof bytes), RESULT_UNSUPPORTED);
    bytes[sizeof good_bytes] = AUDIO_FRAME_TYPE;
    assert_int_equal(open_copy(bytes, sizeof bytes), RESULT_TRUNCATED);
}

/* `count` small frames back to back, told apart by their sequence. */
static size_t fill_message(uint8_t *out, size_t capacity, size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        struct audio_frame frame = good;
        size_t size = 0;

        frame.sequence = (uint32_t)i;
        assert_int_equal(
            audio_frame_encode(&frame, &out[total], capacity - total, &size),
            RESULT_OK);
        total += size;
    }
    return total;
}

static void a_message_carries_several_frames_in_order(void **state)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    const size_t size = fill_message(bytes, sizeof bytes, 16);
    struct audio_message message;
    struct audio_frame frame;
    size_t offset = 0;

    (void)state;
    assert_int_equal(audio_message_open(&message, bytes, size), RESULT_OK);
    assert_int_equal(message.frame_count, 16);
    for (uint32_t i = 0; i < 16; i++) {
        assert_true(audio_message_next(&message, &frame, &offset));
        assert_int_equal(frame.sequence, i);
        assert_int_equal(offset, i * sizeof good_bytes);
    }
    assert_false(audio_message_next(&message, &frame, NULL));
}

static void a_message_of_seventeen_frames_is_refused(void **state)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    const size_t size = fill_message(bytes, sizeof bytes, 17);

    (void)state;
    assert_int_equal(open_copy(bytes, size), RESULT_TOO_LARGE);
}

static void a_message_is_refused_for_its_last_frame_too(void **state)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    const size_t size = fill_message(bytes, sizeof bytes, 3);
    struct audio_message message = { .frame_count = 42 };

    (void)state;
    bytes[2 * sizeof good_bytes + 1] = 0x80;
    assert_int_equal(audio_message_open(&message, bytes, size),
                     RESULT_MALFORMED);
    assert_int_equal(message.frame_count, 42);
}

static void a_message_above_its_limit_is_refused(void **state)
{
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE + 1] = { AUDIO_FRAME_TYPE };

    (void)state;
    assert_int_equal(open_copy(bytes, sizeof bytes), RESULT_TOO_LARGE);
}

static void a_message_of_exactly_its_limit_is_read(void **state)
{
    static const uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
    static const uint16_t sizes[] = { 1275, 1275, 1275, 215 };
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t total = 0;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct audio_frame frame = good;
        size_t size = 0;

        frame.payload = payload;
        frame.payload_size = sizes[i];
        assert_int_equal(audio_frame_encode(&frame, &bytes[total],
                                            sizeof bytes - total, &size),
                         RESULT_OK);
        total += size;
    }
    assert_int_equal(total, LIMIT_AUDIO_MESSAGE_SIZE);
    assert_int_equal(open_copy(bytes, total), RESULT_OK);
}

static void the_server_stamps_the_slot_and_nothing_else(void **state)
{
    uint8_t bytes[sizeof good_bytes];
    struct audio_frame wanted = good;
    struct audio_frame frame;
    struct audio_message message;

    (void)state;
    memcpy(bytes, good_bytes, sizeof bytes);
    audio_frame_set_slot(bytes, sizeof bytes, 0xfffe);
    wanted.slot = 0xfffe;
    assert_int_equal(audio_message_open(&message, bytes, sizeof bytes),
                     RESULT_OK);
    assert_true(audio_message_next(&message, &frame, NULL));
    assert_frame_equal(&frame, &wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_has_its_golden_bytes),
        cmocka_unit_test(a_frame_comes_back_as_it_went),
        cmocka_unit_test(the_largest_frame_fits_its_buffer),
        cmocka_unit_test(a_frame_that_cannot_be_read_is_not_written),
        cmocka_unit_test(every_truncation_is_seen),
        cmocka_unit_test(every_mutation_of_a_byte_has_its_own_answer),
        cmocka_unit_test(trailing_bytes_are_an_error),
        cmocka_unit_test(a_message_carries_several_frames_in_order),
        cmocka_unit_test(a_message_of_seventeen_frames_is_refused),
        cmocka_unit_test(a_message_is_refused_for_its_last_frame_too),
        cmocka_unit_test(a_message_above_its_limit_is_refused),
        cmocka_unit_test(a_message_of_exactly_its_limit_is_read),
        cmocka_unit_test(the_server_stamps_the_slot_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
