"""How talking to a server by hand goes wrong, and how long it may take."""
import json

PATIENCE = 60  # seconds until a thing that should happen counts as not happening


class WireError(AssertionError):
    """The server did what the protocol forbids."""


class Disconnected(Exception):
    """The connection is over; `code` is the close code, or None."""

    def __init__(self, code):
        super().__init__(f"closed with {code}")
        self.code = code


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, error):
        super().__init__(json.dumps(error, ensure_ascii=False))
        self.error = error
        self.code = error["code"]
