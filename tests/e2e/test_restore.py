"""A server that comes back from an old backup, and the real clients that have
seen more: everything returns from them, or is given up by those who answer for
the meeting."""
import contextlib
import pathlib
import sqlite3
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent
                       / "support"))

import chibo_process as play  # noqa: E402
from signed_heads import await_signed  # noqa: E402

EVENTS = 500
LOOK_S = 0.05  # between two looks into a server's store


class Cell:
    """A meeting of four real clients and an online backup of its beginning."""

    def __init__(self, directory):
        self.directory = directory
        self.server = play.Server(directory / "server").start()
        self.backup = directory / "backup.db"
        people = directory / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in range(1, 5)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        holders = ["m1", "m2", "m3", "m4"]
        links = self.server.invite(*holders)
        self.members = [play.Member(directory / h, h, f"Đảng viên Mẫu 0{h[1]}")
                        for h in holders]
        for member in self.members:
            member.enroll(links[member.holder])
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
            "--chair", "m1", "--minute-taker", "m2")[0]["made"]

    def open(self):
        chair = self.members[0]
        for member in self.members:
            member.join(self.meeting, "--audio", "none")
            member.wait(lambda l: l.get("connection") == "connected", "a line")
        chair.do("open_lobby")
        for member in self.members[1:]:
            member.wait(lambda l: self.meeting in (l.get("joined"),
                                                   l.get("waiting")), "a place")
        for holder in ("m3", "m4"):
            chair.event("knocked", holder=holder)
        chair.do("admit_all")
        chair.do("open_meeting")
        for member in self.members:
            member.event("checkpoint", reason="opened")

    def back_up(self):
        self.server.control("backup", self.backup)

    def restore(self):
        """As an administrator does it; clients go on trying meanwhile."""
        marks = {m: m.mark() for m in self.members}
        self.server.kill()
        self.server.control("restore", self.backup)
        self.server.start()
        return marks

    def close(self):
        for member in self.members:
            member.kill()
        self.server.stop()


@pytest.fixture
def cell(tmp_path):
    cell = Cell(tmp_path)
    yield cell
    cell.close()


def assert_no_line_was_dropped(members, marks):
    for one in members:
        assert not [l for l in one.output.lines[marks[one]:]
                    if l.get("reason") == "bad_message"], one.holder


def await_in_store(cell, text, timeout_s=play.PATIENCE_S):
    """Until the server has a text back."""
    path = cell.server.data / "chibo.db"
    end = time.monotonic() + timeout_s
    while True:
        with contextlib.closing(sqlite3.connect(
                f"file:{path}?mode=ro", uri=True)) as store:
            rows = store.execute("SELECT * FROM opening").fetchall()
        if any(text.encode() in (value if isinstance(value, bytes)
                                 else str(value).encode())
               for row in rows for value in row):
            return
        assert time.monotonic() < end, f"{text} did not come back"
        time.sleep(LOOK_S)


def await_in_minutes(cell, reader, text, timeout_s=play.PATIENCE_S):
    """Until the minutes have a text that came back: the server tells such texts
    to everybody a moment after the last of them."""
    path = cell.directory / "minutes.txt"
    end = time.monotonic() + timeout_s
    while True:
        reader.chibo("minutes", cell.meeting, "-o", path)
        minutes = path.read_text(encoding="utf-8")
        if text in minutes:
            return
        assert time.monotonic() < end, minutes


def test_five_hundred_events_come_back_from_clients(cell):
    cell.open()
    cell.back_up()
    chair, minute_taker, member, absent = cell.members
    assert absent.quit() == 0
    minute_taker.do("write_entry", text="Chi bộ thống nhất nội dung.")
    for i in range(EVENTS):
        chair.do("set_recording", allowed=i % 2 == 1)
    before = play.settle(cell.members[:3])
    assert before["next"] > EVENTS
    # What the server has signed is what comes back.
    await_signed(cell.members[:3], cell.meeting, before["next"] - 1)
    marks = cell.restore()
    for one in cell.members[:3]:
        one.event("server_restarted", since=marks[one])
    after = play.settle(cell.members[:3])
    assert after["next"] > before["next"]
    for one in cell.members[:3]:
        lines = one.output.lines[marks[one]:]
        assert not [l for l in lines if "alarm" in l or "tail_lost" in l], \
            [l for l in lines if "alarm" in l or "tail_lost" in l]
    assert_no_line_was_dropped(cell.members[:3], marks)
    # A member who came first gave the events; the text only two others hold.
    await_in_store(cell, "Chi bộ thống nhất nội dung.")
    chair.do("chat", text="Tiếp tục")
    record = cell.directory / "record.jsonl"
    chair.do("close_meeting")
    for one in cell.members[:3]:
        one.event("checkpoint", reason="closed")
        assert one.quit() == 0
    chair.chibo("log", cell.meeting, "-o", record)
    done = play.run([play.BUILD / "bin/chibo-verify", record, "--language",
                     "en"], "chibo-verify")
    assert "VALID AND COMPLETE" in done
    await_in_minutes(cell, minute_taker, "Chi bộ thống nhất nội dung.")


def test_nothing_goes_on_but_by_the_act_of_both(cell):
    cell.open()
    cell.back_up()
    marks = cell.restore()
    chair, minute_taker, member, _ = cell.members
    notes = {m: m.wait(lambda l: l.get("held") == cell.meeting, "the hold",
                       since=marks[m]) for m in cell.members}
    assert member.refusal("raise_hand", member="") == "held"
    assert chair.refusal("close_meeting") == "held"
    words = {"from": notes[chair]["seq"],
             "lost_seq": notes[chair]["lost_seq"],
             "lost_head": notes[chair]["lost_head"]}
    assert member.refusal("restored", **words) == "not_allowed"
    chair.do("restored", **words)
    assert chair.refusal("chat", text="Đã tiếp tục chưa?") == "held"
    minute_taker.do("restored", **words)
    for one in cell.members:
        one.event("restored", since=marks[one])
        one.event("server_restarted", since=marks[one])
    play.settle(cell.members)
    member.do("chat", text="Tiếp tục")
    # The register is the administrator's.
    with pytest.raises(play.Failure):
        cell.server.control("unit", "add", "cell", "Chi bộ Mẫu Hai")
    cell.server.control("accept-loss", "--yes")
    cell.server.control("unit", "add", "cell", "Chi bộ Mẫu Hai")
    member.do("chat", text="Sổ cũng đã dùng tiếp")
    play.settle(cell.members)
    assert_no_line_was_dropped(cell.members, marks)
