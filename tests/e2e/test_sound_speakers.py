"""Who is speaking now, told to programs and to people; how loud each is heard,
which is kept; and a microphone that stays as it was while the line was away.

Real chibo processes that speak files and record what they hear.
"""
import json
import pathlib
import sys
import time

import numpy as np
import pytest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))

import chibo_process as play  # noqa: E402
import make_speech            # noqa: E402
import wav_correlate          # noqa: E402
from mouth_to_ear import Crowd  # noqa: E402

CHAIR, SPEAKER, OTHER = "m1", "m2", "m3"
MEMBERS = (CHAIR, SPEAKER, OTHER)
NAME = "đồng chí Đảng viên Mẫu 02"
SPEECH_S = 3
LONG_S = 240  # until the test is over
AT_ONCE = 8  # LIMIT_ROOM_TALKERS


class Room:
    def __init__(self, folder):
        self.server = play.Server(folder / "server").start()
        people = folder / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n"
            for n in range(1, len(MEMBERS) + AT_ONCE + 1)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        self.people = {}
        for holder, link in self.server.invite(*MEMBERS).items():
            member = play.Member(folder / holder, holder, holder)
            member.enroll(link)
            self.people[holder] = member
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--chair", CHAIR, "--minute-taker",
            OTHER)[0]["made"]
        self.speech = folder / "speech.wav"
        self.write_speech()
        self.chair, self.speaker, self.other = self.people.values()

    def meet(self):
        for holder, member in self.people.items():
            # A microphone that starts muted, and one with a button.
            member.join(self.meeting, "--record", member.recording,
                        *(["--open-mic"] if holder == OTHER else []))
        play.let_in(self.people.values(), self.chair)
        self.chair.do("open_meeting")
        self.chair.do("give_floor", member=SPEAKER, limit_ms=600000)
        self.speaker.event("floor_given", member=SPEAKER)

    def write_speech(self, times=1):
        """The speech so many times, one behind the other."""
        make_speech.write_wav(str(self.speech), np.tile(
            make_speech.make_speech(2, SPEECH_S, 48000), times), 48000)

    def speak(self):
        """The speaker says the file to its end, and all has been heard."""
        mark = self.speaker.mark()
        ear = self.chair.mark()
        self.speaker.do("speak", file=str(self.speech))
        self.speaker.wait(lambda l: "spoken" in l, "the end of the file", mark)
        silent_again(self.chair, ear)

    def record(self, path):
        """What the chair hears of it, as a WAV at `path`."""
        mark = self.chair.mark()
        self.chair.do("set_recording", allowed=True)
        self.chair.wait(lambda l: l.get("recording") == str(path),
                        "a recording", mark)
        self.speak()
        self.chair.do("set_recording", allowed=False)
        self.chair.wait(lambda l: l.get("recorded") == str(path) and l["ok"],
                        "its end", mark)
        return wav_correlate.read_wav(str(path))[0]

    def close(self):
        for member in self.people.values():
            member.kill()
        self.server.stop()


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    try:
        yield made
    finally:
        made.close()


def silent_again(member, since):
    """What was said last of who speaks is that nobody does: in a hole in what
    somebody says that is said, too."""
    output = member.output
    with output.changed:
        came = output.changed.wait_for(
            lambda: [line["speaking"] for line in output.lines[since:]
                     if "speaking" in line][-1:] == [[]], play.PATIENCE_S)
    assert came, f"{member.name}: somebody speaks on"


def loudness(samples):
    """Of the loudest syllables: a busy machine makes holes in the others."""
    windows = samples[:len(samples) // 2400 * 2400].reshape(-1, 2400)
    powers = np.sort(np.mean(windows ** 2, axis=1))
    return np.sqrt(np.mean(powers[-10:]))


def test_who_speaks_is_told_to_all_and_to_the_speaker(room):
    room.meet()
    marks = {member: member.mark() for member in room.people.values()}
    room.speak()
    for member, mark in marks.items():
        told = member.wait(lambda l: l.get("speaking") == [SPEAKER],
                           "who speaks", mark)
        assert told["heard"] == (member is room.speaker)
        member.wait(lambda l: l.get("speaking") == [] and not l["heard"],
                    "that nobody does", mark)


def test_who_has_no_floor_is_not_told_to_be_heard(room):
    room.meet()
    marks = [member.mark() for member in room.people.values()]
    room.chair.do("end_floor")
    play.settle(room.people.values())
    mark = room.speaker.mark()
    room.speaker.do("speak", file=str(room.speech))
    room.speaker.wait(lambda l: "spoken" in l, "the end of the file", mark)
    room.speaker.wait(
        lambda l: l.get("error", {}).get("code") == "no_floor",
        "that nobody hears it", mark)
    for member, mark in zip(room.people.values(), marks):
        state = member.state()
        assert state["speaking"] == [] and state["heard"] is False
        with member.output.changed:
            assert not [l for l in member.output.lines[mark:]
                        if l.get("speaking") or l.get("heard")]


def test_loudness_is_as_set_and_kept_for_the_next_meeting(room):
    room.meet()
    path = room.chair.recording
    usual = room.record(path)
    room.chair.do("volume", holder=SPEAKER, percent=25)
    soft = room.record(path.with_name("heard-2.wav"))
    assert loudness(soft) / loudness(usual) == pytest.approx(0.25, rel=0.2)
    room.chair.do("volume", holder=SPEAKER, percent=0)
    assert loudness(room.record(path.with_name("heard-3.wav"))) < 1e-4
    kept = json.loads((room.chair.profile / "sound").read_text("utf-8"))
    assert kept["volumes"] == {SPEAKER: 0}
    assert room.chair.quit() == 0
    room.chair.join(room.meeting)
    room.chair.caught_up()
    assert room.chair.state()["volumes"] == {SPEAKER: 0}
    for wrong in (-1, 401, "100"):
        assert room.chair.refusal("volume", holder=SPEAKER,
                                  percent=wrong) == "bad_message"
    room.chair.do("volume", holder=SPEAKER, percent=100)
    assert room.chair.state()["volumes"] == {}


def test_people_read_who_speaks_and_set_how_loud(room):
    room.meet()
    assert room.other.quit() == 0
    room.other.join_lines(room.meeting, "--audio", "null")
    room.other.sees("Sinh hoạt chi bộ thường kỳ")
    room.other.type("/ai-dang-noi")
    room.other.sees("Không ai đang nói.")
    room.other.sees("Micrô của đồng chí đang tắt.")
    mark = room.other.mark()
    room.write_speech(LONG_S // SPEECH_S)
    room.speaker.do("speak", file=str(room.speech))
    room.other.sees(f"  Đang nói: {NAME}", mark)
    room.other.types_until("/diem-danh", "phát biểu, đang nói")
    room.other.types_until("/am-luong 40", f"nghe {NAME} với âm lượng 40 %")
    room.other.types_until("/ai-dang-noi", f"    {NAME}, âm lượng 40 %")
    room.other.type("/am-luong mau 02 tat")
    room.other.sees(f"không nghe {NAME} nữa")
    room.other.types_until("/diem-danh", "đang nói, đồng chí đã tắt tiếng")
    room.other.type("/am-luong")
    room.other.sees(f"  {NAME}, đồng chí đã tắt tiếng")
    room.other.type("/am-luong lai")
    room.other.sees("nghe mọi người như bình thường")
    with room.other.output.changed:
        lines = [l for l in room.other.output.lines[mark:]
                 if "Đang nói: " in l and not l.startswith("  ")]
    assert len(lines) == 1, lines
    room.other.type("/am-luong mau 02 to")
    room.other.sees("to đến mức nào?")


def test_who_may_not_be_heard_any_more_is_told_that_the_microphone_is_off(
        room):
    room.meet()
    assert room.other.quit() == 0
    room.other.join_lines(room.meeting, "--audio", "null")
    room.other.sees("Sinh hoạt chi bộ thường kỳ")
    room.chair.do("set_floor_mode", mode="free", order="raised")
    room.other.sees("mọi người có quyền phát biểu đều nói được")
    room.other.types_until("/noi", "mọi người nghe đồng chí")
    room.chair.do("set_floor_mode", mode="called", order="raised")
    room.other.sees("Micrô của đồng chí đã tắt: đồng chí không còn được phát "
                    "biểu.")
    room.chair.do("mute", holder=OTHER)
    room.other.sees("bị tắt tiếng")
    room.other.type("/noi")
    room.other.sees("người điều hành đã tắt tiếng của đồng chí")
    # Of programs: one object.
    room.speaker.do("talk", on=True)
    mark = room.speaker.mark()
    room.chair.do("end_floor")
    room.speaker.wait(lambda l: l.get("talking") is False,
                      "that it is switched off", mark)


def test_a_microphone_is_after_an_outage_as_it_was_before(room):
    room.meet()
    room.chair.do("set_floor_mode", mode="free", order="raised")
    play.settle(room.people.values())
    assert room.other.state()["talking"] is False
    for is_on in (True, False):
        room.other.do("talk", on=is_on)
        marks = {member: member.mark() for member in room.people.values()}
        room.server.kill()
        for member, mark in marks.items():
            member.wait(lambda l: l.get("connection") == "lost", "the loss",
                        mark)
        room.server.start()
        for member, mark in marks.items():
            member.caught_up(mark)
        play.settle(room.people.values())
        assert room.other.state()["talking"] is is_on
        mark = room.other.mark()
        spoken = room.chair.mark()
        room.chair.do("speak", file=str(room.speech))
        room.other.wait(lambda l: l.get("speaking") == [CHAIR],
                        "that sound goes on", mark)
        room.chair.wait(lambda l: "spoken" in l, "the end of the file", spoken)
        silent_again(room.other, mark)


CROWDED = "Không ai nghe thấy đồng chí: đã có đủ số người được nói cùng lúc."


def asks_while_speaking(room, mark):
    """Asks who speaks until the answer is that nobody hears us, or the file
    that is said is at its end."""
    while True:
        room.speaker.type("/ai-dang-noi")
        try:
            return room.speaker.wait(
                lambda l: "  " + CROWDED in l or "Đã phát xong tệp" in l,
                "what becomes of the file", mark, timeout_s=0.5)
        except play.Failure:
            assert room.speaker.process.poll() is None


def say_too_much(room):
    """The speaker says the file, and nobody hears it. Who of the crowd says
    nothing for a second, as on a busy machine, has lost his place to him: then
    he waits until all of them speak again, and says it once more."""
    end = time.monotonic() + play.PATIENCE_S
    while True:
        room.chair.state_with(
            lambda state: len(state["speaking"]) == AT_ONCE
            and SPEAKER not in state["speaking"], "that all of them speak")
        mark = room.speaker.mark()
        room.speaker.type(f"/phat-tep {room.speech}")
        if CROWDED in asks_while_speaking(room, mark):
            return
        assert time.monotonic() < end, "all of the crowd never speak at once"


def test_who_is_one_speaker_too_many_is_told_in_words(room):
    room.meet()
    room.chair.do("set_floor_mode", mode="free", order="raised")
    crowd = Crowd(room.meeting, room.server.invite(
        *(f"m{n}" for n in range(len(MEMBERS) + 1, len(MEMBERS) + AT_ONCE + 1))
        ).values())
    try:
        crowd.wait("asked")
        room.chair.do("admit_all")
        crowd.wait("in")
        assert room.speaker.quit() == 0
        room.speaker.join_lines(room.meeting, "--audio", "null")
        room.speaker.sees("Sinh hoạt chi bộ thường kỳ")
        crowd.speak()
        room.chair.wait(lambda l: len(l.get("speaking", [])) == AT_ONCE,
                        "that all of them speak")
        room.speaker.types_until("/ai-dang-noi", f" +{AT_ONCE - 3}")
        room.speaker.sees("Đang nói: ")
        room.write_speech(4)
        room.speaker.type("/noi")
        mark = room.speaker.mark()
        say_too_much(room)
        room.speaker.sees(CROWDED, mark)
        assert room.chair.state()["speaking"].count(SPEAKER) == 0
    finally:
        crowd.kill()
