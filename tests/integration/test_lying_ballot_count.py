"""A lying server and the count of a secret ballot: what the device of a teller
(chibo, who votes, too) decrypts, and what never."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import (MARKS, BallotPlay, Voter, refusal_of,  # noqa: E402
                         sha)
from ballot_reference import records, tally  # noqa: E402
from lying_ballot import CHOICE, VICTIM, ballot_under_lies  # noqa: E402


@pytest.fixture
def teller(tmp_path):
    """The victim votes, and is the third of three tellers, of whom two are
    needed. Voting is open."""
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        ballot.run(upto="open")
        yield ballot


def decrypts_nothing(ballot):
    ballot.victim.stays_silent("decrypted")
    assert not [e for e in ballot.events("ballot_decrypted")
                if e["member"] == VICTIM]


def include(ballot, voters):
    for voter in voters:
        voter.include()
    ballot.settle()


# --- ballots that are left out -------------------------------------------------------

def test_a_teller_asks_about_members_whose_votes_are_left_out(teller):
    """m4's vote never comes to the record; its device does not say that it is
    there."""
    *others, left_out = teller.voters
    for voter, marks in zip(others, MARKS):
        voter.cast(voter.make(marks))
    teller.victim_votes()
    teller.end()
    include(teller, others)
    teller.wait_count("ballot_included", 4)
    assert left_out.client.device.holder == "m4"

    teller.count()

    asked = teller.victim.stage("asked")
    assert (asked["count"], asked["text"]) == (1, "m4")
    decrypts_nothing(teller)


def test_a_teller_asks_before_a_single_vote_is_decrypted(teller):
    """All have confirmed: that they have no vote in it."""
    teller.voters[0].cast(teller.voters[0].make(MARKS[0]))
    teller.end()
    include(teller, teller.voters)
    teller.wait_count("ballot_included", 5)

    teller.count()

    asked = teller.victim.stage("asked")
    assert (asked["cast"], asked["counted"], asked["count"]) == (1, 1, 0)
    decrypts_nothing(teller)


def test_a_teller_is_asked_whose_own_vote_is_not_in_the_record(tmp_path):
    """Nine of ten confirm, which would do; the tenth is the teller herself."""
    with ballot_under_lies(tmp_path, with_teller=True, more=5) as teller:
        teller.run(upto="open")
        teller.hall.lie(holds=["cast"])
        teller.victim.ask("ballot_cast", ballot=teller.ballot, marks=CHOICE)
        teller.hall.await_held("cast")
        for voter, marks in zip(teller.voters, MARKS * 5):
            voter.cast(voter.make(marks))
            teller.hall.breathe()
        teller.end()
        BallotPlay.include(teller)
        teller.wait_count("ballot_included", 9)
        objected = teller.event("ballot_objected")
        assert objected["act"]["member"] == VICTIM

        teller.count()

        asked = teller.victim.stage("asked")
        assert (asked["count"], asked["text"], asked["own_missing"]) == (
            1, VICTIM, True)
        assert (asked["included"], asked["cast"]) == (9, 9)
        decrypts_nothing(teller)
        teller.victim.ask("ballot_decrypt", ballot=teller.ballot)
        teller.victim.stage("decrypted")


def test_few_votes_are_counted_knowingly_or_not_at_all(teller):
    teller.voters[0].cast(teller.voters[0].make(MARKS[0]))
    teller.end()
    include(teller, teller.voters)
    teller.wait_count("ballot_included", 5)

    assert refusal_of(teller.act, "count_ballot",
                      knowingly=False) == "below_k_min"


def test_a_teller_who_was_asked_decrypts_when_the_user_says_so(teller):
    teller.voters[0].cast(teller.voters[0].make(MARKS[0]))
    teller.end()
    include(teller, teller.voters)
    teller.wait_count("ballot_included", 5)
    teller.count()
    teller.victim.stage("asked")

    teller.victim.ask("ballot_decrypt", ballot=teller.ballot)

    teller.victim.stage("decrypted")


def test_nobody_says_twice_that_the_vote_is_counted(teller):
    """A member's device and the server together: a second statement, to make up
    the number of those who are missing."""
    teller.run(since="vote", upto="end")
    first = teller.voters[1]
    include(teller, teller.voters)
    said = next(e for e in teller.events("ballot_included")
                if e["member"] == "m2")
    again = {k: v for k, v in said.items() if k not in ("seq", "n", "at")}
    teller.hall.lie(edits=[{"ev": "counting_begun", "before": [
        dict(again, what="none")]}])
    assert refusal_of(first.include) == "done_already"

    teller.count()

    teller.victim.alarm("event", "act")
    decrypts_nothing(teller)


# --- another record ---------------------------------------------------------------------

def shortened(ballot):
    """(EndBallots, count) of the record without the last ballot."""
    heads = ballot.archive_heads()[:-1]
    end = records.write({"parent": heads[-1].hex(), "height": len(heads),
                         "type": "EndBallots"})
    return sha(end).hex(), len(heads) - 1


def test_a_teller_who_is_shown_fewer_votes_does_not_decrypt(teller):
    """The others see all five; the victim's log lacks the last, and ends and is
    counted as if it never were."""
    teller.vote()
    end, count = shortened(teller)
    teller.hall.lie(edits=[
        {"ev": "ballots_ended", "set": {"end": end, "count": count,
                                        "returned": count}}])

    teller.end()

    teller.victim.alarm("event")
    decrypts_nothing(teller)


def show_another_tally(ballot):
    """That of one vote in the place of the sum, with the size of that, to a
    victim who was away at the end; nobody has signed anything after it."""
    ballot.vote()
    ballot.victim.quit()
    ballot.end()
    election, read, _ = ballot.counted()
    weights = {vote.credential: 1 for vote in read}
    total, returned = tally.total(election, read[:1], weights)[:2]
    data = tally.write_total(total)
    sized = tally.write_sized(data, len(read), len(read))
    names = [ballot.chair.put_blob(d) for d in (data, sized)]
    assert returned == 1
    told = ballot.event("ballot_tallied")
    ballot.hall.lie(holds=["include_ballot"], edits=[{
        "seq": told["seq"], "set": {"tally": names[0], "sized": names[1]}}])
    ballot.victim.join(ballot.meeting, "--audio", "none")


def test_a_teller_does_not_decrypt_another_tally(teller):
    show_another_tally(teller)

    teller.victim.fails("archive")
    decrypts_nothing(teller)


def test_the_server_decrypts_first(teller):
    """Its decryption is kept from the victim, and every later event with it;
    she gives hers to nobody."""
    teller.run(since="vote", upto="include")
    teller.hall.lie(edits=[{"ev": "ballot_decrypted", "where": {"owner": 1},
                            "drop": True}])

    teller.count()
    for one in teller.tellers:
        one.decrypt()
        teller.settle()

    teller.event("ballot_result")
    teller.victim.alarm("event", "fork")
    decrypts_nothing(teller)


def test_no_teller_decrypts_before_the_server(teller):
    teller.run(since="vote", upto="include")
    one = teller.tellers[0]

    assert refusal_of(one.decrypt) in ("ballot_state", "server_first",
                                       "not_allowed")


# --- paper ---------------------------------------------------------------------------------

def counting_begun(ballot):
    """With the chair's help: an act that the server would not take."""
    chair = ballot.chair
    number = chair.device.next_request()
    fields = chair.signed_fields("count_ballot", ballot.meeting, number,
                                 {"ballot": ballot.ballot, "knowingly": True})
    return {"ev": "counting_begun", "ballot": ballot.ballot, "included": 4,
            "knowingly": True, "act": {
                "member": "m1", "device": chair.device.key.hex(),
                "op": "count_ballot", "request": number,
                "subject": ballot.ballot, "value": "1", **fields["act"]}}


@pytest.mark.parametrize("done", ["entered", "confirmed"])
def test_nothing_is_decrypted_before_paper_is_confirmed(tmp_path, done):
    """m4 votes on paper, which one teller alone has counted; the server asks
    for decryptions all the same. Once it is confirmed, the same word of the
    chair is good."""
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        ballot.run(upto="adopt")
        ballot.act("set_channel", member="m4", channel="paper", site="")
        ballot.voters = [Voter(ballot, c) for c in ballot.clients[:3]]
        ballot.run(since="make_keys", upto="include")
        enter_paper(ballot)
        if done == "confirmed":
            confirm_paper(ballot)
        else:
            assert refusal_of(ballot.act, "count_ballot",
                              knowingly=True) == "paper_missing"
        ballot.settle()
        ballot.hall.lie(edits=[{"ev": "hand_raised",
                                "before": [counting_begun(ballot)]}])

        ballot.clients[3].do("raise_hand", ballot.meeting)

        if done == "confirmed":
            ballot.victim.until(lambda line: line.get(
                "ev") == "counting_begun", "the count")
            assert not ballot.victim.is_gone
        else:
            ballot.victim.alarm("event")
        decrypts_nothing(ballot)


def confirm_paper(ballot):
    entered = ballot.event("paper_entered")
    ballot.tellers[1].client.do(
        "confirm_paper", ballot.meeting, ballot=ballot.ballot,
        end=entered["end"], record=entered["record"])
    ballot.settle()


def enter_paper(ballot):
    value = {"issued": 1, "returned": 1, "valid": 1, "invalid": 0}
    counts = [0, 1, 0, 0, 0, 1, 0]
    ballot.tellers[0].client.do(
        "enter_paper", ballot.meeting, ballot=ballot.ballot,
        end=ballot.event("ballots_ended")["end"],
        counts=[{"count": c} for c in counts],
        record=records.hex_hash(records.write({**value, "counts": counts})),
        **value)
    ballot.settle()


# --- false decryptions ------------------------------------------------------------------

def test_a_false_decryption_is_its_teller_s(teller):
    teller.run(since="vote", upto="include")
    one = teller.tellers[0]
    one.x += 1
    teller.hall.lie(holds=["decrypt"])  # of the victim's: it would be enough

    teller.count()
    one.decrypt()

    refused = teller.event("decryption_refused")
    assert (refused["owner"], refused["member"], refused["reason"]) == (
        2, "m2", "false")


def test_a_false_decryption_that_the_server_lets_pass_is_found(teller):
    teller.hall.unchecked("ballot_work_check_decryption")
    teller.run(since="vote", upto="include")
    one = teller.tellers[0]
    one.x += 1
    teller.hall.lie(holds=["decrypt"])

    teller.count()
    one.decrypt()

    failed = teller.victim.stage("failed", fault="archive")
    assert failed["text"]
    teller.victim.stays_silent("verified")


def let_decrypt(ballot):
    """The victim does by herself, or asks, by the numbers of the ruleset and
    whether she has it by then."""
    ballot.victim.stages("asked", "decrypted")
    if not ballot.victim.has_said("decrypted"):
        ballot.victim.ask("ballot_decrypt", ballot=ballot.ballot)


# --- once -----------------------------------------------------------------------------------

def test_another_tally_is_refused_for_ever(tmp_path):
    """The victim has decrypted. The server goes back to what it had before the
    end, and takes one vote more; her anchors and her journal go back, too.
    Nothing but what is sealed beside her key knows of the first tally."""
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        ballot.run(upto="make_keys")
        for step in ("take", "close_issue", "attest", "open", "vote"):
            getattr(BallotPlay, step)(ballot)
        other = ballot.hall.copy_server(tmp_path / "other", ballot)
        seen = {name: (ballot.victim.profile / name).read_bytes()
                for name in ("anchors", "journal")}
        ballot.end()
        BallotPlay.include(ballot)
        ballot.count()
        let_decrypt(ballot)
        ballot.victim.stage("decrypted")
        ballot.victim.kill()
        (ballot.victim.profile / "anchors.old").unlink()
        for name, data in seen.items():
            (ballot.victim.profile / name).write_bytes(data)

        ballot.hall.go_over_to(other, ballot)
        voter = ballot.voters[0]
        record = ballot.event("ballot_recorded")
        assert record["height"] == 4
        voter.receipts = []
        voter.cast(voter.make(MARKS[2]))
        ballot.end()
        BallotPlay.include(ballot)
        ballot.count()
        ballot.victim.join(ballot.meeting, "--audio", "none")
        for _ in range(2):  # also in another run
            ballot.victim.fails("other_tally")
            ballot.victim.leave_and_come()
        decrypts_nothing(ballot)


# --- paper in the result ------------------------------------------------------------------

def forge_paper(ballot, numbers, counts, record="ab" * 32):
    """What the server writes into the result of paper ballots."""
    ballot.server.prompt("lie", forged={"paper": dict(
        zip(("issued", "returned", "valid", "invalid"), numbers),
        record=record, counts=counts)})


def some_vote_on_paper(ballot):
    """m4 does; the teller m2 enters it, m3 confirms."""
    ballot.run(upto="adopt")
    ballot.act("set_channel", member="m4", channel="paper", site="")
    ballot.settle()
    ballot.make_keys()
    ballot.voters = [Voter(ballot, c) for c in ballot.clients[:3]]
    ballot.take()
    ballot.close_issue()
    BallotPlay.attest(ballot)
    ballot.wait_count("ballot_attested", 4)
    ballot.settle()
    ballot.run(since="open", upto="end")
    BallotPlay.include(ballot)
    ballot.wait_count("ballot_included", 4)
    ballot.paper((1, 1, 1, 0), [0, 1, 0, 0, 0, 1, 0])


def count_to_the_end(ballot):
    ballot.count()
    let_decrypt(ballot)
    ballot.tellers[0].decrypt()
    ballot.event("ballot_result")
    ballot.settle()


def add_paper_that_nobody_entered(ballot):
    ballot.run(upto="include")
    forge_paper(ballot, (3, 3, 3, 0), [0, 3, 0, 0, 0, 3, 0])
    count_to_the_end(ballot)


def test_paper_that_nobody_entered_is_not_in_a_result(tmp_path):
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        add_paper_that_nobody_entered(ballot)

        failed = ballot.victim.stage("failed", fault="archive")
        assert failed["text"] == "paper"
        ballot.victim.stays_silent("verified")


def test_paper_is_in_the_result_as_it_was_entered(tmp_path):
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        some_vote_on_paper(ballot)
        count_to_the_end(ballot)

        ballot.victim.stage("verified")


def test_paper_is_not_in_the_result_otherwise_than_it_was_entered(tmp_path):
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        some_vote_on_paper(ballot)
        entered = ballot.event("paper_entered")
        forge_paper(ballot, (1, 1, 1, 0), [1, 0, 0, 0, 0, 1, 0],
                    entered["record"])
        count_to_the_end(ballot)

        failed = ballot.victim.stage("failed", fault="archive")
        assert failed["text"] == "paper"
