"""The deadline of a recognition: from the list of members to the meeting that
decides, the register that knows of it, and the report."""
import datetime
import pathlib
import re
import sys
import time
import zoneinfo

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402

RULES = play.ROOT / "config/rules/party-2026.conf"
ZONE = "Asia/Ho_Chi_Minh"
WORKING_DAYS = 30


def holidays():
    text = RULES.read_text("utf-8")
    return {datetime.date.fromisoformat(day) for day in re.findall(
        r'"(\d{4}-\d\d-\d\d)"', text[text.index("holidays = {"):
                                     text.index("45/2019/QH14")])}


def is_working(day, free=frozenset(holidays())):
    return day.weekday() < 5 and day not in free


def due_after(end):
    day, left = end, WORKING_DAYS
    while left:
        day += datetime.timedelta(1)
        left -= is_working(day)
    return day


def working_days(after, until):
    """Of the days behind `after`, `until` among them."""
    count, day = 0, after
    while day < until:
        day += datetime.timedelta(1)
        count += is_working(day)
    return count


def today():
    return datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).date()


class Days:
    """Today, by a clock that may turn to another day while somebody is asked:
    it is one of those from the beginning until it is compared."""

    def __init__(self, clock):
        self.clock = clock
        self.first = clock()

    def any(self, compute):
        """What is right of one of these days."""
        count = (self.clock() - self.first).days
        return {compute(self.first + datetime.timedelta(n))
                for n in range(count + 1)}


class Server(play.Server):
    """Under the rules of cells, but for what they ask of remote seats."""

    def ruleset_text(self):
        text = RULES.read_text("utf-8").replace('"party-2026-07"', '"own"')
        begin = text.index("\ndeclaration = {")
        return text[:begin] + text[text.index("\n};", begin) + 4:]

    def _write_rules(self, numbers):
        own = self.directory / "rules"
        own.mkdir(exist_ok=True)
        (own / "own.conf").write_text(self.ruleset_text(), "utf-8")
        return own


@pytest.fixture
def cell(tmp_path):
    """Four with a vote; m5's probation ended three weeks ago, m6's a quarter of
    a year ago; of m7 nothing is said."""
    ends = [today() - datetime.timedelta(days) for days in (21, 91)]
    people = tmp_path / "members.csv"
    people.write_text("".join([
        "Họ và tên,Loại,Chức vụ,Ngày hết dự bị\n",
        "Đảng viên Mẫu 01,chính thức,bí thư,\n",
        *(f"Đảng viên Mẫu {n:02},chính thức,,\n" for n in (2, 3, 4)),
        f"Đảng viên Mẫu 05,dự bị,,{ends[0]:%d/%m/%Y}\n",
        f"Đảng viên Mẫu 06,dự bị,,{ends[1].isoformat()}\n",
        "Đảng viên Mẫu 07,dự bị,,\n"]), "utf-8")
    server = Server(tmp_path / "server").start()
    server.ends = ends
    server.control("unit", "add", "cell", "Chi bộ Mẫu")
    server.control("member", "import", people)
    server.devices = {}
    for holder, link in server.invite("m1", "m2", "m3", "m4").items():
        server.devices[holder] = play.Member(tmp_path / holder, holder, holder)
        server.devices[holder].enroll(link)
    yield server
    for device in server.devices.values():
        device.kill()
    server.stop()


def call(cell):
    return cell.control(
        "meeting", "schedule", "--at", "2026-11-25 19:30", "--title",
        "Sinh hoạt", "--zone", ZONE, "--chair", "m1", "--minute-taker", "m2",
        "--item", "Xét công nhận")[0]["made"]


def register_row(cell, member):
    return next(row for row in cell.control("member", "list")
                if row["member"] == member)


def report(cell):
    return {row["member"]: row for row in cell.control("report", "recognition")}


def begin(cell, meeting):
    chair = cell.devices["m1"].join(meeting, "--audio", "none")
    chair.wait(lambda line: line.get("connection") == "connected",
               "a connection")
    chair.do("open_lobby")
    for holder in ("m2", "m3", "m4"):
        cell.devices[holder].join_lines(meeting)
    for holder in ("m3", "m4"):
        chair.event("knocked", holder=holder)
    chair.do("admit_all")
    for holder in ("m2", "m3", "m4"):
        chair.event("connected", holder=holder)
    chair.do("open_meeting")
    return chair


def end(cell, chair):
    """All confirm it before they go: then the register knows of it at once."""
    chair.do("close_meeting")
    chair.event("checkpoint", reason="closed")
    for device in cell.devices.values():
        device.quit()


def test_a_recognition_is_a_task_until_the_cell_has_decided(cell, tmp_path):
    due = [due_after(day) for day in cell.ends]
    # The cell has called no meeting yet: the day is that of the clock here.
    here, there = Days(datetime.date.today), Days(today)
    assert register_row(cell, "m5")["probation_end"] == str(cell.ends[0])
    assert register_row(cell, "m1")["probation_end"] == ""
    told = report(cell)
    assert set(told) == {"m5", "m6", "m7"}
    assert told["m5"]["recognition_due"] == str(due[0])
    assert told["m5"]["working_days_left"] in here.any(
        lambda day: working_days(day, due[0]))
    assert told["m5"]["state"] == "recognition_running"
    assert told["m6"]["working_days_over"] in here.any(
        lambda day: working_days(due[1], day))
    assert told["m6"]["state"] == "recognition_overdue"
    assert told["m7"]["state"] == "probation_unknown"

    first = call(cell)
    chair = begin(cell, first)
    taker, member = cell.devices["m2"], cell.devices["m4"]
    line = taker.types_until(
        "/cac-nhiem-vu", "công nhận chính thức: đồng chí Đảng viên Mẫu 05, hạn "
        f"{due[0]:%d/%m/%Y}: còn ")
    left = int(re.search(r": còn (\d+) ngày làm việc", line).group(1))
    assert left in there.any(lambda day: working_days(day, due[0]))
    line = taker.sees("công nhận chính thức: đồng chí Đảng viên Mẫu 06, hạn "
                      f"{due[1]:%d/%m/%Y}: QUÁ HẠN, số ngày làm việc quá hạn: ")
    over = int(re.search(r"quá hạn: (\d+)", line).group(1))
    assert over in there.any(lambda day: working_days(due[1], day))
    member.sees("Khai mạc cuộc họp")
    mark = member.mark()
    member.type("/cac-nhiem-vu")
    member.sees("Chưa có nhiệm vụ nào", since=mark)

    # The cell decides on both: on one as on the other, whatever comes of it.
    chair.do("set_authority", number="12-CV/ĐU (mẫu)", date="2026-11-20",
             issuer="Đảng ủy Mẫu")
    chair.do("confirm_roll")
    votes = {}
    for subject, choice in (("m5", "yes"), ("m6", "no")):
        votes[subject] = chair.do(
            "start_vote", item="", motion=f"Công nhận {subject}",
            matter="recognition", subject=subject)["made"]
        chair.do("vote", vote=votes[subject], choice=choice)
        for device in ("m2", "m3", "m4"):
            cell.devices[device].sees(f"Công nhận {subject}")
            cell.devices[device].type("/bieu-quyet " + (
                "tan-thanh" if choice == "yes" else "khong-tan-thanh"))
            chair.event("vote_cast", member=device, vote=votes[subject])
        chair.do("close_vote", vote=votes[subject])
    # Of both in one answer: the later one is the last that comes.
    taker.types_until("/cac-nhiem-vu", "đã xong: không được công nhận, theo "
                      f"biểu quyết {votes['m6']}")
    taker.sees(f"đã xong: được công nhận, theo biểu quyết {votes['m5']}")
    end(cell, chair)

    # The register knows of it, and the next meeting has nothing to ask for.
    end_s = time.monotonic() + play.PATIENCE_S
    while register_row(cell, "m5")["considered"] != first:
        assert time.monotonic() < end_s, "the register knows of no decision"
    assert report(cell)["m6"]["state"] == "recognition_considered"
    second = call(cell)
    chair = begin(cell, second)
    assert not any(person["probation_end"]
                   for person in chair.state()["people"])
    mark = taker.mark()
    # What the first meeting left to do comes some time after the beginning.
    taker.types_until("/cac-nhiem-vu", "hoàn tất thủ tục công nhận")
    assert not any("Đảng viên Mẫu 05, hạn" in str(line)
                   for line in taker.output.lines[mark:])
    end(cell, chair)

    # Both records are right, and the register with them.
    for meeting in (first, second):
        record, register = tmp_path / f"{meeting}.log", tmp_path / "register"
        cell.devices["m1"].chibo("log", meeting, "-o", record)
        cell.devices["m1"].chibo("log", "register", "-o", register)
        play.run([play.BUILD / "bin/chibo-verify", record, "--register",
                  register, "--rules", cell.directory / "rules/own.conf"],
                 "chibo-verify", env=play.environment())


def test_who_becomes_official_has_no_deadline(cell):
    day = today() + datetime.timedelta(30)
    cell.control("member", "change", "m7", "--probation-end", day)
    assert report(cell)["m7"]["state"] == "recognition_ahead"
    cell.control("member", "change", "m7", "--category", "probationary")
    assert register_row(cell, "m7")["probation_end"] == str(day)
    cell.control("member", "change", "m7", "--category", "official")
    assert register_row(cell, "m7")["probation_end"] == ""
    assert "m7" not in report(cell)
    cell.control("member", "change", "m6", "--probation-end", "")
    assert report(cell)["m6"]["state"] == "probation_unknown"
    for words in (["add", "Đảng viên Mẫu 08", "--category", "official"],
                  ["change", "m2"]):
        with pytest.raises(play.Failure, match="only a probationary member"):
            cell.control("member", *words, "--probation-end", day)
