#!/usr/bin/python3
"""What `make bench-lines` prints: speech over bad lines (tests/support/line).

    bench_lines.py [--seconds 115] [--seeds 1,2] [--cells WORD,…] [--jobs N]
                   [--without-mumble] [--keep FOLDER] [--results FILE.jsonl]
                   [--write [PAGE]]

Each cell is a line; chibo, and Mumble beside it where mumble-server is
installed, are measured over it in the same minutes, with the listener behind the
line and with the speaker behind it, and with each seed. The figures of a row are
the means. J: per cent of defects of an ideal listener, and a hundredth of his
delay in ms; less is better. Nothing here passes or fails. --write puts the tables
into docs/performance-lines.md, and what is asked for into docs/performance.md.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import target_table  # noqa: E402
from target_table import ROOT, Row  # noqa: E402
sys.path.insert(0, str(ROOT / "tests/support/line"))
import meeting_over_line  # noqa: E402
import mumble_over_line  # noqa: E402
from bad_line import CannotMeasure, Settings  # noqa: E402
from meeting_over_line import WARM_UP_S, Measurement  # noqa: E402

MARGIN = 1.10  # of J above the best that prototypes reached
STAGGER_S = 0.35  # between two starts, which work more than all the rest
FAILED_SHARE = 0.05  # of measurements; what is left stands for a line
LATE_MS = 20  # a line that was later than this was not what it says
CUT = (45, 10)
MUMBLE = ("tcp", "udp")
PAGE = ROOT / "docs/performance-lines.md"


@dataclasses.dataclass(frozen=True)
class Cell:
    """`J`: the best that prototypes of a relay reached, or None; `live`: the
    seconds after a cut until speech has to be live, or None. `frame` and `size`
    are Mumble's: what its users would choose for such a line."""
    name: str
    settings: Settings
    frame: int = 20
    size: int = 60
    J: float = None
    live: float = None
    cut: tuple = None


def line(loss, round_trip, rate, fade=0):
    return Settings(loss=loss, round_trip=round_trip, rate=rate, fade=fade)


CELLS = [
    Cell("A1", line(0, 50, 64000), J=0.7),
    Cell("A2", line(1, 50, 64000), J=0.8),
    Cell("A3", line(2, 200, 64000), J=1.8),
    Cell("A4", line(5, 200, 64000), J=2.6),
    Cell("A5", line(2, 600, 64000), J=4.0),
    Cell("B2", line(5, 200, 24000), 60, 80, J=3.8),
    Cell("B3", line(2, 600, 24000), 60, 80, J=5.4),
    Cell("C1", line(0, 200, 16000), 60, 45, J=2.5),
    Cell("C2", line(2, 200, 16000), 60, 45, J=5.0),
    Cell("C3", line(5, 600, 16000), 60, 45, J=18),
    Cell("F3", line(2, 200, 64000, 60)),
    Cell("F4", line(5, 200, 64000, 60)),
    Cell("F5", line(2, 600, 64000, 60)),
    Cell("G2", line(5, 200, 24000, 60), 60, 80),
    Cell("X1", line(1, 200, 64000), cut=CUT, live=1.6),
    Cell("X2", line(1, 200, 24000), 60, 80, cut=CUT, live=2.5),
    Cell("X3", line(1, 600, 64000), cut=CUT, live=5),
]
VARIANTS = ["chibo", *MUMBLE]
NAMES = {"chibo": "chibo", "tcp": "Mumble, TLS", "udp": "Mumble, UDP"}


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.say = threading.Lock()
        self.done = 0
        self.results = []
        self.world = meeting_over_line.World(folder)
        has_mumble = mumble_over_line.is_installed() and \
            not options.without_mumble
        self.mumble = mumble_over_line.MumbleWorld(folder) if has_mumble \
            else None
        if not has_mumble:
            print("mumble-server is not installed, or not wanted: chibo alone")

    def jobs(self):
        variants = VARIANTS if self.mumble else ["chibo"]
        return [(cell, direction, seed, variant)
                for seed in self.options.seeds for cell in CELLS
                for direction in ("down", "up") for variant in variants
                if not self.options.cells or
                any(cell.name.startswith(w) for w in self.options.cells)]

    def run(self):
        jobs = self.jobs()
        waves = math.ceil(len(jobs) / self.options.jobs)
        print(f"{len(jobs)} measurements, {self.options.jobs} side by side: "
              f"about {waves * (self.options.seconds + 35) / 60:.0f} minutes",
              flush=True)
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            futures = []
            for job in jobs:
                futures.append(pool.submit(self.measure, len(jobs), *job))
                if len(futures) <= self.options.jobs:
                    time.sleep(STAGGER_S)
            for future in futures:
                future.result()

    def measure(self, total, cell, direction, seed, variant):
        folder = self.folder / f"{cell.name}-{direction}-{variant}-{seed}"
        measurement = Measurement(
            dataclasses.replace(cell.settings, seed=seed), direction,
            self.options.seconds, WARM_UP_S, cell.cut)
        found = {"cell": cell.name, "direction": direction, "seed": seed,
                 "variant": variant}
        try:
            found |= meeting_over_line.measure(self.world, measurement, folder) \
                if variant == "chibo" else \
                mumble_over_line.measure(self.mumble, measurement, folder,
                                         variant, cell.frame, cell.size)
        except (CannotMeasure, OSError, AssertionError,
                subprocess.SubprocessError) as failed:
            found["error"] = str(failed) or repr(failed)
        if not self.options.keep:
            shutil.rmtree(folder, ignore_errors=True)
        with self.say:
            self.done += 1
            self.results.append(found)
            print(f"  {self.done}/{total} {progress(found)}", flush=True)
            if self.options.results:
                with open(self.options.results, "a") as file:
                    file.write(json.dumps(found, ensure_ascii=False) + "\n")


def lateness(found):
    return max(found["line"][side]["late_max_ms"] for side in ("up", "down"))


def progress(found):
    name = f"{found['cell']} {found['direction']} seed {found['seed']} " \
        f"{NAMES[found['variant']]}: "
    if "error" in found:
        return name + "FAILED: " + found["error"][-600:]
    late = lateness(found)
    return name + f"J {found['J']:.2f}, never came {found['lost']:.1f} %" + (
        f", live {seconds(found.get('live_s'))} s" if "live_s" in found else
        "") + (f"; the line itself was {late:.0f} ms late: repeat"
               if late > LATE_MS else "")


def seconds(value):
    return "never" if value is None else f"{value:.1f}"


def mean(rows, name):
    values = [row.get(name) for row in rows]
    return None if any(v is None for v in values) else sum(values) / len(values)


def number(value, form):
    return "–" if value is None else format(value, form)


def describe(cell):
    s = cell.settings
    words = f"{s.loss:g} %" + (" in fades" if s.fade else "")
    return f"{cell.name}: {words}, {s.round_trip:g} ms, {s.rate // 1000} kb/s"


def table_row(cell, rows):
    """One variant's figures."""
    js = [row["J"] for row in rows]
    spread = f"{min(js):.1f}–{max(js):.1f}"
    p99 = mean(rows, "p99_ms")
    return [f"**{mean(rows, 'J'):.2f}** ({spread})",
            number(mean(rows, "lost"), ".1f"),
            f"{mean(rows, 'p50_ms'):.0f} / {number(p99, '.0f')}",
            " / ".join(f"{mean(rows, f'concealed_{b}'):.1f}"
                       for b in (120, 200, 400)),
            f"{mean(rows, 'defects'):.1f} % / {mean(rows, 'delay_ms'):.0f}",
            f"{mean(rows, 'kbps'):.0f}"]


def machine(options, load):
    return (f"{target_table.where_and_when()}; {options.seconds} s of speech, "
            f"the first {WARM_UP_S} left out, seeds "
            f"{', '.join(map(str, options.seeds))}, both directions, "
            f"{options.jobs} measurements side by side; load average of the "
            f"machine before it began {load:.1f}.")


def write_table(results):
    yield ("| line | | J (range) | never came % | p50 / p99 ms | later than "
           "the fastest and 120 / 200 / 400 ms, % | ideal: defects / delay ms "
           "| kb/s |\n|---|---|---|---|---|---|---|---|")
    for cell in CELLS:
        for variant in VARIANTS:
            rows = of(results, cell, variant)
            if rows:
                yield (f"| {describe(cell)} | {NAMES[variant]} | "
                       + " | ".join(table_row(cell, rows)) + " |")


def write_cuts(results):
    cells = [cell for cell in CELLS if cell.cut and of(results, cell, "chibo")]
    if not cells:
        return
    yield (f"\nA cut of {CUT[1]} s, seconds after its end (mean; worst):\n\n"
           "| line | | first sound | live again | frames that came more than "
           "2 s late |\n|---|---|---|---|---|")
    for cell in cells:
        for variant in VARIANTS:
            rows = of(results, cell, variant)
            if not rows:
                continue
            lives = [row["live_s"] for row in rows]
            worst = None if None in lives else max(lives)
            yield (f"| {describe(cell)} | {NAMES[variant]} | "
                   f"{number(mean(rows, 'first_s'), '.1f')} | "
                   f"{seconds(mean(rows, 'live_s'))}; {seconds(worst)} | "
                   f"{number(mean(rows, 'stale'), '.0f')} |")


def of(results, cell, variant):
    return [r for r in results if r["cell"] == cell.name and
            r["variant"] == variant and "error" not in r]


def target_rows(results):
    """What is asked for of each line, and what was found."""
    for cell in CELLS:
        rows = of(results, cell, "chibo")
        if cell.J is not None:
            row = Row(cell.name, f"{describe(cell)}: J", cell.J * MARGIN)
            row.found = [mean(rows, "J")] if rows else []
            yield row
        if cell.live is not None:
            row = Row(cell.name, f"{describe(cell)}, a cut of {CUT[1]} s: live "
                      "after", cell.live, unit=" s", digits=1)
            live = mean(rows, "live_s") if rows else None
            row.found = [math.inf if live is None else live] if rows else []
            yield row


def write_targets(results):
    yield "\n" + target_table.markdown(list(target_rows(results)))


def write_end(results):
    failed = [r for r in results if "error" in r]
    late = max((lateness(r) for r in results if "error" not in r), default=0)
    yield (f"\n{len(results)} measurements, {len(failed)} failed; the lines "
           f"were at most {late:.1f} ms late.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=115,
                        help=f"of speech, of which {WARM_UP_S} do not count")
    parser.add_argument("--seeds", default="1,2",
                        type=lambda t: [int(n) for n in t.split(",")])
    parser.add_argument("--cells", default=[], type=lambda t: t.split(","))
    parser.add_argument("--jobs", type=int, default=30 * (os.cpu_count() or 1))
    parser.add_argument("--without-mumble", action="store_true")
    parser.add_argument("--keep", help="folder for traces and logs")
    parser.add_argument("--write", type=pathlib.Path, nargs="?", const=PAGE,
                        help="make the tables of this document anew (usually "
                        f"{PAGE.relative_to(ROOT)}), and the section of "
                        f"{target_table.PAGE.relative_to(ROOT)}")
    parser.add_argument("--results", help="file for all figures, JSON lines")
    options = parser.parse_args()
    if options.write and (options.cells or options.without_mumble):
        parser.error("--write takes all lines: what is left out would be lost")
    folder = pathlib.Path(options.keep or
                          tempfile.mkdtemp(prefix="chibo-lines-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # mumble-server reads there, too
    load = os.getloadavg()[0]
    try:
        bench = Bench(options, folder)
        bench.run()
    except CannotMeasure as missing:
        print(f"bench-lines: {missing}", file=sys.stderr)
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    parts = (write_table, write_cuts, write_targets, write_end)
    how = machine(options, load)
    text = "\n".join([how + "\n"] + [
        line for part in parts for line in part(bench.results)])
    print("\n" + text)
    failed = [r for r in bench.results if "error" in r]
    for found in failed:
        print(progress(found))
    if len(failed) > len(bench.results) * FAILED_SHARE:
        print("bench-lines: too many failed; nothing is written",
              file=sys.stderr)
        return 1
    if options.write:
        target_table.write(options.write, "lines", text)
        rows = list(target_rows(bench.results))
        target_table.write(
            target_table.PAGE, "lines",
            f"{how} {target_table.summary(rows)}\n\n"
            + target_table.markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
