"""A congress in two halls, at fifteen computers and over the radio, against the
numbers that somebody who was there would have written down by hand.

Of forty summoned, three are absent for the whole congress with a reason that was
accepted: resolutions are measured against 40 (more than half: 21), elections
against 37 (19). The quorum is two thirds of 40, 27; 37 are there. Whoever is
heard over the radio has no secret ballot: 35 vote.

    For chi uỷ, three seats       by device   hall 1   hall 2   in all
    Đảng viên Mẫu 08                   12        9        7        28
    Đảng viên Mẫu 09                   10        6        8        24
    Đảng viên Mẫu 10                    9        7        4        20
    Đảng viên Mẫu 11                    8        4        5        17   not half
    blank                               1        0        1         2
"""
import json
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from chibo_process import BUILD, Refused, settle  # noqa: E402
from congress_scene import DOCUMENT, PIN, Congress, Election  # noqa: E402

CANDIDATES = ["m8", "m9", "m10", "m11"]
# Attendance and the four resolutions, then list, ballot and result of the
# election; the numbers follow from what is played.
SAMPLE = pathlib.Path(__file__).parent / "sample"
WHOLE = SAMPLE / "congress-minutes.txt"
ELECTION = SAMPLE / "congress-election-minutes.txt"
OWN = [f"m{i}" for i in range(1, 16)]


def marks_of(voters, counts, blank):
    """Marks for so many voters that come to these counts of each name: names
    are handed out in turn, so that nobody leaves more than three standing."""
    marks = [[0] * len(counts) for _ in voters]
    full = [i for i in range(len(voters) - blank)]
    at = 0
    for name, count in enumerate(counts):
        for _ in range(count):
            marks[full[at % len(full)]][name] = 1
            at += 1
    assert all(sum(row) <= 3 for row in marks)
    return {voter: [[int(not any(row)), *row]]
            for voter, row in zip(voters, marks)}


@pytest.fixture(scope="module")
def congress(tmp_path_factory):
    scene = Congress(tmp_path_factory.mktemp("congress"))
    yield scene.begin()
    scene.close()


@pytest.fixture(scope="module")
def minutes(congress):
    """The whole of it; then the minutes as text."""
    congress.lead()
    halls = {"s1": (10, 0, 0, 0), "s2": (8, 2, 0, 0)}
    first = congress.resolve("Thông qua chương trình đại hội", OWN,
                             halls=halls, radio=(2, 0, 0, 0), matter="agenda")
    congress.take_turns("m1", "m4")
    discuss(congress, by="m4", speaker="m5")
    second = congress.resolve(
        "Thông qua báo cáo chính trị", OWN[:12], OWN[12:],
        halls={"s1": (9, 0, 1, 0), "s2": (10, 0, 0, 0)}, radio=(1, 0, 0, 1),
        by="m4")
    congress.take_turns("m4", "m3")
    discuss(congress, by="m3", speaker="m6")
    # 20 of 40 is half, and not more.
    third = congress.resolve(
        "Lùi thời gian xây dựng nhà văn hoá", OWN[:8], OWN[8:],
        halls={"s1": (6, 4, 0, 0), "s2": (5, 4, 1, 0)}, radio=(1, 1, 0, 0),
        by="m3")
    congress.take_turns("m3", "m1")
    results = [first, second, third]
    results.append(congress.resolve(
        "Thông qua nghị quyết đại hội", OWN[:9],
        halls={"s1": (6, 2, 2, 0), "s2": (5, 5, 0, 0)}, radio=(1, 1, 0, 0)))
    election = hold_election(congress)
    congress.chair.do("close_meeting")
    congress.chair.until_event("checkpoint", reason="closed")
    return results, election, read_minutes(congress)


def discuss(congress, by, speaker):
    """A member asks to speak, and is given the floor by who leads."""
    leader, member = congress.devices[by], congress.devices[speaker]
    member.do("raise_hand", member=speaker)
    leader.until_event("hand_raised", member=speaker)
    leader.do("give_floor", member=speaker, limit_ms=60000)
    member.until_event("floor_given", member=speaker)
    member.do("end_floor")
    leader.until_event("floor_ended", member=speaker)


def hold_election(congress):
    voters = congress.by_device
    marks = marks_of(voters, (12, 10, 9, 8), 1)
    marks |= marks_of(congress.at_site("s1"), (9, 6, 7, 4), 0)
    marks |= marks_of(congress.at_site("s2"), (7, 8, 4, 5), 1)
    congress.choose_pins(PIN)
    election = Election(congress, CANDIDATES, marks)
    with pytest.raises(Refused) as refused:
        election.run(upto="adopt")
    assert refused.value.code == "remote_unauthorised"
    assert refused.value.error["args"]["rule"] == "remote"
    congress.chair.do("set_authority", **DOCUMENT)
    election.run(since="adopt")
    return election


def read_minutes(congress):
    device = congress.devices["m2"]
    device.quit()
    return device.chibo("minutes", congress.meeting, "--language", "vi")


def test_the_resolutions_come_to_what_was_counted_by_hand(minutes):
    results, _, _ = minutes
    numbers = [tuple(r[name] for name in (
        "yes", "no", "other", "abstain", "denominator", "need", "passed"))
        for r in results]
    assert numbers == [
        (35, 2, 0, 0, 40, 21, True),
        (32, 3, 1, 1, 40, 21, True),
        (20, 16, 1, 0, 40, 21, False),
        (21, 8, 2, 0, 40, 21, True)]


def test_three_are_elected_and_one_has_not_more_than_half(minutes, congress):
    _, election, _ = minutes
    decided = election.event("ballot_decided")
    assert (decided["end"], decided["denominator"], decided["need"],
            decided["valid"]) == ("complete", 37, 19, 33)
    assert [(row["member"], row["votes"], row["standing"])
            for row in decided["chosen"]] == [
        ("m8", 28, "chosen"), ("m9", 24, "chosen"), ("m10", 20, "chosen"),
        ("m11", 17, "not_chosen")]


def test_everybody_folds_the_same_record_and_it_verifies(minutes, congress):
    settle([d for d in congress.everybody()])
    record = congress.directory / "dai-hoi.log"
    register = congress.directory / "so.log"
    device = congress.devices["m5"]
    device.quit()
    device.chibo("log", congress.meeting, "-o", record)
    device.chibo("log", "register", "-o", register)
    command = [BUILD / "bin/chibo-verify", record, "--register", register,
               "--rules", congress.server.rules_directory / "party-2026.conf"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said["verdict"], said["gaps"]) == ("complete", [])
    assert said["snapshots_compared"] == 1
    assert len(said["votes"]) == 6
    assert all(vote["denominator_recomputed"] and vote["result_recomputed"]
               for vote in said["votes"])


# Of the minutes, with blanks and line ends taken as one.
EXPECTED = """
Văn bản cho phép biểu quyết từ xa: số 01-MẪU/ĐU, ngày 20/11/2026, của Đảng uỷ phường Mẫu (văn bản mẫu).
Tổng số: 2 điểm cầu, 20 người.
Tổng số đảng viên: 40 (chính thức 40, dự bị 0)
Có mặt: 37 (chính thức 37, dự bị 0): trực tiếp 0, tại điểm cầu 20, trực tuyến 15, qua bộ đàm, điện thoại 2.
Vắng mặt: 3 (chính thức 3, dự bị 0): có lý do 3, không lý do 0, chưa ghi lý do 0.
Đồng chí Đảng viên Mẫu 40: vắng mặt suốt đại hội, có lý do được chấp nhận
Đồng chủ trì: đồng chí Đảng viên Mẫu 04.
Cần ít nhất 21 phiếu tán thành (mục “số phiếu cần để thông qua chương trình” của quy tắc party-2026-07).
tán thành 35/40 (87,50 %), không tán thành 2, ý kiến khác 0, không biểu quyết 0, không tham gia 3; thông qua
tán thành 32/40 (80,00 %), không tán thành 3, ý kiến khác 1, không biểu quyết 1, không tham gia 3; thông qua
tán thành 20/40 (50,00 %), không tán thành 16, ý kiến khác 1, không biểu quyết 0, không tham gia 3; không thông qua (không đạt quá nửa
tán thành 21/40 (52,50 %), không tán thành 8, ý kiến khác 2, không biểu quyết 0, không tham gia 9; thông qua
Chốt danh sách 4 người
Không bỏ phiếu kín được vì dự họp qua bộ đàm, điện thoại, vẫn tính trong mẫu số: đồng chí Đảng viên Mẫu 36, đồng chí Đảng viên Mẫu 37.
Trên thiết bị: phát ra 35 phiếu, thu về 35 phiếu.
Số phiếu thu về: 35; hợp lệ: 33; không hợp lệ: 2.
Tính trên 37 đảng viên; cần ít nhất 19 phiếu
1. đồng chí Đảng viên Mẫu 08: 28/37 phiếu (75,68 %), trúng cử.
2. đồng chí Đảng viên Mẫu 09: 24/37 phiếu (64,86 %), trúng cử.
3. đồng chí Đảng viên Mẫu 10: 20/37 phiếu (54,05 %), trúng cử.
4. đồng chí Đảng viên Mẫu 11: 17/37 phiếu (45,95 %), không trúng cử.
đồng chí được tính, cần 27: đủ.
Điểm danh, có mặt 37/40 chính thức
"""


def plain(text):
    """Blanks and line ends taken as one; times of the run as words."""
    text = re.sub(r"\d\d:\d\d", "GIỜ:PHÚT", text)
    text = re.sub(r"\(\d+ phút \d\d giây\)", "(THỜI GIAN)", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "MÃ", text)
    return " ".join(text.split())


def test_attendance_and_resolutions_are_word_for_word_as_expected(minutes):
    text = plain(minutes[2])
    begin = text.index("- Thành phần:")
    end = text.index("Biểu quyết lúc GIỜ:PHÚT: “Chốt danh sách bầu cử”")
    assert text[begin:end].strip() == plain(WHOLE.read_text(encoding="utf-8"))


def halls_in_order(text):
    """Which of the halls confirms first is left open."""
    halls = re.compile(r"- \d+ phiếu bỏ trên thiết bị điểm cầu .*?"
                       r"thiết bị ấy thấy phiếu\.")
    lines = iter(sorted(halls.findall(text)))
    return halls.sub(lambda _: next(lines), text)


def test_the_election_is_word_for_word_as_expected(minutes):
    """Each of its lines once: issued, returned, valid, votes, D, the order."""
    text = halls_in_order(plain(minutes[2]))
    begin = text.index("Biểu quyết lúc GIỜ:PHÚT: “Chốt danh sách bầu cử”")
    end = text.index("Nhiệm vụ được giao:")
    assert text[begin:end].strip() == halls_in_order(plain(
        ELECTION.read_text(encoding="utf-8")))


def test_the_minutes_have_the_numbers_that_were_written_by_hand(minutes):
    text = " ".join(minutes[2].split())
    missing = [line for line in EXPECTED.strip().splitlines()
               if line not in text]
    assert not missing, minutes[2]
