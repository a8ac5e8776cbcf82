"""How much of a log a device knows the server to have signed, by its own file.

What nobody signed may be lost with a server: whoever kills one and wants all of
it back waits until its signature is with those who give it back. They write it
down every ten seconds, or sooner.
"""
import contextlib
import re
import select
import sqlite3
import time

from chibo_process import PATIENCE_S, Failure


def signed_seq(device, log):
    """The newest event of the log under a signature that is kept; -1: none."""
    path = device.profile / "anchors"
    of_logs = re.split(r"^log ", path.read_text(encoding="utf-8"),
                       flags=re.MULTILINE)
    found = [re.search(r"^signed (\d+) ", part, re.MULTILINE)
             for part in of_logs if part.split("\n", 1)[0] == log]
    return int(found[0].group(1)) if found and found[0] else -1


def await_signed(devices, log, seq):
    """Until all of them have it that the server signed this event."""
    end = time.monotonic() + PATIENCE_S
    for device in devices:
        while signed_seq(device, log) < seq:
            if time.monotonic() > end:
                raise Failure(f"{device.name} has no signature over event "
                              f"{seq}, but {signed_seq(device, log)}")
            select.select([], [], [], 0.05)


def newest_seq(server, log):
    """The newest event of the log that the server has on its disk."""
    path = server.data / "chibo.db"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro",
                                            uri=True)) as store:
        return store.execute(
            "SELECT max(seq) FROM event JOIN log ON log_id = id "
            "WHERE name = ?", (log,)).fetchone()[0]
