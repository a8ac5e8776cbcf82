"""A secret ballot in two versions, and one whose server went back: the victim's
device (chibo) finds out, and says nothing more in it."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import BallotPlay  # noqa: E402
from lying_ballot import ballot_under_lies  # noqa: E402


def test_two_versions_of_an_open_ballot_are_found_at_the_next_act(tmp_path):
    """The victim is shown another opening than the others, if only by a byte;
    the server signs a head for her and another one for them."""
    with ballot_under_lies(tmp_path) as ballot:
        ballot.run(upto="attest")
        ballot.hall.lie(edits=[{"ev": "ballot_opened",
                                "set": {"n": "ab" * 16}}])
        BallotPlay.open(ballot, knowingly=True)
        ballot.victim.stage("ready_to_vote")
        BallotPlay.vote(ballot)

        ballot.act("end_ballot")

        ballot.victim.alarm("fork")
        ballot.victim.stays_silent("included", "receipt")


def test_a_server_that_forgot_votes_does_not_go_on(tmp_path):
    """It goes back to before the victim's vote: she has its word for what it
    forgot."""
    with ballot_under_lies(tmp_path) as ballot:
        ballot.run(upto="open")
        other = ballot.hall.copy_server(tmp_path / "other", ballot)
        ballot.victim_votes()
        ballot.hall.go_over_to(other, ballot)

        ballot.victim.alarm("fork", "head")
        ballot.victim.stays_silent("included")
