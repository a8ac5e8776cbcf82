"""What the tests under a lying server would see of a chibo that does not check:
it is shown the same lies, and does what it must not."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import MARKS, changed  # noqa: E402
from lying_ballot import ballot_under_lies  # noqa: E402
from test_lying_ballot_count import (  # noqa: E402
    add_paper_that_nobody_entered)
from test_lying_ballot_keys import VERDICTS, verdict_told  # noqa: E402
from test_lying_ballot_list import pass_over_an_objection  # noqa: E402


def test_who_does_not_compare_the_draft_attests_another_election(tmp_path):
    with ballot_under_lies(tmp_path, "ballot_draft_is_of") as ballot:
        ballot.run(upto="adopt")
        ballot.server.prompt("lie", forged={"election": {
            "questions.1.question": "Đảng viên Mẫu 22"}})

        ballot.run(since="make_keys", upto="attest")

        ballot.victim.stage("attested")


def test_who_does_not_check_votes_decrypts_what_nobody_cast(tmp_path):
    with ballot_under_lies(tmp_path, "ballot_vote_check",
                           with_teller=True) as ballot:
        ballot.run(upto="open")
        ballot.hall.unchecked("ballot_vote_check")
        false = changed(ballot.voters[0].make(MARKS[0]), "signature")
        ballot.clients[1].ask("cast", log=ballot.meeting,
                              ballot=ballot.ballot, text=false.decode())
        for voter in ballot.voters[1:]:
            voter.cast(voter.make(MARKS[1]))
        ballot.victim_votes()
        ballot.end()
        ballot.include()
        ballot.count()

        ballot.victim.stage("asked")  # the record is right to her
        ballot.victim.ask("ballot_decrypt", ballot=ballot.ballot)
        ballot.victim.stage("decrypted")


def test_who_does_not_search_the_list_attests_one_without_a_credential(
        tmp_path):
    with ballot_under_lies(tmp_path, "ballot_list_has") as ballot:
        pass_over_an_objection(ballot)

        said = ballot.victim.stage("failed")  # by the server, that is
        assert (said["fault"], said["text"]) == ("refused", "attest_ballot")


@pytest.mark.parametrize("what, how, said", [row[:3] for row in VERDICTS])
def test_who_does_not_judge_keys_believes_what_the_server_says(
        tmp_path, what, how, said):
    with ballot_under_lies(tmp_path, "keys_check_verdict",
                           with_teller=True) as ballot:
        verdict_told(ballot, what, how, said)

        shown = ballot.victim.stage("keys_failed")

        assert (shown["text"], shown["count"]) == said
        assert not [line for line in ballot.victim.has_said("failed")
                    if line["fault"] == "verdict"]


def test_who_does_not_compare_paper_believes_what_nobody_entered(tmp_path):
    with ballot_under_lies(tmp_path, "ballot_paper_compare",
                           with_teller=True) as ballot:
        add_paper_that_nobody_entered(ballot)

        ballot.victim.stage("verified")
