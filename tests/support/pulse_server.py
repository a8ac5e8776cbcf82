"""A PulseAudio server of the test's own, with devices made of nothing.

    with PulseServer() as pulse:
        pulse.play_into_microphone('spoken.wav')
        with pulse.record_loudspeaker('heard.wav'): ...
        subprocess.run([...], env=pulse.environment)

It lives in a folder of its own and is reached only through `environment`, so
that neither the user's server nor another test's hears anything of it. There
is one microphone (what is played into the sink `mic` comes out of the source
`vmic`) and one loudspeaker (what is played into the sink `spk` comes out of
`spk.monitor`) for each name given; the first of each is the default.

Sinks without hardware begin with up to two seconds of delay: warm_up() waits
until a sound comes through as fast as it later does.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import make_speech    # noqa: E402
import wav_correlate  # noqa: E402

PATIENCE_S = 90.0
PACE_S = 0.02


class PulseError(Exception):
    """The server or one of its tools does not do what it should."""


class PulseServer:
    def __init__(self, microphones=('mic',), loudspeakers=('spk',)):
        self.microphones = tuple(microphones)
        self.loudspeakers = tuple(loudspeakers)
        self.folder = None
        self.process = None
        self.environment = None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='chibo-pulse-'))
        self.environment = dict(
            os.environ, XDG_RUNTIME_DIR=str(self.folder),
            HOME=str(self.folder), PULSE_SERVER=f'unix:{self.folder}/native')
        for name in ('PULSE_SINK', 'PULSE_SOURCE', 'PULSE_RUNTIME_PATH',
                     'DBUS_SESSION_BUS_ADDRESS', 'DISPLAY'):
            self.environment.pop(name, None)
        script = self.folder / 'server.pa'
        script.write_text(self._script(), encoding='utf-8')
        with open(self.folder / 'server.log', 'wb') as log:
            self.process = subprocess.Popen(
                ['pulseaudio', '-n', '-F', str(script), '--daemonize=no',
                 '--exit-idle-time=-1', '--realtime=no', '--use-pid-file=no'],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *details):
        self.stop()

    def _script(self):
        lines = ['load-module module-native-protocol-unix auth-anonymous=1 '
                 f'socket={self.folder}/native']
        for name in self.microphones:
            lines.append('load-module module-null-sink rate=48000 channels=1 '
                         f'sink_name={name}')
            lines.append('load-module module-remap-source '
                         f'source_name=v{name} master={name}.monitor')
        for name in self.loudspeakers:
            lines.append('load-module module-null-sink rate=48000 channels=1 '
                         f'sink_name={name}')
        lines.append(f'set-default-sink {self.loudspeakers[0]}')
        lines.append(f'set-default-source v{self.microphones[0]}')
        return '\n'.join(lines) + '\n'

    def _wait_until_ready(self):
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise PulseError('pulseaudio ended: ' + self.log())
            done = subprocess.run(['pactl', 'info'], env=self.environment,
                                  stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=PATIENCE_S,
                                  check=False)
            if done.returncode == 0:
                return
            time.sleep(PACE_S)
        raise PulseError('pulseaudio does not answer: ' + self.log())

    def log(self):
        return (self.folder / 'server.log').read_text('utf-8', 'replace')

    def stop(self):
        """Ends the server, as a crash would: clients see it go."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def play(self, path, sink):
        """Starts to play a WAV into a sink; wait() for the process."""
        return subprocess.Popen(
            ['paplay', '--latency-msec=200', f'--device={sink}', str(path)],
            env=self.environment, stdin=subprocess.DEVNULL)

    def play_into_microphone(self, path, microphone=None):
        """Plays a WAV to its end into what the programs take for a
        microphone."""
        process = self.play(path, microphone or self.microphones[0])
        if process.wait(timeout=600) != 0:
            raise PulseError(f'paplay failed: {process.returncode}')

    @staticmethod
    def _wait_until_recorded(process, path, seconds):
        deadline = time.monotonic() + PATIENCE_S
        while not os.path.exists(path) or (
                os.path.getsize(path) <= 44 + 2 * 48000 * seconds):
            if process.poll() is not None:
                raise PulseError(f'parecord ended: {process.returncode}')
            if time.monotonic() > deadline:
                raise PulseError(f'parecord records no {seconds} s')
            time.sleep(PACE_S)

    @contextlib.contextmanager
    def record(self, path, source):
        """Records a source into a WAV while the block runs. The recorder is
        known to run from the first line of the block on, and has in the end
        all that sounded in it."""
        begin_s = time.monotonic()
        process = subprocess.Popen(
            ['parecord', '--latency-msec=20', '--rate=48000', '--channels=1',
             '--format=s16le', '--file-format=wav', f'--device={source}',
             str(path)],
            env=self.environment, stdin=subprocess.DEVNULL)
        try:
            self._wait_until_recorded(process, path, 0.0)
            yield process
            # It began a little later than that, and so has a little more.
            self._wait_until_recorded(process, path,
                                      time.monotonic() - begin_s)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    def record_loudspeaker(self, path, loudspeaker=None):
        return self.record(path,
                           f'{loudspeaker or self.loudspeakers[0]}.monitor')

    def warm_up(self, sink=None, delay_max_ms=300.0):
        """Plays into a sink and listens to its monitor until what comes out
        is what went in, within delay_max_ms. Returns the delay in ms."""
        sink = sink or self.microphones[0]
        spoken = self.folder / 'warm-up.wav'
        heard = self.folder / 'warm-up-heard.wav'
        make_speech.write_wav(str(spoken), make_speech.make_speech(99, 1.0,
                                                                   48000),
                              48000)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            heard.unlink(missing_ok=True)
            with self.record(heard, f'{sink}.monitor'):
                begin_s = os.path.getsize(heard) / 2 / 48000
                self.play_into_microphone(spoken, sink)
            found = wav_correlate.compare_files(str(spoken), str(heard))
            delay_ms = found.delay_ms - 1000.0 * begin_s
            if found.correlation > 0.9 and delay_ms < delay_max_ms:
                return delay_ms
        raise PulseError(f'{sink} does not come into step')
