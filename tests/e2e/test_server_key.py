"""chibo before a server whose certificate or key changes, or whose key was
lost: what needs nothing is done without a word, the rest is said plainly."""
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from certificates import (await_certificate, shown_certificate,  # noqa: E402
                          write_certificate)

CHIBO = str(play.BUILD / "bin/chibo")
WORDS = ("another key", "pretending", "in person or by telephone",
         "fingerprint", "a new invitation")
VIETNAMESE = ("khác với khóa mà đồng chí đã biết", "giả mạo", "gọi điện",
              "vân tay khóa máy chủ", "lời mời mới")


class Cell:
    def __init__(self, directory):
        self.directory = directory
        self.server = play.Server(directory / "server").start()
        self.data = self.server.directory / "data"
        people = directory / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2, 3)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        self.members = []
        for holder, link in self.server.invite("m1", "m2").items():
            member = play.Member(directory / holder, holder, holder)
            member.enroll(link)
            self.members.append(member)
        self.chair, self.minute_taker = self.members

    def call(self):
        return self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
            "--chair", "m1", "--minute-taker", "m2")[0]["made"]

    def identity(self, *words):
        return self.server.control("identity", *words)[0]

    def change_key(self):
        self.server.stop()
        made = self.identity("rotate")["fingerprint"]
        self.server.start()
        return made

    def lose_key(self):
        self.server.stop()
        (self.data / "identity.key").unlink()
        self.identity("lost", "--yes")
        self.server.start()

    def close(self):
        for member in self.members:
            member.kill()
        self.server.stop()


@pytest.fixture
def cell(tmp_path):
    cell = Cell(tmp_path)
    yield cell
    cell.close()


def chibo(member, *words, language="en", profile=None):
    """Runs chibo to its end: exit code, output, complaints."""
    done = subprocess.run(
        [CHIBO, *map(str, words), "--profile", profile or member.profile,
         "--language", language], stdin=subprocess.DEVNULL, text=True,
        capture_output=True, timeout=play.PATIENCE_S, env=play.environment())
    return done.returncode, done.stdout, done.stderr


def meetings(member):
    code, said, complaints = chibo(member, "meetings")
    assert (code, complaints) == (0, "")
    return said


def connections(member, since=0):
    """Every change of the line; the word and the reason."""
    return [(line["connection"], line.get("reason"))
            for line in member.output.lines[since:] if "connection" in line]


def comes_back(member, since):
    member.wait(lambda line: line.get("connection") == "connected",
                "the line", since)
    said = connections(member, since)
    assert {word for word, _ in said} == {"lost", "connecting", "connected"}
    assert not [line for line in member.output.lines
                if "trust_alarm" in line or "refused" in line.values()]
    errors = (member.directory / "chibo.err").read_text()
    assert errors == "", errors


def open_meeting(cell, meeting):
    cell.chair.do("open_lobby", log=meeting)
    cell.minute_taker.wait(lambda line: line.get("joined") == meeting,
                           "the lobby")
    cell.chair.do("open_meeting", log=meeting)
    cell.minute_taker.event("opened")


# --- the certificate --------------------------------------------------------------


def test_a_new_certificate_is_not_even_noticed(cell):
    meeting = cell.call()
    for member in cell.members:
        member.join(meeting)
    open_meeting(cell, meeting)
    marks = [member.mark() for member in cell.members]
    first = shown_certificate(cell.server.port)
    second = write_certificate(cell.data, "sau khi nạp lại")
    cell.server.process.send_signal(signal.SIGHUP)
    await_certificate(cell.server.port, second)
    cell.chair.do("chat", text="Vẫn nghe rõ")
    assert connections(cell.chair, marks[0]) == []
    cell.server.stop()
    third = write_certificate(cell.data, "sau khi khởi động lại")
    cell.server.start()
    assert shown_certificate(cell.server.port) == third != first
    for member, mark in zip(cell.members, marks):
        comes_back(member, mark)
    cell.minute_taker.do("chat", text="Đã nối lại")
    play.settle(cell.members)


# --- the key ------------------------------------------------------------------------


def test_a_changed_key_is_taken_without_a_word(cell):
    meeting = cell.call()
    for member in cell.members:
        member.join(meeting)
        member.wait(lambda line: "join_refused" in line, "the wait")
    marks = [member.mark() for member in cell.members]
    cell.change_key()
    for member, mark in zip(cell.members, marks):
        comes_back(member, mark)
    open_meeting(cell, meeting)
    cell.minute_taker.do("chat", text="Đã nối lại")
    play.settle(cell.members)
    for member in cell.members:
        assert member.quit() == 0
    assert meeting in meetings(cell.minute_taker)


def test_devices_that_were_off_walk_over_all_changes(cell):
    meeting = cell.call()
    link = cell.server.invite("m3")["m3"]
    cell.change_key()
    cell.change_key()
    assert meeting in meetings(cell.chair)
    late = play.Member(cell.directory / "m3", "m3", "m3")
    late.enroll(link)
    assert meeting in meetings(late)


def test_the_record_of_before_a_change_is_still_ours(cell):
    meeting = cell.call()
    for member in cell.members:
        member.join(meeting)
    open_meeting(cell, meeting)
    cell.chair.do("close_meeting")
    cell.minute_taker.event("checkpoint", reason="closed")
    for member in cell.members:
        member.quit()
    cell.change_key()
    record = cell.directory / "record.jsonl"
    code, _, complaints = chibo(cell.chair, "log", meeting, "-o", record)
    assert code == 0, complaints
    assert '"ev":"genesis"' in record.read_text().splitlines()[0]


def test_a_server_that_goes_back_to_an_older_key_is_refused(cell):
    """As somebody would who found a copy of before the change."""
    meeting = cell.call()
    cell.server.stop()
    shutil.copytree(cell.data, cell.directory / "before",
                    ignore=shutil.ignore_patterns("*.sock"))
    cell.server.start()
    cell.chair.join(meeting)
    cell.chair.wait(lambda line: line.get("connection") == "connected", "it")
    mark = cell.chair.mark()
    cell.change_key()
    comes_back(cell.chair, mark)
    cell.server.stop()
    shutil.rmtree(cell.data)
    shutil.copytree(cell.directory / "before", cell.data)
    cell.server.start()
    refused = cell.chair.wait(
        lambda line: line.get("connection") == "refused", "the refusal", mark)
    assert refused["reason"] == "other_key"


# --- the loss -----------------------------------------------------------------------


def test_a_server_that_lost_its_key_is_refused_with_words_on_what_to_do(cell):
    link = cell.server.invite("m3")["m3"]
    cell.lose_key()
    code, said, complaints = chibo(cell.chair, "meetings")
    assert (code, said) == (1, "")
    for word in WORDS:
        assert word in complaints
    complaints = chibo(cell.chair, "meetings", language="vi")[2]
    for word in VIETNAMESE:
        assert word in complaints
    late = play.Member(cell.directory / "m3", "m3", "m3")
    code, _, complaints = chibo(late, "enroll", link,
                                "--insecure-empty-passphrase")
    assert code == 1 and "another key" in complaints
    assert not (late.profile / "keystore").exists()


def test_a_new_invitation_enrols_in_the_place_of_the_old_profile(cell):
    meeting = cell.call()
    old = (cell.chair.profile / "keystore").read_bytes()
    cell.lose_key()
    link = cell.server.invite("m1")["m1"]
    code, _, complaints = chibo(cell.chair, "enroll", link,
                                "--insecure-empty-passphrase")
    assert code == 1 and "--replace" in complaints
    code, said, complaints = chibo(cell.chair, "enroll", link, "--replace",
                                   "--insecure-empty-passphrase")
    assert (code, complaints) == (0, "")
    kept, = cell.chair.profile.parent.glob("profile.old-*")
    assert str(kept) in said
    assert (kept / "keystore").read_bytes() == old
    assert (cell.chair.profile / "keystore").read_bytes() != old
    # What the old device has seen, the new one holds the server to.
    seen, goes_on = ({line for line in (folder / "anchors").read_text()
                      .splitlines() if not line.startswith(("server", "sum"))}
                     for folder in (kept, cell.chair.profile))
    assert seen < goes_on and len(goes_on - seen) == 1
    assert meeting in meetings(cell.chair)
    assert "another key" in chibo(cell.chair, "meetings", profile=kept)[2]


def test_a_new_invitation_enrols_into_another_profile(cell):
    meeting = cell.call()
    cell.lose_key()
    second = play.Member(cell.directory / "second", "m1", "m1")
    second.enroll(cell.server.invite("m1")["m1"])
    assert meeting in meetings(second)


def test_what_cannot_be_replaced_stays_as_it_was(cell):
    meeting = cell.call()
    used = cell.server.invite("m3")["m3"]
    play.Member(cell.directory / "m3", "m3", "m3").enroll(used)
    code, _, complaints = chibo(cell.chair, "enroll", used, "--replace",
                                "--insecure-empty-passphrase")
    assert code == 1 and complaints
    cell.chair.join(meeting)
    cell.chair.wait(lambda line: line.get("connection") == "connected", "it")
    link = cell.server.invite("m1")["m1"]
    code, _, complaints = chibo(cell.chair, "enroll", link, "--replace",
                                "--insecure-empty-passphrase")
    assert code == 1 and "used by another chibo" in complaints
    cell.chair.quit()
    assert meeting in meetings(cell.chair)
    assert not list(cell.chair.profile.parent.glob("profile.old-*"))


def test_replace_where_nothing_is_only_enrols(cell):
    late = play.Member(cell.directory / "m3", "m3", "m3")
    late.directory.mkdir()
    code, _, complaints = chibo(late, "enroll", cell.server.invite("m3")["m3"],
                                "--replace", "--insecure-empty-passphrase")
    assert (code, complaints) == (0, "")
    assert not list(late.profile.parent.glob("profile.old-*"))
