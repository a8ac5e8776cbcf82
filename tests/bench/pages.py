#!/usr/bin/python3
"""Makes all figures of docs/performance.md and docs/performance-lines.md anew:
`make bench-pages`.

    pages.py --build build/release [--runs 3] [PART ...]

Parts, one after the other: relay, slow-listeners, mouth-to-ear, lines. The
machine is to do nothing else. Each says how long it took; a part that could not
be measured leaves its section as it was, and this ends with 1. Lines are made by
root alone: nobody else measures them unless they are named.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from target_table import ROOT  # noqa: E402

BUSY_LOAD = 0.5  # of the machine, before anything is measured


def programs(build, runs):
    given = ["--build", build, "--write"]
    return {
        "relay": ["relay.py", *given, "--runs", runs],
        "slow-listeners": ["bench_slow_listeners.py", *given, "--rounds", "5"],
        "mouth-to-ear": ["bench_mouth_to_ear.py", *given, "--rounds", "5"],
        "lines": ["bench_lines.py", "--write",
                  "--jobs", str(35 * (os.cpu_count() or 1))],
    }


def minutes(begun):
    return f"{(time.monotonic() - begun) / 60:.1f} minutes"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--runs", default="3", help="of the relay")
    parser.add_argument("part", nargs="*")
    options = parser.parse_args()
    parts = programs(options.build, options.runs)
    if not options.part:
        options.part = [part for part in parts
                        if part != "lines" or os.geteuid() == 0]
        if "lines" not in options.part:
            print("Bad lines are not measured: that takes root.")
    if unknown := set(options.part) - set(parts):
        parser.error(f"{', '.join(unknown)}: of {', '.join(parts)}")
    if os.getloadavg()[0] > BUSY_LOAD:
        print(f"The machine is busy (load average {os.getloadavg()[0]:.1f}): "
              "the figures will say so, or be wrong.", flush=True)
    environment = dict(os.environ, CHIBO_BUILD=options.build)
    all_begun, failed = time.monotonic(), []
    for part in options.part:
        begun = time.monotonic()
        print(f"=== {part}", flush=True)
        program, *arguments = parts[part]
        done = subprocess.run([sys.executable, HERE / program, *arguments],
                              cwd=ROOT, env=environment, check=False)
        if done.returncode != 0:
            failed.append(part)
        print(f"=== {part}: {minutes(begun)}"
              + (", NOT MEASURED" if done.returncode else ""), flush=True)
    print(f"=== all: {minutes(all_begun)}; not measured: "
          f"{', '.join(failed) or 'nothing'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
