"""The floor by what people type: order, silence, who leads."""
import json
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    directory = tmp_path_factory.mktemp("floor")
    server = play.Server(directory / "server").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    server.control("site", "add", "Hội trường Mẫu", "--keeper", "m4")
    server.devices = {}
    for holder, link in server.invite("m1", "m2", "m3", "m4", "m5",
                                      "s1").items():
        server.devices[holder] = play.Member(directory / holder, holder, holder)
        server.devices[holder].enroll(link)
    yield server
    server.stop()


@pytest.fixture
def hall(cell):
    """The chair in lines; m2, m3, m4, m5 and the site by JSON; it is open."""
    made = cell.control("meeting", "schedule", "--title", "Sinh hoạt chi bộ",
                        "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá",
                        "--chair", "m1", "--minute-taker", "m3")
    chair = cell.devices["m1"].join_lines(made[0]["made"])
    chair.sees("chờ chủ trì mở phòng chờ")
    chair.type("/phòng-chờ")
    chair.sees("phòng chờ đã mở")
    others = [cell.devices[h] for h in ("m2", "m3", "m4", "m5", "s1")]
    for other in others:
        mark = chair.mark()
        other.join(made[0]["made"], "--audio", "none")
        if other is not cell.devices["m3"]:
            chair.sees("đang chờ ở phòng chờ", since=mark)
            chair.type("/cho-vao tất-cả")
        other.caught_up()
    chair.type("/khai-mac")
    chair.sees("Khai mạc cuộc họp")
    cell.devices["meeting"] = made[0]["made"]
    yield cell.devices
    del cell.devices["meeting"]
    for device in cell.devices.values():
        device.kill()


def test_the_queue_shows_points_of_order_first_times_and_sites(hall):
    chair = hall["m1"]
    hall["s1"].do("tick", member="m6", mode="site", site="s1")
    chair.type("/phat-bieu m5 5")
    hall["m5"].event("floor_given", member="m5")
    hall["m5"].do("end_floor")
    hall["m5"].do("raise_hand", member="")
    hall["s1"].do("raise_hand", member="m6")
    hall["m4"].do("raise_point_of_order", member="")
    chair.sees("Đồng chí Đảng viên Mẫu 04 xin phát biểu VỀ THỦ TỤC")
    mark = chair.mark()
    chair.type("/danh-sach-tay")
    chair.sees("1. đồng chí Đảng viên Mẫu 04 (về thủ tục) (phát biểu lần đầu)",
               since=mark)
    chair.sees("2. đồng chí Đảng viên Mẫu 05 (0 phút", since=mark)
    chair.sees("3. điểm cầu Hội trường Mẫu – đồng chí Đảng viên Mẫu 06 "
               "(phát biểu lần đầu)", since=mark)
    chair.type("/che-do-phat-bieu it-noi")
    hall["m5"].event("floor_mode_set", order="least_spoken")
    play.settle([hall[h] for h in ("m2", "m3", "m4", "m5", "s1")])
    assert hall["m5"].state()["hands"] == ["m4", "m6", "m5"]
    assert hall["m5"].state()["points_of_order"] == ["m4"]


def test_a_mute_holds_until_it_is_released_and_the_member_opens(hall):
    chair = hall["m1"]
    chair.type("/dieu-hanh m2")
    hall["m2"].event("officer_appointed", member="m2", role="moderator")
    hall["m2"].do("mute", holder="m5")
    assert hall["m5"].refusal("unmute") == "mute_holds"
    assert hall["m5"].refusal("release_mute", holder="m5") == \
        "not_allowed"
    chair.type("/bo-tat-tieng m5")
    hall["m5"].event("mute_released", holder="m5")
    hall["m5"].do("unmute")
    assert hall["m2"].refusal("mute", holder="m1") == "not_allowed"


def test_co_chairs_lead_in_turn_and_step_in(hall):
    chair = hall["m1"]
    chair.type("/dong-chu-tri m2")
    chair.sees("Đồng chí Đảng viên Mẫu 02 được cử làm đồng chủ trì")
    hall["m2"].do("give_floor", member="m5", limit_ms=0)
    assert hall["m2"].refusal("add_item", title="Việc khác") == \
        "not_allowed"
    chair.type("/trao-chu-tri m2")
    hall["m2"].event("chair_given", member="m2")
    hall["m2"].do("add_item", title="Việc khác")
    hall["m2"].do("give_chair", member="m1")
    chair.sees("Đồng chí Đảng viên Mẫu 01 được trao quyền chủ trì")
    assert hall["m2"].refusal("take_chair") == "chair_present"
    chair.kill()
    hall["m2"].event("connection_lost", holder="m1")
    hall["m2"].do("take_chair")
    hall["m2"].do("close_meeting")
    play.settle([hall[h] for h in ("m2", "m3", "m4", "m5", "s1")])
    # Whoever checked an act and did not believe it would say so.
    for holder in ("m2", "m3", "m4", "m5", "s1"):
        assert not hall[holder].state()["alarmed"]


def test_a_meeting_whose_chair_is_gone_elects_who_goes_on(hall, tmp_path):
    chair = hall["m1"]
    # Whoever came last may not have come for the minute-taker's device yet.
    play.settle([hall[h] for h in ("m2", "m3", "m4", "m5", "s1")])
    voters = [m for m in hall["m3"].state()["people"]
              if m["category"] == "official" and not m["mode"]]
    for member in voters:
        hall["m3"].do("tick", member=member["id"], mode="in_person", site="")
    chair.type("/de-xuat Thông qua báo cáo")
    hall["m5"].event("vote_started", vote="v1")
    chair.kill()
    hall["m4"].event("connection_lost", holder="m1")
    hall["m4"].do("propose_chair", subject="m2",
                  motion="Bầu đồng chí Đảng viên Mẫu 02 chủ trì cuộc họp")
    hall["m5"].event("chair_proposed", member="m2")
    hall["m3"].event("chair_proposed", member="m2")
    for holder in ("m2", "m3", "m4"):
        hall[holder].event("vote_started", vote="v2")
        hall[holder].do("vote", vote="v2", choice="yes")
    hall["m3"].do("enter_hall_votes", vote="v2", site="", yes=len(voters),
                  no=0, other=0, abstain=0)
    hall["m4"].do("settle_chair", vote="v2")
    elected = hall["m5"].event("chair_elected", member="m2")
    assert elected["vote"] == "v2"
    assert hall["m4"].refusal("close_vote", vote="v1") == "not_allowed"
    hall["m2"].do("cancel_vote", vote="v1", reason="Biểu quyết lại sau")
    play.settle([hall[h] for h in ("m2", "m3", "m4", "m5", "s1")])
    for holder in ("m2", "m3", "m4", "m5", "s1"):
        assert hall[holder].state()["presiding"] == "m2"
        assert not hall[holder].state()["alarmed"]
    # What such a meeting leaves is a record like any other.
    hall["m2"].do("set_floor_mode", mode="free", order="least_spoken")
    hall["m2"].do("appoint_officer", member="m4", role="moderator")
    hall["m4"].do("mute", holder="m5")
    hall["m4"].do("release_mute", holder="m5")
    hall["m5"].do("raise_point_of_order", member="")
    hall["m2"].do("close_meeting")
    hall["m5"].event("checkpoint", reason="closed")
    for holder in ("m2", "m3", "m4", "m5", "s1"):
        assert hall[holder].quit() == 0
    log, register = tmp_path / "log", tmp_path / "register"
    hall["m5"].chibo("log", hall["meeting"], "-o", log)
    hall["m5"].chibo("log", "register", "-o", register)
    done = subprocess.run(
        [play.BUILD / "bin/chibo-verify", log, "--register", register,
         "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        timeout=120)
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"]) == (0, "complete"), said
