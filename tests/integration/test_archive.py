"""The archive of a server: records of other servers are verified and kept, and
everything that was written in meetings can be found. Records come from the
database of tests/vectors/schema, so no meeting has to be held for it."""
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "conformance")]
import record_forms as forms  # noqa: E402
from record_file import MANIFEST, RecordFile, heads_of  # noqa: E402
from server_process import BUILD, ServerProcess  # noqa: E402
from stored_schema import held_meeting, stored_server  # noqa: E402

OK, REFUSED, FAILED = 0, 1, 2
CUT = 45  # the last event of the meeting while it was on


def chiboctl(server, *words, code=OK, language="en", wrap=()):
    done = subprocess.run(
        [*wrap, BUILD / "bin/chiboctl", *map(str, words), "--config",
         server.config, "--language", language], capture_output=True,
        text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def rows(server, *words, code=OK):
    return [json.loads(line) for line in
            chiboctl(server, *words, "--json", code=code).splitlines()
            if line.startswith("{")]


def imported(server, *paths, code=OK):
    return [row["result"] for row in
            rows(server, "record", "import", *paths, code=code)]


def archive_of(server):
    folder = server.data / "archive"
    return {path.name: path.read_bytes() for path in folder.glob("*.chibo")}


class Origin:
    """The server that held the meeting, with its record as it was before it
    ended, at its end, and with less in it."""

    def __init__(self, directory):
        self.server = stored_server(directory / "origin")
        self.meeting = held_meeting(self.server.data / "chibo.db")
        self.full = self.export(self.server, directory / "full.chibo")
        self.upper = directory / "upper.chibo"
        chiboctl(self.server, "record", "redact", "--level", "upper",
                 self.full, self.upper)
        self.running = self.export(self.cut(directory / "earlier"),
                                   directory / "running.chibo")
        self.other = self.export(self.cut(directory / "forked", fork=True),
                                 directory / "other.chibo")

    def export(self, server, path):
        chiboctl(server, "record", "export", self.meeting, "--out", path)
        return path

    def cut(self, directory, fork=False):
        """The same server while the meeting was on; or one with the same key
        that says something else of it: a hand that was never raised."""
        server = stored_server(directory)
        database = sqlite3.connect(server.data / "chibo.db")
        database.executescript(f"""
            DROP TRIGGER event_is_never_deleted;
            DELETE FROM opening WHERE log_id = 2 AND seq > {CUT - fork};
            DELETE FROM event WHERE log_id = 2 AND seq > {CUT - fork};
            UPDATE log SET is_closed = 0 WHERE id = 2;
            INSERT INTO room_key VALUES (2, zeroblob(32));
            CREATE TEMP TABLE ended AS
                SELECT seq FROM event WHERE log_id = 1 AND
                json_extract(CAST(bytes AS TEXT), '$.ev') = 'meeting_ended';
            DELETE FROM opening WHERE log_id = 1 AND
                seq >= (SELECT seq FROM ended);
            DELETE FROM event WHERE log_id = 1 AND
                seq >= (SELECT seq FROM ended);
            """)
        if fork:
            self.say_else(database)
        database.commit()
        database.close()
        return server

    def say_else(self, database):
        at, head = database.execute(
            "SELECT at_ms, head FROM event WHERE log_id = 2"
            " ORDER BY seq DESC LIMIT 1").fetchone()
        event = json.dumps({"seq": CUT, "n": "00" * 16, "at": at,
                            "ev": "hand_raised", "member": "m3"},
                           separators=(",", ":")).encode()
        database.execute("INSERT INTO event VALUES (2, ?, ?, ?, ?)", (
            CUT, at, forms.link(head, CUT, forms.leaf(event)), event))


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    return Origin(tmp_path_factory.mktemp("origin"))


class Place:
    """Settings and a data directory: an archive needs no more."""

    def __init__(self, directory):
        self.directory = directory
        self.data = directory / "data"
        self.data.mkdir(mode=0o700, parents=True)
        self.config = directory / "chibod.conf"
        self.config.write_text('data_directory = "data";\n')


@pytest.fixture
def server(tmp_path):
    return Place(tmp_path / "here")


# --- importing ---------------------------------------------------------------------


def test_a_record_of_another_server_is_kept_as_it_is(origin, server):
    assert imported(server, origin.full) == ["stored"]
    assert list(archive_of(server).values()) == [origin.full.read_bytes()]
    listed, = rows(server, "record", "list")
    assert (listed["meeting"], listed["origin"], listed["cell"]) == (
        origin.meeting, "imported", "Chi bộ Mẫu")
    assert not listed["signed"] and listed["level"] == "full"
    assert listed["size"] == origin.full.stat().st_size


def test_the_same_record_twice_is_told_and_changes_nothing(origin, server):
    imported(server, origin.full)
    before = archive_of(server)
    assert imported(server, origin.full, origin.full) == ["same", "same"]
    assert archive_of(server) == before


def test_a_later_export_takes_the_place_of_an_earlier_one(origin, server):
    assert imported(server, origin.running) == ["stored"]
    assert imported(server, origin.full) == ["extended"]
    assert imported(server, origin.running) == ["older"]
    assert list(archive_of(server).values()) == [origin.full.read_bytes()]


def test_a_record_with_less_in_it_replaces_nothing(origin, server):
    assert imported(server, origin.upper) == ["stored"]
    assert imported(server, origin.full) == ["extended"]
    said = chiboctl(server, "record", "import", origin.upper, code=REFUSED)
    assert "left out" in said
    assert list(archive_of(server).values()) == [origin.full.read_bytes()]


def test_another_history_of_a_stored_meeting_is_refused(origin, server):
    assert imported(server, origin.other) == ["stored"]
    said = chiboctl(server, "record", "import", origin.full, code=REFUSED)
    assert "CONTRADICTS" in said
    assert list(archive_of(server).values()) == [origin.other.read_bytes()]


def test_the_server_that_has_the_meeting_itself_stores_nothing(origin):
    assert imported(origin.server, origin.full) == ["own"]
    said = chiboctl(origin.server, "record", "import", origin.other,
                    code=REFUSED)
    assert "CONTRADICTS" in said
    assert archive_of(origin.server) == {}


def changed(record):
    """One byte of the log."""
    data = bytearray(record)
    data[data.index(b"agenda") + 1] ^= 1
    return bytes(data)


def lied(data):
    """The same, in a ZIP file that is sound."""
    record = RecordFile(data)
    events = record.events()
    events[1] = events[1].replace(b'"at":1', b'"at":2')
    record.put_events(events)
    return record.bytes()


def sealed_by_another(data):
    record = RecordFile(data)
    record.reseal(bytes(range(32)))
    return record.bytes()


def bomb(_):
    """A ZIP file of a kilobyte that says it is a gigabyte."""
    import io
    import zipfile
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(MANIFEST, b"0" * (64 << 20))
    return out.getvalue()


def out_of_the_folder(data):
    record = RecordFile(data)
    record.files["../../etc/passwd"] = b"x"
    return record.bytes()


@pytest.mark.parametrize("spoil, reason", [
    (changed, "the bytes of a file are not"),
    (lied, "not the one that the manifest names"),
    (sealed_by_another, "not signed by the server of this meeting"),
    (bomb, "not written as the file of a record is"),
    (out_of_the_folder, "not written as the file of a record is"),
    (lambda data: data[:-100], "not written as the file of a record is"),
    (lambda data: b"%PDF-1.4\n" + data, "it is no file of a record"),
    (lambda data: b"", "it is no file of a record"),
])
def test_a_file_that_does_not_verify_is_refused_with_the_reason(
        origin, server, tmp_path, spoil, reason):
    path = tmp_path / "hostile.chibo"
    path.write_bytes(spoil(origin.full.read_bytes()))
    said = chiboctl(server, "record", "import", path, origin.full,
                    code=REFUSED)
    assert reason in said
    assert list(archive_of(server).values()) == [origin.full.read_bytes()]


def test_a_file_too_large_for_a_record_is_not_read(server, tmp_path):
    path = tmp_path / "huge.chibo"
    with open(path, "wb") as huge:
        huge.write(b"PK\x03\x04")
        huge.truncate((1 << 30) + 1)
    limited = ["prlimit", f"--as={600 << 20}"]
    said = chiboctl(server, "record", "import", path, code=FAILED,
                    wrap=limited)
    assert "larger than is allowed" in said


def test_records_come_in_while_the_server_runs(origin, tmp_path):
    server = ServerProcess(tmp_path / "running").start()
    try:
        assert imported(server, origin.full) == ["stored"]
        assert found(server, "nong thon moi")
        admin = server.admin()
        assert admin.do("add_unit", kind="cell", name="Chi bộ Mẫu 2")["made"]
        admin.close()
    finally:
        server.close()


def anchors_of(origin, path, head):
    lines = ["chibo-anchors 1", f"organisation {origin.meeting.split('.')[0]}",
             f"log {origin.meeting}", f"genesis {head}"]
    text = "".join(line + "\n" for line in lines)
    path.write_text(text + f"sum {hashlib.sha256(text.encode()).hexdigest()}\n")
    return path


def test_an_anchor_that_contradicts_a_record_keeps_it_out(origin, server,
                                                          tmp_path):
    path = tmp_path / "anchors.txt"
    heads = heads_of(RecordFile(origin.full.read_bytes()).events())
    anchors_of(origin, path, "ab" * 32)
    said = chiboctl(server, "record", "import", origin.full, "--anchor", path,
                    code=REFUSED)
    assert "an anchor CONTRADICTS the record" in said
    assert archive_of(server) == {}
    anchors_of(origin, path, heads[0].hex())
    chiboctl(server, "record", "import", origin.full, "--anchor", path)
    path.write_text("no anchors\n")
    said = chiboctl(server, "record", "import", origin.full, "--anchor", path,
                    code=FAILED)
    assert "no anchors" in said


# --- what can go wrong on the way ----------------------------------------------------


def full_disk(folder, size):
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700",
                    "tmpfs", folder], check=True)


def test_a_full_disk_while_importing_loses_nothing(origin, server):
    folder = server.data / "archive"
    room = 2 * origin.running.stat().st_size
    full_disk(folder, (room // 4096 + 20) * 4096)
    try:
        assert imported(server, origin.running) == ["stored"]
        before = archive_of(server)
        filler = folder / "filler"
        with open(filler, "wb") as out:
            try:
                while True:
                    os.write(out.fileno(), b"x" * 4096)
            except OSError:
                pass
        said = chiboctl(server, "record", "import", origin.full, code=FAILED)
        assert "the disk is full; nothing was changed" in said
        assert archive_of(server) == before
        assert {path.suffix for path in folder.iterdir()} <= {
            ".chibo", ".db", ".lock", ""}
        filler.unlink()
        assert rows(server, "record", "search", "thảo luận báo cáo")
    finally:
        subprocess.run(["umount", folder], check=True)


def test_what_a_killed_import_left_is_swept_away(origin, server):
    imported(server, origin.running)
    name, = archive_of(server)
    left = server.data / "archive" / f"{name}.aB3dE6"
    left.write_bytes(origin.full.read_bytes()[:5000])
    assert imported(server, origin.full) == ["extended"]
    assert not left.exists()


def test_two_at_once_do_not_work_on_one_archive(origin, server):
    imported(server, origin.full)
    lock = server.data / "archive/index.db.lock"
    with open(lock) as held:
        import fcntl
        fcntl.flock(held, fcntl.LOCK_EX)
        said = chiboctl(server, "record", "import", origin.full, code=FAILED)
    assert "another chiboctl is at work" in said


# --- finding -------------------------------------------------------------------------


def found(server, *words):
    return {(row["where"], row["snippet"]) for row in
            rows(server, "record", "search", *words)}


@pytest.fixture(scope="module")
def here(origin, tmp_path_factory):
    server = Place(tmp_path_factory.mktemp("here") / "here")
    imported(server, origin.full)
    return server


@pytest.mark.parametrize("words, hit", [
    (["thong qua nghi quyet"],
     ("motion", "[Thông qua nghị quyết]")),
    (["THÔNG QUA NGHỊ QUYẾT"],
     ("motion", "[Thông qua nghị quyết]")),
    (["Tho\u0302ng qua"], ("motion", "[Thông qua] nghị quyết")),
    (["quyết", "thông"], ("motion", "[Thông] qua nghị [quyết]")),
    (["da nghe va thao luan"],
     ("entry", "Chi bộ [đã nghe và thảo luận] báo cáo.")),
    (["du thao nong thon"],
     ("document", "[du_thao_nong_thon]_moi.txt")),
    (["bao cao"], ("agenda", "[Báo cáo]")),
])
def test_words_are_found_with_and_without_their_marks(here, words, hit):
    assert hit in found(here, *words)


def test_a_phrase_is_found_only_in_its_order(here):
    assert found(here, "qua nghị")
    assert not found(here, "nghị qua")


def test_what_was_written_anew_is_not_found_in_its_old_form(here):
    assert not found(here, "đã nghe báo cáo")


def test_chat_and_names_of_people_are_not_in_the_index(here):
    assert not found(here, "Tôi cũng đồng ý")
    assert not found(here, "ốm")


def test_a_meeting_under_way_is_found_as_soon_as_it_is_written(origin):
    assert found(origin.server, "ket nap dang vien") == {
        ("agenda", "[Kết nạp đảng viên]")}


@pytest.mark.parametrize("words", [
    ['báo" OR "cáo'], ["báo) AND (cáo"], ["NEAR(bao cao, 2)"],
    ["text : bao"], [" -bao"], ["^cao"], ["bao*"], ["bao", "NOT", "cao"],
    ["'; DROP TABLE piece; --"], ["{text}: bao"], ["bao + cao"], ['"'  "a"],
])
def test_no_word_is_a_command_of_the_search(here, words):
    said = rows(here, "record", "search", *words)
    assert all(row["meeting"] for row in said)
    assert found(here, "bao cao")


def test_more_hits_than_are_shown_are_counted(here):
    said = chiboctl(here, "record", "search", "--limit", "1", "bao cao")
    assert "the first 1 are shown" in said
    assert len(found(here, "--limit", "1", "bao cao")) == 1
    assert "1 to" in chiboctl(here, "record", "search", "--limit", "0", "bao",
                              code=FAILED)


@pytest.mark.parametrize("words, reason", [
    (["***"], "has no word in it"), ([""], "has no word in it"),
    (["a"] * 33, "too many"), (["x" * 5000], "too many words"),
])
def test_nothing_to_look_for_is_told(here, words, reason):
    assert reason in chiboctl(here, "record", "search", *words, code=FAILED)


def test_a_damaged_index_is_made_anew(origin, server):
    imported(server, origin.full)
    index = server.data / "archive/index.db"
    data = bytearray(index.read_bytes())
    data[4096:12288] = os.urandom(8192)
    index.write_bytes(data)
    assert found(server, "nghe va thao luan")
    index.write_bytes(b"no database")
    assert found(server, "nghe va thao luan")
    assert index.stat().st_mode & 0o777 == 0o600


def test_the_index_follows_the_folder(origin, server):
    """Whatever became of the files, by hand or from a backup."""
    imported(server, origin.full)
    name, = archive_of(server)
    path = server.data / "archive" / name
    shutil.copy(path, server.directory / "kept")
    path.unlink()
    assert rows(server, "record", "list") == []
    assert not found(server, "thảo luận")
    shutil.copy(server.directory / "kept", path)
    assert found(server, "thảo luận")
    assert rows(server, "record", "index") == [{"meetings": 1}]
    assert found(server, "thảo luận")


def test_the_words_are_vietnamese_where_that_is_asked_for(here):
    said = chiboctl(here, "record", "search", "bao cao", language="vi")
    assert "chương trình" in said and "biên bản" in said.lower()


# --- verifying again -----------------------------------------------------------------


def verified(server, *words, code=OK):
    *each, total = rows(server, "record", "verify", *words, code=code)
    return {row["name"]: row["result"] for row in each}, total


def test_all_that_is_stored_is_verified_again(origin):
    each, total = verified(origin.server, "--all")
    assert sorted(each.values()) == ["so_far", "so_far"]
    assert (total["verified"], total["invalid"]) == (2, 0)
    said = chiboctl(origin.server, "record", "verify", "--all")
    assert f"{origin.meeting}: valid so far" in said
    assert "verified: 2; complete: 0, so far: 2" in said


def test_one_of_them_is_verified_by_its_name(origin, server):
    imported(server, origin.full)
    name, = archive_of(server)
    assert verified(server, name)[0] == {name: "so_far"}
    assert "not all of these" in chiboctl(server, "record", "verify", "m.1",
                                          code=FAILED)
    assert "give --all" in chiboctl(server, "record", "verify", code=FAILED)


def test_a_damaged_record_is_named_and_the_rest_is_verified(origin, server):
    imported(server, origin.full)
    name, = archive_of(server)
    path = server.data / "archive" / name
    path.write_bytes(lied(path.read_bytes()))
    shutil.copy(origin.upper, path.with_name("b_upper.chibo"))
    each, total = verified(server, "--all", code=REFUSED)
    assert each == {name: "invalid", "b_upper.chibo": "so_far"}
    assert (total["so_far"], total["invalid"]) == (1, 1)
    assert imported(server, origin.full) == ["mended"]
    assert verified(server, name)[0] == {name: "so_far"}


@pytest.mark.parametrize("fault, result, code", [
    ("UPDATE opening SET value = value || '.' WHERE log_id = 2 AND"
     " field = 'text'", "invalid", REFUSED),
    ("DELETE FROM blob_piece", "invalid", REFUSED),
    ("DELETE FROM blob", "unreadable", FAILED),
    ("DROP TRIGGER event_is_never_deleted;"
     " DELETE FROM event WHERE log_id = 2 AND seq = 40", "invalid", REFUSED),
])
def test_damage_in_the_database_is_found(tmp_path, fault, result, code):
    server = stored_server(tmp_path / "server")
    meeting = held_meeting(server.data / "chibo.db")
    database = sqlite3.connect(server.data / "chibo.db")
    database.executescript(fault)
    database.close()
    each, total = verified(server, "--all", code=code)
    assert each[meeting] == result
    assert total["verified"] == 2
