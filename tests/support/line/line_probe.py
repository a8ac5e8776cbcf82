#!/usr/bin/python3
"""Measures a line from outside, with datagrams through both ends at once:

    line_probe.py NEAR FAR SECONDS EVERY_MS SIZE [LINK]

Prints JSON for each direction: how many were sent and came, their delays in
milliseconds (least, median), the bits a second that came, of whole packets, and
the longest time in which nothing came. `stall_s` is the longest time in which
this program sent nothing, for the machine did something else. When they came
is said by the kernel. LINK: the process id of the line, which is told as it
begins.
"""
import ctypes
import json
import os
import select
import signal
import socket
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
TIME = struct.Struct("@qq")  # seconds, nanoseconds
PORT = 7000
HEADERS = 28  # of IPv4 and UDP
WAIT_S = 3  # for what is on its way
STAMP = struct.Struct("!Id")
ADDRESSES = {"near": "10.77.0.1", "far": "10.77.0.2"}
PEERS = {"near": "far", "far": "near"}
DIRECTIONS = {"near": "up", "far": "down"}  # by who receives


def socket_in(path, side):
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(path, os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), path)
    os.close(fd)
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # Nothing is to be lost here while others have the processor.
    made.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
    made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    made.bind((ADDRESSES[side], PORT))
    made.connect((ADDRESSES[PEERS[side]], PORT))
    made.setblocking(False)
    return made


def take(receiver, came):
    while True:
        try:
            data, more, _, _ = receiver.recvmsg(
                2048, socket.CMSG_SPACE(TIME.size))
        except (BlockingIOError, ConnectionRefusedError):
            return
        seconds, nanoseconds = TIME.unpack(more[0][2])
        now = seconds + nanoseconds / 1e9
        number, sent = STAMP.unpack_from(data)
        came.append((number, now, now - sent))


def summary(sent, came, size):
    if len(came) < 2:
        return {"sent": sent, "came": len(came)}
    delays = sorted(delay for _, _, delay in came)
    times = [now for _, now, _ in came]
    return {"sent": sent, "came": len(came),
            "in_order": came == sorted(came), "least_ms": 1000 * delays[0],
            "median_ms": 1000 * delays[len(delays) // 2],
            "rate": (len(came) - 1) * size * 8 / (times[-1] - times[0]),
            "silence_s": max(b - a for a, b in zip(times, times[1:]))}


def hurry():
    """Before all others, as the line itself; not allowed: `stall_s` tells."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass


def main():
    near, far, seconds, every_ms, size, *link = sys.argv[1:]
    ends = {"near": socket_in(near, "near"), "far": socket_in(far, "far")}
    came = {side: [] for side in ends}
    filler = bytes(int(size) - HEADERS - STAMP.size)
    hurry()
    for one in link:
        os.kill(int(one), signal.SIGUSR1)
    begun = last = time.monotonic()
    end, sent, stall = begun + float(seconds), 0, 0
    while time.monotonic() < end + WAIT_S:
        due = begun + sent * float(every_ms) / 1000
        left = (due if due < end else end + WAIT_S) - time.monotonic()
        ready, _, _ = select.select(list(ends.values()), [], [], max(left, 0))
        for side in ends:
            if ends[side] in ready:
                take(ends[side], came[side])
        if due < end and time.monotonic() >= due:
            now = time.monotonic()
            stall, last = max(stall, now - last), now
            for one in ends.values():
                try:
                    one.send(STAMP.pack(sent, time.time()) + filler)
                except (BlockingIOError, ConnectionRefusedError):
                    pass  # counted as sent: it did not come
            sent += 1
    print(json.dumps({DIRECTIONS[side]: {
        **summary(sent, came[side], int(size)), "stall_s": stall}
        for side in ends}))


main()
