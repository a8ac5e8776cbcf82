"""Trustees, tally, decryption and result of protocol/ballot against the ballot
written a second time (support/ballot_reference), and against belenios-tool."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import fast_power  # noqa: E402
from ballot_reference import (group, made, records, tally,  # noqa: E402
                              trustees, verify)
from ballot_reference.questions import Question  # noqa: E402

fast_power.use()

BUILD = pathlib.Path(os.environ.get("CHIBO_BUILD",
                                    TESTS.parent / "build/release"))
TOOL = BUILD / "tests/conformance/ballot_tool"
ASKED = [Question(["Đồng ý", "Không đồng ý"], 1, 1, "Thông qua?"),
         Question(["A", "B", "C"], 1, 2, "Bầu tối đa 2", blank=True)]
PLANS = [["single"], ["single", "single"], [(2, 2)], ["single", (2, 3)],
         [(3, 5), "single"], [(2, 3), (3, 3)]]


def tool(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def spec_of(plan, chance, voters=4, **more):
    """A random election with a voter who votes twice and one who stays away,
    and the counts that it must give."""
    votes = [[v, [made.random_vote(q, chance) for q in ASKED]]
             for v in [*range(voters - 1), 0]]
    last = dict(votes)
    expected = [[sum(v[i][j] for v in last.values())
                 for j in range(q.positions)] for i, q in enumerate(ASKED)]
    return {"plan": plan, "questions": [q.as_json() for q in ASKED],
            "voters": voters, "votes": votes, **more}, expected


def run(folder, spec):
    (folder / "spec.json").write_text(json.dumps(spec))
    tool("election", folder, folder / "spec.json")
    (file,) = folder.glob("*.bel")
    return file


def belenios(folder):
    done = subprocess.run(["belenios-tool", "election", "verify", "--dir",
                           str(folder)], capture_output=True, text=True,
                          timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, [
        line for line in (done.stdout + done.stderr).splitlines()
        if not line.startswith("I: using directory")]


# --- what we make --------------------------------------------------------------

@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_our_elections_are_right_in_the_eyes_of_others(plan, tmp_path):
    spec, expected = spec_of(plan, group.Chance(len(str(plan))))
    file = run(tmp_path, spec)
    report = verify.verify(file.read_bytes())
    assert report.is_complete
    assert report.result == expected
    assert report.count == 3
    assert belenios(tmp_path) == (0, ["I: all checks passed"])


def test_as_few_owners_as_suffice_are_enough(tmp_path):
    spec, expected = spec_of(["single", (2, 4)], group.Chance(3),
                             owners=[5, 1, 3], paper={"issued": 9})
    file = run(tmp_path, spec)
    report = verify.verify(file.read_bytes())
    assert report.is_complete
    assert report.result == expected
    assert belenios(tmp_path) == (0, ["I: all checks passed"])


def test_an_election_without_ballots_gives_zeros(tmp_path):
    spec, _ = spec_of([(2, 2)], group.Chance(4))
    file = run(tmp_path, {**spec, "votes": []})
    assert verify.verify(file.read_bytes()).result == [[0, 0], [0, 0, 0, 0]]
    assert belenios(tmp_path) == (0, ["I: all checks passed"])


def test_one_seed_makes_one_election(tmp_path):
    spec, _ = spec_of(["single", (2, 3)], group.Chance(5), seed=5)
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    assert run(first, spec).read_bytes() == run(second, spec).read_bytes()


# --- what others make ----------------------------------------------------------

@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """An election by the other program, up to its tally."""
    election = made.Made(["single", (2, 3)], ASKED, 3, chance=group.Chance(6))
    for voter in range(3):
        election.vote(voter, [made.random_vote(q, election.chance)
                              for q in ASKED])
    election.end()
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "election").write_bytes(election.election.data)
    (folder / "tally").write_bytes(tally.write_total(election.total))
    return election, folder


@pytest.mark.parametrize("owner", [1, 2, 4])
def test_our_decryption_of_their_tally_is_right(theirs, owner):
    election, folder = theirs
    data = tool("decrypt", folder / "election", folder / "tally", owner,
                election.trustees.secrets[owner])
    key = trustees.read(election.record).keys[owner]
    factors = tally.check_decryption(data, election.election, owner, key,
                                     election.total)
    assert factors == [[group.power(a, election.trustees.secrets[owner])
                        for a, _ in row] for row in election.total]


def check_decryption(theirs, data, owner, key_of):
    election, folder = theirs
    (folder / "decryption").write_bytes(data)
    key = trustees.read(election.record).keys[key_of]
    return tool("check-decryption", folder / "election", folder / "tally", owner,
                key, folder / "decryption").decode().strip()


def test_we_take_their_decryption_from_its_owner_alone(theirs):
    election, _ = theirs
    data = tally.decrypt(election.election, 3, election.trustees.secrets[3],
                         election.total, election.chance)
    weak = tally.decrypt(election.election, 3, election.trustees.secrets[3],
                         election.total, election.chance, strong=False)
    assert check_decryption(theirs, data, 3, 3) == "ok"
    assert check_decryption(theirs, data, 2, 3) == "strong_proof"
    assert check_decryption(theirs, data, 2, 2) == "decryption_proof"
    assert check_decryption(theirs, weak, 3, 3) == "strong_proof_missing"


def read_trustees(folder, data, *options):
    path = folder / "trustees"
    path.write_bytes(data)
    return json.loads(tool("trustees", path, *options))


@pytest.mark.parametrize("plan", PLANS, ids=str)
@pytest.mark.parametrize("three", [True, False], ids=["3.x", "2.x"])
def test_we_read_their_trustees(plan, three, tmp_path):
    theirs = trustees.Made(plan, group.Chance(7), three)
    data = theirs.write()
    found = read_trustees(tmp_path, data, "--belenios")
    assert found["fault"] == ""
    assert int(found["public_key"]) == theirs.key()
    assert {i: int(o["key"]) for i, o in enumerate(found["owners"], 1)} == {
        owner: group.generate(x) for owner, x in theirs.secrets.items()}
    strict = read_trustees(tmp_path, data)
    has_groups = any(entry != "single" for entry in plan)
    assert strict["fault"] == (
        "certificate_context" if has_groups and not three else "")


def test_a_group_of_which_one_is_enough_is_read_only_from_others(tmp_path):
    data = trustees.Made([(1, 3)], group.Chance(8)).write()
    assert read_trustees(tmp_path, data)["fault"] == "same_key"
    assert read_trustees(tmp_path, data, "--belenios")["fault"] == ""


def changed(value, path):
    """The record with 1 added to the number at a path of keys and indices,
    through JSON in strings too."""
    value = json.loads(json.dumps(value))
    at, steps = value, list(path)
    nested = None
    while len(steps) > 1:
        step = steps.pop(0)
        if step == "message":
            nested = (at, json.loads(at["message"]))
            at = nested[1]
        else:
            at = at[step]
    at[steps[0]] = (str(int(at[steps[0]]) + 1) if isinstance(at[steps[0]], str)
                    else at[steps[0]] + 1)
    if nested:
        nested[0]["message"] = records.write_text(nested[1])
    return records.write(value)


CHANGES = [
    ((0, 1, "pok", "challenge"), "key_proof", 1),
    ((0, 1, "pok", "response"), "key_proof", 1),
    ((0, 1, "public_key"), "not_in_group", 1),
    ((1, 1, "threshold"), "certificate_context", 2),
    ((1, 1, "certs", 1, "signature", "response"), "certificate_signature", 3),
    ((1, 1, "certs", 1, "message", "verification"), "not_in_group", 3),
    ((1, 1, "certs", 1, "message", "encryption"), "not_in_group", 3),
    ((1, 1, "certs", 2, "message", "context", "index"), "certificate_context", 4),
    ((1, 1, "coefexps", 0, "signature", "challenge"),
     "coefficients_signature", 2),
    ((1, 1, "coefexps", 2, "message", "coefexps", 1), "not_in_group", 4),
    ((1, 1, "signatures", 1, "response"), "certs_signature", 3),
    ((1, 1, "verification_keys", 2, "pok", "response"), "key_proof", 4),
    ((1, 1, "verification_keys", 2, "signature", "response"), "key_signature", 4),
    ((1, 1, "verification_keys", 0, "public_key"), "not_in_group", 2),
]


@pytest.mark.parametrize("path,fault,owner", CHANGES, ids=str)
def test_we_name_the_fault_and_the_owner(path, fault, owner, tmp_path):
    record = trustees.Made(["single", (2, 3)], group.Chance(9)).record
    found = read_trustees(tmp_path, changed(record, path))
    assert (found["fault"], found["owner"]) == (fault, owner)


def test_a_key_that_the_coefficients_do_not_say_is_found(tmp_path):
    theirs = trustees.Made([(2, 3)], group.Chance(10))
    ((_, _, members),) = theirs.groups
    members[1].x = theirs.secrets[2] + 1
    record = [["Pedersen", trustees.write_group(members, 2, group.Chance(11))]]
    found = read_trustees(tmp_path, records.write(record))
    assert (found["fault"], found["owner"]) == ("verification_key", 2)
