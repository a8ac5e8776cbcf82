"""A lying server and lying tellers while the keys of a secret ballot are made:
what the device of an honest teller (chibo) does about it."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import form_text, sha  # noqa: E402
from ballot_reference import proofs, records, trustees  # noqa: E402
from lying_ballot import VICTIM, ballot_under_lies  # noqa: E402
from lying_server import save_log  # noqa: E402
from server_process import BUILD  # noqa: E402
from wire_client import Refused  # noqa: E402


@pytest.fixture
def teller(tmp_path):
    """The victim votes, and is the third of three tellers."""
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        yield ballot


def verified(play, directory, program="bin/chibo-verify"):
    """(exit code, failure) over what an honest member keeps."""
    path = save_log(play.log, directory / "meeting.jsonl")
    done = subprocess.run([BUILD / program, path, "--json"],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    return done.returncode, json.loads(done.stdout)["failure"]


# --- certificates --------------------------------------------------------------------

def certificate_of_the_server(play):
    """In the place of the first teller's."""
    member = trustees.Member(1, 3, 2, play.chance)
    return {"ev": "teller_certified", "where": {"index": 1}, "set": {
        "certificate": records.write_text(
            member.signed(member.message, play.chance)),
        "message": sha(member.message).hex()}}


def test_a_certificate_that_tellers_see_differently_is_found(teller):
    """The server shows the victim a certificate of its own for the first
    teller, who signed another one."""
    play = teller
    play.run(upto="adopt")
    play.hall.lie(edits=[certificate_of_the_server(play)])

    play.settle()
    for one in play.tellers:
        one.begin(1, 3, 2)

    play.victim.alarm("act")
    play.settle()
    assert not [e for e in play.events("shares_dealt") if e["index"] == 3]


def test_a_certificate_that_is_not_signed_right_is_disputed(teller):
    """What the teller's device signed is the message; the proof beside it is
    false. The real server is told not to look."""
    play = teller
    play.hall.unchecked("ballot_work_examine", "ballot_work_judge")
    play.run(upto="adopt")
    play.settle()
    one, two = play.tellers
    two.begin(1, 3, 2)
    one.attempt, one.size, one.threshold = 1, 3, 2
    one.member = trustees.Member(1, 3, 2, play.chance)
    signed = one.member.signed(one.member.message, play.chance)
    proof = signed["signature"]
    proof["response"] = str((int(proof["response"]) + 1) % proofs.Q)
    one.do("certify", certificate=records.write_text(signed),
           message=sha(one.member.message).hex())

    disputed = play.event("keys_disputed")

    assert (disputed["index"], disputed["against"]) == (3, 1)
    play.event("keys_failed")
    play.settle()
    assert not [e for e in play.events("shares_dealt") if e["index"] == 3]


# --- shares --------------------------------------------------------------------------

def test_a_false_share_is_complained_about_and_its_sender_named(
        teller, tmp_path):
    play = teller
    play.run(upto="adopt")
    play.certify()
    play.tellers[0].deal(spoil=3)
    play.tellers[1].deal()

    failed = play.event("keys_failed")

    assert (failed["reason"], failed["guilty"]) == ("bad_share", 1)
    shown = play.victim.stage("keys_failed")
    assert (shown["text"], shown["count"], shown["judged"]) == (
        "bad_share", 1, True)
    assert verified(play, tmp_path) == (3, None)


def test_a_false_complaint_is_its_author_s(
        teller, tmp_path):
    """Of an honest device's share, which opens well."""
    play = teller
    play.run(upto="adopt")
    play.certify()
    play.deal()

    play.tellers[0].dispute(3)

    failed = play.event("keys_failed")
    assert (failed["reason"], failed["guilty"]) == ("false_complaint", 1)
    shown = play.victim.stage("keys_failed")
    assert (shown["text"], shown["count"], shown["judged"]) == (
        "false_complaint", 1, True)
    assert verified(play, tmp_path) == (3, None)


# --- verdicts ------------------------------------------------------------------------

def a_false_share(play):
    """The first teller's, for the victim, whose device complains."""
    play.run(upto="adopt")
    play.certify()
    play.tellers[0].deal(spoil=3)
    play.tellers[1].deal()


def a_false_complaint(play):
    """The first teller's, about the victim's share."""
    play.run(upto="adopt")
    play.certify()
    play.deal()
    play.tellers[0].dispute(3)


def nothing_wrong(play):
    play.run(upto="adopt")
    play.settle()
    try:
        play.tellers[0].begin(1, 3, 2)
    except Refused as refused:
        # The victim's device was first, and the lie is told already.
        assert refused.code == "other_attempt"


# What happens; what the server says, and how; what the victim finds.
VERDICTS = [
    (a_false_share, "verdict", ("bad_share", 2), ("bad_share", 1)),
    (a_false_share, "verdict", ("false_complaint", 3), ("bad_share", 1)),
    (a_false_share, "verdict", ("bad_record", 0), ("bad_share", 1)),
    (a_false_complaint, "verdict", ("bad_share", 3), ("false_complaint", 1)),
    (nothing_wrong, "finding", ("bad_certificate", 2), ("nobody", 0)),
]


def verdict_told(play, what, how, said):
    play.hall.forge(**{how: {"reason": said[0], "guilty": said[1]}})
    what(play)
    failed = play.event("keys_failed")
    assert (failed["reason"], failed["guilty"]) == said
    return failed


@pytest.mark.parametrize("what, how, said, found", VERDICTS)
def test_a_false_verdict_is_found_and_the_own_one_told(
        teller, tmp_path, what, how, said, found):
    failed = verdict_told(teller, what, how, said)

    shown = teller.victim.fails("verdict")

    assert (shown["text"], shown["count"]) == found
    assert shown["told"] == {"reason": said[0], "guilty": said[1]}
    assert (shown["attempt"], shown["seq"]) == (1, failed["seq"])
    # The server begins anew; the victim makes no keys with it.
    teller.wait_count("keys_begun", 2)
    teller.victim.has_all()
    teller.victim.stays_silent("keys_failed")
    mine = [e["attempt"] for e in teller.events("teller_certified")
            if e["index"] == 3]
    assert mine in ([], [1])
    code, failure = verified(teller, tmp_path)
    assert (code, failure["fault"], failure["seq"], failure["verdict"]) == (
        1, "verdict", failed["seq"], found[0])
    assert failure["who"] == ("m2" if found[1] else "")
    assert verified(teller, tmp_path,
                    "tests/chibo-verify_without_verify_meeting_verdict") == (
        3, None)


def test_another_run_finds_the_false_verdict_again(teller):
    verdict_told(teller, *VERDICTS[0][:3])
    teller.victim.fails("verdict")
    teller.wait_count("keys_begun", 2)

    teller.victim.leave_and_come()

    teller.victim.fails("verdict")


# --- attempts --------------------------------------------------------------------------

def test_keys_are_not_made_twice_under_one_name(teller):
    """The server begins anew with the name of the attempt before: the device
    has keys under it, and makes no others."""
    play = teller
    play.run(upto="adopt")
    play.certify()
    mine = [e for e in play.events("teller_certified") if e["index"] == 3]
    play.hall.lie(edits=[{"ev": "keys_begun", "where": {"attempt": 2},
                          "set": {"uuid": play.uuid}}])

    play.act("restart_keys")

    play.wait_count("keys_begun", 2)
    play.victim.until(lambda line: line.get("fault") == "keys_reused"
                      or "trust_alarm" in line, "a refusal")
    play.settle()
    assert [e for e in play.events("teller_certified")
            if e["index"] == 3] == mine


def test_keys_are_not_made_for_another_place_in_the_committee(teller):
    """The victim is shown a committee in which she is the first; the others
    know her as the third. What she signs names her place."""
    play = teller
    play.hall.lie(edits=[{"ev": "ballot_drafted", "set": {
        "tellers": [{"member": VICTIM}, {"member": "m2"}, {"member": "m3"}]}}])
    play.settle()
    play.draft()

    play.victim.alarm("act", "event")
    play.victim.stays_silent("keys_wanted")


def test_what_the_ruleset_says_of_a_ballot_is_not_the_servers_to_say(teller):
    """That its result is not announced; the victim has the ruleset."""
    play = teller
    play.hall.lie(edits=[{"ev": "ballot_drafted", "set": {"announced": False}}])
    play.settle()
    play.draft()

    play.victim.alarm("event")
    play.victim.stays_silent("keys_wanted")


def test_the_committee_that_was_adopted_is_the_one_that_makes_keys(teller):
    """A form of the server's, which was never drafted."""
    play = teller
    play.settle()
    play.hall.lie(openings=[{
        "open": len(play.log.events), "field": "form",
        "set": {"value": form_text("Bầu ban chấp hành")}}])
    play.draft()

    play.victim.alarm("opening")
