"""What the tests under a lying server would see of a chibo that does not check:
it is shown the same lies, and does what it must not."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import MARKS, BallotPlay, changed  # noqa: E402
from lying_ballot import CHOICE, Ballot, Hall, ballot_under_lies  # noqa: E402
from test_lying_ballot_cast import cast_into_the_void, record  # noqa: E402
from test_lying_ballot_count import (  # noqa: E402
    add_paper_that_nobody_entered, show_another_tally)
from test_lying_ballot_election import (forge_election,  # noqa: E402
                                        with_another_device)
from test_lying_ballot_keys import (VERDICTS,  # noqa: E402
                                    certificate_of_the_server, verdict_told)
from test_lying_ballot_list import (forge_list, of_the_server,  # noqa: E402
                                    pass_over_an_objection)
from wire_client import Device  # noqa: E402


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


# --- one scene, and another check left out of each of its ballots ---------------------

class Blind:
    """A victim without one check: the one in a file that she looks at anew."""

    def __init__(self, directory):
        self.file = directory / "unchecked"
        self.file.write_text("")
        self.hall = Hall(directory, str(self.file))

    def ballot(self, check, **options):
        self.hall.server.truth()
        self.file.write_text(check)
        return Ballot(self.hall, **options)

    def close(self):
        self.hall.close()


@pytest.fixture(scope="module")
def blind(tmp_path_factory):
    blind = Blind(tmp_path_factory.mktemp("blind"))
    yield blind
    blind.close()


def give_up(ballot):
    """So that there can be another one."""
    ballot.act("void_ballot", reason="Bỏ phiếu lại")
    ballot.victim.stage("void", ballot=ballot.ballot)
    ballot.settle()


def attests(ballot):
    ballot.victim.stage("attested", ballot=ballot.ballot)
    give_up(ballot)


def test_who_does_not_look_at_the_committee_attests_another(blind):
    ballot = blind.ballot("ballot_committee_is_right")
    with_another_device(ballot, Device())

    ballot.run(since="take", upto="close_issue")

    attests(ballot)


def test_who_does_not_look_at_the_meeting_attests_another_s_election(blind):
    ballot = blind.ballot("ballot_meeting_is_right")
    ballot.run(upto="adopt")
    forge_election(ballot, meeting__genesis="ab" * 32)

    ballot.run(since="make_keys", upto="close_issue")

    attests(ballot)


def test_who_does_not_look_for_the_own_credential_attests_without_it(blind):
    ballot = blind.ballot("ballot_list_find ballot_list_has")
    ballot.run(upto="take")
    forge_list(ballot, keep=[v.credential for v in ballot.voters],
               add=[of_the_server(ballot)])

    ballot.close_issue()

    attests(ballot)


def test_who_does_not_check_what_the_server_signs_believes_in_a_receipt(blind):
    """And in what it says of her credential."""
    ballot = blind.ballot("statement_verify")
    ballot.run(upto="make_keys")
    BallotPlay.take(ballot)
    ballot.hall.lie(holds=["take_ballot"])
    ballot.victim_asks()
    number, message = ballot.hall.await_held("take_ballot")
    ballot.hall.reply(number, ok=True, issued="ab" * 64)
    ballot.victim.stage("issued_here", ballot=ballot.ballot)
    give_up(ballot)

    ballot = blind.ballot("statement_verify")
    ballot.run(upto="open")
    ballot.hall.lie(holds=["cast"])
    number, data = cast_into_the_void(ballot, CHOICE)
    ballot.hall.reply(number, **dict(record(ballot, data), sig="ab" * 64))

    ballot.victim.stage("receipt", ballot=ballot.ballot)
    give_up(ballot)


def test_who_does_not_check_decryptions_finds_no_fault_in_a_false_one(blind):
    ballot = blind.ballot("ballot_decryption_check", with_teller=True)
    ballot.run(upto="open")
    ballot.hall.unchecked("ballot_work_check_decryption")
    ballot.run(since="vote", upto="include")
    one = ballot.tellers[0]
    one.x += 1
    ballot.hall.lie(holds=["decrypt"])

    ballot.count()
    one.decrypt()

    ballot.victim.finds_good(1 + 5 + 1 + 1 + 2)  # with two decryptions


# --- another log ------------------------------------------------------------------------

def test_who_does_not_check_statements_deals_to_a_false_certificate(tmp_path):
    """The server's own, in the place of the first teller's."""
    with ballot_under_lies(tmp_path, "act_check", with_teller=True) as ballot:
        ballot.run(upto="adopt")
        ballot.hall.lie(holds=["deal"],
                        edits=[certificate_of_the_server(ballot)])
        # Behind the lie her word would be for another record than the server's.
        ballot.wait_count("teller_certified", 1)
        ballot.settle()
        for one in ballot.tellers:
            one.begin(1, 3, 2)

        ballot.hall.await_held("deal")


def test_who_does_not_add_up_finds_another_tally_good(tmp_path):
    with ballot_under_lies(tmp_path, "ballot_tally_check",
                           with_teller=True) as ballot:
        ballot.run(upto="open")
        show_another_tally(ballot)

        ballot.victim.finds_good(1 + 5 + 1 + 1)  # the last is the tally
