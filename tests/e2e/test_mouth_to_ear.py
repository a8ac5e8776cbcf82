"""What goes into a member's microphone comes out of the others' loudspeakers,
soon enough to talk to each other, and only while it may be heard.

Real chibo processes on real sound devices: those of a PulseAudio server that
this test starts, a microphone and a loudspeaker for each member.
"""
import contextlib
import json
import pathlib
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))

import chibo_process as play          # noqa: E402
import make_speech                    # noqa: E402
import wav_correlate                  # noqa: E402
from pulse_server import PulseServer  # noqa: E402

RATE = 48000
SPEECH_S = 3
TAIL_S = 0.5       # of recording after the last word
HEARD = 0.8
NOT_HEARD = 0.4    # two different speakers resemble each other less
MOUTH_TO_EAR_MS = 200.0
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


class Room:
    """An open meeting of three members, each with devices of its own."""

    def __init__(self, folder, pulse):
        self.folder = folder
        self.pulse = pulse
        self.speakers = 0
        self.server = play.Server(folder / "server").start()
        self.people = {}

    def meet(self):
        people = self.folder / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2, 3)),
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
        for holder, member in self.people.items():
            member.join(meeting, "--audio", "pulse",
                        *(["--open-mic"] if holder == OPEN else []))
            member.wait(lambda l: l.get("connection") == "connected", "a line")
        chair = self.people[CHAIR]
        chair.do("open_lobby")
        for member in self.people.values():
            member.wait(lambda l: "joined" in l or "waiting" in l, "a place")
        chair.do("admit_all")
        for member in self.people.values():
            member.caught_up()
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

    def close(self):
        try:
            codes = {holder: member.quit()
                     for holder, member in self.people.items()}
            assert set(codes.values()) <= {0}, codes
            assert self.server.stop() == 0
        finally:
            for member in self.people.values():
                member.kill()
            self.server.stop()


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with PulseServer([f"mic-{holder}" for holder in MEMBERS],
                     [f"spk-{holder}" for holder in MEMBERS]) as pulse:
        meeting = Room(tmp_path_factory.mktemp("mouth-to-ear"), pulse)
        try:
            meeting.meet()
            meeting.tune()
            yield meeting
        finally:
            meeting.close()


@pytest.fixture
def floor(room):
    """Gives the floor, and takes it again whatever happens."""
    given = []

    def give(holder):
        room.give_floor(holder)
        given.append(holder)

    yield give
    if given:
        room.end_floor()


def test_the_clock_of_the_measurement_is_right(room, tmp_path):
    path = tmp_path / "speech.wav"
    make_speech.write_wav(str(path), make_speech.make_speech(50, 3, RATE), RATE)
    with listening(room.pulse, f"mic-{CHAIR}.monitor",
                   f"mic-{CHAIR}.monitor") as (first, second):
        room.pulse.play_into_microphone(path, f"mic-{CHAIR}")
    found = compare(first, second)
    assert found.correlation > 0.99
    assert abs(found.delay_ms) < 15.0
    first.begin_s -= 0.25
    assert compare(first, second).delay_ms > MOUTH_TO_EAR_MS


def test_the_others_hear_who_has_the_floor_and_talks_in_time(room, floor):
    floor(BUTTON)
    room.talk(BUTTON, True)
    to_chair, to_member, to_himself = room.say(BUTTON, CHAIR, OPEN, BUTTON)
    room.talk(BUTTON, False)
    print(f"mouth to ear: {to_chair.delay_ms:.0f} ms to the chair, "
          f"{to_member.delay_ms:.0f} ms to a member")
    for found in (to_chair, to_member):
        assert found.correlation > HEARD
        assert 0.0 < found.delay_ms < MOUTH_TO_EAR_MS
    assert to_himself.correlation < NOT_HEARD


def test_the_floor_alone_does_not_open_the_microphone(room, floor):
    floor(BUTTON)
    for found in room.say(BUTTON, CHAIR, OPEN):
        assert found.correlation < NOT_HEARD


def test_who_talks_without_the_floor_is_not_heard(room):
    room.talk(BUTTON, True)
    room.talk(OPEN, True)
    heard = room.say(BUTTON, CHAIR, OPEN) + room.say(OPEN, CHAIR, BUTTON)
    room.talk(BUTTON, False)
    room.talk(OPEN, False)
    for found in heard:
        assert found.correlation < NOT_HEARD


def test_an_open_microphone_is_heard_once_switched_on(room, floor):
    floor(OPEN)
    for found in room.say(OPEN, CHAIR, BUTTON):
        assert found.correlation < NOT_HEARD
    room.people[OPEN].wait(lambda l: l.get("talking_while_muted"),
                           "a word that nobody hears this")
    room.talk(OPEN, True)
    for found in room.say(OPEN, CHAIR, BUTTON):
        assert found.correlation > HEARD
        assert 0.0 < found.delay_ms < MOUTH_TO_EAR_MS
    room.talk(OPEN, False)


def test_who_is_muted_is_not_heard(room, floor):
    floor(OPEN)
    room.talk(OPEN, True)
    room.people[CHAIR].do("mute", holder=OPEN)
    play.settle(room.people.values())
    room.talk(OPEN, True)
    for found in room.say(OPEN, CHAIR, BUTTON):
        assert found.correlation < NOT_HEARD
    room.talk(OPEN, False)
