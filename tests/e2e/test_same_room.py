"""Two members with a computer each in one room: their clients say so, and offer
to be silent. A third one, elsewhere, is told nothing.

Real clients on a PulseAudio server; the room is one device of two channels, of
which the left is what one microphone hears and the right, later, softer and
from the walls, what the other does.
"""
import pathlib
import sys
import wave

import numpy as np
import pytest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))

import chibo_process as play          # noqa: E402
import make_speech                    # noqa: E402
import wav_correlate                  # noqa: E402
from pulse_server import PulseServer  # noqa: E402

LISTENER, SPEAKER, ELSEWHERE = "m1", "m2", "m3"
MEMBERS = (LISTENER, SPEAKER, ELSEWHERE)
RATE = 48000
SPEECH_S = 14.0
AGAIN = 12  # times, where it goes on until somebody is told: some seconds of it
            # have to be heard without a hole, which a busy machine makes
PATIENCE_S = 0.9 * AGAIN * SPEECH_S
ROOM_MS = 25
GAIN = 0.5


def pactl(pulse, *words):
    play.run(["pactl", *words], "pactl", env=pulse.environment)


def in_the_room(sound, seed):
    """What the farther microphone hears: later, softer, and the walls."""
    chance = np.random.Generator(np.random.PCG64(seed))
    late = RATE * ROOM_MS // 1000
    count = RATE * 3 // 10
    answer = np.zeros(late + count)
    answer[late] = 1.0
    answer[late + 100:] += (0.3 * chance.standard_normal(count)[100:]
                            * 10.0 ** (-3.0 * np.arange(100, count) / count)
                            / 20.0)
    size = 1 << (len(sound) + len(answer)).bit_length()
    heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(answer, size),
                         size)[:len(sound)]
    return GAIN * heard + 0.002 * chance.standard_normal(len(sound))


def write_again_and_again(path, times, *channels):
    both = np.stack(channels, axis=1)
    data = np.round(np.clip(both, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(RATE)
        for _ in range(times):
            out.writeframes(data)


class House:
    """A room with two, and another with one."""

    def __init__(self, folder, pulse):
        self.pulse = pulse
        self.folder = folder
        pactl(pulse, "load-module", "module-null-sink", "rate=48000",
              "channels=2", "sink_name=room")
        for name, side in ((f"air-{SPEAKER}", "front-left"),
                           (f"air-{LISTENER}", "front-right")):
            pactl(pulse, "load-module", "module-remap-source",
                  f"source_name={name}", "master=room.monitor", "channels=1",
                  "channel_map=mono", f"master_channel_map={side}",
                  "remix=no")
        self.server = play.Server(folder / "server").start()
        people = folder / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in (1, 2, 3)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        self.people = {}
        for holder, link in self.server.invite(*MEMBERS).items():
            source = (f"vmic-{holder}" if holder == ELSEWHERE
                      else f"air-{holder}")
            member = play.Member(
                folder / holder, holder, holder,
                PULSE_SOURCE=source, PULSE_SINK=f"spk-{holder}",
                **{name: pulse.environment[name] for name in
                   ("XDG_RUNTIME_DIR", "HOME", "PULSE_SERVER")})
            member.enroll(link)
            self.people[holder] = member
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
            "2026-11-25 19:30", "--chair", SPEAKER, "--minute-taker",
            ELSEWHERE)[0]["made"]

    def meet(self):
        chair = self.people[SPEAKER]
        for member in self.people.values():
            member.join(self.meeting, "--audio", "pulse")
        play.let_in(self.people.values(), chair)
        chair.do("open_meeting")
        chair.do("give_floor", member=SPEAKER, limit_ms=3000000)
        chair.event("floor_given", member=SPEAKER)
        chair.do("talk", on=True)
        for device in ("room", f"mic-{ELSEWHERE}"):
            self.pulse.warm_up(device)

    def begin_speech(self, speaker, times=1):
        """Somebody speaks at the speaker's microphone, and at the same time
        another in the other room; the processes."""
        sound = make_speech.make_speech(speaker, SPEECH_S, RATE)
        path = self.folder / f"room-{speaker}.wav"
        write_again_and_again(path, times, sound, in_the_room(sound, speaker))
        other = self.folder / f"elsewhere-{speaker}.wav"
        write_again_and_again(other, times, make_speech.make_speech(
            speaker + 1, SPEECH_S, RATE))
        return [self.pulse.play(path, "room"),
                self.pulse.play(other, f"mic-{ELSEWHERE}")]

    def close(self):
        for member in self.people.values():
            member.kill()
        self.server.stop()


@pytest.fixture
def house(tmp_path):
    with PulseServer([f"mic-{ELSEWHERE}"],
                     [f"spk-{holder}" for holder in MEMBERS]) as pulse:
        made = House(tmp_path, pulse)
        try:
            yield made
        finally:
            made.close()


def finish(processes):
    for process in processes:
        assert process.wait(timeout=600) == 0


def stop(processes):
    for process in processes:
        assert process.poll() is None, "the speech was over before"
        process.terminate()
        process.wait(timeout=600)


def told(member, since=0):
    with member.output.changed:
        return [line for line in member.output.lines[since:]
                if "same_room" in line]


def test_neighbours_are_told_and_nobody_else(house):
    house.meet()
    listener = house.people[LISTENER]
    speech = house.begin_speech(10, AGAIN)
    line = listener.wait(lambda l: "same_room" in l, "who is in the room",
                         timeout_s=PATIENCE_S)
    assert line == {"same_room": SPEAKER, "site": False}
    stop(speech)
    finish(house.begin_speech(12))
    assert len(told(listener)) == 1
    assert not told(house.people[ELSEWHERE])
    assert not told(house.people[SPEAKER])
    listener.do("same_room", **{"do": "ignore"})
    assert listener.do("same_room", **{"do": "mute_all"})["ok"]
    assert listener.refusal("same_room", **{"do": "dance"})


def test_people_are_offered_to_be_silent(house, tmp_path):
    house.meet()
    listener = house.people[LISTENER]
    assert listener.quit() == 0
    listener.join_lines(house.meeting, "--audio", "pulse")
    listener.sees("Sinh hoạt chi bộ")
    speech = house.begin_speech(20, AGAIN)
    line = listener.sees("đang ở cùng phòng: chỉ nên có một máy",
                         timeout_s=PATIENCE_S)
    assert "Đảng viên Mẫu 02" in line
    listener.sees("/cung-phong tat      tắt micrô của máy này")
    listener.type("/cung-phong tat-het")
    listener.sees("Đã tắt micrô và loa của máy này.")
    stop(speech)
    speech = house.begin_speech(30)
    heard = tmp_path / "heard.wav"
    with house.pulse.record(heard, f"spk-{LISTENER}.monitor"):
        finish(speech)
    assert np.abs(wav_correlate.read_wav(str(heard))[0]).max() < 1e-4
    listener.type("/cung-phong nghe")
    listener.sees("Đã bật loa.")
    speech = house.begin_speech(40)
    with house.pulse.record(heard, f"spk-{LISTENER}.monitor"):
        finish(speech)
    assert np.abs(wav_correlate.read_wav(str(heard))[0]).max() > 0.02


def test_who_does_not_want_to_know_is_not_told(house):
    house.meet()
    listener = house.people[LISTENER]
    assert listener.quit() == 0
    listener.join(house.meeting, "--audio", "pulse", "--without", "room")
    listener.caught_up()
    finish(house.begin_speech(50))
    listener.state()
    assert not told(listener)
