"""Numbers of papers, from meeting to meeting of a cell and from term to term: a
real server, the minute-taker's own device, and what chiboctl lists and exports."""
import json
import pathlib
import subprocess
import sys
import time
import zipfile

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "conformance")]
from server_process import (BUILD, ROOT, Cell, ServerProcess,  # noqa: E402
                            open_meeting)
from wire_client import Refused  # noqa: E402

OK, SO_FAR = 0, 3


def chiboctl(server, *words):
    done = subprocess.run(
        [BUILD / "bin/chiboctl", *map(str, words), "--config", server.config,
         "--language", "vi"], capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL)
    assert done.returncode == OK, done.stdout + done.stderr
    return done.stdout


class Term:
    """A cell of two; m2 takes the minutes of all its meetings."""

    def __init__(self, directory):
        self.server = ServerProcess(
            directory, settings=['ruleset = "party-2026-07";'])
        (directory / "rules/party-2026.conf").write_text(
            (ROOT / "config/rules/party-2026.conf").read_text().replace(
                "wait_ms = 10000;", "wait_ms = 300;"))
        self.server.start()
        self.admin = self.server.admin()
        self.cell = Cell(self.server, self.admin)
        self.clients = {}
        for holder, office in (("m1", "cell_leader"), ("m2", "none")):
            self.cell.add_member(f"Đảng viên Mẫu {holder[1:]:0>2}",
                                 office=office)
            self.clients[holder] = self.server.login(self.cell.enrol(holder))
            self.clients[holder].join(self.admin.organisation)
        self.chair, self.taker = self.clients["m1"], self.clients["m2"]

    def begin(self, kind="regular"):
        meeting = self.admin.do(
            "schedule_meeting", unit=self.cell.unit, kind=kind,
            title="Sinh hoạt", starts_at=int(time.time() * 1000),
            zone="Asia/Ho_Chi_Minh", place="Nhà văn hoá", chair="m1",
            deputy="", minute_taker="m2", agenda=[])["made"]
        open_meeting(meeting, self.chair, [self.taker])
        return meeting

    def number(self, meeting, paper, number):
        made = self.taker.do("number_document", meeting, paper=paper,
                             ballot="", number=number)
        return made

    def refused(self, meeting, paper, number):
        with pytest.raises(Refused) as refusal:
            self.number(meeting, paper, number)
        return refusal.value.code

    def end(self, meeting):
        """To the register's word that it is over."""
        self.chair.do("close_meeting", meeting)
        self.chair.wait_event(
            self.admin.organisation, "meeting_ended",
            where=lambda event: event["meeting"] == meeting)

    def carried(self, meeting):
        """The last numbers that the meeting takes over."""
        event = self.chair.wait_event(meeting, "carried_over")
        return tuple(event.get(f"last_{series}", 0)
                     for series in ("minutes", "resolution", "notice"))

    def close(self):
        for client in self.clients.values():
            client.close()
        self.admin.close()
        self.server.close()


@pytest.fixture
def term(tmp_path):
    term = Term(tmp_path / "server")
    try:
        yield term
    finally:
        term.close()


def listed(server):
    return {row["meeting"]: row["number"] for row in map(
        json.loads, chiboctl(server, "record", "list", "--json").splitlines())}


def head_of_paper(server, meeting, path, name):
    """The line of a document that begins with "Số", by the record."""
    chiboctl(server, "record", "export", meeting, "--out", path)
    verified = subprocess.run([BUILD / "bin/chibo-verify", path],
                              capture_output=True, timeout=60)
    assert verified.returncode == SO_FAR, verified.stdout
    with zipfile.ZipFile(path) as record:
        (path.parent / "paper.pdf").write_bytes(
            record.read(f"documents/{name}.pdf"))
    subprocess.run(["pdfdetach", "-save", "1", "-o", path.parent / "paper.txt",
                    path.parent / "paper.pdf"], check=True, timeout=60)
    return next(line for line in
                (path.parent / "paper.txt").read_text().splitlines()
                if line.startswith("Số "))


def test_numbers_go_on_in_a_term_and_begin_anew_with_the_next(term, tmp_path):
    first = term.begin()
    term.number(first, "minutes", 5)
    term.number(first, "notice", 3)
    term.end(first)

    second = term.begin()
    assert term.carried(second) == (5, 0, 3)
    assert term.refused(second, "minutes", 5) == "number_taken"
    assert term.refused(second, "notice", 2) == "number_taken"
    term.number(second, "minutes", 6)
    term.end(second)

    # No notice had a number in the second: that of the first still counts.
    congress = term.begin("congress")
    assert term.carried(congress) == (6, 0, 3)
    assert term.refused(congress, "minutes", 6) == "number_taken"
    term.number(congress, "minutes", 7)
    term.end(congress)

    # Tasks go on into the next term, numbers do not.
    anew = term.begin()
    assert term.carried(anew) == (0, 0, 0)
    term.number(anew, "minutes", 1)
    term.end(anew)

    after = term.begin()
    assert term.carried(after) == (1, 0, 0)
    term.end(after)
    assert listed(term.server) == {first: 5, second: 6, congress: 7, anew: 1,
                                   after: None}
    row, = (line for line in
            chiboctl(term.server, "record", "list").splitlines()
            if congress in line.split())
    assert "số 07" in row
    assert head_of_paper(term.server, congress, tmp_path / "c.chibo",
                         "minutes") == "Số 07-BB/CB"
    assert head_of_paper(term.server, anew, tmp_path / "a.chibo",
                         "minutes") == "Số 01-BB/CB"
    assert head_of_paper(term.server, after, tmp_path / "x.chibo",
                         "minutes") == "Số ......-BB/CB"
