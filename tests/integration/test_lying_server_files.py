"""What chibo-verify finds in the files of a client that believed a lying
server, and in those of two who were shown different meetings."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from lies import LIES, SCENES, play  # noqa: E402
from lying_scene import Hall, NaiveVictim  # noqa: E402
from server_process import BUILD  # noqa: E402

SO_FAR, INVALID = 3, 1  # exit codes; the meetings here are not closed


@pytest.fixture
def hall(request, tmp_path):
    given = getattr(request.node, "callspec", None)
    lie = given and (given.params.get("lie") or given.params.get("scene"))
    hall = Hall.of(tmp_path, lie) if lie else Hall(tmp_path)
    yield hall
    hall.close()


def verify(*words):
    """(exit code, what is said in JSON)"""
    done = subprocess.run([BUILD / "bin/chibo-verify", *words, "--json"],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def verify_files_of(victim, directory):
    meeting, register = victim.save(directory)
    return verify(meeting, "--register", register)


@pytest.mark.parametrize("lie", [lie for lie in LIES if lie.verifier],
                         ids=lambda lie: lie.name)
def test_the_verifier_finds(lie, hall, tmp_path):
    victim = NaiveVictim(hall)
    play(lie, hall, victim)
    code, said = verify_files_of(victim, tmp_path)
    assert said["failure"]["fault"] == lie.verifier
    assert code == INVALID


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title())
def test_the_verifier_finds_nothing_in_the_truth(scene, hall, tmp_path):
    victim = NaiveVictim(hall)
    play(scene, hall, victim, is_true=True)
    code, said = verify_files_of(victim, tmp_path)
    assert said["failure"] is None
    assert code == SO_FAR
