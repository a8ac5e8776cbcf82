"""The real server under everything that the network may throw at it.

While each of these tests runs, three members of a meeting speak and vote in a
process of their own (tests/support/speaking_room.py); after each the room must
have lost no event and no more than one per cent of its audio.
"""
import json
import os
import pathlib
import random
import sys
import time

import pytest
from websockets.exceptions import InvalidHandshake

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import record_forms as forms  # noqa: E402
from blackbox_hall import (BAD_TEXT, BINARY, LOGIN_LATE, PING,  # noqa: E402,F401
                           POLICY, PROTOCOL_ERROR, REVOKED, TEXT, TOO_FAST,
                           TOO_LARGE, ask_refused, first_error, frame, hall,
                           running_hall)
from server_process import slot_of, wait_until  # noqa: E402
from wire_client import (NO_HEAD, PIECE_HEADER, PIECE_SIZE,  # noqa: E402
                         PIECE_TYPE, UPLOAD_WINDOW, Disconnected, TlsStream,
                         audio_frame, http_get)


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


# --- audio ----------------------------------------------------------------------------


def test_audio_without_the_floor_is_refused_and_not_heard(hall):
    with hall.joined() as client:
        slot = slot_of(client, hall.meeting)
        begun = time.monotonic()
        for sequence in range(20):
            client.send_binary(audio_frame(slot, sequence))
        client.settle()
        # Once a second is told often enough; the line stays open.
        assert {e["code"] for e in client.errors} == {"no_floor"}
        assert len(client.errors) <= 1 + time.monotonic() - begun


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
