#!/usr/bin/python3
"""Traces of lines for the jitter buffer's bench: when frames were complete at
the speaker and when the listener had them.

Made up, but as the kernel's TCP behaves over a line that loses packets: what is
behind a lost packet waits until it has been sent again, which takes a round
trip and a quarter at least. Several connections stall one by one; messages that
repeat the one before need only one of two to come in time.

stdout: for each trace a line "# FRAME_MS NAME", then "sequence,sent_ms,recv_ms"
for each frame, recv_ms empty if it never came. The same seed, the same traces.
"""
import argparse
import random

INFINITE = float("inf")


class Connection:
    """Delivers in order, whatever is lost."""

    def __init__(self, rng, loss, rtt_ms, spacing_ms):
        self.rng = rng
        self.loss = loss
        self.rtt_ms = rtt_ms
        self.spacing_ms = spacing_ms
        self.ready_ms = 0.0  # nothing is delivered before what was sent before

    def send(self, now_ms):
        sent_ms = now_ms
        # Told by the acknowledgement of what was sent behind it, and a quarter
        # of a round trip for reordering; a tail probe is no faster.
        wait_ms = self.spacing_ms + 1.25 * self.rtt_ms
        timeout_ms = max(200.0, 1.5 * self.rtt_ms)
        while self.rng.random() < self.loss:
            sent_ms += wait_ms
            wait_ms, timeout_ms = timeout_ms, timeout_ms * 2
        arrival_ms = sent_ms + self.rtt_ms / 2 + self.rng.uniform(0.0, 2.0)
        self.ready_ms = max(self.ready_ms, arrival_ms)
        return self.ready_ms


def over_tcp(rng, frames, frame_ms, loss, rtt_ms, bundle=1, connections=1,
             copies=()):
    lines = [Connection(rng, loss, rtt_ms, frame_ms * bundle * connections)
             for _ in range(connections)]
    came = [INFINITE] * frames
    for message in range(frames // bundle):
        now_ms = (message + 1) * bundle * frame_ms
        at_ms = lines[message % connections].send(now_ms)
        for back in (0, *copies):
            first = (message - back) * bundle
            for frame in range(first, first + bundle):
                if frame >= 0:
                    came[frame] = min(came[frame], at_ms)
    return came


def over_udp(rng, frames, frame_ms, loss, rtt_ms, jitter_ms=2.0):
    return [(i + 1) * frame_ms + rtt_ms / 2 + rng.uniform(0.0, jitter_ms)
            if rng.random() >= loss else INFINITE for i in range(frames)]


def over_wifi(rng, frames, frame_ms):
    """Mostly even; now and then the station is away for a moment, and what
    waited comes at once."""
    came, away_until_ms = [], 0.0
    for i in range(frames):
        now_ms = (i + 1) * frame_ms
        if now_ms > away_until_ms and rng.random() < 0.004:
            away_until_ms = now_ms + rng.uniform(40.0, 250.0)
        came.append(max(now_ms + 8.0 + rng.expovariate(1 / 6.0),
                        away_until_ms + 8.0))
    return came


def over_slow(rng, frames, frame_ms):
    """Another way is found every half minute, 20 to 180 ms long."""
    came, way_ms = [], 40.0
    for i in range(frames):
        if i % (30000 // frame_ms) == 0:
            way_ms = rng.uniform(20.0, 180.0)
        came.append((i + 1) * frame_ms + way_ms + rng.uniform(0.0, 15.0))
    return came


def traces(seed, seconds):
    def rng(name):
        return random.Random(f"{seed} {name}")

    def make(name, frame_ms, way, **settings):
        frames = int(seconds * 1000 / frame_ms)
        return name, frame_ms, way(rng(name), frames, frame_ms, **settings)

    yield make("a cable", 20, over_udp, loss=0, rtt_ms=2)
    yield make("even jitter of 60 ms", 20, over_udp, loss=0, rtt_ms=50,
               jitter_ms=60)
    yield make("wireless", 20, over_wifi)
    yield make("ways that change", 20, over_slow)
    yield make("datagrams, 2 %, 200 ms", 20, over_udp, loss=0.02, rtt_ms=200)
    for loss, rtt_ms in ((0, 50), (1, 50), (2, 200), (5, 200), (2, 600)):
        what = f"{loss} %, {rtt_ms} ms"
        line = {"loss": loss / 100, "rtt_ms": rtt_ms}
        yield make(f"{what}, one connection", 20, over_tcp, **line)
        yield make(f"{what}, two frames a message", 20, over_tcp, bundle=2,
                   **line)
        yield make(f"{what}, 4 connections, 1 copy", 20, over_tcp, bundle=2,
                   connections=4, copies=(1,), **line)
        yield make(f"{what}, 6 connections, 2 copies", 20, over_tcp, bundle=2,
                   connections=6, copies=(1, 3), **line)
    for loss, rtt_ms in ((1, 200), (5, 200), (2, 600)):
        yield make(f"{loss} %, {rtt_ms} ms, frames of 60 ms, 6 connections, "
                   "1 copy", 60, over_tcp, loss=loss / 100, rtt_ms=rtt_ms,
                   connections=6, copies=(1,))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args()
    for name, frame_ms, came in traces(options.seed, options.seconds):
        print(f"# {frame_ms} {name}")
        for i, came_ms in enumerate(came):
            print(f"{i},{(i + 1) * frame_ms:.1f},"
                  + (f"{came_ms:.1f}" if came_ms < INFINITE else ""))


if __name__ == "__main__":
    main()
