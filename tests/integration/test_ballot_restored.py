"""A server whose data are of before, while a secret ballot is open: what chair
and minute-taker give up takes the ballot along, wherever it was; until somebody
has decrypted. If the log comes back, and records that it names do not, the ballot
can only be void, and those who decide are told so. Voters and tellers are those
of support/ballot_play."""
import pathlib
import sqlite3
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from ballot_play import MARKS, refusal_of  # noqa: E402
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


# --- the log without its records ------------------------------------------------

# step: what the chair does next, the record that is gone by then.
LEADS_ON = {
    "take": ("close_issue", lambda p: p.event("ballot_ready")["election"]),
    "attest": ("open_ballot", lambda p: p.event("ballot_listed")["setup"]),
    "vote": ("end_ballot", lambda p: p.recorded()[2]["tracker"]),
    "include": ("count_ballot", lambda p: p.event("ballot_tallied")["sized"]),
}


def stop(scene):
    scene.admin.close()
    scene.server.kill()


def forget(scene, record):
    """As after events came back alone: the bytes of a record are not there."""
    store = sqlite3.connect(scene.server.data / "chibo.db")
    store.execute("PRAGMA foreign_keys = ON")
    row, = store.execute("SELECT id FROM blob WHERE hash = ?",
                         (bytes.fromhex(record),)).fetchone()
    store.execute("DELETE FROM blob_piece WHERE blob_id = ?", (row,))
    assert store.execute("DELETE FROM blob WHERE id = ?",
                         (row,)).rowcount == 1
    store.commit()
    store.close()


def start(scene, play):
    scene.server.start()
    scene.admin = scene.server.admin()
    come_back(scene, play)


def come_back(scene, play):
    play.come_back()
    for i, client in enumerate(scene.clients):
        client.cosigns_as = role_of(i)


def await_stuck(scene, code):
    """Chair and minute-taker are told, and nobody else."""
    def told(client):
        return [n for n in client.notes if n["note"] == "ballot_stuck"]

    wait_all(scene.clients, lambda: all(told(c) for c in scene.clients[:2]),
             "the note to chair and minute-taker")
    assert {told(c)[-1]["why"]["code"] for c in scene.clients[:2]} == {code}
    assert not any(told(c) for c in scene.clients[2:])


def flags_of(op):
    return {"knowingly": False} if op in ("open_ballot", "count_ballot") else {}


def said(scene, play):
    return sum(f"ballot {play.ballot} " in line and "declared void" in line
               for line in scene.server.log_text().splitlines())


@pytest.mark.parametrize("step", LEADS_ON)
def test_without_a_record_nothing_leads_on_and_the_chair_is_told(scene, step):
    play = scene.play()
    play.run(upto=step)
    op, lost = LEADS_ON[step]
    record = lost(play)
    stop(scene)
    forget(scene, record)

    start(scene, play)

    await_stuck(scene, "no_records")
    assert refusal_of(play.act, op, **flags_of(op)) == "no_records"
    come_back(scene, play)  # who comes in later is told, too
    await_stuck(scene, "no_records")
    assert said(scene, play) == 1
    play.act("void_ballot", reason="Máy chủ mất dữ liệu")
    again = scene.play()
    assert_result(again, again.run())
    assert said(scene, again) == 0


def test_into_a_box_that_cannot_be_counted_no_ballot_is_taken(scene):
    play = scene.play()
    play.run(upto="open")
    first, second = play.voters[:2]
    first.cast(first.make(MARKS[0]))
    made = second.make(MARKS[1])
    stop(scene)
    forget(scene, play.recorded()[0]["tracker"])

    start(scene, play)

    await_stuck(scene, "no_records")
    assert refusal_of(second.cast, made) == "no_records"
    assert len(play.recorded()) == 1


def test_a_share_that_is_lost_while_voting_is_open_is_told_at_once(scene):
    play = scene.play()
    play.run(upto="vote")
    stop(scene)
    for path in scene.shares:
        path.unlink()

    start(scene, play)

    await_stuck(scene, "no_share")
    assert refusal_of(play.act, "end_ballot") == "no_share"
    assert said(scene, play) == 1


def test_what_is_all_there_is_not_said_to_be_lost(scene):
    """The checker of the log, and of the notes, on a ballot without a loss."""
    play = scene.play()
    for step in ("take", "attest", "vote", "include"):
        before = play.STEPS[0] if step == "take" else following
        play.run(since=before, upto=step)
        following = play.STEPS[play.STEPS.index(step) + 1]
        if step == "take":
            continue  # a server that stops forgets who asked
        stop(scene)
        start(scene, play)
    assert_result(play, play.run(since=following))
    assert said(scene, play) == 0
    assert not any(n["note"] == "ballot_stuck"
                   for c in scene.clients for n in c.notes)
