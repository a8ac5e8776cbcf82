"""What three clients do when a server lies, one lie a test: one that was written
from the protocol's text refuses it, chibo warns in so many words, and one that
believes everything saves files in which chibo-verify finds it. Told the truth
in the same scenes, by the same server, none of them has anything to say."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from lies import LIES, SCENES, play  # noqa: E402
from lying_scene import grounds, hall  # noqa: E402, F401
from lying_victims import (ChiboVictim, NaiveVictim, Victims,  # noqa: E402
                           WireVictim)
from server_process import BUILD  # noqa: E402

# By reason, in Vietnamese and English.
WORDS = {
    "gap": ("nhật ký không đáng tin: máy chủ bỏ sót sự kiện của nhật ký",
            "cannot be trusted: the server leaves out events of the record"),
    "head": ("nhật ký không đáng tin: máy chủ phủ nhận nhật ký mà thiết bị "
             "này đã thấy",
             "cannot be trusted: the server denies the record that this "
             "device has seen"),
    "fork": ("nhật ký không đáng tin: máy chủ cho người khác xem nhật ký khác "
             "với ta",
             "cannot be trusted: the server shows others another record than "
             "us"),
    "event": ("nhật ký không đáng tin: có sự kiện mâu thuẫn với nhật ký",
              "cannot be trusted: an event contradicts the record"),
    "act": ("nhật ký không đáng tin: có hành động trong nhật ký khác với điều "
            "thiết bị đã ký",
            "cannot be trusted: an act in the record is not what its device "
            "signed"),
    "opening": ("nhật ký không đáng tin: có nội dung không khớp với nhật ký",
                "cannot be trusted: a text is not the one that the record is "
                "bound to"),
    "identity": ("nhật ký không đáng tin: nhật ký này thuộc về máy chủ hoặc "
                 "cuộc họp khác",
                 "cannot be trusted: this record belongs to another server or "
                 "meeting"),
    "snapshot": ("nhật ký không đáng tin: danh sách người dự họp hoặc thiết "
                 "bị của cuộc họp này không đúng với sổ đăng ký của tổ chức",
                 "cannot be trusted: the people or devices of this meeting are "
                 "not those of the organisation's register"),
    "old_register": ("nhật ký không đáng tin: máy chủ đưa ra sổ đăng ký cũ "
                     "hơn cuộc họp này",
                     "cannot be trusted: the server shows a register that is "
                     "older than this meeting"),
    "unsigned": ("nhật ký không đáng tin: máy chủ xác nhận nhật ký bằng một "
                 "chữ ký sai",
                 "cannot be trusted: the server confirms the record with a "
                 "signature that is wrong"),
}
# One lie for each reason.
REASONS = list({lie.chibo: lie for lie in reversed(LIES)}.values())
SO_FAR, INVALID = 3, 1  # exit codes; the meetings here are not closed


@pytest.fixture
def victims(hall, grounds, tmp_path):
    """All of them have devices of the same member."""
    victims = Victims(WireVictim(hall), NaiveVictim(hall),
                      ChiboVictim(hall, grounds.relay, tmp_path))
    yield victims
    victims.close()


def run_verify(victim, directory, *options):
    """(exit code, what chibo-verify says of the files of the victim)"""
    meeting, register = victim.save(directory)
    done = subprocess.run([BUILD / "bin/chibo-verify", meeting, "--register",
                           register, *options], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.returncode, done.stdout


def verify(victim, directory):
    """(exit code, failure, devices whose vouching could not be checked)"""
    code, text = run_verify(victim, directory, "--json")
    said = json.loads(text)
    return code, said["failure"], [
        device["code"] for device in said.get("devices", [])
        if device["unproven"]]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_is_found(lie, hall, victims, tmp_path):
    wire, naive, chibo = victims.each
    chibo.words, english = WORDS[lie.chibo]
    play(lie, hall, victims)
    assert lie.wire in (wire.found or "nothing")
    assert chibo.found, chibo.lines
    if lie.verifier:
        code, failure, _ = verify(naive, tmp_path)
        assert code == INVALID and failure["fault"] == lie.verifier
    if lie in REASONS:
        chibo.words = english
        chibo.come_anew("en")
        chibo.stay()
        assert chibo.found, chibo.lines


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title())
def test_the_truth_is_believed(scene, hall, victims, tmp_path):
    wire, naive, chibo = victims.each
    chibo.language = None
    play(scene, hall, victims, is_true=True)
    assert wire.is_content(), wire.found
    assert chibo.is_content(), chibo.lines
    assert verify(naive, tmp_path) == (SO_FAR, None, [])


@pytest.mark.parametrize("lie", LIES[-1:], ids=lambda lie: lie.name)
def test_the_verifier_calls_nothing_proven_in(lie, hall, tmp_path):
    """In a file a text may be hidden by right: that is no contradiction."""
    naive = NaiveVictim(hall)
    play(lie, hall, Victims(naive))
    code, failure, unproven = verify(naive, tmp_path)
    assert (code, failure, len(unproven)) == (SO_FAR, None, 1)
    _, text = run_verify(naive, tmp_path, "--language", "en")
    assert "vouched for by NOTHING THAT COULD BE CHECKED, a text is hidden: " \
        f"comrade Đảng viên Mẫu 04, device {unproven[0]}, 1 acts" in text
    _, text = run_verify(naive, tmp_path, "--language", "vi")
    assert "việc xác nhận KHÔNG KIỂM TRA ĐƯỢC vì có nội dung không được mở: " \
        f"đồng chí Đảng viên Mẫu 04, thiết bị {unproven[0]}" in text
