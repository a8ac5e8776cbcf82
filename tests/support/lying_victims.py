"""The victims of a lying server: with a client written from the protocol, with
one that believes everything, and with chibo."""
import shutil
import time

import chibo_process as play
from honest_client import HonestClient
from lying_scene import VICTIM
from lying_server import save_log
from wire_client import Log, WireClient, WireError


class WireVictim:
    """The victim, with the client of tests/support/honest_client.py."""

    def __init__(self, hall):
        self.hall = hall
        self.device = hall.cell.enrol(VICTIM, "Máy thứ hai")
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
                kept=self.kept, knows=[self.hall.ground.victims_key])
            self.client.login()
            self.client.cosigns_as = "member"
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

    def do(self, op, **fields):
        if op == "take_chair":
            self.client.cosigns_as = "chair"
        return self.client.do(op, self.hall.id, **fields)

    def leave(self):
        self.client.close()

    def close(self):
        if self.client:
            self.client.close()

    def is_content(self):
        """It holds the history that the others hold, and finds no fault with
        it. That its member has other devices, too, is another matter."""
        self.stay()
        mine, theirs = self.client.log(self.hall.id), self.hall.log()
        end = time.monotonic() + play.PATIENCE_S
        # Something may have happened between the look of one and the other's.
        while not self.found and mine.head != theirs.head and \
                time.monotonic() < end:
            self.stay()
        return not self.found and mine.head == theirs.head and not [
            w for w in self.client.warnings if w[0] != "foreign_device"]


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
        """It has forgotten whatever it knew."""
        self.logs = {log: NaiveLog(log)
                     for log in (self.hall.register, self.hall.id)}
        self.client = self.server.connect(self.device, client=NaiveClient,
                                          logs=self.logs)
        self.client.login()
        for log in self.logs:
            self.client.ask("join", log=log, **{"from": 0})

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

    def __init__(self, hall, relay, directory, language="vi"):
        self.hall = hall
        self.server = hall.server
        self.language = language
        self.words = None  # what it says of the lie
        self.found = None  # the line with them
        self.awaits_lie = False
        self.is_cut = False
        self.relay = relay
        self.relay.lead(hall.server.port)
        self.member = play.Member(directory / "victim", VICTIM, "victim")
        shutil.copytree(hall.ground.directory / "profile", self.member.profile)

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

    # -- what it does --

    def come(self):
        """Is in the meeting, or has found the lie."""
        if self.is_cut:
            self.relay.lead(self.server.port)
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
        end = time.monotonic() + play.PATIENCE_S
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

    def do(self, op, **fields):
        return self.member.do(op, **fields)

    def come_anew(self, language):
        """Another run of the program."""
        self.member.quit()
        self.language = language
        self.found = None
        self.is_cut = False
        self.relay.lead(self.server.port)
        self.come()

    def is_content(self):
        """As that of WireVictim; in JSON."""
        end = time.monotonic() + play.PATIENCE_S
        while self.member.state()["head"] != self.hall.log().head.hex():
            if time.monotonic() > end:
                return False
            self.hall.breathe()
        return not [line for line in self.lines if "trust_alarm" in line
                    or "unconfirmed" in line]

    def close(self):
        self.member.kill()
        self.relay.cut()


class Victims:
    """Several, who are told the same."""

    def __init__(self, *each):
        self.each = each

    def come(self):
        for victim in self.each:
            victim.come()

    def stay(self):
        for victim in self.each:
            victim.stay()

    def leave(self):
        for victim in self.each:
            victim.leave()

    def await_lie(self):
        for victim in self.each:
            victim.awaits_lie = True

    def close(self):
        for victim in self.each:
            victim.close()
