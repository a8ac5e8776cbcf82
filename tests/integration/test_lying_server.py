"""Clients that find out what a server lies about, and one that tells the truth
in the same scenes and is believed."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
from lying_scene import Hall, WireVictim  # noqa: E402
from lies import LIES, SCENES, play  # noqa: E402


@pytest.fixture
def hall(tmp_path):
    hall = Hall(tmp_path)
    yield hall
    hall.close()


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_a_client_written_from_the_protocol_finds(lie, hall):
    victim = WireVictim(hall)
    play(lie, hall, victim)
    assert lie.wire in (victim.found or "nothing")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title())
def test_the_truth_is_believed(scene, hall):
    victim = WireVictim(hall)
    play(scene, hall, victim, is_true=True)
    assert victim.is_content(), victim.found
