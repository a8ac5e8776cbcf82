#!/usr/bin/python3
"""Prints how long a word takes from a microphone to a loudspeaker, echo
canceller, noise reduction and gain on, in meetings of 3, 50 and 200.

    bench_mouth_to_ear.py --build build/release [--rounds N] [--without PARTS]
                          [--write] [--save FILE] [SIZE ...]

Each round is 3 s of speech of a voice of its own, found again by correlation in
what two listeners' loudspeakers play; all devices are those of a PulseAudio
server of its own. The median counts. Nothing passes or fails: the machine may
be busy with something else, which each line says in its last column.
"""
import os
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import target_table  # noqa: E402
from target_table import ROOT, Row  # noqa: E402

SIZES = (3, 50, 200)
MUST_MS = 120.0
HEARD = 0.8


def make_rows(sizes):
    return [Row(str(size), f"from a microphone to a loudspeaker, {size} "
                "members, median", MUST_MS, unit=" ms", digits=0)
            for size in sizes]


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
    parser = target_table.new_parser(__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--without", default="")
    parser.add_argument("size", nargs="*", type=int, default=SIZES)
    options = parser.parse_args()
    if options.write and (options.without or tuple(options.size) != SIZES):
        parser.error("--write takes all sizes, with all that is done to sound")
    os.environ["CHIBO_BUILD"] = str(ROOT / options.build)
    sys.path.insert(0, str(ROOT / "tests/support"))
    import mouth_to_ear
    more = ["--without", options.without] if options.without else []
    rows, notes = make_rows(options.size), []
    for row, size in zip(rows, options.size):
        with tempfile.TemporaryDirectory(prefix="chibo-bench-") as folder, \
                mouth_to_ear.meeting(pathlib.Path(folder),
                                     size - len(mouth_to_ear.MEMBERS),
                                     more) as room:
            rounds(room, 1)  # what begins is not what goes on
            before = busy()
            delays = rounds(room, options.rounds)
            worked, passed = (b - a for a, b in zip(before, busy()))
        row.found = [statistics.median(delays)] if delays else []
        row.remark = f"({min(delays):.0f} to {max(delays):.0f})" if delays \
            else ""
        notes.append(f"{size} members: {len(delays)} of {2 * options.rounds} "
                     f"heard, {', '.join(f'{d:.0f}' for d in sorted(delays))} "
                     f"ms; processors {100 * worked / passed:.0f} % busy")
        print(notes[-1], flush=True)
    target_table.report(
        options, "mouth-to-ear", f"Medians of {options.rounds} speeches in "
        "each meeting, each heard by two listeners", rows, notes)


if __name__ == "__main__":
    sys.exit(main())
