"""What is said and heard in the demo meeting.

Sound keeps the time of the clock. A machine that has no time for it loses some,
and the clients count what they lost, or bent to make up for it: then it is said
again. What is not heard although nothing was lost is a fault at once.
"""
import pathlib
import select
import sys
import time
import wave

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import chibo_process as play  # noqa: E402
import make_speech  # noqa: E402
import wav_correlate  # noqa: E402

HEARD = 0.8      # correlation of what was spoken with what was recorded
NOT_HEARD = 0.3
SPEECH_S = 4
BEHIND_S = 2     # more than it takes from a mouth to all ears
TAKES_MAX = 20
RATE = 48000
COUNT = (SPEECH_S + BEHIND_S) * RATE  # samples of a recording to look at
HEADER_SIZE = 44  # of a WAV
LOST = ("concealed", "late", "stale", "dropped", "stretched_ms", "shrunk_ms")


def recorded(member, since=0):
    """Samples of a recording that goes on, from the one of this number on."""
    data = member.recording.read_bytes()[HEADER_SIZE + 2 * since:]
    return numpy.frombuffer(data[:len(data) // 2 * 2], "<i2") / 32768.0


def correlation(path, samples):
    """Of a spoken file with what was recorded."""
    return wav_correlate.compare(
        wav_correlate.to_rate(*wav_correlate.read_wav(str(path))),
        wav_correlate.to_rate(samples, RATE)).correlation


def statistics(member):
    mark = member.mark()
    member.do("stats")
    return member.wait(lambda l: "statistics" in l, "figures",
                       mark)["statistics"]


class DemoSound:
    def __init__(self, demo):
        self.demo = demo
        # (file, who, in whose recording from which sample on)
        self.heard, self.unheard = [], []

    def speech(self, number):
        path = self.demo.directory / f"speech-{number}.wav"
        make_speech.write_wav(
            str(path), make_speech.make_speech(number, SPEECH_S, RATE), RATE)
        return path

    def say(self, member, path):
        mark = member.mark()
        member.do("speak", file=str(path))
        member.wait(lambda l: l.get("spoken") == str(path), "the end of speech",
                    since=mark)

    def speak(self, holder, number):
        """A member asks for the floor, gets it, and says a file, until all
        others have heard it."""
        chair, member = self.demo.people["m1"], self.demo.people[holder]
        path = self.speech(number)
        mark = member.mark()
        member.do("raise_hand", member="")
        chair.do("give_floor", member=holder, limit_ms=300000)
        member.event("floor_given", member=holder, since=mark)
        left = self.demo.others(member)
        for _ in range(TAKES_MAX):
            lost, begun = self.lost(), {m: len(recorded(m)) for m in left}
            self.say(member, path)
            left = [m for m in left
                    if not self.hears(m, holder, path, begun[m])]
            lost = self.lost() - lost
            if not left:
                break
            names = ", ".join(m.name for m in left)
            if lost == 0:
                raise play.Failure(f"{names}: {holder} was not heard, and "
                                   "nothing was lost")
            self.demo.say(f"this machine lost or bent {lost} parts of it on "
                          f"the way: it is said again, to {names}")
        else:
            raise play.Failure(f"{names}: {holder} was never heard well")
        member.do("end_floor")

    def speak_in_vain(self, holder, number):
        """A member speaks whom nobody may hear."""
        member, path = self.demo.people[holder], self.speech(number)
        begun = {m: len(recorded(m)) for m in self.demo.others(member)}
        self.say(member, path)
        for other, at in begun.items():
            self.await_recorded(other, at + COUNT)
            self.unheard.append((path, holder, other, at))

    # -- while it goes on --

    def lost(self):
        return sum(figures[name] for figures in
                   map(statistics, self.demo.everybody()) for name in LOST)

    def hears(self, listener, holder, path, begun):
        """Was it heard well, by what was recorded since?"""
        self.await_recorded(listener, begun + COUNT)
        if correlation(path, recorded(listener, begun)[:COUNT]) <= HEARD:
            return False
        self.heard.append((path, holder, listener, begun))
        return True

    def await_recorded(self, member, count):
        end = time.monotonic() + play.PATIENCE_S
        while len(recorded(member)) < count:
            if time.monotonic() > end:
                raise play.Failure(f"{member.name}'s recording does not go on")
            select.select([], [], [], 0.1)

    # -- when all is over --

    def compare(self):
        """What was spoken against the recordings as they were left."""
        worst, by, of = min(self.compared(self.heard))
        self.demo.check(worst > HEARD, "every other member heard each speaker; "
                        f"the worst correlation is {worst:.3f}, of {of} where "
                        f"{by} listened")
        loudest, _, _ = max(self.compared(self.unheard))
        self.demo.check(loudest < NOT_HEARD, "nobody heard who had no floor or "
                        f"was muted; the best correlation is {loudest:.3f}")

    def compared(self, rows):
        for path, holder, listener, begun in rows:
            with wave.open(str(listener.recording)) as sound:
                sound.setpos(begun)
                data = sound.readframes(COUNT)
            samples = numpy.frombuffer(data, "<i2") / 32768.0
            yield correlation(path, samples), listener.name, holder
