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

import pytest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))

import chibo_process as play          # noqa: E402
import make_speech                    # noqa: E402
import mouth_to_ear                   # noqa: E402
from mouth_to_ear import (BUTTON, CHAIR, OPEN, RATE, compare,  # noqa: E402
                          listening)

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


def test_the_clock_of_the_measurement_is_right(room, tmp_path):
    path = tmp_path / "speech.wav"
    make_speech.write_wav(str(path), make_speech.make_speech(50, 3, RATE), RATE)
    with listening(room.pulse, f"mic-{CHAIR}.monitor",
                   f"mic-{CHAIR}.monitor") as (first, second):
        room.pulse.play_into_microphone(path, f"mic-{CHAIR}")
    found = compare(first, second)
    assert found.correlation > 0.99
    assert abs(found.delay_ms) < 15.0
    first.begin_s -= 0.001 * MOUTH_TO_EAR_MS + 0.05
    assert compare(first, second).delay_ms > MOUTH_TO_EAR_MS


def test_the_others_hear_who_has_the_floor_and_talks_in_time(room, floor):
    floor(BUTTON)
    room.talk(BUTTON, True)
    to_chair, to_member, to_himself = room.say(BUTTON, CHAIR, OPEN, BUTTON)
    room.talk(BUTTON, False)
    print(f"mouth to ear: {to_chair.delay_ms:.0f} ms to the chair, "
          f"{to_member.delay_ms:.0f} ms to a member")
    for found in (to_chair, to_member):
        assert found.correlation > HEARD
        assert 0.0 < found.delay_ms < MOUTH_TO_EAR_MS
    assert to_himself.correlation < NOT_HEARD


def test_the_floor_alone_does_not_open_the_microphone(room, floor):
    floor(BUTTON)
    for found in room.say(BUTTON, CHAIR, OPEN):
        assert found.correlation < NOT_HEARD
    room.people[BUTTON].wait(lambda l: l.get("talking_while_muted"),
                             "a word that the button is not pressed")


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
    for found in room.say(OPEN, CHAIR, BUTTON):
        assert found.correlation < NOT_HEARD
    room.people[OPEN].wait(lambda l: l.get("talking_while_muted"),
                           "a word that nobody hears this")
    room.talk(OPEN, True)
    for found in room.say(OPEN, CHAIR, BUTTON):
        assert found.correlation > HEARD
        assert 0.0 < found.delay_ms < MOUTH_TO_EAR_MS
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
