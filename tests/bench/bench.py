#!/usr/bin/python3
"""Prints the figures of `make bench`: server on processor 0, load on 1.

    bench.py --build build/release [joins events rough rooms checkpoints ballots
                                    casting record]

The relay has a program of its own, relay.py. Where something stands beside us
it is run in the same minutes and the ratio is printed. Nothing here fails.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Bench:
    def __init__(self, build):
        self.build = build
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chibo-bench-"))
        self.server = None

    def start(self, name, preload=None, again=False,
              rules=ROOT / "config/rules", more=""):
        directory = self.folder / name
        environment = dict(os.environ)
        if preload:
            environment["LD_PRELOAD"] = str(preload)
        command = ["taskset", "-c", "0", str(self.build / "bin/chibod")]
        if again:
            command += ["--config",
                        str(self.write_config(directory, rules, more))]
        else:
            command += ["--bench", str(directory)]
        self.server = subprocess.Popen(command, cwd=ROOT, env=environment,
                                       stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        line = self.server.stdout.readline()
        if "ready" not in line:
            raise SystemExit(f"bench: chibod did not start: {line}")
        self.port = int(line.split()[-1])
        return directory

    def write_config(self, directory, rules, more=""):
        path = directory / "again.conf"
        path.write_text(f'data_directory = "{directory}";\n'
                        f'rules_directory = "{rules}";\n'
                        'vouched_devices = "optional";\n'
                        'connection_max_per_address = 4000;\n'
                        'listen_port = 0;\nlog_level = "warning";\n' + more)
        return path

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(30)

    def load(self, *arguments):
        done = subprocess.run(["taskset", "-c", "1",
                               str(self.build / "bin/chibo-bench"),
                               *map(str, arguments)],
                              stdout=subprocess.PIPE, text=True, timeout=900)
        print(done.stdout.strip() or f"failed: {arguments}", flush=True)
        return done.stdout

    def joins(self):
        directory = self.start("joins")
        self.load("joins", "--members", 200, "--server", directory)
        self.stop()

    def events(self):
        library = self.folder / "slow_fsync.so"
        subprocess.run(["cc", "-O2", "-fPIC", "-shared", "-o", library,
                        ROOT / "tests/bench/slow_fsync.c"], check=True)
        for name, preload in (("this disk", None),
                              ("10 ms more an fsync", library)):
            directory = self.start("events-" + name.split()[0], preload)
            print(f"events, {name}: ", end="", flush=True)
            self.load("events", "--rate", 500, "--seconds", 10, "--server",
                      directory)
            self.stop()

    def checkpoints(self):
        """300 devices sign a head; what one each minute costs the server."""
        directory = self.start("checkpoints")
        self.stop()
        rules = (ROOT / "config/rules/interim.conf").read_text()
        (directory / "rules").mkdir()
        (directory / "rules/interim.conf").write_text(
            rules.replace("every_ms = 600000;", "every_ms = 5000;"))
        self.start("checkpoints", again=True, rules="rules")
        load = subprocess.Popen(
            ["taskset", "-c", "1", str(self.build / "bin/chibo-bench"),
             "checkpoints", "--members", "300", "--seconds", "60", "--server",
             directory], stdout=subprocess.PIPE, text=True)
        assert "ready" in load.stdout.readline()
        self.longest_turn()
        text = load.stdout.readline()
        stall = self.longest_turn()
        load.wait(60)
        print(text.strip())
        found = re.search(r"([0-9.]+) ms a checkpoint", text)
        print(f"checkpoints: one a minute costs {float(found[1]) / 600:.2f} % "
              f"of a core; longest turn of the loop {stall[0]} ms by the "
              f"clock, {stall[1]} ms of its own time",
              flush=True)
        self.stop()

    def figures(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with urllib.request.urlopen(
                f"https://127.0.0.1:{self.port}/metrics",
                context=context) as answer:
            text = answer.read().decode()
        return {name: float(value) for name, value in
                re.findall(r"^(\w+) (\S+)$", text, re.M)}

    def figure(self, name):
        return self.figures()[name]

    def longest_turn(self):
        """In ms since it was asked last: by the clock, and of its own time
        (others work on this machine, too)."""
        figures = self.figures()
        return [round(1000 * figures[f"chibo_loop_longest_turn{what}_seconds"],
                      2) for what in ("", "_cpu")]

    def rooms(self):
        directory = self.start("rooms")
        self.load("rooms", "--rooms", 1000, "--members", 2, "--server",
                  directory)
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()
        begun = time.monotonic()
        self.start("rooms", again=True)
        ready = time.monotonic() - begun
        self.load("first-join", "--server", directory)
        print(f"rooms: 1000 open meetings, killed and started again: ready "
              f"after {ready:.3f} s, first join in {time.monotonic() - begun:.3f}"
              f" s after the start (with the load program's own start)")
        self.stop()

    def ballots(self, voters=300, answers=10):
        """A secret ballot verified by chibo-verify and, in the same minutes, by
        belenios-tool; on one processor."""
        folder = self.folder / "ballots"
        spec = self.folder / "ballots.json"
        spec.write_text(json.dumps({
            "plan": ["single", [2, 3]], "owners": [1, 2, 3], "voters": voters,
            "questions": [{"answers": [f"Đảng viên Mẫu {i + 1:02}"
                                       for i in range(answers)],
                           "min": 1, "max": 5,
                           "question": "Bầu tối đa 5 đồng chí"}],
            "votes": [[voter, [[int(i % 3 == voter % 3)
                                for i in range(answers)]]]
                      for voter in range(voters)]}))
        folder.mkdir()
        made = time.monotonic()
        subprocess.run([self.build / "tests/conformance/ballot_tool",
                        "election", folder, spec], check=True)
        made = time.monotonic() - made
        archive = next(folder.glob("*.bel"))
        print(f"ballots: {voters} voters, {answers} answers: made in "
              f"{made:.1f} s, {archive.stat().st_size / 1e6:.1f} MB",
              flush=True)
        ours, theirs = [], []
        for _ in range(3):
            ours.append(self.timed([self.build / "bin/chibo-verify", archive]))
            theirs.append(self.timed(["belenios-tool", "election", "verify",
                                      f"--dir={folder}"]))
        ours, theirs = sorted(ours)[1], sorted(theirs)[1]
        print(f"ballots: chibo-verify {ours:.2f} s, belenios-tool "
              f"{theirs:.2f} s of processor time, ratio {theirs / ours:.2f} "
              f"(medians of 3)", flush=True)

    def record(self, members=200, rate=200, seconds=30):
        """The file of a record with as many events as five hours have, almost
        all of them signed acts, verified by chibo-verify."""
        directory = self.start("record")
        self.load("events", "--rate", rate, "--seconds", seconds, "--members",
                  members, "--server", directory)
        self.stop()
        config = self.write_config(directory, ROOT / "config/rules")
        control = [self.build / "bin/chiboctl", "--config", config, "record"]
        listed = subprocess.run([*control, "list", "--json"], check=True,
                                stdout=subprocess.PIPE, text=True).stdout
        meeting = json.loads(listed.splitlines()[0])
        path = directory / "meeting.chibo"
        subprocess.run([*control, "export", meeting["meeting"], "--out", path],
                       check=True, stdout=subprocess.DEVNULL)
        verifier = os.posix_spawn(
            self.build / "bin/chibo-verify", ["chibo-verify", str(path)],
            os.environ, file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        _, status, usage = os.wait4(verifier, 0)
        print(f"record: {meeting['events']} events, {members} members, "
              f"{path.stat().st_size / 1e6:.1f} MB: verified (exit "
              f"{os.waitstatus_to_exitcode(status)}) in "
              f"{usage.ru_utime + usage.ru_stime:.2f} s of processor time, "
              f"{usage.ru_maxrss / 1024:.0f} MiB at most", flush=True)

    def casting(self):
        """Ballots verified and recorded while others talk."""
        import bench_casting
        directory = self.start("casting")
        bench_casting.run(self.port, directory)
        self.stop()

    def rough(self):
        """A listener on a bad line beside one on a good line."""
        import bench_rough
        directory = self.start("rough")
        os.sched_setaffinity(0, {1})
        bench_rough.run(self.port, directory, self.server.pid)
        os.sched_setaffinity(0, range(os.cpu_count()))
        self.stop()

    @staticmethod
    def timed(command):
        """Processor time: others work on this machine, too."""
        before = os.times()
        subprocess.run(["taskset", "-c", "1", *map(str, command)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = os.times()
        return (after.children_user + after.children_system
                - before.children_user - before.children_system)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("what", nargs="*",
                        default=["joins", "events", "rough", "rooms",
                                 "checkpoints", "ballots", "casting",
                                 "record"])
    options = parser.parse_args()
    bench = Bench(ROOT / options.build)
    try:
        for what in options.what:
            getattr(bench, what)()
    finally:
        if bench.server and bench.server.poll() is None:
            bench.server.kill()
        shutil.rmtree(bench.folder)


if __name__ == "__main__":
    sys.exit(main())
