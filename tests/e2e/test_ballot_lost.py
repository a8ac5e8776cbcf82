"""A server that comes back from an older backup while a secret ballot is open:
with the consent of chair and minute-taker the meeting goes on, the ballot does
not. Nobody opens it, and the one that is held instead has nothing of it."""
import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_device import PATIENCE_S  # noqa: E402
from ballot_held import Ballot  # noqa: E402
from ballot_scene import Scene  # noqa: E402
from chibo_process import settle  # noqa: E402
from signed_heads import await_signed  # noqa: E402

COMMITTEE = ("m3", "m4", "m5")


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path, size=5).begin()
    yield scene
    scene.close()


def restore(scene, backup, told, what):
    """As an administrator does it; what each device says of it: the first line
    for which told(line)."""
    marks = {d: d.mark() for d in scene.everybody()}
    scene.server.kill()
    scene.server.control("restore", backup)
    scene.server.start()
    return {d: d.wait(told, what, since=marks[d]) for d in scene.everybody()}


def accept_the_loss(scene, held):
    note = held[scene.chair]
    for holder in ("m1", "m2"):
        scene.devices[holder].do("restored", **{
            "from": note["seq"], "lost_seq": note["lost_seq"],
            "lost_head": note["lost_head"]})
    for device in scene.everybody():
        device.until_event("restored")


def await_in_log(scene, words):
    end = time.monotonic() + PATIENCE_S
    while words not in scene.server.log.read_text(encoding="utf-8"):
        assert time.monotonic() < end, f"the server never said: {words}"
        scene.chair.state()


def kept_of(device, ballot):
    """Its files of this ballot."""
    return [p.name for p in (device.profile / "ballots").glob("*")
            if p.name.startswith(ballot.uuid)]


def test_an_open_ballot_is_void_and_held_anew_with_other_keys(scene, tmp_path):
    ballot = Ballot(scene, COMMITTEE).run(upto="include")
    credentials = ballot.event("ballot_listed")["credentials"]
    server_key = ballot.event("keys_begun")["server_key"]
    assert all(kept_of(d, ballot) for d in scene.everybody())
    scene.leave("m4")  # a teller, who comes back when it is over
    # What came behind the backup would be given back, and nothing be held.
    scene.chair.until_event("connection_lost", holder="m4")
    scene.chair.until_event("checkpoint", reason="ballots_ended")
    scene.server.control("backup", tmp_path / "backup.db")
    held = restore(scene, tmp_path / "backup.db",
                   lambda l: l.get("held") == scene.meeting, "the hold")
    assert ballot.refusal("count_ballot") == "held"

    accept_the_loss(scene, held)

    for device in [*scene.everybody(), scene.come_back("m4")]:
        device.until_told("void", ballot=ballot.id)
        device.until(lambda d=device: not kept_of(d, ballot),
                     "the end of what was kept")
    assert ballot.refusal("count_ballot", knowingly=False) == "ballot_state"
    assert ballot.refusal("ballot_decrypt", by="m3") == "ballot_state"
    again = Ballot(scene, COMMITTEE).run()
    again.check()
    assert again.uuid != ballot.uuid
    assert again.event("keys_begun")["server_key"] != server_key
    assert again.event("ballot_listed")["credentials"] != credentials
    assert not ballot.events("ballot_decrypted")
    assert not list((scene.server.data / "ballots").glob("*.share"))


def test_votes_whose_events_alone_come_back_are_not_counted(scene, tmp_path):
    """Devices give back what was said, but not the ballots: so the server cannot
    count them, and says so, once; chair and minute-taker are told while voting is
    open still, and the chair declares the ballot void."""
    ballot = Ballot(scene, COMMITTEE).run(upto="open")
    scene.server.control("backup", tmp_path / "backup.db")
    ballot.run(since="cast", upto="cast")
    before = settle(scene.everybody())
    # What the server has signed comes back.
    await_signed(scene.everybody(), scene.meeting, before["next"] - 1)
    restore(scene, tmp_path / "backup.db",
            lambda l: l.get("ev") == "server_restarted", "the way on")
    assert settle(scene.everybody())["next"] > before["next"]
    assert len(ballot.events("ballot_recorded")) == 5

    for holder in ("m1", "m2"):
        told = scene.devices[holder].until_told("stuck", ballot=ballot.id)
        assert told["error"]["code"] == "no_records"
    assert ballot.refusal("end_ballot") == "no_records"
    await_in_log(scene, "can only be declared void")
    assert scene.server.log.read_text(encoding="utf-8").count(
        "can only be declared void") == 1
    assert not any(scene.devices[m].told("stuck") for m in ("m3", "m4", "m5"))
    assert not ballot.events("ballots_ended")
    ballot.do("void_ballot", reason="Phiếu đã mất")
    for device in scene.everybody():
        device.until_told("void", ballot=ballot.id)
        device.until(lambda d=device: not kept_of(d, ballot),
                     "the end of what was kept")
    Ballot(scene, COMMITTEE).run().check()
