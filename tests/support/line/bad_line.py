"""A bad line (link_main.c) between two network namespaces, and what is measured
over it: one speaker, one listener, one of them behind the line.

Everything is ended by the process id that was started here; the namespaces go
with the process that made them.
"""
import dataclasses
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from chibo_process import BUILD  # noqa: E402

TOOLS = BUILD / "tests/line"
READY_S = 30
TUNNEL = pathlib.Path("/dev/net/tun")


class CannotMeasure(AssertionError):
    """What is needed is not here; the message says what."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """Of both directions: per cent, milliseconds, bits a second (0: no limit).
    `fade`: mean milliseconds of a fade, 0: each packet is lost by itself."""
    loss: float = 0
    round_trip: float = 0
    rate: int = 0
    fade: float = 0
    queue: int = 0
    seed: int = 1

    def arguments(self):
        return [word for name, value in dataclasses.asdict(self).items()
                for word in ("--" + name.replace("_", "-"), f"{value:g}")]


def demand_means():
    """Without root and TUN nothing is measured: that is said, not passed over."""
    if os.geteuid() != 0:
        raise CannotMeasure("bad lines need root: network namespaces and TUN "
                            "devices are made")
    if not TUNNEL.exists():
        raise CannotMeasure(f"bad lines need {TUNNEL}; in a container: docker "
                            "run --device /dev/net/tun --cap-add NET_ADMIN "
                            "--cap-add SYS_ADMIN")
    for tool in ("link", "peer", "score", "mumble"):
        if not (TOOLS / tool).exists():
            raise CannotMeasure(f"{TOOLS / tool} is not built: make tests")


def dying(command):
    """`command`, which does not outlive who started it."""
    return ["setpriv", "--pdeathsig", "KILL", *map(str, command)]


def read_line(process, patience, what):
    ready, _, _ = select.select([process.stdout], [], [], patience)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        process.wait()
        said = process.stderr.read() if process.stderr else ""
        raise CannotMeasure(f"{what} said nothing. {said}".strip())
    return json.loads(line)


class BadLine:
    """The line while it is there. `near` and `far` are paths of namespaces;
    `cut`: seconds after begin(), and how long."""

    def __init__(self, settings, cut=None):
        demand_means()
        self.settings = settings
        command = [TOOLS / "link", *settings.arguments()]
        if cut:
            command += ["--cut", f"{cut[0]:g}:{cut[1]:g}"]
        self.process = subprocess.Popen(
            dying(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        ready = read_line(self.process, READY_S, "the line simulator")
        self.near, self.far = ready["near"], ready["far"]
        self.cut = cut
        self.cut_ms = None  # (begin, end) on CLOCK_MONOTONIC
        self.ended = None

    def inside(self, side, command):
        """`command`, run in that namespace."""
        return dying(["nsenter", f"--net={getattr(self, side)}", *command])

    def begin(self):
        """Now what is to be cut goes over it: the time until the cut begins."""
        if self.cut:
            self.process.send_signal(signal.SIGUSR1)
        self.has_begun()

    def has_begun(self):
        """Somebody else has told it."""
        if self.cut:
            first = read_line(self.process, READY_S,
                              "the line simulator")["cut_ms"]
            self.cut_ms = (first, first + 1000 * self.cut[1])

    def end(self):
        """What passed."""
        if self.ended is None:
            self.process.send_signal(signal.SIGTERM)
            out, err = self.process.communicate(timeout=READY_S)
            if self.process.returncode != 0:
                raise CannotMeasure(f"the line simulator failed: {err}")
            self.ended = json.loads(out)
        return self.ended

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout,
                     self.process.stderr):
            if not pipe.closed:
                pipe.close()


def score(trace, warm_up, cut_ms=None):
    """What score_main.c says of a trace; `cut_ms`: (begin, end)."""
    command = [TOOLS / "score", "--warm-up", f"{warm_up:g}"]
    if cut_ms:
        command += ["--cut", f"{cut_ms[0]:.3f}:{cut_ms[1]:.3f}"]
    with open(trace) as file:
        done = subprocess.run(command, stdin=file, capture_output=True,
                              text=True, timeout=300)
    if done.returncode != 0:
        raise CannotMeasure(f"{trace}: {done.stderr}")
    return json.loads(done.stdout)


def end(process, patience=READY_S):
    """Ends what still runs; its exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def monotonic_ms():
    return time.clock_gettime(time.CLOCK_MONOTONIC) * 1000
