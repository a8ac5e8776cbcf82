"""Seats outside the hall, under the Party's ruleset and a real server: the
declaration before them, whether the cell may meet online, guests who are added
while the meeting is on; and a conference of a hundred sites."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import Cell, ServerProcess, open_meeting  # noqa: E402
from wire_client import Company, Refused, wait_all  # noqa: E402

ROOT = HERE.parent.parent
SITES = 100


def party_server(directory):
    """Heads are not signed here: nobody would answer in time."""
    server = ServerProcess(directory, settings=('ruleset = "party-2026-07";',))
    rules = (ROOT / "config/rules/party-2026.conf").read_text()
    quiet = rules.replace("wait_ms = 10000;", "wait_ms = 0;")
    assert quiet != rules
    (server.directory / "rules/party-2026.conf").write_text(quiet)
    return server.start()


def refusal(call, *args, **fields):
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    return refused.value.error


def minutes_of(client, meeting):
    blob = client.ask("minutes", log=meeting, language="vi")["blob"]
    return " ".join(client.get_blob(blob).decode().split())


class Meeting:
    """Four members, of whom three cannot come, and a site."""

    def __init__(self, directory):
        self.server = party_server(directory)
        self.admin = self.server.admin()
        self.cell = Cell(self.server, self.admin)
        self.members = [self.add(
            f"Đảng viên Mẫu {i:02}", office="cell_leader" if i == 1 else "none",
            ground="at_sea" if i > 1 else "") for i in range(1, 5)]
        self.site = self.cell.add_site("Điểm cầu Mẫu B", self.members[1])
        holders = [*self.members[:3], self.site]
        self.clients = [self.server.login(self.cell.enrol(h)) for h in holders]
        self.chair, self.minutes, self.member, self.screen = self.clients
        self.id = self.cell.schedule(self.members[0], self.members[1])

    def add(self, name, category="official", office="none", ground=""):
        return self.admin.do("add_member", unit=self.cell.unit, name=name,
                             category=category, office=office,
                             ground=ground)["made"]

    def all(self, what):
        return self.chair.log(self.id).all(what)

    def close(self):
        for client in self.clients:
            client.close()
        self.server.close()


@pytest.fixture
def meeting(tmp_path):
    meeting = Meeting(tmp_path)
    yield meeting
    meeting.close()


def let_in(meeting, client):
    client.join(meeting.id)
    meeting.chair.settle()
    meeting.chair.do("admit_all", meeting.id)
    wait_all([meeting.chair, client],
             lambda: client.log(meeting.id).caught_up, "admission")


def test_no_seat_outside_the_hall_opens_before_the_declaration(meeting):
    chair, minutes = meeting.chair, meeting.minutes
    chair.do("open_lobby", meeting.id)
    chair.join(meeting.id)
    minutes.join(meeting.id)
    assert meeting.member.join(meeting.id) == "waiting"
    chair.settle()
    assert meeting.all("presence_confirmed") == []
    error = refusal(chair.do, "admit_all", meeting.id)
    assert (error["code"], error["rule"], error["args"]["rule"]) == \
        ("not_declared", "seats", "declaration")
    assert refusal(minutes.do, "tick", meeting.id, member=meeting.members[3],
                   mode="site", site=meeting.site)["code"] == "not_declared"
    assert refusal(minutes.do, "declare_open_content",
                   meeting.id)["code"] == "not_allowed"
    chair.do("declare_open_content", meeting.id)
    chair.settle()
    found = meeting.all("eligibility_found")[-1]
    assert [found[k] for k in ("unable", "members", "need", "met")] == \
        [3, 4, 3, True]
    assert {e["member"] for e in meeting.all("presence_confirmed")} == \
        set(meeting.members[:2])
    let_in(meeting, meeting.member)
    chair.do("open_meeting", meeting.id)
    text = minutes_of(minutes, meeting.id)
    assert "tuyên bố: nội dung cuộc họp không có bí mật nhà nước." in text
    assert "3/4 đảng viên không thể dự họp trực tiếp tại một nơi, cần 3: " \
        "đạt (quy tắc “điều kiện họp trực tuyến”)" in text
    assert "Trên biển, đảo: Đảng viên Mẫu 02, Đảng viên Mẫu 03, " \
        "Đảng viên Mẫu 04." in text


def test_guests_and_delegates_come_while_the_meeting_is_on(meeting):
    chair = meeting.chair
    chair.do("open_lobby", meeting.id)
    chair.join(meeting.id)
    meeting.minutes.join(meeting.id)
    chair.do("declare_open_content", meeting.id)
    chair.do("open_meeting", meeting.id)
    for name, category in (("Khách Mẫu 01", "guest"),
                           ("Đại biểu Mẫu 01", "upper_delegate")):
        made = meeting.add(name, category)
        client = meeting.server.login(meeting.cell.enrol(made))
        meeting.clients.append(client)
        let_in(meeting, client)
    meeting.minutes.do("confirm_roll", meeting.id)
    chair.settle()
    roll = meeting.all("roll_confirmed")[-1]
    assert [roll[k] for k in ("official", "official_present", "others_present",
                              "online")] == [4, 2, 2, 2]
    text = minutes_of(meeting.minutes, meeting.id)
    assert "Khách Mẫu 01 (khách mời)" in text
    assert "Đại biểu Mẫu 01 (" in text


# --- a conference of a hundred sites -------------------------------------------

class Conference:
    """A hundred halls, each with a device, a member there and more heads."""

    def __init__(self, directory):
        self.server = ServerProcess(directory).start()
        cell = Cell(self.server, self.server.admin())
        self.members = [cell.add_member(
            f"Đảng viên Mẫu {i:03}",
            office="cell_leader" if i == 1 else "none")
            for i in range(1, SITES + 3)]
        self.sites = [cell.add_site(f"Điểm cầu Mẫu {i:03}", self.members[2 + i])
                      for i in range(SITES)]
        devices = [cell.enrol(h) for h in self.members[:2] + self.sites]
        self.id = cell.schedule(self.members[0], self.members[1])
        self.company = Company()
        for device in devices:
            self.company.add(self.server.login(device))
            self.company.attend()
        self.clients = self.company.clients
        self.chair, self.minutes, *self.halls = self.clients

    def listen(self):
        """Everybody reads what came: who does not is cut off."""
        for client in self.clients:
            client.settle()

    def heads(self, i):
        return 20 + i % 7

    def close(self):
        self.company.close()
        self.server.close()


@pytest.fixture
def conference(tmp_path):
    conference = Conference(tmp_path)
    yield conference
    conference.close()


def come_in(conference, hall):
    """It knocks, is admitted at once and has the record."""
    meeting = conference.id
    assert hall.join(meeting) == "waiting"
    conference.chair.settle()
    conference.chair.do("admit_all", meeting)
    conference.company.wait(lambda: hall.log(meeting).caught_up, "admission",
                            120)


def test_a_conference_of_a_hundred_sites(conference):
    chair, halls, meeting = conference.chair, conference.halls, conference.id
    open_meeting(meeting, chair, [conference.minutes])
    # One at a time: who checks a whole record answers no ping meanwhile.
    for hall in halls:
        come_in(conference, hall)
    for i, hall in enumerate(halls):
        if i % 10 == 0:
            conference.listen()
        hall.do("tick", meeting, member=conference.members[2 + i], mode="site",
                site=conference.sites[i])
        hall.do("count_heads", meeting, site=conference.sites[i],
                count=conference.heads(i))
    # Somebody at one site speaks; the site's own device is heard.
    speaker = conference.members[2 + 56]
    halls[56].do("raise_hand", meeting, member=speaker)
    chair.do("give_floor", meeting, member=speaker, limit_ms=0)
    halls[56].do("end_floor", meeting)
    conference.minutes.do("confirm_roll", meeting)
    chair.settle()
    roll = chair.log(meeting).all("roll_confirmed")[-1]
    assert (roll["official"], roll["official_present"], roll["at_site"],
            roll["online"]) == (SITES + 2, SITES + 2, SITES, 2)
    conference.listen()
    # All halls hold the same record.
    end = len(chair.log(meeting).events)
    conference.company.wait(lambda: all(
        len(c.log(meeting).events) >= end for c in conference.clients),
        "the whole record everywhere", 120)
    heads = sum(map(conference.heads, range(SITES)))
    text = minutes_of(conference.minutes, meeting)
    assert f"Tổng số: {SITES} điểm cầu, {heads} người." in text
    assert (f"Điểm cầu: Điểm cầu Mẫu 056, {conference.heads(56)} người, trong "
            "đó ghi tên 1; phụ trách: đồng chí Đảng viên Mẫu 059.") in text
