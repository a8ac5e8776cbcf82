"""A line that breaks where the network is gone: asking who the server's name is
would take seconds there, so what replaces a silent line is dialled at the
address that it had; and a server that has moved is found by its name.

Real chibo and chibod; names are known as a file says (known_names.c), which also
counts who asked.
"""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
from relay import Relay       # noqa: E402
from relayed_scene import RelayedScene  # noqa: E402

NAME = "may-chu-mau"
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"


class Names:
    def __init__(self, folder):
        self.path = folder / "names"
        self.know(HERE)

    def know(self, address):
        fresh = self.path.with_suffix(".new")
        fresh.write_text(address)
        fresh.replace(self.path)  # never half of it

    def asked(self):
        asked = self.path.with_name("names.asked")
        return asked.read_text().split() if asked.exists() else []


class Scene(RelayedScene):
    def __init__(self, folder):
        self.names = Names(folder)
        super().__init__(folder, host=NAME, KNOWN_NAMES=str(self.names.path),
                         LD_PRELOAD=str(play.BUILD / "tests/known_names.so"))

    def close(self):
        self.relay.speak_again()
        super().close()

    def await_word(self, since):
        self.chair.do("chat", text="Có ai nghe không?")
        self.far.event("chat_said", since=since)


@pytest.fixture
def scene(tmp_path):
    made = Scene(tmp_path)
    yield made
    made.close()


def test_what_replaces_a_silent_line_asks_for_no_name(scene):
    assert NAME in scene.names.asked()  # else nothing here would be counted
    scene.names.know("")
    asked = len(scene.names.asked())
    connections = scene.relay.accepted
    mark = scene.far.mark()
    scene.relay.fall_silent()
    scene.far.wait(lambda line: line.get("connection") == "connecting",
                   "a silence that is noticed", mark)
    mark = scene.far.mark()
    scene.relay.speak_again()
    scene.far.wait(lambda line: line.get("connection") == "connected",
                   "another connection", mark)
    scene.await_word(mark)
    assert scene.relay.accepted > connections
    print(f"asked {len(scene.names.asked()) - asked} times since it fell silent")


def test_a_server_that_moved_is_found_by_its_name(scene):
    port = scene.relay.port
    with scene.relay.listener as old:
        # Nobody takes the port before it is ours again.
        moved = Relay(scene.server.port, ELSEWHERE, port)
        old.shutdown(2)
    try:
        mark = scene.far.mark()
        scene.names.know(ELSEWHERE)
        scene.relay.cut()
        assert moved.await_more_than(0, play.PATIENCE_S)
        scene.far.wait(lambda line: line.get("connection") == "connected",
                       "the server where it is now", mark)
        scene.await_word(mark)
    finally:
        moved.close()
