"""Secret ballots by real processes: one server, and chibo in JSON mode.

Six members vote with their own devices; three of them count. Keys, list,
attestations, statements and the verification are the devices' own doing; a test
gives the chair's commands and the members' votes.
"""
import base64
import hashlib
import json
import pathlib
import signal
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tests/conformance")]
import chibo_process as play  # noqa: E402
from ballot_outcome import check_archive  # noqa: E402
from server_process import wait_until  # noqa: E402

PATIENCE_S = 120  # of what many devices compute beside each other
FORM = json.dumps(
    {"name": "Bầu chi ủy",
     "questions": [
         {"answers": ["Đảng viên Mẫu 11", "Đảng viên Mẫu 12",
                      "Đảng viên Mẫu 13"],
          "blank": True, "min": 1, "max": 2, "question": "Chi ủy viên"},
         {"answers": ["Tán thành", "Không tán thành"], "min": 0, "max": 1,
          "question": "Bí thư: Đảng viên Mẫu 11"}],
     "forms": ["choose", "agree"]},
    ensure_ascii=False, separators=(",", ":"))
VOTES = {
    "m1": [[0, 1, 1, 0], [1, 0]],
    "m2": [[1, 0, 0, 0], [0, 1]],
    "m3": [[0, 0, 0, 1], [0, 0]],
    "m4": [[0, 1, 0, 0], [1, 0]],
    "m5": [[0, 1, 0, 1], [1, 0]],
    "m6": [[0, 0, 1, 0], [1, 0]],
}
COUNTS = [1, 3, 2, 2, 4, 1]


class Scene:
    def __init__(self, directory, count=6, at_site=()):
        self.directory = pathlib.Path(directory)
        self.server = play.Server(self.directory / "server").start()
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        members = self.directory / "members.csv"
        members.write_text("name,category,office,party_group\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,"
            f"{'cell_leader' if n == 1 else 'none'},\n"
            for n in range(1, count + 1)), encoding="utf-8")
        self.server.control("member", "import", members)
        self.people = {}
        holders = [f"m{n}" for n in range(1, count + 1)
                   if f"m{n}" not in at_site]
        if at_site:
            self.server.control("site", "add", "Hội trường Mẫu", "--keeper",
                                "Đảng viên Mẫu 03")
            holders.append("s1")
        for holder, link in self.server.invite(*holders).items():
            self.people[holder] = play.Member(self.directory / holder, holder,
                                              holder)
            self.people[holder].enroll(link)
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ Mẫu", "--at",
            "2026-11-25 19:30", "--chair", "m1", "--minute-taker", "m2",
            "--item", "Bầu cử")[0]["made"]

    @property
    def chair(self):
        return self.people["m1"]

    def come_in(self, at_site=()):
        for member in self.people.values():
            member.join(self.meeting, "--audio", "none")
        play.let_in(self.people.values(), self.chair)
        self.chair.do("open_meeting")
        for member in at_site:
            self.people["s1"].do("tick", member=member, mode="site", site="s1")
        self.people["m2"].do("confirm_roll")

    def adopt(self, tellers, **more):
        self.since = self.chair.mark()
        made = self.chair.do(
            "draft_ballot", item="", form=FORM, candidates=[],
            tellers=[{"member": teller} for teller in tellers],
            threshold=more.pop("threshold", 0), revote=True,
            halls=more.pop("halls", False))
        self.ballot = made["made"]
        vote = self.chair.do("start_vote", item="", motion="Thông qua")["made"]
        for holder, member in self.people.items():
            member.event("vote_started", vote=vote)
            if holder != "s1":
                member.do("vote", vote=vote, choice="yes")
        self.chair.do("close_vote", vote=vote)
        self.chair.do("adopt_ballot", ballot=self.ballot, vote=vote)

    def adopt_without(self, absent, tellers):
        """The same while a member, who votes first, is away at the end."""
        self.since = self.chair.mark()
        made = self.chair.do(
            "draft_ballot", item="", form=FORM, candidates=[],
            tellers=[{"member": teller} for teller in tellers], threshold=0,
            revote=True, halls=False)
        self.ballot = made["made"]
        vote = self.chair.do("start_vote", item="", motion="Thông qua")["made"]
        for member in self.people.values():
            member.event("vote_started", vote=vote)
            member.do("vote", vote=vote, choice="yes")
        absent.kill()
        self.chair.do("close_vote", vote=vote)
        self.chair.do("adopt_ballot", ballot=self.ballot, vote=vote)

    def told(self, member, stage, since=0, **fields):
        line = member.wait(
            lambda l: l.get("ballot") == self.ballot and l.get("stage") in (
                stage, "failed") and all(
                    l.get(k) == v for k, v in fields.items()),
            f"{stage} of {self.ballot}", since, PATIENCE_S)
        assert line["stage"] == stage, line
        return line

    def all_told(self, stage, since=None):
        return {holder: self.told(member, stage,
                                  (since or {}).get(holder, 0))
                for holder, member in self.people.items()}

    def marks(self):
        return {holder: m.mark() for holder, m in self.people.items()}

    def issue(self):
        for member in self.people.values():
            self.told(member, "issue_wanted")
            member.do("ballot_take", ballot=self.ballot)
        self.all_told("issued_here")
        self.chair.do("close_issue", ballot=self.ballot)
        self.all_told("attested")

    def open(self):
        self.chair.event("checkpoint", self.since, PATIENCE_S,
                         reason="list_attested")
        self.chair.do("open_ballot", ballot=self.ballot, knowingly=False)
        self.all_told("ready_to_vote")

    def vote(self, votes=VOTES):
        receipts = {}
        for holder, marks in votes.items():
            member = self.people[holder]
            mark = member.mark()
            member.do("ballot_cast", ballot=self.ballot, marks=marks)
            receipts[holder] = self.told(member, "receipt", mark)
        return receipts

    def end(self):
        self.chair.do("end_ballot", ballot=self.ballot)
        self.chair.event("ballots_ended", self.since, PATIENCE_S)

    def count(self):
        for holder in self.people:
            self.chair.wait(
                lambda l, h=holder: l.get("ev") == "ballot_included" and
                l["member"] == h, f"what {holder} says of its vote",
                self.since, PATIENCE_S)
        self.chair.event("ballot_tallied", self.since, PATIENCE_S)
        self.chair.do("count_ballot", ballot=self.ballot, knowingly=False)

    def result(self):
        return self.chair.event("ballot_result", self.since, PATIENCE_S)

    def close(self):
        for member in self.people.values():
            member.kill()
        self.server.stop()


@pytest.fixture
def scene(tmp_path):
    made = Scene(tmp_path)
    try:
        yield made
    finally:
        made.close()


def files_of(member):
    folder = member.profile / "ballots"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def counts_of(event):
    return [row["count"] for row in event["counts"]]


def export(scene, holder, path):
    scene.people[holder].do("ballot_export", ballot=scene.ballot,
                            path=str(path))
    return path.read_bytes()


def test_three_count_and_six_vote(scene):
    scene.come_in()
    scene.adopt(["m3", "m4", "m5"])
    for teller in ("m3", "m4", "m5"):
        scene.told(scene.people[teller], "keys_signed")
    scene.issue()
    scene.open()
    scene.vote({"m4": VOTES["m6"], "m1": VOTES["m2"]})
    receipts = scene.vote()
    assert sorted(r["height"] for r in receipts.values()) == [3, 4, 5, 6, 7, 8]
    scene.end()
    scene.count()
    assert counts_of(scene.result()) == COUNTS
    heads = {told["head"] for told in scene.all_told("verified").values()}
    assert len(heads) == 1
    archives = {export(scene, holder, scene.directory / f"{holder}.bel")
                for holder in ("m1", "m6")}
    assert len(archives) == 1
    # Others check it, with other programs.
    check_archive(scene.directory / "m6.bel", COUNTS, heads.pop())
    # The trackers stand in the archive, and nothing secret is left.
    archive = archives.pop()
    for holder, receipt in receipts.items():
        name = base64.b64decode(receipt["tracker"] + "=").hex()
        assert f"{name}.data.json".encode() in archive
        names = files_of(scene.people[holder])
        assert not [n for n in names if not n.endswith(".records")], names


def test_one_teller_whose_device_is_killed_at_every_step_goes_on(scene):
    """After each thing that it has to keep, the teller's device is killed with
    SIGKILL and comes back."""
    teller = scene.people["m3"]

    def again():
        teller.kill()
        teller.join(scene.meeting, "--audio", "none")
        teller.caught_up()

    scene.come_in()
    scene.adopt(["m3"])
    again()
    # Its keys were signed before or after: only one run tells of it.
    scene.told(teller, "issue_wanted")
    for member in scene.people.values():
        scene.told(member, "issue_wanted")
        member.do("ballot_take", ballot=scene.ballot)
    scene.told(teller, "issued_here")
    again()
    scene.told(teller, "issued_here")
    scene.all_told("issued_here")
    scene.chair.do("close_issue", ballot=scene.ballot)
    scene.told(teller, "attested")
    again()
    scene.chair.event("checkpoint", reason="list_attested",
                      timeout_s=PATIENCE_S)
    scene.chair.do("open_ballot", ballot=scene.ballot, knowingly=False)
    scene.told(teller, "ready_to_vote")
    teller.do("ballot_cast", ballot=scene.ballot, marks=VOTES["m3"])
    again()
    scene.vote({h: v for h, v in VOTES.items() if h != "m3"})
    state = play.settle(list(scene.people.values()))
    assert state["next"] > 0
    scene.chair.wait(lambda l: l.get("ev") == "ballot_recorded" and
                     l["returned"] == 6, "six ballots", 0, PATIENCE_S)
    scene.end()
    again()
    scene.count()
    again()
    assert counts_of(scene.result()) == COUNTS
    scene.told(teller, "verified")


def test_the_server_is_killed_while_votes_are_cast(scene):
    scene.come_in()
    scene.adopt(["m3", "m4", "m5"])
    scene.issue()
    scene.open()
    mark = scene.marks()
    for holder, marks in VOTES.items():
        scene.people[holder].send("ballot_cast", ballot=scene.ballot,
                                  marks=marks)
    scene.server.kill()
    scene.server.start()
    scene.all_told("receipt", mark)
    scene.end()
    scene.count()
    assert counts_of(scene.result()) == COUNTS
    scene.all_told("verified")


def test_who_was_not_there_is_asked_about_and_named(scene):
    scene.come_in()
    scene.adopt(["m3"])
    scene.issue()
    scene.open()
    scene.vote()
    scene.people["m5"].kill()
    scene.people["m6"].kill()
    scene.end()
    for holder in ("m1", "m2", "m3", "m4"):
        scene.chair.wait(lambda l, h=holder: l.get("ev") == "ballot_included"
                         and l["member"] == h, "a statement", 0, PATIENCE_S)
    scene.chair.event("ballot_tallied", timeout_s=PATIENCE_S)
    scene.chair.do("count_ballot", ballot=scene.ballot, knowingly=True)
    asked = scene.told(scene.people["m3"], "asked")
    assert (asked["count"], asked["text"]) == (2, "m5,m6")
    scene.people["m3"].do("ballot_decrypt", ballot=scene.ballot)
    assert counts_of(scene.result()) == COUNTS


def test_a_void_ballot_leaves_nothing_and_can_be_held_again(scene):
    scene.come_in()
    scene.adopt(["m3"])
    scene.issue()
    scene.open()
    scene.vote({"m1": VOTES["m1"]})
    scene.chair.do("void_ballot", ballot=scene.ballot, reason="Làm lại")
    scene.all_told("void")
    for member in scene.people.values():
        assert not [n for n in files_of(member) if not n.endswith(".records")]
    scene.adopt(["m3"])
    assert scene.ballot == "b2"
    scene.issue()
    scene.open()
    scene.vote()
    scene.end()
    scene.count()
    assert counts_of(scene.result()) == COUNTS


def profile_of(member):
    """{path: bytes}; looked at anew if a file got its name meanwhile."""
    while True:
        try:
            return {path: path.read_bytes()
                    for path in member.profile.rglob("*") if path.is_file()}
        except FileNotFoundError:
            pass


def telling_files(member, marks):
    """Files of a profile that show a vote: its marks, or the ballot itself."""
    words = (b'"marks"', b"election_hash", b"individual_proofs",
             json.dumps(marks).encode(),
             json.dumps(marks, separators=(",", ":")).encode())
    return [path.name for path, data in profile_of(member).items()
            if not path.name.endswith(".records") and
            any(word in data for word in words)]


def vault_of(member):
    """What the device keeps of the ballot, sealed."""
    kept, = (path for path in (member.profile / "ballots").iterdir()
             if "." not in path.name)
    return kept.read_bytes()


def test_no_file_of_a_profile_says_how_somebody_voted(scene):
    """Marks and ballots are looked for in every file, after a receipt and while
    there is none; the encrypted ballot itself is sealed."""
    scene.come_in()
    scene.adopt(["m3"])
    scene.issue()
    scene.open()
    scene.vote({"m1": VOTES["m1"]})
    before = vault_of(scene.people["m2"])
    scene.server.process.send_signal(signal.SIGSTOP)
    try:  # m2's ballot is kept, and stays on the way
        scene.people["m2"].do("ballot_cast", ballot=scene.ballot,
                              marks=VOTES["m2"])
        wait_until(lambda: vault_of(scene.people["m2"]) != before,
                   "a ballot that is kept")
        for holder in ("m1", "m2"):
            assert telling_files(scene.people[holder], VOTES[holder]) == []
    finally:
        scene.server.process.send_signal(signal.SIGCONT)
    # What it looks for would be found.
    planted = scene.people["m1"].profile / "ballots" / "planted"
    planted.write_text(json.dumps({"marks": VOTES["m1"]}))
    assert telling_files(scene.people["m1"], VOTES["m1"]) == ["planted"]


def test_the_receipt_stays_in_the_anchors(scene):
    scene.come_in()
    scene.adopt(["m3"])
    scene.issue()
    scene.open()
    receipts = scene.vote()
    scene.end()
    scene.count()
    scene.result()
    scene.all_told("verified")
    for holder, receipt in receipts.items():
        scene.people[holder].quit()
        text = (scene.people[holder].profile / "anchors").read_text()
        rows = [l.split() for l in text.splitlines()
                if l.startswith("receipt ")]
        assert len(rows) == 1
        assert rows[0][3] == receipt["hash"]
        assert int(rows[0][4]) == receipt["height"]
        assert hashlib.sha256(text.rsplit("sum ", 1)[0].encode()).hexdigest() \
            == text.split("sum ")[1].strip()


def test_who_does_not_attest_is_dropped_by_name_and_the_rest_go_on(scene):
    scene.come_in()
    scene.adopt(["m3"])
    for member in scene.people.values():
        scene.told(member, "issue_wanted")
        member.do("ballot_take", ballot=scene.ballot)
    scene.all_told("issued_here")
    scene.people["m6"].kill()
    scene.chair.do("close_issue", ballot=scene.ballot)
    others = [scene.people[h] for h in ("m1", "m2", "m3", "m4", "m5")]
    for member in others:
        scene.told(member, "attested")
    mark = scene.marks()
    scene.chair.do("drop_voter", ballot=scene.ballot, member="m6")
    for holder in ("m1", "m2", "m3", "m4", "m5"):
        scene.told(scene.people[holder], "attested", mark[holder])
    scene.people["m6"].join(scene.meeting, "--audio", "none")
    scene.told(scene.people["m6"], "not_listed")
    scene.chair.event("checkpoint", scene.since, PATIENCE_S,
                      reason="list_attested")
    scene.chair.do("open_ballot", ballot=scene.ballot, knowingly=False)
    for member in others:
        scene.told(member, "ready_to_vote")
    assert scene.people["m6"].refusal(
        "ballot_cast", ballot=scene.ballot,
        marks=VOTES["m6"]) == "ballot_state"
    scene.vote({h: v for h, v in VOTES.items() if h != "m6"})
    scene.end()


def test_keys_begun_again_are_fresh_and_the_old_ones_are_gone(scene):
    scene.come_in()
    absent = scene.people["m5"]
    scene.adopt_without(absent, ["m3", "m4", "m5"])
    first = {}
    for teller in ("m3", "m4"):
        event = scene.chair.wait(
            lambda l, t=teller: l.get("ev") == "teller_certified" and
            l["member"] == t, "a certificate", scene.since, PATIENCE_S)
        first[teller] = event["certificate"]
    mark = scene.chair.mark()
    scene.chair.do("restart_keys", ballot=scene.ballot)
    absent.join(scene.meeting, "--audio", "none")
    for teller in ("m3", "m4"):
        event = scene.chair.wait(
            lambda l, t=teller: l.get("ev") == "teller_certified" and
            l["member"] == t, "a certificate", mark, PATIENCE_S)
        assert event["certificate"] != first[teller]
        assert event["attempt"] == 2
    for teller in ("m3", "m4", "m5"):
        scene.told(scene.people[teller], "keys_signed")
        # One vault and its salt; a new version may be written just now.
        wait_until(lambda t=teller: len([
            n for n in files_of(scene.people[t])
            if not n.endswith(".records")]) == 2, "the end of the old keys")


def test_a_second_device_of_a_member_is_told_of_the_first(scene):
    scene.come_in()
    second = play.Member(scene.directory / "m4-second", "m4", "m4 at home")
    second.enroll(scene.server.invite("m4")["m4"], "Máy ở nhà")
    second.join(scene.meeting, "--audio", "none")
    second.caught_up()
    try:
        scene.adopt(["m3"])
        scene.told(scene.people["m4"], "issue_wanted")
        scene.people["m4"].do("ballot_take", ballot=scene.ballot)
        scene.told(scene.people["m4"], "issued_here")
        told = scene.told(second, "issued_elsewhere")
        assert len(told["device"]) == 64
        assert second.refusal("ballot_take",
                              ballot=scene.ballot) == "ballot_elsewhere"
    finally:
        second.kill()


def test_members_vote_at_a_hall_device(tmp_path):
    at_site = ("m4", "m5", "m6")
    scene = Scene(tmp_path, at_site=at_site)
    try:
        hold_at_a_hall(scene, at_site)
    finally:
        scene.close()


def hold_at_a_hall(scene, at_site):
    hall, minutes = scene.people["s1"], scene.people["m2"]
    scene.come_in(at_site)
    for member in at_site:
        minutes.do("allow_pin", member=member, site="s1")
        hall.do("set_pin", member=member, pin="135792" + member[1])
    scene.since = scene.chair.mark()
    scene.ballot = scene.chair.do(
        "draft_ballot", item="", form=FORM, candidates=[],
        tellers=[{"member": "m3"}], threshold=0, revote=True,
        halls=True)["made"]
    vote = scene.chair.do("start_vote", item="", motion="Thông qua")["made"]
    for holder in ("m1", "m2", "m3"):
        scene.people[holder].event("vote_started", vote=vote)
        scene.people[holder].do("vote", vote=vote, choice="yes")
    hall.event("vote_started", vote=vote)
    hall.do("enter_hall_votes", vote=vote, site="s1", yes=3, no=0, other=0,
            abstain=0)
    scene.chair.do("close_vote", vote=vote)
    scene.chair.do("adopt_ballot", ballot=scene.ballot, vote=vote)
    for holder in ("m1", "m2", "m3"):
        scene.told(scene.people[holder], "issue_wanted")
        scene.people[holder].do("ballot_take", ballot=scene.ballot)
        scene.told(scene.people[holder], "issued_here")
    scene.told(hall, "issued_here")
    scene.chair.do("close_issue", ballot=scene.ballot)
    attested = scene.people["m3"].event("hall_attested", timeout_s=PATIENCE_S)
    scene.people["m3"].do(
        "confirm_hall", ballot=scene.ballot, site="s1",
        **{name: attested[name] for name in ("setup", "k", "pool", "members")})
    scene.chair.event("checkpoint", scene.since, PATIENCE_S,
                      reason="list_attested")
    scene.chair.do("open_ballot", ballot=scene.ballot, knowingly=False)
    scene.told(hall, "ready_to_vote")
    for holder in ("m1", "m2", "m3"):
        scene.told(scene.people[holder], "ready_to_vote")
        scene.vote({holder: VOTES[holder]})
    assert hall.refusal("hall_unlock", ballot=scene.ballot, member="m4",
                        pin="000000") == "wrong_pin"
    assert hall.refusal("hall_cast", ballot=scene.ballot,
                        marks=VOTES["m4"]) == "no_pin"
    for member in at_site:
        mark = hall.mark()
        hall.do("hall_unlock", ballot=scene.ballot, member=member,
                pin="135792" + member[1])
        hall.do("hall_cast", ballot=scene.ballot, marks=VOTES[member])
        scene.told(hall, "receipt", mark)
    # Nobody votes twice there.
    assert hall.refusal("hall_unlock", ballot=scene.ballot, member="m4",
                        pin="1357924") == "done_already"
    scene.end()
    scene.chair.event("hall_included", scene.since, PATIENCE_S, own=3)
    for holder in ("m1", "m2", "m3"):
        scene.chair.wait(lambda l, h=holder: l.get("ev") == "ballot_included"
                         and l["member"] == h, "a statement", scene.since,
                         PATIENCE_S)
    scene.chair.event("ballot_tallied", scene.since, PATIENCE_S)
    scene.chair.do("count_ballot", ballot=scene.ballot, knowingly=True)
    # Three own ballots are fewer than five: the teller is asked.
    scene.told(scene.people["m3"], "asked")
    scene.people["m3"].do("ballot_decrypt", ballot=scene.ballot)
    assert counts_of(scene.result()) == COUNTS
    scene.all_told("verified")
    assert not [n for n in files_of(hall) if not n.endswith(".records")]
