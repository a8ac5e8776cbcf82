"""The score sheet of a meeting as people complete it: on the screen, in the
minutes, in the report, and as chibo-verify finds it."""
import csv
import io
import json
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402


@pytest.fixture
def cell(tmp_path):
    """A server under the rules of the Party, and devices of three members."""
    server = play.Server(tmp_path / "server", ruleset="party-2026").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    server.devices = {}
    for holder, link in server.invite("m1", "m3", "m4").items():
        server.devices[holder] = play.Member(tmp_path / holder, holder, holder)
        server.devices[holder].enroll(link)
    yield server
    for device in server.devices.values():
        device.kill()
    server.stop()


def minutes_of(record):
    """How long it had been open when the sheet was completed."""
    completed, = [event for event in
                  map(json.loads, record.read_bytes().splitlines())
                  if event["ev"] == "score_completed"]
    return completed["minutes"]


def test_a_sheet_is_completed_on_the_screen_and_stands_in_the_record(
        cell, tmp_path):
    chair, taker, member = (cell.devices[m] for m in ("m1", "m3", "m4"))
    meeting = cell.control(
        "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
        "2026-11-25 19:30", "--chair", "m1", "--minute-taker", "m3", "--item",
        "Đánh giá tháng trước")[0]["made"]
    chair.join_lines(meeting)
    chair.sees("chờ chủ trì mở phòng chờ")
    chair.type("/phong-cho")
    chair.sees("phòng chờ đã mở")
    chair.type("/khong-mat")
    taker.join_lines(meeting)
    taker.sees("phòng chờ đã mở")
    mark = chair.mark()
    member.join_lines(meeting)
    chair.sees("Đảng viên Mẫu 04", since=mark)
    chair.type("/cho-vao m4")
    chair.type("/khai-mac")
    taker.sees("Khai mạc cuộc họp")
    taker.type("/diem")
    taker.sees("– /  5  thời gian, thời lượng (theo nhật ký: 1)")
    taker.sees("– /  5  tỷ lệ đảng viên dự (theo nhật ký: 1)")
    taker.sees("chưa đối chiếu với văn bản chính thức")
    taker.sees("Chưa ghi bảng chấm điểm.")
    taker.type("/cham-diem 5 4")
    taker.sees("cần bảy số")
    taker.type("/cham-diem 5 5 10 41 5 30 5")
    taker.sees("tổ chức sinh hoạt: 41 điểm, nhưng bảng chấm điểm chỉ cho tối đa "
               "40 (quy tắc “")
    taker.type("/cham-diem - 4 8 36 5 25 5 Nghiêm túc, đúng giờ")
    chair.sees("ghi bảng chấm điểm: 84/100 điểm, xếp loại Khá")
    member.sees("ghi bảng chấm điểm")
    mark = member.mark()
    member.type("/diem")
    member.sees("36 / 40  tổ chức sinh hoạt", since=mark)
    member.sees("84  điểm trên 100: xếp loại Khá", since=mark)
    chair.type("/be-mac")
    member.sees("Bế mạc cuộc họp")
    chair.types_until("/da-xac-nhan", "khi bế mạc: đã được")
    for device in (chair, taker, member):
        device.type("/thoat")
        device.process.wait(play.PATIENCE_S)

    minutes = tmp_path / "bien-ban.txt"
    chair.chibo("minutes", meeting, "-o", minutes, "--language", "vi")
    text = minutes.read_text()
    assert "84/100 điểm, xếp loại:" in text
    assert "  + Tổ chức, điều hành sinh hoạt: 36 điểm" in text
    assert "- Nhận xét: Nghiêm túc, đúng giờ" in text

    record, register = tmp_path / "record", tmp_path / "register"
    chair.chibo("log", meeting, "-o", record)
    chair.chibo("log", "register", "-o", register)
    done = subprocess.run(
        [play.BUILD / "bin/chibo-verify", record, "--register", register,
         "--rules", play.ROOT / "config/rules/party-2026.conf"],
        capture_output=True, text=True, timeout=play.PATIENCE_S,
        env=play.environment())
    assert done.returncode == 0, done.stdout + done.stderr

    done = subprocess.run(
        [play.BUILD / "bin/chiboctl", "report", "score", meeting, "--config",
         cell.config, "--language", "en"], capture_output=True,
        timeout=play.PATIENCE_S, env=play.environment())
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"))))
    assert [row["Points given"] for row in rows] == [
        "1", "4", "8", "36", "5", "25", "5", "84"]
    assert rows[0]["Basis"] == f"{minutes_of(record)}/90"
