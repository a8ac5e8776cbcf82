"""The server that lies (tests/support/planted/chibod_lying.c), as a process."""
import json

from server_process import ServerProcess, planted


class LyingServer(ServerProcess):
    """Tells the truth until it is told not to; tests/support/lying/lies.h says
    what there is to be told."""

    def __init__(self, directory, **options):
        super().__init__(directory, binary=planted("chibod_lying"), **options)
        self.prompter = None

    def prompt(self, op, **terms):
        if not self.prompter:
            self.prompter = self.admin()
        self.prompter.ask(op, **terms)

    def lie(self, log, to, **terms):
        """From now on the holders `to` are told this about the log."""
        self.prompt("lie", log=log, to=list(to), **terms)

    def truth(self):
        self.prompt("truth")

    def stop(self):
        if self.prompter:
            self.prompter.close()
            self.prompter = None
        super().stop()


def save_log(log, path):
    """A log as `chibo log -o` writes one: by a client that checks nothing."""
    path.write_bytes(b"".join(event + b"\n" for event in log.events))
    path.with_name(path.name + ".openings").write_text("".join(
        json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"
        for message in log.opening_frames))
    return path
