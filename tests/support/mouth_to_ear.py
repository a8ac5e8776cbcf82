"""A meeting whose members speak into microphones and hear from loudspeakers, and
how long a word takes from one to the other.

Three members are real chibo processes on devices of a PulseAudio server of the
caller's own, a microphone and a loudspeaker for each; `crowd` more are real
connections that listen (tests/e2e/listening_crowd.c).
"""
import contextlib
import json
import pathlib
import subprocess
import sys
import threading
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import chibo_process as play          # noqa: E402
import make_speech                    # noqa: E402
import wav_correlate                  # noqa: E402
from pulse_server import PulseServer  # noqa: E402
from witness import Witness           # noqa: E402

RATE = 48000
SPEECH_S = 3
TAIL_S = 0.5       # of recording after the last word
SPOILT_MAX = 5     # blocks of 20 ms, of a machine that keeps the time
AGAIN_S = 300      # a busy machine has to come to rest meanwhile
CHAIR, BUTTON, OPEN = "m1", "m2", "m3"  # BUTTON pushes to talk
MEMBERS = (CHAIR, BUTTON, OPEN)


class Ear:
    """Records a source, and knows when each of its samples came."""

    def __init__(self, pulse, source):
        self.process = subprocess.Popen(
            ["parec", "--raw", "--latency-msec=20", f"--rate={RATE}",
             "--channels=1", "--format=s16le", f"--device={source}"],
            env=pulse.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, bufsize=0)
        self.parts = []
        self.size = 0
        self.begin_s = None  # when the first sample came
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        """A piece may come late and none comes early, so the earliest of all
        says when the recording began."""
        while part := self.process.stdout.read(65536):
            now_s = time.monotonic()
            with self.changed:
                self.parts.append(part)
                self.size += len(part)
                begin_s = now_s - self.size / (2 * RATE)
                if self.begin_s is None or begin_s < self.begin_s:
                    self.begin_s = begin_s
                self.changed.notify_all()

    def wait_until(self, now_s):
        """Waits until it has recorded what sounds at this moment."""
        with self.changed:
            came = self.changed.wait_for(
                lambda: self.begin_s is not None
                and self.begin_s + self.size / (2 * RATE) >= now_s,
                play.PATIENCE_S)
        assert came, "parec records nothing"

    def stop(self):
        self.process.terminate()
        self.thread.join(play.PATIENCE_S)
        self.process.stdout.close()
        self.process.wait(play.PATIENCE_S)

    def samples(self):
        data = b"".join(self.parts)
        data = data[:len(data) // 2 * 2]
        return wav_correlate.to_rate(
            np.frombuffer(data, "<i2").astype(float) / 32768.0, RATE)


@contextlib.contextmanager
def listening(pulse, *sources):
    ears = [Ear(pulse, source) for source in sources]
    try:
        for ear in ears:
            ear.wait_until(time.monotonic())
        yield ears
        end_s = time.monotonic() + TAIL_S
        for ear in ears:
            ear.wait_until(end_s)
    finally:
        for ear in ears:
            ear.stop()


def compare(mouth, ear):
    """How much of what one recorded is in the other, and how much later."""
    found = wav_correlate.compare(mouth.samples(), ear.samples())
    return found._replace(
        delay_ms=found.delay_ms + 1000.0 * (ear.begin_s - mouth.begin_s))


class Crowd:
    """So many who listen, in one process."""

    def __init__(self, meeting, links):
        self.process = subprocess.Popen(
            [str(play.BUILD / "tests/e2e/listening_crowd"), meeting],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write("".join(f"{link}\n" for link in links) + "\n")
        self.process.stdin.flush()
        self.output = play.Lines(self.process.stdout,
                                 lambda line: line.rstrip("\n"))

    def wait(self, word):
        return self.output.wait(lambda line: line.startswith(word),
                                f"the crowd: {word}")

    def speak(self):
        """All of them, from now on."""
        self.process.stdin.write("speak\n")
        self.process.stdin.flush()

    def leave(self):
        """How many frames who of them heard most, and least, has heard."""
        self.process.stdin.close()
        heard = self.wait("heard")
        assert self.process.wait(play.PATIENCE_S) == 0
        return [int(count) for count in heard.split()[1:]]

    def kill(self):
        self.process.kill()
        self.process.wait()


class Room:
    """An open meeting. `options` are of every chibo join."""

    def __init__(self, folder, pulse, crowd=0, options=()):
        self.folder = folder
        self.pulse = pulse
        self.size = len(MEMBERS) + crowd
        self.options = options
        self.crowd = None
        self.speakers = 0
        self.server = play.Server(folder / "server").start()
        self.people = {}

    def meet(self):
        people = self.folder / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:03},official,none\n"
            for n in range(1, self.size + 1)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        for holder, link in self.server.invite(*MEMBERS).items():
            member = play.Member(
                self.folder / holder, holder, holder,
                XDG_RUNTIME_DIR=self.pulse.environment["XDG_RUNTIME_DIR"],
                HOME=self.pulse.environment["HOME"],
                PULSE_SERVER=self.pulse.environment["PULSE_SERVER"],
                PULSE_SOURCE=f"vmic-{holder}", PULSE_SINK=f"spk-{holder}")
            member.enroll(link)
            self.people[holder] = member
        meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ thường kỳ",
            "--at", "2026-11-25 19:30", "--place", "Nhà văn hoá khu phố 3",
            "--chair", CHAIR, "--minute-taker", OPEN)[0]["made"]
        if self.size > len(MEMBERS):
            self.crowd = Crowd(meeting, self.server.invite(
                *(f"m{n}" for n in range(len(MEMBERS) + 1, self.size + 1))
                ).values())
        for holder, member in self.people.items():
            member.join(meeting, "--audio", "pulse", *self.options,
                        *(["--open-mic"] if holder == OPEN else []))
            member.wait(lambda l: l.get("connection") == "connected", "a line")
        chair = self.people[CHAIR]
        chair.do("open_lobby")
        for member in self.people.values():
            member.wait(lambda l: "joined" in l or "waiting" in l, "a place")
        if self.crowd:
            self.crowd.wait("asked")
        chair.do("admit_all")
        for member in self.people.values():
            member.caught_up()
        if self.crowd:
            self.crowd.wait("in")
        chair.do("open_meeting")

    def tune(self):
        """The devices come into step; each member's streams are there."""
        self.wait_for_streams()
        for holder in MEMBERS:
            self.pulse.warm_up(f"mic-{holder}")
            self.pulse.warm_up(f"spk-{holder}")

    def streams(self, kind):
        text = play.run(["pactl", "--format=json", "list", kind], "pactl",
                        env=self.pulse.environment)
        return [stream for stream in json.loads(text)
                if stream["properties"].get("application.name") == "chibo"]

    def wait_for_streams(self):
        end_s = time.monotonic() + play.PATIENCE_S
        for kind in ("source-outputs", "sink-inputs"):
            while len(self.streams(kind)) < len(MEMBERS):
                assert time.monotonic() < end_s, f"too few {kind}"

    def give_floor(self, holder):
        self.people[CHAIR].do("give_floor", member=holder, limit_ms=300000)
        self.people[holder].event("floor_given", member=holder)
        play.settle(self.people.values())

    def end_floor(self):
        self.people[CHAIR].do("end_floor")
        play.settle(self.people.values())

    def talk(self, holder, is_on):
        self.people[holder].do("talk", on=is_on)

    def say(self, holder, *listeners):
        """Somebody speaks into this member's microphone: a Match for each
        listener's loudspeaker."""
        self.speakers += 1
        path = self.folder / f"speech-{self.speakers}.wav"
        make_speech.write_wav(
            str(path), make_speech.make_speech(self.speakers, SPEECH_S, RATE),
            RATE)
        with listening(self.pulse, f"mic-{holder}.monitor",
                       *(f"spk-{listener}.monitor" for listener in listeners)
                       ) as (mouth, *ears):
            self.pulse.play_into_microphone(path, f"mic-{holder}")
        return [compare(mouth, ear) for ear in ears]

    def spoilt_of(self, listeners):
        """Blocks of 20 ms that these did not hear as and when they were said,
        so far, as they know."""
        figures = [self.statistics(listener) for listener in listeners]
        return sum(part["concealed"] + part["late"] + part["stale"]
                   + part["dropped"]
                   + (part["stretched_ms"] + part["shrunk_ms"]) // 20
                   for part in figures)

    def statistics(self, holder):
        member = self.people[holder]
        mark = member.mark()
        member.do("stats")
        return member.wait(lambda l: "statistics" in l, "statistics",
                           mark)["statistics"]

    def say_until(self, is_right, holder, *listeners):
        """Somebody speaks, and again if a busy machine made it wrong: if it
        did not keep the time, or a listener had to wait for sound."""
        end = time.monotonic() + AGAIN_S
        while True:
            before = self.spoilt_of(listeners)
            with Witness() as witness:
                found = self.say(holder, *listeners)
            if is_right(*found):
                return found
            spoilt = self.spoilt_of(listeners) - before
            assert witness.was_busy() or spoilt > SPOILT_MAX, found
            assert time.monotonic() < end, found

    def close(self):
        try:
            if self.crowd and self.crowd.process.poll() is None:
                most, least = self.crowd.leave()
                assert least > 0 or self.speakers == 0, (most, least)
            codes = {holder: member.quit()
                     for holder, member in self.people.items()}
            assert set(codes.values()) <= {0}, codes
            assert self.server.stop() == 0
        finally:
            if self.crowd:
                self.crowd.kill()
            for member in self.people.values():
                member.kill()
            self.server.stop()


@contextlib.contextmanager
def meeting(folder, crowd=0, options=()):
    """Everybody is in it, and the devices are in step."""
    with PulseServer([f"mic-{holder}" for holder in MEMBERS],
                     [f"spk-{holder}" for holder in MEMBERS]) as pulse:
        room = Room(folder, pulse, crowd, options)
        try:
            room.meet()
            room.tune()
            yield room
        finally:
            room.close()
