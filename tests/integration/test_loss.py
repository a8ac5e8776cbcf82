"""Nothing that was told is ever lost.

A room with traffic; the server is killed at a random moment, every write that
no fsync had covered is undone, and it is started again. Then: what anybody was
told is in the log, with the same bytes at the same place; the chain holds from
genesis; what was answered `ok` is there once, what was refused is not, and what
was not answered is asked again under the same request id and done once.

CHIBO_SEED=n repeats a run.
"""
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import Cell, ServerProcess, open_meeting, planted  # noqa: E402
from wire_client import (PATIENCE, Disconnected, Refused,  # noqa: E402
                         WireClient)

ROUNDS = 50
ROUNDS_MAX = 500
ROUNDS_TO_FIND = 100  # ends with the first loss
LONGEST_LIFE_S = 0.7
UNANSWERED_MAX = 8
SENT_MAX = 100  # by one connection: the server closes on who sends too many
VOTES_MAX = 400  # a meeting has up to 500, which a quick machine could reach
READ_EVERY = 10  # rounds; in the others everyone resumes where he was
NEWS = {"chat": "chat_said", "raise_hand": "hand_raised",
        "lower_hand": "hand_lowered", "vote": "vote_cast",
        "start_vote": "vote_started", "close_vote": "vote_closed",
        "schedule_meeting": "meeting_scheduled"}


class Loss(AssertionError):
    """Something that was told, or answered, is not as it was."""


class Ledger:
    """All that anybody was ever told, whoever it was."""

    def __init__(self):
        self.told = {}  # (log, seq) -> bytes

    def on_event(self, log, raw):
        key = log.id, len(log.events) - 1
        if self.told.setdefault(key, raw) != raw:
            raise Loss(f"event {key} was told as {self.told[key]!r} "
                       f"and as {raw!r}")

    def check(self, logs):
        for (log_id, seq), raw in self.told.items():
            events = logs[log_id].events
            if seq >= len(events):
                raise Loss(f"event {seq} of {log_id} was told and is gone; "
                           f"the log has {len(events)}")
            if events[seq] != raw:
                raise Loss(f"event {seq} of {log_id} is another now")


class Person:
    """A member with one device, whose memory outlives the server's."""

    def __init__(self, world, device):
        self.world = world
        self.device = device
        self.logs = {}
        self.client = None
        self.open_requests = {}  # id -> message, in the order sent
        self.done = {}  # id -> (message, answer)
        self.refused = {}  # id -> (message, error)
        self.hand_is_up = False
        self.said = self.sent = 0

    def connect(self):
        world = self.world
        self.client = WireClient(world.server.port, self.device,
                                 fingerprint=world.fingerprint, logs=self.logs)
        self.client.on_event = world.ledger.on_event
        self.sent = 0
        try:
            self.client.login()
            for log in (world.organisation, world.meeting):
                self.client.join(log)
        except Refused as refused:
            raise Loss(f"what was known is not any more: {refused}") from None
        for message in list(self.open_requests.values()):
            self.client.send(message)

    def begin(self, op, log, **fields):
        message = self.client.command_message(op, log, **fields)
        self.open_requests[message["id"]] = message
        self.sent += 1
        self.client.send(message)

    def take_answers(self):
        for number in [n for n in self.client.answers
                       if n in self.open_requests]:
            answer = self.client.answers.pop(number)
            message = self.open_requests.pop(number)
            if answer.get("ok"):
                self.done[number] = message, answer
            elif answer["error"]["code"] in ("busy", "store_failed"):
                self.open_requests[number] = message
                self.client.send(message)
            else:
                self.refused[number] = message, answer["error"]

    def act(self, chance):
        """Says, votes, raises the hand or calls a meeting."""
        world = self.world
        if (len(self.open_requests) >= UNANSWERED_MAX
                or self.sent >= SENT_MAX):
            return
        if self is world.chair:
            return self.lead(chance)
        vote = world.open_vote(self)
        what = chance.random()
        if vote and what < 0.5:
            self.begin("vote", world.meeting, vote=vote,
                       choice=chance.choice(["yes", "no", "other", "abstain"]))
        elif what < 0.75:
            self.say()
        elif not any(m["op"].endswith("_hand")
                     for m in self.open_requests.values()):
            self.begin("lower_hand" if self.hand_is_up else "raise_hand",
                       world.meeting)
            self.hand_is_up = not self.hand_is_up

    def say(self):
        self.said += 1
        self.begin("chat", self.world.meeting,
                   text=f"Ý kiến số {self.said} của {self.device.holder}")

    def lead(self, chance):
        """The chair's part: votes, and the register."""
        world = self.world
        waiting = {m["op"] for m in self.open_requests.values()}
        what = chance.random()
        if what < 0.3:
            world.calls += 1
            self.begin("schedule_meeting", world.organisation,
                       unit=world.cell.unit, kind="thematic",
                       title="Sinh hoạt chuyên đề", zone="Asia/Ho_Chi_Minh",
                       starts_at=1800000000000 + world.calls,
                       place="Hội trường", chair=self.device.holder,
                       minute_taker=world.people[1].device.holder)
        elif what < 0.7:
            self.say()
        elif waiting & {"start_vote", "close_vote"}:
            return
        elif vote := world.open_vote(self, mine=False):
            self.begin("close_vote", world.meeting, vote=vote)
        elif world.votes < VOTES_MAX:
            world.votes += 1
            self.begin("start_vote", world.meeting, motion="Thông qua")


class World:
    """The meeting under test, and the loop of killing."""

    def __init__(self, directory, seed, binary=None):
        self.seed = seed
        self.chance = random.Random(seed)
        self.undo_log = directory / "undo.log"
        self.server = ServerProcess(directory / "server", binary=binary,
                                    undo_log=self.undo_log)
        self.ledger = Ledger()
        self.calls = 0
        self.votes = 0
        self.undone = 0
        self.cut_short = 0

    def prepare(self):
        self.server.start()
        admin = self.server.admin()
        self.fingerprint = admin.fingerprint
        self.organisation = admin.organisation
        self.cell = Cell(self.server, admin)
        members = [self.cell.add_member(
            f"Đồng chí Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none") for i in range(1, 5)]
        self.people = [Person(self, self.cell.enrol(m)) for m in members]
        self.chair = self.people[0]
        self.meeting = self.cell.schedule(members[0], members[1],
                                          deputy=members[2])
        admin.close()
        for person in self.people:
            person.client = self.server.login(person.device, logs=person.logs)
            person.client.on_event = self.ledger.on_event
            person.client.join(self.organisation)
        open_meeting(self.meeting, self.chair.client,
                     [p.client for p in self.people[1:]])

    def open_vote(self, person, mine=True):
        """A vote that is open as far as this person knows, or None; with
        `mine` only if the person has not voted in it."""
        is_open = None
        log = person.logs[self.meeting]
        for seq in range(len(log.events) - 1, -1, -1):
            event = log.parsed(seq)
            if event["ev"] == "vote_closed":
                return None
            if event["ev"] == "vote_started":
                is_open = event["vote"]
                break
        if is_open and mine and any(
                m["op"] == "vote" and m["vote"] == is_open
                for m in [*person.open_requests.values(),
                          *(m for m, _ in person.done.values())]):
            return None
        return is_open

    # -- one life of the server --

    def pump(self):
        for person in self.people:
            if person.client and not person.client.is_over:
                person.client.pump()
                person.take_answers()

    def live(self, end):
        """Traffic until the server is dead. `end`, which kills it, is started
        at once, or when all are in: a slow machine is often killed before."""
        try:
            if self.round % 2:
                end.start()
            for person in self.people:
                if person.client is None:
                    person.connect()
            if not self.round % 2:
                end.start()
            while not any(p.client.is_over for p in self.people):
                self.chance.choice(self.people).act(self.chance)
                self.pump()
        except Disconnected:
            self.cut_short += 1

    def hear_the_rest(self):
        """What stood in the sockets when the server died was told too."""
        for person in self.people:
            if person.client and not person.client.is_over:
                person.client.wait_close()
            if person.client:
                person.take_answers()
            person.client = None

    def kill_and_undo(self):
        process = self.server.process
        timer = threading.Timer(self.chance.uniform(0, LONGEST_LIFE_S),
                                process.kill)
        try:
            self.live(timer)
        finally:
            if timer.ident is None:  # not all came in
                timer.start()
            timer.join()
        process.wait(PATIENCE)
        process.stdout.close()
        self.hear_the_rest()
        done = subprocess.run(
            ["/usr/bin/python3", HERE.parent / "support/undo_fs/apply.py",
             self.server.data, self.undo_log], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.undone += int(done.stdout.split()[1])

    def restart(self):
        try:
            self.server.start()
        except AssertionError as error:
            raise Loss(f"the server does not come back: {error}") from None

    def run(self, rounds):
        """So many, and more until a kill has come upon writes that no fsync
        had covered: where a disk is quick, few do."""
        for self.round in range(ROUNDS_MAX):
            if self.round >= rounds and self.undone:
                break
            self.kill_and_undo()
            self.restart()
            if self.round % READ_EVERY == 0:
                self.check_told()

    # -- what has to hold --

    def read_all(self):
        reader = self.people[-1]
        with self.server.login(reader.device) as client:
            for log in (self.organisation, self.meeting):
                client.join(log)
            return client.logs

    def check_told(self):
        """Whoever reads from genesis sees all that was told."""
        try:
            self.ledger.check(self.read_all())
        except Refused as refused:
            raise Loss(f"a log is gone: {refused}") from None

    def finish(self):
        """Everything is answered at last; then the books are compared."""
        for person in self.people:
            person.connect()
        end = time.monotonic() + PATIENCE
        while any(p.open_requests for p in self.people):
            self.pump()
            assert time.monotonic() < end, "unanswered requests"
        for person in self.people:
            person.client.close()
        logs = self.read_all()
        self.ledger.check(logs)
        for log in logs.values():
            log.verify_acts()
        self.check_done_once(logs)

    def check_done_once(self, logs):
        acts = Counter()
        for event in logs[self.meeting].all():
            if act := event.get("act"):
                acts[act["device"], act["request"]] += 1
        called = Counter(e["starts_at"] for e in
                         logs[self.organisation].all("meeting_scheduled"))
        used = Counter()
        for person in self.people:
            for number, (message, answer) in person.done.items():
                log = logs[message["log"]]
                if answer["seq"] >= len(log.events):
                    raise Loss(f"answered with {answer}, which is gone")
                event = log.parsed(answer["seq"])
                if event["ev"] != NEWS[message["op"]]:
                    raise Loss(f"{message['op']} was answered with a "
                               f"{event['ev']}")
                used[message["log"], answer["seq"]] += 1
                if "act" in message:
                    once = acts[person.device.key.hex(), number]
                elif message["op"] == "schedule_meeting":
                    once = called[message["starts_at"]]
                else:
                    once = 1 if event["member"] == person.device.holder else 0
                if once != 1:
                    raise Loss(f"{message} was done {once} times")
            for number, (message, error) in person.refused.items():
                if acts[person.device.key.hex(), number]:
                    raise Loss(f"{message} was refused ({error}) and done")
            for op, ev in (("raise_hand", "hand_raised"),
                           ("lower_hand", "hand_lowered")):
                asked = sum(m["op"] == op for m, _ in person.done.values())
                done = sum(e["member"] == person.device.holder
                           for e in logs[self.meeting].all(ev))
                if asked != done:
                    raise Loss(f"{op} of {person.device.holder}: {asked} "
                               f"answered, {done} done")
        if any(count > 1 for count in used.values()):
            raise Loss("two requests were answered with the same event")


def seed_of_this_run():
    return int(os.environ.get("CHIBO_SEED") or random.SystemRandom()
               .randrange(2**32))


def play(directory, rounds, binary=None):
    seed = seed_of_this_run()
    print(f"CHIBO_SEED={seed}")
    world = World(directory, seed, binary)
    try:
        world.prepare()
        world.run(rounds)
        world.finish()
        world.server.stop()
        return world
    except Exception:
        print(f"in round {getattr(world, 'round', 'none')}")
        raise
    finally:
        world.server.kill()


def test_nothing_told_is_lost_when_the_server_is_killed(tmp_path):
    world = play(tmp_path, ROUNDS)
    answered = sum(len(p.done) for p in world.people)
    refused = Counter(e["code"] for p in world.people
                      for _, e in p.refused.values())
    print(f"{len(world.ledger.told)} events told, {answered} requests done, "
          f"refused {dict(refused)}, {world.undone} writes undone, "
          f"{world.cut_short} lives cut short on the way in")
    # The loop has bitten: there was traffic, and there was something to undo.
    assert answered > 2 * ROUNDS
    assert world.undone > 0
    # A machine that is quick lets one say all that anybody may: share_used.
    assert refused.keys() <= {"vote_not_open", "voted_already", "hand_up",
                              "hand_down", "seen_too_old", "share_used"}


def test_loss_finds_unsafe_commits(tmp_path):
    with pytest.raises(Loss) as found:
        play(tmp_path, ROUNDS_TO_FIND, planted("chibod_unsafe"))
    print(found.value)


def test_loss_finds_early_release(tmp_path):
    with pytest.raises(Loss) as found:
        play(tmp_path, ROUNDS_TO_FIND, planted("chibod_early"))
    print(found.value)
