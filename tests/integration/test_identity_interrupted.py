"""A change of the server's key, and a loss of it, that were interrupted at any step
of the disk, with the power or without: either is finished."""
import pathlib
import shutil
import signal
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "support/undo_fs"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import apply as undo  # noqa: E402
from organisation_scene import KEPT, Organisation  # noqa: E402
from server_process import BUILD, UNDO_FS  # noqa: E402
from wire_client import WireError  # noqa: E402

KILL_FS = BUILD / "tests/kill_fs.so"
STEPS_MAX = 1000


@pytest.fixture
def organisation(tmp_path):
    organisation = Organisation(tmp_path / "server")
    yield organisation
    organisation.close()


class Interrupted:
    """A command that is killed at a chosen step, over the same data each time."""

    def __init__(self, organisation, prepare=lambda: None):
        organisation.server.stop()
        prepare()
        self.organisation = organisation
        self.data = organisation.server.data
        self.before = self.data.parent / "before"
        self.undo_log = self.data.parent / "undo.log"
        shutil.copytree(self.data, self.before,
                        ignore=shutil.ignore_patterns("*.sock"))

    def begin(self):
        shutil.rmtree(self.data)
        shutil.copytree(self.before, self.data)
        self.undo_log.unlink(missing_ok=True)

    def run_to(self, step, *words, forgets=False):
        """True if it was done before that step."""
        self.begin()
        more = dict(UNDO_FS_DIR=str(self.data.resolve()),
                    UNDO_FS_LOG=str(self.undo_log)) if forgets else {}
        done = self.organisation.ctl(
            *words, code=None, preload=[KILL_FS, UNDO_FS] if forgets else
            [KILL_FS], KILL_FS_AT=str(step), **more)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        if forgets:
            undo.apply(self.data, self.undo_log)
        return done.returncode == 0


def check_all_steps(organisation, words, how, forgets, prepare=lambda: None):
    interrupted = Interrupted(organisation, prepare)
    found = set()
    for step in range(1, STEPS_MAX):
        is_done = interrupted.run_to(step, *words, forgets=forgets)
        state, history = organisation.show()
        found.add((state, len(history)))
        if len(history) == 1 or state != "fits":
            organisation.ctl(*words)
        assert organisation.show() == ("fits", ["founded", how])
        assert organisation.row("verify")["logs"] == 1
        assert not (interrupted.data / "identity.key.new").exists()
        if is_done:
            break
    assert 10 < step < STEPS_MAX
    organisation.start()
    return found


@pytest.mark.parametrize("forgets", [False, True])
def test_a_change_that_was_interrupted_anywhere_is_finished(organisation,
                                                            forgets):
    old = organisation.key_file.read_text()
    found = check_all_steps(organisation, ("identity", "rotate"), "changed",
                            forgets)
    assert found == {("fits", 1), ("halfway", 2), ("fits", 2)}
    kept = list(organisation.server.data.glob("identity.key" + KEPT + "*"))
    assert [path.read_text() for path in kept] == [old]
    organisation.login().close()


@pytest.mark.parametrize("forgets", [False, True])
def test_a_loss_that_was_interrupted_anywhere_is_finished(organisation,
                                                          forgets):
    found = check_all_steps(organisation, ("identity", "lost", "--yes"), "lost",
                            forgets, organisation.key_file.unlink)
    assert found == {("missing", 1), ("halfway", 2), ("fits", 2)}
    with pytest.raises(WireError, match="another server"):
        organisation.login()
