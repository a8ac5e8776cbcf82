"""The power is cut, or the disk fails, at every step of what chibo writes into a
profile: no key and no anchor that was there is lost, and it is told."""
import pathlib
import signal
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "support/undo_fs"))
import apply as undo  # noqa: E402
import chibo_process as play  # noqa: E402
from profile_files import (Profile, World, anchors_of, filled,  # noqa: E402
                           head, lines_of, put, whoami_works)

UNDO_FS = str(play.BUILD / "tests/undo_fs.so")
STEPS_MAX = 60  # more changes than any command makes


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.server.stop()


class Disk:
    """A folder on the disk that forgets."""

    def __init__(self, folder, log):
        self.folder = pathlib.Path(folder).resolve()
        self.log = log

    def stopping_at(self, step):
        return self._environment(UNDO_FS_STOP_AT=str(step))

    def failing_at(self, step):
        return self._environment(UNDO_FS_FAIL_AT=str(step))

    def _environment(self, **step):
        return dict(LD_PRELOAD=UNDO_FS, UNDO_FS_DIR=str(self.folder),
                    UNDO_FS_LOG=str(self.log),
                    ASAN_OPTIONS="verify_asan_link_order=0", **step)

    def cut_power(self):
        undo.apply(self.folder, self.log)


def steps(run):
    """Runs `run(step)` from 1 up, until one ends without being killed. How many
    were killed."""
    for step in range(1, STEPS_MAX):
        done = run(step)
        if done.returncode != -signal.SIGKILL:
            return step - 1
    raise AssertionError("there is no end of steps")


def fresh_disk(directory, step):
    folder = directory / f"step-{step}"
    folder.mkdir()
    return Disk(folder, directory / f"step-{step}.log")


# --- enrolment --------------------------------------------------------------------


def test_the_power_cut_at_any_step_of_an_enrolment_loses_no_key(world,
                                                                tmp_path):
    seen = set()

    def enroll_and_cut(step):
        holder = next(world.holders)
        link = world.link(holder)
        disk = fresh_disk(tmp_path, step)
        profile = Profile(disk.folder / "profile", world.passphrase_file)
        profile.folder.mkdir(mode=0o700)
        disk.folder = profile.folder
        done = world.enroll(profile, link, **disk.stopping_at(step))
        disk.cut_power()
        enrolled = world.device_count(holder)
        if not profile.keystore.exists():
            # Nothing was promised; the same link makes the device now.
            assert enrolled == 0, step
            retry = world.enroll(profile, link)
            assert retry.returncode == 0, retry.stderr
            seen.add("no key")
            return done
        # A key that is there is whole, whether the server has heard or not.
        assert whoami_works(profile), step
        seen.add("enrolled" if enrolled else "key")
        if enrolled:
            used = profile.chibo("meetings")
            assert used.returncode == 0, used.stderr
        else:
            again = world.enroll(profile, link)
            assert "choose another --profile" in again.stderr
            other = Profile(disk.folder.parent / "other", world.passphrase_file)
            again = world.enroll(other, link)
            assert again.returncode == 0, again.stderr
        return done

    killed = steps(enroll_and_cut)
    # Key, journal and anchors: write, sync, rename, sync of the folder.
    assert killed >= 12
    assert seen == {"no key", "key", "enrolled"}


def test_a_key_that_was_not_synced_is_found_lost(world, tmp_path):
    """The planted fault: this very test has to see it."""
    lost = 0
    for step in (5, 9, 13):
        disk = fresh_disk(tmp_path, step)
        profile = Profile(disk.folder / "profile", world.passphrase_file)
        profile.folder.mkdir(mode=0o700)
        disk.folder = profile.folder
        world.enroll(profile, world.link(next(world.holders)), UNDO_FS_LIE="1",
                     **disk.stopping_at(step))
        disk.cut_power()
        lost += profile.keystore.exists() and not whoami_works(profile)
    assert lost > 0


def test_a_disk_failing_at_any_step_of_an_enrolment_is_told(world, tmp_path):
    told = 0
    for step in range(1, 14):
        holder = next(world.holders)
        link = world.link(holder)
        disk = fresh_disk(tmp_path, step)
        profile = Profile(disk.folder / "profile", world.passphrase_file)
        profile.folder.mkdir(mode=0o700)
        disk.folder = profile.folder
        done = world.enroll(profile, link, **disk.failing_at(step))
        if done.returncode == 0:
            assert whoami_works(profile)
            continue
        told += 1
        assert done.returncode == 1
        if world.device_count(holder):
            assert whoami_works(profile), step
            continue
        assert "cannot write" in done.stderr, (step, done.stderr)
        # Nothing stands in the way of the next try.
        retry = world.enroll(profile, link)
        assert retry.returncode == 0, (step, retry.stderr)
    assert told >= 12


# --- a new passphrase -------------------------------------------------------------


def passphrase_scene(world, directory, step):
    """A profile whose passphrase is about to change, and the new one."""
    disk = fresh_disk(directory, step)
    profile = world.profile.copy(disk.folder / "profile")
    disk.folder = profile.folder
    new = directory / f"new-{step}"
    new.write_text("mật khẩu mới\n", encoding="utf-8")
    return disk, profile, new


def opens_with(profile, *passphrase_files):
    """With which of these the key opens."""
    return [file for file in passphrase_files if profile.chibo(
        "whoami", passphrase_file=file).returncode == 0]


def test_the_power_cut_at_any_step_of_a_new_passphrase_leaves_old_or_new(
        world, tmp_path):
    seen = []

    def change_and_cut(step):
        disk, profile, new = passphrase_scene(world, tmp_path, step)
        done = profile.chibo("passphrase", "--new-passphrase-file", new,
                             **disk.stopping_at(step))
        disk.cut_power()
        opened = opens_with(profile, world.passphrase_file, new)
        assert len(opened) == 1, step
        assert done.returncode != 0 or opened == [new]
        seen.append(opened[0] == new)
        return done

    assert steps(change_and_cut) >= 4
    # Once it is the new one it stays so.
    assert seen == sorted(seen) and seen[0] != seen[-1]


def test_a_disk_failing_at_any_step_of_a_new_passphrase_is_told(world,
                                                                tmp_path):
    for step in range(1, 5):
        disk, profile, new = passphrase_scene(world, tmp_path, step)
        language, words = [("en", "cannot write"), ("vi", "không ghi được")][
            step % 2]
        done = profile.chibo("passphrase", "--new-passphrase-file", new,
                             language=language, **disk.failing_at(step))
        assert done.returncode == 1
        assert f"{words} {profile.keystore}" in done.stderr
        assert len(opens_with(profile, world.passphrase_file, new)) == 1


# --- anchors ----------------------------------------------------------------------


def anchors_scene(world, directory, step, damaged):
    """A profile with anchors of 9 (and 7 before), and an export of 11."""
    disk = fresh_disk(directory, step)
    profile = world.profile.copy(disk.folder / "profile")
    filled(world, profile)
    if damaged:
        put(profile.anchors, profile.anchors.read_bytes()[:60])
    export = directory / f"export-{step}"
    put(export, anchors_of(world.organisation,
                           ("hop.1", f"last 11 {head('a')}")))
    disk.folder = profile.folder
    return disk, profile, export


def last_of(profile):
    """The last seq that chibo itself reads from the profile's anchors."""
    export = profile.folder.parent / "read"
    done = profile.chibo("anchors", "export", export)
    assert done.returncode == 0, done.stderr
    line = [l for l in lines_of(export) if l.startswith("last ")]
    export.unlink()
    return int(line[0].split()[1])


@pytest.mark.parametrize("damaged", [False, True])
def test_the_power_cut_at_any_step_of_a_save_leaves_old_or_new(world, tmp_path,
                                                               damaged):
    before = 7 if damaged else 9
    seen = set()

    def import_and_cut(step):
        disk, profile, export = anchors_scene(world, tmp_path, step, damaged)
        done = profile.chibo("anchors", "import", export,
                             **disk.stopping_at(step))
        disk.cut_power()
        found = last_of(profile)
        assert found in (before, 11), step
        assert found == 11 or done.returncode != 0, step
        seen.add(found)
        again = profile.chibo("anchors", "import", export)
        assert again.returncode == 0, again.stderr
        assert last_of(profile) == 11
        return done

    killed = steps(import_and_cut)
    assert killed >= (5 if damaged else 8)
    assert seen == {before, 11}


@pytest.mark.parametrize("damaged", [False, True])
def test_a_disk_failing_at_any_step_of_a_save_is_told(world, tmp_path,
                                                      damaged):
    before = 7 if damaged else 9
    for step in range(1, 6 if damaged else 9):
        disk, profile, export = anchors_scene(world, tmp_path, step, damaged)
        done = profile.chibo("anchors", "import", export,
                             **disk.failing_at(step))
        assert done.returncode == 1, (step, done.stdout, done.stderr)
        assert f"cannot write {profile.anchors}: the disk or" in done.stderr
        assert last_of(profile) in (before, 11)
        again = profile.chibo("anchors", "import", export)
        assert again.returncode == 0, again.stderr
        assert last_of(profile) == 11


def test_a_failing_disk_is_told_in_vietnamese(world, tmp_path):
    disk, profile, export = anchors_scene(world, tmp_path, 1, False)
    done = profile.chibo("anchors", "import", export, language="vi",
                         **disk.failing_at(1))
    assert f"không ghi được {profile.anchors}: ổ đĩa hoặc" in done.stderr
