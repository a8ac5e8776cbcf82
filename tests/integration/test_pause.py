"""Who is cut off for a flood logs in again after a pause, which grows; nobody
else waits for it, neither behind the same address nor on a line that breaks.

The real server over TLS, the real client. Times are compared with what the
server itself says, and only downwards: a slow machine makes nothing too early.
"""
import base64
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import threading
import time

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "conformance")]
from chibo_process import (PATIENCE_S, Member, environment,  # noqa: E402
                           preloaded)
from client_frame import frame  # noqa: E402
from server_process import Cell, ServerProcess  # noqa: E402
from wire_client import (PATIENCE, Device, Disconnected, Refused,  # noqa: E402
                         http_get)

TOO_FAST = 4006
REFUSED_LOGINS = 'chibo_logins_refused_total{reason="paused"}'
TURN_MS = 500  # LIMIT_PAUSE_TURN_MS
TEXT = 1
# Where it takes longer to start than the pause lasts, the next is longer.
TRIES = 4


@pytest.fixture
def server(tmp_path):
    process = ServerProcess(tmp_path / "server").start()
    yield process
    process.close()


@pytest.fixture
def cell(server):
    return Cell(server, server.admin())


def figure(server, name):
    text = http_get(server.port, "/metrics")[1]
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)[1])


def flood(client):
    """Until it is cut off; the last refusal, and the earliest moment of it."""
    begun = time.monotonic()
    try:
        for first in range(1, 5000, 100):
            client.stream.send(b"".join(
                frame(TEXT, json.dumps({"id": number, "op": "ping"}).encode())
                for number in range(first, first + 100)))
    except Disconnected:
        pass
    assert client.wait_close() == TOO_FAST
    return client.errors[-1], begun


def come_back(server, device):
    """Logs in as often as it takes; the client, and the refusals before."""
    refusals, end = [], time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return server.login(device), refusals
        except Refused as refused:
            refusals.append(refused)
    raise AssertionError(f"not let in: {refusals[-1]}")


def seconds_of(refusal):
    return int(refusal["args"]["seconds"])


def test_who_was_cut_off_is_let_in_after_the_pause_and_it_grows(server, cell):
    device = cell.enrol(cell.add_member("Đảng viên Mẫu 01",
                                        office="cell_leader"))
    client, refusals = server.login(device), []
    for seconds in (5, 10):
        said, cut = flood(client)
        assert said["code"] == "too_fast" and seconds_of(said) == seconds
        client, before = come_back(server, device)
        took = time.monotonic() - cut
        refusals += before
        assert took >= seconds
        assert {r.code for r in before} == {"paused"}
        # Each turn costs a handshake, and there are so many.
        assert len(before) <= took * 1000 / TURN_MS + 2
    client.close()
    assert figure(server, REFUSED_LOGINS) == len(refusals)
    assert figure(server, 'chibo_cut_off_total{reason="requests"}') == 2
    assert figure(server, "chibo_connections_held_total") > 0


def test_a_login_in_the_pause_is_told_why_how_long_and_closed(server, cell):
    device = cell.enrol(cell.add_member("Đảng viên Mẫu 01",
                                        office="cell_leader"))
    client = server.login(device)
    for _ in range(TRIES):
        said, _ = flood(client)
        client = server.connect(device)
        try:
            client.login()
        except Refused as refused:
            assert refused.code == "paused"
            assert 0 < seconds_of(refused.error) <= seconds_of(said)
            break
    else:
        raise AssertionError("it came too late each time")
    assert client.wait_close() == TOO_FAST
    client, _ = come_back(server, device)
    client.close()


def test_others_behind_the_same_address_come_in_meanwhile(server, cell):
    """While one dials on and on, over several connections at once."""
    bad, *others = [
        cell.enrol(cell.add_member(f"Đảng viên Mẫu {i:02}",
                                   office="none" if i else "cell_leader"))
        for i in range(4)]
    client, is_over, worst = server.login(bad), threading.Event(), []
    _, cut = flood(client)

    def dial():
        while not is_over.is_set():
            try:
                server.login(bad).close()
            except (Refused, Disconnected, OSError):
                pass

    dials = [threading.Thread(target=dial) for _ in range(4)]
    for thread in dials:
        thread.start()
    try:
        for device in others:
            asked = time.monotonic()
            with server.login(device) as good:
                good.ask("ping")
            worst.append(time.monotonic() - asked)
    finally:
        is_over.set()
        for thread in dials:
            thread.join()
    print(f"others waited {max(worst):.1f} s at most, "
          f"{time.monotonic() - cut:.1f} s after the cut")


def test_a_line_that_breaks_comes_back_at_once_however_often(server, cell):
    device = cell.enrol(cell.add_member("Đảng viên Mẫu 01",
                                        office="cell_leader"))
    for _ in range(20):
        server.login(device).drop()
    for name in (REFUSED_LOGINS, "chibo_connections_held_total"):
        assert figure(server, name) == 0


# --- the client ---------------------------------------------------------------


def key_of(profile):
    """The device's seed, which comes last in what its keystore seals."""
    stored = (profile / "keystore").read_bytes()
    assert stored[:8] == b"CHIBOKEY"
    log_n, r, p = stored[10:13]
    is_cheap = any("cheap_scrypt" in str(path) for path in preloaded)
    salt, nonce = stored[14:30], stored[30:42]
    key = hashlib.scrypt(b"", salt=salt, n=2 if is_cheap else 1 << log_n, r=r,
                         p=p, dklen=32, maxmem=1 << 28)
    return AESGCM(key).decrypt(nonce, stored[46:-32], stored[:46])[-32:]


@pytest.fixture
def member(server, cell, tmp_path):
    """With chibo, and the meeting that there is."""
    holder = cell.add_member("Đảng viên Mẫu 01", office="cell_leader")
    member = Member(tmp_path / "member", holder, "Đảng viên Mẫu 01")
    member.meeting = cell.schedule(holder, cell.add_member("Đảng viên Mẫu 02"))
    token = base64.urlsafe_b64encode(cell.invite(holder)).decode().rstrip("=")
    member.enroll(f"chibo://127.0.0.1:{server.port}/i/{token}"
                  f"#{cell.admin.fingerprint}")
    yield member
    member.kill()


def cut_off(server, member):
    """As if the member's own device had flooded, at the latest now."""
    device = Device.of_state({"seed": key_of(member.profile).hex(),
                              "holder": member.holder, "last_request": 1 << 40})
    client, _ = come_back(server, device)
    flood(client)


def test_chibo_waits_as_long_as_it_was_told(server, member):
    for _ in range(TRIES):
        cut_off(server, member)
        before = figure(server, REFUSED_LOGINS)
        member.join(member.meeting, "--audio", "none")
        first = member.wait(lambda line: line.get("connection") in
                            ("lost", "connected"), "a line, or none")
        if first["connection"] == "lost":
            break
        member.quit()
    assert first["reason"] == first["error"]["code"] == "paused"
    assert 0 < first["retry_ms"] <= 60000
    member.wait(lambda line: line.get("connection") == "connected", "the line")
    assert figure(server, REFUSED_LOGINS) == before + 1
    member.quit()


@pytest.mark.parametrize("language, words", [
    ("en", r"this device sent too much at once and was cut off: it may log in "
           r"again in \d+ seconds"),
    ("vi", r"thiết bị này đã gửi quá nhiều cùng lúc nên bị ngắt: \d+ giây nữa "
           r"mới được đăng nhập lại")])
def test_chibo_says_it_in_words_and_does_what_it_was_asked(
        server, member, language, words):
    for _ in range(TRIES):
        cut_off(server, member)
        done = subprocess.run(
            [str(Member.binary), "meetings", "--profile", str(member.profile),
             "--language", language], capture_output=True, text=True,
            encoding="utf-8", timeout=PATIENCE_S, env=environment(),
            stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr
        assert member.meeting in done.stdout
        if re.search(words, done.stderr):
            return
        assert done.stderr == ""
    raise AssertionError("it came too late each time")
