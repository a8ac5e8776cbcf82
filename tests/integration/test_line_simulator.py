"""The line simulator does what it was asked: loss, delay, rate, queue and cuts
of both directions, measured from outside with datagrams. A line that was made
with any other setting is found out."""
import concurrent.futures
import dataclasses
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
LINE = HERE.parent / "support/line"
sys.path.insert(0, str(LINE))
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "conformance"))
import bad_line  # noqa: E402
from bad_line import BadLine, CannotMeasure, Settings  # noqa: E402

SECONDS = 6
PATIENCE = 120
TRIES = 8
HELD_S = 0.02  # is the machine, no more the line


@dataclasses.dataclass(frozen=True)
class Asked:
    """A line, and the datagrams that show what it is like: `flood` more than
    it carries, or one every few ms."""
    settings: Settings
    cut: tuple = None
    every_ms: float = 2
    size: int = 100

    @property
    def is_flood(self):
        return self.size * 8 * 1000 / self.every_ms > 1.2 * (
            self.settings.rate or float("inf"))


LOSSY = Asked(Settings(loss=5, round_trip=60))
FADING = Asked(Settings(loss=30, round_trip=10, fade=10))
NARROW = Asked(Settings(rate=64000, round_trip=200), every_ms=20, size=500)
SHORT_QUEUE = Asked(Settings(rate=64000, round_trip=40, queue=3000),
                    every_ms=20, size=500)
CUT = Asked(Settings(round_trip=100), cut=(2, 1.5))


def probe(asked, made):
    with BadLine(made.settings, made.cut) as line:
        done = subprocess.run(
            [sys.executable, LINE / "line_probe.py", line.near, line.far,
             str(SECONDS), str(asked.every_ms), str(asked.size),
             str(line.process.pid)],
            capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        line.has_begun()
        return json.loads(done.stdout), line.end()


def differs(what, measured, wanted, below, above):
    """A word if it is not between wanted - below and wanted + above."""
    is_near = wanted - below <= measured <= wanted + above
    return [] if is_near else [f"{what} {measured:.4g}, not {wanted:.4g}"]


def wrong_loss(asked, found):
    """Five times the deviation that chance alone makes."""
    if asked.is_flood or asked.cut:
        return []
    loss = asked.settings.loss / 100
    independent = found["sent"]
    if asked.settings.fade:  # a fade and the time until the next count as one
        independent = SECONDS * 1000 * loss / asked.settings.fade
    allowed = 5 * (max(loss, 0.001) * (1 - loss) / independent) ** 0.5 + \
        found["held_s"] / SECONDS
    lost = 1 - found["came"] / (found["sent"] - found["unseen"])
    return differs("loss", lost, loss, allowed, allowed)


def wrong_delay(asked, found):
    """A loaded machine adds to it, nothing takes away. Of a flood only the
    first packet finds the queue empty, and whether it is in time is chance."""
    one_way = asked.settings.round_trip / 2
    sending = asked.size * 8000 / asked.settings.rate if asked.settings.rate \
        else 0
    words = differs("least delay", found["least_ms"], one_way + sending, 0.5,
                    1000 if asked.is_flood else 8)
    if asked.is_flood:
        queue = asked.settings.queue or asked.settings.rate / 8
        waited = queue * 8000 / asked.settings.rate
        words += differs("delay of a full queue", found["median_ms"],
                         one_way + waited, 70, 120)
    return words


def wrong_rate(asked, found):
    if not asked.is_flood:
        return []
    wanted = asked.settings.rate
    held = found["held_s"] / SECONDS
    return differs("rate", found["rate"], wanted, wanted * (0.06 + held),
                   wanted * (0.02 + held))


def wrong_cut(asked, found):
    if not asked.cut:
        return []
    held = found["held_s"]
    return differs("silence", found["silence_s"], asked.cut[1], 0.05 + held,
                   0.6 + held)


def held(asked, found, passed):
    """For so long the machine held up the probe, or the line."""
    return max(found["stall_s"] - asked.every_ms / 1000,
               passed["late_max_ms"] / 1000)


def complaints(asked, measured, passed):
    words = []
    for direction, found in measured.items():
        gone = sum(passed[direction][why]
                   for why in ("lost", "queue_full", "cut", "unwritten"))
        missing = found["sent"] - found["came"]
        held_s = held(asked, found, passed[direction])
        found["held_s"] = held_s
        # What a line that was held up never saw: its tunnel was full.
        found["unseen"] = max(missing - gone, 0) if held_s > HELD_S else 0
        words += [f"{direction}: {word}" for judge in (
            wrong_loss, wrong_delay, wrong_rate, wrong_cut)
            for word in judge(asked, found)]
        words += [] if found["in_order"] else [f"{direction}: out of order"]
        words += differs(f"{direction}: what it says that it dropped", gone,
                         missing - found["unseen"], 0, 0)
    return words


def changed(asked, cut=None, **settings):
    return dataclasses.replace(
        asked, cut=cut or asked.cut,
        settings=dataclasses.replace(asked.settings, **settings))


RIGHT = {"lossy": LOSSY, "of another seed": changed(LOSSY, seed=2),
         "fading": FADING, "narrow": NARROW, "a short queue": SHORT_QUEUE,
         "a cut": CUT}
# What was asked, what is made instead, and the word that has to be heard.
PLANTED = {
    "less loss": (LOSSY, changed(LOSSY, loss=2), "loss"),
    "more loss": (LOSSY, changed(LOSSY, loss=10), "loss"),
    "nothing lost": (FADING, changed(FADING, loss=0), "loss"),
    "nearer": (LOSSY, changed(LOSSY, round_trip=40), "least delay"),
    "farther": (LOSSY, changed(LOSSY, round_trip=90), "least delay"),
    "narrower": (NARROW, changed(NARROW, rate=58000), "rate"),
    "wider": (NARROW, changed(NARROW, rate=72000), "rate"),
    "a longer queue": (SHORT_QUEUE, changed(SHORT_QUEUE, queue=8000),
                       "delay of a full queue"),
    "a shorter cut": (CUT, changed(CUT, cut=(2, 1)), "silence"),
    "no cut": (CUT, dataclasses.replace(CUT, cut=None), "silence"),
}


def judge(asked, made, word=None):
    """What is wrong with it, and what passed. A machine that holds up the probe
    makes faults, and hides this one: then it is probed again."""
    for _ in range(TRIES):
        measured, passed = probe(asked, made)
        words = complaints(asked, measured, passed)
        is_right = has_words(words, word) if word else not words
        if is_right or max(found["held_s"] for found in
                           measured.values()) <= HELD_S:
            break
    return words, passed


def has_words(words, word):
    return all(any(f"{direction}: {word}" in said for said in words)
               for direction in ("up", "down"))


@pytest.fixture(scope="module")
def probed():
    """All lines side by side: they wait more than they work."""
    jobs = {name: (asked, asked) for name, asked in RIGHT.items()}
    jobs |= PLANTED
    with concurrent.futures.ThreadPoolExecutor(len(jobs)) as pool:
        done = {name: pool.submit(judge, *job) for name, job in jobs.items()}
        return {name: future.result() for name, future in done.items()}


@pytest.mark.parametrize("name", RIGHT)
def test_a_line_is_as_it_was_asked(probed, name):
    assert probed[name][0] == []


@pytest.mark.parametrize("name", PLANTED)
def test_another_line_than_was_asked_is_found_out(probed, name):
    assert has_words(probed[name][0], PLANTED[name][2]), probed[name][0]


def test_directions_and_seeds_lose_other_packets(probed):
    lost = [probed[name][1][direction]["lost"]
            for name in ("lossy", "of another seed")
            for direction in ("up", "down")]
    assert len(set(lost)) > 1, lost


def test_without_root_it_says_what_is_missing():
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups",
         bad_line.TOOLS / "link"], capture_output=True, text=True,
        timeout=PATIENCE)
    assert done.returncode == 1
    assert "network namespaces need root" in done.stderr


def test_without_tun_it_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(bad_line, "TUNNEL", pathlib.Path("/dev/net/none"))
    with pytest.raises(CannotMeasure, match="--device /dev/net/tun"):
        BadLine(Settings())


def test_nothing_is_left_of_a_line_that_was_killed():
    with BadLine(Settings()) as line:
        near = pathlib.Path(line.near)
        assert near.exists()
        line.process.kill()
        line.process.wait()
        assert not near.exists()
