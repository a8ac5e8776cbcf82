"""Secret ballots in which somebody does wrong, is away, or comes too late.

What is false is refused and named; what nobody can help is said; the rest goes
on, and what is counted is what was voted.
"""
import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_device import PATIENCE_S  # noqa: E402
from ballot_held import MARKS, Ballot  # noqa: E402
from ballot_outcome import ballots_of  # noqa: E402
from ballot_scene import Scene  # noqa: E402

COMMITTEE = ("m3", "m4", "m5")


@pytest.fixture
def play(tmp_path):
    """Begins scenes; ends them."""
    scenes = []

    def begin(**options):
        scenes.append(Scene(tmp_path, **options))
        return scenes[-1].begin()
    yield begin
    for scene in scenes:
        scene.close()


# --- false tellers ------------------------------------------------------------

@pytest.mark.parametrize("who, way, reason, guilty", [
    ("m3", "share", "bad_share", 1),
    ("m5", "complaint", "false_complaint", 3)])
def test_who_spoils_the_keys_is_named_and_they_are_made_anew(
        play, who, way, reason, guilty):
    scene = play(false={who: way})
    ballot = Ballot(scene, COMMITTEE).run(upto="adopt")

    failed = ballot.event("keys_failed")
    scene.leave(who)

    assert (failed["reason"], failed["guilty"]) == (reason, guilty)
    for device in scene.everybody():
        told = device.until_told("keys_failed", ballot=ballot.id)
        assert (told["text"], told["count"], told["judged"]) == (
            reason, guilty, True)
    scene.come_back(who, CHIBO_FALSE="")
    ballot.run(since="keys").check()
    assert ballot.event("keys_begun")["attempt"] >= 2


def test_a_false_decryption_is_refused_by_name_and_not_needed(play):
    scene = play(false={"m3": "decryption"})
    ballot = Ballot(scene, COMMITTEE).run(upto="include")
    scene.leave("m4")  # else there may be enough before the false one comes
    ballot.run(upto="count", since="count")

    refused = ballot.event("decryption_refused")
    scene.come_back("m4")
    ballot.run(since="result")

    assert (refused["owner"], refused["member"], refused["reason"]) == (
        2, "m3", "false")
    assert [e["owner"] for e in ballot.events("ballot_decrypted")] in (
        [1, 3, 4], [1, 4, 3])
    ballot.check()


# --- tellers who are away -------------------------------------------------------

def test_one_teller_of_three_may_stay_away(play):
    scene = play()
    ballot = Ballot(scene, COMMITTEE).run(upto="include")
    scene.leave("m4")

    ballot.run(since="count")

    assert {e["member"] for e in ballot.events("ballot_decrypted")} == {
        "server", "m3", "m5"}
    ballot.check("m1", "m6")


def test_too_few_tellers_leave_a_ballot_that_is_void_and_held_anew(play):
    scene = play()
    ballot = Ballot(scene, COMMITTEE).run(upto="include")
    for holder in ("m4", "m5"):
        scene.leave(holder)
    ballot.run(upto="count", since="count")
    ballot.event("ballot_decrypted", owner=2)

    ballot.do("void_ballot", reason="Ban kiểm phiếu không đủ người")

    voided = ballot.event("ballot_voided")
    assert voided["why"] == "chair"
    for device in scene.everybody():
        device.until_told("void", ballot=ballot.id)
    again = Ballot(scene, ("m1", "m2", "m3"), absent=("m4", "m5"))
    again.run().check("m1", "m6")
    # Who comes back decrypts nothing of the void one, and keeps nothing of it.
    back = scene.come_back("m4")
    back.until_told("void", ballot=ballot.id)
    assert [e["owner"] for e in ballot.events("ballot_decrypted")] == [1, 2]
    assert not (back.profile / "ballots" / ballot.uuid).exists()


def test_enough_decryptions_can_only_be_completed(play):
    ballot = Ballot(play(), COMMITTEE).run(upto="result")

    assert ballot.refusal("void_ballot",
                          reason="Không muốn") == "ballot_state"


def test_keys_that_a_missing_teller_never_makes_are_given_up(play):
    scene = play()
    scene.leave("m5")
    ballot = Ballot(scene, COMMITTEE, absent=("m5",)).run(upto="adopt")
    ballot.event("teller_certified", 2)

    ballot.do("void_ballot", reason="Đồng chí Đảng viên Mẫu 05 vắng mặt")

    ballot.told("m3", "void")
    again = Ballot(scene, ("m2", "m3", "m4"), absent=("m5",))
    again.run().check("m1", "m6")


# --- false voters ---------------------------------------------------------------

def decrypt_without(ballot, missing):
    """The first two tellers' devices ask, and are told to. They ask again with
    each of the others who says that his vote is among them."""
    for teller in ballot.tellers[:2]:
        ballot.told(teller, "asked", count=1, text=missing)
        ballot.do("ballot_decrypt", by=teller)


def test_a_ballot_with_a_false_proof_is_refused_and_not_counted(play):
    scene = play(false={"m6": "proof"})
    ballot = Ballot(scene)
    del ballot.marks["m6"]
    ballot.run(upto="open")

    ballot.do("ballot_cast", by="m6", marks=MARKS[0])
    refused = ballot.told("m6", "failed", text="cast")
    ballot.run(upto="end", since="cast")
    objected = ballot.event("ballot_objected")
    ballot.run(upto="count", since="count")
    decrypt_without(ballot, "m6")
    ballot.run(since="result")

    assert refused["error"]["code"] == "bad_ballot"
    assert refused["error"]["args"]["problem"].endswith("_proof")
    assert (objected["act"]["member"], objected["kind"]) == ("m6", "other")
    assert not ballot.events("ballot_voided")
    assert ballot.result()["returned"] == 6
    ballot.check()


def test_a_copied_ballot_counts_once_and_its_objection_stops_nothing(
        play, tmp_path):
    stolen = tmp_path / "ballot.json"
    scene = play(false={"m6": "copy"},
                 options={"m6": {"CHIBO_COPY": str(stolen)}})
    ballot = Ballot(scene)
    del ballot.marks["m6"]
    ballot.run(upto="cast")
    # A teller's device has the ballots as they come.
    end = time.monotonic() + PATIENCE_S
    while len(ballots_of(ballot.export("m1"))) < 3:
        assert time.monotonic() < end, "the ballots do not come"
    stolen.write_bytes(ballots_of(ballot.export("m1"))[2])

    copied = ballot.cast_one("m6", MARKS[0])
    ballot.run(upto="end", since="end")
    objected = ballot.event("ballot_objected")
    ballot.do("count_ballot")
    # Its own device knew the tracker at once, and said so.
    if not ballot.events("ballot_included", member="m6"):
        decrypt_without(ballot, "m6")
    ballot.run(since="result")

    assert copied["height"] == 3
    assert objected["act"]["member"] == "m6"
    assert not ballot.events("ballot_voided")
    assert (ballot.event("ballots_ended")["count"],
            ballot.result()["returned"]) == (6, 6)
    ballot.check()


def test_a_vote_that_comes_after_the_end_is_not_taken_and_that_is_said(play):
    scene = play(relayed=("m6",))
    ballot = Ballot(scene)
    del ballot.marks["m6"]
    ballot.run(upto="cast")
    late = scene.devices["m6"]
    scene.cut_line("m6")
    tag = late.send("ballot_cast", ballot=ballot.id, marks=MARKS[0])

    ballot.run(upto="end", since="end")
    scene.mend_line("m6")
    answer = late.wait(lambda l: l.get("tag") == tag, "an answer")
    ballot.run(since="include")

    assert answer["error"]["code"] == "ballot_state"
    assert ballot.event("ballot_included", member="m6")["what"] == "none"
    assert ballot.result()["returned"] == 6
    ballot.check()


def test_the_first_device_of_a_member_votes_and_no_other(play):
    scene = play()
    ballot = Ballot(scene).run(upto="keys")
    scene.add_device("m6", "m6b")
    ballot.do("ballot_take", by="m6b")
    ballot.told("m6b", "issued_here")
    assert ballot.refusal("ballot_take", by="m6") == "ballot_elsewhere"
    ballot.voters.remove("m6")
    ballot.others.append("m6")

    ballot.run(upto="cast", since="take")
    assert ballot.refusal("ballot_cast", by="m6",
                          marks=MARKS[0]) == "ballot_state"
    ballot.cast_one("m6b", ballot.marks["m6"])
    ballot.run(since="end")

    assert ballot.result()["returned"] == 7
    ballot.check("m6", "m6b")


# --- lists and lines --------------------------------------------------------------

def test_who_does_not_attest_is_dropped_and_the_shorter_list_is_good(play):
    # Long enough for those who are there, on a busy machine too.
    scene = play(rules={"attest_ms": 20000})
    ballot = Ballot(scene).run(upto="take")
    scene.leave("m7")
    ballot.run(upto="close", since="close")

    dropped = ballot.event("voter_dropped")
    listed = ballot.event("ballot_listed", 2)
    ballot.voters.remove("m7")
    ballot.run(since="attest")

    assert (dropped["member"], dropped["reason"]) == ("m7", "not_attested")
    assert listed["length"] == 6
    scene.come_back("m7").until_told("verified", ballot=ballot.id)
    ballot.check("m1", "m7")


def test_lines_of_the_chair_and_of_a_voter_break_at_every_step(play):
    scene = play(relayed=("m1", "m6"))
    ballot = Ballot(scene, COMMITTEE)

    def break_lines():
        for name in ("m1", "m6"):
            scene.cut_line(name)
        for name in ("m1", "m6"):
            scene.mend_line(name)
    ballot.after = dict.fromkeys(ballot.STEPS, break_lines)

    ballot.run().check("m1", "m6")


def test_programs_of_chair_teller_and_voter_die_after_every_step(play):
    scene = play()
    ballot = Ballot(scene, COMMITTEE)

    def die():
        for name in ("m1", "m3", "m6"):
            scene.leave(name)
        for name in ("m1", "m3", "m6"):
            scene.come_back(name)
    ballot.after = dict.fromkeys(ballot.STEPS[:-1], die)

    ballot.run().check("m1", "m6")


def test_a_line_that_breaks_behind_a_ballot_makes_no_second_one(play):
    scene = play(relayed=("m6",))
    ballot = Ballot(scene).run(upto="open")
    device = scene.devices["m6"]
    ballot.do("ballot_cast", by="m6", marks=ballot.marks["m6"])
    scene.cut_line("m6")
    ballot.voters.remove("m6")
    ballot.run(upto="cast", since="cast")
    scene.mend_line("m6")

    device.until_told("receipt", ballot=ballot.id)

    ballot.voters.append("m6")
    ballot.run(since="end")
    assert ballot.event("ballots_ended")["count"] == 7
    ballot.check()


# --- few -------------------------------------------------------------------------

def test_four_voters_are_told_what_few_ballots_show_and_asked(play):
    scene = play(size=4)
    ballot = Ballot(scene).run(upto="attest")
    assert ballot.refusal("open_ballot") == "below_k_min"
    ballot.is_knowingly = True
    ballot.run(upto="include", since="open")
    assert ballot.refusal("count_ballot") == "below_k_min"
    ballot.run(upto="count", since="count")

    for teller in ("m1", "m2"):
        assert ballot.told(teller, "asked")["knowingly"] is True
        ballot.do("ballot_decrypt", by=teller)

    ballot.run(since="result").check()
    assert ballot.event("ballot_opened")["knowingly"] is True


def test_two_voters_have_no_secret_ballot(play):
    scene = play(size=2)
    ballot = Ballot(scene, ("m1", "m2")).run(upto="hands")

    assert ballot.refusal("adopt_ballot", vote=ballot.vote) == "too_few_online"
