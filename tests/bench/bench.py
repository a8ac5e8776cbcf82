#!/usr/bin/python3
"""Prints the figures of `make bench`: server on processor 0, load on 1.

    bench.py --build build/release [joins events audio rooms]

The machine is shared and noisy: where something stands beside us it is run in
the same minutes and the ratio is printed. Nothing here passes or fails.
"""

import argparse
import os
import pathlib
import re
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

    def bare(self, directory):
        """CPU us a delivery of a bare SSL_write loop, in the same minute."""
        program = self.folder / "bare_broadcast"
        if not program.exists():
            flags = subprocess.run(["pkg-config", "--libs", "openssl"],
                                   stdout=subprocess.PIPE, text=True)
            subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", program,
                            ROOT / "tests/bench/bare_broadcast.c",
                            *flags.stdout.split()], check=True)
        done = subprocess.run([program, directory / "tls_certificate.pem",
                               directory / "tls_key.pem", "50", "20", "10"],
                              stdout=subprocess.PIPE, text=True, timeout=120)
        return float(done.stdout)

    def audio(self):
        ratios = []
        for turn in range(3):
            directory = self.start(f"audio-{turn}")
            text = self.load("audio", "--rooms", 50, "--members", 20,
                             "--seconds", 10, "--server", directory)
            self.stop()
            ours = float(re.search(r"([0-9.]+) us a delivery", text)[1])
            bare = self.bare(directory)
            ratios.append(ours / bare)
            print(f"audio: bare SSL_write {bare:.2f} us a delivery, ratio "
                  f"{ours / bare:.2f}", flush=True)
        print(f"audio: ratio to bare SSL_write, median of 3: "
              f"{sorted(ratios)[1]:.2f}", flush=True)

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
