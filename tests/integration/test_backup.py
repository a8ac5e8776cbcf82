"""Backing up beside a running server, restoring, and what is held then."""
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "support/undo_fs"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import apply as undo  # noqa: E402
from server_process import (BUILD, UNDO_FS, Cell, ServerProcess,  # noqa: E402
                            copy_data, open_meeting)
from wire_client import PATIENCE, read_beside  # noqa: E402

KILL_FS = BUILD / "tests/kill_fs.so"
STEPS_MAX = 1000  # a restore of a small database takes fewer


# --- what an administrator types ------------------------------------------------


def start_ctl(config, *words, preload=(), file_size_max=None, **environment):
    environment = {**os.environ, "LANGUAGE": "en", "LC_ALL": "en_US.UTF-8",
                   **environment}
    if preload:
        environment["LD_PRELOAD"] = " ".join(map(str, preload))
        environment["ASAN_OPTIONS"] = ":".join(filter(None, [
            environment.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    limit = None
    if file_size_max:  # stands for a disk that is full; SIGXFSZ is ignored

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE,
                               (file_size_max, file_size_max))

    return subprocess.Popen(
        [BUILD / "bin/chiboctl", *map(str, words), "--config", str(config)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=environment,
        preexec_fn=limit, restore_signals=not limit)


def ctl(config, *words, code=0, **options):
    process = start_ctl(config, *words, **options)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, out + err
    return out, err


def row(config, *words):
    return json.loads(ctl(config, *words, "--json")[0])


def events_in(path):
    """Log -> the exact bytes of its events, as an independent reader sees."""
    database = sqlite3.connect(path)
    logs = {}
    for name, raw in database.execute(
            "SELECT name, bytes FROM log JOIN event ON log.id = log_id "
            "ORDER BY log.id, seq"):
        logs.setdefault(name, []).append(raw)
    database.close()
    return logs


def count(logs):
    return sum(map(len, logs.values()))


def held_in(path):
    database = sqlite3.connect(path)
    held = {name for name, in database.execute(
        "SELECT name FROM log WHERE id IN (SELECT log_id FROM held)")}
    database.close()
    return held


def kept_in(folder):
    """The databases that restores have put aside."""
    return [path for path in folder.glob("chibo.db.replaced-*")
            if not path.name.endswith(("-wal", "-shm"))]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- an organisation with a meeting that has ended and one that goes on ---------


class World:
    def __init__(self, directory):
        self.server = ServerProcess(directory).start()
        self.clients = []
        self.admin = self.server.admin()
        self.organisation = self.admin.organisation
        self.cell = Cell(self.server, self.admin)
        self.members = [self.cell.add_member(
            f"Đảng viên Mẫu {i:02}", office="cell_leader" if i == 1 else "none")
            for i in (1, 2, 3)]
        self.devices = [self.cell.enrol(member) for member in self.members]
        self.ended = self.meet("Sinh hoạt tháng trước")
        self.chair.do("close_meeting", self.ended)
        self.chair.settle()
        self.meeting = self.meet("Sinh hoạt tháng này")

    @property
    def chair(self):
        return self.clients[0]

    def meet(self, title):
        meeting = self.cell.schedule(self.members[0], self.members[1],
                                     title=title)
        if not self.clients:
            self.clients = [self.server.login(d) for d in self.devices]
        open_meeting(meeting, self.clients[0], self.clients[1:])
        return meeting

    def say(self, text):
        self.chair.do("chat", self.meeting, text=text)

    @property
    def database(self):
        return self.server.data / "chibo.db"

    def close(self):
        for client in self.clients:
            client.close()
        self.admin.close()
        self.server.close()


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path / "server")
    yield world
    world.close()


class OtherMachine:
    """A data directory of its own, with the identity key brought there."""

    def __init__(self, directory, server):
        self.directory = directory
        self.data = directory / "data"
        self.config = directory / "chibod.conf"
        self.data.mkdir(parents=True)
        shutil.copy(server.config, self.config)
        shutil.copy(server.data / "identity.key", self.data)

    def start(self):
        return ServerProcess(self.directory).start()


# --- backing up -------------------------------------------------------------------


def fill(path, mebibytes):
    """Files of members, so that a copy takes many steps."""
    database = sqlite3.connect(path)
    for number in range(mebibytes):
        data = hashlib.sha256(str(number).encode()).digest() * 32768
        blob = database.execute(
            "INSERT INTO blob (hash, size, durable_size, is_complete) VALUES "
            "(?, ?, ?, 1)", (hashlib.sha256(data).digest(), len(data),
                             len(data))).lastrowid
        database.executemany(
            "INSERT INTO blob_piece VALUES (?, ?, ?)",
            ((blob, at, data[at:at + 65536])
             for at in range(0, len(data), 65536)))
    database.commit()
    database.close()


def test_a_backup_under_load_is_of_one_moment_and_checks(world, tmp_path):
    read_beside(world.clients, lambda: fill(world.database, 40))
    copy = tmp_path / "sao-luu.db"
    before = len(world.chair.log(world.meeting).events)
    process = start_ctl(world.server.config, "backup", copy, "--json")
    said = 0
    while process.poll() is None:
        world.say(f"Ý kiến số {said}")
        said += 1
        for client in world.clients:  # who goes is an event, too
            client.pump()
        time.sleep(0.02)  # a session's pace of requests
    out, err = process.communicate()
    assert process.returncode == 0, err
    world.say("Sau khi sao lưu")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir() if p != copy] == ["server"]

    told = world.chair.logs
    stored = events_in(copy)
    assert set(stored) == {world.organisation, world.ended, world.meeting}
    assert before <= len(stored[world.meeting]) < before + said + 1
    for log in (world.ended, world.meeting):
        assert stored[log] == told[log].events[:len(stored[log])]
    assert held_in(copy) == set()
    found = json.loads(out)
    assert found["events"] == count(stored) and found["logs"] == 3
    assert row(world.server.config, "verify", copy)["events"] == found["events"]

    other = OtherMachine(tmp_path / "other", world.server)
    ctl(other.config, "restore", copy)
    assert row(other.config, "verify")["events"] == found["events"]
    assert events_in(other.data / "chibo.db") == stored


def test_a_backup_needs_no_server(world, tmp_path):
    world.say("Trước khi dừng")
    world.server.kill()  # what was committed last is in the write-ahead log
    copy = tmp_path / "sao-luu.db"
    ctl(world.server.config, "backup", copy)
    stored = events_in(copy)
    told = world.chair.log(world.meeting).events
    assert stored[world.meeting][:len(told)] == told


def test_a_backup_overwrites_nothing(world, tmp_path):
    copy = tmp_path / "sao-luu.db"
    copy.write_text("của lần trước")
    assert "already" in ctl(world.server.config, "backup", copy, code=1)[1]
    assert copy.read_text() == "của lần trước"
    other = tmp_path / "khac.db"
    unfinished = tmp_path / "khac.db.unfinished"
    unfinished.write_text("đang chép")
    said = ctl(world.server.config, "backup", other, code=1)[1]
    assert "another backup is being made" in said and "delete it" in said
    assert unfinished.read_text() == "đang chép" and not other.exists()


def test_a_backup_that_cannot_be_written_says_why(world, tmp_path):
    nowhere = tmp_path / "khong-co/sao-luu.db"
    assert "there is no such file or folder" in ctl(world.server.config, "backup", nowhere,
                                 code=2)[1]
    copy = tmp_path / "sao-luu.db"
    said = ctl(world.server.config, "backup", copy, code=2,
               file_size_max=20000)[1]
    assert "not enough space" in said
    assert not copy.exists()
    assert not copy.with_name("sao-luu.db.unfinished").exists()


def test_a_backup_that_is_killed_leaves_no_half_under_its_name(world, tmp_path):
    world.server.stop()
    copy = tmp_path / "sao-luu.db"
    unfinished = tmp_path / "sao-luu.db.unfinished"
    for step in range(1, STEPS_MAX):
        process = start_ctl(world.server.config, "backup", copy,
                            preload=[KILL_FS], KILL_FS_AT=str(step))
        process.communicate(timeout=PATIENCE)
        if copy.exists():
            ctl(world.server.config, "verify", copy)
            copy.unlink()
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        unfinished.unlink(missing_ok=True)
    assert 10 < step < STEPS_MAX


def test_a_backup_that_is_broken_off_leaves_nothing(world, tmp_path):
    world.server.stop()
    copy = tmp_path / "sao-luu.db"
    for step in range(1, STEPS_MAX):
        process = start_ctl(world.server.config, "backup", copy,
                            preload=[KILL_FS], KILL_FS_AT=str(step),
                            KILL_FS_SIGNAL=str(int(signal.SIGINT)))
        process.communicate(timeout=PATIENCE)
        left = {path.name for path in tmp_path.iterdir()} - {"server"}
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGINT
        assert left <= {"sao-luu.db"}
        copy.unlink(missing_ok=True)
    assert 10 < step < STEPS_MAX


# --- restoring --------------------------------------------------------------------


def test_a_restore_holds_what_is_not_closed(world, tmp_path):
    copy = tmp_path / "sao-luu.db"
    ctl(world.server.config, "backup", copy)
    world.say("Sau khi sao lưu")
    seen = list(world.chair.log(world.meeting).events)
    assert "stop chibod first" in ctl(world.server.config, "restore", copy,
                                      code=2)[1]
    world.server.stop()
    before = events_in(world.database)
    out, _ = ctl(world.server.config, "restore", copy)

    assert held_in(world.database) == {world.organisation, world.meeting}
    for words in (world.organisation, world.meeting, "Sinh hoạt tháng này",
                  "systemctl start chibod", "chiboctl status",
                  "chiboctl accept-loss", "minute-taker"):
        assert words in out
    assert "Sinh hoạt tháng trước" not in out and "ATTENTION" not in out
    kept, = kept_in(world.server.data)
    assert str(kept) in out and events_in(kept) == before
    assert before[world.meeting][:len(seen)] == seen
    assert len(events_in(world.database)[world.meeting]) < len(seen)
    checked = ctl(world.server.config, "verify")[0].splitlines()
    assert [line.endswith("; held") for line in checked] == [
        True, False, True, False]
    assert row(world.server.config, "verify")["held"] == 2

    world.server.start()
    assert set(row(world.server.config, "status")["held"]) == {
        world.organisation, world.meeting}
    listed = {line["meeting"]: line.get("held", False) for line in map(
        json.loads, ctl(world.server.config, "meeting", "list", "--all",
                        "--json")[0].splitlines())}
    assert listed == {world.ended: False, world.meeting: True}


def test_a_restore_without_the_right_identity_key_says_so(world, tmp_path):
    copy = tmp_path / "sao-luu.db"
    ctl(world.server.config, "backup", copy)
    other = OtherMachine(tmp_path / "other", world.server)
    (other.data / "identity.key").unlink()
    out, _ = ctl(other.config, "restore", copy)
    assert "ATTENTION" in out and str(other.data / "identity.key") in out
    (other.data / "identity.key").write_text("5" * 64 + "\n")
    shutil.rmtree(tmp_path / "third", ignore_errors=True)
    third = OtherMachine(tmp_path / "third", world.server)
    (third.data / "identity.key").write_text("5" * 64 + "\n")
    assert row(third.config, "restore", copy)["identity"] == "other"


def test_a_backup_of_an_older_version_is_brought_up_to_date(world, tmp_path):
    world.server.stop()
    copy = tmp_path / "sao-luu.db"
    ctl(world.server.config, "backup", copy)
    database = sqlite3.connect(copy)
    database.executescript("DROP TABLE held; DROP TABLE hall_pin; DROP TABLE destroyed; DROP TABLE destruction; PRAGMA user_version = 1;")
    database.close()
    before = copy.read_bytes()
    assert "all in order" in ctl(world.server.config, "verify", copy)[0]
    assert copy.read_bytes() == before
    ctl(world.server.config, "restore", copy)
    assert row(world.server.config, "verify")["held"] == 2


def change_one_byte(copy):
    database = sqlite3.connect(copy)
    database.executescript(
        "DROP TRIGGER event_is_never_changed; UPDATE event SET bytes = "
        "CAST(replace(CAST(bytes AS TEXT), '\"chat_said\"', '\"chat_saie\"') "
        "AS BLOB); PRAGMA journal_mode = DELETE;")
    assert database.total_changes > 0
    database.close()


def cut_short(copy):
    os.truncate(copy, copy.stat().st_size // 2)


def overwrite_pages(copy):
    with open(copy, "r+b") as file:
        file.seek(8192)
        file.write(b"\xaa" * 40000)


def replace_by_text(copy):
    copy.write_text("Biên bản họp chi bộ\n" * 500)


def make_newer(copy):
    database = sqlite3.connect(copy)
    database.executescript("PRAGMA user_version = 1000")
    database.close()


@pytest.mark.parametrize("damage", [
    change_one_byte, cut_short, overwrite_pages, replace_by_text, make_newer,
    pathlib.Path.unlink], ids=lambda damage: damage.__name__)
def test_a_restore_of_a_damaged_file_changes_nothing(world, tmp_path, damage):
    world.say("Ý kiến")
    copy = tmp_path / "sao-luu.db"
    ctl(world.server.config, "backup", copy)
    world.say("Sau khi sao lưu")
    world.server.stop()
    damage(copy)
    before = digest(world.database)
    names = {path.name for path in world.server.data.iterdir()}
    code = 2 if damage is pathlib.Path.unlink else 1
    assert "sao-luu.db" in ctl(world.server.config, "restore", copy,
                               code=code)[1]
    assert digest(world.database) == before
    assert {path.name for path in world.server.data.iterdir()} == names
    assert held_in(world.database) == set()


def test_another_organisation_is_restored_by_force_only(world, tmp_path):
    world.server.stop()
    other = ServerProcess(tmp_path / "other")
    copy = tmp_path / "khac.db"
    ctl(other.config, "backup", copy)
    before = digest(world.database)
    said = ctl(world.server.config, "restore", copy, code=1)[1]
    assert world.organisation in said and "--force" in said
    assert digest(world.database) == before
    out, _ = ctl(world.server.config, "restore", copy, "--force")
    assert "ATTENTION" in out  # the key of the one is not that of the other
    assert world.organisation not in events_in(world.database)


def test_a_database_that_is_beyond_repair_is_replaced_and_kept(world, tmp_path):
    copy = tmp_path / "sao-luu.db"
    ctl(world.server.config, "backup", copy)
    world.server.stop()
    replace_by_text(world.database)
    damaged = digest(world.database)
    ctl(world.server.config, "restore", copy)
    assert row(world.server.config, "verify")["held"] == 2
    kept, = kept_in(world.server.data)
    assert digest(kept) == damaged


# --- a restore that stops anywhere ------------------------------------------------


class StoppedRestore:
    """A backup, and a database with more that was not closed cleanly."""

    def __init__(self, world, directory):
        self.source = world.server.data
        self.copy = directory / "sao-luu.db"
        ctl(world.server.config, "backup", self.copy)
        for number in range(5):
            world.say(f"Sau khi sao lưu {number}")
        world.server.kill()
        assert (self.source / "chibo.db-wal").stat().st_size > 0
        self.directory = directory / "run"
        self.data = self.directory / "data"
        self.directory.mkdir()
        self.config = self.directory / "chibod.conf"
        shutil.copy(world.server.config, self.config)
        self.begin()
        self.old = events_in(self.data / "chibo.db")
        self.new = events_in(self.copy)
        assert count(self.new) < count(self.old)
        self.held = {world.organisation, world.meeting}

    def begin(self):
        shutil.rmtree(self.data, ignore_errors=True)
        copy_data(self.source, self.data)

    def check(self):
        """Is the one or the other there, whole; and which?"""
        path = self.data / "chibo.db"
        found = row(self.config, "verify")
        stored, held = events_in(path), held_in(path)
        kept = kept_in(self.data)
        if held:
            assert (stored, held) == (self.new, self.held)
            assert kept
        else:
            assert stored == self.old
        assert found["events"] == count(stored)
        for other in kept:
            assert row(self.config, "verify", other)["events"] == count(
                self.old)
        return bool(held)

    def run_to(self, step, **options):
        process = start_ctl(self.config, "restore", self.copy,
                            KILL_FS_AT=str(step), **options)
        process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, -signal.SIGKILL)
        return process.returncode == 0


def test_a_killed_restore_leaves_the_one_or_the_other(world, tmp_path):
    restore = StoppedRestore(world, tmp_path)
    outcomes = []
    for step in range(1, STEPS_MAX):
        restore.begin()
        is_done = restore.run_to(step, preload=[KILL_FS])
        outcomes.append(restore.check())
        if is_done:
            break
        if not outcomes[-1] and step % 5 == 0:  # it can be done again
            ctl(restore.config, "restore", restore.copy)
            assert restore.check()
            assert not (restore.data / "chibo.db.restoring").exists()
    assert 20 < step < STEPS_MAX
    # First always the old one, then always the new one.
    assert outcomes == sorted(outcomes) and len(set(outcomes)) == 2


def test_a_power_cut_during_a_restore_leaves_the_one_or_the_other(world,
                                                                 tmp_path):
    restore = StoppedRestore(world, tmp_path)
    log = tmp_path / "undo.log"
    outcomes = []
    for step in range(1, STEPS_MAX):
        restore.begin()
        is_done = restore.run_to(
            step, preload=[KILL_FS, UNDO_FS],
            UNDO_FS_DIR=str(restore.data.resolve()), UNDO_FS_LOG=str(log))
        undo.apply(restore.data, log)
        outcomes.append(restore.check())
        if is_done:
            break
    assert 20 < step < STEPS_MAX
    assert outcomes == sorted(outcomes) and len(set(outcomes)) == 2
