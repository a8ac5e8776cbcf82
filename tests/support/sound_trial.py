"""What the tests of `chibo audio test` share: PulseAudio servers with devices
made of nothing, and what the command finds there."""
import contextlib
import json
import os
import pathlib
import subprocess

import make_speech
from pulse_server import PulseServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
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


class Empty(PulseServer):
    """The same, with what servers offer then: a sink that leads nowhere."""

    def _script(self):
        return (super()._script().split("\n", 1)[0] +
                "\nload-module module-always-sink\n")


class Deaf(PulseServer):
    """A computer with a loudspeaker only."""

    def _script(self):
        return "\n".join(line for line in super()._script().split("\n")
                         if "mic" not in line) + "\n"


class NoServer:
    """A computer without a sound server, whose sound card is ALSA's null."""

    def __init__(self, folder):
        alsa = folder / "asound.conf"
        alsa.write_text('pcm.!default { type null hint { show on description '
                        '"nothing" } }\nctl.!default { type null }\n')
        self.environment = dict(
            os.environ, XDG_RUNTIME_DIR=str(folder), JACK_NO_START_SERVER="1",
            ALSA_CONFIG_PATH=str(alsa), PULSE_SERVER=f"unix:{folder}/nobody")


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
