"""chibo audio test, on devices made of nothing, from a PulseAudio server that
this test starts: speech that comes into the microphone is heard and judged."""
import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import make_speech  # noqa: E402
from sound_trial import (RATE, SPEECH_S, Prompt, chibo, sounding,
                         tried)  # noqa: E402


@pytest.fixture(scope="module")
def pulse():
    with Prompt() as server:
        yield server


@pytest.fixture(scope="module")
def speech():
    return make_speech.make_speech(7, SPEECH_S, RATE)


def test_speech_is_heard_and_the_way_cannot_be_measured(pulse, tmp_path,
                                                        speech):
    with sounding(pulse, tmp_path, speech):
        found = tried(pulse, tmp_path)
    assert found["ok"] and found["verdict"] == "good"
    assert found["microphone"] and found["loudspeaker"]
    assert "round_trip_ms" not in found
    assert -42 < found["loud_db"] < found["peak_db"] <= 0


def test_what_was_said_is_played(pulse, tmp_path, speech):
    """The loudspeaker plays a chirp, and three seconds of the microphone."""
    heard = tmp_path / "heard.wav"
    with sounding(pulse, tmp_path, speech), pulse.record_loudspeaker(heard):
        tried(pulse, tmp_path)
    raw = np.frombuffer(heard.read_bytes()[44:], "<i2").astype(float)
    windows = raw[:len(raw) // 4800 * 4800].reshape(-1, 4800)
    loud = np.sqrt((windows ** 2).mean(axis=1)) > 100
    assert 15 < loud.sum() < 40, loud.sum()


@pytest.mark.parametrize("verdict,factor", [("quiet", 0.012), ("loud", 12.0)])
def test_speech_that_is_too_quiet_or_too_loud_is_told(pulse, tmp_path, speech,
                                                      verdict, factor):
    with sounding(pulse, tmp_path, np.clip(speech * factor, -1, 1)):
        assert tried(pulse, tmp_path)["verdict"] == verdict


def test_a_microphone_that_hears_the_loudspeaker_is_measured(pulse, tmp_path):
    assert chibo(pulse, tmp_path, "use", "--microphone",
                 "spk.monitor").returncode == 0
    found = tried(pulse, tmp_path)
    assert 0 < found["round_trip_ms"] < 400, found
