"""A WebSocket frame of a client, made by hand (RFC 6455, 5.2): also such as no
library sends."""
import struct


def frame(opcode, payload, fin=True, mask=b"\x01\x02\x03\x04", first=None):
    """Mask None leaves the mask away; `first` is the first byte as it is."""
    head = bytes([first if first is not None else (0x80 if fin else 0) | opcode])
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65536:
        head += bytes([bit | 126]) + struct.pack("!H", len(payload))
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", len(payload))
    if not mask:
        return head + payload
    key = (mask * (len(payload) // 4 + 1))[:len(payload)]
    masked = (int.from_bytes(payload, "big")
              ^ int.from_bytes(key, "big")).to_bytes(len(payload), "big")
    return head + mask + masked
