"""Whoever quits is gone at once, whatever the connection is just doing."""
import pathlib
import select
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent
                       / "support"))

import chibo_process as play  # noqa: E402

# Sooner than the shortest time-out of a connection, which is ten seconds.
AT_ONCE_S = 9
MOMENTS_MS = range(0, 30)


@pytest.fixture
def member(tmp_path):
    """A member of a cell that has called a meeting."""
    server = play.Server(tmp_path / "server").start()
    try:
        people = tmp_path / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2)),
            encoding="utf-8")
        server.control("unit", "add", "cell", "Chi bộ Mẫu")
        server.control("member", "import", people)
        member = play.Member(tmp_path / "m1", "m1", "Đảng viên Mẫu 01")
        member.enroll(server.invite("m1")["m1"])
        member.meeting = server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
            "--chair", "m1", "--minute-taker", "m2")[0]["made"]
        yield member
    finally:
        server.stop()


def quit_after(member, delay_ms):
    """Joins and quits so much later; the exit code."""
    process = subprocess.Popen(
        [play.BUILD / "bin/chibo", "join", member.meeting, "--json",
         "--profile", member.profile], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=play.environment())
    try:
        # The moment is what is varied: nothing is waited for.
        select.select([], [], [], delay_ms / 1000)
        process.communicate(b'{"op":"quit"}\n', timeout=AT_ONCE_S)
        return process.returncode
    finally:
        process.kill()
        process.wait()


def test_a_client_can_quit_at_every_step_of_connecting(member):
    for delay_ms in MOMENTS_MS:
        assert quit_after(member, delay_ms) == 0, delay_ms


def test_a_command_ends_as_soon_as_it_is_done(member):
    """And not with the next time-out of the connection."""
    done = subprocess.run(
        [play.BUILD / "bin/chibo", "meetings", "--profile", member.profile],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=AT_ONCE_S, env=play.environment(), check=True)
    assert member.meeting in done.stdout
