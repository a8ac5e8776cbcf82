"""A meeting under a lying server: who is in it, what happens, what is a lie.

Four members are told the truth. The victim, m5, is the deputy: she need not
wait in the lobby, whenever she comes.
"""
from honest_client import HonestClient
from lying_server import LyingServer
from server_process import Cell, open_meeting
from wire_client import WireError, wait_all

VICTIM = "m5"
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
