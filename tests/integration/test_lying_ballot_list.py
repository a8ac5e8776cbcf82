"""A lying server and the list of a secret ballot: credentials of its own, other
lists for other people, statements that are false. The victim votes with
chibo."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import BallotPlay, sha  # noqa: E402
from ballot_reference import records  # noqa: E402
from ballot_reference.group import generate  # noqa: E402
from lying_ballot import VICTIM, ballot_under_lies  # noqa: E402
from wire_client import act_terms, text  # noqa: E402


@pytest.fixture
def ballot(tmp_path):
    with ballot_under_lies(tmp_path) as ballot:
        yield ballot


def forge_list(ballot, **terms):
    ballot.server.prompt("lie", forged={"list": terms})


def of_the_server(ballot):
    """A credential whose secret the server has."""
    return str(generate(ballot.chance.scalar()))


def attests_nothing(ballot):
    ballot.victim.stays_silent("attested", "ready_to_vote")
    assert VICTIM not in [e["member"]
                          for e in ballot.events("ballot_attested")]


# --- credentials -----------------------------------------------------------------------

def test_a_list_with_a_credential_more_is_not_attested(ballot):
    ballot.run(upto="take")
    forge_list(ballot, add=[of_the_server(ballot)])

    ballot.close_issue()

    ballot.victim.stage("failed")
    assert ballot.victim.has_said("failed")[0]["fault"] in ("list", "archive")
    attests_nothing(ballot)


def test_a_list_without_the_own_credential_is_not_attested(ballot):
    """The server's in its place, so that the length is right."""
    ballot.run(upto="take")
    forge_list(ballot, keep=[v.credential for v in ballot.voters],
               add=[of_the_server(ballot)])

    ballot.close_issue()

    ballot.victim.fails("list")
    attests_nothing(ballot)


def test_a_list_that_is_too_short_is_not_attested(ballot):
    ballot.run(upto="take")
    forge_list(ballot, keep=[v.credential for v in ballot.voters])

    ballot.close_issue()

    ballot.victim.stage("failed")
    attests_nothing(ballot)


def test_a_credential_in_the_name_of_a_member_is_seen_by_that_member(ballot):
    """The server says that the victim has one, on her own device; she took
    none."""
    ballot.run(upto="make_keys")
    BallotPlay.take(ballot)
    ballot.hall.lie(edits=[{"ev": "issue_closed", "before": [{
        "ev": "ballot_issued", "ballot": ballot.ballot, "member": VICTIM,
        "device": "ab" * 32}]}])

    ballot.close_issue()

    ballot.victim.until(lambda line: "trust_alarm" in line or line.get(
        "stage") in ("issued_elsewhere", "failed"), "a word of it")
    attests_nothing(ballot)


def test_a_statement_about_another_credential_is_none(ballot):
    ballot.run(upto="make_keys")
    BallotPlay.take(ballot)
    ballot.hall.lie(holds=["take_ballot"])
    ballot.victim_asks()
    number, _ = ballot.hall.await_held("take_ballot")
    sig = ballot.server_device.sign(
        "issued", ballot.meeting, text(VICTIM), text(ballot.uuid),
        ballot.election_hash, sha(of_the_server(ballot)))

    ballot.hall.reply(number, ok=True, issued=sig.hex())

    ballot.victim.fails("statement")
    ballot.victim.stays_silent("issued_here")


# --- two lists ---------------------------------------------------------------------------

def test_what_others_attested_is_not_another_list(ballot):
    """The victim is shown a list of the same length with a credential of the
    server in the place of m4's, as the others never saw it."""
    ballot.run(upto="take")
    true = ballot.close_issue()
    credentials = records.read(ballot.blob(true["credentials"]))
    out = ballot.voters[3].credential
    false = sorted([c for c in credentials if c != out]
                   + [of_the_server(ballot)], key=int)
    data = records.write(false)
    setup = records.write(records.read(ballot.blob(true["setup"])) | {
        "credentials": records.hex_hash(data)})
    names = [ballot.chair.put_blob(d) for d in (data, setup)]
    ballot.victim.kill()
    (ballot.victim.profile / "anchors.old").unlink(missing_ok=True)
    ballot.hall.lie(edits=[{"seq": true["seq"], "set": {
        "credentials": names[0], "setup": names[1]}}])
    BallotPlay.attest(ballot)

    ballot.victim.join(ballot.meeting, "--audio", "none")

    ballot.victim.until(lambda line: "trust_alarm" in line, "an alarm")
    ballot.victim.stays_silent("ready_to_vote")


def test_voting_does_not_open_while_an_attestation_is_kept_back(ballot):
    """The server swallows the victim's, and opens all the same."""
    ballot.run(upto="take")
    ballot.hall.lie(holds=["attest_ballot"])
    ballot.close_issue()
    BallotPlay.attest(ballot)
    ballot.hall.await_held("attest_ballot")
    opened = {"ev": "ballot_opened", "ballot": ballot.ballot,
              "setup": ballot.setup_hash, "length": 5, "own": 5, "hall": 0,
              "knowingly": True}
    ballot.settle()
    ballot.hall.lie(holds=["attest_ballot"], edits=[{
        "ev": "hand_raised", "before": [opened | {"act": act_of_the_chair(
            ballot)}]}])

    ballot.clients[3].do("raise_hand", ballot.meeting)

    ballot.victim.alarm("event")
    ballot.victim.stays_silent("ready_to_vote")


def act_of_the_chair(ballot):
    """Which the server was never sent."""
    chair = ballot.chair
    number = chair.device.next_request()
    fields = chair.signed_fields("open_ballot", ballot.meeting, number,
                                 {"ballot": ballot.ballot, "knowingly": True})
    return {"member": "m1", "device": chair.device.key.hex(),
            "op": "open_ballot", "request": number, "subject": ballot.ballot,
            "value": "1", **fields["act"]}


# --- the server's word for a credential ------------------------------------------------

def test_a_credential_that_was_taken_and_left_out_makes_it_void(ballot):
    """The victim shows the server's signature; everybody can look for the
    credential in the list."""
    ballot.run(upto="take")
    forge_list(ballot, keep=[v.credential for v in ballot.voters],
               add=[of_the_server(ballot)])

    ballot.close_issue()

    objected = ballot.event("ballot_objected")
    assert (objected["kind"], objected["act"]["member"]) == ("issued", VICTIM)
    assert ballot.event("ballot_voided")["why"] == "objection"
    ballot.victim.stage("objection", fault="list")
    ballot.victim.fails("list")
    ballot.victim.stage("void")
    attests_nothing(ballot)


def objection_of(voter):
    """What this voter objects, as the log has it."""
    ballot, client = voter.play, voter.client
    number = client.device.next_request()
    fields = {"ballot": ballot.ballot, "kind": "issued", "height": 0,
              "tracker": "00" * 32, "at_ms": 0,
              "record": sha(voter.credential).hex(), "receipt": voter.issued,
              "reason": "list"}
    signed = client.signed_fields("object_ballot", ballot.meeting, number,
                                  fields)
    subject, value = act_terms("object_ballot", ballot.meeting, signed)
    return {"ev": "ballot_objected", **fields,
            "reason": {"c": signed["reason"]["c"]},
            "act": {"member": client.device.holder,
                    "device": client.device.key.hex(), "op": "object_ballot",
                    "request": number, "subject": subject, "value": value,
                    **signed["act"]}}


def pass_over_an_objection(ballot):
    """m4's credential is left out, and the victim is told of the objection, but
    not that the ballot is void."""
    ballot.run(upto="take")
    forge_list(ballot, without=[ballot.voters[3].credential],
               add=[of_the_server(ballot)])
    ballot.settle()
    ballot.hall.lie(edits=[{"ev": "ballot_listed", "after": [
        objection_of(ballot.voters[3])]}])
    ballot.close_issue()
    ballot.clients[0].do("raise_hand", ballot.meeting)


def test_an_objection_that_is_right_is_not_passed_over(ballot):
    pass_over_an_objection(ballot)

    ballot.victim.fails("objection")
    attests_nothing(ballot)


def test_an_objection_that_shows_nothing_makes_nothing_void(ballot):
    """m4 objects, whose credential is in the list; the server says that it is
    void."""
    ballot.run(upto="take")
    ballot.settle()
    ballot.hall.lie(edits=[{"ev": "ballot_listed", "after": [
        objection_of(ballot.voters[3]),
        {"ev": "ballot_voided", "ballot": ballot.ballot, "why": "objection",
         "reason": {"c": "ab" * 32}, "act": None}]}])

    ballot.close_issue()

    failed = ballot.victim.fails("objection")
    assert failed["text"] == "void"
    ballot.victim.stage("void")
