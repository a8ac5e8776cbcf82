"""Ballots by the rules of the Party, held by chibo and chibod: a committee of
three elected out of four with a tie and a second round, a case of discipline
and a straw ballot, up to the minutes and the verifier.
"""
import contextlib
import json
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from ballot_device import side_by_side  # noqa: E402
from ballot_held import Ballot  # noqa: E402
from ballot_scene import Scene  # noqa: E402

SIZE = 9
NAMES = ["m4", "m5", "m6", "m7"]
# Blank, then the four names: 7, 6, 5 and 5 of 9, and one blank ballot.
MARKS = ["01110", "01110", "01101", "01101", "01110", "01011", "00111", "01001",
         "10000"]


class Congress(Scene):
    """Nine members by device, under the rules of the Party."""

    def before_admission(self):
        self.chair.do("declare_open_content")

    def open(self):
        super().open()
        self.chair.do("set_authority", number="12-CV/ĐU (mẫu)",
                      date="2026-11-01", issuer="Đảng ủy Mẫu")

    def vote(self, motion):
        """A show of hands on procedure, of all by their devices; its id."""
        vote = self.chair.do("start_vote", item="", matter="procedure",
                             motion=motion)["made"]

        def raise_hand(holder):
            device = self.devices[holder]
            device.until_event("vote_started", vote=vote)
            device.do("vote", vote=vote, choice="yes")

        side_by_side(raise_hand, self.by_device)
        self.chair.do("close_vote", vote=vote)
        return vote


@pytest.fixture(scope="module")
def congress(tmp_path_factory):
    scene = Congress(tmp_path_factory.mktemp("congress"), size=SIZE,
                     ruleset="party-2026").begin()
    yield scene
    scene.close()


def marks_of(rows):
    return {f"m{i}": [[int(mark) for mark in row]]
            for i, row in enumerate(rows, 1)}


def choice(names, seats):
    return {"questions": [{"answers": names, "blank": True, "min": 1,
                           "max": seats, "question": "Chọn"}],
            "forms": ["choose"]}


def standing(decided):
    return [(row["member"], row["votes"], row["standing"])
            for row in decided["chosen"]]


@pytest.fixture(scope="module")
def elected(congress):
    """The list of names, then the ballot on it and the second round."""
    chair = congress.chair
    election = chair.do("call_election", item="", post="committee", seats=3,
                        title="Bầu chi ủy")["made"]
    for name in NAMES:
        chair.do("nominate", election=election, member=name,
                 source="committee")
    chair.do("nominate", election=election, member="m8", source="committee")
    vote = congress.vote("Thông qua danh sách bầu cử")
    assert chair.refusal("close_list", election=election,
                         vote=vote) == "surplus"
    congress.devices["m8"].until_event("nominated", member="m8")
    congress.devices["m8"].do("withdraw_nomination", election=election,
                              member="m8")
    vote = congress.vote("Thông qua danh sách bầu cử, lần hai")
    chair.until_event("nomination_withdrawn")
    chair.do("close_list", election=election, vote=vote)
    matter = {"matter": "election", "seats": 3, "election": election,
              "candidates": [{"member": name} for name in NAMES]}
    first = Ballot(congress, matter=matter, marks=marks_of(MARKS),
                   **choice(["A", "B", "C", "D"], 3)).run()
    again = dict(matter, seats=1, again=first.id,
                 candidates=[{"member": "m6"}, {"member": "m7"}])
    second = Ballot(congress, matter=again,
                    marks=marks_of(["010"] * 5 + ["001"] * 4),
                    **choice(["C", "D"], 1)).run()
    return first, second


def test_two_are_elected_and_two_are_level_for_the_last_seat(elected):
    first, _ = elected

    decided = first.event("ballot_decided")
    assert standing(decided) == [
        ("m4", 7, "chosen"), ("m5", 6, "chosen"), ("m6", 5, "tied"),
        ("m7", 5, "tied")]
    assert (decided["end"], decided["open"], decided["need"],
            decided["valid"], decided["invalid"]) == ("tie", 1, 5, 8, 1)
    first.check()


def test_the_second_round_gives_the_seat_to_who_has_more(elected):
    _, second = elected

    decided = second.event("ballot_decided")
    assert standing(decided) == [("m6", 5, "chosen"), ("m7", 4, "not_chosen")]
    assert decided["end"] == "complete"
    assert decided["rule"] == "election.second_round"
    second.check()


@pytest.fixture(scope="module")
def punished(congress, elected):
    """On m9, who holds no post and does not vote."""
    paper = choice(["Khiển trách", "Cảnh cáo", "Khai trừ", "Không kỷ luật"], 1)
    return Ballot(congress, absent=("m9",),
                  matter={"matter": "discipline", "subject": "m9"},
                  marks=marks_of(["01000"] * 2 + ["00100"] * 2 + ["00010"] * 3 +
                                 ["00001"]), **paper).run()


def test_discipline_adds_up_from_the_hardest_form(punished):
    decided = punished.event("ballot_decided")

    assert [(row["form"], row["votes"], row["added"], row["need"])
            for row in decided["forms"]] == [
        ("reprimand", 2, 7, 5), ("warning", 2, 5, 5), ("expulsion", 3, 3, 6)]
    assert (decided["form"], decided["cumulated"], decided["yes"]) == \
        ("warning", True, 5)
    assert "m9" not in {row["member"] for row in punished.event(
        "ballot_adopted")["channels"] if row["channel"] != "none"}


@pytest.fixture(scope="module")
def opinions(congress, punished):
    """Whom they would choose: 7, 3, 5 and none of the nine, and one blank."""
    matter = {"matter": "straw", "seats": 2,
              "candidates": [{"member": name} for name in NAMES]}
    return Ballot(congress, matter=matter,
                  marks=marks_of(["01100"] * 3 + ["01010"] * 4 +
                                 ["00010", "10000"]),
                  **choice(["A", "B", "C", "D"], 2)).run()


@contextlib.contextmanager
def screen_of(device, meeting):
    """The device's chibo as people read it, and then as before."""
    assert device.quit() == 0
    yield device.join_lines(meeting)
    assert device.quit() == 0
    device.join(meeting)


def test_opinions_are_told_to_whoever_presides_alone(congress, opinions):
    assert opinions.event("ballot_drafted")["announced"] is False
    assert standing(opinions.event("ballot_decided")) == [
        ("m4", 7, "chosen"), ("m6", 5, "chosen"), ("m5", 3, "not_chosen"),
        ("m7", 0, "not_chosen")]
    told = re.compile("Mẫu 0[4-7]: [0-9]/9 .*, (đạt|không đạt)$")
    with screen_of(congress.devices["m8"], congress.meeting) as member:
        member.types_until(f"/phieu {opinions.id}",
                           "không công bố kết quả; người chủ trì được biết")
        member.type("/khong-co-lenh-nay")
        member.sees("khong-co-lenh-nay")  # all before it is on the screen
        assert not [line for line in member.output.lines if told.search(line)]
    with screen_of(congress.chair, congress.meeting) as chair:
        chair.types_until(f"/phieu {opinions.id}",
                          "Mẫu 04: 7/9 (77,78 %), đạt")
        assert [line for line in chair.output.lines if told.search(line)]


def test_minutes_and_verifier_say_the_same(congress, opinions, tmp_path):
    member = congress.devices["m4"]
    congress.chair.do("close_meeting")
    for device in congress.devices.values():
        device.until_event("checkpoint", reason="closed")
    for name in ("m1", "m4"):
        assert congress.devices[name].quit() == 0
    log, register = tmp_path / "log", tmp_path / "register"
    minutes = tmp_path / "minutes.txt"
    member.chibo("log", congress.meeting, "-o", log)
    member.chibo("log", "register", "-o", register)
    congress.chair.chibo("minutes", congress.meeting, "-o", minutes,
                         "--language", "vi")
    text = " ".join(minutes.read_text(encoding="utf-8").split())
    for words in (
            "1. đồng chí Đảng viên Mẫu 04: 7/9 phiếu (77,78 %), trúng cử.",
            "4. đồng chí Đảng viên Mẫu 07: 5/9 phiếu (55,56 %), bằng phiếu ở",
            "2 đồng chí bằng phiếu cho 1 vị trí còn lại",
            "1. đồng chí Đảng viên Mẫu 06: 5/9 phiếu (55,56 %), trúng cử.",
            "Đã bầu đủ 1 đồng chí.",
            "Rút khỏi danh sách: đồng chí Đảng viên Mẫu 08",
            "Kết quả không công bố tại cuộc họp; người chủ trì được biết.",
            "Quyết định kỷ luật: cảnh cáo (bằng cộng dồn, 5/9 phiếu, cần 5)."):
        assert words in text, words
    done = subprocess.run(
        [play.BUILD / "bin/chibo-verify", log, "--register", register,
         "--rules", congress.server.directory / "rules/party-2026.conf",
         "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        timeout=120)
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"]) == (0, "complete"), said
