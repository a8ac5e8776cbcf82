"""chibo-bench as an administrator uses it, on a server with the settings that a
new one has: what it tells, what it leaves behind, and the others that it plays
in somebody else's meeting.
"""
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from server_process import (BUILD, Cell, ServerProcess, slot_of,  # noqa: E402
                            wait_until)
from wire_client import PATIENCE, audio_frame, wait_all  # noqa: E402

ROOMS, MEMBERS, SPEAKERS = 2, 6, 2
FRAMES_PER_S = 50


def shipped(name):
    """A setting as a new server has it."""
    text = (ROOT / "config/chibod.conf").read_text()
    return re.search(rf'^#?{name} = (".*");', text, re.M)[1]


@pytest.fixture
def server(tmp_path):
    made = ServerProcess(tmp_path, vouched=shipped("vouched_devices")[1:-1],
                         settings=[f"ruleset = {shipped('ruleset')};"])
    for path in (ROOT / "config/rules").glob("party-*.conf"):
        shutil.copy(path, tmp_path / "rules")
    made.start()
    yield made
    made.close()


def bench(server, *arguments, **options):
    return subprocess.Popen(
        [BUILD / "bin/chibo-bench", "--language", "en",
         f"127.0.0.1:{server.port}", *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, **options)


def capacity(server, *arguments):
    return bench(server, "--socket", server.data / "admin.sock", "--rooms",
                 ROOMS, "--members", MEMBERS, *arguments)


def control(server, *arguments):
    done = subprocess.run(
        [BUILD / "bin/chiboctl", *arguments, "--socket",
         server.data / "admin.sock", "--json"], capture_output=True, text=True,
        timeout=PATIENCE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_nobody_is_left(server):
    assert control(server, "member", "list") == []
    assert control(server, "device", "list") == []


def test_it_tells_what_was_delivered_and_leaves_nobody_who_could_log_in(server):
    process = capacity(server, "--speakers", SPEAKERS, "--seconds", 2, "--json")
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    found = json.loads(output)
    # Warmed up for 1.5 s, measured for 2, and 0.2 s more: no frame of which is
    # said twice, or kept from any of the five others.
    said = found["expected"] / (MEMBERS - 1)
    most = 3.7 * FRAMES_PER_S * ROOMS * SPEAKERS
    # A busy machine is late at the end, and says less; it never says more.
    assert most / 2 < said < most * 1.02
    assert found["received"] + found["lost"] == found["expected"]
    # Where the machine stood still the server, too, tells of what it dropped.
    assert found["lost"] <= found["dropped"] < found["expected"] / 10
    assert 0 < found["p50_ms"] <= found["p90_ms"] <= found["p99_ms"]
    assert found["p99_ms"] <= found["max_ms"]
    assert found["has_server_figures"] and found["cpu_us_per_delivery"] > 0
    assert found["is_cleared"]
    assert_nobody_is_left(server)
    units = control(server, "unit", "list")
    assert [u["name"] for u in units if "chibo-bench" in u.get("name", "")] == [
        f"Chi bộ thử tải (chibo-bench) {i + 1}" for i in range(ROOMS)]


def test_in_words_it_says_what_stays(server):
    process = capacity(server, "--seconds", 1)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert re.search(r"lost: \d+ of \d+ \(\d\.\d{4} %\)", output)
    assert "µs a delivery" in output and "KiB a connection" in output
    assert (f"{ROOMS} cells called" in output
            and f"{ROOMS * MEMBERS} members, removed" in output
            and f"{ROOMS} meetings, closed." in output)
    # What is under way is told on the way, a line each where no terminal is.
    assert "members log in" in errors and "\r" not in errors


def test_interrupted_it_clears_away_as_well(server):
    process = capacity(server, "--seconds", 60)
    wait_until(lambda: "members speak" in process.stderr.readline(), "speech")
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "you stopped it" in errors and "closed." in output
    assert_nobody_is_left(server)


def test_what_a_killed_one_left_the_next_one_removes(server):
    process = capacity(server, "--seconds", 60)
    wait_until(lambda: "members speak" in process.stderr.readline(), "speech")
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert len(control(server, "member", "list")) == ROOMS * MEMBERS
    process = capacity(server, "--seconds", 1)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert f"{ROOMS * MEMBERS} test members that an earlier run left" in errors
    assert_nobody_is_left(server)


@pytest.mark.parametrize("arguments, says", [
    (["--rooms", "300", "--members", "20"], "at most 5000 members"),
    (["--members", "1"], "a meeting takes two"),
    (["--speakers", "9", "--members", "20"], "at most 8 may speak"),
    (["--speakers", "7"], "more speakers than members"),
])
def test_what_no_server_allows_is_refused_before_anything_is_made(
        server, arguments, says):
    process = capacity(server, *arguments)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (2, "")
    assert says in errors
    assert control(server, "unit", "list") == [] or not any(
        "chibo-bench" in str(u) for u in control(server, "unit", "list"))


def test_where_nobody_answers_nothing_is_made(server):
    process = subprocess.run(
        [BUILD / "bin/chibo-bench", "--language", "en", "127.0.0.1:1",
         "--socket", server.data / "admin.sock"], capture_output=True,
        text=True, timeout=PATIENCE)
    assert process.returncode == 1
    assert "no server of chibo answers" in process.stderr
    assert "Left on the server" not in process.stdout
    assert_nobody_is_left(server)


@pytest.mark.parametrize("arguments, says", [
    (["--rooms", "many"], "--rooms: many is not a number of 1 to 100000"),
    (["--seconds", "0"], "--seconds: 0 is not a number"),
    (["--members", "-4"], "--members: -4 is not a number"),
    (["--language", "de"], "--language: vi or en"),
    (["127.0.0.1:1"], "127.0.0.1:1 is too much"),
    (["--rooms"], "--rooms"),
])
def test_what_was_typed_wrongly_is_named_and_not_drowned_in_help(
        server, arguments, says):
    process = capacity(server, *arguments)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (2, "")
    assert says in errors and "--help explains" in errors
    assert len(errors.splitlines()) == 2


def ignores(process, number):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    mask = int(re.search(r"^SigIgn:\s*(\w+)$", status, re.M)[1], 16)
    return mask >> number - 1 & 1 == 1


def test_a_server_that_goes_is_told_of_in_a_few_lines(server):
    process = capacity(server, "--seconds", 600)
    wait_until(lambda: "members speak" in process.stderr.readline(), "speech")
    # Whether it still writes, or reads first that the server is gone, is chance.
    assert ignores(process, signal.SIGPIPE)
    server.kill()
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "it was not measured: the server cannot be reached" in errors
    assert "not all test members were removed" in errors
    assert "not closed, with nobody in them" in output
    # Of all its members three, and of all that was to be removed one.
    assert len(re.findall(r"^chibo-bench: m\d+: ", errors, re.M)) == 3, errors
    assert errors.count("socket is broken") == 1, errors


def test_another_server_at_the_address_is_not_measured(server, tmp_path):
    other = ServerProcess(tmp_path / "other").start()
    try:
        process = subprocess.run(
            [BUILD / "bin/chibo-bench", "--language", "en",
             f"127.0.0.1:{other.port}", "--socket", server.data / "admin.sock",
             "--rooms", str(ROOMS), "--members", str(MEMBERS)],
            capture_output=True, text=True, timeout=PATIENCE)
    finally:
        other.close()
    assert process.returncode == 1
    assert "its key is not the one expected" in process.stderr
    assert len(process.stderr.splitlines()) < 10, process.stderr
    assert_nobody_is_left(server)


def test_links_become_the_others_of_a_meeting(tmp_path):
    server = ServerProcess(tmp_path).start()
    try:
        cell = Cell(server, server.admin(), "Chi bộ Mẫu")
        chair, taker, *guests = [
            cell.add_member(f"Đảng viên Mẫu {i:02}",
                            office="none" if i else "cell_leader")
            for i in range(6)]
        meeting = cell.schedule(chair, taker)
        leader = server.login(cell.enrol(chair))
        leader.do("open_lobby", meeting)
        leader.join(meeting)
        leader.settle()
        leader.do("open_meeting", meeting)
        leader.do("set_floor_mode", meeting, mode="free", order="raised")
        links = tmp_path / "links"
        links.write_text("".join(
            json.dumps(row) + "\n"
            for row in control(server, "invite", *guests)))
        process = bench(server, "--links", links, "--meeting", meeting,
                        "--speakers", 1, "--seconds", 4, "--json")

        wait_all([leader], lambda: len(leader.log(meeting).all("knocked"))
                 == len(guests), "the lobby")
        leader.do("admit_all", meeting)
        wait_until(lambda: process.stdout.readline() == "in\n", "the guests")
        slot = slot_of(leader, meeting)
        for i in range(10):
            leader.send_binary(audio_frame(slot, i, bytes(80)))
        wait_all([leader], lambda: len(leader.audio) > 50, "a guest's voice")
        # Not communicate(): readline() may have taken more than its line.
        found = json.loads(process.stdout.read())
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
        assert found["guests"] == len(guests)
        assert found["lost"] == 0 and found["received"] > 0
        assert found["heard_of_others"] == 10 * len(guests)
        leader.stream.close()
        server.stop()
    finally:
        server.kill()
