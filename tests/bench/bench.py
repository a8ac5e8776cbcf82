#!/usr/bin/python3
"""Prints the figures of `make bench`: server on processor 0, load on 1.

    bench.py --build build/release [joins events audio rooms checkpoints ballots
                                     casting record]

The machine is shared and noisy: where something stands beside us it is run in
the same minutes and the ratio is printed. Nothing here passes or fails.
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
AUDIO_ROOMS = int(os.environ.get("CHIBO_BENCH_ROOMS", "50"))


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

    def compiled(self, name):
        program = self.folder / name
        if not program.exists():
            flags = subprocess.run(["pkg-config", "--libs", "openssl"],
                                   stdout=subprocess.PIPE, text=True)
            subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", program,
                            ROOT / f"tests/bench/{name}.c",
                            *flags.stdout.split()], check=True)
        return program

    def beside_bare(self, name, rooms, speakers, window_ms, seconds=10,
                    members=20):
        """The figures of chibod and of the bare relay, which run at the same
        time on the same processor under the same load."""
        directory = self.start(name)
        self.stop()
        self.start(name, again=True,
                   more=f"bundle_window_max_ms = {window_ms};\n"
                        "talk_pace_ms = 0;\n")
        bare = subprocess.Popen(
            [self.compiled("bare_relay"), directory / "tls_certificate.pem",
             directory / "tls_key.pem", *map(str, (rooms, members, speakers))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        try:
            assert "ready" in bare.stdout.readline()
            load = subprocess.Popen(
                ["taskset", "-c", "1", str(self.build / "bin/chibo-bench"),
                 "audio", "--rooms", str(rooms), "--members", str(members),
                 "--speakers", str(speakers), "--seconds", str(seconds),
                 "--server", str(directory)], stdout=subprocess.PIPE, text=True)
            assert "begun" in load.stdout.readline()
            bare.stdin.write("begin\n")
            text = load.stdout.readline()
            bare.stdin.write("end\n")
            theirs = [float(f) for f in bare.stdout.readline().split()]
            messages = self.figure("chibo_audio_messages_total")
            delivered = self.figure("chibo_audio_delivered_total")
            load.wait(60)
        finally:
            bare.kill()
            bare.wait()
        self.stop()
        found = re.search(r"lost ([0-9.-]+) %.*CPU ([0-9.]+) us.*p50 ([0-9.]+) "
                          r"ms, p99 ([0-9.]+) ms.*memory ([0-9.]+) KiB", text)
        lost, cost, p50, p99, memory = map(float, found.groups())
        return {"lost": lost, "ratio": cost / theirs[0], "cost": cost,
                "bare": theirs[0], "p50": p50, "p99": p99,
                "p99 added": p99 - theirs[2], "bare p99": theirs[2],
                "memory": memory, "bare memory": theirs[3],
                "frames a message": delivered / max(messages, 1)}

    def audio(self, rounds=3):
        """The relay of the real server, with roll, floor and figures on. One
        speaker: nothing is held back, each frame is a record of its own.
        Three: as it does by itself, which is to hold back only when the loop
        is busy; with few rooms it is not, and the second ratio is the first.
        """
        for rooms, speakers, window_ms, must in ((AUDIO_ROOMS, 1, 0, 1.20),
                                                 (AUDIO_ROOMS * 4 // 5, 3, 60,
                                                  0.80)):
            found = []
            for turn in range(rounds):
                found.append(self.beside_bare(f"audio-{speakers}-{turn}", rooms,
                                              speakers, window_ms))
                print("audio: " + ", ".join(
                    f"{k} {v:.2f}" for k, v in found[-1].items()), flush=True)
            middle = {k: sorted(f[k] for f in found)[rounds // 2]
                      for k in found[0]}
            self.judge(f"audio, {rooms} rooms of 20, speakers {speakers}: CPU "
                       "a delivery / bare SSL_write", middle["ratio"], must)
            if speakers == 1:
                self.judge("audio: p99 added, ms", middle["p99 added"], 10)
        self.judge("audio: memory of a TLS connection, logged in, KiB",
                   self.memory("audio-1-0", AUDIO_ROOMS * 20), 22)

    def memory(self, name, count):
        """Of a connection that is logged in, in KiB: no room is loaded."""
        self.start(name, again=True)
        text = self.load("connections", "--members", count, "--server",
                         self.folder / name)
        self.stop()
        return float(re.search(r"([0-9.]+) KiB each", text)[1])

    @staticmethod
    def judge(what, value, must):
        print(f"{what}: {value:.2f}, must be {must:.2f} at most: "
              f"{'met' if value <= must else 'NOT MET'}", flush=True)

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
                        default=["joins", "events", "audio", "rooms",
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
