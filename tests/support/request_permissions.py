"""Which request of a session is taken from whom in which phase of a meeting,
found out by asking a real server: everybody who can be in a meeting asks for
each, with all that it needs. As a program: writes the section about them behind
the pages of docs/permissions.md (`make permissions`).
"""
import hashlib
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import MARKS, BallotPlay, Hall, Voter  # noqa: E402
from server_process import Cell, ServerProcess, wait_until  # noqa: E402
from wire_client import Refused  # noqa: E402

# In the order of the page: who, her office in the cell and category.
ROLES = {
    "Chair (chủ trì)": ("cell_leader", "official"),
    "Deputy (phó)": ("none", "official"),
    "Minute-taker (thư ký)": ("none", "official"),
    "Co-chair (đồng chủ trì)": ("none", "exempt"),
    "Moderator (điều hành)": ("none", "temp_here"),
    "Member (chính thức)": ("none", "official"),
    "Probationary (dự bị)": ("none", "probationary"),
    "Guest (khách mời)": ("none", "guest"),
    "Site (điểm cầu)": None,
}
CHAIR, DEPUTY, MINUTES, CO_CHAIR, MODERATOR, MEMBER, _, GUEST, SITE = ROLES
PHASES = "SLOAC"
# In the order of the page; those with a star depend on a ballot's own phase.
REQUESTS = ["join", "put_blob", "checkpoint", "minutes", "draw_minutes",
            "check_in_code", "check_in", "check_in_pin", "set_pin",
            "set_pin (member)", "allow_pin", "unlock_pin", "take_ballot *",
            "take_pool *", "cast *", "unlock_hall *", "hearing", "who_hears"]
PIN = "135791"

HEADING = "\n## Requests of a session\n"
HEAD = HEADING + """
What devices ask for beside the commands, by whom it is taken in which phase, **C** being a meeting
that is closed. This section is written by `make permissions`, too: everybody asks a real server for
each of them, with all that it needs, and a letter stands where it was done.

A star: only while ballots are issued (`take_ballot`, `take_pool`), or while voting is open (`cast`,
`unlock_hall`). A ballot that is cast is judged by its proof alone, not by who sends it: nobody is to
know whose it is. `set_pin (member)` is that of another member, whom the minute-taker has allowed to
set it at this site. `checkpoint` signs a head that the server asked the device for; `minutes` is
taken from members, too, once they are shared, `put_blob` from a teller who decrypts.

No question of office: `invitation` and `enrol` (whoever has a one-time link), `login` (an enrolled
device that is not revoked), `give_events` (whoever has events that a held log lacks), `line` (how a
device is sent sound) and `attach` (a connection more, by a token that only the device has). Nothing is
changed by `ping`, `meetings` (one's own) and `get_blob` (files of what one may read).

"""


def is_done(call, *args, **fields):
    try:
        call(*args, **fields)
    except Refused:
        return False
    return True


class World:
    """A cell with one of each, two members more who are at the site, and its
    meeting, which goes through all phases while everybody asks."""

    def __init__(self, directory):
        self.server = ServerProcess(
            directory, checkpoint_ms=5000, rules={"closing_ms": 1000}).start()
        self.admin = self.server.admin()
        cell = Cell(self.server, self.admin)
        self.found = {name: {role: "" for role in ROLES} for name in REQUESTS}
        holders = {role: cell.add_member(f"Đảng viên Mẫu {i:02}", *row[::-1])
                   for i, (role, row) in enumerate(ROLES.items(), 1) if row}
        self.site = holders[SITE] = cell.add_site("Nhà văn hoá",
                                                  holders[MEMBER])
        self.at_site = [cell.add_member(f"Đảng viên Mẫu {i}")
                        for i in (31, 32)]
        self.holders = holders
        self.clients = {role: self.server.login(cell.enrol(holder))
                        for role, holder in holders.items()}
        self.meeting = cell.schedule(holders[CHAIR], holders[MINUTES],
                                     deputy=holders[DEPUTY])

    def close(self):
        for client in self.clients.values():
            client.drop()
        self.admin.close()
        self.server.close()

    # -- asking --

    def do(self, who, op, **fields):
        self.settle()
        return self.clients[who].do(op, self.meeting, **fields)

    def ask(self, role, op, **fields):
        return self.clients[role].ask(op, log=self.meeting, **fields)

    def settle(self):
        for client in self.clients.values():
            client.settle()

    def note(self, request, role, phase, is_taken):
        if is_taken:
            self.found[request][role] += phase

    def everybody(self, request, phase, call):
        for role in ROLES:
            self.note(request, role, phase, is_done(call, role))
        self.settle()

    def join(self, phase):
        """From a new connection; some only knock by it, and are let in
        later."""
        for role, old in self.clients.items():
            old.drop()
            client = self.server.login(old.device, logs=old.logs)
            self.clients[role] = client
            self.note("join", role, phase,
                      is_done(client.join, self.meeting))
        self.settle()

    def put_blob(self, role):
        name = hashlib.sha256(role.encode()).hexdigest()
        self.clients[role].ask("put_blob", blob=name, size=10)

    def check_in_code(self, role):
        return self.ask(role, "check_in_code",
                        site=self.site if role == SITE else "")

    def check_in(self, role, codes):
        place = self.site if role == SITE else ""
        self.ask(role, "check_in", site=place, code=codes[place])

    def set_pin_of(self, role):
        self.clients[role].ask("set_pin", member=self.at_site[0], pin=PIN)

    def checkpoint(self, role):
        """Signs the newest head that anybody was asked for."""
        client = self.clients[role]
        asked = [c.signs[-1]["seq"] for c in self.clients.values() if c.signs]
        newest = max(asked, default=0)
        if client.signs and client.signs[-1]["seq"] == newest:
            client.answer(client.cosign(client.signs[-1],
                                        role=self.signs_as(role)))
        else:
            self.ask(role, "checkpoint", seq=newest, sig="00" * 64)

    @staticmethod
    def signs_as(role):
        return {CHAIR: "chair", MINUTES: "minute-taker",
                SITE: "site"}.get(role, "member")

    def in_any_phase(self, phase):
        """What asks for no ballot."""
        codes = {"": "000000", self.site: "000000"}
        self.everybody("put_blob", phase, self.put_blob)
        for name in ("minutes", "draw_minutes"):
            self.everybody(name, phase, lambda role, op=name: self.ask(role, op))
        for role in (MINUTES, SITE):
            place = self.site if role == SITE else ""
            if is_done(self.do, role, "open_check_in", site=place):
                codes[place] = self.check_in_code(role)["code"]
        self.everybody("check_in_code", phase, self.check_in_code)
        self.everybody("check_in", phase,
                       lambda role: self.check_in(role, codes))
        self.everybody("set_pin", phase,
                       lambda role: self.clients[role].ask("set_pin", pin=PIN))
        # Serves once, for the site, which asks last.
        is_done(self.ask, MINUTES, "allow_pin", member=self.at_site[0],
                site=self.site)
        self.everybody("set_pin (member)", phase, self.set_pin_of)
        self.everybody("allow_pin", phase, lambda role: self.ask(
            role, "allow_pin", member=self.at_site[1], site=self.site))
        self.everybody("unlock_pin", phase, lambda role: self.ask(
            role, "unlock_pin", member=self.at_site[0]))
        self.everybody("hearing", phase, lambda role: self.ask(
            role, "hearing", played=500, concealed=0, repaired=0, late=0,
            dropped=0, delay_ms=80))
        self.everybody("who_hears", phase,
                       lambda role: self.ask(role, "who_hears"))
        self.everybody("check_in_pin", phase, lambda role: self.ask(
            role, "check_in_pin", member=self.at_site[0], pin=PIN))

    def signing(self, phase):
        """After something whose head is signed."""
        self.settle()
        self.everybody("checkpoint", phase, self.checkpoint)

    # -- a ballot --

    def begin_ballot(self):
        """Own devices of all who have a vote, and two at the site."""
        for role in (CHAIR, DEPUTY, MINUTES, CO_CHAIR, MEMBER):
            self.do(role, "confirm_presence")
        self.do(MINUTES, "tick", member=self.at_site[1], mode="site",
                site=self.site)
        for role, client in self.clients.items():
            client.cosigns_as = self.signs_as(role)
        self.do(CHAIR, "confirm_roll")
        own = [self.clients[r] for r in (CHAIR, MINUTES, DEPUTY, MEMBER,
                                         CO_CHAIR)]
        play = BallotPlay(self.server, self.meeting, own)
        play.others = [c for c in self.clients.values() if c not in own]
        play.has_halls = True
        play.hands = [(self.site, 2)]
        play.run(upto="make_keys")
        self.play = play
        self.voters = {role: Voter(play, client)
                       for role, client in self.clients.items()}
        self.hall = Hall(play, self.clients[SITE], self.at_site)

    def take(self, phase):
        self.everybody("take_ballot *", phase,
                       lambda role: self.voters[role].take())
        for role in ROLES:
            self.hall.client = self.clients[role]
            self.note("take_pool *", role, phase, is_done(self.hall.take))
        self.hall.client = self.clients[SITE]
        self.settle()

    def open_ballot(self):
        play = self.play
        play.voters = [v for role, v in self.voters.items()
                       if "O" in self.found["take_ballot *"][role]]
        play.clients = list(self.clients.values())
        play.others = []
        play.close_issue()
        play.attest()
        self.hall.attest(play.tellers[0])
        play.open()
        self.ballots = {v: v.make(MARKS[0]) for v in play.voters}

    def vote(self, phase):
        """Each casts what is hers; who has none sends that of another."""
        play = self.play

        def cast(role):
            voter = self.voters[role]
            data = self.ballots.get(voter) or self.ballots[play.voters[0]]
            self.ask(role, "cast", ballot=play.ballot, text=data.decode())

        self.everybody("cast *", phase, cast)
        self.everybody("unlock_hall *", phase, lambda role: self.ask(
            role, "unlock_hall", ballot=play.ballot, member=self.at_site[0],
            pin=PIN))

    # -- the meeting --

    def is_over(self):
        self.settle()
        meeting, = self.clients[CHAIR].ask("meetings")["meetings"]
        return meeting["phase"] == "ended"

    def run(self):
        self.clients[CHAIR].do("prepare_meeting", self.meeting)
        self.join("S")
        for role in (CHAIR, DEPUTY, MINUTES):
            self.clients[role].wait_caught_up(self.meeting)
        self.signing("S")
        self.in_any_phase("S")
        self.do(CHAIR, "open_lobby")
        self.join("L")
        self.do(CHAIR, "admit_all")
        for client in self.clients.values():
            client.wait_caught_up(self.meeting)
        for role, office in ((CO_CHAIR, "co_chair"), (MODERATOR, "moderator")):
            self.do(CHAIR, "appoint_officer", member=self.holders[role],
                    role=office)
        self.do(CHAIR, "confirm_roll")
        self.signing("L")
        self.in_any_phase("L")
        self.do(CHAIR, "open_meeting")
        self.signing("O")
        self.join("O")
        self.in_any_phase("O")
        self.begin_ballot()
        self.take("O")
        self.do(CHAIR, "adjourn_meeting")
        self.take("A")
        self.do(CHAIR, "resume_meeting")
        self.open_ballot()
        self.vote("O")
        self.do(CHAIR, "adjourn_meeting")
        self.vote("A")
        self.join("A")
        self.do(CHAIR, "confirm_roll")
        self.signing("A")
        self.in_any_phase("A")
        self.do(CHAIR, "void_ballot", ballot=self.play.ballot, reason="thử")
        self.do(CHAIR, "close_meeting")
        self.signing("C")
        self.join("C")
        wait_until(self.is_over, "the register's word that it is over")
        self.in_any_phase("C")
        return self.found


def section(found):
    lines = [HEAD, "| Request | " + " | ".join(ROLES) + " |\n",
             "|---" * (len(ROLES) + 1) + "|\n"]
    for request in REQUESTS:
        name, *star = request.split(" ", 1)
        cells = [" ".join(found[request][role]) or "–" for role in ROLES]
        lines.append("| " + " | ".join([" ".join([f"`{name}`", *star]), *cells])
                     + " |\n")
    return "".join(lines)


def find_out():
    with tempfile.TemporaryDirectory() as directory:
        world = World(directory)
        try:
            return world.run()
        finally:
            world.close()


def main(path):
    """In place of an earlier section."""
    page = pathlib.Path(path)
    before = page.read_text().split(HEADING)[0]
    page.write_text(before + section(find_out()))


if __name__ == "__main__":
    main(*sys.argv[1:])
