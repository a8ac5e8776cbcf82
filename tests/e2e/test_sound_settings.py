"""How a microphone is used: by a member, by a hall, by whoever has chosen."""
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402

USUAL = {"mode": "button", "echo": True, "echo_ms": 0, "noise": True,
         "gain": True, "boost_db": 0, "silence": False}
HALL = dict(USUAL, mode="open", echo_ms=300)


class Cell:
    def __init__(self, folder):
        self.server = play.Server(folder / "server").start()
        people = folder / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        site = self.server.control("site", "add", "Hội trường", "--keeper",
                                   "m2")[0]["made"]
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--chair", "m1", "--minute-taker",
            "m2")[0]["made"]
        self.member, self.hall = (play.Member(folder / holder, holder, holder)
                                  for holder in ("m1", site))
        for holder, link in self.server.invite("m1", site).items():
            (self.member if holder == "m1" else self.hall).enroll(link)

    def microphone(self, device, *options):
        """How it is used by this device in a meeting."""
        device.join(self.meeting, "--audio", "pulse", *options)
        used = device.state()["microphone"]
        device.kill()  # the meeting has not begun
        return used

    def close(self):
        self.member.kill()
        self.hall.kill()
        self.server.stop()


@pytest.fixture
def cell(tmp_path):
    made = Cell(tmp_path)
    yield made
    made.close()


def test_a_hall_and_a_member_use_their_microphones_as_each_needs(cell):
    assert cell.microphone(cell.member) == USUAL
    assert cell.microphone(cell.hall) == HALL
    cell.hall.chibo("audio", "use", "--gain", "12", "--noise", "off")
    cell.member.chibo("audio", "use", "--echo", "off", "--mode", "open")
    assert cell.microphone(cell.hall) == dict(HALL, gain=False, boost_db=12,
                                              noise=False)
    assert cell.microphone(cell.member) == dict(USUAL, echo=False, mode="open")
    assert cell.microphone(cell.hall, "--button", "--without", "gain") == dict(
        HALL, mode="button", gain=False, noise=False)
    cell.hall.chibo("audio", "use", "--gain", "default", "--noise", "default")
    assert cell.microphone(cell.hall) == HALL


def test_what_is_chosen_is_shown_and_what_cannot_be_is_refused(cell):
    text = cell.hall.chibo("audio", "use", "--echo", "room", "--language", "vi")
    assert "Micrô của điểm cầu: micrô mở, bật tắt bằng /noi; khử tiếng vọng " \
        "kéo dài như trong phòng" in text
    assert json.loads(cell.hall.chibo("audio", "settings", "--json")) == {
        "echo": "room"}
    with pytest.raises(play.Failure):
        cell.hall.chibo("audio", "use", "--gain", "31")
    assert json.loads(cell.hall.chibo("audio", "settings", "--json")) == {
        "echo": "room"}
    kept = cell.hall.profile / "sound"
    kept.write_text(kept.read_text().replace("room", "cellar"))
    with pytest.raises(play.Failure):
        json.loads(cell.hall.chibo("audio", "use", "--gain", "x"))


def test_a_hall_reads_how_its_microphone_is_used(cell):
    cell.member.join(cell.meeting)
    cell.member.do("open_lobby")
    cell.hall.join_lines(cell.meeting, "--audio", "null")
    cell.hall.sees("đang ở phòng chờ")
    cell.member.do("admit_all")
    cell.hall.sees("Micrô: micrô mở, bật tắt bằng /noi")
