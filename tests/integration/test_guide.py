"""What docs/administration.md has an administrator type, typed: a ruleset under
which meetings are recorded, made from the one that is shipped."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import BUILD, Cell, ServerProcess  # noqa: E402
from wire_client import PATIENCE, Refused  # noqa: E402

GUIDE = ROOT / "docs/administration.md"


def section(title):
    text = GUIDE.read_text().split(f"\n## {title}\n")[1]
    return text.split("\n## ")[0]


def commands(text):
    """The first block of a section: lines that are indented by four."""
    block = re.search(r"\n\n((?:    .*\n|\n(?=    ))+)", text)[1]
    return re.sub(r"^    ", "", block, flags=re.M)


def make_ruleset(folder):
    """Types the commands in a copy of /etc/chibo."""
    rules = folder / "rules"
    typed = commands(section("Cho phép ghi âm / Allowing recordings"))
    assert "cd /etc/chibo/rules\n" in typed
    done = subprocess.run(
        ["bash", "-euc", typed.replace("/etc/chibo", str(folder))],
        capture_output=True, text=True, timeout=PATIENCE,
        env=dict(os.environ, PATH=f"{BUILD / 'bin'}:{os.environ['PATH']}",
                 LC_ALL="C.UTF-8", LANGUAGE="en"))
    assert done.returncode == 0, done.stdout + done.stderr
    return rules, done.stdout


def meeting_of(server):
    cell = Cell(server, server.admin())
    members = [cell.add_member(f"Đảng viên Mẫu {i:02}",
                               office="none" if i else "cell_leader")
               for i in range(3)]
    meeting = cell.schedule(*members[:2])
    chair, *others = [server.login(cell.enrol(m)) for m in members]
    return meeting, chair, others


@pytest.fixture
def server(tmp_path, request):
    made = ServerProcess(tmp_path, settings=[f'ruleset = "{request.param}";'])
    shutil.copy(ROOT / "config/rules/party-2026.conf", tmp_path / "rules")
    _, said = make_ruleset(tmp_path)
    assert "recording (“recording of the meeting”): Số, ngày và điều của văn bản" in said
    yield made.start()
    made.close()


def open_meeting(server):
    meeting, chair, others = meeting_of(server)
    chair.do("open_lobby", meeting)
    for client in (chair, *others):
        client.join(meeting)
    chair.settle()
    chair.do("open_meeting", meeting)
    return meeting, chair, others


@pytest.mark.parametrize("server", ["party-2026-07-ghi-am"], indirect=True)
def test_under_the_ruleset_of_the_guide_the_chair_has_a_meeting_recorded(server):
    meeting, chair, others = open_meeting(server)
    with pytest.raises(Refused, match="not_declared"):
        chair.do("start_recording", meeting)
    chair.do("declare_open_content", meeting)
    chair.wait_seq(meeting, chair.do("start_recording", meeting)["seq"])
    assert len(chair.log(meeting).all("recording_started")) == 1
    for client in (chair, *others):
        client.close()
    told = re.search(r"`(new meetings are held under .*)`", section(
        "Cho phép ghi âm / Allowing recordings"))[1]
    assert f"rules: {told}\n" in server.log_text()


@pytest.mark.parametrize("server", ["party-2026-07"], indirect=True)
def test_under_the_one_that_is_shipped_it_is_refused(server):
    meeting, chair, others = open_meeting(server)
    with pytest.raises(Refused, match="no_recording"):
        chair.do("start_recording", meeting)
    for client in (chair, *others):
        client.close()


def test_the_guide_names_the_ruleset_that_it_makes(tmp_path):
    (tmp_path / "rules").mkdir()
    shutil.copy(ROOT / "config/rules/party-2026.conf", tmp_path / "rules")
    rules, _ = make_ruleset(tmp_path)
    name = re.search(r'^name = "(.*)";',
                     (rules / "party-2026-ghi-am.conf").read_text(), re.M)[1]
    assert f'`ruleset = "{name}";`' in section(
        "Cho phép ghi âm / Allowing recordings")
