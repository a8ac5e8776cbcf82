"""What is over its time is destroyed: only what was listed and confirmed, in all
files, with a signed report; the chain and what is left still verify."""
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "conformance")]
import record_forms as forms  # noqa: E402
from server_process import BUILD  # noqa: E402
from stored_schema import held_meeting, stored_server  # noqa: E402
from test_schemas import tables_of  # noqa: E402

OK, REFUSED, FAILED, SO_FAR = 0, 1, 2, 3
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
KILL_FS = BUILD / "tests/kill_fs.so"
TERMS = ("keep_attachments_months = 12; keep_texts_months = 24;"
         "keep_meetings_months = 120; keep_imported_months = 36;")
ATTACHED = "Dự thảo nghị quyết về nông thôn mới".encode()
CHAT = "Tôi cũng đồng ý.".encode()
ENTRY = "Chi bộ đã nghe và thảo luận báo cáo.".encode()
TITLE = "Sinh hoạt chi bộ thường kỳ".encode()
WHO = ("--administrator", "Quản trị viên Mẫu 01",
       "--authority", "Quyết định số 01-QĐ/CB")


def chiboctl(server, *words, code=OK, at=None):
    """In English, on the day `at`."""
    environment = dict(os.environ)
    if at:
        environment.update(LD_PRELOAD=str(FAKETIME), TZ="UTC",
                           FAKETIME=f"@{at} 12:00:00")
    done = subprocess.run(
        [BUILD / "bin/chiboctl", *map(str, words), "--config", server.config,
         "--language", "en"], capture_output=True, text=True, timeout=120,
        stdin=subprocess.DEVNULL, env=environment)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def rows(server, *words, **options):
    return [json.loads(line) for line in
            chiboctl(server, *words, "--json", **options).splitlines()
            if line.startswith("{")]


def due(server, at):
    *items, total = rows(server, "record", "destroy", at=at)
    return {(row["meeting"], row["what"]) for row in items}, total["code"]


def destroy(server, at):
    _, code = due(server, at)
    done, = rows(server, "record", "destroy", "--confirm", code, *WHO, at=at)
    return done["report"]


def verify(*arguments):
    done = subprocess.run(
        [BUILD / "bin/chibo-verify", *map(str, arguments), "--json"],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, json.loads(done.stdout or "null")


def export(server, path):
    chiboctl(server, "record", "export", server.meeting, "--out", path)
    return path


def is_anywhere(server, text):
    """In any file of the data directory, as bytes."""
    return [path for path in server.data.rglob("*") if path.is_file()
            and text in path.read_bytes()]


@pytest.fixture
def server(tmp_path):
    server = stored_server(tmp_path / "server")
    server.meeting = held_meeting(server.data / "chibo.db")
    server.config.write_text(server.config.read_text() + TERMS + "\n")
    return server


def test_nothing_is_over_unless_the_settings_say_so(server):
    server.config.write_text(server.config.read_text().replace(TERMS, ""))
    assert due(server, "2126-01-01") == (set(), "")
    assert "Nothing is due" in chiboctl(server, "record", "destroy")


def test_only_the_list_that_was_shown_is_destroyed(server):
    before = tables_of(server.data / "chibo.db")
    items, code = due(server, "2027-12-01")
    assert items == {(server.meeting, "attachments")}
    assert "another list" in chiboctl(
        server, "record", "destroy", "--confirm", "0" * 12, *WHO,
        code=REFUSED, at="2027-12-01")
    assert "another list" in chiboctl(
        server, "record", "destroy", "--confirm", code, *WHO, code=REFUSED,
        at="2028-12-01")
    assert "names who destroys" in chiboctl(
        server, "record", "destroy", "--confirm", code, code=FAILED,
        at="2027-12-01")
    assert tables_of(server.data / "chibo.db") == before


def test_a_meeting_under_way_and_kinds_for_ever_are_left(server):
    items, _ = due(server, "2036-12-01")
    assert items == {(server.meeting, "meeting")}
    with open(server.config, "a") as settings:
        settings.write('keep_forever_kinds = "congress, regular";\n')
    assert due(server, "2036-12-01") == (set(), "")
    server.config.write_text(server.config.read_text().replace(
        "congress, regular", "congresses"))
    assert "no kinds of meeting" in chiboctl(server, "record", "destroy",
                                             code=FAILED)


def test_nothing_is_destroyed_beside_a_running_server(server):
    server.start()
    try:
        _, code = due(server, "2027-12-01")
        said = chiboctl(server, "record", "destroy", "--confirm", code, *WHO,
                        code=FAILED, at="2027-12-01")
        assert "stop chibod" in said
    finally:
        server.close()
    assert is_anywhere(server, ATTACHED)


def test_an_attachment_is_gone_and_the_record_still_verifies(server, tmp_path):
    chiboctl(server, "record", "list")
    before = tables_of(server.data / "chibo.db")
    assert is_anywhere(server, ATTACHED)
    destroy(server, "2027-12-01")
    assert not is_anywhere(server, ATTACHED)
    after = tables_of(server.data / "chibo.db")
    for kept in ("event", "opening", "request", "log"):
        assert after[kept] == before[kept]
    code, said = verify(export(server, tmp_path / "left.chibo"))
    assert (code, said["gaps"]) == (SO_FAR, ["not_signed"])
    assert said["record"]["level"] == "as_kept"
    assert said["record"]["files_hidden"] == ["attachments/d1.txt"]
    assert due(server, "2027-12-02") == (set(), "")


def keep_drawn(server, text):
    """A file as the server keeps minutes that it drew for a reader."""
    with contextlib.closing(sqlite3.connect(server.data / "chibo.db")) as db:
        blob = db.execute(
            "INSERT INTO blob (hash, size, durable_size, is_complete)"
            " VALUES (?, ?, ?, 1)", (hashlib.sha256(text).digest(), len(text),
                                     len(text))).lastrowid
        db.execute("INSERT INTO blob_piece VALUES (?, 0, ?)", (blob, text))
        db.commit()


def test_texts_are_gone_and_the_chain_still_verifies(server, tmp_path):
    chiboctl(server, "record", "list")
    keep_drawn(server, "BIÊN BẢN\n".encode() + ENTRY)
    before = tables_of(server.data / "chibo.db")
    for text in (CHAT, ENTRY, ATTACHED):
        assert is_anywhere(server, text)
    destroy(server, "2028-12-01")
    for text in (CHAT, ENTRY, ATTACHED):
        assert not is_anywhere(server, text)
    assert tables_of(server.data / "chibo.db")["event"] == before["event"]
    code, said = verify(export(server, tmp_path / "left.chibo"))
    assert (code, said["gaps"]) == (SO_FAR, ["not_signed"])
    assert said["record"]["level"] == "upper"
    assert rows(server, "verify")[0]["events"] == len(before["event"])
    assert not rows(server, "record", "search", "thao luan bao cao")
    assert rows(server, "record", "search", "thong qua nghi quyet")


def test_a_whole_meeting_leaves_only_its_chain(server):
    before = tables_of(server.data / "chibo.db")
    destroy(server, "2036-12-01")
    after = tables_of(server.data / "chibo.db")
    assert after["event"] == before["event"]
    assert not is_anywhere(server, CHAT) and not is_anywhere(server, ENTRY)
    assert not [row for row in after["opening"] if row[0] == 2]
    assert rows(server, "verify")[0]["events"] == len(before["event"])
    each = {row["name"]: row["result"]
            for row in rows(server, "record", "verify", "--all")[:-1]}
    assert each[server.meeting] == "destroyed"
    assert "was destroyed" in chiboctl(
        server, "record", "export", server.meeting, "--out", "/dev/null",
        code=REFUSED)
    listed = {row["meeting"]: row for row in rows(server, "record", "list")}
    assert listed[server.meeting]["level"] == "destroyed"
    assert listed[server.meeting]["title"] == ""
    server.start()
    server.close()


def test_step_by_step_is_what_it_is_at_once(server, tmp_path):
    assert destroy(server, "2027-12-01") == 1
    assert destroy(server, "2028-12-01") == 2
    code, said = verify(export(server, tmp_path / "left.chibo"))
    assert (code, said["record"]["level"]) == (SO_FAR, "upper")
    assert destroy(server, "2036-12-01") == 3
    assert not list((server.data / "archive").glob("*.rest"))
    assert [row["report"] for row in rows(server, "record", "destroyed")] == [
        1, 2, 3]
    listed = next(row for row in rows(server, "record", "list")
                  if row["meeting"] == server.meeting)
    assert listed["level"] == "destroyed"


def test_an_imported_record_goes_whole(server, tmp_path):
    other = stored_server(tmp_path / "other")
    other.meeting = server.meeting
    record = export(other, tmp_path / "meeting.chibo")
    database = server.data / "chibo.db"
    database.rename(tmp_path / "aside.db")
    chiboctl(server, "record", "import", record)
    (tmp_path / "aside.db").rename(database)
    sum_of = hashlib.sha256(record.read_bytes()).hexdigest()
    number = destroy(server, "2029-12-01")
    assert not list((server.data / "archive").glob("*.chibo"))
    report, = rows(server, "record", "destroyed", number)
    item = next(row for row in report["items"] if row["origin"] == "imported")
    assert (item["what"], item["hash"], item["bytes"]) == (
        "record", sum_of, record.stat().st_size)


def test_a_disk_that_is_full_destroys_nothing(server):
    chiboctl(server, "record", "list")
    folder = server.data / "archive"
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k,mode=0700",
                    "tmpfs", folder], check=True)
    try:
        before = tables_of(server.data / "chibo.db")
        _, code = due(server, "2027-12-01")
        said = chiboctl(server, "record", "destroy", "--confirm", code, *WHO,
                        code=FAILED, at="2027-12-01")
        assert "the disk is full; nothing was destroyed" in said
        assert tables_of(server.data / "chibo.db") == before
    finally:
        subprocess.run(["umount", folder], check=True)


class Killed:
    """Destroying the texts of a meeting, by a process that dies at one step of
    its disk."""

    def __init__(self, server):
        self.server = server
        self.aside = server.directory / "aside"
        chiboctl(server, "record", "list")
        _, self.code = due(server, "2028-12-01")
        shutil.copytree(server.data, self.aside)
        self.events = tables_of(server.data / "chibo.db")["event"]

    def run_to(self, step):
        """True: it came to its end."""
        shutil.rmtree(self.server.data)
        shutil.copytree(self.aside, self.server.data)
        environment = dict(
            os.environ, LD_PRELOAD=f"{KILL_FS} {FAKETIME}", TZ="UTC",
            FAKETIME="@2028-12-01 12:00:00", KILL_FS_AT=str(step),
            KILL_FS_UNDER=str(self.server.data))
        done = subprocess.run(
            [BUILD / "bin/chiboctl", "record", "destroy", "--confirm",
             self.code, *WHO, "--config", self.server.config],
            capture_output=True, text=True, timeout=120, env=environment,
            stdin=subprocess.DEVNULL)
        assert done.returncode in (OK, -signal.SIGKILL), done.stderr
        return done.returncode == OK

    def is_destroyed(self):
        """All or nothing; and either verifies."""
        tables = tables_of(self.server.data / "chibo.db")
        assert tables["event"] == self.events
        each = {row["name"]: row["result"] for row in
                rows(self.server, "record", "verify", "--all")[:-1]}
        assert each[self.server.meeting] == "so_far"
        assert len(tables["destruction"]) == len(tables["destroyed"])
        opened = [row[4].encode() for row in tables["opening"]]
        assert len({CHAT in opened, ENTRY in opened,
                    not tables["destruction"]}) == 1
        return bool(tables["destruction"])


def test_a_killed_destruction_is_whole_or_not_at_all(server):
    killed = Killed(server)
    outcomes = []
    for step in range(1, 400, 19):
        is_done = killed.run_to(step)
        outcomes.append(killed.is_destroyed())
        if is_done:
            break
        items, code = due(server, "2028-12-01")
        assert bool(items) != outcomes[-1]
    assert is_done and outcomes[-1] and not outcomes[0]
    assert outcomes == sorted(outcomes)
    for text in (CHAT, ENTRY, ATTACHED):
        assert not [path for path in is_anywhere(server, text)]


# --- the report ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    where = tmp_path_factory.mktemp("reported")
    server = stored_server(where / "server")
    server.meeting = held_meeting(server.data / "chibo.db")
    server.config.write_text(server.config.read_text() + TERMS + "\n")
    server.record = export(server, where / "whole.chibo")
    for number, at in ((1, "2027-12-01"), (2, "2028-12-01")):
        destroy(server, at)
        chiboctl(server, "record", "destroyed", number, "--out",
                 where / f"{number}.json")
    return server


def test_a_report_says_what_was_destroyed_by_whom(reported):
    first, second = ((reported.directory.parent / f"{i}.json").read_bytes()
                     for i in (1, 2))
    report = json.loads(first)
    assert report["administrator"] == "Quản trị viên Mẫu 01"
    assert report["authority"] == "Quyết định số 01-QĐ/CB"
    assert report["previous"] == "0" * 64
    assert json.loads(second)["previous"] == hashlib.sha256(first).hexdigest()
    item, = report["items"]
    assert (item["meeting"], item["what"], item["files"], item["bytes"]) == (
        reported.meeting, "attachments", 1, len(ATTACHED + b"\n"))
    assert item["title"].encode() == TITLE


def test_openssl_verifies_a_report_by_the_document_alone(reported, tmp_path):
    """docs/record.md a second time: other code, and the openssl program."""
    text = (reported.directory.parent / "1.json").read_bytes()
    report = json.loads(text)
    signed = text[:text.index(b',"key":')] + b"}"
    key = bytes.fromhex(report["key"])

    def field(value):
        if isinstance(value, int):
            value = value.to_bytes(8, "big")
        elif isinstance(value, str):
            value = value.encode()
        return len(value).to_bytes(4, "big") + value
    statement = b"chibo-v1:act\0" + b"".join(map(field, (
        key, report["organisation"], "server", "destroy",
        report["destruction"], "", hashlib.sha256(signed).hexdigest(),
        report["seq"], bytes.fromhex(report["head"]))))
    (tmp_path / "statement").write_bytes(statement)
    (tmp_path / "sig").write_bytes(bytes.fromhex(report["sig"]))
    (tmp_path / "key.der").write_bytes(
        bytes.fromhex("302a300506032b6570032100") + key)

    def openssl():
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform",
             "DER", "-inkey", tmp_path / "key.der", "-in",
             tmp_path / "statement", "-sigfile", tmp_path / "sig"],
            capture_output=True, text=True).returncode
    assert openssl() == 0
    (tmp_path / "statement").write_bytes(statement + b".")
    assert openssl() != 0


def test_chibo_verify_says_whose_report_it_is(reported, tmp_path):
    path = reported.directory.parent / "2.json"
    assert verify(path)[0] == SO_FAR
    code, said = verify(path, "--register", reported.record)
    assert (code, said["valid"], said["report"]) == (OK, True, 2)
    text = path.read_bytes()
    for changed in (text.replace(b'"openings":', b'"openings":1', 1),
                    text.replace(b"01-Q", b"02-Q", 1),
                    text.replace(b'"destruction":2', b'"destruction":3', 1)):
        assert changed != text
        spoilt = tmp_path / "spoilt.json"
        spoilt.write_bytes(changed)
        assert verify(spoilt)[0] == REFUSED
    spoilt.write_bytes(resigned(text))
    assert verify(spoilt)[0] == SO_FAR
    # The register in the record ends before the report, and may not know all.
    assert verify(spoilt, "--register", reported.record)[0] == SO_FAR
    whole = tmp_path / "register"
    database = sqlite3.connect(reported.data / "chibo.db")
    whole.write_bytes(b"".join(row[0] + b"\n" for row in database.execute(
        "SELECT bytes FROM event WHERE log_id = 1 ORDER BY seq")))
    database.close()
    assert verify(spoilt, "--register", whole)[0] == REFUSED
    assert verify(path, "--register", whole)[0] == OK
    spoilt.write_bytes(text[:-10])
    assert verify(spoilt)[0] in (REFUSED, FAILED)


def resigned(text):
    """The same report, by somebody with another key."""
    report = json.loads(text)
    signed = text[:text.index(b',"key":')] + b"}"
    seed = bytes(range(32))
    key = forms.public_key(seed)
    statement = forms.statement("act", key, report["organisation"], [
        b"server", b"destroy", forms.number(report["destruction"]), b"",
        hashlib.sha256(signed).hexdigest().encode(),
        forms.number(report["seq"]), bytes.fromhex(report["head"])])
    signature = forms.private_key(seed).sign(statement).hex()
    return (text[:text.index(b',"key":')]
            + f',"key":"{key.hex()}","sig":"{signature}"}}'.encode())


def test_a_report_cannot_be_changed_or_taken_away_in_the_database(reported):
    database = sqlite3.connect(reported.data / "chibo.db")
    for change in ("DELETE FROM destruction",
                   "UPDATE destruction SET report = x'00'"):
        with pytest.raises(sqlite3.DatabaseError):
            database.execute(change)
    database.close()
