"""Chair and minute-taker write the minutes in two terminals."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent
                       / "support"))

import chibo_process as play  # noqa: E402


@pytest.fixture
def writers(tmp_path):
    """m1 presides, m2 takes the minutes; the meeting deals with item 1."""
    server = play.Server(tmp_path / "server").start()
    members = []
    try:
        people = tmp_path / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2)),
            encoding="utf-8")
        server.control("unit", "add", "cell", "Chi bộ Mẫu")
        server.control("member", "import", people)
        meeting = server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
            "--chair", "m1", "--minute-taker", "m2", "--item",
            "Báo cáo tháng | 10 | m1")[0]["made"]
        links = server.invite("m1", "m2")
        for holder in ("m1", "m2"):
            member = play.Member(tmp_path / holder, holder, holder)
            member.enroll(links[holder])
            member.join_lines(meeting)
            members.append(member)
            if holder == "m1":
                member.type("/phong-cho")
            member.sees("để xem các lệnh")
        chair, taker = members
        chair.type("/khai-mac")
        taker.sees("Khai mạc cuộc họp")
        chair.type("/noi-dung 1")
        taker.sees("Nội dung: Báo cáo tháng")
        yield chair, taker
    finally:
        for member in members:
            member.kill()
        server.stop()


def test_each_line_of_an_entry_is_saved_by_itself(writers):
    chair, taker = writers
    taker.type("/viet y-kien m1")
    taker.type("Nhất trí với báo cáo.")
    taker.sees("Đã lưu: mục e1, bản 1.")
    taker.type("Đề nghị làm rõ đảng phí.")
    taker.sees("Đã lưu: mục e1, bản 2.")
    taker.type("/dong 2 Đề nghị làm rõ việc thu đảng phí.")
    taker.sees("Đã lưu: mục e1, bản 3.")
    taker.type("/xong")
    taker.sees("mọi điều trong đó đều đã lưu")
    chair.sees("mục e1, sửa lần 3")
    mark = chair.mark()
    chair.type("/lich-su e1")
    for n in (1, 2, 3):
        chair.sees(f"  bản {n}, ", since=mark)
    chair.type("/bien-ban")
    chair.sees("Nội dung: Báo cáo tháng", since=mark)
    chair.sees("  e1 (3) đồng chí Đảng viên Mẫu 01: Nhất trí với báo cáo.",
               since=mark)


def test_a_conflict_is_shown_with_both_texts_and_resolved(writers):
    chair, taker = writers
    taker.type("/ghi Chi bộ thống nhất.")
    taker.sees("Biên bản, mục e1: Chi bộ thống nhất.")
    taker.type("/sua e1")
    taker.sees("   1  Chi bộ thống nhất.")
    chair.sees("Biên bản, mục e1: ")
    chair.type("/sua e1 Chi bộ nhất trí cao.")
    taker.sees("mục e1, sửa lần 2: Chi bộ nhất trí cao.")
    mark = taker.mark()
    taker.type("Giao chi uỷ thực hiện.")
    taker.sees("CHƯA LƯU: mục này vừa được người khác sửa", since=mark)
    taker.sees("Trong biên bản hiện nay (e1): bản 2, ", since=mark)
    taker.sees("số 2: Chi bộ thống nhất.", since=mark)
    taker.sees("Mục đã đóng", since=mark)
    taker.type("/giu-ban-toi 2")
    taker.sees("Đã lưu: mục e1, bản 3.")
    taker.types_until("/chua-luu", "đều đã lưu")
    chair.sees("mục e1, sửa lần 3: Chi bộ thống nhất.")
