"""A line that falls silent without being closed: a member's device finds it out,
has another connection in its place as soon as one can be had, and has missed
nothing.

Real chibo and chibod, with a relay between that the kernel makes deaf. What is
asserted are conditions and counts; times are printed.
"""
import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from relayed_scene import RelayedScene  # noqa: E402


class Scene(RelayedScene):
    def __init__(self, folder):
        super().__init__(folder)
        self.said = 0

    def say(self):
        self.said += 1
        self.chair.do("chat", text=f"Câu số {self.said}")

    def await_connection(self, since):
        self.far.wait(lambda line: line.get("connection") == "connected",
                      "another connection", since)

    def check_nothing_is_missing(self, lines=None):
        """In what the far member was told."""
        if lines is None:
            play.settle([self.chair, self.far])
            lines = self.far.output.lines
        seqs = [line["seq"] for line in lines
                if "ev" in line and line.get("log", self.meeting)
                == self.meeting]
        assert len(seqs) > self.said
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), seqs
        heard = [line for line in lines if line.get("ev") == "chat_said"]
        assert len(heard) == self.said

    def close(self):
        self.relay.speak_again()
        super().close()


@pytest.fixture
def scene(tmp_path):
    made = Scene(tmp_path)
    yield made
    made.close()


def test_a_dead_line_is_replaced_as_soon_as_another_can_be_had(scene):
    scene.say()
    connections = scene.relay.accepted
    mark = scene.far.mark()
    scene.relay.fall_silent()
    for _ in range(3):
        scene.say()
    silent = time.monotonic()
    # What nobody answers is given up in three seconds at the latest.
    scene.far.wait(lambda line: line.get("connection") == "connecting",
                   "a silence that is noticed", mark)
    print(f"given up after {time.monotonic() - silent:.1f} s")
    mark = scene.far.mark()
    scene.relay.speak_again()
    spoke = time.monotonic()
    scene.await_connection(mark)
    print(f"connected {time.monotonic() - spoke:.1f} s after the line was back")
    assert scene.relay.accepted > connections
    scene.say()
    scene.check_nothing_is_missing()


def test_a_short_silence_costs_no_connection(scene):
    scene.say()
    connections = scene.relay.accepted
    mark = scene.far.mark()
    scene.relay.fall_silent(answers=True)
    scene.say()
    scene.relay.speak_again()
    scene.far.event("chat_said", since=mark)
    scene.check_nothing_is_missing()
    assert scene.relay.accepted == connections
    assert all("connection" not in line for line in scene.far.output.lines[mark:])


def test_a_server_that_is_held_up_behind_a_living_line_is_dialled_late(scene):
    connections = scene.relay.accepted
    mark = scene.far.mark()
    scene.relay.fall_silent(answers=True)
    silent = time.monotonic()
    assert scene.relay.await_more_than(connections, play.PATIENCE_S)
    print(f"dialled after {time.monotonic() - silent:.1f} s")
    assert time.monotonic() - silent > 4
    scene.relay.speak_again()
    scene.say()
    scene.far.event("chat_said", since=mark)
    scene.check_nothing_is_missing()


def test_the_check_sees_what_is_missing_and_what_is_told_twice(scene):
    for _ in range(3):
        scene.say()
    play.settle([scene.chair, scene.far])
    lines = list(scene.far.output.lines)
    scene.check_nothing_is_missing(lines)
    said = [at for at, line in enumerate(lines)
            if line.get("ev") == "chat_said"]
    for faulty in (lines[:said[1]] + lines[said[1] + 1:],
                   lines[:said[1]] + lines[said[0]:],
                   [line for line in lines if line.get("ev") != "chat_said"]):
        with pytest.raises(AssertionError):
            scene.check_nothing_is_missing(faulty)
