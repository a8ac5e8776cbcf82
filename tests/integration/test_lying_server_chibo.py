"""What chibo says, in both languages, when the server lies; and that it says
nothing when the same is true."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from lies import LIES, SCENES, play  # noqa: E402
from lying_scene import ChiboVictim, Hall  # noqa: E402

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


@pytest.fixture
def hall(request, tmp_path):
    given = getattr(request.node, "callspec", None)
    lie = given and (given.params.get("lie") or given.params.get("scene"))
    hall = Hall.of(tmp_path, lie) if lie else Hall(tmp_path)
    yield hall
    hall.close()


@pytest.fixture
def victim(hall, tmp_path):
    victim = ChiboVictim(hall, tmp_path)
    yield victim
    victim.close()


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_chibo_warns_of(lie, hall, victim):
    victim.words, english = WORDS[lie.chibo]
    play(lie, hall, victim)
    assert victim.found, victim.lines
    victim.words = english
    victim.come_anew("en")
    victim.stay()
    assert victim.found, victim.lines


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title())
def test_chibo_believes_the_truth(scene, hall, victim):
    victim.language = None
    play(scene, hall, victim, is_true=True)
    assert victim.is_content(), victim.lines
