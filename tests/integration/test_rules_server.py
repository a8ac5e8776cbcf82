"""Rulesets as a server holds them: which one a meeting is held under, for ever,
and what comes of a folder that is not right."""
import hashlib
import pathlib
import sqlite3
import subprocess
import sys
import zipfile

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import (BUILD, Cell, ServerProcess, open_meeting,  # noqa: E402
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


def change_rules(server):
    """The file as it was before."""
    path = server.directory / "rules/interim.conf"
    text = path.read_text()
    changed = text.replace("k_min = 5", "k_min = 6").replace(
        'unverified = true', 'unverified = false')
    assert changed != text
    path.write_text(changed)
    return text.encode()


def forget_rules(server, name):
    """As a database of a program that kept no ruleset."""
    database = sqlite3.connect(server.data / "chibo.db")
    found = database.execute("SELECT id FROM blob WHERE hash = ?",
                             (bytes.fromhex(name),)).fetchall()
    assert len(found) == 1
    database.execute("DELETE FROM blob_piece WHERE blob_id = ?", found[0])
    database.execute("DELETE FROM blob WHERE id = ?", found[0])
    database.commit()
    database.close()


def minutes_of(client, meeting):
    return client.get_blob(client.ask("minutes", log=meeting,
                                      language="vi")["blob"])


def hold(hall):
    """A meeting with a vote, closed for good; its minutes."""
    meeting = hall.meet()
    hall.vote(meeting, 0, 1)
    hall.clients[0].do("close_meeting", meeting)
    reader = hall.server.login(hall.devices[2])
    reader.join(reader.organisation)
    reader.wait_event(reader.organisation, "meeting_ended")
    reader.close()
    hall.clients[0].settle()
    return meeting, minutes_of(hall.clients[0], meeting)


def export(hall, path):
    meeting = path.stem
    done = subprocess.run(
        [BUILD / "bin/chiboctl", "--config", hall.server.config, "record",
         "export", meeting, "--out", path], capture_output=True, text=True,
        timeout=60, stdin=subprocess.DEVNULL)
    return done


def verify(path):
    return subprocess.run([BUILD / "bin/chibo-verify", path, "--json"],
                          capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL).returncode


@pytest.mark.parametrize("is_gone", [False, True], ids=["changed", "gone"])
def test_a_ruleset_that_is_changed_later_changes_no_meeting_of_before(
        hall, tmp_path, is_gone):
    meeting, minutes = hold(hall)
    named = genesis(hall.clients[0], meeting)["ruleset_hash"]
    paths = [tmp_path / when / f"{meeting}.chibo" for when in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
    assert export(hall, paths[0]).returncode == 0
    before = change_rules(hall.server)
    if is_gone:
        (hall.server.directory / "rules/interim.conf").unlink()
        add_rules(hall.server, "association.conf", ASSOCIATION)
        choose(hall.server, "association-1")
    hall.restart()

    client = hall.server.login(hall.devices[0])
    hall.clients = [client]
    client.join(meeting)
    client.settle()
    assert minutes_of(client, meeting) == minutes
    assert client.get_blob(named) == before
    assert hashlib.sha256(before).hexdigest() == named
    done = export(hall, paths[1])
    assert done.returncode == 0, done.stderr
    assert verify(paths[0]) == verify(paths[1])
    name = "ruleset/interim-2026-11.conf"
    for path in paths:
        assert zipfile.ZipFile(path).read(name) == before
    hall.leave()
    later = hall.meet()
    assert genesis(hall.clients[0], later)["ruleset_hash"] != named


def test_a_meeting_whose_ruleset_was_changed_goes_on_under_its_own(hall):
    meeting = hall.meet()
    change_rules(hall.server)
    hall.restart()

    hall.come_back(meeting)

    assert hall.vote(meeting, 0, 1)["rule"] == "ordinary_motion"


def test_a_backup_has_the_rulesets_of_its_meetings(hall, tmp_path):
    meeting, minutes = hold(hall)
    copy = tmp_path / "sao-luu.db"
    change_rules(hall.server)
    chiboctl = [BUILD / "bin/chiboctl", "--config", hall.server.config]
    subprocess.run([*chiboctl, "backup", copy], check=True, timeout=60,
                   capture_output=True)
    hall.leave()
    hall.admin.close()
    hall.server.stop()
    for path in hall.server.data.glob("chibo.db*"):
        path.unlink()
    subprocess.run([*chiboctl, "restore", copy], check=True, timeout=60,
                   capture_output=True)
    hall.server.start()
    hall.admin = hall.server.admin()

    client = hall.server.login(hall.devices[0])
    hall.clients = [client]
    client.join(meeting)
    client.settle()
    assert minutes_of(client, meeting) == minutes


def test_a_file_that_is_still_there_is_kept_for_meetings_of_before(hall):
    """The server kept none when they were held; it does as it starts."""
    meeting, minutes = hold(hall)
    named = genesis(hall.clients[0], meeting)["ruleset_hash"]
    hall.leave()
    hall.admin.close()
    hall.server.stop()
    forget_rules(hall.server, named)
    hall.server.start()
    hall.server.stop()
    change_rules(hall.server)
    hall.server.start()
    hall.admin = hall.server.admin()

    client = hall.server.login(hall.devices[0])
    hall.clients = [client]
    client.join(meeting)
    client.settle()
    assert minutes_of(client, meeting) == minutes


def lose_rules(hall, meeting):
    named = genesis(hall.clients[0], meeting)["ruleset_hash"]
    hall.leave()
    hall.admin.close()
    hall.server.stop()
    forget_rules(hall.server, named)
    change_rules(hall.server)
    hall.server.start()
    hall.admin = hall.server.admin()
    hall.clients = [hall.server.login(hall.devices[0])]
    return hall.clients[0]


def test_a_meeting_whose_ruleset_is_nowhere_stays_shut(hall):
    meeting = hall.meet()
    client = lose_rules(hall, meeting)

    with pytest.raises(Refused) as refused:
        client.join(meeting)

    assert refused.value.code == "store_failed"
    wait_until(lambda: "begun under the ruleset interim-2026-11"
               in hall.server.log_text(), "the reason in the log")


def test_no_other_ruleset_draws_minutes_of_a_closed_meeting(hall, tmp_path):
    meeting, _ = hold(hall)
    events = list(hall.clients[0].log(meeting).events)
    client = lose_rules(hall, meeting)

    client.join(meeting)
    client.settle()
    assert client.log(meeting).events == events
    for op in ("minutes", "draw_minutes"):
        with pytest.raises(Refused) as refused:
            client.ask(op, log=meeting)
        assert refused.value.code == "no_ruleset"
    done = export(hall, tmp_path / f"{meeting}.chibo")
    assert done.returncode == 1
    assert '"interim-2026-11"' in done.stderr


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
