"""Sees for how long a machine keeps a thread waiting that has to run.

    with Witness() as witness: ...
    witness.late_ms

What sounds in its own time has holes on a busy machine, and comes later. Where
a test finds that, it asks whether the machine kept the time: only then is it a
fault of what is tested.
"""
import threading
import time

LOOK_S = 0.01
LATE_MS = 30.0  # more than the pieces in which sound is played


class Witness:
    def __init__(self):
        self.late_ms = 0.0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *details):
        self.is_over.set()
        self.thread.join()

    def _watch(self):
        while not self.is_over.is_set():
            begin_s = time.monotonic()
            time.sleep(LOOK_S)
            self.late_ms = max(self.late_ms, 1000.0 * (
                time.monotonic() - begin_s - LOOK_S))

    def was_busy(self):
        """The machine, at any moment."""
        return self.late_ms > LATE_MS
