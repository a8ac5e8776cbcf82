"""A server that comes back with less than it told: what devices give back, what
is accepted as lost, and that nothing else goes on meanwhile."""
import pathlib
import shutil
import sqlite3
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import Cell, ServerProcess, open_meeting  # noqa: E402
from wire_client import (PATIENCE, Company, Refused,  # noqa: E402
                         wait_all)

ROLES = ("chair", "minute-taker", "member", "member")
ZEROS = "00" * 32


class Meeting:
    """A meeting of four devices that goes on after its backup was made."""

    def __init__(self, directory):
        self.server = ServerProcess(directory, checkpoint_ms=500).start()
        self.clients = []
        self.backup = directory / "backup.db"
        self.cell = Cell(self.server, self.server.admin())
        self.members = [self.cell.add_member(
            f"Đảng viên Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none") for i in range(1, 5)]
        self.devices = [self.cell.enrol(m) for m in self.members]
        self.id = self.cell.schedule(self.members[0], self.members[1])
        self.logs = [{} for _ in self.devices]
        self.signed = [{} for _ in self.devices]

    def login(self):
        """All four, who stay connected while one of them is waited for."""
        company = Company()
        self.clients = []
        for device, logs, role in zip(self.devices, self.logs, ROLES):
            client = company.add(self.server.login(device, logs=logs))
            client.cosigns_as = role
            self.clients.append(client)
        return self.clients

    def begin(self):
        """Open, everything signed, and a backup of this moment."""
        self.login()
        open_meeting(self.id, self.clients[0], self.clients[1:])
        self.settle()
        self.stop()
        shutil.copy(self.server.data / "chibo.db", self.backup)
        with sqlite3.connect(self.backup) as db:
            (self.count_at_backup,), = db.execute(
                "SELECT count(*) FROM event JOIN log ON log.id = log_id "
                "WHERE name = ?", (self.id,))
        db.close()
        self.server.start()
        for client in self.login():
            client.join(client.organisation)
            client.join(self.id)
        return self.clients

    def settle(self):
        """Everybody has the newest event and a signature over it."""
        def is_signed():
            counts = {len(c.log(self.id).events) for c in self.clients}
            return len(counts) == 1 and all(
                c.signed.get(self.id, {"seq": -1})["seq"] + 1 ==
                len(c.log(self.id).events) for c in self.clients) and all(
                e in [p["upto"] for p in
                      self.clients[0].log(self.id).all("checkpoint")]
                for e in [x["seq"] for x in
                          self.clients[0].log(self.id).all("opened")])

        self.clients[0].settle()
        wait_all(self.clients, is_signed, "the last signature")
        self.signed = [dict(c.signed) for c in self.clients]

    def stop(self):
        for client in self.clients:
            client.close()
        self.server.stop()

    def lose(self, mark=True):
        """The server comes back from its backup."""
        self.stop()
        for path in self.server.data.glob("chibo.db*"):
            path.unlink()
        shutil.copy(self.backup, self.server.data / "chibo.db")
        if mark:
            with sqlite3.connect(self.server.data / "chibo.db") as db:
                db.execute("INSERT INTO held (log_id) SELECT id FROM log "
                           "WHERE is_closed = 0")
            db.close()
        self.server.start()

    def forget(self):
        """No device holds the events after the backup any more."""
        for logs in self.logs:
            del logs[self.id].events[self.count_at_backup:]
            del logs[self.id].heads[self.count_at_backup:]

    def refused(self, client, log):
        with pytest.raises(Refused) as refused:
            client.join(log, shows=self.signed_of(client)[log])
        return refused.value

    def signed_of(self, client):
        return self.signed[self.clients.index(client)]

    def close(self):
        for client in self.clients:
            client.close()
        self.server.close()


@pytest.fixture
def meeting(tmp_path):
    meeting = Meeting(tmp_path)
    yield meeting
    meeting.close()


def say_a_lot(meeting, count):
    """Chat of everybody, and an entry that only those who preside may read."""
    entry = meeting.clients[1].do("write_entry", meeting.id,
                                  text="Chi bộ thống nhất nội dung.")["seq"]
    for i in range(count):
        meeting.clients[i % 4].do("chat", meeting.id, text=f"Ý kiến số {i}")
    meeting.settle()
    return entry


def retries(client, log):
    return [n for n in client.notes
            if n.get("note") == "retry" and n["log"] == log]


def come_in(meeting, client, log):
    """Joins as soon as the log goes on; gives back what it is asked for."""
    index = meeting.clients.index(client)
    shows = meeting.signed[index].get(log)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return client.join(log, shows=shows)
        except Refused as refused:
            assert refused.code in ("behind", "busy"), refused
            assert time.monotonic() < end, refused
            if refused.code == "behind":
                give_back(client, log, int(refused.error["args"]["next"]),
                          shows["seq"])
            until_it_may_go_on(client)


def until_it_may_go_on(client):
    """A fraction of a second in which the server does its part."""
    end = time.monotonic() + 0.2
    client.wait(lambda: client.pump() or time.monotonic() > end)


def give_back(client, log, first, last):
    try:
        client.give_back(log, first, last)
    except Refused as refused:
        # Another device was quicker, or its bytes are being written.
        assert refused.code in ("not_held", "busy"), refused


def give_openings(client, log, first):
    """What this device may read of the stretch, and others may not."""
    openings = [m for m in client.log(log).opening_frames
                if m["open"] >= first]
    for start in range(0, len(openings), 100):
        client.ask("give_events", log=log,
                   openings=openings[start:start + 100])


@pytest.mark.parametrize("mark", [True, False])
def test_all_that_was_told_comes_back_from_devices(meeting, mark):
    """500 events behind; three devices are ahead, the fourth knows nothing."""
    meeting.begin()
    entry = say_a_lot(meeting, 500)
    told = [list(logs[meeting.id].events) for logs in meeting.logs]
    assert len(told[0]) > meeting.count_at_backup + 500
    meeting.lose(mark)
    meeting.logs[3].pop(meeting.id)
    clients = meeting.login()
    meeting.signed[3].pop(meeting.id)
    for client in clients[:3]:
        assert come_in(meeting, client, meeting.id) == "joined"
    for client in clients[:3]:
        client.settle()
        assert client.log(meeting.id).events[:len(told[0])] == told[0]
    # The entry is for those who preside: the minute-taker's device brings it.
    give_openings(clients[1], meeting.id, meeting.count_at_backup)
    wait_all(clients, lambda: retries(clients[3], meeting.id) or
             not clients[3].log(meeting.id).events, "the openings")
    come_in(meeting, clients[3], meeting.id)
    assert clients[3].log(meeting.id).events[:len(told[0])] == told[0]
    meeting.logs[0].pop(meeting.id)
    with meeting.server.login(meeting.devices[0]) as reader:
        reader.join(meeting.id)
        log = reader.log(meeting.id)
        reader.wait(lambda: (entry, "text") in log.opened, "the entry")
        assert log.opened[entry, "text"] == "Chi bộ thống nhất nội dung."
        assert reader.do("chat", meeting.id, text="Tiếp tục")["ok"]
        log.verify_acts()


def test_a_request_that_was_done_before_the_loss_is_not_done_again(meeting):
    meeting.begin()
    chair = meeting.clients[0]
    message = chair.command_message("chat", meeting.id, text="Một lần thôi")
    chair.send(message)
    first = chair.answer(message["id"])
    meeting.settle()
    meeting.lose()
    chair = meeting.login()[0]
    come_in(meeting, chair, meeting.id)
    chair.send(message)
    assert chair.answer(message["id"]) == first


def test_nothing_goes_on_while_events_may_be_missing(meeting):
    meeting.begin()
    meeting.lose()
    meeting.forget()
    chair, minute_taker, member, _ = meeting.login()
    count = meeting.count_at_backup
    for client in (chair, minute_taker, member):
        assert client.join(meeting.id) == "joined"
        note = client.wait(lambda c=client: [
            n for n in c.notes if n["note"] == "held"], "the hold")[0]
        assert (note["next"], note["lost_seq"], note["lost_head"]) == \
            (len(client.log(meeting.id).events), note["next"], ZEROS)
    for client, op, fields in ((chair, "chat", {"text": "Có ai không?"}),
                               (chair, "close_meeting", {}),
                               (member, "raise_hand", {}),
                               (minute_taker, "write_entry", {"text": "x"})):
        with pytest.raises(Refused) as refused:
            client.do(op, meeting.id, **fields)
        assert refused.value.code == "held"
    register = chair.organisation
    with pytest.raises(Refused) as refused:
        meeting.server.admin().do("add_unit", kind="cell", name="Chi bộ khác")
    assert refused.value.code == "held"
    assert len(chair.log(meeting.id).events) == count
    chair.join(register)
    assert held_note(chair, register)["next"] == len(chair.log(register).events)


def accept(client, meeting, note):
    return client.do("restored", meeting.id, **{"from": note["next"]},
                     lost_seq=note["lost_seq"], lost_head=note["lost_head"])


def held_note(client, log):
    return client.wait(lambda: [n for n in client.notes if n["note"] == "held"
                                and n["log"] == log], "the hold")[-1]


def test_chair_and_minute_taker_accept_a_loss_together(meeting):
    meeting.begin()
    say_a_lot(meeting, 20)
    lost = meeting.signed[2][meeting.id]
    meeting.lose()
    # Nobody has the events any more, but one device the signed head.
    meeting.forget()
    chair, minute_taker, member, _ = meeting.login()
    with pytest.raises(Refused) as refused:
        member.ask("join", log=meeting.id, **{"from": lost["seq"] + 1},
                   head=lost["head"], signed={k: v for k, v in lost.items()
                                              if k != "log"})
    assert refused.value.code == "behind"
    for client in (chair, minute_taker, member):
        client.join(meeting.id)
    note = held_note(chair, meeting.id)
    assert note["lost_seq"] == lost["seq"]
    assert note["lost_head"] == lost["head"]
    with pytest.raises(Refused) as refused:
        accept(chair, meeting, dict(note, lost_seq=note["next"]))
    assert refused.value.code == "seen_wrong"
    with pytest.raises(Refused) as refused:
        accept(member, meeting, note)
    assert refused.value.code == "not_allowed"
    assert "seq" not in accept(chair, meeting, note)
    answer = accept(minute_taker, meeting, note)
    for client in (chair, minute_taker, member):
        client.wait(lambda c=client: retries(c, meeting.id), "going on")
        assert client.join(meeting.id) == "joined"
    event = chair.log(meeting.id).parsed(answer["seq"])
    assert event["ev"] == "restored" and event["from"] == event["seq"]
    assert event["act"]["member"] == meeting.members[0]
    assert event["second"]["member"] == meeting.members[1]
    assert event["lost_head"] == lost["head"]
    assert member.do("chat", meeting.id, text="Tiếp tục họp")["ok"]


def test_what_was_given_up_holds_nothing_when_it_shows_up_late(meeting):
    meeting.begin()
    say_a_lot(meeting, 20)
    late = {k: list(v) if isinstance(v, list) else v for k, v in
            vars(meeting.logs[3][meeting.id]).items()}
    shows = meeting.signed[3][meeting.id]
    meeting.lose()
    meeting.forget()
    chair, minute_taker, *_ = meeting.login()
    for client in (chair, minute_taker):
        client.join(meeting.id)
    note = held_note(chair, meeting.id)
    accept(chair, meeting, note)
    accept(minute_taker, meeting, note)
    for client in (chair, minute_taker):
        client.wait(lambda c=client: retries(c, meeting.id), "going on")
        client.join(meeting.id)
    vars(meeting.logs[3][meeting.id]).update(late)
    latecomer = meeting.clients[3]
    with pytest.raises(Refused) as refused:
        latecomer.join(meeting.id, shows=shows)
    assert refused.value.code == "behind"
    first = int(refused.value.error["args"]["next"])
    with pytest.raises(Refused) as refused:
        latecomer.give_back(meeting.id, first, shows["seq"])
    assert refused.value.code == "no_such_head"
    assert chair.do("chat", meeting.id, text="Họp tiếp bình thường")["ok"]


def test_an_opening_that_two_devices_bring_is_kept_once(meeting):
    meeting.begin()
    entry = say_a_lot(meeting, 5)
    meeting.lose()
    clients = meeting.login()
    assert come_in(meeting, clients[2], meeting.id) == "joined"
    come_in(meeting, clients[0], meeting.id)
    clients[0].notes.clear()
    for client in (clients[0], clients[1], clients[0]):
        give_openings(client, meeting.id, meeting.count_at_backup)
    clients[0].wait(lambda: retries(clients[0], meeting.id), "the openings")
    come_in(meeting, clients[0], meeting.id)
    assert clients[0].do("chat", meeting.id, text="Tiếp tục")["ok"]
    meeting.logs[1].pop(meeting.id)
    with meeting.server.login(meeting.devices[1]) as reader:
        reader.join(meeting.id)
        reader.wait(lambda: (entry, "text") in
                    reader.log(meeting.id).opened, "the entry")


def test_the_administrator_accepts_a_loss_of_the_register(meeting):
    meeting.begin()
    meeting.lose()
    admin = meeting.server.admin()
    admin.do("accept_loss")
    chair = meeting.login()[0]
    chair.join(chair.organisation)
    event = chair.wait_event(chair.organisation, "restored")
    assert event["from"] == event["seq"] == event["lost_seq"]
    assert admin.do("add_unit", kind="cell", name="Chi bộ khác")["ok"]
    with pytest.raises(Refused) as refused:
        admin.do("accept_loss")
    assert refused.value.code == "not_held"


def test_what_does_not_lead_to_the_signed_head_is_not_taken(meeting):
    meeting.begin()
    say_a_lot(meeting, 30)
    meeting.lose()
    liar = meeting.login()[2]
    refusal = meeting.refused(liar, meeting.id)
    assert refusal.code == "behind"
    first = int(refusal.error["args"]["next"])
    log = liar.log(meeting.id)
    log.events[first + 3] = log.events[first + 3].replace(b'"at":1', b'"at":2')
    with pytest.raises(Refused) as refused:
        liar.give_back(meeting.id, first, meeting.signed[2][meeting.id]["seq"])
    assert refused.value.code == "no_such_head"
    honest = meeting.clients[1]
    assert come_in(meeting, honest, meeting.id) == "joined"


def test_a_head_that_this_server_did_not_sign_holds_nothing(meeting):
    meeting.begin()
    say_a_lot(meeting, 5)
    chair = meeting.clients[0]
    forged = dict(meeting.signed[0][meeting.id], seq=900, head="ab" * 32)
    log = chair.log(meeting.id)
    with pytest.raises(Refused) as refused:
        chair.ask("join", log=meeting.id, **{"from": 901}, head="ab" * 32,
                  signed={k: v for k, v in forged.items() if k != "log"})
    assert refused.value.code == "no_such_head"
    with pytest.raises(Refused) as refused:
        chair.ask("give_events", log=meeting.id, **{"from": len(log.events)},
                  events=["{}"])
    assert refused.value.code == "not_held"
    assert chair.join(meeting.id) == "joined"


@pytest.mark.parametrize("fields", [
    {"from": 0, "events": "x"}, {"from": -1, "events": []},
    {"from": "0", "events": []}, {"from": 99999, "events": ["{}"]},
    {"part": {"seq": 0}}, {"part": 7}, {"openings": 1},
    {"openings": [{"open": 1}]}, {"from": 0, "events": [1]}])
def test_malformed_gifts_are_refused(meeting, fields):
    meeting.begin()
    say_a_lot(meeting, 3)
    meeting.lose()
    client = meeting.login()[0]
    assert meeting.refused(client, meeting.id).code == "behind"
    with pytest.raises(Refused) as refused:
        client.ask("give_events", log=meeting.id, **fields)
    assert refused.value.code == "bad_message"
