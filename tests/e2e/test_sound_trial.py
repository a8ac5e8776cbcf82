"""chibo audio test, on devices made of nothing, from a PulseAudio server that
this test starts: what is spoken into the microphone, or is not, is told."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import make_speech                    # noqa: E402
from pulse_server import PulseServer  # noqa: E402

BUILD = pathlib.Path(os.environ.get("CHIBO_BUILD", "build/release"))
CHIBO = (ROOT / BUILD / "bin" / "chibo").resolve()
RATE = 48000
SPEECH_S = 20  # longer than a test


class Prompt(PulseServer):
    """Sinks that do not sleep for two seconds when they begin."""

    def _script(self):
        return super()._script().replace("module-null-sink",
                                         "module-null-sink norewinds=1")


class Bare(PulseServer):
    """A computer without any device."""

    def _script(self):
        return super()._script().split("\n", 1)[0] + "\n"


class Deaf(PulseServer):
    """A computer with a loudspeaker only."""

    def _script(self):
        return "\n".join(line for line in super()._script().split("\n")
                         if "mic" not in line) + "\n"


def chibo(pulse, folder, *words):
    return subprocess.run(
        [CHIBO, "audio", *words, "--profile", f"{folder}/profile"],
        env=dict(pulse.environment, HOME=str(folder), LANGUAGE="en"),
        timeout=60, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def tried(pulse, folder):
    done = chibo(pulse, folder, "test", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["ok"] else 1), done.stderr
    return found


@contextlib.contextmanager
def sounding(pulse, folder, samples):
    """While the block runs this comes out of the microphone."""
    path = folder / "into-microphone.wav"
    make_speech.write_wav(str(path), samples, RATE)
    process = pulse.play(path, "mic")
    try:
        yield
        assert process.poll() is None, "the sound was too short"
    finally:
        process.terminate()
        process.wait()


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


def test_a_microphone_that_hears_the_loudspeaker_is_measured(pulse, tmp_path):
    assert chibo(pulse, tmp_path, "use", "--microphone",
                 "spk.monitor").returncode == 0
    found = tried(pulse, tmp_path)
    assert 0 < found["round_trip_ms"] < 400, found


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
