"""Sub-rooms and party groups by typed lines, over a real server."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402

AT = "2026-11-25 19:30"


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    """Chair m1, minute-taker m2, members m3 and m4; all in one party group."""
    directory = tmp_path_factory.mktemp("kinds")
    server = play.Server(directory / "server").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("unit", "add", "party_group", "Tổ đảng Mẫu", "--under", "u1")
    for number in range(1, 5):
        server.control("member", "add", f"Đảng viên Mẫu {number:02}",
                       "--category", "official", "--group", "u2")
    server.devices = {}
    for holder, link in server.invite("m1", "m2", "m3", "m4").items():
        server.devices[holder] = play.Member(directory / holder, holder, holder)
        server.devices[holder].enroll(link)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def all_gone(cell):
    yield
    for device in cell.devices.values():
        device.kill()


def call(cell, *options):
    return cell.control("meeting", "schedule", "--title", "Sinh hoạt", "--at",
                        AT, "--chair", "m1", "--minute-taker", "m2",
                        *options)[0]["made"]


def begin(cell, meeting, *others):
    chair = cell.devices["m1"].join_lines(meeting)
    chair.sees("chờ chủ trì mở phòng chờ")
    chair.type("/phòng-chờ")
    chair.sees("phòng chờ đã mở")
    for other in others:
        mark = chair.mark()
        cell.devices[other].join(meeting, "--audio", "none")
        chair.sees("đang chờ ở phòng chờ", since=mark)
        chair.type("/cho-vao tất-cả")
        cell.devices[other].caught_up()
    chair.type("/khai-mac")
    chair.sees("Khai mạc cuộc họp")
    return chair


def test_sub_rooms_are_opened_changed_and_closed_by_typed_lines(cell):
    chair = begin(cell, call(cell), "m3", "m4")
    chair.type("/chia-phòng 2")
    chair.sees("Đã chia 2 phòng thảo luận")
    chair.sees("Đồng chí Đảng viên Mẫu 03 vào phòng thảo luận 1")
    chair.sees("Đồng chí Đảng viên Mẫu 04 vào phòng thảo luận 2")
    mark = chair.mark()
    chair.type("/chuyển-phòng Mẫu 04 1")
    chair.sees("Đồng chí Đảng viên Mẫu 04 vào phòng thảo luận 1", since=mark)
    chair.type("/các-phòng")
    chair.sees("Phòng 1: đồng chí Đảng viên Mẫu 03, đồng chí Đảng viên Mẫu 04")
    chair.sees("Phòng 2: (trống)")
    chair.type("/chuyển-phòng Mẫu 03 7")
    chair.sees("không có phòng thảo luận 7")
    chair.type("/be-mac")
    chair.sees("đang có 2 phòng thảo luận")
    chair.sees("gõ /gop-phong")
    chair.type("/gộp-phòng")
    chair.sees("Tất cả đã trở lại phòng họp chung")
    chair.type("/chia-phòng không")
    chair.sees("bao nhiêu phòng?")


def test_a_group_is_gathered_and_its_votes_added_by_typed_lines(cell):
    part = call(cell, "--kind", "party_group", "--group", "u2")
    meeting = call(cell)
    cell.control("meeting", "by-groups", meeting, part)
    chair = begin(cell, part, "m3")
    chair.type("/de-xuat Dự thảo")
    chair.sees("Biểu quyết giơ tay v1")
    chair.type("/bieu-quyet tán thành")
    chair.sees("Đồng chí Đảng viên Mẫu 01 biểu quyết v1")
    mark = chair.mark()
    chair.type("/ket-thuc-bieu-quyet")
    chair.sees("Đã được 2 trên 2 thiết bị xác nhận", since=mark)
    mark = chair.mark()
    chair.type("/be-mac")
    chair.sees("Bế mạc", since=mark)
    # Now its end is confirmed, and the record is over.
    chair.types_until("/da-xac-nhan", "khi bế mạc: đã được 2 trên 2")
    for device in cell.devices.values():
        device.kill()
    chair = begin(cell, meeting)
    # The register says, and may say it later, that the group has ended.
    listed = chair.types_until("/các-tổ", "đã bế mạc, chưa tổng hợp")
    assert "1. Tổ đảng Mẫu" in listed
    chair.type("/gom-tổ")
    chair.sees("Đã tổng hợp biên bản của Tổ đảng Mẫu: có mặt 2/4")
    chair.type("/cộng-phiếu v1 nghị-quyết Nghị quyết chung")
    chair.sees("Tổng hợp các tổ: Nghị quyết chung: tán thành 1/4, cần 3")
    chair.type("/cộng-phiếu v2 nghị-quyết Nghị quyết chung")
    chair.sees("không có biểu quyết đó")
