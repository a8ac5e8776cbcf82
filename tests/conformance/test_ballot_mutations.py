"""What can be done to an election's archive (support/ballot_mutations), as the
verifier of support/ballot_reference sees it: each fault is found, for its own
reason and at its own event; and every reason that our programs know is asked
for."""
import pathlib
import re
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
import fast_power  # noqa: E402
from ballot_mutations import MUTATIONS, Scene  # noqa: E402
from ballot_reference import records, verify  # noqa: E402

fast_power.use()

# Reasons that no archive of records can give: of machines, and of a new draft.
OF_OTHERS = {"no_memory", "library_failed", "too_large", "unseen_letters"}
# Those between trustees, before there is an archive.
OF_KEYS = {"share_form", "share_route", "share_signature", "share_sealed",
           "share", "complaint", "complaint_signature", "complaint_key",
           "complaint_false"}


@pytest.fixture(scope="module")
def scene():
    return Scene()


@pytest.fixture(scope="module")
def files(scene):
    return {m: m.make(scene) for m in MUTATIONS}


def found(data, lenient=False):
    try:
        verify.verify(data, lenient)
    except records.Fault as fault:
        return fault.word, fault.event, fault.kind
    return None


def test_the_election_itself_is_valid(scene):
    for lenient in (False, True):
        report = verify.verify(scene.file, lenient)
        assert report.is_complete
        assert report.result == scene.good.expected() == [[1, 2], [1, 0, 1, 1]]


def test_each_is_another_archive(scene, files):
    assert len(set(files.values()) | {scene.file}) == len(files) + 1 > 450


def test_each_is_found_for_its_own_reason(files):
    misfits = [f"{m.name}: {found(data)} instead of {m.expected}"
               for m, data in files.items() if found(data) != m.expected]
    assert not misfits, "\n".join(misfits)


def test_what_is_wrong_in_any_election_is_found_in_those_of_others(files):
    misfits = [f"{m.name}: {found(data, True)} instead of {m.expected}"
               for m, data in files.items()
               if m.lenient == "same" and found(data, True) != m.expected]
    assert not misfits, "\n".join(misfits)


def test_every_reason_is_asked_for():
    text = (TESTS.parent / "protocol/ballot/ballot_fault.h").read_text()
    words = set(re.findall(r'X\(\w+,[\s\\]*"(\w+)"', text))
    asked = {m.fault for m in MUTATIONS}
    assert asked - words == set()
    assert words - asked - OF_OTHERS - OF_KEYS == set()


@pytest.mark.parametrize("check", [
    ("proofs", "check_one_of"), ("proofs", "check_equal"), ("proofs", "check"),
    ("records", "member"), ("archive", "check_event"),
    ("archive", "check_entry"), ("tally", "check_total"),
    ("tally", "check_sized"), ("meeting", "check"),
    ("meeting", "check_count")], ids=lambda c: ".".join(c))
def test_a_verifier_without_one_check_is_found_out(check, files, monkeypatch):
    """The list is itself shown a fault."""
    from ballot_reference import ballots, trustees
    module, name = check
    ballots._good.clear()
    trustees.read.cache_clear()
    monkeypatch.setattr(sys.modules[f"ballot_reference.{module}"], name,
                        lambda *arguments, **more: arguments[0])
    try:
        assert any(found(data) != m.expected for m, data in files.items())
    finally:
        ballots._good.clear()
        trustees.read.cache_clear()
