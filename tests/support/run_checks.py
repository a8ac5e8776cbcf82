#!/usr/bin/python3
"""Runs the suites of `make check` and adds up what they say.

    run_checks.py --build build/release unit conformance integration e2e demo

The files of all suites but the unit tests side by side, for many wait more than
they work; beside them, where processors are idle meanwhile, the unit tests, which
only work; then what plays sounds in their own time. Whatever ends says so; the
last line is 'N passed, N failed'. What tests wrote is gone at the
end, but for a failed file of tests, where it goes to failed/ in the build.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PYTEST = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
          "--tb=short"]
UNIT_TIMEOUT_S = 600
SUITE_TIMEOUT_S = 1200
# What begins first: what lasts longest must not come last.
LONGEST = ["test_ballot_trouble.py", "test_net.py", "test_same_room.py",
           "test_ballot_crowd.py", "test_slow_listeners.py",
           "test_ballot_server.py", "test_ballot_killed.py",
           "test_blackbox.py", "test_recording.py", "test_lying_server.py",
           "test_speech_over_bad_lines.py", "test_ballot_client.py",
           "test_endurance.py", "test_loss_of_events.py",
           "test_sound_speakers.py", "test_trust.py", "test_pause.py",
           "test_line_rough.py", "test_loss.py", "test_checkpoints.py",
           "test_ballot_screen.py", "test_restore.py", "test_verify.py",
           "test_server_life.py", "test_ballot_property.py",
           "test_identity_interrupted.py", "test_backup.py",
           "test_ballot_hall.py", "test_lying_ballot_count.py",
           "test_line_silence.py", "test_ballot.py", "test_bad_lines.py",
           "test_hearing.py", "test_ballot_sweep.py", "test_ballot_lost.py",
           "test_bench.py", "test_lying_ballot_cast.py",
           "test_ballot_tampering.py", "test_ballot_elect.py",
           "test_ballot_restored.py", "test_lying_server_acts.py",
           "test_lying_server_chibo.py", "test_ballot_mutations.py",
           "test_ballot_reference.py", "test_verify_ballot.py",
           "test_server_key.py", "test_remote_votes.py",
           "test_lying_ballot_planted.py", "test_line_names.py"]
LONGEST_UNIT = ["test_simulation", "test_meeting_rules_permissions",
                "test_keystore", "test_ballot_vote", "test_client_ballots"]
# Many wait for a disk, a line or each other: more than there are processors.
SIDE_BY_SIDE = 3 * os.cpu_count()
# Behind what has others wait for it, but for what keeps the time of devices.
LAST = ["nice", "-n", "5"]
TIMED_UNIT = ["test_voice_realtime", "test_audio_device_pulse",
              "test_audio_device_portaudio", "test_portaudio_hang",
              "test_device_hot_plug"]
# What plays sounds in their own time, and measures how soon they are heard, has
# the machine for itself and the demo, which does the same: all three together
# work for less than a third of what two processors could.
SOUNDS = ["test_mouth_to_ear.py", "test_pulse_server.py",
          "test_sound_devices.py", "test_sound_in_meeting.py",
          "test_sound_trial.py", "test_sound_trial_settings.py",
          "test_sound_trial_trouble.py"]
# Before what else there is to do, where that is allowed; else nice says so.
FIRST = ["nice", "-n", "-10"]
MEMORY = pathlib.Path("/dev/shm")
# What stops programs at every step of a disk, and unit tests, need none that
# turns. The others do: in memory a server is faster than its limits allow one
# member to be, and a power cut finds nothing unfinished.
IN_MEMORY = ["test_ballot_killed.py", "test_identity.py",
             "test_identity_interrupted.py", "test_backup.py",
             "test_profile_power.py", "test_profile_files.py",
             "test_profile_anchors.py", "test_ballot_sweep.py",
             "test_ballot_vault.py"]
MEMORY_MIN = 2 << 30  # bytes that have to be free
FOLDERS = {
    "conformance": ["tests/conformance", "tests/support/undo_fs",
                    "tests/support/remembered_sums"],
    "integration": ["tests/integration"],
    "e2e": ["tests/e2e"],
}


def run(command, environment, timeout):
    """Exit code, what it said, and the seconds of processors that it and what
    it waited for have worked."""
    with subprocess.Popen(command, cwd=ROOT, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        late = threading.Timer(timeout, process.kill)
        late.start()
        text = process.stdout.read().decode("utf-8", "replace")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        late.cancel()
    if process.returncode == -signal.SIGKILL:
        text += f"\nkilled, after {timeout} s at the latest"
    return process.returncode, text, used.ru_utime + used.ru_stime


def run_unit_binary(path, environment, before):
    code, text, worked = run([*before, str(path)], environment, UNIT_TIMEOUT_S)
    passed = sum(int(n) for n in re.findall(r"\[  PASSED  \] (\d+) test", text))
    failed = sum(int(n) for n in
                 re.findall(r"\[  FAILED  \] \S*?: ?(\d+) test", text))
    if code != 0 and failed == 0:
        failed = 1
    return path.name, code, passed, failed, text, worked


def unit(build, environment, before=()):
    """`before`: words that start those that keep no time of their own."""
    binaries = sorted((p for p in (build / "tests/unit").glob("test_*")
                       if not p.suffix), key=lambda p: (
                           p.name not in LONGEST_UNIT, p.name))
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run_unit_binary, p, environment,
                            () if p.name in TIMED_UNIT else before)
                for p in binaries]
        for job in concurrent.futures.as_completed(jobs):
            name, code, good, bad, text, worked = job.result()
            passed += good
            failed += bad
            print(f"  {name}: {good} passed, {bad} failed, of processors "
                  f"{worked:.1f} s", flush=True)
            if code != 0:
                print(text, flush=True)
    if not binaries:
        print("  no unit test was built")
        failed += 1
    return passed, failed


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
    if failed == 0 and (code != 0 or passed + skipped == 0):
        failed = 1
    return passed, failed + skipped


def summary_of(text):
    """The line in which pytest counts; what the interpreter said at its end may
    stand behind it."""
    lines = re.findall(r"^.*\d (?:passed|failed|errors?|skipped).* in [\d.]+s.*$",
                       text, re.M)
    return lines[-1] if lines else ""


def keep(folder, build, name):
    """Files of failed tests, to be looked at."""
    kept = build / "failed" / name
    shutil.rmtree(kept, ignore_errors=True)
    try:
        shutil.copytree(folder, kept, symlinks=True)
    except (shutil.Error, OSError):
        pass  # a socket is no file; the rest is there
    return f"their files: {kept}\n"


def run_timed(path, environment):
    begun = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(
        prefix="chibo-",
        dir=environment["TMPDIR"] if path.name in IN_MEMORY else None))
    code, text, worked = run(
        [*FIRST * (path.name in SOUNDS), *PYTEST, f"--basetemp={folder}",
         str(path)], environment, SUITE_TIMEOUT_S)
    if code != 0:
        text = keep(folder, pathlib.Path(environment["CHIBO_BUILD"]),
                    path.stem) + text
    shutil.rmtree(folder, ignore_errors=True)
    return code, text, worked, time.monotonic() - begun


def add_file(path, code, text, worked, seconds):
    """Says how the tests of a file ended; (passed, failed)."""
    passed, failed = added_up(code, summary_of(text))
    print(f"  {path.relative_to(ROOT)}: {passed} passed, {failed} failed, "
          f"{seconds:.0f} s, of processors {worked:.0f} s", flush=True)
    if failed:
        print(text, flush=True)
    return passed, failed


def files_of(suites):
    """Those side by side, and those that play sounds."""
    files = [path for suite in suites for folder in FOLDERS[suite]
             for path in sorted((ROOT / folder).glob("test_*.py"))]
    files.sort(key=lambda p: (
        LONGEST.index(p.name) if p.name in LONGEST else len(LONGEST),
        -p.stat().st_size))
    return ([path for path in files if path.name not in SOUNDS],
            [path for path in files if path.name in SOUNDS])


def files(paths, environment, side_by_side):
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(side_by_side) as pool:
        jobs = {pool.submit(run_timed, path, environment): path
                for path in paths}
        for job in concurrent.futures.as_completed(jobs):
            good, bad = add_file(jobs[job], *job.result())
            passed, failed = passed + good, failed + bad
    return passed, failed


def together(build, environment, paths):
    """These files, and the unit tests beside them."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        beside = pool.submit(unit, build, environment, LAST)
        played = files(paths, environment, SIDE_BY_SIDE)
        return tuple(map(sum, zip(played, beside.result())))


def demo(build, environment):
    code = subprocess.run(["/usr/bin/python3", "tests/e2e/demo_meeting.py",
                           str(build / "demo")], cwd=ROOT, env=environment,
                          stdin=subprocess.DEVNULL).returncode
    return (1, 0) if code == 0 else (0, 1)


def sounding(paths, build, environment, is_demo):
    """These files, and the demo with them."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        beside = pool.submit(files, paths, environment, len(SOUNDS))
        played = demo(build, environment) if is_demo else (0, 0)
        return tuple(map(sum, zip(played, beside.result())))


def scratch():
    """The folder of this run."""
    try:
        free = os.statvfs(MEMORY)
        is_roomy = free.f_bavail * free.f_frsize >= MEMORY_MIN and \
            os.access(MEMORY, os.W_OK)
    except OSError:
        is_roomy = False
    return tempfile.TemporaryDirectory(
        prefix="chibo-", dir=MEMORY if is_roomy else None,
        ignore_cleanup_errors=True)


def main():
    with scratch() as folder:
        return check(folder)


def check(folder):
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("suites", nargs="+",
                        choices=["unit", *FOLDERS, "demo"])
    options = parser.parse_args()
    build = ROOT / options.build
    environment = dict(os.environ, CHIBO_BUILD=str(build),
                       TMPDIR=folder, PYTHONPYCACHEPREFIX=f"{folder}/pycache")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("ASAN_OPTIONS", "abort_on_error=1")
    environment.setdefault("TSAN_OPTIONS",
                           f"suppressions={ROOT}/config/tsan.supp")
    environment.setdefault("LSAN_OPTIONS",
                           f"suppressions={ROOT}/config/lsan.supp:"
                           "print_suppressions=0")
    folders = [name for name in options.suites if name in FOLDERS]
    paths, beside = files_of(folders)
    is_demo = "demo" in options.suites
    is_unit = "unit" in options.suites
    parts = [("unit", lambda: unit(build, environment))] * (
        is_unit and not folders)
    parts += [(", ".join(["unit"] * is_unit + folders), lambda: (
        together(build, environment, paths) if is_unit
        else files(paths, environment, SIDE_BY_SIDE)))] * bool(folders)
    parts += [("demo, and sounds" if is_demo else "sounds",
               lambda: sounding(beside, build, environment, is_demo))] * (
                   is_demo or bool(beside))
    passed = failed = 0
    for name, part in parts:
        print(f"== {name}", flush=True)
        begun, worked = time.monotonic(), processor_seconds()
        good, bad = part()
        print(f"== {name}: {good} passed, {bad} failed, "
              f"{time.monotonic() - begun:.0f} s, of processors "
              f"{processor_seconds() - worked:.0f} s", flush=True)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


sys.exit(main())
