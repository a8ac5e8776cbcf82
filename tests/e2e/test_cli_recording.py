"""A meeting that the server records, as members see and hear it."""
import codecs
import os
import pathlib
import pty
import select
import subprocess
import sys
import time
import wave

import numpy
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402


RATE = 48000
HEADER_SIZE = 44  # of a WAV


class RecordingServer(play.Server):
    """Its ruleset lets the chair have meetings recorded."""

    def _write_rules(self, numbers):
        own = self.directory / "rules"
        own.mkdir(exist_ok=True)
        (own / "interim.conf").write_text(
            self.ruleset_text() + 'recording = { by = "chair"; source = "mẫu";'
            ' certainty = "low"; unverified = true; };\n', encoding="utf-8")
        beside = self.directory / "templates"
        if not beside.exists():
            beside.symlink_to(play.ROOT / "config/templates")
        return own


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    directory = tmp_path_factory.mktemp("recording")
    server = RecordingServer(directory / "server").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    server.devices = {}
    for holder, link in server.invite("m1", "m2", "m3", "m4", "m5").items():
        server.devices[holder] = play.Member(directory / holder, holder, holder)
        server.devices[holder].enroll(link)
    yield server
    server.stop()


@pytest.fixture
def chair(cell):
    """In lines; m3 by JSON is in, too, and the meeting is open."""
    made = cell.control("meeting", "schedule", "--title", "Sinh hoạt chi bộ",
                        "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá",
                        "--chair", "m1", "--minute-taker", "m3")
    cell.meeting = made[0]["made"]
    chair = cell.devices["m1"].join_lines(cell.meeting)
    chair.sees("chờ chủ trì mở phòng chờ")
    chair.type("/phòng-chờ")
    chair.sees("phòng chờ đã mở")
    cell.devices["m3"].join(cell.meeting)
    cell.devices["m3"].caught_up()
    chair.type("/khai-mac")
    chair.sees("Khai mạc cuộc họp")
    yield chair
    for device in cell.devices.values():
        device.kill()


def start(chair):
    mark = chair.mark()
    chair.type("/ghi-am-hop bật")
    chair.sees("TỪ LÚC NÀY CUỘC HỌP ĐƯỢC GHI ÂM", since=mark)
    chair.sees("ĐANG GHI ÂM", since=mark)


def admit(chair, since):
    chair.sees("đang chờ ở phòng chờ", since=since)
    chair.type("/cho-vao tất-cả")


def test_all_see_it_line_by_line_until_it_ends(cell, chair):
    taker = cell.devices["m3"]
    assert taker.state()["recorded"] is False
    start(chair)
    taker.event("recording_started", recording=1)
    assert taker.state_with(lambda s: s["recorded"], "recorded")
    mark = chair.mark()
    taker.do("chat", text="Xin chào các đồng chí")
    assert "● " in chair.sees("Xin chào các đồng chí", since=mark)
    chair.type("/ghi-am-hop tắt")
    ended = chair.sees("Cuộc họp không còn được ghi âm", since=mark)
    assert "■ " in ended and "● " not in ended
    taker.event("recording_kept")
    mark = chair.mark()
    taker.do("chat", text="Hết ghi âm rồi")
    assert "● " not in chair.sees("Hết ghi âm rồi", since=mark)
    state = taker.state()
    assert state["recorded"] is False
    assert [(r["reason"], r["kept"]) for r in state["recordings"]] == [
        ("chair", True)]


def samples_of(path):
    """What a recording holds so far, also while it goes on."""
    data = path.read_bytes()[HEADER_SIZE:]
    return numpy.frombuffer(data[:len(data) // 2 * 2], "<i2").astype(float)


def tones(path):
    """In steps of 50 ms, the louder of 440 and 660 Hz; "" where both are
    faint."""
    step = RATE // 20
    samples = samples_of(path)
    steps = samples[:len(samples) // step * step].reshape(-1, step)
    turns = 2j * numpy.pi * numpy.arange(step) / RATE
    low, high = (numpy.abs(steps @ numpy.exp(turns * hz)) / step
                 for hz in (440, 660))
    return ["" if max(pair) <= 1000 else
            "low" if pair[0] > 2 * pair[1] else "high"
            for pair in zip(low, high)]


def await_tones(path, wanted):
    """Until these tones were heard, each of them once, and half a second of
    silence behind them: sound takes its time, and the loudspeaker that there
    is none of, too."""
    end = time.monotonic() + play.PATIENCE_S
    while True:
        steps = tones(path)
        loud = [word for word in steps if word]
        runs = [word for i, word in enumerate(loud)
                if i == 0 or loud[i - 1] != word]
        if runs == wanted and not any(steps[-10:]):
            return
        assert time.monotonic() < end, (runs, wanted)
        select.select([], [], [], 0.1)


def test_its_beginning_and_end_are_heard(cell, chair, tmp_path):
    listener = cell.devices["m4"]
    heard = tmp_path / "heard.wav"
    mark = chair.mark()
    listener.join(cell.meeting, "--record", heard)
    admit(chair, mark)
    listener.caught_up()
    chair.type("/ghi-am bật")
    listener.wait(lambda line: line.get("recording") == str(heard), "a record")
    start(chair)
    listener.event("recording_started")
    await_tones(heard, ["low", "high"])
    chair.type("/ghi-am-hop tắt")
    listener.event("recording_stopped")
    # Rising, then falling, which joins the two high ones.
    await_tones(heard, ["low", "high", "low"])
    chair.type("/ghi-am tắt")
    listener.wait(lambda line: line.get("recorded") == str(heard), "its end")
    with wave.open(str(heard)) as sound:
        assert (sound.getframerate(), sound.getsampwidth()) == (RATE, 2)
        assert sound.getnframes() == len(samples_of(heard))


def test_without_anybody_to_be_asked_it_is_not_joined(cell, chair):
    start(chair)
    late = cell.devices["m4"].join_lines(cell.meeting)
    late.sees("CUỘC HỌP NÀY ĐANG ĐƯỢC GHI ÂM")
    late.sees("chibo join --consent")
    assert late.process.wait(play.PATIENCE_S) == 1
    mark = chair.mark()
    late.join_lines(cell.meeting, "--consent")
    admit(chair, mark)
    late.sees("ĐANG GHI ÂM")


def test_a_program_joins_once_its_user_knows(cell, chair):
    start(chair)
    late = cell.devices["m5"]
    late.join(cell.meeting, "--audio", "none")
    refused = late.wait(lambda line: "join_refused" in line, "the refusal")
    assert refused["error"]["code"] == "recorded", refused
    mark = chair.mark()
    late.do("join", log=cell.meeting, recorded=True)
    admit(chair, mark)
    late.caught_up()
    assert late.state_with(lambda s: s["recorded"], "recorded")


class Terminal:
    """chibo join as a person has it before her."""

    def __init__(self, member, meeting):
        master, slave = pty.openpty()
        self.master, self.text = master, ""
        # A letter may come in two parts.
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.process = subprocess.Popen(
            [str(play.BUILD / "bin/chibo"), "join", meeting, "--audio", "none",
             "--language", "vi", "--profile", str(member.profile)],
            stdin=slave, stdout=slave, stderr=subprocess.DEVNULL,
            env=play.environment(TERM="xterm"))
        os.close(slave)

    def sees(self, words):
        end = time.monotonic() + play.PATIENCE_S
        while words not in " ".join(self.text.split()):
            ready, _, _ = select.select([self.master], [], [],
                                        max(0, end - time.monotonic()))
            assert ready, f"waited for {words!r} in vain in {self.text!r}"
            self.text += self.decoder.decode(os.read(self.master, 65536))

    def type(self, text):
        os.write(self.master, (text + "\n").encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


def test_a_person_is_asked_before(cell, chair):
    start(chair)
    screen = Terminal(cell.devices["m2"], cell.meeting)
    try:
        screen.sees("Vào họp là đồng ý để ghi âm")
        screen.type("xin chào")
        screen.sees("xin chào")
        mark = chair.mark()
        screen.type("có")
        admit(chair, mark)
        screen.sees("ĐANG GHI ÂM: cuộc họp được ghi âm chừng nào")
        screen.sees("\033]0;ĐANG GHI ÂM – chibo\007")
        assert "xin chào" not in "\n".join(chair.output.lines[mark:])
    finally:
        screen.close()


def test_who_says_no_stays_away(cell, chair):
    start(chair)
    mark = chair.mark()
    screen = Terminal(cell.devices["m2"], cell.meeting)
    try:
        screen.sees("Gõ “co” để vào họp")
        screen.type("không")
        screen.sees("Đồng chí chưa vào họp")
        assert screen.process.wait(play.PATIENCE_S) == 0
        assert not any("phòng chờ" in line for line in
                       chair.output.lines[mark:])
    finally:
        screen.close()
