"""Meetings of a committee and of party groups, and sub-rooms, by a real server:
who is on the roll, what is gathered, who hears whom."""
import json
import os
import pathlib
import subprocess
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from played_record import Record  # noqa: E402
from record_file import RecordFile  # noqa: E402
from server_process import (BUILD, ROOT, Cell, ServerProcess,  # noqa: E402
                            open_meeting, slot_of)
from wire_client import (PATIENCE, Refused, audio_frame,  # noqa: E402
                         wait_all)

# The rules of cells, but for a cell that a test can fill.
MEMBERS = 6
NOW_MS = int(time.time() * 1000)  # all of them in one year


def refused(act, *args, **fields):
    """The error; its arguments too."""
    with pytest.raises(Refused) as caught:
        act(*args, **fields)
    return caught.value.error


class Place:
    """A cell of six: m1 leader, m2 deputy, m3 of the committee; the groups A
    (m1, m3, m5) and B (m2, m4, m6). A device each."""

    def __init__(self, directory):
        self.server = ServerProcess(directory,
                                    settings=['ruleset = "party-2026-07";'])
        rules = (ROOT / "config/rules/party-2026.conf").read_text()
        (self.server.directory / "rules/party-2026.conf").write_text(
            rules.replace("wait_ms = 10000;", "wait_ms = 0;")
            .replace("members_min = 50;", f"members_min = {MEMBERS};"))
        self.server.start()
        try:
            self.fill()
        except BaseException:
            self.server.close()
            raise

    def fill(self):
        self.admin = self.server.admin()
        self.cell = Cell(self.server, self.admin, "Chi bộ Mẫu")
        self.groups = [self.admin.do(
            "add_unit", kind="party_group", parent=self.cell.unit,
            name=f"Tổ đảng Mẫu {letter}")["made"] for letter in "AB"]
        offices = ["cell_leader", "deputy_leader", "committee_member",
                   "group_leader", "none", "none"]
        self.members = [self.admin.do(
            "add_member", unit=self.cell.unit, category="official",
            office=office, group=self.groups[i % 2],
            name=f"Đảng viên Mẫu {i + 1:02}")["made"]
            for i, office in enumerate(offices)]
        self.devices = [self.cell.enrol(member) for member in self.members]

    def call(self, kind, unit, chair, minute_taker, title="Sinh hoạt"):
        return self.admin.do(
            "schedule_meeting", unit=unit, kind=kind, title=title,
            starts_at=NOW_MS, zone="Asia/Ho_Chi_Minh",
            place="Hội trường", chair=self.members[chair], deputy="",
            minute_taker=self.members[minute_taker], agenda=[])["made"]

    def login(self, *numbers):
        return [self.server.login(self.devices[i]) for i in numbers]

    def open(self, meeting, *numbers):
        """Clients, the chair first, in a meeting that is open."""
        clients = self.login(*numbers)
        chair = clients[0]
        chair.do("open_lobby", meeting)
        chair.join(meeting)
        chair.settle()
        chair.do("declare_open_content", meeting)
        open_meeting(meeting, chair, clients[1:])
        return clients

    def hold(self, meeting, *numbers):
        """Opens and closes it."""
        clients = self.open(meeting, *numbers)
        clients[0].settle()
        clients[0].do("close_meeting", meeting)
        for client in clients:
            client.close()

    def by_groups(self):
        """A meeting of the cell and those of its groups: its parts."""
        parts = [self.call("party_group", self.groups[0], 0, 2, "Tổ A họp"),
                 self.call("party_group", self.groups[1], 1, 3, "Tổ B họp")]
        return self.call("regular", self.cell.unit, 0, 1), parts

    def chiboctl(self, *words):
        return subprocess.run(
            [BUILD / "bin/chiboctl", *words, "--config", self.server.config],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PATIENCE, env=dict(os.environ, LANGUAGE="",
                                       LC_ALL="en_US.UTF-8"))


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path / "server")
    yield place
    place.server.close()


def ends(place, meetings):
    """Last event and head of each meeting that is over, by the register."""
    with place.server.login(place.devices[4]) as client:
        client.join(place.admin.organisation)
        log = client.log(place.admin.organisation)
        client.wait(lambda: {e["meeting"] for e in log.all("meeting_ended")}
                    >= set(meetings), "the ends")
        return {e["meeting"]: (e["final_seq"], e["head"])
                for e in log.all("meeting_ended")}


def minutes_of(client, meeting):
    answer = client.ask("minutes", log=meeting, language="vi")
    return client.get_blob(answer["blob"]).decode()


# --- the committee ------------------------------------------------------------------


def test_a_committee_meets_alone_and_votes_by_its_own_number(place):
    meeting = place.call("committee", place.cell.unit, 0, 1)
    clients = place.open(meeting, 0, 1)
    chair = clients[0]
    genesis = chair.log(meeting).parsed(0)
    assert [row["member"] for row in genesis["roster"]] == place.members[:3]
    with place.server.login(place.devices[4]) as outsider:
        assert refused(outsider.join, meeting)["code"] == "not_summoned"
        assert meeting not in [m["meeting"] for m in
                               outsider.ask("meetings")["meetings"]]
    vote = chair.do("start_vote", meeting, item="", motion="Dự thảo")["made"]
    wait_all(clients, lambda: all(c.log(meeting).all("vote_started")
                                  for c in clients), "the vote")
    for client in clients:
        client.do("vote", meeting, vote=vote, choice="yes")
    chair.settle()
    chair.do("close_vote", meeting, vote=vote)
    chair.settle()
    closed = chair.log(meeting).all("vote_closed")[-1]
    assert (closed["yes"], closed["denominator"], closed["passed"]) == (
        2, 3, True)
    text = minutes_of(chair, meeting)
    assert "Họp chi ủy" in text
    assert "Tổng số chi ủy viên: 3" in text
    for client in clients:
        client.close()


def test_who_comes_into_the_committee_comes_into_its_meeting(place):
    meeting = place.call("committee", place.cell.unit, 0, 1)
    clients = place.open(meeting, 0, 1)
    place.admin.do("change_member", member=place.members[4],
                   unit=place.cell.unit, category="official",
                   office="committee_member", group=place.groups[0],
                   name="Đảng viên Mẫu 05")
    changed = clients[0].wait_event(meeting, "roster_changed")
    assert [row["member"] for row in changed["roster"]] == [place.members[4]]
    place.admin.do("change_member", member=place.members[5],
                   unit=place.cell.unit, category="official", office="none",
                   group=place.groups[1], name="Đảng viên Mẫu 06")
    with place.server.login(place.devices[4]) as newcomer:
        assert newcomer.join(meeting) == "waiting"
    with place.server.login(place.devices[5]) as outsider:
        assert refused(outsider.join, meeting)["code"] == "not_summoned"
    for client in clients:
        client.close()


# --- party groups -------------------------------------------------------------------


def test_the_records_of_the_groups_come_into_the_cells(place):
    meeting, parts = place.by_groups()
    done = place.chiboctl("meeting", "by-groups", meeting, *parts)
    assert done.returncode == 0, done.stdout + done.stderr
    place.hold(parts[0], 0, 2)
    clients = place.open(meeting, 0)
    chair = clients[0]
    named = chair.log(meeting).parsed(1)
    assert named["ev"] == "held_by_groups"
    assert named["members"] == MEMBERS and named["before"] == 0
    assert [row["meeting"] for row in named["groups"]] == parts
    with pytest.raises(Refused) as early:
        chair.do("gather_group", meeting, meeting=parts[1], final_seq=3,
                 head="ab" * 32)
    assert early.value.error["code"] == "not_over"
    place.hold(parts[1], 1, 3, 5)
    ended = ends(place, parts)
    assert refused(chair.do, "gather_group", meeting, meeting=parts[0],
                   final_seq=ended[parts[0]][0],
                   head="ab" * 32)["code"] == "other_end"
    for part in parts:
        seq, head = ended[part]
        chair.do("gather_group", meeting, meeting=part, final_seq=seq,
                 head=head)
    chair.settle()
    gathered = chair.log(meeting).all("group_gathered")
    assert [(e["official_came"], e["official"]) for e in gathered] == [
        (2, 3), (3, 3)]
    chair.log(meeting).verify_acts()
    text = minutes_of(chair, meeting)
    assert "Sinh hoạt theo tổ đảng, lần thứ 1 trong năm" in text
    assert "Cộng các tổ: có mặt 5/6 chính thức" in text
    assert text.index("PHỤ LỤC 1: Tổ đảng Mẫu A") < text.index(
        "PHỤ LỤC 2: Tổ đảng Mẫu B")
    assert text.count("Sinh hoạt tổ đảng tháng") == 2
    assert "Tổ A họp" in text and "Tổ B họp" in text
    assert all(ended[part][1] in text for part in parts)
    chair.do("close_meeting", meeting)
    for client in clients:
        client.close()
    # One meeting of the cell, at which were who came to a group's.
    [month] = [json.loads(line) for line in place.chiboctl(
        "report", "months", "--json").stdout.splitlines()]
    assert [month[key] for key in (
        "meetings", "meetings_by_groups", "meetings_groups", "members",
        "present")] == [1, 1, 2, MEMBERS, 5]


def vote_in(place, meeting, yes, *numbers):
    """A meeting with one resolution, for which the first `yes` vote."""
    clients = place.open(meeting, *numbers)
    chair = clients[0]
    chair.do("confirm_roll", meeting)
    chair.settle()
    vote = chair.do("start_vote", meeting, item="", matter="resolution",
                    motion="Thông qua nghị quyết")["made"]
    wait_all(clients, lambda: all(c.log(meeting).all("vote_started")
                                  for c in clients), "the vote")
    for number, client in enumerate(clients):
        client.do("vote", meeting, vote=vote,
                  choice="yes" if number < yes else "no")
    chair.settle()
    chair.do("close_vote", meeting, vote=vote)
    chair.settle()
    chair.do("close_meeting", meeting)
    for client in clients:
        client.close()
    return vote


def verified(record_file, *more):
    done = subprocess.run(
        [BUILD / "bin/chibo-verify", record_file, *more], capture_output=True,
        text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    return done.stdout


def test_what_the_groups_voted_on_is_one_decision_of_the_cell(place, tmp_path):
    meeting, parts = place.by_groups()
    place.chiboctl("meeting", "by-groups", meeting, *parts)
    votes = [vote_in(place, parts[0], 2, 0, 2, 4),
             vote_in(place, parts[1], 2, 1, 3)]
    ended = ends(place, parts)
    clients = place.open(meeting, 0, 1)
    chair = clients[0]
    for part in parts:
        chair.do("gather_group", meeting, meeting=part,
                 final_seq=ended[part][0], head=ended[part][1])
    chair.settle()
    chair.do("decide_by_groups", meeting, item="", matter="resolution",
             motion="Nghị quyết của chi bộ",
             votes=[{"vote": vote} for vote in votes])
    chair.settle()
    decided = chair.log(meeting).all("decided_by_groups")[-1]
    assert (decided["yes"], decided["no"], decided["d"]) == (4, 1, 6)
    assert (decided["need"], decided["passed"]) == (4, True)
    assert decided["rule"] == "thresholds.resolution"
    chair.log(meeting).verify_acts()
    text = minutes_of(chair, meeting)
    assert "Nghị quyết của chi bộ" in text
    assert "Tán thành 4/6" in text and "cần 4" in text
    record = Record(chair.log(meeting)).write(tmp_path / "log")
    said = verified(record, "--language", "en")
    assert "Decided by party groups" in said
    assert "verify the groups' own records, too" in said
    row, = json.loads(verified(record, "--json"))["decided_by_groups"]
    assert [row[k] for k in ("yes", "no", "denominator", "passed",
                             "result_recomputed")] == [4, 1, 6, True, False]
    drawn = clients[1].ask("draw_minutes", log=meeting)
    clients[1].do("present_minutes", meeting, minutes=drawn["blob"],
                  size=drawn["size"], upto=drawn["upto"])
    for client in clients:
        client.close()
    rows = {row["meeting"]: row for row in map(json.loads, place.chiboctl(
        "report", "meetings", "--json").stdout.splitlines())}
    assert [rows[log]["votes_passed"] for log in (meeting, *parts)] == [1, 1, 1]
    check_record_by_groups(place, meeting, parts, tmp_path)


def check_record_by_groups(place, meeting, parts, tmp_path):
    """What the groups' logs say of them is in the record, and compared."""
    exported, less = tmp_path / "by-groups.chibo", tmp_path / "less.chibo"
    done = place.chiboctl("record", "export", meeting, "--out", exported)
    assert done.returncode == 0, done.stdout + done.stderr
    about = json.loads(verified(exported, "--json"))["record"]
    assert (about["documents_compared"], about["documents_unknown"],
            about["minutes_compared"]) == (about["documents"], 0, "whole")
    done = place.chiboctl("record", "folder", exported, "--out",
                          tmp_path / "papers")
    assert done.returncode == 0, done.stdout + done.stderr
    record = RecordFile(exported.read_bytes())
    assert record.files["documents/attendance.csv"].count(b"\n") == MEMBERS + 1
    assert (tmp_path / "papers/danh-sach-diem-danh.csv").read_bytes() == \
        record.files["documents/attendance.csv"]
    logs = [f"groups/{part}/{file}.jsonl" for part in parts
            for file in ("events", "openings")]
    assert [name for name in record.files if "groups/" in name] == logs
    done = place.chiboctl("record", "redact", "--level", "member", exported,
                          less)
    assert done.returncode == 0, done.stdout + done.stderr
    about = json.loads(verified(less, "--json"))["record"]
    assert about["minutes_compared"] == "hidden"
    assert logs[1] in about["files_hidden"]
    seed = bytes.fromhex((place.server.data / "identity.key").read_text())
    text = record.files[logs[1]]
    for name, changed in (
            (logs[1], text.replace("Tổ A họp".encode(), "Tổ C họp".encode())),
            (logs[0], record.files[logs[2]]),
            (logs[0], record.files[logs[0]].rsplit(b"\n", 2)[0] + b"\n")):
        assert changed != record.files[name]
        other = record.copy()
        other.files[name] = changed
        path = tmp_path / "changed.chibo"
        path.write_bytes(other.reseal(seed).bytes())
        done = subprocess.run([BUILD / "bin/chibo-verify", path, "--json"],
                              capture_output=True, text=True,
                              timeout=PATIENCE, stdin=subprocess.DEVNULL)
        failure = json.loads(done.stdout)["failure"]
        assert (done.returncode, failure["fault"]) == (1, "group")


def test_after_a_restart_the_groups_records_are_there_again(place):
    meeting, parts = place.by_groups()
    place.chiboctl("meeting", "by-groups", meeting, *parts)
    place.hold(parts[0], 0, 2)
    place.hold(parts[1], 1, 3)
    ended = ends(place, parts)
    clients = place.open(meeting, 0, 1)
    chair = clients[0]
    chair.do("gather_group", meeting, meeting=parts[0],
             final_seq=ended[parts[0]][0], head=ended[parts[0]][1])
    chair.settle()
    for client in clients:
        client.close()
    place.server.stop()
    place.server.start()
    with place.server.login(place.devices[0]) as chair:
        chair.join(meeting)
        # Both logs have to be read before there is an answer.
        assert "PHỤ LỤC 1: Tổ đảng Mẫu A" in minutes_of(chair, meeting)
        chair.do("gather_group", meeting, meeting=parts[1],
                 final_seq=ended[parts[1]][0], head=ended[parts[1]][1])
        assert "PHỤ LỤC 2: Tổ đảng Mẫu B" in minutes_of(chair, meeting)


def rechained(record, seq, change):
    """The lines with one event changed; the chain is computed from them."""
    events = list(record.events)
    event = json.loads(events[seq])
    change(event)
    events[seq] = json.dumps(event, ensure_ascii=False,
                             separators=(",", ":")).encode()
    return events


def test_the_verifier_holds_the_groups_against_the_register(place, tmp_path):
    meeting, parts = place.by_groups()
    place.chiboctl("meeting", "by-groups", meeting, *parts)
    place.hold(parts[0], 0, 2)
    ended = ends(place, parts[:1])
    clients = place.open(meeting, 0, 1)
    chair = clients[0]
    chair.do("gather_group", meeting, meeting=parts[0],
             final_seq=ended[parts[0]][0], head=ended[parts[0]][1])
    chair.settle()
    chair.do("close_meeting", meeting)
    chair.join(place.admin.organisation)
    registry = Record(chair.log(place.admin.organisation))
    record = Record(chair.log(meeting))
    for client in clients:
        client.close()
    registry_file = registry.write(tmp_path / "register")

    def verify(path):
        done = subprocess.run(
            [BUILD / "bin/chibo-verify", path, "--register", registry_file,
             "--language", "en"], capture_output=True, text=True,
            timeout=PATIENCE, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout + done.stderr

    code, said = verify(record.write(tmp_path / "log"))
    assert code in (0, 3) and "another" not in said, said

    def earlier(event):
        event["before"] += 1

    changed = rechained(record, 1, earlier)
    code, said = verify(record.write(tmp_path / "changed", changed))
    assert code == 1 and "party groups" in said, said


def test_the_fourth_time_in_a_year_is_refused_with_the_rule(place):
    for _ in range(3):
        meeting, parts = place.by_groups()
        assert place.chiboctl("meeting", "by-groups", meeting,
                              *parts).returncode == 0
    meeting, parts = place.by_groups()
    done = place.chiboctl("meeting", "by-groups", meeting, *parts)
    assert done.returncode != 0
    assert "3 times" in done.stderr
    assert "rule “meeting by party groups”" in done.stderr
    assert place.chiboctl("meeting", "cancel", meeting).returncode == 0


# --- sub-rooms ----------------------------------------------------------------------


def heard(client):
    return {payload for _, _, payload in client.audio}


def settle(clients):
    """Each has all that was sent to him: no sound waits behind it, and grows
    too old to be heard."""
    for client in clients:
        client.settle()


def test_those_in_a_sub_room_hear_each_other_and_nobody_else(place):
    meeting = place.call("regular", place.cell.unit, 0, 1)
    clients = place.open(meeting, 0, 1, 2, 3, 4, 5)
    chair, minutes, *others = clients
    chair.do("open_subrooms", meeting, count=2, spread=True)
    wait_all(clients, lambda: all(
        len(c.log(meeting).all("subroom_entered")) == 4 for c in clients),
        "the rooms")
    rooms = {e["holder"]: e["room"]
             for e in chair.log(meeting).all("subroom_entered")}
    assert rooms == dict(zip(place.members[2:], [1, 2, 1, 2]))
    present = len(chair.log(meeting).all("presence_confirmed"))
    settle(clients)
    for number, client in enumerate([chair, *others]):
        client.send_binary(audio_frame(slot_of(client, meeting), 1,
                                       b"\xf8" + bytes([number])))
    wait_all(clients, lambda: all(len(c.audio) >= 1 for c in
                                  [minutes, *others]), "the sound")
    settle(clients)
    assert heard(minutes) == {b"\xf8\x00"}  # the chair, in the plenary
    assert heard(chair) == set()
    assert [heard(client) for client in others] == [
        {b"\xf8\x03"}, {b"\xf8\x04"}, {b"\xf8\x01"}, {b"\xf8\x02"}]

    chair.do("move_to_subroom", meeting, holder=place.members[0], room=2)
    settle(clients)
    chair.send_binary(audio_frame(slot_of(chair, meeting), 2, b"\xf8\x09"))
    wait_all(clients, lambda: b"\xf8\x09" in heard(others[1]) and
             b"\xf8\x09" in heard(others[3]), "the chair's visit")
    settle(clients)
    assert b"\xf8\x09" not in heard(others[0]) | heard(minutes)
    assert refused(chair.do, "close_meeting",
                   meeting)["code"] == "subrooms_open"
    chair.do("return_all", meeting)
    settle(clients)
    chair.send_binary(audio_frame(slot_of(chair, meeting), 3, b"\xf8\x0a"))
    wait_all(clients, lambda: all(b"\xf8\x0a" in heard(c) for c in
                                  [minutes, *others]), "the plenary")
    log = chair.log(meeting)
    assert len(log.all("presence_confirmed")) == present
    assert not log.all("presence_ended")
    text = minutes_of(chair, meeting)
    assert "Chia 2 phòng thảo luận" in text
    assert "Các phòng thảo luận trở lại họp chung" in text
    for client in clients:
        client.close()
