"""One listener does not read, or reads next to nothing, or floods: the others
of its meeting notice nothing, it loses sound first and then its connection,
and nobody ever hears what is stale.

The real server over TLS. What is asserted counts frames; times are printed,
and bounded so widely that only a server that waits for the one listener passes
them.
"""

import fcntl
import pathlib
import re
import select
import struct
import sys
import termios
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import Cell, ServerProcess, open_meeting, slot_of  # noqa: E402
from wire_client import (PATIENCE, Disconnected, audio_frame,  # noqa: E402
                         http_get)

LISTENERS = 6
EVERY_S = 0.02  # a frame
PAYLOAD = struct.Struct("!d72x")  # when it was said; 80 bytes, as speech has
RECORD_SIZE = 80 + 14 + 2 + 22  # as its line carries a frame
STALE_S = 0.5  # LIMIT_AUDIO_AGE_MS
BUFFER = 4096  # of a receiver: its kernel keeps no more for it
TOO_SLOW, TOO_FAST = 4005, 4006


class Room:
    def __init__(self, directory):
        self.server = ServerProcess(directory).start()
        cell = Cell(self.server, self.server.admin(), "Chi bộ Mẫu")
        members = [cell.add_member(f"Đảng viên Mẫu {i:02}",
                                   office="none" if i else "cell_leader")
                   for i in range(LISTENERS + 2)]
        self.meeting = cell.schedule(members[0], members[1])
        devices = [cell.enrol(m) for m in members]
        self.bad = self.server.login(devices.pop(), receive_buffer=BUFFER)
        self.chair, *self.others = [self.server.login(d) for d in devices]
        open_meeting(self.meeting, self.chair, [*self.others, self.bad])
        self.slot = slot_of(self.chair, self.meeting)
        number = re.findall(rf"session (\d+): {self.bad.device.holder} is there",
                            self.server.log_text())[-1]
        self.bad_session = f"session {number}: "
        self.sent = 0
        self.delays = []
        self.rest_s = EVERY_S / 4  # at most, between two looks

    def close(self):
        for client in (self.chair, self.bad, *self.others):
            client.stream.close()
        self.server.stop()

    def hear(self):
        """Takes in what has come; how long it took is in `delays`."""
        self.chair.pump()
        for client in self.others:
            before = len(client.audio)
            client.pump()
            now = time.monotonic()
            self.delays += [now - PAYLOAD.unpack(payload)[0]
                            for _, _, payload in client.audio[before:]]

    def speak(self, is_over):
        """The chair speaks until then; whoever is late does not catch up. The
        99th percentile of the time to a listener, of the frames sent now."""
        self.delays = []
        first = self.sent
        due = time.monotonic()
        while not is_over():
            select.select([self.chair, *self.others], [], [], self.rest_s)
            if time.monotonic() >= due:
                due = time.monotonic() + EVERY_S
                self.chair.send_binary(audio_frame(
                    self.slot, self.sent, PAYLOAD.pack(time.monotonic())))
                self.sent += 1
            self.hear()
        end = time.monotonic() + PATIENCE
        while not all(len(c.audio) == self.sent for c in self.others):
            assert time.monotonic() < end, [len(c.audio) for c in self.others]
            self.hear()
        assert len(self.delays) == (self.sent - first) * len(self.others)
        return sorted(self.delays)[len(self.delays) * 99 // 100]

    def figure(self, name):
        text = http_get(self.server.port, "/metrics")[1]
        return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)[1])

    def dropped(self, why):
        return self.figure(f'chibo_audio_dropped_total{{reason="{why}"}}')


def after(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def compare(alone, beside):
    print(f"p99 to the others: {alone * 1e3:.1f} ms alone, {beside * 1e3:.1f} "
          f"ms beside, ratio {beside / alone:.2f}")
    assert beside < 5 * alone + 1


def pretend_to_live(client):
    """Answers the server's pings without having read them."""
    client.socket.send_pong(b"")
    for data in client.socket.data_to_send():
        client.stream.tls.send(data)


NOTHING_SENT = "closed with 4005, nothing could be sent"
SILENT = "its line is gone, or fell silent"


@pytest.mark.parametrize("pretends, bytes_a_second, reason", [
    (False, 0, SILENT), (True, 0, NOTHING_SENT), (True, 1, NOTHING_SENT)])
def test_who_does_not_read_loses_sound_then_the_line_and_nobody_else_any(
        room, pretends, bytes_a_second, reason):
    alone = room.speak(after(3))
    begun = touched = time.monotonic()

    def is_ended():
        nonlocal touched
        if time.monotonic() > touched + 1:
            touched = time.monotonic()
            if room.bad_session + reason in room.server.log_text():
                return True
            if bytes_a_second:
                room.bad.stream.socket.recv(bytes_a_second)
            if pretends:
                pretend_to_live(room.bad)
        assert time.monotonic() < begun + PATIENCE
        return False

    beside = room.speak(is_ended)
    took = time.monotonic() - begun
    print(f"its connection ended after {took:.1f} s: {reason}")
    compare(alone, beside)
    lost = sum(map(room.dropped, ("queue_full", "stale", "closing")))
    assert lost > took / EVERY_S / 4
    if pretends and not bytes_a_second:
        assert room.bad.wait_close() in (TOO_SLOW, None)
    room.speak(after(1))


def test_who_reads_again_is_sent_what_is_said_now_and_no_second_of_the_past(
        room):
    room.speak(after(1))
    heard = len(room.bad.audio)
    room.bad.pump()
    assert len(room.bad.audio) > heard
    room.speak(after(6))
    resumed, known = time.monotonic(), len(room.bad.audio)
    own = struct.unpack("i", fcntl.ioctl(room.bad, termios.FIONREAD,
                                         bytes(4)))[0] // RECORD_SIZE

    def is_current():
        room.bad.pump()
        return room.bad.audio[-1][1] >= room.sent - 2 and \
            time.monotonic() > resumed + 1

    room.speak(is_current)
    came = room.bad.audio[known:]
    stale = [p for _, _, p in came
             if PAYLOAD.unpack(p)[0] < resumed - STALE_S - 0.1]
    sequences = [sequence for _, sequence, _ in came]
    print(f"{len(stale)} frames of the past were heard, {own} of them in its "
          f"own kernel: {(len(stale) - own) * EVERY_S:.2f} s from the server")
    assert sequences == sorted(set(sequences))
    assert (len(stale) - own) * EVERY_S <= 1
    assert room.dropped("queue_full") + room.dropped("stale") > 100


def test_who_floods_is_cut_off_and_nobody_else_notices(room):
    alone = room.speak(after(2))
    flood = b"".join(audio_frame(slot_of(room.bad, room.meeting), i,
                                 bytes(80)) for i in range(16))
    begun = time.monotonic()
    room.rest_s = 0

    def is_ended():
        try:
            room.bad.send_binary(flood)
            room.bad.pump()
        except (Disconnected, TimeoutError):
            pass
        assert time.monotonic() < begun + PATIENCE
        return room.bad.is_over or room.bad.close_code is not None

    beside = room.speak(is_ended)
    compare(alone, beside)
    assert room.bad.wait_close() == TOO_FAST
    assert [e["code"] for e in room.bad.errors][-1] == "too_fast"
    assert room.dropped("rate") > 1000
    room.speak(after(1))
