"""A meeting that everybody attends from far away, by the rules of the Party, with
chibod and chibo: ratings and opinions are voted on before the chair has entered
the document that lets remote seats vote; an election, discipline, confidence,
admission and recognition are refused, and why, until it is entered. The minutes
print it.
"""
import json
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_device import side_by_side  # noqa: E402
from ballot_held import Ballot  # noqa: E402
from ballot_scene import Scene  # noqa: E402
from chibo_process import BUILD, Refused, settle  # noqa: E402

SIZE = 5
DOCUMENT = {"number": "01-MẪU/ĐU", "date": "2026-11-20",
            "issuer": "Đảng uỷ phường Mẫu (văn bản mẫu)"}
REFUSED = ["admission", "recognition", "discipline", "confidence", "election"]
NAMES = [{"member": "m4"}, {"member": "m5"}]
# Of each of the two: excellent, good, fulfilled, not fulfilled. m4 is excellent
# by 3 of 5, m5 good by 4.
LEVELS = ["1000 0100", "1000 0100", "1000 0100", "0100 0100", "0100 1000"]
# Blank, m4, m5: m4 by 4 of 5.
OPINIONS = ["010", "010", "010", "010", "001"]
# Agreed to or not, each of the two: m4 by 4 of 5, m5 by 3.
ELECTION = ["10 10", "10 10", "10 10", "10 01", "01 01"]


class FarAway(Scene):
    """Nobody is in the hall."""

    def before_admission(self):
        self.chair.do("declare_open_content")


def marks_of(rows):
    return {f"m{i}": [[int(mark) for mark in row] for row in vote.split()]
            for i, vote in enumerate(rows, 1)}


def table(form, columns):
    """A row for each of the two."""
    return {"questions": [{"answers": [f"Cột {k}" for k in range(columns)],
                           "min": 0, "max": 1,
                           "question": f"Đảng viên Mẫu 0{i}"} for i in (4, 5)],
            "forms": [form] * 2}


def choice(names):
    return {"questions": [{"answers": names, "blank": True, "min": 1,
                           "max": 1, "question": "Chọn"}], "forms": ["choose"]}


def show_of_hands(scene, matter, motion):
    """By all devices; the event that closes it."""
    vote = scene.chair.do("start_vote", item="", matter=matter, motion=motion,
                          subject="")["made"]

    def raise_hand(holder):
        device = scene.devices[holder]
        device.until_event("vote_started", vote=vote)
        device.do("vote", vote=vote, choice="yes")

    side_by_side(raise_hand, scene.by_device)
    scene.chair.do("close_vote", vote=vote)
    return scene.chair.until_event("vote_closed", vote=vote)


class Held:
    """The meeting, and what was refused in it."""

    def __init__(self, scene):
        self.scene, self.chair = scene, scene.chair
        self.refused = {}
        self.open_rating = show_of_hands(scene, "rating",
                                         "Xếp loại chi bộ: hoàn thành tốt")
        self.rating = Ballot(scene, marks=marks_of(LEVELS), **table("level4", 4),
                             matter={"matter": "rating", "candidates": NAMES}
                             ).run()
        self.opinions = Ballot(
            scene, marks=marks_of(OPINIONS), **choice(["A", "B"]),
            matter={"matter": "straw", "seats": 1, "candidates": NAMES}).run()
        self.try_without_document()
        self.enter_document()
        self.election.run(since="adopt")
        self.admission = self.admit()

    def enter_document(self):
        """As a chair does who is told why not, and types what is advised."""
        assert self.chair.quit() == 0
        screen = self.chair.join_lines(self.scene.meeting)
        screen.types_until("/bieu-quyet-ve kết nạp: Kết nạp đảng viên",
                           "chỉ biểu quyết sau khi ghi văn bản cho phép")
        screen.sees("/van-ban-cho-phep SỐ, NGÀY, CƠ QUAN")
        screen.type("/van-ban-cho-phep {number}, {date}, {issuer}".format(
            **DOCUMENT))
        self.scene.devices["m2"].until_event("authority_set")
        assert self.chair.quit() == 0
        self.chair.join(self.scene.meeting)
        self.scene.wait_caught_up(self.chair)
        self.chair.do("confirm_presence")
        self.chair.do("confirm_roll")

    def admit(self):
        self.chair.do("confirm_roll")
        return show_of_hands(self.scene, "admission", "Kết nạp đảng viên")

    def call_election(self):
        election = self.chair.do("call_election", item="", post="other", seats=2,
                                 title="Chức danh mẫu")["made"]
        for name in NAMES:
            self.chair.do("nominate", election=election, source="committee",
                          **name)
        vote = show_of_hands(self.scene, "procedure", "Chốt danh sách")["vote"]
        self.chair.do("close_list", election=election, vote=vote)
        return {"matter": "election", "seats": 2, "election": election,
                "candidates": NAMES}

    def try_without_document(self):
        """One show of hands takes all three papers; none is handed out."""
        self.chair.do("confirm_roll")
        for matter in ("admission", "recognition"):
            self.refuse(matter, "start_vote", item="", matter=matter,
                        motion="x", subject="")
        papers = {
            "discipline": Ballot(self.scene, matter={
                "matter": "discipline", "subject": "m5"},
                **choice(["Khiển trách", "Cảnh cáo", "Khai trừ",
                          "Không kỷ luật"])),
            "confidence": Ballot(self.scene, matter={
                "matter": "confidence", "candidates": NAMES},
                **table("level3", 3)),
            "election": Ballot(self.scene, matter=self.call_election(),
                               marks=marks_of(ELECTION), **table("agree", 2))}
        for paper in papers.values():
            paper.draft()
        self.election = papers["election"]
        self.election.hands()
        for matter, paper in papers.items():
            self.refuse(matter, "adopt_ballot", ballot=paper.id,
                        vote=self.election.vote)

    def refuse(self, what, op, **fields):
        with pytest.raises(Refused) as refused:
            self.chair.do(op, **fields)
        self.refused[what] = refused.value.error


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    scene = FarAway(tmp_path_factory.mktemp("far"), size=SIZE,
                    ruleset="party-2026").begin()
    yield Held(scene)
    scene.close()


def test_ratings_and_opinions_are_voted_on_from_far_away(held):
    assert held.open_rating["passed"] and held.open_rating["yes"] == SIZE
    rated = held.rating.event("ballot_decided")
    assert [(row["member"], row["level"]) for row in rated["levels"]] == [
        ("m4", "excellent"), ("m5", "good")]
    told = held.opinions.event("ballot_decided")
    assert [(row["member"], row["votes"]) for row in told["chosen"]] == [
        ("m4", 4), ("m5", 1)]
    entered = held.chair.until_event("authority_set")
    for ballot in (held.rating, held.opinions):
        adopted = ballot.event("ballot_adopted")
        assert adopted["remote"] and adopted["seq"] < entered["seq"]
        assert {row["channel"] for row in adopted["channels"]} == {"own"}
        ballot.check()


def test_all_else_is_refused_with_the_rule_and_how_many_are_far_away(held):
    assert list(held.refused) == REFUSED
    for matter, error in held.refused.items():
        assert error["code"] == "remote_unauthorised", matter
        assert (error["args"]["matter"], str(error["args"]["have"]),
                error["args"]["rule"]) == (matter, str(SIZE), "remote")
        assert error["message"]


def test_once_the_document_is_entered_they_are_held(held):
    entered = held.chair.until_event("authority_set")
    adopted = held.election.event("ballot_adopted")
    assert adopted["remote"] and adopted["seq"] > entered["seq"]
    decided = held.election.event("ballot_decided")
    assert (decided["end"], decided["denominator"]) == ("complete", SIZE)
    assert [(row["member"], row["votes"], row["standing"])
            for row in decided["chosen"]] == [
        ("m4", 4, "chosen"), ("m5", 3, "chosen")]
    held.election.check()
    assert held.admission["passed"]


def test_the_minutes_print_the_document_and_the_verifier_agrees(held, tmp_path):
    held.chair.do("close_meeting")
    held.chair.until_event("checkpoint", reason="closed")
    settle(held.scene.everybody())
    reader = held.scene.devices["m2"]
    reader.quit()
    text = " ".join(reader.chibo("minutes", held.scene.meeting, "--language",
                                 "vi").split())
    for words in (
            "Văn bản cho phép biểu quyết từ xa: số 01-MẪU/ĐU, ngày "
            "20/11/2026, của Đảng uỷ phường Mẫu (văn bản mẫu).",
            "“Xếp loại chi bộ: hoàn thành tốt”", "tán thành 5/5",
            "1. đồng chí Đảng viên Mẫu 04: 4/5 phiếu (80,00 %), trúng cử.",
            "2. đồng chí Đảng viên Mẫu 05: 3/5 phiếu (60,00 %), trúng cử."):
        assert words in text, text
    log, register = tmp_path / "log", tmp_path / "register"
    reader.chibo("log", held.scene.meeting, "-o", log)
    reader.chibo("log", "register", "-o", register)
    done = subprocess.run(
        [BUILD / "bin/chibo-verify", log, "--register", register, "--rules",
         held.scene.server.directory / "rules/party-2026.conf", "--json"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"]) == (0, "complete"), said
