"""A server whose data are of before, while a secret ballot is open: what chair
and minute-taker give up takes the ballot along, wherever it was; until somebody
has decrypted. Voters and tellers are those of support/ballot_play."""
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import refusal_of  # noqa: E402
from server_process import BUILD  # noqa: E402
from test_ballot_server import Scene, assert_result, role_of  # noqa: E402
from wire_client import wait_all  # noqa: E402

STEPS = ("make_keys", "attest", "end")


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path, voters=5)
    yield scene
    scene.close()


def control(scene, *words):
    done = subprocess.run([BUILD / "bin/chiboctl", *words, "--config",
                           scene.server.config], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def go_back(scene, play, backup):
    """The server comes up with what it had in its backup; all come to it."""
    scene.admin.close()
    for client in scene.clients:
        client.drop()
    scene.server.kill()
    control(scene, "restore", backup)
    scene.server.start()
    scene.admin = scene.server.admin()
    for i, old in enumerate(scene.clients):
        scene.clients[i] = scene.server.login(old.device, logs=old.logs)
        scene.clients[i].join(play.meeting)
        scene.clients[i].cosigns_as = role_of(i)
    play.chair = scene.clients[0]


def accept(scene, play):
    """Chair and minute-taker sign the loss; all go on."""
    chair = scene.clients[0]
    note = chair.wait(lambda: [n for n in chair.notes if n["note"] == "held"
                               and n["log"] == play.meeting], "the hold")[-1]
    for client in scene.clients[:2]:
        client.do("restored", play.meeting, **{"from": note["next"]},
                  lost_seq=note["lost_seq"], lost_head=note["lost_head"])
    wait_all(scene.clients, lambda: all(
        [n for n in c.notes if n["note"] == "retry"
         and n["log"] == play.meeting] for c in scene.clients), "going on")
    for client in scene.clients:
        client.join(play.meeting)
    wait_all(scene.clients, lambda: play.log.all("restored"), "the act")


def lose(scene, play, backup):
    control(scene, "backup", backup)
    go_back(scene, play, backup)
    accept(scene, play)


def test_whatever_an_open_ballot_was_doing_it_is_void(scene, tmp_path):
    uuids = set()
    for step in STEPS:
        play = scene.play()
        play.run(upto=step)
        uuids.add(play.uuid)

        lose(scene, play, tmp_path / f"{step}.db")

        assert refusal_of(play.act, "void_ballot",
                          reason="Đã huỷ") == "ballot_state", step
        wait_all(scene.clients, lambda: not scene.shares,
                 "the end of the server's share")
        assert not play.events("ballot_decrypted"), step
    play = scene.play()
    assert_result(play, play.run())
    assert len(uuids | {play.uuid}) == len(STEPS) + 1


def test_what_somebody_has_decrypted_is_completed(scene, tmp_path):
    play = scene.play()
    play.run(upto="count")

    lose(scene, play, tmp_path / "backup.db")

    for person in [*play.tellers, *play.voters]:
        person.client = next(c for c in scene.clients if c.device.holder
                             == person.client.device.holder)
    assert_result(play, play.run(since="decrypt"))
