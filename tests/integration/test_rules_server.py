"""Rulesets as a server holds them: which one a meeting is held under, for ever,
and what comes of a folder that is not right."""
import hashlib
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import (Cell, ServerProcess, open_meeting,  # noqa: E402
                            wait_until)
from wire_client import Refused  # noqa: E402

ASSOCIATION = (ROOT / "config/rules/association.conf").read_text()


def choose(server, name):
    """The ruleset of meetings that begin after the next start."""
    lines = [line for line in server.config.read_text().splitlines()
             if not line.startswith("ruleset =")]
    server.config.write_text("\n".join(lines + [f'ruleset = "{name}";', ""]))


def add_rules(server, file, text):
    (server.directory / "rules" / file).write_text(text)


class Hall:
    """A cell of three; meetings are held one after the other."""

    def __init__(self, directory):
        self.server = ServerProcess(directory).start()
        self.admin = self.server.admin()
        self.cell = Cell(self.server, self.admin)
        self.members = [self.cell.add_member(f"Đảng viên Mẫu {i:02}")
                        for i in range(1, 4)]
        self.devices = [self.cell.enrol(m) for m in self.members]
        self.clients = []

    def meet(self):
        meeting = self.cell.schedule(self.members[0], self.members[1])
        self.clients = [self.server.login(d) for d in self.devices]
        open_meeting(meeting, self.clients[0], self.clients[1:])
        return meeting

    def leave(self):
        for client in self.clients:
            client.close()
        self.clients = []

    def restart(self):
        self.leave()
        self.admin.close()
        self.server.stop()
        self.server.start()
        self.admin = self.server.admin()
        self.cell.admin = self.admin

    def come_back(self, meeting):
        self.clients = [self.server.login(d) for d in self.devices]
        for client in self.clients:
            client.join(meeting)
            client.settle()

    def vote(self, meeting, *voters):
        """The result of a vote in which these say yes."""
        vote = self.clients[0].do("start_vote", meeting, item="",
                                  motion="Thông qua")["made"]
        for i in voters:
            self.clients[i].settle()
            self.clients[i].do("vote", meeting, vote=vote, choice="yes")
        self.clients[0].settle()
        self.clients[0].do("close_vote", meeting, vote=vote)
        return self.clients[0].log(meeting).all("vote_closed")[-1]

    def close(self):
        self.leave()
        self.admin.close()
        self.server.close()


@pytest.fixture
def hall(tmp_path):
    hall = Hall(tmp_path / "server")
    yield hall
    hall.close()


def genesis(client, meeting):
    return client.log(meeting).all("genesis")[0]


def test_a_meeting_goes_on_under_the_ruleset_that_it_was_begun_under(hall):
    add_rules(hall.server, "association.conf", ASSOCIATION)
    first = hall.meet()
    choose(hall.server, "association-1")
    hall.restart()

    hall.come_back(first)
    closed = hall.vote(first, 0)

    assert genesis(hall.clients[0], first)["ruleset"] == "interim-2026-11"
    assert closed["rule"] == "ordinary_motion"
    assert (closed["denominator"], closed["passed"]) == (3, False)
    hall.leave()
    second = hall.meet()
    assert genesis(hall.clients[0], second)["ruleset"] == "association-1"
    assert hall.vote(second, 0, 1)["rule"] == "thresholds.resolution"


def test_a_meeting_whose_ruleset_was_changed_stays_shut(hall):
    meeting = hall.meet()
    path = hall.server.directory / "rules/interim.conf"
    path.write_text(path.read_text().replace("k_min = 5", "k_min = 6"))
    hall.restart()

    client = hall.server.login(hall.devices[0])
    hall.clients = [client]
    with pytest.raises(Refused) as refused:
        client.join(meeting)

    assert refused.value.code == "store_failed"
    wait_until(lambda: "begun under the ruleset interim-2026-11"
               in hall.server.log_text(), "the reason in the log")


def test_who_takes_part_gets_the_file_that_the_first_event_names(hall):
    meeting = hall.meet()
    client = hall.clients[1]

    named = genesis(client, meeting)["ruleset_hash"]
    text = client.get_blob(named)

    assert hashlib.sha256(text).hexdigest() == named
    assert text == (hall.server.directory / "rules/interim.conf").read_bytes()


LINE = ASSOCIATION[:ASSOCIATION.index("speaks = true")].count("\n") + 1


@pytest.mark.parametrize("file, text, reason", [
    ("association.conf",
     ASSOCIATION.replace("speaks = true", "speaks = 1", 1),
     f"association.conf:{LINE}: categories.official.speaks"),
    ("twice.conf", (ROOT / "config/rules/interim.conf").read_text() + "\n",
     "another file has a ruleset of this name")])
def test_a_folder_with_a_broken_file_stops_the_server(tmp_path, file, text,
                                                      reason):
    server = ServerProcess(tmp_path / "server")
    add_rules(server, file, text)

    with pytest.raises(AssertionError):
        server.start()

    assert reason in server.log_text()
    (server.directory / "rules" / file).unlink()
    server.start()
    server.close()


def test_a_name_that_no_file_has_stops_the_server(tmp_path):
    server = ServerProcess(tmp_path / "server")
    choose(server, "party-2030")

    with pytest.raises(AssertionError):
        server.start()

    assert 'has a ruleset named "party-2030"' in server.log_text()
    choose(server, "interim-2026-11")
    server.start()
    server.close()
