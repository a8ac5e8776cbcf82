"""What goes into a member's microphone comes out of the others' loudspeakers,
soon enough to talk to each other, and only while it may be heard, in a meeting
of fifty.

Real chibo processes on real sound devices: those of a PulseAudio server that
this test starts, a microphone and a loudspeaker for each member. How long it
takes is measured by `make bench-mouth-to-ear`; here is a bound that a busy
machine keeps, too: there the buffers rightly grow.
"""
import pathlib
import sys
import time

import pytest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))

import chibo_process as play          # noqa: E402
import make_speech                    # noqa: E402
import mouth_to_ear                   # noqa: E402
from mouth_to_ear import (BUTTON, CHAIR, OPEN, RATE, compare,  # noqa: E402
                          listening)
from wav_correlate import Match       # noqa: E402
from witness import Witness           # noqa: E402

CROWD = 47
HEARD = 0.8
NOT_HEARD = 0.4    # two different speakers resemble each other less
MOUTH_TO_EAR_MS = 300.0


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with mouth_to_ear.meeting(tmp_path_factory.mktemp("mouth-to-ear"),
                              CROWD) as room:
        yield room


@pytest.fixture
def floor(room):
    """Gives the floor, and takes it again whatever happens."""
    given = []

    def give(holder):
        room.give_floor(holder)
        given.append(holder)

    yield give
    if given:
        room.end_floor()


def are_heard_in_time(*found):
    return all(part.correlation > HEARD
               and 0.0 < part.delay_ms < MOUTH_TO_EAR_MS for part in found)


def say_until_told(room, speaker, *listeners):
    """Speaks, and nobody hears it, until the speaker is told so."""
    end = time.monotonic() + play.PATIENCE_S
    while True:
        for found in room.say(speaker, *listeners):
            assert found.correlation < NOT_HEARD
        try:
            return room.people[speaker].wait(
                lambda l: l.get("talking_while_muted"),
                "a word that nobody hears this", timeout_s=2)
        except play.Failure:
            if time.monotonic() > end:
                raise


def test_the_clock_of_the_measurement_is_right(room, tmp_path):
    path = tmp_path / "speech.wav"
    make_speech.write_wav(str(path), make_speech.make_speech(50, 3, RATE), RATE)
    end = time.monotonic() + play.PATIENCE_S
    while True:
        with Witness() as witness, listening(
                room.pulse, f"mic-{CHAIR}.monitor",
                f"mic-{CHAIR}.monitor") as (first, second):
            room.pulse.play_into_microphone(path, f"mic-{CHAIR}")
        found = compare(first, second)
        if found.correlation > 0.99 and abs(found.delay_ms) < 15.0:
            break
        assert witness.was_busy() and time.monotonic() < end, found
    first.begin_s -= 0.001 * MOUTH_TO_EAR_MS + 0.05
    assert compare(first, second).delay_ms > MOUTH_TO_EAR_MS


class Said(mouth_to_ear.Room):
    """Who speaks is heard like this, one time after the other."""

    def __init__(self, *delays_ms):
        self.left = [[Match(0.95, delay_ms, 9, 0.9)] for delay_ms in delays_ms]

    def say(self, holder, *listeners):
        return self.left.pop(0)

    def spoilt_of(self, listeners):
        return 0


def test_who_comes_late_is_a_fault_unless_the_machine_was_busy(monkeypatch):
    late = Said(MOUTH_TO_EAR_MS + 50, 40)
    monkeypatch.setattr(Witness, "was_busy", lambda self: False)
    with pytest.raises(AssertionError):
        late.say_until(are_heard_in_time, BUTTON, CHAIR)
    assert len(late.left) == 1
    late = Said(MOUTH_TO_EAR_MS + 50, 40, 40)
    monkeypatch.setattr(Witness, "was_busy", lambda self: True)
    late.say_until(are_heard_in_time, BUTTON, CHAIR)
    assert len(late.left) == 1


def test_the_others_hear_who_has_the_floor_and_talks_in_time(room, floor):
    floor(BUTTON)
    room.talk(BUTTON, True)
    to_chair, to_member, to_himself = room.say_until(
        lambda *found: are_heard_in_time(*found[:2]), BUTTON, CHAIR, OPEN,
        BUTTON)
    room.talk(BUTTON, False)
    print(f"mouth to ear: {to_chair.delay_ms:.0f} ms to the chair, "
          f"{to_member.delay_ms:.0f} ms to a member")
    assert to_himself.correlation < NOT_HEARD


def test_the_floor_alone_does_not_open_the_microphone(room, floor):
    floor(BUTTON)
    say_until_told(room, BUTTON, CHAIR, OPEN)


def test_who_talks_without_the_floor_is_not_heard(room):
    room.talk(BUTTON, True)
    room.talk(OPEN, True)
    heard = room.say(BUTTON, CHAIR, OPEN) + room.say(OPEN, CHAIR, BUTTON)
    room.talk(BUTTON, False)
    room.talk(OPEN, False)
    for found in heard:
        assert found.correlation < NOT_HEARD


def test_an_open_microphone_is_heard_once_switched_on(room, floor):
    floor(OPEN)
    say_until_told(room, OPEN, CHAIR, BUTTON)
    room.talk(OPEN, True)
    room.say_until(are_heard_in_time, OPEN, CHAIR, BUTTON)
    room.talk(OPEN, False)


def test_who_is_muted_is_not_heard(room, floor):
    floor(OPEN)
    room.talk(OPEN, True)
    room.people[CHAIR].do("mute", holder=OPEN)
    play.settle(room.people.values())
    room.talk(OPEN, True)
    for found in room.say(OPEN, CHAIR, BUTTON):
        assert found.correlation < NOT_HEARD
    room.talk(OPEN, False)
