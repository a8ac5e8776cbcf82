#!/usr/bin/python3
"""Prints what a bad listener costs the others of its meeting: the 99th
percentile of the time to their ears with him, over that without him.

    bench_slow_listeners.py --build build/release [--rounds N] [--write]
                            [--save FILE] [silent trickle flood]

Two servers on one processor, each with a meeting, whose chairs speak at the
same moments. The bad listener is now at neither, now at one, now at neither, now
at the other: each window with him has a window without him right before it, and
a server without him beside it, with which it shares what else the machine does.
He reads nothing, a byte a second, or floods and logs in again at once, as often
as it takes: of the latter the server lets him in after ever longer pauses only,
and what his dialling costs it counts as well. Medians over all windows; no frame
of the others is lost in any.
"""
import contextlib
import multiprocessing
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import target_table  # noqa: E402
from target_table import ROOT, Row  # noqa: E402

LISTENERS = 12  # in each meeting, and its chair
WINDOW_S = 3.0
MUST = 1.2
KINDS = {"silent": "one who reads nothing",
         "trickle": "one who reads a byte a second",
         "flood": "one who floods, and logs in again at once"}
BESIDE = {"before": "the moment before",
          "beside": "at the server beside"}


def make_rows(kinds):
    return [Row(f"{kind} {key}",
                f"{KINDS[kind]}: p99 to the others / that {words}", MUST)
            for kind in kinds for key, words in BESIDE.items()]


def is_let_in(room):
    from wire_client import Disconnected, Refused
    try:
        room.bad_comes_back()
        return True
    except (Refused, Disconnected, OSError):
        room.bad_goes()
        return False


def flood(room, is_over, counts):
    while not is_over.is_set():
        if not is_let_in(room):
            counts[1] += 1
            continue
        while not is_over.is_set() and not room.is_bad_cut_off():
            room.flood()
        counts[0] += room.is_bad_cut_off()


def misbehave(kind, room, begun, is_over, counts):
    """In a process of his own, which leaves the processor to the others: what
    he does to the server is meant, not what he does to this machine."""
    os.nice(19)
    if kind == "flood":
        begun.set()
        flood(room, is_over, counts)
    else:
        room.bad_comes_back()
        begun.set()
        while not is_over.wait(1.0):
            if kind == "trickle":
                room.bad.stream.socket.recv(1)
    sys.stderr.flush()
    os._exit(0)  # the sockets of the others are not his


def window(rooms, kind=None, room=None):
    """The p99s of both meetings in a window, and how often he was cut off and
    refused."""
    from slow_listeners import after, speak
    if not room:
        return speak(rooms, after(WINDOW_S)), (0, 0)
    begun, is_over = multiprocessing.Event(), multiprocessing.Event()
    counts = multiprocessing.Array("i", 2)
    child = multiprocessing.Process(target=misbehave,
                                    args=(kind, room, begun, is_over, counts))
    child.start()
    assert begun.wait(30), "he does not come back"
    figures = speak(rooms, after(WINDOW_S))
    is_over.set()
    child.join(90)
    assert child.exitcode == 0, "he did not end"
    return figures, tuple(counts)


def compare(stages, kind, rounds):
    """How many times longer the others' p99 is with him: than the moment
    before, and than beside; and the measurement in words."""
    from slow_listeners import ratio
    rooms = [stage.room for stage in stages]
    before, beside, cut, refused = [], [], 0, 0
    for room in rooms:
        room.bad_goes()
    for turn in range(2 * rounds):
        at = turn % 2
        alone, _ = window(rooms)
        both, (times_cut, times_refused) = window(rooms, kind, rooms[at])
        before.append((both[at], alone[at]))
        beside.append((both[at], both[1 - at]))
        cut += times_cut
        refused += times_refused
    dropped = sum(stage.dropped(why) for stage in stages
                  for why in ("queue_full", "stale", "closing", "rate"))
    figures = sorted(with_him for with_him, _ in before)
    return ratio(before), ratio(beside), (
        f"{kind}: p99 to the others {figures[len(figures) // 2] * 1e3:.1f} "
        f"ms with him; {dropped:.0f} frames of his own dropped, cut off {cut} "
        f"times, not let in {refused} times")


def main():
    parser = target_table.new_parser(__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("kind", nargs="*", default=list(KINDS))
    options = parser.parse_args()
    if options.write and options.kind != list(KINDS):
        parser.error("--write takes all: what is left out would be lost")
    os.environ["CHIBO_BUILD"] = str(ROOT / options.build)
    sys.path.insert(0, str(ROOT / "tests/support"))
    from slow_listeners import Stage
    multiprocessing.set_start_method("fork")
    os.sched_setaffinity(0, {1})  # the server is on the other one
    rows, notes = make_rows(options.kind), []
    for place, kind in enumerate(options.kind):
        with tempfile.TemporaryDirectory(prefix="chibo-bench-") as folder, \
                contextlib.ExitStack() as ends:
            stages = []
            for name in ("one", "other"):
                stages.append(Stage(pathlib.Path(folder) / name, LISTENERS,
                                    before=("taskset", "-c", "0")))
                ends.callback(stages[-1].close)
            *ratios, note = compare(stages, kind, options.rounds)
        for row, value in zip(rows[2 * place:], ratios):
            row.found.append(value)
            note += f"; {value:.2f} times that {BESIDE[row.key.split()[1]]}"
        notes.append(note)
        print(note, flush=True)
    target_table.report(
        options, "slow-listeners",
        f"{2 * options.rounds} windows of {WINDOW_S:.0f} s with each listener, "
        f"as many without, {LISTENERS} others", rows, notes)


if __name__ == "__main__":
    sys.exit(main())
