"""Opus packets of a tone, made by libopus, as a client sends them."""
import array
import ctypes
import math

VOIP = 2048
RATE = 48000


class Speaker:
    """Counts sequence and timestamps as a client does: the timestamp goes on
    with time, the sequence with packets."""

    def __init__(self, frame_ms=20, first=7):
        self.library = ctypes.CDLL("libopus.so.0")
        self.library.opus_encoder_create.restype = ctypes.c_void_p
        error = ctypes.c_int()
        self.encoder = ctypes.c_void_p(self.library.opus_encoder_create(
            RATE, 1, VOIP, ctypes.byref(error)))
        assert error.value == 0
        self.count = RATE * frame_ms // 1000
        self.sequence, self.timestamp = first, first * 1000
        self.phase = 0
        self.starts = True

    def close(self):
        self.library.opus_encoder_destroy(self.encoder)

    def packet(self):
        """(flags, sequence, timestamp, payload) of what is said next."""
        tone = array.array("h", (
            int(9000 * math.sin((self.phase + i) * 2 * math.pi * 440 / RATE))
            for i in range(self.count)))
        self.phase += self.count
        sound = (ctypes.c_int16 * self.count).from_buffer(tone)
        payload = ctypes.create_string_buffer(1275)
        size = self.library.opus_encode(self.encoder, sound, self.count,
                                        payload, 1275)
        assert size > 2
        said = (2 if self.starts else 0, self.sequence,
                self.timestamp & 0xffffffff, payload.raw[:size])
        self.starts = False
        self.sequence += 1
        self.timestamp += self.count
        return said

    def say(self, packets):
        return [self.packet() for _ in range(packets)]

    def pause(self, ms):
        self.timestamp += RATE * ms // 1000
        self.starts = True
