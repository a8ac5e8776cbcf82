"""chibo-verify over the record of a meeting and the archives of its secret
ballots together: what the one names and the other holds."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_reference import archive as archives  # noqa: E402
from lying_ballot import ballot_under_lies  # noqa: E402
from lying_server import save_log  # noqa: E402
from server_process import BUILD  # noqa: E402
from test_lying_ballot_count import (  # noqa: E402
    add_paper_that_nobody_entered, count_to_the_end, some_vote_on_paper)
from test_lying_ballot_list import forge_list, of_the_server  # noqa: E402

INVALID, UNUSABLE, SO_FAR = 1, 2, 3


def verify(*arguments, without=None):
    name = f"tests/chibo-verify_without_{without}" if without else \
        "bin/chibo-verify"
    done = subprocess.run([BUILD / name, *map(str, arguments), "--json"],
                          capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    said = json.loads(done.stdout) if done.stdout else None
    return done.returncode, said, done.stderr


def report(*arguments):
    return subprocess.run(
        [BUILD / "bin/chibo-verify", *map(str, arguments), "--language", "en"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def save(ballot, folder, name=None):
    """The record and, beside it, the archive."""
    folder.mkdir()
    log = save_log(ballot.log, folder / "log.jsonl")
    path = folder / (name or f"{ballot.uuid}.bel")
    path.write_bytes(ballot.archive())
    return log, path


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counted")
    with ballot_under_lies(folder, with_teller=True) as ballot:
        some_vote_on_paper(ballot)
        count_to_the_end(ballot)
        yield save(ballot, folder / "files"), save(ballot, folder / "apart",
                                                   "b1.bel")


def test_an_archive_beside_the_record_is_the_one_that_it_names(counted):
    log, path = counted[0]
    code, said, errors = verify(log)
    assert (code, errors) == (SO_FAR, "")  # the meeting is not closed
    assert said["ballots"] == [{
        "archive": str(path), "ballot": "b1", "status": "equal", "fault": "",
        "differs": ""}]
    assert "verified, and as the record has it" in report(log)


def test_an_archive_is_named_where_it_lies_elsewhere(counted):
    log, path = counted[1]
    assert verify(log)[1]["ballots"] == []
    code, said, _ = verify(log, "--ballot", path)
    assert (code, said["ballots"][0]["status"]) == (SO_FAR, "equal")


@pytest.mark.parametrize("spoilt", [b"", b"no archive", None])
def test_a_spoilt_archive_beside_the_record_hides_nothing_of_it(
        counted, tmp_path, spoilt):
    log, path = counted[0]
    (tmp_path / log.name).write_bytes(log.read_bytes())
    data = path.read_bytes()
    at = data.index(b'"public_key":"') + 20  # a digit of it, in Setup
    (tmp_path / path.name).write_bytes(
        spoilt if spoilt is not None
        else data[:at] + b"%d" % (9 - int(data[at:at + 1])) + data[at + 1:])
    code, said, _ = verify(tmp_path / log.name)
    assert (code, said["failure"]["fault"]) == (INVALID, "archive")
    assert said["ballots"][0]["status"] == "invalid"
    assert said["events"] == verify(log)[1]["events"]


def test_an_archive_that_was_changed_or_is_another_s_is_found(counted,
                                                              tmp_path):
    log, path = counted[1]
    data = bytearray(path.read_bytes())
    at = data.index(b'"paper":{"record":"') + len(b'"paper":{"record":"')
    data[at] = ord("0") if data[at] != ord("0") else ord("1")
    changed = tmp_path / "changed.bel"
    changed.write_bytes(data)
    code, said, _ = verify(log, "--ballot", changed)
    assert (code, said["failure"]["fault"]) == (INVALID, "archive")
    assert said["ballots"][0]["status"] == "invalid"
    other = HERE.parent / "vectors/ballot/profile.bel"
    code, said, errors = verify(log, "--ballot", other)
    assert (code, said) == (UNUSABLE, None) and errors


def test_paper_in_an_archive_is_held_against_what_was_entered(tmp_path):
    with ballot_under_lies(tmp_path, with_teller=True) as ballot:
        add_paper_that_nobody_entered(ballot)
        log, _ = save(ballot, tmp_path / "files")

    code, said, _ = verify(log)
    assert (code, said["failure"]["fault"]) == (INVALID, "archive")
    assert said["ballots"][0]["differs"] == "paper"
    code, said, _ = verify(log, without="ballot_paper_compare")
    assert (code, said["ballots"][0]["status"]) == (SO_FAR, "equal")


def test_a_list_shows_whether_an_objection_is_right(tmp_path):
    with ballot_under_lies(tmp_path) as ballot:
        ballot.run(upto="take")
        forge_list(ballot, keep=[v.credential for v in ballot.voters],
                   add=[of_the_server(ballot)])
        ballot.close_issue()
        ballot.event("ballot_voided")
        ballot.settle()
        log = save_log(ballot.log, tmp_path / "log.jsonl")
        setup = archives.write(ballot.steps(), 0)

    code, said, _ = verify(log)
    assert (code, [row["shown"] for row in said["objections"]]) == (
        SO_FAR, ["unknown"])
    path = tmp_path / "setup.bel"
    path.write_bytes(setup)
    code, said, _ = verify(log, "--ballot", path)
    assert code == SO_FAR
    assert said["ballots"][0]["status"] == "so_far"
    row = said["objections"][0]
    assert (row["shown"], row["member"], row["kind"], row["late"]) == (
        "proven", "m5", "issued", False)
    assert "objection of" in report(log, "--ballot", path)
