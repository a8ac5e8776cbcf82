"""The secret ballot written a second time (support/ballot_reference) against
elections that others made, and against belenios-tool as the judge of its own:
before it is asked about our programs, it must itself be right."""
import hashlib
import json
import pathlib
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import fast_power  # noqa: E402
from ballot_reference import (archive, credentials, group, made,  # noqa: E402
                              proofs, records, trustees, verify)
from ballot_reference.questions import Question  # noqa: E402

SAMPLES = TESTS / "vectors/ballot"
THRESHOLD = SAMPLES / "threshold"
# Worked out from threshold/votes.log: the last ballot of each of four voters.
COUNTS = [[1, 2, 1], [1, 2, 3, 1, 1], [1, 2, 1, 1]]
# The same with the weights 3, 1, 2, 1.
WEIGHTED = [[3, 3, 1], [3, 4, 6, 1, 2], [1, 5, 2, 1]]


@pytest.fixture(autouse=True)
def powers(request):
    """Those of OpenSSL, which are ten times as fast and compared with Python's
    below; those of Python where a test asks for `own_powers`."""
    if "own_powers" in request.fixturenames:
        fast_power.leave()
    else:
        fast_power.use()
    yield
    fast_power.leave()


@pytest.fixture
def own_powers():
    """Asked for by what shares no arithmetic with our programs."""


def fault_of(data, lenient=False):
    with pytest.raises(records.Fault) as caught:
        verify.verify(data, lenient)
    return caught.value.word, caught.value.event, caught.value.kind


def belenios(folder):
    """What belenios-tool says of the one archive in this folder, and its exit
    code; a warning is as bad as a failure."""
    done = subprocess.run(["belenios-tool", "election", "verify", "--dir",
                           str(folder)], capture_output=True, text=True,
                          timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, [
        line for line in (done.stdout + done.stderr).splitlines()
        if not line.startswith("I: using directory")]


CONTENT = (0, ["I: all checks passed"])


def election(seed, plan, asked, voters=4, revotes=1, **how):
    """A random one: the last voter stays away."""
    one = made.Made(plan, asked, voters, chance=group.Chance(seed), **how)
    for voter in [*range(voters - 1), *range(revotes)]:
        one.vote(voter, [made.random_vote(q, one.chance) for q in asked])
    one.finish()
    return one


# --- parts ----------------------------------------------------------------------


def test_the_constants_are_a_group_of_prime_order():
    assert (group.P - 1) % group.Q == 0
    assert pow(group.G, group.Q, group.P) == 1 != group.G
    assert (group.P.bit_length(), group.Q.bit_length()) == (2048, 256)
    assert all(pow(a, n - 1, n) == 1
               for n in (group.P, group.Q) for a in (2, 3, 5, 7))
    # The cofactor has small factors: membership must be asked.
    assert (group.P - 1) // group.Q % 6 == 0
    assert not group.contains(group.P - 1)
    assert group.contains(1) and not group.contains(0)
    assert not group.contains(group.P + 1)


@pytest.mark.parametrize("base", [0, 1, 2, group.G, group.P - 1, group.P,
                                  group.P + 5, 2**2048 - 1])
def test_the_powers_that_players_use_are_those_of_python(base):
    exponents = (0, 1, 2, 63, 64, group.Q - 1, group.Q, 2**256 - 1,
                 int.from_bytes(hashlib.sha512(b"%d" % base).digest()))
    expected = [pow(base, exponent, group.P) for exponent in exponents]
    for _ in range(fast_power.OFTEN):  # at first without a table of the base
        assert [fast_power.power(base, e) for e in exponents] == expected
    assert base in fast_power._tables


def test_credentials_lead_to_the_public_ones_of_the_samples(own_powers):
    uuid = (THRESHOLD / "uuid.txt").read_text().strip()
    texts = [line.split()[-1] for line in
             (THRESHOLD / "private_creds.txt").read_text().splitlines()]
    entries = list(archive.entries((THRESHOLD / f"{uuid}.bel").read_bytes()))
    listed = credentials.read(entries[3].data)
    assert sorted(listed) == sorted(
        group.generate(credentials.secret(uuid, t)) for t in texts)
    assert credentials.write(
        [credentials.secret(uuid, t) for t in texts]) == entries[3].data


def test_a_credential_of_the_old_form_is_derived_in_the_old_way(tmp_path):
    subprocess.run(["belenios-tool", "setup", "generate-credentials", "--uuid",
                    "Mau5678Mau5678", "--group", group.NAME, "--count", "2"],
                   cwd=tmp_path, check=True, timeout=60, capture_output=True,
                   stdin=subprocess.DEVNULL)
    public = json.loads(next(tmp_path.glob("*.pubcreds")).read_text())
    texts = [line.split()[-1] for line in
             next(tmp_path.glob("*.privcreds")).read_text().splitlines()]
    assert {p.split(",")[0] for p in public} == {
        str(group.generate(credentials.secret("Mau5678Mau5678", t)))
        for t in texts}
    for text in texts:
        plain = text.replace("-", "")
        assert credentials.check_character(plain[:-1]) == plain[-1]


def test_seeds_of_trustees_lead_to_their_certificates(own_powers):
    for path in THRESHOLD.glob("*.key"):
        member = trustees.Member(1, 3, 2, group.Chance(1),
                                 seed=path.read_text().strip())
        message = json.loads(path.with_suffix(".cert").read_text())["message"]
        assert hashlib.sha256(message.encode()).hexdigest() == path.stem
        read = json.loads(message)
        assert read["verification"] == str(group.generate(member.signing))
        assert read["encryption"] == str(group.generate(member.decryption))


def test_ballots_of_the_sample_hold_only_with_the_right_statement(own_powers):
    data = (THRESHOLD / "ballot.1.1.json").read_bytes().rstrip(b"\n")
    value = json.loads(data)
    answer, other = value["answers"][:2]
    cipher = tuple(int(answer["choices"][0][n]) for n in ("alpha", "beta"))
    key = int(json.loads((THRESHOLD / "election.json").read_text())[
        "public_key"])
    proof = [(int(p["challenge"]), int(p["response"]))
             for p in answer["individual_proofs"][0]]
    context = f"{value['election_hash']}|{value['credential']}"
    branches = proofs.shifted(cipher, (0, 1))

    def holds(branches, context, proof):
        try:
            proofs.check_one_of(key, branches, proofs.interval_prefix(
                context, cipher), proof, "no")
        except records.Fault:
            return False
        return True

    assert holds(branches, context, proof)
    assert not holds(branches, context + "1", proof)
    assert not holds(branches[::-1], context, proof)
    assert not holds(branches, context, proof[::-1])
    assert not holds(proofs.shifted(cipher, (0, 2)), context, proof)
    assert other["choices"] != answer["choices"]


@pytest.mark.parametrize("data, word", [
    (b'{"a":1,"b":"x"}', None), (b'{"a":1 ,"b":"x"}', "not_canonical"),
    (b' {"a":1,"b":"x"}', "not_canonical"),
    (b'{"a":1,"b":"x"}\n', "not_canonical"), (b'{"a":1', "not_canonical"),
    (b'{"b":"x","a":1}', "wrong_field"), (b'{"a":1}', "wrong_field"),
    (b'{"a":1,"b":"x","b":"x"}', "unknown_field"),
    (b'{"a":1,"a":1,"b":"x"}', "wrong_field"),
    (b'{"a":1,"b":"x","c":2}', "unknown_field"),
    (b'{"a":01,"b":"x"}', "bad_number"), (b'{"a":1.0,"b":"x"}', "bad_number"),
    (b'{"a":-0,"b":"x"}', "bad_number"), (b'{"a":"1","b":"x"}', "bad_number"),
    (b'{"a":1,"b":"\\u0078"}', "not_canonical"),
    (b'{"a":1,"b":"\\/"}', "not_canonical"), (b'{"a":1,"b":"/"}', None),
    (b'{"a":1,"b":"\\u000a"}', "not_canonical"), (b'{"a":1,"b":"\\n"}', None),
    (b'{"a":1,"b":"\n"}', "not_canonical"),
    (b'{"a":1,"b":"\\u001F"}', "not_canonical"),
    (b'{"a":1,"b":"\\u001f"}', "bad_text"),
    (b'{"a":1,"b":"\\u007f"}', "bad_text"),
    (b'{"a":1,"b":"\x7f"}', "not_canonical"), (b'{"a":1,"b":"\xff"}', "bad_text"),
    (b'{"a":1,"b":"\xc0\xaf"}', "bad_text"),
    (b'{"a":1,"b":"\xed\xa0\x80"}', "bad_text"),
    ('{"a":1,"b":"Đảng viên Mẫu 01"}'.encode(), None),
    (b"[" * 100 + b"]" * 100, "not_canonical")])
def test_only_one_spelling_of_a_record_is_read(data, word):
    try:
        value = records.fields(records.read(data), ["a", "b"])
        records.integer(value["a"])
        records.shown(value["b"], lines=True)
        found = None
    except records.Fault as fault:
        found = fault.word
    assert found == word


@pytest.mark.parametrize("text", ["", "01", "+1", "-1", " 1", "1 ", "1_0",
                                  "0x1", "1e1", "٣", str(group.Q)])
def test_only_one_spelling_of_a_number_is_read(text):
    with pytest.raises(records.Fault):
        records.scalar(text)
    assert records.scalar(str(group.Q - 1)) == group.Q - 1


# --- elections of others ----------------------------------------------------------


@pytest.mark.parametrize("name, counts", [
    ("single.bel", COUNTS), ("single-made-by-2.0.bel", COUNTS),
    ("weights.bel", WEIGHTED), ("threshold/P95SQruW9N4q8N.bel", COUNTS)])
def test_elections_made_by_belenios_tool_are_valid(name, counts):
    report = verify.verify((SAMPLES / name).read_bytes(), lenient=True)
    assert (report.is_complete, report.result, report.count) == (
        True, counts, 4)
    # Voter 2's first ballot is in the archive, and is not counted.
    assert len(report.ballots) == 5


@pytest.mark.parametrize("name, counts", [
    ("profile.bel", [[2, 2, 1], [1, 4, 1, 0]]),
    ("tampered/00-good.bel", COUNTS)])
def test_elections_of_our_profile_made_by_another_program_are_valid(
        name, counts, own_powers):
    for lenient in (False, True):
        report = verify.verify((SAMPLES / name).read_bytes(), lenient)
        assert (report.is_complete, report.result) == (True, counts)


def test_without_strong_proofs_it_is_none_of_our_profile():
    assert fault_of((SAMPLES / "single.bel").read_bytes()) == (
        "strong_proof_missing", 8, "PartialDecryption")


@pytest.mark.parametrize("name, fault", [
    ("A03-ballot-event-cut-out", ("event_height", 2, "Ballot")),
    ("A12-ballot-after-EndBallots", ("event_order", 2, "Ballot")),
    ("B05-two-votes-for-one-candidate", ("individual_proof", 1, "Ballot")),
    ("B10-ballot-copied-credential-replaced", ("individual_proof", 6,
                                               "Ballot")),
    ("B19-alpha-outside-group", ("not_in_group", 1, "Ballot")),
    ("C05-certificate-signature-altered", ("certificate_signature", 0,
                                           "Setup")),
    ("D06-decryption-factor-altered", ("decryption_proof", 8,
                                       "PartialDecryption")),
    ("D12-result-changed", ("result_numbers", 10, "Result"))])
def test_elections_that_were_tampered_with_are_refused_for_the_reason(
        name, fault):
    data = (SAMPLES / f"tampered/{name}.bel").read_bytes()
    assert fault_of(data) == fault_of(data, lenient=True) == fault


# --- elections of its own ---------------------------------------------------------

ONE = [Question(["Đồng ý", "Không đồng ý"], 1, 1, "Thông qua?")]
BLANK = [Question(["A", "B"], 1, 2, 'Bầu "tối đa" 2', blank=True)]
LOOSE = [Question(["A", "B"], 0, 2, "Tùy\\ý\n")]


@pytest.mark.parametrize("plan", [["single"], ["single", "single"], [(1, 1)],
                                  [(2, 2)], [(2, 3)], ["single", (2, 3)],
                                  [(3, 4)], ["single", (2, 2), "single"]],
                         ids=str)
@pytest.mark.parametrize("three", [True, False], ids=["3.x", "2.x"])
def test_belenios_tool_takes_every_kind_of_trustees(plan, three, tmp_path):
    one = election(f"{plan}", plan, ONE, voters=2, three=three)
    (tmp_path / f"{one.uuid}.bel").write_bytes(one.file())
    assert belenios(tmp_path) == CONTENT
    assert verify.verify(one.file(), lenient=True).result == one.expected()
    has_group = any(p != "single" for p in plan)
    if three or not has_group:
        assert verify.verify(one.file()).result == one.expected()
    else:
        assert fault_of(one.file())[:2] == ("wrong_field", 0)


@pytest.mark.parametrize("asked", [ONE, BLANK, LOOSE, ONE + BLANK + LOOSE],
                         ids=["one", "blank", "loose", "all"])
def test_belenios_tool_takes_every_kind_of_question(asked, tmp_path):
    one = election(7, ["single", (2, 3)], asked, voters=5, revotes=2)
    (tmp_path / f"{one.uuid}.bel").write_bytes(one.file())
    assert belenios(tmp_path) == CONTENT
    for lenient in (False, True):
        report = verify.verify(one.file(), lenient)
        assert report.result == one.expected()
        assert (len(report.ballots), report.count) == (6, 4)


def test_belenios_tool_takes_our_own_fields_beside_its_own(tmp_path):
    one = made.Made(["single"], ONE, 3, chance=group.Chance(3),
                    rules={"paper": 2})
    one.vote(1, [[1, 0]])
    one.end()
    one.decrypt_all()
    one.publish(paper={"issued": 4})
    (tmp_path / f"{one.uuid}.bel").write_bytes(one.file())
    assert belenios(tmp_path) == CONTENT
    assert verify.verify(one.file()).result == [[1, 0]]


def test_an_election_without_a_ballot_has_counts_of_zero(tmp_path, own_powers):
    one = election(9, ["single"], ONE, voters=1, revotes=0)
    (tmp_path / f"{one.uuid}.bel").write_bytes(one.file())
    assert belenios(tmp_path) == CONTENT
    assert verify.verify(one.file()).result == [[0, 0]]


def test_every_prefix_of_events_is_valid_so_far():
    one = election(11, ["single"], ONE)
    for count in range(1, len(one.steps)):
        report = verify.verify(archive.write(one.steps[:count], made.TIME))
        assert (report.events, report.is_complete) == (count, False)


def test_a_vote_that_is_not_allowed_has_no_proof():
    one = made.Made(["single"], ONE + BLANK, 2, chance=group.Chance(13))
    for choices, word in (
            ([[1, 1], [1, 0, 0]], "overall_proof"),
            ([[0, 0], [1, 0, 0]], "overall_proof"),
            ([[2, 0], [1, 0, 0]], "individual_proof"),
            ([[1, 0], [0, 0, 0]], "overall_proof"),
            ([[1, 0], [1, 1, 0]], "blank_proof")):
        del one.steps[1:]
        one.vote(0, choices)
        assert fault_of(one.file()) == (word, 1, "Ballot")


def test_belenios_tool_refuses_what_was_planted(tmp_path):
    """The judge itself is shown a fault."""
    one = election(15, ["single"], ONE)
    one.steps[-1].data = [b'{"result":[[9,9]]}']
    (tmp_path / f"{one.uuid}.bel").write_bytes(one.file())
    assert belenios(tmp_path)[0] != 0
    assert fault_of(one.file()) == ("result_numbers", len(one.steps) - 1,
                                    "Result")


def test_the_command_makes_and_verifies(tmp_path):
    def run(*arguments):
        done = subprocess.run([sys.executable, "-m", "ballot_reference",
                               *map(str, arguments)], cwd=TESTS / "support",
                              capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL)
        assert done.stderr == ""
        return done.returncode, done.stdout
    assert run("make", tmp_path, "--seed", "5", "--plan", "single") == (0, "")
    path = next(tmp_path.glob("*.bel"))
    secrets = json.loads((tmp_path / "secrets.json").read_text())
    code, said = run("verify", path)
    assert code == 0
    assert json.loads(said)["result"] == secrets["expected"]
    path.write_bytes(path.read_bytes()[:-512])
    code, said = run("verify", path)
    assert (code, json.loads(said)["fault"]) == (1, "truncated")
