"""Bad lines, from the server's side: what a session that asks for it is sent
over several connections, what it sends over them, and what a hostile one may
try. The real server over TLS; a lane is a connection like any other.
"""
import fcntl
import json
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
from client_frame import frame  # noqa: E402
from server_process import (Cell, ServerProcess, open_meeting,  # noqa: E402
                            slot_of, wait_until)
from wire_client import (PATIENCE, Device, Disconnected, Refused,  # noqa: E402
                         audio_frame, http_get, tight_message)
from other_end import borrowed, options_of  # noqa: E402

EVERY_S = 0.02
ON_THE_WAY = 10  # frames to the good line, at most
LIMIT_AGE_S = 0.5  # LIMIT_AUDIO_AGE_MS
FRAME = b"\xf8\xff\xfe" * 10
TEXT, BINARY = 1, 2
POLICY, TOO_SLOW, TOO_FAST = 1008, 4005, 4006
LOST_MS = 3000  # LIMIT_LANE_SILENCE_MS


class Room:
    """A meeting of a chair who speaks, a listener on a bad line, and one on a
    good one."""

    def __init__(self, directory):
        self.server = ServerProcess(directory).start()
        cell = Cell(self.server, self.server.admin())
        members = [cell.add_member(f"Đảng viên Mẫu {i:02}",
                                   office="none" if i else "cell_leader")
                   for i in range(4)]
        self.meeting = cell.schedule(members[0], members[1])
        self.devices = [cell.enrol(m) for m in members]
        self.chair, self.good, self.bad, self.other = [
            self.server.login(d) for d in self.devices]
        open_meeting(self.meeting, self.chair,
                     [self.good, self.bad, self.other])
        self.chair.do("set_floor_mode", self.meeting, mode="free",
                      order="raised")
        self.people = [self.chair, self.good, self.bad, self.other]
        self.lanes = []
        self.deaf = []  # who do not read
        self.said = 0
        self.said_at, self.heard_at = [], []  # of what the chair says
        self.slot = slot_of(self.chair, self.meeting)

    def close(self):
        for client in self.people + self.lanes:
            client.stream.close()
        self.server.stop()

    def line(self, client=None, **wish):
        return (client or self.bad).ask("line", **wish)["token"]

    def connect(self, **options):
        """Another connection; nobody else is silent for too long meanwhile."""
        self.pump()
        return self.server.connect(Device(), **options)

    def attach(self, token, **options):
        lane = self.connect(**options)
        lane.ask("attach", token=token)
        self.lanes.append(lane)
        return lane

    def refused(self, token):
        """How an `attach` that fails ends: (code, close code)."""
        lane = self.connect()
        with pytest.raises(Refused) as refusal:
            lane.ask("attach", token=token)
        lane.wait(lambda: lane.is_over, "the end of what was not attached")
        return refusal.value.code, lane.close_code

    def pump(self, seconds=0.0):
        open_ones = [c for c in self.people + self.lanes
                     if not c.is_over and c not in self.deaf]
        if seconds > 0:
            select.select(open_ones, [], [], seconds)
        for client in open_ones:
            client.pump()
        came = sum(slot == self.slot for slot, _, _ in self.good.audio)
        self.heard_at += [time.monotonic()] * (came - len(self.heard_at))

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"waited for {what} in vain"
            self.pump(0.01)

    def say(self, count, payload=FRAME):
        """The chair speaks so many frames, one each 20 ms. A server that is
        held up gets no heap of them, of which bad lines would lose some."""
        due = time.monotonic()
        for _ in range(count):
            while time.monotonic() < due:
                self.pump(due - time.monotonic())
            self.until(lambda: self.said - len(self.heard_at) < ON_THE_WAY,
                       "the good line")
            due = max(due, time.monotonic() - EVERY_S) + EVERY_S
            self.said_at.append(time.monotonic())
            self.chair.send_binary(audio_frame(self.slot, self.said, payload))
            self.said += 1

    def say_in_time(self, count):
        """Speaks until a server that was not held up has passed on so many, for
        it makes no copies of what is old; their numbers, and how often one
        came later behind another than two in one message."""
        end = time.monotonic() + 4 * PATIENCE
        while True:
            assert time.monotonic() < end, "the server was always held up"
            first = self.said
            self.say(count)
            self.until(lambda: len(self.heard_at) == self.said, "a good line")
            said, heard = self.said_at[first:], self.heard_at[first:]
            if max(b - a for a, b in zip(said, heard)) < LIMIT_AGE_S / 2:
                return range(first, self.said), sum(
                    b - a > 1.5 * EVERY_S for a, b in zip(heard, heard[1:]))

    def figure(self, name):
        text = http_get(self.server.port, "/metrics")[1]
        return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)[1])


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def sequences(client):
    return [sequence for _, sequence, _ in client.audio]


def counted(values):
    return {value: values.count(value) for value in set(values)}


# --- to the listener ------------------------------------------------------------


def test_each_frame_comes_as_new_and_as_copies_over_lanes_in_turn(room):
    token = room.line(bundle=2, copies=[1, 3], lanes=3)
    line = [room.bad] + [room.attach(token) for _ in range(3)]
    room.chair.settle()
    events = len(room.chair.log(room.meeting).events)

    numbers, late = room.say_in_time(100)

    wanted = {sequence: 3 for sequence in numbers}
    room.until(lambda: counted([
        sequence for sequence in sum(map(sequences, line), [])
        if sequence in numbers]) == wanted, "every frame three times")
    assert sequences(room.good) == list(range(room.said))
    assert room.good.tight == []
    messages = [sum(any(sequence in numbers for _, sequence, _ in message)
                    for message in c.tight) for c in line]
    print(f"{messages} messages, {late} late")
    # 50 messages of two, three for the last copies, and more of either kind
    # where one was late: it is alone, and copies go without it.
    assert 2 * min(messages) > max(messages)
    assert 50 <= sum(messages) < 60 + 4 * late
    assert all(payload == FRAME for c in line for _, _, payload in c.audio)
    room.chair.settle()
    assert len(room.chair.log(room.meeting).events) == events
    assert room.figure("chibo_lanes") == 3
    assert room.figure('chibo_lines{kind="copies"}') == 1
    came = sum(map(sequences, line), [])
    assert room.figure("chibo_audio_copies_total") == \
        len(came) - len(set(came)) >= 200


def test_a_lane_that_is_not_read_costs_nothing_but_itself(room):
    token = room.line(bundle=1, copies=[1], lanes=2)
    still = room.attach(token, receive_buffer=4096)
    other = room.attach(token)
    room.deaf = [still]
    payload = bytes(150)  # 64 kb/s and no more are passed on

    end = time.monotonic() + PATIENCE
    while room.figure("chibo_lanes") == 2:
        assert time.monotonic() < end, "the lane is kept"
        room.say(50, payload)
    room.say(50, payload)

    room.until(lambda: set(sequences(room.bad) + sequences(other))
               == set(range(room.said)), "every frame by another lane")
    room.until(lambda: sequences(room.good) == list(range(room.said)),
               "a good line")
    assert not room.bad.is_over and not other.is_over
    # Nobody has to read it to the end: its place is free for another.
    still.stream.close()
    room.lanes.remove(still)
    third = room.attach(token)
    room.say(10)
    room.until(lambda: third.tight, "the third lane's turn")


def test_a_lane_that_is_cut_is_one_less_and_its_place_is_free(room):
    token = room.line(bundle=2, lanes=1)
    lane = room.attach(token)
    assert room.refused(token) == ("attach_failed", POLICY)

    lane.stream.close()
    room.lanes.remove(lane)
    wait_until(lambda: room.figure("chibo_lanes") == 0, "the end of the lane")

    room.attach(token)
    room.say(10)
    room.until(lambda: len(room.lanes[0].audio) + len(room.bad.audio) == 10,
               "ten frames")
    assert not room.bad.is_over


def test_a_good_line_again_is_sent_plain_sound(room):
    token = room.line(bundle=2, copies=[1], lanes=1)
    lane = room.attach(token)
    room.say(10)
    assert room.line() == token
    room.until(lambda: lane.is_over, "the end of the lane")
    assert lane.close_code == POLICY
    room.until(lambda: set(sequences(room.bad) + sequences(lane))
               == set(range(10)), "what was said before")
    before = len(room.bad.tight)
    room.say(10)
    room.until(lambda: sequences(room.bad)[-10:] == list(range(10, 20)),
               "plain sound")
    assert len(room.bad.tight) == before


# --- from the speaker -----------------------------------------------------------


def test_what_is_sent_twice_over_lanes_is_heard_once(room):
    token = room.line(room.bad, bundle=2, copies=[1], lanes=2)
    ways = [room.bad] + [room.attach(token) for _ in range(2)]
    slot = slot_of(room.bad, room.meeting)
    numbers = [(n, n + 1) for n in range(0, 80, 2)]

    for index, new in enumerate(numbers):
        copies = numbers[index - 1] if index else ()
        ways[index % 3].send_binary(tight_message(
            [(slot, n, FRAME) for n in (*copies, *new)]))
        room.pump(0.04)

    for listener in (room.good, room.chair):
        room.until(lambda: len(listener.audio) == 80, "80 frames")
        assert sorted(sequences(listener)) == list(range(80))
        assert listener.tight == []
    # All is heard before the last of what comes by other connections.
    wait_until(lambda: room.figure("chibo_audio_duplicates_total") >= 78,
               "the copies")
    assert room.figure("chibo_audio_duplicates_total") == 78


def test_one_bad_line_speaks_to_another(room):
    """Both ends at once: tight messages in, others out."""
    speaker = room.line(room.other, bundle=2, copies=[1], lanes=1)
    lane = room.attach(speaker)
    token = room.line(room.bad, bundle=3, copies=[1], lanes=1)
    heard = [room.bad, room.attach(token)]
    slot = slot_of(room.other, room.meeting)

    for first in range(0, 60, 2):
        new = [(slot, n, FRAME) for n in (first, first + 1)]
        copies = [(slot, n, FRAME) for n in (first - 2, first - 1) if n >= 0]
        (room.other, lane)[first // 2 % 2].send_binary(
            tight_message(copies + new))
        room.until(lambda: len(room.good.audio) > first - ON_THE_WAY,
                   "the good line")
        room.pump(0.04)

    room.until(lambda: counted(sum(map(sequences, heard), []))
               == {n: 2 for n in range(60)}, "every frame twice")


# --- rate and voice ---------------------------------------------------------------


def test_speakers_are_told_the_rate_of_the_worst_line(room):
    def told(client):
        return [note["rate"] for note in client.notes
                if note["note"] == "voice_rate"]

    room.line(rate=16000)
    room.until(lambda: told(room.chair) == [16000], "the rate")
    room.line(room.good, rate=12000)
    room.until(lambda: told(room.chair) == [16000, 12000], "a lower one")
    room.until(lambda: told(room.bad) == [12000], "that of another line")
    assert told(room.good) == [16000]


def test_a_line_for_one_voice_hears_one(room):
    room.line(one_voice=True)
    chair = room.slot
    other = slot_of(room.other, room.meeting)
    heard = 0
    for n in range(20):
        # The first again: else a second of silence would let the other in.
        for client, slot, number in ((room.chair, chair, 2 * n),
                                     (room.other, other, n),
                                     (room.chair, chair, 2 * n + 1)):
            client.send_binary(audio_frame(slot, number, FRAME))
            heard += 1
            room.until(lambda: len(room.good.audio) == heard, "who speaks")
    room.until(lambda: len(room.bad.audio) == 40, "one voice")
    assert {slot for slot, _, _ in room.bad.audio} == {chair}
    assert room.figure(
        'chibo_audio_dropped_total{reason="one_voice"}') == 20


# --- hostile --------------------------------------------------------------------


def test_wrong_tokens_at_speed_disturb_nobody(room):
    token = room.line(lanes=5)
    tries = 60
    near = [token[:i] + ("0" if token[i] != "0" else "1") + token[i + 1:]
            for i in range(tries)]

    begun = time.monotonic()
    for wrong in near:
        assert room.refused(wrong) == ("attach_failed", POLICY)
    print(f"{tries / (time.monotonic() - begun):.0f} tries a second, each with "
          "a handshake")
    for wrong in ("", "00" * 31, "zz" * 32, token + "00", token.upper() + " ",
                  None, 7, [token]):
        assert room.refused(wrong) == ("attach_failed", POLICY)

    assert room.figure("chibo_lanes") == 0
    room.say(10)
    room.until(lambda: len(room.good.audio) == 10, "sound as ever")
    room.attach(token)


def test_a_connection_tries_once_and_never_after_a_login(room):
    token = room.line(lanes=1)
    lane = room.connect()
    first = lane.request("attach", token="00" * 32)
    lane.request("attach", token=token)  # on the same connection, at once
    lane.wait(lambda: lane.is_over, "its end")
    assert lane.close_code == POLICY
    assert lane.answers[first]["error"]["code"] == "attach_failed"
    assert list(lane.answers) == [first]
    with pytest.raises(Refused, match="already_logged_in"):
        room.other.ask("attach", token=token)
    assert room.figure("chibo_lanes") == 0


def test_of_many_lanes_no_more_stay_than_were_granted(room):
    token = room.line(lanes=5)
    taken = []
    for _ in range(4):  # each has ten seconds from its handshake
        crowd = [room.connect() for _ in range(10)]
        numbers = [lane.request("attach", token=token) for lane in crowd]
        for lane, number in zip(crowd, numbers):
            lane.wait(lambda: number in lane.answers, "an answer")
            if lane.answers[number].get("ok"):
                taken.append(lane)
            else:
                lane.wait(lambda: lane.is_over, "its end")
        assert len(taken) == 5
    assert len(taken) == 5 and room.figure("chibo_lanes") == 5
    room.lanes = taken
    room.say(12)
    room.until(lambda: sorted(sum(map(sequences, [room.bad, *taken]), []))
               == list(range(12)), "every frame once")


def test_lanes_end_with_their_session_and_the_token_dies(room):
    token = room.line(lanes=2)
    lanes = [room.attach(token) for _ in range(2)]
    # The same device again: the older connection is replaced, with its lanes.
    again = room.server.login(room.devices[2])
    for lane in lanes:
        room.until(lambda: lane.is_over, "the end of the lane")
        assert lane.close_code == POLICY
    assert room.refused(token) == ("attach_failed", POLICY)
    assert room.line(again, lanes=1) != token
    again.close()


def test_who_has_a_bad_line_is_given_a_ticket_for_shorter_handshakes(room):
    token = room.line(bundle=2, lanes=2)
    room.until(lambda: room.bad.stream.ticket, "a ticket")
    ticket = room.bad.stream.ticket
    lanes = [room.attach(token, ticket=ticket) for _ in range(2)]
    assert all(lane.stream.is_resumed for lane in lanes)
    # Each channel is one of its own, and the hello of each was bound to it.
    channels = {c.stream.exporter for c in [room.bad, *lanes]}
    assert len(channels) == 3
    room.say(6)
    room.until(lambda: all(map(sequences, lanes)), "sound over both")
    # It is no login: whoever has it alone is anybody.
    stranger = room.connect(ticket=ticket)
    room.lanes.append(stranger)
    assert stranger.stream.is_resumed
    with pytest.raises(Refused):
        stranger.ask("line", bundle=2)
    # A member with a good line has none, nor has one whom none was given to.
    room.line(room.other)
    room.say(2)
    room.until(lambda: sequences(room.other), "sound")
    assert not room.other.stream.ticket and not room.good.stream.ticket


def size_of(one, queue):
    return struct.unpack("i", fcntl.ioctl(one, queue, bytes(4)))[0]


def fill(room, client, least):
    """Asks without reading, until so many bytes for it do not go out."""
    with borrowed(room.server.process, client.stream.socket) as theirs:
        for number in range(1000, 1150):  # no more, or it would be cut off
            before = size_of(theirs, termios.TIOCOUTQ)
            if before >= least:
                return
            client.send({"id": number, "op": "ping"})
            room.until(lambda: not size_of(client, termios.TIOCOUTQ) and
                       not size_of(theirs, termios.FIONREAD), "it to be read")
            end = time.monotonic() + 0.1  # the answer of the same turn
            while size_of(theirs, termios.TIOCOUTQ) == before and \
                    time.monotonic() < end:
                room.pump(0.005)
    raise AssertionError("it takes whatever it is told")


def test_a_ticket_for_which_there_is_no_room_holds_up_nothing(room):
    """It is longer than what its system still takes; the answers before are
    out as a whole. What it says itself is heard nevertheless."""
    full, ticket, answer = 1024, 260, 64
    narrow = room.server.login(room.devices[3], receive_buffer=2048)
    room.people[3] = narrow
    narrow.join(room.meeting)
    room.deaf = [narrow]
    slot = slot_of(narrow, room.meeting)
    fill(room, narrow, full - ticket + answer)
    narrow.send({"id": 1, "op": "line", "bundle": 2})
    narrow.send_binary(audio_frame(slot, 1, FRAME))
    room.until(lambda: sequences(room.good) == [1], "what it says")


def test_a_lane_of_another_carries_no_sound_of_mine(room):
    token = room.line(room.other, lanes=1)
    lane = room.attach(token)
    lane.send_binary(audio_frame(slot_of(room.bad, room.meeting), 1))
    room.until(lambda: lane.is_over, "its end")
    assert lane.close_code == POLICY
    room.pump(0.1)
    assert not room.other.is_over and not room.bad.is_over
    assert room.good.audio == []


@pytest.mark.parametrize("message", [
    b"\x12", b"\x12\x00", b"\x12\x01\x08\x00\x01", b"\x12" + b"\xff" * 300,
    tight_message([(1, n, b"x") for n in range(49)]),
    b"\x12" + bytes(5000), b"\x11" + bytes(20), b"\x21" + bytes(60), b"\x13",
    b""], ids=lambda message: f"{len(message)}-{message[:3].hex()}")
def test_a_malformed_message_ends_the_lane_and_no_more(room, message):
    lane = room.attach(room.line(lanes=1))
    lane.send_binary(message)
    room.until(lambda: lane.is_over, "its end")
    assert lane.close_code == POLICY
    room.say(3)
    room.until(lambda: len(room.bad.audio) == 3, "sound as ever")


def test_a_lane_that_asks_for_something_ends(room):
    lane = room.attach(room.line(lanes=1))
    lane.request("ping")
    room.until(lambda: lane.is_over, "its end")
    assert lane.close_code == POLICY and not room.bad.is_over


def flood(room, client, send):
    """Sends again and again until the client is cut off."""

    def is_cut_off():
        try:
            if not client.close_code:
                send()
        except Disconnected:
            pass  # what it was told before is still read
        return client.is_over

    room.until(is_cut_off, "the end of a flood")


def ask_for_lines(client, count, bundle):
    """All in one piece."""
    wish = {"op": "line", "bundle": bundle}
    numbers = [client.device.next_request() for _ in range(count)]
    client.stream.send(b"".join(frame(TEXT, json.dumps(
        {"id": number, **wish}).encode()) for number in numbers))
    return numbers


def test_a_flood_of_lines_is_refused_then_closed(room):
    client, begun, taken = room.bad, time.monotonic(), 0
    for number in ask_for_lines(client, 20, 2):
        try:
            client.answer(number)
            taken += 1
        except Refused as refused:
            assert refused.code == "too_often"
    assert 4 <= taken < 20 and taken <= 4 * (2 + time.monotonic() - begun)
    flood(room, client, lambda: ask_for_lines(client, 50, 1))
    assert client.close_code == TOO_FAST
    room.say(3)
    room.until(lambda: len(room.good.audio) == 3, "sound as ever")


def test_a_flood_over_lanes_ends_the_session(room):
    token = room.line(lanes=1)
    lane = room.attach(token)
    slot = slot_of(room.bad, room.meeting)
    sound = frame(BINARY, tight_message(
        [(slot, n, b"x") for n in range(48)])) * 4
    flood(room, lane, lambda: lane.stream.send(sound))
    room.until(lambda: lane.is_over and room.bad.is_over, "the end of both")
    assert room.bad.close_code == TOO_FAST


# --- the system's part --------------------------------------------------------------

def check_is_bad(options):
    """What is long of a line may be the machine."""
    unanswered, unsent = options
    assert unsent == 1 and unanswered >= LOST_MS


def test_nothing_waits_in_the_kernel_for_bad_lines(room):
    good = options_of(room.server.process, room.good.stream.socket)
    assert good[0] == 0 and good[1] != 1
    lane = room.attach(room.line(bundle=2, lanes=1))
    check_is_bad(options_of(room.server.process, room.bad.stream.socket))
    check_is_bad(options_of(room.server.process, lane.stream.socket))
    assert options_of(room.server.process, room.good.stream.socket) == good
    room.line()
    assert options_of(room.server.process, room.bad.stream.socket) == good
