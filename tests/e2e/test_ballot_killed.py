"""Secret ballots in which a process dies, and is started again, at every step.

A Reviver watches one process; it dies by kill_fs just before a step of its work
on files, and is begun anew to die at another. The ballot has to come to its end
all the same, with what was voted and nothing else.

CHIBO_SEED=n repeats a run.
"""
import itertools
import os
import pathlib
import random
import sys
import threading

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_held import Ballot  # noqa: E402
from ballot_scene import Scene  # noqa: E402
from chibo_process import BUILD, Failure, Refused  # noqa: E402

KILL_FS = BUILD / "tests/kill_fs.so"
COMMITTEE = ("m3", "m4", "m5")
VAULT_STEPS = 5  # keeping one thing takes four
LIVES_MAX = 200  # of a teller's device; forty do
DEATHS_MAX = 25  # of the server; then it lives, that a run has an end


class Reviver(threading.Thread):
    """Begins again whatever dies, until it is told that the rest may live.

    `begin(at)` starts the process so that it dies at step `at`, -1: never;
    `wait()` returns when it is dead."""

    def __init__(self, steps, begin, wait):
        super().__init__(daemon=True)
        self.steps, self.begin, self.wait = steps, begin, wait
        self.deaths = 0
        self.may_live = threading.Event()
        self.beginning = threading.Lock()
        self.failure = None

    def run(self):
        try:
            while True:
                self.wait()
                with self.beginning:
                    if self.may_live.is_set():
                        return
                    self.deaths += 1
                    self.begin(next(self.steps))
        except (Failure, OSError) as failure:
            self.failure = failure

    def end(self, kill):
        """kill() ends the last life: none is just being begun meanwhile."""
        self.may_live.set()
        with self.beginning:
            kill()
        self.join()


@pytest.fixture
def scene(tmp_path):
    # Whoever dies again and again is waited for, not dropped.
    scene = Scene(tmp_path, rules={"attest_ms": 3600000}).begin()
    yield scene
    scene.close()


def hold(ballot, reviver, upto="verified"):
    """All steps, each until it is done: what dies is asked again."""
    for name in ballot.STEPS[:ballot.STEPS.index(upto) + 1]:
        while True:
            try:
                getattr(ballot, name)()
                break
            except Refused as refused:
                # The devices have not all come back to it yet, or it is what
                # was asked before it died.
                if refused.code not in ("waiting_for", "busy", "not_confirmed"):
                    raise
            if reviver.failure:
                raise reviver.failure


# --- the server -------------------------------------------------------------------

def test_a_server_that_dies_at_any_step_of_its_disk_loses_no_vote(scene):
    seed = int(os.environ.get("CHIBO_SEED", random.randrange(10**6)))
    chance = random.Random(seed)
    server = scene.server

    def begin(at):
        server.surroundings = dict(
            LD_PRELOAD=str(KILL_FS), KILL_FS_AT=str(at), KILL_FS_UNDER=str(server.data))
        try:
            server.start()
        except Failure:
            pass  # it died before it was ready, and is begun again
    steps = itertools.chain(
        (chance.randint(1, 120) for _ in range(DEATHS_MAX)),
        itertools.repeat(-1))
    reviver = Reviver(steps, begin, lambda: server.process.wait())
    ballot = Ballot(scene, COMMITTEE)
    server.process.kill()
    reviver.start()
    try:
        hold(ballot, reviver, upto="result")
    finally:
        reviver.end(lambda: server.process.kill())
        server.surroundings = {}
        server.start()
    print(f"seed {seed}: the server died {reviver.deaths} times")
    ballot.run(since="verified").check()
    assert reviver.deaths >= 10, seed
    assert not list((server.data / "ballots").glob("*.share"))


# --- a teller, who votes, too -------------------------------------------------------

def insist(ballot, holder, op, ev, event, **fields):
    """Says it to a device that may die at any moment, until this event of it
    is in the log."""
    def is_done(line):
        return line.get("ev") == ev and event.items() <= line.items()
    while not ballot.events(ev, **event):
        device = ballot.device(holder)
        output, mark = device.output, device.output.mark()
        try:
            device.send(op, ballot=ballot.id, **fields)
            output.wait(lambda l: is_done(l) or "error" in l, op, since=mark)
        except (Failure, OSError):
            pass  # it died; it is asked again in its next life


def in_many_lives(reviver, wait):
    """Waits for what a device does that dies meanwhile: no longer than ever for
    its next life, but as many lives as it takes."""
    while True:
        deaths = reviver.deaths
        try:
            return wait()
        except Failure:
            if not deaths < reviver.deaths < LIVES_MAX:
                raise


def test_a_teller_s_device_that_dies_at_each_step_of_its_vault_goes_on(scene):
    device = scene.devices["m3"]
    device.kill()

    def begin(at):
        device.surroundings |= dict(
            LD_PRELOAD=str(KILL_FS), KILL_FS_AT=str(at), KILL_FS_UNDER="/ballots/",
            KILL_FS_BUT=".records")
        device.join(scene.meeting)
    # What was kept is not kept again: so it dies before each step of each
    # thing, and the fifth life keeps it.
    reviver = Reviver(itertools.cycle(range(1, VAULT_STEPS + 1)), begin,
                      lambda: device.process.wait())
    ballot = Ballot(scene, COMMITTEE, threshold=3)
    ballot.voters.remove("m3")
    ballot.others = ["m3"]
    reviver.start()
    try:
        ballot.run(upto="adopt")
        in_many_lives(reviver, ballot.keys)
        insist(ballot, "m3", "ballot_take", "ballot_issued",
               {"member": "m3"})
        ballot.run(upto="close", since="take")
        in_many_lives(reviver, ballot.attest)
        ballot.run(upto="cast", since="open")
        insist(ballot, "m3", "ballot_cast", "ballot_recorded",
               {"returned": 7}, marks=ballot.marks["m3"])
        ballot.run(upto="end", since="end")
        in_many_lives(reviver, lambda: ballot.event("ballot_included",
                                                    member="m3"))
        ballot.run(upto="count", since="include")
        in_many_lives(reviver, ballot.result)
    finally:
        reviver.end(device.kill)
    device.surroundings |= {"KILL_FS_AT": "-1"}
    scene.come_back("m3")
    ballot.run(since="verified").check("m1", "m3")
    print(f"the teller's device died {reviver.deaths} times")
    assert reviver.deaths >= 25
