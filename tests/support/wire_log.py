"""A log as a client holds it."""
import functools
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "conformance"))
import record_forms as forms  # noqa: E402
from wire_errors import WireError  # noqa: E402
from wire_statements import text, verify  # noqa: E402

NO_HEAD = bytes(32)


@functools.lru_cache(maxsize=100_000)
def kind_of(raw):
    """Remembered: whoever waits asks it of every event again and again."""
    return json.loads(raw)["ev"]


class Log:
    """A log as one client holds it: chained, openings checked."""

    def __init__(self, log_id):
        self.id = log_id
        self.events = []  # exact bytes
        self.heads = []
        self.opened = {}  # (seq, path) -> text
        self.opening_frames = []  # the messages, as they came
        self.caught_up = False

    @property
    def head(self):
        return self.heads[-1] if self.heads else NO_HEAD

    def parsed(self, seq):
        return json.loads(self.events[seq])

    def all(self, name=None):
        return [json.loads(raw) for raw in self.events
                if name is None or kind_of(raw) == name]

    def add(self, raw):
        event = json.loads(raw)
        if event.get("seq") != len(self.events):
            raise WireError(f"event {event.get('seq')} of {self.id} came, "
                            f"{len(self.events)} was due")
        self.heads.append(forms.link(self.heads[-1] if self.heads else None,
                                     len(self.events), forms.leaf(raw)))
        self.events.append(raw)

    def open(self, message):
        seq, path = message["open"], message["field"]
        if seq >= len(self.events):
            raise WireError(f"the opening of {seq} came before the event")
        sealed = self.parsed(seq)
        try:
            for step in path.split("."):
                sealed = sealed[int(step) if step.isdigit() else step]
        except (KeyError, IndexError, TypeError):
            raise WireError(f"there is no {path} in {seq}") from None
        if bytes.fromhex(sealed["c"]) != forms.commitment(
                self.id, path, bytes.fromhex(message["salt"]),
                message["value"]):
            raise WireError(f"the opening of {path} in {seq} does not fit")
        if (seq, path) not in self.opened:
            self.opening_frames.append(message)
        self.opened[seq, path] = message["value"]

    def verify_acts(self):
        """Every signed act holds, and was signed over this very history."""
        for raw in self.events:
            act = json.loads(raw).get("act")
            if not act:
                continue
            head = bytes.fromhex(act["head"])
            if act["seen"] < json.loads(raw)["seq"]:
                first = act["op"] == "open_lobby" and head == NO_HEAD
                if not first and self.heads[act["seen"]] != head:
                    raise WireError(f"act {act['op']} saw another history")
            verify(bytes.fromhex(act["device"]), "act", self.id,
                   [text(act["member"]), text(act["op"]),
                    forms.number(act["request"]), text(act["subject"]),
                    text(act["value"]), forms.number(act["seen"]), head],
                   bytes.fromhex(act["sig"]))
