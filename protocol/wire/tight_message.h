/*
 * Audio for narrow lines: many frames in few bytes. A binary message is its
 * type and then runs to its end, each of frames of one sender:
 *
 *   u8  type and version   0x12: tight audio, version 1
 *   run:
 *     u8  count            frames of the run, 1..LIMIT_TIGHT_FRAMES
 *     u8  step             from a regular frame's timestamp to the next, in
 *                          units of 2.5 ms (120 samples)
 *     u16 slot             as in audio_frame.h
 *     u32 sequence         of the first frame
 *     u32 timestamp        of the first frame
 *     count times:
 *       u8  head           bits 0 and 1 the frame's flags, bit 2: the frame is
 *                          not regular; the others are 0
 *       if bit 2 (never in a run's first frame):
 *         u8 numbers       from the sequence of the frame before, 1..255
 *         u8 units         from its timestamp, of 2.5 ms
 *       u8  length         1..251, or 252..255 and another byte:
 *                          length = first + 4 * second (RFC 6716, 3.2.1)
 *       payload            one Opus packet
 *
 * A regular frame has the next sequence and a timestamp one step later. What
 * cannot be said so begins another run. Integers are big-endian. A message
 * holds at most LIMIT_TIGHT_FRAMES frames and LIMIT_AUDIO_MESSAGE_SIZE bytes.
 * Pure; any thread.
 */
#ifndef PROTOCOL_WIRE_TIGHT_MESSAGE_H
#define PROTOCOL_WIRE_TIGHT_MESSAGE_H

#include "protocol/base/byte_reader.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"
#include "protocol/wire/audio_frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TIGHT_MESSAGE_TYPE = 0x12,
    TIGHT_UNIT_SAMPLES = 120, /* 2.5 ms at 48 kHz */
    /* The most that a frame needs beside its payload: a run of its own. */
    TIGHT_FRAME_OVERHEAD_MAX = 15
};

/*
 * Writes the frames as one message, in their order; frames of one slot that
 * stand together, by sequence, take the fewest bytes. One byte and for each
 * frame its payload and TIGHT_FRAME_OVERHEAD_MAX are always enough.
 * RESULT_INVALID (none, too many, an unknown flag, an empty or too long
 * payload), RESULT_FULL (capacity) or RESULT_TOO_LARGE (more bytes than a
 * message may have); `size` is untouched then.
 */
MUST_USE enum result tight_message_encode(const struct audio_frame *frames,
                                          size_t count, uint8_t *out,
                                          size_t capacity, size_t *size);

/* Walks the frames of a message that has been found good. */
struct tight_message {
    struct byte_reader reader;
    size_t frame_count; /* of the whole message */
    size_t left;        /* frames of the run that are not read yet */
    uint8_t step;
    bool is_first; /* the next frame is the run's first */
    uint16_t slot;
    uint32_t sequence, timestamp; /* of the frame before */
};

/*
 * Checks the whole message, then stands before its first frame. `data` has to
 * outlive the walk. RESULT_UNSUPPORTED (another type or version),
 * RESULT_TRUNCATED (no run, or it ends inside one), RESULT_MALFORMED (head,
 * count, numbers, length) or RESULT_TOO_LARGE (bytes or frames); `message` is
 * untouched then.
 */
MUST_USE enum result tight_message_open(struct tight_message *message,
                                        const uint8_t *data, size_t size);

/* The next frame, false after the last; its payload lies in the message. */
bool tight_message_next(struct tight_message *message, struct audio_frame *out);

#endif
