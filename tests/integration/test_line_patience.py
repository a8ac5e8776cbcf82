"""How long the real server's system waits for answers of a peer on a bad line,
over a real line with a long round trip (tests/support/line)."""
import contextlib
import ctypes
import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("support/line", "support", "conformance"):
    sys.path.insert(0, str(HERE.parent / folder))
from bad_line import BadLine, Settings  # noqa: E402
from other_end import options_of  # noqa: E402
from server_process import Cell, ServerProcess  # noqa: E402

ADDRESS = "10.77.0.1"
ROUND_TRIP_MS = 600
LEAST_MS = 3000  # LIMIT_LANE_SILENCE_MS
# Until the third repeat of a lost packet is answered, six waits of a round trip
# and 200 ms after the first.
LONG_MS = 6 * (ROUND_TRIP_MS + 200) + ROUND_TRIP_MS
CLONE_NEWNET = 0x40000000


@contextlib.contextmanager
def inside(namespace):
    """What this thread opens meanwhile is of that network."""
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(handle):
        assert libc.setns(handle, CLONE_NEWNET) == 0, \
            os.strerror(ctypes.get_errno())

    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(namespace, os.O_RDONLY)
    try:
        enter(there)
        yield
    finally:
        enter(before)
        os.close(before)
        os.close(there)


def found(folder):
    """An organisation, and devices of two of its members."""
    server = ServerProcess(folder).start()
    try:
        cell = Cell(server, server.admin())
        devices = [cell.enrol(cell.add_member(
            f"Đảng viên Mẫu {i:02}", office="none" if i else "cell_leader"))
            for i in range(2)]
        server.stop()
    finally:
        server.kill()
    return devices


class Scene:
    """Two members on bad lines, one of them near the server."""

    def __init__(self, server, line, devices):
        self.server = server
        self.near, self.far = (
            self.log_in(namespace, device)
            for namespace, device in zip((line.near, line.far), devices))

    def log_in(self, namespace, device):
        with inside(namespace):
            return self.server.connect(device, address=ADDRESS).login()

    def unanswered_ms(self, client):
        return options_of(self.server.process, client.stream.socket)[0]


@pytest.fixture
def scene(tmp_path):
    devices = found(tmp_path / "server")
    with BadLine(Settings(round_trip=ROUND_TRIP_MS)) as line:
        server = ServerProcess(tmp_path / "server",
                               before=line.inside("near", []),
                               settings=[f'listen_address = "{ADDRESS}";'])
        try:
            yield Scene(server.start(), line, devices)
            server.stop()
        finally:
            server.kill()


def test_who_is_far_is_waited_for_longer_than_who_is_near(scene):
    for client in (scene.near, scene.far):
        assert scene.unanswered_ms(client) == 0
        client.ask("line", bundle=2)
        assert scene.unanswered_ms(client) >= LEAST_MS
    assert scene.unanswered_ms(scene.far) >= LONG_MS
    print(f"near {scene.unanswered_ms(scene.near)} ms, "
          f"far {scene.unanswered_ms(scene.far)} ms")
    for client in (scene.near, scene.far):
        client.ask("line")
        assert scene.unanswered_ms(client) == 0
        client.stream.close()
