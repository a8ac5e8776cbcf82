"""What the server records: refused, allowed, told to who comes late, stopped;
over restarts and full disks; the files as other programs read them."""
import datetime
import hashlib
import json
import os
import pathlib
import signal
import shutil
import sqlite3
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import ogg_file  # noqa: E402
from opus_speech import Speaker  # noqa: E402
from record_file import MANIFEST, REDACTION, RecordFile  # noqa: E402
from server_process import (BUILD, Cell, ServerProcess, open_meeting,  # noqa: E402
                            slot_of, wait_until)
from wire_client import (AUDIO_HEADER, AUDIO_TYPE, PATIENCE,  # noqa: E402
                         Company, Refused, read_beside)

MEMBERS = 4
FRAME_S = 0.02


class Hall:
    def __init__(self, directory, server=None, **options):
        self.server = server or ServerProcess(directory, recording="chair",
                                              **options)
        self.server.start()
        admin = self.server.admin()
        self.cell = Cell(self.server, admin)
        self.members = [
            self.cell.add_member(f"Đảng viên Mẫu {i:02}",
                                 office="none" if i else "cell_leader")
            for i in range(MEMBERS)]
        self.devices = [self.cell.enrol(m) for m in self.members]
        self.speakers = []
        self.company = Company()

    def begin(self, count=MEMBERS):
        """A meeting that is open, with so many of the members."""
        self.meeting = self.cell.schedule(self.members[0], self.members[1])
        self.come(count)
        open_meeting(self.meeting, self.chair, self.clients[1:])
        return self

    def come(self, count):
        self.leave()
        for device in self.devices[:count]:
            self.company.add(self.server.login(device))
            self.company.attend()
        self.chair = self.clients[0]

    @property
    def clients(self):
        return self.company.clients

    def leave(self):
        self.company.close()
        self.company = Company()

    def close(self):
        self.leave()
        for speaker in self.speakers:
            speaker.close()
        self.server.close()

    def speaker(self, frame_ms=20, first=7):
        self.speakers.append(Speaker(frame_ms, first))
        return self.speakers[-1]

    def give_floor(self, client):
        answer = self.chair.do("give_floor", self.meeting,
                               member=client.device.holder)
        client.wait_seq(self.meeting, answer["seq"])

    def send(self, client, said):
        """Frames that have arrived when this returns."""
        slot = slot_of(client, self.meeting)
        for flags, sequence, timestamp, payload in said:
            client.send_binary(AUDIO_HEADER.pack(
                AUDIO_TYPE, flags, slot, sequence & 0xffffffff, timestamp,
                len(payload)) +
                payload)
        client.settle()

    def start(self):
        seq = self.chair.do("start_recording", self.meeting)["seq"]
        for client in self.clients:
            client.wait_seq(self.meeting, seq)
        return seq

    def kept(self, since=0):
        return self.chair.wait_event(self.meeting, "recording_kept", since)

    def blob(self, name):
        database = sqlite3.connect(
            f"file:{self.server.data / 'chibo.db'}?mode=ro", uri=True)
        pieces = database.execute(
            "SELECT piece.bytes FROM blob_piece AS piece JOIN blob ON"
            " blob.id = piece.blob_id WHERE blob.hash = ? ORDER BY start",
            (bytes.fromhex(name),)).fetchall()
        database.close()
        return b"".join(row[0] for row in pieces)

    def file(self, row, tmp_path):
        """A file that the log names, looked at by everybody."""
        data = self.blob(row["blob"])
        assert hashlib.sha256(data).hexdigest() == row["blob"]
        assert len(data) == row["size"]
        ogg = ogg_file.OggFile(data)
        path = tmp_path / f"{row['holder']}.opus"
        path.write_bytes(data)
        seconds, packets = read_beside(self.clients,
                                       lambda: ogg_file.probe(path))
        assert packets == len(ogg.all)
        assert abs(seconds - ogg.seconds) < FRAME_S
        read_beside(self.clients, lambda: ogg_file.opusinfo(path))
        assert len(ogg.packets) == row["packets"]
        assert abs(row["to"] - row["from"] - ogg.granule / 48) <= 1
        assert ogg.comments["MEETING"] == self.meeting
        assert ogg.comments["SPEAKER"] == row["holder"]
        assert ogg.comments["STARTED_MS"] == str(row["from"])
        return ogg

    def folder(self):
        return sorted(p.name for p in (self.server.data / "recordings").iterdir())


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    made = Hall(tmp_path_factory.mktemp("recording"))
    yield made
    made.close()


def payloads(said):
    return [payload for _, _, _, payload in said]


@pytest.mark.parametrize("by", [None, "nobody"])
def test_without_the_rule_nobody_records(tmp_path, by):
    made = Hall(tmp_path, ServerProcess(tmp_path, recording=by))
    try:
        made.begin(2)
        with pytest.raises(Refused) as refused:
            made.chair.do("start_recording", made.meeting)
        assert refused.value.code == "no_recording"
        assert refused.value.error["args"] == {"ruleset": "interim-2026-11"}
        made.send(made.chair, made.speaker().say(10))
        made.chair.do("close_meeting", made.meeting)
        assert made.chair.log(made.meeting).all("recording_started") == []
        assert made.folder() == []
    finally:
        made.close()


def test_only_who_presides_has_it_recorded(hall):
    hall.begin(3)
    for client in hall.clients[1:]:
        with pytest.raises(Refused) as refused:
            client.do("start_recording", hall.meeting)
        assert refused.value.code == "not_allowed"
    hall.start()
    with pytest.raises(Refused) as refused:
        hall.clients[1].do("stop_recording", hall.meeting)
    assert refused.value.code == "not_allowed"
    assert "seq" not in hall.chair.do("start_recording", hall.meeting)
    hall.chair.do("stop_recording", hall.meeting)
    assert hall.kept()["files"] == []
    assert "seq" not in hall.chair.do("stop_recording", hall.meeting)


def test_what_was_said_is_kept_packet_by_packet(hall, tmp_path):
    hall.begin(3)
    chair, second = hall.chair, hall.clients[2]
    voice, other = hall.speaker(20), hall.speaker(60, first=2**32 - 3)
    hall.send(chair, voice.say(10))  # nobody records yet
    hall.start()
    first = voice.say(30)
    hall.send(chair, first)
    hall.give_floor(second)
    slow = other.say(20)
    hall.send(second, slow)
    voice.pause(300)
    more = voice.say(40)
    # One lost, one twice, two in the wrong order.
    sent = more[:5] + more[6:10] + [more[8], more[11], more[10]] + more[12:]
    hall.send(chair, sent)
    hall.chair.do("stop_recording", hall.meeting)
    hall.send(chair, voice.say(10))  # nobody records any more
    kept = hall.kept()
    files = {row["holder"]: row for row in kept["files"]}
    assert set(files) == {hall.members[0], hall.members[2]}
    assert {row["outcome"] for row in kept["files"]} == {"whole"}
    ogg = hall.file(files[hall.members[0]], tmp_path)
    assert ogg.packets == payloads(first + more[:5] + more[6:])
    assert ogg.granule == (30 * 20 + 300 + 40 * 20) * 48
    ogg = hall.file(files[hall.members[2]], tmp_path)
    assert ogg.packets == payloads(slow)
    assert ogg.granule == 20 * 60 * 48
    wait_until(lambda: hall.folder() == [], "the folder to be empty")


def test_who_comes_late_is_told_before_and_sees_it(hall):
    hall.begin(2)
    started = hall.start()
    late = hall.server.login(hall.devices[2])
    with pytest.raises(Refused) as refused:
        late.join(hall.meeting)
    assert refused.value.code == "recorded"
    assert late.join(hall.meeting, recorded=True) == "waiting"
    hall.chair.do("admit", hall.meeting, holder=hall.members[2])
    late.wait_caught_up(hall.meeting)
    assert late.log(hall.meeting).parsed(started)["ev"] == "recording_started"
    # Who has the event has been told, and comes back without a question.
    logs = late.logs
    late.close()
    again = hall.server.login(hall.devices[2])
    again.logs = logs
    assert again.join(hall.meeting) == "joined"
    again.close()
    hall.chair.do("stop_recording", hall.meeting)
    hall.kept()
    last = hall.server.login(hall.devices[3])
    assert last.join(hall.meeting) == "waiting"
    last.close()


def test_a_break_and_the_end_stop_it(hall, tmp_path):
    hall.begin(2)
    voice = hall.speaker()
    hall.start()
    hall.send(hall.chair, voice.say(10))
    hall.chair.do("adjourn_meeting", hall.meeting)
    names = [e["ev"] for e in hall.chair.log(hall.meeting).all()]
    assert names.index("recording_stopped") + 1 == names.index("adjourned")
    first = hall.kept()
    hall.chair.do("resume_meeting", hall.meeting)
    hall.start()
    said = voice.say(25)
    hall.send(hall.chair, said)
    hall.chair.do("close_meeting", hall.meeting)
    second = hall.kept(first["seq"] + 1)
    log = hall.chair.log(hall.meeting)
    closed = log.all("closed")[0]
    assert second["seq"] > closed["seq"]
    stopped = log.all("recording_stopped")
    assert [e["reason"] for e in stopped] == ["adjourned", "closed"]
    assert [e["recording"] for e in stopped] == [1, 2]
    assert all(e["act"] for e in stopped)
    assert hall.file(second["files"][0], tmp_path).packets == payloads(said)
    # Nothing follows: the record is over.
    organisation = hall.chair.organisation
    hall.chair.join(organisation)
    end = hall.chair.wait_event(organisation, "meeting_ended", 0,
                                lambda e: e["meeting"] == hall.meeting)
    assert end["final_seq"] == second["seq"]


def test_subrooms_are_not_recorded(hall, tmp_path):
    hall.begin(3)
    chair, away = hall.chair, hall.clients[2]
    voice, other = hall.speaker(), hall.speaker()
    hall.start()
    seq = chair.do("open_subrooms", hall.meeting, count=1)["seq"]
    away.wait_seq(hall.meeting, seq)
    seq = chair.do("move_to_subroom", hall.meeting, holder=hall.members[2],
                   room=1)["seq"]
    away.wait_seq(hall.meeting, seq)
    said = voice.say(10)
    hall.send(chair, said)
    hall.send(away, other.say(10))
    chair.do("return_all", hall.meeting)
    chair.do("stop_recording", hall.meeting)
    kept = hall.kept()
    assert [row["holder"] for row in kept["files"]] == [hall.members[0]]
    assert hall.file(kept["files"][0], tmp_path).packets == payloads(said)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_restart_in_the_midst_keeps_what_is_on_the_disk(tmp_path, how):
    made = Hall(tmp_path)
    try:
        made.begin(2)
        voice = made.speaker()
        made.start()
        said = voice.say(100)
        made.send(made.chair, said)
        name = f"{made.meeting}_1_{slot_of(made.chair, made.meeting)}_" \
               f"{made.members[0]}.opus"
        path = made.server.data / "recordings" / name
        wait_until(lambda: path.exists() and path.stat().st_size > 2000,
                   "the first pages")
        logs = made.chair.logs
        made.leave()
        made.server.signal(how)
        made.server.process.wait(PATIENCE)
        made.server.process.stdout.close()
        # As if the machine had stopped in the midst of a write.
        with open(path, "ab") as torn:
            torn.write(b"OggS\0\0" + bytes(20))
        made.server.start()
        made.come(1)
        made.chair.logs = logs
        made.chair.join(made.meeting, recorded=True)
        kept = made.kept()
        stopped = made.chair.log(made.meeting).all("recording_stopped")
        assert [e["reason"] for e in stopped] == ["restarted"]
        assert stopped[0]["act"] is None
        assert [row["outcome"] for row in kept["files"]] == ["cut"]
        ogg = made.file(kept["files"][0], tmp_path)
        assert 0 < len(ogg.packets) < 100
        assert ogg.packets == payloads(said)[:len(ogg.packets)]
        wait_until(lambda: made.folder() == [], "the folder to be empty")
    finally:
        made.close()


class FullServer(ServerProcess):
    """One whose folder of recordings takes nothing once `full` is there."""

    @property
    def full(self):
        return self.directory / "full"

    def environment(self):
        return {**super().environment(),
                "LD_PRELOAD": str(BUILD / "tests/full_fs.so"),
                "FULL_FS_UNDER": "/recordings/", "FULL_FS_FROM": str(self.full)}


def test_a_full_disk_ends_it_and_keeps_what_there_is(tmp_path):
    made = Hall(tmp_path, FullServer(tmp_path, recording="chair"))
    try:
        made.begin(2)
        voice = made.speaker()
        made.start()
        said = voice.say(100)
        made.send(made.chair, said)
        folder = made.server.data / "recordings"
        wait_until(lambda: any(p.stat().st_size > 2000
                               for p in folder.iterdir()), "the first pages")
        made.server.full.touch()
        made.send(made.chair, voice.say(50))
        stopped = made.chair.wait_event(made.meeting, "recording_stopped")
        assert (stopped["reason"], stopped["act"]) == ("failed", None)
        kept = made.kept()
        assert [row["outcome"] for row in kept["files"]] == ["cut"]
        ogg = made.file(kept["files"][0], tmp_path)
        assert ogg.packets == payloads(said)[:len(ogg.packets)]
        assert len(ogg.packets) > 50
        # The meeting goes on, and may be recorded again when there is room.
        made.server.full.unlink()
        made.start()
        said = voice.say(10)
        made.send(made.chair, said)
        made.chair.do("close_meeting", made.meeting)
        kept = made.kept(kept["seq"] + 1)
        assert [row["outcome"] for row in kept["files"]] == ["whole"]
        assert made.file(kept["files"][0], tmp_path).packets == payloads(said)
    finally:
        made.close()


class DyingServer(ServerProcess):
    """One that dies at a step of its disk, counted once `sign` is there."""

    step = None

    @property
    def sign(self):
        return self.directory / "sign"

    def environment(self):
        env = super().environment()
        if self.step:
            env.update(LD_PRELOAD=str(BUILD / "tests/kill_fs.so"),
                       KILL_FS_UNDER=str(self.data), KILL_FS_BUT="admin.sock",
                       KILL_FS_FROM=str(self.sign), KILL_FS_AT=str(self.step))
        return env


def test_it_is_kept_once_whenever_the_server_dies_at_its_end(tmp_path):
    """From the order to close until the folder is empty: every eighth step of
    folder and database, until the server lives on."""
    made = Hall(tmp_path, DyingServer(tmp_path, recording="chair"))
    made.leave()
    made.server.stop()
    outcomes = []
    try:
        for step in range(1, 400, 8):
            made.server.step = step
            made.server.sign.unlink(missing_ok=True)
            made.server.start()
            made.cell.admin = made.server.admin()
            made.begin(2)
            voice = made.speaker()
            made.start()
            said = voice.say(70)
            made.send(made.chair, said)
            folder = made.server.data / "recordings"
            wait_until(lambda: any(p.stat().st_size > 1000
                                   for p in folder.iterdir()), "pages")
            made.server.sign.touch()
            made.chair.command("close_meeting", made.meeting)
            wait_until(lambda: made.server.process.poll() is not None or
                       made.folder() == [], "its death, or the end")
            has_died = made.server.process.poll() is not None
            made.leave()
            made.server.kill()
            made.server.step = None
            made.server.start()
            made.come(1)
            made.chair.join(made.meeting, recorded=True)
            kept = made.kept()
            assert len(made.chair.log(made.meeting).all("recording_kept")) == 1
            row, = kept["files"]
            ogg = made.file(row, tmp_path)
            assert ogg.packets == payloads(said)[:len(ogg.packets)]
            assert row["outcome"] == "cut" or len(ogg.packets) == len(said)
            wait_until(lambda: made.folder() == [], "the folder to be empty")
            outcomes.append((has_died, row["outcome"]))
            made.leave()
            made.server.stop()
            if not has_died:
                break
    finally:
        made.close()
    assert not outcomes[-1][0], "it never lived on"
    assert {(True, "cut"), (True, "whole")} <= set(outcomes), outcomes


# --- the record -------------------------------------------------------------------

TERMS = ("keep_attachments_months = 12; keep_texts_months = 24;"
         "keep_meetings_months = 120; keep_imported_months = 36;")
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def chiboctl(server, *words, code=0, at=None):
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


def verify(path, without=None):
    name = f"tests/chibo-verify_without_{without}" if without else \
        "bin/chibo-verify"
    done = subprocess.run([BUILD / name, path, "--json"],
                          capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


class Recorded:
    """A meeting with a recording of two speakers, over, and its record."""

    def __init__(self, directory):
        self.directory = directory
        hall = Hall(directory / "server",
                    ServerProcess(directory / "server", recording="chair",
                                  settings=[TERMS]))
        try:
            hall.begin(3)
            voice, other = hall.speaker(), hall.speaker(40)
            hall.start()
            hall.send(hall.chair, voice.say(30))
            hall.give_floor(hall.clients[2])
            hall.send(hall.clients[2], other.say(30))
            hall.chair.do("close_meeting", hall.meeting)
            self.rows = hall.kept()["files"]
            self.blobs = {row["blob"]: hall.blob(row["blob"])
                          for row in self.rows}
            organisation = hall.chair.organisation
            hall.chair.join(organisation)
            hall.chair.wait_event(organisation, "meeting_ended")
            wait_until(lambda: hall.folder() == [], "the folder to be empty")
        finally:
            hall.close()
        self.server, self.meeting = hall.server, hall.meeting
        self.names = [f"recordings/1-{row['slot']}-{row['holder']}.opus"
                      for row in self.rows]
        self.full = self.export("full.chibo")
        self.seed = bytes.fromhex(
            (self.server.data / "identity.key").read_text().strip())

    def export(self, name):
        path = self.directory / name
        chiboctl(self.server, "record", "export", self.meeting, "--out", path)
        return path

    def record(self):
        return RecordFile(self.full.read_bytes())


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    return Recorded(tmp_path_factory.mktemp("recorded"))


def test_the_record_has_the_files_that_the_log_names(recorded):
    record = recorded.record()
    assert len(recorded.names) == 2
    for name, row in zip(recorded.names, recorded.rows):
        assert record.files[name] == recorded.blobs[row["blob"]]
        assert name in [f["path"] for f in record.json(MANIFEST)["hideable"]]
    code, said = verify(recorded.full)
    assert code == 3 and not said.get("failure"), said
    assert said["record"]["recordings"] == 2
    told = subprocess.run([BUILD / "bin/chibo-verify", recorded.full,
                           "--language", "en"], capture_output=True, text=True)
    assert "2 files are recordings of what was said" in told.stdout


def test_minutes_tell_of_the_recording(recorded):
    minutes = recorded.record().files["documents/minutes.txt"].decode()
    assert "Theo lệnh của chủ trì, máy chủ bắt đầu ghi âm cuộc họp." in minutes
    assert "Máy chủ thôi ghi âm vì cuộc họp kết thúc." in minutes


def test_a_record_for_others_is_without_voices(recorded, tmp_path):
    path = tmp_path / "member.chibo"
    chiboctl(recorded.server, "record", "redact", "--level", "member",
             recorded.full, path)
    record = RecordFile(path.read_bytes())
    assert not [n for n in record.files if n.startswith("recordings/")]
    assert set(recorded.names) <= set(record.json(REDACTION)["files"])
    code, said = verify(path)
    assert code == 3 and not said.get("failure")


def flipped(name):
    def do(record, _):
        data = bytearray(record.files[name])
        data[len(data) // 2] ^= 1
        record.files[name] = bytes(data)
    return do


TAMPERED = {
    "a changed one": (lambda r, n: flipped(n[0])(r, n), "recording"),
    "two swapped": (lambda r, n: r.files.update(
        {n[0]: r.files[n[1]], n[1]: r.files[n[0]]}), "recording"),
    "a foreign one": (lambda r, n: r.files.update(
        {"recordings/1-9-m1.opus": r.files[n[0]]}), "recording"),
    "one that is missing": (lambda r, n: r.files.pop(n[0]),
                            "recording_missing"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_the_server_itself_cannot_change_a_recording(recorded, tmp_path, name):
    record = recorded.record()
    change, fault = TAMPERED[name]
    change(record, recorded.names)
    record.reseal(recorded.seed)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    code, said = verify(path)
    assert (code, said["failure"]["fault"]) == (1, fault)
    # And who leaves the check out finds nothing.
    check = {"recording": "verify_recording_is_of",
             "recording_missing": "verify_recording_lacking"}[fault]
    assert verify(path, without=check)[0] == 3


@pytest.mark.parametrize("name", TAMPERED)
def test_nobody_else_can(recorded, tmp_path, name):
    record = recorded.record()
    TAMPERED[name][0](record, recorded.names)
    path = tmp_path / "changed.chibo"
    path.write_bytes(record.bytes())
    code, said = verify(path)
    assert code == 1
    assert said["failure"]["fault"] in {"file", "file_unnamed", "redaction"}


def test_recordings_are_destroyed_with_the_attachments(recorded, tmp_path):
    copy = tmp_path / "server"
    shutil.copytree(recorded.server.directory, copy, symlinks=True,
                    ignore=shutil.ignore_patterns("*.sock"))
    server = ServerProcess(copy, recording="chair", settings=[TERMS])
    database = server.data / "chibo.db"
    sound = {name: data[400:440] for name, data in recorded.blobs.items()}
    # As a server leaves it that is stopped before it has emptied the folder.
    for n, data in enumerate(recorded.blobs.values()):
        left = server.data / f"recordings/{recorded.meeting}_1_{n}_m1"
        left.write_bytes(data)
    other = server.data / "recordings/00000000000a.1_1_9_m1"
    other.write_bytes(b"of another meeting")
    assert all(s in database.read_bytes() for s in sound.values())
    year = year_of(recorded) + 2
    listed = [json.loads(line) for line in chiboctl(
        server, "record", "destroy", "--json", at=f"{year}-01-01").splitlines()
        if line.startswith("{")]
    chiboctl(server, "record", "destroy", "--confirm", listed[-1]["code"],
             "--administrator", "Quản trị viên Mẫu 01", "--authority",
             "Quyết định số 01-QĐ/CB", at=f"{year}-01-01")
    left = [path for path in server.data.rglob("*") if path.is_file() and any(
        s in path.read_bytes() for s in sound.values())]
    assert left == []
    assert other.exists()


def year_of(recorded):
    first = json.loads(recorded.record().events()[0])
    return datetime.datetime.fromtimestamp(
        first["at"] / 1000, datetime.timezone.utc).year
