"""Two organisations whose rules differ in one number: the same hands are raised
in both, and each says why it came to something else."""
import difflib
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402

HALF = (play.ROOT / "config/rules/association.conf").read_text("utf-8")
AT = HALF.index("    agenda = {")
# More than a third instead of more than half.
THIRD = HALF[:AT] + HALF[AT:].replace("denominator = 2;", "denominator = 3;", 1)


class Server(play.Server):
    """Of one ruleset, whose text is given."""

    def __init__(self, directory, text):
        self.text = text
        super().__init__(directory, ruleset="association")

    def _write_rules(self, _):
        own = self.directory / "rules"
        own.mkdir()
        (own / "association.conf").write_text(self.text, encoding="utf-8")
        (self.directory / "templates").symlink_to(play.ROOT
                                                  / "config/templates")
        return own


class Hall:
    """Four members with a vote; m4 reads and types lines."""

    def __init__(self, directory, rules):
        self.server = Server(directory, rules)
        self.server.start()
        self.server.control("unit", "add", "cell", "Hội Mẫu")
        for number in range(1, 5):
            self.server.control("member", "add", f"Hội viên Mẫu {number:02}",
                                "--category", "official")
        self.devices = {}
        for holder, link in self.server.invite("m1", "m2", "m3", "m4").items():
            self.devices[holder] = play.Member(directory / holder, holder,
                                               holder)
            self.devices[holder].enroll(link)

    def open(self):
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Họp", "--at",
            "2026-11-25 19:30", "--chair", "m1", "--minute-taker",
            "m2")[0]["made"]
        chair = self.devices["m1"].join(self.meeting, "--audio", "none")
        chair.wait(lambda l: l.get("connection") == "connected", "a connection")
        chair.do("open_lobby")
        chair.caught_up()
        for holder in ("m2", "m3"):
            self.devices[holder].join(self.meeting, "--audio", "none")
        self.devices["m4"].join_lines(self.meeting)
        for holder in ("m3", "m4"):
            chair.event("knocked", holder=holder)
        chair.do("admit_all")
        for holder in ("m2", "m3"):
            self.devices[holder].caught_up()
        chair.event("connected", holder="m4")
        chair.do("open_meeting")

    def vote(self):
        """Two are for it, two do not vote. What was recorded."""
        chair, other = self.devices["m1"], self.devices["m3"]
        vote = chair.do("start_vote", item="", motion="Thêm một mục",
                        matter="agenda", subject="")["made"]
        other.event("vote_started", vote=vote)
        for device in (chair, other):
            device.do("vote", vote=vote, choice="yes")
        chair.do("close_vote", vote=vote)
        return chair.event("vote_closed", vote=vote)

    def minutes(self):
        self.devices["m1"].do("close_meeting")
        self.devices["m1"].event("closed")
        self.devices["m1"].quit()
        return " ".join(self.devices["m1"].chibo(
            "minutes", self.meeting, "--language", "vi").split())

    def close(self):
        for device in self.devices.values():
            device.kill()
        self.server.stop()


def test_the_two_files_differ_in_one_number():
    changed = [line for line in difflib.ndiff(HALF.splitlines(),
                                              THIRD.splitlines())
               if line[0] in "+-"]
    assert len(changed) == 2
    less, more = (re.split(r"\b(\d+)\b", line[1:]) for line in changed)
    assert [(a, b) for a, b in zip(less, more) if a != b] == [("2", "3")]
    assert len(less) == len(more)


@pytest.mark.parametrize("rules, need, passed, told, written", [
    (HALF, 3, False,
     "trên 4 (50,00 %), cần 3 (“số phiếu cần để thông qua chương trình”). KHÔNG được thông qua",
     "Cần ít nhất 3 phiếu tán thành (mục “số phiếu cần để thông qua "
     "chương trình” của quy tắc "
     "association-1).|tán thành 2/4 (50,00 %), không tán thành 0, ý kiến khác "
     "0, không biểu quyết 0, không tham gia 2; không thông qua (không đạt quá "
     "nửa trong số 4 đảng viên chính thức)."),
    (THIRD, 2, True,
     "trên 4 (50,00 %), cần 2 (“số phiếu cần để thông qua chương trình”). ĐƯỢC THÔNG QUA",
     "Cần ít nhất 2 phiếu tán thành (mục “số phiếu cần để thông qua "
     "chương trình” của quy tắc "
     "association-1).|tán thành 2/4 (50,00 %), không tán thành 0, ý kiến khác "
     "0, không biểu quyết 0, không tham gia 2; thông qua (đạt 3 × 2 > 4)."),
], ids=["half", "third"])
def test_the_number_decides_and_the_decision_explains_it(
        tmp_path, rules, need, passed, told, written):
    hall = Hall(tmp_path / "server", rules)
    try:
        hall.open()
        closed = hall.vote()
        assert (closed["yes"], closed["denominator"]) == (2, 4)
        assert (closed["need"], closed["passed"]) == (need, passed)
        assert closed["rule"] == "thresholds.agenda"
        hall.devices["m4"].sees(told)
        minutes = hall.minutes()
        for sentence in written.split("|"):
            assert sentence in minutes
    finally:
        hall.close()
