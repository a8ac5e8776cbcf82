"""Whose devices confirm the head of a meeting: signed heads, co-signing, the
checkpoint events, the end of a log."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import record_forms as forms  # noqa: E402
from server_process import Cell, ServerProcess, open_meeting  # noqa: E402
from wire_client import Refused, text, verify, wait_all  # noqa: E402

# Nobody is waited for where all sign; who does not is waited for so long, and
# all the others sign meanwhile.
LONG_MS, SILENT_MS = 60000, 6000


class Hall:
    """A server that asks for signatures, and a meeting of four devices."""

    def __init__(self, directory, **options):
        self.server = ServerProcess(directory, **{"checkpoint_ms": LONG_MS,
                                                  **options}).start()
        self.clients = []
        self.cell = Cell(self.server, self.server.admin())
        self.members = [self.cell.add_member(
            f"Đảng viên Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none") for i in range(1, 5)]
        self.devices = [self.cell.enrol(m) for m in self.members]
        self.id = self.cell.schedule(self.members[0], self.members[1])

    def login(self, roles):
        """One client a device; `roles` None: it does not answer."""
        self.clients = [self.server.login(d) for d in self.devices]
        for client, role in zip(self.clients, roles):
            client.cosigns_as = role
        return self.clients

    def open(self, roles=("chair", "minute-taker", "member", "member")):
        self.login(roles)
        open_meeting(self.id, self.clients[0], self.clients[1:])
        return self.clients

    def checkpoint(self, client, reason):
        """The first one of this reason; all devices do their part meanwhile."""
        def found():
            return [e for e in client.log(self.id).all("checkpoint")
                    if e["reason"] == reason]

        wait_all([c for c in self.clients if not c.is_over], found, reason)
        return found()[0]

    def close(self):
        for client in self.clients:
            client.close()
        self.server.close()


@pytest.fixture
def hall(tmp_path):
    hall = Hall(tmp_path)
    yield hall
    hall.close()


@pytest.fixture
def waiting(tmp_path):
    """A hall in which somebody does not sign."""
    hall = Hall(tmp_path, checkpoint_ms=SILENT_MS)
    yield hall
    hall.close()


def check_signatures(log, event):
    """Every signature of a checkpoint, over the head that we computed."""
    server = bytes.fromhex(log.parsed(0)["server"])
    head = log.heads[event["upto"]]
    assert event["head"] == head.hex()
    rest = [text(event["reason"]), forms.number(event["upto"]), head]
    verify(server, "checkpoint", log.id, [b"server", *rest],
           bytes.fromhex(event["sig"]))
    for row in event["signers"]:
        verify(bytes.fromhex(row["device"]), "checkpoint", log.id,
               [text(row["role"]), *rest], bytes.fromhex(row["sig"]))


def test_every_device_that_is_there_signs_the_opening(hall):
    chair = hall.open()[0]
    event = hall.checkpoint(chair, "opened")
    log = chair.log(hall.id)
    assert log.parsed(event["upto"])["ev"] == "opened"
    assert {(r["holder"], r["role"]) for r in event["signers"]} == set(zip(
        hall.members, ["chair", "minute-taker", "member", "member"]))
    assert event["missing"] == []
    check_signatures(log, event)


def test_who_does_not_sign_in_time_is_named(waiting):
    hall = waiting
    chair = hall.open(["chair", "minute-taker", "member", None])[0]
    event = hall.checkpoint(chair, "opened")
    check_signatures(chair.log(hall.id), event)
    assert len(event["signers"]) == 3
    assert event["missing"] == [{"holder": hall.members[3],
                                 "device": hall.devices[3].key.hex()}]
    late = hall.clients[3]
    with pytest.raises(Refused) as refused:
        late.answer(late.cosign(late.signs[0], "member"))
    assert refused.value.code == "not_asked"


def test_each_moment_is_signed(hall):
    chair = hall.open()[0]
    vote = chair.do("start_vote", hall.id, motion="Thông qua")["made"]
    chair.do("confirm_roll", hall.id)
    chair.do("close_vote", hall.id, vote=vote)
    for reason in ("opened", "roll_confirmed", "vote_started", "vote_closed"):
        event = hall.checkpoint(chair, reason)
        check_signatures(chair.log(hall.id), event)
        assert len(event["signers"]) == 4


def test_the_closing_checkpoint_is_the_last_event_and_the_next_link(hall):
    chair = hall.open()[0]
    chair.do("close_meeting", hall.id)
    event = hall.checkpoint(chair, "closed")
    log = chair.log(hall.id)
    chair.settle()
    assert log.parsed(len(log.events) - 1) == event
    check_signatures(log, event)
    register = chair.organisation
    chair.join(register)
    ended = chair.wait_event(register, "meeting_ended")
    assert ended["final_seq"] == event["seq"]
    assert ended["head"] == log.head.hex()


def test_a_meeting_that_nobody_signs_still_ends(tmp_path):
    hall = Hall(tmp_path, checkpoint_ms=1000)
    try:
        chair = hall.open([None] * 4)[0]
        chair.do("close_meeting", hall.id)
        event = hall.checkpoint(chair, "closed")
        assert event["signers"] == []
        assert {r["holder"] for r in event["missing"]} == set(hall.members)
    finally:
        hall.close()


ANYTHING_ELSE = [dict(role="chair"), dict(head=bytes(32)),
                 dict(reason="closed"), dict(device=0)]


def test_a_signature_of_anything_else_is_refused(waiting):
    hall = waiting
    clients = hall.open(["chair", "minute-taker", "member", None])
    other = clients[3]
    other.wait(lambda: other.signs, "the question")
    mine = other.device
    for change in ANYTHING_ELSE:
        asked = dict(other.signs[0])
        if "reason" in change:
            asked["reason"] = change["reason"]
        if "device" in change:
            other.device = clients[change["device"]].device
        number = other.cosign(asked, change.get("role", "member"),
                              change.get("head"))
        with pytest.raises(Refused) as refused:
            other.answer(number)
        assert refused.value.code == "bad_signature", change
        other.device = mine
    event = hall.checkpoint(clients[0], "opened")
    assert hall.members[3] in {r["holder"] for r in event["missing"]}


def test_the_server_signs_what_it_told(hall):
    clients = hall.open()
    raised = clients[2].do("raise_hand", hall.id)["seq"]
    said = clients[0].do("chat", hall.id, text="Xin chào các đồng chí")["seq"]
    wait_all(clients, lambda: all(
        c.signed.get(hall.id, {"seq": 0})["seq"] >= said for c in clients),
        "the signed head")
    assert raised < said
    register = clients[0].organisation
    clients[0].join(register)
    clients[0].wait(lambda: register in clients[0].signed, "the register's")


def test_time_asks_for_a_signature_too(tmp_path):
    hall = Hall(tmp_path, checkpoint_every_ms=1000)
    try:
        chair = hall.open()[0]
        event = hall.checkpoint(chair, "periodic")
        check_signatures(chair.log(hall.id), event)
        assert len(event["signers"]) == 4
    finally:
        hall.close()


def test_a_device_that_comes_in_late_is_not_asked_for_what_was_before(hall):
    clients = hall.open()
    hall.checkpoint(clients[0], "opened")
    clients[3].close()
    again = hall.server.login(hall.devices[3])
    hall.clients.append(again)
    again.join(hall.id)
    again.settle()
    assert again.signs == []


def test_a_server_that_stops_between_end_and_signatures_still_ends_the_log(
        tmp_path):
    hall = Hall(tmp_path, checkpoint_ms=15000, settings=["grace_ms = 1000;"])
    try:
        chair = hall.open(["chair", None, None, None])[0]
        chair.do("close_meeting", hall.id)
        hall.server.kill()
        hall.server.start()
        back = hall.login(["chair", "minute-taker", "member", "member"])
        for client in back[:3]:
            client.join(hall.id)
        event = hall.checkpoint(back[0], "closed")
        check_signatures(back[0].log(hall.id), event)
        assert {r["holder"] for r in event["signers"]} == set(hall.members[:3])
    finally:
        hall.close()


def test_a_log_that_lacks_its_last_signatures_is_ended_without_anybody(
        tmp_path):
    hall = Hall(tmp_path, checkpoint_ms=5000, settings=["grace_ms = 1000;"])
    try:
        chair = hall.open([None] * 4)[0]
        chair.do("close_meeting", hall.id)
        hall.server.kill()
        hall.server.start()
        with hall.server.login(hall.devices[0]) as reader:
            reader.join(reader.organisation)
            reader.wait_event(reader.organisation, "meeting_ended",
                              where=lambda e: e["meeting"] == hall.id)
    finally:
        hall.close()
