#!/usr/bin/python3
"""How chibod's relay stands beside others: `make bench-relay`.

    relay.py --build build/release [--runs 3] [--rows cpu knee ...]
             [--seconds N] [--write] [--save FILE]

Servers on processor 0, loads on 1. Processor time is compared with that of
bare_relay.c (one SSL_write() a delivery, and nothing else), which runs at the
same time on the same processor under the same load: absolute figures drift with
what else the machine does, ratios hardly. chibod runs as it ships, with real
members, logins, roll, floor and figures. mumble-server and mosquitto are
measured where they are installed: `make bench-peers`.

Nothing here fails. Each row says what is asked for, what was found (the median
of the runs, and all of them) and whether it is met.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import target_table  # noqa: E402
from relay_servers import (ROOT, Bare, Chibod, Mosquitto, Murmur,  # noqa: E402
                           run_load)
from target_table import Row  # noqa: E402

MEMBERS = 20
BUSY_MS = 20  # p99 of the bare relay on a machine that does other work, too
# Rooms of 20 for the comparison of processor time: a load that leaves even
# mumble-server, and the bare relay beside it, their time.
ROOMS = {1: 12, 3: 6}
LATENCY_ROOMS = 50
BUSY_ROOMS = 24  # in which three speak: the loop is busy
KNEE = {"chibod": (140, 250), "mumble-server": (30, 80),
        "mosquitto": (100, 220)}
BIG_ROOM = 2000
# Who have four devices each there: what each member does is told to all, and
# more of them would take the room many minutes to fill.
BIG_PEOPLE = 500
ROWS = ["cpu", "p99", "memory", "stale", "knee", "big"]
HEARD = 4  # of so many listeners one decrypts, where the load is the limit


def make_rows():
    return {row.key: row for row in (
        Row("cpu1", "CPU a delivery / bare OpenSSL, 1 speaker", 1.20, 1.05),
        Row("cpu3", "the same, 3 speakers", 0.80, 0.60),
        Row("mumble1", "mumble-server over TLS / chibod, CPU a delivery, 1 "
            "speaker", 2.6, 3.2, at_least=True),
        Row("mumble3", "the same, 3 speakers", 3.5, 4.5, at_least=True),
        Row("mosquitto1", "mosquitto over wss / chibod, CPU a delivery, 1 "
            "speaker", 1.25, 1.45, at_least=True),
        Row("knee_mumble", "rooms of 20 at the knee / mumble-server over TLS",
            3.5, 5.0, at_least=True),
        Row("knee_mosquitto", "rooms of 20 at the knee / mosquitto over wss",
            1.1, 1.5, at_least=True),
        Row("p99", f"p99 added by the server, {LATENCY_ROOMS} rooms of 20, 1 "
            "speaker", 10, 2, " ms"),
        Row("memory", "memory of a TLS connection that is logged in", 22, 18,
            " KiB", digits=1),
        Row("stale", "sound of the past that a stalled listener is sent", 1.0,
            0.5, " s"),
        Row("big", "listeners of one speaker in one room, p99 < 100 ms", 2000,
            5000, at_least=True, digits=0),
    )}


class Relay:
    def __init__(self, build, seconds):
        self.build, self.seconds = build, seconds
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chibo-relay-"))
        self.rows = make_rows()
        self.notes = []
        self.pairs = self.busy = 0

    def note(self, text):
        self.notes.append(text)
        print("  " + text, flush=True)

    def warning(self):
        if not self.busy:
            return ""
        return (f"In {self.busy} of {self.pairs} measurements of processor "
                "time the machine was busy with other work (p99 of the bare "
                f"relay above {BUSY_MS} ms): do not trust the ratios.")

    # --- processor time ----------------------------------------------------

    def beside_bare(self, server, certificate, rooms, speakers):
        """The ratio of a server's processor time a delivery to the bare
        relay's, and the figures of both."""
        theirs = {}
        with Bare(self.build, certificate, rooms, MEMBERS, speakers) as bare:
            ours = run_load(
                server.load("audio", rooms, MEMBERS, speakers, self.seconds),
                bare.begin, lambda: theirs.update(bare.end()))[-1]
        ratio = ours["cpu_us_per_delivery"] / theirs["cpu_us_per_delivery"]
        self.pairs += 1
        self.busy += theirs["p99_ms"] > BUSY_MS
        self.note(f"{server.name}, {rooms} rooms, speakers {speakers}: "
                  f"{ours['cpu_us_per_delivery']:.2f} µs a delivery, bare "
                  f"{theirs['cpu_us_per_delivery']:.2f}: {ratio:.2f}; p50 "
                  f"{ours['p50_ms']:.2f} ms, p99 {ours['p99_ms']:.2f}, bare "
                  f"{theirs['p99_ms']:.2f}; lost {ours['lost']}"
                  + self.frames(ours))
        return ratio

    @staticmethod
    def frames(figures):
        if "frames_per_message" not in figures:
            return ""
        return f"; {figures['frames_per_message']:.1f} frames a message"

    def cpu(self):
        ratios = {}
        for speakers, rooms in ROOMS.items():
            with Chibod(self.build, self.folder) as server:
                certificate = server.certificate
                ratios[speakers] = self.beside_bare(server, certificate, rooms,
                                                    speakers)
            self.rows[f"cpu{speakers}"].found.append(ratios[speakers])
            for kind, row in ((Murmur, "mumble"), (Mosquitto, "mosquitto")):
                if not kind.program() or f"{row}{speakers}" not in self.rows:
                    continue
                with kind(self.build, self.folder, certificate,
                          rooms) as server:
                    ratio = self.beside_bare(server, certificate, rooms,
                                             speakers)
                self.rows[f"{row}{speakers}"].found.append(
                    ratio / ratios[speakers])
        with Chibod(self.build, self.folder) as server:
            ratio = self.beside_bare(server, server.certificate, BUSY_ROOMS, 3)
        self.note(f"three speakers on a busy core, {BUSY_ROOMS} rooms: "
                  f"{ratio:.2f} of the bare relay")

    # --- the knee ----------------------------------------------------------

    def knee_of(self, server, begin, rooms):
        steps = run_load(server.load("knee", rooms, MEMBERS, 1, 3, HEARD,
                                     begin))
        for step in steps:
            self.note(f"{server.name}, {step['rooms']} rooms: "
                      f"{step['delivered_per_s']:.0f} of "
                      f"{step['offered_per_s']:.0f}/s, lost {step['lost']}, "
                      f"p99 {step['p99_ms']:.1f} ms, {step['cpu_percent']:.0f} "
                      f"% of the core")
        good = [step["rooms"] for step in steps
                if step["p99_ms"] <= 100 and step["lost"] == 0
                and step["delivered_per_s"] >= 0.97 * step["offered_per_s"]]
        if rooms in good:
            self.note(f"{server.name}: the search ended at its bound, the knee "
                      "is beyond")
        return max(good, default=0)

    def knee(self):
        with Chibod(self.build, self.folder) as server:
            certificate = server.certificate
            ours = self.knee_of(server, *KNEE["chibod"])
        for kind, row in ((Murmur, "knee_mumble"),
                          (Mosquitto, "knee_mosquitto")):
            if not kind.program():
                continue
            begin, rooms = KNEE[kind.name]
            with kind(self.build, self.folder, certificate, rooms) as server:
                theirs = self.knee_of(server, begin, rooms)
            self.note(f"knee: chibod {ours} rooms, {kind.name} {theirs}")
            if theirs:
                self.rows[row].found.append(ours / theirs)

    # --- the others --------------------------------------------------------

    def p99(self):
        with Chibod(self.build, self.folder) as server:
            ours = run_load(server.load("audio", LATENCY_ROOMS, MEMBERS, 1,
                                        self.seconds))[-1]
            certificate = server.certificate
        theirs = self.bare_alone(certificate, LATENCY_ROOMS)
        self.note(f"{LATENCY_ROOMS} rooms, alone on its processor: p50 "
                  f"{ours['p50_ms']:.2f} ms, p90 {ours['p90_ms']:.2f}, p99 "
                  f"{ours['p99_ms']:.2f}, longest {ours['max_ms']:.1f}, lost "
                  f"{ours['lost']}, {ours['cpu_percent']:.0f} % of the core; "
                  f"the bare relay alone: p50 {theirs['p50_ms']:.2f}, p99 "
                  f"{theirs['p99_ms']:.2f}")
        self.rows["p99"].found.append(
            max(0.0, ours["p99_ms"] - theirs["p99_ms"]))

    def bare_alone(self, certificate, rooms):
        with Bare(self.build, certificate, rooms, MEMBERS, 1) as bare:
            time.sleep(1.5)  # as long as the others warm up
            bare.begin()
            time.sleep(self.seconds)
            return bare.end()

    def memory(self, count=1000):
        with Chibod(self.build, self.folder) as server:
            run_load(server.load("audio", count // MEMBERS, MEMBERS, 1, 1))
            server.start_again()
            done = subprocess.run(
                ["taskset", "-c", "1", self.build / "bin/chibo-bench",
                 "connections", "--members", str(count), "--server",
                 server.directory], stdout=subprocess.PIPE, text=True,
                stderr=subprocess.DEVNULL, check=True)
        self.rows["memory"].found.append(
            float(re.search(r"([0-9.]+) KiB each", done.stdout)[1]))

    def stale(self):
        """What the test of slow listeners prints."""
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-s", "-p",
             "no:cacheprovider", "-k", "who_reads_again",
             "tests/integration/test_slow_listeners.py"], cwd=ROOT,
            env={**os.environ, "CHIBO_BUILD": str(self.build)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        found = re.search(r"([0-9.]+) s from the server", done.stdout)
        if not found:
            raise SystemExit(f"relay: {done.stdout}")
        self.rows["stale"].found.append(float(found[1]))

    def big(self):
        with Chibod(self.build, self.folder) as server:
            figures = run_load(server.load("audio", 1, BIG_ROOM + 1, 1,
                                           self.seconds, HEARD,
                                           people=BIG_PEOPLE))[-1]
        self.note(f"one room of {BIG_ROOM} listeners: "
                  f"{figures['delivered_per_s']:.0f} of "
                  f"{figures['offered_per_s']:.0f}/s, lost {figures['lost']}, "
                  f"p50 {figures['p50_ms']:.1f} ms, p99 "
                  f"{figures['p99_ms']:.1f}, {figures['cpu_percent']:.0f} % of "
                  "the core")
        is_held = (figures["p99_ms"] < 100 and figures["lost"] == 0 and
                   figures["delivered_per_s"]
                   >= 0.97 * figures["offered_per_s"])
        self.rows["big"].found.append(BIG_ROOM if is_held else 0)


def main():
    parser = target_table.new_parser(__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--rows", nargs="*", default=ROWS, choices=ROWS)
    options = parser.parse_args()
    if options.write and set(options.rows) != set(ROWS):
        parser.error("--write takes all rows: what is left out would be lost")
    relay = Relay(ROOT / options.build, options.seconds)
    try:
        for run in range(options.runs):
            for row in options.rows:
                print(f"run {run + 1} of {options.runs}: {row}", flush=True)
                begun = time.monotonic()
                try:
                    getattr(relay, row)()
                except SystemExit as failure:  # the others are measured
                    relay.note(f"{row} was not measured: {failure}"[:400])
                print(f"  took {time.monotonic() - begun:.0f} s", flush=True)
    finally:
        shutil.rmtree(relay.folder)
    runs = "One run" if options.runs == 1 else f"Medians of {options.runs} runs"
    target_table.report(options, "relay", runs, list(relay.rows.values()),
                        relay.notes, relay.warning())


if __name__ == "__main__":
    sys.exit(main())
