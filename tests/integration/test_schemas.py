"""Databases of every former version, opened by the programs of today: nothing of
them is lost, and what is newer than the program is left alone."""
import json
import pathlib
import sqlite3
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "conformance")]
from server_process import BUILD, ROOT  # noqa: E402
from pdf_words import carried_text, difference  # noqa: E402
from record_file import RecordFile  # noqa: E402
from stored_schema import (ADOPTED, NEWEST, VERSIONS,  # noqa: E402
                           held_meeting, stored_server, write_database)

OK, REFUSED, FAILED, SO_FAR = 0, 1, 2, 3
MIGRATIONS = sorted((ROOT / "server/store/migrations").glob("*.sql"))
# What a running server changes by itself.
LIVELY = {"request"}


def chiboctl(server, *words, code=OK):
    done = subprocess.run(
        [BUILD / "bin/chiboctl", *map(str, words), "--config", server.config,
         "--language", "en"], capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def tables_of(path):
    database = sqlite3.connect(path)
    try:
        names = [row[0] for row in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
            " AND name NOT LIKE 'sqlite%'")]
        return {name: set(database.execute(f"SELECT * FROM {name}"))
                for name in names}
    finally:
        database.close()


def schema_of(path):
    database = sqlite3.connect(path)
    try:
        return {(kind, name, " ".join((sql or "").split()))
                for kind, name, sql in database.execute(
                    "SELECT type, name, sql FROM sqlite_schema")}
    finally:
        database.close()


def version_of(path):
    database = sqlite3.connect(path)
    try:
        return database.execute("PRAGMA user_version").fetchone()[0]
    finally:
        database.close()


def test_every_migration_has_its_schema_here():
    assert VERSIONS == list(range(1, len(MIGRATIONS) + 1))
    assert [int(path.name[:4]) for path in MIGRATIONS] == VERSIONS


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_a_migration_makes_the_schema_that_is_kept_here(version, tmp_path):
    """So no migration that was released is ever changed."""
    write_database(tmp_path / "kept.db", version)
    database = sqlite3.connect(tmp_path / "migrated.db")
    for path in MIGRATIONS[:version]:
        database.executescript(path.read_text(encoding="utf-8"))
    database.close()
    assert schema_of(tmp_path / "migrated.db") == schema_of(
        tmp_path / "kept.db")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_a_former_version_loses_nothing(version, tmp_path):
    server = stored_server(tmp_path / "server", version)
    path = server.data / "chibo.db"
    before = tables_of(path)
    said = json.loads(chiboctl(server, "verify", "--json").splitlines()[0])
    assert (said["logs"], said["events"]) == (3, len(before["event"]))
    assert said["openings"] == len(before["opening"])
    assert said["held"] == (version >= 2)
    after = tables_of(path)
    assert {name: after[name] for name in before} == before
    assert all(not after[name] for name in set(after) - set(before))
    assert version_of(path) == NEWEST


@pytest.mark.parametrize("version", VERSIONS)
def test_the_record_of_a_former_version_still_verifies(version, tmp_path):
    server = stored_server(tmp_path / "server", version)
    meeting = held_meeting(server.data / "chibo.db")
    record = tmp_path / "meeting.chibo"
    if version < NEWEST:
        said = chiboctl(server, "record", "export", meeting, "--out", record,
                        code=FAILED)
        assert "left by an older program" in said
    chiboctl(server, "verify")
    chiboctl(server, "record", "export", meeting, "--out", record)
    done = subprocess.run([BUILD / "bin/chibo-verify", record, "--json"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == SO_FAR, done.stdout + done.stderr
    assert json.loads(done.stdout)["gaps"] == ["not_signed"]


@pytest.mark.parametrize("version", VERSIONS)
def test_adopted_minutes_of_a_former_version_are_whole(version, tmp_path):
    """They were adopted in the first form of documents: they keep their words,
    are drawn again in that form, and stand in papers of today's form."""
    server = stored_server(tmp_path / "server", version, ADOPTED)
    meeting = held_meeting(server.data / "chibo.db")
    path = tmp_path / "meeting.chibo"
    chiboctl(server, "verify")
    chiboctl(server, "record", "export", meeting, "--out", path)
    done = subprocess.run([BUILD / "bin/chibo-verify", path, "--json"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == OK, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said["gaps"], said["record"]["minutes_compared"],
            said["record"]["signed_off"]) == ([], "whole", True)
    assert said["record"]["documents_unknown"] == 0
    record = RecordFile(path.read_bytes())
    assert record.json("minutes.json")["format"] == 1
    assert "ngày 2026-07-26," in record.files["minutes.json"].decode()
    minutes = tmp_path / "minutes.pdf"
    minutes.write_bytes(record.files["documents/minutes.pdf"])
    text = carried_text(minutes)
    assert difference(minutes) is None
    assert "\nSố 05-BB/CB\n" in text and "ngày 2026-07-26," in text
    assert text.splitlines()[-1].startswith("Mã kiểm tra: ")
    listed = json.loads(chiboctl(server, "record", "list", "--json"))
    assert (listed["signed"], listed["number"]) == (True, 5)


@pytest.mark.parametrize("version", VERSIONS)
def test_chibod_goes_on_with_a_database_of_a_former_version(version, tmp_path):
    server = stored_server(tmp_path / "server", version)
    path = server.data / "chibo.db"
    before = tables_of(path)
    server.start()
    try:
        admin = server.admin()
        assert admin.do("add_unit", kind="cell", name="Chi bộ Mẫu 2")["made"]
        admin.close()
    finally:
        server.close()
    after = tables_of(path)
    assert all(before[name] <= after[name] for name in before
               if name not in LIVELY)
    assert len(after["event"]) > len(before["event"])
    assert version_of(path) == NEWEST


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_of_a_former_version_is_verified_and_not_touched(version,
                                                                  tmp_path):
    server = stored_server(tmp_path / "server")
    backup = tmp_path / "backup.db"
    write_database(backup, version)
    before = backup.read_bytes()
    assert "all in order" in chiboctl(server, "verify", backup)
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "backup.db", "server"]


@pytest.mark.parametrize("command", [
    ("verify",), ("record", "list"), ("backup", "{tmp}/copy.db"),
    ("record", "export", "m", "--out", "{tmp}/m.chibo")])
def test_a_database_of_a_newer_program_is_refused_with_words(command, tmp_path):
    server = stored_server(tmp_path / "server")
    path = server.data / "chibo.db"
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {NEWEST + 1}")
    database.close()
    before = path.read_bytes()
    said = chiboctl(server, *(word.format(tmp=tmp_path) for word in command),
                    code=FAILED if command[0] == "record" else REFUSED)
    assert "newer" in said
    assert path.read_bytes() == before


def test_chibod_does_not_start_over_a_newer_database(tmp_path):
    server = stored_server(tmp_path / "server")
    path = server.data / "chibo.db"
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {NEWEST + 1}")
    database.close()
    before = path.read_bytes()
    done = subprocess.run([BUILD / "bin/chibod", "--config", server.config],
                          capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode != OK
    assert "was made by a newer program" in done.stderr
    assert path.read_bytes() == before


def test_a_row_that_a_migration_loses_is_found(tmp_path):
    """The planted fault: one row of each table is not there any more."""
    server = stored_server(tmp_path / "server", 1)
    path = server.data / "chibo.db"
    before = tables_of(path)
    chiboctl(server, "verify")
    database = sqlite3.connect(path)
    for name in before:
        rows = database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        assert rows > 0, f"nothing of {name} is in the vectors"
    database.execute("DELETE FROM blob_piece WHERE blob_id = 1")
    database.commit()
    database.close()
    after = tables_of(path)
    assert {name: after[name] for name in before} != before
