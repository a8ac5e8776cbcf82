"""What chibo says, in both languages, of lies that are whole acts of a server:
confirmations left out, devices enrolled for others, two versions of one
meeting, keys and hellos of another time."""
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import record_forms as forms  # noqa: E402
from chibo_process import Failure  # noqa: E402
from lying_scene import VICTIM, Fork, grounds, hall  # noqa: E402, F401
from lying_server import save_log, twin  # noqa: E402
from lying_victims import ChiboVictim  # noqa: E402
from server_process import BUILD  # noqa: E402

FORK = ("nhật ký không đáng tin: máy chủ cho người khác xem nhật ký khác với "
        "ta")
DENIED = ("nhật ký không đáng tin: máy chủ phủ nhận nhật ký mà thiết bị này "
          "đã thấy")


@pytest.fixture
def victim(hall, grounds, tmp_path):
    victim = ChiboVictim(hall, grounds.relay, tmp_path)
    yield victim
    victim.close()


# --- a history that another run of the program saw ----------------------------------------


def test_chibo_remembers_what_an_earlier_run_verified(hall, victim):
    """A hand that it had seen, and a head signed by the server over it."""
    hall.open()
    victim.come()
    hall.talk()
    victim.said(lambda line: "Đã ghi" in line)
    hall.wait_until_signed()
    hall.lie(edits=[{"seq": hall.find("hand_raised", member="m3")["seq"],
                     "set": {"member": "m2"}}],
             until=hall.find("vote_started")["seq"])
    victim.words = DENIED
    victim.come_anew("vi")
    victim.awaits_lie = True
    victim.stay()
    assert victim.found, victim.lines


# --- a confirmation that is left out --------------------------------------------------------


@pytest.mark.parametrize("language, words", [
    ("vi", ("Thiết bị này đã xác nhận nhật ký đến sự kiện số {}, nhưng máy "
            "chủ bỏ xác nhận ấy ra.")),
    ("en", ("This device confirmed the record up to number {}, but the server "
            "left that out."))])
def test_chibo_says_that_its_confirmation_was_left_out(language, words, hall,
                                                       victim):
    victim.language = language
    hall.open()
    victim.come()
    hall.lie(swallows=["checkpoint"])
    hall.talk()
    point = hall.find("checkpoint", reason="vote_closed")
    victim.said(lambda line: words.format(point["upto"]) in line)
    assert VICTIM in [row["holder"] for row in point["missing"]]


# --- devices that their holder did not add ---------------------------------------------------


def warning(device):
    return (f"CẢNH BÁO: có một thiết bị đứng tên đồng chí mà không phải thêm "
            f"từ đây: Máy lạ, mã {forms.device_code(device.key)}.")


def test_a_member_who_is_there_is_warned_at_once(hall, victim):
    hall.open()
    victim.come()
    foreign = hall.cell.enrol(VICTIM, "Máy lạ")
    victim.said(lambda line: warning(foreign) in line)
    last = forms.device_code(foreign.key)[-4:]
    victim.said(lambda line: f"gõ /thu-hoi {VICTIM} {last}" in line)


def test_a_member_who_was_away_is_warned_when_she_is_back(hall, victim):
    hall.open()
    victim.come()
    victim.member.quit()
    foreign = hall.cell.enrol(VICTIM, "Máy lạ")
    victim.come()
    victim.said(lambda line: warning(foreign) in line)
    victim.come_anew("en")  # and again, until it is revoked or known
    victim.said(lambda line: "WARNING: there is a device in your name that was "
                "not added from here: Máy lạ, code "
                f"{forms.device_code(foreign.key)}." in line)


def test_others_see_that_nobody_vouched_for_a_device(hall, victim):
    foreign = hall.cell.enrol("m4", "Máy lạ")
    hall.open()
    victim.come()
    victim.member.type("/thiet-bi m4")
    code = forms.device_code(foreign.key)

    def is_shown(line):
        """It begins a row of a few lines, which come one by one."""
        lines = victim.lines
        row = " ".join(lines[lines.index(line):][:3])
        return "Máy lạ" in line and code in row and \
            "chưa được xác nhận" in row

    victim.said(is_shown)


# --- two versions, and who the server is -------------------------------------------------------


def run_verify(*words):
    done = subprocess.run([BUILD / "bin/chibo-verify", *words],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def fork(hall, tmp_path, victim):
    victim.language = None
    fork = Fork(hall, tmp_path, victim)
    yield fork
    fork.close()


def test_the_files_of_two_versions_prove_that_the_server_signed_both(
        fork, victim, tmp_path):
    fork.part()
    victim.member.quit()
    mine, theirs = tmp_path / "mine.jsonl", tmp_path / "theirs.jsonl"
    victim.member.chibo("log", fork.hall.id, "-o", mine)
    save_log(fork.one[1].log(fork.hall.id), theirs)
    for log in (mine, theirs):
        code, text = run_verify(log)
        assert code == 3, text  # each of them is in order
    code, text = run_verify("--fork", mine, theirs)
    assert code == 1, text
    code, text = run_verify("--fork", mine, mine)
    assert code == 0, text


def test_chibo_that_is_led_to_another_version_keeps_the_proof(
        fork, victim, tmp_path):
    fork.part()
    victim.is_cut = True
    fork.hall.clients = fork.one
    victim.relay.lead(fork.hall.server.port)
    victim.said(lambda line: "trust_alarm" in line)
    victim.server = fork.hall.server
    victim.words = FORK
    victim.come_anew("vi")
    assert victim.found, victim.lines
    anchors = tmp_path / "anchors"
    victim.member.chibo("anchors", "export", anchors)
    # The other version goes on, and is signed beyond what the victim holds.
    for _ in range(3):
        fork.decide_on_one()
    theirs = save_log(fork.one[1].log(fork.hall.id), tmp_path / "theirs.jsonl")
    code, text = run_verify("--fork", anchors, theirs)
    assert code == 1, text


def test_chibo_does_not_take_an_older_key_of_the_server(hall, victim,
                                                        tmp_path):
    hall.server.stop()
    old = twin(hall.server, tmp_path / "old")
    hall.server.control("identity", "rotate")
    victim.relay.lead(hall.server.start().port)
    victim.member.chibo("meetings")  # the new key is taken
    victim.relay.lead(old.start().port)
    for language, words in (
            ("vi", "khóa của máy chủ này khác với khóa mà đồng chí đã biết"),
            ("en", "this server has another key than the one by which you know "
             "it")):
        with pytest.raises(Failure, match=words):
            victim.member.chibo("meetings", "--language", language)
    old.close()


def test_chibo_does_not_take_a_hello_that_was_recorded(hall, victim):
    hall.server.prompt("lie", hello={"nonce": "ab" * 32})
    with pytest.raises(Failure,
                       match="đây không phải máy chủ trong lời mời"):
        victim.member.chibo("meetings", "--language", "vi")
