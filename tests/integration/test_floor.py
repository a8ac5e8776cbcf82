"""Who is heard in the modes of the floor, by the audio that the server relays.
"""
import pathlib
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import Cell, ServerProcess, slot_of  # noqa: E402
from wire_client import (PATIENCE, Refused, audio_frame,  # noqa: E402
                         wait_all)

SPEAKERS = 10
AT_ONCE = 8  # LIMIT_ROOM_TALKERS
SILENCE_S = 1  # TALKERS_SILENCE_MS


class Hall:
    def __init__(self, directory):
        # What a busy server holds back would come after the answer to
        # settle(), which is what tells here that somebody was not heard.
        self.server = ServerProcess(
            directory, settings=["bundle_window_max_ms = 0;"]).start()
        admin = self.server.admin()
        cell = Cell(self.server, admin, "Chi bộ Mẫu")
        members = [cell.add_member(f"Đảng viên Mẫu {i:02}",
                                   office="none" if i else "cell_leader")
                   for i in range(SPEAKERS + 2)]
        self.meeting = cell.schedule(members[0], members[1])
        self.clients = [self.server.login(cell.enrol(m)) for m in members]
        self.chair, self.taker, *self.others = self.clients
        self.chair.do("open_lobby", self.meeting)
        for client in self.clients:
            client.join(self.meeting)
        self.chair.settle()
        self.chair.do("admit_all", self.meeting)
        self.chair.do("open_meeting", self.meeting)
        seq = len(self.chair.log(self.meeting).events) - 1
        for client in self.clients:
            client.wait_seq(self.meeting, seq)
        self.sequence = 0

    def close(self):
        for client in self.clients:
            client.close()
        self.server.stop()

    def say(self, *speakers):
        """Each sends a frame; the slots that the minute-taker then hears."""
        self.sequence += 1
        for speaker in speakers:
            speaker.send_binary(audio_frame(slot_of(speaker, self.meeting),
                                            self.sequence))
        for speaker in speakers:
            speaker.settle()
        self.taker.settle()
        return {slot for slot, sequence, _ in self.taker.audio
                if sequence == self.sequence}

    def say_at_once(self, *speakers):
        """The same; and who spoke first does not count as silent again before
        the last was heard. Else all wait until they do."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            begun = time.monotonic()
            heard = self.say(*speakers)
            if time.monotonic() < begun + SILENCE_S:
                return heard
            for speaker in speakers:
                speaker.errors.clear()
            silent = time.monotonic() + SILENCE_S
            wait_all(self.clients, lambda: time.monotonic() > silent)
        raise AssertionError("they never spoke at once")

    def slots(self, *speakers):
        return {slot_of(s, self.meeting) for s in speakers}

    def mode(self, mode, order="raised"):
        self.chair.do("set_floor_mode", self.meeting, mode=mode, order=order)


@pytest.fixture
def hall(tmp_path):
    made = Hall(tmp_path)
    yield made
    made.close()


def refused(client, op, meeting, **fields):
    with pytest.raises(Refused) as why:
        client.do(op, meeting, **fields)
    return why.value.code


def test_in_free_mode_members_are_heard_until_only_the_called_are(hall):
    first, second = hall.others[:2]
    assert hall.say(first) == set()
    hall.mode("free")
    assert hall.say(first, second) == hall.slots(first, second)
    hall.mode("called")
    assert hall.say(first, hall.chair) == hall.slots(hall.chair)


def test_who_is_muted_is_heard_again_only_when_released_and_opened(hall):
    first = hall.others[0]
    holder = first.device.holder
    hall.mode("free")
    hall.chair.do("mute", hall.meeting, holder=holder)
    assert hall.say(first) == set()
    assert refused(first, "unmute", hall.meeting) == "mute_holds"
    hall.chair.do("release_mute", hall.meeting, holder=holder)
    assert hall.say(first) == set()
    first.do("unmute", hall.meeting)
    assert hall.say(first) == hall.slots(first)


def test_of_many_who_speak_freely_some_are_heard_and_the_chair_always(hall):
    hall.mode("free")
    heard = hall.say_at_once(*hall.others, hall.chair)
    assert hall.slots(hall.chair) < heard
    assert len(heard) == AT_ONCE + 1
    # Whoever is one too many is told, in words that say how many there are.
    told = [c for c in hall.others if c.errors]
    assert hall.slots(*hall.others) - heard == hall.slots(*told)
    assert [(c.errors[0]["code"], c.errors[0]["args"]) for c in told] == [
        ("too_many_speakers", {"max": str(AT_ONCE)})] * (SPEAKERS - AT_ONCE)
