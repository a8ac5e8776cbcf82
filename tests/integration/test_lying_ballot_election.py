"""A lying server makes another election.json, or another committee, than was
adopted and signed: what a voter's device (chibo) does about it."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_reference import records, trustees  # noqa: E402
from ballot_reference.group import generate  # noqa: E402
from lying_ballot import VICTIM, ballot_under_lies  # noqa: E402
from wire_client import Device, forms, text  # noqa: E402


@pytest.fixture
def ballot(tmp_path):
    """The victim votes."""
    with ballot_under_lies(tmp_path) as ballot:
        yield ballot


def forge_election(ballot, **values):
    """For everybody: the real server makes another election.json."""
    ballot.server.prompt("lie", forged={"election": {
        path.replace("__", "."): value for path, value in values.items()}})


def assert_attests_nothing(ballot):
    ballot.victim.stays_silent("attested", "ready_to_vote")
    assert VICTIM not in [e["member"]
                          for e in ballot.events("ballot_attested")]


# --- the committee in election.json ----------------------------------------------

def signed_by(ballot, device, owner, member, key, trustees_hash):
    """The row of a committee, signed by a device of the server's choice."""
    sig = device.sign("trustees", ballot.meeting, text(member),
                      text(ballot.uuid), forms.number(1), forms.number(owner),
                      bytes.fromhex(key), bytes.fromhex(trustees_hash))
    return {"owner": owner, "member": member, "key": device.key.hex(),
            "sig": sig.hex()}


def with_another_device(ballot, device):
    """All but the last teller sign; then the server puts a device of its choice
    in the place of the first one's, which signs the very same key."""
    play = ballot
    play.run(upto="adopt")
    play.certify()
    play.deal()
    play.confirm()
    for teller in play.tellers[:-1]:
        teller.sign_trustees()
    signed = play.wait_count("trustees_signed", len(play.tellers) - 1)
    first = next(e for e in signed if e["owner"] == 2)
    forge_election(play, meeting__committee__1=signed_by(
        play, device, 2, first["member"], first["key"], first["trustees"]))
    play.tellers[-1].sign_trustees()
    play.event("ballot_ready")


@pytest.mark.parametrize("whose", ["the server's", "another of the member"])
def test_a_committee_with_another_device_is_not_attested(ballot, whose):
    device = Device() if whose == "the server's" else \
        ballot.hall.cell.enrol("m2", "Máy thứ hai")
    with_another_device(ballot, device)

    ballot.run(since="take", upto="close_issue")

    ballot.victim.fails("committee")
    assert_attests_nothing(ballot)


def test_a_committee_with_keys_of_the_server_is_not_attested(ballot):
    """All of it is the server's: keys, record and devices; it can decrypt
    everything. The log says otherwise."""
    play = ballot
    play.run(upto="adopt")
    own = [trustees.single_key(play.chance.scalar(), play.chance)
           for _ in range(4)]
    name = play.chair.put_blob(records.write([["Single", k] for k in own]))
    play.hall.lie(edits=[{"ev": "ballot_ready", "set": {"trustees": name}}])

    play.make_keys()

    play.victim.alarm("event")
    assert_attests_nothing(play)


def test_a_signature_of_a_teller_is_nobody_else_s(ballot):
    """In the log itself: the server signs for a teller with its own key."""
    play = ballot
    play.run(upto="adopt")
    play.hall.lie(edits=[{"ev": "trustees_signed", "where": {"owner": 3},
                          "set": {"device": play.server_device.key.hex(),
                                  "sig": "ab" * 64}}])

    play.make_keys()

    play.victim.alarm("event", "act")
    assert_attests_nothing(play)


# --- what is voted on --------------------------------------------------------------

CHANGED = {
    "answers that changed places":
        {"questions__0__answers__0": "Đảng viên Mẫu 12",
         "questions__0__answers__1": "Đảng viên Mẫu 11"},
    "another question": {"questions__1__question": "Đảng viên Mẫu 22"},
    "another number to choose": {"questions__0__max": 1},
    "another name": {"name": "Bầu ban chấp hành"},
    "another drawing": {"meeting__forms__1": "choose"},
}


@pytest.mark.parametrize("what", CHANGED)
def test_an_election_other_than_the_draft_is_not_voted_in(ballot, what):
    ballot.run(upto="adopt")
    forge_election(ballot, **CHANGED[what])

    ballot.make_keys()

    ballot.victim.fails("election")
    ballot.victim.stays_silent("issued_here")


BOUND = {
    "another meeting": {"meeting__meeting": "m99"},
    "another beginning": {"meeting__genesis": "ab" * 32},
    "another roll": {"meeting__roll": "ab" * 32},
    "other channels": {"meeting__channels__own": 6},
    "another key": {"public_key": str(generate(5))},
    "votes that may not be changed": {"meeting__revote": False},
}


@pytest.mark.parametrize("what", BOUND)
def test_an_election_of_another_meeting_is_not_attested(ballot, what):
    ballot.run(upto="adopt")
    forge_election(ballot, **BOUND[what])
    ballot.run(since="make_keys", upto="take")

    ballot.close_issue()

    ballot.victim.until(lambda line: line.get("stage") == "failed",
                        "a failure")
    assert ballot.victim.has_said("failed")[0]["fault"] in (
        "election", "archive")
    assert_attests_nothing(ballot)
