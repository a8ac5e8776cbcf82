"""One server, a meeting of three who speak and vote in a process of their own
(speaking_room.py), and whoever a test sets against them.

While a test runs they go on; after each the room must have lost no event and no
more than one per cent of its audio. Tests import the fixtures by name.
"""
import json
import pathlib
import select
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance"))
from client_frame import frame  # noqa: E402,F401
from server_process import BUILD, Cell, ServerProcess  # noqa: E402
from wire_client import (NO_HEAD, PATIENCE, Device, Refused,  # noqa: E402
                         http_get, seal)

AUDIO_LOST_MAX = 0.01
FRAMES_ENOUGH = 5  # a report over fewer frames waits for more
LOGIN_FAILED, LOGIN_LATE, REVOKED, REPLACED = 4001, 4002, 4003, 4004
TOO_FAST = 4006
POLICY, BAD_TEXT, TOO_LARGE, PROTOCOL_ERROR = 1008, 1007, 1009, 1002
TEXT, BINARY, CONTINUATION, PING = 1, 2, 0, 9


class RoomProcess:
    """The three who speak and vote."""

    def __init__(self, hall, devices):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", HERE / "speaking_room.py"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.tell(json.dumps({
            "port": hall.server.port, "fingerprint": hall.fingerprint,
            "meeting": hall.meeting, "people": [d.state() for d in devices]}))
        assert self.line() == "ready"

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        assert ready, "the room is silent"
        return self.process.stdout.readline().strip()

    def report(self):
        self.tell("report")
        line = self.line()
        assert line, "the room has come to an end"
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        assert code == 0

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Hall:
    """One server, two cells, a meeting under way in the first."""

    def __init__(self, directory):
        self.server = ServerProcess(directory).start()
        self.room = None
        try:
            self.fill()
        except BaseException:
            self.close()
            raise

    def fill(self):
        self.admin = self.server.admin()
        self.fingerprint = self.admin.fingerprint
        self.cell = Cell(self.server, self.admin, "Chi bộ khu phố 3")
        self.other_cell = Cell(self.server, self.admin, "Chi bộ khu phố 4")
        names = ["Nguyễn Văn Chủ", "Trần Thị Ghi", "Lê Văn Phó", "Phạm Thị Dự"]
        self.members = [self.cell.add_member(
            name, office="cell_leader" if i == 0 else "none")
            for i, name in enumerate(names)]
        self.meeting = self.cell.schedule(self.members[0], self.members[1],
                                          deputy=self.members[2])
        devices = [self.cell.enrol(m, "Máy của " + name.split()[-1])
                   for m, name in zip(self.members, names)]
        # An ordinary member: in the meeting, without any office or the floor.
        self.member = devices[3]
        self.outsider = self.other_cell.enrol(self.other_cell.add_member(
            "Hoàng Văn Khác", office="cell_leader"), "Máy của Khác")
        # He is to chair a meeting of his own cell, so he may send files.
        self.other_cell.schedule(self.outsider.holder,
                                 self.other_cell.add_member("Bùi Thị Ghi"))
        self.silent = self.connect()  # says nothing, ever
        self.open(devices)
        self.room = RoomProcess(self, devices[:3])

    def open(self, devices):
        clients = [self.server.login(d) for d in devices]
        chair = clients[0]
        chair.do("open_lobby", self.meeting)
        for client in clients:
            client.join(self.meeting)
        chair.settle()
        chair.do("admit_all", self.meeting)
        chair.settle()
        chair.do("open_meeting", self.meeting)
        for client in clients:
            client.close()

    @property
    def organisation(self):
        return self.admin.organisation

    def connect(self, device=None, **options):
        return self.server.connect(device or Device(), **options)

    def login(self, device=None, **options):
        return self.server.login(device or self.member, **options)

    def joined(self, device=None):
        client = self.login(device)
        assert client.join(self.meeting) == "joined"
        return client

    def new_member(self):
        """A member more in the meeting, with a device, admitted."""
        device = self.cell.enrol(self.cell.add_member("Vũ Thị Mới"))
        with self.login(device) as client:
            assert client.join(self.meeting) == "waiting"
        return device

    def spare(self, cell=None, holder=None):
        """A device more: who is cut off for a flood has to pause."""
        return (cell or self.cell).enrol(holder or self.member.holder)

    def check_room(self):
        report = self.room.report()
        while report["sent"] < FRAMES_ENOUGH:
            select.select([], [], [], 0.02)  # they are speaking meanwhile
            more = self.room.report()
            for key in ("sent", "lost", "extra", "votes"):
                more[key] += report[key]
            report = more
        # The chair and one speaker, each heard by two others.
        assert report["lost"] <= AUDIO_LOST_MAX * 2 * report["sent"], report
        assert report["extra"] == 0, report
        assert len(report["heads"]) == 1, report
        assert report["strange_slots"] == [], report
        return report

    def close(self):
        try:
            if self.room:
                self.room.stop()
        finally:
            if self.room:
                self.room.kill()
            self.server.close()


@pytest.fixture(scope="module")
def running_hall(tmp_path_factory):
    hall = Hall(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.close()


@pytest.fixture
def hall(running_hall):
    yield running_hall
    assert http_get(running_hall.server.port, "/healthz")[0] == 200
    running_hall.check_room()


def refusal(client, number):
    with pytest.raises(Refused) as refused:
        client.answer(number)
    return refused.value.code


def ask_refused(client, op, **fields):
    return refusal(client, client.request(op, **fields))


def do_refused(client, op, log, **fields):
    return refusal(client, client.command(op, log, **fields))


def first_error(client):
    return client.wait(lambda: client.errors, "an error")[0]["code"]


def command_table():
    described = json.loads(subprocess.run(
        [BUILD / "tests/conformance/describe_protocol"], capture_output=True,
        check=True).stdout)
    commands = described["meeting_commands"] + described["register_commands"]
    return commands, {row["name"]: row["fields"] for row in described["lists"]}


def good_value(field, lists):
    kind = field["type"]
    if kind == "items":
        return [{f["name"]: good_value(f, lists)
                 for f in lists[field["items"]]}]
    return {"number": 1, "time": 1800000000000, "flag": True, "id": "m1",
            "optional_id": "m1", "key": "ab" * 32, "hash": "ab" * 32,
            "signature": "ab" * 64, "text": "Asia/Ho_Chi_Minh",
            "enum": field.get("words", [""])[0],
            "optional_enum": field.get("words", [""])[0],
            "sealed": seal("log", field["name"], "Đồng chí"),
            "act": {"seen": 0, "head": NO_HEAD.hex(), "sig": "ab" * 64}}[kind]
