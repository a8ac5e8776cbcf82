/*
 * Audio on the wire. A binary message is one or more frames, back to back:
 *
 *   u8  type and version   0x11: audio, version 1
 *   u8  flags              bit 0 comfort (nothing is said), bit 1 talkspurt
 *                          starts; the others are 0
 *   u16 slot               the sender's place in the room, set by the server
 *   u32 sequence           of this sender, wraps
 *   u32 timestamp          of the first sample, at 48 kHz, wraps
 *   u16 length             1..1275
 *   payload                one Opus packet; the server never looks inside
 *
 * Integers are big-endian. A message holds at most
 * LIMIT_AUDIO_FRAMES_PER_MESSAGE frames and LIMIT_AUDIO_MESSAGE_SIZE bytes;
 * whatever is left over at its end makes it malformed. Pure; any thread.
 */
#ifndef PROTOCOL_WIRE_AUDIO_FRAME_H
#define PROTOCOL_WIRE_AUDIO_FRAME_H

#include "protocol/base/byte_reader.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AUDIO_FRAME_TYPE = 0x11,
    AUDIO_FRAME_HEADER_SIZE = 14,
    AUDIO_FRAME_SIZE_MAX = AUDIO_FRAME_HEADER_SIZE + LIMIT_OPUS_PAYLOAD_SIZE
};

enum audio_frame_flag {
    AUDIO_FRAME_COMFORT = 1,
    AUDIO_FRAME_TALKSPURT = 2,
    AUDIO_FRAME_FLAGS = AUDIO_FRAME_COMFORT | AUDIO_FRAME_TALKSPURT
};

struct audio_frame {
    uint8_t flags; /* of enum audio_frame_flag */
    uint16_t slot;
    uint32_t sequence;
    uint32_t timestamp;     /* samples at 48 kHz */
    const uint8_t *payload; /* borrowed from the message when decoded */
    uint16_t payload_size;  /* bytes */
};

/*
 * Writes one frame into `out`, which has room for `capacity` bytes;
 * AUDIO_FRAME_SIZE_MAX is always enough. RESULT_INVALID (unknown flag, empty or
 * too long payload) or RESULT_FULL (capacity); nothing is written then.
 */
MUST_USE enum result audio_frame_encode(const struct audio_frame *frame,
                                        uint8_t *out, size_t capacity,
                                        size_t *size);

/*
 * Writes another slot into the encoded frame that starts at `frame`: how a
 * server stamps who speaks. Asserts that a header fits `size`.
 */
void audio_frame_set_slot(uint8_t *frame, size_t size, uint16_t slot);

/* Walks the frames of a message that has been found good. */
struct audio_message {
    struct byte_reader reader;
    size_t frame_count;
};

/*
 * Checks the whole message, then stands before its first frame. `data` has to
 * outlive the walk. RESULT_UNSUPPORTED (another type or version),
 * RESULT_TRUNCATED (empty, or ends inside a frame), RESULT_MALFORMED (flag,
 * length) or RESULT_TOO_LARGE (bytes or frames); `message` is untouched then.
 */
MUST_USE enum result audio_message_open(struct audio_message *message,
                                        const uint8_t *data, size_t size);

/*
 * The next frame, false after the last. `offset`, if not NULL, becomes the
 * place of its first byte in the message.
 */
bool audio_message_next(struct audio_message *message, struct audio_frame *out,
                        size_t *offset);

#endif
