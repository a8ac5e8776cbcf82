"""The vault of a ballot with the power cut, or the disk failing, at every step.

What a device was told to be kept is there afterwards; what was wiped is not.
"""
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
sys.path.insert(0, str(ROOT / "tests/support/undo_fs"))
import apply as undo  # noqa: E402
import chibo_process as play  # noqa: E402

PROGRAM = str(play.BUILD / "tests/integration/vault_steps")
UNDO_FS = str(play.BUILD / "tests/undo_fs.so")
ORDER = ["credential", "ballot", "receipt"]
STEPS_MAX = 60


def run(*words, **more):
    return subprocess.run([PROGRAM, *map(str, words)], text=True,
                          capture_output=True, timeout=play.PATIENCE_S,
                          env=play.environment(**more))


class Disk:
    def __init__(self, directory, step):
        self.folder = directory / f"step-{step}"
        self.folder.mkdir(mode=0o700)
        self.log = directory / f"step-{step}.log"

    def live(self, **step):
        return run(self.folder, LD_PRELOAD=UNDO_FS,
                   UNDO_FS_DIR=str(self.folder), UNDO_FS_LOG=str(self.log),
                   ASAN_OPTIONS="verify_asan_link_order=0", **step)

    def cut_power(self):
        undo.apply(self.folder, self.log)

    def read(self):
        done = run(self.folder, "read")
        return done.returncode, done.stdout.split()


def kept_after(told):
    """What may be there when so much was told: that, or one step more."""
    if "wiped" in told:
        return [[]]
    more = [told] if told == ORDER else [told, ORDER[:len(told) + 1]]
    return more + [[]] if told == ORDER else more


def test_the_power_cut_at_any_step_loses_nothing_that_was_kept(tmp_path):
    seen = set()
    for step in range(1, STEPS_MAX):
        disk = Disk(tmp_path, step)
        done = disk.live(UNDO_FS_STOP_AT=str(step))
        disk.cut_power()
        told = done.stdout.split()
        status, there = disk.read()
        assert status == 0 and there in kept_after(told), (step, told)
        seen.add(len(told))
        if done.returncode != -signal.SIGKILL:
            assert told == ORDER + ["wiped"]
            break
    assert seen == {0, 1, 2, 3, 4} and step > 12


def test_a_disk_that_lies_about_syncs_is_found_by_the_same_test(tmp_path):
    lost = 0
    for step in range(1, STEPS_MAX):
        disk = Disk(tmp_path, step)
        done = disk.live(UNDO_FS_STOP_AT=str(step), UNDO_FS_LIE="1")
        disk.cut_power()
        told = done.stdout.split()
        status, there = disk.read()
        lost += status != 0 or there not in kept_after(told)
        if done.returncode != -signal.SIGKILL:
            break
    assert lost > 0


def test_a_disk_failing_at_any_step_is_told(tmp_path):
    for step in range(1, STEPS_MAX):
        disk = Disk(tmp_path, step)
        done = disk.live(UNDO_FS_FAIL_AT=str(step))
        told = done.stdout.split()
        if told == ORDER + ["wiped"]:
            break
        assert done.returncode == 1, (step, told)
        status, there = disk.read()
        assert status == 0 and there in kept_after(told), (step, told)
    assert step > 12
