"""A lying server and the ballots that it is sent: left out, given a receipt for
and not recorded, put in another order, put in by nobody. The victim votes with
chibo; where it says so she is a teller, too."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import MARKS, changed, sha, signed_again  # noqa: E402
from lying_ballot import CHOICE, VICTIM, ballot_under_lies  # noqa: E402

OTHER_CHOICE = [[0, 1, 0, 0, 0], [0, 1]]


@pytest.fixture
def ballot(tmp_path):
    """Open; the victim may vote, and what she casts the server keeps."""
    with ballot_under_lies(tmp_path) as ballot:
        ballot.run(upto="open")
        ballot.hall.lie(holds=["cast"])
        yield ballot


def cast_into_the_void(ballot, marks=CHOICE):
    """What the victim sent, and where to answer it."""
    sent = len(ballot.hall.held("cast"))
    ballot.victim.ask("ballot_cast", ballot=ballot.ballot, marks=marks)
    number, message = ballot.hall.await_held("cast", sent + 1)
    return number, message["text"].encode()


def record(ballot, data):
    """Somebody else sends the server what the victim cast: to the server all
    ballots are alike. Its receipt."""
    return ballot.clients[1].ask("cast", log=ballot.meeting,
                                 ballot=ballot.ballot, text=data.decode())


def others_vote(ballot, count=4):
    for voter, marks in zip(ballot.voters[:count], MARKS * 2):
        voter.cast(voter.make(marks))
    ballot.settle()


def assert_void_by_objection(ballot, height):
    objected = ballot.event("ballot_objected")
    assert objected["act"]["member"] == VICTIM
    assert (objected["kind"], objected["height"]) == ("receipt", height)
    assert ballot.event("ballot_voided")["why"] == "objection"
    ballot.victim.stage("objection", fault="not_counted")
    ballot.victim.stage("void")
    assert not ballot.events("ballot_decrypted")
    assert VICTIM not in [e["member"]
                          for e in ballot.events("ballot_included")]


# --- left out ------------------------------------------------------------------------

def test_a_receipt_for_a_ballot_that_is_nowhere_makes_it_void(ballot):
    number, data = cast_into_the_void(ballot)
    others_vote(ballot, 3)
    height, _ = ballot.next_record(data)
    ballot.give_receipt(number, data)

    ballot.act("end_ballot")

    assert_void_by_objection(ballot, height)


def test_a_receipt_whose_place_another_ballot_takes_makes_it_void(ballot):
    number, data = cast_into_the_void(ballot)
    ballot.give_receipt(number, data)

    others_vote(ballot)
    ballot.act("end_ballot")

    assert_void_by_objection(ballot, 1)


def test_a_receipt_is_known_to_the_next_run_of_the_program(ballot):
    """It is kept before the log has anything at its height."""
    number, data = cast_into_the_void(ballot)
    vault = ballot.victim.vault()
    ballot.give_receipt(number, data)
    ballot.victim.await_vault(vault)
    ballot.victim.kill()
    others_vote(ballot)
    ballot.victim.join(ballot.meeting, "--audio", "none")
    ballot.victim.until(lambda line: line.get("log") == ballot.meeting
                        and "caught_up" in line, "the record")

    ballot.act("end_ballot")

    assert_void_by_objection(ballot, 1)


def assert_never_included_as_cast(ballot):
    ballot.victim.stays_silent()
    rows = [e for e in ballot.events("ballot_included")
            if e["member"] == VICTIM]
    assert not [e for e in rows if e["what"] == "cast"]


def test_who_gets_no_answer_does_not_say_that_the_vote_is_counted(ballot):
    cast_into_the_void(ballot)
    others_vote(ballot)

    ballot.act("end_ballot")

    ballot.event("ballots_ended")
    ballot.settle()
    assert_never_included_as_cast(ballot)
    ballot.victim.stays_silent("receipt")


# --- another receipt ------------------------------------------------------------------

def test_a_receipt_for_another_height_is_none(ballot):
    others_vote(ballot, 2)
    number, data = cast_into_the_void(ballot)
    true = record(ballot, data)
    heads = ballot.archive_heads()
    ballot.hall.reply(number, ok=True, height=1, ms=true["ms"],
                      sig=ballot.sign_receipt(data, 1, heads[1], true["ms"]))

    ballot.victim.stages("failed", "objection")
    ballot.victim.stays_silent("receipt")


def test_a_receipt_that_nobody_signed_is_none(ballot):
    number, data = cast_into_the_void(ballot)
    true = record(ballot, data)
    ballot.hall.reply(number, **dict(true, sig="ab" * 64))

    ballot.victim.fails("statement")
    ballot.victim.stays_silent("receipt")


@pytest.mark.parametrize("junk", [{"height": 1}, {"height": 40}, {"height": {}}])
def test_junk_for_a_receipt_does_not_silence_who_was_left_out(ballot, junk):
    number, _ = cast_into_the_void(ballot)
    others_vote(ballot)
    ballot.hall.reply(number, **{"ok": True, "ms": 1, "sig": "ab" * 64, **junk})

    ballot.act("end_ballot")

    ballot.victim.fails("statement")
    objected = ballot.event("ballot_objected")
    assert objected["act"]["member"] == VICTIM
    assert objected["kind"] == "other"
    assert_never_included_as_cast(ballot)


def test_two_voters_are_not_shown_one_receipt(ballot):
    """The clash: both are told that the first one's ballot is theirs."""
    first = ballot.voters[0]
    first.cast(first.make(CHOICE))
    mine, receipt = first.receipts[0]
    number, data = cast_into_the_void(ballot)
    assert sha(mine) != sha(data)
    ballot.hall.reply(number, **receipt)

    ballot.victim.stages("failed", "objection")
    ballot.victim.stays_silent("receipt")


# --- votes that were changed -----------------------------------------------------------

def test_an_old_vote_is_not_put_behind_the_new_one(ballot):
    """The first vote is kept back, and recorded when there is a second."""
    number, old = cast_into_the_void(ballot)
    ballot.give_receipt(number, old)
    others_vote(ballot, 1)
    number, new = cast_into_the_void(ballot, OTHER_CHOICE)
    ballot.hall.reply(number, **record(ballot, new))
    record(ballot, old)
    others_vote(ballot)

    ballot.act("end_ballot")

    assert_void_by_objection(ballot, 1)


def test_votes_that_changed_places_are_found(ballot):
    """Two votes of one credential, recorded the other way round, each with a
    receipt for where it stands."""
    number, old = cast_into_the_void(ballot)
    others_vote(ballot, 1)
    true = record(ballot, old)
    ballot.hall.reply(number, **true)
    mark = ballot.victim.mark()
    number, new = cast_into_the_void(ballot, OTHER_CHOICE)
    ballot.victim.stage("receipt")
    assert sha(old) != sha(new)
    ballot.hall.lie(holds=["cast"], edits=[
        {"ev": "ballot_recorded", "where": {"tracker": sha(new).hex()},
         "set": {"tracker": sha(old).hex()}}])
    ballot.hall.reply(number, **record(ballot, new))

    ballot.victim.alarm("event")


# --- put in by nobody --------------------------------------------------------------------

@pytest.fixture
def teller(tmp_path):
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        ballot.run(upto="open")
        yield ballot


def stranger_votes(ballot):
    """A credential that is in no list."""
    ballot.hall.unchecked("desk_poll_row")
    voter = ballot.voters[0]
    secret, voter.secret = voter.secret, voter.secret + 1
    record(ballot, voter.make(MARKS[0]))
    voter.secret = secret


def vote_of_three(ballot):
    """A vote of a member of the list that is not one of 0s and 1s."""
    ballot.hall.unchecked("ballot_vote_check")
    voter = ballot.voters[0]
    record(ballot, signed_again(ballot, changed(voter.make(MARKS[0]), "proof"),
                                voter.secret))


def vote_of_another(ballot):
    """A vote that a member made, signed anew under the server's credential of
    another one."""
    ballot.hall.unchecked("ballot_vote_check")
    record(ballot, changed(ballot.voters[0].make(MARKS[0]), "signature"))


@pytest.mark.parametrize("false_vote, fault", [
    (stranger_votes, "not_in_list"),
    (vote_of_three, "individual_proof"),
    (vote_of_another, "ballot_signature")])
def test_a_teller_does_not_decrypt_what_nobody_cast(teller, false_vote, fault):
    false_vote(teller)
    for voter, marks in zip(teller.voters[1:], MARKS):
        voter.cast(voter.make(marks))
    teller.act("end_ballot")

    failed = teller.victim.stage("failed", fault="archive")
    assert failed["text"] == fault
    teller.victim.stays_silent("decrypted", "asked")
