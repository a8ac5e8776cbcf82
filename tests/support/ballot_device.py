"""A chibo of a meeting with secret ballots, and what many of them need."""
import concurrent.futures
import json
import os
import time

import chibo_process as play
from chibo_process import Failure

PATIENCE_S = 90


def side_by_side(work, things):
    """Does `work` with each, on as many threads as there are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, things))


class Device(play.Member):
    """A chibo whose events and stages of ballots are kept by kind."""

    def __init__(self, directory, holder, name, **surroundings):
        super().__init__(directory, holder, name, **surroundings)
        self.heard = {}  # kind of event -> {seq: event}
        self.stages = []

    def join(self, meeting, *options):
        if self.output:  # what it said before its end is of before
            self.output.thread.join(PATIENCE_S)
        self.heard, self.stages = {}, []
        return super().join(meeting, "--audio", "none", *options)

    def read_line(self, text):
        try:
            line = json.loads(text)
        except ValueError:
            return {}  # it died in the middle of a line
        if "ev" in line:
            self.heard.setdefault(line["ev"], {})[line["seq"]] = line
        elif "stage" in line:
            self.stages.append(line)
        return line

    def events(self, ev, **fields):
        """Those of the meeting with these fields, in the order of the log."""
        found = sorted(dict(self.heard.get(ev, {})).items())
        return [event for _, event in found if all(
            event.get(name) == value for name, value in fields.items())]

    def told(self, stage, **fields):
        return [line for line in list(self.stages)
                if line["stage"] == stage and all(
                    line.get(name) == value for name, value in fields.items())]

    def until(self, condition, what, timeout_s=PATIENCE_S):
        """Waits until it gives something; that. Looked at with each line."""
        end = time.monotonic() + timeout_s
        output = self.output
        with output.changed:
            while not (found := condition()):
                left = end - time.monotonic()
                if left <= 0 or output.is_over:
                    why = "it ended" if output.is_over else f"{timeout_s} s"
                    raise Failure(f"{self.name} waited in vain for {what} "
                                  f"({why}); stages: "
                                  f"{[s['stage'] for s in self.stages][-8:]}, "
                                  f"failures: {self.told('failed')}")
                output.changed.wait(left)
        return found

    def until_event(self, ev, count=1, timeout_s=PATIENCE_S, **fields):
        """The newest of these events, when there are so many."""
        return self.until(
            lambda: len(found := self.events(ev, **fields)) >= count and found,
            f"{count} {ev} {fields or ''}", timeout_s)[-1]

    def until_told(self, stage, timeout_s=PATIENCE_S, **fields):
        return self.until(lambda: self.told(stage, **fields), stage,
                          timeout_s)[-1]

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None
