"""Random elections: made by our code and judged by the ballot written a second
time and by belenios-tool; made by those and judged by chibo-verify; made by all
together. Whoever counts, the counts are those of the votes that were put in.

The seeds are new in every run and stand in the names of the tests:
CHIBO_BALLOT_SEED=N plays those from N on again.
"""
import json
import os
import pathlib
import random
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import fast_power  # noqa: E402
from ballot_reference import (archive, ballots, made, records,  # noqa: E402
                              tally, verify)
from ballot_reference.group import Chance  # noqa: E402
from ballot_reference.questions import Question  # noqa: E402

fast_power.use()

BUILD = TESTS.parent / os.environ.get("CHIBO_BUILD", "build/release")
TOOL = BUILD / "tests/conformance/ballot_tool"
VERIFY = BUILD / "bin/chibo-verify"
FIRST_SEED = int(os.environ.get("CHIBO_BALLOT_SEED")
                 or random.SystemRandom().randrange(10**6))
TEXTS = ["Đồng ý", "Không", 'Có "dấu"', "a/b\\c", "Đảng viên Mẫu 01", "∅ 漢字",
         "<&>' ", "x" * 90, "{}[],:"]


def seeds(count, offset):
    return pytest.mark.parametrize(
        "seed", range(FIRST_SEED + offset, FIRST_SEED + offset + count))


# -- what is drawn --

def random_question(chance):
    count = chance.number(1, 3)
    high = chance.number(1, count)
    return Question([chance.choice(TEXTS) for _ in range(count)],
                    chance.number(0, high), high,
                    chance.choice(TEXTS) + chance.choice(["", "\n", "\tb\n"]),
                    blank=chance.number(0, 1) == 1)


def random_plan(chance):
    plan = ["single" if chance.number(0, 1) else None
            for _ in range(chance.number(1, 2))]
    for i, entry in enumerate(plan):
        if entry is None:
            size = chance.number(1, 4)
            plan[i] = (chance.number(min(size, 2), size), size)
    return plan


class Drawn:
    """An election before anybody has made it."""

    def __init__(self, seed):
        chance = self.chance = Chance(seed)
        self.asked = [random_question(chance)
                      for _ in range(chance.number(1, 2))]
        self.plan = random_plan(chance)
        self.voters = chance.number(1, 4)
        self.votes = []
        for voter in range(self.voters):
            for _ in range(chance.choice([0, 1, 1, 1, 2, 4])):
                self.votes.insert(chance.number(0, len(self.votes)), [
                    voter, [made.random_vote(q, chance) for q in self.asked]])

    def expected(self):
        last = dict(self.votes)
        return [[sum(v[i][j] for v in last.values())
                 for j in range(q.positions)]
                for i, q in enumerate(self.asked)]

    def by_python(self, finish=True):
        rules = None if self.chance.number(0, 2) == 0 else {
            "paper": self.chance.number(0, 9), "hall": self.chance.number(0, 2),
            "attempt": self.chance.number(1, 3)}
        one = made.Made(self.plan, self.asked, self.voters, chance=self.chance,
                        rules=rules, name=self.chance.choice(TEXTS))
        if finish:
            for voter, choices in self.votes:
                one.vote(voter, choices)
            one.finish()
        return one


# -- who judges --

def tool(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


def tool_makes(*arguments):
    code, out = tool(*arguments)
    assert code == 0, arguments
    return out


def judged_by_python(path):
    report = verify.verify(path.read_bytes())
    assert report.is_complete
    assert verify.verify(path.read_bytes(), True).result == report.result
    return report.result


def judged_by_belenios_tool(path):
    """It finds the result by itself, too."""
    done = subprocess.run(["belenios-tool", "election", "verify", "--dir",
                           str(path.parent)], capture_output=True, text=True,
                          timeout=120, stdin=subprocess.DEVNULL)
    said = [line for line in (done.stdout + done.stderr).splitlines()
            if not line.startswith("I: using directory")]
    assert (done.returncode, said) == (0, ["I: all checks passed"])


def judged_by_chibo_verify(path, *arguments):
    done = subprocess.run([VERIFY, path, "--json", *arguments], timeout=60,
                          capture_output=True, stdin=subprocess.DEVNULL)
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"], done.stderr) == (
        0, "complete", b""), said["fault"]
    return [q["counts"] for q in said["questions"]]


def everybody_finds(path, expected):
    assert judged_by_python(path) == expected
    assert judged_by_chibo_verify(path) == expected
    assert judged_by_chibo_verify(path, "--belenios") == expected
    judged_by_belenios_tool(path)


def in_file(folder, uuid, data):
    path = folder / f"{uuid}.bel"
    path.write_bytes(data)
    return path


# -- the properties --

@seeds(3, 0)
def test_what_we_make_counts_the_votes_that_were_put_in(seed, tmp_path):
    drawn = Drawn(seed)
    spec = {"plan": drawn.plan, "voters": drawn.voters, "votes": drawn.votes,
            "questions": [q.as_json() for q in drawn.asked], "seed": seed,
            "name": drawn.chance.choice(TEXTS)}
    (tmp_path / "spec").write_text(json.dumps(spec))
    tool_makes("election", tmp_path, tmp_path / "spec")
    (path,) = tmp_path.glob("*.bel")
    everybody_finds(path, drawn.expected())


@seeds(3, 100)
def test_what_the_second_makes_counts_the_votes_that_were_put_in(seed,
                                                                 tmp_path):
    drawn = Drawn(seed)
    one = drawn.by_python()
    assert one.expected() == drawn.expected()
    everybody_finds(in_file(tmp_path, one.uuid, one.file()), drawn.expected())


@pytest.fixture
def own_numbers():
    """The second computes by itself: nothing of OpenSSL."""
    fast_power.leave()
    yield
    fast_power.use()


@seeds(1, 150)
def test_two_that_share_no_arithmetic_agree(seed, tmp_path, own_numbers):
    drawn = Drawn(seed)
    one = drawn.by_python()
    everybody_finds(in_file(tmp_path, one.uuid, one.file()), drawn.expected())
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    spec = {"plan": drawn.plan, "voters": drawn.voters, "votes": drawn.votes,
            "questions": [q.as_json() for q in drawn.asked], "seed": seed}
    (tmp_path / "spec").write_text(json.dumps(spec))
    tool_makes("election", theirs, tmp_path / "spec")
    (path,) = theirs.glob("*.bel")
    everybody_finds(path, drawn.expected())


@seeds(3, 200)
def test_ballots_and_decryptions_of_both_make_one_election(seed, tmp_path):
    """Each ballot and each decryption by one or the other, as it happens."""
    drawn = Drawn(seed)
    one = drawn.by_python(finish=False)
    (tmp_path / "election").write_bytes(one.election.data)
    for voter, choices in drawn.votes:
        if drawn.chance.number(0, 1):
            one.vote(voter, choices)
        else:
            one.add_ballot(tool_makes("vote", tmp_path / "election",
                                      one.texts[voter], json.dumps(choices)))
    one.end()
    (tmp_path / "tally").write_bytes(tally.write_total(one.total))
    for owner in one.trustees.enough(drawn.chance):
        if drawn.chance.number(0, 1):
            one.decrypt(owner)
            continue
        data = tool_makes("decrypt", tmp_path / "election", tmp_path / "tally",
                          owner, one.trustees.secrets[owner])
        one.decryptions[owner] = data
        one.steps.append(archive.Step(archive.DECRYPTION, data,
                                      tally.write_owned(owner, data)))
    one.publish()
    everybody_finds(in_file(tmp_path, one.uuid, one.file()), drawn.expected())


@seeds(3, 300)
def test_a_vote_that_is_not_allowed_is_refused_by_both_for_one_reason(
        seed, tmp_path):
    """Whatever numbers a liar encrypts: with a proof where there is one, it is
    taken by both; else both say why not, and ours does not make it."""
    chance = Chance(seed)
    for turn in range(4):
        asked = [random_question(chance)]
        one = made.Made(["single"], asked, 1, chance=chance)
        choices = [chance.choice([0, 0, 1, 1, 1, 2])
                   for _ in range(asked[0].positions)]
        data = ballots.make(one.election, one.secrets[0], [choices], chance)
        (tmp_path / "election").write_bytes(one.election.data)
        (tmp_path / "ballot").write_bytes(data)
        try:
            ballots.check(data, one.election, one.weights())
            found = "ok"
        except records.Fault as fault:
            found = fault.word
        assert (found == "ok") == asked[0].allows(choices), (turn, choices)
        assert tool_makes("check-vote", tmp_path / "election",
                          tmp_path / "ballot").decode().strip() == found
        code, _ = tool("vote", tmp_path / "election", one.texts[0],
                       json.dumps([choices]))
        assert (code == 0) == (found == "ok"), (turn, choices)


def test_no_judge_is_content_with_another_count(tmp_path):
    """The judges are themselves shown a fault."""
    drawn = Drawn(1)
    one = drawn.by_python()
    counts = drawn.expected()
    counts[0][0] += 1
    one.steps.pop()
    one.publish(counts)
    path = in_file(tmp_path, one.uuid, one.file())
    with pytest.raises(records.Fault, match="result_numbers"):
        judged_by_python(path)
    for judge in (judged_by_chibo_verify, judged_by_belenios_tool):
        with pytest.raises(AssertionError):
            judge(path)


# Worked out from support/run_election.sh: the last ballot of each of four
# voters, and with the weights 3, 1, 2, 1.
COUNTS = [[1, 2, 1], [1, 3, 2], [1, 2, 1, 1]]
WEIGHTED = [[3, 3, 1], [3, 5, 3], [1, 5, 2, 1]]


@pytest.mark.parametrize("variant", ["single", "threshold", "mixed", "weights"])
def test_fresh_elections_of_belenios_tool_are_valid(variant, tmp_path):
    folder = tmp_path / "fresh"
    # Some sixty programs, one after the other.
    done = subprocess.run([TESTS / "support/run_election.sh", folder, variant],
                          capture_output=True, text=True, timeout=900,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.bel")
    said = json.loads((folder / "result.json").read_text())["result"]
    expected = WEIGHTED if variant == "weights" else COUNTS
    report = verify.verify(path.read_bytes(), lenient=True)
    assert report.is_complete
    assert report.result == said == expected
    assert judged_by_chibo_verify(path, "--belenios") == expected
