"""A hundred voters, each with a chibo of its own; and who of them cast which
ballot, as far as all files together tell.

Members vote in an order of chance, which nothing else that they do follows. A
member's own profile keeps its own receipts: those are the member's to show, and
no leak of one member's profile about another.

CHIBO_SEED=n repeats an order.
"""
import os
import pathlib
import random
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ballot_attack import Attack, Truth  # noqa: E402
from ballot_held import Ballot  # noqa: E402
from ballot_outcome import ballots_of  # noqa: E402
from ballot_scene import Scene  # noqa: E402
from chibo_process import BUILD, PATIENCE_S, run  # noqa: E402

CROWD, FEW = 100, 40
STAY = 7  # verify the result; the others leave when their ballots are in
QUESTION = [{"answers": ["Tán thành", "Không tán thành"], "min": 0, "max": 1,
             "question": "Đảng viên Mẫu 01 vào chi uỷ"}]
CHOICES = [[[1, 0]], [[0, 1]], [[0, 0]]]


def hold(scene, upto="verified"):
    seed = int(os.environ.get("CHIBO_SEED", random.randrange(10**6)))
    chance = random.Random(seed)
    print(f"seed {seed}")
    voters = scene.by_device
    ballot = Ballot(scene, questions=QUESTION, forms=["agree"], marks={
        holder: chance.choice(CHOICES) for holder in voters})
    ballot.cast_order = chance.sample(voters, len(voters))

    def most_leave():
        for holder in voters[STAY:]:
            scene.leave(holder)
    ballot.after["include"] = most_leave
    return ballot.run(upto=upto)


def truth_of(scene, ballot, archive):
    """Everybody's ballot, by what their own devices said of it."""
    genesis = scene.chair.events("genesis")[0]
    keys = {person["member"]: bytes.fromhex(device["device"])
            for person in genesis["roster"] for device in person["devices"]}
    heights = [ballot.told(holder, "receipt")["height"]
               for holder in scene.by_device]
    cast = ballots_of(archive)
    return Truth([(h, keys[h]) for h in scene.by_device],
                 [cast[height - 1] for height in heights], heights)


def attack_server(scene, truth, folder):
    """Everything that it has on its disk, and a backup of it."""
    attack = Attack(truth)
    backup = folder / "sao-luu.db"
    run([BUILD / "bin/chiboctl", "backup", backup, "--config",
         scene.server.config], "chiboctl backup")
    attack.file(backup, "the backup")
    for path in sorted(scene.server.directory.rglob("*")):
        if path.is_file():
            attack.file(path, str(path.relative_to(scene.server.directory)))
    return attack


def attack_profiles(scene, attack):
    """What is in each, and when its files were written."""
    written = {}
    for number, holder in enumerate(scene.by_device):
        profile = scene.devices[holder].profile
        for path in sorted(p for p in profile.rglob("*") if p.is_file()):
            kind = path.name if path.parent == profile \
                else path.suffix or "vault"
            written.setdefault(kind, []).append(
                (path.stat().st_mtime_ns, number))
            attack.file(path, f"{holder}'s {kind}")
    for kind, times in written.items():
        if len(times) > CROWD // 2:
            attack.order_of(f"times of {kind}",
                            [number for _, number in sorted(times)])


def test_a_hundred_vote_and_no_file_tells_who_cast_which_ballot(tmp_path):
    scene = Scene(tmp_path, size=CROWD)
    try:
        ballot = hold(scene.begin())
        archive = ballot.check("m1", "m4")
        truth = truth_of(scene, ballot, archive)
        found = attack_server(scene, truth, tmp_path)
        record = tmp_path / "meeting.log"
        scene.devices["m5"].quit()
        scene.devices["m5"].chibo("log", scene.meeting, "-o", record)
        found.file(record, "the record")
        found.file(archive, "the archive")
        attack_profiles(scene, found)
        leaks = found.finish()

        assert sorted(truth.heights) == list(range(1, CROWD + 1))
        assert found.looked_at > CROWD and len(found.findings) > 20
        assert leaks == []
    finally:
        scene.close()


def export_with(ballot, count):
    """The chair's archive, once its device has so many ballots: it fetches
    each after the event that names it."""
    end = time.monotonic() + PATIENCE_S
    while len(ballots_of(archive := ballot.export("m1"))) < count:
        assert time.monotonic() < end, "the ballots do not come"
    return archive


@pytest.fixture(scope="module")
def leaks(tmp_path_factory):
    """What is found of a server that keeps who cast which ballot."""
    folder = tmp_path_factory.mktemp("leaky")
    scene = Scene(folder, size=FEW, binary=BUILD / "tests/chibod_leaky")
    scene.server.surroundings = {"CHIBO_LEAK": str(scene.server.directory)}
    try:
        ballot = hold(scene.begin(), upto="cast")
        truth = truth_of(scene, ballot, export_with(ballot, FEW))
        return attack_server(scene, truth, folder).finish()
    finally:
        scene.close()


@pytest.mark.parametrize("name, way", [
    ("requests", "value before"), ("order", "order of first lines"),
    ("times", "time")])
def test_the_attack_finds_a_server_that_keeps_who_cast(leaks, name, way):
    assert any(leak.way == way and name in leak.place for leak in leaks), leaks
