#!/usr/bin/python3
"""Runs the suites of `make check` and adds up what they say.

    run_checks.py --build build/release unit conformance integration loss demo

Every suite prints its own progress; the last line is 'N passed, N failed'.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PYTEST = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
          "--tb=short"]
UNIT_TIMEOUT_S = 600
SUITE_TIMEOUT_S = 1200
# Among those side by side; by what the suites say of their seconds.
LONGEST = ["test_ballot_killed.py", "test_ballot_trouble.py",
           "test_ballot_crowd.py", "test_ballot_property.py",
           "test_loss_of_events.py", "test_ballot_server.py",
           "test_lying_ballot_count.py", "test_lying_ballot_election.py",
           "test_ballot_client.py", "test_lying_ballot_cast.py"]
SOUND_FILES = ["test_mouth_to_ear.py", "test_pulse_server.py"]


def run(command, environment, timeout):
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment,
                              stdin=subprocess.DEVNULL, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        text = (late.stdout or b"").decode("utf-8", "replace")
        return -1, text + f"\nended after {timeout} s"


def run_unit_binary(path, environment):
    code, text = run([str(path)], environment, UNIT_TIMEOUT_S)
    passed = sum(int(n) for n in re.findall(r"\[  PASSED  \] (\d+) test", text))
    failed = sum(int(n) for n in
                 re.findall(r"\[  FAILED  \] \S*?: ?(\d+) test", text))
    if code != 0 and failed == 0:
        failed = 1
    return path.name, code, passed, failed, text


def unit(build, environment):
    binaries = sorted(p for p in (build / "tests/unit").glob("test_*")
                      if not p.suffix)
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run_unit_binary, p, environment) for p in binaries]
        for job in concurrent.futures.as_completed(jobs):
            name, code, good, bad, text = job.result()
            passed += good
            failed += bad
            print(f"  {name}: {good} passed, {bad} failed", flush=True)
            if code != 0:
                print(text, flush=True)
    if not binaries:
        print("  no unit test was built")
        failed += 1
    return passed, failed


def pytest(build, environment, paths):
    process = subprocess.Popen(PYTEST + paths, cwd=ROOT, env=environment,
                               stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    tail = ""
    for line in process.stdout:
        print("  " + line, end="", flush=True)
        tail = line if re.search(r"\d+ (passed|failed|error)", line) else tail
    return added_up(process.wait(SUITE_TIMEOUT_S), tail)


def processor_seconds():
    """What all that has ended so far has worked."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def added_up(code, tail):
    passed = sum(int(n) for n in re.findall(r"(\d+) passed", tail))
    failed = sum(int(n) for n in re.findall(r"(\d+) (?:failed|error)", tail))
    skipped = sum(int(n) for n in re.findall(r"(\d+) skipped", tail))
    if skipped:
        print(f"  {skipped} tests were skipped: that counts as failed")
    if code != 0 and failed == 0:
        failed = 1
    return passed, failed + skipped


def run_timed(path, environment):
    begun = time.monotonic()
    return *run(PYTEST + [str(path)], environment, SUITE_TIMEOUT_S), \
        time.monotonic() - begun


def side_by_side(folder, environment, without):
    """A file each beside the others: many wait more than they work. The
    longest come first."""
    files = sorted((ROOT / folder).glob("test_*.py"), key=lambda p: (
        LONGEST.index(p.name) if p.name in LONGEST else len(LONGEST),
        -p.stat().st_size))
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
        jobs = {pool.submit(run_timed, path, environment): path.name
                for path in files if path.name not in without}
        for job in concurrent.futures.as_completed(jobs):
            code, text, seconds = job.result()
            good, bad = added_up(code, text.rstrip().rpartition("\n")[2])
            passed += good
            failed += bad
            print(f"  {jobs[job]}: {good} passed, {bad} failed, "
                  f"{seconds:.0f} s", flush=True)
            if bad:
                print(text, flush=True)
    return passed, failed


def conformance(build, environment):
    passed, failed = side_by_side("tests/conformance", environment, [])
    good, bad = pytest(build, environment, ["tests/support/undo_fs"])
    return passed + good, failed + bad


def integration(build, environment):
    return side_by_side("tests/integration", environment,
                        ["test_loss.py"])


def e2e(build, environment):
    """What measures how soon a sound is heard has the machine to itself."""
    passed, failed = side_by_side("tests/e2e", environment, SOUND_FILES)
    good, bad = pytest(build, environment,
                       ["tests/e2e/" + name for name in SOUND_FILES])
    return passed + good, failed + bad


def demo(build, environment):
    code = subprocess.run(["/usr/bin/python3", "tests/e2e/demo_meeting.py",
                           str(build / "demo")], cwd=ROOT, env=environment,
                          stdin=subprocess.DEVNULL).returncode
    return (1, 0) if code == 0 else (0, 1)


SUITES = {
    "unit": unit,
    "conformance": conformance,
    "integration": integration,
    "loss": lambda b, e: pytest(b, e, ["tests/integration/test_loss.py"]),
    "e2e": e2e,
    "demo": demo,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("suites", nargs="+", choices=sorted(SUITES))
    options = parser.parse_args()
    build = ROOT / options.build
    environment = dict(os.environ, CHIBO_BUILD=str(build),
                       PYTHONDONTWRITEBYTECODE="1")
    environment.setdefault("ASAN_OPTIONS", "abort_on_error=1")
    environment.setdefault("TSAN_OPTIONS",
                           f"suppressions={ROOT}/config/tsan.supp")
    passed = failed = 0
    for name in options.suites:
        print(f"== {name}", flush=True)
        begun = time.monotonic()
        worked = processor_seconds()
        good, bad = SUITES[name](build, environment)
        print(f"== {name}: {good} passed, {bad} failed, "
              f"{time.monotonic() - begun:.0f} s, of processors "
              f"{processor_seconds() - worked:.0f} s", flush=True)
        passed += good
        failed += bad
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


sys.exit(main())
