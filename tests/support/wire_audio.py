"""Sound as it goes over the line: frames, and tight messages for bad lines."""
import struct

from wire_errors import WireError

AUDIO_TYPE, TIGHT_TYPE = 0x11, 0x12
AUDIO_HEADER = struct.Struct("!BBHIIH")
RUN_HEADER = struct.Struct("!BBHII")
TIGHT_UNIT = 120  # samples


def audio_frame(slot, sequence, payload=b"\xf8\xff\xfe", flags=0):
    return AUDIO_HEADER.pack(AUDIO_TYPE, flags, slot, sequence & 0xffffffff,
                             sequence * 960 & 0xffffffff,
                             len(payload)) + payload


def audio_frames(message):
    """[(slot, sequence, payload)] of a message."""
    frames, at = [], 0
    while at < len(message):
        _, _, slot, sequence, _, size = AUDIO_HEADER.unpack_from(message, at)
        at += AUDIO_HEADER.size
        frames.append((slot, sequence, message[at:at + size]))
        at += size
    return frames


def tight_message(frames):
    """Frames (slot, sequence, payload) of 20 ms, each in a run of its own but
    for those that follow the one before."""
    out = bytes([TIGHT_TYPE])
    for at, (slot, sequence, payload) in enumerate(frames):
        if at == 0 or frames[at - 1][:2] != (slot, sequence - 1):
            count = 1
            while (at + count < len(frames) and
                   frames[at + count][:2] == (slot, sequence + count)):
                count += 1
            out += RUN_HEADER.pack(count, 8, slot, sequence & 0xffffffff,
                                   sequence * 960 & 0xffffffff)
        size = len(payload)
        length = (bytes([size]) if size < 252 else
                  bytes([252 + size % 4, (size - 252) // 4]))
        out += b"\0" + length + payload
    return out


def tight_frames(message):
    """[(slot, sequence, payload)] of a message of type 0x12."""
    frames, at = [], 1
    while at < len(message):
        count, step, slot, sequence, timestamp = RUN_HEADER.unpack_from(
            message, at)
        at += RUN_HEADER.size
        for index in range(count):
            head = message[at]
            at += 1
            numbers, units = (1, step) if index else (0, 0)
            if head & 4:
                numbers, units = message[at:at + 2]
                at += 2
            sequence += numbers
            timestamp += units * TIGHT_UNIT
            size = message[at]
            at += 1
            if size >= 252:
                size += 4 * message[at]
                at += 1
            payload = message[at:at + size]
            if len(payload) < size or head & ~7 or (head & 4 and not index):
                raise WireError(f"a broken tight message: {message.hex()}")
            frames.append((slot, sequence & 0xffffffff, payload))
            at += size
    return frames
