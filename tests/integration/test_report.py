"""Reports of chiboctl over what a server has stored: the CSV files that the
upper committee gets, compared with what was done in the meetings."""
import csv
import io
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import (BUILD, ROOT, Cell, ServerProcess,  # noqa: E402
                            open_meeting)
from wire_client import PATIENCE, wait_all  # noqa: E402


class Reports:
    def __init__(self, server):
        self.server = server

    def run(self, *words, code=0, language="en_US.UTF-8"):
        environment = dict(os.environ, LANGUAGE="", LC_ALL=language,
                           LC_MESSAGES="", LANG="")
        done = subprocess.run(
            [BUILD / "bin/chiboctl", "report", *words, "--config",
             self.server.config], stdin=subprocess.DEVNULL,
            capture_output=True, timeout=PATIENCE, env=environment)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def table(self, *words, separator=",", **options):
        """The rows as dictionaries of what stands below each heading."""
        text = self.run(*words, **options).stdout.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=separator))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Two cells; the first one has met once, with four of its five members."""
    server = ServerProcess(tmp_path_factory.mktemp("report") / "server",
                           settings=['ruleset = "party-2026-07";'])
    rules = (ROOT / "config/rules/party-2026.conf").read_text()
    (server.directory / "rules/party-2026.conf").write_text(
        rules.replace("wait_ms = 10000;", "wait_ms = 0;"))
    server.start()
    admin = server.admin()
    upper = admin.do("add_unit", kind="party_org", parent="",
                     name="Đảng ủy phường Mẫu")["made"]
    unit = admin.do("add_unit", kind="cell", parent=upper,
                    name="Chi bộ Mẫu 1")["made"]
    cell = Cell(server, admin, unit=unit)
    people = [cell.add_member(f"Đảng viên Mẫu {number:02}")
              for number in range(1, 5)]
    people.append(cell.add_member("=Đảng viên Mẫu 05", "probationary"))
    Cell(server, admin, name="Chi bộ Mẫu 2")
    devices = [cell.enrol(person) for person in people[:3]]
    meeting = cell.schedule(people[0], people[1])
    admin.close()
    clients = [server.login(device) for device in devices]
    chair, minutes = clients[:2]
    chair.do("open_lobby", meeting)
    chair.join(meeting)
    chair.settle()
    chair.do("declare_open_content", meeting)
    open_meeting(meeting, chair, clients[1:])
    chair.do("tick", meeting, member=people[3], mode="in_person", site="")
    chair.do("note_absence", meeting, member=people[4],
             absence="absent_unexcused", reason="")
    chair.settle()
    vote = chair.do("start_vote", meeting, item="",
                    motion="Thông qua nghị quyết")["made"]
    wait_all(clients, lambda: all(c.log(meeting).all("vote_started")
                                  for c in clients), "the vote")
    for client in clients:
        client.do("vote", meeting, vote=vote, choice="yes")
    chair.settle()
    chair.do("close_vote", meeting, vote=vote)
    chair.do("give_floor", meeting, member=people[2], limit_ms=0)
    chair.do("end_floor", meeting)
    minutes.settle()
    minutes.do("complete_score", meeting, time=1, attendance=1, preparation=9,
               conduct=38, principles=5, results=28, closing=5,
               note="Nghiêm túc")
    chair.settle()
    chair.do("close_meeting", meeting)
    for client in clients:
        client.close()
    yield server, unit, meeting
    server.close()


@pytest.fixture
def reports(place):
    return Reports(place[0])


def test_a_cell_that_did_not_meet_has_its_row_beside_the_one_that_did(reports):
    first, second = reports.table("months")
    assert (first["Unit"], second["Unit"]) == ("Chi bộ Mẫu 1", "Chi bộ Mẫu 2")
    assert (first["Meetings held"], second["Meetings held"]) == ("1", "0")
    assert first["Members summoned"] == "5"
    assert first["Present"] == "4"
    assert first["Present, %"] == "80.00"
    assert first["Absent without reason"] == "1"
    assert first["Online"] == "3"
    assert first["In person"] == "1"
    assert first["Remote of those present, %"] == "75.00"
    assert first["Members who spoke"] == "1"
    assert first["Votes adopted"] == "1"
    assert second["Present, %"] == ""


def test_a_server_may_run_and_the_cells_are_chosen(reports, place):
    _, unit, meeting = place
    [row] = reports.table("meetings", "--under", "Đảng ủy phường Mẫu")
    assert (row["Meeting id"], row["State"]) == (meeting, "meeting held")
    assert row["Time zone"] == "Asia/Ho_Chi_Minh"
    assert reports.table("meetings", "--cell", "Chi bộ Mẫu 2") == []
    assert reports.table("meetings", "--from", "2001-01", "--to",
                         "2001-02") == []
    assert len(reports.table("months", "--cell", unit, "--from", "2001-01",
                             "--to", "2001-12")) == 12


def test_members_stand_in_the_list_of_a_meeting_by_name(reports, place):
    rows = reports.table("attendance", place[2])
    assert [(row["Full name"], row["Attendance"], row["Form of presence"])
            for row in rows] == [
        ("Đảng viên Mẫu 01", "Present", "Online"),
        ("Đảng viên Mẫu 02", "Present", "Online"),
        ("Đảng viên Mẫu 03", "Present", "Online"),
        ("Đảng viên Mẫu 04", "Present", "In person"),
        ("'=Đảng viên Mẫu 05", "Absent without reason", "")]


def test_the_score_sheet_stands_beside_what_the_record_proposes(
        reports, place):
    rows = reports.table("score", place[2])
    assert [(row["Points at most"], row["Proposed by the record"],
             row["Points given"]) for row in rows] == [
        ("5", "1", "1"),     # some seconds of 90 minutes
        ("5", "2", "1"),     # one without reason, but nobody away too often
        ("10", "", "9"),
        ("40", "2", "38"),   # one of four spoke: less than 30 %
        ("5", "", "5"), ("30", "", "28"), ("5", "", "5"), ("100", "", "87")]
    assert rows[-1]["Grade"] == "graded fair"
    [row] = reports.table("meetings", "--cell", "Chi bộ Mẫu 1")
    assert (row["Score of 100"], row["Minutes required"]) == ("87", "90")
    [row] = reports.table("months", "--cell", "Chi bộ Mẫu 1")
    assert row["Average score"] == "87.00"
    assert row["Meetings shorter than required"] == "1"


def test_absence_is_remarked_on_where_it_has_come_to_a_limit(reports):
    assert not any(row["Remark"] for row in reports.table("absence"))
    rows = reports.table("absence", "--months", "1")
    assert [row["Remark"] for row in rows] == [
        "", "", "", "", "to be considered: absent without reason"]
    assert rows[4]["Months absent without reason"] == "1"


def test_the_form_of_the_file_is_chosen(reports, tmp_path):
    raw = reports.run("months").stdout
    assert raw.startswith(b"\xef\xbb\xbfUnit id,Unit,")
    assert raw.endswith(b"\r\n")
    path = tmp_path / "tháng.csv"
    done = reports.run("months", "--separator", ";", "--no-bom", "--output",
                       path, language="vi_VN.UTF-8")
    assert done.stdout == b""
    text = path.read_bytes().decode()
    assert text.startswith("Mã đơn vị;Đơn vị;Tháng;Số cuộc họp;")
    assert ";80,00;" in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_wrong_usage_says_what_is_right(reports):
    assert b"2026-02" in reports.run("months", "--from", "2026", code=2).stderr
    assert b"--separator" in reports.run("months", "--separator", "|",
                                         code=2).stderr
    assert b"c9.9" in reports.run("attendance", "c9.9", code=2).stderr
    assert b"--year" in reports.run("absence", "--year", "x", code=2).stderr


def test_programs_read_it_as_json(reports):
    lines = reports.run("months", "--json").stdout.decode().splitlines()
    assert len(lines) == 2
    assert '"present_percent":8000' in lines[0]
    assert '"present_percent":null' in lines[1]
