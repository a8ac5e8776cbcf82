"""Secret ballots of which a part is made at a hall's device, or on paper."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_held import MARKS, PIN, Ballot, sum_of  # noqa: E402
from ballot_outcome import records_of  # noqa: E402
from ballot_scene import Scene  # noqa: E402
from chibo_process import Refused  # noqa: E402

COMMITTEE = ("m3", "m4", "m5")


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    scene = Scene(tmp_path_factory.mktemp("hall"), size=7, hall_size=5,
                  paper_size=6).begin()
    scene.choose_pins(PIN)
    yield scene
    scene.close()


def test_five_at_the_hall_and_six_on_paper_are_counted_apart(meeting):
    ballot = Ballot(meeting, COMMITTEE, halls=True).run()

    opened = ballot.event("ballot_opened")
    assert (opened["own"], opened["hall"], opened["length"]) == (7, 5, 12)
    assert ballot.event("hall_included", own=5)["member"] == "s1"
    path = ballot.check("m1", "s1")
    # What was on paper stands beside what was computed.
    on_paper = sum_of([ballot.marks[h] for h in meeting.on_paper])
    assert any(str(on_paper).replace(" ", "").encode() in record
               for record in records_of(path) if b'"paper"' in record)


def test_the_hall_s_device_asks_for_the_pin_of_each_and_once(meeting):
    ballot = Ballot(meeting, COMMITTEE, halls=True).run(upto="open")
    first, second = meeting.at_hall[:2]
    for _ in range(2):
        assert ballot.refusal("hall_unlock", by="s1", member=first,
                              pin="000000") == "wrong_pin"
    assert ballot.refusal("hall_cast", by="s1", marks=MARKS[0]) == "no_pin"
    assert ballot.refusal("hall_unlock", by="s1", member="m6",
                          pin=PIN) == "other_way"

    ballot.cast_at_hall(first)

    assert ballot.refusal("hall_unlock", by="s1", member=first,
                          pin=PIN) == "done_already"
    assert ballot.refusal("hall_cast", by="s1", marks=MARKS[0]) == "no_pin"
    ballot.at_hall = ballot.at_hall[1:]
    ballot.run(upto="cast", since="cast")
    ballot.at_hall = meeting.at_hall
    ballot.run(since="end").check("m2", "m7")


def test_a_hall_s_device_that_is_killed_between_two_voters_goes_on(meeting):
    ballot = Ballot(meeting, COMMITTEE, halls=True).run(upto="open")
    for holder in meeting.at_hall:
        ballot.cast_at_hall(holder)
        meeting.leave("s1")
        meeting.come_back("s1")
        ballot.told("s1", "ready_to_vote")
    ballot.at_hall = []
    ballot.run(upto="cast", since="cast")

    ballot.at_hall = meeting.at_hall
    ballot.run(since="end").check()
    assert ballot.result()["returned"] == 12


def test_paper_is_confirmed_by_another_and_closed_by_the_count(meeting):
    ballot = Ballot(meeting, COMMITTEE, halls=True).run(upto="include")
    assert ballot.refusal("count_ballot") == "paper_missing"
    ballot.enter_paper("m3")
    with pytest.raises(Refused) as own:
        ballot.confirm_paper("m3")
    assert own.value.code == "own_entry"
    assert ballot.refusal("count_ballot") == "paper_missing"
    ballot.confirm_paper("m4")
    ballot.run(upto="count", since="count")

    with pytest.raises(Refused) as late:
        ballot.enter_paper("m4")
    assert late.value.code == "ballot_state"
    ballot.run(since="result").check()


# --- paper that is entered at the hall's device -----------------------------------

class EnteredBallot(Ballot):
    """Three by their own devices; who is at the hall or in the room votes on
    paper, which the committee enters there: one total."""

    def adopt(self):
        self.do("adopt_ballot", vote=self.vote, transcribed="s1")
        self.event("keys_begun")

    def cast(self):
        self.at_hall = self.scene.at_hall + self.scene.on_paper
        super().cast()

    def cast_at_hall(self, holder):
        hall = self.device("s1")
        before = len(hall.told("receipt", ballot=self.id))
        self.do("hall_unlock", by="s1", member="")
        self.do("hall_cast", by="s1", marks=self.marks[holder])
        hall.until(lambda: len(hall.told("receipt", ballot=self.id)) > before,
                   "a receipt")

    def paper(self):
        """It is in the total, and has no numbers of its own."""
        with pytest.raises(Refused) as apart:
            self.enter_paper(self.tellers[0])
        assert apart.value.code == "paper_sums"

    def count(self):
        super().count()
        # Three own devices are fewer than five, whatever the hall's device says.
        for teller in self.tellers[:self.threshold]:
            self.told(teller, "asked")
            self.do("ballot_decrypt", by=teller)


@pytest.fixture
def few(tmp_path):
    scene = Scene(tmp_path, size=3, hall_size=2, paper_size=2).begin()
    yield scene
    scene.close()


def test_four_paper_ballots_are_entered_with_three_by_device(few):
    ballot = EnteredBallot(few, ("m1", "m2", "m3"), halls=True)
    ballot.run(upto="open")

    opened = ballot.event("ballot_opened")
    assert (opened["own"], opened["hall"], opened["length"],
            opened["knowingly"]) == (3, 4, 7, False)
    assert ballot.event("hall_attested")["members"] == [
        {"member": holder} for holder in few.on_paper + few.at_hall]
    # No member unlocks it, and nobody casts without a paper ballot.
    assert ballot.refusal("hall_cast", by="s1", marks=MARKS[0]) == "no_pin"
    assert ballot.refusal("hall_unlock", by="s1", member=few.at_hall[0],
                          pin=PIN) == "other_way"
    ballot.run(upto="cast", since="cast")
    assert ballot.refusal("hall_unlock", by="s1", member="") == "done_already"

    ballot.run(since="end").check("m1", "s1")
    assert ballot.event("hall_included", own=4)["member"] == "s1"
    assert ballot.result()["returned"] == 7


def test_a_paper_ballot_may_be_left_out_and_the_device_come_back(few):
    ballot = EnteredBallot(few, ("m1", "m2", "m3"), halls=True)
    ballot.run(upto="open")
    papers = few.at_hall + few.on_paper
    for holder in papers[:3]:
        ballot.cast_at_hall(holder)
        few.leave("s1")
        few.come_back("s1")
        ballot.told("s1", "ready_to_vote")
    for holder in ballot.voters:
        ballot.cast_one(holder)

    ballot.at_hall = papers[:3]
    ballot.run(since="end").check("m1", "s1")
    assert ballot.result()["returned"] == 6
    assert ballot.event("ballot_opened")["length"] == 7
