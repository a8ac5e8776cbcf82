"""Who is not summoned, or comes with a device that was not, is told so, and
where that rule stands."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402


@pytest.fixture
def place(tmp_path):
    """A server with a cell, and a member of another one; devices are made by
    device(HOLDER, NAME) and ended with it."""
    server = play.Server(tmp_path / "server").start()
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import",
                   play.ROOT / "tests/e2e/sample/members.csv")
    other = server.control("unit", "add", "cell", "Chi bộ khác")[0]["made"]
    server.other = server.control(
        "member", "add", "Đảng viên Mẫu 99", "--cell", other,
        "--category", "official")[0]["made"]
    devices = []

    def device(holder, name):
        devices.append(play.Member(tmp_path / name, holder, name))
        devices[-1].enroll(server.invite(holder)[holder])
        return devices[-1]

    server.device = device
    yield server
    for one in devices:
        one.kill()
    server.stop()


def told(device, meeting):
    """What `chibo join` answers, and its refusal as programs have it."""
    device.join_lines(meeting)
    line = device.sees("(quy tắc: ")
    device.kill()
    device.join(meeting, "--audio", "none")
    refused = device.wait(lambda line: "join_refused" in line, "the refusal")
    device.kill()
    return line, refused["error"]["code"], refused["error"]["rule"]


def test_whoever_is_not_summoned_is_told_who_is(place):
    chair = place.device("m1", "chair")
    outsider = place.device(place.other, "outsider")
    meeting = place.control(
        "meeting", "schedule", "--at", "2026-11-25 19:30", "--chair", "m1",
        "--cell", "u1", "--minute-taker", "m3", "--title", "Sinh hoạt", "--item",
        "Việc")[0]["made"]
    chair.join(meeting, "--audio", "none")
    chair.do("open_lobby")
    line, *refusal = told(outsider, meeting)
    assert refusal == ["not_summoned", "summons"]
    assert ("đồng chí không có trong danh sách triệu tập của cuộc họp này "
            "(quy tắc: người được triệu tập)") in line

    # A device of the meeting reads it when it is over, one of later does not.
    chair.do("open_meeting")
    chair.do("close_meeting")
    chair.event("checkpoint", reason="closed")
    chair.quit()
    chair.join(meeting, "--audio", "none")
    chair.caught_up()
    chair.quit()
    later = place.device("m1", "later")
    line, *refusal = told(later, meeting)
    assert refusal == ["device_not_summoned", "summons"]
    assert ("thiết bị này không có trong danh sách triệu tập của cuộc họp: "
            "đồng chí hãy dùng thiết bị đã đăng ký trước khi cuộc họp kết thúc "
            "(quy tắc: người được triệu tập)") in line
