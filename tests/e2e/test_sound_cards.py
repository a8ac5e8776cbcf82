"""Sound on a computer without a sound server: cards made of nothing, which
PortAudio finds through ALSA, are listed, chosen, pulled out and put in."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import chibo_process as play  # noqa: E402

BUILD = (ROOT / os.environ.get("CHIBO_BUILD", "build/release")).resolve()
CARD = BUILD / "tests" / "alsa_card.so"
PATIENCE_S = 90
HEADSET = "portaudio:tai_nghe"


class Cards:
    """A headset "tai_nghe" beside the default card."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.config = folder / "asound.conf"
        self.config.write_text(
            f'pcm_type.card {{ lib "{CARD}" }}\n'
            f'pcm.tai_nghe {{ type card state "{folder}/tai_nghe" says 5 }}\n'
            f'pcm.default {{ type card state "{folder}/default" says 7 }}\n')
        self.environment = dict(
            os.environ, ALSA_CONFIG_PATH=str(self.config),
            JACK_NO_START_SERVER="1", XDG_RUNTIME_DIR=str(folder),
            PULSE_SERVER=f"unix:{folder}/nobody", HOME=str(folder))
        self.plug("tai_nghe")
        self.plug("default")

    def plug(self, card, state="free"):
        """Others see the old state or the new one, nothing between."""
        following = self.folder / "next"
        following.write_text(state)
        following.replace(self.folder / card)

    def pull(self, card):
        (self.folder / card).unlink()

    def chibo(self, *words):
        return subprocess.run(
            [BUILD / "bin" / "chibo", "audio", *words, "--profile",
             self.folder / "hồ sơ", "--language", "vi"],
            env=self.environment, timeout=PATIENCE_S, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=False)

    def listed(self):
        done = self.chibo("list", "--json")
        assert done.returncode == 0, done.stderr
        return {(device["device"], device["name"]): device
                for device in json.loads(done.stdout)}


@pytest.fixture
def cards(tmp_path):
    return Cards(tmp_path / "cards")


def test_the_cards_are_listed_and_chosen_by_name(cards):
    devices = cards.listed()
    assert set(devices) == {(device, f"portaudio:{name}")
                            for device in ("microphone", "loudspeaker")
                            for name in ("tai_nghe", "default")}
    for (_, name), device in devices.items():
        assert device["default"] == (name == "portaudio:default")
        assert not device["chosen"]
    done = cards.chibo("use", "--microphone", HEADSET, "--loudspeaker",
                       "tai_nghe")
    assert done.returncode == 0, done.stderr
    assert "dùng thẳng card âm thanh" in cards.chibo("list").stdout
    kept = json.loads((cards.folder / "hồ sơ" / "sound").read_text())
    assert (kept["microphone"], kept["loudspeaker"]) == (HEADSET, HEADSET)
    assert {name for (_, name), device in cards.listed().items()
            if device["chosen"]} == {HEADSET}
    cards.pull("tai_nghe")
    shown = cards.chibo("list").stdout
    assert shown.count(HEADSET) == 2 and "(đã chọn)" not in shown
    done = cards.chibo("use", "--microphone", HEADSET)
    assert done.returncode == 1


def test_without_any_configuration_there_is_no_device_and_no_crash(cards):
    for text in (None, "", f'pcm_type.card {{ lib "{CARD}" }}\n'
                 f'pcm.mic {{ type card state "{cards.folder}/default" }}\n'):
        cards.config.unlink(missing_ok=True)
        if text is not None:
            cards.config.write_text(text)
        expected = 2 if text else 0
        assert len(cards.listed()) == expected
    cards.config.unlink()
    done = cards.chibo("test", "--json")
    assert done.returncode == 1 and not done.stderr, done.stderr
    assert json.loads(done.stdout) == {"ok": False, "microphone": False,
                                       "loudspeaker": False}


def test_what_another_program_uses_is_said(cards):
    cards.plug("default", "busy")
    cards.plug("tai_nghe", "busy")
    done = cards.chibo("test")
    assert done.returncode == 1
    assert "chương trình khác đang dùng thiết bị âm thanh" in done.stderr


class Cell:
    """A member at such a computer, in a meeting as people are."""

    def __init__(self, folder, cards):
        self.server = play.Server(folder / "server").start()
        people = folder / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--chair", "m1", "--minute-taker",
            "m2")[0]["made"]
        self.member = play.Member(folder / "m1", "m1", "m1", **{
            name: cards.environment[name] for name in (
                "ALSA_CONFIG_PATH", "JACK_NO_START_SERVER", "XDG_RUNTIME_DIR",
                "PULSE_SERVER")})
        for link in self.server.invite("m1").values():
            self.member.enroll(link)

    def close(self):
        self.member.kill()
        self.server.stop()


@pytest.fixture
def cell(tmp_path, cards):
    with contextlib.closing(Cell(tmp_path, cards)) as made:
        yield made


def test_in_a_meeting_it_is_said_which_card_is_used(cell, cards):
    member = cell.member
    member.chibo("audio", "use", "--microphone", HEADSET, "--loudspeaker",
                 HEADSET)
    member.join_lines(cell.meeting, "--audio", "auto")
    member.sees("không có máy chủ âm thanh")
    before = member.mark()
    cards.pull("tai_nghe")
    member.sees("Micrô đã chọn không có: tạm dùng default", before)
    member.sees("Loa đã chọn không có: tạm dùng default", before)
    before = member.mark()
    member.type("/amthanh")
    member.sees("đã chọn, nhưng hiện không có: " + HEADSET, before)
    before = member.mark()
    cards.plug("tai_nghe")
    member.sees("Micrô đã chọn có lại rồi: tai_nghe", before)
    member.sees("Loa đã chọn có lại rồi: tai_nghe", before)
    before = member.mark()
    cards.pull("tai_nghe")
    cards.pull("default")
    member.sees("Mất thiết bị âm thanh", before)
    before = member.mark()
    cards.plug("default")
    member.sees("Đã có thiết bị âm thanh", before)
    member.sees("Loa đã chọn không có: tạm dùng default", before)
    member.type("/quit")


def test_a_meeting_without_a_free_card_goes_on_in_silence(cell, cards):
    member = cell.member
    cards.plug("default", "busy")
    cards.plug("tai_nghe", "busy")
    member.join_lines(cell.meeting, "--audio", "portaudio")
    member.sees("Chương trình khác đang dùng thiết bị âm thanh")
    cards.plug("default")
    member.sees("Đã có thiết bị âm thanh")
