"""Ogg Opus read by the words of RFC 3533 and RFC 7845, and what other programs
say of it."""
import json
import struct
import subprocess

FILLING = {0xe3: 2.5, 0xeb: 5, 0xf3: 10, 0xfb: 20}  # first byte: ms a frame


def crc_of(data):
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04c11db7 if crc & 0x80000000 else crc << 1)
        crc &= 0xffffffff
    return crc


def pages(data):
    at, number = 0, 0
    while at < len(data):
        assert data[at:at + 5] == b"OggS\0", at
        flags, granule, serial, seq, crc, count = struct.unpack_from(
            "<BqIIIB", data, at + 5)
        lacing = data[at + 27:at + 27 + count]
        size = 27 + count + sum(lacing)
        page = data[at:at + size]
        assert crc_of(page[:22] + bytes(4) + page[26:]) == crc
        assert seq == number
        yield flags, granule, lacing, page[27 + count:]
        number += 1
        at += size
    assert at == len(data)


def filled_ms(packet):
    """How long a packet of silence that was filled in lasts; 0: it is none."""
    if (packet[0] in FILLING and len(packet) > 2 and packet[1] <= 6 and
            packet[2:] == b"\xff\xfe" * packet[1]):
        return FILLING[packet[0]] * packet[1]
    return 0


class OggFile:
    def __init__(self, data):
        packets, self.granule, last = [], 0, 0
        for flags, granule, lacing, body in pages(data):
            assert not last & 4
            at, size = 0, 0
            for part in lacing:
                size += part
                if part < 255:
                    packets.append(body[at:at + size])
                    at, size = at + size, 0
            assert size == 0, "a packet goes over pages"
            self.granule, last = granule, flags
        assert last & 4, "it is not ended"
        assert packets[0][:8] == b"OpusHead"
        self.pre_skip = struct.unpack_from("<H", packets[0], 10)[0]
        assert packets[1][:8] == b"OpusTags"
        self.comments = self.read_comments(packets[1])
        self.all = packets[2:]
        self.packets = [p for p in self.all if not filled_ms(p)]

    @staticmethod
    def read_comments(tags):
        at = 12 + struct.unpack_from("<I", tags, 8)[0]
        count, at, found = struct.unpack_from("<I", tags, at)[0], at + 4, {}
        for _ in range(count):
            size = struct.unpack_from("<I", tags, at)[0]
            name, value = tags[at + 4:at + 4 + size].decode().split("=", 1)
            found[name] = value
            at += 4 + size
        assert at == len(tags)
        return found

    @property
    def seconds(self):
        return (self.granule - self.pre_skip) / 48000


def probe(path):
    """What ffprobe says: seconds, packets; it has to decode without a word."""
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-count_packets", "-show_entries",
         "format=duration:stream=codec_name,nb_read_packets", "-of", "json",
         path], check=True, capture_output=True, text=True)
    assert told.stderr == "", told.stderr
    said = json.loads(told.stdout)
    assert said["streams"][0]["codec_name"] == "opus"
    decoded = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "null",
                              "-"], check=True, capture_output=True, text=True)
    assert decoded.stderr == "", decoded.stderr
    return (float(said["format"]["duration"]),
            int(said["streams"][0]["nb_read_packets"]))


def opusinfo(path):
    """What opusinfo says, which has to be no warning."""
    told = subprocess.run(["opusinfo", path], check=True, capture_output=True,
                          text=True)
    text = told.stdout + told.stderr
    assert "WARNING" not in text and "ERROR" not in text, text
    assert "ended" in text, text
    return text
