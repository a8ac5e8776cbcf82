"""What chibo keeps secret for longer than a moment lies in memory that is never
swapped out; where that cannot be had, it says so once and works on."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_held import Ballot  # noqa: E402
from ballot_scene import Scene  # noqa: E402
from chibo_process import BUILD  # noqa: E402

SIZE_KIB = (32, 64, 128, 256)  # by what the user may lock
WARNING = "does not let chibo lock its memory"


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path, size=3).begin()
    yield scene
    scene.close()


def locked_kib(pid):
    """What the kernel counts as locked."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmLck:\s+(\d+) kB", status)[1])


def locked_areas(pid):
    """(kB, kB in memory, flags) of each area that is locked."""
    text = pathlib.Path(f"/proc/{pid}/smaps").read_text()
    areas = re.findall(r"^Size: +(\d+) kB$.*?^Rss: +(\d+) kB$.*?"
                       r"^VmFlags: (.*?) *$", text, re.M | re.S)
    return [(int(size), int(there), set(flags.split()))
            for size, there, flags in areas if "lo" in flags.split()]


def may_look():
    """chibo lets nobody else look into its memory but root."""
    return os.geteuid() == 0


def test_a_device_that_holds_a_vault_has_locked_memory(scene):
    ballot = Ballot(scene, ("m1", "m2", "m3")).run(upto="take")

    for device in scene.everybody():
        assert (device.profile / "ballots" / ballot.uuid).exists()
        pid = device.process.pid
        assert locked_kib(pid) in SIZE_KIB
        if not may_look():
            continue
        (size, there, flags), = locked_areas(pid)
        assert size == locked_kib(pid)
        assert there > 0  # something is in it
        assert "dd" in flags  # and goes into no core dump


def without_locks(*command):
    """Runs it where nothing may be locked, root or not."""
    drop = ["setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"] \
        if may_look() else []
    return subprocess.run([*drop, "prlimit", "--memlock=0", *command],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)


@pytest.mark.skipif(not shutil.which("setpriv") or not shutil.which("prlimit"),
                    reason="needs util-linux")
def test_where_nothing_can_be_locked_it_is_said_once(tmp_path):
    command = [BUILD / "bin/chibo", "join", "--audio", "none", "--language",
               "en", "--profile", tmp_path / "profile"]

    with_locks = subprocess.run(command, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=60)
    told = without_locks(*command)

    assert " ".join(told.stderr.split()).count(WARNING) == 1
    assert WARNING not in " ".join(with_locks.stderr.split())
    assert told.returncode == with_locks.returncode  # there is no profile
