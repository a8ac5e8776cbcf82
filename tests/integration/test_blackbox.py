"""The real server under everything that the network may throw at it.

While each of these tests runs, three members of a meeting speak and vote in a
process of their own (tests/support/speaking_room.py); after each the room must
have lost no event and no more than one per cent of its audio.
"""
import json
import os
import pathlib
import random
import select
import struct
import subprocess
import sys

import pytest
from websockets.exceptions import InvalidHandshake

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import record_forms as forms  # noqa: E402
from server_process import (BUILD, Cell, ServerProcess, slot_of,  # noqa: E402
                            wait_until)
from wire_client import (BALLOT_STATEMENTS, NO_HEAD,  # noqa: E402
                         PATIENCE, PIECE_HEADER,
                         PIECE_SIZE, PIECE_TYPE, SIGNED, UPLOAD_WINDOW, Device,
                         Disconnected, Refused, TlsStream, audio_frame,
                         http_get, seal, text)

AUDIO_LOST_MAX = 0.01
FRAMES_ENOUGH = 5  # a report over fewer frames waits for more
LOGIN_FAILED, LOGIN_LATE, REVOKED, REPLACED = 4001, 4002, 4003, 4004
TOO_FAST = 4006
POLICY, BAD_TEXT, TOO_LARGE, PROTOCOL_ERROR = 1008, 1007, 1009, 1002
TEXT, BINARY, CONTINUATION, PING = 1, 2, 0, 9


def frame(opcode, payload, mask=b"\x11\x22\x33\x44", fin=True):
    """A client's frame by hand; mask None leaves the mask away."""
    head = bytes([(0x80 if fin else 0) | opcode])
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65536:
        head += bytes([bit | 126]) + struct.pack("!H", len(payload))
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", len(payload))
    if not mask:
        return head + payload
    key = (mask * (len(payload) // 4 + 1))[:len(payload)]
    masked = (int.from_bytes(payload, "big")
              ^ int.from_bytes(key, "big")).to_bytes(len(payload), "big")
    return head + mask + masked


class RoomProcess:
    """The three who speak and vote."""

    def __init__(self, hall, devices):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", HERE.parent / "support/speaking_room.py"],
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


# --- the room itself --------------------------------------------------------------


def test_the_room_votes_and_loses_nothing(hall):
    votes = 0

    def voted():
        nonlocal votes
        votes += hall.check_room()["votes"]
        return votes >= 2

    wait_until(voted, "two votes")
    with hall.joined() as late:
        late.settle()
        late.log(hall.meeting).verify_acts()
        assert len(late.log(hall.meeting).all("vote_closed")) >= 2


# --- before and under the session ---------------------------------------------------


@pytest.mark.parametrize("subprotocols", [(), ("chat",), ("chibo.v2",)])
def test_without_the_subprotocol_there_is_no_session(hall, subprotocols):
    with pytest.raises((InvalidHandshake, Disconnected)):
        hall.connect(subprotocols=subprotocols)


@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING])
@pytest.mark.parametrize("is_in", [False, True])
def test_an_unmasked_frame_ends_with_1002(hall, opcode, is_in):
    client = hall.joined() if is_in else hall.connect()
    client.raw(frame(opcode, b'{"id":9,"op":"ping"}', mask=None))
    assert client.wait_close() == PROTOCOL_ERROR


@pytest.mark.parametrize("bad", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80",
                                 b"\xf4\x90\x80\x80", "Đảng".encode()[:1]])
def test_invalid_utf8_ends_with_1007(hall, bad):
    client = hall.login()
    client.raw(frame(TEXT, b'{"id":9,"op":"' + bad + b'"}'))
    assert client.wait_close() == BAD_TEXT


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_of_a_megabyte_ends_with_1009(hall, opcode):
    client = hall.login()
    try:
        client.raw(frame(opcode, b"x" * 2**20))
    except Disconnected:
        pass
    assert client.wait_close() == TOO_LARGE


NOT_MESSAGES = {
    "nested arrays": "[" * 10000 + "]" * 10000,
    "nested objects": '{"a":' * 10000 + "1" + "}" * 10000,
    "nested in a field": '{"id":9,"op":"ping","x":' + "[" * 10000
                         + "]" * 10000 + "}",
    "brackets that never close": "[" * 10000,
    "a duplicate key": '{"id":9,"op":"ping","op":"ping"}',
    "a duplicate key inside": '{"id":9,"op":"ping","x":{"a":1,"a":1}}',
    "a list": '[{"id":9,"op":"ping"}]',
    "a number": "9",
    "nothing": "",
    "blanks": " \n ",
    "half": '{"id":9,"op":"pi',
    "two objects": '{"id":9,"op":"ping"}{"id":10,"op":"ping"}',
    "a zero byte": '{"id":9,"op":"ping\0"}',
    "half a surrogate pair": '{"id":9,"op":"ping","x":"\\ud800"}',
    "single quotes": "{'id':9,'op':'ping'}",
    "no number": '{"id":9,"op":"ping","x":NaN}',
    "an infinite number": '{"id":9,"op":"ping","x":1e999}',
    "an integer above 64 bits": '{"id":99999999999999999999,"op":"ping"}',
}


@pytest.mark.parametrize("name", NOT_MESSAGES)
@pytest.mark.parametrize("is_in", [False, True])
def test_what_is_not_a_message_ends_with_1008(hall, name, is_in):
    client = hall.login() if is_in else hall.connect()
    client.send_text(NOT_MESSAGES[name])
    assert first_error(client) == "bad_message"
    assert client.wait_close() == POLICY


def test_binary_garbage_ends_with_1008(hall):
    chance = random.Random(7)
    good = audio_frame(1, 1)
    garbage = [b"", b"\0", bytes(200), b"\x11", good[:-1], good + b"x",
               b"\x12" + good[1:], b"\x11\xff" + good[2:], good * 17,
               audio_frame(1, 1, b"x" * 1275)[:-4] + b"\x11" * 3,
               b"\x21", b"\x21" + bytes(48), b"\x21" + bytes(60),
               *(chance.randbytes(chance.randrange(1, 5000))
                 for _ in range(8))]
    for message in garbage:
        client = hall.joined()
        client.send_binary(message)
        assert first_error(client) in ("bad_message", "no_such_blob",
                                       "not_allowed"), message[:20]
        assert client.wait_close() == POLICY, message[:20]


def test_a_piece_of_a_file_that_was_not_announced_ends_with_1008(hall):
    client = hall.login()
    client.send_binary(PIECE_HEADER.pack(PIECE_TYPE, bytes(32), 100, 0)
                       + b"x" * 100)
    assert first_error(client) == "no_such_blob"
    assert client.wait_close() == POLICY


def test_a_file_with_another_hash_is_not_taken(hall):
    with hall.login(hall.outsider) as client:
        wrong = forms.sha256(b"another")
        client.ask("put_blob", blob=wrong.hex(), size=4)
        client.send_binary(PIECE_HEADER.pack(PIECE_TYPE, wrong, 4, 0) + b"this")
        client.wait(lambda: client.errors or client.blob_states, "an answer")
        assert not any(s["complete"] for s in client.blob_states)
        if not client.is_over and not client.errors:
            assert ask_refused(client, "get_blob", blob=wrong.hex(),
                               offset=0) == "no_such_blob"


@pytest.mark.parametrize("op", ["no_such_op", "", "Ping", "chat ", "hello",
                                "x" * 60000])
def test_an_unknown_op_is_refused(hall, op):
    with hall.login() as client:
        assert ask_refused(client, op) == "unknown_op"
        client.settle()


@pytest.mark.parametrize("op", [None, 1, True, ["ping"], {}])
def test_an_op_that_is_no_text_is_refused(hall, op):
    with hall.login() as client:
        assert ask_refused(client, op) == "bad_message"


@pytest.mark.parametrize("number", [0, -1, 1.5, "1", None, True, [1]])
def test_a_request_id_that_is_no_positive_integer_is_refused(hall, number):
    with hall.login() as client:
        for op in ("ping", "raise_hand"):
            client.errors.clear()
            client.answers.clear()
            client.send({"id": number, "op": op, "log": hall.meeting})
            client.wait(lambda: client.errors or client.answers, "an error")
            (error,) = client.errors or [
                a["error"] for a in client.answers.values()]
            assert error["code"] == "bad_message"


# --- fields -----------------------------------------------------------------------


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


MAY_BE_MISSING = {"optional_id", "optional_enum", "sealed", "number", "flag",
                  "items", "act"}


def bad_values(field):
    """Values of a wrong type, out of bounds, or of a wrong form."""
    kind = field["type"]
    too_long = "x" * (min(field.get("max", 0), 50000) + 1)
    never = [[], {"x": 1}] if kind != "items" else ["x", {"x": 1}]
    more = {
        "number": ["1", True, 1.5, -1, field.get("max", 2**53) + 1],
        "time": ["1", True, 1.5],
        "flag": ["true", 1],
        "id": [1, True, "", "x" * 65, "a b", "ạ", "a\n"],
        "optional_id": [1, True, "x" * 65, "a b"],
        "key": [1, "", "ab" * 31, "ab" * 33, "zz" * 32, "AB" * 32],
        "hash": [1, "", "ab" * 31, "ab" * 33, "zz" * 32, "AB" * 32],
        "signature": [1, "ab" * 63],
        "text": [1, too_long, "a\nb", "e\u0302"],
        "enum": [1, "", "no_such_word", "Yes"],
        "optional_enum": [1, True, "no_such_word", "Yes"],
        "sealed": [1, True, too_long, "e\u0302",
                   {"c": "ab" * 32}, {"c": 1, "salt": "ab" * 32, "value": "x"},
                   {"c": "ab" * 32, "salt": "ab" * 31, "value": "x"},
                   {"c": "ab" * 32, "salt": "ab" * 32, "value": 1}],
        "items": [[1], [[]], ["x"]],
        "act": [1, "x", {"seen": 1}],
    }[kind]
    return never + more


def mutants(command, lists):
    """(what, message without id) for each way to get one field wrong."""
    good = {f["name"]: good_value(f, lists) for f in command["fields"]}
    if command["signed"]:
        good["act"] = good_value({"type": "act", "name": "act"}, lists)
    for field in command["fields"]:
        name = field["name"]
        if field["type"] not in MAY_BE_MISSING:
            yield f"{name} missing", {k: v for k, v in good.items()
                                      if k != name}
            yield f"{name} null", {**good, name: None}
        for bad in bad_values(field):
            yield f"{name} {bad!r:.40}", {**good, name: bad}
    if command["signed"]:
        for bad in (1, "x", [], {"seen": 1}, {**good["act"], "sig": "ab"},
                    {**good["act"], "head": 1}, {**good["act"], "seen": -1}):
            yield f"act {bad!r:.40}", {**good, "act": bad}


def test_every_field_of_every_command_is_checked(hall):
    commands, lists = command_table()
    assert {c["name"] for c in commands if c["signed"]} == \
        set(SIGNED) | set(BALLOT_STATEMENTS) | {
            "add_device", "vouch_device", "sign_minutes", "propose_erratum",
            "sign_erratum"}
    wrong, count, client, used = [], 0, None, 0
    for command in commands:
        # The organisation is a log of its own: what it says of a message does
        # not depend on a meeting.
        for what, message in mutants(command, lists):
            if client is None or used >= 190:
                client = hall.login()
                used = 0
            used += 1
            count += 1
            number = client.request(command["name"], log=hall.meeting,
                                    **message)
            try:
                code = refusal(client, number)
            except (Disconnected, pytest.fail.Exception) as error:
                code, client = repr(error), None
            if code not in ("bad_message", "too_long", "not_normalised"):
                wrong.append(f"{command['name']}: {what}: {code}")
    assert count > 500
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("log", [None, 1, "", "x" * 65, "a b", [], {}])
def test_a_log_that_is_no_id_is_refused(hall, log):
    with hall.login() as client:
        for op in ("join", "raise_hand", "minutes"):
            assert ask_refused(client, op, log=log,
                               language="vi") == "bad_message"


def test_a_log_that_is_not_there_is_refused(hall):
    with hall.login() as client:
        for op in ("join", "raise_hand"):
            assert ask_refused(client, op, log="nobodys.1") == "unknown_log"
        assert ask_refused(client, "minutes", log="nobodys.1",
                           language="vi") == "not_joined"


SESSION_FIELDS = {
    "invitation": {"token": "ab" * 16},
    "enrol": {"token": "ab" * 16, "member": "m1", "device": "ab" * 32,
              "label": "Máy", "sig": "ab" * 64},
    "login": {"member": "m1", "device": "ab" * 32, "sig": "ab" * 64},
}


@pytest.mark.parametrize("op", SESSION_FIELDS)
def test_every_field_of_a_session_request_is_checked(hall, op):
    client = hall.connect()
    for name in SESSION_FIELDS[op]:
        for bad in (None, 1, True, [], {}, "", "z" * 200, "a\nb"):
            fields = {**SESSION_FIELDS[op], name: bad}
            if bad is None:
                del fields[name]
            if (name, bad) == ("label", ""):
                continue  # a device without a name is one
            assert ask_refused(client, op, **fields) == "bad_message", (
                name, bad)
    client.close()


@pytest.mark.parametrize("op,fields", [
    ("put_blob", {"blob": "ab" * 32, "size": 1}),
    ("get_blob", {"blob": "ab" * 32, "offset": 0}),
])
def test_every_field_of_a_file_request_is_checked(hall, op, fields):
    with hall.login() as client:
        for name in fields:
            for bad in (None, True, [], {}, "", "zz" * 32, -1, 1.5, 2**40):
                given = {**fields, name: bad}
                assert ask_refused(client, op, **given) == "bad_message", (
                    name, bad)


def test_where_a_join_begins_is_checked(hall):
    with hall.login() as client:
        for start in (-1, "1", 1.5, True, [], 2**53):
            assert ask_refused(client, "join", log=hall.meeting, head="ab" * 32,
                               **{"from": start}) in ("bad_message",
                                                      "no_such_head")
        for head in (None, 1, "", "ab" * 31, "zz" * 32):
            assert ask_refused(client, "join", log=hall.meeting, head=head,
                               **{"from": 1}) == "bad_message"
        for start in (1, 2, 10**6):
            assert ask_refused(client, "join", log=hall.meeting,
                               head="ab" * 32,
                               **{"from": start}) == "no_such_head"


# --- who is there ------------------------------------------------------------------


def test_nothing_is_done_before_login(hall):
    commands, lists = command_table()
    ops = [(c["name"], {f["name"]: good_value(f, lists) for f in c["fields"]})
           for c in commands]
    ops += [("join", {}), ("meetings", {}), ("minutes", {"language": "vi"}),
            ("put_blob", {"blob": "ab" * 32, "size": 1}),
            ("get_blob", {"blob": "ab" * 32, "offset": 0}), ("unknown", {})]
    for op, fields in ops:
        client = hall.connect()
        assert ask_refused(client, op, log=hall.meeting,
                           **fields) == "not_logged_in", op
        assert client.wait_close() == POLICY, op


@pytest.mark.parametrize("message", [audio_frame(1, 1), b"\x21" + bytes(60),
                                     b"\0"])
def test_bytes_before_login_end_with_1008(hall, message):
    client = hall.connect()
    client.send_binary(message)
    assert first_error(client) == "not_logged_in"
    assert client.wait_close() == POLICY


def assert_login_fails(client, fields):
    assert ask_refused(client, "login", **fields) == "login_failed"
    assert client.wait_close() == LOGIN_FAILED


def test_a_login_is_good_for_its_own_connection_only(hall):
    first = hall.connect(hall.member)
    fields = first.login_fields()
    assert_login_fails(hall.connect(hall.member), fields)
    first.ask("login", **fields)
    assert_login_fails(hall.connect(hall.member), fields)
    first.close()


def test_a_login_is_good_once(hall):
    with hall.connect(hall.member) as client:
        fields = client.login_fields()
        client.ask("login", **fields)
        assert ask_refused(client, "login", **fields) == "already_logged_in"


def test_a_login_signed_over_another_connection_fails(hall):
    """The nonce is right, the channel is not: what a relay would do."""
    other = hall.connect()
    client = hall.connect(hall.member)
    device = hall.member
    sig = device.sign("login", client.organisation,
                      bytes.fromhex(client.hello["server"]),
                      other.stream.exporter,
                      bytes.fromhex(client.hello["nonce"]),
                      text(device.holder))
    assert_login_fails(client, {"member": device.holder,
                                "device": device.key.hex(),
                                "sig": sig.hex()})
    other.close()


def test_a_login_in_another_name_fails(hall):
    client = hall.connect(hall.member)
    stranger = Device(hall.members[0])
    stranger.private, stranger.key = hall.member.private, hall.member.key
    assert_login_fails(client, client.login_fields(stranger))


def test_an_unknown_device_fails(hall):
    client = hall.connect(Device(hall.members[0]))
    assert_login_fails(client, client.login_fields())


def login_as(client, device, tag, **changes):
    fields = {"server": bytes.fromhex(client.hello["server"]),
              "exporter": client.stream.exporter,
              "nonce": bytes.fromhex(client.hello["nonce"]),
              "member": text(device.holder), **changes}
    return {"member": device.holder, "device": device.key.hex(),
            "sig": device.sign(tag, fields.pop("scope", client.organisation),
                               *fields.values()).hex()}


@pytest.mark.parametrize("tag", ["enrol", "hello", "act", "revoke",
                                 "device-add", "checkpoint"])
def test_another_statement_is_no_login(hall, tag):
    client = hall.connect(hall.member)
    assert_login_fails(client, login_as(client, hall.member, tag))


@pytest.mark.parametrize("changes", [
    {"scope": "another"}, {"server": bytes(32)}, {"exporter": bytes(32)},
    {"nonce": bytes(32)}, {"member": b"m1"}, {"member": b""}])
def test_a_login_over_other_fields_fails(hall, changes):
    client = hall.connect(hall.member)
    assert_login_fails(client, login_as(client, hall.member, "login",
                                        **changes))


def test_a_second_connection_of_a_device_closes_the_first(hall):
    first = hall.login()
    with hall.login() as second:
        assert first.wait_close() == REPLACED
        second.settle()


# --- invitations -------------------------------------------------------------------


def test_an_invitation_serves_once(hall):
    member = hall.other_cell.add_member("Đỗ Thị Hai")
    token = hall.other_cell.invite(member)
    with hall.connect(Device(member)) as client:
        assert client.ask("invitation", token=token.hex())["member"] == member
        client.enrol(token)
        client.login()
    with hall.connect(Device(member)) as client:
        assert ask_refused(client, "invitation",
                           token=token.hex()) == "invitation_unknown"
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_unknown"
        assert ask_refused(client, "login", **client.login_fields()
                           ) == "login_failed"


def test_an_invitation_expires(hall):
    member = hall.other_cell.add_member("Đỗ Thị Ba")
    token = hall.other_cell.invite(member, valid_ms=1)

    def expired():
        with hall.connect() as client:
            try:
                client.ask("invitation", token=token.hex())
            except Refused as refused:
                return refused.code == "invitation_expired"
        return False

    wait_until(expired, "the end of the invitation")
    with hall.connect(Device(member)) as client:
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_expired"


def test_an_invitation_is_for_its_holder_only(hall):
    member = hall.other_cell.add_member("Đỗ Thị Tư")
    token = hall.other_cell.invite(member)
    with hall.connect(Device(hall.members[0])) as client:
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_unknown"


def test_an_invitation_that_nobody_made_is_unknown(hall):
    with hall.connect(Device(hall.members[0])) as client:
        assert ask_refused(client, "invitation",
                           token="ab" * 16) == "invitation_unknown"
        assert ask_refused(client, "enrol", **client.enrol_fields(
            b"\xab" * 16)) == "invitation_unknown"


def test_a_login_is_no_enrolment(hall):
    member = hall.other_cell.add_member("Đỗ Thị Năm")
    token = hall.other_cell.invite(member)
    with hall.connect(Device(member)) as client:
        fields = client.enrol_fields(token)
        fields["sig"] = client.login_fields()["sig"]
        assert ask_refused(client, "enrol", **fields) == "bad_signature"
    with hall.connect(Device(member)) as client:
        client.enrol(token)


def test_a_device_that_is_known_is_not_enrolled_again(hall):
    token = hall.cell.invite(hall.member.holder)
    with hall.connect(hall.member) as client:
        assert ask_refused(client, "enrol",
                           **client.enrol_fields(token)) == "bad_key"


def test_a_withdrawn_invitation_is_worthless(hall):
    member = hall.other_cell.add_member("Đỗ Thị Sáu")
    token = os.urandom(16)
    made = hall.admin.do("invite", holder=member, valid_ms=0,
                         token=forms.sha256(token).hex())["made"]
    hall.admin.do("withdraw_invitation", invitation=made)
    with hall.connect(Device(member)) as client:
        assert ask_refused(client, "enrol", **client.enrol_fields(
            token)) == "invitation_unknown"


# --- signatures of acts -------------------------------------------------------------


def forged(client, message, tag="act", scope=None, **changes):
    """`message`, a command, with its statement signed over something else."""
    log = client.log(message["log"])
    act = message["act"]
    fields = {"member": client.device.holder, "op": message["op"],
              "request": message["id"], "subject": message["log"], "value": "",
              "seen": act["seen"], "head": bytes.fromhex(act["head"]),
              **changes}
    parts = [v if isinstance(v, bytes) else forms.number(v)
             if isinstance(v, int) else text(v) for v in fields.values()]
    sig = client.device.sign(tag, scope or log.id, *parts)
    return {**message, "act": {**act, "sig": sig.hex()}}


@pytest.mark.parametrize("changes", [
    {"tag": "login"}, {"tag": "checkpoint"}, {"tag": "revoke"},
    {"scope": "another"}, {"member": "m1"}, {"op": "open_meeting"},
    {"request": 10**9}, {"subject": "m1"}, {"value": "yes"},
    {"seen": 10**6}, {"head": bytes(32)}])
def test_an_act_over_something_else_is_refused(hall, changes):
    with hall.joined() as client:
        message = client.command_message("confirm_presence", hall.meeting)
        client.send(forged(client, message, **changes))
        assert refusal(client, message["id"]) == "bad_signature"


def test_the_statement_forged_for_nothing_is_good(hall):
    """The helper of the test above changes what it says and nothing else."""
    with hall.joined() as client:
        message = client.command_message("confirm_presence", hall.meeting)
        assert forged(client, message) == message
        client.send(message)
        client.answer(message["id"])


def test_an_act_of_another_device_is_refused(hall):
    with hall.joined() as client:
        message = client.command_message("confirm_presence", hall.meeting)
        client.device, own = hall.outsider, client.device
        message = forged(client, message, member=own.holder)
        client.device = own
        client.send(message)
        assert refusal(client, message["id"]) == "bad_signature"


def test_a_choice_other_than_the_one_signed_is_refused(hall):
    with hall.joined() as client:
        message = client.command_message("vote", hall.meeting, vote="v1",
                                         choice="yes")
        client.send({**message, "choice": "no"})
        assert refusal(client, message["id"]) == "bad_signature"


def test_an_act_without_a_signature_is_refused(hall):
    with hall.joined() as client:
        assert ask_refused(client, "confirm_presence",
                           log=hall.meeting) == "not_signed"
        assert ask_refused(client, "confirm_presence", log=hall.meeting,
                           act=None) == "not_signed"


def test_a_text_that_is_not_sealed_is_refused(hall):
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Kính chào")
        client.send({**message, "text": "Kính chào"})
        assert refusal(client, message["id"]) == "not_sealed"


@pytest.mark.parametrize("change", [{"value": "Lời khác"}, {"c": "ab" * 32},
                                    {"salt": "ab" * 32}])
def test_a_text_that_does_not_fit_its_commitment_is_refused(hall, change):
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Kính chào")
        client.send({**message, "text": {**message["text"], **change}})
        assert refusal(client, message["id"]) == "bad_commitment"


def test_a_text_sealed_for_another_meeting_is_refused(hall):
    with hall.joined() as client:
        sealed = seal("another.1", "text", "Kính chào")
        assert do_refused(client, "chat", hall.meeting,
                          text=sealed) == "bad_commitment"


def test_an_act_that_saw_another_history_is_refused(hall):
    with hall.joined() as client:
        log = client.log(hall.meeting)
        heads = list(log.heads)
        log.heads[-1] = bytes(32)
        code = do_refused(client, "confirm_presence", hall.meeting)
        log.heads[:] = heads
        assert code == "seen_wrong"


def test_a_signed_request_sent_by_another_device_is_refused(hall):
    """Taken off the wire, and sent again from a connection of one's own."""
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Của tôi")
    with hall.login(hall.outsider) as thief:
        thief.send(message)
        assert refusal(thief, message["id"]) == "bad_signature"


# --- rights ---------------------------------------------------------------------------


def test_a_member_of_another_cell_has_no_part(hall):
    with hall.login(hall.outsider) as client:
        assert ask_refused(client, "join", log=hall.meeting,
                           **{"from": 0}) == "not_summoned"
        assert ask_refused(client, "minutes", log=hall.meeting,
                           language="vi") in ("not_summoned", "not_allowed")
        assert ask_refused(client, "raise_hand",
                           log=hall.meeting) == "not_summoned"
        listed = client.ask("meetings")["meetings"]
        assert hall.meeting not in [m["meeting"] for m in listed]
        client.send_binary(audio_frame(1, 1))
        assert first_error(client) == "not_joined"
        assert client.logs == {}


def test_an_officer_of_another_cell_has_no_power_here(hall):
    with hall.login(hall.outsider) as client:
        for op, fields in {
            "invite": {"holder": hall.members[0], "token": "cd" * 32,
                       "valid_ms": 0},
            "revoke_device": {"device": hall.member.key.hex(), "reason": "x"},
            "cancel_meeting": {"meeting": hall.meeting, "reason": "x"},
            "schedule_meeting": {
                "unit": hall.cell.unit, "kind": "regular", "title": "Họp",
                "starts_at": 1800000000000, "zone": "Asia/Ho_Chi_Minh",
                "place": "", "chair": hall.members[0],
                "minute_taker": hall.members[1], "agenda": []},
        }.items():
            assert do_refused(client, op, hall.organisation, **fields) in (
                "not_allowed", "meeting_begun"), op


def test_the_register_shows_no_officer_the_devices_of_another_cell(hall):
    with hall.login(hall.outsider) as client:
        client.join(hall.organisation)
        texts = set(client.log(hall.organisation).opened.values())
        assert "Máy của Khác" in texts
        assert "Máy của Dự" not in texts


ADMINISTRATORS = {
    "add_unit": {"kind": "cell", "parent": "", "name": "Chi bộ lạ"},
    "rename_unit": {"unit": "u1", "name": "Chi bộ lạ"},
    "add_member": {"unit": "u1", "category": "official", "office": "none",
                   "name": "Người lạ"},
    "import_members": {"unit": "u1", "rows": []},
    "change_member": {"member": "m1", "unit": "u1", "category": "official",
                      "office": "cell_leader", "name": "Người lạ"},
    "remove_member": {"member": "m1", "reason": "x"},
    "add_site": {"unit": "u1", "keeper": "m1", "name": "Hội trường lạ"},
    "change_site": {"site": "s1", "unit": "u1", "keeper": "m1", "name": "x"},
}


@pytest.mark.parametrize("op", ADMINISTRATORS)
def test_only_the_administrator_writes_the_register(hall, op):
    for device in (hall.member, hall.outsider):
        with hall.login(device) as client:
            assert do_refused(client, op, hall.organisation,
                              **ADMINISTRATORS[op]) == "not_allowed"


NOT_A_MEMBERS = {
    "admit": {"holder": "m1"}, "admit_all": {},
    "turn_away": {"holder": "m1", "reason": "x"}, "open_lobby": {},
    "open_meeting": {}, "adjourn_meeting": {}, "resume_meeting": {},
    "close_meeting": {}, "take_chair": {}, "hand_over_minutes": {"member": "m4"},
    "tick": {"member": "m4", "mode": "in_person", "site": ""},
    "untick": {"member": "m4"},
    "note_absence": {"member": "m4", "absence": "absent_excused",
                     "reason": "ốm"},
    "confirm_roll": {}, "declare_open_content": {},
    "set_authority": {"number": "05-CV/ĐU", "date": "2026-07-30",
                      "issuer": "Đảng ủy Mẫu"},
    "complete_score": {"time": 5, "attendance": 4, "preparation": 8,
                       "conduct": 36, "principles": 5, "results": 25,
                       "closing": 5, "note": "Tốt"},
    "note_left": {"member": "m4"},
    "open_check_in": {"site": ""}, "close_check_in": {"site": ""},
    "count_heads": {"site": "", "count": 5},
    "give_floor": {"member": "m4", "limit_ms": 0},
    "gather_group": {"meeting": "c1.1", "final_seq": 1, "head": "ab" * 32},
    "open_subrooms": {"count": 2, "spread": False}, "return_all": {},
    "move_to_subroom": {"holder": "m1", "room": 0},
    "extend_floor": {"limit_ms": 0}, "mute": {"holder": "m1"},
    "release_mute": {"holder": "m1"}, "give_chair": {"member": "m4"},
    "set_floor_mode": {"mode": "free", "order": "raised"},
    "appoint_officer": {"member": "m4", "role": "co_chair"},
    "dismiss_officer": {"member": "m4", "role": "moderator"},
    "set_recording": {"allowed": True}, "add_item": {"title": "Việc khác"},
    "start_item": {"item": "a1"}, "end_item": {"item": "a1"},
    "start_vote": {"motion": "Thông qua"}, "close_vote": {"vote": "v1"},
    "cancel_vote": {"vote": "v1", "reason": "x"},
    "enter_hall_votes": {"vote": "v1", "site": "", "yes": 1},
    "write_entry": {"text": "Ghi"}, "share_minutes": {}, "hide_minutes": {},
    "edit_entry": {"entry": "e1", "version": 1, "text": "Sửa"},
    "remove_entry": {"entry": "e1", "version": 1},
    "plan_item": {"item": "a1", "planned_min": 10},
    "move_item": {"item": "a1"}, "drop_item": {"item": "a1", "reason": "x"},
    "withdraw_document": {"document": "d1"},
    "show_document": {"document": "d1"},
    "set_task": {"member": "m4", "text": "Soạn báo cáo"},
    "call_election": {"post": "other", "seats": 1, "title": "Chức danh"},
    "note_support": {"election": "n1", "member": "m4", "vote": "v1"},
    "close_list": {"election": "n1", "vote": "v1"},
}


@pytest.mark.parametrize("op", NOT_A_MEMBERS)
def test_an_ordinary_member_may_not_lead(hall, op):
    with hall.joined() as client:
        assert do_refused(client, op, hall.meeting,
                          **NOT_A_MEMBERS[op]) == "not_allowed"


def test_a_member_cannot_attach_a_file_that_somebody_else_sent(hall):
    data = "Dự thảo".encode()
    with hall.login(hall.outsider) as other:
        blob = other.put_blob(data)
    with hall.joined() as client:
        assert do_refused(client, "attach_document", hall.meeting, blob=blob,
                          size=len(data), name="du_thao.txt",
                          type="txt") == "no_such_blob"


def test_who_has_not_joined_may_do_nothing(hall):
    with hall.login() as client:
        assert do_refused(client, "raise_hand", hall.meeting) == "not_joined"


def test_who_waits_in_the_lobby_sees_and_does_nothing(hall):
    device = hall.new_member()
    with hall.login(device) as client:
        assert client.join(hall.meeting) == "waiting"
        for op in ("raise_hand", "unmute"):
            assert do_refused(client, op, hall.meeting) == "not_admitted"
        client.send_binary(audio_frame(1, 1))
        assert first_error(client) == "not_joined"
        assert ask_refused(client, "minutes", log=hall.meeting,
                           language="vi") in ("not_admitted", "not_allowed")
        client.settle()
        assert client.log(hall.meeting).events == []
        assert client.audio == []


# --- audio ----------------------------------------------------------------------------


def test_audio_without_the_floor_is_refused_and_not_heard(hall):
    with hall.joined() as client:
        slot = slot_of(client, hall.meeting)
        for sequence in range(20):
            client.send_binary(audio_frame(slot, sequence))
        client.settle()
        # Once a second is told often enough; the line stays open.
        assert [e["code"] for e in client.errors] == ["no_floor"]


def test_audio_with_anothers_slot_ends_with_1008(hall):
    client = hall.joined()
    chair = client.log(hall.meeting).all("connected")[0]
    client.send_binary(audio_frame(chair["slot"], 1))
    assert first_error(client) == "not_allowed"
    assert client.wait_close() == POLICY


def test_audio_with_anothers_slot_behind_an_own_one_ends_with_1008(hall):
    client = hall.joined()
    slot = slot_of(client, hall.meeting)
    client.send_binary(audio_frame(slot, 1) + audio_frame(slot + 1, 1))
    assert client.wait_close() == POLICY


def test_audio_before_joining_is_refused(hall):
    with hall.login() as client:
        client.send_binary(audio_frame(1, 1))
        assert first_error(client) == "not_joined"


def test_a_revoked_device_is_cut_off_at_once(hall):
    device = hall.cell.enrol(hall.member.holder)
    client = hall.joined(device)
    slot = slot_of(client, hall.meeting)
    log = client.log(hall.meeting)
    hall.cell.revoke(device)
    try:
        for sequence in range(1000):
            client.send_binary(audio_frame(slot, sequence))
            client.pump()
    except Disconnected:
        pass
    assert client.wait_close() == REVOKED
    with hall.joined() as other:
        other.settle()
        gone = [e for e in other.log(hall.meeting).all("disconnected")
                if e["device"] == device.key.hex()]
        assert [e["reason"] for e in gone] == ["revoked"]
        assert other.log(hall.meeting).events[:len(log.events)] == log.events
    again = hall.connect(device)
    assert ask_refused(again, "login",
                       **again.login_fields()) == "device_revoked"
    assert again.wait_close() == REVOKED


# --- requests done once ----------------------------------------------------------------


def chats_of(client, meeting, number):
    return [e for e in client.log(meeting).all("chat_said")
            if e["act"]["request"] == number
            and e["act"]["device"] == client.device.key.hex()]


def test_a_request_sent_twice_is_done_once(hall):
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Một lần")
        client.send(message)
        first = client.answer(message["id"])
        client.send(message)
        assert client.answer(message["id"]) == first
        client.settle()
        assert len(chats_of(client, hall.meeting, message["id"])) == 1


def test_a_request_sent_twice_at_once_is_done_once(hall):
    with hall.joined() as client:
        message = client.command_message("chat", hall.meeting, text="Một lần")
        raw = json.dumps(message).encode()
        client.raw(frame(TEXT, raw) + frame(TEXT, raw))
        client.wait(lambda: client.repeated, "the second answer")
        client.answer(message["id"])
        assert len(chats_of(client, hall.meeting, message["id"])) == 1


def test_a_request_repeated_after_a_lost_connection_is_done_once(hall):
    client = hall.joined()
    message = client.command_message("chat", hall.meeting, text="Còn nghe rõ?")
    client.send(message)
    client.drop()
    with hall.joined() as again:
        again.send(message)
        seq = again.answer(message["id"])["seq"]
        again.settle()
        chats = chats_of(again, hall.meeting, message["id"])
        assert [e["seq"] for e in chats] == [seq]


def test_a_used_request_id_does_nothing_new(hall):
    with hall.joined() as client:
        number = client.command("chat", hall.meeting, text="Lần đầu")
        first = client.answer(number)
        client.command("chat", hall.meeting, text="Lần sau", id=number)
        assert client.answer(number) == first
        client.settle()
        assert len(chats_of(client, hall.meeting, number)) == 1


def test_an_unsigned_request_of_the_register_is_done_once(hall):
    with hall.login(hall.outsider) as client:
        token = forms.sha256(os.urandom(16)).hex()
        message = client.command_message(
            "invite", hall.organisation, holder=hall.outsider.holder,
            token=token, valid_ms=1000)
        client.send(message)
        first = client.answer(message["id"])
        client.send(message)
        assert client.answer(message["id"]) == first
        client.join(hall.organisation)
        made = client.log(hall.organisation).all("invitation_made")
        assert [e["token"] for e in made].count(token) == 1


# --- too much -------------------------------------------------------------------------


def flood(hall, client, message, count=4000):
    """Sends as fast as the server takes it, and never reads."""
    data = message * 16
    for _ in range(count // 16):
        try:
            client.stream.send(data, patience=2)
        except (Disconnected, TimeoutError):
            return


FLOODS = {
    "pings": frame(TEXT, b'{"id":1,"op":"ping","x":"' + b"x" * 4000 + b'"}'),
    "garbage": frame(TEXT, b"x" * 4096),
    "bytes": frame(BINARY, bytes(4096)),
    "control": frame(PING, b"x" * 125) * 31,
    "audio": frame(BINARY, audio_frame(1, 1, b"x" * 900) * 4),
}


@pytest.mark.parametrize("is_in", [False, True])
@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_does_not_hold_up_the_server(hall, name, is_in):
    client = hall.joined(hall.spare()) if is_in else hall.connect()
    flood(hall, client, FLOODS[name])
    assert http_get(hall.server.port, "/healthz") == (200, "ok\n")
    client.drop()


def test_too_many_requests_end_with_4006(hall):
    client = hall.login(hall.spare())
    try:
        for number in range(1, 2000):
            client.send({"id": number, "op": "ping"})
    except Disconnected:
        pass
    assert client.wait_close() == TOO_FAST
    assert client.errors[-1]["code"] == "too_fast"


def test_who_does_not_read_holds_up_nobody(hall):
    client = hall.login(receive_buffer=4096)
    client.request("join", log=hall.meeting, **{"from": 0}, head=NO_HEAD.hex())
    heard = 0
    while heard < 300:
        heard += hall.check_room()["sent"]
    client.drop()


def test_connections_that_say_nothing_hold_up_nobody(hall):
    idle = [TlsStream(hall.server.port) for _ in range(50)]
    with hall.login() as client:
        client.settle()
    for stream in idle:
        stream.close()


def test_who_does_not_log_in_is_closed_with_4002(hall):
    assert hall.silent.wait_close() == LOGIN_LATE


def test_an_upload_goes_on_where_it_was_durable(hall):
    data = random.Random(3).randbytes(50000)
    name = forms.sha256(data)
    half = PIECE_SIZE * 6
    client = hall.login(hall.outsider)
    client.ask("put_blob", blob=name.hex(), size=len(data))
    for at in range(0, half, PIECE_SIZE):
        client.send_binary(PIECE_HEADER.pack(PIECE_TYPE, name, len(data), at)
                           + data[at:at + PIECE_SIZE])
    client.wait(lambda: any(s["durable"] == half for s in client.blob_states),
                "half of the file")
    client.drop()
    with hall.login(hall.outsider) as again:
        state = again.ask("put_blob", blob=name.hex(), size=len(data))
        assert (state["durable"], state["complete"]) == (half, False)
        assert again.put_blob(data) == name.hex()
        # Nothing names it yet, so it is nobody's to read.
        assert ask_refused(again, "get_blob", blob=name.hex(),
                           offset=0) == "no_such_blob"


def test_a_member_without_office_may_not_fill_the_disk(hall):
    with hall.login() as client:
        assert ask_refused(client, "put_blob", blob="ab" * 32,
                           size=100) == "not_allowed"


def test_more_of_a_file_than_may_be_under_way_ends_with_4006(hall):
    client = hall.login(hall.spare(hall.other_cell, hall.outsider.holder))
    size = UPLOAD_WINDOW + PIECE_SIZE
    name = forms.sha256(bytes(size))
    client.ask("put_blob", blob=name.hex(), size=size)
    client.raw(b"".join(frame(BINARY, PIECE_HEADER.pack(
        PIECE_TYPE, name, size, at) + bytes(PIECE_SIZE))
        for at in range(0, size, PIECE_SIZE)))
    try:
        client.wait(lambda: any(s["durable"] == size
                                for s in client.blob_states), "all of it")
    except Disconnected as gone:
        # The disk was slower than the line.
        assert gone.code == TOO_FAST


def test_minutes_are_not_for_everyone_while_they_are_written(hall):
    with hall.joined() as client:
        assert ask_refused(client, "minutes", log=hall.meeting,
                           language="vi") == "not_allowed"


# --- http ------------------------------------------------------------------------------


def test_metrics_are_shown_on_this_machine_and_say_no_names(hall):
    status, body = http_get(hall.server.port, "/metrics")
    assert status == 200
    assert "chibo_rooms 2" in body
    assert "Nguyễn" not in body and hall.meeting not in body


@pytest.mark.parametrize("path", ["/", "/metrics/", "/healthz/x", "/../etc",
                                  "/%00", "/" + "x" * 3000])
def test_there_is_nothing_else_to_see(hall, path):
    assert http_get(hall.server.port, path)[0] in (403, 404, 414)


def test_the_log_tells_no_secrets(hall):
    with hall.joined() as client:
        client.do("chat", hall.meeting, text="Điều bí mật của chi bộ")
        key = client.device.key.hex()
    log = hall.server.log_text()
    assert "bí mật" not in log and "Phạm Thị Dự" not in log
    assert key not in log
