"""A meeting in which the chair speaks, members listen, and one of them may be a
bad listener: what became of each frame, and how long it took.

The real server over TLS; everything in this process, so that all see one clock.
"""
import pathlib
import re
import select
import statistics
import struct
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import Cell, ServerProcess, open_meeting, slot_of  # noqa: E402
from wire_client import (PATIENCE, Disconnected, audio_frame,  # noqa: E402
                         http_get)

EVERY_S = 0.02  # a frame
PAYLOAD = struct.Struct("!d72x")  # when it was said; 80 bytes, as speech has
BUFFER = 4096  # of a bad receiver: its kernel keeps no more for it


class Room:
    """A meeting. One of its devices is that of the bad listener."""

    def __init__(self, stage, listeners):
        cell = Cell(stage.server, stage.server.admin())
        members = [cell.add_member(f"Đảng viên Mẫu {i:02}",
                                   office="none" if i else "cell_leader")
                   for i in range(listeners + 2)]
        self.server = stage.server
        self.meeting = cell.schedule(members[0], members[1])
        devices = [cell.enrol(m) for m in members]
        self.bad_device = devices.pop()
        self.bad = self.log_in_bad()
        self.chair, *self.others = [self.server.login(d) for d in devices]
        open_meeting(self.meeting, self.chair, [*self.others, self.bad])
        self.slot = slot_of(self.chair, self.meeting)
        self.bad_slot = slot_of(self.bad, self.meeting)
        self.sent = 0
        self.delays = []  # of all that was heard since it was emptied

    def log_in_bad(self):
        return self.server.login(self.bad_device, receive_buffer=BUFFER)

    def clients(self):
        return [self.chair, *self.others]

    def close(self):
        for client in (self.bad, *self.clients()):
            client.stream.close()

    def bad_comes_back(self):
        self.bad = self.log_in_bad()
        self.bad.join(self.meeting)

    def bad_goes(self):
        self.bad.stream.close()

    def say(self):
        self.chair.send_binary(audio_frame(self.slot, self.sent,
                                           PAYLOAD.pack(time.monotonic())))
        self.sent += 1

    def hear(self):
        """Takes in what has come."""
        self.chair.pump()
        for client in self.others:
            before = len(client.audio)
            client.pump()
            now = time.monotonic()
            self.delays += [now - PAYLOAD.unpack(payload)[0]
                            for _, _, payload in client.audio[before:]]

    def has_heard_all(self):
        return all(len(c.audio) == self.sent for c in self.others)

    def flood(self):
        """As many frames as go into its line at once."""
        frames = b"".join(audio_frame(self.bad_slot, i, bytes(80))
                          for i in range(16))
        try:
            self.bad.send_binary(frames)
            self.bad.pump()
        except (Disconnected, TimeoutError):
            pass

    def is_bad_cut_off(self):
        return self.bad.is_over or self.bad.close_code is not None


class Stage:
    """A server with a meeting."""

    def __init__(self, directory, listeners, before=()):
        """`before`: words that start the server, as taskset and its."""
        self.server = ServerProcess(directory, before=before).start()
        self.room = Room(self, listeners)

    def close(self):
        self.room.close()
        self.server.stop()

    def figure(self, name):
        text = http_get(self.server.port, "/metrics")[1]
        return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)[1])

    def dropped(self, why):
        return self.figure(f'chibo_audio_dropped_total{{reason="{why}"}}')

    def lost(self):
        """Frames that a listener was too slow for."""
        return sum(map(self.dropped, ("queue_full", "stale", "closing")))


def speak(rooms, is_over, rest_s=EVERY_S / 4):
    """All chairs speak at the same moments until then; who is late does not
    catch up. Every frame is heard by every good listener. The 99th percentiles
    of how long that took, by room. `rest_s`: at most, between two looks."""
    for room in rooms:
        room.delays = []
    first = [room.sent for room in rooms]
    clients = [c for room in rooms for c in room.clients()]
    due, turn = time.monotonic(), 0
    while not is_over():
        select.select(clients, [], [], rest_s)
        turn += 1  # none is always the first
        order = rooms[::1 if turn % 2 else -1]
        if time.monotonic() >= due:
            due = time.monotonic() + EVERY_S
            for room in order:
                room.say()
        for room in order:
            room.hear()
    end = time.monotonic() + PATIENCE
    while not all(room.has_heard_all() for room in rooms):
        assert time.monotonic() < end, [
            [len(c.audio) for c in room.others] for room in rooms]
        for room in rooms:
            room.hear()
    for room, sent in zip(rooms, first):
        assert len(room.delays) == (room.sent - sent) * len(room.others)
    return [p99(room.delays) for room in rooms]


def p99(delays):
    return sorted(delays)[len(delays) * 99 // 100]


def after(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def ratio(pairs):
    """Of the p99s (with, without) of windows side by side: the median."""
    return statistics.median(beside / alone for beside, alone in pairs)


def pretend_to_live(client):
    """Answers the server's pings without having read them."""
    client.socket.send_pong(b"")
    for data in client.socket.data_to_send():
        client.stream.tls.send(data)
