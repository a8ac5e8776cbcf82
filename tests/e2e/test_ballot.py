"""Secret ballots held by chibo and chibod: seven members, whole and disturbed.

Whatever happens on the way: what two members export is the same file, and both
chibo-verify and belenios-tool find in it what was voted.
"""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_held import MARKS, Ballot  # noqa: E402
from ballot_scene import Scene  # noqa: E402


KEYS_MS = 10000


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    """One meeting for ballots that leave everybody in it as they were."""
    scene = Scene(tmp_path_factory.mktemp("meeting")).begin()
    yield scene
    scene.close()


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path).begin()
    yield scene
    scene.close()


# --- as it should be ----------------------------------------------------------

@pytest.mark.parametrize("tellers, threshold", [(3, 2), (1, 1), (2, 2), (5, 3)])
def test_a_committee_counts_what_was_voted(meeting, tellers, threshold):
    committee = [f"m{i}" for i in range(1, tellers + 1)]
    ballot = Ballot(meeting, committee, threshold).run()

    ballot.check()
    # By the server's clock, in which people wait for the keys. Where everything
    # takes long they take no longer than all the rest.
    begun, ready, counted = (ballot.event(ev)["at"] for ev in (
        "keys_begun", "ballot_ready", "ballot_result"))
    drafted = ballot.event("ballot_drafted")["at"]
    rest_ms = counted - ready + begun - drafted
    assert ready - begun < max(KEYS_MS, rest_ms)


def test_the_last_vote_of_each_counts_and_five_is_all(meeting):
    ballot = Ballot(meeting).run(upto="cast")
    for marks in (MARKS[3], MARKS[4], MARKS[2]):
        ballot.cast_one("m5", marks)
    ballot.cast_one("m6", MARKS[1])
    ballot.marks |= {"m5": MARKS[2], "m6": MARKS[1]}
    ballot.cast_one("m5", MARKS[2])

    assert ballot.refusal("ballot_cast", by="m5",
                          marks=MARKS[0]) == "bad_ballot"
    assert ballot.event("ballot_recorded", 12)["returned"] == 7
    ballot.run(since="end").check("m5", "m6")


def test_without_change_of_mind_the_first_vote_stays(meeting):
    ballot = Ballot(meeting, revote=False).run(upto="cast")

    assert ballot.refusal("ballot_cast", by="m5",
                          marks=MARKS[1]) == "bad_ballot"
    assert len(ballot.events("ballot_recorded")) == 7
    ballot.run(since="end").check()


def test_who_does_not_vote_says_so_and_is_counted_as_not_returned(meeting):
    ballot = Ballot(meeting)
    del ballot.marks["m7"]
    ballot.run()

    result = ballot.result()
    assert (result["issued"], result["returned"]) == (7, 6)
    assert ballot.event("ballot_included", member="m7")["what"] == "none"
    ballot.check()
