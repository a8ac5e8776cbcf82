"""A meeting under a lying server: who is in it, what happens, what is a lie.

Four members are told the truth. The victim, m5, is the deputy: she need not
wait in the lobby, whenever she comes.
"""
import base64
import select
import time

import chibo_process as play
from honest_client import HonestClient
from lying_server import LyingServer, save_log
from relay import Relay
from server_process import Cell, open_meeting
from wire_client import Log, WireClient, WireError, wait_all

VICTIM = "m5"
LIE_S = 5  # until a lie counts as not found
ROLES = ("chair", "minute-taker", "member", "member")


class Hall:
    """The server, its cell, and the meeting of those who are told the truth."""

    def __init__(self, directory, **options):
        self.server = LyingServer(directory, **options).start()
        self.admin = self.server.admin()
        self.cell = Cell(self.server, self.admin)
        self.members = [self.cell.add_member(
            f"Đảng viên Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none") for i in range(1, 6)]
        assert self.members[4] == VICTIM
        self.devices = [self.cell.enrol(m) for m in self.members[:4]]
        self.clients = []
        self.id = self.cell.schedule(self.members[0], self.members[1],
                                     deputy=VICTIM)

    @classmethod
    def of(cls, directory, lie):
        """As this lie needs it."""
        if not lie.is_strict:
            return cls(directory)
        hall = cls(directory, vouched="required")
        hall.login()
        hall.vouch_in_pairs()
        return hall

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

    def vouch_in_pairs(self):
        """m1 and m2, m3 and m4: the founding of the cell."""
        for one, other in ((0, 1), (1, 0), (2, 3), (3, 2)):
            self.settle()
            self.clients[one].do(
                "vouch_device", self.register, how="sight",
                holder=self.members[other],
                device=self.devices[other].key.hex())

    def open(self):
        """Open, and confirmed by those who are there."""
        chair, *others = self.clients or self.login()
        open_meeting(self.id, chair, others)
        self.wait_for("checkpoint", reason="opened")

    def wait_for(self, name, among=(), **fields):
        """All of them have seen this event; the first such one."""
        def found(client):
            return [e for e in client.log(self.id).all(name) if all(
                e[k] == v for k, v in fields.items())]

        everybody = [*self.clients, *among]
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


class WireVictim:
    """The victim, with the client of tests/support/honest_client.py."""

    def __init__(self, hall):
        self.hall = hall
        self.device = hall.cell.enrol(VICTIM, "Máy của tôi")
        self.client = None
        self.server = hall.server
        self.logs, self.kept = {}, {}
        self.found = None  # the lie that it found

    def watch(self, act):
        try:
            return act()
        except WireError as lie:
            self.found = self.found or str(lie)
            return None

    def come(self):
        def enter():
            self.client = self.server.connect(
                self.device, client=HonestClient, logs=self.logs,
                kept=self.kept)
            self.client.login()
            self.client.cosigns_as = "chair"
            self.client.join(self.hall.register)
            self.client.join(self.hall.id)

        self.watch(enter)

    def stay(self):
        """Until everything that is told has come."""
        def see():
            for _ in range(2):
                self.client.settle()
                self.hall.settle()
            self.client.check_age()

        if not self.found:
            self.watch(see)

    def leave(self):
        self.client.close()

    def is_content(self):
        """It holds the history that the others hold, and has nothing to say."""
        mine, theirs = self.client.log(self.hall.id), self.hall.log()
        return not self.found and not self.client.warnings and \
            mine.head == theirs.head


class NaiveClient(WireClient):
    """Believes and keeps whatever it is told."""

    def _take_text(self, raw):
        if b'"caught_up"' not in raw and b'"signed"' not in raw:
            super()._take_text(raw)


class NaiveLog(Log):
    def add(self, event):
        self.events.append(event)

    def open(self, message):
        self.opening_frames.append(message)


class NaiveVictim(WireVictim):
    """The victim, with a client that checks nothing: for its files."""

    def come(self):
        for log in (self.hall.register, self.hall.id):
            self.logs.setdefault(log, NaiveLog(log))
        self.client = self.server.connect(self.device, client=NaiveClient,
                                          logs=self.logs)
        self.client.login()
        for log in (self.hall.register, self.hall.id):
            self.client.ask("join", log=log, **{"from": len(
                self.logs[log].events)})

    def stay(self):
        self.hall.settle()
        self.client.settle()

    def save(self, directory):
        """Files of the meeting and of the register."""
        return [save_log(self.logs[log], directory / name) for log, name in (
            (self.hall.id, "meeting.jsonl"),
            (self.hall.register, "register.jsonl"))]


class ChiboVictim:
    """The victim, with chibo as people use it: in lines and in `language`, or,
    if that is None, in JSON. It is asked for words that it has to say."""

    def __init__(self, hall, directory, language="vi"):
        self.hall = hall
        self.language = language
        self.words = None  # what it says of the lie
        self.found = None  # the line with them
        self.awaits_lie = False
        self.is_cut = False
        self.relay = Relay(hall.server.port)
        self.member = play.Member(directory / "victim", VICTIM, "victim")
        self.enrol()

    def enrol(self):
        token = base64.urlsafe_b64encode(self.hall.cell.invite(VICTIM))
        self.member.enroll(
            f"chibo://127.0.0.1:{self.relay.port}/i/"
            f"{token.decode().rstrip('=')}#{self.hall.admin.fingerprint}",
            "Máy của tôi")

    # -- what it says --

    @property
    def lines(self):
        return list(self.member.output.lines)

    def look(self):
        if self.language and self.words:
            self.found = next((line for line in self.lines
                               if self.words in line), None)
        return self.found

    def said(self, condition):
        """Waits for a line while the others do their part; it."""
        end = time.monotonic() + play.PATIENCE_S
        while True:
            is_over = self.member.output.is_over
            for line in self.lines:
                if condition(line):
                    return line
            assert not is_over and time.monotonic() < end, self.lines
            self.hall.breathe()

    def warned(self):
        """Everything that it says and would not say of an honest server."""
        if self.language:
            return [line for line in self.lines if "CẢNH BÁO" in line]
        return [line for line in self.lines if "trust_alarm" in line
                or "foreign_device" in line or "unconfirmed" in line]

    # -- what it does --

    def come(self):
        """Is in the meeting, or has found the lie."""
        if self.is_cut:
            self.relay.lead(self.hall.server.port)
        elif self.language:
            self.member.join_lines(self.hall.id, "--language", self.language)
            self.said(lambda line: self.look() or "/tro-giup" in line
                      or "/help" in line)
        else:
            self.member.join(self.hall.id, "--audio", "none")
            self.said(lambda line: "caught_up" in line)

    def stay(self):
        """Until it says what it has found, or has everything that there is."""
        self.hall.settle()
        end = time.monotonic() + LIE_S
        while not self.look() and time.monotonic() < end and \
                (self.awaits_lie or not self.has_all()):
            self.hall.breathe()

    def has_all(self):
        return self.language or \
            self.member.state()["next"] == len(self.hall.log().events)

    def leave(self):
        """Its line is cut, until it comes again."""
        self.is_cut = True
        self.relay.cut()

    def come_anew(self, language):
        """Another run of the program."""
        self.member.quit()
        self.language = language
        self.found = None
        self.is_cut = False
        self.relay.lead(self.hall.server.port)
        self.come()

    def is_content(self):
        return not self.warned() and \
            self.member.state()["head"] == self.hall.log().head.hex()

    def close(self):
        self.member.kill()
        self.relay.close()
