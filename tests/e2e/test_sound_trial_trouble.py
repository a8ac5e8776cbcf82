"""chibo audio test where there is something wrong: noise, nothing, no device."""
import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from sound_trial import (RATE, SPEECH_S, Bare, Deaf, Empty, NoServer,
                         Prompt, chibo, sounding, tried)  # noqa: E402


@pytest.fixture(scope="module")
def pulse():
    with Prompt() as server:
        yield server


def test_an_even_noise_is_told(pulse, tmp_path):
    noise = np.random.Generator(np.random.PCG64(5)).standard_normal(
        SPEECH_S * RATE) * 0.02
    with sounding(pulse, tmp_path, noise):
        assert tried(pulse, tmp_path)["verdict"] == "noise"


def test_a_microphone_that_gives_nothing_is_told(pulse, tmp_path):
    assert tried(pulse, tmp_path)["verdict"] == "nothing"
    done = chibo(pulse, tmp_path, "test", "--language", "vi")
    assert done.returncode == 1
    assert "Micrô không có tín hiệu nào" in done.stdout
    assert "Đề nghị đồng chí nói trong ba giây" in done.stdout


def test_what_stands_in_for_a_loudspeaker_is_none(tmp_path):
    with Empty() as empty:
        assert tried(empty, tmp_path) == {"ok": False, "microphone": False,
                                          "loudspeaker": False}


def test_without_a_server_the_sound_card_is_tried(tmp_path):
    """What ALSA's null captures is whatever was in memory: no verdict."""
    found = tried(NoServer(tmp_path), tmp_path)
    assert found["loudspeaker"] and found["microphone"]
    assert "verdict" in found
    done = chibo(NoServer(tmp_path), tmp_path, "test", "--language", "vi")
    assert "dùng thẳng card âm thanh" in done.stdout
    assert "Đề nghị đồng chí nói trong ba giây" in done.stdout


def test_without_a_microphone_that_is_told(tmp_path):
    with Deaf() as deaf:
        found = tried(deaf, tmp_path)
        assert found == {"ok": False, "microphone": False,
                         "loudspeaker": True}
        done = chibo(deaf, tmp_path, "test", "--language", "en")
        assert "There is no microphone" in done.stdout


def test_without_any_device_that_is_told(tmp_path):
    with Bare() as bare:
        assert tried(bare, tmp_path) == {"ok": False, "microphone": False,
                                         "loudspeaker": False}
        done = chibo(bare, tmp_path, "test", "--language", "en")
        assert "There is no loudspeaker" in done.stdout
