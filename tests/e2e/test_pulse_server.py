"""The tools that tests of sound are made of, tested: the made-up speakers, the
correlation, the PulseAudio server without hardware, who sees whether a machine
keeps the time."""
import os
import pathlib
import signal
import subprocess
import sys
import time
import wave

import numpy as np
import pytest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / 'support'
sys.path.insert(0, str(SUPPORT))

import make_speech                    # noqa: E402
import wav_correlate                  # noqa: E402
from pulse_server import PATIENCE_S, PulseServer  # noqa: E402
from witness import Witness           # noqa: E402

RATE = 48000


def write(path, samples, rate=RATE, channels=1):
    make_speech.write_wav(str(path), samples, rate, channels)
    return str(path)


def run_correlate(*arguments):
    return subprocess.run(
        [sys.executable, str(SUPPORT / 'wav_correlate.py'), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def test_the_same_speaker_says_the_same_and_no_other_does(tmp_path):
    paths = [write(tmp_path / f'{n}.wav', make_speech.make_speech(n, 4.0, RATE))
             for n in range(7)]
    again = write(tmp_path / 'again.wav', make_speech.make_speech(3, 4.0, RATE))
    assert pathlib.Path(again).read_bytes() == pathlib.Path(
        paths[3]).read_bytes()
    for i, spoken in enumerate(paths):
        for j, other in enumerate(paths):
            found = wav_correlate.compare_files(spoken, other)
            assert (found.correlation > 0.99) == (i == j), (i, j, found)
            assert i == j or found.correlation < 0.4, (i, j, found)


@pytest.mark.parametrize('delay_ms', [0, 37, 1500])
@pytest.mark.parametrize('rate,channels', [(48000, 1), (16000, 2), (44100, 1)])
def test_a_delayed_sound_is_found_at_its_place(tmp_path, delay_ms, rate,
                                               channels):
    speech = make_speech.make_speech(1, 3.0, rate)
    spoken = write(tmp_path / 'spoken.wav', speech, rate, channels)
    lead = np.zeros(rate * delay_ms // 1000)
    noise = np.random.Generator(np.random.PCG64(5)).standard_normal(
        len(lead) + len(speech)) * 0.01
    recorded = write(tmp_path / 'recorded.wav',
                     np.concatenate([lead, speech * 0.4]) + noise, rate)
    found = wav_correlate.compare_files(spoken, recorded)
    assert found.correlation > 0.95
    assert abs(found.delay_ms - delay_ms) < 1.0


def test_the_exit_code_says_whether_the_sound_is_there(tmp_path):
    spoken = write(tmp_path / 'a.wav', make_speech.make_speech(1, 2.0, RATE))
    other = write(tmp_path / 'b.wav', make_speech.make_speech(2, 2.0, RATE))
    silence = write(tmp_path / 'c.wav', np.zeros(RATE))
    assert run_correlate(spoken, spoken, '--threshold', '0.8').returncode == 0
    assert run_correlate(spoken, other, '--threshold', '0.8').returncode == 1
    assert run_correlate(spoken, other, '--absent', '0.4').returncode == 0
    assert run_correlate(spoken, silence, '--absent', '0.4').returncode == 0
    assert run_correlate(spoken, spoken, '--absent', '0.4').returncode == 1
    assert run_correlate(silence, spoken).returncode == 2
    assert run_correlate(spoken, str(tmp_path / 'none.wav')).returncode == 2


def test_half_of_a_speech_is_not_taken_for_the_whole(tmp_path):
    speech = make_speech.make_speech(4, 4.0, RATE)
    spoken = write(tmp_path / 'spoken.wav', speech)
    cut = speech.copy()
    cut[:int(2.5 * RATE)] = 0.0
    recorded = write(tmp_path / 'recorded.wav', cut)
    assert wav_correlate.compare_files(spoken, recorded).correlation < 0.8


def play_until_heard(pulse, spoken, sink, source, heard):
    """What is played is recorded whole, unless the machine was busy."""
    end = time.monotonic() + PATIENCE_S
    while True:
        heard.unlink(missing_ok=True)
        with Witness() as witness, pulse.record(heard, source):
            pulse.play_into_microphone(spoken, sink)
        found = wav_correlate.compare_files(spoken, str(heard))
        if found.correlation > 0.95:
            return
        assert witness.was_busy() and time.monotonic() < end, (sink, found)


def test_a_sound_goes_through_the_microphone_and_the_loudspeaker(tmp_path):
    spoken = write(tmp_path / 'spoken.wav',
                   make_speech.make_speech(5, 2.0, RATE))
    with PulseServer() as pulse:
        for sink, source in (('mic', 'vmic'), ('spk', 'spk.monitor')):
            pulse.warm_up(sink)
            play_until_heard(pulse, spoken, sink, source,
                             tmp_path / f'{sink}.wav')
        folder = pulse.folder
    assert not folder.exists()
    with wave.open(str(tmp_path / 'mic.wav')) as recorded:
        assert recorded.getframerate() == RATE


def test_a_machine_that_stands_still_is_seen():
    witness = subprocess.Popen(
        [sys.executable, '-c', 'import sys, witness\n'
         'with witness.Witness() as seen:\n'
         '    print(flush=True)\n'
         '    sys.stdin.readline()\n'
         'print(seen.late_ms, seen.was_busy())'],
        cwd=SUPPORT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    witness.stdout.readline()
    witness.send_signal(signal.SIGSTOP)
    os.waitpid(witness.pid, os.WUNTRACED)
    begin_s = time.monotonic()
    time.sleep(0.2)
    stood_ms = 1000.0 * (time.monotonic() - begin_s)
    witness.send_signal(signal.SIGCONT)
    late_ms, was_busy = witness.communicate('\n', PATIENCE_S)[0].split()
    assert float(late_ms) > stood_ms - 20.0
    assert was_busy == 'True'
