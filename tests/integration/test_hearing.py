"""What a member's program tells of how it hears, and what is made of it: a real
chibo hears a chair who speaks with planted gaps; /metrics has just what was
sent and what was missing, and the chair is told who hears badly.

Counts are asserted, never times.
"""
import json
import pathlib
import re
import select
import sys
import time

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "conformance")]
import chibo_process as play  # noqa: E402
from server_process import (Cell, ServerProcess, slot_of,  # noqa: E402
                            wait_until)
from wire_client import Refused, audio_frame, http_get  # noqa: E402

FRAMES = 600  # of 20 ms
FRAME_S = 0.02
LOST_EVERY = 5
NAMES = ("played", "concealed", "repaired", "late", "dropped")


class Stage:
    """A meeting of a chair on a bare line, a minute-taker at a screen without
    sound, and a member who hears with chibo."""

    def __init__(self, folder):
        self.server = ServerProcess(folder / "server").start()
        self.admin = self.server.admin()
        cell = Cell(self.server, self.admin)
        self.holders = [cell.add_member(f"Đảng viên Mẫu {i:02}",
                                        office="none" if i else "cell_leader")
                        for i in range(3)]
        chair, taker, member = self.holders
        self.meeting = cell.schedule(chair, taker)
        self.chair = self.server.login(cell.enrol(chair))
        self.member, self.taker = (play.Member(folder / holder, holder, holder)
                                   for holder in (member, taker))
        made = self.chiboctl("invite", member, taker, "--json")
        for row in map(json.loads, made.splitlines()):
            people = {member: self.member, taker: self.taker}
            people[row["holder"]].enroll(row["link"], label="Máy nhà")
        self.chair.do("open_lobby", self.meeting)
        self.chair.join(self.meeting)
        self.chair.wait_caught_up(self.meeting)
        self.taker.join_lines(self.meeting)
        self.taker.sees("Gõ chữ để gửi cho mọi người")
        self.member.join(self.meeting)
        self.member.wait(lambda line: "waiting" in line, "the lobby")
        self.chair.settle()
        self.chair.do("admit_all", self.meeting)
        self.member.caught_up()
        self.chair.settle()
        self.chair.do("open_meeting", self.meeting)
        self.taker.sees("Khai mạc cuộc họp")
        self.slot = slot_of(self.chair, self.meeting)

    def chiboctl(self, *words):
        return play.run([play.BUILD / "bin/chiboctl", *words, "--config",
                         self.server.config], "chiboctl " + words[0])

    def figures(self):
        text = http_get(self.server.port, "/metrics")[1]
        return {name: int(re.search(rf"^chibo_heard_{name}_total (\d+)$", text,
                                    re.M)[1]) for name in NAMES}

    def reports(self):
        text = http_get(self.server.port, "/metrics")[1]
        return int(re.search(r"^chibo_heard_delay_seconds_count (\d+)$", text,
                             re.M)[1])

    def has_told(self, frames):
        self.chair.pump()
        figures = self.figures()
        return figures["played"] + figures["late"] + figures["dropped"] \
            >= frames

    def speak(self, lost_every):
        """How many frames were sent, and how many between them were not."""
        sent = missing = 0
        due = time.monotonic()
        for number in range(FRAMES):
            if lost_every and number % lost_every == lost_every - 1 and \
                    number < FRAMES - lost_every:
                missing += 1
            else:
                self.chair.send_binary(audio_frame(self.slot, number))
                sent += 1
            due += FRAME_S
            self.chair.pump()
            select.select([], [], [], max(0, due - time.monotonic()))
        return sent, missing

    def who_hears(self, client):
        said = client.ask("who_hears", log=self.meeting)
        return {row["holder"]: row for row in said["devices"]}

    def close(self):
        for person in (self.member, self.taker):
            person.kill()
        self.chair.stream.close()
        self.admin.close()
        self.server.stop()


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


def differs(figures, sent, missing):
    """What is wrong with these figures, "" if nothing: every frame that was
    sent was heard, late or dropped, and something was made up for each that was
    missing, but between those that were dropped; the payload cannot repair
    any."""
    arrived = figures["played"] + figures["late"] + figures["dropped"]
    if arrived != sent:
        return f"{arrived} of {sent} frames are told"
    between = -(-figures["dropped"] // (LOST_EVERY - 1))
    if figures["concealed"] + between < missing:
        return f"{figures['concealed']} made up for {missing}"
    return "repaired" if figures["repaired"] else ""


def test_the_comparison_finds_a_frame_too_many_or_too_few():
    good = {"played": 470, "late": 7, "dropped": 3, "concealed": 120,
            "repaired": 0}
    assert not differs(good, 480, 121)  # one of them between the dropped
    assert differs(good, 481, 119) and differs(good, 479, 119)
    assert differs(good, 480, 122)
    assert differs({**good, "repaired": 1}, 480, 119)


def test_what_is_told_is_what_was_heard_and_the_chair_knows(stage):
    events = len(stage.chair.log(stage.meeting).events)
    assert stage.reports() == 0
    # Nobody has told anything, and nothing is made up.
    assert stage.who_hears(stage.chair)[stage.member.holder]["hears"] == ""

    begun = time.monotonic()
    sent, missing = stage.speak(LOST_EVERY)
    wait_until(lambda: stage.has_told(sent), "all that was heard")
    figures = stage.figures()
    print(f"{sent} frames sent, {missing} not: {figures}, "
          f"{stage.reports()} reports")
    assert not differs(figures, sent, missing)
    # One every ten seconds, and a last one.
    assert 1 <= stage.reports() <= 2 + (time.monotonic() - begun) / 10

    for client in (stage.chair, stage.admin):
        row = stage.who_hears(client)[stage.member.holder]
        assert row["hears"] == "badly" and row["lost"] >= 10
        assert 0 < row["delay_ms"] < 1000
    # In words, for the minute-taker and for the administrator.
    stage.taker.type("/ai-nghe")
    told = stage.taker.sees("Đảng viên Mẫu 02 nghe kém: mất")
    # Its last line: all of it is there.
    stage.taker.sees("Số thiết bị nghe rõ: 0; chưa có số liệu: 2.")
    assert re.search(r"mất \d+ trên 100 phần tiếng, trễ \d+ ms, báo cách đây "
                     r"\d+ giây", " ".join(stage.taker.output.lines)), told
    first, *others = stage.chiboctl("meeting", "hearing", stage.meeting,
                                    "--language", "vi").splitlines()
    assert re.match(r"Đảng viên Mẫu 02 +Máy nhà +nghe kém +mất \d+", first)
    assert len(others) == 2
    assert all("chưa có số liệu" in line for line in others)
    first, *others = map(json.loads, stage.chiboctl(
        "meeting", "hearing", stage.meeting, "--json").splitlines())
    assert first["hears"] == "badly" and first["lost"] >= 10
    assert [row["hears"] for row in others] == ["", ""]
    with pytest.raises(Refused, match="unknown_log"):
        stage.admin.ask("who_hears", log="khong-co")
    # No event, no line of the server's log, no name.
    stage.chair.settle()
    assert len(stage.chair.log(stage.meeting).events) == events
    assert "hearing" not in stage.server.log_text()
    assert stage.member.holder not in http_get(stage.server.port,
                                               "/metrics")[1]


def test_who_hears_nothing_tells_nothing_and_a_lie_is_bounded(stage):
    lie = {"log": stage.meeting, "delay_ms": 2**53 - 1,
           **dict.fromkeys(NAMES, 2**53 - 1)}
    assert stage.chair.ask("hearing", **lie)["ok"]
    assert stage.chair.ask("hearing", **lie)["ok"]
    for _ in range(5):
        with pytest.raises(Refused, match="too_often"):
            stage.chair.ask("hearing", **lie)
    assert stage.figures() == dict.fromkeys(NAMES, 20000)
    assert stage.reports() == 2
    # The member, who was in the meeting all the time, heard nobody.
    assert stage.who_hears(stage.chair)[stage.member.holder]["hears"] == ""
    with pytest.raises(Refused, match="bad_message"):
        stage.chair.ask("hearing", **{**lie, "played": -1})
