"""The disk that forgets: what is undone after SIGKILL, and what is not."""
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import apply as undo  # noqa: E402

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    out = tmp_path_factory.mktemp("undo_fs") / "undo_fs.so"
    subprocess.run(
        [*os.environ.get("CC", "gcc").split(), "-std=c11", "-D_GNU_SOURCE", "-O2",
         "-fvisibility=hidden", "-fPIC", "-shared", HERE / "undo_fs.c",
         "-o", out], check=True)
    return out


class Disk:
    def __init__(self, library, root):
        self.library = library
        self.folder = root / "dữ liệu"
        self.folder.mkdir()
        self.log = root / "undo.log"

    def path(self, name):
        return self.folder / name

    def run_and_kill(self, script):
        """Runs Python text on the disk until it is done, then kills it."""
        script = "import os, sqlite3\n" + script + (
            "\nprint('done', flush=True)\nos.read(0, 1)\n")
        child = subprocess.Popen(
            ["/usr/bin/python3", "-c", script], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "LD_PRELOAD": str(self.library),
                 "UNDO_FS_DIR": str(self.folder),
                 "UNDO_FS_LOG": str(self.log)})
        with child:
            assert child.stdout.readline() == "done\n"
            os.kill(child.pid, signal.SIGKILL)
        assert child.returncode == -signal.SIGKILL

    def apply(self):
        return undo.apply(self.folder, self.log)


@pytest.fixture
def disk(library, tmp_path):
    return Disk(library, tmp_path)


WRITER = """
def fd_of(name, flags=0):
    return os.open(name, os.O_RDWR | os.O_CREAT | flags, 0o600)
"""


def test_a_synced_write_stays_and_a_later_one_goes(disk):
    disk.run_and_kill(WRITER + """
fd = fd_of('a')
os.write(fd, 'Đảng viên'.encode())
os.fsync(fd)
os.write(fd, b' and more')
os.pwrite(fd, b'XX', 0)
""")
    assert disk.path("a").read_bytes().startswith(b"XX")
    assert disk.apply() == (2, 1)
    assert disk.path("a").read_text() == "Đảng viên"
    assert not disk.log.exists()


def test_fdatasync_covers_too(disk):
    disk.run_and_kill(WRITER + """
fd = fd_of('a')
os.pwritev(fd, [b'one', b'two'], 0)
os.fdatasync(fd)
""")
    assert disk.apply() == (0, 0)
    assert disk.path("a").read_bytes() == b"onetwo"


def test_a_file_that_was_never_synced_is_empty(disk):
    disk.run_and_kill(WRITER + "os.writev(fd_of('a'), [b'x', b'yz'])")
    disk.apply()
    assert disk.path("a").read_bytes() == b""


def test_what_stood_before_the_run_comes_back(disk):
    disk.path("a").write_bytes(b"0123456789")
    disk.run_and_kill(WRITER + """
fd = fd_of('a')
os.pwrite(fd, b'abc', 2)
os.pwrite(fd, b'DE', 3)
os.pwrite(fd, b'zzzz', 20)
os.ftruncate(fd, 4)
os.pwrite(fd, b'!', 0)
""")
    assert disk.path("a").read_bytes() == b"!1aD"
    disk.apply()
    assert disk.path("a").read_bytes() == b"0123456789"


def test_truncations_of_every_kind_are_undone(disk):
    for name in "abc":
        disk.path(name).write_bytes(b"nghi quyet")
    disk.run_and_kill(WRITER + """
os.truncate('a', 3)
fd_of('b', os.O_TRUNC)
fd = os.open('c', os.O_WRONLY | os.O_APPEND)
os.write(fd, b' so 1')
os.posix_fallocate(fd, 0, 100)
""")
    assert disk.path("a").read_bytes() == b"ngh"
    assert disk.path("b").read_bytes() == b""
    assert disk.path("c").stat().st_size == 100
    disk.apply()
    for name in "abc":
        assert disk.path(name).read_bytes() == b"nghi quyet"


def test_a_write_through_a_duplicate_is_seen(disk):
    disk.run_and_kill(WRITER + """
fd = fd_of('a')
os.write(os.dup(fd), b'copy')
""")
    assert disk.apply() == (1, 1)


def test_an_fsync_of_one_file_covers_no_other(disk):
    disk.run_and_kill(WRITER + """
a, b = fd_of('a'), fd_of('b')
os.write(a, b'A')
os.write(b, b'B')
os.fsync(b)
""")
    disk.apply()
    assert disk.path("a").read_bytes() == b""
    assert disk.path("b").read_bytes() == b"B"


def test_a_rename_takes_what_is_not_synced_along(disk):
    disk.path("old").write_bytes(b"before")
    disk.run_and_kill(WRITER + """
fd = fd_of('new')
os.write(fd, b'half')
os.fsync(fd)
os.write(fd, b' and half')
os.rename('new', 'old')
os.write(fd, b' and more')
""")
    assert disk.path("old").read_bytes() == b"half and half and more"
    disk.apply()
    assert disk.path("old").read_bytes() == b"half"
    assert not disk.path("new").exists()


def test_a_removed_file_stays_removed_and_its_successor_is_its_own(disk):
    disk.path("a").write_bytes(b"before")
    disk.run_and_kill(WRITER + """
fd = fd_of('a')
os.write(fd, b'lost')
os.unlink('a')
os.write(fd, b'nameless')
fd = fd_of('a')
os.write(fd, b'kept')
os.fsync(fd)
fd = fd_of('b')
os.write(fd, b'x')
os.unlink('b')
""")
    disk.apply()
    assert disk.path("a").read_bytes() == b"kept"
    assert not disk.path("b").exists()


def test_files_elsewhere_are_left_alone(disk, tmp_path):
    outside = tmp_path / "outside"
    disk.run_and_kill(WRITER + f"os.write(fd_of({str(outside)!r}), b'x')")
    assert disk.apply() == (0, 0)
    assert outside.read_bytes() == b"x"


def test_a_record_cut_short_is_left_out(disk):
    disk.run_and_kill(WRITER + "fd = fd_of('a')\nos.write(fd, b'x')")
    log = disk.log.read_bytes()
    disk.log.write_bytes(log + log[:-1])
    assert disk.apply() == (1, 1)


def test_a_damaged_log_is_an_error(disk):
    disk.log.write_bytes(b"\0" * 64)
    with pytest.raises(undo.UndoError):
        disk.apply()


def test_a_file_written_through_memory_is_an_error(disk):
    disk.run_and_kill(WRITER + """
import mmap
fd = fd_of('a')
os.write(fd, b'x' * 4096)
os.fsync(fd)
memory = mmap.mmap(fd, 4096)
""")
    with pytest.raises(undo.UndoError, match="memory"):
        disk.apply()


DATABASE = """
db = sqlite3.connect('chibo.db', isolation_level=None)
assert db.execute('PRAGMA journal_mode = WAL').fetchone() == ('wal',)
db.execute('PRAGMA synchronous = %s')
db.execute('CREATE TABLE IF NOT EXISTS t (n INTEGER, x TEXT)')
for n in range(200):
    db.execute('INSERT INTO t VALUES (?, ?)', (n, 'Đồng ý ' * 100))
"""


def rows(disk):
    with sqlite3.connect(disk.path("chibo.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        try:
            return [n for n, in db.execute("SELECT n FROM t ORDER BY rowid")]
        except sqlite3.OperationalError:
            return []


def test_sqlite_with_full_synchronisation_loses_nothing(disk):
    disk.run_and_kill(DATABASE % "FULL" + "db.execute('BEGIN')\n"
                      "db.execute('INSERT INTO t VALUES (1000, NULL)')\n")
    disk.apply()
    assert not disk.path("chibo.db-shm").exists()
    assert rows(disk) == list(range(200))


def test_sqlite_checkpoints_are_undone_and_done_again(disk):
    disk.run_and_kill(
        DATABASE % "FULL" + "db.execute('PRAGMA wal_checkpoint(RESTART)')\n"
        "db.execute('DELETE FROM t WHERE n >= 100')\n"
        "db.execute('PRAGMA wal_checkpoint(TRUNCATE)')\n"
        "db.execute('INSERT INTO t VALUES (1000, NULL)')\n")
    disk.apply()
    assert rows(disk) == [*range(100), 1000]


def test_sqlite_without_synchronisation_loses_what_it_has_said(disk):
    disk.run_and_kill(DATABASE % "OFF")
    writes, _ = disk.apply()
    assert writes > 200
    assert len(rows(disk)) < 200


STEPS = WRITER + """
try:
    fd = fd_of('a')
    os.write(fd, b'1')
    os.fsync(fd)
    os.rename('a', 'b')
    os.fsync(os.open('.', os.O_RDONLY))
    os.pwrite(fd, b'22', 1)
    os.ftruncate(fd, 2)
    os.unlink('b')
except OSError as error:
    print(error.errno, flush=True)
"""
# What stands after the first so many of the seven changes, all undone that no
# sync has covered.
STANDING = [{"a": b""}, {"a": b""}, {"a": b"1"}, {"b": b"1"}, {"b": b"1"},
            {"b": b"1"}, {"b": b"1"}, {}]


def run_steps(disk, **steps):
    return subprocess.run(
        ["/usr/bin/python3", "-c", "import os\n" + STEPS], cwd=disk.folder,
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "LD_PRELOAD": str(disk.library),
             "UNDO_FS_DIR": str(disk.folder), "UNDO_FS_LOG": str(disk.log),
             **steps})


def contents(disk):
    return {path.name: path.read_bytes() for path in disk.folder.iterdir()}


@pytest.mark.parametrize("step", range(1, 8))
def test_a_process_is_killed_before_the_change_that_was_named(disk, step):
    done = run_steps(disk, UNDO_FS_STOP_AT=str(step))
    assert done.returncode == -signal.SIGKILL
    disk.apply()
    assert contents(disk) == STANDING[step - 1]


def test_a_process_with_fewer_changes_ends_by_itself(disk):
    assert run_steps(disk, UNDO_FS_STOP_AT="8").returncode == 0
    assert contents(disk) == STANDING[7]


@pytest.mark.parametrize("step", range(1, 8))
def test_the_change_that_was_named_fails_and_is_not_done(disk, step):
    done = run_steps(disk, UNDO_FS_FAIL_AT=str(step))
    assert (done.returncode, done.stdout) == (0, "5\n")
    disk.apply()
    assert contents(disk) == STANDING[step - 1]


def test_a_lying_disk_keeps_nothing_of_what_was_synced(disk):
    done = run_steps(disk, UNDO_FS_STOP_AT="4", UNDO_FS_LIE="1")
    assert done.returncode == -signal.SIGKILL
    disk.apply()
    assert contents(disk) == {"b": b""}
