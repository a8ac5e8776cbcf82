"""What the tests of `chibo audio test` share: PulseAudio servers with devices
made of nothing, and what the command finds there."""
import contextlib
import json
import os
import pathlib
import subprocess
import threading

import numpy as np

import make_speech
from pulse_server import PATIENCE_S, PulseError, PulseServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CHIBO_BUILD", "build/release"))
CHIBO = (ROOT / BUILD / "bin" / "chibo").resolve()
RATE = 48000
SPEECH_S = 20
AGAIN = 6  # times: longer than a test


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
        timeout=PATIENCE_S, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def tried(pulse, folder):
    done = chibo(pulse, folder, "test", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["ok"] else 1), done.stderr
    return found


def wait_for_sound(pulse, source):
    """Until something else than silence comes from it."""
    with subprocess.Popen(
            ["parec", "--raw", "--latency-msec=20", f"--device={source}"],
            env=pulse.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, bufsize=0) as process:
        late = threading.Timer(PATIENCE_S, process.kill)
        late.start()
        try:
            while part := process.stdout.read(4096):
                if any(part):
                    return
            raise PulseError(f"{source} is silent")
        finally:
            late.cancel()
            process.kill()


@contextlib.contextmanager
def sounding(pulse, folder, samples):
    """While the block runs this comes out of the microphone, again and
    again."""
    path = folder / "into-microphone.wav"
    make_speech.write_wav(str(path), np.tile(samples, AGAIN), RATE)
    process = pulse.play(path, "mic")
    try:
        wait_for_sound(pulse, "vmic")
        yield
        assert process.poll() is None, "the sound was too short"
    finally:
        process.terminate()
        process.wait()
