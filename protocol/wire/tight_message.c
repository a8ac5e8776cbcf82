#include "protocol/wire/tight_message.h"

#include <string.h>

enum {
    IS_IRREGULAR = 4,
    STEP_MAX = 255,
    LONG_LENGTH = 252, /* from here on a length takes two bytes */
    RUN_HEAD_SIZE = 12
};

/* --- writing ------------------------------------------------------------- */

/* Bounded by the caller's buffer; the first failure sticks. */
struct output {
    uint8_t *bytes;
    size_t size, capacity;
    bool is_full;
};

static void put(struct output *output, uint32_t byte)
{
    if (output->size == output->capacity)
        output->is_full = true;
    else
        output->bytes[output->size++] = (uint8_t)(byte & 0xff);
}

static void put_u16(struct output *output, uint16_t value)
{
    put(output, (uint32_t)value >> 8);
    put(output, value);
}

static void put_u32(struct output *output, uint32_t value)
{
    put_u16(output, (uint16_t)(value >> 16));
    put_u16(output, (uint16_t)(value & 0xffff));
}

static void put_payload(struct output *output, const struct audio_frame *frame)
{
    const unsigned size = frame->payload_size;

    if (size < LONG_LENGTH) {
        put(output, size);
    } else {
        const unsigned first = LONG_LENGTH + (size & 3);

        put(output, first);
        put(output, (size - first) / 4);
    }
    if (size > output->capacity - output->size) {
        output->is_full = true;
        return;
    }
    memcpy(&output->bytes[output->size], frame->payload, size);
    output->size += size;
}

static bool is_good(const struct audio_frame *frame)
{
    return (frame->flags & ~AUDIO_FRAME_FLAGS) == 0 &&
           frame->payload_size >= 1 &&
           frame->payload_size <= LIMIT_OPUS_PAYLOAD_SIZE;
}

/* How far `next` is from `frame`; false: a run cannot go on with it. */
static bool measure(const struct audio_frame *frame,
                    const struct audio_frame *next, uint32_t *numbers,
                    uint32_t *units)
{
    const uint32_t samples = next->timestamp - frame->timestamp;

    *numbers = next->sequence - frame->sequence;
    *units = samples / TIGHT_UNIT_SAMPLES;
    return next->slot == frame->slot && *numbers >= 1 && *numbers <= STEP_MAX &&
           samples % TIGHT_UNIT_SAMPLES == 0 && *units <= STEP_MAX;
}

static size_t run_length(const struct audio_frame *frames, size_t count)
{
    uint32_t numbers, units;
    size_t n = 1;

    while (n < count && measure(&frames[n - 1], &frames[n], &numbers, &units))
        n++;
    return n;
}

/* The step that most frames of the run take, the first of equals. */
static uint8_t choose_step(const struct audio_frame *frames, size_t count)
{
    uint8_t taken[STEP_MAX + 1] = { 0 };
    uint32_t numbers, units;
    uint32_t best = 0;
    size_t i;

    for (i = 1; i < count; i++) {
        if (!measure(&frames[i - 1], &frames[i], &numbers, &units) ||
            numbers != 1)
            continue;
        taken[units]++;
        if (taken[units] > taken[best])
            best = units;
    }
    return (uint8_t)best;
}

static void put_run(struct output *output, const struct audio_frame *frames,
                    size_t count)
{
    const uint8_t step = choose_step(frames, count);
    uint32_t numbers = 1, units = step;
    size_t i;

    put(output, (uint32_t)count);
    put(output, step);
    put_u16(output, frames[0].slot);
    put_u32(output, frames[0].sequence);
    put_u32(output, frames[0].timestamp);
    for (i = 0; i < count; i++) {
        bool is_regular;

        if (i > 0)
            (void)measure(&frames[i - 1], &frames[i], &numbers, &units);
        is_regular = i == 0 || (numbers == 1 && units == step);
        put(output, frames[i].flags | (is_regular ? 0u : IS_IRREGULAR));
        if (!is_regular) {
            put(output, numbers);
            put(output, units);
        }
        put_payload(output, &frames[i]);
    }
}

enum result tight_message_encode(const struct audio_frame *frames, size_t count,
                                 uint8_t *out, size_t capacity, size_t *size)
{
    struct output output = { .bytes = out, .capacity = capacity };
    size_t i, n;

    if (count == 0 || count > LIMIT_TIGHT_FRAMES)
        return RESULT_INVALID;
    for (i = 0; i < count; i++)
        if (!is_good(&frames[i]))
            return RESULT_INVALID;
    put(&output, TIGHT_MESSAGE_TYPE);
    for (i = 0; i < count; i += n) {
        n = run_length(&frames[i], count - i);
        put_run(&output, &frames[i], n);
    }
    if (output.is_full)
        return RESULT_FULL;
    if (output.size > LIMIT_AUDIO_MESSAGE_SIZE)
        return RESULT_TOO_LARGE;
    *size = output.size;
    return RESULT_OK;
}

/* --- reading ------------------------------------------------------------- */

static enum result read_run(struct tight_message *message)
{
    struct byte_reader *reader = &message->reader;
    uint8_t count = 0;
    enum result result;

    if ((result = byte_reader_u8(reader, &count)) ||
        (result = byte_reader_u8(reader, &message->step)) ||
        (result = byte_reader_u16(reader, &message->slot)) ||
        (result = byte_reader_u32(reader, &message->sequence)) ||
        (result = byte_reader_u32(reader, &message->timestamp)))
        return result;
    if (count == 0)
        return RESULT_MALFORMED;
    message->left = count;
    message->is_first = true;
    return RESULT_OK;
}

static enum result read_distance(struct tight_message *message, uint8_t head)
{
    uint8_t numbers = 1, units = message->step;
    enum result result;

    if (message->is_first)
        return head & IS_IRREGULAR ? RESULT_MALFORMED : RESULT_OK;
    if (head & IS_IRREGULAR) {
        if ((result = byte_reader_u8(&message->reader, &numbers)) ||
            (result = byte_reader_u8(&message->reader, &units)))
            return result;
        if (numbers == 0)
            return RESULT_MALFORMED;
    }
    message->sequence += numbers;
    message->timestamp += (uint32_t)units * TIGHT_UNIT_SAMPLES;
    return RESULT_OK;
}

static enum result read_payload(struct byte_reader *reader,
                                struct audio_frame *out)
{
    uint8_t first = 0, second = 0;
    enum result result;
    unsigned size;

    if ((result = byte_reader_u8(reader, &first)))
        return result;
    if (first >= LONG_LENGTH && (result = byte_reader_u8(reader, &second)))
        return result;
    size = first + 4u * second;
    if (size == 0 || size > LIMIT_OPUS_PAYLOAD_SIZE)
        return RESULT_MALFORMED;
    out->payload_size = (uint16_t)size;
    return byte_reader_view(reader, size, &out->payload);
}

static enum result read_frame(struct tight_message *message,
                              struct audio_frame *out)
{
    enum result result = message->left > 0 ? RESULT_OK : read_run(message);
    uint8_t head = 0;

    if (result || (result = byte_reader_u8(&message->reader, &head)))
        return result;
    if (head & ~(AUDIO_FRAME_FLAGS | IS_IRREGULAR))
        return RESULT_MALFORMED;
    if ((result = read_distance(message, head)) ||
        (result = read_payload(&message->reader, out)))
        return result;
    out->flags = head & AUDIO_FRAME_FLAGS;
    out->slot = message->slot;
    out->sequence = message->sequence;
    out->timestamp = message->timestamp;
    message->is_first = false;
    message->left--;
    return RESULT_OK;
}

static enum result begin(struct tight_message *message, const uint8_t *data,
                         size_t size)
{
    uint8_t type = 0;
    enum result result;

    *message = (struct tight_message){ .frame_count = 0 };
    byte_reader_init(&message->reader, data, size);
    result = byte_reader_u8(&message->reader, &type);
    if (result)
        return result;
    return type == TIGHT_MESSAGE_TYPE ? RESULT_OK : RESULT_UNSUPPORTED;
}

enum result tight_message_open(struct tight_message *message,
                               const uint8_t *data, size_t size)
{
    struct tight_message walk;
    enum result result = begin(&walk, data, size);
    size_t count = 0;

    if (result)
        return result;
    if (size > LIMIT_AUDIO_MESSAGE_SIZE)
        return RESULT_TOO_LARGE;
    do {
        struct audio_frame frame;

        if (count == LIMIT_TIGHT_FRAMES)
            return RESULT_TOO_LARGE;
        result = read_frame(&walk, &frame);
        if (result)
            return result;
        count++;
    } while (walk.left > 0 || byte_reader_left(&walk.reader) > 0);
    result = begin(message, data, size);
    message->frame_count = count;
    return result;
}

bool tight_message_next(struct tight_message *message, struct audio_frame *out)
{
    struct audio_frame frame;

    if (read_frame(message, &frame))
        return false;
    *out = frame;
    return true;
}
