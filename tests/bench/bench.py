#!/usr/bin/python3
"""Prints the figures of `make bench`: server on processor 0, load on 1.

    bench.py --build build/release [joins events audio rooms]

The machine is shared and noisy: where something stands beside us it is run in
the same minutes and the ratio is printed. Nothing here passes or fails.
"""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Bench:
    def __init__(self, build):
        self.build = build
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chibo-bench-"))
        self.server = None

    def start(self, name, preload=None, again=False):
        directory = self.folder / name
        environment = dict(os.environ)
        if preload:
            environment["LD_PRELOAD"] = str(preload)
        command = ["taskset", "-c", "0", str(self.build / "bin/chibod")]
        if again:
            command += ["--config", str(self.write_config(directory))]
        else:
            command += ["--bench", str(directory)]
        self.server = subprocess.Popen(command, cwd=ROOT, env=environment,
                                       stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        line = self.server.stdout.readline()
        if "ready" not in line:
            raise SystemExit(f"bench: chibod did not start: {line}")
        return directory

    def write_config(self, directory):
        path = directory / "again.conf"
        path.write_text(f'data_directory = "{directory}";\n'
                        f'rules_directory = "{ROOT}/config/rules";\n'
                        'listen_port = 0;\nlog_level = "warning";\n')
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

    def audio(self):
        directory = self.start("audio")
        self.load("audio", "--rooms", 50, "--members", 20, "--seconds", 10,
                  "--server", directory)
        self.stop()

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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("what", nargs="*",
                        default=["joins", "events", "audio", "rooms"])
    options = parser.parse_args()
    bench = Bench(ROOT / options.build)
    try:
        for what in options.what:
            getattr(bench, what)()
    finally:
        if bench.server and bench.server.poll() is None:
            bench.server.kill()
        shutil.rmtree(bench.folder)


sys.exit(main())
