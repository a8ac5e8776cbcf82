"""Checking in as people do it: the chair's screen shows the code, a member types
it; a hall's device asks for the PIN; heads and the roll as lines."""
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent
                       / "support"))

import chibo_process as play  # noqa: E402

SITE = "s1"


@pytest.fixture
def hall(tmp_path, request):
    """m1 presides, m2 takes the minutes, m3 and m4 are members; a site. Under
    the interim ruleset, or the one that the test names."""
    server = play.Server(tmp_path / "server",
                         ruleset=getattr(request, "param", "interim")).start()
    people = tmp_path / "members.csv"
    people.write_text("name,category,office,ground\n" + "".join(
        f"Đảng viên Mẫu {n:02},official,none,{'at_sea' if n == 4 else ''}\n"
        for n in range(1, 5)), encoding="utf-8")
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import", people)
    server.control("site", "add", "Nhà văn hoá Mẫu B", "--keeper", "m2")
    links = server.invite("m1", "m2", "m3", SITE)
    meeting = server.control(
        "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
        "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
        "--chair", "m1", "--minute-taker", "m2")[0]["made"]
    devices = {}
    for holder, link in links.items():
        devices[holder] = play.Member(tmp_path / holder, holder, holder)
        devices[holder].enroll(link)
    yield server, meeting, devices
    for device in devices.values():
        if device.process:
            device.kill()
    server.stop()


def come_in(meeting, devices):
    """All take part, as lines; the meeting is open."""
    chair = devices["m1"].join_lines(meeting)
    chair.type("/lobby")
    chair.sees("Gõ chữ để gửi cho mọi người")
    for holder in ("m2", "m3", SITE):
        devices[holder].join_lines(meeting)
    chair.sees("Nhà văn hoá Mẫu B đang chờ")
    chair.sees("Đảng viên Mẫu 03 đang chờ")
    chair.type("/admit all")
    chair.sees("Đảng viên Mẫu 03 có mặt")
    chair.sees("Nhà văn hoá Mẫu B đã kết nối")
    chair.type("/open")
    for device in devices.values():
        device.sees("Khai mạc cuộc họp")
    return chair


def test_a_member_types_the_code_that_the_screen_shows(hall):
    _, meeting, devices = hall
    chair = come_in(meeting, devices)
    minutes, member = devices["m2"], devices["m3"]
    minutes.type("/mo-diem-danh")
    member.sees("Đã mở điểm danh bằng mã tại")
    minutes.type("/hien-ma")
    line = minutes.sees("Mã điểm danh tại")
    code = re.search(r"(\d{3} \d{3}) ", line).group(1)
    member.type(f"/nhap-ma {code}")
    member.sees("Đã điểm danh.")
    chair.sees("Đảng viên Mẫu 03 có mặt, trực tiếp")
    minutes.type("/an-ma")
    minutes.type("/vang Đảng viên Mẫu 04 colydo đi biển")
    chair.sees("Đảng viên Mẫu 04: vắng có lý do: đi biển")
    chair.type("/diemdanh")
    chair.sees("Chính thức: có mặt 3; vắng có lý do 1, không lý do 0")


def test_a_member_without_a_device_checks_in_by_pin_at_the_site(hall):
    _, meeting, devices = hall
    chair = come_in(meeting, devices)
    minutes, site = devices["m2"], devices[SITE]
    minutes.type("/allow-pin Đảng viên Mẫu 04 Nhà văn hoá Mẫu B")
    minutes.sees("Đã xong.")
    site.type("/pin Đảng viên Mẫu 04")
    for _ in range(2):
        site.type("135791")
    site.sees("Đã đặt mã PIN.")
    site.type("/nhap-ma Đảng viên Mẫu 04")
    site.type("135791")
    site.sees("Đã điểm danh.")
    chair.sees("Đảng viên Mẫu 04 có mặt, tại điểm cầu Nhà văn hoá Mẫu B")
    site.type("/so-nguoi 35")
    chair.sees("Số người có mặt tại điểm cầu Nhà văn hoá Mẫu B: 35")
    chair.type("/diemdanh")
    chair.sees("35 người, ghi tên 1")


@pytest.mark.parametrize("hall", ["party-2026"], indirect=True)
def test_the_chair_declares_before_anybody_is_let_in(hall):
    _, meeting, devices = hall
    chair, member = devices["m1"].join_lines(meeting), devices["m3"]
    chair.type("/lobby")
    chair.sees("Gõ chữ để gửi cho mọi người")
    member.join_lines(meeting)
    chair.sees("Đảng viên Mẫu 03 đang chờ")
    chair.type("/admit all")
    chair.sees("trước khi có người dự trực tuyến, chủ trì phải tuyên bố nội dung "
               "cuộc họp không có bí mật nhà nước (quy tắc “tuyên bố nội "
               "dung không có bí mật nhà nước”; nguồn: 117/2025/QH15")
    chair.sees("/tuyen-bo-khong-mat")
    chair.type("/tuyen-bo-khong-mat")
    chair.sees("tuyên bố: nội dung cuộc họp không có bí mật nhà nước")
    chair.sees("1/4 đảng viên không thể dự họp trực tiếp tại một nơi; cần 3")
    chair.sees("Đảng viên Mẫu 01 có mặt, trực tuyến")
    chair.type("/admit all")
    member.sees("Đã tuyên bố:  nội dung không có bí mật nhà nước")
    chair.sees("Đảng viên Mẫu 03 có mặt, trực tuyến")
