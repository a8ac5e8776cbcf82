#!/usr/bin/python3
"""A meeting that goes on and on: does anything grow, does sound come later?

    endurance.py [--minutes M] [--measurements N] [--directory DIR]
                 [--chibod PATH]

A real server and real clients for M minutes (30). Three stay: the chair, one
who speaks, and one who listens and now and then records. Three others come and
go all the time. Somebody speaks nearly always.

Memory: what server and the three have resident (/proc) is sampled twice a
second. The first third is not counted. After it a line is laid through the
samples: its rise over the rest of the meeting, less what the events of the log
may take, has to stay below a bound. Of two parts of the rest the later one's
median has to, too: a rise that begins late is not lost in a flat line.

Delay: how much later what was said stands in the recording, by correlation, at
the beginning, at the end and all the time between, less what the line asks for
just then: a busy computer makes a jittery line, and waiting for that is right.
The median of the first third is compared with that of the last.

Prints what was measured, in the end "flat" or what was not. Exit code 0 if all
of it is flat, 1 if not, 2 if the meeting itself failed.
"""
import argparse
import pathlib
import statistics
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import chibo_process as play  # noqa: E402
import make_speech            # noqa: E402
import wav_correlate          # noqa: E402

CHAIR, SPEAKER, LISTENER = "m1", "m2", "m3"
COMERS = ("m4", "m5", "m6")
STAYERS = (CHAIR, SPEAKER, LISTENER)
RATE = 48000
SPEECH_S = 4.0
SAMPLE_S = 0.5
MEASUREMENTS = 7     # of the delay, at the beginning and at the end
HEARD = 0.5
WARM_UP = 1 / 3     # of the whole
RISE_MAX_KB = 768   # over all that is counted, however long, and
RISE_MAX_PART = 0.05  # at least this part of what is resident
EVENT_KB = 1.25      # an event in memory: the server takes 0.8, a client 0.4
DELAY_RISE_MAX_MS = 60.0  # a clock wrong by 0.02 % makes 360 ms of 30 min


def resident_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise play.Failure(f"process {pid} has no memory: it is over")


# --- judging ------------------------------------------------------------------


def rise_of(samples):
    """Of a line through (time, value) by least squares, from first to last."""
    times = [at for at, _ in samples]
    values = [value for _, value in samples]
    mean_at, mean = statistics.fmean(times), statistics.fmean(values)
    spread = sum((at - mean_at) ** 2 for at in times)
    slope = sum((at - mean_at) * (value - mean)
                for at, value in samples) / spread
    return slope * (times[-1] - times[0])


def judge_memory(name, samples, begin, events_of):
    """A line on one process, and what is wrong with it or None. `samples`:
    (time, kB); `events_of(from, to)`: how many were appended meanwhile."""
    counted = [(at, kb) for at, kb in samples if at >= begin]
    if len(counted) < 20:
        return f"{name}: {len(counted)} samples", f"{name}: too few samples"
    first, last = counted[0][0], counted[-1][0]
    middle = (first + last) / 2
    early = statistics.median(kb for at, kb in counted if at < middle)
    late = statistics.median(kb for at, kb in counted if at >= middle)
    rise = max(rise_of(counted), 2 * (late - early))
    events = events_of(first, last)
    bound = (max(RISE_MAX_KB, RISE_MAX_PART * early) + EVENT_KB * events)
    line = (f"{name}: {early:.0f} kB, then {late:.0f} kB; rise {rise:+.0f} kB "
            f"in {(last - first) / 60:.1f} min with {events} events "
            f"(bound {bound:.0f} kB)")
    return line, f"{name} grows" if rise > bound else None


def judge_delay(early, late):
    """Each: (what was measured, what the line asks for) in milliseconds."""
    if not early or not late:
        return "delay: not measured", "the delay was not measured"
    middle = [statistics.median(ms - asked for ms, asked in part)
              for part in (early, late)]
    whole = [statistics.median(ms for ms, _ in part)
             for part in (early, late)]
    line = (f"delay: {whole[0]:.0f} ms early ({len(early)} measurements), "
            f"{whole[1]:.0f} ms late ({len(late)}); beyond what the line asks "
            f"for {middle[0]:.0f} and {middle[1]:.0f} ms (bound "
            f"{DELAY_RISE_MAX_MS:+.0f} ms)")
    return line, ("sound comes later"
                  if middle[1] - middle[0] > DELAY_RISE_MAX_MS else None)


# --- the meeting --------------------------------------------------------------


class Sampler:
    """Reads what processes have resident, on a thread of its own."""

    def __init__(self, pids):
        self.pids = pids
        self.samples = {name: [] for name in pids}
        self.is_over = threading.Event()
        self.failure = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.is_over.wait(SAMPLE_S):
                for name, pid in self.pids.items():
                    self.samples[name].append(
                        (time.monotonic(), resident_kb(pid)))
        except (OSError, play.Failure) as failure:
            self.failure = failure

    def stop(self):
        self.is_over.set()
        self.thread.join()
        if self.failure:
            raise play.Failure(f"sampling: {self.failure}")
        return self.samples


class Meeting:
    def __init__(self, directory, chibod=None):
        self.directory = directory
        self.server = play.Server(directory / "server", binary=chibod).start()
        self.people = {}
        self.meeting = None
        self.events = []  # times at which the log was how long
        self.speeches = []
        self.delays = []  # (time, (ms, ms that the line asks for))
        self.garbled = 0  # measurements that found too little
        self.turn = 0

    def found(self):
        people = self.directory / "members.csv"
        people.write_text("name,category,office\n" + "".join(
            f"Đảng viên Mẫu {n:02},official,none\n" for n in range(1, 7)),
            encoding="utf-8")
        self.server.control("unit", "add", "cell", "Chi bộ Mẫu")
        self.server.control("member", "import", people)
        for holder, link in self.server.invite(*STAYERS, *COMERS).items():
            member = play.Member(self.directory / holder, holder, holder)
            member.enroll(link)
            self.people[holder] = member
        self.meeting = self.server.control(
            "meeting", "schedule", "--title", "Sinh hoạt chi bộ", "--at",
            "2026-11-25 19:30", "--chair", CHAIR, "--minute-taker",
            LISTENER)[0]["made"]
        for number in range(3):
            path = self.directory / f"speech-{number}.wav"
            make_speech.write_wav(str(path), make_speech.make_speech(
                number, SPEECH_S, RATE), RATE)
            self.speeches.append(path)

    def enter(self, holder):
        member = self.people[holder]
        options = ["--audio", "null"]
        if holder == LISTENER:
            options += ["--record", str(member.recording)]
        member.join(self.meeting, *options)
        member.wait(lambda l: l.get("connection") == "connected", "a line")

    def open(self):
        for holder in STAYERS:
            self.enter(holder)
        chair = self.people[CHAIR]
        chair.do("open_lobby")
        for holder in STAYERS:
            self.people[holder].wait(
                lambda l: "joined" in l or "waiting" in l, "a place")
        chair.do("admit_all")
        for holder in STAYERS:
            self.people[holder].caught_up()
        chair.do("open_meeting")

    def note_length(self):
        state = self.people[CHAIR].state()
        self.events.append((time.monotonic(), state["next"]))

    def events_between(self, begin, end):
        lengths = [length for at, length in self.events if begin <= at <= end]
        return lengths[-1] - lengths[0] if lengths else 0

    def come(self, holder):
        member = self.people[holder]
        self.enter(holder)
        member.wait(lambda l: "joined" in l or "waiting" in l, "a place")
        if any("waiting" in line for line in member.output.lines):
            self.people[CHAIR].do("admit_all")
        member.caught_up()

    def go(self, holder):
        member = self.people[holder]
        if member.quit() != 0:
            raise play.Failure(f"{holder} did not leave well")
        # What the client wrote is not kept: this process is not measured, but
        # need not grow either.
        member.output = None

    def say(self, holder):
        """The floor, one of the speeches, and the floor is over."""
        chair, speaker = self.people[CHAIR], self.people[holder]
        path = self.speeches[self.turn % len(self.speeches)]
        self.turn += 1
        chair.do("give_floor", member=holder, limit_ms=300000)
        mark = speaker.mark()
        speaker.event("floor_given", member=holder)
        begin = time.monotonic()
        speaker.do("speak", file=str(path))
        speaker.wait(lambda l: l.get("spoken") == str(path), "the end of it",
                     mark)
        chair.do("end_floor")
        return begin, path

    def measure_delay(self):
        """From the speaker's order to the listener's loudspeaker."""
        chair, listener = self.people[CHAIR], self.people[LISTENER]
        mark = listener.mark()
        chair.do("set_recording", allowed=True)
        recording = listener.wait(lambda l: "recording" in l, "a recording",
                                  mark)["recording"]
        begin = time.monotonic()
        said, path = self.say(SPEAKER)
        listener.do("stats")
        asked = listener.wait(lambda l: "statistics" in l, "statistics",
                              mark)["statistics"]["target_ms"]
        chair.do("set_recording", allowed=False)
        recorded = listener.wait(lambda l: "recorded" in l, "its end", mark)
        if not recorded["ok"]:
            raise play.Failure("the recording is not complete")
        found = wav_correlate.compare(
            *(wav_correlate.to_rate(*wav_correlate.read_wav(name))
              for name in (str(path), recording)))
        pathlib.Path(recording).unlink()
        # On a busy computer sound has holes, and a hole says nothing of delay.
        if found.correlation < HEARD:
            self.garbled += 1
        else:
            self.delays.append((time.monotonic(), (
                found.delay_ms - 1000.0 * (said - begin), asked)))

    def go_on_until(self, end):
        """Somebody speaks, somebody comes, somebody goes."""
        here = []
        step = 0
        while time.monotonic() < end:
            holder = COMERS[step % len(COMERS)]
            if holder in here:
                self.go(holder)
                here.remove(holder)
            else:
                self.come(holder)
                here.append(holder)
            if step % 4 == 3:
                self.measure_delay()
            else:
                self.say(holder if holder in here and step % 2 else SPEAKER)
            self.note_length()
            step += 1
        for holder in here:
            self.go(holder)
        return step

    def close(self):
        for member in self.people.values():
            member.kill()
        self.server.stop()


def endure(meeting, minutes, measurements, say):
    meeting.found()
    meeting.open()
    began = time.monotonic()
    pids = {"server": meeting.server.process.pid}
    pids.update((name, meeting.people[holder].process.pid) for name, holder in
                (("chair", CHAIR), ("speaker", SPEAKER),
                 ("listener", LISTENER)))
    sampler = Sampler(pids)
    for _ in range(measurements):
        meeting.measure_delay()
    say("open")
    steps = meeting.go_on_until(began + 60 * minutes)
    for _ in range(measurements):
        meeting.measure_delay()
    ended = time.monotonic()
    samples = sampler.stop()
    say(f"{steps} times somebody came or went, {meeting.turn} speeches, "
        f"{meeting.events[-1][1]} events, {meeting.garbled} speeches garbled")
    begin = began + WARM_UP * (ended - began)
    verdicts = [judge_memory(name, samples[name], begin,
                             meeting.events_between) for name in pids]
    third = (ended - began) / 3
    verdicts.append(judge_delay(
        [delay for at, delay in meeting.delays if at < began + third],
        [delay for at, delay in meeting.delays if at > ended - third]))
    if meeting.garbled > len(meeting.delays):
        verdicts.append((f"{meeting.garbled} speeches were garbled",
                         "what is heard is not what was said"))
    for line, _ in verdicts:
        say(line)
    return [wrong for _, wrong in verdicts if wrong]


def main():
    parser = argparse.ArgumentParser(
        description="A long meeting: memory and delay stay as they are.")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--measurements", type=int, default=MEASUREMENTS,
                        help="of the delay, at each end")
    parser.add_argument("--directory", type=pathlib.Path)
    parser.add_argument("--chibod", help="another server, as with a leak")
    arguments = parser.parse_args()
    began = time.monotonic()

    def say(text):
        print(f"[{(time.monotonic() - began) / 60:5.1f} min] {text}",
              flush=True)

    with tempfile.TemporaryDirectory(prefix="chibo-endurance-") as scratch:
        directory = arguments.directory or pathlib.Path(scratch)
        directory.mkdir(parents=True, exist_ok=True)
        meeting = None
        try:
            meeting = Meeting(directory, arguments.chibod)
            wrong = endure(meeting, arguments.minutes,
                           arguments.measurements, say)
        except play.Failure as failure:
            print(f"the meeting failed: {failure}", file=sys.stderr)
            return 2
        finally:
            if meeting:
                meeting.close()
    say("flat" if not wrong else "NOT FLAT: " + ", ".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
