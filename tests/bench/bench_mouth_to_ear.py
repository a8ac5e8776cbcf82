#!/usr/bin/python3
"""Prints how long a word takes from a microphone to a loudspeaker, echo
canceller, noise reduction and gain on, in meetings of 3, 50 and 200.

    bench_mouth_to_ear.py --build build/release [--rounds N] [--without PARTS]
                          [SIZE ...]

Each round is 3 s of speech of a voice of its own, found again by correlation in
what two listeners' loudspeakers play; all devices are those of a PulseAudio
server of its own. The median counts. Nothing passes or fails: the machine may
be busy with something else, which each line says in its last column.
"""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SIZES = (3, 50, 200)
MUST_MS = 120.0
HEARD = 0.8


def busy():
    """Seconds in which the processors were not idle, and all seconds."""
    fields = [int(n) for n in pathlib.Path("/proc/stat").read_text()
              .splitlines()[0].split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def rounds(room, count):
    """Delays in ms of so many speeches, to two listeners each."""
    from mouth_to_ear import BUTTON, CHAIR, OPEN
    delays = []
    room.give_floor(BUTTON)
    room.talk(BUTTON, True)
    for _ in range(count):
        for found in room.say(BUTTON, CHAIR, OPEN):
            if found.correlation > HEARD:
                delays.append(found.delay_ms)
            else:
                print(f"  not heard: correlation {found.correlation:.2f}")
    room.talk(BUTTON, False)
    room.end_floor()
    return delays


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--without", default="")
    parser.add_argument("size", nargs="*", type=int, default=SIZES)
    options = parser.parse_args()
    os.environ["CHIBO_BUILD"] = str(ROOT / options.build)
    sys.path.insert(0, str(ROOT / "tests/support"))
    import mouth_to_ear
    more = ["--without", options.without] if options.without else []
    for size in options.size:
        with tempfile.TemporaryDirectory(prefix="chibo-bench-") as folder, \
                mouth_to_ear.meeting(pathlib.Path(folder),
                                     size - len(mouth_to_ear.MEMBERS),
                                     more) as room:
            rounds(room, 1)  # what begins is not what goes on
            before = busy()
            delays = rounds(room, options.rounds)
            worked, passed = (b - a for a, b in zip(before, busy()))
        median = statistics.median(delays)
        print(f"mouth to ear, {size} members: median {median:.0f} ms "
              f"({min(delays):.0f} to {max(delays):.0f}, {len(delays)} "
              f"measured), must be {MUST_MS:.0f} at most: "
              f"{'met' if median <= MUST_MS else 'NOT MET'}; processors "
              f"{100 * worked / passed:.0f} % busy", flush=True)


if __name__ == "__main__":
    sys.exit(main())
