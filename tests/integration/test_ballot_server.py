"""A secret ballot on the real server, with voters and tellers written a second
time (support/ballot_play): from its draft to the result, past lies and losses
of power, and what of it is on the disk afterwards."""
import pathlib
import re
import sqlite3
import subprocess
import sys
from types import SimpleNamespace

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from ballot_play import (MARKS, BallotPlay, Voter, changed,  # noqa: E402
                         form_text, refusal_of, sha, signed_again)
from ballot_outcome import check_archive  # noqa: E402
from ballot_reference import (questions, records, trustees,  # noqa: E402
                              verify)
from ballot_reference.group import P, generate  # noqa: E402
from server_process import (BUILD, Cell, ServerProcess,  # noqa: E402
                            open_meeting, wait_until)
from wire_client import Refused, wait_all  # noqa: E402

VOTERS = 7


class Scene:
    """A server, a cell of seven, its meeting open, the roll confirmed."""

    def __init__(self, directory, voters=VOTERS, rules=None, **options):
        self.server = ServerProcess(directory, checkpoint_ms=5000,
                                    rules={"closing_ms": 1000} | (
                                        rules or {}), **options).start()
        self.admin = self.server.admin()
        self.cell = Cell(self.server, self.admin)
        self.members = [self.cell.add_member(
            f"Đảng viên Mẫu {i:02}",
            office="cell_leader" if i == 1 else "none")
            for i in range(1, voters + 1)]
        self.meeting = self.cell.schedule(self.members[0], self.members[1])
        self.clients = [self.server.login(self.cell.enrol(m))
                        for m in self.members]
        for i, client in enumerate(self.clients):
            client.cosigns_as = role_of(i)
        open_meeting(self.meeting, self.clients[0], self.clients[1:])
        for client in self.clients:
            client.do("confirm_presence", self.meeting)
        self.clients[0].do("confirm_roll", self.meeting)

    def play(self, **options):
        return BallotPlay(self.server, self.meeting, self.clients, **options)

    def restart(self, play):
        """The machine stops in mid-sentence, and everybody comes back."""
        self.admin.close()
        self.server.kill()
        self.server.start()
        self.admin = self.server.admin()
        play.come_back()
        for i, client in enumerate(self.clients):
            client.cosigns_as = role_of(i)

    def close(self):
        for client in self.clients:
            client.drop()
        self.admin.close()
        self.server.close()

    @property
    def shares(self):
        """Of the keys: the uuid is the whole name."""
        return [p for p in self.kept if "-" not in p.stem]

    @property
    def claims(self):
        """Sealed, of who asked with which credential."""
        return [p for p in self.kept if "-" in p.stem]

    @property
    def kept(self):
        return sorted((self.server.data / "ballots").glob("*.share"))


def role_of(place):
    return ["chair", "minute-taker"][place] if place < 2 else "member"


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path)
    yield scene
    scene.close()


def expected_counts(play):
    """From what the voters marked."""
    rows = [[0] * q.positions for q in play.election.questions]
    for _, marks in zip(play.voters, MARKS * 2):
        for row, answer in zip(rows, marks):
            for i, mark in enumerate(answer):
                row[i] += mark
    return [count for row in rows for count in row]


def assert_result(play, result):
    assert result["issued"] == result["returned"] == len(play.voters)
    assert [row["count"] for row in result["counts"]] == expected_counts(play)
    report = verify.verify(play.archive())
    assert report.is_complete
    assert report.head == result["head"]


def await_no_share(scene):
    """A moment after the result it is wiped."""
    wait_all(scene.clients, lambda: not scene.shares, "the share's end")


# --- from the draft to the result ----------------------------------------------

def test_a_ballot_is_held_to_its_result_and_others_verify_it(scene, tmp_path):
    play = scene.play()

    result = play.run()

    assert_result(play, result)
    path = tmp_path / f"{play.uuid}.bel"
    path.write_bytes(play.archive())
    check_archive(path, [row["count"] for row in result["counts"]],
                  result["head"])
    await_no_share(scene)


@pytest.mark.parametrize("tellers", [1, 2])
def test_a_committee_of_one_or_two_needs_all_of_them(scene, tellers):
    play = scene.play(tellers=tellers, threshold=tellers)

    result = play.run()

    assert_result(play, result)


def test_a_second_ballot_has_keys_of_its_own(scene):
    first = scene.play()
    first.run()
    second = scene.play()

    result = second.run()

    assert_result(second, result)
    assert first.uuid != second.uuid
    assert first.election.key != second.election.key


def test_the_same_questions_to_one_voter_less_are_counted_knowingly(scene):
    """The difference of both results would be that voter's choice."""
    scene.play().run()
    play = scene.play()
    play.draft()
    play.adopt()
    play.act("set_channel", member=scene.members[-1], channel="none", site="")
    play.make_keys()
    play.voters = [Voter(play, client) for client in scene.clients[:-1]]
    play.run(since="take", upto="include")

    with pytest.raises(Refused) as refused:
        play.act("count_ballot", knowingly=False)

    assert refused.value.error["code"] == "below_k_min"
    assert refused.value.error["args"] == {"part": "difference", "sum": "1",
                                           "min": "5"}
    play.count(knowingly=True)
    assert_result(play, play.decrypt())


# --- keys -----------------------------------------------------------------------

def test_a_false_share_is_its_sender_s_and_the_next_attempt_is_good(scene):
    play = scene.play()
    play.run(upto="adopt")
    play.certify()
    play.tellers[0].deal(spoil=2)
    play.tellers[1].deal()
    play.tellers[2].deal()
    play.settle()
    assert [right for *_, right in play.tellers[1].shares()] == [
        False, True, True]

    play.tellers[1].dispute(1)
    failed = play.event("keys_failed")

    assert (failed["reason"], failed["guilty"]) == ("bad_share", 1)
    assert play.wait_count("keys_begun", 2)[1]["attempt"] == 2
    assert_result(play, play.run(since="make_keys"))


def test_a_false_complaint_is_its_author_s(scene):
    play = scene.play()
    play.run(upto="adopt")
    play.certify()
    play.deal()

    play.tellers[2].dispute(1)

    failed = play.event("keys_failed")
    assert (failed["reason"], failed["guilty"]) == ("false_complaint", 3)


def test_a_certificate_for_another_place_is_found(scene):
    play = scene.play()
    play.run(upto="adopt")
    play.settle()
    for teller in play.tellers[:2]:
        teller.begin(1, 3, 2)
    play.tellers[2].index = 2  # of another index than it is sent for
    play.tellers[2].begin = lambda *a: None
    other = type(play.tellers[0])(play, play.tellers[2].client, 2)
    member = trustees.Member(2, 3, 2, play.chance)
    play.tellers[2].client.do(
        "certify", play.meeting, ballot=play.ballot, attempt=1, index=3,
        certificate=records.write_text(member.signed(member.message,
                                                     play.chance)),
        message=sha(member.message).hex())
    assert other

    failed = play.event("keys_failed")

    assert (failed["reason"], failed["guilty"]) == ("bad_certificate", 3)


@pytest.mark.parametrize("tellers", [2, 3])
def test_who_copies_a_key_is_refused_and_the_attempt_goes_on(scene, tellers):
    """Teller 1 waits for the last one's certificate, and uses its key."""
    play = scene.play(tellers=tellers, threshold=2)
    play.run(upto="adopt")
    play.settle()
    copier, victim = play.tellers[0], play.tellers[-1]
    for teller in play.tellers[1:]:
        teller.begin(1, tellers, 2)
    play.settle()
    copied = play.texts("teller_certified", "certificate", 1)[-1]
    if tellers > 2:
        member = trustees.Member(1, tellers, 2, play.chance)
        member.message = member.message.replace(
            str(generate(member.decryption)),
            str(generate(victim.member.decryption)))
        copied = records.write_text(member.signed(member.message, play.chance))

    with pytest.raises(Refused) as refused:
        copier.client.do("certify", play.meeting, ballot=play.ballot,
                         attempt=1, index=1, certificate=copied,
                         message=sha("").hex())

    assert refused.value.error["code"] == "key_taken"
    copier.begin(1, tellers, 2)
    play.settle()
    assert not play.events("keys_failed")


def test_keys_that_the_chair_restarts_are_begun_anew(scene):
    play = scene.play()
    play.run(upto="adopt")
    play.certify()
    old, = scene.shares

    play.act("restart_keys")

    play.wait_count("keys_begun", 2)
    play.make_keys()
    wait_all(scene.clients, lambda: old not in scene.shares,
             "the end of the old share")
    assert len(scene.shares) == 1
    assert_result(play, play.run(since="take"))


# --- issue and list -------------------------------------------------------------

def test_a_second_device_is_told_where_the_ballot_is(scene):
    play = scene.play()
    play.run(upto="take")
    device = scene.cell.enrol(scene.members[3])
    with scene.server.login(device) as second:
        second.join(scene.meeting)
        voter = play.voters[3]
        first, voter.client = voter.client, second
        try:
            assert refusal_of(voter.take) == "ballot_elsewhere"
        finally:
            voter.client = first


def test_a_device_has_one_credential_and_nobody_else_s(scene):
    play = scene.play()
    play.run(upto="take")
    mine, other = play.voters[4], play.voters[5]
    first = mine.secret

    mine.take()  # the same again is answered again
    mine.secret = first + 1
    assert refusal_of(mine.take) == "credential_differs"
    mine.secret = other.secret
    assert refusal_of(mine.take) == "credential_differs"
    mine.secret = first


def test_what_is_no_credential_is_refused(scene):
    play = scene.play()
    play.run(upto="make_keys")
    play.settle()
    from ballot_play import Voter
    voter = Voter(play, scene.clients[0])
    for credential in ("1", "0", "01", str(P), "-1"):
        def take(credential=credential):
            voter.client.ask("take_ballot", **voter.take_fields(credential))
        assert refusal_of(take) == "bad_ballot", credential
    fields = voter.take_fields()
    fields["sig"] = fields["sig"][:-1] + "01"[fields["sig"][-1] == "0"]
    assert refusal_of(voter.client.ask, "take_ballot",
                      **fields) == "bad_signature"


def test_the_list_waits_for_who_has_to_ask_again(scene):
    play = scene.play()
    play.run(upto="take")
    scene.restart(play)
    for voter in play.voters[1:]:
        voter.take()

    try:
        play.act("close_issue")
        raise AssertionError("closed")
    except Refused as refused:
        assert refused.error["code"] == "waiting_for"
        assert refused.error["args"]["ids"] == scene.members[0]

    play.voters[0].take()
    assert_result(play, play.run(since="close_issue"))


def test_nobody_gets_a_second_credential_over_a_restart(scene):
    play = scene.play()
    play.run(upto="take")
    mine = play.voters[3]
    first, issued = mine.secret, mine.issued
    assert len(scene.claims) == VOTERS

    for _ in range(2):
        scene.restart(play)
        wait_for_share(play.voters[0])
        mine.secret = first + 1
        assert refusal_of(mine.take) == "credential_differs"
        mine.secret = first
        mine.take()  # the same is answered again
        assert mine.issued == issued

    for voter in play.voters:
        voter.take()
    assert_result(play, play.run(since="close_issue"))
    await_no_share(scene)
    assert not scene.claims


def test_what_is_kept_of_a_credential_is_sealed_and_gone_at_the_opening(scene):
    play = scene.play()
    play.run(upto="take")
    kept = {p: p.read_bytes() for p in scene.claims}
    assert len(kept) == VOTERS
    for path, data in kept.items():
        assert len(data) == 16 + 12 + 32 + 16, path
        for voter in play.voters:
            digest, device = sha(voter.credential), voter.client.device
            # An id of two letters stands in bytes of chance, too.
            for plain in (voter.credential.encode(), digest, sha(digest),
                          device.key, device.key.hex().encode()):
                assert plain not in data and plain not in bytes(path), path
            assert device.holder not in re.split("[^0-9A-Za-z]", path.name)

    scene.restart(play)
    wait_for_share(play.voters[0])
    for voter in play.voters:
        voter.take()
    assert {p: p.read_bytes() for p in scene.claims} == kept
    play.run(since="close_issue", upto="open")

    wait_all(scene.clients, lambda: not scene.claims, "the claims' end")
    assert len(scene.shares) == 1
    assert_result(play, play.run(since="vote"))


def test_a_void_ballot_leaves_no_claims(scene):
    play = scene.play()
    play.run(upto="take")
    assert scene.claims

    play.act("void_ballot", reason="Thử")

    wait_all(scene.clients, lambda: not scene.kept, "their end")


def test_claims_are_cleared_away_after_a_stop_at_the_opening(scene):
    play = scene.play()
    play.run(upto="take")
    kept = {p: p.read_bytes() for p in scene.claims}
    play.run(since="close_issue", upto="open")
    scene.server.kill()
    for path, data in kept.items():
        path.write_bytes(data)
    unknown = next(iter(kept)).with_name("7" * 22 + "-" + "0" * 32 + ".share")
    unknown.write_bytes(b"of no ballot")

    scene.server.start()

    wait_until(lambda: not scene.claims, "the claims' end")
    assert len(scene.shares) == 1


def test_a_dropped_voter_is_in_the_shorter_list_no_more(scene):
    play = scene.play()
    play.run(upto="close_issue")
    dropped = play.voters.pop()

    play.act("drop_voter", member=dropped.client.device.holder)

    listed = play.wait_count("ballot_listed", 2)[-1]
    assert listed["length"] == VOTERS - 1
    assert dropped.credential.encode() not in play.blob(listed["credentials"])
    play.settle()
    assert_result(play, play.run(since="attest"))


def test_who_does_not_attest_in_time_is_dropped_by_name(tmp_path):
    # All but one do, within this time, of two lists.
    scene = Scene(tmp_path, rules={"attest_ms": 15000})
    try:
        play = scene.play()
        play.run(upto="close_issue")
        late = play.voters.pop()
        play.attest()

        dropped = play.event("voter_dropped")

        assert dropped["member"] == late.client.device.holder
        assert (dropped["reason"], dropped["act"]) == ("not_attested", None)
        listed = play.wait_count("ballot_listed", 2)[-1]
        assert listed["length"] == VOTERS - 1
        play.settle()
        play.attest()
        assert_result(play, play.run(since="open"))
    finally:
        scene.close()


# --- casting --------------------------------------------------------------------

def test_a_ballot_that_is_not_right_is_refused(scene):
    play = scene.play()
    play.run(upto="open")
    voter, other = play.voters[2], play.voters[3]
    good = voter.make(MARKS[0])
    ask = voter.client.ask

    def problem(data):
        try:
            ask("cast", log=play.meeting, ballot=play.ballot,
                text=data.decode())
        except Refused as refused:
            assert refused.error["code"] == "bad_ballot", refused.error
            return refused.error["args"]["problem"]
        raise AssertionError("taken")

    assert problem(changed(good, "signature")) == "ballot_signature"
    assert problem(signed_again(play, changed(good, "proof"),
                                voter.secret)) == "individual_proof"
    # Somebody's ballot under another credential of the list.
    assert problem(signed_again(play, good, other.secret)) in (
        "individual_proof", "overall_proof")
    assert problem(signed_again(play, good, other.secret + 1)) == "not_in_list"
    assert problem(good.replace(play.uuid.encode(), b"1" * 22)) in (
        "other_election", "ballot_hash")
    assert problem(b"{}") in ("not_canonical", "wrong_field")
    assert play.recorded() == []
    voter.cast(good)


def test_the_same_ballot_again_has_the_same_place_and_a_new_receipt(scene):
    play = scene.play()
    play.run(upto="open")
    voter = play.voters[2]
    data = voter.make(MARKS[0])

    first = voter.cast(data)
    play.voters[3].cast(play.voters[3].make(MARKS[1]))
    again = voter.cast(data)

    play.settle()
    assert again["height"] == first["height"] == 1
    assert len(play.recorded()) == 2


def test_a_ballot_may_come_in_parts(scene):
    play = scene.play()
    play.run(upto="open")
    voter = play.voters[2]

    answer = voter.cast(voter.make(MARKS[0]), part_size=5000)

    assert answer["height"] == 1
    assert refusal_of(voter.client.ask, "cast", log=play.meeting,
                      ballot=play.ballot, part={
                          "offset": 3, "size": 10, "text": "abc"}
                      ) == "bad_message"


def test_a_table_of_many_people_makes_a_ballot_that_is_taken(scene):
    """Larger than a message: three levels for each of sixteen."""
    people = [questions.Question(["Cao", "Vừa", "Thấp"], 0, 1, f"Mẫu {i:02}")
              for i in range(16)]
    play = scene.play()
    play.draft(form=form_text(asked=people, drawn=["level3"] * 16))
    play.run(since="adopt", upto="open")
    voter = play.voters[2]
    ballot = voter.make([[1, 0, 0]] * 16)

    answer = voter.cast(ballot, part_size=24000)

    assert len(ballot) > 70000
    assert answer["height"] == 1


def test_the_last_of_five_ballots_counts_and_a_sixth_is_refused(scene):
    play = scene.play()
    play.run(upto="vote")
    voter = play.voters[0]
    for i in range(4):
        voter.cast(voter.make(MARKS[0]))

    def sixth():
        voter.cast(voter.make(MARKS[1]))
    assert refusal_of(sixth) == "bad_ballot"

    scene.restart(play)
    assert refusal_of(sixth) == "bad_ballot"
    assert_result(play, play.run(since="end"))


def test_without_change_of_mind_a_second_ballot_is_refused(scene):
    play = scene.play()
    play.is_revote = False
    play.run(upto="vote")
    voter = play.voters[0]

    def second():
        voter.cast(voter.make(MARKS[1]))
    assert refusal_of(second) == "bad_ballot"


def test_after_the_end_no_ballot_is_taken(scene):
    play = scene.play()
    play.run(upto="open")
    for voter, marks in zip(play.voters[1:], MARKS * 2):
        voter.cast(voter.make(marks))
    late = play.voters[0]
    data = late.make(MARKS[0])

    play.run(upto="end", since="end")

    def cast():
        late.cast(data)
    assert refusal_of(cast) == "ballot_state"


# --- at a site, and on paper ----------------------------------------------------

class HallScene(Scene):
    """Three of the seven sit at a site with a device; of two more, on paper."""

    def __init__(self, directory):
        super().__init__(directory)
        site = self.cell.add_site("Nhà văn hoá", self.members[1])
        self.at_site = self.members[2:5]
        self.hall = self.server.login(self.cell.enrol(site))
        assert self.hall.join(self.meeting) in ("joined", "waiting")
        self.clients[0].settle()
        self.clients[0].do("admit_all", self.meeting)
        self.hall.wait_caught_up(self.meeting)
        self.hall.cosigns_as = "site"
        minutes = self.clients[1]
        for member in self.at_site:
            minutes.settle()
            minutes.do("tick", self.meeting, member=member, mode="site",
                       site=site)
        for member in self.members[5:]:
            minutes.do("tick", self.meeting, member=member, mode="in_person",
                       site="")
        more = [self.cell.add_member(f"Đảng viên Mẫu {i}") for i in (31, 32)]
        for member in more:  # own devices again, so that there are four
            client = self.server.login(self.cell.enrol(member))
            client.cosigns_as = "member"
            client.join(self.meeting)
            self.clients[0].settle()
            self.clients[0].do("admit_all", self.meeting)
            client.wait_caught_up(self.meeting)
            client.do("confirm_presence", self.meeting)
            self.clients.append(client)
        self.clients[0].do("confirm_roll", self.meeting)

    def close(self):
        self.hall.drop()
        super().close()


@pytest.fixture
def hall_scene(tmp_path):
    scene = HallScene(tmp_path)
    yield scene
    scene.close()


def hold_hall_ballot(scene, play):
    """Up to the list: own devices of four, a pool of three, two on paper."""
    from ballot_play import Hall, Voter
    play.has_halls = True
    play.others = [scene.hall]
    play.hands = [(scene.hall.device.holder, 3), ("", 2)]
    play.run(upto="make_keys")
    play.settle()
    own = [scene.clients[i] for i in (0, 1, 7, 8)]
    play.voters = [Voter(play, c) for c in own]
    hall = Hall(play, scene.hall, scene.at_site)
    play.clients.append(scene.hall)
    play.take()
    hall.take()
    play.close_issue()
    play.attest()
    hall.attest(play.tellers[0])
    play.open()
    return hall


def test_members_vote_at_a_hall_device_with_pins_and_others_on_paper(
        hall_scene):
    scene = hall_scene
    play = scene.play()
    minutes = scene.clients[1]
    # One sets the PIN at home, the others at the site, once allowed.
    scene.clients[2].ask("set_pin", pin="123456")
    for member in scene.at_site[1:]:
        assert refusal_of(scene.hall.ask, "set_pin", member=member,
                          pin="654321") == "not_allowed"
        minutes.ask("allow_pin", log=scene.meeting, member=member,
                    site=scene.hall.device.holder)
        scene.hall.ask("set_pin", member=member, pin="654321")
    hall = hold_hall_ballot(scene, play)

    def cast():
        hall.cast(MARKS[0])
    assert refusal_of(cast) == "not_allowed"
    first, second, third = scene.at_site
    assert refusal_of(hall.unlock, first, "000000") == "wrong_pin"
    assert refusal_of(hall.unlock, scene.members[0], "123456") == "other_way"
    hall.unlock(first, "123456")
    cast()
    assert refusal_of(hall.unlock, first, "123456") == "done_already"
    hall.unlock(second, "654321")
    cast()
    for _ in range(5):
        assert refusal_of(hall.unlock, third, "111111") == "wrong_pin"
    assert refusal_of(hall.unlock, third, "654321") == "pin_locked"
    minutes.ask("unlock_pin", log=scene.meeting, member=third)
    hall.unlock(third, "654321")
    cast()
    play.vote()
    play.end()
    play.include()
    hall.include()
    play.paper((2, 2, 2, 0), [0, 1, 1, 1, 0, 2, 0])
    play.count(knowingly=True)
    result = play.decrypt()

    assert result["issued"] == result["returned"] == 7
    voted = [MARKS[i % 4] for i in range(4)] + [MARKS[0]] * 3
    assert [row["count"] for row in result["counts"]] == [
        sum(column) for column in zip(*[
            [m for answer in marks for m in answer] for marks in voted])]
    report = verify.verify(play.archive())
    assert report.is_complete and report.head == result["head"]
    paper = play.events("paper_entered")[-1]
    assert paper["record"].encode() in play.blob(result["result"])


MOST = 2**53 - 1  # of an integer on the wire
RIGHT = [1, 2, 3, 1, 0, 5, 1]
HOSTILE_PAPER = [
    ((MOST, MOST, MOST, 0), RIGHT, ("too_long", "issued")),
    ((2000, 2000, 2000, 0), RIGHT,
     ("more issued than members vote on paper", "2000", "7")),
    ((8, 8, 8, 0), RIGHT,
     ("more issued than members vote on paper", "8", "7")),
    ((7, 2000, 2000, 0), RIGHT,
     ("more returned than issued", "2000", "7")),
    ((7, 7, 2000, 2000), RIGHT,
     ("returned are those valid and those not", "7", "4000")),
    ((7, 7, MOST, MOST), RIGHT, ("too_long", "valid")),
    ((7, 7, 6, 1), [MOST] * 7,
     ("an answer has more than there are valid ballots", str(MOST), "6")),
    ((7, 7, 6, 1), [MOST] * 2000,
     ("an answer has more than there are valid ballots", str(MOST), "6")),
    ((7, 7, 6, 1), [],
     ("no answer has a number", "0", "6")),
    ((7, 7, 6, 1), RIGHT[:6],
     ("not as many answers as the ballot has", "6", "7")),
    ((7, 7, 6, 1), RIGHT + [0],
     ("not as many answers as the ballot has", "8", "7")),
    ((7, 7, 6, 1), [0] * 1001,
     ("there are more answers than a ballot can have", "1001", "1000")),
    ((7, 7, 8, -1), RIGHT, ("bad_message", "invalid")),
    ((7, 7, 2**53, 1), RIGHT, ("too_long", "valid")),
    ((7, 7, 6.0, 1), RIGHT, ("bad_message", "valid")),
    ((7, 7, True, 1), RIGHT, ("bad_message", "valid")),
    ((7, 7, 6, 1), RIGHT[:6] + [-1], ("bad_message", "counts.6.count")),
]


def words_of(refused):
    args = refused.error["args"]
    if refused.code == "paper_sums":
        return args["problem"], args["have"], args["max"]
    return refused.code, args["path"]


def test_a_ballot_that_all_cast_on_paper_needs_no_device(scene):
    play = scene.play()
    play.run(upto="adopt")
    for member in scene.members:
        play.settle()
        play.act("set_channel", member=member, channel="paper", site="")
    play.run(since="make_keys", upto="make_keys")

    listed = play.close_issue()
    assert listed["length"] == 0
    play.open(knowingly=True)
    play.end()
    for numbers, counts, why in HOSTILE_PAPER:
        with pytest.raises(Refused) as refused:
            play.enter_paper(numbers, counts)
        assert words_of(refused.value) == why
    assert not play.events("paper_entered")
    play.paper((7, 7, 6, 1), [1, 2, 3, 1, 0, 5, 1])
    play.count(knowingly=True)
    result = play.decrypt()

    assert (result["issued"], result["returned"]) == (0, 0)
    assert {row["count"] for row in result["counts"]} == {0}
    assert verify.verify(play.archive()).is_complete


# --- counting -------------------------------------------------------------------

def test_a_false_decryption_is_named_and_ignored(scene):
    play = scene.play()
    play.run(upto="count")
    teller = play.tellers[0]
    right, teller.x = teller.x, teller.x + 1

    teller.decrypt()
    refused = play.event("decryption_refused")

    assert (refused["owner"], refused["reason"]) == (2, "false")
    assert refused["member"] == teller.client.device.holder
    teller.x = right
    teller.decrypt(payload=None)
    assert_result(play, play.decrypt(play.tellers[1:2]))


def test_a_decryption_that_was_not_sent_is_asked_for(scene):
    play = scene.play()
    play.run(upto="count")
    teller = play.tellers[0]
    ended, tallied = play.event("ballots_ended"), play.event("ballot_tallied")

    def decrypt():
        teller.client.do("decrypt", play.meeting, ballot=play.ballot, owner=2,
                         end=ended["end"], tally=tallied["tally"],
                         payload="ab" * 32, size=10)
    assert refusal_of(decrypt) == "no_such_blob"


# --- the machine stops ------------------------------------------------------------

def test_a_ballot_goes_on_after_the_machine_stopped_at_any_step(scene):
    play = scene.play()
    for name in play.STEPS:
        result = getattr(play, name)()
        scene.restart(play)
        if name == "take":
            play.take()  # who asked is in the memory of the server only

    assert_result(play, result)
    await_no_share(scene)


def test_keys_go_on_after_the_machine_stopped_between_their_steps(scene):
    play = scene.play()
    play.run(upto="adopt")
    for name in ("certify", "deal", "confirm", "sign"):
        getattr(play, name)()
        scene.restart(play)

    assert_result(play, play.run(since="take"))


def test_the_machine_may_stop_while_ballots_are_on_their_way(scene):
    play = scene.play()
    play.run(upto="open")
    made = [v.make(m) for v, m in zip(play.voters, MARKS * 2)]
    for voter, data in zip(play.voters, made):
        voter.client.request("cast", log=play.meeting, ballot=play.ballot,
                             text=data.decode())
    play.chair.wait(lambda: play.recorded(), "a ballot")

    scene.restart(play)
    for voter, data in zip(play.voters, made):
        voter.cast(data)

    play.settle()
    assert len(play.recorded()) == VOTERS
    assert_result(play, play.run(since="end"))


def test_a_lost_share_is_said_and_the_ballot_can_only_be_void(scene):
    play = scene.play()
    play.run(upto="make_keys")
    for path in scene.shares:
        path.unlink()

    scene.restart(play)
    from ballot_play import Voter
    voter = Voter(play, scene.clients[0])
    wait_for_share(voter)

    assert refusal_of(voter.take) == "no_share"
    assert "can only be declared void" in scene.server.log_text()
    play.act("void_ballot", reason="Máy chủ mất khoá")
    assert_result(play2 := scene.play(), play2.run())


def wait_for_share(voter):
    """Right after a start the server looks for it, and is busy."""
    def settled():
        try:
            voter.take()
        except Refused as refused:
            return refused.error["code"] != "busy"
        return True
    wait_all([voter.client], settled, "the look for the share")


def test_a_share_is_cleared_away_after_a_stop_though_nobody_comes(scene):
    play = scene.play()
    play.run()
    old = scene.server.data / "ballots" / f"{play.uuid}.share"
    unknown = old.with_name("7" * 22 + ".share")
    scene.server.kill()
    old.write_bytes(b"left over")
    unknown.write_bytes(b"of keys that were never begun")

    scene.server.start()

    wait_until(lambda: not old.exists() and not unknown.exists(),
               "the end of both")


def test_a_void_ballot_leaves_no_share(scene):
    play = scene.play()
    play.run(upto="vote")
    assert len(scene.shares) == 1

    play.act("void_ballot", reason="Thử")

    await_no_share(scene)


# --- what is on the disk --------------------------------------------------------

def rows_of(database):
    """(table, the row's values, each as bytes)"""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    tables = [name for name, in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in tables:
        for row in connection.execute(f"SELECT * FROM {table}"):
            yield table, [v if isinstance(v, bytes) else str(v).encode()
                          for v in row]
    connection.close()


def names(value, holder):
    """A value that is no digest: two letters stand in 32 random bytes, too."""
    return len(value) != 32 and holder in value


def assert_nothing_joins(play, rows):
    holders = [c.device.holder.encode() for c in play.clients]
    keys = [x for c in play.clients
            for x in (c.device.key.hex().encode(), c.device.key)]
    ballots = [x for v in play.voters for d in v.ballots
               for x in (sha(d).hex().encode(), sha(d))]
    credentials = [v.credential.encode() for v in play.voters]
    found = 0
    for table, row in rows:
        has_ballot = any(b in value for b in ballots for value in row)
        has_person = any(k in value for k in keys for value in row) or any(
            names(value, h) for h in holders for value in row)
        assert not (has_ballot and has_person), (table, row)
        if any(c in value for c in credentials for value in row):
            assert table == "blob_piece", table
        found += has_ballot
    assert found >= len(play.voters)  # they were looked at


@pytest.mark.parametrize("joined", (b"m2", b"m2 voted", b"\x07" * 32,
                                    (b"\x07" * 32).hex().encode()))
def test_the_look_for_what_joins_finds_it(joined):
    client = SimpleNamespace(device=SimpleNamespace(
        holder="m2", key=b"\x07" * 32))
    play = SimpleNamespace(clients=[client], voters=[
        SimpleNamespace(ballots=[b"{}"], credential="none")])
    digest = sha(b"{}")

    assert_nothing_joins(play, [("blob", [b"11", digest, b"1"]),
                                ("blob", [b"12", b"gMm2" * 8, digest])])
    with pytest.raises(AssertionError):
        assert_nothing_joins(play, [("blob", [joined, digest])])


def test_nothing_on_the_disk_joins_a_member_to_a_ballot(scene, tmp_path):
    play = scene.play()
    play.run(upto="vote")
    backup = tmp_path / "sao-luu.db"
    done = subprocess.run([BUILD / "bin/chiboctl", "backup", backup,
                           "--config", scene.server.config],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    opened = play.event("ballot_opened")["at"]

    assert {e["at"] for e in play.recorded()} == {opened}
    assert_nothing_joins(play, rows_of(backup))
    share = scene.shares[0].read_bytes()
    for path in (backup, *scene.server.data.rglob("*")):
        if path.is_file() and not path.suffix == ".share":
            assert share[28:60] not in path.read_bytes(), path
    play.run(since="end")
    assert_nothing_joins(play, rows_of(scene.server.data / "chibo.db"))


def test_no_line_of_the_server_s_log_tells_of_a_ballot(scene):
    play = scene.play()
    play.run(upto="vote")

    text = scene.server.log_text()

    for voter in play.voters:
        assert voter.credential not in text
        for data in voter.ballots:
            assert sha(data).hex() not in text
    assert "cast" not in text and "take_ballot" not in text
