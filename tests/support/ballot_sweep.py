#!/usr/bin/python3
"""One secret ballot in which the server dies at a chosen step of its disk.

    ballot_sweep.py            all steps, from the draft to the result
    ballot_sweep.py 17 230     only these
    ballot_sweep.py --power    and what no fsync had covered is gone

A cell is prepared once, its meeting open; each run is a ballot on a copy of it,
held by ballot_play. kill_fs counts what the server does to its files from the
draft on, and ends it just before the step with the chosen number. It is started
again, everybody comes back with what was told before, and says again, with the
same bytes, what has had no answer. What must hold at the end is in
`SweptBallot.check`; what does not is a Lost.

The number of steps differs from run to run, for what comes together shares a
commit. So the sweep counts in several ballots, takes the most, and goes on
beyond until ballots end before their step is reached.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import copy
import itertools
import multiprocessing
import os
import pathlib
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance"))
import ballot_outcome  # noqa: E402
from ballot_play import BallotPlay, form_text, sha  # noqa: E402
from ballot_reference import questions  # noqa: E402
from chibo_process import Failure  # noqa: E402
from server_process import (BUILD, UNDO_FS, Cell, ServerProcess,  # noqa: E402
                            copy_data, open_meeting)
from wire_client import (PATIENCE, Disconnected, Refused,  # noqa: E402
                         WireClient, WireError, wait_all)

KILL_FS = BUILD / "tests/kill_fs.so"
QUESTION = questions.Question(["Tán thành", "Không tán thành"], 0, 1,
                              "Đảng viên Mẫu 21")
MARKS = [[[1, 0]], [[0, 1]], [[0, 0]], [[1, 0]]]  # by voter
COUNTS = [2, 1]
ROLES = ["chair", "minute-taker", "member", "member"]
RULES = {"closing_ms": 0, "k_min": 1, "attest_ms": 3600000}
CHECKPOINT_PAGES = 4000  # as in server/store/store_sqlite.c
PAGES_BEFORE = 158  # that the ballot writes until it is in the midst of voting
SHARE_STEPS = 9  # five that keep the server's share, four that wipe it
COUNTING_RUNS = 3
MEMORY = "/dev/shm"  # what a disk is asked to do counts, not that it does it
ENDED_IN_A_ROW = 3  # runs without a death, after which no step is left


class Lost(AssertionError):
    """Something that was told, or answered, is not as it was."""


# --- the server -----------------------------------------------------------------

class MortalServer(ServerProcess):
    """Dies just before step `at`, if that is not None, counted from `begin()`
    on among those below `counted`, in its data; in its next life it counts
    nothing."""

    def __init__(self, directory, at=None, cuts_power=False, counted="",
                 **options):
        super().__init__(directory, **options)
        self.at = at
        self.counted = self.data / counted
        self.cuts_power = cuts_power
        self.undo_log = self.directory / "undo.log" if cuts_power else None
        self.sign = self.directory / "begin"
        self.step_log = self.directory / "steps"
        self.step_log.write_text("")

    def environment(self):
        environment = super().environment()
        if self.at is not None:
            environment.update(
                LD_PRELOAD=":".join(filter(None, [
                    str(KILL_FS), environment.get("LD_PRELOAD")])),
                KILL_FS_AT=str(self.at), KILL_FS_UNDER=str(self.counted),
                KILL_FS_FROM=str(self.sign), KILL_FS_LOG=str(self.step_log))
            environment["ASAN_OPTIONS"] = ":".join(filter(None, [
                environment.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        return environment

    def begin(self):
        self.sign.touch()

    def steps(self):
        """What was done to which file, in order, in words."""
        found = []
        for line in self.step_log.read_text().splitlines():
            call, path = line.split(" ", 1)
            path = pathlib.Path(path).relative_to(self.data)
            found.append(f"{call} of " + (
                "a share" if path.parent.name == "ballots" else str(path)))
        return found

    def bury(self):
        """After its death, which was the one that was meant."""
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        if code != -signal.SIGKILL or not (
                0 < self.at <= len(self.steps())):
            raise Lost(f"the server ended by itself, exit code {code}\n"
                       + self.log_text())
        if self.cuts_power:
            undone = subprocess.run(
                [sys.executable, HERE / "undo_fs/apply.py", self.data,
                 self.undo_log], capture_output=True, text=True)
            assert undone.returncode == 0, undone.stderr

    def start_again(self):
        self.at = self.undo_log = None
        try:
            self.start()
        except AssertionError as error:
            raise Lost(f"the server does not come back: {error}") from None


# --- those who come back ----------------------------------------------------------

class Revived(Exception):
    """What was under way as a whole has to begin anew."""


class Faithful(WireClient):
    """A client that outlives the server: it comes back with its logs, and says
    again what has had no answer, under the same number, with the same bytes."""

    # By itself in every connection, or begun anew as a whole.
    NOT_REPEATED = ("login", "join", "checkpoint", "put_blob", "get_blob")

    def __init__(self, port, device, run, **options):
        self.run = run
        self.unanswered = {}  # id -> message
        self.is_at_once = False
        super().__init__(port, device, **options)

    def come_back(self, port):
        kept = {name: getattr(self, name) for name in (
            "unanswered", "answers", "is_at_once", "cosigns_as")}
        self.drop()
        WireClient.__init__(self, port, self.device, logs=self.logs)
        vars(self).update(kept)
        self.login()
        if self.join(self.run.meeting) != "joined":
            raise Lost(f"{self.device.holder} is not in the meeting any more")

    def repeat(self):
        for number, message in self.unanswered.items():
            if number not in self.answers:
                super().send(message)

    def pump(self):
        had_some = super().pump()
        if self.is_over and not self.run.is_reviving:
            self.run.revive()
            if self.is_at_once:
                raise Revived
            return True
        return had_some

    def send(self, message):
        if message.get("op") in self.NOT_REPEATED:
            return super().send(message)
        self.unanswered[message["id"]] = message
        try:
            super().send(message)
        except Disconnected:
            self.run.revive()
        return None

    def _take_text(self, raw):
        super()._take_text(raw)
        for number in [n for n in self.unanswered if n in self.answers]:
            message, answer = self.unanswered[number], self.answers[number]
            if message["op"] == "cast" and "height" in answer:
                self.run.receipts[sha(message["text"])] = answer

    def answer(self, number, patience=PATIENCE):
        while True:
            try:
                answer = super().answer(number, patience)
                break
            except Refused as refused:
                # Right after a start it may look for things yet.
                if refused.error["code"] != "busy" or not self.run.death:
                    self.unanswered.pop(number, None)
                    raise
            select.select([self], [], [], 0.01)
            self.send(self.unanswered[number])
        self.unanswered.pop(number, None)
        return answer

    def _at_once(self, act, *arguments):
        while True:
            self.is_at_once = True
            try:
                return act(*arguments)
            except Revived:
                pass
            except Disconnected:
                self.run.revive()
            finally:
                self.is_at_once = False

    def put_blob(self, data):
        return self._at_once(super().put_blob, data)

    def get_blob(self, name):
        return self._at_once(super().get_blob, name)


# --- the ballot -------------------------------------------------------------------

@contextlib.contextmanager
def filled(database, pages):
    """The database with so many pages in its journal, and nothing changed;
    afterwards SQLite empties it."""
    journal = database.with_name(database.name + "-wal")
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA synchronous = OFF")
    version, = connection.execute("PRAGMA user_version").fetchone()
    size, = connection.execute("PRAGMA page_size").fetchone()
    while journal.stat().st_size < pages * size:
        connection.execute(f"PRAGMA user_version = {version}")
    yield
    connection.close()


class Prepared:
    """A cell of four, its meeting open and the roll confirmed: a folder, which
    no server uses, and the devices with what they hold. The database's journal
    is so full that a checkpoint falls into the ballot, where votes are cast."""

    def __init__(self, directory):
        server = ServerProcess(directory / "server", checkpoint_ms=5000,
                               rules=RULES)
        self.data = directory / "data"
        server.start()
        try:
            self._hold(server)
        finally:
            server.kill()  # nobody has left
        with filled(server.data / "chibo.db", CHECKPOINT_PAGES - PAGES_BEFORE):
            copy_data(server.data, self.data)

    def _hold(self, server):
        admin = server.admin()
        cell = Cell(server, admin)
        members = [cell.add_member(
            f"Đảng viên Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none") for i in range(1, 5)]
        self.meeting = cell.schedule(members[0], members[1])
        clients = [server.login(cell.enrol(m)) for m in members]
        admin.close()
        for client, role in zip(clients, ROLES):
            client.cosigns_as = role
        open_meeting(self.meeting, clients[0], clients[1:])
        for client in clients:
            client.do("confirm_presence", self.meeting)
        clients[0].do("confirm_roll", self.meeting)
        log = clients[0].log(self.meeting)
        wait_all(clients, lambda: any(
            c["reason"] == "roll_confirmed" for c in log.all("checkpoint")),
            "the signatures of the roll")
        clients[0].settle()
        wait_all(clients, lambda: all(
            len(c.log(self.meeting).events) >= len(log.events)
            for c in clients), "the log at all devices")
        self.people = [(c.device, c.logs) for c in clients]
        for client in clients:
            client.drop()


class SweptBallot(BallotPlay):
    """The ballot, among clients that are Faithful."""

    def draft(self):
        return super().draft(form=form_text(asked=[QUESTION],
                                            drawn=["agree"]))

    def take_again(self):
        """As devices do whenever they connect, until voting begins: the server
        has what they asked for in its memory only."""
        if self.ballot is None or self.events("ballot_opened"):
            return
        for voter in self.voters:
            if voter.issued:
                try:
                    voter.take()
                except Refused as refused:  # it begins just now
                    if refused.error["code"] != "ballot_state":
                        raise

    def close_issue(self):
        while not self.events("ballot_listed"):
            try:
                self.act("close_issue")
                self.event("ballot_listed")
            except Refused as refused:
                # It came before the devices, who have asked again by now.
                if refused.error["code"] != "waiting_for":
                    raise
        self.settle()
        return self.event("ballot_listed")

    def vote(self):
        for voter, marks in zip(self.voters, MARKS, strict=True):
            voter.cast(voter.make(marks))
            self.breathe()
        self.settle()


class Run:
    """A ballot in `directory`, whose server dies at step `at`; 0: never."""

    def __init__(self, prepared, directory, at=0, cuts_power=False, counted="",
                 binary=None):
        self.meeting = prepared.meeting
        self.directory = directory
        copy_data(prepared.data, directory / "data")
        self.server = MortalServer(directory, at, cuts_power, counted,
                                   binary=binary, checkpoint_ms=5000,
                                   rules=RULES)
        self.people = copy.deepcopy([logs for _, logs in prepared.people])
        self.devices = [device for device, _ in prepared.people]
        self.clients = []
        self.play = None
        self.receipts = {}  # tracker -> the server's word, as soon as it came
        self.stage = "begin"
        self.death = None  # the stage in which it died
        self.last = None  # what it died before
        self.is_reviving = False
        self.steps = None  # those of the whole ballot; None: it died
        self.before = {}  # stage -> the steps before it

    def hold(self):
        """To its end; self, or Lost."""
        self.server.start()
        try:
            self._hold()
        except Lost:
            raise
        except (AssertionError, LookupError, OSError, Refused, WireError,
                Disconnected, Failure, subprocess.TimeoutExpired) as error:
            raise Lost(f"{self.stage}: {type(error).__name__}: {error}\n"
                       + self.server.log_text()) from error
        finally:
            self.server.kill()
            for client in self.clients:
                client.drop()
        return self

    def _hold(self):
        for device, logs in zip(self.devices, self.people):
            self.clients.append(Faithful(self.server.port, device, self,
                                         logs=logs).login())
        for client, role in zip(self.clients, ROLES):
            client.join(self.meeting)
            client.cosigns_as = role
        for client in self.clients:
            client.settle()
        self.server.begin()
        play = self.play = SweptBallot(self.server, self.meeting, self.clients)
        for self.stage in play.STEPS:
            self.before[self.stage] = len(self.server.steps())
            result = getattr(play, self.stage)()
        self.stage = "clear up"
        folder = self.server.data / "ballots"
        wait_all(self.clients, lambda: not list(folder.glob("*.share")),
                 "the share's end")
        if not self.death:
            self.steps = self.server.steps()
            # Whatever is to come is not of the ballot.
            self.server.kill()
            self.server.start_again()
            self.come_back()
        self.stage = "check"
        self.check(play, result)
        self.server.stop()

    # -- it dies --

    def revive(self):
        if self.is_reviving:
            raise Lost("it died again")
        if self.death:
            raise Lost("the server closed a connection, and lives:\n"
                       + self.server.log_text())
        self.death = self.stage
        self.server.bury()
        self.last = self.server.steps()[-1]
        self.server.start_again()
        self.come_back()

    def come_back(self):
        self.is_reviving = True
        try:
            for client in self.clients:
                client.come_back(self.server.port)
        except (Refused, WireError, Disconnected) as error:
            raise Lost(f"who comes back is not let in ({error}): "
                       + "; ".join(self.missing() or ["all is there"])
                       ) from None
        finally:
            self.is_reviving = False
        lost = self.lost_receipts(self.clients[0].log(self.meeting))
        if lost:
            raise Lost("; ".join(lost))
        for client in self.clients:
            client.repeat()
        self.play.take_again()

    # -- what has to hold --

    def read(self):
        """The log, by a device that forgot what it held; it has one
        connection."""
        self.clients[0].drop()
        with self.server.login(self.devices[0]) as reader:
            reader.join(self.meeting)
            return reader.log(self.meeting)

    def lost_receipts(self, log):
        recorded = {e["tracker"]: e["height"]
                    for e in log.all("ballot_recorded")}
        return [f"a receipt is lost: at height {receipt['height']} stands "
                "another ballot, or none"
                for tracker, receipt in self.receipts.items()
                if recorded.get(tracker.hex()) != receipt["height"]]

    def missing(self):
        """What was told and is not so any more, in words."""
        there = self.read()
        found = self.lost_receipts(there)
        for client in self.clients:
            told = client.log(self.meeting).events
            if told != there.events[:len(told)]:
                found.append(f"{client.device.holder} was told "
                             f"{len(told)} events, of which "
                             f"{len(set(told) - set(there.events))} are gone")
        return found

    def check(self, play, result):
        lost = []
        voters = [v.client.device.holder for v in play.voters]
        ballots = [data for v in play.voters for data in v.ballots]

        def expect(what, found, wanted):
            if found != wanted:
                lost.append(f"{what}: {found}, not {wanted}")
        expect("counts", [row["count"] for row in result["counts"]], COUNTS)
        expect("issued and returned", (result["issued"], result["returned"]),
               (4, 4))
        expect("ballots made", len(ballots), len(voters))
        expect("ballots recorded", [e["tracker"] for e in play.recorded()],
               [sha(data).hex() for data in ballots])
        expect("receipts", set(self.receipts), {sha(d) for d in ballots})
        for name in ("ballot_issued", "ballot_attested", "ballot_included"):
            expect(name, [e["member"] for e in play.events(name)], voters)
        for name, count in dict(
                ballot_listed=1, ballot_opened=1, ballots_ended=1,
                ballot_tallied=1, ballot_decrypted=3, ballot_result=1,
                ballot_voided=0, voter_dropped=0, keys_failed=0).items():
            expect(name, len(play.events(name)), count)
        if self.death not in ("adopt", "make_keys"):
            expect("keys begun", len(play.events("keys_begun")), 1)
        for voter in play.voters:
            for data, receipt in voter.receipts:
                voter.check_receipt(data, receipt)
        play.records.clear()  # as the server has them now
        archive = self.directory / f"{play.uuid}.bel"
        archive.write_bytes(play.archive())
        said = ballot_outcome.ours(archive)
        expect("chibo-verify", (
            said["verdict"], said["head"],
            [n for q in said["questions"] for n in q["counts"]]),
            ("complete", result["head"], COUNTS))
        self.clients[1].log(self.meeting).verify_acts()
        lost += self.missing()
        if lost:
            raise Lost("; ".join(lost))


# --- all steps --------------------------------------------------------------------

def one(prepared, directory, at=0, **options):
    """A run in a folder of its own, which stays if something was lost."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{at}-", dir=directory))
    try:
        run = Run(prepared, folder, at, **options).hold()
    except Lost as lost:
        raise Lost(f"step {at}: {lost}\n(in {folder})") from None
    shutil.rmtree(folder)
    return run


def check_reach(run):
    """There is everything to die at."""
    wanted = {"pwrite64 of chibo.db-wal", "fdatasync of chibo.db-wal",
              "pwrite64 of chibo.db", "fdatasync of chibo.db",
              "mkostemp of a share", "rename of a share", "unlink of a share"}
    assert wanted <= set(run.steps), wanted - set(run.steps)


_of_workers = None  # (prepared, directory, options), as it was before the fork


def _work(at, counted):
    """(step, the stage in which it died, what it died before, what was lost)"""
    prepared, directory, options = _of_workers
    try:
        run = one(prepared, directory, at, counted=counted, **options)
    except Lost as lost:
        return at, None, None, str(lost)
    return at, run.death, run.last, None


class Sweep:
    """All steps by several workers, and what came of them."""

    def __init__(self, directory, **options):
        global _of_workers
        self.prepared = Prepared(directory / "prepared")
        _of_workers = self.prepared, directory, options
        self.workers = concurrent.futures.ProcessPoolExecutor(
            os.cpu_count(), multiprocessing.get_context("fork"))
        runs = [one(self.prepared, directory) for _ in range(COUNTING_RUNS)]
        for run in runs:
            check_reach(run)
        self.most = max(len(run.steps) for run in runs)
        self.deaths = collections.Counter()
        self.kinds = collections.Counter()
        self.ended = []  # steps that their ballots did not come to
        self.lost = []

    def go(self, steps, counted=""):
        done = 0
        for at, death, last, lost in self.workers.map(
                _work, steps, itertools.repeat(counted)):
            done += 1
            if lost:
                self.lost.append(at)
                print(lost, flush=True)
            elif death:
                self.deaths[death] += 1
                self.kinds[last] += 1
            else:
                self.ended.append(at)
            if done % 20 == 0 or done == len(steps):
                print(f"step {at} of {self.most}" if not counted else
                      f"step {at} of {counted}", flush=True)

    def go_beyond(self):
        """Until it is plain that no step is left."""
        at = self.most
        while not all(n in self.ended or n in self.lost
                      for n in range(at - ENDED_IN_A_ROW + 1, at + 1)):
            at += 1
            self.go([at])

    def go_through_shares(self):
        """What is seldom done may always have moved to another number: it is
        counted by itself, and each step has one number in every ballot."""
        before = sum(self.deaths.values())
        self.go(range(1, SHARE_STEPS + 1), "ballots")
        died = sum(self.deaths.values()) - before
        assert self.lost or died == SHARE_STEPS, died

    def summary(self):
        died = sum(self.deaths.values())
        stages = ", ".join(f"{name} {self.deaths[name]}" for name in
                           [*SweptBallot.STEPS, "clear up"] if self.deaths[name])
        kinds = ", ".join(f"{name} {count}" for name, count in
                          self.kinds.most_common())
        return (f"died at {died} steps, lost something at {len(self.lost)}"
                f"{': ' if self.lost else ''}"
                f"{', '.join(map(str, self.lost))}\n"
                f"  while: {stages}\n  before: {kinds}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--power", action="store_true",
                        help="undo, too, what no fsync had covered")
    parser.add_argument("steps", nargs="*", type=int)
    given = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(
        prefix="ballot-sweep-", dir=MEMORY if os.access(MEMORY, os.W_OK)
        else None))
    sweep = Sweep(directory, cuts_power=given.power)
    sweep.go(given.steps or range(1, sweep.most + 1))
    if not given.steps:
        sweep.go_beyond()
        sweep.go_through_shares()
    print("the power was cut" if given.power else "the server was killed")
    print(sweep.summary())
    sweep.workers.shutdown()
    if not sweep.lost:
        shutil.rmtree(directory)
    return 1 if sweep.lost else 0


if __name__ == "__main__":
    sys.exit(main())
