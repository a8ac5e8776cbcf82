"""A meeting under a lying server: who is in it, and what happens.

Four members are told the truth. The victim, m5, is the deputy: she need not
wait in the lobby, whenever she comes.
"""
import base64
import select

import chibo_process as play
import pytest
from honest_client import HonestClient
from lying_server import LyingServer, twin
from relay import Relay
from server_process import Cell, copy_data, open_meeting
from wire_client import Device, wait_all

VICTIM = "m5"
ROLES = ("chair", "minute-taker", "member", "member")


class Ground:
    """A founded cell whose meeting is called: each scene gets a copy. `strict`:
    votes ask for vouched devices, and m1 to m4 have them. `by_groups`: it is
    held by two party groups, m1, m3 and m5, m2 and m4, whose meetings are over.
    The victim has a device with chibo, which knows the server by the port of
    the relay."""

    def __init__(self, directory, strict, relay, by_groups=False):
        self.directory = directory
        self.groups, self.parts = [], []
        self.options = {"vouched": "required" if strict else "optional"}
        self.server = LyingServer(directory / "server", **self.options).start()
        try:
            self.settle_in(relay, by_groups)
            if by_groups:
                self.meet_by_groups()
            if strict:
                self.vouch_in_pairs()
        finally:
            self.admin.close()
            self.server.close()

    def settle_in(self, relay, by_groups):
        self.admin = self.server.admin()
        self.register = self.admin.organisation
        cell = Cell(self.server, self.admin)
        self.unit = cell.unit
        if by_groups:
            self.groups = [self.admin.do(
                "add_unit", kind="party_group", parent=cell.unit,
                name=f"Tổ đảng Mẫu {letter}")["made"] for letter in "AB"]
        self.members = [cell.add_member(
            f"Đảng viên Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none",
            group=self.groups[(i + 1) % 2] if by_groups else None)
            for i in range(1, 6)]
        assert self.members[4] == VICTIM
        self.devices = [cell.enrol(m) for m in self.members[:4]]
        self.meeting = cell.schedule(*self.members[:2], deputy=VICTIM)
        relay.lead(self.server.port)
        token = base64.urlsafe_b64encode(cell.invite(VICTIM)).decode()
        play.Member(self.directory, VICTIM, "victim").enroll(
            f"chibo://127.0.0.1:{relay.port}/i/{token.rstrip('=')}"
            f"#{self.admin.fingerprint}", "Máy của tôi")
        relay.cut()
        with self.server.login(self.devices[0]) as client:
            client.join(self.register)
            self.victims_key = bytes.fromhex(client.log(self.register).all(
                "device_enrolled")[-1]["device"])

    def meet_by_groups(self):
        """Each group meets, in the presence of two, who vote for a motion."""
        for group, one, other in ((0, 0, 2), (1, 1, 3)):
            part = self.admin.do(
                "schedule_meeting", unit=self.groups[group],
                kind="party_group", title="Sinh hoạt tổ đảng", starts_at=0,
                zone="Asia/Ho_Chi_Minh", place="Nhà văn hoá", deputy="",
                chair=self.members[one], minute_taker=self.members[other],
                agenda=[])["made"]
            self.parts.append(part)
        self.server.control("meeting", "by-groups", self.meeting, *self.parts)
        for part, one, other in zip(self.parts, (0, 1), (2, 3)):
            clients = [self.server.login(self.devices[i])
                       for i in (one, other)]
            for client, role in zip(clients, ROLES):
                client.cosigns_as = role
            open_meeting(part, clients[0], clients[1:])
            self.vote_in(part, clients)
            clients[0].do("close_meeting", part)
            clients[0].join(self.register)
            wait_all(clients, lambda: part in [
                e["meeting"] for e in clients[0].log(self.register).all(
                    "meeting_ended")], "the end in the register")
            for client in clients:
                client.close()

    @staticmethod
    def vote_in(part, clients):
        chair = clients[0]
        chair.settle()
        vote = chair.do("start_vote", part, motion="Thông qua")["made"]
        wait_all(clients, lambda: all(c.log(part).all("vote_started")
                                      for c in clients), "the vote")
        for client in clients:
            client.do("vote", part, vote=vote, choice="yes")
        chair.settle()
        chair.do("close_vote", part, vote=vote)
        chair.settle()

    def vouch_in_pairs(self):
        """m1 and m2, m3 and m4: the founding of the cell."""
        for one, other in ((0, 1), (1, 0), (2, 3), (3, 2)):
            with self.server.login(self.devices[one]) as client:
                client.join(self.register)
                client.do("vouch_device", self.register, how="sight",
                          holder=self.members[other],
                          device=self.devices[other].key.hex())


class Grounds:
    """Those that are needed, each founded once."""

    def __init__(self, directory):
        self.directory = directory
        self.relay = Relay(None)
        self.known = {}

    def of(self, strict, by_groups=False):
        kind = "groups" if by_groups else "strict" if strict else "plain"
        if kind not in self.known:
            self.known[kind] = Ground(self.directory / kind, strict,
                                      self.relay, by_groups)
        return self.known[kind]

    def close(self):
        self.relay.close()


class Hall:
    """The server, its cell, and the meeting of those who are told the truth."""

    def __init__(self, ground, directory):
        copy_data(ground.server.data, directory / "server" / "data")
        self.server = LyingServer(directory / "server",
                                  **ground.options).start()
        self.ground = ground
        self.admin = self.server.admin()
        self.cell = Cell(self.server, self.admin, unit=ground.unit)
        self.members = ground.members
        self.devices = [Device.of_state(d.state()) for d in ground.devices]
        self.clients = []
        self.guests = []  # others who are to keep up with them
        self.id = ground.meeting

    @property
    def register(self):
        return self.admin.organisation

    def login(self, client=HonestClient, devices=None):
        self.clients = [self.server.connect(d, client=client).login()
                        for d in devices or self.devices]
        for one, role in zip(self.clients, ROLES):
            one.cosigns_as = role
            one.join(self.register)
        return self.clients

    def open(self):
        """Open, and confirmed by those who are there."""
        chair, *others = self.clients or self.login()
        open_meeting(self.id, chair, others)
        self.wait_for("checkpoint", reason="opened")

    def wait_for(self, name, **fields):
        """All of them have seen this event; the first such one."""
        def found(client):
            return [e for e in client.log(self.id).all(name) if all(
                e[k] == v for k, v in fields.items())]

        everybody = [*self.clients, *self.guests]
        wait_all(everybody, lambda: all(found(c) for c in everybody), name)
        return found(self.clients[0])[0]

    def talk(self):
        """Two hands, a vote, some words: the events that lies are about."""
        chair, minute_taker, one, two = self.clients
        one.do("raise_hand", self.id)
        two.do("raise_hand", self.id)
        vote = chair.do("start_vote", self.id, motion="Thông qua báo cáo")
        self.wait_for("vote_started", vote=vote["made"])
        one.do("vote", self.id, vote=vote["made"], choice="no")
        chair.do("close_vote", self.id, vote=vote["made"])
        self.wait_for("checkpoint", reason="vote_closed")
        two.do("chat", self.id, text="Tôi đồng ý với nghị quyết")
        self.wait_for("chat_said", holder="m4")
        minute_taker.do("chat", self.id, text="Đã ghi")
        self.settle()

    def settle(self):
        for client in self.clients:
            client.settle()

    def wait_until_signed(self):
        """The server has signed everything that there is."""
        wait_all(self.clients, lambda: all(
            c.signed.get(self.id, {"seq": -1})["seq"] + 1 ==
            len(c.log(self.id).events) for c in self.clients), "signatures")

    def breathe(self):
        """A moment in which all clients take in what has come."""
        wait_all(self.clients, lambda: True)
        select.select(self.clients, [], [], 0.01)
        for client in self.clients:
            client.pump()

    def log(self, log=None):
        return self.clients[0].log(log or self.id)

    def find(self, name, log=None, **fields):
        """The first event with these fields, as it is in truth."""
        return [e for e in self.log(log).all(name) if all(
            e[k] == v for k, v in fields.items())][0]

    def lie(self, log=None, **terms):
        self.server.lie(log or self.id, [VICTIM], **terms)

    def close_clients(self):
        for client in self.clients:
            client.close()

    def close(self):
        self.close_clients()
        self.server.close()


class Fork:
    """The same meeting on two servers with one key: m1 and m3 on one, m2, m4
    and the victim on the other. None of them is told of the others."""

    def __init__(self, hall, directory, victim):
        self.hall = hall
        self.victim = victim
        hall.open()
        victim.come()
        victim.stay()
        victim.leave()
        self.kept = [(c.logs, c.kept) for c in hall.clients]
        hall.close_clients()
        hall.server.stop()
        self.other = twin(hall.server, directory / "twin").start()
        hall.server.start()
        victim.server = self.other
        self.one = [self.enter(hall.server, i) for i in (0, 2)]
        self.two = [self.enter(self.other, i) for i in (1, 3)]

    def enter(self, server, index):
        logs, kept = self.kept[index]
        client = server.connect(self.hall.devices[index], client=HonestClient,
                                logs=logs, kept=kept)
        client.login()
        client.cosigns_as = ROLES[index]
        client.join(self.hall.register)
        client.join(self.hall.id)
        return client

    def part(self):
        """Both sides decide, and confirm what they see; the deputy takes the
        chair of hers."""
        self.decide_on_one()
        self.hall.clients = self.two
        self.victim.come()
        self.victim.do("take_chair")
        self.decide(self.victim.do, self.two[1], self.two, "no")

    def decide_on_one(self):
        chair, member = self.one
        self.decide(lambda op, **f: chair.do(op, self.hall.id, **f), member,
                    self.one, "yes")

    def decide(self, chair, member, everybody, choice):
        meeting = self.hall.id
        vote = chair("start_vote", motion="Thông qua")["made"]
        member.wait_event(meeting, "vote_started",
                          where=lambda e: e["vote"] == vote)
        member.do("vote", meeting, vote=vote, choice=choice)
        chair("close_vote", vote=vote)
        wait_all(everybody, lambda: all(self.is_confirmed(c, vote)
                                        for c in everybody), "confirmation")
        member.settle()

    def is_confirmed(self, client, vote):
        log = client.log(self.hall.id)
        closed = [e["seq"] for e in log.all("vote_closed")
                  if e["vote"] == vote]
        return closed and closed[0] in [
            e["upto"] for e in log.all("checkpoint")
            if e["upto"] in client.memory(log.id)["signed"]]

    def close(self):
        for client in [*self.one, *self.two]:
            client.close()
        self.victim.close()
        self.other.close()


# --- what tests ask for ---------------------------------------------------------------


@pytest.fixture(scope="session")
def grounds(tmp_path_factory):
    grounds = Grounds(tmp_path_factory.mktemp("grounds"))
    yield grounds
    grounds.close()


@pytest.fixture
def hall(request, grounds, tmp_path):
    """As the lie or scene of the test needs it."""
    given = getattr(request.node, "callspec", None)
    lie = given and (given.params.get("lie") or given.params.get("scene"))
    hall = Hall(grounds.of(bool(lie and lie.is_strict),
                           bool(lie and lie.is_by_groups)), tmp_path)
    yield hall
    hall.close()
