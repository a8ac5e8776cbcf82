"""Every field of every command and request, with whatever it must not hold."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from blackbox_hall import (ask_refused, command_table,  # noqa: E402,F401
                           good_value, hall, refusal, running_hall)
from wire_client import BALLOT_STATEMENTS, SIGNED, Disconnected  # noqa: E402

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
    for name in SESSION_FIELDS[op]:
        client = hall.connect()  # which has ten seconds until a login
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
