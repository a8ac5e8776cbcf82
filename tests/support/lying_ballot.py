"""A secret ballot under a lying server. m1 to m4 are written in Python
(ballot_play) and do what a test wants; m5, the victim, is chibo: a voter, and
the committee's third teller where the test says so.
"""
import base64
import contextlib
import select
import time

import chibo_process as play
from ballot_play import BallotPlay, Teller, form_text, sha
from ballot_reference import archive, records
from lying_server import LyingServer, twin
from relay import Relay
from server_process import BUILD, Cell
from wire_client import Device, forms, text, wait_all

VICTIM, LATE = "m5", "m6"
PYTHON = 4  # members played here
ROLES = ("chair", "minute-taker", "member", "member")
PATIENCE_S = 90
# What the victim marks.
CHOICE = [[0, 0, 1, 0, 0], [1, 0]]


class LyingBallotServer(LyingServer):
    def key_device(self):
        """What signs with the key of the server itself."""
        seed = (self.data / "identity.key").read_text().strip()
        return Device.of_state({"seed": seed, "holder": "server",
                                "last_request": 0})


def roles_of(clients):
    return ROLES + ("member",) * (len(clients) - len(ROLES))


class Hall:
    """The server, its cell, and an open meeting with the roll confirmed."""

    def __init__(self, directory, unchecked=None, rules=None, deputy=False,
                 more=0):
        """`deputy`: m6, who has a device and comes late, if at all; `more`
        members behind m5, played here, too."""
        self.directory = directory
        self.rules = {"closing_ms": 500, "k_min": 2} | (rules or {})
        self.server = LyingBallotServer(directory / "server",
                                        checkpoint_ms=5000,
                                        rules=self.rules).start()
        self.relay = Relay(self.server.port)
        self.admin = self.server.admin()
        cell = self.cell = Cell(self.server, self.admin)
        self.members = [cell.add_member(
            f"Đảng viên Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none")
            for i in range(1, PYTHON + 2 + deputy + more)]
        self.id = cell.schedule(*self.members[:2],
                                deputy=LATE if deputy else "")
        self.victim = Victim(self, directory / "victim", unchecked)
        self.enrol(VICTIM, self.victim)
        self.clients = [self.server.login(cell.enrol(m))
                        for m in self.members[:PYTHON] + (
                            self.members[PYTHON + 1:] if more else [])]
        for client, role in zip(self.clients, roles_of(self.clients)):
            client.cosigns_as = role
        self.open()

    def enrol(self, holder, chibo):
        token = base64.urlsafe_b64encode(self.cell.invite(holder)).decode()
        chibo.enroll(
            f"chibo://127.0.0.1:{self.relay.port}/i/{token.rstrip('=')}"
            f"#{self.admin.fingerprint}", "Máy của tôi")

    def open(self):
        chair = self.clients[0]
        chair.do("open_lobby", self.id)
        for client in self.clients:
            client.join(self.id)
        self.victim.join(self.id, "--audio", "none")
        self.victim.until(lambda line: "waiting" in line, "the lobby")
        self.settle()
        chair.do("admit_all", self.id)
        self.victim.until(lambda line: line.get("log") == self.id
                          and "caught_up" in line, "the record")
        self.settle()
        chair.do("open_meeting", self.id)
        for client in self.clients:
            client.do("confirm_presence", self.id)
        self.victim.ask("confirm_presence")
        self.settle()
        chair.do("confirm_roll", self.id)
        wait_all(self.clients, lambda: [
            e for e in chair.log(self.id).all("checkpoint")
            if e["reason"] == "roll_confirmed"],
            "everybody's signature of the roll")
        self.victim.has_all()

    def settle(self):
        for client in self.clients:
            client.settle()

    def breathe(self):
        """Takes in what comes to those who are played here, and gives others
        the time to send it."""
        if not any([client.pump() for client in self.clients]):
            live = [client for client in self.clients if not client.is_over]
            select.select(live, [], [], 0.01)

    def lie(self, **terms):
        """About the meeting, to the victim."""
        self.server.lie(self.id, [VICTIM], **terms)

    def unchecked(self, *names):
        self.server.prompt("lie", unchecked=list(names))

    def forge(self, **terms):
        self.server.prompt("lie", forged=terms)

    def held(self, op):
        """[(number to reply to, message)] of what is kept from the server."""
        if not self.server.prompter:
            self.server.prompter = self.server.admin()
        rows = self.server.prompter.ask("held")["held"]
        return [(i, row["message"]) for i, row in enumerate(rows)
                if row["message"]["op"] == op]

    def await_held(self, op, count=1):
        end = time.monotonic() + PATIENCE_S
        while len(rows := self.held(op)) < count:
            assert time.monotonic() < end, f"no {op} was sent"
            self.breathe()
        return rows[-1]

    def reply(self, number, **frame):
        self.server.prompt("reply", to=number, frame=frame)

    # -- a server that goes back --

    def copy_server(self, directory, ballot, with_victim=True):
        """What it is now, as another one that is not started; this one goes
        on, `with_victim` or without."""
        self.stop_server()
        other = twin(self.server, directory, LyingBallotServer,
                     rules=self.rules)
        self.server.start()
        self.lead(ballot, with_victim=with_victim)
        if with_victim:
            self.victim.has_all()
        return other

    def stop_server(self):
        self.admin.close()
        for client in self.clients:
            client.drop()
        self.relay.cut()
        self.server.stop()

    def lead(self, ballot, keeps_logs=True, with_victim=True):
        """Everybody comes to the server that there is, the victim last: what
        she alone knows of it she would give back."""
        self.admin = self.server.admin()
        for i, old in enumerate(self.clients):
            client = self.server.login(
                old.device, logs=old.logs if keeps_logs else {})
            client.cosigns_as = roles_of(self.clients)[i]
            client.join(self.id)
            self.clients[i] = client
        if with_victim:
            self.relay.lead(self.server.port)
        ballot.chair = self.clients[0]
        for person in [*ballot.tellers, *ballot.voters]:
            person.client = next(c for c in self.clients if c.device
                                 is person.client.device)

    def go_over_to(self, other, ballot):
        """All but the victim forget what they saw."""
        self.stop_server()
        self.server = other.start()
        self.lead(ballot, keeps_logs=False)
        ballot.server = other

    def close(self):
        self.victim.kill()
        for client in self.clients:
            client.drop()
        self.admin.close()
        self.relay.close()
        self.server.close()


class Victim(play.Member):
    """chibo; `unchecked`: without the check of this name (tests/support/
    planted/client_faults.c)."""

    def __init__(self, hall, directory, unchecked=None):
        super().__init__(directory, VICTIM, "victim")
        self.hall = hall
        if unchecked:
            self.binary = BUILD / "tests/chibo_unchecked"
            self.surroundings = {"CHIBO_UNCHECKED": unchecked}

    def until(self, condition, what, since=0):
        """Waits for a line while the others do their part; it."""
        end = time.monotonic() + PATIENCE_S
        at = since
        while True:
            is_over = self.output.is_over  # before the last line is looked at
            lines = self.output.lines
            while at < len(lines):
                if condition(lines[at]):
                    return lines[at]
                at += 1
            if is_over or time.monotonic() > end:
                raise play.Failure(f"the victim waited in vain for {what}: "
                                   f"{self.told()}")
            self.hall.breathe()

    def told(self):
        """What was said of ballots and of trust, and refusals."""
        return [line for line in list(self.output.lines)
                if "stage" in line or "trust_alarm" in line
                or "error" in line]

    def ask(self, op, **fields):
        """A command, answered while the others do their part."""
        mark = self.mark()
        tag = self.send(op, **fields)
        answer = self.until(lambda line: line.get("tag") == tag,
                            f"the answer to {op}", mark)
        if "error" in answer:
            raise play.Refused(answer["error"])
        return answer

    def state(self):
        return self.ask("state")["state"]

    @property
    def is_gone(self):
        """After an alarm there is nothing more to be done."""
        return any("trust_alarm" in line for line in list(self.output.lines))

    def stage(self, stage, since=0, **fields):
        return self.until(lambda line: line.get("stage") == stage and all(
            line.get(k) == v for k, v in fields.items()),
            f"stage {stage} {fields or ''}", since)

    def fails(self, fault):
        return self.stage("failed", fault=fault)

    def alarm(self, *reasons):
        found = self.until(lambda line: "trust_alarm" in line, "an alarm")
        assert found["trust_alarm"] in reasons, found
        return found

    def vault(self):
        """What her device keeps of the ballot, sealed; in one file."""
        kept, = (path for path in (self.profile / "ballots").iterdir()
                 if "." not in path.name)
        return kept.read_bytes()

    def await_vault(self, before):
        """Until something more is kept."""
        end = time.monotonic() + PATIENCE_S
        while self.vault() == before:
            assert time.monotonic() < end, "nothing was kept"
            self.hall.breathe()

    def has_said(self, stage):
        return [line for line in list(self.output.lines)
                if line.get("stage") == stage]

    def stages(self, *stages):
        """One of these."""
        return self.until(lambda line: line.get("stage") in stages,
                          " or ".join(stages))

    def leave_and_come(self):
        """Another run of the program."""
        self.quit()
        self.join(self.hall.id, "--audio", "none")

    def has_all(self):
        """It holds what the others hold."""
        self.hall.settle()
        end = time.monotonic() + PATIENCE_S
        while self.state()["head"] != \
                self.hall.clients[0].log(self.hall.id).head.hex():
            assert time.monotonic() < end, self.told()
            select.select(self.hall.clients, [], [], 0.05)
            self.hall.breathe()

    def finds_good(self, count):
        """Her device has verified so many events of the newest ballot's record,
        and finds them good."""
        end = time.monotonic() + PATIENCE_S
        while [(row["own"]["check"], row["own"]["check_done"])
               for row in self.state().get("ballots", [])[-1:]
               if "own" in row] != [("good", count)]:
            assert time.monotonic() < end, self.told()
            self.hall.breathe()

    def stays_silent(self, *stages):
        """Nothing of this was said by a victim that has all it is sent: all
        that it does about an event comes before its next answers."""
        for _ in range(3):
            self.hall.settle()
            if not self.is_gone:
                self.state()
        for stage in stages:
            assert not self.has_said(stage), self.told()


class Ballot(BallotPlay):
    """`with_teller`: the victim is the third teller."""

    def __init__(self, hall, with_teller=False, tellers=3, threshold=2,
                 **options):
        super().__init__(hall.server, hall.id, hall.clients, tellers=tellers,
                         threshold=threshold, **options)
        self.hall = hall
        self.victim = hall.victim
        self.with_teller = with_teller
        self.server_device = hall.server.key_device()

    # -- waiting, in which all take in what they are sent --

    def event(self, name):
        return self.wait_count(name, 1)[-1]

    def wait_count(self, name, count, client=None):
        wait_all(self.clients, lambda: len(self.events(name, client)) >= count,
                 f"{count} events {name}", PATIENCE_S)
        return self.events(name, client)

    # -- steps in which the victim has a part --

    def draft(self, *arguments, **options):
        """As a ballot with its members, but the last teller's."""
        if not self.with_teller:
            return super().draft(*arguments, **options)
        counters = [c.device.holder
                    for c in self.clients[1:self.teller_count]] + [VICTIM]
        self.ballot = self.chair.do(
            "draft_ballot", self.meeting, item="", form=form_text(),
            candidates=[], tellers=[{"member": m} for m in counters],
            threshold=self.threshold, revote=self.is_revote,
            halls=False)["made"]
        self.tellers = [Teller(self, c, i) for i, c in enumerate(
            self.clients[1:self.teller_count], 1)]
        return self.ballot

    def certify(self):
        super().certify()
        if self.with_teller:
            self.wait_count("teller_certified", self.teller_count)
            self.settle()

    def deal(self):
        super().deal()
        if self.with_teller:
            self.wait_count("shares_dealt", self.teller_count)
            self.settle()

    def confirm(self):
        super().confirm()
        if self.with_teller:
            self.wait_count("share_confirmed", self.teller_count)
            self.settle()

    def take(self):
        super().take()
        self.victim_asks()
        self.victim.stage("issued_here", ballot=self.ballot)
        self.settle()

    def attest(self):
        super().attest()
        self.wait_count("ballot_attested", len(self.voters) + 1)
        self.settle()

    def open(self, knowingly=True):
        super().open(knowingly)
        self.victim.stage("ready_to_vote", ballot=self.ballot)

    def vote(self):
        super().vote()
        self.victim_votes()
        self.settle()

    def victim_asks(self):
        """For a credential, as soon as her device would have one."""
        self.victim.stage("issue_wanted", ballot=self.ballot)
        self.victim.ask("ballot_take", ballot=self.ballot)

    def victim_votes(self, marks=None):
        mark = self.victim.mark()
        self.victim.ask("ballot_cast", ballot=self.ballot,
                        marks=marks or CHOICE)
        return self.victim.stage("receipt", mark)

    def include(self):
        super().include()
        self.wait_count("ballot_included", len(self.voters) + 1)
        self.settle()

    def count(self, knowingly=True):
        return super().count(knowingly)

    def decrypt(self, tellers=None):
        """With the victim, who does it by itself, one other is enough."""
        if self.with_teller and tellers is None:
            tellers = self.tellers[:self.threshold - 1]
        return super().decrypt(tellers)

    # -- what the server signs, falsely or not --

    def sign_receipt(self, ballot, height, event, ms, setup=None):
        return self.server_device.sign(
            "receipt", self.meeting, text(self.uuid),
            bytes.fromhex(setup or self.setup_hash), sha(ballot),
            forms.number(height), event, forms.number(ms)).hex()

    def next_record(self, ballot):
        """(height, hash) of the event with which this ballot would be the next
        one in the record."""
        heads = self.archive_heads()
        event = records.write({"parent": heads[-1].hex(),
                               "height": len(heads), "type": archive.BALLOT,
                               "payload": sha(ballot).hex()})
        return len(heads), sha(event)

    def give_receipt(self, number, ballot, height=None, event=None, ms=None):
        """Answers the cast that was held, without recording it."""
        at, own = self.next_record(ballot)
        height, event = height or at, event or own
        ms = ms or int(time.time() * 1000)
        self.hall.reply(number, ok=True, height=height, ms=ms,
                        sig=self.sign_receipt(ballot, height, event, ms))


@contextlib.contextmanager
def ballot_under_lies(directory, unchecked=None, rules=None, more=0,
                      **options):
    hall = Hall(directory, unchecked, rules, more=more)
    try:
        yield Ballot(hall, **options)
    finally:
        hall.close()
