"""What the server records: refused, allowed, told to who comes late, stopped;
over restarts and full disks; the files as other programs read them."""
import hashlib
import pathlib
import signal
import sqlite3
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import ogg_file  # noqa: E402
from opus_speech import Speaker  # noqa: E402
from server_process import (Cell, ServerProcess, open_meeting,  # noqa: E402
                            slot_of, wait_until)
from wire_client import (AUDIO_HEADER, AUDIO_TYPE, Refused,  # noqa: E402
                         wait_all)

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
        self.clients = []

    def begin(self, count=MEMBERS):
        """A meeting that is open, with so many of the members."""
        self.meeting = self.cell.schedule(self.members[0], self.members[1])
        self.come(count)
        open_meeting(self.meeting, self.chair, self.clients[1:])
        return self

    def come(self, count):
        self.leave()
        self.clients = [self.server.login(d) for d in self.devices[:count]]
        self.chair = self.clients[0]

    def leave(self):
        for client in self.clients:
            client.close()
        self.clients = []

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
        seconds, packets = ogg_file.probe(path)
        assert packets == len(ogg.all)
        assert abs(seconds - ogg.seconds) < FRAME_S
        ogg_file.opusinfo(path)
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
        made.server.process.wait(10)
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
